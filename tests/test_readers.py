import io
import json
import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toposcope import readers
from toposcope.errors import InputError, InputNotFoundError


def read(path, **options):
    return list(readers.read(str(path), **options))


@given(st.text())
def test_valid_utf8_is_text_whatever_it_holds(text):
    assert readers.text.read(io.BytesIO(text.encode()), "x").text == text


def test_nothing_is_trimmed_or_translated(tmp_path):
    path = tmp_path / "storm.txt"
    path.write_bytes(b"\xef\xbb\xbfApia\0\r\n\r\nNadi \x1b[31m\r")
    (article,) = read(path)
    assert article.text == "\ufeffApia\0\r\n\r\nNadi \x1b[31m\r"
    assert (article.id, article.stem, article.record) == ("storm", "storm", None)


@pytest.mark.parametrize(
    ("data", "offset", "remedy"),
    [
        pytest.param("Köln".encode("latin-1"), 1, "WINDOWS-1252", id="latin-1"),
        pytest.param("Köln".encode("utf-16"), 0, "UTF-16", id="utf-16"),
        pytest.param(b"%PDF-1.7\n\xe2\xe3", 9, "a PDF", id="pdf"),
        pytest.param(b"PK\x03\x04\x14\0\xff", 6, "DOCX", id="docx"),
        pytest.param(b"\x89PNG\r\n", 0, "PNG", id="png"),
        pytest.param(b"ab\0\0\xff", 4, "binary", id="binary"),
        pytest.param("é".encode()[:1], 0, "WINDOWS-1252", id="cut short"),
    ],
)
def test_what_is_not_utf8_is_named_with_the_byte_and_a_remedy(tmp_path, data, offset, remedy):
    path = tmp_path / "x.txt"
    path.write_bytes(data)
    with pytest.raises(InputError, match=rf"offset {offset} cannot") as raised:
        read(path)
    assert remedy in raised.value.remedy
    assert str(path) in raised.value.message


def test_a_pdf_that_happens_to_be_ascii_is_text_if_it_is_called_so(tmp_path):
    path = tmp_path / "x.txt"
    path.write_bytes(b"%PDF-1.4")
    assert read(path)[0].text == "%PDF-1.4"


@pytest.mark.parametrize("suffix", [".pdf", ".docx", ".html", ".HTM"])
def test_formats_that_wrap_a_text_are_refused_unless_asked_for_as_text(tmp_path, suffix):
    path = tmp_path / f"x{suffix}"
    path.write_text("<p>Apia</p>")
    with pytest.raises(InputError, match="--input-format text"):
        read(path)
    assert read(path, input_format="text")[0].text == "<p>Apia</p>"


def test_missing_files_directories_and_odd_names(tmp_path):
    for action in (readers.check, read):
        with pytest.raises(InputNotFoundError, match=r"no file .*nowhere\.txt"):
            action(str(tmp_path / "nowhere.txt"))
        with pytest.raises(InputError, match="is a directory"):
            action(str(tmp_path))
        with pytest.raises(InputError):
            action("a\0b.txt")
        with pytest.raises(InputError):
            action(str(tmp_path / "nowhere.txt" / "x.txt"))


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = tmp_path / "x.txt"
    path.write_text("x")
    path.chmod(0)
    if os.access(path, os.R_OK):  # root reads everything
        monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InputError, match="may not be read"):
        readers.check(str(path))


def test_json_lines_keep_what_they_say(tmp_path):
    path = tmp_path / "news.jsonl"
    lines = [
        {"id": 12, "text": "Apia\u2028Nadi\r\n", "title": "T", "date": "2020", "source": "S", "tags": ["x"]},
        {"text": ""},
    ]
    body = "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_bytes(b"\xef\xbb\xbf" + body.encode())
    first, second = read(path)
    assert (first.id, first.text, first.title, first.date, first.source) == (
        "12",
        "Apia\u2028Nadi\r\n",
        "T",
        "2020",
        "S",
    )
    assert (first.stem, second.id, second.text) == ("news", None, "")
    assert [first.where, second.where] == [f"{path}, line 1", f"{path}, line 3"]
    assert second.title is None


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[1]",
        b'"Apia"',
        b"{}",
        b'{"text": null}',
        b'{"text": 3}',
        b'{"text": "\xff"}',
        b'{"text": "x", "n": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
    ],
)
def test_a_bad_line_is_named_by_file_and_number(tmp_path, line):
    path = tmp_path / "news.jsonl"
    path.write_bytes(b'{"text": "Apia"}\n\n' + line + b"\n")
    articles = readers.read(str(path))
    assert next(articles).text == "Apia"
    with pytest.raises(InputError, match=r"news\.jsonl, line 3") as raised:
        next(articles)
    assert raised.value.remedy


def test_lines_are_read_one_by_one(tmp_path):
    path = tmp_path / "pipe.jsonl"
    os.mkfifo(path)
    go_on = threading.Event()

    def feed():
        with path.open("wb") as pipe:
            pipe.write(b'{"text": "one"}\n')
            pipe.flush()
            go_on.wait(30)
            pipe.write(b'{"text": "two"}\n')

    thread = threading.Thread(target=feed)
    thread.start()
    articles = readers.read(str(path))
    try:
        assert next(articles).text == "one"  # while the second is not written yet
    finally:
        go_on.set()
        thread.join()
    assert next(articles).text == "two"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.txt", '{"text": "Apia"}', "text"),
        ("x.JSONL", '{"text": "Apia"}', "jsonl"),
        ("x.ndjson", '{"text": "Apia"}', "jsonl"),
        ("x.log", '{"text": "Apia"}', "jsonl"),
        ("x.log", '\n{"text": "Apia"}\n{"text": "Nadi"}', "jsonl"),
        pytest.param("x", '{"text": "' + "Apia " * 5000 + '"}', "jsonl", id="a line longer than the buffer"),
        ("x", '{"body": "Apia"}', "text"),
        ("x", "{Apia}", "text"),
        ("x", "", "text"),
        ("x.news", "Apia", "text"),
    ],
)
def test_suffix_tells_and_content_only_where_it_does_not(tmp_path, name, content, expected):
    path = tmp_path / name
    path.write_text(content)
    (article, *_) = read(path)
    assert ("text" if article.record is None else "jsonl") == expected


def test_the_format_that_is_asked_for_wins(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text('{"text": "Apia"}')
    assert read(path, input_format="jsonl")[0].text == "Apia"
    assert read(path, input_format="text")[0].text == '{"text": "Apia"}'


def test_standard_input_is_text(monkeypatch):
    for data in (b"Apia", b'{"text": "Apia"}', b""):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        (article,) = read("-")
        assert (article.text, article.id, article.stem) == (data.decode(), None, "stdin")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"text": "Apia"}')))
    assert read("-", input_format="jsonl")[0].text == "Apia"


# --- Spans and documents that a file gives --------------------------------------------------------


def article_with(toponyms, text="Nadi, Apia"):
    (article,) = readers.jsonl.read(io.BytesIO(json.dumps({"text": text, "toponyms": toponyms}).encode()), "x")
    return article


def test_spans_come_in_reading_order_and_nothing_else_of_gold_matters():
    gold = [
        {"start": 6, "end": 10, "text": "Apia", "role": "literal", "lat": None},
        {"start": 0, "end": 4, "place": "nonsense"},
    ]
    assert article_with(gold).spans() == [(0, 4), (6, 10)]
    assert article_with([]).spans() == []


@pytest.mark.parametrize(
    "toponyms",
    [
        None,
        3,
        [3],
        [{}],
        [{"start": 0}],
        [{"start": "0", "end": 4}],
        [{"start": True, "end": 4}],
        [{"start": 0.0, "end": 4}],
        [{"start": -1, "end": 4}],
        [{"start": 4, "end": 4}],
        [{"start": 6, "end": 11}],
        [{"start": 0, "end": 4}, {"start": 3, "end": 6}],
        [{"start": 1, "end": 5, "text": "Nadi"}],
    ],
)
def test_spans_that_cannot_be_answered_are_refused(toponyms):
    with pytest.raises(InputError, match=r"^x, line 1: ") as raised:
        article_with(toponyms).spans()
    assert raised.value.remedy


def test_a_span_given_twice_is_answered_once():
    twice = [{"start": 0, "end": 4}, {"start": 0, "end": 4, "note": "by another annotator"}]
    assert article_with(twice).spans() == [(0, 4)]


def test_a_parsed_document_comes_back_as_it_is(storm):
    (article,) = readers.jsonl.read(io.BytesIO(storm.to_json().encode()), "x")
    assert article.as_document() == storm


def test_what_was_not_parsed_cannot_be_taken_as_it_is(tmp_path):
    with pytest.raises(InputError, match=r"x, line 1: toponym .* does not fit"):
        article_with([{"start": 0, "end": 99}]).as_document()
    for article in (
        readers.text.read(io.BytesIO(b"Apia"), "x"),
        *readers.jsonl.read(io.BytesIO(b'{"text": "x"}'), "x"),
    ):
        with pytest.raises(InputError, match="not a parsed document"):
            article.as_document()
