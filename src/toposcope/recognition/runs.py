"""Maximal runs of capitalised words, and the little words and marks that join them."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from toposcope import lexicon
from toposcope.recognition.words import LINE_END

__all__ = [
    "CONJUNCTIONS",
    "CONNECTORS",
    "HYPHENS",
    "LONGEST_JOINT",
    "LONGEST_RUN",
    "LONGEST_SPACED_JOINT",
    "Flag",
    "find_runs",
    "is_possessive",
    "is_starter",
    "opens_sentence",
]

#: Small words that stand inside names: "Gulf of Aden", "Rio de Janeiro". Not "and", "in", "on", "at", "by", "for": what
#: they join is more often two names than one, and each by itself is better recognised.
CONNECTORS: Final = (lexicon.CONNECTORS | frozenset("al super cum ' ’".split())) - frozenset(
    "in on upon by at for".split()
)
#: Between the names of a list.
CONJUNCTIONS: Final = frozenset(("and", "or", "&"))
HYPHENS: Final = frozenset("-–‐‑")
#: Tokens from one capitalised word of a run to the next: "Deir ez-Zor", "Port-au-Prince"; "of the" without hyphens.
LONGEST_JOINT: Final = 4
LONGEST_SPACED_JOINT: Final = 2
#: Tokens; a table in capitals is no name. Longer runs are cut.
LONGEST_RUN: Final = 50
#: Behind these any word has a capital.
_SENTENCE_BREAKS: Final = frozenset('.!?"”“:;•—‘([' + LINE_END)
_CONTRACTED: Final = frozenset(
    "I He She We You They It That There What Who Let Don Can Won Didn Doesn Isn Wasn Couldn".split()
)

Ints = NDArray[Any]
Bools = NDArray[np.bool_]


class Flag:
    """What the way from tokens to runs asks of a word: bits."""

    CAPITALISED, DIGIT, POSSESSIVE, CONNECTOR, HYPHEN, STARTER, BREAK, IS_I = (1 << i for i in range(8))


def is_possessive(word: str) -> bool:
    """Whether a token is the possessive 's."""
    return len(word) == 2 and word[0] in "'’" and word[1] in "sS"


def is_starter(word: str) -> bool:
    """Whether a word is capitalised for where it stands: "The", "I", "I'll"."""
    if word in lexicon.SENTENCE_STARTERS:
        return True
    stem, apostrophe, _ = word.replace("’", "'").partition("'")
    return apostrophe != "" and stem in _CONTRACTED


def opens_sentence(before: str) -> bool:
    """Whether any word would have a capital behind this token."""
    return before[0] in _SENTENCE_BREAKS or before[-1] == "."


def find_runs(flags: Ints, glued: Bools) -> tuple[Ints, Ints]:
    """Runs in an array of tokens, as two arrays: first tokens, and tokens behind the last.

    Parameters
    ----------
    flags : numpy.ndarray
        :class:`Flag` of each token; nothing joins over a token without any of them.
    glued : numpy.ndarray
        Whether each token touches the one before.
    """
    n = len(flags)
    capitalised = (flags & Flag.CAPITALISED) != 0
    core = (flags & (Flag.CAPITALISED | Flag.DIGIT | Flag.POSSESSIVE)) != 0
    hyphen = (flags & Flag.HYPHEN) != 0
    hyphen[:-1] &= glued[:-1] & glued[1:]
    joins = (((flags & Flag.CONNECTOR) != 0) | hyphen) & ~core
    inside = core
    first, behind = _stretches(joins)
    if len(first):
        length = behind - first
        hyphens = np.concatenate([[0], np.cumsum(hyphen)])
        hyphenated = hyphens[behind] > hyphens[first]
        valid = core[first - 1] & (first > 0) & (behind < n) & capitalised[np.minimum(behind, n - 1)]
        valid &= np.where(hyphenated, length <= LONGEST_JOINT, length <= LONGEST_SPACED_JOINT)
        inside = core.copy()
        mark = np.zeros(n + 1, np.int32)
        np.add.at(mark, first[valid], 1)
        np.add.at(mark, behind[valid], -1)
        inside |= np.cumsum(mark[:-1]) > 0
    start, end = _stretches(inside)
    next_capital = _next(capitalised)
    start = next_capital[start]
    kept = start < end
    start, end = start[kept], end[kept]
    opens = ((flags[start - 1] & Flag.BREAK) != 0) | ((flags[start] & Flag.IS_I) != 0)
    next_name = _next(capitalised & ((flags & Flag.STARTER) == 0))
    start = np.where(opens, next_name[start], start)
    possessive = (flags & Flag.POSSESSIVE) != 0
    while (trailing := (end > start) & possessive[end - 1]).any():
        end = end - trailing
    kept = start < end
    start, end = _cut(start[kept], end[kept])
    lone_starter = (end - start == 1) & ((flags[start] & Flag.STARTER) != 0)
    return start[~lone_starter], end[~lone_starter]


def _stretches(mask: Bools) -> tuple[Ints, Ints]:
    """Where maximal stretches of true begin, and where they are over."""
    edges = np.diff(np.concatenate([[0], mask.view(np.int8), [0]]))
    return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)


def _next(mask: Bools) -> Ints:
    """For each position, the first at or behind it that is true; the length where there is none."""
    n = len(mask)
    where = np.where(mask, np.arange(n), n)
    return np.minimum.accumulate(where[::-1])[::-1]


def _cut(start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Runs no longer than LONGEST_RUN."""
    pieces = -(-(end - start) // LONGEST_RUN)
    if not len(pieces) or pieces.max() == 1:
        return start, end
    number = np.arange(int(pieces.sum())) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    first = np.repeat(start, pieces) + number * LONGEST_RUN
    return first, np.minimum(np.repeat(end, pieces), first + LONGEST_RUN)
