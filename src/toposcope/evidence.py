"""Senses → evidence: an array of shape (n_candidates, n_signals) with named columns.

Evidence is counted per sense (see :mod:`toposcope.senses`), not per mention: thirty mentions of a name are one fact.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from toposcope.candidates import Lookup
from toposcope.document import Mention
from toposcope.gazetteer import Gazetteer, Kind, NameType, PlaceFlag
from toposcope.geodesy import EARTH_RADIUS_KM
from toposcope.senses import Candidates, levels

__all__ = ["CONTEXT", "LOCAL", "SIGNALS", "context_evidence", "label", "local_evidence"]

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
    "name_demonym": "1 if the name is a demonym",
    "name_abbreviation": "1 if the name is an abbreviation",
    "inside_named": "1 if it lies in the division or country named right after the mention (Paris, Texas); "
    "8 where the text tells two places of one name apart in this way",
    "outside_named": "1 if it does not, but another candidate does",
    "feature_cue": "1 if it is of the type that the text names (Jufra, an air base)",
    "feature_clash": "1 if it is not, but another candidate is",
}

#: Signals from the other names of the document, weighted by how likely each of their candidates is.
CONTEXT: dict[str, str] = {
    "country_share": "share of the other names in its country",
    "admin1_share": "share of the other names in its first-order division",
    "admin2_share": "share of the other names in its second-order division",
    "country_named": "likelihood that its country is itself named",
    "admin1_named": "likelihood that its first-order division is itself named",
    "admin2_named": "likelihood that its second-order division is itself named",
    "near_33": "log1p of the sum of exp(-distance / 33.3 km) over other names",
    "near_100": "log1p of the sum of exp(-distance / 100 km)",
    "near_300": "log1p of the sum of exp(-distance / 300 km)",
    "near_900": "log1p of the sum of exp(-distance / 900 km)",
    "neighbour_near": "exp(-distance / 100 km) to the nearest names in the text, fading over 150 characters",
    "neighbour_parent": "1 if a name next to it in the text is its division or country, fading over 150 characters",
    "child_share": "log1p of the number of other names that lie in it, for a country or division",
}

#: All signals in column order; the value says what each means.
SIGNALS: dict[str, str] = LOCAL | CONTEXT

_COLUMN = {name: i for i, name in enumerate(SIGNALS)}
_KIND_COLUMN = _COLUMN["kind_continent"]
_TYPE_COLUMN = _COLUMN["name_alternate"]
_WIDEST_KERNEL_KM = 900.0
_SUPPORT = 6  # candidates of a name that count as context for others: the rest carry next to no belief
_TOLD_APART = 8  # "Paris, Texas" beside "Paris, France" leaves no doubt, whatever else speaks for the larger
_FADE = 150  # characters over which a neighbour in the text fades
_FAR = 700  # exp(-700 / 150) is nothing


def label(signal: str) -> str:
    """The name under which a signal's contribution is shown: the kind and the name type are one each."""
    if signal.startswith("kind_"):
        return "kind"
    return "name_type" if signal.startswith("name_") else signal


def local_evidence(table: Candidates, lookup: Lookup) -> NDArray[np.float32]:
    """The columns of `LOCAL`, shape (n_candidates, n_signals); the columns of `CONTEXT` are 0."""
    gazetteer, places = lookup.gazetteer, table.places
    out = np.zeros((len(places), len(SIGNALS)), dtype=np.float32)
    if not len(places):
        return out
    starts = table.offsets[:-1]
    population = np.log10(gazetteer.population[places] + 1.0)
    column = {name: out[:, i] for i, name in enumerate(LOCAL)}
    column["log_population"][:] = population
    column["log_alternates"][:] = np.log1p(gazetteer.alternates[places])
    column["population_gap"][:] = population - np.maximum.reduceat(population, starts)[table.sense]
    column["rank"][:] = np.log1p(np.arange(len(places)) - table.offsets[table.sense])
    column["capital"][:] = (gazetteer.flags[places] & PlaceFlag.CAPITAL) != 0
    types = np.concatenate([s.matches.types for s in table.senses])
    default = gazetteer.is_default_sense(places, types)
    column["default_sense"][:] = default
    _cities_before_divisions(column["default_city"], column["namesake_seat"], table, default, gazetteer)
    rows = np.arange(len(places))
    out[rows, _KIND_COLUMN + gazetteer.kind[places]] = 1
    named = types != NameType.PRIMARY
    out[rows[named], _TYPE_COLUMN + types[named].astype(np.intp) - 1] = 1
    for marked, unmarked, marks in (
        ("inside_named", "outside_named", [s.inside for s in table.senses]),
        ("feature_cue", "feature_clash", [s.cued for s in table.senses]),
    ):
        mark = np.concatenate(marks)
        column[marked][:] = mark
        column[unmarked][:] = ~mark & np.logical_or.reduceat(mark, starts)[table.sense]
    told_apart = np.array([s.told_apart for s in table.senses])[table.sense]
    column["inside_named"][told_apart] *= _TOLD_APART
    return out


def _cities_before_divisions(
    default_city: NDArray[np.float32],
    namesake_seat: NDArray[np.float32],
    table: Candidates,
    default: NDArray[np.bool_],
    gazetteer: Gazetteer,
) -> None:
    """Fill the two signals that tell a city from a division that has its name."""
    kind = gazetteer.kind[table.places]
    settlement = kind == Kind.SETTLEMENT
    division = (kind >= Kind.COUNTRY) & (kind <= Kind.ADMIN2)
    for first, last in zip(table.offsets[:-1], table.offsets[1:], strict=True):
        rows = slice(int(first), int(last))
        if not (division[rows].any() and settlement[rows].any()):
            continue
        places, held = table.places[rows], np.zeros(last - first, dtype=bool)
        for level, codes in levels(gazetteer)[1:]:
            held |= np.isin(codes[places], codes[places[kind[rows] == level]])
        default_city[rows] = settlement[rows] & default[rows]
        namesake_seat[rows] = settlement[rows] & held


def context_evidence(
    table: Candidates, belief: NDArray[np.float32], sense_of: Sequence[int], mentions: Sequence[Mention], lookup: Lookup
) -> NDArray[np.float32]:
    """The columns of `CONTEXT`, shape (n_candidates, n_signals); the columns of `LOCAL` are 0.

    Parameters
    ----------
    table : Candidates
        All candidates.
    belief : numpy.ndarray
        (n_candidates,): how likely each is so far; sums to 1 over a sense.
    sense_of : sequence of int
        The sense of each mention, or -1.
    mentions : sequence of Mention
        In reading order.
    lookup : Lookup
        Where the places are.
    """
    gazetteer, places = lookup.gazetteer, table.places
    out = np.zeros((len(places), len(SIGNALS)), dtype=np.float32)
    numbers: dict[str, int] = {}
    number = np.array([numbers.setdefault(s.name, len(numbers)) for s in table.senses], dtype=np.intp)[table.sense]
    if len(numbers) < 2:
        return out
    support = _support(table, belief)
    view = _View(
        context={name: out[:, _COLUMN[name]] for name in CONTEXT},
        gazetteer=gazetteer,
        places=places,
        kind=gazetteer.kind[places],
        number=number,
        support=support,
        belief=belief[support],
        sense=table.sense[support],
    )
    fade = _fade(table, sense_of, mentions)[table.sense]
    _shares(view, len(numbers) - 1)
    _nearness(view, fade)
    _parents(view, fade)
    return out


class _View(NamedTuple):
    """What the context signals are counted from: the candidates, and which of them are context for others."""

    context: Mapping[str, NDArray[np.float32]]  # the columns to fill
    gazetteer: Gazetteer
    places: NDArray[np.int32]
    kind: NDArray[np.uint8]
    number: NDArray[np.intp]  # of the name that each candidate goes by
    support: NDArray[np.intp]  # rows that count as context, with their belief and sense
    belief: NDArray[np.float32]
    sense: NDArray[np.intp]


def _shares(view: _View, n_others: int) -> None:
    """Fill the shares of divisions, whether they are named, and how many names lie in them."""
    kind, s_kind, context = view.kind, view.kind[view.support], view.context
    for division, (level, codes) in zip(("country", "admin1", "admin2"), levels(view.gazetteer), strict=True):
        code = codes[view.places].astype(np.intp)
        all_of_them = _mass(view, code, view.belief)
        the_division = _mass(view, code, view.belief * (s_kind == level))
        its_parts = _mass(view, code, view.belief * (s_kind > level))
        context[f"{division}_share"][:] = all_of_them / n_others
        context[f"{division}_named"][:] = np.where(kind > level, np.minimum(the_division, 1), 0)
        context["child_share"][:] += np.where(kind == level, np.log1p(its_parts), 0)


def _mass(view: _View, code: NDArray[np.intp], weight: NDArray[np.float32]) -> NDArray[np.float64]:
    """Sum the weight of all support with each candidate's code, less that of its own name."""
    number, s_code, s_number = view.number, code[view.support], view.number[view.support]
    coded = (s_code >= 0) & (weight > 0)
    if not coded.any():
        return np.zeros(len(code))
    s_code, s_number, weight = s_code[coded], s_number[coded], weight[coded]
    width = int(max(code.max(), s_code.max())) + 1
    total = np.bincount(s_code, weight, minlength=width)
    keys, inverse = np.unique(s_number * width + s_code, return_inverse=True)
    own = np.bincount(inverse, weight)
    wanted = number * width + code
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    of_own = np.where(keys[at] == wanted, own[at], 0)
    mass: NDArray[np.float64] = np.where(code >= 0, np.maximum(total[code] - of_own, 0), 0)
    return mass


def _nearness(view: _View, fade: NDArray[np.float32]) -> None:
    """Fill the four kernels and the nearness to the neighbours in the text."""
    s_kind = view.kind[view.support]
    weight = view.belief * ((s_kind >= Kind.ADMIN1) & (s_kind != Kind.WATER))
    vectors = view.gazetteer.unit_vectors(view.places)
    kernel = np.exp(_distance_km(vectors, vectors[view.support]) / np.float32(-_WIDEST_KERNEL_KM))
    # A name is no evidence for itself, not even in another sense: "Paris, France" says nothing of "Paris, Texas".
    kernel[view.number[:, None] == view.number[view.support][None, :]] = 0
    view.context["near_900"][:] = np.log1p(kernel @ weight)
    for signal in ("near_300", "near_100", "near_33"):
        kernel *= kernel * kernel  # each scale is a third of the one before: its kernel is the cube
        view.context[signal][:] = np.log1p(kernel @ weight)
        if signal == "near_100":
            starts = np.flatnonzero(np.diff(view.sense, prepend=-1))
            near = np.add.reduceat(kernel * weight, starts, axis=1)
            view.context["neighbour_near"][:] = (near * fade).max(axis=1)


def _parents(view: _View, fade: NDArray[np.float32]) -> None:
    """Fill neighbour_parent: the division or country of a candidate stands next to it in the text."""
    places, number = view.places, view.number
    parent = np.zeros_like(fade)
    for share, (level, codes) in zip((0.5, 1.0, 1.0), levels(view.gazetteer), strict=True):
        named = np.flatnonzero(view.kind[view.support] == level)
        rows = np.flatnonzero((view.kind > level) & (codes[places] >= 0))
        if not len(named) or not len(rows):
            continue
        at = view.support[named]
        same = codes[places[rows]][:, None] == codes[places[at]][None, :]
        same &= number[rows][:, None] != number[at][None, :]
        row, column = np.nonzero(same)
        cell = rows[row] * parent.shape[1] + view.sense[named[column]]
        weight = np.bincount(cell, share * view.belief[named[column]], minlength=parent.size)
        parent += weight.reshape(parent.shape).astype(np.float32)
    view.context["neighbour_parent"][:] = (parent * fade).max(axis=1)


def _fade(table: Candidates, sense_of: Sequence[int], mentions: Sequence[Mention]) -> NDArray[np.float32]:
    """How close two senses come in the text, shape (n_senses, n_senses), for the two nearest on each side."""
    fade = np.zeros((len(table.senses), len(table.senses)), dtype=np.float32)
    known = [i for i, sense in enumerate(sense_of) if sense >= 0]
    for position, i in enumerate(known):
        for step in (-1, 1):
            seen = 0
            for other in range(position + step, -1 if step < 0 else len(known), step):
                j = known[other]
                gap = max(mentions[i].start - mentions[j].end, mentions[j].start - mentions[i].end, 0)
                if gap > _FAR:
                    break
                if sense_of[j] == sense_of[i]:
                    continue
                cell = sense_of[i], sense_of[j]
                fade[cell] = max(fade[cell], math.exp(-gap / _FADE))
                seen += 1
                if seen == 2:
                    break
    return fade


def _support(table: Candidates, belief: NDArray[np.float32]) -> NDArray[np.intp]:
    """Rows that count as context for others: the likeliest few of each sense, in order of sense."""
    order = np.lexsort((-belief, table.sense))
    rank = np.arange(len(order)) - table.offsets[table.sense[order]]
    chosen = order[(rank == 0) | ((rank < _SUPPORT) & (belief[order] > 0.01))]
    return np.sort(chosen)


def _distance_km(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    # The chord, not the arc cosine: float32 cannot tell 3 km from 0 by its cosine. The series of the arc sine is
    # 0.1% short at 6,700 km, where no kernel is left.
    half = np.maximum(0.5 - 0.5 * (a @ b.T), 0)
    distance: NDArray[np.float32] = np.sqrt(half)
    distance *= (0.075 * half + np.float32(1 / 6)) * half + 1
    distance *= np.float32(2 * EARTH_RADIUS_KM)
    return distance
