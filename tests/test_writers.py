import csv
import gc
import io
import json
import os
import stat
import tracemalloc
import weakref
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import handmade
from toposcope import writers
from toposcope.document import Document
from toposcope.errors import MissingExtraError, OutputError
from toposcope.files import free_name, replacing, safe_stem
from toposcope.frames import COLUMNS, to_frame
from toposcope.provenance import CREDIT, provenance_line
from toposcope.writers.csv import metadata
from toposcope.writers.geojson import to_geojson
from toposcope.writers.table import printable


def written(format_name: str, *documents: Document) -> bytes:
    stream = io.BytesIO()
    writers.writer(format_name)(iter(documents), stream)
    assert not stream.closed
    return stream.getvalue()


def renamed(document: Document, name: str) -> Document:
    """The document with its first toponym called otherwise."""
    first = document.toponyms[0]
    text = name + document.text[first.mention.end :]
    mention = replace(first.mention, text=name, end=len(name))
    return Document(text, (replace(first, mention=mention),), id=document.id, provenance=document.provenance)


@pytest.mark.parametrize("name", [n for n in writers.FORMATS if n != "parquet"])
def test_same_documents_same_bytes(name, storm):
    first = written(name, storm, storm)
    assert first == written(name, handmade.storm(), handmade.storm())
    assert b"\r\n" not in first.replace(rb"\r\n", b"")
    first.decode()


@pytest.mark.parametrize("name", writers.FORMATS)
def test_every_format_takes_no_documents_and_broken_unicode(name, storm):
    written(name)
    broken = renamed(storm, "Na\ud800di")
    if name == "parquet":
        return
    assert b"\\ud800" in written(name, broken) or name == "table"


def test_unknown_format_is_a_programming_error():
    with pytest.raises(ValueError, match="no format 'xls'; there are table"):
        writers.writer("xls")


# --- JSON Lines -----------------------------------------------------------------------------------


def test_json_lines_come_back(storm):
    other = Document("Nothing here.\n", id="b")
    lines = written("jsonl", storm, other).decode().splitlines()
    assert [Document.from_json(line) for line in lines] == [storm, other]
    note = json.loads(lines[0])["note"]
    assert CREDIT in note
    assert storm.text_sha256 in note


def test_json_lines_are_to_dict_s_with_a_note(storm):
    for document in (storm, Document("none")):
        data = document.to_dict() | {"note": f"{provenance_line([document])}. {CREDIT}"}
        assert written("jsonl", document).decode() == json.dumps(data, ensure_ascii=False) + "\n"


def test_a_long_document_is_written_piece_by_piece():
    """2000 mentions of one name, 30 candidates each: 18 MB as a line, and nowhere near as much in memory."""
    text = "Apia " * 2000
    one = handmade.toponym(text, "Apia", handmade.APIA)
    shared = one.candidates * 30
    toponyms = [
        replace(one, mention=replace(one.mention, start=i, end=i + 4), candidates=shared)
        for i in range(0, len(text), 5)
    ]
    document = Document(text, tuple(toponyms))

    class Sink(io.RawIOBase):
        size = 0

        def writable(self):
            return True

        def write(self, data):
            self.size += len(data)
            return len(data)

    sink = Sink()
    tracemalloc.start()
    try:
        writers.writer("jsonl")([document], sink)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sink.size > 15_000_000
    assert peak < sink.size / 2


# --- CSV ------------------------------------------------------------------------------------------


def test_csv_has_the_frame_s_columns_and_nothing_but_rows(storm):
    rows = list(csv.DictReader(io.StringIO(written("csv", storm, storm).decode())))
    assert len(rows) == 12
    assert list(rows[0]) == list(COLUMNS)
    assert rows[0]["lat"] == "-17.80309"
    assert rows[3] | {"lat": "0.0", "lon": "0.0", "admin1": "", "population": "0"} == rows[3]
    assert rows[4] | {"text": "Oldtown", "status": "unknown", "score": "", "lat": "", "source": ""} == rows[4]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(storm, start):
    hostile = replace(renamed(storm, f'{start}HYPERLINK("x")'), id=f"{start}1+1")
    (row,) = csv.DictReader(io.StringIO(written("csv", hostile).decode(), newline=""))
    assert row["text"] == f'\'{start}HYPERLINK("x")'
    assert row["document"] == f"'{start}1+1"
    assert row["lat"] == "-17.80309"  # a number is not text


def test_csv_quotes_what_would_break_a_row(storm):
    name = 'New,\n"York"\0'
    (row,) = csv.DictReader(io.StringIO(written("csv", renamed(storm, name)).decode(), newline=""))
    assert row["text"] == name


def test_csv_metadata_names_the_columns_and_carries_the_note():
    described = json.loads(metadata("x.csv", "by machine"))
    assert described["url"] == "x.csv"
    assert described["dc:description"] == "by machine"
    assert [c["name"] for c in described["tableSchema"]["columns"]] == list(COLUMNS)


# --- GeoJSON --------------------------------------------------------------------------------------


def test_geojson_follows_the_rfc(storm):
    collection = json.loads(written("geojson", storm))
    assert collection == to_geojson([storm])
    assert collection["type"] == "FeatureCollection"
    assert len(collection["features"]) == 4
    for feature in collection["features"]:
        assert feature["type"] == "Feature"
        assert feature["geometry"]["type"] == "Point"
        lon, lat = feature["geometry"]["coordinates"]
        assert -180 <= lon <= 180
        assert -90 <= lat <= 90
        assert set(COLUMNS) - {"lat", "lon"} <= set(feature["properties"])
    null_island = collection["features"][3]
    assert null_island["geometry"]["coordinates"] == [0, 0]
    fiji = collection["features"][2]["properties"]
    assert (fiji["bbox"], fiji["stands_for"]) == ([-21.0, 176.9, -12.4, -178.2], "geonames:2205218")


def test_geojson_bounds_cross_the_date_line_rather_than_the_world(storm):
    pacific = Document(storm.text, storm.toponyms[:3])
    assert to_geojson([pacific])["bbox"] == [177.41617, -18, -171.76666, -13.83333]
    assert storm.to_geojson()["bbox"] == [177.41617, -18, 0, 0]


def test_geojson_accounts_for_every_mention(storm):
    collection = to_geojson([storm])
    assert [(u["text"], u["status"]) for u in collection["unplaced"]] == [("Oldtown", "unknown"), ("Newtown", "failed")]
    assert collection["documents"] == [
        {
            "id": "storm",
            "title": "A storm",
            "date": "1887-02-03",
            "source": "The Reef",
            "text_sha256": storm.text_sha256,
        }
    ]
    assert collection["credit"] == CREDIT


def test_geojson_without_places_has_no_bounds():
    collection = json.loads(written("geojson", Document("none")))
    assert collection["features"] == []
    assert "bbox" not in collection


# --- Parquet --------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 3])
def test_parquet_holds_the_frame(storm, count, monkeypatch):
    monkeypatch.setattr("toposcope.writers.parquet._BATCH", 2)
    table = pq.read_table(io.BytesIO(written("parquet", *[storm] * count)))
    assert table.column_names == list(COLUMNS)
    frame = to_frame([storm] * count)
    assert table.to_pandas().astype(frame.dtypes).equals(frame)
    file = pq.ParquetFile(io.BytesIO(written("parquet", *[storm] * count)))
    assert CREDIT in file.metadata.metadata[b"toposcope"].decode()
    empty = pq.read_table(io.BytesIO(written("parquet"))).schema
    assert table.schema.equals(empty)  # files of a cluster's workers fit together


def test_parquet_keeps_no_document_that_is_written(monkeypatch):
    monkeypatch.setattr("toposcope.writers.parquet._BATCH", 2)
    alive = []

    class Kept(Document):  # a subclass without slots can be referred to weakly
        pass

    def documents():
        seen = []
        for number in range(10):
            document = Kept("Nothing here.", id=str(number))
            seen.append(weakref.ref(document))
            yield document
            del document
            gc.collect()
            alive.append(sum(ref() is not None for ref in seen))

    written("parquet", *[])  # what is loaded at the first time
    stream = io.BytesIO()
    writers.writer("parquet")(documents(), stream)
    assert max(alive) <= 4
    note = pq.ParquetFile(stream).metadata.metadata[b"toposcope"].decode()
    assert "10 texts" in note
    assert pq.read_table(stream).to_pandas().attrs == {}


def test_parquet_without_pyarrow_names_the_extra(storm, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'toposcope\[parquet\]'"):
        written("parquet", storm)


# --- The table ------------------------------------------------------------------------------------


def test_table_shows_every_toponym_and_the_credit(storm):
    shown = written("table", storm).decode()
    assert all(t.mention.text in shown for t in storm.toponyms)
    assert "Nadi, Western, FJ" in shown
    assert "\x1b" not in shown
    assert provenance_line([storm]) in shown
    assert CREDIT in shown


def test_table_cannot_be_coloured_or_broken_by_a_text(storm):
    shown = written("table", renamed(storm, "[red]\x1b[31mBad\r\nName[/red]")).decode()
    assert "\x1b" not in shown
    assert "[red]�[31mBad Name[/red]" in shown


def test_table_of_several_documents_says_which(storm):
    assert "storm" in written("table", storm, replace(storm, id="b")).decode()


@given(st.text())
def test_printable_is_one_harmless_line(text):
    assert printable(text).isprintable()


# --- Provenance -----------------------------------------------------------------------------------


def test_provenance_line(storm):
    assert provenance_line([storm]) == (
        f"Toposcope 0.0.1; gazetteer made up, SHA-256 {'ab' * 32}; threshold 0.5; "
        f"text SHA-256 {storm.text_sha256}; placed by machine, not verified"
    )
    assert provenance_line([storm, storm]).endswith("threshold 0.5; 2 texts; placed by machine, not verified")
    fixed = replace(storm, toponyms=(replace(storm.toponyms[0], fixed=True), *storm.toponyms[1:]))
    assert provenance_line([fixed]).endswith("1 placed by an editor, the rest by machine, not verified")
    assert provenance_line([Document("x")]).startswith("made by hand or by an unknown version; text SHA-256")
    assert provenance_line([]) == "0 texts; placed by machine, not verified"


# --- Files ----------------------------------------------------------------------------------------


def test_replacing_writes_whole_files_with_the_usual_permissions(tmp_path):
    target = tmp_path / "x.html"
    with replacing(target) as stream:
        stream.write(b"new")
        assert not target.exists()
    usual = tmp_path / "usual"
    usual.touch()
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode == usual.stat().st_mode
    assert sorted(p.name for p in tmp_path.iterdir()) == ["usual", "x.html"]


def test_replacing_keeps_permissions_and_links(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "real").chmod(0o640)
    (tmp_path / "link").symlink_to("real")
    with replacing(tmp_path / "link") as stream:
        stream.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o640


@pytest.mark.parametrize("error", [RuntimeError("ours"), KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_replacing_leaves_the_old_file_and_nothing_else(tmp_path, error):
    target = tmp_path / "x.html"
    target.write_bytes(b"old")
    expected = OutputError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected), replacing(target) as stream:  # noqa: PT012 - it is the block that fails
        stream.write(b"half")
        raise error
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
@pytest.mark.parametrize("number", [28, 13, 30, 5])
def test_replacing_translates_whatever_the_disk_says(tmp_path, monkeypatch, call, number):
    def fail(*_args, **_kwargs):
        raise OSError(number, os.strerror(number))

    if call == "replace":
        monkeypatch.setattr(Path, "replace", fail)
    else:
        monkeypatch.setattr(os, call, fail)
    with pytest.raises(OutputError, match=os.strerror(number)) as raised, replacing(tmp_path / "x") as stream:
        stream.write(b"half")
    assert raised.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_replacing_names_what_is_wrong_with_the_place(tmp_path):
    (tmp_path / "file").touch()
    for path, words in (
        (tmp_path, "is a directory"),
        (tmp_path / "no" / "x", "Make the folder first"),
        (tmp_path / "file" / "x", "Not a directory"),
        ("a\0b", "null byte|null character"),
        (tmp_path / ("x" * 300), "name too long"),
    ):
        with pytest.raises(OutputError, match=words), replacing(path):
            pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_replacing_writes_to_devices_as_they_are():
    with pytest.raises(OutputError, match="No space left"), replacing("/dev/full") as stream:
        stream.write(b"x")
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)
    with replacing("/dev/null") as stream:
        stream.write(b"x")


@given(st.text(st.characters(codec=None)))
def test_safe_stem_is_a_file_name_anywhere(name):
    stem = safe_stem(name)
    assert stem
    assert len(f"{stem}-99.html".encode()) <= 255
    assert Path(stem).name == stem
    assert not set(stem) & set('/\\:*?"<>|\0\n ')
    assert not stem.startswith(("-", "."))
    assert safe_stem(stem) == stem


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("lgl-17", "lgl-17"),
        ("../../etc/passwd", "etc_passwd"),
        ("https://a.example/b?c=d", "https_a.example_b_c_d"),
        ("Тобрук", "Тобрук"),
        ("NUL", "_NUL"),
        ("con.txt", "_con.txt"),
        ("", "document"),
        ("...", "document"),
        ("é" * 300, "é" * 100),
    ],
)
def test_safe_stem_examples(name, stem):
    assert safe_stem(name) == stem


def test_free_names_differ_on_every_disk():
    taken: dict[str, int] = {}
    names = [free_name(stem, taken) for stem in ("a", "A", "a", "a-2", "b", "a-4", "a", "a-2")]
    assert names == ["a", "A-2", "a-3", "a-2-2", "b", "a-4", "a-5", "a-2-3"]
    assert len({name.casefold() for name in names}) == len(names)


def test_free_names_are_found_at_once_however_many_there_are():
    class Counted(dict[str, int]):
        looks = 0

        def __contains__(self, key: object) -> bool:
            Counted.looks += 1
            return super().__contains__(key)

    taken = Counted()
    assert [free_name("a", taken) for _ in range(1000)][-1] == "a-1000"
    assert Counted.looks <= 3 * 1000
