"""Coordinates written in a text → points, and toponyms of them.

Only what is certain is read. Digits are ASCII and decimals have a point, as English texts write them.

decimal
    ``32.1167° N, 20.0667° E`` · ``N 32.1167 E 20.0667`` · ``32.1167N 20.0667E`` · ``lat 32.1, lon 20.06`` ·
    ``32.1167, 20.0667`` · ``(−33.8688, 151.2093)``
sexagesimal
    ``32°07′N 20°04′E`` · ``32° 07' 30" N, 20° 04' 00" E`` · ``lat. 32 deg 7 min N., long. 20 deg 4 min E.`` ·
    ``N 32° 07.500 E 020° 04.000`` · ``32 07 30 N, 20 04 00 E`` · ``320730N 0200400E``
mgrs
    ``33S TR 12345 67890`` · ``36RUU8412345678``
utm
    ``33N 512345 3567890`` · ``zone 33S 512345mE 3567890mN``

A pair names one latitude and one longitude, of at most 90 and 180 degrees, minutes and seconds under 60, fractions in
its last part alone. What says which is which:

- *Hemispheres* on both, before or after: each number then has a degree mark, minutes or decimals, since
  "40 N 80 W" may be a street corner. A sign beside a hemisphere contradicts it or says it twice: not read.
- *Labels* on both (lat, latitude, lon, long, lng, longitude). Without hemispheres, one of the two has decimals or a
  sign: "latitude 40, longitude 74" is an old way of saying 74 degrees west.
- *Neither*: a bare pair, latitude first, with a comma or semicolon between. Both have at least three decimals; where
  one has just three, which thousands, prices and marks of judges have too, the pair stands in round brackets or behind
  a word that announces it ("at", "coordinates", "@"). It is no part of a longer list, and has no currency, equals
  sign, version or square bracket (GeoJSON puts the longitude first) before it, and no unit behind it. Both under one
  degree are shares or probabilities: that square is open sea, in the Gulf of Guinea.

MGRS needs capital letters, a square that exists in its zone and lies in its band, and as many digits for the easting
as for the northing: at least four each in one piece, three in separate groups, two behind "MGRS" or "grid".
UTM needs a zone with a letter or hemisphere, an easting of six digits and a northing of five to seven, in metres. A
letter is read as a latitude band where the northing lies in that band, else N and S are hemispheres; any other
contradiction between letter and northing is not read. Polar grids (UPS) are not read.

Both grids are read by GEOTRANS, the software of the agency that defines them, through the package ``mgrs``.
"""

import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from toposcope.coordinates.angles import packed_pairs, pairs
from toposcope.coordinates.grids import grid_references
from toposcope.coordinates.point import Notation, WrittenPoint
from toposcope.document import Candidate, Mention, Place, Status, Toponym
from toposcope.geodesy import EARTH_RADIUS_KM

__all__ = ["SOURCE", "Notation", "WrittenPoint", "find_coordinates", "positions", "toponym_of"]

#: `Place.source` of a place that the text itself gives.
SOURCE = "text"

_KM_PER_DEGREE = math.radians(1) * EARTH_RADIUS_KM

# Every coordinate has one of these behind a digit: most texts have none, and need no closer look.
_SIGN_OF_ONE = re.compile(
    r"""
    [0-9] (?: \.[0-9]{3} | [^\S\r\n]?(?:[°º˚∘]|[Dd]eg|d(?![a-z]))
            | \W{0,6}(?:(?:and|by)\s{1,3})?["']?
              (?: (?i:lat|lon|lng) | (?:[C-HJ-NP-X](?![a-z])|(?i:north|south|east|west))(?=[^0-9]{0,40}[0-9]) ) )
    """,
    re.VERBOSE,
)


def find_coordinates(text: str) -> list[WrittenPoint]:
    """Find the coordinates written in a text; the module says which.

    Parameters
    ----------
    text : str
        Any Unicode string; the time is linear in its length.

    Returns
    -------
    list of WrittenPoint
        In reading order, without overlaps.

    Examples
    --------
    >>> [(p.lat, p.lon, p.notation) for p in find_coordinates("A wreck at 32.5° N, 20.25° E was found.")]
    [(32.5, 20.25, 'decimal')]
    """
    if _SIGN_OF_ONE.search(text) is None:
        return []
    found = sorted([*pairs(text), *packed_pairs(text), *grid_references(text)])
    apart: list[WrittenPoint] = []
    for point in found:
        if not apart or point.start >= apart[-1].end:
            apart.append(point)
    return apart


def positions(points: Sequence[WrittenPoint]) -> NDArray[np.float64]:
    """Latitudes and longitudes of points in degrees, of shape (2, n): ``lat, lon = positions(points)``."""
    return np.array([(p.lat, p.lon) for p in points], dtype=np.float64).reshape(-1, 2).T


def toponym_of(point: WrittenPoint, text: str) -> Toponym:
    """The toponym of a point that a text gives: resolved, with itself as its only candidate.

    Parameters
    ----------
    point : WrittenPoint
        One that :func:`find_coordinates` found.
    text : str
        Where it was found.

    Returns
    -------
    Toponym
        Its place is called by decimal degrees with as many places as the notation carries ("33.87° S, 151.21° E"). The
        id names the point to a metre, so that a point given twice, in two notations, is one place. ``extent_km`` is
        the precision; what country it lies in is not said.
    """
    lat, lon = (round(degrees, 5) + 0.0 for degrees in (point.lat, point.lon))  # no "-0.00000"
    digits = min(5, max(0, math.ceil(-math.log10(2 * point.precision_km / _KM_PER_DEGREE))))
    place = Place(
        id=f"{SOURCE}:{lat:.5f},{lon:.5f}",
        name=f"{abs(lat):.{digits}f}° {'S' if lat < 0 else 'N'}, {abs(lon):.{digits}f}° {'W' if lon < 0 else 'E'}",
        lat=point.lat,
        lon=point.lon,
        feature_class="",
        feature_code="",
        extent_km=point.precision_km,
        source=SOURCE,
    )
    written = text[point.start : point.end]
    return Toponym(
        Mention(written, point.start, point.end),
        Status.RESOLVED,
        (Candidate(place, written, "exact", 1.0),),
    )
