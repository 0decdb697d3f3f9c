"""Airports and air bases, as the package airportsdata brings them."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version

import airportsdata

from toposcope.gazetteer import NameType
from toposcope.gazetteer_build import PlaceRow, Source
from toposcope.names import normalise

__all__ = ["airports", "source"]

# ICAO's own codes are four letters; those with two digits stand in for codes that ICAO does not publish, often of
# air bases (Al Jufra: HL69), but in the United States for private strips.
_ICAO = re.compile(r"[A-Z]{4}|[A-Z]{2}[0-9]{2}")
_ARABIC_ARTICLE = re.compile(r"^(?:Al|El|Ar|As|Ash|Ad|An|At|Az)[ -](?=[A-Z])")
_MILITARY = re.compile(
    r"\b(?:air base|airbase|air force|afb|raf|army|naval|air station|military|aaf|nas)\b", re.IGNORECASE
)
_RANKS = re.compile(
    r"\b(?:international|intl|regional|municipal|domestic|metropolitan|county|national)\s+", re.IGNORECASE
)
_GENERIC = re.compile(
    r"\b(?:airport|airfield|airstrip|air ?base|field|base|heliport|aerodrome|station)\b", re.IGNORECASE
)
# "Altus Afb Airport"; each of the two short forms is in use.
_AFB = re.compile(r" (?:AFB|Air Force Base)\b(?: Airport)?", re.IGNORECASE)
# Not "B" of "Aroab B Airport" nor "New" of "Port Sudan New International Airport".
_NAME_OF_ITS_OWN = re.compile(r"[^\W\d_]{4}")


@cache
def source() -> Source:
    """The package with its installed version."""
    return Source(f"airportsdata {version('airportsdata')}", "MIT")


def airports() -> Iterator[PlaceRow]:
    """Airports and air bases with a code of IATA or ICAO.

    The codes themselves are no names: "GNA" in a text is rarely Hrodna's airport.

    Yields
    ------
    PlaceRow
        `admin1` holds the subdivision's name as airportsdata spells it.
    """
    label = source().label
    for icao, airport in sorted(airportsdata.load("ICAO").items()):
        private = airport["country"] == "US" and not icao.isalpha()
        if not airport["name"] or not (airport["iata"] or (_ICAO.fullmatch(icao) and not private)):
            continue
        military = _MILITARY.search(airport["name"]) is not None
        name = airport["name"] if _GENERIC.search(airport["name"]) else airport["name"] + " Airport"
        yield PlaceRow(
            id=f"iata:{airport['iata']}" if airport["iata"] else f"icao:{icao}",
            name=name,
            lat=airport["lat"],
            lon=airport["lon"],
            feature_class="S",
            feature_code="AIRB" if military else "AIRP",
            country_code=airport["country"] or None,
            admin1=airport["subd"] or None,
            extent_km=3.0 if airport["iata"] else 2.0,
            source=label,
            names=_further_names(name, airport["city"], military, bool(airport["iata"])),
        )


def _further_names(name: str, city: str, military: bool, has_iata: bool) -> list[tuple[str, NameType]]:
    """List plainer names ("Tripoli Airport" for its international one), and its city with the generic word."""
    plain = _RANKS.sub("", name)
    found = {plain} if plain != name and len(plain.split()) > 1 else set()
    if city and has_iata:
        found.add(f"{city} {'Air Base' if military else 'Airport'}")
        if "international" in name.lower():
            found.add(f"{city} International Airport")
    if military:
        found |= {_AFB.sub(" Air Force Base", name), _AFB.sub(" AFB", name)}
    # "Bagram", "Heathrow", "Jufra": known by the bare name, unless that is only the name of its city.
    bare = _GENERIC.sub("", plain).strip(" -/")
    own = bare.removeprefix(f"{city} ") if city else bare
    for other in (bare, own, _ARABIC_ARTICLE.sub("", bare)):
        if (
            _NAME_OF_ITS_OWN.search(other)
            and normalise(other) not in (normalise(city), normalise(plain))
            and not _MILITARY.search(other)
        ):
            found.add(other)
            if other == own != bare and len(own) > 4:
                found.add(f"{own} Airport")
    found.discard(name)
    return [(other, NameType.DERIVED) for other in sorted(found)]
