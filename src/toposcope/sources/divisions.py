"""Names and members of administrative divisions: the tables in ``vendor/admin`` and ``vendor/atlas``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from toposcope.geodesy import BBox
from toposcope.names import normalise
from toposcope.sources.tables import Line, read_table

__all__ = ["Area", "Divisions", "bare_name", "country_areas", "read_divisions", "us_areas"]

_AREA_COLUMNS = ("lat", "lon", "extent_km", "south", "west", "north", "east")

# Words that say what a division is, in the languages GeoNames names them in.
_GENERIC = (
    "province|provincia|provinsi|region|regiao|state|estado|governorate|oblast|oblys|krai|kray|okrug|raion|rayon|"
    "district|distrikt|prefecture|department|departement|departamento|dipartimento|county|comte|municipality|"
    "municipio|municipal district|parish|canton|voivodeship|territory|republic|autonomous region|"
    "autonomous republic|autonomous okrug|autonomous oblast|autonomous district|autonomous province|"
    "autonomous prefecture|special region|capital region|capital district|metropolitan city|city|council|division|"
    "zone|woreda|commune|concelho|borough|kreis|landkreis|regency|kabupaten|kota|viloyati|viloyat|muhafazah|wilaya"
)
_BEHIND = re.compile(rf"(?:\s+(?:{_GENERIC}))+$", re.IGNORECASE)
_BEFORE = re.compile(
    rf"^(?:the\s+)?(?:{_GENERIC}|wilaya|gouvernorat|landkreis|kreis|provinz)\s+(?:of|de la|de los|de|del|do|da|di|d)\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Area:
    """Centroid, radius and box of an area."""

    lat: float
    lon: float
    extent_km: float
    bbox: BBox


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
    """

    admin1: Mapping[str, str]
    admin2: Mapping[str, str]
    admin2_of: Mapping[str, str]
    feature_of: Mapping[str, str]


def read_divisions(folder: Path) -> Divisions:
    """Read the tables that ``vendor/admin/make_tables.py`` made."""
    admin2: dict[str, str] = {}
    admin2_of: dict[str, str] = {}
    for line in read_table(folder / "admin2.csv", ("code", "name", "settlements")):
        admin2[line["code"]] = line["name"]
        for number in line["settlements"].split():
            admin2_of[f"geonames:{number}"] = line["code"]
    return Divisions(
        admin1={line["code"]: line["name"] for line in read_table(folder / "admin1.csv", ("code", "name"))},
        admin2=admin2,
        admin2_of=admin2_of,
        feature_of={
            f"geonames:{line['geonames_id']}": line["feature_code"]
            for line in read_table(folder / "settlements.csv", ("geonames_id", "feature_code"))
        },
    )


def us_areas(folder: Path) -> dict[str, Area]:
    """FIPS number of a US state (2 digits) or county (5) → its area."""
    table = read_table(folder / "us_divisions.csv", ("fips", "name", *_AREA_COLUMNS))
    return {line["fips"]: _area(line) for line in table}


def country_areas(folder: Path) -> dict[str, Area]:
    """Country code → the area of the country, without what lies overseas."""
    table = read_table(folder / "countries.csv", ("country_code", *_AREA_COLUMNS))
    return {line["country_code"]: _area(line) for line in table}


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
    return " ".join(word for word in words if word not in ("al", "ad", "an", "as", "ash", "az", "ar", "el")) or name


def _area(line: Line) -> Area:
    south, west, north, east = (float(line[edge]) for edge in ("south", "west", "north", "east"))
    return Area(*line.point(), float(line["extent_km"]), (south, west, north, east))
