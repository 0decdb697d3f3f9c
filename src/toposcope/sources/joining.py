"""Sources put together: who lies where, what is one and the same place, and names that one source gives another's."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from toposcope.gazetteer import NameType, PlaceFlag
from toposcope.gazetteer_build import PlaceRow
from toposcope.geodesy import distance_km, unit_vectors
from toposcope.names import normalise, skeleton
from toposcope.sources.divisions import bare_name, division_key
from toposcope.sources.facts import DefaultSense, DivisionFacts, ExtraName

__all__ = [
    "Finder", "add_names", "apply_division_facts", "division_names", "merge_features", "place_airports",
    "set_default_senses",
]  # fmt: skip

# Two entries of one name and kind this near are one place.
_SAME_PLACE_KM = 10.0
# Wrong by a continent is a wrong row; two tables may well disagree on the middle of a desert.
_SAME_AREA_SHARE = 0.5
# The facts say no extent of divisions that are no more: a usual one.
_FORMER_DIVISION_KM = 100.0


def division_names(rows: Iterable[PlaceRow]) -> dict[tuple[str, str], str]:
    """Country code and key of a name → the name of a first-order division as we call it."""
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        if row.feature_code == "ADM1":
            for name in (row.name, *(name for name, kind in row.names if kind <= NameType.DERIVED)):
                found.setdefault((row.country_code or "", division_key(name)), row.name)
    return found


def apply_division_facts(rows: Sequence[PlaceRow], stated: Iterable[DivisionFacts]) -> Iterator[PlaceRow]:
    """Put points and names that we state ourselves on the divisions that the sources hold.

    Yields
    ------
    PlaceRow
        A row of its own for each division that no source holds: Alsace and Katanga are no divisions any more, but
        their names live on.
    """
    by_key: dict[tuple[str | None, str], PlaceRow] = {}
    for make_key in _DIVISION_KEYS:
        for row in rows:
            if row.feature_code == "ADM1" and (key := make_key(row.name)):
                by_key.setdefault((row.country_code, key), row)
    for fact in stated:
        names = (fact.name, *(name for name, kind in fact.names if kind == NameType.ALTERNATE))
        keys = ((fact.country_code, make_key(name)) for make_key in _DIVISION_KEYS for name in names)
        found = next((by_key[key] for key in keys if key in by_key), None)
        if found is None:
            yield _former_division(fact)
            continue
        if fact.point is not None:
            found.lat, found.lon = fact.point
        found.names += [*fact.names, (fact.name, NameType.ALTERNATE)]


# Ways of comparing divisions' names, the strictest first.
_DIVISION_KEYS: tuple[Callable[[str], str], ...] = (normalise, division_key, lambda name: skeleton(bare_name(name)))


def _former_division(fact: DivisionFacts) -> PlaceRow:
    if fact.point is None:
        raise fact.line.error(f"{fact.country_code} has no division {fact.name!r} today: give its point")
    lat, lon = fact.point
    return PlaceRow(
        id=f"toposcope:adm1h.{fact.country_code.lower()}.{normalise(fact.name).replace(' ', '-')}",
        name=fact.name,
        lat=lat,
        lon=lon,
        feature_class="A",
        feature_code="ADM1H",
        country_code=fact.country_code,
        admin1=fact.name,
        extent_km=_FORMER_DIVISION_KM,
        source="own",
        names=list(fact.names),
    )


def place_airports(
    airports: Sequence[PlaceRow], settlements: Iterable[PlaceRow], known: dict[tuple[str, str], str]
) -> None:
    """Name the divisions of airports as their own table where we know that name, else as the nearest settlement."""
    by_country: dict[str | None, list[PlaceRow]] = defaultdict(list)
    for row in settlements:
        by_country[row.country_code].append(row)
    waiting: dict[str | None, list[PlaceRow]] = defaultdict(list)
    for row in airports:
        waiting[row.country_code].append(row)
    for country, rows in waiting.items():
        near = by_country.get(country)
        stated = [known.get((country or "", division_key(row.admin1 or ""))) for row in rows]
        if near is None:
            for row, admin1 in zip(rows, stated, strict=True):
                row.admin1 = admin1
            continue
        nearest = np.argmax(_vectors(rows) @ _vectors(near).T, axis=1)
        for row, admin1, i in zip(rows, stated, nearest, strict=True):
            row.admin1 = admin1 or near[i].admin1
            row.admin2 = near[i].admin2 if row.admin1 == near[i].admin1 else None


def merge_features(features: Iterable[PlaceRow], present: Iterable[PlaceRow]) -> list[PlaceRow]:
    """Features that are new; the others hand their names and extents to the rows that are there.

    Parameters
    ----------
    features : iterable of PlaceRow
        What we state ourselves.
    present : iterable of PlaceRow
        Rows of other sources.

    Returns
    -------
    list of PlaceRow
        Two rows are one place if they share a main or alternate name and their kind, and are near each other:
        10 km, or half the extent of the larger one.
    """
    by_name: dict[tuple[int, str], list[PlaceRow]] = defaultdict(list)

    def remember(row: PlaceRow) -> None:
        for key in _keys(row):
            by_name[row.kind, key].append(row)

    for row in present:
        remember(row)
    left = []
    for row in features:
        twins = [twin for key in sorted(_keys(row)) for twin in by_name.get((row.kind, key), ()) if _near(row, twin)]
        if not twins:
            left.append(row)
            remember(row)
            continue
        twin = max(twins, key=lambda other: (normalise(other.name) == normalise(row.name), other.population))
        twin.names += [(row.name, NameType.ALTERNATE), *row.names]
        if twin.feature_code == "PPL":
            twin.feature_code = row.feature_code
        twin.bbox = twin.bbox or row.bbox
        twin.extent_km = twin.extent_km or row.extent_km
    return left


def add_names(find: "Finder", extra: Iterable[ExtraName]) -> Iterator[str]:
    """Give places the names that our tables add.

    Yields
    ------
    str
        A line for each name whose place no source holds.
    """
    for name in extra:
        row = find(name.target, name.feature_class, "", name.country_code, name.admin1)
        if row is None:
            yield f"{_where(name)}: no source holds {name.target!r}"
        else:
            row.names.append((name.name, NameType.ABBREVIATION if _is_abbreviation(name.name) else NameType.ALTERNATE))


def set_default_senses(find: "Finder", senses: Iterable[DefaultSense]) -> Iterator[str]:
    """Mark the places that plain use of a name means; that name becomes a primary one.

    Yields
    ------
    str
        A line for each sense whose place no source holds.
    """
    for sense in senses:
        row = find(sense.target, sense.feature_class, sense.feature_code, sense.country_code, sense.admin1)
        if row is None:
            yield f"{_where(sense)}: no source holds {sense.target!r}"
        else:
            row.flags |= PlaceFlag.DEFAULT_SENSE
            row.names.append((sense.name, NameType.PRIMARY))


class Finder:
    """Finds a row by what our tables say of it: by its main name, else by another; of several the most populous.

    Parameters
    ----------
    rows : iterable of PlaceRow
        All places.
    """

    def __init__(self, rows: Iterable[PlaceRow]) -> None:
        self._by_main: dict[tuple[str, str], list[PlaceRow]] = defaultdict(list)
        self._by_other: dict[tuple[str, str], list[PlaceRow]] = defaultdict(list)
        for row in rows:
            main = normalise(row.name)
            self._by_main[row.feature_class, main].append(row)
            for key in _keys(row) - {main}:
                self._by_other[row.feature_class, key].append(row)

    def __call__(
        self, name: str, feature_class: str, feature_code: str, country_code: str, admin1: str
    ) -> PlaceRow | None:
        """Find it; empty strings leave a condition out. None if no row fits."""
        key = (feature_class, normalise(name))
        for rows in (self._by_main.get(key, ()), self._by_other.get(key, ())):
            fitting = [
                row
                for row in rows
                if (not country_code or row.country_code == country_code)
                and (not admin1 or division_key(row.admin1 or "") == division_key(admin1))
            ]
            coded = [row for row in fitting if row.feature_code == feature_code]
            if fitting:
                return max(coded or fitting, key=lambda row: row.population)
        return None


def _where(fact: DivisionFacts | ExtraName | DefaultSense) -> str:
    return f"{fact.line.path.name} line {fact.line.number}"


def _keys(row: PlaceRow) -> set[str]:
    return {normalise(name) for name in (row.name, *(n for n, kind in row.names if kind <= NameType.DERIVED))}


def _near(one: PlaceRow, other: PlaceRow) -> bool:
    if one.feature_code == other.feature_code == "CONT":
        return True
    reach = max(_SAME_PLACE_KM, _SAME_AREA_SHARE * max(one.extent_km or 0.0, other.extent_km or 0.0))
    return bool(distance_km(one.lat, one.lon, other.lat, other.lon) < reach)


def _is_abbreviation(name: str) -> bool:
    """Whether a name is spelled like "NYC" or "L.A."."""
    return "." in name.rstrip(".") or name.endswith(".") or (name.isupper() and len(name) <= 4)


def _vectors(rows: Sequence[PlaceRow]) -> NDArray[np.float32]:
    return unit_vectors([row.lat for row in rows], [row.lon for row in rows]).astype(np.float32)
