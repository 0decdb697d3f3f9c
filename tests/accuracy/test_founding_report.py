"""The report that the project was founded on: it is copyrighted, so it is read where it lies beside the checkout."""

import csv
import os
import re
from pathlib import Path

import pytest

from toposcope.document import Document, Role
from toposcope.geodesy import distance_km
from toposcope.pipeline import Geoparser

ROOT = Path(__file__).resolve().parents[2]
SEEDS = Path(os.environ.get("TOPOSCOPE_CORPORA", ROOT.parent / "shared/corpora")).parent / "seeds"
REPORT = SEEDS / "libya-ceasefire-2020-07-22.txt"

pytestmark = pytest.mark.skipif(not REPORT.exists(), reason=f"the founding report is not in {SEEDS.name}/ beside us")

#: Roles that rules alone get right; the roles' own floor grows with their model.
RIGHT_ROLES = 42


@pytest.fixture(scope="module")
def document(geoparser: Geoparser) -> Document:
    return geoparser(REPORT.read_bytes().decode("utf-8"))


@pytest.fixture(scope="module")
def expected() -> list[dict[str, str]]:
    with (SEEDS / "expected.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def spans(text: str, rows: list[dict[str, str]]) -> list[tuple[int, int]]:
    """Where the nth whole-word, case-sensitive occurrence of each name stands."""
    found = []
    for row in rows:
        matches = list(re.finditer(rf"(?<!\w){re.escape(row['name'])}(?!\w)", text))
        found.append(matches[int(row["nth"]) - 1].span())
    return found


def test_every_mention_and_none_more(document: Document, expected: list[dict[str, str]]) -> None:
    assert [(t.mention.start, t.mention.end) for t in document.toponyms] == spans(document.text, expected)


def test_points_within_25_km(document: Document, expected: list[dict[str, str]]) -> None:
    for toponym, row in zip(document.toponyms, expected, strict=True):
        place = toponym.place
        assert place is not None, row
        if row["kind"] == "point":
            assert float(distance_km(place.lat, place.lon, float(row["lat"]), float(row["lon"]))) <= 25, row
        else:
            assert place.feature_class in "AHL", row


def test_roles(document: Document, expected: list[dict[str, str]]) -> None:
    wrong = [
        (row["name"], row["nth"], row["role"], toponym.role.value)
        for toponym, row in zip(document.toponyms, expected, strict=True)
        if toponym.role is not Role(row["role"])
    ]
    assert len(expected) - len(wrong) >= RIGHT_ROLES, wrong


def test_jufra_is_the_air_base_and_its_district_the_runner_up(document: Document) -> None:
    for toponym in document.toponyms:
        if toponym.mention.text == "Jufra":
            first, second = (c.place for c in toponym.candidates[:2])
            assert first.feature_code in ("AIRP", "AIRB", "MILB")
            assert (second.feature_class, second.country_code) == ("A", "LY")


def test_tripoli_is_not_the_one_in_lebanon(document: Document) -> None:
    (toponym,) = [t for t in document.toponyms if t.mention.text == "Tripoli"]
    assert toponym.place is not None
    assert toponym.place.country_code == "LY"
    assert "LB" in [c.place.country_code for c in toponym.candidates[1:]]
