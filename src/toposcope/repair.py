"""Mentions of other people's recognisers → mentions as docs/ANNOTATION.md wants them.

Named-entity models mark "the Netherlands'", "Tripoli-based", "Paris, Texas" and "York" of "New York", each in its own
way. Here a name loses what stands around it, is parted where it names two places, and grows to the longest name that
the gazetteer knows at that spot. What the gazetteer says decides wherever it can: "Port-au-Prince", "Guinea-Bissau"
and "Bosnia and Herzegovina" stay whole because it has them.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from toposcope import lexicon
from toposcope.document import Mention
from toposcope.gazetteer import Gazetteer, Kind, NameType
from toposcope.names import normalise
from toposcope.tokens import tokenise

__all__ = ["BoundaryRepair", "is_people"]

#: Tokens that part two names, or a name from what was said of it.
_SEPARATORS = frozenset(",;:()[]{}/|\n•—→")
_HYPHENS = frozenset("-–‐‑")
_AND = frozenset({"and", "&", "or"})
#: What may stand between the words of a name: "Gulf of Aden", "Bosnia and Herzegovina", "Port-au-Prince".
_JOINTS = lexicon.CONNECTORS | _HYPHENS | {"and", "&"}
_POSSESSIVES = frozenset({"'s", "’s", "'S", "’S"})
#: What hangs on a name by a hyphen, also where a text is in capitals or all lower case.
_SUFFIXES = frozenset(
    "based backed born bound built brokered controlled dominated funded held led made occupied owned registered "
    "related run style supported trained wide area".split()
)
_PREFIXES = frozenset("anti pro non ex post pre mid cross".split())
#: Little words that do not begin a name, though names hold them: "of Aden" is not one, "al Jufra" is.
_ENGLISH = frozenset("a am an as at by do en er in of on the under upon y".split())
#: Pointed at, not named: "the West", "the capital".
_NO_NAMES = frozenset(
    "north south east west northern southern eastern western central northeast northwest southeast southwest capital "
    "border city town village country county state province region district island coast river downtown suburb".split()
)
#: Countries whose English name has a capital article by their own law; towns with one (The Hague) the gazetteer knows.
_WITH_ARTICLE = frozenset({"the gambia", "the bahamas"})
_DISTRICT_OF_COLUMBIA = re.compile(r",? ?\b(?:D\. ?C\.|DC\b)")

#: Of a hyphenated pair ("Iran-Iraq"), each must be well known: a town of this many inhabitants, or a division.
_WELL_KNOWN = 100_000
#: By another name than its main one a town is as well known as one of a tenth of its size: "Hamas" is not Hamm.
_ALTERNATE_SHARE = 0.1
#: Characters looked at on either side of a mention, and the longest word that is completed.
_REACH = 60
#: Words that a name may grow by on one side.
_GROWTH = 4

_SPACE = re.compile(r"[^\S\n]+|[^\S\n]*\n[^\S\n]*")  # a space or a line end, but no blank line
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


class _Word(NamedTuple):
    """A token with its half-open offsets."""

    text: str
    start: int
    end: int

    @property
    def is_name_like(self) -> bool:
        """Capitalised, or a number: what a name may begin or end with."""
        return self.text[0].isupper() or self.text[0].isdigit() or (len(self.text) > 2 and self.text[2].isupper())


class BoundaryRepair:
    """Moves the boundaries of mentions to where a place name begins and ends.

    Parameters
    ----------
    gazetteer : Gazetteer
        Says which longer names there are, and which names are to stay whole.
    is_demonym : callable
        Whether a name is an adjective or a people.

    Examples
    --------
    >>> from toposcope import Mention, open_gazetteer
    >>> repair = BoundaryRepair(open_gazetteer().gazetteer, lambda name: name.endswith("ish"))
    >>> [m.text for m in repair("the Tripoli-based crew", [Mention("the Tripoli-based", 0, 17)])]
    ['Tripoli']
    """

    def __init__(self, gazetteer: Gazetteer, is_demonym: Callable[[str], bool]) -> None:
        self.gazetteer = gazetteer
        self._is_demonym = is_demonym

    def __call__(self, text: str, mentions: Iterable[Mention]) -> list[Mention]:
        """Repair the mentions of one text.

        Parameters
        ----------
        text : str
            The document.
        mentions : iterable of Mention
            In any order; their offsets must fit the text.

        Returns
        -------
        list of Mention
            In reading order, neither nested nor overlapping: of two that overlap the longer one is kept. One mention
            may have become several, or none where nothing of it is a name. Scores are as they were.
        """
        return _apart([piece for mention in mentions for piece in self._repaired(text, mention)])

    def _repaired(self, text: str, mention: Mention) -> Iterator[Mention]:
        start, end = _without_space(text, mention.start, mention.end)
        if start >= end:
            return
        start, end = _whole_words(text, start, end)
        end = self._with_full_stop(text, start, end)
        for part in self._parts(text, _words(text, start, end)):
            trimmed = self._trimmed(text, part)
            for words in self._unjoined(text, trimmed):
                if len(words) == 1 and words[0].text.lower() in _NO_NAMES:
                    continue
                first, last = self._grown(text, words[0].start, words[-1].end)
                name = text[first:last]
                # "Syrian Desert", grown from "Syrian", is no demonym whatever was said of its first word.
                as_given = mention.demonym and (first, last) == (words[0].start, words[-1].end)
                yield Mention(name, first, last, mention.score, as_given or self._is_demonym(name))

    # What the gazetteer knows

    def _knows(self, text: str, words: list[_Word]) -> bool:
        return bool(words) and self._knows_name(_text(text, words))

    def _knows_name(self, name: str) -> bool:
        return len(self.gazetteer.postings(normalise(name))) > 0

    def _is_well_known(self, name: str) -> bool:
        """Whether a name alone makes readers think of a place: a division, a region, a people or a large town."""
        gazetteer = self.gazetteer
        rows = _rows(gazetteer.postings(normalise(name)))
        places, types = gazetteer.posting_place[rows], gazetteer.posting_type[rows]
        kinds = gazetteer.kind[places]
        great = (kinds <= Kind.ADMIN1) & (types != NameType.DERIVED)
        people = gazetteer.population[places] * np.where(types == NameType.PRIMARY, 1.0, _ALTERNATE_SHARE)
        large = (kinds == Kind.SETTLEMENT) & (people >= _WELL_KNOWN)
        return bool((great | large | (types == NameType.DEMONYM)).any())

    def _is_country(self, name: str) -> bool:
        gazetteer = self.gazetteer
        rows = _rows(gazetteer.postings(normalise(name)))
        countries = gazetteer.kind[gazetteer.posting_place[rows]] == Kind.COUNTRY
        return bool(countries.any())

    def _lies_in(self, name: str, region: str) -> bool:
        """Whether a settlement or division of one name lies in a country or first-order division of the other."""
        gazetteer = self.gazetteer
        places = gazetteer.posting_place[_rows(gazetteer.postings(normalise(name)))]
        places = places[np.isin(gazetteer.kind[places], (Kind.ADMIN1, Kind.ADMIN2, Kind.SETTLEMENT))]
        around = gazetteer.posting_place[_rows(gazetteer.postings(normalise(region)))]
        countries = around[gazetteer.kind[around] == Kind.COUNTRY]
        divisions = around[gazetteer.kind[around] == Kind.ADMIN1]
        return bool(
            np.isin(gazetteer.country[places], gazetteer.country[countries]).any()
            or np.isin(gazetteer.admin1[places], gazetteer.admin1[divisions]).any()
        )

    # One mention → several

    def _parts(self, text: str, words: list[_Word]) -> Iterator[list[_Word]]:
        """Words between commas, brackets and blank lines: "Paris, Texas" is two places."""
        part: list[_Word] = []
        for i, word in enumerate(words):
            dash = word.text in _HYPHENS and not _touches(words, i)
            if word.text in _SEPARATORS or dash:
                whole = part and part[-1].text == "Washington" and _DISTRICT_OF_COLUMBIA.match(text, word.start)
                if not whole:
                    yield part
                    part = []
                    continue
            part.append(word)
        yield part

    def _unjoined(self, text: str, words: list[_Word]) -> Iterator[list[_Word]]:
        """The places that a name without commas holds: "Paris Texas", "Iran-Iraq", "Syria and Iraq"."""
        if not words:
            return
        if len(words) < 2 or self._knows(text, words):
            yield words
            return
        for i, word in enumerate(words[1:-1], 1):
            left, right = words[:i], words[i + 1 :]
            if word.text.lower() in _AND and self._knows(text, left):
                others = list(self._unjoined(text, self._trimmed(text, right)))
                if others and all(self._knows(text, other) for other in others):
                    yield left
                    yield from others
                    return
        halves = [half for half in _split_at_hyphens(words) if half]
        known = [half for half in halves if half[0].is_name_like and self._is_well_known(_text(text, half))]
        if len(halves) > 1 and known and (len(known) == len(halves) or self._is_country(_text(text, halves[0]))):
            yield from known  # "Israel-Hamas" names one place
            return
        for i in range(len(words) - 1, 0, -1):  # the shortest region first: "Kansas City Missouri"
            described = i == 1 and words[0].text.lower() in _NO_NAMES  # "Eastern Uganda" has a region of that name
            if not described and self._lies_in(_text(text, words[:i]), _text(text, words[i:])):
                yield words[:i]
                yield words[i:]
                return
        yield words

    # Boundaries

    def _trimmed(self, text: str, words: list[_Word]) -> list[_Word]:
        """Words without what stands around the name: marks, articles, descriptions, what hangs on a hyphen."""
        cased = any(word.is_name_like for word in words)
        while words:
            first, last = words[0], words[-1]
            if not first.text[0].isalnum() and not _is_particle(words):
                words = words[1:]
            elif last.text in _POSSESSIVES or _is_mark(last.text):
                words = words[:-1]
            elif first.text.lower() == "the":
                if self._has_official_article(text, words):
                    break
                words = words[1:]
            elif cased and first.text.islower() and not _is_particle(words):
                words = words[1:]
            elif cased and last.text in _NO_NAMES:  # "Washington state", though the gazetteer has "Washington State"
                words = words[:-1]
            elif self._knows(text, words):
                break
            elif _hangs_before(words):
                words = words[1:]
            elif _hangs_behind(words) or (cased and last.text.islower()):
                words = words[:-1]
            else:
                break
        return words

    def _with_full_stop(self, text: str, start: int, end: int) -> int:
        """The end of a name with the full stop that is part of it: "U.S" is cut short, "Isle of Man" is not."""
        if text[end : end + 1] != ".":
            return end
        words = _words(text, start, end + 1)
        dotted = bool(words) and len(words[-1].text) > 1 and words[-1].end == end + 1
        return end + 1 if dotted and (len(words) == 1 or not self._knows(text, words)) else end

    def _has_official_article(self, text: str, words: list[_Word]) -> bool:
        """Whether "The" belongs to the name: The Hague, The Gambia; but not the Netherlands."""
        if not words[0].text.startswith("T") or len(words) == 1:
            return False
        key = normalise(_text(text, words))
        gazetteer = self.gazetteer
        rows = _rows(gazetteer.postings(key))
        primary = gazetteer.posting_type[rows] == NameType.PRIMARY
        return key in _WITH_ARTICLE or bool(
            (primary & (gazetteer.kind[gazetteer.posting_place[rows]] == Kind.SETTLEMENT)).any()
        )

    def _grown(self, text: str, start: int, end: int) -> tuple[int, int]:
        """The longest name known that holds this one: "York" of "New York", "Kent" of "Kent County"."""
        if text[start:end] == "Washington" and (district := _DISTRICT_OF_COLUMBIA.match(text, end)):
            return start, district.end()
        starts, ends = [start, *_earlier(text, start)], [end, *_later(text, end)]
        spans = [(a, b) for a in starts for b in ends if (a, b) != (start, end)]
        spans.sort(key=lambda span: span[0] - span[1])
        start, end = next((span for span in spans if self._knows_name(text[slice(*span)])), (start, end))
        if text[max(0, start - 4) : start] == "The " and self._has_official_article(text, _words(text, start - 4, end)):
            start -= 4
        return start, end


def is_people(gazetteer: Gazetteer, name: str) -> bool:
    """Whether the gazetteer lists a name among the adjectives and peoples, whatever else it may be.

    For names that are known to be those of a group: religions and parties are none.

    Parameters
    ----------
    gazetteer : Gazetteer
        With its demonyms.
    name : str
        As written: "Libyans", "South Korean".
    """
    rows = _rows(gazetteer.postings(normalise(name)))
    return bool((gazetteer.posting_type[rows] == NameType.DEMONYM).any())


def _rows(postings: range) -> slice:
    return slice(postings.start, postings.stop)


def _text(text: str, words: list[_Word]) -> str:
    return text[words[0].start : words[-1].end]


def _words(text: str, start: int, end: int) -> list[_Word]:
    """Tokens of a stretch; a line end that is nothing but white space is left out, a blank line is kept."""
    tokens = tokenise(text, start, end)
    words = [_Word(word, begin, begin + len(word)) for word, begin in zip(*tokens, strict=True)]
    return [word for word in words if word.text != "\n" or _BLANK_LINE.match(text, word.start)]


def _without_space(text: str, start: int, end: int) -> tuple[int, int]:
    name = text[start:end]
    return start + len(name) - len(name.lstrip()), start + len(name.rstrip())


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without half words: sub-word models cut "Tripoli" to "ripoli".

    In a hashtag, where words are run together, and in scripts without spaces the span is what it was.
    """
    first, last = start, end
    while first > 0 and start - first <= _REACH and text[first - 1].isalnum() and text[first].isalnum():
        first -= 1
    while last < len(text) and last - end <= _REACH and text[last].isalnum() and text[last - 1].isalnum():
        last += 1
    run_together = text[first - 1 : first] == "#" or max(start - first, last - end) > _REACH
    cased = all(c.lower() != c.upper() for c in text[first:start] + text[end:last])
    if not run_together and cased:
        # "nepal" of "prayfornepal" is meant as it stands, "ripoli" is not.
        start, end = first if text[first].isupper() else start, last
    return start, end


def _is_mark(word: str) -> bool:
    """Whether a token is punctuation or a symbol; an accent that stands by itself belongs to the letter before it."""
    return len(word) == 1 and unicodedata.category(word)[0] not in "LNM"


def _touches(words: list[_Word], i: int) -> bool:
    """Whether a word touches both its neighbours: a hyphen, not a dash."""
    return 0 < i < len(words) - 1 and words[i - 1].end == words[i].start and words[i].end == words[i + 1].start


def _hangs_before(words: list[_Word]) -> bool:
    """Whether the first word is a prefix: "pro-Russian", "Anti-Turkey"."""
    return len(words) > 2 and words[1].text in _HYPHENS and _touches(words, 1) and words[0].text.lower() in _PREFIXES


def _hangs_behind(words: list[_Word]) -> bool:
    """Whether the last word hangs on the name: "Tripoli-based", "TRIPOLI-BASED"."""
    behind = len(words) - 2
    hyphen = behind > 0 and words[behind].text in _HYPHENS and _touches(words, behind)
    return hyphen and (words[-1].text.lower() in _SUFFIXES)


def _is_particle(words: list[_Word]) -> bool:
    """Whether the first word is a small one that begins names: "al-Jufra", "el Fasher", "'s-Hertogenbosch"."""
    first = words[0].text
    if len(words) < 2 or first in ("of", "the"):
        return False
    hyphenated = words[1].text in _HYPHENS and _touches(words, 1)
    if first in _POSSESSIVES:
        return hyphenated
    return first in lexicon.CONNECTORS and (hyphenated or first not in _ENGLISH)


def _split_at_hyphens(words: list[_Word]) -> list[list[_Word]]:
    parts: list[list[_Word]] = [[]]
    for i, word in enumerate(words):
        if word.text in _HYPHENS and _touches(words, i):
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def _later(text: str, end: int) -> Iterator[int]:
    """Where a name may end that ends here so far: behind each of the capitalised words that follow."""
    grown = 0
    before = end
    for word in _words(text, end, min(len(text), end + _REACH)):
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


def _earlier(text: str, start: int) -> Iterator[int]:
    """Where a name may begin that begins here so far: at each of the capitalised words before it."""
    window = max(0, start - _REACH)
    grown = 0
    after = start
    for word in reversed(_words(text, window, start)):
        cut = word.start == window and window > 0
        if cut or not _adjoins(text, word.end, after) or word.text.lower() == "the":
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


def _apart(mentions: list[Mention]) -> list[Mention]:
    """In reading order, without those that a longer one overlaps; of equals the surer, then the earlier one stays."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, -m.score, m.start)):
        i = bisect_left(kept, mention.end, key=lambda m: m.start)
        if i == 0 or kept[i - 1].end <= mention.start:
            kept.insert(i, mention)
    return kept
