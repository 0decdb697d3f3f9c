"""ONNX models, made tiny and random: what is proven is loading, alignment, windows and batches, not accuracy."""

import json
import pickle
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optional import needed
from toposcope.document import Mention
from toposcope.errors import InputError, MissingExtraError, RecogniserError, RecogniserNotFoundError
from toposcope.integrations import onnx as integration
from toposcope.integrations._labels import Span, Tag, spans, tag
from toposcope.pipeline import Geoparser

onnx = needed("onnx")
needed("onnxruntime")
tokenizers = needed("tokenizers")

BIO = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-NORP")
WORDS = {
    "tripoli": "B-LOC",
    "new": "B-LOC",
    "york": "I-LOC",
    "(": "O",
    ")": "O",
    "-": "O",
    "based": "O",
    "ada": "B-PER",
    "libyan": "B-NORP",
    "republican": "B-NORP",
    "beng": "B-LOC",
    "##hazi": "O",  # what a model says of the rest of a word does not count
    "saw": "O",
    "in": "O",
}
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


def write_tokenizer(folder: Path, vocabulary: list[str]) -> None:
    """A WordPiece tokeniser as BERT has it."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    numbers = {word: i for i, word in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordPiece(numbers, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", numbers["[CLS]"]), ("[SEP]", numbers["[SEP]"])]
    )
    tokenizer.save(str(folder / "tokenizer.json"))


def write_model(path: Path, table: np.ndarray, inputs: tuple[str, ...], dtype: int | None = None) -> None:
    """A model without any notion of position: the scores of a token are a row of a table."""
    from onnx import TensorProto, helper, numpy_helper

    dtype = dtype or TensorProto.INT64
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["logits"], axis=0)],
        "tiny",
        [helper.make_tensor_value_info(name, dtype, ["batch", "tokens"]) for name in inputs],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "tokens", table.shape[1]])],
        [numpy_helper.from_array(table.astype(np.float32), "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 10
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(path))


def make(
    folder: Path,
    words: dict[str, str] = WORDS,
    labels: tuple[str, ...] = BIO,
    *,
    model: str = "model.onnx",
    inputs: tuple[str, ...] = ("input_ids", "attention_mask", "token_type_ids"),
    dtype: int | None = None,
    **config: object,
) -> Path:
    """A model that gives each word of a vocabulary its label, and a little of every other one."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = [*SPECIAL, *words]
    table = np.random.default_rng(7).uniform(0, 1, (len(vocabulary), len(labels)))
    for i, word in enumerate(vocabulary):
        table[i, labels.index(words.get(word, "O"))] += 4
    write_tokenizer(folder, vocabulary)
    write_model(folder / model, table, inputs, dtype)
    settings = {"id2label": {str(i): label for i, label in enumerate(labels)}, "pad_token_id": 0, **config}
    (folder / "config.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


def random_model(folder: Path) -> Path:
    """Every word of two letters has some label or other."""
    labels = ("O", "O", "B-LOC", "I-LOC", "B-ORG", "I-ORG")
    draw = random.Random(3)
    words = {a + b: draw.choice(labels) for a in "abcdefgh" for b in "abcdefgh"}
    return make(folder, words, tuple(dict.fromkeys(labels)))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_model(tmp_path_factory.mktemp("noise"))


def found(path: Path, text: str, **options: object) -> list[str]:
    mentions = integration.OnnxRecogniser(path, **options).recognise(text)
    assert all(text[m.start : m.end] == m.text for m in mentions)
    return [m.text for m in mentions]


class TestAlignment:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("Ada saw Tripoli in New York", ["Tripoli", "New York"]),
            ("😀 e\u0301 Tripoli\r\n\r\nNew\nYork", ["Tripoli", "New\nYork"]),
            ("(Tripoli)Tripoli-based", ["Tripoli", "Tripoli"]),
            ("in Benghazi", ["Benghazi"]),
            ("York saw Tripoli New York York", ["York", "Tripoli", "New York York"]),
            ("", []),
            (" \n ", []),
            ("\ud800Tripoli\x00 in \udfff", ["Tripoli"]),
            ("nothing", []),
        ],
    )
    def test_offsets_are_those_of_the_text(self, tiny: Path, text: str, names: list[str]) -> None:
        # BertNormalizer drops NUL and surrogates' replacements: offsets still hold.
        assert found(tiny, text) == names

    def test_peoples_are_those_that_the_gazetteer_lists(self, tiny: Path) -> None:
        mentions = integration.OnnxRecogniser(tiny).recognise("the Libyan and the Republican in Tripoli")
        assert [(m.text, m.demonym) for m in mentions] == [("Libyan", True), ("Tripoli", False)]

    def test_the_score_is_the_probability_of_a_place(self, tmp_path: Path) -> None:
        # Two labels of places at equal scores: either alone has less than a half, both together nearly all.
        make(tmp_path, {"rome": "B-LOC"}, ("O", "B-LOC", "B-GPE"))
        table = np.zeros((5, 3))
        table[4] = [0.0, 5.0, 5.0]
        write_model(tmp_path / "model.onnx", table, ("input_ids",))
        (mention,) = integration.OnnxRecogniser(tmp_path).recognise("Rome")
        expected = 2 * np.exp(5.0) / (2 * np.exp(5.0) + 1)
        assert mention.score == pytest.approx(expected, abs=1e-4)

    def test_bytes_of_one_letter_are_one_word(self, tmp_path: Path) -> None:
        """Byte-level tokenisers, as RoBERTa's, give the two bytes of "ö" a token each."""
        from tokenizers import Tokenizer, models, pre_tokenizers

        make(tmp_path)
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
        vocabulary = {letter: i for i, letter in enumerate(["[UNK]", *alphabet])}
        tokenizer = Tokenizer(models.BPE(vocabulary, [], unk_token="[UNK]"))
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.save(str(tmp_path / "tokenizer.json"))
        table = np.zeros((len(vocabulary), len(BIO)))
        table[:, 0] = 1
        table[vocabulary["M"], BIO.index("B-LOC")] = 9
        table[vocabulary["Ġ"], BIO.index("B-LOC")] = 9  # the space before a word belongs to its first token
        write_model(tmp_path / "model.onnx", table, ("input_ids", "attention_mask"))
        assert found(tmp_path, "Malmö och Ö") == ["Malmö", "och", "Ö"]


class TestWindows:
    @staticmethod
    def long_text(words: int) -> str:
        draw = random.Random(words)
        return " ".join(draw.choice("abcdefgh") + draw.choice("abcdefgh") for _ in range(words))

    @pytest.mark.parametrize("window", [6, 7, 16, 40])
    @pytest.mark.parametrize("stride", [0, 1, 3])
    def test_many_windows_see_what_one_sees(self, noise: Path, window: int, stride: int) -> None:
        text = self.long_text(200)
        whole = integration.OnnxRecogniser(noise, window=300).recognise(text)
        assert len(whole) > 20
        assert integration.OnnxRecogniser(noise, window=window, stride=stride, batch_size=3).recognise(text) == whole

    def test_of_two_windows_the_deeper_one_counts(self, tmp_path: Path, noise: Path) -> None:
        """A model that can only read what follows its first two tokens, specials included."""
        from onnx import TensorProto, helper, numpy_helper

        shutil.copytree(noise, tmp_path, dirs_exist_ok=True)
        blind = np.zeros((1, 64, 3), np.float32)
        blind[:, :3, 0] = 99  # says O to all that stands near the window's beginning
        table = np.zeros((68, 3), np.float32)
        table[:, 1] = 5
        graph = helper.make_graph(
            [
                helper.make_node("Gather", ["table", "input_ids"], ["seen"], axis=0),
                helper.make_node("Shape", ["seen"], ["shape"]),
                helper.make_node("Slice", ["shape", "one", "two"], ["length"]),
                helper.make_node("Slice", ["blind", "zero", "length", "one"], ["bias"]),
                helper.make_node("Add", ["seen", "bias"], ["logits"]),
            ],
            "blind",
            [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "tokens"])],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "tokens", 3])],
            [
                numpy_helper.from_array(blind, "blind"),
                numpy_helper.from_array(table, "table"),
                *(numpy_helper.from_array(np.array([n]), name) for n, name in enumerate(("zero", "one", "two"))),
            ],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 10
        onnx.save(model, str(tmp_path / "model.onnx"))
        (tmp_path / "config.json").write_text(json.dumps({"id2label": {"0": "O", "1": "B-LOC", "2": "I-LOC"}}))
        text = self.long_text(100)
        # Only the first two words of all are read by no other window; each further one is, six words deep.
        assert len(found(tmp_path, text, window=22, stride=8)) == 98
        assert len(found(tmp_path, text, window=22, stride=0)) < 98

    def test_a_window_is_what_the_folder_says(self, tmp_path: Path) -> None:
        for kind, positions, window in (("bert", 128, 128), ("roberta", 130, 128), ("bert", 4096, 512)):
            folder = make(tmp_path / f"{kind}{positions}", max_position_embeddings=positions, model_type=kind)
            assert integration.OnnxRecogniser(folder).window == window
        (folder / "tokenizer_config.json").write_text('{"model_max_length": 64}')
        assert integration.OnnxRecogniser(folder).window == 64
        (folder / "tokenizer_config.json").write_text(f'{{"model_max_length": {10**30}}}')
        assert integration.OnnxRecogniser(folder).window == 512

    @pytest.mark.parametrize("options", [{"window": 2}, {"window": 8, "stride": 6}, {"stride": -1}, {"batch_size": 0}])
    def test_windows_that_do_not_work(self, tiny: Path, options: dict[str, int]) -> None:
        with pytest.raises(InputError, match="do not work"):
            integration.OnnxRecogniser(tiny, **options)

    def test_passages_are_joined_with_their_offsets(self, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        text = "\n\n".join(f"{'Ada saw ' * (i % 5)}New York in Tripoli." for i in range(60))
        whole = integration.OnnxRecogniser(tiny).recognise(text)
        monkeypatch.setattr(integration, "_PASSAGE", 100)
        monkeypatch.setattr(integration, "_HELD", 3)
        assert len(whole) == 120
        assert integration.OnnxRecogniser(tiny).recognise(text) == whole


class TestBatches:
    @pytest.mark.parametrize("batch_size", [1, 2, 7])
    def test_many_texts_are_answered_as_one_by_one(self, noise: Path, batch_size: int) -> None:
        texts = ["", *(TestWindows.long_text(n) for n in (40, 1, 3, 90, 7)), " ", "ab"]
        recogniser = integration.OnnxRecogniser(noise, window=30, batch_size=batch_size)
        assert recogniser.recognise_many(texts) == [recogniser.recognise(text) for text in texts]

    def test_no_text(self, tiny: Path) -> None:
        assert integration.OnnxRecogniser(tiny).recognise_many([]) == []

    def test_it_pickles_as_its_folder(self, tiny: Path) -> None:
        recogniser = integration.OnnxRecogniser(tiny, window=20)
        data = pickle.dumps(recogniser)
        assert len(data) < 1000
        copy = pickle.loads(data)
        assert copy.window == 20
        assert copy.recognise("in Tripoli") == recogniser.recognise("in Tripoli")

    @settings(max_examples=60)
    @given(text=st.text(alphabet=st.one_of(st.sampled_from("abcdefgh \n-.(\u0301😀\ud800"), st.characters())))
    def test_any_text(self, noise: Path, text: str) -> None:
        before = 0
        for mention in integration.OnnxRecogniser(noise, window=8).recognise(text):
            assert before <= mention.start < mention.end
            assert text[mention.start : mention.end] == mention.text
            assert 0 <= mention.score <= 1
            before = mention.end


class TestFolders:
    def test_the_model_may_lie_in_a_folder_of_its_own(self, tmp_path: Path) -> None:
        assert found(make(tmp_path, model="onnx/model.onnx"), "in Tripoli") == ["Tripoli"]

    @pytest.mark.parametrize("inputs", [("input_ids",), ("input_ids", "attention_mask")])
    def test_models_get_the_inputs_that_they_ask_for(self, tmp_path: Path, inputs: tuple[str, ...]) -> None:
        assert found(make(tmp_path, inputs=inputs), "in Tripoli") == ["Tripoli"]

    def test_small_integers(self, tmp_path: Path) -> None:
        assert found(make(tmp_path, dtype=onnx.TensorProto.INT32), "in Tripoli") == ["Tripoli"]

    def test_no_folder(self, tmp_path: Path) -> None:
        with pytest.raises(RecogniserNotFoundError, match=r"no folder.*optimum-cli"):
            integration.OnnxRecogniser(tmp_path / "nowhere")

    @pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
    def test_a_missing_file(self, tmp_path: Path, name: str) -> None:
        (make(tmp_path) / name).unlink()
        with pytest.raises(RecogniserNotFoundError, match=f"has no {name}"):
            integration.OnnxRecogniser(tmp_path)

    @pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
    @pytest.mark.parametrize("content", [b"", b"\xff\x00", b"[]", b"{}"])
    def test_a_damaged_file(self, tmp_path: Path, name: str, content: bytes) -> None:
        (make(tmp_path) / name).write_bytes(content)
        with pytest.raises(RecogniserError) as error:
            integration.OnnxRecogniser(tmp_path).recognise("in Tripoli")
        assert "\n" not in str(error.value)
        assert error.value.remedy

    @pytest.mark.parametrize(
        "names", [{"1": "O"}, {"a": "O"}, ["O"], None, {}], ids=["gap", "words", "list", "none", "empty"]
    )
    def test_labels_that_are_not_named(self, tmp_path: Path, names: object) -> None:
        make(tmp_path, id2label=names)
        with pytest.raises(RecogniserError, match="id2label"):
            integration.OnnxRecogniser(tmp_path)

    def test_a_model_that_knows_no_places(self, tmp_path: Path) -> None:
        make(tmp_path, {"aspirin": "B-DRUG"}, ("O", "B-DRUG"))
        with pytest.raises(RecogniserError, match="stands for a place: it has DRUG"):
            integration.OnnxRecogniser(tmp_path)
        assert found(tmp_path, "take Aspirin", labels={"drug"}) == ["Aspirin"]

    def test_labels_given_as_one_text(self, tiny: Path) -> None:
        with pytest.raises(InputError, match="collection"):
            integration.OnnxRecogniser(tiny, labels="LOC")

    def test_a_model_for_something_else(self, tmp_path: Path) -> None:
        make(tmp_path)
        write_model(tmp_path / "model.onnx", np.zeros((30, 2)), ("input_ids",))
        with pytest.raises(RecogniserError, match="6 labels"):
            integration.OnnxRecogniser(tmp_path).recognise("in Tripoli")

    def test_a_model_that_wants_more(self, tmp_path: Path) -> None:
        make(tmp_path, inputs=("input_ids", "pixels"))
        with pytest.raises(RecogniserError, match="pixels"):
            integration.OnnxRecogniser(tmp_path)

    def test_a_model_that_knows_fewer_words_than_its_tokeniser(self, tmp_path: Path) -> None:
        make(tmp_path)
        write_model(tmp_path / "model.onnx", np.zeros((4, len(BIO))), ("input_ids",))
        with pytest.raises(RecogniserError, match="failed on a window"):
            integration.OnnxRecogniser(tmp_path).recognise("in Tripoli")


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_what_is_not_installed(tiny: Path, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"{package}.*pip install 'toposcope\[onnx\]'"):
        integration.OnnxRecogniser(tiny)


def test_behind_the_parser(tiny: Path) -> None:
    document = Geoparser(recogniser=integration.OnnxRecogniser(tiny))("Turkish men saw a Tripoli-based Libyan in York.")
    assert [(t.mention.text, t.mention.demonym) for t in document.toponyms] == [
        ("Turkish", True),
        ("Tripoli", False),
        ("Libyan", True),
        ("York", False),
    ]


class TestLabels:
    @pytest.mark.parametrize(
        ("label", "meaning"),
        [
            ("O", Tag("O", "")),
            ("B-LOC", Tag("B", "LOC")),
            ("I_gpe", Tag("I", "GPE")),
            ("L-FAC", Tag("L", "FAC")),
            ("E-LOC", Tag("L", "LOC")),
            ("S-LOC", Tag("U", "LOC")),
            ("U-Location", Tag("U", "LOCATION")),
            ("LOC", Tag("I", "LOC")),
            ("LOC-B", Tag("B", "LOC")),
            ("B-geo-loc", Tag("B", "GEO-LOC")),
            ("location-road/railway", Tag("I", "LOCATION-ROAD-RAILWAY")),
        ],
    )
    def test_reading(self, label: str, meaning: Tag) -> None:
        assert tag(label) == meaning

    def test_families(self) -> None:
        assert tag("B-location-park").family == "LOCATION"

    @pytest.mark.parametrize(
        ("labels", "entities"),
        [
            ("O B-LOC I-LOC O", [(1, 3)]),
            ("I-LOC I-LOC B-LOC", [(0, 2), (2, 3)]),  # IOB: B only where two touch
            ("LOC LOC O LOC", [(0, 2), (3, 4)]),
            ("B-LOC I-LOC L-LOC U-LOC", [(0, 3), (3, 4)]),
            ("B-LOC E-LOC I-LOC", [(0, 2), (2, 3)]),
            ("S-LOC S-LOC", [(0, 1), (1, 2)]),
            ("B-LOC I-FAC", [(0, 1), (1, 2)]),
            ("L-LOC", [(0, 1)]),
            ("", []),
        ],
    )
    def test_schemes(self, labels: str, entities: list[tuple[int, int]]) -> None:
        assert [(s.first, s.last) for s in spans([tag(label) for label in labels.split()])] == entities

    @given(st.lists(st.sampled_from([Tag(p, k) for p in "BILU" for k in ("LOC", "PER")] + [Tag("O", "")])))
    def test_every_labelled_word_is_in_one_entity(self, tags: list[Tag]) -> None:
        covered = [i for span in spans(tags) for i in range(span.first, span.last)]
        assert covered == [i for i, t in enumerate(tags) if t.kind]
        assert all(isinstance(span, Span) for span in spans(tags))


def test_mentions_are_plain_values(tiny: Path) -> None:
    (mention,) = integration.OnnxRecogniser(tiny).recognise("in Tripoli")
    assert [type(value) for value in (mention.start, mention.end, mention.score)] == [int, int, float]
    assert isinstance(mention, Mention)
