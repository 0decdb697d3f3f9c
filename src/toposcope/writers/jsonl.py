"""JSON Lines: a document a line, everything known of each toponym."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from toposcope.document import Document
from toposcope.provenance import CREDIT, provenance_line
from toposcope.writers import text_stream

__all__ = ["write"]


def write(documents: Iterable[Document], stream: BinaryIO) -> None:
    """Write what ``Document.from_json`` reads back.

    Beside the keys of ``Document.to_dict`` each line has a ``note``: provenance and credit in words.

    Parameters
    ----------
    documents : iterable of Document
        Written as they come.
    stream : binary file
        Left open.
    """
    with text_stream(stream) as text:
        for document in documents:
            data = document._to_shared_dict()
            data["note"] = f"{provenance_line([document])}. {CREDIT}"
            text.writelines(_pieces(data))


def _pieces(data: dict[str, Any]) -> Iterator[str]:
    """Yield the line toponym by toponym: a whole one of a long text, with all candidates, would take up the memory."""
    for number, (key, value) in enumerate(data.items()):
        yield f"{', ' if number else '{'}{_json(key)}: "
        if key == "toponyms":
            for count, toponym in enumerate(value):
                yield (", " if count else "[") + _json(toponym)
            yield "]" if value else "[]"
        else:
            yield _json(value)
    yield "}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
