"""What we state ourselves: the tables in ``facts/``. Their columns are described in ``facts/README.md``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toposcope.gazetteer import NameType
from toposcope.gazetteer_build import PlaceRow, Source
from toposcope.names import normalise
from toposcope.sources.tables import Line, read_table

__all__ = [
    "CountryFacts",
    "DefaultSense",
    "DivisionFacts",
    "ExtraName",
    "countries",
    "divisions",
    "features",
    "is_abbreviation",
    "source",
]

_FEATURE_COLUMNS = (
    "name", "feature_code", "country_codes", "admin1", "lat", "lon", "extent_km", "bbox", "variants", "demonyms",
    "precision_km", "source",
)  # fmt: skip
_COUNTRY_COLUMNS = ("country_code", "lat", "lon", "variants", "abbreviations", "demonyms")
_DIVISION_COLUMNS = (
    "country_code", "name", "lat", "lon", "variants", "abbreviations", "demonyms", "precision_km", "source",
)  # fmt: skip
_NAME_COLUMNS = ("name", "kind", "target", "feature_class", "country_code", "admin1")
_SENSE_COLUMNS = ("name", "target", "feature_class", "feature_code", "country_code", "admin1", "why")
_NAME_KINDS = ("historical", "colloquial", "variant")

#: Tables that do not list features.
_OTHER_TABLES = frozenset({"countries.csv", "admin1.csv", "names.csv", "default_senses.csv"})


def source() -> Source:
    """Our own statements."""
    return Source("own", "MIT")


@dataclass(frozen=True, slots=True)
class CountryFacts:
    """Point and names of a country; its main name comes from GeoNames."""

    country_code: str
    lat: float
    lon: float
    names: tuple[tuple[str, NameType], ...]


@dataclass(frozen=True, slots=True)
class DivisionFacts:
    """Names, and the point where it is stated, of a first-order division."""

    line: Line
    country_code: str
    name: str
    point: tuple[float, float] | None
    names: tuple[tuple[str, NameType], ...]


@dataclass(frozen=True, slots=True)
class ExtraName:
    """A further name of a place that another source holds."""

    line: Line
    name: str
    target: str
    feature_class: str
    country_code: str
    admin1: str


@dataclass(frozen=True, slots=True)
class DefaultSense:
    """The place that plain use of a name means."""

    line: Line
    name: str
    target: str
    feature_class: str
    feature_code: str
    country_code: str
    admin1: str


def countries(folder: Path) -> dict[str, CountryFacts]:
    """Country code → facts."""
    found = {}
    for line in read_table(folder / "countries.csv", _COUNTRY_COLUMNS):
        code = line.required("country_code")
        if code in found:
            raise line.error(f"{code} stands here a second time")
        found[code] = CountryFacts(code, *line.point(), _names(line))
    return found


def divisions(folder: Path) -> list[DivisionFacts]:
    """First-order divisions; empty where the table is not there."""
    path = folder / "admin1.csv"
    if not path.exists():
        return []
    return [
        DivisionFacts(
            line,
            line.required("country_code"),
            line.required("name"),
            line.point() if line["lat"] or line["lon"] else None,
            _names(line),
        )
        for line in read_table(path, _DIVISION_COLUMNS)
    ]


def features(folder: Path) -> Iterator[PlaceRow]:
    """Seas, rivers, regions, bases …: every row of every table that lists features.

    Yields
    ------
    PlaceRow
        Rows with one country lie in it, rows with several or none in no one country. Ids come from feature code and
        name, with the country where two would be the same.
    """
    seen: dict[str, Line] = {}
    for path in sorted(folder.glob("*.csv")):
        if path.name in _OTHER_TABLES:
            continue
        for line in read_table(path, _FEATURE_COLUMNS):
            row = _feature(line)
            for suffix in (
                "",
                *line.listed("country_codes")[:1],
                line["admin1"],
                line["lat"],
                line["lat"] + line["lon"],
            ):
                place_id = f"{row.id}.{suffix.lower()}" if suffix else row.id
                place_id = place_id.replace(" ", "-")
                if place_id not in seen:
                    break
            else:
                raise line.error(f"{row.name} stands already in {seen[row.id].path.name} line {seen[row.id].number}")
            seen[place_id] = line
            row.id = place_id
            yield row


def extra_names(folder: Path) -> list[ExtraName]:
    """Historical and colloquial names; empty where the table is not there."""
    path = folder / "names.csv"
    if not path.exists():
        return []
    found = []
    for line in read_table(path, _NAME_COLUMNS):
        if line["kind"] not in _NAME_KINDS:
            raise line.error(f"kind {line['kind']!r} is none of {', '.join(_NAME_KINDS)}")
        found.append(
            ExtraName(
                line,
                line.required("name"),
                line.required("target"),
                line.required("feature_class"),
                line["country_code"],
                line["admin1"],
            )
        )
    return found


def default_senses(folder: Path) -> list[DefaultSense]:
    """Names and what plain use of them means; empty where the table is not there."""
    path = folder / "default_senses.csv"
    if not path.exists():
        return []
    return [
        DefaultSense(
            line,
            line.required("name"),
            line.required("target"),
            line.required("feature_class"),
            line["feature_code"],
            line["country_code"],
            line["admin1"],
        )
        for line in read_table(path, _SENSE_COLUMNS)
    ]


_ABBREVIATION = re.compile(r"(?:[A-Z]\.? ?){2,5}|[A-Z][a-z]+\.")


def is_abbreviation(name: str) -> bool:
    """Whether a name is spelled like "NYC", "L.A." or "Calif."."""
    return _ABBREVIATION.fullmatch(name) is not None


def _names(line: Line) -> tuple[tuple[str, NameType], ...]:
    found = [
        (name, NameType.ABBREVIATION if is_abbreviation(name) else NameType.ALTERNATE)
        for name in line.listed("variants")
    ]
    if "abbreviations" in line.cells:
        found += [(name, NameType.ABBREVIATION) for name in line.listed("abbreviations")]
    found += [(name, NameType.DEMONYM) for name in line.listed("demonyms")]
    return tuple(found)


def _feature(line: Line) -> PlaceRow:
    feature_class, _, feature_code = line.required("feature_code").partition(".")
    if len(feature_class) != 1 or not feature_code.isupper():
        raise line.error(f"feature_code {line['feature_code']!r} is not like 'H.SEA'")
    countries_of = line.listed("country_codes")
    if any(len(code) != 2 or not code.isupper() for code in countries_of):
        raise line.error(f"country_codes {line['country_codes']!r} are not like 'LY|TN'")
    lat, lon = line.point()
    line.number_in("precision_km", 0, 2000)
    name = line.required("name")
    return PlaceRow(
        id=f"toposcope:{feature_code.lower()}.{normalise(name).replace(' ', '-')}",
        name=name,
        lat=lat,
        lon=lon,
        feature_class=feature_class,
        feature_code=feature_code,
        country_code=countries_of[0] if len(countries_of) == 1 else None,
        admin1=line["admin1"] or None,
        bbox=line.bbox(),
        extent_km=line.number_in("extent_km", 0, 12000),
        source=line.required("source"),
        names=list(_names(line)),
    )
