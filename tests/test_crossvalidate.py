"""Folds: fixed for good, and never the same group on both sides."""

import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from toposcope.document import Document, Mention, Status, Toponym

SCRIPT = Path(__file__).resolve().parents[1] / "training" / "crossvalidate.py"


@pytest.fixture(scope="module")
def folding() -> ModuleType:
    spec = importlib.util.spec_from_file_location("crossvalidate", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def article(number: int, host: str) -> dict[str, Any]:
    return {"id": str(number), "source": f"http://{host}/{number}", "text": "In Sirte.", "toponyms": [span(3, 8)]}


def span(start: int, end: int) -> dict[str, Any]:
    return {"start": start, "end": end, "lat": 31.2, "lon": 16.6}


CORPORA = {
    "lgl": [article(n, f"www.paper{n % 9}.example") for n in range(40)],
    "geovirus": [{**article(n, "wiki.example"), "source": f"http://wiki.example/{n // 2}"} for n in range(40)],
    "geocorpora": [article(n, "tweets.example") for n in range(40)],
    "relocar": [{"id": f"relocar-{p}-{n}", "text": "x", "toponyms": []} for p in ("train", "test") for n in range(5)],
}


def test_groups(folding: ModuleType) -> None:
    assert folding.group_of("lgl", CORPORA["lgl"][3]) == "www.paper3.example"
    assert folding.group_of("geovirus", CORPORA["geovirus"][3]) == "http://wiki.example/1"
    assert folding.group_of("geocorpora", CORPORA["geocorpora"][3]) == "3"
    assert folding.group_of("lgl", {"id": "7"}) == "7"


def test_folds_are_fixed_for_good(folding: ModuleType) -> None:
    # Written down once: a change would let weights be tested on what an earlier version of them was trained on.
    names = ["www.paper0.example", "www.paper1.example", "http://wiki.example/1", "7", "Zürich"]
    assert [folding.fold_of(name) for name in names] == [0, 2, 1, 0, 3]


def test_no_group_is_on_both_sides_and_every_document_is_tested_once(folding: ModuleType) -> None:
    tested: dict[str, list[str]] = {name: [] for name in CORPORA}
    for fold in folding.folds(CORPORA):
        for name in CORPORA:
            groups = [{folding.group_of(name, d) for d in side[name]} for side in (fold.train, fold.test)]
            assert not groups[0] & groups[1]
            assert len(fold.train[name]) + len(fold.test[name]) == len(CORPORA[name])
            tested[name] += [d["id"] for d in fold.test[name]]
    for name in ("lgl", "geovirus", "geocorpora"):
        assert sorted(tested[name]) == sorted(d["id"] for d in CORPORA[name])
    assert set(tested["relocar"]) == {f"relocar-test-{n}" for n in range(5)}


def test_held_out_parts_are_never_trained_on(folding: ModuleType) -> None:
    kept = folding.without_held_out(CORPORA)
    assert kept["geovirus"] == CORPORA["geovirus"]
    assert {d["id"] for d in kept["relocar"]} == {f"relocar-train-{n}" for n in range(5)}
    hosts = {folding.group_of("lgl", d) for d in CORPORA["lgl"]}
    kept_hosts = {folding.group_of("lgl", d) for d in kept["lgl"]}
    assert kept_hosts < hosts
    assert all(folding.fold_of(host) == 0 for host in hosts - kept_hosts)
    assert not any(folding.fold_of(host) == 0 for host in kept_hosts)


class Memory:
    """A parser that knows exactly the texts it was trained on."""

    def __init__(self, corpora: dict[str, list[dict[str, Any]]]) -> None:
        self.known = {(name, d["id"]) for name, documents in corpora.items() for d in documents}
        self.asked: list[str | None] = []

    def __call__(self, text: str, *, id: str | None = None, **_: str | None) -> Document:  # noqa: A002
        self.asked.append(id)
        return Document(text, (), id=id)

    def resolve(
        self,
        text: str,
        spans: Iterable[tuple[int, int]],
        *,
        id: str | None = None,  # noqa: A002
        **_: str | None,
    ) -> Document:
        return Document(text, tuple(Toponym(Mention(text[s:e], s, e), Status.UNKNOWN) for s, e in spans), id=id)


def test_crossvalidation_asks_nobody_about_what_he_was_taught(folding: ModuleType) -> None:
    parsers: list[Memory] = []

    def train(corpora: dict[str, list[dict[str, Any]]]) -> Memory:
        parsers.append(Memory(corpora))
        return parsers[-1]

    corpora = {"lgl": CORPORA["lgl"]}
    results = folding.crossvalidate(corpora, train, resamples=0)
    assert len(parsers) == 5
    for parser in parsers:
        assert not {("lgl", name) for name in parser.asked} & parser.known
    assert sum(len(parser.asked) for parser in parsers) == len(CORPORA["lgl"])
    assert results["lgl"].from_text.figures["docs_predicted"] == len(CORPORA["lgl"])
    assert results["lgl"].from_text.figures["rec"]["exact"]["r"] == 0.0
    assert results["lgl"].given_spans.figures["rec"]["exact"]["r"] == 1.0
    assert results["lgl"].given_spans.given_spans
