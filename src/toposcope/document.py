"""What comes out: a document, its toponyms, and everything known about each of them.

All types are immutable. Coordinates are WGS 84 degrees, distances kilometres, offsets code points
into exactly the text that was given, so that ``document.text[mention.start:mention.end]`` is the mention.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from reprlib import repr as short_repr
from typing import TYPE_CHECKING, Any

from toposcope.errors import InputError
from toposcope.geodesy import BBox

if TYPE_CHECKING:
    import pandas

    from toposcope.webmap import ArticleMap

__all__ = ["Candidate", "Document", "Mention", "Place", "Provenance", "Role", "Status", "Toponym"]


class Status(StrEnum):
    """How the search for a toponym's place ended."""

    RESOLVED = "resolved"  #: the best candidate's score reaches the threshold
    AMBIGUOUS = "ambiguous"  #: it does not: the place is shown as doubtful
    UNKNOWN = "unknown"  #: no candidate: the gazetteer does not know the name
    FAILED = "failed"  #: an online geocoder failed: nobody can say


class Role(StrEnum):
    """What a toponym does in its sentence."""

    SCENE = "scene"  #: a literal place: "talks in Moscow", "Tripoli-based"
    ACTOR = "actor"  #: stands for a government, team or people: "Moscow denied it"
    ORIGIN = "origin"  #: a dateline, the place of reporting: "ANKARA (Agency) -"
    ASSOCIATION = "association"  #: names something else: "Paris Agreement", "University of Iowa"
    DEMONYM = "demonym"  #: an adjective or a people: "Turkish", "Libyans"


@dataclass(frozen=True, slots=True)
class Mention:
    """A place name found in a text.

    Parameters
    ----------
    text : str
        The name as it is written.
    start, end : int
        Half-open code-point offsets into the document's text.
    score : float
        How sure the recogniser is that this is a place name, from 0 to 1.
    demonym : bool
        Whether it is an adjective or a people ("Libyan", "Turks").
    """

    text: str
    start: int
    end: int
    score: float = 1.0
    demonym: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of a gazetteer.

    Parameters
    ----------
    id : str
        ``"geonames:2210554"`` where GeoNames has it, else ``"iata:…"``, ``"icao:…"``, ``"toposcope:…"``.
    name : str
        Its main name.
    lat, lon : float
        WGS 84 degrees.
    feature_class, feature_code : str
        Of GeoNames: ``"P"``, ``"PPLC"``.
    country_code : str or None
        ISO 3166-1 alpha-2; None for what lies in no one country.
    admin1, admin2 : str or None
        Names of the first- and second-order division that it lies in.
    population : int
        0 where unknown.
    bbox : tuple of float or None
        (south, west, north, east); west > east across the date line.
    extent_km : float
        Radius of the circle that holds the place; 0 where it is not known.
    source : str
        Where the entry comes from: a package with its version, or ``"own"``.
    """

    id: str
    name: str
    lat: float
    lon: float
    feature_class: str
    feature_code: str
    country_code: str | None = None
    admin1: str | None = None
    admin2: str | None = None
    population: int = 0
    bbox: BBox | None = None
    extent_km: float = 0.0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a mention may stand for.

    Parameters
    ----------
    place : Place
        The place.
    matched_name : str
        The name in the gazetteer that the mention was matched with.
    level : str
        How it was matched: ``"exact"``, ``"variant"``, ``"abbreviation"``, ``"demonym"`` or ``"part"``.
    score : float
        From 0 to 1. Of the best candidate: how likely it is right, which it also is where another within 161 km, or
        of the same country, was meant. Of the others: their share of belief.
    evidence : mapping of str to float
        Signal name → its contribution to the ranking score.
    """

    place: Place
    matched_name: str
    level: str
    score: float = 0.0
    evidence: Mapping[str, float] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Toponym:
    """A mention with what is known of its place and its role.

    Parameters
    ----------
    mention : Mention
        Where it stands in the text.
    status : Status
        How the search for its place ended.
    candidates : sequence of Candidate
        Best first; empty where unknown or failed.
    role : Role
        What it does in its sentence.
    role_score : float
        How sure the role is, from 0 to 1.
    role_cue : str or None
        The words that gave the role away ("said").
    stands_for : str or None
        Id of the place that an actor stands for (the country of a capital).
    phrase : str or None
        Distance and direction wording around it ("20 km south of Sirte").
    fixed : bool
        Whether an editor set the place.
    """

    mention: Mention
    status: Status
    candidates: Sequence[Candidate] = ()
    role: Role = Role.SCENE
    role_score: float = 1.0
    role_cue: str | None = None
    stands_for: str | None = None
    phrase: str | None = None
    fixed: bool = False

    @property
    def place(self) -> Place | None:
        """The best candidate's place; None where unknown or failed."""
        best = self.best
        return None if best is None else best.place

    @property
    def score(self) -> float | None:
        """The best candidate's score; None where unknown or failed."""
        best = self.best
        return None if best is None else best.score

    def explain(self) -> str:
        """Why this place, in one plain sentence.

        "Tripoli in Libya, not Lebanon: Libya is named 7 times, Sirte and Benghazi are near." A toponym that was read
        from a file no longer knows the names beside it: its sentence says "other names of the text" instead.
        """
        from toposcope.explanation import explain

        return explain(self)

    @property
    def best(self) -> Candidate | None:
        """The best candidate; None where unknown or failed."""
        if self.status in (Status.RESOLVED, Status.AMBIGUOUS) and len(self.candidates):
            return self.candidates[0]
        return None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a document: enough to make it again.

    Parameters
    ----------
    toposcope : str
        Version of the package.
    gazetteer, gazetteer_hash : str
        Name and content hash (SHA-256, hexadecimal) of the gazetteer.
    threshold : float
        Score from which a toponym counts as resolved.
    """

    toposcope: str
    gazetteer: str
    gazetteer_hash: str
    threshold: float


@dataclass(frozen=True, slots=True)
class Document:
    """A text and its toponyms, in reading order.

    Parameters
    ----------
    text : str
        Exactly the text that was given.
    toponyms : sequence of Toponym
        In reading order; spans neither nest nor overlap.
    id, title, date, source : str or None
        As the caller gave them.
    provenance : Provenance or None
        What made the document.

    Raises
    ------
    InputError
        If a toponym's offsets do not fit the text, or toponyms overlap.
    """

    text: str
    toponyms: Sequence[Toponym] = ()
    id: str | None = None
    title: str | None = None
    date: str | None = None
    source: str | None = None
    provenance: Provenance | None = None

    def __post_init__(self) -> None:
        end = 0
        for toponym in self.toponyms:
            m = toponym.mention
            if not end <= m.start < m.end <= len(self.text) or self.text[m.start : m.end] != m.text:
                raise InputError(
                    f"toponym {m.text!r} at {m.start}:{m.end} does not fit the text or overlaps the one before it.",
                    "Give half-open code-point offsets in reading order.",
                )
            end = m.end

    @property
    def places(self) -> tuple[Place, ...]:
        """The distinct places, in order of first mention."""
        found = {t.place.id: t.place for t in reversed(self.toponyms) if t.place is not None}
        order = dict.fromkeys(t.place.id for t in self.toponyms if t.place is not None)
        return tuple(found[place_id] for place_id in order)

    @property
    def text_sha256(self) -> str:
        """SHA-256 of the text in UTF-8, hexadecimal."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def select(self, *, role: Role | str | None = None, status: Status | str | None = None) -> "Document":
        """The same document with only some of its toponyms.

        Parameters
        ----------
        role : Role or str, optional
            Keep only this role.
        status : Status or str, optional
            Keep only this status.

        Examples
        --------
        ``doc.select(role="scene").places`` are the places where something happens.
        """
        kept = tuple(
            t
            for t in self.toponyms
            if (role is None or t.role == Role(role)) and (status is None or t.status == Status(status))
        )
        return replace(self, toponyms=kept)

    def to_dict(self) -> dict[str, Any]:
        """The document as plain dicts and lists: the JSON contract."""
        return self._to_dict(_candidates_to_list)

    def _to_dict(self, candidates_to_list: Callable[[Sequence[Candidate]], list[dict[str, Any]]]) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "date": self.date,
            "source": self.source,
            "text": self.text,
            "toponyms": [_toponym_to_dict(t, candidates_to_list(t.candidates)) for t in self.toponyms],
            "provenance": None if self.provenance is None else asdict(self.provenance),
        }

    def _to_shared_dict(self) -> dict[str, Any]:
        """As `to_dict`, to be written and not changed: mentions of one name share the list of their candidates."""
        made: dict[int, list[dict[str, Any]]] = {}

        def candidates_to_list(candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
            if id(candidates) not in made:
                made[id(candidates)] = _candidates_to_list(candidates)
            return made[id(candidates)]

        return self._to_dict(candidates_to_list)

    def to_json(self) -> str:
        """The document as one line of JSON; ``Document.from_json`` reads it back."""
        data = self._to_shared_dict()
        line = json.dumps(data, ensure_ascii=False, allow_nan=False)
        try:
            line.encode()
        except UnicodeEncodeError:  # a lone surrogate has no UTF-8: only its escape can be written
            return json.dumps(data, allow_nan=False)
        return line

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Document":
        """A document from plain dicts; ``text`` is all that is needed.

        What an editor changed by hand in a toponym is taken up: ``"place": null`` makes it unknown, and a ``place``
        that is not the first candidate's takes the first place among the candidates and counts as `fixed`.

        Raises
        ------
        InputError
            If a key is missing, has the wrong type or a value out of range, or offsets do not fit; the message
            names the key and the toponym.
        """
        try:
            text = _string(data, "text")
            provenance = data.get("provenance")
            return cls(
                text=text,
                toponyms=tuple(_toponyms_from_list(data.get("toponyms") or (), text)),
                id=_optional_str(data, "id"),
                title=_optional_str(data, "title"),
                date=_optional_str(data, "date"),
                source=_optional_str(data, "source"),
                provenance=None if provenance is None else _provenance_from_dict(provenance),
            )
        except KeyError as error:
            raise InputError(f"not a document: key {error} is missing.", _SHAPE) from error
        except (TypeError, AttributeError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"not a document: {error}.", _SHAPE) from error

    @classmethod
    def from_json(cls, line: str) -> "Document":
        """A document from one line of JSON.

        Raises
        ------
        InputError
            If the line is not JSON or not a document.
        """
        try:
            data = json.loads(line)
        except (ValueError, RecursionError) as error:  # ValueError: bad JSON, or an integer of too many digits
            raise InputError(f"not JSON: {error}.", _SHAPE) from error
        if not isinstance(data, dict):
            raise InputError(f"not a document: expected a JSON object, got {type(data).__name__}.", _SHAPE)
        return cls.from_dict(data)

    def to_frame(self) -> "pandas.DataFrame":
        """One row per toponym; see :func:`toposcope.geoparse_frame` for the columns."""
        from toposcope.frames import to_frame

        return to_frame([self])

    def to_geojson(self) -> dict[str, Any]:
        """A GeoJSON FeatureCollection (RFC 7946), one feature per toponym with a place."""
        from toposcope.writers.geojson import to_geojson

        return to_geojson([self])

    def to_map(self, **options: Any) -> "ArticleMap":
        """The annotated map, a :class:`folium.Map`; ``.save("map.html")`` writes it."""
        from toposcope.webmap import ArticleMap

        return ArticleMap(self, **options)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        from toposcope.webmap import notebook_html

        return {"text/plain": repr(self), "text/html": notebook_html(self)}

    def __repr__(self) -> str:
        name = self.title or self.id or self.text[:40]
        return f"<Document {name!r}: {len(self.toponyms)} toponyms, {len(self.places)} places>"


_SHAPE = 'Expected one JSON object a line: {"text": "…", "toponyms": [{"start": 0, "end": 5}]}.'


def _optional_str(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)
    return value if value is None or isinstance(value, str) else str(value)


def _candidates_to_list(candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
    return [
        {
            "place": _place_to_dict(c.place),
            "matched_name": c.matched_name,
            "level": c.level,
            "score": c.score,
            "evidence": dict(c.evidence),
        }
        for c in candidates
    ]


def _toponym_to_dict(toponym: Toponym, candidates: list[dict[str, Any]]) -> dict[str, Any]:
    m = toponym.mention
    place = toponym.place
    return {
        "start": m.start,
        "end": m.end,
        "text": m.text,
        "mention_score": m.score,
        "demonym": m.demonym,
        "status": toponym.status.value,
        "score": toponym.score,
        "role": toponym.role.value,
        "role_score": toponym.role_score,
        "role_cue": toponym.role_cue,
        "stands_for": toponym.stands_for,
        "phrase": toponym.phrase,
        "fixed": toponym.fixed,
        "place": None if place is None else _place_to_dict(place),
        "candidates": candidates,
    }


def _place_to_dict(place: Place) -> dict[str, Any]:
    data: dict[str, Any] = {name: getattr(place, name) for name in Place.__dataclass_fields__}
    data["bbox"] = None if place.bbox is None else list(place.bbox)
    return data


def _provenance_from_dict(data: Any) -> Provenance:
    """Keys of later versions are let pass."""
    data = _mapping(data, "provenance")
    return Provenance(
        toposcope=_string(data, "toposcope"),
        gazetteer=_string(data, "gazetteer"),
        gazetteer_hash=_string(data, "gazetteer_hash"),
        threshold=_number(data, "threshold", 0, 1),
    )


def _toponyms_from_list(items: Any, text: str) -> Iterator[Toponym]:
    for number, item in enumerate(items, 1):
        data = _mapping(item, f"toponym {number}")
        try:
            yield _toponym_from_dict(data, text)
        except (KeyError, TypeError, ValueError) as error:
            name = f" ({short_repr(data['text'])})" if "text" in data else ""
            trouble = f"key {error} is missing" if isinstance(error, KeyError) else error
            raise ValueError(f"toponym {number}{name}: {trouble}") from error


def _toponym_from_dict(data: Mapping[str, Any], text: str) -> Toponym:
    start, end = _number(data, "start", whole=True), _number(data, "end", whole=True)
    candidates = tuple(_candidate_from_dict(_mapping(c, "a candidate")) for c in data.get("candidates") or ())
    said = data.get("status")
    status = None if said is None else Status(said)
    score = None if data.get("score") is None else _number(data, "score", 0, 1)
    fixed = _flag(data, "fixed")
    if data.get("place") is not None:
        place = _place_from_dict(_mapping(data["place"], "'place'"))
        if not candidates or candidates[0].place != place:
            # Without candidates to compare with, a document that says nothing of an editor was written by one.
            fixed = fixed or "candidates" in data or "fixed" not in data
            others = (c for c in candidates if c.place.id != place.id)  # a place that was moved is there once
            candidates = (Candidate(place, place.name, "exact", 1.0 if score is None else score), *others)
        if status in (Status.UNKNOWN, Status.FAILED):
            status = Status.RESOLVED  # the place is known now
    elif "place" in data and status not in (Status.UNKNOWN, Status.FAILED):
        status, candidates = Status.UNKNOWN, ()  # an editor took the place away
    if status is None:
        status = Status.RESOLVED if candidates else Status.UNKNOWN
    if status in (Status.RESOLVED, Status.AMBIGUOUS) and not candidates:
        raise ValueError(f"'status' is {status.value!r}, but there is neither a place nor a candidate")
    return Toponym(
        mention=Mention(
            text=_string(data, "text", text[start:end]),
            start=start,
            end=end,
            score=_number(data, "mention_score", 0, 1, default=1.0),
            demonym=_flag(data, "demonym"),
        ),
        status=status,
        candidates=candidates,
        role=Role(data.get("role", Role.SCENE)),
        role_score=_number(data, "role_score", 0, 1, default=1.0),
        role_cue=_string_or_none(data, "role_cue"),
        stands_for=_string_or_none(data, "stands_for"),
        phrase=_string_or_none(data, "phrase"),
        fixed=fixed,
    )


def _candidate_from_dict(data: Mapping[str, Any]) -> Candidate:
    place = _place_from_dict(_mapping(data["place"], "'place'"))
    evidence = _mapping(data.get("evidence") or {}, "'evidence'")
    return Candidate(
        place=place,
        matched_name=_string(data, "matched_name", place.name),
        level=_string(data, "level", "exact"),
        score=_number(data, "score", 0, 1, default=0.0),
        evidence={signal: _number(evidence, signal) for signal in evidence},
    )


def _place_from_dict(data: Mapping[str, Any]) -> Place:
    return Place(
        id=_string(data, "id"),
        name=_string(data, "name"),
        lat=_number(data, "lat", -90, 90),
        lon=_number(data, "lon", -180, 180),
        feature_class=_string(data, "feature_class"),
        feature_code=_string(data, "feature_code"),
        country_code=_string_or_none(data, "country_code"),
        admin1=_string_or_none(data, "admin1"),
        admin2=_string_or_none(data, "admin2"),
        population=_number(data, "population", 0, _MOST_PEOPLE, default=0, whole=True),
        bbox=None if data.get("bbox") is None else _bbox(data["bbox"]),
        extent_km=_number(data, "extent_km", 0, _HALFWAY_ROUND_KM, default=0.0),
        source=_string(data, "source", ""),
    )


def _bbox(value: Any) -> BBox:
    if not isinstance(value, (list, tuple)) or len(value) != 4:
        raise ValueError(f"'bbox' is {_shown(value)}, not [south, west, north, east]")
    corners = dict(zip(("south", "west", "north", "east"), value, strict=True))
    try:
        south, north = (_number(corners, key, -90, 90) for key in ("south", "north"))
        west, east = (_number(corners, key, -180, 180) for key in ("west", "east"))
    except ValueError as error:
        raise ValueError(f"'bbox': {error}") from error
    if south > north:
        raise ValueError(f"'bbox': south {south} lies north of {north}")
    return south, west, north, east


#: What a 64-bit column of a table holds.
_MOST_PEOPLE = 2**63 - 1
#: No two points of the Earth are farther apart: half a meridian, 20,004 km, and half the equator, 20,038 km.
_HALFWAY_ROUND_KM = 20_038.0


def _number(
    data: Mapping[str, Any],
    key: str,
    low: float = -sys.float_info.max,
    high: float = sys.float_info.max,
    *,
    default: Any = None,
    whole: bool = False,
) -> Any:
    """A finite number that a key holds, as it is: an int or a float; without a default the key is required."""
    value = data[key] if default is None else data.get(key, default)
    kind = int if whole else (int, float)
    # True is an int to Python; NaN is in no range.
    if not isinstance(value, kind) or isinstance(value, bool) or not low <= value <= high:
        what = "a whole number" if whole else "a finite number"
        bounds = "" if high == sys.float_info.max else f" from {low:g} to {high:g}"
        raise ValueError(f"{key!r} is {_shown(value)}, not {what}{bounds}")
    return value


def _string(data: Mapping[str, Any], key: str, default: str | None = None) -> str:
    """A string that a key holds; without a default the key is required."""
    value = data[key] if default is None else data.get(key, default)
    if not isinstance(value, str):
        raise ValueError(f"{key!r} is {_shown(value)}, not a string")
    return value


def _string_or_none(data: Mapping[str, Any], key: str) -> str | None:
    return None if data.get(key) is None else _string(data, key)


def _flag(data: Mapping[str, Any], key: str) -> bool:
    value = data.get(key, False)
    if not isinstance(value, bool):
        raise ValueError(f"{key!r} is {_shown(value)}, neither true nor false")
    return value


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{what} is {_shown(value)}, not a JSON object")
    return value


def _shown(value: Any) -> str:
    return "null" if value is None else short_repr(value)
