"""Mentions → senses: the names of a document that stand for one place each, with their candidates.

Mentions of one name in one document share one sense, unless the text itself says otherwise ("Paris, Texas" beside
"Paris, France"). What the words right around a mention say of its place is read here too: the region that follows it,
the type that it is called by, and whether it is spoken of as local papers speak of a town.

Many passages are gathered into one table, so that evidence is counted for all of them at once.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toposcope import names
from toposcope.candidates import LONGEST_NAME, Lookup, Matches, is_another_thing
from toposcope.document import Mention
from toposcope.gazetteer import Gazetteer, Kind, NameType
from toposcope.geodesy import EARTH_RADIUS_KM
from toposcope.home import Home
from toposcope.wording import cued_kinds, has_article, is_enumerated, is_local_use, lies_in_named_before, part_of

__all__ = ["Candidates", "NameTable", "Passage", "Sense", "gather", "levels"]

_MAX_CANDIDATES = 60  # more are never right, and San Antonio has 300
_CACHE_SIZE = 20_000  # names


class Passage(NamedTuple):
    """A text, or a stretch of mentions of it, that is resolved on its own; with its home, where that is a hint."""

    text: str
    mentions: Sequence[Mention]
    home: Home | None = None


@dataclass(slots=True, eq=False)
class Name:
    """What the gazetteer answers to a name as it is written.

    Parameters
    ----------
    key : str
        Normalised.
    demonym : bool
        Whether it is an adjective or a people.
    matches : Matches
        At most 60 rows.
    regions : list of (int, int)
        Level (0 country, 1 first-order, 2 second-order division) and number of each division that it may name.
    areas : list of (int, float)
        Each region, island and second-order division that it may name, with the radius of the circle that holds it
        in km: own places in them may have no code to tell it by.
    broad : frozenset of int
        Which of 0 (countries) and 1 (first-order divisions) it is the main name or an abbreviation of.
    """

    key: str
    demonym: bool
    matches: Matches
    regions: list[tuple[int, int]]
    areas: list[tuple[int, float]]
    broad: frozenset[int]


_Inside = dict[tuple[Name, Name], NDArray[np.bool_] | None]


@dataclass(slots=True, eq=False)
class Sense:
    """The mentions of one name that stand for one place.

    Parameters
    ----------
    name : Name
        With its candidates.
    mentions : list of int
        Numbers of the mentions in their passage, ascending.
    inside : numpy.ndarray or None
        Booleans, one a candidate: inside a region named right after one of the mentions; None where none is.
    cued : set of Kind
        The types that the text calls it by.
    local : bool
        Whether one of the mentions is spoken of as local papers speak of a town ("a Paris man", "Athens police").
    article : bool
        Whether one of the mentions stands alone behind an article ("on the Niger").
    told_apart : bool
        Whether the text gives other mentions of the name another region.
    """

    name: Name
    mentions: list[int]
    inside: NDArray[np.bool_] | None
    cued: frozenset[Kind]
    local: bool
    article: bool
    told_apart: bool = False


class Candidates(NamedTuple):
    """The candidates of all senses of some passages in one ragged table.

    Parameters
    ----------
    senses : list of Sense
        Those with at least one candidate, passage by passage.
    passage : numpy.ndarray
        (n_senses,): number of the passage of each sense.
    offsets : numpy.ndarray
        (n_senses + 1,): rows ``offsets[i]:offsets[i + 1]`` belong to sense i.
    sense : numpy.ndarray
        (n_candidates,): the sense of each row.
    places : numpy.ndarray
        (n_candidates,): index of the place in the gazetteer.
    weight : numpy.ndarray
        (n_senses,): how sure it is that they are names of places at all: the best score of their mentions.
    homes : list of Home or None
        One a passage.
    number : numpy.ndarray
        (n_senses,): number of the name that a sense goes by, unique over the table: two senses of one name share it.
    """

    senses: list[Sense]
    passage: NDArray[np.intp]
    offsets: NDArray[np.intp]
    sense: NDArray[np.intp]
    places: NDArray[np.int32]
    number: NDArray[np.intp]
    weight: NDArray[np.float32]
    homes: list[Home | None]


class NameTable:
    """What the gazetteer answers to names, made once a name; a bounded number of them is kept.

    Parameters
    ----------
    lookup : Lookup
        Where names are looked up.
    """

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self._cached = lru_cache(_CACHE_SIZE)(self._name)

    def __reduce__(self) -> tuple[type["NameTable"], tuple[Lookup]]:
        return NameTable, (self.lookup,)

    def name(self, text: str, demonym: bool) -> Name:
        """What the gazetteer answers to a name as it is written."""
        return self._cached(text[: LONGEST_NAME + 1], demonym)

    def _name(self, text: str, demonym: bool) -> Name:
        matches = self.lookup.matches(text)
        if matches.level == "part" and is_another_thing(text):
            matches = matches.take(slice(0))  # an unknown street gets no point from the name it is made of
        wanted = (matches.types == _DEMONYM) == demonym
        if not wanted.all() and wanted.any():
            matches = matches.take(wanted)
        if len(matches.places) > _MAX_CANDIDATES:
            matches = matches.take(slice(_MAX_CANDIDATES))
        gazetteer = self.lookup.gazetteer
        kinds = gazetteer.kind[matches.places].tolist()
        types = matches.types.tolist()
        regions = []
        for level, (kind, codes) in enumerate(levels(gazetteer)):
            for row, found in enumerate(kinds):
                if found == kind:
                    code = int(codes[matches.places[row]])
                    if code >= 0 and (level, code) not in regions:
                        regions.append((level, code))
        broad = frozenset(_LEVEL_KIND.index(k) for k, t in zip(kinds, types, strict=True) if k in _BROAD and t in _FULL)
        areas = [
            (int(place), extent_km)
            for place, kind in zip(matches.places[:_MOST_AREAS], kinds, strict=False)
            if kind in _AREAS
            and (extent_km := gazetteer.place(int(place)).extent_km or _UNKNOWN_EXTENT_KM) <= _LARGEST_AREA_KM
        ]
        return Name(names.normalise(text), demonym, matches, regions, areas, broad)


# As numbers: members of enumerations are slow to reach.
_LEVEL_KIND = (int(Kind.COUNTRY), int(Kind.ADMIN1), int(Kind.ADMIN2))
_BROAD = _LEVEL_KIND[:2]
_FULL = (int(NameType.PRIMARY), int(NameType.ABBREVIATION))
_AREAS = (int(Kind.REGION), int(Kind.ADMIN2), int(Kind.TERRAIN))
_MOST_AREAS = 5
_LARGEST_AREA_KM = 1000.0
_UNKNOWN_EXTENT_KM = 30.0  # of a historic county or the like
_DEMONYM = int(NameType.DEMONYM)
#: For each level of division, the kinds that may lie in one.
_FINER = np.array([[kind > level for kind in Kind] for level in _LEVEL_KIND])


def gather(passages: Sequence[Passage], table: NameTable) -> tuple[Candidates, list[list[int]]]:
    """Look every mention up and join the mentions of one name in a passage into senses.

    Parameters
    ----------
    passages : sequence of Passage
        Each with its mentions in reading order.
    table : NameTable
        Where names are looked up.

    Returns
    -------
    Candidates
        All candidates, by sense.
    list of list of int
        For each passage the sense of each mention, -1 for a name that the gazetteer does not know.
    """
    gazetteer = table.lookup.gazetteer
    senses: list[Sense] = []
    numbers: list[int] = []
    weights: list[float] = []
    passage_of: list[int] = []
    sense_of: list[list[int]] = []
    inside_of: _Inside = {}
    n_names = 0
    for passage, (text, mentions, _) in enumerate(passages):
        found = [table.name(m.text, m.demonym) for m in mentions]
        by_name: dict[tuple[str, bool, str, int], list[int]] = {}
        for i, name in enumerate(found):
            if len(name.matches.places):
                # "northern Mali" and "Northern Mali" have one key, but answers of their own
                answer = name.key, name.demonym, name.matches.level, len(name.matches.places)
                by_name.setdefault(answer, []).append(i)
        own = [-1] * len(mentions)
        for members in by_name.values():
            for sense in _senses(members, text, mentions, found, inside_of, gazetteer):
                for i in sense.mentions:
                    own[i] = len(senses)
                senses.append(sense)
                numbers.append(n_names)
                weights.append(max(mentions[i].score for i in sense.mentions))
                passage_of.append(passage)
            n_names += 1
        sense_of.append(own)
    lengths = [len(s.name.matches.places) for s in senses]
    return (
        Candidates(
            senses=senses,
            passage=np.array(passage_of, dtype=np.intp),
            offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.intp),
            sense=np.repeat(np.arange(len(senses)), lengths),
            places=np.concatenate([s.name.matches.places for s in senses]) if senses else np.empty(0, np.int32),
            number=np.array(numbers, dtype=np.intp),
            weight=np.array(weights, dtype=np.float32),
            homes=[passage.home for passage in passages],
        ),
        sense_of,
    )


def _senses(
    members: list[int],
    text: str,
    mentions: Sequence[Mention],
    found: Sequence[Name],
    inside_of: _Inside,
    gazetteer: Gazetteer,
) -> list[Sense]:
    """One sense for all mentions of a name, or several where the text names different regions after them."""
    name = found[members[0]]
    cued: frozenset[Kind] = frozenset()
    told: dict[int, NDArray[np.bool_]] = {}
    local = article = False
    for i in members:
        mention = mentions[i]
        inside = _inside_named(i, text, mentions, found, inside_of, gazetteer)
        if inside is not None:
            told[i] = inside
        cued |= cued_kinds(text, mention.start, mention.end)
        local = local or is_local_use(text, mention.start, mention.end)
        article = article or has_article(text, mention.start, mention.end)
    if not told:
        return [Sense(name, members, None, cued, local, article)]
    common = np.logical_and.reduce(list(told.values()))
    if common.any():
        return [Sense(name, members, common, cued, local, article)]
    # "Paris, Texas" and "Paris, France": a bare "Paris" is the one that was spelt out last, or else the first.
    groups: dict[bytes, list[int]] = {}
    current = next(iter(told.values())).tobytes()
    for i in members:
        if i in told:
            current = told[i].tobytes()
        groups.setdefault(current, []).append(i)
    return [
        Sense(name, group, np.frombuffer(key, dtype=bool), cued, local, article, told_apart=True)
        for key, group in groups.items()
    ]


def _inside_named(
    i: int,
    text: str,
    mentions: Sequence[Mention],
    found: Sequence[Name],
    inside_of: _Inside,
    gazetteer: Gazetteer,
) -> NDArray[np.bool_] | None:
    """Which candidates of a mention lie in the region that is named beside it as the one it is in; None if none."""
    marks: NDArray[np.bool_] | None = None
    end = mentions[i].end
    for j in range(i + 1, min(i + 3, len(mentions))):
        if found[j].demonym or not part_of(text, end, mentions[j].start) or _is_list(i, j, text, mentions, found):
            break
        marks = _either(marks, _within(found[i], found[j], inside_of, gazetteer))
        end = mentions[j].end
    if i and lies_in_named_before(text, mentions[i - 1].end, mentions[i].start):
        marks = _either(marks, _within(found[i], found[i - 1], inside_of, gazetteer))
    return marks


def _is_list(i: int, j: int, text: str, mentions: Sequence[Mention], found: Sequence[Name]) -> bool:
    """Whether a name and what follows it are countries or first-order divisions in a row: "Georgia, Texas and Iowa"."""
    levels_named = found[i].broad & found[j].broad
    if not levels_named:
        return False
    return any(
        0 <= k < len(mentions)
        and bool(found[k].broad & levels_named)
        and is_enumerated(text, mentions[min(k, near)].end, mentions[max(k, near)].start)
        for k, near in ((i - 1, i), (j + 1, j))
    )


def _either(a: NDArray[np.bool_] | None, b: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
    return b if a is None else a if b is None else a | b


def _within(name: Name, region: Name, inside_of: _Inside, gazetteer: Gazetteer) -> NDArray[np.bool_] | None:
    """Which candidates of a name lie in a division or country that another name may stand for; None if none does."""
    pair = name, region
    if pair not in inside_of:
        places = name.matches.places
        kinds = gazetteer.kind[places]
        marks = np.zeros(len(places), dtype=bool)
        for level, code in region.regions:
            marks |= (levels(gazetteer)[level][1][places] == code) & _FINER[level][kinds]
        for area, extent_km in region.areas:
            cosine = gazetteer.unit_vectors(places) @ gazetteer.unit_vectors([area])[0]
            marks |= (cosine >= math.cos(extent_km / EARTH_RADIUS_KM)) & (kinds >= Kind.SETTLEMENT)
        inside_of[pair] = marks if marks.any() else None
    return inside_of[pair]


def levels(gazetteer: Gazetteer) -> tuple[tuple[int, NDArray[np.integer]], ...]:
    """Kinds that contain others, the largest first, each with the column that tells what lies in it."""
    return (
        (_LEVEL_KIND[0], gazetteer.country),
        (_LEVEL_KIND[1], gazetteer.admin1),
        (_LEVEL_KIND[2], gazetteer.admin2),
    )
