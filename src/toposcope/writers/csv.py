"""Comma-separated values: one row per toponym, the columns of a frame.

The rows hold nothing but data, so that every reader takes the file as it is: provenance and credit
stand beside it (see `metadata`).
"""

import csv
import json
import re
from collections.abc import Iterable
from typing import Any, BinaryIO, TextIO

from toposcope.document import Document
from toposcope.frames import COLUMNS, rows
from toposcope.writers import text_stream

__all__ = ["metadata", "write"]

#: A spreadsheet takes a cell that begins so for a formula, and would run what a hostile text says.
_FORMULA = re.compile(r"[=+\-@\t\r]")


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """Write a header and a row per toponym.

    A text cell that a spreadsheet would take for a formula (it begins with ``= + - @``, a tab or a
    carriage return) gets an apostrophe in front; numbers stay as they are. ``start`` and ``end``
    still count in the text as it was given.

    Parameters
    ----------
    documents : iterable of Document
        Written as they come.
    stream : binary file
        Left open. UTF-8, lines end with a line feed.
    """
    with text_stream(stream) as text:
        out = csv.writer(_PlainLineEnds(text))
        out.writerow(COLUMNS)
        for document in documents:
            out.writerows([_cell(value) for value in row] for row in rows(document))


def metadata(file_name: str, note: str) -> bytes:
    """Describe a CSV file for ``NAME.csv-metadata.json`` beside it.

    The name and the form are those of the W3C's "Metadata Vocabulary for Tabular Data", where
    readers look for it.

    Parameters
    ----------
    file_name : str
        Of the CSV file, without its folder.
    note : str
        Provenance and credit.
    """
    types = {"string": "string", "int64": "integer", "Int64": "integer", "float64": "number"}
    description = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": file_name,
        "dc:description": note,
        "tableSchema": {"columns": [{"name": name, "datatype": types[kind]} for name, kind in COLUMNS.items()]},
    }
    return (json.dumps(description, ensure_ascii=False, indent=1) + "\n").encode(errors="backslashreplace")


class _PlainLineEnds:
    """Takes rows that end as RFC 4180 has it and writes them as people's tools like them.

    Told to end rows with a line feed, the csv module would leave a carriage return inside a cell unquoted.
    """

    def __init__(self, text: TextIO) -> None:
        self._text = text

    def write(self, row: str) -> int:
        return self._text.write(row.removesuffix("\r\n") + "\n")


def _cell(value: Any) -> Any:
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value
