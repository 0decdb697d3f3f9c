"""A spaCy pipeline with rules for entities: the real thing, without a model to download."""

import pickle
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optional import needed
from toposcope.errors import InputError, MissingExtraError, RecogniserError, RecogniserNotFoundError
from toposcope.integrations._passages import encodable, passages
from toposcope.integrations.spacy import SpacyRecogniser
from toposcope.pipeline import Geoparser

spacy = needed("spacy")

RULES = {
    "GPE": ("Tripoli", "the Netherlands", "Paris, Texas"),
    "LOC": ("Sahara",),
    "FAC": ("Suez Canal",),
    "NORP": ("Libyan", "Republican"),
    "ORG": ("Reuters",),
    "PERSON": ("Ada",),
}


@pytest.fixture
def nlp():
    pipeline = spacy.blank("en")
    rules = [{"label": label, "pattern": name} for label, names in RULES.items() for name in names]
    pipeline.add_pipe("entity_ruler").add_patterns(rules)
    return pipeline


def test_places_of_all_three_labels_and_peoples_that_the_gazetteer_lists(nlp) -> None:
    text = "😀 Ada of Reuters crossed the Sahara from Tripoli; the Suez Canal is neither Libyan nor Republican."
    mentions = SpacyRecogniser(nlp).recognise(text)
    assert [(m.text, m.demonym) for m in mentions] == [
        ("Sahara", False),
        ("Tripoli", False),
        ("Suez Canal", False),
        ("Libyan", True),
    ]
    assert all(text[m.start : m.end] == m.text for m in mentions)


def test_labels_can_be_others(nlp) -> None:
    recogniser = SpacyRecogniser(nlp, labels={"ORG"}, people_labels=())
    assert [m.text for m in recogniser.recognise("Reuters, a Libyan in Tripoli")] == ["Reuters"]
    with pytest.raises(InputError, match="collection"):
        SpacyRecogniser(nlp, labels="ORG")


def test_long_texts_are_cut_at_paragraph_ends_and_joined(nlp) -> None:
    text = "\n\n".join(f"Chapter {i} is about the Suez Canal, Tripoli and 日本." for i in range(50))
    whole = SpacyRecogniser(nlp).recognise(text)
    nlp.max_length = 120
    assert len(whole) == 100
    assert SpacyRecogniser(nlp).recognise(text) == whole


@pytest.mark.parametrize("batch_size", [1, 3])
def test_many_texts_are_answered_as_one_by_one(nlp, batch_size: int) -> None:
    nlp.max_length = 30
    texts = ["", "in Tripoli", " \n", "nothing", "Tripoli\n\n" * 9, "the Sahara"]
    recogniser = SpacyRecogniser(nlp, batch_size=batch_size)
    answers = recogniser.recognise_many(texts)
    assert [len(found) for found in answers] == [0, 1, 0, 0, 9, 1]
    assert answers == [recogniser.recognise(text) for text in texts]
    assert recogniser.recognise_many([]) == []


@pytest.mark.parametrize("text", ["\ud800 in Tripoli", "\x00 Tripoli \x00", "e\u0301 Tripoli\n", "\u2028Tripoli\u2029"])
def test_odd_characters_keep_offsets(nlp, text: str) -> None:
    (mention,) = SpacyRecogniser(nlp).recognise(text)
    assert text[mention.start : mention.end] == "Tripoli"


def test_a_pipeline_from_a_folder(nlp, tmp_path: Path) -> None:
    nlp.add_pipe("sentencizer")
    nlp.to_disk(tmp_path / "mine")
    for path in (tmp_path / "mine", str(tmp_path / "mine")):
        assert [m.text for m in SpacyRecogniser(path).recognise("in Tripoli")] == ["Tripoli"]


def test_it_pickles(nlp) -> None:
    copy = pickle.loads(pickle.dumps(SpacyRecogniser(nlp)))
    assert [m.text for m in copy.recognise("in Tripoli")] == ["Tripoli"]


def test_behind_the_parser(nlp) -> None:
    text = "Turkish drones left the Netherlands for Tripoli-based crews and Paris, Texas."
    document = Geoparser(recogniser=SpacyRecogniser(nlp))(text)
    assert [t.mention.text for t in document.toponyms] == ["Turkish", "Netherlands", "Tripoli", "Paris", "Texas"]


class TestWhatDoesNotWork:
    def test_no_spacy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "spacy", None)
        with pytest.raises(MissingExtraError, match=r"pip install 'toposcope\[spacy\]'"):
            SpacyRecogniser("en_core_web_sm")

    def test_no_such_pipeline(self) -> None:
        with pytest.raises(RecogniserNotFoundError, match="python -m spacy download en_no_such_pipeline"):
            SpacyRecogniser("en_no_such_pipeline")

    def test_a_folder_of_something_else(self, tmp_path: Path) -> None:
        with pytest.raises(RecogniserError, match="holds no spaCy pipeline"):
            SpacyRecogniser(tmp_path)

    def test_settings_that_spacy_refuses(self, nlp, tmp_path: Path) -> None:
        nlp.to_disk(tmp_path)
        config = (tmp_path / "config.cfg").read_text().replace('"entity_ruler"', '"no_such_component"')
        (tmp_path / "config.cfg").write_text(config)
        with pytest.raises(RecogniserError, match="cannot load") as error:
            SpacyRecogniser(tmp_path)
        assert "\n" not in str(error.value)

    def test_a_pipeline_that_finds_nothing(self) -> None:
        with pytest.raises(RecogniserError, match="no component"):
            SpacyRecogniser(spacy.blank("en"))

    @pytest.mark.parametrize("value", [None, 3, spacy])
    def test_what_is_no_pipeline(self, value: object) -> None:
        with pytest.raises(RecogniserError, match="expected a spaCy pipeline"):
            SpacyRecogniser(value)


class TestPassages:
    @settings(max_examples=200)
    @given(text=st.text(alphabet="ab .\n\r", max_size=80), size=st.integers(2, 30))
    def test_nothing_is_lost_but_white_space_and_nothing_repeated(self, text: str, size: int) -> None:
        after = 0
        for offset, passage in passages(text, size):
            assert text[after:offset].strip() == ""
            assert text[offset : offset + len(passage)] == passage
            assert len(passage) <= size
            after = offset + len(passage)
        assert text[after:].strip() == ""

    @pytest.mark.parametrize(
        ("text", "first"),
        [
            ("aaaa bbbb\n\ncc\ndd ee", "aaaa bbbb\n\n"),
            ("aaaaaaa. b\ncc dd ee ff", "aaaaaaa. b\n"),
            ("aaaaaaa. bbbb cc dd ee", "aaaaaaa. "),
            ("aaaaaaaa bbbb cc dd ee", "aaaaaaaa bbbb "),
            ("a" * 40, "a" * 14),
        ],
    )
    def test_where_a_text_is_cut(self, text: str, first: str) -> None:
        assert next(iter(passages(text, 14)))[1] == first

    def test_lone_surrogates_are_replaced_one_for_one(self) -> None:
        assert encodable("a\ud800\udfff😀") == "a\ufffd\ufffd😀"
