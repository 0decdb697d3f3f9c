"""Mentions → senses: the names of a document that stand for one place each, with their candidates.

Mentions of one name in one document share one sense, unless the text itself says otherwise ("Paris, Texas" beside
"Paris, France"). What the words right around a mention say of its place is read here too: the region that follows it,
and the type that it is called by.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toposcope import names
from toposcope.candidates import Lookup, Matches, is_another_thing
from toposcope.document import Mention
from toposcope.gazetteer import Gazetteer, Kind, NameType

__all__ = ["Candidates", "Sense", "gather", "levels"]

_MAX_CANDIDATES = 60  # more are never right, and San Antonio has 300


@dataclass(slots=True)
class Sense:
    """The mentions of one name that stand for one place.

    Parameters
    ----------
    name : str
        Normalised.
    matches : Matches
        What the gazetteer answers to it, at most 60 rows.
    mentions : list of int
        Numbers of the mentions, ascending.
    inside : numpy.ndarray
        Booleans, one a candidate: inside a region named right after one of the mentions.
    cued : numpy.ndarray
        Booleans, one a candidate: of the type that the text names.
    told_apart : bool
        Whether the text gives other mentions of the name another region.
    """

    name: str
    matches: Matches
    mentions: list[int]
    inside: NDArray[np.bool_]
    cued: NDArray[np.bool_]
    told_apart: bool = False


class Candidates(NamedTuple):
    """The candidates of all senses of a stretch of text in one ragged table.

    Parameters
    ----------
    senses : list of Sense
        Those with at least one candidate.
    offsets : numpy.ndarray
        (n_senses + 1,): rows ``offsets[i]:offsets[i + 1]`` belong to sense i.
    sense : numpy.ndarray
        (n_candidates,): the sense of each row.
    places : numpy.ndarray
        (n_candidates,): index of the place in the gazetteer.
    """

    senses: list[Sense]
    offsets: NDArray[np.intp]
    sense: NDArray[np.intp]
    places: NDArray[np.int32]


# "Paris, Texas" · "Paris (France)" · "Malolos in Bulacan" · "Sirte, gateway to Libya"; not "Rome's twin in Georgia"
_PART_OF = re.compile(
    r"(?:,|\s?\(|,?\s(?:in|of)(?:\sthe)?|,\s(?:an?\s|the\s)?(?:[a-z]+\s){1,4}(?:in|of|to|near)(?:\sthe)?"
    r"|,?\sin\s(?:the\s)?(?:north|south|east|west|central)[a-z]*)\s*"
)
_FINER = np.zeros(
    (len(Kind), len(Kind)), dtype=bool
)  # [region's kind, candidate's kind]: may the second lie in the first
_FINER[Kind.COUNTRY, Kind.ADMIN1 :] = True
_FINER[Kind.ADMIN1, Kind.ADMIN2 :] = True
_FINER[Kind.ADMIN2, Kind.SETTLEMENT :] = True

_TYPE_WORDS: dict[str, frozenset[Kind]] = {
    word: frozenset(kinds)
    for words, kinds in (
        ("airport airbase airfield aerodrome airstrip", (Kind.AIRPORT,)),
        ("city town village suburb municipality hamlet settlement neighbourhood neighborhood", (Kind.SETTLEMENT,)),
        ("province state governorate prefecture oblast emirate canton", (Kind.ADMIN1, Kind.REGION)),
        ("county parish", (Kind.ADMIN2, Kind.ADMIN1)),
        ("district", (Kind.ADMIN2, Kind.ADMIN1, Kind.SETTLEMENT)),
        ("region", (Kind.ADMIN1, Kind.REGION)),
        ("country nation kingdom", (Kind.COUNTRY,)),
        ("river lake sea bay gulf strait canal creek lagoon reservoir", (Kind.WATER,)),
        ("mountain mountains volcano island islands archipelago desert peninsula valley plateau", (Kind.TERRAIN,)),
        ("camp barracks stadium dam refinery prison", (Kind.FACILITY,)),
    )
    for word in words.split()
    for kinds in [kinds]
}
_WORDS = "|".join(sorted(_TYPE_WORDS, key=len, reverse=True))
_CUE_AFTER = re.compile(
    rf"(?:\s|,\s(?:an?|the)\s(?:[a-z]+\s){{0,2}}?)(?:(air)(?:\s|-)?(?:force\s)?base|(?P<word>{_WORDS}))\b"
)
_CUE_BEFORE = re.compile(
    rf"\b(?:(air)(?:\s|-)?base\s(?:of|at|in)\s(?:the\s)?|(?P<word>{_WORDS})\s(?:of\s|at\s)?(?:the\s)?)$"
)


def gather(text: str, mentions: Sequence[Mention], lookup: Lookup) -> tuple[Candidates, list[int]]:
    """Look every mention up and join the mentions of one name into senses.

    Parameters
    ----------
    text : str
        The document.
    mentions : sequence of Mention
        In reading order.
    lookup : Lookup
        Where names are looked up.

    Returns
    -------
    Candidates
        All candidates, by sense.
    list of int
        The sense of each mention, -1 for a name that the gazetteer does not know.
    """
    answers: dict[tuple[str, bool], Matches] = {}
    for m in mentions:
        if (m.text, m.demonym) not in answers:
            answers[m.text, m.demonym] = _truncated(_of_its_sort(_honest(lookup.matches(m.text), m.text), m.demonym))
    found = [answers[m.text, m.demonym] for m in mentions]
    containment = _Containment(lookup)
    by_name: dict[tuple[str, bool], list[int]] = {}
    for i, mention in enumerate(mentions):
        if len(found[i].places):
            by_name.setdefault((names.normalise(mention.text), mention.demonym), []).append(i)
    senses = [
        sense
        for (name, _), numbers in by_name.items()
        for sense in _senses(name, numbers, text, mentions, found, lookup, containment)
    ]
    sense_of = [-1] * len(mentions)
    for i, sense in enumerate(senses):
        for number in sense.mentions:
            sense_of[number] = i
    lengths = [len(s.matches.places) for s in senses]
    table = Candidates(
        senses=senses,
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.intp),
        sense=np.repeat(np.arange(len(senses)), lengths),
        places=np.concatenate([s.matches.places for s in senses]) if senses else np.empty(0, np.int32),
    )
    return table, sense_of


def _honest(matches: Matches, name: str) -> Matches:
    """No answer from a part of a name where the whole is another thing: an unknown street gets no point."""
    return matches.take(slice(0)) if matches.level == "part" and is_another_thing(name) else matches


def _truncated(matches: Matches) -> Matches:
    return matches if len(matches.places) <= _MAX_CANDIDATES else matches.take(slice(_MAX_CANDIDATES))


def _of_its_sort(matches: Matches, demonym: bool) -> Matches:
    """Only the demonyms for a demonym, only the others for a name; all where that leaves nothing."""
    wanted = (matches.types == NameType.DEMONYM) == demonym
    if wanted.all() or not wanted.any():
        return matches
    return matches.take(wanted)


def _senses(
    name: str,
    numbers: list[int],
    text: str,
    mentions: Sequence[Mention],
    found: Sequence[Matches],
    lookup: Lookup,
    containment: "_Containment",
) -> list[Sense]:
    """One sense for all mentions of a name, or several where the text names different regions after them."""
    matches = found[numbers[0]]
    cued = np.zeros(len(matches.places), dtype=bool)
    inside = {}
    for i in numbers:
        inside[i] = _inside_named(i, text, mentions, found, containment)
        cued |= _cued(text, mentions[i], matches, lookup)
    told = {i: marks for i, marks in inside.items() if marks.any()}
    common = np.logical_and.reduce(list(told.values())) if told else np.zeros(len(matches.places), dtype=bool)
    if not told or common.any():
        return [Sense(name, matches, numbers, common, cued)]
    # "Paris, Texas" and "Paris, France": a bare "Paris" is the one that was spelt out last, or else the first.
    groups: dict[bytes, list[int]] = {}
    current = next(iter(told.values())).tobytes()
    for i in numbers:
        if i in told:
            current = told[i].tobytes()
        groups.setdefault(current, []).append(i)
    return [Sense(name, matches, group, np.frombuffer(key, dtype=bool), cued, True) for key, group in groups.items()]


def _inside_named(
    i: int, text: str, mentions: Sequence[Mention], found: Sequence[Matches], containment: "_Containment"
) -> NDArray[np.bool_]:
    """Which candidates of a mention lie in the region named right after it, one or two names on."""
    marks = np.zeros(len(found[i].places), dtype=bool)
    end = mentions[i].end
    for j in range(i + 1, min(i + 3, len(mentions))):
        # long gaps never match: cut them short
        if mentions[j].start - end > 60 or not _PART_OF.fullmatch(text, end, mentions[j].start):
            break
        marks |= containment.within(found[i], found[j])
        end = mentions[j].end
    return marks


class _Containment:
    """Which candidates of one name lie in a division or country of another name; each pair is asked once."""

    def __init__(self, lookup: Lookup) -> None:
        gazetteer = lookup.gazetteer
        self._kind = gazetteer.kind
        self._codes = levels(gazetteer)
        self._known: dict[tuple[int, int], NDArray[np.bool_]] = {}

    def within(self, names: Matches, regions: Matches) -> NDArray[np.bool_]:
        """One boolean a candidate of `names`. Both must outlive this object, which knows them by identity."""
        key = id(names.places), id(regions.places)
        if key not in self._known:
            marks = np.zeros(len(names.places), dtype=bool)
            kinds = self._kind[regions.places]
            own = self._kind[names.places[names.types == NameType.PRIMARY]]
            for kind, codes in self._codes:
                # "Georgia, Oklahoma and Texas" is a list, "Georgia, USA" is not
                if ((own >= Kind.COUNTRY) & (own <= min(kind, Kind.ADMIN1))).any():
                    continue
                usable = (kinds == kind) & (regions.types != NameType.DEMONYM)
                wanted = codes[regions.places[usable]]
                marks |= np.isin(codes[names.places], wanted[wanted >= 0]) & _FINER[kind][self._kind[names.places]]
            self._known[key] = marks
        return self._known[key]


def _cued(text: str, mention: Mention, matches: Matches, lookup: Lookup) -> NDArray[np.bool_]:
    """Which candidates are of the type that the words around a mention name."""
    after = _CUE_AFTER.match(text, mention.end, mention.end + 60)
    before = _CUE_BEFORE.search(text, max(0, mention.start - 30), mention.start)
    marks = np.zeros(len(matches.places), dtype=bool)
    for match in (after, before):
        if match is None:
            continue
        kinds = _TYPE_WORDS[match["word"]] if match["word"] else frozenset({Kind.AIRPORT})
        marks |= np.isin(lookup.gazetteer.kind[matches.places], [int(k) for k in kinds])
    return marks


def levels(gazetteer: Gazetteer) -> tuple[tuple[int, NDArray[np.integer]], ...]:
    """Kinds that contain others, the largest first, each with the column that tells what lies in it."""
    return (
        (int(Kind.COUNTRY), gazetteer.country),
        (int(Kind.ADMIN1), gazetteer.admin1),
        (int(Kind.ADMIN2), gazetteer.admin2),
    )
