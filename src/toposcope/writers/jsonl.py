"""JSON Lines: a document a line, everything known of each toponym."""

import json
from collections.abc import Iterable
from typing import BinaryIO

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
            data = document.to_dict()
            data["note"] = f"{provenance_line([document])}. {CREDIT}"
            text.write(json.dumps(data, ensure_ascii=False, allow_nan=False) + "\n")
