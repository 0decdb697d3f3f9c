"""What a toponym does in its sentence: scene, actor, origin, association or demonym.

Rules over the words around the name, each with a cue that can be shown; the first rule that fires decides, and where
none does the toponym is a scene. Each rule's score is set by hand: how often it is right, as far as we have seen.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from toposcope import lexicon
from toposcope.document import Role, Toponym
from toposcope.gazetteer import Gazetteer, Kind, PlaceFlag
from toposcope.tokens import is_hard_wrapped

__all__ = ["assign_roles"]


class _Reading(NamedTuple):
    role: Role
    score: float
    cue: str | None


_SCENE = _Reading(Role.SCENE, 0.7, None)


def _any(words: str) -> str:
    return "(?:" + "|".join(sorted(words.split(), key=len, reverse=True)) + ")"


# What a government, a team or a people does, and a place does not. Past and present of each.
_ACTS = _any(
    "flew flies bombed bombs shelled shells struck strikes occupied occupies annexed annexes hit hits ceded cedes "
    "asked asks ".strip()
    + " "
    "said says say told tells tell adds added denied denies deny confirmed confirms confirm announced announces "
    "announce claimed claims claim accused accuses accuse warned warns warn urged urges urge insisted insists "
    "insist argued argues argue admitted admits admit rejected rejects reject refused refuses refuse agreed agrees "
    "agree accepted accepts accept condemned condemns condemn criticised criticized criticises criticizes demanded "
    "demands demand called calls vowed vows vow pledged pledges pledge promised promises promise threatened "
    "threatens threaten backed backs back supported supports support opposed opposes oppose helped helps help sent "
    "sends send deployed deploys deploy supplied supplies supply launched launches launch invaded invades invade "
    "attacked attacks attack withdrew withdraws withdraw signed signs sign ratified ratifies ratify recognised "
    "recognized recognises recognizes recognise recognize imposed imposes impose lifted lifts lift banned bans ban "
    "expelled expels expel recalled recalls summoned summons wants want wanted believes believe hopes hope fears "
    "sees seeks seek sought intends intend plans planned considers consider expects expect voted votes vote "
    "abstained vetoed vetoes won wins win lost loses beat beats defeated defeats scored played plays receives "
    "received offered offers offer proposed proposes propose hosted hosts mediated mediates brokered negotiated "
    "negotiates joined joins replied replies responded responds retaliated retaliates ordered orders blamed blames "
    "suspects tried tries failed fails spent spends invested invests armed arms funded funds seized seizes stopped "
    "delayed declared declares declined declines dismissed dismisses expressed expresses extended extends halted "
    "halts issued issues maintains maintained opened paid pays passed protested raised raises ruled sided suspended "
    "suspends took takes turned welcomed welcomes"
)
# Of these, some are things as well: "the Paris attacks" did not attack.
_ACTS_OR_THINGS = frozenset(
    "attacks bombs shells strikes votes plays claims calls plans bans orders offers bids hits arms fears demands backs "
    "supplies signs hopes raises funds halts turns".split()
)
_AUXILIARY = _any("has have had is was are were will would could should can may might must does did do")
_ADVERB = r"(?:\w+ly|also|both|not|never|always|already|since|now|again|too|then|soon|long|twice|first|all|itself|yet)"
_COORDINATED = (
    r"(?:,?\s(?:and|or)\s(?:(?:the\s)?[A-Z][\w.’'-]*(?:\s[A-Z][\w.]*){0,3}|(?:the|its)\s[a-z]+(?:\s[a-z]+){0,2}?)){0,2}"
)
_RELATIVE = r"(?:,\s(?:which|who|whose|where)\s[^.;:,\n]{3,80},)?"
_SUBJECT = re.compile(
    rf"{_COORDINATED}{_RELATIVE}(?:\s{_ADVERB}){{0,2}}(?:\s{_AUXILIARY}(?:\s{_ADVERB}){{0,2}})?\s(?P<cue>{_ACTS})\b"
)
# "officials in Tripoli said", "the mayor of Tripoli said": not Tripoli
_INSIDE_PHRASE = re.compile(
    r"\b(?:in|at|near|from|to|into|of|via|outside|around|across|through|within|on|off|toward|towards|inside|over|"
    r"neighbouring|neighboring|northern|southern|eastern|western|central)\s(?:the\s)?$",
    re.IGNORECASE,
)
_COORDINATED_BEFORE = re.compile(r"[A-Z][\w.’'-]*(?:\s[A-Z][\w.]*){0,2},?\sand\s(?:the\s)?$")

_BACKED = re.compile(
    r"[-–‐‑](?P<cue>backed|led|brokered|sponsored|allied|funded|supported|controlled|owned|aligned|imposed|drafted|made|"
    r"supplied|trained|mediated|run|appointed|friendly|dominated|financed|armed|built|designed)\b"
)
_BASED = re.compile(r"[-–‐‑](?P<cue>based|born|bound|wide|area|bred|raised)\b")
_INSTITUTION = re.compile(
    r"(?:['’]s?)?\s(?P<cue>(?:[a-z]+\s|Foreign\s|Defen[cs]e\s|Interior\s|Prime\s){0,2}(?:[Gg]overnment|[Mm]inistry|"
    r"[Pp]resident|[Mm]inister|[Pp]arliament|[Mm]ilitary|[Aa]rmy|[Nn]avy|air force|leaders?|leadership|regime|cabinet|"
    r"lawmakers|diplomats?|[Ee]mbassy|ambassador|envoy|administration|central bank|ruler|intelligence|rulers))\b"
)
_COMPOUND = re.compile(
    r"\s(?P<cue>(?:peace\s)?(?:sides?|conflict|talks|policy|crisis|deal|agreement|summit|war|expert|analyst|file|question|"
    r"sanctions|fashion|marathon|conference|accords?|treaty|process|experts|analysts|study|virus|flu|specialist|"
    r"specialists|desk|watchers|negotiations|strategy|issue|factions?|dossier|style))\b"
)
_NAME_GOES_ON = re.compile(r"\s(?P<cue>[A-Z][a-z]+)\b")
_OBJECT = re.compile(
    r"\b(?P<cue>(?<!border\s)(?<!frontier\s)with|by|against|accus(?:ed|es|ing)|urg(?:ed|es|ing)|blam(?:ed|es|ing)|"
    r"criticis(?:ed|es|ing)|criticiz(?:ed|es|ing)|warn(?:ed|s|ing)|told|tells|ask(?:ed|s|ing)|condemn(?:ed|s|ing)|"
    r"thank(?:ed|s|ing)|persuad(?:ed|es|ing)|press(?:ed|es|ing)|support(?:ed|s|ing)|back(?:ed|s|ing)|sanction(?:ed|s)|"
    r"(?:risky|good|bad|dangerous|costly|crucial|important|embarrassing|adventure|defeat|victory|blow|boost|setback|win|"
    r"support|aid|problem|danger|threat|risk|relief|embarrassment|challenge|disaster|triumph|lesson|warning|"
    r"play(?:ed|s|ing)?|caps?|capped|scored|goals?|appear(?:ed|ances)|debut|fought|fight(?:s|ing)?|compet(?:ed|es|ing)|"
    r"spokesman|spokeswoman|ambassador)\sfor|represent(?:ed|s|ing)|beat(?:ing)?|defeat(?:ed|s|ing)?|fac(?:ed|es|ing)|"
    r"versus|vs\.?|join(?:ed|s|ing)|invit(?:ed|es|ing)|sued|owes|according\sto|"
    r"(?:agreement|accords?|deal|talks|war|truce|ceasefire|relations|ties|tensions?|dispute|negotiations|conflict|treaty|"
    r"summit|meeting|row|fighting|clashes|contest|match|game)\sbetween|on\sbehalf\sof|allies\sof|ally\sof|help\sfrom|support\sfrom)"
    r"\s(?:the\s)?(?:[A-Z][\w.’'-]*(?:\s[A-Z][\w.]*){0,2},?\sand\s(?:the\s)?)?$"
)
_ORGANISATION_OF = re.compile(r"\b(?P<cue>[A-Z][A-Za-z]+)\sof\s(?:the\s)?(?:[A-Z][a-z]+\s)?$")

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_DATE = rf"(?:(?:on\s)?(?:{_MONTH}\s\d{{1,2}}|\d{{1,2}}\s{_MONTH})(?:,?\s\d{{4}})?)"
_AGENCY = r"(?:[(\[][^)\]\n]{2,40}[)\]])"
_DATELINE_BEFORE = re.compile(rf"\W*(?:(?:date\s)?[\d/.:-]{{6,12}}\W*|{_DATE}\W*)?", re.IGNORECASE)
_DATELINE_AFTER = re.compile(
    rf"(?P<region>(?:,\s[A-Z][\w.]+(?:\s[A-Z][\w.]+){{0,2}})?)(?:,?\s{_DATE})?"
    rf"\s*(?:(?P<agency>{_AGENCY})\s*(?:[-–—]+|:)?|[-–—]{{1,3}})\s*(?=\S)"
)
_LONGEST_DATELINE = 60
_LINE_BREAK = re.compile(r"(?<!\n)\r?\n(?![\r\n])")
_BEFORE = 100  # characters that rules look back


def assign_roles(text: str, toponyms: Sequence[Toponym], gazetteer: Gazetteer) -> list[Toponym]:
    """Give every toponym its role, and every actor what it stands for.

    Parameters
    ----------
    text : str
        The document.
    toponyms : sequence of Toponym
        In reading order, resolved.
    gazetteer : Gazetteer
        Where the places are from.

    Returns
    -------
    list of Toponym
        The same with `role`, `role_score`, `role_cue` and `stands_for`.
    """
    out: list[Toponym] = []
    wrapped = is_hard_wrapped(text)
    known: dict[int, _Standing] = {}  # mentions of one name share their candidates, and what their place stands for
    for toponym in toponyms:
        standing = known.get(id(toponym.candidates))
        if standing is None:
            standing = _Standing(_acts_for_people(toponym, gazetteer), _stands_for(toponym, gazetteer))
            known[id(toponym.candidates)] = standing
        reading = _read(text, toponym, standing, out, wrapped=wrapped)
        out.append(
            replace(
                toponym,
                role=reading.role,
                role_score=reading.score,
                role_cue=reading.cue,
                stands_for=standing.state if reading.role is Role.ACTOR else None,
            )
        )
    return out


class _Standing(NamedTuple):
    """What a place may stand for."""

    acts: bool  # its name may stand for people
    state: str | None  # id of the country that it stands for


def _read(text: str, toponym: Toponym, standing: _Standing, earlier: Sequence[Toponym], *, wrapped: bool) -> _Reading:
    mention = toponym.mention
    if mention.demonym:
        return _Reading(Role.DEMONYM, 0.99, None)
    before = text[max(0, mention.start - _BEFORE) : mention.start]
    after = text[mention.end : mention.end + 200]
    if wrapped:
        before, after = _LINE_BREAK.sub(" ", before), _LINE_BREAK.sub(" ", after)
    before = before.rpartition("\n")[2]
    dateline = _dateline(text, toponym, before, after, earlier)
    if dateline is not None:
        return dateline
    for pattern, role, score in ((_BASED, Role.SCENE, 0.95), (_BACKED, Role.ACTOR, 0.9)):
        match = pattern.match(after)
        if match:
            return _Reading(role, score, "-" + match["cue"])
    part_of_name = _part_of_a_name(before, after)
    if part_of_name is not None:
        return part_of_name
    if standing.acts:
        acting = _actor(before, after, earlier, speaks_for_a_state=standing.state is not None)
        if acting is not None:
            return acting
    match = _COMPOUND.match(after)
    if match:
        return _Reading(Role.ASSOCIATION, 0.75, match["cue"])
    return _SCENE


def _actor(before: str, after: str, earlier: Sequence[Toponym], *, speaks_for_a_state: bool) -> _Reading | None:
    inside = _INSIDE_PHRASE.search(before)
    if not inside:
        match = _INSTITUTION.match(after)
        if match:
            return _Reading(Role.ACTOR, 0.85, match["cue"])
        coordinated = _COORDINATED_BEFORE.search(before)
        match = _SUBJECT.match(after)
        if match and match["cue"] in _ACTS_OR_THINGS and before.lower().endswith("the "):
            return _Reading(Role.ASSOCIATION, 0.7, match["cue"])
        if match and not (coordinated and earlier and earlier[-1].role is Role.SCENE):
            return _Reading(Role.ACTOR, 0.85, f"subject of {match['cue']}")
    match = _OBJECT.search(before)
    if match and speaks_for_a_state and not (match["cue"] == "by" and re.match(r"\s(?:road|sea|air|train)\b", after)):
        return _Reading(Role.ACTOR, 0.7, match["cue"])
    return None


def _dateline(text: str, toponym: Toponym, before: str, after: str, earlier: Sequence[Toponym]) -> _Reading | None:
    mention = toponym.mention
    if len(before) > _LONGEST_DATELINE:
        return None
    # "TRIPOLI, Libya (Agency) -": the country belongs to the dateline that its city began
    if (
        earlier
        and earlier[-1].role is Role.ORIGIN
        and re.fullmatch(r",\s", text[earlier[-1].mention.end : mention.start])
    ):
        return _Reading(Role.ORIGIN, 0.95, "dateline")
    match = _DATELINE_AFTER.match(after)
    if not match or not _DATELINE_BEFORE.fullmatch(before):
        return None
    if match["agency"] or mention.text.isupper():
        return _Reading(Role.ORIGIN, 0.97 if mention.text.isupper() else 0.9, "dateline")
    return None


def _part_of_a_name(before: str, after: str) -> _Reading | None:
    match = _ORGANISATION_OF.search(before)
    if match and match["cue"] in lexicon.ORGANISATION_WORDS:
        return _Reading(Role.ASSOCIATION, 0.85, match["cue"] + " of")
    match = _NAME_GOES_ON.match(after)
    if match and match["cue"] not in lexicon.SENTENCE_STARTERS:
        return _Reading(Role.ASSOCIATION, 0.7, match["cue"])
    return None


def _acts_for_people(toponym: Toponym, gazetteer: Gazetteer) -> bool:
    """Whether the place is of a kind whose name stands for people: not a river, an airport or a street."""
    index = _index(toponym, gazetteer)
    if index is None:
        return toponym.place is None or toponym.place.feature_class in "AP"
    return Kind(gazetteer.kind[index]) in (Kind.COUNTRY, Kind.ADMIN1, Kind.SETTLEMENT, Kind.REGION, Kind.CONTINENT) or (
        toponym.place is not None and toponym.place.feature_code in ("PAL", "BLDG", "GOVL", "ADMF")
    )


def _stands_for(toponym: Toponym, gazetteer: Gazetteer) -> str | None:
    """Id of the country for a country or a capital; None for other places."""
    index = _index(toponym, gazetteer)
    if index is None or toponym.place is None:
        return None
    if gazetteer.kind[index] == Kind.COUNTRY:
        return toponym.place.id
    if gazetteer.flags[index] & PlaceFlag.CAPITAL:
        return _country_id(gazetteer, int(gazetteer.country[index]))
    return None


@lru_cache(maxsize=1024)
def _country_id(gazetteer: Gazetteer, country: int) -> str | None:
    """Id of the country with a number; None where the gazetteer has no place for it."""
    rows = np.flatnonzero((gazetteer.kind == Kind.COUNTRY) & (gazetteer.country == country))
    return gazetteer.place(int(rows[np.argmax(gazetteer.population[rows])])).id if len(rows) else None


def _index(toponym: Toponym, gazetteer: Gazetteer) -> int | None:
    return None if toponym.place is None else gazetteer.index_of(toponym.place.id)
