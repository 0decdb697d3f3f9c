"""The land of the base map, to hold points against: is a point on land, in a country, how far from its shore or border.

Reads the base map that every page carries: a topology whose arcs are quantised and delta-encoded, countries with
GeoNames' country codes. Rings may run on past the 180th meridian. The map is simplified (a bay of less than some 6 km
is gone, and so is an island), so whoever asks must allow for that.
"""

import gzip
import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from toposcope.geodesy import EARTH_RADIUS_KM

KM_A_DEGREE = float(np.radians(1)) * EARTH_RADIUS_KM

Ring = NDArray[np.float64]  #: (lon, lat) of shape (n, 2), closed


class Outline:
    """All rings of an area, holes among them, as one bundle of edges."""

    def __init__(self, rings: Iterable[Ring]) -> None:
        self.rings = tuple(rings)
        self.start = np.concatenate([ring[:-1] for ring in self.rings])
        self.end = np.concatenate([ring[1:] for ring in self.rings])
        middles = [(ring[:, 0].min() + ring[:, 0].max()) / 2 for ring in self.rings]
        self.middle = np.repeat(middles, [len(ring) - 1 for ring in self.rings])

    def _around(self, lon: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Longitudes of the edges' ends, each ring turned by whole circles to come as near to a longitude as can be."""
        turn = 360 * np.round((lon - self.middle) / 360)
        return self.start[:, 0] + turn, self.end[:, 0] + turn

    def holds(self, lat: float, lon: float) -> bool:
        """Even-odd rule over all edges: holes are outside, and borders inside the area cancel out."""
        x1, x2 = self._around(lon)
        y1, y2 = self.start[:, 1], self.end[:, 1]
        crosses = (y1 > lat) != (y2 > lat)
        x1, x2, y1, y2 = x1[crosses], x2[crosses], y1[crosses], y2[crosses]
        return bool(np.count_nonzero(x1 + (lat - y1) * (x2 - x1) / (y2 - y1) > lon) % 2)

    def edge_km(self, lat: float, lon: float) -> float:
        """Distance to the nearest edge, on a plane that touches the sphere at the point: right where it is small."""
        east_km = KM_A_DEGREE * float(np.cos(np.radians(lat)))
        x1, x2 = ((x - lon) * east_km for x in self._around(lon))
        y1, y2 = ((y - lat) * KM_A_DEGREE for y in (self.start[:, 1], self.end[:, 1]))
        dx, dy = x2 - x1, y2 - y1
        along = np.clip(-(x1 * dx + y1 * dy) / np.maximum(dx**2 + dy**2, 1e-12), 0, 1)
        return float(np.hypot(x1 + along * dx, y1 + along * dy).min())


@cache
def countries() -> dict[str, Outline]:
    """Country code → its outline; what the base map gives to no country stands under the empty code."""
    packed = (files("toposcope") / "webmap" / "basemap" / "world.json.gz").read_bytes()
    world = json.loads(gzip.decompress(packed))
    arcs = [np.cumsum(np.reshape(arc, (-1, 2)), axis=0) * world["scale"] + world["translate"] for arc in world["arcs"]]

    def ring(numbers: list[int]) -> Ring:
        parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    return {
        country["code"] or "": Outline(ring(numbers) for polygon in country["polygons"] for numbers in polygon)
        for country in world["countries"]
    }


@cache
def everything() -> Outline:
    """All land."""
    return Outline(ring for outline in countries().values() for ring in outline.rings)


def km_outside(country_code: str, lat: float, lon: float) -> float:
    """How far a point is from a country that the base map shows: 0 inside it."""
    outline = countries()[country_code]
    return 0.0 if outline.holds(lat, lon) else outline.edge_km(lat, lon)


def km_inland(lat: float, lon: float) -> float:
    """How far a point on land is from the nearest shore or border; 0 on water."""
    return everything().edge_km(lat, lon) if everything().holds(lat, lon) else 0.0
