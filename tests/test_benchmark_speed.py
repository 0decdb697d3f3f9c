"""The benchmark of speed runs, on next to nothing; how fast is for ``make benchmark`` to say."""

import gzip
import importlib.util
import json
import sys
from itertools import islice
from pathlib import Path

import pytest

from toposcope.pipeline import Geoparser

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "speed.py"
TEXTS = [f"Rain fell on Nairobi and Mombasa. Road {i} from Tripoli to Sirte, Libya, was closed." for i in range(4)]


@pytest.fixture(scope="module")
def speed():
    spec = importlib.util.spec_from_file_location("speed", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", list(sys.path))  # the script puts the package before all others
        spec.loader.exec_module(module)
    return module


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    lines = [json.dumps({"text": text}) + "\n" for text in TEXTS]
    (tmp_path / "lgl.jsonl").write_text("".join(lines[:2]))
    (tmp_path / "ner").mkdir()
    with gzip.open(tmp_path / "ner" / "gmb.jsonl.gz", "wt") as out:
        out.writelines(lines[2:])
    return tmp_path


def test_articles_never_come_twice(speed, corpora: Path) -> None:
    texts = list(islice(speed.articles(corpora), 48))
    assert len(set(texts)) == 48
    assert set(texts[:4]) == set(TEXTS)
    assert texts == list(islice(speed.articles(corpora), 48))


def test_variants_have_other_words_and_as_many(speed) -> None:
    variants = [speed.variant(TEXTS[0], turn) for turn in range(12)]
    assert variants[0] == TEXTS[0]
    words = [set(text.split()) for text in variants]
    assert len({frozenset(found) for found in words}) == 12
    assert {len(text.split()) for text in variants} == {len(TEXTS[0].split())}


def test_batches_hold_every_text_once(speed) -> None:
    texts = ["a b c", "d", "", "e f", "g h i j", "k"]
    made = list(speed.batches(texts, words=4))
    assert [text for batch in made for text in batch] == texts
    assert [speed.word_count(batch) for batch in made] == [4, 6, 1]


def test_a_whole_record(speed, corpora: Path, geoparser: Geoparser, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "loading": speed.loading(),
        "memory": speed.memory(corpora, 3),
        "long document": speed.long_document(corpora, 50),
    }
    monkeypatch.setattr(speed, "PROCESSES", 1)
    monkeypatch.setattr(speed, "in_child", lambda task, corpora: answers[task])
    read: list[str] = []
    peers = {"flashgeotext": read.extend}
    record = speed.measured(corpora, peers, rounds=2, words=30, warm_up=30, sizes_mb=(0.001, 0.002))
    assert json.loads(json.dumps(record)) == record
    assert record["made_with"]["gazetteer"] == geoparser.lookup.gazetteer.hash
    assert record["memory"]["documents"] == 3
    assert len(set(read)) == len(read) > 0  # a peer, too, reads nothing twice
    for found in record["throughput"].values():
        assert set(found["words_per_second"]) == {"toposcope", "flashgeotext"}
        assert set(found["ratio"]) == {"flashgeotext"}
    assert [row["megabytes"] for row in record["linearity"]] == [0.001, 0.002]
    assert record["resolution"]["mentions_per_second"] > 0
    assert "end to end, bulk" in speed.table(record)


def test_a_task_in_a_process_of_its_own(speed, corpora: Path) -> None:
    times = speed.in_child("loading", corpora)
    assert set(times) == {"import", "parser made", "first recognition", "first document"}


def test_without_corpora(speed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["speed.py", "--corpora", str(tmp_path)])
    assert speed.main() == 1
    assert "TOPOSCOPE_CORPORA" in capsys.readouterr().err
