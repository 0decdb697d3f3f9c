"""Latitude and longitude as two angles, in decimals or in degrees, minutes and seconds.

Every repetition in the patterns is bounded and every search begins with a digit or a capital, so that it passes over
other text quickly and no text takes more than linear time.
"""

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from toposcope.coordinates.point import Notation, WrittenPoint, rounded_point
from toposcope.geodesy import EARTH_RADIUS_KM

__all__ = ["packed_pairs", "pairs"]

_KM_PER_DEGREE = math.radians(1) * EARTH_RADIUS_KM

_GAP = r"[^\S\r\n]?"
_BREAK = r"[^\S\r\n]{0,3}(?:\r?\n[^\S\r\n]{0,3})?"  # white space with one line end at most, never a blank line
_MINUTE = "′'’‘ʹʼ´`"
_WORD_ENDS = r"(?![^\W\d_NSEW])"  # a hemisphere may follow at once: 32d7m5sN
_DEGREE_MARK = rf"{_GAP}(?:[°º˚∘]|(?:[Dd]eg(?:rees?|\.)?|d){_WORD_ENDS})"
_MINUTE_MARK = rf"{_GAP}(?:[{_MINUTE}]|(?:[Mm]in(?:utes?|\.)?|m){_WORD_ENDS})"
_SECOND_MARK = rf"{_GAP}(?:[″\"”“ʺ]|[{_MINUTE}]{{2}}|(?:[Ss]ec(?:onds?|\.)?|s){_WORD_ENDS})"
_HEMISPHERE = r"(?:[NSEW](?![^\W\d_])|(?i:north|south|east|west)\b)"
_LABEL = r"(?i:lat(?:itude|\b\.?)|lon(?:gitude|g?\b\.?)|lng\b)"
_SIGN = "[-−–+]"
_BEGINS = r"(?<![\w.].)"  # looks past the one character that was just matched


def _degrees(begins: str = "") -> str:
    """Pattern of an angle without hemisphere or sign."""
    return rf"""
    (?P<degrees>[0-9]{begins}[0-9]{{0,2}}) (?![0-9])
    (?: \.(?P<fraction>[0-9]{{1,15}}) (?![0-9]) )?
    (?P<mark>{_DEGREE_MARK})?
    (?(fraction)|                                        # minutes only after whole degrees
        (?: (?(mark),?{_GAP}|(?P<gap>[^\S\r\n]|[:-]))
            (?P<minutes>[0-9]{{1,2}}) (?![0-9]|{_DEGREE_MARK})
            (?: \.(?P<minute_fraction>[0-9]{{1,10}}) (?![0-9]) (?:{_MINUTE_MARK})?
              | (?:{_MINUTE_MARK})?
                (?: (?(gap)(?P=gap)|,?{_GAP})
                    (?P<seconds>[0-9]{{1,2}}) (?![0-9]|{_DEGREE_MARK})
                    (?: \.(?P<second_fraction>[0-9]{{1,10}}) (?![0-9]) )?
                    (?:{_SECOND_MARK})?
                )?
            )
        )?
    )"""


_AFTER = rf"(?: {_GAP} (?P<hemisphere>{_HEMISPHERE}) (?: {_GAP} (?P<called>{_LABEL}) )? )?"
_BETWEEN = rf"(?P<between>{_BREAK} (?: \.?[,;/] | \. | ,?\ ?and\b | by\b )? {_BREAK})"
_LABELLED = rf"(?: [\"']? (?P<label>{_LABEL}) [\"']? {_GAP} [:=]? {_GAP} )?"


class _Style(NamedTuple):
    """Patterns of the two angles of a pair."""

    first: re.Pattern[str]
    second: re.Pattern[str]


# Hemispheres behind the numbers, or none.
_TRAILING = _Style(
    re.compile(_degrees(_BEGINS) + _AFTER, re.VERBOSE),
    re.compile(rf"{_BETWEEN} {_LABELLED} (?P<sign>{_SIGN})? {_degrees()} {_AFTER}", re.VERBOSE),
)
# Hemispheres before the numbers.
_LEADING = _Style(
    re.compile(rf"(?P<hemisphere>[NSEW]) {_BEGINS} {_GAP} {_degrees()}", re.VERBOSE),
    re.compile(rf"{_BETWEEN} {_LABELLED} (?P<hemisphere>[NSEW]) {_GAP} {_degrees()}", re.VERBOSE),
)
# What may belong to the first angle and stands before it.
_BEFORE = re.compile(rf"(?: (?<![\w.]) {_LABELLED} )? (?P<sign> (?<![\w.°′″'\"]) {_SIGN} )? \Z", re.VERBOSE)


class _Angle(NamedTuple):
    """A number of degrees as it is written."""

    size: float  # without its sign
    half: float  # half its last place, in degrees
    axis: str | None  # "lat" or "lon", where hemisphere or label say so
    sign: str | None
    hemisphere: str | None  # N, S, E or W
    decimals: int  # of the degrees
    marked: bool
    sexagesimal: bool

    @property
    def degrees(self) -> float:
        return -self.size if self.sign in ("-", "−", "–") or self.hemisphere in ("S", "W") else self.size


_AXIS = {"N": "lat", "S": "lat", "E": "lon", "W": "lon"}


def _angle(match: re.Match[str], label: str | None, sign: str | None) -> _Angle | None:
    """The angle of a match; None where it contradicts itself."""
    part = match.groupdict()
    minutes, seconds = int(part["minutes"] or 0), int(part["seconds"] or 0)
    if minutes > 59 or seconds > 59:
        return None
    size, half = float(f"{part['degrees']}.{part['fraction'] or 0}"), 0.5
    for value, fraction, units in (
        (None, part["fraction"], 1),
        (part["minutes"], part["minute_fraction"], 60),
        (part["seconds"], part["second_fraction"], 3600),
    ):
        if value is not None:
            size += float(f"{value}.{fraction or 0}") / units
            half = 0.5 / units
        if fraction is not None:
            half = 0.5 * 10.0 ** -len(fraction) / units
    hemisphere = part["hemisphere"] and part["hemisphere"][0].upper()
    said = {name[:3].lower().replace("lng", "lon") for name in (label, part.get("called")) if name}
    if hemisphere:
        said.add(_AXIS[hemisphere])
    axis = said.pop() if said else None
    if said or (hemisphere and sign) or size > (90 if axis == "lat" else 180):
        return None
    return _Angle(
        size, half, axis, sign, hemisphere, len(part["fraction"] or ""), bool(part["mark"]), part["minutes"] is not None
    )


def pairs(text: str) -> Iterator[WrittenPoint]:
    """Pairs of angles with hemispheres, labels or nothing but a comma between them, in no order."""
    yield from _pairs(text, _TRAILING)
    yield from _pairs(text, _LEADING)


def _pairs(text: str, style: _Style) -> Iterator[WrittenPoint]:
    position = 0
    while match := style.first.search(text, position):
        position = match.end("degrees")
        second = style.second.match(text, match.end())
        # These two are asked first because they are quick.
        if second is None or not (second["hemisphere"] or second["label"] or second["fraction"]):
            continue
        if _GOES_ON.match(text, second.end()):
            continue
        start, label, sign = _before(text, match.start(), labelled=second["label"] is not None)
        a = _angle(match, label, sign)
        b = _angle(second, second["label"], second.groupdict().get("sign"))
        if a is None or b is None or not _is_certain(text, start, second.end(), a, b, second["between"]):
            continue
        lat, lon = (b, a) if a.axis == "lon" else (a, b)
        if lat.size > 90:  # of a bare pair
            continue
        notation: Notation = "sexagesimal" if a.sexagesimal or b.sexagesimal else "decimal"
        precision = _precision(lat.half, lon.half * math.cos(math.radians(lat.size)))
        yield rounded_point(start, second.end(), lat.degrees, lon.degrees, precision, notation)
        position = second.end()


def _before(text: str, number: int, *, labelled: bool) -> tuple[int, str | None, str | None]:
    """Where the first angle begins, its label and its sign, from what stands before its number.

    A label counts only where the second angle has one too: "Lat/Lon: 32.117, 20.067" announces a bare pair.
    """
    found = _BEFORE.search(text, max(0, number - 20), number)
    if found is None:
        return number, None, None
    if labelled and found["label"]:
        return found.start(), found["label"], found["sign"]
    return number - len(found["sign"] or ""), None, found["sign"]


_GOES_ON = re.compile(r"[^\W_]|\.[0-9]|[°º˚∘]")


def _is_certain(text: str, start: int, end: int, a: _Angle, b: _Angle, between: str) -> bool:
    """Whether two angles that follow each other are one point; the module says the rules."""
    if a.axis is None or b.axis is None:
        return a.axis == b.axis and _is_bare_pair(text, start, end, a, b, between)
    if a.axis == b.axis or _is_stretch(text, start, end, a.axis):
        return False
    if a.hemisphere and b.hemisphere:
        return all(angle.marked or angle.sexagesimal or angle.decimals for angle in (a, b))
    if a.hemisphere or b.hemisphere or a.sexagesimal or b.sexagesimal:
        return False  # minutes that have only a label leave open which side of Greenwich is meant
    return bool(a.decimals or b.decimals or a.sign or b.sign)


def _is_stretch(text: str, start: int, end: int, axis: str) -> bool:
    """Whether one of the angles ends or begins a stretch: "32° to 34° N, 20° E", "34° N, 20° E–22° E".

    The end of a track is none: "from 32° N 20° E to 33° N 21° E".
    """
    before = _BOUND_BEFORE.search(text, max(0, start - 16), start)
    if before is not None and (before["bound"] is None or _AXIS[before["bound"]] == axis):
        return True
    return _BOUND_AFTER.match(text, end) is not None


_BOUND_BEFORE = re.compile(
    rf"(?:{_DEGREE_MARK}|[0-9][{_MINUTE}″\"”]){_GAP}(?P<bound>[NSEW])?{_GAP}(?:to|and|[-–—]){_GAP}\Z"
)
_BOUND_AFTER = re.compile(r"[-–—][0-9]")


def _is_bare_pair(text: str, start: int, end: int, a: _Angle, b: _Angle, between: str) -> bool:
    """Whether two numbers with nothing but a comma between them are a latitude and a longitude."""
    if min(a.decimals, b.decimals) < 3 or between.strip() not in (",", ";") or a.marked != b.marked:
        return False
    if a.size < 1 and b.size < 1:
        return False
    bracketed = text[start - 1 : start] == "(" and text[end : end + 1] == ")"
    announced = bracketed or _ANNOUNCED.search(text, max(0, start - 40), start)
    behind = max(0, start - 40)
    if _NO_COORDINATES_BEFORE.search(text, behind, start) and not _ADDRESS_BEFORE.search(text, behind, start):
        return False
    if _NO_COORDINATES_AFTER.match(text, end):
        return False
    return bool(announced) or min(a.decimals, b.decimals) > 3


_ANNOUNCED = re.compile(
    r"""
    (?: \b(?i: at | near | coordinates | co-ordinates | position(?:ed)? | locat(?:ed|ion) | GPS | point | latlng
      | lat(?:itude)?\.?\ ?(?:/|-|,|and)\ ?(?:lon|long|lng|longitude)\b\.? )
      (?: \ (?: of | is | was | were | are | the | position | coordinates | point | at ) ){0,2} \s?[:=]?\s?
    | @ | geo:
    ) \(?\Z
    """,
    re.VERBOSE,
)
# Another number of a list, currency, an equation, a version, the inside of a square bracket, the rest of a number.
_NO_COORDINATES_BEFORE = re.compile(
    r"(?:[0-9.\])]\s{0,8}[,;]\s{0,30}|[\w.$€£¥₹#%=<>≤≥±≈~^*+\-−–\[{]|[$€£¥₹=<>≤≥±≈~\[{]\s|\bv\.?\s)\Z"
)
_ADDRESS_BEFORE = re.compile(r"[?&](?:q|ll|sll|loc|query|center|coords|destination|daddr)=\Z")
_NO_COORDINATES_AFTER = re.compile(
    r"""
    (?! ,[0-9.]{1,5}[zma]\b )                            # the zoom or height at the end of a map's web address
    (?: [%‰$€£¥₹\]}] | [-−–][0-9] | (?: [^\S\n]{0,8}[,;]\s{0,30} | [^\S\n]) (?:and\s|or\s)? [-−–+.\[(]?[0-9]
      | \s?[±×*^=]
      | \s(?: % | percent | per | points? | seconds? | sec | minutes | ms | hours | hertz | [kMG]?Hz | million | billion
            | thousand | dollars | euros | pounds | USD | EUR | GBP | k?m | cm | mm | miles | feet | ft | k?g | tonnes
            | tons | kilomet(?:re|er)s | met(?:re|er)s | litres | [kMG]?W | MB | GB | volts | respectively )\b )
    """,
    re.VERBOSE,
)


# Without separators, as in notices to airmen: degrees have two or three digits, minutes and seconds two each.
_PACKED = re.compile(
    rf"""
    (?P<degrees>[0-9]{_BEGINS}[0-9]) (?P<minutes>[0-9]{{2}}) (?P<seconds>[0-9]{{2}})? (?P<north>[NS])
    [ /]?
    (?P<lon_degrees>[0-9]{{3}}) (?P<lon_minutes>[0-9]{{2}}) (?(seconds)(?P<lon_seconds>[0-9]{{2}})) (?P<east>[EW])
    (?!\w)
    """,
    re.VERBOSE,
)


def packed_pairs(text: str) -> Iterator[WrittenPoint]:
    """Pairs such as 320730N0200400E."""
    for match in _PACKED.finditer(text):
        lat = [int(match[name] or 0) for name in ("degrees", "minutes", "seconds")]
        lon = [int(match[name] or 0) for name in ("lon_degrees", "lon_minutes", "lon_seconds")]
        if max(lat[1:] + lon[1:]) > 59:
            continue
        south, west = match["north"] == "S", match["east"] == "W"
        lat_size, lon_size = (d + m / 60 + s / 3600 for d, m, s in (lat, lon))
        if lat_size > 90 or lon_size > 180:
            continue
        half = 0.5 / (3600 if match["seconds"] else 60)
        precision = _precision(half, half * math.cos(math.radians(lat_size)))
        yield rounded_point(
            match.start(),
            match.end(),
            -lat_size if south else lat_size,
            -lon_size if west else lon_size,
            precision,
            "sexagesimal",
        )


def _precision(half_lat: float, half_lon: float) -> float:
    """Kilometres to the corner of a box, from half its sides in degrees of a great circle."""
    return math.hypot(half_lat, half_lon) * _KM_PER_DEGREE
