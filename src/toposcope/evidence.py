"""Senses → evidence: an array of shape (n_candidates, n_signals) with named columns.

Evidence is counted per sense (see :mod:`toposcope.senses`), not per mention: thirty mentions of a name are one fact.
All passages of a table are counted at once; no passage is evidence for another.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toposcope.gazetteer import Gazetteer, Kind, NameType, PlaceFlag
from toposcope.geodesy import EARTH_RADIUS_KM
from toposcope.senses import Candidates, levels

__all__ = ["CONTEXT", "HOME", "LOCAL", "SIGNALS", "context_evidence", "label", "local_evidence"]

#: Signals that need no other mention: what the gazetteer says, and the words around the mention.
LOCAL: dict[str, str] = {
    "log_population": "decimal logarithm of population + 1",
    "log_alternates": "natural logarithm of 1 + number of alternate names: how much is written about the place",
    "population_gap": "log_population less that of the most populous candidate (0 or negative)",
    "rank": "natural logarithm of 1 + rank by prominence among the candidates",
    "capital": "1 for the capital of its country",
    "default_sense": "1 where the plain name is known to mean this place",
    "default_city": "1 where it means this settlement though a country or division has the name as well",
    "namesake_seat": "1 for a settlement in a division of the same name",
    "local_capital": "1 for a capital whose name is spoken of as local papers speak of a town (a Paris man)",
    "local_default": "1 for the default sense of a name that is so spoken of",
    "kind_continent": "1 for a continent",
    "kind_region": "1 for a region that is no administrative division",
    "kind_country": "1 for a country or territory",
    "kind_admin1": "1 for a first-order division",
    "kind_admin2": "1 for a second-order division",
    "kind_settlement": "1 for a city, town, village or district of one",
    "kind_airport": "1 for an airport or air base",
    "kind_facility": "1 for a building, base, port, dam or other facility",
    "kind_water": "1 for a sea, river, lake or strait",
    "kind_terrain": "1 for a mountain, island, desert or other landform",
    "name_alternate": "1 if the name is an alternate one",
    "name_derived": "1 if the name is made from a longer one (Laurel for Laurel County)",
    "name_abbreviation": "1 if the name is an abbreviation",
    "inside_named": "1 if it lies in the division or country named beside the mention as the one that holds it "
    "(Paris, Texas); 8 where the text tells two places of one name apart in this way",
    "outside_named": "1 if it does not, but another candidate does",
    "article": "1 for a water or landform whose name stands alone behind an article (on the Niger)",
    "feature_cue": "1 if it is of the type that the text names (Jufra, an air base)",
    "feature_clash": "1 if it is not, but another candidate is",
}

#: Signals from the other names of the passage, weighted by how likely each of their candidates is.
CONTEXT: dict[str, str] = {
    "country_share": "share of the other names in its country",
    "admin1_share": "share of the other names in its first-order division",
    "admin1_named": "likelihood that its first-order division is itself named",
    "admin2_named": "likelihood that its second-order division is itself named",
    "near_100": "logarithm of the mean of exp(-distance / 100 km), smoothed",
    "near_900": "logarithm of the mean of exp(-distance / 900 km), smoothed",
    "child_share": "log1p of the number of other names that lie in it, for a country or division",
}

#: Signals from where the text is from; 0 unless that is asked for.
HOME: dict[str, str] = {
    "home_near": "logarithm of the sum of exp(-distance / 100 km) over places of the home, by their shares, smoothed",
    "home_region": "log1p of the shares of the places of the home in its first-order division, or of a home country",
}

#: All signals in column order; the value says what each means.
SIGNALS: dict[str, str] = LOCAL | CONTEXT | HOME

_COLUMN = {name: i for i, name in enumerate(SIGNALS)}
_KIND_COLUMN = _COLUMN["kind_continent"]
_TYPE_SIGNALS = {
    NameType.ALTERNATE: "name_alternate",
    NameType.DERIVED: "name_derived",
    NameType.ABBREVIATION: "name_abbreviation",
}
_UNCOUNTED = np.zeros(len(Kind), dtype=np.float32)
_UNCOUNTED[[Kind.ADMIN1, Kind.ADMIN2]] = 5.5, 3.0
_WIDE_KM = 900.0  # the narrow kernel, of 100 km, is its ninth power
_SMOOTHING = 0.1  # as if a tenth of a name lay at the spot: the mean of no other name is one, that of n far ones 0.1/n
_HOME_KM = 100.0
_HOME_SMOOTHING = 0.05  # a place far from home has log(0.05) - log(0.05), so that no home is no evidence
_SUPPORT = 6  # candidates of a name that count as context for others: the rest carry next to no belief
_LEAST_BELIEF = 0.01
_TOLD_APART = 8  # "Paris, Texas" beside "Paris, France" leaves no doubt, whatever else speaks for the larger


def label(signal: str) -> str:
    """The name under which a signal's contribution is shown: the kind and the name type are one each."""
    if signal.startswith("kind_"):
        return "kind"
    return "name_type" if signal.startswith("name_") else signal


def local_evidence(table: Candidates, gazetteer: Gazetteer) -> NDArray[np.float32]:
    """The columns of `LOCAL` and `HOME`, shape (n_candidates, n_signals); the columns of `CONTEXT` are 0."""
    places = table.places
    columns = np.zeros((len(SIGNALS), len(places)), dtype=np.float32)  # a signal is one stretch of memory
    if not len(places):
        return columns.T
    column = dict(zip(SIGNALS, columns, strict=True))
    rows = np.arange(len(places))
    kind = gazetteer.kind[places]
    population = np.log10(gazetteer.population[places] + np.float32(1.0))
    # No division is empty: where nobody was counted, it has what such divisions mostly have.
    population = np.where((population == 0), _UNCOUNTED[kind], population)
    column["log_population"][:] = population
    column["log_alternates"][:] = np.log1p(gazetteer.alternates[places].astype(np.float32))
    column["population_gap"][:] = population - np.maximum.reduceat(population, table.offsets[:-1])[table.sense]
    column["rank"][:] = np.log1p((rows - table.offsets[table.sense]).astype(np.float32))
    column["capital"][:] = (gazetteer.flags[places] & PlaceFlag.CAPITAL) != 0
    types = np.concatenate([s.name.matches.types for s in table.senses])
    default = gazetteer.is_default_sense(places, types)
    column["default_sense"][:] = default
    _cities_before_divisions(column, table, kind, default, gazetteer)
    local = np.array([s.local for s in table.senses])[table.sense]
    column["local_capital"][:] = local & (column["capital"] > 0)
    column["local_default"][:] = local & default
    article = np.array([s.article for s in table.senses])[table.sense]
    column["article"][:] = article & (kind >= Kind.WATER)
    columns[_KIND_COLUMN + kind.astype(np.intp), rows] = 1
    for name_type, signal in _TYPE_SIGNALS.items():
        column[signal][:] = types == name_type
    _wording(column, table, kind)
    _home(column, table, gazetteer)
    return columns.T


def _cities_before_divisions(
    column: Mapping[str, NDArray[np.float32]],
    table: Candidates,
    kind: NDArray[np.uint8],
    default: NDArray[np.bool_],
    gazetteer: Gazetteer,
) -> None:
    """Fill the two signals that tell a city from a division that has its name."""
    starts = table.offsets[:-1]
    settlement = kind == Kind.SETTLEMENT
    division = (kind >= Kind.COUNTRY) & (kind <= Kind.ADMIN2)
    both = np.logical_or.reduceat(settlement, starts) & np.logical_or.reduceat(division, starts)
    settlements = np.flatnonzero(settlement & both[table.sense])
    if not len(settlements):
        return
    column["default_city"][settlements] = default[settlements]
    held = np.zeros(len(settlements), dtype=bool)
    for level, codes in levels(gazetteer)[1:]:
        divisions = np.flatnonzero(kind == level)
        code = codes[table.places].astype(np.int64) + 1  # 0 for none
        key = table.sense * (int(code.max(initial=0)) + 1) + code
        held |= np.isin(key[settlements], key[divisions])
    column["namesake_seat"][settlements] = held


def _wording(column: Mapping[str, NDArray[np.float32]], table: Candidates, kind: NDArray[np.uint8]) -> None:
    """Fill what the words around the mentions say; few senses have such words."""
    for i, sense in enumerate(table.senses):
        if sense.inside is not None:
            rows = slice(table.offsets[i], table.offsets[i + 1])
            column["inside_named"][rows] = sense.inside * (_TOLD_APART if sense.told_apart else 1)
            column["outside_named"][rows] = ~sense.inside
        if sense.cued:
            rows = slice(table.offsets[i], table.offsets[i + 1])
            cued = np.isin(kind[rows], [int(k) for k in sense.cued])
            if cued.any():
                column["feature_cue"][rows] = cued
                column["feature_clash"][rows] = ~cued


def _home(column: Mapping[str, NDArray[np.float32]], table: Candidates, gazetteer: Gazetteer) -> None:
    """Fill how well a candidate fits where its passage is from."""
    passage = table.passage[table.sense]
    for number, home in enumerate(table.homes):
        if home is None:
            continue
        rows = slice(*np.searchsorted(passage, (number, number + 1)).tolist())
        places = table.places[rows]
        country = gazetteer.kind[home.places] == Kind.COUNTRY
        cosine = gazetteer.unit_vectors(places) @ gazetteer.unit_vectors(home.places).T
        distance_km = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(0.5 - 0.5 * cosine, 0, 1)))
        near = np.exp(distance_km / -_HOME_KM) @ np.where(country, 0, home.shares)
        column["home_near"][rows] = np.log(near / _HOME_SMOOTHING + 1)
        admin1 = gazetteer.admin1[places][:, None] == np.where(country, -2, gazetteer.admin1[home.places])
        admin1 &= gazetteer.admin1[places][:, None] >= 0
        inside = (gazetteer.country[places][:, None] == gazetteer.country[home.places]) & country
        column["home_region"][rows] = np.log1p((admin1 | inside) @ home.shares)


def context_evidence(table: Candidates, belief: NDArray[np.float32], gazetteer: Gazetteer) -> NDArray[np.float32]:
    """The columns of `CONTEXT`, shape (n_candidates, n_signals); all others are 0.

    Parameters
    ----------
    table : Candidates
        All candidates.
    belief : numpy.ndarray
        (n_candidates,): how likely each is so far; sums to 1 over a sense.
    gazetteer : Gazetteer
        Where the places are.
    """
    places = table.places
    columns = np.zeros((len(SIGNALS), len(places)), dtype=np.float32)
    if not len(places):
        return columns.T
    rows = _support(table, belief)
    view = _View(
        context={name: columns[_COLUMN[name]] for name in CONTEXT},
        gazetteer=gazetteer,
        table=table,
        kind=gazetteer.kind[places],
        number=table.number[table.sense],
        passage=table.passage[table.sense],
        others=_others(table),
        support=rows,
        belief=belief[rows] * table.weight[table.sense[rows]],
        vectors=gazetteer.unit_vectors(places),
    )
    _shares(view)
    _nearness(view)
    return columns.T


class _View(NamedTuple):
    """What the context signals are counted from: the candidates, and which of them are context for others."""

    context: Mapping[str, NDArray[np.float32]]  # the columns to fill
    gazetteer: Gazetteer
    table: Candidates
    kind: NDArray[np.uint8]  # of each candidate, as the next three
    number: NDArray[np.intp]  # of the name that it goes by
    passage: NDArray[np.intp]
    others: NDArray[np.float32]  # how many other names its passage has
    support: NDArray[np.intp]  # rows that count as context, with their belief
    belief: NDArray[np.float32]
    vectors: NDArray[np.float32]


def _others(table: Candidates) -> NDArray[np.float32]:
    """How many other names the passage of each candidate has."""
    first = np.unique(table.number, return_index=True)[1]
    names = np.bincount(table.passage[first], minlength=int(table.passage.max(initial=0)) + 1)
    return (names - 1)[table.passage][table.sense].astype(np.float32)


def _support(table: Candidates, belief: NDArray[np.float32]) -> NDArray[np.intp]:
    """Rows that count as context for others: the likeliest few of each sense, in order of sense."""
    # Few have so much belief, so only these are put in order.
    likely = np.flatnonzero(
        (belief > _LEAST_BELIEF) | (belief >= np.maximum.reduceat(belief, table.offsets[:-1])[table.sense])
    )
    order = likely[np.lexsort((-belief[likely], table.sense[likely]))]
    sense = table.sense[order]
    rank = np.arange(len(order)) - np.searchsorted(sense, sense)
    chosen = order[(rank == 0) | ((rank < _SUPPORT) & (belief[order] > _LEAST_BELIEF))]
    return np.sort(chosen)


def _shares(view: _View) -> None:
    """Fill the shares of divisions, whether they are named, and how many names lie in them."""
    kind, s_kind, context = view.kind, view.kind[view.support], view.context
    many = np.maximum(view.others, 1)
    for division, (level, codes) in zip(("country", "admin1", "admin2"), levels(view.gazetteer), strict=True):
        code = codes[view.table.places].astype(np.int64)
        weights = np.stack([view.belief, view.belief * (s_kind == level), view.belief * (s_kind > level)])
        all_of_them, the_division, its_parts = _mass(view, code, weights)
        if division != "admin2":
            context[f"{division}_share"][:] = all_of_them / many
        if division != "country":
            context[f"{division}_named"][:] = np.where(kind > level, np.minimum(the_division, 1), 0)
        context["child_share"][:] += np.where(kind == level, np.log1p(its_parts), 0)


def _mass(view: _View, code: NDArray[np.int64], weights: NDArray[np.float32]) -> NDArray[np.float64]:
    """Sum each of some weights of all support with a candidate's code in its passage, less those of its own name."""
    s_code = code[view.support]
    coded = np.flatnonzero(s_code >= 0)
    mass = np.zeros((len(weights), len(code)))
    if not len(coded):
        return mass
    support, width = view.support[coded], int(code.max()) + 1
    for group, sign in ((view.passage, 1), (view.number, -1)):
        key = group * width + code
        keys, inverse = np.unique(key[support], return_inverse=True)
        at = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
        found = keys[at] == key
        for out, weight in zip(mass, weights[:, coded], strict=True):
            out += np.where(found, sign * np.bincount(inverse, weight)[at], 0)
    mass[:, code < 0] = 0
    return np.maximum(mass, 0)


def _nearness(view: _View) -> None:
    """Fill the two kernels."""
    s_kind = view.kind[view.support]
    local = (s_kind >= Kind.ADMIN1) & (s_kind != Kind.WATER)
    rows, weight = view.support[local], view.belief[local]
    n_passages = int(view.passage[-1]) + 1
    bounds = np.searchsorted(view.passage, np.arange(n_passages + 1)).tolist()
    s_bounds = np.searchsorted(view.passage[rows], np.arange(n_passages + 1)).tolist()
    sizes = np.diff(bounds) * np.diff(s_bounds)
    ends = np.cumsum(sizes)
    block = np.empty(int(ends[-1]), dtype=np.float32)
    blocks = []
    vectors, s_vectors = view.vectors, np.ascontiguousarray(view.vectors[rows].T)
    first = 0
    for passage, last in enumerate(ends.tolist()):
        if last > first:
            a, b = (
                slice(int(bounds[passage]), int(bounds[passage + 1])),
                slice(s_bounds[passage], s_bounds[passage + 1]),
            )
            cells = block[first:last].reshape(a.stop - a.start, b.stop - b.start)
            np.matmul(vectors[a], s_vectors[:, b], out=cells)
            blocks.append((a, b, cells))
        first = last
    _kernel(block)
    for a, b, cells in blocks:
        # A name is no evidence for itself, not even in another sense: "Paris, France" says nothing of "Paris, Texas".
        cells[view.number[a][:, None] == view.number[rows[b]][None, :]] = 0
    smooth = np.log(view.others + np.float32(1))
    for signal in ("near_900", "near_100"):
        total = np.zeros(len(vectors), dtype=np.float32)
        with np.errstate(invalid="ignore"):  # some builds of BLAS raise the flag for lanes that they do not use
            for a, b, cells in blocks:
                total[a] = cells @ weight[b]
        view.context[signal][:] = np.log(total + np.float32(_SMOOTHING)) - smooth
        if signal == "near_900":
            block *= block * block
            block *= block * block


def _kernel(cosine: NDArray[np.float32]) -> None:
    """Turn cosines of distances into ``exp(-distance / 900 km)``, in place."""
    # The chord, not the arc cosine: float32 cannot tell 3 km from 0 by its cosine. The series of the arc sine is
    # 0.1% short at 6,700 km, where no kernel is left.
    cosine *= np.float32(-0.5)
    cosine += np.float32(0.5)
    np.maximum(cosine, 0, out=cosine)
    arc = cosine * np.float32(0.075)
    arc += np.float32(1 / 6)
    arc *= cosine
    arc += np.float32(1)
    np.sqrt(cosine, out=cosine)
    cosine *= arc
    cosine *= np.float32(-2 * EARTH_RADIUS_KM / _WIDE_KM)
    np.exp(cosine, out=cosine)
