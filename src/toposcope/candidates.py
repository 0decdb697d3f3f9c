"""Name → candidate places: the lookup chain.

The levels, in the order in which they are tried; the first that answers wins:

``exact``
    the normalised name as it stands, without "the", a possessive or a hash sign;
``variant``
    another spelling of it: transliteration, plural, words run together;
``part``
    a part of it: without direction and type words ("northern Benghazi", "Tripoli province"), before a comma,
    or its longest part that the gazetteer knows. Such a match is always marked by its level.

A posting that is an abbreviation ("Calif.") or a demonym ("Libyan") names that as its level instead of ``exact``.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from toposcope import names
from toposcope.assets import gazetteer_path
from toposcope.document import Candidate
from toposcope.errors import GazetteerError
from toposcope.gazetteer import Gazetteer, Kind, NameType, PlaceFlag

__all__ = ["GazetteerSpec", "Lookup", "Matches", "open_gazetteer"]

#: ``"embedded"``, the name of an installed gazetteer, or the path of a gazetteer file; or a list of one of these.
GazetteerSpec: TypeAlias = str | Path | Sequence[str | Path]

#: Words that say which part of a place is meant.
_DIRECTIONS = frozenset(
    "north south east west northern southern eastern western northeast northwest southeast southwest northeastern "
    "northwestern southeastern southwestern central downtown greater upper lower mid metro metropolitan rural "
    "suburban inner outer old mainland coastal".split()
)
#: Words that say which part or which kind of thing: alone they name nothing.
_GENERIC = _DIRECTIONS | frozenset(
    "city town village municipality district county province region state governorate prefecture oblast "
    "department township borough area republic kingdom of the and island islands isle river lake mount mountain "
    "mountains port camp valley desert peninsula creek bay gulf sea strait hill hills street road avenue lane "
    "drive boulevard highway bridge square park forest heights springs falls canyon beach harbor harbour airport "
    "base station church school university hospital".split()
)

#: Words of other languages for the same: what is left of an unknown "Tell Zurbaniqah" without its name.
_FOREIGN_GENERIC = frozenset(
    "tell tel tall porth bandar kafr kfar wadi oued beit bayt umm ras abu deir dayr nahr jabal jebel djebel ain ayn "
    "sidi bir hassi khan qala qalat tepe san santa santo saint sankt sao puerto ciudad pueblo cerro monte rio rivera "
    "villa vila nova novo nuevo nueva aldea praia ilha serra quebrada kampung kampong kota desa kuala sungai gunung "
    "pulau ban nong wat phnom koh bad ust verkh stara stary novi novy nowy nowa veliki velika mali mala ober unter "
    "gross klein upper lower great little new old llan inver kil kirk chateau mont pont val cap".split()
)

_TELLS_NOTHING = _GENERIC | _FOREIGN_GENERIC

#: Words that make another thing of the name that they stand before or after: Orchard Street is not in Orchard.
_OTHER_THINGS = frozenset(
    "street road avenue lane drive boulevard highway way trail plaza square bridge tunnel park forest hospital "
    "school university college church cathedral mosque temple station prison stadium arena tower building museum "
    "hotel mall cemetery market clinic library theatre theater house hall palace castle farm ranch mill mine dam "
    "pier fort camp lake loch river creek brook bay gulf sea strait channel canal mount mountain mountains peak "
    "hill ridge canyon gorge pass island islands isle isles cape peninsula falls glacier volcano reservoir lagoon "
    "bayou desert".split()
)

# How often the right place is among such answers, measured on LGL, GeoVirus and GeoCorpora with the names given.
_TRUST_VARIANT = 0.75
_TRUST_DIRECTION = 0.8
_TRUST_PART = 0.4
_CACHE_SIZE = 20_000

#: Characters of the longest name that is looked up; the longest key of the embedded gazetteer has 79.
LONGEST_NAME = 500


class Matches(NamedTuple):
    """What the gazetteer answers to a name: rows of equal length, most prominent place first.

    Parameters
    ----------
    level : str
        ``"exact"``, ``"variant"`` or ``"part"``; ``""`` where nothing matched.
    places : numpy.ndarray
        int32, indices of places in the gazetteer.
    types : numpy.ndarray
        uint8, :class:`NameType` of the matched name.
    postings : numpy.ndarray
        int32, postings in the gazetteer: what `Gazetteer.matched_name` takes.
    prior : numpy.ndarray
        float64, prominence of each place under this name; see :meth:`Lookup.prior`.
    trust : float
        How often an answer of this sort names the right place at all, from 0 to 1.
    """

    level: str
    places: NDArray[np.int32]
    types: NDArray[np.uint8]
    postings: NDArray[np.int32]
    prior: NDArray[np.float64]
    trust: float = 1.0

    def take(self, rows: NDArray[np.bool_] | slice) -> "Matches":
        """The same answer with only some of its rows."""
        columns = (self.places[rows], self.types[rows], self.postings[rows], self.prior[rows])
        return Matches(self.level, *columns, self.trust)


_NOTHING = Matches("", np.empty(0, np.int32), np.empty(0, np.uint8), np.empty(0, np.int32), np.empty(0, np.float64))


class Lookup:
    """A gazetteer with the whole lookup chain in front of it.

    Parameters
    ----------
    gazetteer : Gazetteer
        Where names are looked up.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._found = lru_cache(_CACHE_SIZE)(self._chain)  # bounded, and safe where threads share a parser

    def __reduce__(self) -> tuple[type["Lookup"], tuple[Gazetteer]]:
        return Lookup, (self.gazetteer,)

    def find(self, name: str) -> list[Candidate]:
        """All places that a name may stand for, out of any context.

        Parameters
        ----------
        name : str
            As people write it: "Al-Jufra", "St Petersburg", "U.S.", "Köln".

        Returns
        -------
        list of Candidate
            Best first, without a limit; scores are shares of prominence. Empty if nothing is known by that name.
        """
        found = self.matches(name)
        if not len(found.places):
            return []
        weight = np.exp(found.prior - found.prior.max())
        scores = np.round(weight / weight.sum(), 4)
        return [
            Candidate(
                place=self.gazetteer.place(int(place)),
                matched_name=self.gazetteer.matched_name(int(posting)),
                level=level_name(found.level, int(name_type)),
                score=float(score),
                evidence={"prominence": round(float(prior), 4)},
            )
            for place, posting, name_type, score, prior in zip(
                found.places, found.postings, found.types, scores, found.prior, strict=True
            )
        ]

    def matches(self, name: str) -> Matches:
        """The answer of the first level of the chain that has one, most prominent place first.

        Parameters
        ----------
        name : str
            A name as written; one of more than 500 characters is none.
        """
        # The caches are bounded by entries: none of them may be a book.
        return self._found(name) if len(name) <= LONGEST_NAME else _NOTHING

    def exact(self, name: str) -> Matches:
        """The answer of the first level alone; a name of many words costs no more than a lookup or two."""
        for key in _exact_keys(name):
            found = self._postings("exact", key)
            if found is not None:
                return found
        return _NOTHING

    def prior(self, places: NDArray[np.int32], types: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Prominence of places under a name, before any context is known.

        Parameters
        ----------
        places : numpy.ndarray
            int32, indices of places.
        types : numpy.ndarray
            uint8, types of the names they go by.

        Returns
        -------
        numpy.ndarray
            float64; the larger, the likelier. A decimal order of population counts 1.2, the rest is set by hand in
            the same unit, so that what a reader of world news means comes first.
        """
        prior: NDArray[np.float64] = self._prominence[places] + _TYPE_PRIOR[types]
        prior += 6.0 * self.gazetteer.is_default_sense(places, types)
        return prior

    @cached_property
    def _prominence(self) -> NDArray[np.float64]:
        """Prominence of every place, whatever it goes by: made once, in 10 ms, not with every name."""
        gazetteer = self.gazetteer
        prominence: NDArray[np.float64] = 1.2 * np.log10(gazetteer.population + 1.0) + _KIND_PRIOR[gazetteer.kind]
        prominence += np.where(gazetteer.flags & PlaceFlag.CAPITAL, 1.5, 0.0)
        prominence += 0.3 * np.log1p(gazetteer.alternates)
        return prominence

    def _chain(self, name: str) -> Matches:
        found = self.exact(name)
        if found.level:
            return found
        for key in names.variants(name):
            better = self._postings("variant", key)
            if better is not None:
                return better._replace(trust=_TRUST_VARIANT)
        for keys, trust in ((_without_directions(name), _TRUST_DIRECTION), (_parts(name), _TRUST_PART)):
            for key in keys:
                better = self._postings("part", key)
                if better is not None:
                    return better._replace(trust=trust)
        return _NOTHING

    def _postings(self, level: str, key: str) -> Matches | None:
        postings = self.gazetteer.postings(key) if key else range(0)
        if not len(postings):
            return None
        rows = slice(postings.start, postings.stop)
        places, types = self.gazetteer.posting_place[rows], self.gazetteer.posting_type[rows]
        prior = self.prior(places, types)
        # Ties are broken by id, so that no order of rows in a file shows through.
        order = np.lexsort((places, -prior))
        return Matches(
            level, places[order], types[order], np.arange(rows.start, rows.stop, dtype=np.int32)[order], prior[order]
        )


def is_another_thing(name: str) -> bool:
    """Whether a name is made from another by a word that makes another thing of it: "Elm Street", "Fort Nothing".

    A part of such a name tells nothing of where the thing is.
    """
    words = names.normalise(names.strip_affixes(name)).split()
    return len(words) > 1 and not _OTHER_THINGS.isdisjoint((words[0], words[-1]))


#: Head start of each kind in decimal orders of population × 1.2 (see `Lookup.prior`); facts carry no population.
_KIND_PRIOR = np.zeros(len(Kind))
for _kind, _value in {
    Kind.CONTINENT: 3.0,
    Kind.REGION: 5.0,
    Kind.COUNTRY: 4.0,
    Kind.ADMIN1: 0.3,
    Kind.ADMIN2: -1.2,
    Kind.SETTLEMENT: 0.0,
    Kind.AIRPORT: 2.0,
    Kind.FACILITY: 4.5,
    Kind.WATER: 5.5,
    Kind.TERRAIN: 5.0,
}.items():
    _KIND_PRIOR[_kind] = _value

_TYPE_PRIOR = np.zeros(len(NameType))
for _type, _value in {
    NameType.PRIMARY: 0.0,
    NameType.ALTERNATE: -1.5,
    NameType.DERIVED: -1.5,
    NameType.DEMONYM: -0.5,
    NameType.ABBREVIATION: -0.5,
}.items():
    _TYPE_PRIOR[_type] = _value


def level_name(level: str, name_type: int) -> str:
    """The level of one candidate: that of the chain, or what its name is."""
    if level == "exact" and name_type == NameType.ABBREVIATION:
        return "abbreviation"
    if level in ("exact", "variant") and name_type == NameType.DEMONYM:
        return "demonym"
    return level


def open_gazetteer(spec: GazetteerSpec = "embedded") -> Lookup:
    """Open a gazetteer; ``.find(name)`` looks a name up through the whole chain.

    Parameters
    ----------
    spec : str, path or list of these
        ``"embedded"`` for the one that comes with the package, the name of an installed one, or the path of a file.

    Returns
    -------
    Lookup

    Raises
    ------
    GazetteerError
        If there is none, or it is damaged or of another version.

    Examples
    --------
    >>> open_gazetteer("embedded").find("Sirte")[0].place.country_code
    'LY'
    """
    specs = [spec] if isinstance(spec, (str, Path)) else list(spec)
    if len(specs) != 1:
        raise GazetteerError(f"expected one gazetteer, got {len(specs)}.", "Layers of several are not supported yet.")
    return Lookup(Gazetteer(gazetteer_path(specs[0])))


_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _exact_keys(name: str) -> Iterator[str]:
    key = names.normalise(name)
    yield key
    bare = names.normalise(names.strip_affixes(name))
    if bare != key:
        yield bare


def _without_directions(name: str) -> Iterator[str]:
    """The key of "northern Benghazi" without its direction; "West Chester" is a name of its own."""
    if not name[:1].islower():
        return
    words = names.normalise(names.strip_affixes(name)).split()
    trimmed = words
    while len(trimmed) > 1 and trimmed[0] in _DIRECTIONS:
        trimmed = trimmed[1:]
    if len(trimmed) < len(words):
        yield " ".join(trimmed)


def _parts(name: str) -> Iterator[str]:
    """Keys of parts of a name, best first."""
    if "," in name:
        yield names.normalise(name.split(",", 1)[0])
    words = names.normalise(_CAMEL.sub(" ", names.strip_affixes(name))).split()
    for left, right in ((True, False), (False, True), (True, True)):
        trimmed = list(words)
        while left and len(trimmed) > 1 and trimmed[0] in _GENERIC:
            del trimmed[0]
        while right and len(trimmed) > 1 and trimmed[-1] in _GENERIC:
            del trimmed[-1]
        if len(trimmed) < len(words) and trimmed[0] not in _GENERIC:
            yield " ".join(trimmed)
    # A hostile "name" of a thousand words must not cost a million lookups.
    words = words[:12]
    for length in range(len(words) - 1, 0, -1):
        for start in range(len(words) - length + 1):
            part = words[start : start + length]
            if length > 1 or (part[0] not in _TELLS_NOTHING and len(part[0]) > 3):
                yield " ".join(part)
