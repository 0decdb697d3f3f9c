"""The longest names in a run of words that the gazetteer knows, or that their heads tell."""

from collections.abc import Sequence
from typing import Final

from toposcope import lexicon, names
from toposcope.recognition.words import BEGUN, CLASSES, HEADED, NameClasses, is_capitalised

__all__ = ["LONGEST_NAME", "longest_names"]

#: Words in front of a head: "Jomo Kenyatta International Airport".
_MOST_BEFORE_HEAD: Final = 3
LONGEST_NAME: Final = 7  # tokens: "Federal Republic of the Xs of Y" are found, sentences are not tried
#: "Laurel" for Laurel County is a name, of several words it hardly ever is.
_TOO_WEAK: Final = frozenset(map(CLASSES.index, ("nothing", "derived")))


def longest_names(words: Sequence[str], classes: NameClasses) -> list[tuple[int, int, int]]:
    """Names of more than one token in a run, longest first from left to right, as (first, length, class).

    Parameters
    ----------
    words : sequence of str
        The tokens of a run.
    classes : NameClasses
        What the gazetteer knows.
    """
    found = []
    i, n = 0, len(words)
    while i < n - 1:
        step = 1
        if is_capitalised(words[i]):
            for length in range(min(LONGEST_NAME, n - i), 1, -1):
                last = words[i + length - 1]
                if not (is_capitalised(last) or last[0].isdigit()):
                    continue
                key = names.normalise(" ".join(words[i : i + length]))
                if " " not in key:
                    continue
                name_class = classes.of(key)[0]
                if name_class not in _TOO_WEAK:
                    found.append((i, length, name_class))
                    step = length
                    break
            else:
                length, name_class = _told(words, i)
                if length:
                    found.append((i, length, name_class))
                    step = length
        i += step
    return found


def _told(words: Sequence[str], i: int) -> tuple[int, int]:
    """Tokens and class of a name that starts at `i` and is told by its head or its beginning; 0 tokens for none."""
    n, none = len(words), (0, HEADED)
    if words[i] in lexicon.PLACE_PREFIXES:
        if is_capitalised(words[i + 1]):
            return 2, BEGUN
        if words[i + 1] == "of" and i + 2 < n:
            name = i + 3 if words[i + 2] == "the" else i + 2
            return (name + 1 - i, BEGUN) if name < n and is_capitalised(words[name]) else none
    if words[i] in lexicon.PLACE_HEADS or words[i] in lexicon.ORGANISATION_WORDS:
        return none
    for j in range(i + 1, min(i + _MOST_BEFORE_HEAD + 1, n)):
        if not is_capitalised(words[j]) or words[j] in lexicon.ORGANISATION_WORDS:
            return none
        if words[j] in lexicon.PLACE_HEADS:
            while j + 1 < n and words[j + 1] in lexicon.PLACE_HEADS:
                j += 1
            body = j + 1 < n and words[j + 1] in lexicon.ORGANISATION_WORDS
            return none if body else (j + 1 - i, HEADED)
    return none
