"""What the page's program needs to know of a document, as one JSON object.

Strings of the document travel in here and nowhere else: packed, so that no article text ever stands
in the page as markup or script. One array a column, one entry a mention; places and sets of candidates
are written once and named by their index.
"""

import base64
import gzip
import json
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from toposcope.countries import country_name
from toposcope.document import Candidate, Document, Place, Toponym
from toposcope.explanation import LEAST_REASON, reasons
from toposcope.tokens import is_hard_wrapped
from toposcope.webmap.excerpts import TextMode, excerpt
from toposcope.webmap.kinds import describe, is_area, kind_of
from toposcope.webmap.view import story_bounds

__all__ = ["article_data", "pack"]

#: Rejected candidates beyond these help no reader; "San José" has hundreds.
MOST_REJECTED = 8
#: A share of belief below this is written as zero in a card anyway.
LEAST_SCORE = 0.0005
#: Signals that a card names as reasons.
MOST_REASONS = 5
_T = TypeVar("_T", bound=Hashable)


class _Index(Generic[_T]):
    """Numbers values in the order in which they are first seen."""

    def __init__(self) -> None:
        self.numbers: dict[_T, int] = {}

    def __call__(self, value: _T) -> int:
        return self.numbers.setdefault(value, len(self.numbers))


def article_data(document: Document, *, text: TextMode, title: str) -> dict[str, Any]:
    """The document as the page's program reads it.

    Parameters
    ----------
    document : Document
        What to draw.
    text : {"full", "sentences", "none"}
        How much of the document's text to take along. With ``"none"`` neither role cues nor distance
        phrases go along, as both quote the text; the names of the places do.
    title : str
        Heading of the page.
    """
    places = _Places()
    names: _Index[str] = _Index()
    candidate_sets: _Index[tuple[tuple[int, float, str, str], ...]] = _Index()
    reasons: _Index[tuple[tuple[str, float], ...]] = _Index()
    quoted = text != "none"
    taken = excerpt(document.text, [t.mention for t in document.toponyms], text)
    # A stand-in ("Ankara" for Türkiye) is known only if its place is mentioned or a candidate somewhere.
    known: dict[str, Place] = {}
    # Mentions of one name share their candidates: a book's are worked through once, not at every mention.
    lost: dict[tuple[int, bool], tuple[int, int]] = {}
    for t in document.toponyms:
        if _shared(t) not in lost:
            known.update((c.place.id, c.place) for c in t.candidates)
            lost[_shared(t)] = candidate_sets(_rejected(t, places)), reasons(_reasons(t))

    mentions: dict[str, list[Any]] = {
        "name": [names(t.mention.text) for t in document.toponyms],
        "place": [None if t.place is None else places(t.place) for t in document.toponyms],
        "status": [t.status.value for t in document.toponyms],
        "score": [t.score for t in document.toponyms],
        "role": [t.role.value for t in document.toponyms],
        "roleScore": [t.role_score for t in document.toponyms],
        "cue": [t.role_cue if quoted else None for t in document.toponyms],
        "phrase": [t.phrase if quoted else None for t in document.toponyms],
        "standsFor": [places(known[t.stands_for]) if t.stands_for in known else None for t in document.toponyms],
        "fixed": [int(t.fixed) for t in document.toponyms],
        "rejected": [lost[_shared(t)][0] for t in document.toponyms],
        "reasons": [lost[_shared(t)][1] for t in document.toponyms],
    }
    if taken.text is not None:
        mentions["start"], mentions["end"] = _columns(taken.spans)
        mentions["quoteStart"], mentions["quoteEnd"] = _columns(taken.quotes)
    return {
        "title": title,
        "date": document.date,
        "source": document.source,
        "sha256": document.text_sha256,
        "textMode": text,
        "text": taken.text,
        "hardWrapped": is_hard_wrapped(taken.text or ""),
        "view": story_bounds(document),
        "provenance": _provenance(document),
        "names": list(names.numbers),
        "places": places.rows,
        "mentions": mentions,
        "rejected": [list(rejected) for rejected in candidate_sets.numbers],
        "reasons": [list(reason) for reason in reasons.numbers],
    }


def pack(data: Mapping[str, Any]) -> str:
    """JSON, gzip, base64: safe anywhere in HTML, and a fifth of the size for long texts."""
    line = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        raw = line.encode()
    except UnicodeEncodeError:  # a lone surrogate has no UTF-8, but an escape in JSON
        raw = json.dumps(data, separators=(",", ":"), allow_nan=False).encode()
    # Level 6 is gzip's usual one; 9 takes three times as long for a hundredth of the size. No time stamp.
    return base64.b64encode(gzip.compress(raw, 6, mtime=0)).decode("ascii")


class _Places:
    """The places of a document, each written once."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self._number: dict[str, int] = {}

    def __call__(self, place: Place) -> int:
        number = self._number.get(place.id)
        if number is None:
            number = self._number[place.id] = len(self.rows)
            self.rows.append(_place_row(place))
        return number


def _place_row(place: Place) -> dict[str, Any]:
    return {
        "id": place.id,
        "name": place.name,
        "lat": round(place.lat, 5),
        "lon": round(place.lon, 5),
        "kind": kind_of(place),
        "area": is_area(place),
        "word": describe(place),
        "code": f"{place.feature_class}.{place.feature_code}",
        "cc": place.country_code,
        "country": country_name(place.country_code),
        "admin": [name for name in (place.admin2, place.admin1) if name and name != place.name],
        "population": place.population,
        "bbox": place.bbox,
        "extent": round(place.extent_km, 1),
        "source": place.source,
    }


def _shared(toponym: Toponym) -> tuple[int, bool]:
    """What tells apart toponyms whose candidates are read differently."""
    return id(toponym.candidates), toponym.best is None


def _rejected(toponym: Toponym, places: _Places) -> tuple[tuple[int, float, str, str], ...]:
    """(place, score, matched name, level) of the candidates that lost; of a toponym without a place, all of them."""
    others: Sequence[Candidate] = toponym.candidates[0 if toponym.best is None else 1 :]
    shown = [c for c in others if c.score >= LEAST_SCORE][:MOST_REJECTED]
    return tuple((places(c.place), round(c.score, 4), c.matched_name, c.level) for c in shown)


def _reasons(toponym: Toponym) -> tuple[tuple[str, float], ...]:
    """The signals that carried the best candidate past its runner-up, strongest first."""
    best = toponym.best
    if best is None:
        return ()
    lead = reasons(best, toponym.candidates[1] if len(toponym.candidates) > 1 else None)
    return tuple((words, round(value, 2)) for words, value in lead[:MOST_REASONS] if value >= LEAST_REASON)


def _columns(pairs: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [start for start, _ in pairs], [end for _, end in pairs]


def _provenance(document: Document) -> dict[str, Any] | None:
    made = document.provenance
    if made is None:
        return None
    return {
        "toposcope": made.toposcope,
        "gazetteer": made.gazetteer,
        "hash": made.gazetteer_hash[:12],
        "threshold": made.threshold,
    }
