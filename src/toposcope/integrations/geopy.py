"""A geopy geocoder on the gazetteer: names → points and points → names, without network, key or limit.

>>> from toposcope.integrations.geopy import GazetteerGeocoder
>>> geocoder = GazetteerGeocoder()
>>> geocoder.geocode("Paris, Texas").address
'Paris, Texas, United States'
>>> geocoder.reverse((31.2, 16.6)).address
'Sirte, Surt, Libya'

It takes and gives what geopy's own geocoders do, so that ``RateLimiter``, pandas and code written for another
service work unchanged. It is not registered with geopy: import it from here.
"""

import math
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any, TypeVar

import numpy as np
from geopy.adapters import BaseAsyncAdapter, BaseSyncAdapter
from geopy.exc import ConfigurationError, GeocoderQueryError, GeocoderServiceError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point
from numpy.typing import NDArray

from toposcope import geodesy
from toposcope.candidates import GazetteerSpec, level_name, open_gazetteer
from toposcope.document import Place
from toposcope.errors import GazetteerError
from toposcope.gazetteer import Gazetteer, Kind
from toposcope.integrations._nearest import Nearest
from toposcope.integrations._search import ANY, Found, Part, find_parts, find_text, fit
from toposcope.names import normalise

__all__ = ["GazetteerGeocoder"]

_Answer = TypeVar("_Answer")

_QUARTER = fit([Kind.SETTLEMENT], list(Kind))
_TOWN = fit([Kind.SETTLEMENT], [Kind.ADMIN2])
_STATE = fit([Kind.ADMIN1], [Kind.COUNTRY, Kind.REGION, Kind.ADMIN2])
_COUNTRY = fit([Kind.COUNTRY], [Kind.ADMIN1, Kind.REGION])

#: Keys of a structured query, from the smallest thing to the largest, and the kinds of place they mean. Where geopy's
#: Nominatim and its answers have a key, it is theirs.
_KEYS = {
    "amenity": ANY,
    "name": ANY,
    "neighbourhood": _QUARTER,
    "suburb": _QUARTER,
    "borough": _QUARTER,
    "city_district": _QUARTER,
    "hamlet": _TOWN,
    "village": _TOWN,
    "town": _TOWN,
    "city": _TOWN,
    "municipality": fit([Kind.SETTLEMENT, Kind.ADMIN2]),
    "district": fit([Kind.ADMIN2], [Kind.SETTLEMENT, Kind.ADMIN1]),
    "county": fit([Kind.ADMIN2], [Kind.ADMIN1]),
    "province": _STATE,
    "region": _STATE,
    "state": _STATE,
    "country": _COUNTRY,
    "country_code": fit([Kind.COUNTRY]),
}
#: Keys of other geocoders for what no gazetteer holds.
_NOT_SEARCHED = ("street", "postalcode")

#: Country codes that people and the European Union write for those of ISO 3166-1.
_USUAL_CODES = {"EL": "GR", "UK": "GB"}

#: Single precision of the gazetteer's columns puts a point off by less than this; the places themselves are exact.
_COLUMN_ERROR_KM = 0.003


class GazetteerGeocoder(Geocoder):  # type: ignore[misc]  # geopy has no type hints
    """Geocoder on a gazetteer.

    Every answer is a :class:`geopy.location.Location`. Its `address` is made for reading
    ("Sirte, Surt, Libya"), its `raw` is a dict of plain values, ready for JSON: all fields of a
    :class:`toposcope.Place`, and what the search adds to them.

    May be used in a ``with`` statement and by several threads at a time, and be pickled: the gazetteer travels as its
    path.

    Parameters
    ----------
    gazetteer : str, path or list of these
        As for :func:`toposcope.open_gazetteer`.
    timeout, proxies, user_agent, ssl_context
        Accepted as by every geocoder of geopy, and without effect: no service is called.
    adapter_factory : callable, optional
        An asynchronous one (:class:`geopy.adapters.AioHTTPAdapter`) makes `geocode` and `reverse` return awaitables, as
        :class:`geopy.extra.rate_limiter.AsyncRateLimiter` and ``async with`` expect. By default both just answer,
        whatever ``geopy.geocoders.options`` say.

    Raises
    ------
    geopy.exc.ConfigurationError
        If the gazetteer cannot be opened.
    """

    def __init__(
        self,
        gazetteer: GazetteerSpec = "embedded",
        *,
        timeout: Any = DEFAULT_SENTINEL,
        proxies: Any = DEFAULT_SENTINEL,
        user_agent: str | None = None,
        ssl_context: Any = DEFAULT_SENTINEL,
        adapter_factory: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(
            timeout=timeout,
            proxies=proxies,
            user_agent=user_agent,
            ssl_context=ssl_context,
            adapter_factory=adapter_factory or _Offline,
        )
        try:
            self._lookup = open_gazetteer(gazetteer)
        except GazetteerError as error:
            raise ConfigurationError(str(error)) from error
        self._start()

    def _start(self) -> None:
        """What is made when first needed, and does not travel in a pickle."""
        self._lock = threading.RLock()  # geopy's documentation calls geocoders from a pool of threads
        self._country_names: dict[str | None, str] | None = None
        self._settlements: tuple[Nearest, NDArray[np.intp]] | None = None

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        for name in ("_lock", "_country_names", "_settlements"):
            del state[name]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._start()

    def geocode(
        self,
        query: str | Mapping[str, Any],
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,  # noqa: ARG002  # part of geopy's interface
        limit: int | None = None,
        country_codes: str | Iterable[str] | None = None,
        partial: bool = False,
    ) -> Any:
        """Places of a name.

        Parameters
        ----------
        query : str or mapping
            A name, alone ("Sirte") or followed by what it lies in ("Springfield, Illinois, USA"; "Heathrow, London").
            Or its parts by name: `amenity` or `name`; `neighbourhood`, `suburb`, `borough`, `city_district`; `hamlet`,
            `village`, `town`, `city`, `municipality`; `district`, `county`; `province`, `region`, `state`; `country`;
            `country_code`. The smallest part given is looked for, the others hold it. `street` and `postalcode` are
            accepted, but no gazetteer knows them: the answer is the town, and ``raw["not_searched"]`` names them.
            Parts that are None, NaN or blank do not count, so that a row of a table is a query.
        exactly_one : bool
            Return the best place, else a list of all, best first.
        timeout
            Accepted as by every geocoder of geopy, and without effect.
        limit : int, optional
            Length of the list at most.
        country_codes : str or iterable of str, optional
            ISO 3166-1 alpha-2 codes: only places in these countries.
        partial : bool
            Also answer a name of which only a part is known ("northern Benghazi", but also "the meeting room").

        Returns
        -------
        geopy.location.Location, list of these, or None
            None where nothing is found, for a list too. A place that is known, but not in what was said to hold it, is
            not found. `raw` also has ``matched_name``, ``level`` and ``score``, as :class:`toposcope.Candidate` has:
            the score is the share of prominence among all places that the query may mean.

        Raises
        ------
        geopy.exc.GeocoderQueryError
            If the query is no name, or an option is out of range.
        """
        return self._answer(lambda: self._geocode(query, exactly_one, limit, country_codes, partial))

    def reverse(
        self,
        query: Any,
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,  # noqa: ARG002  # part of geopy's interface
        max_distance_km: float | None = 50.0,
        limit: int = 10,
    ) -> Any:
        """Settlements nearest to a point.

        Parameters
        ----------
        query : geopy.point.Point, (lat, lon) or str
            All that :class:`geopy.point.Point` reads: ``"31.2, 16.6"``, ``"31 12m N 16 35m E"``.
        exactly_one : bool
            Return the nearest, else a list, nearest first.
        timeout
            Accepted as by every geocoder of geopy, and without effect.
        max_distance_km : float, optional
            Great-circle distance from which nothing is near; None for no limit. In the middle of a sea or desert
            None is a better answer than a town beyond the horizon.
        limit : int
            Length of the list at most.

        Returns
        -------
        geopy.location.Location, list of these, or None
            None where there is no settlement within the distance. `raw` also has ``distance_km``. The first call takes
            some tenths of a second to sort the settlements, every further one less than a millisecond.

        Raises
        ------
        geopy.exc.GeocoderQueryError
            If the query is no point, or an option is out of range.
        """
        return self._answer(lambda: self._reverse(query, exactly_one, max_distance_km, limit))

    def _answer(self, search: Callable[[], _Answer]) -> Any:
        """The answer, or an awaitable of it where the adapter is asynchronous."""
        if not isinstance(self.adapter, BaseAsyncAdapter):
            return search()

        async def answer() -> _Answer:
            return search()

        return answer()

    def _geocode(
        self,
        query: str | Mapping[str, Any],
        exactly_one: bool,
        limit: int | None,
        country_codes: str | Iterable[str] | None,
        partial: bool,
    ) -> Location | list[Location] | None:
        codes = _checked_codes(country_codes)
        count = None if limit is None else _checked_limit(limit)
        extra: dict[str, Any] = {}
        with self._lock:
            if isinstance(query, Mapping):
                parts, not_searched = _structured(query)
                if not_searched:
                    extra["not_searched"] = not_searched
                found = find_parts(self._lookup, parts, country_codes=codes, partial=partial)
            else:
                found = find_text(self._lookup, _checked_name(query), country_codes=codes, partial=partial)
            rows = range(len(found.places))[: 1 if exactly_one else count]
            locations = [self._location(found.places[row], **self._match(found, row), **extra) for row in rows]
        return _as_asked(locations, exactly_one)

    def _match(self, found: Found, row: int) -> dict[str, Any]:
        """What was found to be how like the query."""
        posting = int(found.postings[row])
        place = self._gazetteer.place(int(found.places[row]))
        return {
            "matched_name": place.country_code if posting < 0 else self._gazetteer.matched_name(posting),
            "level": level_name(found.level, int(found.types[row])),
            "score": round(float(found.weights[row]), 4),
        }

    def _reverse(
        self, query: Any, exactly_one: bool, max_distance_km: float | None, limit: int
    ) -> Location | list[Location] | None:
        point = _checked_point(query)
        count = 1 if exactly_one else _checked_limit(limit)
        reach_km = math.inf if max_distance_km is None else _checked_distance(max_distance_km)
        lat, lon = float(point.latitude), float(point.longitude)
        with self._lock:
            nearest, settlements = self._settlement_index()
            vector = geodesy.unit_vectors(lat, lon)
            rows = nearest(vector, count, reach_km=reach_km + _COLUMN_ERROR_KM, margin_km=_COLUMN_ERROR_KM)
            places = {int(settlements[row]): self._gazetteer.place(int(settlements[row])) for row in rows}
            distances = geodesy.distance_km(
                lat, lon, [p.lat for p in places.values()], [p.lon for p in places.values()]
            )
            # Of two towns at one point, the larger.
            ranked = sorted(
                (round(float(distance), 3), -place.population, place.id, index)
                for distance, (index, place) in zip(distances, places.items(), strict=True)
                if distance <= reach_km
            )
            locations = [self._location(index, distance_km=distance) for distance, _, _, index in ranked[:count]]
        return _as_asked(locations, exactly_one)

    @property
    def _gazetteer(self) -> Gazetteer:
        return self._lookup.gazetteer

    def _settlement_index(self) -> tuple[Nearest, NDArray[np.intp]]:
        if self._settlements is None:
            gazetteer = self._gazetteer
            rows = np.flatnonzero(gazetteer.kind == Kind.SETTLEMENT)
            lat, lon = gazetteer.lat[rows].astype(np.float64), gazetteer.lon[rows].astype(np.float64)
            self._settlements = Nearest(geodesy.unit_vectors(lat, lon)), rows
        return self._settlements

    def _location(self, index: int, **extra: Any) -> Location:
        place = self._gazetteer.place(int(index))
        raw = asdict(place)
        raw["bbox"] = None if place.bbox is None else list(place.bbox)
        return Location(self._address(place), Point(place.lat, place.lon), {**raw, **extra})

    def _address(self, place: Place) -> str:
        """Name, first-order division and country, no name twice in a row: "Sirte, Surt, Libya", "Tripoli, Libya"."""
        names = [place.name]
        for container in (place.admin1, self._country_name(place.country_code)):
            if container and normalise(container) != normalise(names[-1]):
                names.append(container)
        return ", ".join(names)

    def _country_name(self, code: str | None) -> str | None:
        if self._country_names is None:
            countries = (self._gazetteer.place(int(i)) for i in np.flatnonzero(self._gazetteer.kind == Kind.COUNTRY))
            by_size = sorted(countries, key=lambda place: (place.population, place.id))
            self._country_names = {place.country_code: place.name for place in by_size}  # the largest of a code stays
        return self._country_names.get(code, code)


class _Offline(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no type hints
    """The adapter of a geocoder that calls no service."""

    def get_json(self, url: str, **_: Any) -> Any:
        raise GeocoderServiceError(f"a geocoder on a gazetteer calls no service, asked for {url!r}.")

    get_text = get_json


def _as_asked(locations: list[Location], exactly_one: bool) -> Location | list[Location] | None:
    """One or all; None for none, for a list too: so do geopy's geocoders."""
    if not locations:
        return None
    return locations[0] if exactly_one else locations


def _structured(query: Mapping[str, Any]) -> tuple[list[Part], list[str]]:
    """Parts of a query, the smallest first, and those of its keys that nothing is looked up for."""
    given = {key: value for key, value in query.items() if not _is_missing(value)}
    unknown = [repr(key) for key in given if key not in _KEYS and key not in _NOT_SEARCHED]
    if unknown:
        raise GeocoderQueryError(f"unknown keys: {', '.join(unknown)}; known: {', '.join((*_KEYS, *_NOT_SEARCHED))}.")
    parts = [
        Part(_checked_name(given[key]), weights, may_be_code=key in ("country", "country_code"))
        for key, weights in _KEYS.items()
        if key in given
    ]
    if not parts:
        raise GeocoderQueryError(f"nothing to look for in {dict(query)!r}: give one of {', '.join(_KEYS)}.")
    return parts, [key for key in _NOT_SEARCHED if key in given]


def _is_missing(value: Any) -> bool:
    """Whether a cell of a table is empty: None, NaN (which is not itself), blank."""
    return value is None or value != value or (isinstance(value, str) and not value.strip())


def _checked_name(name: Any) -> str:
    if not isinstance(name, str):
        raise GeocoderQueryError(
            f"expected a name or a mapping of its parts, got {name!r}. "
            "Leave missing values out; with pandas: df['name'].dropna().apply(geocoder.geocode)."
        )
    if not name.strip():
        raise GeocoderQueryError("expected a name, got an empty one. Leave empty cells out.")
    return name


def _checked_codes(codes: str | Iterable[str] | None) -> frozenset[str]:
    wanted = [codes] if isinstance(codes, str) else list(codes or ())
    for code in wanted:
        if not (isinstance(code, str) and len(code) == 2 and code.isascii() and code.isalpha()):
            raise GeocoderQueryError(f"expected ISO 3166-1 alpha-2 country codes such as 'LY', got {code!r}.")
    return frozenset(_USUAL_CODES.get(code.upper(), code.upper()) for code in wanted)


def _checked_limit(limit: Any) -> int:
    try:
        count = int(limit)
    except (TypeError, ValueError):
        count = 0
    if count < 1:
        raise GeocoderQueryError(f"expected a limit of 1 or more, got {limit!r}.")
    return count


def _checked_distance(distance_km: Any) -> float:
    try:
        reach_km = float(distance_km)
    except (TypeError, ValueError):
        reach_km = math.nan
    if not reach_km >= 0:
        raise GeocoderQueryError(f"expected a max_distance_km of 0 or more, got {distance_km!r}.")
    return reach_km


def _checked_point(query: Any) -> Point:
    """A point from all that geopy takes for one; not from nothing, which geopy takes for (0, 0)."""
    try:
        if not isinstance(query, str | Point):
            query = tuple(query)
        if not isinstance(query, Point) and len(query) < 2:
            raise ValueError("expected a latitude and a longitude.")
        return Point(query)
    except (TypeError, ValueError) as error:
        raise GeocoderQueryError(
            f"no point in {query!r} ({error}) Give (lat, lon), a string such as '31.2, 16.6' or a geopy Point."
        ) from error
