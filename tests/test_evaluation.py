"""The ruler: definitions worked out by hand, and held against the reference scorer where it is at hand."""

import gzip
import importlib.util
import io
import json
import math
import os
import random
import re
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toposcope.document import Candidate, Document, Mention, Place, Role, Status, Toponym
from toposcope.errors import InputError, InputNotFoundError
from toposcope.evaluation import Evaluation, demonyms, evaluate, evaluate_corpus, is_demonym, read_corpus
from toposcope.evaluation.breakdown import abstention_curve
from toposcope.evaluation.corpus import AnnotatedDocument, Annotation
from toposcope.evaluation.figures import GREATEST_ERROR_KM, accuracy, bootstrap, error_figures, error_km
from toposcope.evaluation.matching import distinct, overlaps
from toposcope.evaluation.regions import REGIONS, world_region
from toposcope.evaluation.report import error_table
from toposcope.evaluation.scoring import is_right, score_document
from toposcope.geodesy import distance_km

ROOT = Path(__file__).parents[1]
CORPORA = Path(os.environ.get("TOPOSCOPE_CORPORA", ROOT.parent / "shared" / "corpora"))
SCORER = CORPORA.parent / "score" / "score.py"

SAMPLES = ROOT / "tests" / "accuracy" / "samples.jsonl"


def toponym(start: int, end: int, lat: float | None = None, lon: float | None = None, **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "lat": lat, "lon": lon, **more}


def document(name: str, *toponyms: dict[str, Any], text: str = "", **more: Any) -> dict[str, Any]:
    return {"id": name, "text": text, "toponyms": list(toponyms), **more}


# ---------------------------------------------------------------- worked out by hand


@pytest.fixture
def small() -> Evaluation:
    gold = [
        document("a", toponym(0, 5, 0, 0), toponym(10, 20, 10, 10), toponym(30, 34), toponym(40, 44, 50, 0)),
        document("b", ignore=[[0, 9]], tags=["fenced"]),
    ]
    predicted = [
        document(
            "a",
            toponym(0, 5, 0, 1),  # the same span, 111 km off: right
            toponym(0, 5, 9, 9),  # the same span again: dropped
            toponym(10, 15, 10, 30),  # overlaps, far off: recognised, wrong place
            toponym(30, 34, 1, 1),  # touches only gold without a point: nobody can judge it
            toponym(60, 65, 1, 1),  # spurious
            toponym(70, 75),  # spurious, without a point
        ),
        document("b", toponym(1, 4, 1, 1)),  # where nobody annotated
        document("elsewhere", toponym(0, 1)),  # no such gold document
    ]
    return evaluate(gold, predicted, resamples=0)


def test_counts(small: Evaluation) -> None:
    figures = small.figures
    assert {key: figures[key] for key in ("docs", "docs_predicted", "gold", "gold_xy", "pred")} == {
        "docs": 2,
        "docs_predicted": 2,
        "gold": 4,
        "gold_xy": 3,
        "pred": 5,
    }


def test_recognition(small: Evaluation) -> None:
    assert small.figures["rec"]["exact"] == {"p": 2 / 5, "r": 2 / 4, "f1": pytest.approx(4 / 9)}
    assert small.figures["rec"]["overlap"] == {"p": 3 / 5, "r": 3 / 4, "f1": pytest.approx(6 / 9)}


def test_resolution(small: Evaluation) -> None:
    exact, overlap, all_gold = (small.figures["res"][key] for key in ("exact", "overlap", "all"))
    assert (exact["n"], exact["acc161"]) == (1, 1.0)
    assert exact["mean_km"] == pytest.approx(111.195, abs=0.01)
    assert (overlap["n"], overlap["acc161"]) == (2, 0.5)
    assert (all_gold["n"], all_gold["acc161"]) == (3, pytest.approx(1 / 3))
    assert all_gold["median_km"] == overlap["mean_km"] * 2 - exact["mean_km"]  # errors: 111, 2189, none at all


def test_end_to_end(small: Evaluation) -> None:
    # Judged are the first, the one far off and the spurious one with a point.
    assert small.figures["e2e"] == {"p": 1 / 3, "r": 1 / 3, "f1": pytest.approx(1 / 3)}


def test_mistakes_are_named(small: Evaluation) -> None:
    kinds = sorted(mistake.kind for score in small.scores for mistake in score.mistakes)
    assert kinds == ["boundary", "missed", "spurious", "spurious", "wrong place"]


def test_tag_selects_gold_documents() -> None:
    gold = [document("a", toponym(0, 5), tags=["x"]), document("b", toponym(0, 5))]
    assert evaluate(gold, gold, tag="x").figures["docs"] == 1


def test_gold_that_is_not_exhaustive_gives_recall_only() -> None:
    gold = [document("a", toponym(0, 5, 1, 1), exhaustive=False)]
    evaluation = evaluate(gold, [document("a", toponym(0, 5, 1, 1), toponym(9, 12, 1, 1))], resamples=20)
    assert evaluation.figures["e2e"] == {"p": None, "r": 1.0, "f1": None}
    assert evaluation.figures["ci95"]["e2e.r"] == [1.0, 1.0]
    assert not evaluation.errors(), "what is beside partial gold is no mistake"


def test_one_prediction_cannot_answer_two_gold_spans() -> None:
    nested = [document("n", toponym(0, 10, 1, 1), toponym(0, 4, 1, 1))]
    assert evaluate(nested, nested).figures["e2e"]["f1"] == 1.0
    assert evaluate(nested, [document("n", toponym(0, 10, 1, 1))]).figures["rec"]["overlap"]["r"] == 0.5


def test_the_nearest_match_counts_end_to_end_though_another_overlaps_more() -> None:
    gold = [document("a", toponym(0, 10, 0, 0))]
    predicted = [document("a", toponym(0, 8, 50, 50), toponym(8, 10, 0, 0))]
    figures = evaluate(gold, predicted).figures
    assert figures["e2e"]["r"] == 1.0
    assert figures["res"]["overlap"]["acc161"] == 0.0


def test_nothing_found_scores_zero_and_nothing_there_is_no_error() -> None:
    gold = [document("a", toponym(0, 5, 1, 1))]
    nothing = evaluate(gold, [])
    assert nothing.figures["rec"]["exact"] == {"p": 0.0, "r": 0.0, "f1": 0.0}
    assert nothing.figures["res"]["all"]["mean_km"] == GREATEST_ERROR_KM
    assert nothing.figures["res"]["exact"]["auc"] is None
    empty = evaluate([], [])
    assert empty.figures["docs"] == 0
    assert "ci95" not in empty.figures
    json.dumps(empty.to_dict(), allow_nan=False)


def test_place_at_zero_is_a_place() -> None:
    gold = [document("a", toponym(0, 5, 0, 0))]
    assert evaluate(gold, gold).figures["gold_xy"] == 1
    assert evaluate(gold, gold).figures["e2e"]["f1"] == 1.0


# ---------------------------------------------------------------- arithmetic


def test_area_under_the_error_curve() -> None:
    assert error_figures([0, 0, GREATEST_ERROR_KM - 1])["auc"] == pytest.approx(0.25)
    assert error_figures([0.0])["auc"] == 0.0
    assert error_figures([])["n"] == 0


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_error_is_the_great_circle_distance(lat1: float, lon1: float, lat2: float, lon2: float) -> None:
    expected = min(float(distance_km(lat1, lon1, lat2, lon2)), GREATEST_ERROR_KM)
    assert error_km((lat1, lon1), (lat2, lon2)) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(st.lists(st.floats(0, GREATEST_ERROR_KM), min_size=1))
def test_accuracy_grows_with_the_distance(errors: list[float]) -> None:
    shares = [accuracy(errors, km) for km in (5, 20, 161, GREATEST_ERROR_KM)]
    assert shares == sorted(shares)  # type: ignore[type-var]
    assert shares[-1] == 1.0


def test_bootstrap_in_slices_draws_the_same_as_at_once() -> None:
    n_documents, resamples = 30_000, 150  # three slices
    generator = np.random.default_rng(7)
    gold = generator.integers(0, 9, n_documents)
    found = np.minimum(gold, generator.integers(0, 9, n_documents))
    names = ("gold", "pred", "exact", "overlap", "e2e", "e2e_pred", "gold_xy", "near")
    counts = {name: list(gold if name in ("gold", "pred", "e2e_pred", "gold_xy") else found) for name in names}
    weights = np.random.default_rng(0).multinomial(n_documents, np.full(n_documents, 1 / n_documents), size=resamples)
    share = (weights @ found) / (weights @ gold)
    expected = [float(q) for q in np.percentile(share, [2.5, 97.5])]
    assert bootstrap(counts, exhaustive=True, resamples=resamples)["res.all.acc161"] == pytest.approx(expected)


# ---------------------------------------------------------------- demonyms


@pytest.mark.parametrize("text", ["Turkish", "Libyans", "North Korean", "South  Korean"])
def test_demonyms(text: str) -> None:
    assert is_demonym(text)


@pytest.mark.parametrize("text", ["Turkey", "Korean Peninsula", "turkish", "", " ", "Turkish-backed"])
def test_no_demonyms(text: str) -> None:
    assert not is_demonym(text)


def test_demonyms_are_dropped_on_both_sides() -> None:
    text = "Turkish ships left Izmir for Greek ports."
    gold = [document("a", toponym(0, 7, 39, 35, text="Turkish"), toponym(19, 24, 38.4, 27.1, text="Izmir"), text=text)]
    predicted = [document("a", toponym(19, 24, 38.4, 27.1), toponym(29, 34, 39, 22))]  # without words of their own
    evaluation = evaluate(gold, predicted)
    assert evaluation.figures["rec"]["exact"]["f1"] == 0.5
    assert evaluation.figures_without_demonyms["rec"]["exact"] == {"p": 1.0, "r": 1.0, "f1": 1.0}
    assert evaluation.to_dict()["without_demonyms"]["e2e"]["f1"] == 1.0


def test_demonym_list_is_sorted_without_repeats() -> None:
    lines = (ROOT / "src/toposcope/evaluation/demonyms.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(set(lines)) == len(demonyms()) > 500
    assert not any(line != line.strip() or " " in line for line in lines)


# ---------------------------------------------------------------- right in meaning


def annotation(lat: float, lon: float, **more: Any) -> Annotation:
    return Annotation(0, 5, lat=lat, lon=lon, **more)


RIGHT = {
    "near": (annotation(0, 0), annotation(0, 1), True),
    "far": (annotation(0, 0), annotation(0, 2), False),
    "same id, points far apart": (
        annotation(0, 0, place_id="geonames:1"),
        annotation(9, 9, place_id="geonames:1"),
        True,
    ),
    "same country by code": (
        annotation(60, -95, feature="A.PCLI", country_code="CA"),
        annotation(56, -106, feature="A.PCLI", country_code="CA"),
        True,
    ),
    "same country by name": (
        annotation(60, -95, feature="A.PCLI", names=("Canada",)),
        annotation(56, -106, feature="A.PCLI", country_code="CA", names=("canada",)),
        True,
    ),
    "country of unstated feature, by name": (
        annotation(60, -95, names=("Canada",)),
        annotation(56, -106, feature="A.PCLI", country_code="CA", names=("Canada",)),
        True,
    ),
    "city for its country": (
        annotation(60, -95, feature="A.PCLI", country_code="CA"),
        annotation(45.4, -75.7, feature="P.PPLC", country_code="CA"),
        False,
    ),
    "country for its city": (
        annotation(45.4, -75.7, feature="P.PPLC", country_code="CA"),
        annotation(60, -95, feature="A.PCLI", country_code="CA"),
        False,
    ),
    "two towns of one country": (
        annotation(33.66, -95.56, feature="P.PPL", country_code="US", names=("Paris",)),
        annotation(38.21, -84.25, feature="P.PPL", country_code="US", names=("Paris",)),
        False,
    ),
}


@pytest.mark.parametrize(("gold", "predicted", "expected"), RIGHT.values(), ids=RIGHT.keys())
def test_right_in_meaning(gold: Annotation, predicted: Annotation, expected: bool) -> None:
    assert gold.point is not None
    assert predicted.point is not None
    assert is_right(gold, predicted, error_km(gold.point, predicted.point)) is expected


def test_wikipedia_title_names_a_country() -> None:
    gold = AnnotatedDocument.of(document("a", toponym(0, 7, 42, 43.5, wiki="Georgia_(country)")))
    assert gold.annotations[0].names == ("Georgia",)


# ---------------------------------------------------------------- documents, scores, roles


def place(name: str, lat: float, lon: float, country_code: str = "LY") -> Place:
    return Place(f"toposcope:{name}", name, lat, lon, "P", "PPL", country_code)


def parsed(text: str, *found: tuple[str, Place | None, float, Role]) -> Document:
    toponyms = []
    for name, where, score, role in found:
        start = text.index(name)
        candidates = () if where is None else (Candidate(where, name, "exact", score),)
        status = Status.UNKNOWN if where is None else Status.RESOLVED if score >= 0.5 else Status.AMBIGUOUS
        toponyms.append(Toponym(Mention(name, start, start + len(name)), status, candidates, role))
    return Document(text, tuple(toponyms), id="a")


TEXT = "Moscow denied that its ships were seen off Sirte or Tripoli."
GOLD = document(
    "a",
    toponym(0, 6, 55.75, 37.62, text="Moscow", role="actor"),
    toponym(43, 48, 31.21, 16.59, text="Sirte", role="scene", feature="P.PPL"),
    toponym(52, 59, 32.89, 13.19, text="Tripoli", role="scene", feature="P.PPLC"),
    text=TEXT,
)
PARSED = parsed(
    TEXT,
    ("Moscow", place("Moscow", 55.75, 37.62, "RU"), 0.9, Role.SCENE),
    ("Sirte", place("Sirte", 31.21, 16.59), 0.8, Role.SCENE),
    ("Tripoli", place("Tripoli", 34.43, 35.84, "LB"), 0.4, Role.SCENE),
)


def test_documents_and_their_json_score_alike() -> None:
    from_objects = evaluate([GOLD], [PARSED]).to_dict()
    from_json = evaluate([GOLD], [json.loads(PARSED.to_json())]).to_dict()
    assert from_objects == from_json


def test_resolved_only_counts_ambiguous_as_no_answer() -> None:
    views = evaluate([GOLD], [PARSED]).resolution
    assert {name: view["n"] for name, view in views.items()} == {
        "all": 3,
        "answered": 3,
        "resolved_all": 3,
        "resolved_answered": 2,
    }
    assert views["answered"]["acc161"] == pytest.approx(2 / 3)
    assert views["resolved_answered"]["acc161"] == 1.0
    assert views["resolved_all"]["mean_km"] == pytest.approx(GREATEST_ERROR_KM / 3)


def test_abstention_trades_coverage_for_accuracy() -> None:
    curve = evaluate([GOLD], [PARSED]).to_dict()["abstention"]
    by_threshold = {point["threshold"]: (point["coverage"], point["right"]) for point in curve}
    assert by_threshold[0.0] == (1.0, pytest.approx(2 / 3))
    assert by_threshold[0.5] == (pytest.approx(2 / 3), 1.0)
    assert by_threshold[1.0] == (0.0, None)
    outcomes = [o for score in evaluate([GOLD], [GOLD]).scores for o in score.outcomes]
    assert abstention_curve(outcomes) == [], "a file without scores has no curve"


def test_calibration_compares_scores_with_what_came_true() -> None:
    figures = evaluate([GOLD], [PARSED]).to_dict()["calibration"]
    assert figures["n"] == 3
    assert [(row["low"], row["score"], row["right"]) for row in figures["bins"]] == [
        (0.4, 0.4, 0.0),
        (0.8, 0.8, 1.0),
        (0.9, 0.9, 1.0),
    ]
    assert figures["ece"] == pytest.approx((0.4 + 0.2 + 0.1) / 3)
    assert evaluate([GOLD], [GOLD]).to_dict()["calibration"] is None, "a file without scores promises nothing"


def test_role_figures() -> None:
    roles = evaluate([GOLD], [PARSED]).roles
    assert roles is not None
    assert roles["accuracy"] == pytest.approx(2 / 3)
    assert roles["f1"] == {"actor": 0.0, "scene": pytest.approx(0.8)}
    assert roles["confusion"] == {"actor": {"scene": 1}, "scene": {"scene": 2}}
    missed = evaluate([GOLD], []).roles
    assert missed is not None
    assert missed["confusion"]["scene"] == {"none": 2}
    assert missed["accuracy"] is None


def test_readings_of_literal_and_metonymic() -> None:
    gold = [
        document(
            "a",
            toponym(0, 6, reading="met"),
            toponym(43, 48, reading="lit"),
            toponym(52, 59, reading="mix"),
            text=TEXT,
        )
    ]
    roles = evaluate(gold, [PARSED]).roles
    assert roles is not None
    assert roles["readings"]["n"] == 2
    assert roles["readings"]["confusion"] == {"literal": {"literal": 1}, "metonymic": {"literal": 1}}


def test_resolution_of_nothing() -> None:
    assert evaluate([], []).resolution["all"] == evaluate([document("a", toponym(0, 5))], []).resolution["all"]
    assert evaluate([], []).resolution["all"]["right"] is None


def test_no_roles_in_gold_no_figures() -> None:
    assert evaluate([document("a", toponym(0, 6, 1, 1))], [PARSED]).roles is None


def test_kinds_and_regions() -> None:
    figures = evaluate([GOLD], [PARSED]).to_dict()
    assert list(figures["by_feature_class"]) == ["settlements", "not stated"]
    assert figures["by_feature_class"]["settlements"]["acc161"] == 0.5
    assert figures["by_world_region"]["Middle East and North Africa"]["gold"] == 2
    assert figures["by_document"] == [
        {"id": "a", "gold": 3, "pred": 3, "gold_xy": 3, "exact": 3, "overlap": 3, "e2e": 2, "e2e_pred": 3, "near": 2}
    ]


def test_most_frequent_errors_come_first_with_context() -> None:
    gold = [{**GOLD, "id": name} for name in "abc"]
    predicted = [{**json.loads(PARSED.to_json()), "id": name} for name in "ab"]
    errors = evaluate(gold, predicted).errors(3)
    assert [(e.count, e.example.kind, e.example.gold) for e in errors] == [
        (2, "wrong role", "Moscow"),
        (2, "wrong place", "Tripoli"),
        (1, "missed", "Moscow"),
    ]
    assert errors[1].documents == 2
    assert errors[1].example.context == "denied that its ships were seen off Sirte or «Tripoli»."[-57:]
    assert errors[1].example.detail.startswith("Tripoli (LB), 2,0")
    assert [e.example.kind for e in evaluate(gold, predicted).errors(kind="missed")] == ["missed"] * 3


def test_tables_show_the_figures() -> None:
    from rich.console import Console

    console = Console(width=120, record=True, file=io.StringIO())
    evaluation = evaluate([{**GOLD, "text": "[bold]" + TEXT[6:]}], [PARSED])
    console.print(evaluation)
    console.print(error_table(evaluation.errors()))
    shown = console.export_text()
    for words in (
        "recognition, exact span",
        "without demonyms",
        "Middle East and North Africa",
        "macro F1",
        "«Tripoli»",
    ):
        assert words in shown
    assert "[bold]" in shown, "text of a corpus is no markup"


# ---------------------------------------------------------------- world regions


@pytest.mark.parametrize(
    ("lat", "lon", "region"),
    [
        pytest.param(32.89, 13.19, "Middle East and North Africa", id="Tripoli"),
        pytest.param(41.01, 28.95, "Middle East and North Africa", id="Istanbul"),
        pytest.param(15.35, 44.2, "Middle East and North Africa", id="Sanaa"),
        pytest.param(15.5, 32.53, "Sub-Saharan Africa", id="Khartoum"),
        pytest.param(18.09, -15.98, "Sub-Saharan Africa", id="Nouakchott"),
        pytest.param(11.59, 43.15, "Sub-Saharan Africa", id="Djibouti"),
        pytest.param(-18.91, 47.54, "Sub-Saharan Africa", id="Antananarivo"),
        pytest.param(36.72, -4.42, "Europe", id="Málaga"),
        pytest.param(35.9, 14.51, "Europe", id="Valletta"),
        pytest.param(35.17, 33.35, "Europe", id="Nicosia"),
        pytest.param(41.69, 44.83, "Europe", id="Tbilisi"),
        pytest.param(64.14, -21.9, "Europe", id="Reykjavík"),
        pytest.param(64.18, -51.69, "North America", id="Nuuk"),
        pytest.param(31.76, -106.49, "North America", id="El Paso"),
        pytest.param(31.72, -106.46, "Latin America and the Caribbean", id="Ciudad Juárez"),
        pytest.param(25.77, -80.19, "North America", id="Miami"),
        pytest.param(25.05, -77.34, "Latin America and the Caribbean", id="Nassau"),
        pytest.param(-54.81, -68.3, "Latin America and the Caribbean", id="Ushuaia"),
        pytest.param(34.53, 69.17, "South Asia", id="Kabul"),
        pytest.param(27.47, 89.64, "South Asia", id="Thimphu"),
        pytest.param(43.25, 76.91, "North and Central Asia", id="Almaty"),
        pytest.param(47.91, 106.88, "North and Central Asia", id="Ulaanbaatar"),
        pytest.param(43.11, 131.87, "North and Central Asia", id="Vladivostok"),
        pytest.param(43.8, 87.6, "East and South-East Asia", id="Ürümqi"),
        pytest.param(-8.56, 125.57, "East and South-East Asia", id="Dili"),
        pytest.param(43.07, 141.35, "East and South-East Asia", id="Sapporo"),
        pytest.param(-9.44, 147.18, "Oceania", id="Port Moresby"),
        pytest.param(-18.14, 178.43, "Oceania", id="Suva"),
        pytest.param(-13.83, -171.77, "Oceania", id="Apia"),
        pytest.param(21.31, -157.86, "Oceania", id="Honolulu"),
        pytest.param(-90.0, 0.0, "elsewhere", id="South Pole"),
        pytest.param(0.0, 0.0, "Sub-Saharan Africa", id="Gulf of Guinea"),
    ],
)
def test_world_region(lat: float, lon: float, region: str) -> None:
    assert world_region(lat=lat, lon=lon) == region


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_point_has_a_region(lat: float, lon: float) -> None:
    assert world_region(lat=lat, lon=lon) in REGIONS


# ---------------------------------------------------------------- corpora


class Echo:
    """Answers with what it was told: every capitalised word from text, exactly the spans where they are given."""

    def __init__(self) -> None:
        self.told: list[str | None] = []

    def __call__(self, text: str, *, id: str | None = None, **_: str | None) -> Document:  # noqa: A002
        return self.resolve(text, (match.span() for match in re.finditer(r"[A-Z]\w+", text)), id=id)

    def resolve(
        self,
        text: str,
        spans: Iterable[tuple[int, int]],
        *,
        id: str | None = None,  # noqa: A002
        **_: str | None,
    ) -> Document:
        self.told.append(id)
        toponyms = tuple(Toponym(Mention(text[s:e], s, e), Status.UNKNOWN) for s, e in sorted(spans))
        return Document(text, toponyms, id=id)


def test_evaluate_corpus_from_text_and_with_spans_given(tmp_path: Path) -> None:
    path = tmp_path / "small.jsonl.gz"
    gold = document("a", toponym(11, 16, 31.2, 16.6), text="Ships left Sirte.", tags=["sea"])
    other = document("b", text="Nothing here.")
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, (gold, other))).encode()))
    found = evaluate_corpus(path, Echo())
    assert (found.name, found.figures["rec"]["exact"]["p"], found.given_spans) == ("small", 1 / 3, False)
    told = evaluate_corpus(path, Echo(), given_spans=True)
    assert (told.figures["rec"]["exact"]["f1"], told.given_spans) == (1.0, True)
    assert evaluate_corpus(path, Echo(), tag="sea").figures["docs"] == 1


def test_nested_gold_spans_are_all_answered(tmp_path: Path) -> None:
    path = tmp_path / "nested.jsonl"
    path.write_text(json.dumps(document("a", toponym(0, 9), toponym(0, 3), toponym(4, 9), text="New Sirte.")))
    assert evaluate_corpus(path, Echo(), given_spans=True).figures["rec"]["exact"]["r"] == 1.0


def test_documents_without_an_id_are_numbered_by_line(tmp_path: Path) -> None:
    path = tmp_path / "plain.jsonl"
    path.write_text('{"text": "Sirte."}\n\n{"text": "Left\\u2028Right"}\n')
    parser = Echo()
    assert evaluate_corpus(path, parser).figures["docs_predicted"] == 2
    assert parser.told == ["1", "3"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"{]", "line 1", id="not JSON"),
        pytest.param(
            b'{"id": "a", "toponyms": []}\n[]', "line 2: expected a JSON object, got list", id="not an object"
        ),
        pytest.param(b'{"id": "\xff"}', "line 1", id="not UTF-8"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        list(read_corpus(path))


def test_missing_and_damaged_corpora(tmp_path: Path) -> None:
    with pytest.raises(InputNotFoundError, match="no file"):
        list(read_corpus(tmp_path / "none.jsonl"))
    damaged = tmp_path / "cut.jsonl.gz"
    damaged.write_bytes(gzip.compress(b'{"id": "a"}\n' * 99)[:-12])
    with pytest.raises(InputError, match="cannot be read"):
        list(read_corpus(damaged))
    with pytest.raises(InputError, match="cannot be read"):
        list(read_corpus(tmp_path))


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"text": "x"}, id="no id"),
        pytest.param({"id": "a", "toponyms": [{"start": 0}]}, id="no end"),
        pytest.param({"id": "a", "toponyms": [{"start": 0, "end": 3, "role": "hero"}]}, id="unknown role"),
        pytest.param({"id": "a", "toponyms": [{"start": 0, "end": 3, "lat": "north", "lon": 1}]}, id="no number"),
        pytest.param({"id": "a", "toponyms": 3}, id="no list"),
        pytest.param({"id": "a", "toponyms": [{"start": 0, "end": 3, "lat": math.nan, "lon": 1}]}, id="not a number"),
        pytest.param([], id="no mapping"),
    ],
)
def test_what_is_no_annotated_document_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        evaluate([bad], [])


def test_our_own_samples_fit_their_texts() -> None:
    documents = list(read_corpus(SAMPLES))
    assert len(documents) >= 12
    assert len({d["id"] for d in documents}) == len(documents)
    regions = set()
    for d in documents:
        Document.from_dict({**d, "toponyms": [{"start": t["start"], "end": t["end"]} for t in d["toponyms"]]})
        for t in d["toponyms"]:
            assert d["text"][t["start"] : t["end"]] == t["text"]
            if t["lat"] is not None:
                regions.add(world_region(lat=t["lat"], lon=t["lon"]))
    assert regions >= set(REGIONS) - {"elsewhere"}


# ---------------------------------------------------------------- properties

spans = st.tuples(st.integers(0, 40), st.integers(1, 9)).map(lambda s: (s[0], s[0] + s[1]))
coordinate = st.sampled_from([-60.0, -1.2, 0.0, 0.3, 1.4, 33.66, 60.0])
toponyms = st.builds(
    lambda span, lat, lon: toponym(*span, lat, lon), spans, st.none() | coordinate, st.none() | coordinate
)


annotated = st.lists(toponyms, max_size=8).map(lambda found: AnnotatedDocument.of(document("a", *found)))


@given(annotated, annotated)
def test_overlaps_are_those_of_comparing_all_with_all(gold: AnnotatedDocument, predicted: AnnotatedDocument) -> None:
    golds, predictions = distinct(gold.annotations), distinct(predicted.annotations)
    expected = []
    for i, g in enumerate(golds):
        for j, p in enumerate(predictions):
            one, other = set(range(g.start, g.end)), set(range(p.start, p.end))
            if one & other:
                expected.append((-len(one & other) / len(one | other), i, j))
    assert [tuple(pair) for pair in overlaps(golds, predictions)] == sorted(expected)


@given(annotated, annotated)
def test_counts_keep_their_order(gold: AnnotatedDocument, predicted: AnnotatedDocument) -> None:
    n = score_document(gold, predicted).counts
    assert n["exact"] <= n["overlap"] <= min(n["gold"], n["pred"])
    assert n["near"] <= n["gold_xy"] <= n["gold"]
    assert n["e2e"] <= min(n["gold_xy"], n["e2e_pred"]) <= n["pred"]


@given(annotated)
def test_gold_answers_itself_perfectly(gold: AnnotatedDocument) -> None:
    score = score_document(gold, gold)
    assert score.counts["exact"] == score.counts["gold"] == score.counts["pred"]
    assert score.counts["near"] == score.counts["e2e"] == score.counts["e2e_pred"] == score.counts["gold_xy"]
    assert not score.mistakes


# ---------------------------------------------------------------- agreement with the reference scorer


@pytest.fixture(scope="session")
def reference() -> ModuleType:
    if not SCORER.is_file():
        pytest.skip(f"the reference scorer is not at {SCORER}: set TOPOSCOPE_CORPORA to the folder beside it")
    spec = importlib.util.spec_from_file_location("reference_scorer", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@st.composite
def gold_and_predicted(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    text = "Turkish Paris, x Libyan Oslo y Sirte. " * 2
    gold, predicted = [], []
    for number in range(draw(st.integers(1, 4))):
        more: dict[str, Any] = {}
        if draw(st.booleans()):
            more["ignore"] = draw(st.lists(spans.map(list), max_size=2))
        if draw(st.integers(0, 9)) == 0:
            more["exhaustive"] = False
        gold.append(document(str(number), *draw(st.lists(toponyms, max_size=8)), text=text, **more))
        if draw(st.integers(0, 9)):
            predicted.append(document(str(number), *draw(st.lists(toponyms, max_size=8))))
    return gold, predicted


def _less_demonyms(documents: list[dict[str, Any]], texts: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {**d, "toponyms": [t for t in d["toponyms"] if not is_demonym(texts[d["id"]][t["start"] : t["end"]])]}
        for d in documents
    ]


def assert_agreement(reference: ModuleType, gold: list[dict[str, Any]], predicted: list[dict[str, Any]]) -> None:
    evaluation = evaluate(gold, predicted, resamples=30)
    assert evaluation.figures == reference.score(gold, predicted, boot=30)
    texts = {d["id"]: d["text"] for d in gold}
    bare = reference.score(_less_demonyms(gold, texts), _less_demonyms(predicted, texts), boot=30)
    assert evaluation.figures_without_demonyms == bare
    report = evaluation.to_dict()
    assert {key: report[key] for key in ("rec", "res", "e2e")} == {
        key: evaluation.figures[key] for key in ("rec", "res", "e2e")
    }


@settings(max_examples=300, deadline=None)
@given(data=gold_and_predicted())
def test_agreement_to_the_last_digit(
    reference: ModuleType, data: tuple[list[dict[str, Any]], list[dict[str, Any]]]
) -> None:
    assert_agreement(reference, *data)


@pytest.mark.parametrize("corpus", ["lgl", "geovirus", "geocorpora"])
@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_agreement_on_predictions_of_a_corpus_size(reference: ModuleType, corpus: str, seed: int) -> None:
    path = CORPORA / f"{corpus}.jsonl"
    if not path.is_file():
        pytest.skip(f"there is no {path}: set TOPOSCOPE_CORPORA")
    gold = list(read_corpus(path))
    assert_agreement(reference, gold, [_disturbed(d, random.Random(seed)) for d in gold])


def _disturbed(gold: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Gold with names missed, cut, moved and made up."""
    found = []
    for t in gold["toponyms"]:
        if chance.random() < 0.15:
            continue
        end = t["end"] if chance.random() < 0.8 else max(t["start"] + 1, t["end"] + chance.randint(-4, 6))
        if t["lat"] is None or chance.random() < 0.1:
            found.append(toponym(t["start"], end))
        else:
            found.append(toponym(t["start"], end, t["lat"] + chance.gauss(0, 1), t["lon"] + chance.gauss(0, 1)))
    for _ in range(chance.randint(0, 2)):
        start = chance.randint(0, len(gold["text"]))
        found.append(toponym(start, start + 5, 1.0, 1.0))
    return document(gold["id"], *found)
