r"""Documents out: one format a module, each with ``write(documents, stream)``.

Every writer takes documents one by one and a binary stream, so that a year of news needs no more
memory than its largest article wherever the format allows. What is not valid Unicode (a lone
surrogate from a broken export) is written as its escape, ``\udc80``.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import BinaryIO, TextIO, TypeAlias

from toposcope.document import Document

__all__ = ["FORMATS", "Writer", "text_stream", "writer"]

Writer: TypeAlias = Callable[[Iterable[Document], BinaryIO], None]

#: Names of the formats, the default first.
FORMATS = ("table", "jsonl", "csv", "geojson", "parquet")


def writer(name: str) -> Writer:
    """Return the writer of a format; only its module is loaded.

    Parameters
    ----------
    name : str
        One of `FORMATS`.
    """
    if name not in FORMATS:
        raise ValueError(f"no format {name!r}; there are {', '.join(FORMATS)}")
    write: Writer = import_module(f"toposcope.writers.{name}").write
    return write


@contextmanager
def text_stream(stream: BinaryIO) -> Iterator[TextIO]:
    """UTF-8 with plain line feeds on a binary stream, which stays open."""
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="backslashreplace", newline="")
    try:
        yield text
    finally:
        try:
            text.flush()
        finally:
            text.detach()
