"""The fast way from texts to mentions equals the plain one, feature by feature and span by span."""

import itertools
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toposcope.candidates import open_gazetteer
from toposcope.recognition import CRFRecogniser
from toposcope.recognition.features import Features, NameCache
from toposcope.recognition.model import BEGIN, INSIDE, LABELS, OUTSIDE, HashTable, Model
from toposcope.recognition.reading import Vocabulary, pieces_of, prepared, starts_of_pieces
from toposcope.recognition.recogniser import shipped_model
from toposcope.recognition.runs import find_runs
from toposcope.recognition.words import NameClasses
from toposcope.tokens import tokenise

sys.path.append(str(Path(__file__).resolve().parents[1] / "training"))

from recognition_features import PlainReader

TEXTS = [
    "",
    " \n ",
    "Tripoli",
    "The Tripoli-based government of Mr. Ramirez left Port-au-Prince for Deir ez-Zor, Syria, on Monday.",
    "PARIS, Ky. (Agency) — Gov. Ann T. Moore said U.S. Route 27 and W. Main St. in St. Paul would close.\n\nIt did.",
    "STORM BATTERS MANILA\nThousands fled Quezon City. Manila's mayor, Maria Santos, said so. Santos left manila.",
    "Storm Batters Manila and the Visayas\n\n\nBy Our Correspondent, CEBU",
    "floods in manila, cebu and new york #davao",
    "Floods hit New\nYork and South\r\nAfrica, Isle of Man, Gulf of Qwex, Orchard Street and Jomo Kenyatta Airport.",
    "Bosnia and Herzegovina met Côte d’Ivoire's team in the hamlet of Oberflunk, a village. “Oberflunk,” she said.",
    "Prime Minister Sheikh Dr Omar Abdi and Omar met in Omar, near omar. J. R. Omar said Omar slept.",
    " ".join(["Alpha"] * 120) + " of Beta " + "A B C 5 9th 's 's",
    "x\x00y \ud800 é\u0301 طرابلس 😀 🇱🇾 \u2028 Tripoli\u2029 Sirte\x85Benghazi",
]

words = st.one_of(
    st.sampled_from(
        ["Paris", "PARIS", "paris", "St.", "U.S.", "W.", "Washington", ",", "D.C.", "of", "the", "and", "-", "’s", "'s",
         "Libyan", "River", "Street", "\n", "\r\n", "\n\n", "\x00", "\ud800", "😀", "é\u0301", "طرابلس", "President",
         "Omar", "said", "in", "NATO", "'", ".", "I", "The", "May", "66", "new", "york", "#", "ez", "al", "\u2028", "¶"]
    ),
    st.text(max_size=6),
)  # fmt: skip
texts = st.builds(lambda parts, joint: joint.join(parts), st.lists(words, max_size=40), st.sampled_from(["", " "]))


@pytest.fixture(scope="module")
def classes() -> NameClasses:
    return NameClasses(open_gazetteer().gazetteer)


@pytest.fixture(scope="module")
def plain(classes: NameClasses) -> PlainReader:
    return PlainReader(classes)


@pytest.fixture(scope="module")
def model() -> Model:
    return shipped_model()


def plain_scores(plain: PlainReader, model: Model, text: str) -> tuple[list[tuple[int, int]], list[list[float]]]:
    """Offsets of the runs' tokens, and the sum of the weights of each token's features."""
    read = plain.read(text)
    offsets, scores = [], []
    for (start, end), run in zip(read.runs, read.features, strict=True):
        for i, token in zip(range(start, end), run, strict=True):
            offsets.append((read.starts[i], read.ends[i]))
            total = np.zeros(len(LABELS))
            for feature in token:
                total += model.weight_of(feature)
            scores.append(total.tolist())
    return offsets, scores


def fast_scores(
    classes: NameClasses, model: Model, texts: Sequence[str]
) -> list[tuple[list[tuple[int, int]], list[list[float]]]]:
    vocabulary = Vocabulary(classes, model)
    batch = vocabulary.read(texts)
    flags = vocabulary.flags[batch.tokens]
    start, end = find_runs(flags, batch.glued)
    results: list[tuple[list[tuple[int, int]], list[list[float]]]] = [([], []) for _ in texts]
    if len(start):
        features = Features(batch, start, end, flags, vocabulary, NameCache(vocabulary))
        starts = [starts_of_pieces(text) for text in texts]
        for token, score in zip(features.tokens.tolist(), features.weigh(model).tolist(), strict=True):
            text = int(batch.text_of[token])
            base = int(starts[text][batch.piece[token] - batch.first_piece[text]])
            results[text][0].append((base + int(batch.begins[token]), base + int(batch.stops[token])))
            results[text][1].append(score)
    return results


def check(plain: PlainReader, classes: NameClasses, model: Model, texts: Sequence[str]) -> None:
    for text, (offsets, scores) in zip(texts, fast_scores(classes, model, texts), strict=True):
        plain_offsets, expected = plain_scores(plain, model, text)
        assert offsets == plain_offsets, text
        assert np.allclose(scores, expected, atol=1e-3) if scores else not expected, text


def test_the_same_scores_in_one_batch(plain: PlainReader, classes: NameClasses, model: Model) -> None:
    check(plain, classes, model, [prepared(text, classes) for text in TEXTS])


@settings(max_examples=300, deadline=None)
@given(st.lists(texts, min_size=1, max_size=3))
def test_the_same_scores_for_any_text(plain: PlainReader, classes: NameClasses, model: Model, texts: list[str]) -> None:
    check(plain, classes, model, texts)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_pieces_and_tokens_are_those_of_the_text(text: str) -> None:
    pieces, starts = pieces_of(text), starts_of_pieces(text)
    assert len(pieces) == len(starts)
    for piece, start in zip(pieces, starts.tolist(), strict=True):
        assert text[start : start + len(piece)] == piece
    tokens = [
        (word, int(start) + at)
        for piece, start in zip(pieces, starts, strict=True)
        for word, at in zip(*(tokenise(piece) if piece != "\n" else (["\n"], [0])), strict=True)
    ]
    whole = tokenise(text)
    assert tokens == list(zip(whole.words, whole.starts, strict=True))


@settings(max_examples=100, deadline=None)
@given(st.lists(texts, max_size=6))
def test_many_texts_are_answered_as_one_by_one(geo_recogniser: CRFRecogniser, texts: list[str]) -> None:
    assert geo_recogniser.recognise_many(texts) == [geo_recogniser.recognise(text) for text in texts]


@pytest.fixture(scope="module")
def geo_recogniser() -> CRFRecogniser:
    return CRFRecogniser(open_gazetteer().gazetteer)


def test_what_is_forgotten_is_learned_again(geo_recogniser: CRFRecogniser, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [geo_recogniser.recognise(text) for text in TEXTS]
    monkeypatch.setattr("toposcope.recognition.reading.MOST_WORDS", 3)
    small = CRFRecogniser(geo_recogniser.gazetteer)
    assert [small.recognise(text) for text in TEXTS] == expected


class TestDecoding:
    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.integers(1, 5), min_size=1, max_size=6), st.integers(0, 2**32 - 1))
    def test_best_labels_and_probabilities_by_trying_all(self, model: Model, lengths: list[int], seed: int) -> None:
        emissions = np.random.default_rng(seed).normal(0, 2, (sum(lengths), 3)).astype(np.float32)
        decoded = model.decode(emissions, np.array(lengths))
        found = dict(
            zip(zip(decoded.first.tolist(), decoded.last.tolist(), strict=True), decoded.probability, strict=True)
        )
        first = 0
        expected = {}
        for length in lengths:
            paths = all_paths(length)
            scores = np.array([path_score(model, emissions[first : first + length], path) for path in paths])
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            for span in spans(paths[int(scores.argmax())]):
                share = sum(p for p, path in zip(shares, paths, strict=True) if span in spans(path))
                expected[first + span[0], first + span[1]] = share
            first += length
        assert found.keys() == expected.keys()
        for span, share in expected.items():
            assert found[span] == pytest.approx(share, abs=1e-6)


def all_paths(length: int) -> list[tuple[int, ...]]:
    paths: list[tuple[int, ...]] = [()]
    for _ in range(length):
        paths = [
            (*path, label) for path in paths for label in range(3) if label != INSIDE or (path and path[-1] != OUTSIDE)
        ]
    return paths


def path_score(model: Model, emissions: np.ndarray, path: tuple[int, ...]) -> float:
    score = sum(float(row[label]) for row, label in zip(emissions, path, strict=True)) - model.bias * path.count(
        OUTSIDE
    )
    return score + sum(float(model.transitions[a, b]) for a, b in itertools.pairwise(path))


def spans(path: tuple[int, ...]) -> list[tuple[int, int]]:
    found = []
    for i, label in enumerate(path):
        if label == BEGIN:
            last = i
            while last + 1 < len(path) and path[last + 1] == INSIDE:
                last += 1
            found.append((i, last))
    return found


@settings(max_examples=50, deadline=None)
@given(st.sets(st.integers(1, 2**63), max_size=200), st.sets(st.integers(1, 2**63), max_size=50))
def test_hash_table(keys: set[int], others: set[int]) -> None:
    known = np.array(sorted(keys), np.uint64)
    rows = np.arange(1, 3 * len(known) + 1, dtype=np.float32).reshape(-1, 3)
    table = HashTable(known, rows)
    assert np.array_equal(table.look_up(known), rows)
    unknown = np.array(sorted((others | {0}) - keys), np.uint64)
    assert not table.look_up(unknown).any()


def test_the_weights_belong_to_the_gazetteer(model: Model, classes: NameClasses) -> None:
    assert model.gazetteer_hash == classes.gazetteer.hash, "the gazetteer has changed: run training/recognition.py"
