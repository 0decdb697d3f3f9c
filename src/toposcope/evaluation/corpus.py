"""Gold and predicted annotations in one shape, whatever they came from."""

import gzip
import json
import math
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from toposcope.document import Document, Role, Status, Toponym
from toposcope.errors import InputError, InputNotFoundError

__all__ = ["AnnotatedDocument", "Annotation", "demonyms", "is_demonym", "read_corpus", "without_demonyms"]

_SHAPE = 'Expected one JSON object a line: {"id": "…", "text": "…", "toponyms": [{"start": 0, "end": 5, …}]}.'


@dataclass(frozen=True, slots=True)
class Annotation:
    """One toponym as somebody, a person or a parser, marked it.

    Parameters
    ----------
    start, end : int
        Half-open code-point offsets.
    text : str
        The name as it is written.
    lat, lon : float or None
        WGS 84 degrees; both or neither. None where no place was given.
    place_id : str or None
        ``"geonames:…"`` where the place has a GeoNames id.
    names : tuple of str
        Names of the place in the annotator's gazetteer, and of its country where it is one.
    feature : str or None
        GeoNames class and code, ``"P.PPLC"``.
    country_code : str or None
        ISO 3166-1 alpha-2.
    role : Role or None
        What it does in its sentence, if that was said.
    reading : str or None
        ``"lit"``, ``"met"`` or ``"mix"`` where only literal and metonymic were told apart.
    score : float or None
        How sure a parser is of the place.
    resolved : bool
        Whether a parser stands by the place (status ``resolved``).
    """

    start: int
    end: int
    text: str = ""
    lat: float | None = None
    lon: float | None = None
    place_id: str | None = None
    names: tuple[str, ...] = ()
    feature: str | None = None
    country_code: str | None = None
    role: Role | None = None
    reading: str | None = None
    score: float | None = None
    resolved: bool = True

    @property
    def point(self) -> tuple[float, float] | None:
        """(lat, lon), or None."""
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)

    @property
    def is_country(self) -> bool:
        """Whether its feature is stated and is that of a country."""
        return self.feature is not None and self.feature.startswith("A.PCL")


@dataclass(frozen=True, slots=True)
class AnnotatedDocument:
    """A text with its annotations.

    Parameters
    ----------
    id : str
        By which gold and prediction find each other.
    text : str
        The text; empty where predictions came without one.
    annotations : tuple of Annotation
        In any order; gold spans may nest.
    ignore : tuple of (int, int)
        Regions of the text that nobody annotated: what is predicted wholly there is dropped.
    exhaustive : bool
        False where only some toponyms are annotated: precision then means nothing.
    tags : tuple of str
        Names of subsets that the document belongs to.
    title, date, source : str or None
        As in :class:`toposcope.Document`.
    """

    id: str
    text: str
    annotations: tuple[Annotation, ...]
    ignore: tuple[tuple[int, int], ...] = ()
    exhaustive: bool = True
    tags: tuple[str, ...] = ()
    title: str | None = None
    date: str | None = None
    source: str | None = None

    @classmethod
    def of(cls, document: "AnnotatedDocument | Document | Mapping[str, Any]") -> "AnnotatedDocument":
        """Make an annotated document of a document of any kind.

        Parameters
        ----------
        document : AnnotatedDocument, Document or mapping
            A mapping has an ``id`` and ``toponyms``, each with ``start`` and ``end`` and either ``lat`` and
            ``lon`` or a ``place`` that has them, as in the corpora and in what ``places --format jsonl`` writes.

        Raises
        ------
        InputError
            If there is no ``id``, or a toponym is not one.
        """
        if isinstance(document, cls):
            return document
        if isinstance(document, Document):
            if document.id is None:
                raise InputError("a document without an id cannot be scored.", "Give geoparse(text, id=…).")
            annotations = tuple(_from_toponym(toponym) for toponym in document.toponyms)
            return cls(document.id, document.text, annotations, source=document.source)
        if not isinstance(document, Mapping):
            raise InputError(f"not an annotated document: {type(document).__name__}.", _SHAPE)
        try:
            text = document.get("text") or ""
            return cls(
                id=str(document["id"]),
                text=text,
                annotations=tuple(_from_mapping(toponym, text) for toponym in document.get("toponyms") or ()),
                ignore=tuple((int(start), int(end)) for start, end in document.get("ignore") or ()),
                exhaustive=bool(document.get("exhaustive", True)),
                tags=tuple(document.get("tags") or ()),
                title=document.get("title"),
                date=document.get("date"),
                source=document.get("source"),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            problem = f"key {error} is missing" if isinstance(error, KeyError) else str(error)
            raise InputError(f"not an annotated document: {problem}.", _SHAPE) from error


def _from_toponym(toponym: Toponym) -> Annotation:
    mention, place = toponym.mention, toponym.place
    annotation = Annotation(
        mention.start,
        mention.end,
        mention.text,
        role=toponym.role,
        score=toponym.score,
        resolved=toponym.status is Status.RESOLVED,
    )
    if place is None:
        return annotation
    return replace(
        annotation,
        lat=place.lat,
        lon=place.lon,
        place_id=place.id,
        names=(place.name,),
        feature=f"{place.feature_class}.{place.feature_code}",
        country_code=place.country_code,
    )


def _from_mapping(data: Mapping[str, Any], text: str) -> Annotation:
    start, end = int(data["start"]), int(data["end"])
    place: Mapping[str, Any] = data.get("place") or {}
    lat, lon = data.get("lat", place.get("lat")), data.get("lon", place.get("lon"))
    located = lat is not None and lon is not None
    if located and not (math.isfinite(float(lat)) and math.isfinite(float(lon))):
        raise ValueError(f"lat {lat}, lon {lon} is no point")
    country = data.get("country") or place.get("country_code")
    feature = data.get("feature")
    if feature is None and place.get("feature_class"):
        feature = f"{place['feature_class']}.{place.get('feature_code', '')}"
    place_id = place.get("id")
    if place_id is None and data.get("geonameid") is not None:
        place_id = f"geonames:{data['geonameid']}"
    # LGL writes the country's name, GeoCorpora its code: only capitals of two letters are a code.
    is_code = isinstance(country, str) and len(country) == 2 and country.isupper()
    names = [data.get("name"), place.get("name"), _wikipedia_name(data.get("wiki"))]
    if feature is not None and feature.startswith("A.PCL") and not is_code:
        names.append(country)
    return Annotation(
        start=start,
        end=end,
        text=data.get("text") or text[start:end],
        lat=float(lat) if located else None,
        lon=float(lon) if located else None,
        place_id=place_id,
        names=tuple(dict.fromkeys(name for name in names if name)),
        feature=feature,
        country_code=country if is_code else None,
        role=None if data.get("role") is None else Role(data["role"]),
        reading=data.get("reading"),
        score=data.get("score"),
        resolved=data.get("status", Status.RESOLVED) == Status.RESOLVED,
    )


def _wikipedia_name(title: str | None) -> str | None:
    """``"Georgia_(country)"`` as ``"Georgia"``."""
    return None if title is None else title.replace("_", " ").partition(" (")[0]


@cache
def demonyms() -> frozenset[str]:
    """Adjectives and peoples of accuracy figures (``demonyms.txt``), our own list.

    It decides what counts as a demonym in a figure, and nothing else: it does not change with the gazetteer, so
    that figures of different versions stay comparable.
    """
    return frozenset(files(__package__).joinpath("demonyms.txt").read_text(encoding="utf-8").split())


def is_demonym(text: str) -> bool:
    """Whether a toponym counts as a demonym in figures: its last word stands in ``demonyms.txt``.

    Examples
    --------
    >>> is_demonym("South Korean"), is_demonym("South Korea")
    (True, False)
    """
    words = text.split()
    return bool(words) and words[-1] in demonyms()


def without_demonyms(document: AnnotatedDocument, text: str = "") -> AnnotatedDocument:
    """Drop the annotations that count as demonyms.

    Parameters
    ----------
    document : AnnotatedDocument
        Gold or predicted.
    text : str
        Where to read the words of annotations that came without them.
    """
    kept = tuple(a for a in document.annotations if not is_demonym(a.text or text[a.start : a.end]))
    return replace(document, annotations=kept)


def read_corpus(path: str | Path, *, tag: str | None = None) -> Iterator[dict[str, Any]]:
    """Read documents one after the other from JSON Lines, gzipped (``.gz``) or not.

    Parameters
    ----------
    path : str or Path
        A file with one document a line.
    tag : str, optional
        Only documents that carry this tag.

    Yields
    ------
    dict
        A document as it stands in the file; without an ``id`` it gets its line number.

    Raises
    ------
    InputError
        If the file is missing or a line is not a JSON object.
    """
    path = Path(path)
    number = 0
    try:
        # Bytes are split at line feeds only: a text may hold other line separators (NEL, U+2028).
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                data = json.loads(line)
                if not isinstance(data, dict):
                    raise TypeError(f"expected a JSON object, got {type(data).__name__}")
                if tag is None or tag in (data.get("tags") or ()):
                    yield data if data.get("id") is not None else {**data, "id": str(number)}
    except FileNotFoundError as error:
        raise InputNotFoundError(f"there is no file {path}.", "Check the path of the corpus.") from error
    except (json.JSONDecodeError, UnicodeDecodeError, TypeError, RecursionError) as error:
        raise InputError(f"{path}, line {number}: {error}.", _SHAPE) from error
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path} cannot be read: {error}.", "Give a JSON Lines file, gzipped or not.") from error
