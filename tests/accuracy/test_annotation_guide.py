"""The examples of ``docs/ANNOTATION.md`` are read as gold: the guide cannot say what nobody holds to."""

import re
from pathlib import Path
from typing import Any

import pytest

from toposcope import Geoparser, Role
from toposcope.evaluation import Evaluation, demonyms, evaluate_parser

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "ANNOTATION.md"

#: A mention in bold, and its role in italics after it where that is not a scene.
MENTION = re.compile(r"\*\*(?P<name>.+?)\*\*(?P<rest>-\w+)?(?: \*(?P<role>\w+)\*)?")
ROW = re.compile(r"^\| (?P<number>\d+) \| (?P<text>.+) \| (?P<why>.+) \|$", re.MULTILINE)


def examples() -> list[dict[str, Any]]:
    """The rows of the table of examples as gold documents without points."""
    return [_gold(row["number"], row["text"]) for row in ROW.finditer(GUIDE.read_text(encoding="utf-8"))]


def _gold(number: str, marked: str) -> dict[str, Any]:
    text, toponyms, done = "", [], 0
    for mention in MENTION.finditer(marked):
        text += marked[done : mention.start()]
        toponyms.append(
            {"start": len(text), "end": len(text) + len(mention["name"]), "role": mention["role"] or "scene"}
        )
        text += mention["name"] + (mention["rest"] or "")
        done = mention.end()
    return {"id": number, "text": text + marked[done:], "toponyms": toponyms}


@pytest.fixture(scope="module")
def evaluation(geoparser: Geoparser) -> Evaluation:
    return evaluate_parser(examples(), geoparser, name="guide")


def test_thirty_examples_read_as_meant() -> None:
    found = {d["id"]: d for d in examples()}
    assert list(found) == [str(n) for n in range(1, 31)]
    assert not any("*" in d["text"] for d in found.values())
    names = [found["22"]["text"][t["start"] : t["end"]] for t in found["22"]["toponyms"]]
    assert (names, [t["role"] for t in found["22"]["toponyms"]]) == (
        ["Boston", "Denver", "Denver"],
        ["actor", "actor", "scene"],
    )
    assert found["24"]["text"] == "Turkish-backed, Russian and South Korean"
    assert found["16"]["toponyms"] == []


def test_every_role_is_shown() -> None:
    assert {t["role"] for d in examples() for t in d["toponyms"]} == {role.value for role in Role}


def test_demonyms_of_the_examples_count_as_demonyms_in_figures() -> None:
    for d in examples():
        for t in d["toponyms"]:
            last_word = d["text"][t["start"] : t["end"]].split()[-1]
            assert (t["role"] == "demonym") == (last_word in demonyms()), (d["id"], last_word)


def test_the_parser_marks_what_the_guide_marks(evaluation: Evaluation) -> None:
    assert evaluation.figures["rec"]["exact"]["f1"] >= 0.88
    assert evaluation.roles is not None
    assert evaluation.roles["accuracy"] >= 0.92
