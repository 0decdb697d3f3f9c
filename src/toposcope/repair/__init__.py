"""Mentions of other people's recognisers → mentions as docs/ANNOTATION.md wants them.

Named-entity models mark "the Netherlands'", "Tripoli-based", "Paris, Texas" and "York" of "New York", each in its own
way. Here a name loses what stands around it, is parted where it names two places, and grows to the longest name that
the gazetteer knows at that spot. What the gazetteer says decides wherever it can: "Port-au-Prince", "Guinea-Bissau"
and "Bosnia and Herzegovina" stay whole because it has them.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from toposcope.document import Mention
from toposcope.gazetteer import Gazetteer, Kind, NameType
from toposcope.names import normalise
from toposcope.repair.words import (
    HYPHENS,
    POSSESSIVES,
    Word,
    covered,
    earlier,
    hangs_before,
    hangs_behind,
    is_mark,
    is_particle,
    later,
    split_at_hyphens,
    touches,
    whole_words,
    without_space,
    words_of,
)

__all__ = ["BoundaryRepair", "is_people"]

#: Tokens that part two names, or a name from what was said of it.
_SEPARATORS = frozenset(",;:()[]{}/|\n•—→")
_AND = frozenset({"and", "&", "or"})
#: Pointed at, not named: "the West", "the capital".
_NO_NAMES = frozenset(
    "north south east west northern southern eastern western central northeast northwest southeast southwest capital "
    "border city town village country county state province region district island coast river downtown suburb".split()
)
#: Countries whose English name has a capital article by their own law; towns with one (The Hague) the gazetteer knows.
_WITH_ARTICLE = frozenset({"the gambia", "the bahamas"})
#: What is added to a name, before and behind it, and makes another one only where the gazetteer has it as a main name.
_KINDS_APART = frozenset({("", "city"), ("", "state"), ("state of", ""), ("province of", ""), ("city of", "")})
#: "Ohio State University" names an institution: of it, only Ohio is a mention.
_INSTITUTIONS = frozenset("University College School Institute Church Company".split())
_DISTRICT_OF_COLUMBIA = re.compile(r",? ?\b(?:D\. ?C\.|DC\b)")
#: Words of the longest part that is looked at: more are a sentence, and no name.
_LONGEST = 30
#: Of a hyphenated pair ("Iran-Iraq"), each must be well known: a town of this many inhabitants, or a division.
_WELL_KNOWN = 100_000
#: Inhabitants of a town that is written before its region without a comma: George in Washington is too small.
_TOWN = 10_000
#: By another name than its main one a town is as well known as one of a tenth of its size: "Hamas" is not Hamm.
_ALTERNATE_SHARE = 0.1


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
        start, end = without_space(text, mention.start, mention.end)
        if start >= end:
            return
        start, end = whole_words(text, start, end)
        end = self._with_full_stop(text, start, end)
        for part in self._parts(text, words_of(text, start, end)):
            if len(part) > _LONGEST:
                continue
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

    def _knows(self, text: str, words: list[Word]) -> bool:
        return bool(words) and self._knows_name(covered(text, words))

    def _knows_name(self, name: str) -> bool:
        left, joint, right = name.rpartition(" and ")
        if joint and self._is_country(left) and self._is_country(right):
            return False  # "Australia and New Zealand" is a region too, but nobody means it as one
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
        """Whether a town or division of one name lies in a country or first-order division of the other."""
        gazetteer = self.gazetteer
        places = gazetteer.posting_place[_rows(gazetteer.postings(normalise(name)))]
        division = np.isin(gazetteer.kind[places], (Kind.ADMIN1, Kind.ADMIN2))
        town = (gazetteer.kind[places] == Kind.SETTLEMENT) & (gazetteer.population[places] >= _TOWN)
        places = places[division | town]
        around = gazetteer.posting_place[_rows(gazetteer.postings(normalise(region)))]
        countries = around[gazetteer.kind[around] == Kind.COUNTRY]
        divisions = around[gazetteer.kind[around] == Kind.ADMIN1]
        return bool(
            np.isin(gazetteer.country[places], gazetteer.country[countries]).any()
            or np.isin(gazetteer.admin1[places], gazetteer.admin1[divisions]).any()
        )

    # One mention → several

    def _parts(self, text: str, words: list[Word]) -> Iterator[list[Word]]:
        """Words between commas, brackets and blank lines: "Paris, Texas" is two places."""
        part: list[Word] = []
        for i, word in enumerate(words):
            dash = word.text in HYPHENS and not touches(words, i)
            if word.text in _SEPARATORS or dash:
                whole = part and part[-1].text == "Washington" and _DISTRICT_OF_COLUMBIA.match(text, word.start)
                if not whole:
                    yield part
                    part = []
                    continue
            part.append(word)
        yield part

    def _unjoined(self, text: str, words: list[Word]) -> Iterator[list[Word]]:
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
        halves = [half for half in split_at_hyphens(words) if half]
        known = [half for half in halves if half[0].is_name_like and self._is_well_known(covered(text, half))]
        numbered = any(half[-1].text[0].isdigit() for half in halves)  # "US-24" is a road
        # Both are places, or what the country has to do with is none: "Israel-Hamas".
        paired = known and (len(known) == len(halves) or self._is_country(covered(text, halves[0])))
        if len(halves) > 1 and paired and not numbered:
            yield from known
            return
        for i in range(len(words) - 1, 0, -1):  # the shortest region first: "Kansas City Missouri"
            described = i == 1 and words[0].text.lower() in _NO_NAMES  # "Eastern Uganda" has a region of that name
            if not described and self._lies_in(covered(text, words[:i]), covered(text, words[i:])):
                yield words[:i]
                yield words[i:]
                return
        yield words

    # Boundaries

    def _trimmed(self, text: str, words: list[Word]) -> list[Word]:
        """Words without what stands around the name: marks, articles, descriptions, what hangs on a hyphen."""
        cased = any(word.is_capitalised for word in words)
        while words:
            first, last = words[0], words[-1]
            if not first.text[0].isalnum() and not is_particle(words):
                words = words[1:]
            elif last.text in POSSESSIVES and len(words) > 2 and self._knows(text, words):
                break  # "St. John's"
            elif last.text in POSSESSIVES or is_mark(last.text):
                words = words[:-1]
            elif first.text.lower() == "the":
                if self._has_official_article(text, words):
                    break
                words = words[1:]
            elif cased and first.text[0].islower() and not self._is_beginning(text, words):
                words = words[1:]
            elif cased and last.text in _NO_NAMES:  # "Washington state", though the gazetteer has "Washington State"
                words = words[:-1]
            elif self._knows(text, words):
                break
            elif hangs_before(words):
                words = words[1:]
            elif hangs_behind(words) or (cased and last.text[0].islower()):
                words = words[:-1]
            else:
                break
        return words

    def _is_beginning(self, text: str, words: list[Word]) -> bool:
        """Whether a name begins with a word in lower case: "al-Jufra", "sub-Saharan Africa"."""
        return is_particle(words) or (len(words) > 1 and touches(words, 1) and self._knows(text, words))

    def _with_full_stop(self, text: str, start: int, end: int) -> int:
        """The end of a name with the full stop that is part of it: "U.S" is cut short, "Isle of Man" is not."""
        if text[end : end + 1] != ".":
            return end
        words = words_of(text, start, end + 1)
        dotted = bool(words) and len(words[-1].text) > 1 and words[-1].end == end + 1
        return end + 1 if dotted and (len(words) == 1 or not self._knows(text, words)) else end

    def _has_official_article(self, text: str, words: list[Word]) -> bool:
        """Whether "The" belongs to the name: The Hague, The Gambia; but not the Netherlands."""
        if not words[0].text.startswith("T") or len(words) == 1:
            return False
        key = normalise(covered(text, words))
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
        starts, ends = [start, *earlier(text, start)], [end, *later(text, end)]
        spans = [(a, b) for a in starts for b in ends if (a, b) != (start, end)]
        spans.sort(key=lambda span: span[0] - span[1])
        start, end = next((span for span in spans if self._is_longer_name(text, start, end, *span)), (start, end))
        article = start - len("The ")
        if text[max(0, article) : start] == "The " and self._has_official_article(text, words_of(text, article, end)):
            start = article
        return start, end

    def _is_longer_name(self, text: str, start: int, end: int, first: int, last: int) -> bool:
        """Whether ``first:last`` is a name that holds ``start:end``, and more than that with its kind."""
        name = text[first:last]
        if not self._knows_name(name) or (last > end and name.rsplit(None, 1)[-1] in _INSTITUTIONS):
            return False
        more = normalise(text[first:start]), normalise(text[end:last])
        if more not in _KINDS_APART:
            return True
        # "Mexico City" is a name, "Dublin City" is Dublin, and "Ohio State" is a university.
        rows = _rows(self.gazetteer.postings(normalise(name)))
        return bool((self.gazetteer.posting_type[rows] == NameType.PRIMARY).any())


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


def _apart(mentions: list[Mention]) -> list[Mention]:
    """In reading order, without those that a longer one overlaps; of equals the surer, then the earlier one stays."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, -m.score, m.start)):
        i = bisect_left(kept, mention.end, key=lambda m: m.start)
        if i == 0 or kept[i - 1].end <= mention.start:
            kept.insert(i, mention)
    return kept
