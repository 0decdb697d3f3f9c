"""A table to read on a terminal."""

from collections.abc import Iterable, Sequence
from typing import BinaryIO

from toposcope.document import Document, Place, Status, Toponym
from toposcope.provenance import CREDIT, provenance_line
from toposcope.writers import text_stream

__all__ = ["place_label", "printable", "write"]

#: Width when the output is a file or a pipe, where no terminal says how wide it is.
_PLAIN_WIDTH = 140


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """Write a row per toponym and, below, provenance and credit.

    Parameters
    ----------
    documents : iterable of Document
        Held in memory: columns fit their widest cell.
    stream : binary file
        Left open. Colours only where it is a terminal.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    documents = list(documents)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    many = len(documents) > 1
    for header in (["Document"] if many else []) + ["Text", "Role", "Place"]:
        table.add_column(header, overflow="fold")
    for header in ("Lat", "Lon", "Score"):
        table.add_column(header, justify="right", no_wrap=True)
    table.add_column("Status")
    for document in documents:
        for toponym in document.toponyms:
            cells = ([document.id or ""] if many else []) + _cells(toponym)
            style = "dim" if toponym.status in (Status.UNKNOWN, Status.FAILED) else ""
            table.add_row(*(Text(printable(cell)) for cell in cells), style=style)
    with text_stream(stream) as text:
        terminal = stream.isatty()
        console = Console(
            file=text, width=None if terminal else _PLAIN_WIDTH, force_terminal=terminal, legacy_windows=False
        )
        if table.row_count:
            console.print(table)
        console.print(Text(f"{provenance_line(documents)}. {CREDIT}.", style="dim"), soft_wrap=True)


def place_label(place: Place) -> str:
    """Name a place with what tells it from its namesakes: ``"Paris, Texas, US"``."""
    parts: Sequence[str | None] = (place.name, place.admin1, place.country_code)
    return ", ".join(dict.fromkeys(part for part in parts if part))


def printable(text: str) -> str:
    """Text in which nothing can move the cursor or colour the terminal: one line, controls shown as ``�``."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(text.split()))


def _cells(toponym: Toponym) -> list[str]:
    place = toponym.place
    where = ["", "", "", ""]
    if place is not None and toponym.score is not None:
        where = [place_label(place), f"{place.lat:.4f}", f"{place.lon:.4f}", f"{toponym.score:.2f}"]
    return [toponym.mention.text, toponym.role.value, *where, toponym.status.value]
