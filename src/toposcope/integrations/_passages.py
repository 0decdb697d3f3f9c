"""Long texts in pieces that other people's models can take, without moving an offset."""

import re
from collections.abc import Iterator

__all__ = ["encodable", "passages"]

_SURROGATES = re.compile("[\ud800-\udfff]")
#: Where to cut, best first: a blank line, a line end, a sentence, a word.
_CUTS = (re.compile(r"\n[^\S\n]*\n"), re.compile(r"\n"), re.compile(r"[.!?]['\"”’)]*\s"), re.compile(r"\s"))


def passages(text: str, size: int) -> Iterator[tuple[int, str]]:
    """Cut a text at paragraph ends.

    Parameters
    ----------
    text : str
        Any text.
    size : int
        Characters that a passage may have; 2 or more.

    Yields
    ------
    (int, str)
        Offset and text of each passage: nothing is lost and nothing repeated. Where no paragraph ends in the second
        half of what still fits, the cut is at a line end, else behind a sentence, a word, or anywhere. Passages of
        nothing but white space are left out.
    """
    start = 0
    while start < len(text):
        end = _cut(text, start, start + size) if len(text) - start > size else len(text)
        passage = text[start:end]
        if not passage.isspace():
            yield start, passage
        start = end


def encodable(text: str) -> str:
    """The text with lone surrogates replaced, one for one: they have no UTF-8, which tokenisers ask for."""
    return _SURROGATES.sub("\ufffd", text)


def _cut(text: str, start: int, stop: int) -> int:
    """End of a passage that begins at `start` and reaches no further than `stop`."""
    for pattern in _CUTS:
        end = None
        for match in pattern.finditer(text, start + (stop - start) // 2, stop):
            end = match.end()
        if end is not None:
            return end
    return stop
