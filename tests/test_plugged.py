"""Recognisers of others behind the parser: any object with ``recognise(text)``."""

import pickle
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from toposcope.document import Mention
from toposcope.errors import RecogniserError
from toposcope.pipeline import Geoparser
from toposcope.plugged import PluggedRecogniser
from toposcope.recognition import CRFRecogniser

TEXT = "Turkish drones over Sirte, Libya"


class Answering:
    """Says of every text what it was told to say."""

    def __init__(self, *mentions: Any) -> None:
        self.mentions = list(mentions)

    def recognise(self, text: str) -> list[Mention]:
        return self.mentions


class Searching:
    """Finds one name wherever it stands, many texts at a time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.batches: list[int] = []

    def recognise(self, text: str) -> list[Mention]:
        start = text.find(self.name)
        return [Mention(self.name, start, start + len(self.name))] if start >= 0 else []

    def recognise_many(self, texts: Sequence[str]) -> list[list[Mention]]:
        self.batches.append(len(texts))
        return [self.recognise(text) for text in texts]


@pytest.fixture
def plug(geoparser: Geoparser) -> Callable[..., PluggedRecogniser]:
    own = CRFRecogniser(geoparser.lookup.gazetteer)
    return lambda recogniser, **options: PluggedRecogniser(recogniser, own, **options)


def test_demonyms_are_added(plug) -> None:
    found = plug(Answering(Mention("Sirte", 20, 25))).recognise(TEXT)
    assert [(m.text, m.demonym) for m in found] == [("Turkish", True), ("Sirte", False)]


def test_what_was_found_goes_before_what_is_added(plug) -> None:
    text = "a Turkish-run prison, Turkish drones"
    found = plug(Answering(Mention("Turkish", 2, 9, 0.25))).recognise(text)
    assert [(m.start, m.score == 0.25) for m in found] == [(2, True), (22, False)]


def test_demonyms_can_be_left_out(plug) -> None:
    mentions = [Mention("Turkish", 0, 7, 1.0, True), Mention("Sirte", 20, 25)]
    assert [m.text for m in plug(Answering(*mentions), demonyms=False).recognise(TEXT)] == ["Sirte"]
    parser = Geoparser(recogniser=Answering(*mentions), demonyms=False)
    assert [t.mention.text for t in parser(TEXT).toponyms] == ["Sirte"]


def test_the_package_s_own_recogniser_is_not_repaired(geoparser: Geoparser) -> None:
    own = CRFRecogniser(geoparser.lookup.gazetteer)
    assert Geoparser(recogniser=own).mentions(TEXT) == own.recognise(TEXT)


def test_many_texts_in_the_recogniser_s_own_batches(plug) -> None:
    texts = ["", TEXT, "York", "in New York"]
    searching = Searching("York")
    plugged = plug(searching)
    answers = plugged.recognise_many(texts)
    assert searching.batches == [4]
    assert answers == [plugged.recognise(text) for text in texts]
    assert [m.text for m in answers[3]] == ["New York"]


def test_many_texts_where_there_is_no_batch(plug) -> None:
    plugged = plug(Answering())
    assert [[m.text for m in found] for found in plugged.recognise_many(["", TEXT])] == [[], ["Turkish"]]


def test_too_few_answers(plug) -> None:
    searching = Searching("York")
    searching.recognise_many = lambda texts: [[]]
    with pytest.raises(RecogniserError, match="Searching gave 1 answers to 2 texts"):
        plug(searching).recognise_many(["", ""])


def test_numbers_of_numpy_become_plain_ones(plug) -> None:
    (mention,) = plug(
        Answering(Mention("Sirte", np.int64(20), np.int32(25), np.float32(0.5), np.bool_(False))), demonyms=False
    ).recognise(TEXT)
    assert [type(value) for value in (mention.start, mention.end, mention.score, mention.demonym)] == [
        int,
        int,
        float,
        bool,
    ]


@pytest.mark.parametrize(
    ("mention", "message"),
    [
        ((20, 25), "expected a toposcope.Mention"),
        ("Sirte", "expected a toposcope.Mention"),
        (Mention("Sirte", 20.0, 25.0), "are no numbers"),
        (Mention("Sirte", None, 25), "are no numbers"),
        (Mention("Sirte", 20, 25, None), "are no numbers"),
        (Mention("Sirte", 20, 99), "does not fit the text of 32 characters"),
        (Mention("", 20, 20), "does not fit"),
        (Mention("Sirte", -12, -7), "does not fit"),
        (Mention("Sirte", 21, 26), "but the text has 'irte,' there"),
        (Mention("Sirte", 20, 25, 1.5), "whose score is 1.5"),
        (Mention("Sirte", 20, 25, float("nan")), "whose score is nan"),
    ],
)
def test_what_is_no_mention_of_the_text(plug, mention: object, message: str) -> None:
    with pytest.raises(RecogniserError, match=message) as error:
        plug(Answering(Mention("Libya", 27, 32), mention)).recognise(TEXT)
    assert "Answering" in str(error.value)
    assert "mention 2" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("answer", [None, 3, "Sirte"])
def test_what_is_no_list(plug, answer: object) -> None:
    answering = Answering()
    answering.mentions = answer
    with pytest.raises(RecogniserError, match="expected a list of mentions"):
        plug(answering).recognise(TEXT)


@pytest.mark.parametrize("value", ["en_core_web_sm", 3, object()])
def test_what_is_no_recogniser(value: object) -> None:
    with pytest.raises(RecogniserError, match="no method recognise"):
        Geoparser(recogniser=value)


def test_parsers_with_other_recognisers_pickle() -> None:
    parser = Geoparser(recogniser=Searching("York"))
    data = pickle.dumps(parser)
    assert len(data) < 10_000
    assert pickle.loads(data)("in New York") == parser("in New York")


def test_given_spans_go_before_what_is_found() -> None:
    document = Geoparser(recogniser=Searching("Sirte")).resolve(TEXT, [(21, 25)])
    assert [t.mention.text for t in document.toponyms] == ["irte"]
