"""Files in, articles out: one format a module.

Valid UTF-8 is text whatever it holds. ``.txt`` and standard input are plain text, ``.jsonl`` and
``.ndjson`` hold a document a line; content decides only for suffixes that say nothing.
"""

import io
import json
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from toposcope.errors import InputError, InputNotFoundError
from toposcope.readers import jsonl, text
from toposcope.readers.article import Article

__all__ = ["FORMATS", "STDIN", "Article", "check", "read"]

#: Names of the formats that can be asked for.
FORMATS = ("text", "jsonl")

_SUFFIXES = {".txt": "text", ".text": "text", ".md": "text", ".jsonl": "jsonl", ".ndjson": "jsonl"}
#: Suffixes of formats that hold a text inside something else: reading their bytes as the text would be wrong.
_WRAPPED = {".pdf": "PDF", ".docx": "DOCX", ".doc": "Word", ".odt": "ODT", ".html": "HTML", ".htm": "HTML"}
#: The path of standard input.
STDIN = "-"


def check(path: str) -> None:
    """Say at once what would keep a file from being read, before work goes into the others.

    Raises
    ------
    InputNotFoundError
        If there is no such file.
    InputError
        If it is a directory or may not be read.
    """
    if path == STDIN:
        return
    try:
        # Not opened: a named pipe can be opened and read once only.
        if stat.S_ISDIR(Path(path).stat().st_mode):
            raise IsADirectoryError
        if not os.access(path, os.R_OK):
            raise PermissionError
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _unreadable(path, error) from error


def read(path: str, *, input_format: str | None = None) -> Iterator[Article]:
    """Read the articles of a file.

    Parameters
    ----------
    path : str
        The file; ``"-"`` is standard input.
    input_format : str, optional
        One of `FORMATS`; by default the suffix tells, or for an unknown one the content.

    Yields
    ------
    Article
        The id of a plain text is the stem of its file; JSON Lines give their own; standard input has none.

    Raises
    ------
    InputNotFoundError, InputError
        If the file cannot be read as that.
    """
    where = "standard input" if path == STDIN else path
    stem = "stdin" if path == STDIN else Path(path).stem
    with _opened(path) as stream:
        try:
            if (input_format or _guess_format(path, stream)) == "jsonl":
                for article in jsonl.read(stream, where):
                    yield replace(article, stem=stem)
            else:
                yield replace(text.read(stream, where), id=None if path == STDIN else stem, stem=stem)
        except OSError as error:
            raise _unreadable(where, error) from error


@contextmanager
def _opened(path: str) -> Iterator[io.BufferedReader]:
    if path == STDIN:
        yield _buffered(sys.stdin.buffer)
        return
    try:
        stream = Path(path).open("rb")  # noqa: SIM115 - closed below: an error inside is none of opening
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    with stream:
        yield stream


def _buffered(stream: BinaryIO) -> io.BufferedReader:
    return stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[arg-type]


def _unreadable(where: str, error: OSError | ValueError) -> InputError:
    if isinstance(error, FileNotFoundError):
        return InputNotFoundError(f"there is no file {where}.", "Check the name, or give - to read standard input.")
    if isinstance(error, IsADirectoryError):
        return InputError(f"{where} is a directory.", "Give the files in it.")
    if isinstance(error, PermissionError):
        return InputError(f"{where} may not be read.", "Ask its owner for permission to read it.")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return InputError(f"{where} cannot be read: {reason}.", "Check the file and the disk it lies on.")


def _guess_format(path: str, stream: io.BufferedReader) -> str:
    if path == STDIN:
        return "text"
    suffix = Path(path).suffix.lower()
    if suffix in _WRAPPED:
        raise InputError(
            f"{path}: {_WRAPPED[suffix]} is not read yet.",
            "Save its text as a .txt file, or give --input-format text to read the bytes as they are.",
        )
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    return "jsonl" if _looks_like_documents(stream.peek(1)) else "text"


def _looks_like_documents(head: bytes) -> bool:
    """Whether a file begins with a line that is a JSON object with a text; a line cut by the buffer is let pass."""
    line, end, _ = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return not end and b'"text"' in line and re.match(rb'\{\s*"[^"]*"\s*:', line) is not None
    return isinstance(record, dict) and "text" in record
