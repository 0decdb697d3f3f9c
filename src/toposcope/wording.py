"""What the words right around a name say of its place: the region it lies in, its type, how it is spoken of.

Every function looks at a few dozen characters beside the name and costs about a microsecond.
"""

import re

from toposcope.gazetteer import Kind

__all__ = ["cued_kinds", "has_article", "is_enumerated", "is_local_use", "lies_in_named_before", "part_of"]

_LONGEST_GAP = 80  # characters between a name and the region that it is said to lie in

# "Paris, Texas" · "Paris (France)" · "Malolos in Bulacan" · "Sirte, gateway to Libya" · "Lima is a city in Ohio";
# not "Rome's twin in Georgia"
_PART_OF = re.compile(
    r"(?:,|\s?\(|,?\s(?:in|of)(?:\sthe)?"
    r"|,\s(?:an?\s|the\s|one\sof\sthe\s)?(?:[a-z-]+,?\s){1,6}(?:in|of|to|near)(?:\sthe)?"
    r"|\s(?:is|was|lies|lay|stands|stood|sits)(?:\s(?:an?|the|one\sof\sthe))?\s(?:[a-z-]+,?\s){0,8}(?:in|of)(?:\sthe)?"
    r"|,?\sin\s(?:the\s)?(?:north|south|east|west|central)[a-z-]*(?:\sof)?)\s*"
)
_ENUMERATED = re.compile(r",?\s(?:and|or|&)\s|,\s")
_SETTLEMENT_WORDS = (
    "capital|city|town|township|village|suburb|municipality|hamlet|settlement|port|resort|commune|parish|district|"
    "neighbou?rhood|enclave|stronghold|county|province|governorate|region|state|island"
)
# "the Ohio city of Lima" · "Libya's capital, Tripoli" · "Lebanon's Tripoli"
_NAMED_BEFORE = re.compile(
    rf"(?:['’]s?)?\s(?:[a-z-]+\s){{0,3}}(?:{_SETTLEMENT_WORDS})(?:\sof|,|\sof\sthe)?\s|['’]s\s(?:(?:own|north|south|east|west|central)[a-z]*\s)?"
)

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
        ("river lake sea bay gulf strait canal creek lagoon reservoir tributary", (Kind.WATER,)),
        ("mountain mountains volcano island islands archipelago desert peninsula valley plateau", (Kind.TERRAIN,)),
        ("camp barracks stadium dam refinery prison", (Kind.FACILITY,)),
    )
    for word in words.split()
    for kinds in [kinds]
}
_TOWN = frozenset({Kind.SETTLEMENT})
_AIRPORT = frozenset({Kind.AIRPORT})
_OF_TOWNS = frozenset({"mayor", "outskirts", "suburbs", "streets", "archbishop", "bishop"})  # "mayor of X"
_IN_TOWNS = frozenset({"downtown", "metropolitan"})
_WATER = frozenset({Kind.WATER})
_OF_WATERS = frozenset(
    {"bank", "banks", "mouth", "shore", "shores", "source", "headwaters", "tributary", "delta", "bed"}
)
_ON_WATERS = frozenset({"over", "down", "up"})  # "a bridge over the Uruguay", "down the Congo": behind an article only
_NOTHING: frozenset[Kind] = frozenset()
_APPOSITION = re.compile(r",\s(?:an?|the)\s((?:[a-z]+(?:\s|-)?){1,4})")
_PREDICATE = re.compile(r"\s(?:(?:is|was)\s)?(?:an?|the|one\sof\sthe)\s((?:[a-z-]+(?:\s|\b)){1,4})")
_AIR_BASE = re.compile(r"\sair(?:\s|-)?(?:force\s)?base\b")
_NEXT_WORD = re.compile(r"\s([a-z]+)\b")

# Words behind a name by which a paper speaks of a town and its people, rather than the world of a capital.
_LOCAL_WORDS = frozenset(
    "man woman girl boy teen teens teenager couple resident residents native police firefighters fire council "
    "councilman councillor mayor city high elementary middle school schools students parents attorney chamber "
    "selectmen town township park parks public library hospital board sheriff community family business municipal "
    "village commission commissioners volunteer".split()
)
# What may stand behind a name that is not followed by the noun it describes ("the Ontario government").
_STANDS_ALONE = re.compile(
    r"[.,;:!?)\]”\"—–]|['’]s\b|\s[-–—(]|\s*$"
    r"|\s(?:and|or|but|at|on|in|to|of|into|from|by|with|near|below|above|beyond|between|under|over|through|towards?|across|"
    r"as|for|before|after|when|where|while|until|since|that|which|who|is|was|are|were|has|had|will|would|can|could|may|"
    r"might|must|rose|rises|fell|falls|ran|runs|flows?|flowed|lies|lay|marks|forms|divides|separates|turns|widens|narrows|reaches|carries|carried|froze|burst|overflowed|empties|joins?|meets?|bends?|swelled|again|there|"
    r"himself|herself|itself|alone|yesterday|today|this|last|the|a|an)\b"
)
_POSSIBLY_LOCAL = re.compile(r"(?:['’]s)?\s([A-Za-z]+)")
# "City of Paris" · "Jo Bell, 18, of Paris"
_CIVIC = re.compile(r"\b(?:[Cc]ity|[Tt]own|[Vv]illage)\sof\s|\b\d\d?,\sof\s")


def part_of(text: str, end: int, start: int) -> bool:
    """Whether a name that ends at `end` is said to lie in what is named from `start` on.

    Examples
    --------
    >>> part_of("Paris, Texas", 5, 7), part_of("Paris and Texas", 5, 10)
    (True, False)
    """
    return start - end <= _LONGEST_GAP and _PART_OF.fullmatch(text, end, start) is not None


def lies_in_named_before(text: str, end: int, start: int) -> bool:
    """Whether the name that starts at `start` is said to lie in what was named up to `end`.

    Examples
    --------
    >>> text = "the Ohio city of Lima"
    >>> lies_in_named_before(text, text.index(" city"), text.index("Lima"))
    True
    """
    return start - end <= _LONGEST_GAP and _NAMED_BEFORE.fullmatch(text, end, start) is not None


def is_enumerated(text: str, end: int, start: int) -> bool:
    """Whether nothing but a comma, "and" or "or" stands between two names.

    Examples
    --------
    >>> is_enumerated("Ohio and Iowa", 4, 9), is_enumerated("Ohio near Iowa", 4, 10)
    (True, False)
    """
    return start - end <= 10 and _ENUMERATED.fullmatch(text, end, start) is not None


def cued_kinds(text: str, start: int, end: int) -> frozenset[Kind]:
    """The kinds of place that the words beside a name call it.

    Examples
    --------
    >>> text = "Jufra, an air base, and the town of Sirte"
    >>> sorted(kind.name for kind in cued_kinds(text, 0, 5) | cued_kinds(text, 36, 41))
    ['AIRPORT', 'SETTLEMENT']
    """
    return _cued_after(text, end) | _cued_before(text, start)


def _cued_after(text: str, end: int) -> frozenset[Kind]:
    following = text[end : end + 1]
    if following == "-" and text.startswith("based", end + 1):
        return _TOWN
    if following == ",":
        match = _APPOSITION.match(text, end, end + 60)
        # "Jufra, a large air base": one of the first three words, or an air base
        words = match[1].replace("-", " ").split() if match else []
        for i, word in enumerate(words[:3]):
            if word in _TYPE_WORDS:
                return _TYPE_WORDS[word]
            if word == "air" and "base" in words[i + 1 : i + 3]:
                return _AIRPORT
        return _NOTHING
    if following.isspace():
        match = _NEXT_WORD.match(text, end, end + 20)
        if match is not None:
            if match[1].startswith("air") and _AIR_BASE.match(text, end, end + 20):
                return _AIRPORT
            if match[1] in ("is", "was", "itself"):  # "Quebec is the only city of the north": its type is told
                return _said_to_be(text, match.end())
            return _TYPE_WORDS.get(match[1], _NOTHING)
    return _NOTHING


def _said_to_be(text: str, start: int) -> frozenset[Kind]:
    match = _PREDICATE.match(text, start, start + 60)
    words = match[1].split() if match else []
    return next((_TYPE_WORDS[word] for word in words if word in _TYPE_WORDS), _NOTHING)


def _cued_before(text: str, start: int) -> frozenset[Kind]:
    before = text[max(0, start - 30) : start].lower()
    if not before[-1:].isspace():
        return _NOTHING
    words = before.split()
    article = len(words) > 1 and words[-1] == "the"
    if article:
        words.pop()
    linked = len(words) > 1 and words[-1] in ("of", "at", "in")
    if linked and words.pop() == "in":  # "an air base in Jufra" is one; "a town in Jufra" says nothing of Jufra
        return _AIRPORT if words[-2:] == ["air", "base"] or words[-1] == "airbase" else _NOTHING
    if not words:
        return _NOTHING
    if linked and words[-2:] == ["air", "base"]:
        return _AIRPORT
    if words[-1] in (_OF_TOWNS if linked else _IN_TOWNS):
        return _TOWN
    if article and words[-1] in (_OF_WATERS if linked else _ON_WATERS):
        return _WATER
    return _TYPE_WORDS.get(words[-1], _NOTHING)


def has_article(text: str, start: int, end: int) -> bool:
    """Whether a name stands alone behind an article, as those of rivers, lakes and mountains do.

    Examples
    --------
    >>> has_article("along the Niger at dawn", 10, 15), has_article("the Ontario government", 4, 11)
    (True, False)
    """
    return text[max(0, start - 4) : start].lower() == "the " and _STANDS_ALONE.match(text, end, end + 14) is not None


def is_local_use(text: str, start: int, end: int) -> bool:
    """Whether a name is spoken of as local papers speak of a town.

    Examples
    --------
    >>> is_local_use("A Paris man was arrested", 2, 7), is_local_use("talks in Paris on Monday", 9, 14)
    (True, False)
    """
    match = _POSSIBLY_LOCAL.match(text, end, end + 20)
    if match is not None and match[1].lower() in _LOCAL_WORDS:
        return True
    return text[max(0, start - 3) : start] == "of " and _CIVIC.search(text, max(0, start - 12), start) is not None
