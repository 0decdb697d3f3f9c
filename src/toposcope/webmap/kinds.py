"""What a place is, in plain words and in the terms of the map, from GeoNames' feature class and code."""

from typing import Literal, TypeAlias

from toposcope.document import Place

__all__ = ["Kind", "describe", "is_area", "kind_of"]

#: How a place is labelled. The map never draws a pin for the first five where they have an extent.
Kind: TypeAlias = Literal["country", "division", "water", "region", "terrain", "settlement", "facility"]

#: Below this radius a lake or a peak is a spot at the zooms of an article map, and an outline of it could not be seen.
SMALLEST_AREA_KM = 5.0

#: Countries, dependencies and territories have borders of their own in the base map.
_COUNTRY_CODES = frozenset({"PCL", "PCLD", "PCLF", "PCLI", "PCLIX", "PCLS", "TERR"})

_KIND_OF_CLASS: dict[str, Kind] = {
    "A": "division",
    "H": "water",
    "U": "water",
    "L": "region",
    "T": "terrain",
    "V": "terrain",
    "P": "settlement",
    "S": "facility",
    "R": "facility",
}

_WORDS = {
    "ADM1": "first-order division",
    "ADM2": "second-order division",
    "ADM3": "third-order division",
    "AIRB": "air base",
    "AIRF": "airfield",
    "AIRP": "airport",
    "AMUS": "amusement park",
    "ARCH": "archipelago",
    "ATHF": "sports ground",
    "BAY": "bay",
    "BDG": "bridge",
    "BLDG": "building",
    "CAPE": "cape",
    "CH": "church",
    "CHN": "channel",
    "CMP": "camp",
    "CMPRF": "refugee camp",
    "CNL": "canal",
    "CONT": "continent",
    "DAM": "dam",
    "DSRT": "desert",
    "EST": "estate",
    "FRST": "forest",
    "FT": "fort",
    "GULF": "gulf",
    "HSP": "hospital",
    "INSM": "military installation",
    "ISL": "island",
    "ISLS": "islands",
    "ISTH": "isthmus",
    "LGN": "lagoon",
    "LK": "lake",
    "LKS": "lakes",
    "MAR": "marina",
    "MILB": "military base",
    "MNMT": "monument",
    "MSQE": "mosque",
    "MT": "mountain",
    "MTS": "mountains",
    "MUS": "museum",
    "NVB": "naval base",
    "OCN": "ocean",
    "PAL": "palace",
    "PASS": "pass",
    "PCLD": "dependent territory",
    "PCLF": "freely associated state",
    "PCLI": "country",
    "PCLIX": "section of a country",
    "PCLS": "semi-independent territory",
    "PEN": "peninsula",
    "PK": "peak",
    "PLAT": "plateau",
    "PLN": "plain",
    "PPLA": "provincial capital",
    "PPLC": "capital",
    "PPLH": "former settlement",
    "PPLX": "part of a town",
    "PRK": "park",
    "PRT": "port",
    "RD": "road",
    "RES": "reserve",
    "RESN": "nature reserve",
    "RGN": "region",
    "RSV": "reservoir",
    "SCH": "school",
    "SD": "sound",
    "SEA": "sea",
    "ST": "street",
    "STDM": "stadium",
    "STM": "river",
    "STRT": "strait",
    "TERR": "territory",
    "UNIV": "university",
    "VAL": "valley",
    "VLC": "volcano",
    "ZN": "zone",
}

_WORD_OF_KIND: dict[Kind, str] = {
    "country": "country",
    "division": "administrative division",
    "water": "water",
    "region": "region",
    "terrain": "natural feature",
    "settlement": "settlement",
    "facility": "facility",
}


def kind_of(place: Place) -> Kind:
    """What a place is in the terms of the map.

    Parameters
    ----------
    place : Place
        Any place.

    Returns
    -------
    str
        One of :data:`Kind`; ``"facility"`` for a feature class that GeoNames does not have.
    """
    if place.feature_class == "A" and place.feature_code in _COUNTRY_CODES:
        return "country"
    return _KIND_OF_CLASS.get(place.feature_class, "facility")


def is_area(place: Place) -> bool:
    """Whether a place is drawn as an area or a label, and never as a point.

    Countries and divisions always are, whatever the gazetteer knows of their extent;
    waters, regions and terrain from :data:`SMALLEST_AREA_KM` on, or where they have a bounding box.
    """
    kind = kind_of(place)
    if kind in ("country", "division"):
        return True
    if kind in ("settlement", "facility"):
        return False
    # A sea or region without any extent is still no pin: what GeoNames calls L or names an ocean is never a spot.
    never_a_spot = kind == "region" or place.feature_code in ("SEA", "OCN", "GULF", "STM", "DSRT", "MTS")
    return never_a_spot or place.bbox is not None or place.extent_km >= SMALLEST_AREA_KM


def describe(place: Place) -> str:
    """A place's kind in plain words: "capital", "air base", "first-order division"."""
    if place.id.startswith("text:"):  # the text gives the point and does not say what is there
        return "coordinates"
    word = _WORDS.get(place.feature_code)
    if word is None and place.feature_class == "P":
        # The line of 100,000 is the usual one between a town and a city in statistics.
        word = "city" if place.population >= 100_000 else "town" if place.population >= 5_000 else "settlement"
    return word or _WORD_OF_KIND[kind_of(place)]
