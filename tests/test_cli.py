"""The commands as people type them, on good input."""

import csv
import io
import json
from pathlib import Path

import pytest

from toposcope.cli import main
from toposcope.document import Document
from toposcope.frames import COLUMNS

REPORT = (
    "BENGHAZI, Libya — Trucks left Sirte for Misrata on Sunday. Egypt denied it.\r\nEgyptian drivers wait in Tobruk.\n"
)


class Done:
    """What a run has left."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def messages(self) -> list[str]:
        return self.err.splitlines()


@pytest.fixture
def run(capfd, monkeypatch, tmp_path):
    """Run the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, stdin: bytes = b""):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as stopped:
            main([str(a) for a in arguments])
        return Done(stopped.value.code, *capfd.readouterr())

    return run


@pytest.fixture
def report(tmp_path) -> Path:
    path = tmp_path / "report.txt"
    path.write_bytes(REPORT.encode())
    return path


def texts(lines: str) -> list[list[str]]:
    return [[t.mention.text for t in Document.from_json(line).toponyms] for line in lines.splitlines()]


# --- places ---------------------------------------------------------------------------------------


def test_places_as_json_lines(run, report):
    done = run(
        "places", report, "--format", "jsonl", "--title", "Trucks", "--date", "2020-07-22", "--source", "The Gulf"
    )
    assert (done.status, done.err) == (0, "")
    document = Document.from_json(done.out)
    assert document.text == REPORT
    assert (document.id, document.title, document.date, document.source) == (
        "report",
        "Trucks",
        "2020-07-22",
        "The Gulf",
    )
    found = {t.mention.text: t.place.country_code for t in document.toponyms}
    assert found | {"Sirte": "LY", "Misrata": "LY", "Egypt": "EG", "Egyptian": "EG", "Tobruk": "LY"} == found
    assert document.provenance is not None


def test_places_as_a_table_is_the_default(run, report):
    done = run("places", report)
    assert done.status == 0
    assert "Sirte, Surt, LY" in done.out
    assert "Place data: GeoNames" in done.out


def test_places_as_csv_tells_its_provenance_beside(run, report, tmp_path):
    done = run("places", report, "--format", "csv")
    assert next(csv.DictReader(io.StringIO(done.out))).keys() == COLUMNS.keys()
    assert len(done.messages) == 1
    assert "placed by machine" in done.err
    written = run("places", report, "-o", "out.csv")
    assert (written.out, written.err) == ("", "")
    assert Path("out.csv").read_text() == done.out
    assert "GeoNames" in json.loads(Path("out.csv-metadata.json").read_text())["dc:description"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.csv", "out.csv-metadata.json", "report.txt"]


def test_places_as_geojson(run, report):
    collection = json.loads(run("places", report, "--format", "geojson").out)
    assert {f["properties"]["text"] for f in collection["features"]} >= {"Sirte", "Misrata", "Tobruk"}
    assert collection["documents"][0]["id"] == "report"


@pytest.mark.parametrize(
    ("name", "begins"),
    [("x.csv", "document,"), ("x.geojson", "{\n"), ("x.jsonl", '{"id"'), ("x.JSON", '{"id"'), ("x.parquet", "PAR1")],
)
def test_the_suffix_of_the_output_says_the_format(run, report, name, begins):
    assert run("places", report, "-o", name).status == 0
    assert Path(name).read_bytes().startswith(begins.encode())


def test_format_wins_over_suffix(run, report):
    run("places", report, "-o", "x.csv", "--format", "jsonl")
    assert texts(Path("x.csv").read_text())


def test_places_of_one_role(run, report):
    done = run("places", report, "--format", "jsonl", "--role", "demonym")
    assert texts(done.out) == [["Egyptian"]]


def test_standard_input_is_text_without_an_id(run):
    done = run("places", "-", "--format", "jsonl", stdin=REPORT.encode())
    document = Document.from_json(done.out)
    assert (document.text, document.id) == (REPORT, None)
    done = run(
        "places", "-", "--input-format", "jsonl", "--format", "jsonl", stdin=b'{"text": "Rain in Tobruk.", "id": "a"}'
    )
    assert Document.from_json(done.out).id == "a"


def test_several_files_keep_their_order_and_their_names(run, tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "news.txt").write_text(f"Chapter {folder}: rain in Tobruk, Libya.")
    (tmp_path / "more.jsonl").write_text('{"id": "x", "text": "Snow in Oslo, Norway."}\n{"text": "Fog."}\n')
    done = run("places", "one/news.txt", "more.jsonl", "two/news.txt", "--format", "jsonl")
    documents = [Document.from_json(line) for line in done.out.splitlines()]
    assert [d.id for d in documents] == ["one/news.txt", "x", None, "two/news.txt"]
    assert done.messages == ["toposcope: 1 of 4 texts are without any place name."]


def test_given_spans_are_answered_once_each_and_nothing_else(run, tmp_path):
    text = "The road from Sirte to Misrata in Libya was open."
    spans = [(34, 39), (4, 8), (14, 19)]  # out of order; "road" is no place
    line = {"id": "g", "text": text, "toponyms": [{"start": s, "end": e, "lat": None, "role": "?"} for s, e in spans]}
    (tmp_path / "gold.jsonl").write_text(json.dumps(line))
    done = run("places", "gold.jsonl", "--given-spans", "--format", "jsonl")
    document = Document.from_json(done.out)
    assert [(t.mention.start, t.mention.end) for t in document.toponyms] == sorted(spans)
    assert [t.place and t.place.country_code for t in document.toponyms][1:] == ["LY", "LY"]


def test_the_same_input_gives_the_same_bytes(run, report):
    for name in ("jsonl", "csv", "geojson", "table"):
        assert run("places", report, "--format", name).out == run("places", report, "--format", name).out


# --- map ------------------------------------------------------------------------------------------


def test_map_of_one_text(run, report, tmp_path):
    done = run("map", report, "-o", "x.html")
    assert (done.status, done.out) == (0, "")
    assert len(done.messages) == 1
    assert "wrote x.html" in done.err
    assert "full text" in done.err
    page = Path("x.html").read_text("utf-8")
    assert page.lstrip().lower().startswith("<!doctype html>")
    first = Path("x.html").read_bytes()
    run("map", report, "-o", "x.html")
    assert Path("x.html").read_bytes() == first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.txt", "x.html"]


def test_map_stands_beside_nothing_but_where_we_are(run, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "My report.txt").write_text(REPORT)
    run("map", "in/My report.txt")
    assert Path("My report.html").exists()
    run("map", "-", stdin=REPORT.encode())
    assert Path("stdin.html").exists()


def test_map_to_standard_output(run, report):
    done = run("map", report, "-o", "-")
    assert done.out.lstrip().lower().startswith("<!doctype html>")
    assert "wrote the page" in done.err


def test_a_page_for_each_document_none_over_another(run, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "news.txt").write_text("Rain in Tobruk, Libya.")
    (tmp_path / "news.txt").write_text("Snow in Oslo, Norway.")
    lines = [{"id": i, "text": "Fog in Cairo, Egypt."} for i in ("../news", "NEWS", None, "x/y")]
    (tmp_path / "news.jsonl").write_text("\n".join(map(json.dumps, lines)))
    done = run("map", "a/news.txt", "news.txt", "news.jsonl", "-o", "pages/")
    assert done.status == 0
    names = sorted(p.name for p in (tmp_path / "pages").iterdir())
    assert names == ["NEWS-4.html", "news-2.html", "news-3.html", "news-5.html", "news.html", "x_y.html"]
    assert len(done.messages) == 7
    assert done.messages[-1].startswith("toposcope: the pages are made with the full text")


@pytest.mark.parametrize(
    ("output", "folder"),
    [(None, "."), ("there", "there"), ("new", "new"), ("there/all.html", "there"), ("new/", "new")],
)
def test_several_pages_go_into_one_folder(run, tmp_path, output, folder):
    (tmp_path / "there").mkdir()
    (tmp_path / "a.txt").write_text("Rain in Tobruk, Libya.")
    (tmp_path / "b.txt").write_text("Snow in Oslo, Norway.")
    assert run("map", "a.txt", "b.txt", *(["-o", output] if output else [])).status == 0
    assert sorted(p.name for p in (tmp_path / folder).glob("*.html")) == ["a.html", "b.html"]


def test_one_page_into_a_folder(run, report, tmp_path):
    (tmp_path / "there").mkdir()
    run("map", report, "-o", "there")
    assert (tmp_path / "there" / "report.html").exists()


@pytest.mark.parametrize(
    ("text", "words"), [("full", "full text"), ("sentences", "sentences"), ("none", "without the text")]
)
def test_map_says_what_it_embeds(run, report, text, words):
    done = run("map", report, "--text", text, "-o", "x.html")
    assert words in done.err
    page = Path("x.html").read_text("utf-8")
    assert len(done.messages) == 1
    if text == "none":
        assert "Trucks left" not in page


def test_as_is_draws_what_was_parsed_and_edited(run, report):
    run("places", report, "-o", "parsed.jsonl")
    data = json.loads(Path("parsed.jsonl").read_text())
    data["toponyms"] = [t for t in data["toponyms"] if t["text"] == "Sirte"]
    Path("edited.jsonl").write_text(json.dumps(data))
    done = run("map", "edited.jsonl", "--as-is", "-o", "x.html")
    assert done.status == 0
    assert "1 toponyms, 1 places" in done.err
    run("map", "parsed.jsonl", "--as-is", "-o", "as-is.html")
    run("map", report, "-o", "parsed.html")
    assert Path("as-is.html").read_bytes() == Path("parsed.html").read_bytes()


# --- find -----------------------------------------------------------------------------------------


def test_find(run):
    done = run("find", "Sirte")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Sirte, Surt, LY")
    assert "geonames:2210554" in done.out


def test_find_several_and_what_is_not_there(run):
    done = run("find", "Sirte", "Qwxzzyqqk", "Tobruk")
    assert done.status == 0
    assert [line for line in done.out.splitlines() if not line.count("  ")] == ["Sirte", "Tobruk"]
    assert done.messages == ["toposcope: the gazetteer knows no place called 'Qwxzzyqqk'."]


def test_find_limits_and_says_so(run):
    two, everything = run("find", "Paris", "--limit", "2"), run("find", "Paris", "--limit", "0")
    assert len(two.out.splitlines()) == 2
    assert "--limit 0 shows all" in two.err
    assert everything.err == ""
    assert len(everything.out.splitlines()) > 10
    # The same places first, however wide the columns are.
    assert [line.split()[:3] for line in two.out.splitlines()] == [
        line.split()[:3] for line in everything.out.splitlines()[:2]
    ]


def test_version(run):
    from toposcope import __version__

    assert run("--version").out == f"toposcope {__version__}\n"


# --- What is said of texts ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "the text is empty", id="empty"),
        pytest.param(" \r\n\0", "the text is without any place name", id="blank with a NUL"),
        pytest.param("Nothing of note happened.\n", "without any place name", id="no places"),
    ],
)
@pytest.mark.parametrize("command", ["map", "places"])
def test_texts_without_places_are_answered(run, tmp_path, command, text, words):
    (tmp_path / "x.txt").write_bytes(text.encode())
    done = run(command, "x.txt")
    assert done.status == 0
    assert words in done.messages[-1]
    assert Path("x.html").exists() == (command == "map")


def test_input_without_documents_is_answered(run, tmp_path):
    (tmp_path / "x.jsonl").write_text("\n\n")
    for arguments in (("places", "x.jsonl", "--format", "csv"), ("map", "x.jsonl", "--as-is")):
        done = run(*arguments)
        assert done.status == 0
        assert done.messages[-1] == "toposcope: the input holds no documents."


def test_a_text_in_another_language_is_told(run, tmp_path):
    german = (
        "Die Truppen haben die Stadt am Morgen verlassen, sagte der Sprecher, und die Straßen sind wieder ruhig. " * 6
    )
    (tmp_path / "x.txt").write_text(german, "utf-8")
    (tmp_path / "y.txt").write_text(REPORT, "utf-8")
    assert "plainly not in English" in run("places", "x.txt").err
    assert "1 of 2 texts are plainly not in English" in run("places", "x.txt", "y.txt").err
    assert run("places", "y.txt").err == ""


def test_odd_but_valid_texts_keep_their_offsets(run, tmp_path):
    text = "\ufeffRain\0 fell in Tobruk,\r\n Libya \u2028 and in Oslo,\x1b[31m Norway.\r"
    (tmp_path / "x.txt").write_bytes(text.encode())
    document = Document.from_json(run("places", "x.txt", "--format", "jsonl").out.removesuffix("\n"))
    assert document.text == text
    assert "Tobruk" in [t.mention.text for t in document.toponyms]
