import itertools
import pickle
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toposcope
from toposcope.document import Document, Mention, Status
from toposcope.errors import InputError
from toposcope.pipeline import Geoparser
from toposcope.recognition import CRFRecogniser

TEXT = "ANKARA (Agency) - Turkey said troops left Sirte, Libya. Moscow denied it."


def test_what_the_caller_says_is_kept(geoparser: Geoparser) -> None:
    document = geoparser(TEXT, id="a1", title="T", date="2020-07-22", source="https://news.example/a1")
    assert (document.text, document.id, document.title, document.date) == (TEXT, "a1", "T", "2020-07-22")
    assert document.source == "https://news.example/a1"
    assert document.provenance is not None
    assert document.provenance.gazetteer_hash == geoparser.lookup.gazetteer.hash


def test_the_short_call() -> None:
    assert [p.name for p in toposcope.geoparse("Fighting resumed near Sirte, Libya.").places] == ["Sirte", "Libya"]


def test_same_text_same_bytes(geoparser: Geoparser) -> None:
    again = Geoparser()
    assert again("A warm-up about Paris, Texas.").places
    assert geoparser(TEXT).to_json() == again(TEXT).to_json()


def test_json_round_trip(geoparser: Geoparser) -> None:
    document = geoparser(TEXT)
    assert Document.from_json(document.to_json()) == document


def test_documents_pickle(geoparser: Geoparser) -> None:
    document = geoparser(TEXT)
    assert pickle.loads(pickle.dumps(document)) == document


def test_parsers_pickle_small(geoparser: Geoparser) -> None:
    geoparser("A text of many words: Zanzibar, Timbuktu, Samarkand, Ulan Bator, Ouagadougou. " * 20)
    data = pickle.dumps(geoparser)
    assert len(data) < 10_000
    assert pickle.loads(data)(TEXT) == geoparser(TEXT)


def test_pipe_is_lazy_and_in_order(geoparser: Geoparser) -> None:
    def endless():  # type: ignore[no-untyped-def]
        number = 0
        while True:
            number += 1
            yield f"Number {number} went to Paris."

    documents = geoparser.pipe(endless())
    assert next(documents).text.startswith("Number 1 ")
    assert next(documents).text.startswith("Number 2 ")


@pytest.mark.parametrize("text", ["", " ", "\n", "nothing here", "\x00", "\ud800", "😀"])
def test_texts_without_places(geoparser: Geoparser, text: str) -> None:
    assert geoparser(text).toponyms == ()


@pytest.mark.parametrize("value", [None, 1, b"Sirte", ["Sirte"]])
def test_what_is_no_text_is_refused(geoparser: Geoparser, value: object) -> None:
    with pytest.raises(InputError, match="expected a text"):
        geoparser(value)  # type: ignore[arg-type]


def test_line_ends_and_odd_characters_keep_offsets(geoparser: Geoparser) -> None:
    text = "😀 e\u0301\r\n\r\nSirte\x00 and\u2028Libya’s coast"
    assert [text[t.mention.start : t.mention.end] for t in geoparser(text).toponyms] == ["Sirte", "Libya"]


class TestGivenSpans:
    def test_each_is_answered_once_and_nothing_else(self, geoparser: Geoparser) -> None:
        spans = [(42, 47), (0, 6), (42, 47)]
        document = geoparser.resolve(TEXT, spans)
        assert [(t.mention.start, t.mention.end) for t in document.toponyms] == [(0, 6), (42, 47)]

    def test_context_still_counts(self, geoparser: Geoparser) -> None:
        text = "Tripoli lies west of Sirte and Benghazi in Libya."
        (alone,) = geoparser.resolve(text, [(0, 7)]).toponyms
        assert alone.place is not None
        assert alone.place.country_code == "LY"

    def test_a_span_that_nobody_would_find(self, geoparser: Geoparser) -> None:
        (toponym,) = geoparser.resolve("he went home", [(8, 12)]).toponyms
        assert toponym.mention.text == "home"

    @pytest.mark.parametrize("span", [(-1, 3), (3, 3), (5, 2), (0, 999)])
    def test_spans_that_do_not_fit(self, geoparser: Geoparser, span: tuple[int, int]) -> None:
        with pytest.raises(InputError, match="does not fit"):
            geoparser.resolve(TEXT, [span])

    def test_overlapping_spans(self, geoparser: Geoparser) -> None:
        with pytest.raises(InputError, match="overlaps"):
            geoparser.resolve(TEXT, [(0, 6), (3, 8)])

    @settings(max_examples=50, deadline=None)
    @given(cuts=st.lists(st.integers(0, len(TEXT)), min_size=2, max_size=8, unique=True).map(sorted))
    def test_any_spans(self, geoparser: Geoparser, cuts: list[int]) -> None:
        spans = list(zip(cuts[::2], cuts[1::2], strict=False))
        document = geoparser.resolve(TEXT, spans)
        assert [(t.mention.start, t.mention.end) for t in document.toponyms] == spans


class TestPlugIns:
    def test_any_recogniser(self) -> None:
        class Capitals:
            def recognise(self, text: str) -> list[Mention]:
                return [Mention("Sirte", 4, 9)]

        document = Geoparser(recogniser=Capitals())("xxx Sirte and Libya")
        assert [p.name for p in document.places] == ["Sirte"]

    def test_any_resolver(self) -> None:
        class Nothing:
            def resolve(self, text: str, mentions: Sequence[Mention]) -> list[toposcope.Toponym]:
                return [toposcope.Toponym(m, Status.UNKNOWN) for m in mentions]

        document = Geoparser(resolver=Nothing())("Sirte and Libya")
        assert document.places == ()
        assert len(document.toponyms) == 2


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_that_is_no_share(threshold: float) -> None:
    with pytest.raises(InputError, match="threshold"):
        Geoparser(threshold=threshold)


def test_demonyms_can_be_left_out() -> None:
    text = "Turkish drones over Libya"
    assert [t.mention.text for t in Geoparser(demonyms=False)(text).toponyms] == ["Libya"]


class Counting:
    """A recogniser of others that finds nothing, and tells how it was asked."""

    def __init__(self) -> None:
        self.batches = 0

    def recognise(self, text: str) -> list[Mention]:
        if "bad" in text:
            raise ValueError("bad text")
        return []

    def recognise_many(self, texts: list[str]) -> list[list[Mention]]:
        self.batches += 1
        return [self.recognise(text) for text in texts]


def test_pipe_uses_the_batches_of_a_plugged_recogniser() -> None:
    recogniser = Counting()
    assert len(list(Geoparser(recogniser=recogniser).pipe(["a"] * 20))) == 20
    assert recogniser.batches == 1


def test_a_failing_recogniser_gives_no_document_twice() -> None:
    seen = []
    with pytest.raises(ValueError, match="bad text"):
        seen.extend(d.text for d in Geoparser(recogniser=Counting()).pipe(["one", "two", "bad", "x" * 200_000]))
    assert len(seen) == len(set(seen))


def test_pipe_reads_only_so_many_empty_texts_ahead(geoparser: Geoparser) -> None:
    assert next(geoparser.pipe(itertools.repeat(""))).text == ""


def test_pipe_knows_the_source_of_each_text() -> None:
    parser = Geoparser(home="source")
    texts = ["Watkinsville, Georgia, and Winder flood.", "Bogart and Winder, Georgia, dry.", "Police in Athens met."]
    last = list(parser.pipe(texts, sources=["http://a.example/1", "http://a.example/2", "http://a.example/3"]))[-1]
    assert last.source == "http://a.example/3"
    assert last.toponyms[0].place is not None
    assert last.toponyms[0].place.admin1 == "Georgia"
    with pytest.raises(InputError, match="more texts than sources"):
        list(parser.pipe(texts, sources=["x"]))


@pytest.mark.parametrize("spans", [[[0, 6]], [(np.int64(0), np.int64(6))], np.array([[0, 6]]), [range(0, 7, 6)]])
def test_spans_may_come_in_lists_and_arrays(geoparser: Geoparser, spans: Any) -> None:
    document = geoparser.resolve("Tobruk fell.", spans)
    assert [t.mention.text for t in document.toponyms] == ["Tobruk"]
    assert Document.from_json(document.to_json()) == document


@pytest.mark.parametrize("spans", [None, ["ab"], [(0.0, 6.0)], [(0, 6, 1)], [7]])
def test_what_is_no_span_is_said_in_one_line(geoparser: Geoparser, spans: Any) -> None:
    with pytest.raises(InputError, match="not pairs of whole numbers"):
        geoparser.resolve("Tobruk fell.", spans)


def test_demonyms_can_be_left_out_of_any_recogniser(geoparser: Geoparser) -> None:
    own = CRFRecogniser(geoparser.lookup.gazetteer)
    found = Geoparser(recogniser=own, demonyms=False)("Libyan troops in Sirte.").toponyms
    assert [t.mention.text for t in found] == ["Sirte"]


def test_an_address_holds_no_place(geoparser: Geoparser) -> None:
    assert geoparser("Write to Tripoli@example.com today.").toponyms == ()


def test_a_history_counts_every_text_of_every_thread() -> None:
    parser = Geoparser(home="source")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: parser("Floods in Winder, Georgia.", source="http://a.example"), range(80)))
    again = pickle.loads(pickle.dumps(parser))
    home = again._history.home("http://a.example/x")
    assert home.shares.tolist().count(1.0) == 2


def test_a_home_says_what_it_was_taken_for() -> None:
    place = Geoparser(home="Athens, Georgia").home_place
    assert place is not None
    assert place.admin1 == "Georgia"


def test_a_book_is_no_name(geoparser: Geoparser) -> None:
    text = "Paris " * 20_000
    (toponym,) = geoparser.resolve(text, [(0, len(text) - 1)]).toponyms
    assert (toponym.status, toponym.mention.end) == (Status.UNKNOWN, len(text) - 1)
