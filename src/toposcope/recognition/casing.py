"""Text whose capitals say nothing: headlines in capitals or with a capital on every word, text in small letters.

Such text is read as if it were written as usual: each word is given the case that English would give it. Only what the
recogniser looks at changes; mentions are spans of the text as it stands.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from toposcope import names
from toposcope.recognition.words import (
    ABBREVIATION,
    CONTAINING,
    LINE_END,
    OTHER_NAME_OF_CITY,
    WELL_KNOWN,
    NameClasses,
    Word,
)

__all__ = [
    "CAPITALS",
    "LONG_SMALL",
    "SMALL",
    "TITLE_CASE",
    "USUAL",
    "Casing",
    "Counts",
    "in_small_letters",
    "stretches",
]

#: How a stretch of text is written; codes of the feature of that name.
USUAL, CAPITALS, TITLE_CASE, SMALL = range(4)

#: A text of so few tokens may be a tweet or a line typed into a box: its small letters say little.
FEW_TOKENS: Final = 60
_ENDS: Final = frozenset((".", "!", "?", LINE_END))
_USUALLY_SMALL: Final = 3  # from here on a word is written small at least as often as not
LONG_SMALL: Final = 5  # letters of a word that title case would not leave small
#: A word that names one of these is kept a name whatever English does with it: "Turkey".
_CERTAIN: Final = CONTAINING
_SHORTEST_NAME: Final = 4
#: Things that are named like places: in small letters they are places only behind one of the words that follow.
_THINGS: Final = frozenset(
    "turkey china brazil lima port ottoman guinea jersey java panama cologne bologna cayenne derby champagne chad "
    "jordan mobile nice reading bath split cork hull angora cashmere calico denim tangier".split()
)
_BEFORE_PLACES: Final = frozenset("in at near from to across inside outside around of".split())
_NOT_IN_NAMES: Final = frozenset(
    "the of in on at to a an and or for by from is was i my your his her our this that".split()
)


class Counts(NamedTuple):
    """How the words of a stretch are written: with a capital first, in capitals throughout, small, small and long."""

    capital: int
    capitals: int
    small: int
    long_small: int

    @property
    def casing(self) -> int:
        """How the stretch is written: usual, in capitals, or in title case."""
        if self.capitals >= 3 and not self.small and self.capital <= self.capitals * 1.25:
            return CAPITALS
        if self.capital >= 4 and not self.long_small and self.capital >= 1.5 * self.small:
            return TITLE_CASE
        return USUAL


def counted(word: str) -> tuple[int, int, int, int]:
    """What a word adds to the :class:`Counts` of its stretch."""
    if not word.isalpha() or len(word) < 2:
        return 0, 0, 0, 0
    small = word[0].islower()
    return word[0].isupper(), word.isupper(), small, small and len(word) >= LONG_SMALL


def ends_stretch(word: str) -> bool:
    """Whether a stretch that has a casing of its own ends behind a token."""
    return word in _ENDS


def stretches(words: Sequence[str]) -> Iterator[tuple[int, int, Counts]]:
    """Sentences and lines of a text as (first, last + 1, counts)."""
    first, total = 0, [0, 0, 0, 0]
    for i, word in enumerate(words):
        for k, count in enumerate(counted(word)):
            total[k] += count
        if ends_stretch(word) or i == len(words) - 1:
            yield first, i + 1, Counts(*total)
            first, total = i + 1, [0, 0, 0, 0]


def in_small_letters(n_tokens: int, capital: int, small: int) -> bool:
    """Whether a text is short, or written in small letters throughout, so that small words may be names."""
    return n_tokens <= FEW_TOKENS or 50 * capital <= small


class Casing:
    """Gives words the case that English would give them.

    Parameters
    ----------
    word_of : callable
        From a token to what is known of it.
    classes : NameClasses
        What the gazetteer knows.
    """

    def __init__(self, word_of: Callable[[str], Word], classes: NameClasses) -> None:
        self._word_of = word_of
        self._classes = classes

    def restored(self, words: Sequence[str], casing: int) -> list[str]:
        """The words of a stretch in capitals or in title case, as they would be written in a sentence."""
        restore = self._from_capitals if casing == CAPITALS else self._from_title_case
        return [restore(word) for word in words]

    def _from_capitals(self, word: str) -> str:
        if not word.isalpha() or len(word) < 2 or not word.isupper():
            return word
        capitalised = word.capitalize()
        known = self._word_of(capitalised)
        if len(word) <= 4 and self._word_of(word).name_class == ABBREVIATION:
            return word  # "UK", "USA"
        if known.case >= _USUALLY_SMALL and known.name_class not in _CERTAIN:
            return word.lower()
        return capitalised

    def _from_title_case(self, word: str) -> str:
        known = self._word_of(word)
        plain = word.isalpha() and word[0].isupper() and not word.isupper() and not known.cues
        if plain and known.case >= _USUALLY_SMALL and known.name_class not in _CERTAIN:
            return word.lower()
        return word

    def raised(self, words: Sequence[str]) -> dict[int, str]:
        """Words in small letters that may be names, with a capital, by position: "floods in manila"."""
        found: dict[int, str] = {}
        for i, word in enumerate(words):
            if not word[0].islower() or not word.isalpha():
                continue
            capitalised = word.capitalize()
            thing = word in _THINGS and not (i and words[i - 1] in _BEFORE_PLACES)
            if self._is_well_known(capitalised) and not thing:
                found[i] = capitalised
            following = words[i + 1] if i + 1 < len(words) else ""
            if (
                following[:1].islower()
                and word not in _NOT_IN_NAMES
                and following not in _NOT_IN_NAMES
                and len(word) > 2
                and self._classes.of(names.normalise(f"{word} {following}"))[0] in WELL_KNOWN
            ):
                found[i], found[i + 1] = capitalised, following.capitalize()
        return found

    def _is_well_known(self, capitalised: str) -> bool:
        known = self._word_of(capitalised)
        return (
            len(capitalised) >= _SHORTEST_NAME
            and (
                known.name_class in WELL_KNOWN or (known.name_class == OTHER_NAME_OF_CITY and not known.case)  # "cebu"
            )
            and known.case < _USUALLY_SMALL
        )
