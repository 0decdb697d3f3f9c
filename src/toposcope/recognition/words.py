"""What is known of a word by itself: its shape, its case in English text, what it cues, what the gazetteer has by it.

Everything here is a function of one word, or of one name, and nothing else: it is worked out once for each distinct
word and kept. Codes are small integers, for the fast recogniser keeps them in arrays.
"""

from typing import Final, NamedTuple

from toposcope import lexicon, names
from toposcope.gazetteer import Gazetteer, Kind, NameType, PlaceFlag

__all__ = [
    "BOUNDARY",
    "CLASSES",
    "CUES",
    "LINE_END",
    "NAME_BITS",
    "NOTHING",
    "SHAPES",
    "NameClasses",
    "Word",
    "describe",
    "is_capitalised",
]

#: Stands before and behind every text.
BOUNDARY: Final = "<s>"
#: Stands for a line end, whatever white space follows it.
LINE_END: Final = "¶"

#: Classes of names, most telling first; where a name has several, the first counts. A name's number is its place here.
CLASSES: Final = (
    "nothing",
    "country",
    "region",  # and continents
    "division",  # of the first order
    "metropolis",  # over a million inhabitants, or a capital
    "city",  # over 100,000
    "water",
    "town",  # over 15,000
    "county",  # and all smaller divisions
    "terrain",
    "village",  # over 1,000
    "airport",
    "facility",
    "hamlet",
    "alternate name of a city",
    "abbreviation",
    "derived",  # "Laurel" for Laurel County
    "alternate name",
    "demonym",
    "headed",  # told by its head alone: "Orchard Street"
    "begun",  # told by its beginning alone: "Gulf of Qwex"
)
_NUMBER: Final = {name: number for number, name in enumerate(CLASSES)}
#: The column "name" holds a class for a word by itself; from these on, for the first and for a further word of a name.
STARTS_NAME: Final = 32
IN_NAME: Final = 64
NOTHING: Final = 0
DEMONYM: Final = _NUMBER["demonym"]
HEADED: Final = _NUMBER["headed"]
BEGUN: Final = _NUMBER["begun"]
ABBREVIATION: Final = _NUMBER["abbreviation"]
OTHER_NAME_OF_CITY: Final = _NUMBER["alternate name of a city"]
#: What a name must be so that what is known of its people gives way to it: "Georgia", not "Georgian".
_OVER_DEMONYM: Final = frozenset(map(_NUMBER.__getitem__, ("country", "division", "metropolis", "city", "town")))
#: What stands behind ", " where a town is placed: "Paris, Texas".
CONTAINING: Final = frozenset(map(_NUMBER.__getitem__, ("country", "region", "division")))
#: Names that are places even in small letters, if the word is no other: "floods in manila".
WELL_KNOWN: Final = frozenset(map(_NUMBER.__getitem__, ("country", "region", "division", "metropolis", "city")))

_OF_KIND: Final = {
    Kind.COUNTRY: "country",
    Kind.CONTINENT: "region",
    Kind.REGION: "region",
    Kind.ADMIN1: "division",
    Kind.ADMIN2: "county",
    Kind.WATER: "water",
    Kind.TERRAIN: "terrain",
    Kind.AIRPORT: "airport",
    Kind.FACILITY: "facility",
}
_BY_POPULATION: Final = (
    (1_000_000, "metropolis"),
    (100_000, "city"),
    (15_000, "town"),
    (1_000, "village"),
    (0, "hamlet"),
)
#: Bounds of how many places bear a name: one; some; many; a Springfield.
_MANY: Final = (1, 2, 4, 10)

#: What a word cues; a word may cue several things. The bits of `Word.cues`.
CUES: Final = ("title", "organisation", "place", "prefix", "direction", "calendar", "saying", "locative", "from or to")
TITLE, ORGANISATION, PLACE, PREFIX, DIRECTION, CALENDAR, SAYING, LOCATIVE, FROM_TO = (1 << i for i in range(len(CUES)))

NAME_BITS: Final = ("given", "frequent surname", "surname")
GIVEN, FREQUENT_SURNAME, SURNAME = (1 << i for i in range(len(NAME_BITS)))

SHAPES: Final = (
    "other", "small", "Capital", "CAPITALS", "CAP", "C", "MixedCase", "C.", "C.C.", "Abbr.", "digits", "9th",
    "comma", "stop", "quote", "dash", "line end", "bracket", "hash or at", "boundary",
)  # fmt: skip
_SHAPE: Final = {name: number for number, name in enumerate(SHAPES)}
_MARKS: Final = {
    **dict.fromkeys(",;", "comma"),
    **dict.fromkeys(".!?:", "stop"),
    **dict.fromkeys("\"“”'’‘«»", "quote"),
    **dict.fromkeys("-–—‐‑", "dash"),
    **dict.fromkeys("()[]", "bracket"),
    **dict.fromkeys("#@", "hash or at"),
    LINE_END: "line end",
}
_SAYING: Final = frozenset("said says told added announced".split())
_LOCATIVE: Final = frozenset(
    "in at near outside around across throughout inside toward towards into below beyond above along off onto via "
    "between behind opposite past upriver downstream".split()
)
_FROM_TO: Final = frozenset("from to of".split())
_DIRECTIONS: Final = frozenset(
    "north south east west northern southern eastern western central northeast northwest southeast southwest "
    "northeastern northwestern southeastern southwestern downtown mid upper lower greater inner outer suburban rural "
    "nearby mainland".split()
)
_CALENDAR: Final = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday jan feb aug sept oct nov dec".split()
)
#: Small letters: what the run before, or a name with "of", is: "Orange and White streets", "the village of".
_PLACE_NOUNS: Final = frozenset(
    "street streets avenue avenues road roads highway county counties city town towns village villages province "
    "provinces district districts state states region river rivers lake lakes mountain mountains island islands "
    "valley bay coast peninsula desert forest park port harbor harbour airport border suburb suburbs neighbourhood "
    "neighborhood capital municipality governorate prefecture township parish borough ward camp camps crossing strait "
    "basin delta plateau outskirts hamlet settlement commune area residents resident".split()
)
LONGEST_WORD: Final = 40  # letters of a word that are looked at


class Word(NamedTuple):
    """What is known of a word by itself.

    Parameters
    ----------
    lower : str
        In small letters, cut at 40.
    shape : int
        Number in :data:`SHAPES`.
    name_class : int
        Number in :data:`CLASSES` of what the gazetteer has by the word, if it is written with a capital.
    n_places : int
        How many places bear it, in five steps.
    person : int
        Bits of :data:`NAME_BITS`.
    cues : int
        Bits of :data:`CUES`.
    case : int
        How English writes it: 0 unknown, then from 1 (never in small letters) to 5 (hardly ever with a capital).
    """

    lower: str
    shape: int
    name_class: int
    n_places: int
    person: int
    cues: int
    case: int

    @property
    def endings(self) -> tuple[str, str, str]:
        """Last three letters, last four, first three."""
        return self.lower[-3:], self.lower[-4:], self.lower[:3]


#: What is seen beyond the ends of a text.
EDGE: Final = Word(BOUNDARY, _SHAPE["boundary"], NOTHING, 0, 0, 0, 0)


class NameClasses:
    """What a gazetteer knows by a name.

    Parameters
    ----------
    gazetteer : Gazetteer
        Names of places.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer

    def of(self, key: str) -> tuple[int, int]:
        """Class of a normalised name, and how many places bear it in five steps; (0, 0) for an unknown one."""
        gazetteer = self.gazetteer
        postings = gazetteer.postings(key) if key else range(0)
        # "The Hague" is known by its article, and mostly written with it.
        with_article = gazetteer.postings("the " + key) if key else range(0)
        if len(with_article) and _is_larger(gazetteer, with_article, postings):
            postings = with_article
        n = len(postings)
        if not n:
            return NOTHING, 0
        rows = slice(postings.start, postings.stop)
        places, types = gazetteer.posting_place[rows], gazetteer.posting_type[rows].tolist()
        if n > 1 and types.count(NameType.DEMONYM) == n:
            return DEMONYM, sum(n >= bound for bound in _MANY)
        columns = (
            gazetteer.kind[places].tolist(),
            gazetteer.population[places].tolist(),
            gazetteer.flags[places].tolist(),
        )
        best = DEMONYM
        demonym = False
        for name_type, kind, population, flags in zip(types, *columns, strict=True):
            if name_type == NameType.DEMONYM:
                demonym = True
            else:
                best = min(best, _class_of(name_type, kind, population, flags))
        if demonym and best not in _OVER_DEMONYM:
            best = DEMONYM
        return best, sum(n >= bound for bound in _MANY)


def _is_larger(gazetteer: Gazetteer, one: range, other: range) -> bool:
    """Whether the most populous place of some postings has no fewer inhabitants than that of others."""
    most = [
        int(gazetteer.population[gazetteer.posting_place[r.start : r.stop]].max()) if len(r) else -1
        for r in (one, other)
    ]
    return most[0] >= most[1]


def _class_of(name_type: int, kind: int, population: int, flags: int) -> int:
    if name_type == NameType.ABBREVIATION:
        return ABBREVIATION
    if name_type == NameType.DERIVED:
        return _NUMBER["derived"]
    if kind == Kind.SETTLEMENT:
        if name_type != NameType.PRIMARY:
            return _NUMBER["alternate name of a city" if population >= 100_000 else "alternate name"]
        if flags & PlaceFlag.CAPITAL:
            return _NUMBER["metropolis"]
        return _NUMBER[next(name for least, name in _BY_POPULATION if population >= least)]
    number = _NUMBER[_OF_KIND[Kind(kind)]]
    return number if name_type == NameType.PRIMARY or number in CONTAINING else _NUMBER["alternate name"]


def describe(word: str, classes: NameClasses) -> Word:
    """What is known of a word by itself.

    Parameters
    ----------
    word : str
        A token.
    classes : NameClasses
        What the gazetteer knows.
    """
    lower = word[:LONGEST_WORD].lower()
    capital = is_capitalised(word)
    bare = lower.rstrip(".") or lower
    name_class, n_places = classes.of(names.normalise(word[:LONGEST_WORD])) if capital else (NOTHING, 0)
    if capital:
        plain = word.capitalize() if len(word) > 3 and word.isupper() and word.isalpha() else word
        cues = (
            TITLE * (bare in lexicon.PERSON_TITLES)
            | ORGANISATION * (plain in lexicon.ORGANISATION_WORDS)
            | PLACE * (plain in lexicon.PLACE_HEADS)
            | PREFIX * (plain in lexicon.PLACE_PREFIXES)
            | DIRECTION * (lower in _DIRECTIONS)
            | CALENDAR * (bare in _CALENDAR)
        )
        rank = lexicon.surnames().get(plain, 0)
        person = GIVEN * (plain in lexicon.given_names()) | (0, FREQUENT_SURNAME, SURNAME)[rank]
    else:
        person = 0
        cues = (
            TITLE * (bare in lexicon.PERSON_TITLES)
            | PLACE * (lower in _PLACE_NOUNS)
            | DIRECTION * (lower in _DIRECTIONS)
            | SAYING * (lower in _SAYING)
        )
    cues |= LOCATIVE * (lower in _LOCATIVE) | FROM_TO * (lower in _FROM_TO)
    case = lexicon.letter_case().get(bare, 0)
    return Word(lower, _shape(word), name_class, n_places, person, cues, case)


def is_capitalised(word: str) -> bool:
    """Whether a word is: "Aden", and "d'Ivoire" too."""
    return word[0].isupper() or (len(word) > 2 and word[1] in "'’" and word[2].isupper())


def _shape(word: str) -> int:
    first = word[0]
    if first.isdigit():
        name = "digits" if word.isdigit() else "9th"
    elif first.isupper():
        if word[-1] == ".":
            name = "C." if len(word) == 2 else "C.C." if word.isupper() else "Abbr."
        elif word.isupper():
            name = ("C", "CAP", "CAP")[len(word) - 1] if len(word) < 4 else "CAPITALS"
        else:
            name = "Capital" if word[1:].islower() else "MixedCase"
    else:
        name = "small" if first.isalpha() else _MARKS.get(first, "other")
    return _SHAPE[name]
