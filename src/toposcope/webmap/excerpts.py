"""Which parts of a text a page carries: all of it, the sentences that name a place, or nothing."""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from toposcope.document import Mention
from toposcope.errors import InputError
from toposcope.tokens import sentence_spans

__all__ = ["Excerpt", "TextMode", "as_text_mode", "excerpt"]

#: What of the text a map embeds.
TextMode: TypeAlias = Literal["full", "sentences", "none"]

#: A quotation longer than this is cut to it around the mention: a card is no place for a page without full stops.
LONGEST_QUOTE = 420

_SPACE = re.compile(r"\s")
_ASTRAL = re.compile(r"[\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The text that a page carries, with the mentions in it.

    Parameters
    ----------
    text : str or None
        None where the page carries no text.
    spans : list of (int, int)
        Half-open offsets of the mentions into `text`, in UTF-16 units, which is how browsers count.
        Empty if `text` is None.
    quotes : list of (int, int)
        The sentence around each mention, in the same units.
    """

    text: str | None
    spans: list[tuple[int, int]]
    quotes: list[tuple[int, int]]


def as_text_mode(value: str) -> TextMode:
    """Check what a caller gave for `text`.

    Raises
    ------
    InputError
        If it is none of the three.
    """
    for mode in get_args(TextMode):
        if value == mode:
            chosen: TextMode = mode
            return chosen
    raise InputError(f"text={value!r} is no way to show a text.", 'Give "full", "sentences" or "none".')


def excerpt(text: str, mentions: Sequence[Mention], mode: TextMode) -> Excerpt:
    """Take from a text what a page is to carry.

    Parameters
    ----------
    text : str
        The whole text.
    mentions : sequence of Mention
        In reading order.
    mode : {"full", "sentences", "none"}
        ``"sentences"`` keeps only sentences that hold a mention; sentences that follow each other stay
        together, a blank line stands for what was left out.
    """
    if mode == "none":
        return Excerpt(None, [], [])
    sentences = _sentences_of(text, mentions)
    spans = [(m.start, m.end) for m in mentions]
    if mode == "sentences":
        text, spans, sentences = _keep_sentences(text, spans, sentences)
    quotes = [_shorten(text, sentence, span) for sentence, span in zip(sentences, spans, strict=True)]
    utf16 = _utf16_offset(text)
    return Excerpt(
        text,
        [(utf16(start), utf16(end)) for start, end in spans],
        [(utf16(start), utf16(end)) for start, end in quotes],
    )


def _sentences_of(text: str, mentions: Sequence[Mention]) -> list[tuple[int, int]]:
    """The sentence of each mention; it always holds the whole mention."""
    found: list[tuple[int, int]] = []
    if not mentions:
        return found
    waiting = iter(mentions)
    mention = next(waiting)
    for begin, stop in sentence_spans(text):
        while mention.start < stop:
            found.append((min(begin, mention.start), max(stop, mention.end)))
            following = next(waiting, None)
            if following is None:
                return found
            mention = following
    # Mentions behind the last sentence: white space only, or a splitter that gave up early.
    rest = mentions[len(found) :]
    return found + [(m.start, m.end) for m in rest]


def _keep_sentences(
    text: str, spans: list[tuple[int, int]], sentences: list[tuple[int, int]]
) -> tuple[str, list[tuple[int, int]], list[tuple[int, int]]]:
    parts: list[str] = []
    kept_spans: list[tuple[int, int]] = []
    kept_sentences: list[tuple[int, int]] = []
    copied_to = 0  # up to here the text has been copied
    length = 0  # of what was copied
    shift = 0  # offset in the excerpt less offset in the text
    for (begin, stop), (start, end) in zip(sentences, spans, strict=True):
        if stop > copied_to:
            begin = max(begin, copied_to)
            between = text[copied_to:begin]
            # Neighbours keep the white space between them; anything else is left out.
            gap = between if parts and not between.strip() else "\n\n" if parts else ""
            parts += [gap, text[begin:stop]]
            shift = length + len(gap) - begin
            length += len(gap) + stop - begin
            copied_to = stop
        kept_spans.append((start + shift, end + shift))
        kept_sentences.append((max(0, min(begin, start) + shift), stop + shift))
    return "".join(parts), kept_spans, kept_sentences


def _shorten(text: str, sentence: tuple[int, int], span: tuple[int, int]) -> tuple[int, int]:
    begin, stop = sentence
    start, end = span
    if stop - begin <= LONGEST_QUOTE:
        return sentence
    margin = LONGEST_QUOTE // 2
    left, right = max(begin, start - margin), min(stop, end + margin)
    if left > begin and (space := _SPACE.search(text, left, start)):
        left = space.end()
    if right < stop:
        spaces = [m.start() for m in _SPACE.finditer(text, end, right)]
        right = spaces[-1] if spaces else right
    return left, right


def _utf16_offset(text: str) -> Callable[[int], int]:
    if text.isascii() or max(text) <= "\uffff":
        return lambda offset: offset
    astral = [m.start() for m in _ASTRAL.finditer(text)]
    return lambda offset: offset + bisect_left(astral, offset)
