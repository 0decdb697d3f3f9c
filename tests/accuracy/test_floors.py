"""Accuracy never falls: floors on our own samples, always, and on the development corpora where they are at hand.

``floors.json`` holds them, each a little under what was measured when it was set. They only rise; to lower one is a
deliberate act with its reason in the commit.
"""

import functools
import importlib.util
import json
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from toposcope import Geoparser
from toposcope.evaluation import evaluate_parser, read_corpus

ROOT = Path(__file__).resolve().parents[2]
CORPORA = Path(os.environ.get("TOPOSCOPE_CORPORA", ROOT.parent / "shared" / "corpora"))
SAMPLES = Path(__file__).with_name("samples.jsonl")
RECORD = ROOT / "benchmarks" / "accuracy.json"
FLOORS: dict[str, dict[str, dict[str, float]]] = json.loads(Path(__file__).with_name("floors.json").read_text())
CASES = [(part, view) for part, views in FLOORS.items() for view in views]

#: What the shipped weights never saw. Floors of whole corpora are held by the record, which is cross-validated.
UNSEEN = [(part, view) for part, view in CASES if part == "samples" or part.endswith(" held out")]

OUT_OF_DATE = "benchmarks/accuracy.json is out of date: run `make evaluate` and commit it"


@pytest.fixture(scope="module")
def parser() -> Geoparser:
    return Geoparser()


@functools.cache
def benchmark() -> ModuleType:
    """The script that made the record, loaded from its path: scripts are no package."""
    spec = importlib.util.spec_from_file_location("accuracy", ROOT / "benchmarks" / "accuracy.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def corpus(name: str) -> Path:
    path = CORPORA / f"{name}.jsonl"
    if not path.is_file():
        pytest.skip(f"the corpus {name} is not in {CORPORA}: set TOPOSCOPE_CORPORA to hold its floors")
    return path


def gold(part: str) -> list[dict[str, Any]]:
    """The documents of a part: ``"lgl"``, or ``"lgl held out"`` for what nothing is trained on."""
    if part == "samples":
        return list(read_corpus(SAMPLES))
    name = part.removesuffix(" held out")
    documents = list(read_corpus(corpus(name)))
    return documents if name == part else benchmark().held_out(name, documents)


@functools.cache
def figures(parser: Geoparser, part: str, view: str) -> dict[str, Any]:
    return evaluate_parser(gold(part), parser, name=part, given_spans=view == "given_spans").to_dict()


def figure(report: dict[str, Any], path: str) -> float:
    value: Any = report
    for key in path.split("."):
        value = value[key]
    return float(value)


@pytest.mark.parametrize(("part", "view"), UNSEEN, ids=[f"{part}, {view}" for part, view in UNSEEN])
def test_floors(parser: Geoparser, part: str, view: str) -> None:
    report = figures(parser, part, view)
    measured = {path: figure(report, path) for path in FLOORS[part][view]}
    fallen = {path: (measured[path], floor) for path, floor in FLOORS[part][view].items() if measured[path] < floor}
    assert not fallen, f"{part}, {view}: (measured, floor) {fallen}"


def test_first_release_figures_on_lgl(parser: Geoparser) -> None:
    """What the first complete path had to reach, on newspapers that the weights never saw."""
    assert figure(figures(parser, "lgl held out", "from_text"), "without_demonyms.rec.exact.f1") >= 0.65
    assert figure(figures(parser, "lgl held out", "given_spans"), "res.all.acc161") >= 0.75


def test_readme_has_the_figures_of_the_record() -> None:
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    assert benchmark().figures_table(record) in (ROOT / "README.md").read_text(encoding="utf-8")


def test_no_place_where_there_is_none(parser: Geoparser) -> None:
    (text,) = (d["text"] for d in read_corpus(SAMPLES) if d["id"] == "no-places")
    marked = {t.mention.text for t in parser(text).toponyms}
    # Forenames that are places too: nothing in a sentence says so but its sense. The common nouns are no question.
    assert not {name.lower() for name in marked} & {"turkey", "china", "lima", "brazil", "port", "ottoman"}


def test_record_is_of_this_code_and_data(parser: Geoparser) -> None:
    made_with = json.loads(RECORD.read_text(encoding="utf-8"))["made_with"]
    here = benchmark().made_from(parser)
    assert {key: made_with[key] for key in here} == here, OUT_OF_DATE


def test_record_holds_the_figures_of_the_held_out_part(parser: Geoparser) -> None:
    report = figures(parser, "lgl held out", "from_text")
    recorded = json.loads(RECORD.read_text(encoding="utf-8"))["corpora"]["lgl held out"]["from_text"]
    for path in ("rec.exact.f1", "e2e.f1", "res.all.acc161"):
        assert figure(recorded, path) == pytest.approx(figure(report, path), abs=1e-6), OUT_OF_DATE


@pytest.mark.parametrize(("part", "view"), CASES, ids=[f"{part}, {view}" for part, view in CASES])
def test_recorded_figures_hold_the_floors(part: str, view: str) -> None:
    recorded = json.loads(RECORD.read_text(encoding="utf-8"))["corpora"][part][view]
    assert all(figure(recorded, path) >= floor for path, floor in FLOORS[part][view].items())
