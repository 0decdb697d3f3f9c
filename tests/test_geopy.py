"""The geopy adapter: held to what geopy's own geocoders do, on the real gazetteer."""

import asyncio
import doctest
import inspect
import json
import math
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopy.geocoders
import numpy as np
import pandas as pd
import pytest
from geopy.adapters import BaseAsyncAdapter, BaseSyncAdapter
from geopy.distance import great_circle
from geopy.exc import ConfigurationError, GeocoderQueryError, GeocoderServiceError
from geopy.extra.rate_limiter import AsyncRateLimiter, RateLimiter
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point
from hypothesis import given, settings
from hypothesis import strategies as st

from toposcope import geodesy
from toposcope.candidates import Lookup, open_gazetteer
from toposcope.document import Place
from toposcope.errors import GazetteerNotFoundError
from toposcope.gazetteer import Kind
from toposcope.integrations import _nearest
from toposcope.integrations import geopy as adapter
from toposcope.integrations._nearest import Nearest
from toposcope.integrations.geopy import GazetteerGeocoder

LATITUDES = st.one_of(st.floats(-90, 90), st.sampled_from([-90.0, 0.0, 90.0]))
LONGITUDES = st.one_of(st.floats(-180, 180), st.sampled_from([-180.0, 0.0, 180.0]), st.floats(179, 180))


@pytest.fixture(scope="module")
def geocoder() -> GazetteerGeocoder:
    return GazetteerGeocoder()


@pytest.fixture(scope="module")
def lookup() -> Lookup:
    return open_gazetteer("embedded")


# -- a geocoder of geopy's ---------------------------------------------------------------------------------------------


def test_is_a_geocoder_of_geopy_but_not_registered(geocoder: GazetteerGeocoder) -> None:
    assert isinstance(geocoder, Geocoder)
    assert GazetteerGeocoder not in geopy.geocoders.SERVICE_TO_GEOCODER.values()
    assert not hasattr(geopy.geocoders, "GazetteerGeocoder")


def test_has_no_public_methods_but_geopy_s() -> None:
    methods = {name for name, _ in inspect.getmembers(GazetteerGeocoder, inspect.isfunction) if name[0] != "_"}
    assert methods == {"geocode", "reverse"}


@pytest.mark.parametrize("method", [GazetteerGeocoder.geocode, GazetteerGeocoder.reverse])
def test_methods_have_the_signature_that_geopy_asks_for(method) -> None:
    _, query, *options = inspect.signature(method).parameters.values()
    assert (query.name, query.kind) == ("query", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    assert all(option.kind == inspect.Parameter.KEYWORD_ONLY for option in options)
    defaults = {option.name: option.default for option in options}
    assert defaults["exactly_one"] is True
    assert defaults["timeout"] is DEFAULT_SENTINEL


def test_constructor_has_the_options_that_geopy_asks_for() -> None:
    options = inspect.signature(GazetteerGeocoder.__init__).parameters
    for name in ("timeout", "proxies", "ssl_context"):
        assert options[name].kind == inspect.Parameter.KEYWORD_ONLY
        assert options[name].default is DEFAULT_SENTINEL
    for name in ("user_agent", "adapter_factory"):
        assert options[name].kind == inspect.Parameter.KEYWORD_ONLY
        assert options[name].default is None
    assert all(option.kind is not inspect.Parameter.VAR_KEYWORD for option in options.values())


def test_keeps_what_every_geocoder_is_given() -> None:
    made = GazetteerGeocoder(timeout=7, proxies=None, user_agent="a map/1", ssl_context=None)
    assert (made.timeout, made.proxies, made.ssl_context) == (7, None, None)
    assert made.headers["User-Agent"] == "a map/1"


@pytest.mark.parametrize("timeout", [None, 0.001, 5])
def test_timeout_is_accepted(geocoder: GazetteerGeocoder, timeout: float | None) -> None:
    assert geocoder.geocode("Sirte", timeout=timeout) == geocoder.geocode("Sirte")
    assert geocoder.reverse((31.2, 16.6), timeout=timeout) == geocoder.reverse((31.2, 16.6))


def test_with_statement() -> None:
    with GazetteerGeocoder() as made:
        assert made.geocode("Sirte").raw["country_code"] == "LY"


def test_calls_no_service_whatever_geopy_is_set_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geopy.geocoders.options, "default_adapter_factory", lambda **_: pytest.fail("an HTTP client"))
    made = GazetteerGeocoder()
    assert isinstance(made.adapter, BaseSyncAdapter)
    assert made.geocode("Sirte") is not None
    with pytest.raises(GeocoderServiceError, match="no service"):
        made.adapter.get_json("https://example.org", timeout=1, headers={})


class AnyAsyncAdapter(BaseAsyncAdapter):
    async def get_json(self, *args, **kwargs):
        raise NotImplementedError

    async def get_text(self, *args, **kwargs):
        raise NotImplementedError


def test_answers_are_awaitable_with_an_asynchronous_adapter(geocoder: GazetteerGeocoder) -> None:
    async def ask() -> tuple[Location, Location]:
        async with GazetteerGeocoder(adapter_factory=AnyAsyncAdapter) as made:
            with pytest.raises(GeocoderQueryError):
                await made.geocode("")
            geocode = AsyncRateLimiter(made.geocode, min_delay_seconds=0)
            return await geocode("Sirte"), await made.reverse((31.2, 16.6))

    # In a thread of its own: the browser tests leave a running event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        answers = thread.submit(asyncio.run, ask()).result()
    assert answers == (geocoder.geocode("Sirte"), geocoder.reverse((31.2, 16.6)))


def test_missing_gazetteer_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="there is no gazetteer") as caught:
        GazetteerGeocoder("no-such-gazetteer")
    assert isinstance(caught.value.__cause__, GazetteerNotFoundError)


def test_pickles_as_a_path(geocoder: GazetteerGeocoder) -> None:
    geocoder.reverse((31.2, 16.6))  # its index must not travel
    pickled = pickle.dumps(geocoder)
    assert len(pickled) < 2000
    again = pickle.loads(pickled)
    assert again.geocode("Sirte") == geocoder.geocode("Sirte")
    assert again.reverse((31.2, 16.6)) == geocoder.reverse((31.2, 16.6))


def test_many_threads_get_the_same_answers(geocoder: GazetteerGeocoder) -> None:
    names = ["Sirte", "Tripoli, Lebanon", "Paris, Texas", "Xyzzyville"] * 50
    fresh = GazetteerGeocoder()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(fresh.geocode, names)) == [geocoder.geocode(name) for name in names]
        points = [(31.2, 16.6), (48.86, 2.35)] * 20
        assert list(pool.map(fresh.reverse, points)) == [geocoder.reverse(point) for point in points]


def test_pandas_and_rate_limiter(geocoder: GazetteerGeocoder) -> None:
    frame = pd.DataFrame({"name": ["Sirte", "Xyzzyville", "Paris, Texas"]})
    geocode = RateLimiter(geocoder.geocode, min_delay_seconds=0)
    frame["location"] = frame["name"].apply(geocode)
    frame["point"] = frame["location"].apply(lambda location: tuple(location.point) if location else None)
    assert frame["point"].tolist() == [(31.20892, 16.58866, 0.0), None, (33.66094, -95.55551, 0.0)]
    reverse = RateLimiter(geocoder.reverse, min_delay_seconds=0)
    assert reverse("31.2, 16.6").address == "Sirte, Surt, Libya"


# -- names → points ----------------------------------------------------------------------------------------------------


def test_location_is_full(geocoder: GazetteerGeocoder) -> None:
    location = geocoder.geocode("Syrte")
    assert isinstance(location, Location)
    assert location.address == str(location) == "Sirte, Surt, Libya"
    assert (location.latitude, location.longitude) == pytest.approx((31.20892, 16.58866), abs=0.01)
    assert location.altitude == 0
    assert set(location.raw) == {*Place.__dataclass_fields__, "matched_name", "level", "score"}
    assert location.raw["id"] == "geonames:2210554"
    assert 0 < location.raw["score"] <= 1
    assert json.loads(json.dumps(location.raw)) == location.raw


def test_nothing_found_is_none_for_a_list_too(geocoder: GazetteerGeocoder) -> None:
    assert geocoder.geocode("dsadjkasdjasd") is None
    assert geocoder.geocode("dsadjkasdjasd", exactly_one=False) is None


def test_all_or_some_or_one(geocoder: GazetteerGeocoder) -> None:
    every = geocoder.geocode("Springfield", exactly_one=False)
    assert len(every) > 20
    assert all(isinstance(location, Location) for location in every)
    assert geocoder.geocode("Springfield", exactly_one=False, limit=4) == every[:4]
    assert geocoder.geocode("Springfield", limit=4) == every[0]
    scores = [location.raw["score"] for location in every]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1, abs=0.01)


def test_order_is_that_of_the_lookup_chain(geocoder: GazetteerGeocoder, lookup: Lookup) -> None:
    found = lookup.find("Tripoli")
    locations = geocoder.geocode("Tripoli", exactly_one=False)
    assert [location.raw["id"] for location in locations] == [candidate.place.id for candidate in found]
    assert [location.raw["score"] for location in locations] == [candidate.score for candidate in found]
    assert [location.raw["matched_name"] for location in locations] == [candidate.matched_name for candidate in found]


# Coordinates, not names of divisions: those differ from one gazetteer to the next.
PLACES = {
    "Athens GA": (33.96, -83.38),
    "Berlin": (52.52, 13.41),
    "Dover DE": (39.16, -75.52),
    "Köln": (50.93, 6.96),
    "London ON": (42.98, -81.23),
    "Moscow ID": (46.73, -117.0),
    "New York": (40.71, -74.01),
    "Paris": (48.85, 2.35),
    "Paris TX": (33.66, -95.56),
    "Richmond CA": (37.94, -122.35),
    "San Juan": (18.47, -66.11),
    "Springfield IL": (39.8, -89.64),
    "Springfield MO": (37.22, -93.3),
    "Tbilisi": (41.69, 44.83),
    "Toronto": (43.7, -79.4),
    "Tripoli LB": (34.43, 35.84),
    "Tripoli LY": (32.89, 13.19),
    "Washington": (38.9, -77.04),
}


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("Paris", "Paris"),
        ("Paris, Texas", "Paris TX"),
        ("paris,tx", "Paris TX"),
        ("Paris Texas", "Paris TX"),
        ("Paris Texas USA", "Paris TX"),
        ("Springfield, Illinois, USA", "Springfield IL"),
        ("Springfield IL", "Springfield IL"),
        ("Springfield, IL 62701, USA", "Springfield IL"),
        ("Springfield, Greene County, Missouri", "Springfield MO"),
        ("Tripoli, Lebanon", "Tripoli LB"),
        ("Tripoli, Libya", "Tripoli LY"),
        ("Washington, D.C.", "Washington"),
        ("Washington, D.C., USA", "Washington"),
        ("Athens, Georgia", "Athens GA"),
        ("Tbilisi, Georgia", "Tbilisi"),
        ("New York, New York", "New York"),
        ("London, Ontario", "London ON"),
        ("Moscow, Idaho", "Moscow ID"),
        ("Mitte, Berlin", "Berlin"),
        ("Berlin, 10117, Germany", "Berlin"),
        ("Köln, Deutschland", "Köln"),
        ("Berlin, DE", "Berlin"),  # there is no Berlin in Delaware
        ("Dover, DE", "Dover DE"),
        ("Toronto, CA", "Toronto"),
        ("Richmond, CA", "Richmond CA"),  # the one in Canada is larger
        ("San Juan, USA", "San Juan"),
        ({"country": "us", "city": "moscow", "state": "idaho"}, "Moscow ID"),
        ({"city": "Paris", "state": "Texas"}, "Paris TX"),
        ({"town": "Springfield", "county": "Greene", "state": "MO"}, "Springfield MO"),
        ({"city": "New York"}, "New York"),
        ({"city": "Toronto", "country": "CA"}, "Toronto"),
        ({"city": "San Juan", "state": "Puerto Rico"}, "San Juan"),
        ({"suburb": "Mitte", "city": "Berlin"}, "Berlin"),
        ({"name": "Tripoli", "country": "Lebanon"}, "Tripoli LB"),
    ],
    ids=repr,
)
def test_a_town_is_looked_for_in_what_holds_it(geocoder: GazetteerGeocoder, query, place: str) -> None:
    location = geocoder.geocode(query)
    assert (location.latitude, location.longitude) == pytest.approx(PLACES[place], abs=0.1)
    assert location.raw["feature_class"] == "P"


@pytest.mark.parametrize(
    ("query", "country_code", "feature_code"),
    [
        ("Texas, USA", "US", "ADM1"),
        ("Libya, Libya", "LY", "PCL"),
        ("Georgia", "GE", "PCL"),
        ({"country": "Georgia"}, "GE", "PCL"),
        ({"state": "Georgia"}, "US", "ADM1"),
        ({"state": "New York"}, "US", "ADM1"),
        ({"country": "LY"}, "LY", "PCL"),
        ({"country_code": "ly"}, "LY", "PCL"),
        ({"country": "England"}, "GB", "ADM1"),
        ({"county": "Orange", "state": "CA"}, "US", "ADM2"),
    ],
    ids=repr,
)
def test_divisions_and_countries(geocoder: GazetteerGeocoder, query, country_code: str, feature_code: str) -> None:
    raw = geocoder.geocode(query).raw
    assert raw["country_code"] == country_code
    assert raw["feature_code"].startswith(feature_code)


@pytest.mark.parametrize(
    "query",
    [
        "Nice, Zimbabwe",  # known, but not there
        "Xyzzyville, Libya",  # unknown: the country is no answer
        "Paris, Xyzzyland",
        "USA, Texas",
        ",,,",
        "12345",
        "LY",  # a code is no name
        "the meeting room",
        "Nenagh the meeting room",
        "a," * 3000,
        "x" * 1_000_000,
        "\ud800",
    ],
)
def test_no_point_for_what_is_not_known(geocoder: GazetteerGeocoder, query: str) -> None:
    assert geocoder.geocode(query) is None


def test_parts_of_names_only_when_asked_for(geocoder: GazetteerGeocoder) -> None:
    assert geocoder.geocode("northern Benghazi") is None
    raw = geocoder.geocode("northern Benghazi", partial=True).raw
    assert (raw["name"], raw["level"]) == ("Benghazi", "part")


def test_structured_query_says_what_it_did_not_look_for(geocoder: GazetteerGeocoder) -> None:
    raw = geocoder.geocode({"street": "1 High Street", "postalcode": 10117, "city": "Berlin"}).raw
    assert (raw["name"], raw["not_searched"]) == ("Berlin", ["street", "postalcode"])


def test_a_row_of_a_table_is_a_query(geocoder: GazetteerGeocoder) -> None:
    rows = pd.DataFrame({"city": ["Paris", "Paris"], "state": ["Texas", math.nan], "country": [None, " "]})
    found = [geocoder.geocode(row).raw["country_code"] for row in rows.to_dict("records")]
    assert found == ["US", "FR"]


@pytest.mark.parametrize(
    "query",
    [
        None,
        math.nan,
        7,
        "",
        "  \n",
        ["Paris"],
        {},
        {"city": ""},
        {"city": 7},
        {"contry": "FR"},
        {"postalcode": "10117"},
    ],
)
def test_bad_queries(geocoder: GazetteerGeocoder, query: object) -> None:
    with pytest.raises(GeocoderQueryError):
        geocoder.geocode(query)


@pytest.mark.parametrize(
    "options", [{"limit": 0}, {"limit": -1}, {"limit": "many"}, {"exactly_one": False, "limit": 0}]
)
def test_bad_limits(geocoder: GazetteerGeocoder, options: dict) -> None:
    with pytest.raises(ValueError, match="limit of 1 or more"):
        geocoder.geocode("does not matter", **options)
    with pytest.raises(GeocoderQueryError, match="limit of 1 or more"):
        geocoder.reverse((0, 0), exactly_one=False, limit=options["limit"])


@pytest.mark.parametrize("codes", ["US", "us", ["US"], {"us", "ca"}, ("GB", "us")])
def test_country_codes(geocoder: GazetteerGeocoder, codes) -> None:
    assert geocoder.geocode("Moscow").raw["country_code"] == "RU"
    location = geocoder.geocode("Moscow", country_codes=codes)
    assert -119 < location.longitude < -70
    wanted = {code.upper() for code in ([codes] if isinstance(codes, str) else codes)}
    every = geocoder.geocode("Moscow", country_codes=codes, exactly_one=False)
    assert {location.raw["country_code"] for location in every} <= wanted


def test_country_codes_of_habit_and_of_nowhere(geocoder: GazetteerGeocoder) -> None:
    assert geocoder.geocode("York", country_codes="uk").raw["country_code"] == "GB"
    assert geocoder.geocode("Sirte", country_codes="zz") is None
    assert geocoder.geocode({"country": "Libya"}, country_codes="TN") is None
    assert geocoder.geocode("Sirte", country_codes=[]) == geocoder.geocode("Sirte")


@pytest.mark.parametrize("codes", ["USA", "us,ca", [None], [7], ["ÄÖ"]])
def test_bad_country_codes(geocoder: GazetteerGeocoder, codes) -> None:
    with pytest.raises(GeocoderQueryError, match="alpha-2"):
        geocoder.geocode("Paris", country_codes=codes)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_town_is_found_in_its_country(geocoder: GazetteerGeocoder, lookup: Lookup, data) -> None:
    towns = np.flatnonzero(lookup.gazetteer.kind == Kind.SETTLEMENT)
    town = lookup.gazetteer.place(int(towns[data.draw(st.integers(0, len(towns) - 1))]))
    query = {"name": town.name, "country_code": town.country_code}
    locations = geocoder.geocode(query, exactly_one=False)
    assert town.id in [location.raw["id"] for location in locations]


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=40))
def test_any_text_is_answered_or_refused(geocoder: GazetteerGeocoder, text: str) -> None:
    try:
        location = geocoder.geocode(text, partial=True)
    except GeocoderQueryError:
        assert not text.strip()
    else:
        assert location is None or isinstance(location, Location)


# -- points → names ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        (31.2, 16.6),
        [31.2, 16.6],
        ("31.2", "16.6"),
        Point(31.2, 16.6),
        Point(31.2, 16.6, 12),
        "31.2, 16.6",
        "31.2 16.6",
        "31 12m N 16 36m E",
        np.array([31.2, 16.6]),
    ],
    ids=repr,
)
def test_reverse_reads_points_as_geopy_does(geocoder: GazetteerGeocoder, query) -> None:
    location = geocoder.reverse(query)
    assert location.address == "Sirte, Surt, Libya"
    assert set(location.raw) == {*Place.__dataclass_fields__, "distance_km"}
    expected = great_circle((31.2, 16.6), location.point).km
    assert location.raw["distance_km"] == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize(
    "query",
    [
        None,
        "",
        "175 5th Avenue, NYC",
        31.2,
        (31.2,),
        (),
        (math.nan, 0),
        ("north", "east"),
        (1, 2, 3, 4),
        "1" * 5000,
        {},
    ],
)
def test_bad_points(geocoder: GazetteerGeocoder, query) -> None:
    with pytest.raises(GeocoderQueryError, match="no point in"):
        geocoder.reverse(query)


@pytest.mark.filterwarnings("ignore:Latitude normalization:UserWarning")
def test_latitudes_end_at_the_poles_and_longitudes_go_round(geocoder: GazetteerGeocoder) -> None:
    with pytest.raises(GeocoderQueryError, match=r"\[-90; 90\]"):
        geocoder.reverse((91, 0))
    assert geocoder.reverse((31.2, 376.6)) == geocoder.reverse((31.2, 16.6))


def test_reverse_within_a_limit(geocoder: GazetteerGeocoder) -> None:
    gulf_of_guinea = Point(0.05, -0.15)
    assert geocoder.reverse(gulf_of_guinea) is None
    assert geocoder.reverse(gulf_of_guinea, exactly_one=False) is None
    far = geocoder.reverse(gulf_of_guinea, max_distance_km=None)
    assert far.raw["distance_km"] > 500
    km = far.raw["distance_km"]
    assert geocoder.reverse(gulf_of_guinea, max_distance_km=km + 0.01) == far
    assert geocoder.reverse(gulf_of_guinea, max_distance_km=km - 0.01) is None


def test_reverse_list_is_sorted_and_cut(geocoder: GazetteerGeocoder) -> None:
    times_square = (40.758, -73.9855)
    near = geocoder.reverse(times_square, exactly_one=False, limit=25)
    assert len(near) == 25
    assert len(geocoder.reverse(times_square, exactly_one=False)) == 10
    assert near[0] == geocoder.reverse(times_square)
    distances = [location.raw["distance_km"] for location in near]
    assert distances == sorted(distances)
    assert distances[-1] <= 50
    assert "New York" in near[0].address
    assert len({location.raw["id"] for location in near}) == 25
    assert all(location.raw["feature_class"] == "P" for location in near)


@pytest.mark.parametrize("distance", [-1, math.nan, "near"])
def test_bad_distances(geocoder: GazetteerGeocoder, distance) -> None:
    with pytest.raises(GeocoderQueryError, match="max_distance_km"):
        geocoder.reverse((0, 0), max_distance_km=distance)


@settings(max_examples=60, deadline=None)
@given(lat=LATITUDES, lon=LONGITUDES, count=st.integers(1, 5))
def test_reverse_is_the_nearest_of_all(
    geocoder: GazetteerGeocoder, lookup: Lookup, lat: float, lon: float, count: int
) -> None:
    gazetteer = lookup.gazetteer
    towns = gazetteer.kind == Kind.SETTLEMENT
    distances = geodesy.distance_km(lat, lon, gazetteer.lat[towns].astype(float), gazetteer.lon[towns].astype(float))
    found = geocoder.reverse((lat, lon), exactly_one=False, limit=count, max_distance_km=None)
    # 3 m: the columns are single precision, the distances rounded to metres.
    assert [location.raw["distance_km"] for location in found] == pytest.approx(
        np.sort(distances)[:count].tolist(), abs=0.003
    )


@settings(deadline=None)
@given(
    st.lists(st.tuples(LATITUDES, LONGITUDES), max_size=60),
    st.tuples(LATITUDES, LONGITUDES),
    st.integers(1, 8),
    st.one_of(st.just(math.inf), st.floats(0, 25_000)),
)
def test_nearest_agrees_with_looking_at_every_point(points, centre, count: int, reach_km: float) -> None:
    vectors = geodesy.unit_vectors(np.array([p[0] for p in points]), np.array([p[1] for p in points]))
    vector = geodesy.unit_vectors(*centre)
    block = _nearest._BLOCK
    try:
        _nearest._BLOCK = 4  # so that a few points make many blocks
        nearest = Nearest(vectors)
    finally:
        _nearest._BLOCK = block
    squares = ((vectors - vector) ** 2).sum(axis=1)
    reach = _nearest._chord(reach_km) ** 2
    by_distance = [int(i) for i in np.lexsort((np.arange(len(points)), squares)) if squares[i] <= reach]
    found = nearest(vector, count, reach_km=reach_km).tolist()
    tied = [i for i in by_distance[count:] if squares[i] == squares[by_distance[count - 1]]]
    assert found == by_distance[:count] + tied


def test_nearest_with_a_margin_gives_those_just_behind_the_last_one() -> None:
    nearest = Nearest(geodesy.unit_vectors(np.zeros(4), np.array([0.0, 1.0, 1.01, 1.2])))
    origin = geodesy.unit_vectors(0.0, 0.0)
    assert nearest(origin, 2).tolist() == [0, 1]
    assert nearest(origin, 2, margin_km=2).tolist() == [0, 1, 2]
    assert nearest(origin, 2, margin_km=2, reach_km=112).tolist() == [0, 1]


# -- documentation -----------------------------------------------------------------------------------------------------


def test_examples_in_docstrings() -> None:
    assert doctest.testmod(adapter).failed == 0


def test_examples_in_the_how_to() -> None:
    page = Path(__file__).parent.parent / "docs" / "geopy.md"
    examples = "\n".join(re.findall(r"^```pycon\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE))
    test = doctest.DocTestParser().get_doctest(examples, {}, "geopy.md", str(page), 0)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    runner.run(test)
    assert runner.tries > 8
    assert runner.failures == 0
