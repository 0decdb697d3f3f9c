"""``toposcope evaluate`` as it is typed."""

import gzip
import json
from pathlib import Path

import pytest

from toposcope.cli import main

SAMPLES = Path(__file__).with_name("accuracy") / "samples.jsonl"


def run(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str | Path) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    with pytest.raises(SystemExit) as stopped:
        main([str(argument) for argument in ("evaluate", *arguments)])
    out, err = capfdbinary.readouterr()
    return int(stopped.value.code or 0), out.decode(), err.decode()


def test_json_holds_the_figures_of_each_corpus(capfdbinary, tmp_path):
    again = tmp_path / "again.jsonl.gz"
    again.write_bytes(gzip.compress(SAMPLES.read_bytes()))
    status, out, err = run(capfdbinary, SAMPLES, again, "--format", "json")
    assert (status, err) == (0, "")
    report = json.loads(out)
    assert list(report) == ["samples", "again"]
    assert {"rec", "res", "e2e", "ci95", "without_demonyms", "resolution", "roles"} <= report["samples"].keys()
    assert "errors" not in report["samples"]
    assert report["samples"]["rec"] == report["again"]["rec"]
    assert report["samples"]["rec"]["exact"]["f1"] > report["samples"]["e2e"]["f1"] > 0


def test_corpora_of_the_same_name_are_told_apart(capfdbinary, tmp_path):
    twin = tmp_path / "samples.jsonl"
    twin.write_text('{"text": "Rain in Oslo."}\n', encoding="utf-8")
    _, out, _ = run(capfdbinary, SAMPLES, twin, "--format", "json")
    assert list(json.loads(out)) == [str(SAMPLES), str(twin)]


def test_given_spans_leave_nothing_to_recognise(capfdbinary):
    status, out, _ = run(capfdbinary, SAMPLES, "--given-spans", "--format", "json")
    report = json.loads(out)["samples"]
    assert status == 0
    assert report["given_spans"] is True
    assert report["rec"]["exact"]["f1"] == 1.0


def test_table_and_errors(capfdbinary):
    status, out, _ = run(capfdbinary, SAMPLES, "--errors", "--limit", "3")
    assert status == 0
    for words in ("recognition, exact span", "without demonyms", "By world region", "Most frequent errors"):
        assert words in out
    assert "\x1b" not in out, "no colours in a file"
    assert max(map(len, out.splitlines())) <= 120


def test_errors_in_json_are_limited(capfdbinary):
    _, out, _ = run(capfdbinary, SAMPLES, "--errors", "--limit", "2", "--format", "json")
    errors = json.loads(out)["samples"]["errors"]
    assert len(errors) == 2
    assert {"count", "documents", "kind", "gold", "predicted", "detail", "context"} <= errors[0].keys()


def test_predictions_of_places_are_scored_as_if_parsed_here(capfdbinary, tmp_path):
    predictions = tmp_path / "predictions.jsonl"
    with pytest.raises(SystemExit) as stopped:
        main(["places", str(SAMPLES), "--format", "jsonl", "-o", str(predictions)])
    assert not stopped.value.code
    capfdbinary.readouterr()
    _, parsed, _ = run(capfdbinary, SAMPLES, "--format", "json")
    _, scored, _ = run(capfdbinary, SAMPLES, "--predictions", predictions, "--format", "json")
    assert json.loads(scored) == json.loads(parsed)


def test_tag_that_nothing_carries_is_said(capfdbinary):
    status, out, err = run(capfdbinary, SAMPLES, "--tag", "nothing", "--format", "json")
    assert status == 0
    assert json.loads(out)["samples"]["docs"] == 0
    assert "holds no documents tagged 'nothing'" in err


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        pytest.param(["none.jsonl"], 1, "there is no file none.jsonl", id="missing"),
        pytest.param([__file__], 1, "line 1", id="no corpus"),
        pytest.param([SAMPLES, "--given-spans", "--predictions", SAMPLES], 2, "nothing is parsed", id="contradiction"),
        pytest.param([SAMPLES, "-o", SAMPLES], 1, "is an input", id="would overwrite the corpus"),
        pytest.param([], 2, "CORPUS", id="no argument"),
    ],
)
def test_bad_input_is_one_line(capfdbinary, arguments, status, words):
    before = SAMPLES.read_bytes()
    got, out, err = run(capfdbinary, *arguments)
    assert (got, out) == (status, "")
    assert words in err
    assert "Traceback" not in err
    assert SAMPLES.read_bytes() == before
