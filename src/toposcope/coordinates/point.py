"""A point that a text gives by its coordinates."""

from typing import Literal, NamedTuple, TypeAlias

__all__ = ["Notation", "WrittenPoint", "rounded_point"]

Notation: TypeAlias = Literal["decimal", "sexagesimal", "mgrs", "utm"]


class WrittenPoint(NamedTuple):
    """A point that a text gives by its coordinates.

    Parameters
    ----------
    start, end : int
        Half-open code-point offsets, labels and hemispheres included, brackets not.
    lat, lon : float
        WGS 84 degrees, rounded to 7 decimals (a centimetre).
    precision_km : float
        How far from here a point may lie that is written the same way: half the last place of both coordinates
        together.
    notation : {"decimal", "sexagesimal", "mgrs", "utm"}
        How it is written.
    """

    start: int
    end: int
    lat: float
    lon: float
    precision_km: float
    notation: Notation


def rounded_point(
    start: int, end: int, lat: float, lon: float, precision_km: float, notation: Notation
) -> WrittenPoint:
    """Make a point of numbers as they were computed; they are rounded so that they read well and repeat."""
    # Adding zero makes -0.0 a zero. Three significant digits never round a precision to nothing.
    lat, lon = round(lat, 7) + 0.0, round(lon, 7) + 0.0
    return WrittenPoint(start, end, lat, lon, float(f"{precision_km:.3g}"), notation)
