"""JSON Lines: a document a line; ``text`` is all that one needs."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from toposcope.errors import InputError
from toposcope.readers.article import Article
from toposcope.readers.text import decode

__all__ = ["read"]

_SHAPE = 'Expected one JSON object a line, such as {"id": "a1", "text": "…"}.'
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read(stream: BinaryIO, where: str) -> Iterator[Article]:
    """Read articles one by one; blank lines are skipped.

    Parameters
    ----------
    stream : binary file
        Read line by line, so that a file may be larger than the memory.
    where : str
        How messages name the file; they add the number of the line.

    Raises
    ------
    InputError
        At the first line that is not a document.
    """
    # Only a line feed ends a line here: U+2028 and its like may stand inside a JSON string.
    for number, line in enumerate(stream, 1):
        if number == 1:
            line = line.removeprefix(_BYTE_ORDER_MARK)
        if line.strip():
            yield _article(line, f"{where}, line {number}")


def _article(line: bytes, where: str) -> Article:
    try:
        record = json.loads(decode(line, where))
    except InputError:
        raise
    except (ValueError, RecursionError) as error:  # ValueError: bad JSON, or an integer of too many digits
        raise InputError(f"{where}: not JSON: {error}.", _SHAPE) from error
    if not isinstance(record, dict):
        raise InputError(f"{where}: expected a JSON object, got {type(record).__name__}.", _SHAPE)
    text = record.get("text")
    if not isinstance(text, str):
        found = "there is no 'text'" if text is None else f"'text' is {type(text).__name__}, not a string"
        raise InputError(f"{where}: {found}.", _SHAPE)
    return Article(
        text,
        id=_said(record, "id"),
        title=_said(record, "title"),
        date=_said(record, "date"),
        source=_said(record, "source"),
        where=where,
        record=record,
    )


def _said(record: dict[str, Any], key: str) -> str | None:
    value = record.get(key)
    return value if value is None or isinstance(value, str) else str(value)
