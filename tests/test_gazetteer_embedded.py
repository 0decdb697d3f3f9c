"""The gazetteer that comes with the package: it knows the news, and keeps within its bounds."""

import os
from pathlib import Path

import numpy as np
import pytest

from toposcope.assets import gazetteer_path
from toposcope.candidates import Lookup, open_gazetteer
from toposcope.gazetteer import Gazetteer, Kind, NameType, PlaceFlag
from toposcope.geodesy import distance_km
from toposcope.names import SKELETON_PREFIX, normalise
from toposcope.sources.united_states import CENSUS, POST_OFFICES

# Of countries and territories whose capital is no settlement of 500 inhabitants, or that have none.
WITHOUT_CAPITAL = {"AQ", "BQ", "BV", "EH", "HM", "IO", "PW", "TK", "UM"}


@pytest.fixture(scope="module")
def lookup() -> Lookup:
    return open_gazetteer("embedded")


@pytest.fixture(scope="module")
def gazetteer(lookup: Lookup) -> Gazetteer:
    return lookup.gazetteer


@pytest.mark.parametrize(
    ("name", "lat", "lon", "within_km"),
    [
        ("Sirte", 31.2, 16.59, 5), ("Syrte", 31.2, 16.59, 5), ("Al-Jufra", 27.7, 17.05, 150),
        ("Tubruq", 32.08, 23.96, 5), ("Tobruk", 32.08, 23.96, 5), ("U.S.", 39.76, -98.5, 50),
        ("Türkiye", 39.06, 34.91, 50), ("Bab el-Mandeb", 12.6, 43.35, 60), ("Moskva", 55.75, 37.62, 10),
        ("Köln", 50.93, 6.95, 5), ("Koeln", 50.93, 6.95, 5), ("Kyiv", 50.45, 30.52, 5), ("Kiev", 50.45, 30.52, 5),
        ("St Petersburg", 59.94, 30.31, 5), ("Hague", 52.08, 4.3, 5), ("The Hague", 52.08, 4.3, 5),
        ("New York", 40.71, -74.0, 5), ("Washington", 38.9, -77.04, 10), ("Georgia", 42.0, 43.5, 80),
        ("Libyan", 28.0, 17.0, 50), ("Calif.", 37.25, -119.75, 50), ("Constantinople", 41.01, 28.95, 20),
        ("Bombay", 19.07, 72.88, 10), ("Mediterranean", 35.0, 20.0, 800), ("Москва", 55.75, 37.62, 10),
        ("Bavaria", 49.0, 11.5, 20), ("Queensland", -20.0, 145.0, 20), ("Katanga", -8.9, 26.0, 250),
        ("Laurel County", 37.1, -84.1, 20), ("Middle East", 33.0, 36.0, 800), ("NYC", 40.71, -74.0, 5),
        ("Heathrow Airport", 51.47, -0.46, 5), ("the Bronx", 40.85, -73.87, 10), ("Donbas", 48.2, 38.2, 150),
        ("Harwinton", 41.77, -73.06, 5), ("Lanexa", 37.42, -76.9, 5), ("Readington Township", 40.58, -74.77, 5),
        ("European Union", 50.85, 4.35, 5), ("EU", 50.85, 4.35, 5),
        ("Amazon", -4.0, -62.0, 300), ("White House", 38.9, -77.04, 5), ("Heathrow", 51.47, -0.46, 5),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_a_reader_of_news_means_comes_first(
    lookup: Lookup, name: str, lat: float, lon: float, within_km: float
) -> None:
    best = lookup.find(name)[0].place
    assert distance_km(best.lat, best.lon, lat, lon) < within_km, best


@pytest.mark.parametrize("name", ["GNA", "LNA", "Xyzzyville", "Lanexa-on-the-Nowhere", "Rokvud", "Jeff"])
def test_what_is_no_place_has_no_exact_answer(gazetteer: Gazetteer, name: str) -> None:
    assert normalise(name) not in gazetteer


def test_the_file_is_small() -> None:
    assert gazetteer_path("embedded").stat().st_size <= 30_000_000


def test_every_byte_is_as_built(gazetteer: Gazetteer) -> None:
    gazetteer.verify()


def test_all_names_that_our_tables_speak_of_have_a_place(gazetteer: Gazetteer) -> None:
    assert gazetteer.header["warnings"] == []


def test_every_country_has_a_point_an_extent_and_a_capital(gazetteer: Gazetteer) -> None:
    countries = np.flatnonzero(gazetteer.kind == Kind.COUNTRY)
    codes = [gazetteer.place(int(index)).country_code for index in countries]
    assert len(codes) == len(set(codes)) == 250
    for index in countries:
        place = gazetteer.place(int(index))
        assert (place.lat, place.lon) != (0.0, 0.0)
        assert place.extent_km > 0
    capitals = np.flatnonzero(gazetteer.flags & PlaceFlag.CAPITAL)
    with_capital = [gazetteer.place(int(index)).country_code for index in capitals]
    assert len(with_capital) == len(set(with_capital))
    assert set(codes) - set(with_capital) <= WITHOUT_CAPITAL


def test_settlements_know_their_divisions(gazetteer: Gazetteer) -> None:
    settlements = gazetteer.kind == Kind.SETTLEMENT
    large = settlements & (gazetteer.population >= 1000)
    assert (gazetteer.admin1[large] >= 0).mean() > 0.99
    assert (gazetteer.admin2[large] >= 0).mean() > 0.8
    sirte = gazetteer.place(gazetteer.index_of("geonames:2210554") or 0)
    assert (sirte.admin1, sirte.feature_code, sirte.extent_km) == ("Surt", "PPLA", 8.0)


@pytest.mark.parametrize(
    ("name", "state", "county"),
    [
        ("Harwinton", "Connecticut", "Northwest Hills Planning Region"), ("Cookville", "Texas", "Titus County"),
        ("Meadow Grove", "Nebraska", "Madison County"), ("Lore City", "Ohio", "Guernsey County"),
        ("Thackerville", "Oklahoma", "Love County"), ("Winside", "Nebraska", "Wayne County"),
        ("Readington", "New Jersey", "Hunterdon County"), ("Brandon", "Minnesota", "Douglas County"),
        ("Medicine Bow", "Wyoming", "Carbon County"), ("Grafton", "Vermont", "Windham County"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_small_places_of_the_united_states(lookup: Lookup, name: str, state: str, county: str) -> None:
    assert (state, county) in {(c.place.admin1, c.place.admin2) for c in lookup.find(name)}


def test_small_places_lie_in_their_counties(gazetteer: Gazetteer) -> None:
    labels = [source["label"] for source in gazetteer.header["sources"]]
    small = np.flatnonzero(np.isin(gazetteer._source, [labels.index(CENSUS.label), labels.index(POST_OFFICES.label)]))
    assert len(small) > 20_000
    assert (gazetteer.admin1[small] >= 0).all()
    assert (gazetteer.admin2[small] >= 0).mean() > 0.995
    counties = {int(gazetteer.admin2[i]): gazetteer.place(int(i)) for i in np.flatnonzero(
        (gazetteer.kind == Kind.ADMIN2) & (gazetteer.admin2 >= 0) & ~np.isin(np.arange(len(gazetteer)), small)
    )}  # fmt: skip
    stray = 0
    for index in small:
        county = counties.get(int(gazetteer.admin2[index]))
        if county is not None:
            apart = distance_km(gazetteer.lat[index], gazetteer.lon[index], county.lat, county.lon)
            stray += bool(apart > county.extent_km + 5)
    assert stray <= 0.002 * len(small)


def test_all_kinds_of_places_are_there_in_number(gazetteer: Gazetteer) -> None:
    counts = np.bincount(gazetteer.kind, minlength=len(Kind))
    assert counts[Kind.CONTINENT] == 7
    assert counts[Kind.ADMIN1] > 3800
    assert counts[Kind.ADMIN2] > 15_000
    assert counts[Kind.SETTLEMENT] > 230_000
    assert counts[Kind.AIRPORT] > 15_000
    assert counts[Kind.WATER] + counts[Kind.TERRAIN] > 800
    assert set(np.unique(gazetteer.posting_type)) == set(NameType)


def test_postings_and_columns_fit_together(gazetteer: Gazetteer) -> None:
    assert gazetteer.posting_place.min() >= 0
    assert gazetteer.posting_place.max() < len(gazetteer)
    assert len(np.unique(gazetteer.posting_place)) == len(gazetteer)  # every place can be found by a name
    assert np.abs(gazetteer.lat).max() <= 90
    assert np.abs(gazetteer.lon).max() <= 180
    assert gazetteer.country.max() == len(gazetteer.country_codes) - 1


def test_every_key_leads_to_names_of_that_key(gazetteer: Gazetteer) -> None:
    rng = np.random.default_rng(7)
    for posting in rng.integers(0, len(gazetteer.posting_place), 2000).tolist():
        spelling = gazetteer.matched_name(posting)
        keys = (normalise(spelling), normalise(spelling).removeprefix("the "))
        if not any(posting in gazetteer.postings(key) for key in keys):
            # what is left are skeletons, whose spelling is that of the name behind them
            number = int(np.searchsorted(gazetteer._key_start, np.int32(posting), side="right")) - 1
            assert gazetteer._trie.restore_key(number).startswith(SKELETON_PREFIX)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells what is resident")
def test_ten_thousand_lookups_stay_small() -> None:
    import subprocess
    import sys

    script = """
import random
from pathlib import Path
import numpy, marisa_trie
from toposcope.assets import gazetteer_path
from toposcope.gazetteer import Gazetteer
def resident():
    return int(next(l for l in Path('/proc/self/status').read_text().splitlines() if l.startswith('VmRSS')).split()[1])
before = resident()
gazetteer = Gazetteer(gazetteer_path())
rng = random.Random(1)
for _ in range(10_000):
    posting = rng.randrange(len(gazetteer.posting_place))
    key = gazetteer.matched_name(posting).lower()
    for found in gazetteer.postings(key):
        gazetteer.place(int(gazetteer.posting_place[found]))
print(resident() - before)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ)
    assert int(done.stdout) <= 30_000, "KB resident more than before opening, every page of the file included"


@pytest.mark.parametrize(
    ("country", "name", "radius_km"),
    [
        # Half the greatest width of each, about; a piece overseas or a stray settlement makes it ten times as much.
        ("FR", "Brittany", 145), ("FR", "Corsica", 95), ("NL", "Zeeland", 45), ("BR", "Bahia", 570),
        ("UA", "Crimea", 165), ("CN", "Hebei", 370), ("CN", "Heilongjiang", 560), ("RU", "Murmansk", 300),
        ("BR", "Mato Grosso do Sul", 400), ("RU", "Chukotka", 750), ("AU", "Tasmania", 220), ("DE", "Bavaria", 190),
        ("VN", "Hanoi", 55), ("VN", "Lam Dong", 140),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_division_is_as_large_as_on_the_map(lookup: Lookup, country: str, name: str, radius_km: float) -> None:
    found = [c.place for c in lookup.find(name) if c.place.feature_code == "ADM1" and c.place.country_code == country]
    assert radius_km / 1.4 < found[0].extent_km < radius_km * 1.8, found[0]


def test_divisions_reach_as_far_as_their_settlements_and_no_farther(gazetteer: Gazetteer) -> None:
    towns = np.flatnonzero((gazetteer.kind == Kind.SETTLEMENT) & (gazetteer.admin1 >= 0))
    towns = towns[np.argsort(gazetteer.admin1[towns], kind="stable")]
    too_large, too_small, checked = [], [], 0
    for index in np.flatnonzero(gazetteer.kind == Kind.ADMIN1):
        lo, hi = np.searchsorted(gazetteer.admin1[towns], [gazetteer.admin1[index], gazetteer.admin1[index] + 1])
        if hi - lo < 100:
            continue  # a few settlements say little of a desert
        checked += 1
        place, mine = gazetteer.place(int(index)), towns[lo:hi]
        apart = distance_km(place.lat, place.lon, gazetteer.lat[mine], gazetteer.lon[mine])
        if (apart <= place.extent_km + 5).mean() < 0.95:
            too_small.append((place.name, place.country_code, place.extent_km, float(np.quantile(apart, 0.95))))
        if place.extent_km > 3.5 * np.quantile(apart, 0.95) + 50:
            too_large.append((place.name, place.country_code, place.extent_km, float(np.quantile(apart, 0.95))))
    assert checked > 400
    assert not too_large
    assert {(name, country) for name, country, _, _ in too_small} <= {("Henan", "CN")}  # strays of other provinces
