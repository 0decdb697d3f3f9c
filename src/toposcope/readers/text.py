"""Plain text: the whole file is one article."""

from typing import BinaryIO

from toposcope.errors import InputError
from toposcope.readers.article import Article

__all__ = ["decode", "read"]

#: First bytes of files that people mistake for text, and what they are called.
_SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive, such as DOCX or ODT"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"PAR1", "a Parquet file"),
)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read(stream: BinaryIO, where: str) -> Article:
    """Read one article.

    Every character stays: NUL, carriage returns, and a byte order mark too (as U+FEFF), so that
    offsets count in what ``open(path, encoding="utf-8", newline="")`` reads.

    Parameters
    ----------
    stream : binary file
        Read to its end.
    where : str
        How messages name it.

    Raises
    ------
    InputError
        If it is not UTF-8.
    """
    return Article(decode(stream.read(), where), where=where)


def decode(data: bytes, where: str) -> str:
    """Decode UTF-8, and say what a file is when it is something else.

    Raises
    ------
    InputError
        With the offset of the first wrong byte and what to do.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{where} is not UTF-8 text: byte 0x{data[error.start]:02x} at offset {error.start} cannot be read.",
            _remedy(data),
        ) from error


def _remedy(data: bytes) -> str:
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return f"It looks like {kind}: save its text as UTF-8 first."
    if data.startswith(_UTF16_MARKS):
        return "It looks like UTF-16; convert it: iconv -f UTF-16 -t UTF-8 IN.txt > OUT.txt"
    if b"\0" in data[:8192]:
        return "It looks like a binary file: give a text."
    return "If it is Windows or Latin-1 text, convert it: iconv -f WINDOWS-1252 -t UTF-8 IN.txt > OUT.txt"
