import numpy as np
import pandas as pd
import pytest

from toposcope import geoparse_frame
from toposcope.errors import InputError
from toposcope.frames import COLUMNS, to_frame
from toposcope.pipeline import default_geoparser
from toposcope.provenance import CREDIT, provenance_line

NAMES = (
    "document start end text role role_score status score place_id name lat lon feature_class feature_code "
    "country_code admin1 admin2 population extent_km source"
).split()


def test_columns_are_those_of_the_contract():
    assert list(COLUMNS) == NAMES


def test_dtypes_are_the_same_for_any_content(storm):
    filled, empty = to_frame([storm]), to_frame([])
    assert list(filled.columns) == list(empty.columns) == NAMES
    assert {name: str(dtype) for name, dtype in filled.dtypes.items()} == COLUMNS
    assert {name: str(dtype) for name, dtype in empty.dtypes.items()} == COLUMNS
    assert isinstance(filled.index, pd.RangeIndex)


def test_one_row_per_toponym_whatever_its_status(storm):
    frame = to_frame([storm, storm])
    assert len(frame) == 12
    row = frame.iloc[2]
    assert row[["document", "text", "role", "status", "place_id", "country_code"]].tolist() == [
        "storm",
        "Fiji",
        "actor",
        "resolved",
        "geonames:2205218",
        "FJ",
    ]
    assert storm.text[row.start : row.end] == "Fiji"
    null_island = frame.iloc[3]
    assert (null_island.lat, null_island.lon, null_island.status) == (0, 0, "ambiguous")
    unknown = frame.iloc[4]
    assert unknown["name":"source"].isna().all()
    assert np.isnan(unknown.score)
    assert pd.isna(unknown.population)
    pd.testing.assert_frame_equal(storm.to_frame(), to_frame([storm]))


def test_frames_say_what_made_them_and_whose_data_they_hold(storm, geoparser, tmp_path):
    frame = storm.to_frame()
    assert frame.attrs == {"provenance": provenance_line([storm]), "credit": CREDIT}
    assert to_frame([]).attrs == {"provenance": provenance_line([]), "credit": CREDIT}
    text = "Fighting near Sirte, Libya."
    parsed = geoparse_frame(pd.DataFrame({"text": [text]}), geoparser=geoparser)
    assert parsed.attrs == {"provenance": provenance_line([geoparser(text)]), "credit": CREDIT}
    assert frame.query("role == 'scene'").attrs == frame.attrs
    frame.to_parquet(tmp_path / "x.parquet")  # strings, so that they can be stored
    assert pd.read_parquet(tmp_path / "x.parquet").attrs == frame.attrs


def test_the_default_parser_is_opened_once(monkeypatch, geoparser):
    opened = []

    def opening():
        opened.append(geoparser)
        return geoparser

    monkeypatch.setattr("toposcope.pipeline.Geoparser", opening)
    default_geoparser.cache_clear()
    try:
        for _ in range(2):
            assert geoparse_frame(pd.DataFrame({"text": ["He flew to Cairo."]})).text.tolist() == ["Cairo"]
    finally:
        default_geoparser.cache_clear()
    assert len(opened) == 1


def test_geoparse_frame_labels_rows_by_the_index(geoparser):
    df = pd.DataFrame(
        {
            "body": [
                "Fighting near Sirte, Libya.",
                None,
                "Nothing of note.",
                np.nan,
                pd.NA,
                "Rain fell in Berlin, Germany.",
            ]
        },
        index=[10, 20, 30, 40, 50, 60],
    )
    before = df.copy()
    found = geoparse_frame(df, "body", geoparser=geoparser)
    assert list(found.columns) == NAMES
    assert found[["document", "text"]].values.tolist() == [
        [10, "Sirte"],
        [10, "Libya"],
        [60, "Berlin"],
        [60, "Germany"],
    ]
    assert found.document.dtype == df.index.dtype
    joined = found.merge(df, left_on="document", right_index=True)
    assert all(row.body[row.start : row.end] == row.text for row in joined.itertuples())
    pd.testing.assert_frame_equal(df, before)


@pytest.mark.parametrize(
    "index",
    [
        pytest.param(pd.Index(["a", "b"]), id="strings"),
        pytest.param(pd.Index(["a", "b"], dtype=object), id="objects"),
        pytest.param(pd.date_range("2020-07-22", periods=2, tz="UTC"), id="dates"),
        pytest.param(pd.MultiIndex.from_tuples([("x", 1), ("x", 2)]), id="two levels"),
        pytest.param(pd.Index([7, 7]), id="repeated"),
        pytest.param(pd.CategoricalIndex(["a", "b"]), id="categories"),
    ],
)
def test_any_index_will_do(geoparser, index):
    df = pd.DataFrame({"text": ["He flew to Cairo, Egypt.", "She went to Suva, Fiji."]}, index=index)
    found = geoparse_frame(df, geoparser=geoparser)
    assert found.document.tolist() == [index[0], index[0], index[1], index[1]]


def test_nothing_to_parse_gives_the_same_columns(geoparser):
    for df in (pd.DataFrame({"text": []}), pd.DataFrame({"text": [None, ""]}), pd.DataFrame({"text": ["none here"]})):
        found = geoparse_frame(df, geoparser=geoparser)
        assert found.empty
        assert {n: str(t) for n, t in found.dtypes.items()} == COLUMNS | {"document": str(df.index.dtype)}


def test_string_dtypes_are_texts(geoparser):
    for dtype in ("string", "category", object):
        df = pd.DataFrame({"text": pd.Series(["He flew to Cairo, Egypt.", None], dtype=dtype)})
        assert geoparse_frame(df, geoparser=geoparser).text.tolist() == ["Cairo", "Egypt"]


def test_a_wrong_column_is_named(geoparser):
    with pytest.raises(InputError, match=r"no column 'text'; it has 'body', 'date'.*column="):
        geoparse_frame(pd.DataFrame({"body": ["x"], "date": [1]}), geoparser=geoparser)
    with pytest.raises(InputError, match=r"row 'b' of column 'text' holds int"):
        geoparse_frame(pd.DataFrame({"text": ["x", 3]}, index=["a", "b"]), geoparser=geoparser)
    with pytest.raises(InputError, match="more than one column"):
        geoparse_frame(pd.DataFrame([["x", "y"]], columns=["text", "text"]), geoparser=geoparser)
