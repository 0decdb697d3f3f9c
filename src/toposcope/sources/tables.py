"""Tables in CSV, read strictly: an error names file and line."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from toposcope.errors import InputError, InputNotFoundError
from toposcope.geodesy import BBox

__all__ = ["Line", "read_table"]


class Line:
    """One line of a table, with the conversions that facts and vendored tables need.

    Parameters
    ----------
    path : Path
        The table, for messages.
    number : int
        Line in the file, from 1.
    cells : mapping of str to str
        Column → content.
    """

    def __init__(self, path: Path, number: int, cells: Mapping[str, str]) -> None:
        self.path = path
        self.number = number
        self.cells = cells

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def error(self, message: str) -> InputError:
        """An error that says where it is."""
        return InputError(f"{self.path.name} line {self.number}: {message}.", "Correct this line of the table.")

    def required(self, column: str) -> str:
        """A cell that may not be empty."""
        if not self.cells[column]:
            raise self.error(f"{column} is empty")
        return self.cells[column]

    def listed(self, column: str) -> list[str]:
        """A cell that holds a list separated by ``|``."""
        return [part.strip() for part in self.cells[column].split("|") if part.strip()]

    def number_in(self, column: str, low: float, high: float) -> float:
        """A number in a range."""
        try:
            value = float(self.cells[column])
        except ValueError:
            raise self.error(f"{column} is no number: {self.cells[column]!r}") from None
        if not low <= value <= high:
            raise self.error(f"{column} {value} is not between {low} and {high}")
        return value

    def point(self) -> tuple[float, float]:
        """Latitude and longitude in degrees."""
        return self.number_in("lat", -90, 90), self.number_in("lon", -180, 180)

    def bbox(self) -> BBox | None:
        """``south west north east``, separated by spaces; None for an empty cell."""
        if not self.cells["bbox"]:
            return None
        try:
            south, west, north, east = (float(x) for x in self.cells["bbox"].split())
        except ValueError:
            raise self.error(f"bbox is not 'south west north east': {self.cells['bbox']!r}") from None
        if not (-90 <= south < north <= 90 and -180 <= west <= 180 and -180 <= east <= 180):
            raise self.error(f"bbox is off the globe or upside down: {self.cells['bbox']!r}")
        return south, west, north, east


def read_table(path: Path, columns: Sequence[str]) -> Iterator[Line]:
    """Lines of a CSV table that must have just these columns.

    Parameters
    ----------
    path : Path
        UTF-8, with a header.
    columns : sequence of str
        In this order.

    Yields
    ------
    Line

    Raises
    ------
    InputNotFoundError
        If there is no such table.
    InputError
        If the columns differ or a line has too many or too few cells.
    """
    try:
        file = path.open(encoding="utf-8", newline="")
    except FileNotFoundError:
        raise InputNotFoundError(f"the table {str(path)!r} is missing.", "Get the whole source tree.") from None
    with file:
        reader = csv.reader(file)
        found = next(reader, [])
        if found != list(columns):
            raise InputError(
                f"{path.name} line 1: columns are {','.join(found)}.", f"They have to be {','.join(columns)}."
            )
        for cells in reader:
            line = Line(path, reader.line_num, dict(zip(columns, (c.strip() for c in cells), strict=False)))
            if len(cells) != len(columns):
                raise line.error(f"{len(cells)} cells, expected {len(columns)}")
            yield line
