"""Toponym recognition: text → mentions.

Heuristics over runs of capitalised words: the longest names that the gazetteer knows are weighed by what they name,
by the words around them and by what the rest of the document says about the same word (a surname, a common word).
A name that the gazetteer lacks is found by its head ("Orchard Street", "Lake Tahoe").
"""

import math
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Any, NamedTuple, Protocol

import numpy as np

from toposcope import lexicon, names
from toposcope.document import Mention
from toposcope.gazetteer import Gazetteer, Kind, NameType, PlaceFlag
from toposcope.tokens import Tokens, blocks, is_hard_wrapped, tokenise

__all__ = ["GazetteerRecogniser", "Recogniser"]


class Recogniser(Protocol):
    """Anything that finds place names in a text."""

    def recognise(self, text: str) -> list[Mention]:
        """Mentions in reading order, neither nested nor overlapping."""
        ...


class NameClass(NamedTuple):
    """What the gazetteer knows by a name, as far as recognition cares.

    Parameters
    ----------
    weight : float
        How much the bare name speaks for a place: about 4 for a country, 0 for a village, less for an alternate name.
    demonym : bool
        Whether it is an adjective or a people.
    abbreviation : bool
        Whether it is an abbreviation, whatever else it may be ("Ore.", "IN").
    settlement : bool
        Whether what speaks for it most is a town.
    """

    weight: float
    demonym: bool
    abbreviation: bool
    settlement: bool = False


# "Galatz, the 9th of May, 1854": how letters begin.
_DATE_FOLLOWS = re.compile(
    r", (?:the )?(?:\d{1,2}(?:st|nd|rd|th)? (?:of )?)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b"
)
# Names inside addresses of the web are not mentions.
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w.-]{1,255}")
_COMPANY = 1.2  # what a place beside it in a list says for a name
_LONGEST = 6  # words in a name; "Federal Republic of the Xs of Y" are found, sentences are not tried
_THRESHOLD = 1.5
_CACHE_SIZE = 50_000

# Weight of a main name by kind; settlements go by population.
_KIND_WEIGHT = {
    Kind.CONTINENT: 4.0,
    Kind.COUNTRY: 4.0,
    Kind.ADMIN1: 3.0,
    Kind.REGION: 2.5,
    Kind.WATER: 2.5,
    Kind.TERRAIN: 2.5,
    Kind.AIRPORT: 1.8,
    Kind.FACILITY: 2.0,
    Kind.ADMIN2: 0.8,
}
_TYPE_WEIGHT = {
    NameType.PRIMARY: 0.0,
    NameType.ALTERNATE: -0.8,
    NameType.DERIVED: -1.0,
    NameType.ABBREVIATION: -0.5,
    NameType.DEMONYM: -0.5,
}
_SAYING = frozenset("said says told adds added asked thinks thought".split())
_AFTER_NAME = frozenset(
    "police officials residents authorities government province city town region district airport suburb".split()
)
_DIRECTIONS = frozenset(
    "north south east west northern southern eastern western central northeastern northwestern southeastern "
    "southwestern northeast northwest southeast southwest downtown rural suburban mainland".split()
)
_CONTRACTED = frozenset(
    "I He She We You They It That There What Who Let Don Can Won Didn Doesn Isn Wasn Couldn".split()
)
_NEVER_ALONE = _DIRECTIONS | frozenset("national federal general royal metro liberal jewish centre center".split())
_OF_PLACE = frozenset(
    "city town village province state county district region island suburb port capital coast outskirts hamlet "
    "municipality commune neighbourhood neighborhood settlement camp".split()
)
# "Dublin City Council" is the council of Dublin.
_CITY_OFFICES = (["Council"], ["Hall"], ["Manager"], ["Councilman"], ["Commission"], ["Attorney"], ["Clerk"])
# Prepositions that hardly ever stand before a person.
_VOUCHING = frozenset("in at near outside around across throughout inside toward towards".split())
# Little words that are English prepositions and articles as well: they join names only between hyphens.
_ENGLISH = frozenset("on in by at as an am under upon do en er".split())
_LONGEST_JOINT = 5  # tokens from one capitalised word of a name to the next: "-upon-", " es ", "-de-la-"
_JOINS = frozenset("-–‐‑")
_SENTENCE_STOPS = frozenset('.!?"”“:\n;•—‘(')


class _Run(NamedTuple):
    """Tokens ``start:end`` of capitalised words and what may join them."""

    start: int
    end: int
    opens: bool  # stands where any word would be capitalised


class _Found(NamedTuple):
    """A name that may be a place: tokens ``first:last``; it is one if its score is positive."""

    first: int
    last: int
    score: float
    demonym: bool


class GazetteerRecogniser:
    """Finds place names by heuristics and a gazetteer.

    Parameters
    ----------
    gazetteer : Gazetteer
        Names of places.
    demonyms : bool
        Whether adjectives and peoples ("Libyan", "Turks") are mentions.
    """

    def __init__(self, gazetteer: Gazetteer, *, demonyms: bool = True) -> None:
        self.gazetteer = gazetteer
        self.demonyms = demonyms
        # Bounded, and safe where threads share a parser.
        self._class_of = lru_cache(_CACHE_SIZE)(self._look_up)
        self._key = lru_cache(_CACHE_SIZE)(names.normalise)

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(GazetteerRecogniser, demonyms=self.demonyms), (self.gazetteer,)

    def recognise(self, text: str) -> list[Mention]:
        """Find the place names of a text.

        Parameters
        ----------
        text : str
            Any Unicode string.

        Returns
        -------
        list of Mention
            In reading order, neither nested nor overlapping.
        """
        wrapped = is_hard_wrapped(text)
        return [mention for start, end in blocks(text) for mention in self._block(text, start, end, wrapped=wrapped)]

    def is_demonym(self, name: str) -> bool:
        """Whether a name is an adjective or a people."""
        found = self.name_class(names.normalise(name))
        return found is not None and found.demonym

    def name_class(self, key: str) -> NameClass | None:
        """What the gazetteer knows by a normalised name; None where it knows nothing."""
        return self._class_of(key)

    def _look_up(self, key: str) -> NameClass | None:
        gazetteer = self.gazetteer
        postings = gazetteer.postings(key) if key else range(0)
        if not len(postings):
            return None
        rows = slice(postings.start, postings.stop)
        places, types = gazetteer.posting_place[rows], gazetteer.posting_type[rows]
        best, best_type, best_kind = -9.0, NameType.PRIMARY, Kind.SETTLEMENT
        is_demonym = False
        abbreviation = bool((types == NameType.ABBREVIATION).any())
        # A hundred Springfields weigh no more than the largest of them.
        order = np.argsort(-gazetteer.population[places], kind="stable")[:20]
        for i in order.tolist():
            kind, name_type = Kind(gazetteer.kind[places[i]]), NameType(types[i])
            if kind is Kind.SETTLEMENT:
                weight = min(3.2, 0.8 * (math.log10(int(gazetteer.population[places[i]]) + 500) - 3))
            else:
                weight = _KIND_WEIGHT[kind] + 0.5 * (" " in key)
            weight += _TYPE_WEIGHT[name_type]
            if gazetteer.flags[places[i]] & PlaceFlag.CAPITAL:
                weight += 0.8
            is_demonym |= name_type is NameType.DEMONYM
            if weight > best:
                best, best_type, best_kind = weight, name_type, kind
        if is_demonym and not (best_type is NameType.PRIMARY and best > 2.4):
            return NameClass(max(best, 2.5), demonym=True, abbreviation=False)
        settlement = best_kind is Kind.SETTLEMENT and best > 0.5
        return NameClass(best, demonym=False, abbreviation=abbreviation, settlement=settlement)

    def _block(self, text: str, start: int, end: int, *, wrapped: bool) -> Iterator[Mention]:
        tokens = tokenise(text, start, end, hard_wrapped=wrapped)
        runs = list(_runs(tokens))
        people = self._people(tokens, runs)
        located = _located(tokens, runs)
        names_found: list[_Found] = []
        previous_end = -1  # token after the last place, for ", State"
        for run in runs:
            if run.start < previous_end:  # "Washington, D.C." has eaten the next run
                continue
            for name in self._places(tokens, run, people, located, previous_end):
                names_found.append(name)
                if name.score > 0:
                    previous_end = name.last
        addresses = [match.span() for match in _ADDRESS.finditer(text, start, end)]
        for name in _with_companions(tokens, names_found):
            if name.demonym and not self.demonyms:
                continue
            begin, stop = tokens.starts[name.first], tokens.end(name.last - 1)
            inside = bisect_right(addresses, (begin, stop))
            if inside and addresses[inside - 1][1] > begin:
                continue
            yield Mention(text[begin:stop], begin, stop, round(1 / (1 + math.exp(-name.score)), 4), name.demonym)

    # Runs and people

    def _people(self, tokens: Tokens, runs: list[_Run]) -> set[str]:
        """Words that stand in the name of a person somewhere in the block: surnames, and given names with them."""
        words = tokens.words
        given = lexicon.given_names()
        people: set[str] = set()
        for run in runs:
            after_title = run.start > 0 and words[run.start - 1].lower().rstrip(".") in lexicon.PERSON_TITLES
            first = run.start
            while first < run.end and words[first].lower().rstrip(".") in lexicon.PERSON_TITLES:
                after_title = True
                first += 1
            capitalised = [i for i in range(first, run.end) if words[i][0].isupper()]
            if not capitalised or any(_is_other_head(words[i]) for i in capitalised):
                continue
            name = names.normalise(" ".join(words[first : run.end]))
            whole = self.name_class(name)
            if whole is not None and (whole.weight > 0.5 or len(capitalised) == 1) and not after_title:
                continue
            if after_title and len(capitalised) <= 3:
                people.update(words[i] for i in capitalised)
            elif 2 <= len(capitalised) <= 4 and first + len(capitalised) == run.end:
                known = self.name_class(self._key(words[first]))
                is_given = words[first] in given
                spoken = run.end < len(words) and words[run.end] in _SAYING
                if is_given or spoken or known is None:
                    people.update(words[i] for i in capitalised[1:])
                    if is_given or known is None:
                        people.add(words[first])
        return people

    def _places(
        self, tokens: Tokens, run: _Run, people: set[str], located: set[str], previous_end: int
    ) -> Iterator["_Found"]:
        """Every name in a run that may be a place; those with a positive score are, the rest wants support."""
        words = tokens.words
        i = run.start
        while i < run.end:
            if not words[i][0].isupper():
                i += 1
                continue
            last, found = self._longest(tokens, i, run.end)
            official = self._official_article(tokens, i, run)
            if official is not None:  # "The Hague" is a name, "the Netherlands" has an article
                i, last, found = official
            if last == run.end:
                last, found = self._joined_by_and(tokens, i, last, found)
            if found is None and i == run.start and words[i] in located:
                last, found = self._respelt(tokens, i, run.end)
            headed = self._headed(tokens, i, run, last)
            if headed > last:
                # "Orchard Street" is the street, whatever Orchard is
                last, found = headed, NameClass(1.4, demonym=False, abbreviation=False)
            if found is None and i == run.start:
                last, found = self._told(tokens, run, people)
            if found is None:
                i += 1
                continue
            score = self._score(tokens, run, i, last, found, people, previous_end)
            if words[i] in located:
                score += 1.3
            if score > 0:
                last = _with_district_of_columbia(words, last)
                previous_end = last
                yield _Found(i, last, score, found.demonym)
                i = last
            elif (i, last) == (run.start, run.end):
                yield _Found(i, last, score, found.demonym)
                i = last
            else:
                i += 1 if last - i == 1 or _is_place_word(words[i]) else last - i

    def _told(self, tokens: Tokens, run: _Run, people: set[str]) -> tuple[int, NameClass | None]:
        """A name that the gazetteer lacks, where the text says that it is a place.

        "the village of Xanbury"; "Xanbury, a village"; "Xanbury, Libya".
        """
        words = tokens.words
        first, last = run.start, run.end
        nothing = last, None
        name = words[first:last]
        if last - first > 3 or any(w in people or w in lexicon.given_names() or _is_other_head(w) for w in name):
            return nothing
        if (last - first == 1 and words[first].lower() in lexicon.common_words()) or _is_acronym(words[first]):
            return nothing
        before, kind = words[first - 1 : first], words[first - 2 : first - 1]
        if before in (["of"], ["called"], ["named"]) and kind and kind[0].lower() in _OF_PLACE:
            return last, NameClass(1.8 if before != ["of"] else 0.2, demonym=False, abbreviation=False)
        if words[last : last + 1] != [","] or (before and before[0].lower().rstrip(".") in lexicon.PERSON_TITLES):
            return nothing
        if words[last + 1 : last + 2] in (["a"], ["an"], ["the"]) and _OF_PLACE.intersection(
            words[last + 2 : last + 5]
        ):
            return last, NameClass(2.0, demonym=False, abbreviation=False)
        region = self.name_class(self._key(words[last + 1])) if last + 1 < len(words) else None
        if region is not None and region.weight >= 2.9 and not region.demonym and last - first <= 2:
            return last, NameClass(-0.2, demonym=False, abbreviation=False)
        return nothing

    def _longest(self, tokens: Tokens, i: int, end: int) -> tuple[int, NameClass | None]:
        """The longest name that the gazetteer knows and that starts at a token."""
        words = tokens.words
        keys = [self._key(word) for word in words[i : min(i + 2 * _LONGEST, end)]]
        for length in range(min(_LONGEST, len(keys)), 0, -1):
            last = words[i + length - 1]
            if not (_is_capitalised(last) or last[0].isdigit()):
                continue
            if length > 1 and words[i + length - 1] == "City" and words[i + length : i + length + 1] in _CITY_OFFICES:
                continue
            key = " ".join(k for k in keys[:length] if k)
            found = self.name_class(key if length == 1 else names.normalise(key))
            if found is not None and (length == 1 or found.weight > -1.0):
                return i + length, found
        return i, None

    def _official_article(self, tokens: Tokens, i: int, run: _Run) -> tuple[int, int, NameClass] | None:
        """First token, token after and class of a town whose name begins with the article before the run."""
        if i != run.start or i == 0 or tokens.words[i - 1] != "The":
            return None
        last, found = self._longest(tokens, i - 1, run.end)
        if found is None or not found.settlement or last < max(i + 1, self._longest(tokens, i, run.end)[0]):
            return None  # "The Gulf of Aden" is the Gulf of Aden
        return i - 1, last, found

    def _joined_by_and(
        self, tokens: Tokens, i: int, last: int, found: NameClass | None
    ) -> tuple[int, NameClass | None]:
        """Two names joined by 'and' where the gazetteer has them as one, Bosnia and Herzegovina; else the first."""
        words = tokens.words
        if words[last : last + 1] == ["and"] and words[last + 1 : last + 2] and words[last + 1][0].isupper():
            joined, whole = self._longest(tokens, i, last + 2)
            if joined == last + 2 and whole is not None and whole.weight >= 2:
                return joined, whole
        return last, found

    def _respelt(self, tokens: Tokens, i: int, end: int) -> tuple[int, NameClass | None]:
        """A run that the gazetteer knows only in another romanisation: worth trying where a place is spoken of."""
        name = " ".join(tokens.words[i:end])
        if end - i <= 3 and name.lower() not in lexicon.common_words():
            for key in names.variants(name):
                found = self.name_class(key)
                if found is not None:
                    return end, NameClass(min(found.weight, 0.2), found.demonym, abbreviation=False)
        return i, None

    def _headed(self, tokens: Tokens, i: int, run: _Run, matched: int) -> int:
        """Token after a name that starts at `i` and is told by its head or its beginning; `i` where there is none."""
        words = tokens.words
        if words[i] in lexicon.PLACE_PREFIXES and i + 1 < run.end and words[i + 1][0].isupper():
            return max(matched, i + 2)
        if words[i] in lexicon.PLACE_PREFIXES and words[i + 1 : i + 2] == ["of"] and i + 2 < run.end:
            article = words[i + 2] == "the"
            return max(matched, i + 3 + article) if words[i + 2 + article][0].isupper() else i
        if words[i] in lexicon.PLACE_HEADS or words[i] in lexicon.ORGANISATION_WORDS:
            return i
        for j in range(i + 1, min(i + 4, run.end)):
            word = words[j]
            if not word[0].isupper() or word in lexicon.ORGANISATION_WORDS:
                return i
            if word in lexicon.PLACE_HEADS:
                while j + 1 < run.end and words[j + 1] in lexicon.PLACE_HEADS:
                    j += 1
                followed = j + 1 < run.end and words[j + 1] in lexicon.ORGANISATION_WORDS
                return i if followed else j + 1
        return i

    def _score(
        self,
        tokens: Tokens,
        run: _Run,
        first: int,
        last: int,
        found: NameClass,
        people: set[str],
        previous_end: int,
    ) -> float:
        """How much speaks for a place, less the threshold: positive is a mention."""
        words = tokens.words
        length = last - first
        score = found.weight - _THRESHOLD + (1.0 if length > 1 else 0.0)
        before = words[first - 1] if first else "\n"
        after = words[last] if last < len(words) else "\n"
        after_comma = before == "," and previous_end == first - 1
        if length == 1 and (_is_acronym(words[first]) or words[first][-1] == "."):
            if found.abbreviation and not _abbreviation_fits(words[first], found, before, after_comma):
                return -9.0
            dotted = words[first][-1] == "." and found.weight >= 2 and after_comma
            if not (found.abbreviation or found.weight >= 3 or dotted or (run.opens and len(words[first]) > 3)):
                return -9.0
        lower = before.lower()
        if lower in lexicon.LOCATIVE:
            score += 1.8
        elif lower in ("of", "and") and first >= 2 and words[first - 2].lower() in _OF_PLACE:
            score += 2.0
        elif lower in _DIRECTIONS:
            score += 1.5
        elif lower in ("of", "for", "the"):
            score += 0.4
        if after_comma:
            score += 1.5 if found.weight > 2 else 0.7
        elif lower in ("and", "or") and previous_end == first - 1:
            score += _COMPANY
        if after == "," and last + 1 < len(words) and words[last + 1][0].isupper():
            region = self.name_class(self._key(words[last + 1]))
            if region is not None and region.weight >= 2 and not region.demonym:
                score += 2.2
        if after in _JOINS and last + 1 < len(words) and words[last + 1] == "based":
            score += 2.0
        if after in _AFTER_NAME:
            score += 0.8
        if found.demonym:
            return score
        if before == "\n" and _DATE_FOLLOWS.match(" ".join(words[last : last + 6])):
            score += 2.5
        score += self._against(tokens, run, first, last, found, people, before, after)
        return score

    def _against(
        self,
        tokens: Tokens,
        run: _Run,
        first: int,
        last: int,
        found: NameClass,
        people: set[str],
        before: str,
        after: str,
    ) -> float:
        """What speaks against a place: people, longer names, common words."""
        words = tokens.words
        against = 0.0
        strong = found.weight >= 2.9
        single = last - first == 1
        if single and words[first] in people and not strong:
            against -= 4.0
        if before.lower().rstrip(".") in lexicon.PERSON_TITLES and (not strong or before[-1] == "."):
            against -= 3.0 if not strong else 9.0
        if first > run.start and before[0].isupper():
            if before in lexicon.given_names() or before in people:
                against -= 4.0
            elif before not in lexicon.ORGANISATION_WORDS and not _is_place_word(before):
                against -= 1.5
        if last < run.end and after[0].isupper():
            headed = words[last - 1] in lexicon.PLACE_HEADS
            named_after = single and words[first] in lexicon.given_names() and not _is_other_head(after)
            if not headed and (after in people or named_after):
                against -= 4.0
            elif any(word in lexicon.ORGANISATION_WORDS for word in words[last : min(last + 5, run.end)]):
                against -= 0.3
            elif not self.name_class(self._key(after)):
                against -= 1.5 if found.weight < 1.2 else 0.8
        if single:
            if words[first].lower() in _NEVER_ALONE or words[first] in lexicon.ORGANISATION_WORDS:
                against -= 9.0
            if words[first] in lexicon.given_names() and found.weight < 2.4:
                against -= 1.5
            if words[first].lower() in lexicon.common_words() and not (found.abbreviation and before == ","):
                against -= 3.0 if not strong else 0.0
            if after in _SAYING and found.weight < 2.4:
                against -= 2.0
            if run.opens and found.weight < 1.5 and words[first].isalpha() and not words[first].isupper():
                against -= 0.7
        return against


def _abbreviation_fits(word: str, found: NameClass, before: str, after_comma: bool) -> bool:
    """Whether an abbreviation names a place here: 'Ore.' behind a place and a comma, 'U.S.' anywhere."""
    if after_comma or word.count(".") > 1:
        return True
    if found.weight >= 3:
        return word.isupper()
    return len(word) > 3 and before.lower() in lexicon.LOCATIVE


def _with_companions(tokens: Tokens, found: list[_Found]) -> Iterator[_Found]:
    """The places, and with them those names that want little and stand in a list with a place: "Jenin and Nablus"."""
    words = tokens.words

    def listed(left: _Found, right: _Found) -> bool:
        between = words[left.last : right.first]
        return between in ([","], ["and"], ["or"], [",", "and"], [",", "or"])

    for i, name in enumerate(found):
        if name.score > 0:
            yield name
        elif name.score + _COMPANY > 0 and any(
            other.score > 0 and not other.demonym and listed(*sorted((name, other)))
            for other in (*found[max(0, i - 1) : i], *found[i + 1 : i + 2])
        ):
            yield name._replace(score=name.score + _COMPANY)


def _runs(tokens: Tokens) -> Iterator[_Run]:
    """Maximal runs of capitalised words, joined by hyphens and the little words that stand inside names."""
    words, n = tokens.words, len(tokens.words)
    i = 0
    while i < n:
        if not words[i][0].isupper():
            i += 1
            continue
        end = i + 1
        while step := _continues(tokens, end):
            end += step
        opens = i == 0 or words[i - 1][0] in _SENTENCE_STOPS or words[i - 1][-1] == "."
        start = i
        while start < end and (_starts_sentences(words[start]) or not words[start][0].isupper()):
            start += 1
        if start < end:
            yield _Run(start, end, opens and start == i)
        i = end


def _starts_sentences(word: str) -> bool:
    """Whether a word is capitalised for where it stands: 'The', 'I', 'I'll'."""
    stem, apostrophe, _ = word.replace("’", "'").partition("'")
    return word in lexicon.SENTENCE_STARTERS or (apostrophe != "" and stem in _CONTRACTED)


def _located(tokens: Tokens, runs: list[_Run]) -> set[str]:
    """First words of runs that follow a preposition of place somewhere in the block: "in Jufra" vouches for "Jufra"."""
    words = tokens.words
    return {words[run.start] for run in runs if run.start and words[run.start - 1].lower() in _VOUCHING}


def _continues(tokens: Tokens, i: int) -> int:
    """How many tokens from `i` on belong to the run before: up to the next capitalised word, 0 where it ends.

    Hyphens and the little words inside names do: "Gulf of Aden", "Port-au-Prince", "Deir ez-Zor", "Dar es Salaam".
    """
    words = tokens.words
    for j in range(i, min(i + _LONGEST_JOINT, len(words))):
        if _is_capitalised(words[j]):
            return j - i + 1
        hyphen = words[j] in _JOINS and _adjacent(tokens, j)
        # "Frankfurt am Main" is one, "Paris in May" is not; "Stratford-upon-Avon" and "Weston-in-Arden" are.
        little = words[j] in lexicon.CONNECTORS and (words[j] not in _ENGLISH or _hyphenated(tokens, j))
        if not (hyphen or little):
            return 0
    return 0


def _hyphenated(tokens: Tokens, i: int) -> bool:
    """Whether a token hangs on a hyphen on either side."""
    before, after = tokens.words[i - 1 : i], tokens.words[i + 1 : i + 2]
    return bool(before and before[0] in _JOINS) or bool(after and after[0] in _JOINS)


def _is_capitalised(word: str) -> bool:
    """Whether a word is: "Aden", and "d'Ivoire" too."""
    return word[0].isupper() or (len(word) > 2 and word[1] in "'’" and word[2].isupper())


def _adjacent(tokens: Tokens, i: int) -> bool:
    """Whether a token touches the words on both sides: a hyphen, not a dash."""
    if i + 1 >= len(tokens.words):
        return False
    return tokens.end(i - 1) == tokens.starts[i] and tokens.end(i) == tokens.starts[i + 1]


def _is_other_head(word: str) -> bool:
    return word in lexicon.ORGANISATION_WORDS or word in lexicon.PLACE_HEADS


def _is_place_word(word: str) -> bool:
    return (
        word in lexicon.PLACE_HEADS
        or word in lexicon.PLACE_PREFIXES
        or word.lower() in _DIRECTIONS
        or word.lower() in lexicon.LOCATIVE
        or word in ("New", "Old", "Greater", "Upper", "Lower", "Saint", "St.", "The")
    )


def _is_acronym(word: str) -> bool:
    return word.isupper() and len(word) <= 5 and word.isalpha()


def _with_district_of_columbia(words: list[str], last: int) -> int:
    """Token after "Washington, D.C.": one name, in which the comma does not part a place from its region."""
    joined = words[last - 1] == "Washington" and words[last : last + 1] == [","] and words[last + 1 : last + 2]
    return last + 2 if joined in (["D.C."], ["DC"]) else last
