"""Names that say themselves what they lie in: "Springfield, Illinois, USA", or the parts of an address."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toposcope import geodesy
from toposcope.candidates import Lookup, Matches
from toposcope.gazetteer import Kind, NameType

__all__ = ["ANY", "Found", "Part", "find_parts", "find_text", "fit"]

#: A container that is a town holds what lies this near at least: its airport, its dam, its suburbs.
_TOWN_REACH_KM = 15.0
#: Of the places that the name of a container may mean only so many are tried, the likeliest first.
_CONTAINERS_TRIED = 64
#: "CA" behind a comma is California before it is Canada: what a two-letter country code weighs beside a name.
_CODE_WEIGHT = 0.05
#: What a kind of place weighs that is allowed but not meant (England as a country): less than any lead in prominence.
_SECOND_CHOICE = 1e-12
#: "New York, New York" is the city before it is the state: what a place weighs as its own container.
_ITSELF = 1e-4
#: Longest state or country, in words, that is looked for at the end of a name without a comma.
_LONGEST_TAIL = 4
#: Code points; what is longer is an address or a text, and no name in any gazetteer.
_LONGEST_QUERY = 500

# Territories with a country code of their own (ISO 3166-1), which addresses also put under their state:
# "San Juan, USA", "Hong Kong, China".
_TERRITORIES = {
    "AU": "CC CX HM NF",
    "CN": "HK MO",
    "DK": "FO GL",
    "FI": "AX",
    "FR": "BL GF GP MF MQ NC PF PM RE TF WF YT",
    "GB": "AI BM FK GG GI GS IM IO JE KY MS PN SH TC VG",
    "NL": "AW BQ CW SX",
    "NO": "BV SJ",
    "NZ": "CK NU TK",
    "US": "AS GU MP PR UM VI",
}


def fit(first: Sequence[Kind], second: Sequence[Kind] = ()) -> NDArray[np.float64]:
    """What each kind of place weighs where some are meant and some allowed.

    Parameters
    ----------
    first : sequence of Kind
        Kinds that are meant.
    second : sequence of Kind
        Kinds that are allowed where there is none of these.

    Returns
    -------
    numpy.ndarray
        float64, one entry a kind.
    """
    weights = np.zeros(len(Kind))
    weights[list(second)] = _SECOND_CHOICE
    weights[list(first)] = 1.0
    return weights


#: Every kind of place, none before another.
ANY = fit(list(Kind))
_STATE_OR_COUNTRY = fit([Kind.COUNTRY, Kind.ADMIN1])


class Part(NamedTuple):
    """One part of a query.

    Parameters
    ----------
    text : str
        A name.
    fit : numpy.ndarray
        What each kind of place weighs as this part; see :func:`fit`.
    may_be_code : bool
        Whether a country code is a name here.
    """

    text: str
    fit: NDArray[np.float64]
    may_be_code: bool = False


class Found(NamedTuple):
    """Places that a query may mean, likeliest first: rows of equal length.

    Parameters
    ----------
    level : str
        Level of the lookup chain that answered.
    places, types, postings : numpy.ndarray
        As in :class:`toposcope.candidates.Matches`; a posting of -1 is a country code.
    weights : numpy.ndarray
        float64, shares of likelihood; they sum to 1.
    """

    level: str
    places: NDArray[np.int32]
    types: NDArray[np.uint8]
    postings: NDArray[np.int32]
    weights: NDArray[np.float64]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return len(self.places) > 0


_NOTHING = Found("", np.empty(0, np.int32), np.empty(0, np.uint8), np.empty(0, np.int32), np.empty(0))


def find_text(lookup: Lookup, query: str, *, country_codes: frozenset[str] = frozenset(), partial: bool) -> Found:
    """Places of a name that may be followed by what it lies in, with commas between.

    Parameters
    ----------
    lookup : Lookup
        Where names are looked up.
    query : str
        "Sirte"; "Springfield, Illinois, USA".
    country_codes : frozenset of str
        Only places in these countries; empty for all.
    partial : bool
        Whether a part of the name is enough.
    """
    if len(query) > _LONGEST_QUERY:
        return _NOTHING
    name, *containers = query.split(",")
    names = [name.strip() for name in (name, *map(_without_postal_code, containers)) if any(map(str.isalpha, name))]
    within: Found | None = None
    # "Washington, D.C." is one name: a head of many parts is tried before its tail is taken as a container.
    for end in range(len(names), 0, -1):
        found = _select(lookup, lookup.exact(", ".join(names[:end])), ANY, within, country_codes)
        if found:
            return found
        if end > 1:
            within = _select(lookup, _areas(lookup, names[end - 1]), ANY, within)
            if not within:
                return _NOTHING
    if not names:
        return _NOTHING
    if len(names) == 1 and (found := _find_words(lookup, names[0].split(), ANY, country_codes)):
        return found
    return _select(lookup, _heads(lookup, Part(names[0], ANY), partial), ANY, within, country_codes)


def find_parts(
    lookup: Lookup, parts: Sequence[Part], *, country_codes: frozenset[str] = frozenset(), partial: bool
) -> Found:
    """Places of the first part that lie in the others, from the smallest to the largest.

    Parameters
    ----------
    lookup : Lookup
        Where names are looked up.
    parts : sequence of Part
        At least one.
    country_codes : frozenset of str
        Only places in these countries; empty for all.
    partial : bool
        Whether a part of the first part's name is enough.
    """
    within: Found | None = None
    for part in reversed(parts[1:]):
        within = _select(lookup, _areas(lookup, part.text), part.fit, within)
        if not within:
            return _NOTHING
    return _select(lookup, _heads(lookup, parts[0], partial), parts[0].fit, within, country_codes)


def _without_postal_code(name: str) -> str:
    """A container without the words that have digits: "IL 62701" is "IL"."""
    return " ".join(word for word in name.split() if not any(map(str.isdigit, word)))


def _find_words(
    lookup: Lookup, words: Sequence[str], weight_of_kind: NDArray[np.float64], country_codes: frozenset[str]
) -> Found:
    """A name and the state or country that holds it, without a comma: "Paris Texas", "Paris Texas USA"."""
    for start in range(len(words) - 1, max(1, len(words) - _LONGEST_TAIL) - 1, -1):
        tail = words[start:]
        container = _select(lookup, lookup.exact(" ".join(tail)), _STATE_OR_COUNTRY)
        container = container or _find_words(lookup, tail, _STATE_OR_COUNTRY, frozenset())
        if container:
            head = lookup.exact(" ".join(words[:start]))
            found = _select(lookup, head, weight_of_kind, container, country_codes)
            if found:
                return found
    return _NOTHING


def _heads(lookup: Lookup, part: Part, partial: bool) -> Matches:
    """What the name looked for may be."""
    if part.may_be_code:
        return _areas(lookup, part.text)
    matches = lookup.matches(part.text)
    return matches if partial or matches.level != "part" else matches.take(slice(0))


def _areas(lookup: Lookup, text: str) -> Matches:
    """What the name of a container may be: a place by the whole lookup chain, or a country by its code."""
    matches = lookup.matches(text)
    matches = matches.take(matches.types != NameType.DEMONYM)
    country = _country_by_code(lookup, text)
    if country is None:
        return matches
    if matches.level != "exact":
        matches = matches.take(slice(0))
    prior = float(matches.prior.max(initial=0.0)) + np.log(_CODE_WEIGHT)
    return Matches(
        "exact",
        np.append(matches.places, np.int32(country)),
        np.append(matches.types, np.uint8(NameType.ABBREVIATION)),
        np.append(matches.postings, np.int32(-1)),
        np.append(matches.prior, prior),
    )


def _country_by_code(lookup: Lookup, text: str) -> int | None:
    code = text.upper()
    gazetteer = lookup.gazetteer
    number = gazetteer.country_index(code) if len(code) == 2 else -1
    if number < 0:
        return None
    countries = np.flatnonzero((gazetteer.kind == Kind.COUNTRY) & (gazetteer.country == number))
    return int(countries[np.argmax(gazetteer.population[countries])]) if len(countries) else None


def _select(
    lookup: Lookup,
    matches: Matches,
    weight_of_kind: NDArray[np.float64],
    within: Found | None = None,
    country_codes: frozenset[str] = frozenset(),
) -> Found:
    """Those of some matches that fit and lie where they shall, likeliest first."""
    gazetteer = lookup.gazetteer
    places = matches.places
    if not len(places):
        return _NOTHING
    weights = np.exp(matches.prior - matches.prior.max()) * weight_of_kind[gazetteer.kind[places]]
    if country_codes:
        weights *= np.isin(gazetteer.country[places], [gazetteer.country_index(code) for code in country_codes])
    if within is not None:
        held = np.zeros(len(places))
        for container, weight in zip(within.places[:_CONTAINERS_TRIED], within.weights, strict=False):
            inside = np.where(places == container, _ITSELF, _lies_in(lookup, places, int(container)))
            held = np.maximum(held, weight * inside)
        weights *= held
    order = np.argsort(-weights, kind="stable")
    order = order[weights[order] > 0]
    if not len(order):
        return _NOTHING
    weights = weights[order]
    return Found(matches.level, places[order], matches.types[order], matches.postings[order], weights / weights.sum())


def _lies_in(lookup: Lookup, places: NDArray[np.int32], container: int) -> NDArray[np.bool_]:
    """Which of some places lie in another, by the codes of countries and divisions; by nearness where there is none."""
    gazetteer = lookup.gazetteer
    kind = Kind(int(gazetteer.kind[container]))
    codes: NDArray[np.signedinteger]
    if kind == Kind.COUNTRY:
        codes, wanted = gazetteer.country[places], _country_and_territories(lookup, container)
    elif kind == Kind.ADMIN1:
        codes, wanted = gazetteer.admin1[places], [int(gazetteer.admin1[container])]
    elif kind == Kind.ADMIN2:
        codes, wanted = gazetteer.admin2[places], [int(gazetteer.admin2[container])]
    else:
        codes, wanted = np.full(len(places), -1), []
    known = codes >= 0
    inside: NDArray[np.bool_] = known & np.isin(codes, wanted)
    # Nothing lies in what is of a smaller kind, however near.
    unknown = ~known & (gazetteer.kind[places] >= min(kind, Kind.SETTLEMENT))
    if kind in (Kind.COUNTRY, Kind.ADMIN1, Kind.ADMIN2):
        for column in (gazetteer.country, gazetteer.admin1):
            here, there = column[places], column[container]
            unknown &= (here == there) | (here < 0) | (there < 0)
    if unknown.any():
        inside[unknown] = _near(lookup, places[unknown], container)
    return inside


def _country_and_territories(lookup: Lookup, country: int) -> list[int]:
    gazetteer = lookup.gazetteer
    number = int(gazetteer.country[country])
    code = gazetteer.country_codes[number] if number >= 0 else ""
    # A code that the gazetteer does not know has the number -1, which no place is known by.
    return [number, *(gazetteer.country_index(territory) for territory in _TERRITORIES.get(code, "").split())]


def _near(lookup: Lookup, places: NDArray[np.int32], container: int) -> NDArray[np.bool_]:
    gazetteer = lookup.gazetteer
    place = gazetteer.place(container)
    lat, lon = gazetteer.lat[places], gazetteer.lon[places]
    if place.bbox is not None:
        return geodesy.within_bbox(place.bbox, lat, lon)
    least_km = _TOWN_REACH_KM if gazetteer.kind[container] == Kind.SETTLEMENT else 0.0
    distance_km = geodesy.distance_km(place.lat, place.lon, lat, lon)
    near: NDArray[np.bool_] = distance_km <= max(place.extent_km, least_km)
    return near
