"""Grid references: MGRS and UTM, read by GEOTRANS through the package ``mgrs``."""

import math
import re
import warnings
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from toposcope.coordinates.point import Notation, WrittenPoint, rounded_point

if TYPE_CHECKING:
    from mgrs import MGRS

__all__ = ["grid_references"]

_BEGINS = r"(?<![\w.].)"  # looks past the one character that was just matched
_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_MGRS = re.compile(
    rf"""
    (?P<zone>[0-9]{_BEGINS}[0-9]?) \ ? (?P<band>[C-HJ-NP-X]) \ ? (?P<square>[A-HJ-NP-Z][A-HJ-NP-V])
    (?: \ (?P<easting>[0-9]{{2,5}})\ (?P<northing>[0-9]{{2,5}}) | \ ?(?P<joined>[0-9]{{4,10}}) ) (?! \w | [.,]\w )
    """,
    re.VERBOSE,
)
_UTM = re.compile(
    rf"""
    (?P<zone>[0-9]{_BEGINS}[0-9]?) \ ? (?: (?P<band>[C-HJ-NP-X])\b | (?i:(?P<half>north|south))\b ) ,?\ {{0,2}}
    (?: [Ee](?:asting)?:?\ ? )? (?P<easting>[1-9][0-9]{{5}}) (?:\.[0-9]{{1,3}})? \ ?m?\ ?E? [,;/]?\ {{0,2}}
    (?: [Nn](?:orthing)?:?\ ? )? (?P<northing>[0-9]{{5,7}}) (?:\.[0-9]{{1,3}})? (?: \ ?m?\ ?N\b | \ ?m\b )?
    (?! \w | [.,][0-9] )
    """,
    re.VERBOSE,
)
_ZONE_BEFORE = re.compile(r"\b[Zz]one:?\ ?\Z")
_GRID_BEFORE = re.compile(
    r"\b(?:MGRS|USNG|(?i:grid)(?:\ (?:ref(?:erence)?|square|coordinates?|zone)\.?)?)\ ?:?(?:\ (?:at|is|of))?\ ?\(?\Z"
)


@cache
def _converter() -> "MGRS":
    """GEOTRANS, loaded where the first grid reference is met: most texts have none."""
    from mgrs import MGRS

    return MGRS()


def grid_references(text: str) -> Iterator[WrittenPoint]:
    """Points given by a grid, those of MGRS before those of UTM."""
    for match in _MGRS.finditer(text):
        point = _mgrs_point(text, match)
        if point is not None:
            yield point
    for match in _UTM.finditer(text):
        point = _utm_point(text, match)
        if point is not None:
            yield point


def _mgrs_point(text: str, match: re.Match[str]) -> WrittenPoint | None:
    digits = match["joined"] or match["easting"] + match["northing"]
    if len(digits) % 2 or (match["easting"] and len(match["easting"]) != len(match["northing"])):
        return None
    places = len(digits) // 2
    if places < (4 if match["joined"] else 3) and not _GRID_BEFORE.search(
        text, max(0, match.start() - 32), match.start()
    ):
        return None
    return _decoded(match.start(), match.end(), match["zone"], match["band"], match["square"] + digits, "mgrs")


def _utm_point(text: str, match: re.Match[str]) -> WrittenPoint | None:
    zone, easting, northing = int(match["zone"]), int(match["easting"]), int(match["northing"])
    band, half = match["band"], match["half"]
    before = _ZONE_BEFORE.search(text, max(0, match.start() - 8), match.start())
    start = before.start() if before else match.start()
    hemispheres = [half[0].upper()] if half else ["N", "S"] if band == "S" else ["N" if band >= "N" else "S"]
    for hemisphere in hemispheres:
        code = _utm_to_mgrs(zone, hemisphere, easting, northing)
        if code is None:
            continue
        found = _MGRS.fullmatch(code)
        if found and (half or band == hemisphere or band in _bands_around(zone, hemisphere, easting, northing)):
            return _decoded(start, match.end(), found["zone"], found["band"], code[-12:], "utm")
    return None


def _bands_around(zone: int, hemisphere: str, easting: int, northing: int) -> set[str]:
    """The bands within a metre: whole metres may lie on the other side of a border than the point they are of."""
    codes = (_utm_to_mgrs(zone, hemisphere, easting, northing + step) for step in (-1, 0, 1))
    return {found["band"] for code in codes if code and (found := _MGRS.fullmatch(code))}


def _utm_to_mgrs(zone: int, hemisphere: str, easting: int, northing: int) -> str | None:
    """The square of one metre that holds the middle of the metre that is written; None where there is none."""
    from mgrs.core import MGRSError

    try:
        # The middle of the metre: outside its zone the square is one of the neighbour's, turned against this grid.
        code: str = _converter().UTMToMGRS(zone, hemisphere, easting + 0.5, northing + 0.5)
    except MGRSError:
        return None
    return code


def _decoded(start: int, end: int, zone: str, band: str, rest: str, notation: Notation) -> WrittenPoint | None:
    """The middle of a square, or None where there is no such square or it lies outside its band."""
    from mgrs.core import MGRSError

    if not 1 <= int(zone) <= 60:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a square outside its band is warned of, and told below
        try:
            lat, lon = _converter().toLatLon(f"{zone:0>2}{band}{rest}")
        except MGRSError:
            return None
    half_km = 0.5 * 10 ** (2 - (len(rest) - 2) // 2)
    if notation == "utm":
        half_km *= 2  # of the metre that is written, and of the square that its middle lies in
    # Bands are eight degrees high, from 80° S; the last has twelve. A square may lie across their border. Zones are not
    # asked: around their borders squares go on into the next, and GEOTRANS knows how far.
    south = -80 + 8 * _BANDS.index(band)
    north = 84 if band == "X" else south + 8
    if not south - half_km / 100 <= lat <= north + half_km / 100:
        return None
    return rounded_point(start, end, lat, lon, math.hypot(half_km, half_km), notation)
