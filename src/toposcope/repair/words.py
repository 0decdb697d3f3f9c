"""Words around a name in a text: what belongs to it, what hangs on it, and where it may go on."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from toposcope import lexicon
from toposcope.tokens import tokenise

__all__ = [
    "HYPHENS",
    "POSSESSIVES",
    "Word",
    "covered",
    "earlier",
    "hangs_before",
    "hangs_behind",
    "is_mark",
    "is_particle",
    "later",
    "split_at_hyphens",
    "touches",
    "whole_words",
    "without_space",
    "words_of",
]

#: Signs that join two words where they touch both, and are dashes elsewhere.
HYPHENS = frozenset("-–‐‑")
#: What may stand between the words of a name: "Gulf of Aden", "Bosnia and Herzegovina", "Port-au-Prince".
_JOINTS = lexicon.CONNECTORS | HYPHENS | {"and", "&"}
#: Endings of the possessive, which the tokeniser gives tokens of their own.
POSSESSIVES = frozenset({"'s", "’s", "'S", "’S"})
#: What hangs on a name by a hyphen, also where a text is in capitals or all lower case.
_SUFFIXES = frozenset(
    "based backed born bound built brokered controlled dominated funded held led made occupied owned registered "
    "related run style supported trained wide area".split()
)
_PREFIXES = frozenset("anti pro non ex post pre mid cross".split())
#: Little words that do not begin a name, though names hold them: "of Aden" is not one, "al Jufra" is.
_ENGLISH = frozenset("a am an as at by do en er in of on the under upon y".split())
#: Characters looked at on either side of a mention, and the longest word that is completed.
_REACH = 60
#: Words that a name may grow by on one side.
_GROWTH = 4
_SPACE = re.compile(r"[^\S\n]+|[^\S\n]*\n[^\S\n]*")  # a space or a line end, but no blank line
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


class Word(NamedTuple):
    """A token with its half-open offsets."""

    text: str
    start: int
    end: int

    @property
    def is_capitalised(self) -> bool:
        """Whether it begins in upper case: "Aden", and "d'Ivoire" too."""
        return self.text[0].isupper() or self.text[2:3].isupper()

    @property
    def is_name_like(self) -> bool:
        """Capitalised, or a number: what a name may begin or end with."""
        return self.is_capitalised or self.text[0].isdigit()


def covered(text: str, words: list[Word]) -> str:
    """The text from the first to the last of some words."""
    return text[words[0].start : words[-1].end]


def words_of(text: str, start: int, end: int) -> list[Word]:
    """Tokens of a stretch; a line end that is nothing but white space is left out, a blank line is kept."""
    tokens = tokenise(text, start, end)
    words = [Word(word, begin, begin + len(word)) for word, begin in zip(*tokens, strict=True)]
    return [word for word in words if word.text != "\n" or _BLANK_LINE.match(text, word.start)]


def without_space(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without white space at its ends; of white space alone, its end is not behind its start."""
    name = text[start:end]
    return start + len(name) - len(name.lstrip()), start + len(name.rstrip())


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without half words: sub-word models cut "Tripoli" to "ripoli".

    Where words are run together ("#prayfornepal", "BBCAfrica") and in scripts without spaces the span is what it was.
    """
    first, last = start, end
    while first > 0 and start - first <= _REACH and text[first - 1].isalnum() and text[first].isalnum():
        first -= 1
    while last < len(text) and last - end <= _REACH and text[last].isalnum() and text[last - 1].isalnum():
        last += 1
    if max(start - first, last - end) > _REACH or text[max(0, first - 1) : first] in ("#", "@"):
        return start, end
    # The rest of a word goes on in its case: "T|ripoli", "TRIP|OLI"; "prayfor|nepal" begins in lower case.
    before, name, after = text[first:start], text[start:end], text[end:last]
    if before[:1].isupper() and (name[0].islower() or before.isupper() == name.isupper()):
        start = first
    if after.islower() or (after.isupper() and name.isupper()):
        end = last
    return start, end


def is_mark(word: str) -> bool:
    """Whether a token is punctuation or a symbol; an accent that stands by itself belongs to the letter before it."""
    return len(word) == 1 and unicodedata.category(word)[0] not in "LNM"


def touches(words: list[Word], i: int) -> bool:
    """Whether a word touches both its neighbours: a hyphen, not a dash."""
    return 0 < i < len(words) - 1 and words[i - 1].end == words[i].start and words[i].end == words[i + 1].start


def hangs_before(words: list[Word]) -> bool:
    """Whether the first word is a prefix: "pro-Russian", "Anti-Turkey"."""
    return len(words) > 2 and words[1].text in HYPHENS and touches(words, 1) and words[0].text.lower() in _PREFIXES


def hangs_behind(words: list[Word]) -> bool:
    """Whether the last word hangs on the name: "Tripoli-based", "TRIPOLI-BASED"."""
    behind = len(words) - 2
    hyphen = behind > 0 and words[behind].text in HYPHENS and touches(words, behind)
    return hyphen and (words[-1].text.lower() in _SUFFIXES)


def is_particle(words: list[Word]) -> bool:
    """Whether the first word is a small one that begins names: "al-Jufra", "el Fasher", "'s-Hertogenbosch"."""
    first = words[0].text
    if len(words) < 2 or first in ("of", "the"):
        return False
    hyphenated = words[1].text in HYPHENS and touches(words, 1)
    if first in POSSESSIVES:
        return hyphenated
    return first in lexicon.CONNECTORS and (hyphenated or first not in _ENGLISH)


def split_at_hyphens(words: list[Word]) -> list[list[Word]]:
    """Words between hyphens; a hyphen at either end leaves an empty part there."""
    parts: list[list[Word]] = [[]]
    for i, word in enumerate(words):
        if word.text in HYPHENS and touches(words, i):
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def later(text: str, end: int) -> Iterator[int]:
    """Where a name may end that ends here so far: behind each of the capitalised words that follow."""
    grown = 0
    before = end
    for word in words_of(text, end, min(len(text), end + _REACH)):
        if word.end == end + _REACH or not _adjoins(text, before, word.start):  # a word may be cut by the window
            return
        if word.is_name_like:
            yield word.end
            grown += 1
        elif word.text not in _JOINTS:
            return
        if grown == _GROWTH:
            return
        before = word.end


def earlier(text: str, start: int) -> Iterator[int]:
    """Where a name may begin that begins here so far: at each of the capitalised words before it."""
    window = max(0, start - _REACH)
    grown = 0
    after = start
    for word in reversed(words_of(text, window, start)):
        cut = word.start == window and window > 0
        if cut or not _adjoins(text, word.end, after) or word.text.lower() in ("the", "a", "an"):
            return
        if word.is_name_like:
            yield word.start
            grown += 1
        elif word.text not in _JOINTS:
            return
        if grown == _GROWTH:
            return
        after = word.start


def _adjoins(text: str, left: int, right: int) -> bool:
    """Whether nothing but a space or a line end parts two words."""
    return left == right or _SPACE.fullmatch(text, left, right) is not None
