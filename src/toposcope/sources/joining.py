"""Sources put together: who lies where, what is one and the same place, and names that one source gives another's."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from toposcope.gazetteer import Kind, NameType, PlaceFlag
from toposcope.gazetteer_build import PlaceRow
from toposcope.geodesy import distance_km, unit_vectors
from toposcope.names import normalise, skeleton
from toposcope.sources.divisions import EXTRACT_LABEL, bare_name, division_key
from toposcope.sources.facts import DefaultSense, DivisionFacts, ExtraName, is_abbreviation

__all__ = [
    "RowIndex", "add_names", "apply_division_facts", "division_names", "drop_namesakes", "merge_features",
    "place_airports", "set_default_senses",
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
        # GeoNames' own point is better than ours.
        if fact.point is not None and found.source != EXTRACT_LABEL:
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


class RowIndex:
    """Rows by all names they go by.

    Parameters
    ----------
    rows : iterable of PlaceRow
        What is known so far.
    """

    def __init__(self, rows: Iterable[PlaceRow] = ()) -> None:
        self._by_key: dict[str, list[PlaceRow]] = defaultdict(list)
        for row in rows:
            self.add(row)

    def add(self, row: PlaceRow) -> None:
        """Remember a row under its names, demonyms and abbreviations left out."""
        for key in _keys(row):
            self._by_key[key].append(row)

    def twin(self, row: PlaceRow) -> PlaceRow | None:
        """Find the row that is the same place: it shares a name and the kind, and is near; None if there is none.

        Near is within 10 km, or within half the extent of the larger one.
        """
        twins = [
            other
            for key in sorted(_keys(row))
            for other in self._by_key.get(key, ())
            if other.kind == row.kind and _near(row, other)
        ]
        return max(twins, key=lambda other: (_main_key(other) == _main_key(row), other.population), default=None)

    def is_near(self, name: str, lat: float, lon: float, within_km: float, but: Container[Kind] = ()) -> bool:
        """Whether a place of some kind other than those in `but` goes by this name near a point."""
        others = [row for row in self._by_key.get(normalise(name), ()) if row.kind not in but]
        apart = distance_km(lat, lon, [row.lat for row in others], [row.lon for row in others])
        return bool((apart < within_km).any())

    def find(
        self, name: str, feature_class: str, feature_code: str = "", country_code: str = "", admin1: str = ""
    ) -> PlaceRow | None:
        """Find a row by what our tables say of it: by its main name, else by another; of several the greatest.

        Empty strings leave a condition out. None if no row fits.
        """
        key = normalise(name)
        fitting = [
            row
            for row in self._by_key.get(key, ())
            if row.feature_class == feature_class
            and (not country_code or row.country_code == country_code)
            and (not admin1 or division_key(row.admin1 or "") == division_key(admin1))
        ]
        return max(
            fitting,
            key=lambda row: (
                _main_key(row) == key,
                row.feature_code == feature_code,
                row.population,
                row.extent_km or 0,
            ),
            default=None,
        )


def merge_features(features: Iterable[PlaceRow], index: RowIndex) -> list[PlaceRow]:
    """Features that are new; the others hand their names and extents to the rows that are there.

    Parameters
    ----------
    features : iterable of PlaceRow
        What we state ourselves.
    index : RowIndex
        Rows of other sources; the new features are added.
    """
    new = []
    for row in features:
        twin = index.twin(row)
        if twin is None:
            new.append(row)
            index.add(row)
            continue
        twin.names += [(row.name, NameType.ALTERNATE), *row.names]
        if twin.feature_code == "RGN":
            # Our name is the one that English uses: West Africa, not Western Africa.
            twin.names.append((twin.name, NameType.ALTERNATE))
            twin.name = row.name
            twin.country_code, twin.admin1 = row.country_code, row.admin1
        if twin.feature_code == "PPL":
            twin.feature_code = row.feature_code
        twin.bbox = twin.bbox or row.bbox
        twin.extent_km = twin.extent_km or row.extent_km
    return new


def drop_namesakes(airports: Iterable[PlaceRow], index: RowIndex) -> None:
    """Take bare names from airports that a settlement of their country has: "Agra" is the city."""
    for row in airports:
        row.names = [
            (name, kind)
            for name, kind in row.names
            if index.find(name, "P", country_code=row.country_code or "") is None
        ]


def add_names(index: RowIndex, extra: Iterable[ExtraName]) -> Iterator[str]:
    """Give places the names that our tables add.

    Yields
    ------
    str
        A line for each name whose place no source holds.
    """
    for name in extra:
        row = index.find(name.target, name.feature_class, "", name.country_code, name.admin1)
        if row is None:
            yield f"{_where(name)}: no source holds {name.target!r}"
        else:
            row.names.append((name.name, NameType.ABBREVIATION if is_abbreviation(name.name) else NameType.ALTERNATE))


def set_default_senses(index: RowIndex, senses: Iterable[DefaultSense]) -> Iterator[str]:
    """Mark the places that plain use of a name means; that name becomes a primary one.

    Yields
    ------
    str
        A line for each sense whose place no source holds.
    """
    for sense in senses:
        row = index.find(sense.target, sense.feature_class, sense.feature_code, sense.country_code, sense.admin1)
        if row is None:
            yield f"{_where(sense)}: no source holds {sense.target!r}"
        else:
            row.flags |= PlaceFlag.DEFAULT_SENSE
            row.names.append((sense.name, NameType.PRIMARY))


def _where(fact: DivisionFacts | ExtraName | DefaultSense) -> str:
    return f"{fact.line.path.name} line {fact.line.number}"


def _keys(row: PlaceRow) -> set[str]:
    return {normalise(name) for name in (row.name, *(n for n, kind in row.names if kind <= NameType.DERIVED))}


def _main_key(row: PlaceRow) -> str:
    return normalise(row.name)


def _near(one: PlaceRow, other: PlaceRow) -> bool:
    if one.feature_code == other.feature_code == "CONT":
        return True
    reach = max(_SAME_PLACE_KM, _SAME_AREA_SHARE * max(one.extent_km or 0.0, other.extent_km or 0.0))
    return bool(distance_km(one.lat, one.lon, other.lat, other.lon) < reach)


def _vectors(rows: Sequence[PlaceRow]) -> NDArray[np.float32]:
    return unit_vectors([row.lat for row in rows], [row.lon for row in rows]).astype(np.float32)
