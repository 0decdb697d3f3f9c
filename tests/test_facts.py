"""Every row of the tables in facts/, held against their own rules and against the base map.

The worst mistakes in a table of coordinates are a wrong sign and a swapped pair: nearly all of them carry a place into
another country, or from land to water. So every point is held against the polygons of the base map.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

import land
from toposcope.geodesy import bounds, distance_km, within_bbox
from toposcope.names import normalise

FACTS = Path(__file__).parents[1] / "facts"

FEATURE_COLUMNS = (
    "name,feature_code,country_codes,admin1,lat,lon,extent_km,bbox,variants,demonyms,precision_km,source".split(",")
)
OTHER_COLUMNS = {
    "countries": "country_code,lat,lon,variants,abbreviations,demonyms".split(","),
    "admin1": "country_code,name,lat,lon,variants,abbreviations,demonyms,precision_km,source".split(","),
    "names": "name,kind,target,feature_class,country_code,admin1".split(","),
    "default_senses": "name,target,feature_class,feature_code,country_code,admin1,why".split(","),
}
SORTED_BY = {"countries": ("country_code",), "admin1": ("country_code", "name")}

# Feature codes of GeoNames that the tables use; a new one is added here when it is one. Spot features (S) are too many.
FEATURE_CODES = {
    "A": "ADM2",
    "H": "BAY BGHT CHN CHNM CNL ESTY FJD FLLS FLTM GLCR GULF HBR INLT LGN LK LKI LKS MRSH OCN RF RSV SD SEA SHOL STM "
    "GYSR STRT SWMP WTLD",
    "L": "AREA CONT GASF LCTY MILB OILF PRK PRT RESN RESV RESW RGN",
    "P": "PPL PPLL PPLX",
    "R": "RD RDJCT ST TNL TRL",
    "T": "ATOL CAPE CLF CNYN CRTR DLTA DPR DSRT GAP GRGE HLL HLLS ISL ISLS ISTH MT MTS PASS PEN PLAT PLN RK RKS SPIT "
    "UPLD VAL VLC",
    "U": "BNKU DEPU RDGU TRNU",
    "V": "FRST",
}

# The base map draws no lagoon, headland or strait of less than about 6 km, and rounds the rest.
ROOM_ON_LAND_KM = 25.0
ROOM_ON_WATER_KM = 10.0
COUNTRY_ROOM_KM = 50.0  # a country's point, in GeoNames' convention, is as coarse as half a degree

# What the table of seas has on land, or in inlets that the base map fills.
MADE_OR_NARROW_WATER = {"H.CHNM", "H.CNL", "H.FJD", "H.INLT"}
WATER_WITH_SHORES = {"H.BAY", "H.GLCR", "H.LGN", "H.LK", "H.LKI", "H.LKS", "H.RSV"}  # may be a hole in the land
# Shoals and banks lie where several countries claim them, far from all of those.
SHOALS = {"H.RF", "H.SHOL", "U.BNKU", "U.DEPU", "U.RDGU", "U.TRNU"}
# What may stand where the base map shows water: islands, of which it has none of less than some 10 km, and what is
# built on them or on the bed of the sea.
OFFSHORE = {"L.GASF", "L.MILB", "L.OILF", "L.PRT", "S.OILT", "T.ATOL", "T.ISL", "T.ISLS", "T.RK", "T.RKS", "T.VLC"}
OFFSHORE_REACH_KM = 370.0  # 200 nautical miles: a coast's exclusive economic zone
# What lies further from the land that the base map gives to its country, looked at one by one.
ALONE_AT_SEA = {
    "Addu Atoll", "Agaléga", "Aldabra", "Annobón", "Austral Islands", "Caroline Islands", "Clipperton Island",
    "Cocos Island", "Enewetak Atoll", "Gambier Islands", "Gough Island", "Itu Aba", "Kermadec Islands",
    "Lord Howe Island", "Malpelo", "Minami-Tori-shima", "Okinotorishima", "Providencia",
    "Rodrigues", "San Andrés", "Thitu Island", "Trindade", "Tristan da Cunha",
}  # fmt: skip
# Countries and divisions whose point GeoNames places on the sea amid their islands, or that the base map does not show.
AMID_ITS_ISLANDS = {
    "CK", "CV", "FM", "GS", "IO", "KY", "MH", "PF", "PN", "PW", "ST", "TO", "Laccadives", "Lakshadweep", "Maluku",
}  # fmt: skip
NOT_ON_THE_MAP = {"Melilla"}  # a city on Morocco's coast
ALSO_GOVERNS = {"MA": ["EH"]}  # GeoNames counts Western Sahara as a country, and divisions of Morocco that lie in it

Row = dict[str, str]


def read(path: Path) -> tuple[list[str], list[Row]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        return list(reader.fieldnames or ()), list(reader)


TABLES = {path.stem: read(path) for path in sorted(FACTS.glob("*.csv"))}
FEATURES = {name: rows for name, (_, rows) in TABLES.items() if name not in OTHER_COLUMNS}
WITH_POINTS = {name: rows for name, (columns, rows) in TABLES.items() if "lat" in columns}

all_tables = pytest.mark.parametrize("table", TABLES)
feature_tables = pytest.mark.parametrize("table", FEATURES)


def parts(cell: str) -> list[str]:
    return cell.split("|") if cell else []


def point(row: Row) -> tuple[float, float]:
    return float(row["lat"]), float(row["lon"])


def box(row: Row) -> tuple[float, float, float, float]:
    south, west, north, east = (float(edge) for edge in row["bbox"].split(" "))
    return south, west, north, east


def label(row: Row) -> str:
    return f"{row.get('name') or row['country_code']} ({row['lat']}, {row['lon']})"


def km_to(row: Row, countries: list[str]) -> float:
    """To the nearest of them; 0 where the base map shows none (Midway lies in no country that it draws)."""
    shown = [land.km_outside(code, *point(row)) for code in countries if code in land.countries()]
    return min(shown, default=0.0)


def far_from_country(rows: list[Row], room_km: float) -> list[str]:
    """Rows with one country code and, where they state it, a precision."""
    found = []
    for row in rows:
        name = row.get("name") or row["country_code"]
        if not row["lat"] or name in NOT_ON_THE_MAP:
            continue
        room = max(room_km, float(row.get("precision_km") or 0))
        if name in AMID_ITS_ISLANDS and not land.km_inland(*point(row)):
            room += 600
        off = km_to(row, [row["country_code"], *ALSO_GOVERNS.get(row["country_code"], [])])
        if off > room:
            found.append(f"{label(row)} is {off:.0f} km outside {row['country_code']}")
    return found


def test_every_kind_of_table_is_there() -> None:
    assert {"seas", "rivers_lakes", "mountains", "islands", "parks", "countries"} <= set(TABLES)
    assert sum(len(FEATURES[name]) for name in ("seas", "rivers_lakes", "mountains", "islands", "parks")) >= 900


@all_tables
def test_columns(table: str) -> None:
    columns, rows = TABLES[table]
    assert columns == OTHER_COLUMNS.get(table, FEATURE_COLUMNS)
    assert [row for row in rows if None in row or None in row.values()] == []


@all_tables
def test_sorted(table: str) -> None:
    keys = [tuple(row[column] for column in SORTED_BY.get(table, ("name",))) for row in TABLES[table][1]]
    assert [after for before, after in pairwise(keys) if after < before] == []


@all_tables
def test_cells_are_clean(table: str) -> None:
    rows = TABLES[table][1]
    assert [
        row for row in rows for cell in row.values() if cell != cell.strip() or re.search(r"\s\s|\n|\t", cell)
    ] == []
    lists = [part for row in rows for column in ("variants", "abbreviations", "demonyms", "country_codes")
             for part in parts(row.get(column, ""))]  # fmt: skip
    assert [part for part in lists if not part or part != part.strip()] == []


@all_tables
def test_variants_say_something_new(table: str) -> None:
    found = []
    for row in TABLES[table][1]:
        variants = parts(row.get("variants", ""))
        if row.get("name") in variants or len(set(variants)) < len(variants):
            found.append(f"{row['name'] if 'name' in row else row['country_code']}: {row['variants']}")
    assert found == []


@pytest.mark.parametrize("table", WITH_POINTS)
def test_numbers_are_in_range(table: str) -> None:
    for row in WITH_POINTS[table]:
        if not row["lat"] and not row["lon"]:
            assert table == "admin1", f"{row} has no point"
            continue
        lat, lon = point(row)
        assert -90 <= lat <= 90, label(row)
        assert -180 <= lon <= 180, label(row)
        if "extent_km" in row:
            assert 0 < float(row["extent_km"]) <= 12000, label(row)
        if "precision_km" in row:
            assert 0 < float(row["precision_km"]) <= 1000, label(row)
            assert row["source"] == "own", label(row)


@feature_tables
def test_codes(table: str) -> None:
    countries = {row["country_code"] for row in TABLES["countries"][1]}
    for row in FEATURES[table]:
        feature_class, _, code = row["feature_code"].partition(".")
        assert feature_class == "S" or code in FEATURE_CODES[feature_class].split(), row
        codes = parts(row["country_codes"])
        assert set(codes) <= countries, row
        assert len(set(codes)) == len(codes), row
        if row["admin1"]:
            assert len(codes) == 1, f"{label(row)} lies in one division, so in one country"


@feature_tables
def test_box_holds_its_point_and_agrees_with_the_extent(table: str) -> None:
    for row in FEATURES[table]:
        if not row["bbox"]:
            continue
        south, west, north, east = box(row)
        assert -90 <= south < north <= 90, label(row)
        assert -180 <= west <= 180, label(row)
        assert -180 <= east <= 180, label(row)
        assert west != east, label(row)
        lat, lon = point(row)
        assert within_bbox((south, west, north, east), lat, lon), label(row)
        corners = [float(distance_km(lat, lon, y, x)) for y in (south, north) for x in (west, east)]
        extent = float(row["extent_km"])
        # A circle beyond the farthest corner, or one that hardly holds the middle, is a slip of the pen.
        assert extent <= max(1.3 * max(corners), 0.5 * float(distance_km(0, 0, 0, 180))), label(row)
        assert extent >= 0.2 * max(corners), f"{label(row)}: {extent} km, farthest corner {max(corners):.0f} km"


def sort_of_thing(row: Row) -> str:
    """Feature class; a region and the terrain that it is count as one sort."""
    return "T" if row["feature_code"] == "L.RGN" else row["feature_code"][0]


def named_alike() -> Iterator[tuple[str, str]]:
    """Pairs of rows of one main name and one sort that are near each other."""
    by_name = defaultdict(list)
    for table, rows in FEATURES.items():
        for row in rows:
            by_name[normalise(row["name"]), sort_of_thing(row)].append((table, row))
    for same in by_name.values():
        for (table, row), (other_table, other) in combinations(same, 2):
            near_km = 50 + max(float(row["extent_km"]), float(other["extent_km"])) / 2
            if distance_km(*point(row), *point(other)) < near_km:
                yield f"{table}: {label(row)}", f"{other_table}: {label(other)}"


def test_no_thing_stands_twice() -> None:
    assert list(named_alike()) == []


def test_points_of_countries_lie_in_their_countries() -> None:
    assert far_from_country(TABLES["countries"][1], COUNTRY_ROOM_KM) == []


def test_points_of_divisions_lie_in_their_countries() -> None:
    assert far_from_country(TABLES["admin1"][1], ROOM_ON_LAND_KM) == []


@feature_tables
def test_land_lies_in_one_of_its_countries(table: str) -> None:
    found = []
    for row in FEATURES[table]:
        countries = parts(row["country_codes"])
        if table == "seas" or not countries:
            continue
        room = max(float(row["precision_km"]), ROOM_ON_LAND_KM)
        if row["feature_code"] in WATER_WITH_SHORES:
            room += float(row["extent_km"])
        off = km_to(row, countries)
        if off > room and row["feature_code"] in OFFSHORE and not land.km_inland(*point(row)):
            room += float(row["extent_km"]) + OFFSHORE_REACH_KM
        if row["name"] in ALONE_AT_SEA and not land.km_inland(*point(row)):
            room = np.inf
        if off > room:
            found.append(f"{label(row)} is {off:.0f} km outside {row['country_codes']}")
    assert found == []


def test_seas_are_on_water() -> None:
    found = []
    for row in FEATURES["seas"]:
        inland = land.km_inland(*point(row))
        if row["feature_code"] not in MADE_OR_NARROW_WATER and inland > max(
            float(row["precision_km"]), ROOM_ON_WATER_KM
        ):
            found.append(f"{label(row)} is {inland:.0f} km inland")
    assert found == []


@pytest.mark.parametrize("table", ["seas", "rivers_lakes", "mountains", "parks"])
def test_each_country_is_within_the_extent(table: str) -> None:
    found = []
    for row in FEATURES[table]:
        reach = 1.25 * float(row["extent_km"]) + max(float(row["precision_km"]), ROOM_ON_LAND_KM)
        if row["feature_code"] in SHOALS | OFFSHORE:
            continue
        for code in parts(row["country_codes"]):
            if (off := km_to(row, [code])) > reach:
                found.append(f"{label(row)} is {off:.0f} km from {code}, with an extent of {row['extent_km']} km")
    assert found == []


class TestLand:
    """The ruler that all this relies on."""

    @pytest.mark.parametrize(
        ("code", "lat", "lon"),
        [
            pytest.param("LY", 27.0, 17.0, id="Libya"),
            pytest.param("RU", 66.5, -172.0, id="Chukotka, beyond the date line"),
            pytest.param("FJ", -17.8, 178.0, id="Fiji"),
            pytest.param("AQ", -89.9, 120.0, id="near the South Pole"),
            pytest.param("UA", 45.2, 34.3, id="Crimea"),
            pytest.param("LS", -29.6, 28.2, id="Lesotho, a hole in South Africa"),
        ],
    )
    def test_inside(self, code: str, lat: float, lon: float) -> None:
        assert land.km_outside(code, lat, lon) == 0

    def test_a_hole_is_outside(self) -> None:
        assert 20 < land.km_outside("ZA", -29.6, 28.2) < 150

    def test_water(self) -> None:
        assert land.km_inland(0, -30) == 0
        assert land.km_inland(42, 50.5) == 0, "the Caspian is water"

    def test_distances_are_those_of_the_sphere(self) -> None:
        # Due south of Tripoli the border of Libya and Niger runs near 22.8° N; the coast lies at 32.9° N.
        assert land.km_inland(31.9, 13.2) == pytest.approx(float(distance_km(31.9, 13.2, 32.9, 13.2)), abs=25)

    def test_across_the_date_line(self) -> None:
        assert land.km_outside("RU", 68.0, 180.0) == land.km_outside("RU", 68.0, -180.0) == 0

    def test_box_of_fiji(self) -> None:
        lon, lat = np.concatenate(land.countries()["FJ"].rings).T
        _, west, _, east = bounds(lat, lon)
        assert west > east
