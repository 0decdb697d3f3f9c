"""Distance and direction wording around a name: "20 km south of Sirte", "off the coast of Libya", "between X and Y".

A place that is named so is not the spot that is meant; the wording is kept so that a reader of the map sees it.

A phrase is put together from the name outwards: what stands right before it (`_RELATION`: "south of", "near",
"on the road to"), then what measures that (`_MEASURE`: "some 30 miles (48 km)", "a three-hour drive"). Some relations
count only when measured ("20 km from"). Coasts and borders may also follow ("off Libya's coast", "near the Turkish
border"), and "between" and "the road from" take in a second name. No pattern holds the end of a sentence or a blank
line, so that no phrase runs over one.
"""

import re
from collections.abc import Sequence

from toposcope.document import Mention

__all__ = ["find_phrase", "find_phrases"]

#: Characters before a name that are looked at, for the relation and for its measure each.
_LOOK_BACK = 80

_W = r"(?:[^\S\r\n]{1,3}(?:\r?\n[^\S\r\n]{0,8})?|\r?\n[^\S\r\n]{0,8})"  # white space with one line end at most


def _pattern(source: str) -> re.Pattern[str]:
    """Compile a pattern in which ``~`` is white space."""
    return re.compile(source.replace("~", _W), re.VERBOSE | re.IGNORECASE)


_DIRECTION = r"""
    (?: due~ )?
    (?: (?:north|south)(?:[-–‐]|~)?(?:north|south)?(?:[-–‐]|~)?(?:east|west)(?:wards?)?
      | (?:north|south|east|west)(?:wards?)?
      | (?-i: N|S|E|W|NE|NW|SE|SW|NNE|ENE|ESE|SSE|SSW|WSW|WNW|NNW) )
"""
_SORT = (
    "city|town|village|port|island|capital|district|province|suburb|settlement|hamlet|state|region|camp|municipality|"
    "county|neighbourhood|neighborhood|resort|oasis"
)
_PLACED = r"(?: (?:in|on|at|along|near|from|to|into|across|outside|around|over|by|through|toward|towards|close~to)~ )?"
_ROAD = "road|highway|motorway|route|railway|railroad|track|path"
_KIND_OF_ROAD = "(?: (?:main|coastal|desert|old|new|dirt|mountain)~ )?"

# Up to the name, or to "the" before it; a sort of place may stand between: "near the port city of".
_RELATION = _pattern(
    rf"""
    (?<![\w-])
    (?: (?P<free>
          (?: (?: (?:in|to|from|on)~ )? the~ )? {_DIRECTION} ~ (?:of|from)
        | near (?:~to)? | outside (?:~of)? | (?:close|next|adjacent)~to | opposite
        | across~the~(?:border|frontier)~(?:from|into) | (?:in~)? a~ (?-i: (?:[a-z-]+~){{0,2}}? suburb~of )
        | (?:not~)? far~from | (?:inland|across|offshore)~from | short~of
        | (?:up|down)(?:stream|river|wind|hill)~ (?:of|from)
        | off (?: ~(?:the|its)~ (?:[a-z-]+~){{0,2}}? (?:coasts?|coastline|shores?|tip)~of )?
        | {_PLACED} the~ (?-i: (?:[a-z-]+~){{0,2}}?      # capitals make names: the First Bank of Princeton
          (?: (?:outskirts|edges?|fringes?|vicinity|suburbs?|environs|coasts?|coastline|shores?|banks?|mouth|tip|foot
            | foothills|slopes|approaches)~of
          | (?:border|frontier|boundary)~with ) )
        )
      | (?P<way>
          (?: en~route | on~ (?:the|its|his|her|their)~ way
            | (?: {_PLACED} (?:the|a)~ ) {_KIND_OF_ROAD} (?:{_ROAD}) )
          ~ (?: (?P<first>from) | to | into | out~of | toward | towards | back~from ) )
      | (?P<between>
          (?: (?: {_PLACED} the~ (?:[a-z-]+~){{0,2}}?
                  (?:{_ROAD}|border|frontier|boundary|strait|area|coast|stretch)~ )
            | (?:half(?:[-–]|~)?way|midway|somewhere)~ )?
          between )
      | (?P<measured> from | off | outside | inside | beyond | of | into )
    )
    ~ (?: the~ )?
    (?: (?:[a-z-]+~){{0,3}}? (?:{_SORT})~ of~ (?: the~ )? )?
    \Z
    """
)

_NUMBER = r"""
    (?: [0-9]{1,3}(?:,[0-9]{3}){0,3}(?:\.[0-9]{1,3})? | [0-9]{4,6}
      | (?: half~an? | an? | one | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve
          | thirteen | fourteen | fifteen | sixteen | seventeen | eighteen | nineteen | twenty | thirty | forty | fifty
          | sixty | seventy | eighty | ninety | several | few | couple~of | dozens?(?:~of)? | many | hundreds?(?:~of)?
          | thousands?(?:~of)? )
        (?: (?:[-–]|~)
            (?: one | two | three | four | five | six | seven | eight | nine | hundred | thousand | dozen ) ){0,2}
    )
"""
_UNIT = r"""
    (?: km | kms | kilomet(?:re|er)s? | mi\.? | (?:nautical~|sea~)? miles? | nm | m | met(?:re|er)s? | yards? | feet
      | ft | leagues? | versts? | blocks? | hours? | hrs? | minutes? | mins? | days? )
    (?: ['’]s? | ['’] )? (?![\w.])
"""
# Right before a relation.
_MEASURE = _pattern(
    rf"""
    (?<![\w.,$€£¥-])
    (?P<within> (?:to~)? within~ )?
    (?: (?:about|some|around|roughly|approximately|approx\.|nearly|almost|just|only|barely|over|under|less~than
        |more~than|at~least|up~to|as~far~as|the~last|another|circa|c\.)~ ){{0,2}}
    (?: (?:an?|the|every)~ )?
    {_NUMBER} (?: ~?(?:[-–]|to|or|and)~? {_NUMBER} )? (?:~|-)? (?P<unit>{_UNIT})
    (?: ~?[(/]{_NUMBER} ~? {_UNIT} \)? )?
    (?: ~(?:drive|walk|flight|ride|march|sail|journey|trip|hike|(?:train|bus|boat|car|ferry)~ride
        |by~(?:car|road|air|sea|train|rail|boat|bus|ferry)|on~foot) )?
    (?: ~(?:away|inland|offshore|out|further|farther|(?:up|down)stream|(?:up|down)river) )?
    (?: ~to~the )?
    ~ \Z
    """
)
_STRESSED = _pattern(r"(?<![\w-]) (?:just|right|immediately|well|far|further|farther|somewhere|directly|very)~ \Z")

# Behind the name: "off Libya's coast", "near the Turkish border".
_AFTER = _pattern(
    r"(?:['’]s?)? ~ (?: [a-z]+ern~ | [a-z]+~ )?"
    r"(?P<part> coasts? | coastline | shores? | border | frontier | outskirts | suburbs ) \b"
)
_BEFORE_PART = _pattern(
    r"(?<![\w-]) (?: off | near (?:~to)? | along | across | on | at | outside | close~to | over | from | in | to )"
    r"~ (?:the~)? \Z"
)
_LINES = frozenset(["border", "frontier"])
# What joins the two names of a phrase.
_PARTNER = {
    "between": _pattern(r"~ and~ (?:the~)?"),
    "first": _pattern(r"~ to~ (?:the~)?"),
    "line": _pattern(r"~ with~ (?:the~)?"),
}

# Words before a relation that rob it of its place: sources close to Ankara are in no street of Ankara, Tripoli that is
# sealed off is not at sea, and talks between two countries are on no road.
_FIGURATIVE = {
    "close": _pattern(
        r"\b(?:officials?|sources?|people|those|figures?|groups?|all(?:y|ies)|politically|diplomats?|forces|militias?"
        r"|part(?:y|ies)|person)~ \Z"
    ),
    "off": _pattern(
        r"\b(?:cut|cuts|cutting|seal|sealed|seals|sealing|close|closed|closing|block|blocked|blocking|wall|walled|shut"
        r"|shutting|fence|fenced|fend|fended|ward|warded|fight|fought|hold|held|holding|beat|beating|show|showed|showing"
        r"|kick|kicked|kicking|write|wrote|buy|bought|pay|paid|took|take|taking|sell|sold|split|splitting|break|broke"
        r"|breaking|turn|turned|see|saw|seeing|call|called|set|sets|setting|see|carve|carved|wipe|wiped|play|played"
        r"|finish|finished)~ \Z"
    ),
    "between": _pattern(
        r"\b(?:agreements?|accords?|deals?|talks|wars?|truce|ceasefire|relations(?:hips?)?|ties|tensions?|disputes?|conflict"
        r"|negotiations|treat(?:y|ies)|summit|meetings?|row|fighting|clash(?:es)?|contest|match(?:es)?|games?|trade|final"
        r"|differences?|peace|cooperation|friendship|alliance|choice|choose|rivalry|dialogue|contacts|links?|divisions?"
        r"|rift|pact|understanding|mediat(?:e|es|ed|ing|ion)|distinguish|battles?|feud|standoff|exchanges?)~ \Z"
    ),
}

_DIRECTIONS = (
    "north south east west northeast northwest southeast southwest northward northwards southward southwards eastward "
    "eastwards westward westwards n s e w ne nw se sw nne ene ese sse ssw wsw wnw nnw"
).split()
_MEASURED = (
    "km kms kilometre kilometres kilometer kilometers mi mile miles nm m metre metres meter meters yard yards feet ft "
    "league leagues verst versts block blocks hour hours hrs hr minute minutes mins min day days drive walk flight "
    "ride march sail journey trip hike car road air sea train rail boat bus ferry foot away inland offshore out "
    "further farther upstream downstream upriver downriver"
).split()
_ROADS = [*_ROAD.split("|"), "way"]
#: The last word of a relation, and which words can stand before it: most names are done with when these were asked.
#: None stands for any.
_LAST_WORDS: dict[str, frozenset[str] | None] = {
    "of": frozenset(
        "outside short upstream downstream upriver downriver upwind downwind uphill downhill outskirts edge edges "
        "fringe fringes vicinity suburb suburbs environs coast coasts coastline shore shores bank banks mouth tip foot "
        "foothills slopes approaches out".split()
    ).union(_DIRECTIONS, _MEASURED, _SORT.split("|")),
    "from": frozenset("far inland across offshore back route border frontier".split()).union(
        _DIRECTIONS, _MEASURED, _ROADS
    ),
    "to": frozenset("near close next adjacent route".split()).union(_ROADS),
    "with": frozenset(["border", "frontier", "boundary"]),
    "into": frozenset(["border", "frontier", *_ROADS, *_MEASURED]),
    "inside": frozenset(_MEASURED),
    "beyond": frozenset(_MEASURED),
    "toward": frozenset(["route", *_ROADS]),
    "towards": frozenset(["route", *_ROADS]),
    "near": None,
    "off": None,
    "outside": None,
    "opposite": None,
    "between": None,
}
_LINE_END = re.compile(r"[^\S\n]*\n\s*")


def find_phrases(text: str, mentions: Sequence[Mention]) -> list[str | None]:
    """Find the distance or direction wording around each mention of a document.

    Parameters
    ----------
    text : str
        The document.
    mentions : sequence of Mention
        In reading order.

    Returns
    -------
    list of str or None
        One for each mention: the words as they stand in the text, the name included, line ends turned into spaces;
        None where there are none. The two names of "between Sirte and Tripoli" and of "on the road from Sirte to
        Tripoli" both have the whole.

    Examples
    --------
    >>> text = "A camp some 20 km south of Sirte."
    >>> find_phrases(text, [Mention("Sirte", 27, 32)])
    ['some 20 km south of Sirte']
    """
    phrases: list[str | None] = []
    shared: str | None = None  # what the name before has said of this one
    for i, mention in enumerate(mentions):
        if shared is not None:
            phrases.append(shared)
            shared = None
            continue
        following = mentions[i + 1] if i + 1 < len(mentions) else None
        start, end, pair = _span(text, mention, following)
        phrase = None if start < 0 else _LINE_END.sub(" ", text[start:end])
        phrases.append(phrase)
        shared = phrase if pair else None
    return phrases


def find_phrase(text: str, start: int, end: int) -> str | None:
    """Find the distance or direction wording around one name, as :func:`find_phrases` does; pairs need both names.

    Parameters
    ----------
    text : str
        The document.
    start, end : int
        Half-open offsets of the name.
    """
    return find_phrases(text, [Mention(text[start:end], start, end)])[0]


_NOTHING = (-1, -1, False)


def _span(text: str, mention: Mention, following: Mention | None) -> tuple[int, int, bool]:
    """Offsets of a mention's phrase, and whether the next mention shares it; -1 where there is none."""
    start, end = mention.start, mention.end
    after = _AFTER.match(text, end, end + 40) if text[end : end + 1] in _AFTER_A_NAME else None
    if after is not None:
        found = _BEFORE_PART.search(text, max(0, start - 20), start)
        if found is not None:
            begin, end = _widened(text, found.start()), after.end()
            if following and after["part"].lower() in _LINES and _PARTNER["line"].fullmatch(text, end, following.start):
                return begin, following.end, True
            return begin, end, False
    if mention.demonym:  # "near the Syrian town of Afrin" is said of Afrin
        return _NOTHING
    if not _may_end_a_relation(text[max(0, start - 40) : start]):
        return _NOTHING
    found = _RELATION.search(text, max(0, start - _LOOK_BACK), start)
    if found is None:
        return _NOTHING
    begin = found.start()
    if found["measured"]:
        measure = _MEASURE.search(text, max(0, begin - _LOOK_BACK), begin)
        if measure is None or measure["unit"].lower() == "m":  # five million from Libya
            return _NOTHING
        if (found["measured"].lower() == "of") != (measure["within"] is not None):
            return _NOTHING
        return measure.start(), end, False
    if _is_figurative(text, found):
        return _NOTHING
    partner = "between" if found["between"] else "first" if found["first"] else None
    if partner and following and _PARTNER[partner].fullmatch(text, end, following.start):
        return _widened(text, begin), following.end, True
    if found["between"]:
        return _NOTHING
    return _widened(text, begin), end, False


def _may_end_a_relation(before: str) -> bool:
    words = before.lower().split()
    if len(words) > 1 and words[-1] == "the":
        words.pop()
    if not words or words[-1] not in _LAST_WORDS:
        return False
    wanted = _LAST_WORDS[words[-1]]
    if wanted is None:
        return True
    # "(48 km)", "north-east", "50km", "two days’"
    previous = _LAST_PART.search(words[-2]) if len(words) > 1 else None
    return previous is not None and previous.group(1) in wanted


_LAST_PART = re.compile(r"([a-z]+)(?:['’]s?)?[.)]*\Z")
_AFTER_A_NAME = frozenset(" \n\r\xa0'’")


def _widened(text: str, begin: int) -> int:
    """Where a phrase begins, with the measure or the stress before its relation."""
    for pattern in (_MEASURE, _STRESSED):
        found = pattern.search(text, max(0, begin - _LOOK_BACK), begin)
        if found is not None:
            return found.start()
    return begin


def _is_figurative(text: str, relation: re.Match[str]) -> bool:
    begin = relation.start()
    before = _FIGURATIVE.get(relation.group().split()[0].lower())
    return before is not None and before.search(text, max(0, begin - 24), begin) is not None
