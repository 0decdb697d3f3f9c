"""Where a map looks at first: at what the story is about, not at every place that it names."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toposcope.document import Document, Place, Role, Status, Toponym
from toposcope.geodesy import BBox, distance_km
from toposcope.webmap.kinds import is_area, kind_of

__all__ = ["story_bounds"]

#: Share of the mentions that the first view must hold; the others are reached by the chips at its edges.
CORE_SHARE = 0.7
#: Places up to this many times the core's radius away, or this many km, are taken in: they cost little room.
NEAR_FACTOR = 2.5
NEAR_KM = 100.0
#: From this share of the mentions on, points alone decide: "Athens, Ohio" is about Athens.
POINTS_SHARE = 0.25
#: How much of an area's extent counts beside points: Libya's towns matter more than all of its desert.
AREA_BESIDE_POINTS_KM = 60.0
#: The heaviest places decide; the matrix of their distances stays small.
MOST_PLACES = 400
#: A single town is shown with this much around it in each direction, or nobody would know where it is.
LEAST_KM = 200.0
KM_PER_DEGREE = 111.2
#: A story as wide as this is shown on the usual map of the world, which is cut through the Pacific.
WORLD_WIDE = 200.0
#: The widest box: all the way round from 169° west, so that Chukotka stays with Russia, and nothing lies in its gap.
WORLD_WEST = -169.0
WORLD_EAST = math.nextafter(WORLD_WEST, -180.0)
#: Web Mercator ends here.
MERCATOR_LAT = 85.0


@dataclass(frozen=True, slots=True)
class _Weighted:
    place: Place
    mentions: int


def story_bounds(document: Document) -> BBox | None:
    """The box that a map of the document opens with.

    It holds the scenes; where there are none, the places of origin, else whatever has a place. Of these,
    far outliers are left outside while most of the mentions stay inside.

    Returns
    -------
    tuple of float or None
        (south, west, north, east), west > east across the date line; None if nothing has a place.
    """
    weighted = _weighted_places(document)
    if not weighted:
        return None
    core = _core(weighted)
    points = [w.place for w in core if not is_area(w.place)]
    # A place's own point is always taken in: a box from a gazetteer need not hold it.
    spots = [_around(w.place, 0.0) for w in core]
    if points:
        return _box(spots + [_around(w.place, min(w.place.extent_km, AREA_BESIDE_POINTS_KM)) for w in core])
    return _box(spots + [w.place.bbox or _around(w.place, w.place.extent_km) for w in core])


def _weighted_places(document: Document) -> list[_Weighted]:
    def choose(toponyms: Iterable[Toponym]) -> list[_Weighted]:
        count: dict[str, int] = {}
        place_of: dict[str, Place] = {}
        for toponym in toponyms:
            if toponym.place is not None:
                place_of[toponym.place.id] = toponym.place
                count[toponym.place.id] = count.get(toponym.place.id, 0) + 1
        heaviest = sorted(count, key=lambda place_id: (-count[place_id], place_id))[:MOST_PLACES]
        return [_Weighted(place_of[place_id], count[place_id]) for place_id in heaviest]

    toponyms = document.toponyms
    scenes = [t for t in toponyms if t.role == Role.SCENE]
    # A sea or a continent says little about where to look while anything smaller is a scene.
    local = [t for t in scenes if t.place is not None and kind_of(t.place) not in ("water", "region")]
    return (
        choose(t for t in local if t.status == Status.RESOLVED)
        or choose(t for t in scenes if t.status == Status.RESOLVED)
        or choose(scenes)
        or choose(t for t in toponyms if t.role == Role.ORIGIN)
        or choose(toponyms)
    )


def _core(weighted: list[_Weighted]) -> list[_Weighted]:
    points = [w for w in weighted if not is_area(w.place)]
    if sum(w.mentions for w in points) < POINTS_SHARE * sum(w.mentions for w in weighted):
        points = weighted
    lat, lon = _coordinates(points)
    mentions = np.array([w.mentions for w in points], dtype=float)
    apart = distance_km(lat[:, None], lon[:, None], lat[None, :], lon[None, :])
    # The place from which all others are nearest, mention by mention.
    middle = int(np.argmin(apart @ mentions))
    order = np.argsort(apart[middle], kind="stable")
    share = np.cumsum(mentions[order]) / mentions.sum()
    radius = float(apart[middle][order[int(np.searchsorted(share, CORE_SHARE))]])
    reach = max(radius * NEAR_FACTOR, NEAR_KM)
    from_middle = distance_km(lat[middle], lon[middle], *_coordinates(weighted))
    return [w for w, km in zip(weighted, from_middle, strict=True) if km <= reach]


def _coordinates(weighted: list[_Weighted]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.array([w.place.lat for w in weighted]), np.array([w.place.lon for w in weighted])


def _box(extents: list[BBox]) -> BBox:
    """The smallest box around boxes, widened until a reader can tell where it is."""
    south, north = min(box[0] for box in extents), max(box[2] for box in extents)
    south, north = (min(max(lat, -MERCATOR_LAT), MERCATOR_LAT) for lat in (south, north))
    west, east = _longitudes(extents)
    short = LEAST_KM / KM_PER_DEGREE - (north - south) / 2
    if short > 0:
        south, north = max(-MERCATOR_LAT, south - short), min(MERCATOR_LAT, north + short)
    short = _degrees_of_longitude(LEAST_KM, (south + north) / 2) - _width(west, east) / 2
    if short > 0:
        west, east = _wrap(west - short), _wrap(east + short)
    return south, west, north, east


def _longitudes(extents: list[BBox]) -> tuple[float, float]:
    """West and east of the smallest range that holds all boxes: the circle less its widest gap."""
    arcs = sorted((west, west + _width(west, east)) for _, west, _, east in extents)
    furthest = max(end for _, end in arcs)
    west, east = arcs[0][0], furthest
    widest = west + 360 - furthest
    reach = max(arcs[0][1], furthest - 360)  # an arc across 180° reaches into the first ones
    for start, end in arcs[1:]:
        if start - reach > widest:
            widest, west, east = start - reach, start, reach
        reach = max(reach, end)
    # Whoever tells of the Pacific itself is not shown the map that is cut through it.
    across = any(start < cut - 1 and cut + 1 < end for start, end in arcs for cut in (WORLD_WEST, WORLD_WEST + 360))
    if widest <= 0 or (360 - widest > WORLD_WIDE and not across):
        return WORLD_WEST, WORLD_EAST
    return west, east if east <= 180 else east - 360


def _around(place: Place, radius_km: float) -> BBox:
    """The box of a circle around a place's point."""
    dlat = radius_km / KM_PER_DEGREE
    dlon = _degrees_of_longitude(radius_km, place.lat)
    return place.lat - dlat, _wrap(place.lon - dlon), place.lat + dlat, _wrap(place.lon + dlon)


def _degrees_of_longitude(km: float, lat: float) -> float:
    # Near a pole a circle spans all longitudes; half of the globe is enough to see it.
    return min(km / KM_PER_DEGREE / max(math.cos(math.radians(lat)), 0.02), 90.0)


def _width(west: float, east: float) -> float:
    return east - west if west <= east else east - west + 360


def _wrap(lon: float) -> float:
    # Only what lies outside is wrapped: the sum would move the others by a rounding error.
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180
