"""Place names that a local ONNX model finds, with neither PyTorch nor Transformers.

>>> from toposcope import Geoparser
>>> from toposcope.integrations.onnx import OnnxRecogniser
>>> parser = Geoparser(recogniser=OnnxRecogniser("models/my-ner"))  # doctest: +SKIP

The folder is what ``optimum-cli export onnx --task token-classification`` writes: ``model.onnx`` (or
``onnx/model.onnx``), ``tokenizer.json`` and ``config.json``. Needs the extra ``toposcope[onnx]``. Nothing is
downloaded. The parser repairs boundaries and adds demonyms.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from toposcope.candidates import GazetteerSpec, open_gazetteer
from toposcope.document import Mention
from toposcope.errors import InputError, MissingExtraError, RecogniserError, RecogniserNotFoundError
from toposcope.integrations._labels import PEOPLE_TYPES, PLACE_TYPES, spans, tag
from toposcope.integrations._passages import encodable, passages
from toposcope.repair import is_people

__all__ = ["OnnxRecogniser"]

_MODELS = ("model.onnx", "onnx/model.onnx")
_EXPORT = "Write one with: optimum-cli export onnx --task token-classification --model NAME FOLDER"
#: Tokens of a window where neither the folder nor the caller says: what BERT and most of its kin take.
_WINDOW = 512
#: Positions that RoBERTa and its kin count but cannot use: theirs begin behind that of padding.
_ROBERTA_OFFSET = 2
#: Characters of a passage: bounds memory; some 40 windows.
_PASSAGE = 100_000
#: Windows that are held before they are run: enough to make batches of like length.
_HELD = 256


class _Window(NamedTuple):
    """Tokens of a passage that the model sees at once."""

    passage: int
    first: int  # number of its first token within the passage
    encoding: Any  # tokenizers.Encoding


class _Tokens(NamedTuple):
    """What the model said of a passage.

    Parameters
    ----------
    offset : int
        Of the passage in its text.
    offsets : numpy.ndarray
        (n, 2): half-open code points of each token within the passage.
    words : numpy.ndarray
        (n,): number of the word that the tokeniser made it from.
    probabilities : numpy.ndarray
        (n, n_labels), float32.
    """

    offset: int
    offsets: NDArray[np.int64]
    words: NDArray[np.int64]
    probabilities: NDArray[np.float32]


class OnnxRecogniser:
    """Finds place names with a token-classification model in ONNX format.

    Parameters
    ----------
    path : str or Path
        Folder with ``model.onnx`` or ``onnx/model.onnx``, ``tokenizer.json`` and ``config.json``, whose ``id2label``
        names the labels: BIO, IOB, BILOU or BIOES, or bare types.
    labels : collection of str, optional
        Types of entity that stand for places, without ``B-`` and ``I-``, in either case; by default LOC, GPE, FAC and
        their usual spellings.
    gazetteer : str, path or list of these
        Whose demonyms count, where the model marks peoples (NORP); what :func:`toposcope.open_gazetteer` takes.
    window : int, optional
        Tokens that the model sees at once, its special ones included; by default what the folder says that it takes.
    stride : int, optional
        Tokens that neighbouring windows share, a quarter of the window by default. Of what both have seen, the window
        counts in which a token stands further from the edge.
    batch_size : int
        Windows that are run at a time.
    threads : int, optional
        Threads that the model runs on; by default as many as there are cores.

    Raises
    ------
    MissingExtraError
        If onnxruntime or tokenizers is not installed.
    RecogniserNotFoundError
        If there is no such folder, or it lacks a file.
    RecogniserError
        If a file cannot be read, or no label of the model stands for a place.
    InputError
        If the windows do not fit.

    Notes
    -----
    A word has the label of its first token, because that is how such models are trained. The score of a mention is
    the mean over its words of the probability, by softmax, of any label of a place or people.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        labels: Collection[str] | None = None,
        gazetteer: GazetteerSpec = "embedded",
        window: int | None = None,
        stride: int | None = None,
        batch_size: int = 8,
        threads: int | None = None,
    ) -> None:
        self.path = Path(path).absolute()
        self._settings = {
            "labels": labels,
            "gazetteer": gazetteer,
            "window": window,
            "stride": stride,
            "batch_size": batch_size,
            "threads": threads,
        }
        config = _read_json(_file(self.path, "config.json"))
        self._tags = [tag(label) for label in _labels(config, self.path)]
        self.labels = PLACE_TYPES if labels is None else frozenset(tag(label).kind for label in _several(labels))
        self._places = {t.kind for t in self._tags if t.kind in self.labels or t.family in self.labels}
        self._peoples = {t.kind for t in self._tags if t.family in PEOPLE_TYPES} - self._places
        self._is_entity = np.array([t.kind in self._places | self._peoples for t in self._tags])
        if not self._places:
            raise RecogniserError(
                f"no label of the model {str(self.path)!r} stands for a place: "
                f"it has {', '.join(sorted({t.kind for t in self._tags if t.kind}))}.",
                "Name the types that do: OnnxRecogniser(path, labels={…}).",
            )
        self._tokenizer = _tokenizer(_file(self.path, "tokenizer.json"))
        self.window = _window(self.path, config) if window is None else window
        self.stride = self.window // 4 if stride is None else stride
        room = self.window - self._tokenizer.num_special_tokens_to_add(False)
        if room < 1 or not 0 <= self.stride < room or batch_size < 1:
            raise InputError(
                f"windows of {self.window} tokens with a stride of {self.stride}, {batch_size} at a time, do not work.",
                "The window must hold more than the stride and the special tokens; a batch holds at least one window.",
            )
        self._step = room - self.stride
        self._tokenizer.enable_truncation(self.window, stride=self.stride)
        self._pad = int(config.get("pad_token_id") or 0)
        self.batch_size = batch_size
        self._session = _session(_file(self.path, *_MODELS), threads)
        self._inputs = _known_inputs(self._session, self.path)
        self._gazetteer = open_gazetteer(gazetteer).gazetteer

    def __reduce__(self) -> tuple[Any, ...]:
        return _opened, (self.path, self._settings)

    def recognise(self, text: str) -> list[Mention]:
        """Entities of a text that are places or peoples, as the model bounds them.

        Parameters
        ----------
        text : str
            Any text; a long one is read in windows that overlap.
        """
        return self.recognise_many([text])[0]

    def recognise_many(self, texts: Iterable[str]) -> list[list[Mention]]:
        """Entities of many texts: a list for each text, in their order.

        Windows of all texts share batches. What stands beside a window in its batch moves its scores by no more than
        the rounding of single precision.
        """
        texts = list(texts)
        found: list[list[Mention]] = [[] for _ in texts]
        pieces = (
            (number, offset, passage)
            for number, text in enumerate(texts)
            for offset, passage in passages(text, _PASSAGE)
        )
        for number, tokens in self._predicted(pieces):
            found[number] += self._mentions(texts[number], tokens)
        return found

    def _predicted(self, pieces: Iterator[tuple[int, int, str]]) -> Iterator[tuple[int, _Tokens]]:
        """What the model says of each passage, with the number of its text."""
        held: list[tuple[int, int]] = []
        windows: list[_Window] = []
        for number, offset, passage in pieces:
            encoding = self._tokenizer.encode(encodable(passage))
            for i, part in enumerate([encoding, *encoding.overflowing]):
                windows.append(_Window(len(held), i * self._step, part))
            held.append((number, offset))
            if len(windows) >= _HELD:
                yield from self._run(held, windows)
                held, windows = [], []
        yield from self._run(held, windows)

    def _run(self, held: list[tuple[int, int]], windows: list[_Window]) -> Iterator[tuple[int, _Tokens]]:
        answers: list[list[tuple[_Window, NDArray[np.float32]]]] = [[] for _ in held]
        by_length = sorted(range(len(windows)), key=lambda i: (len(windows[i].encoding), i))
        for first in range(0, len(by_length), self.batch_size):
            batch = [windows[i] for i in by_length[first : first + self.batch_size]]
            for window, probabilities in zip(batch, self._probabilities(batch), strict=True):
                answers[window.passage].append((window, probabilities))
        for (number, offset), parts in zip(held, answers, strict=True):
            yield number, _joined(offset, parts, len(self._tags))

    def _probabilities(self, batch: Sequence[_Window]) -> Iterator[NDArray[np.float32]]:
        """Probabilities of labels for each token of each window, special ones included."""
        lengths = [len(window.encoding) for window in batch]
        columns = {
            "input_ids": ([w.encoding.ids for w in batch], self._pad),
            "attention_mask": ([[1] * length for length in lengths], 0),
            "token_type_ids": ([w.encoding.type_ids for w in batch], 0),
        }
        given = {name: _padded(*columns[name], dtype) for name, dtype in self._inputs.items()}
        try:
            logits = self._session.run([self._session.get_outputs()[0].name], given)[0]
        except Exception as error:  # onnxruntime's own errors share no base but this
            raise RecogniserError(
                f"the model {str(self.path)!r} failed on a window of {max(lengths)} tokens: "
                f"{str(error).strip().splitlines()[0]}.",
                "Give a smaller window=…, or export the model anew.",
            ) from error
        if logits.ndim != 3 or logits.shape[2] != len(self._tags):
            raise RecogniserError(
                f"the model {str(self.path)!r} answers an array of shape {logits.shape}, expected "
                f"(windows, tokens, {len(self._tags)} labels).",
                "Give a model for token classification, with its own config.json.",
            )
        for length, row in zip(lengths, logits, strict=True):
            yield _softmax(row[:length])

    def _mentions(self, text: str, tokens: _Tokens) -> Iterator[Mention]:
        """Entities of a passage, in offsets of its text."""
        starts = _word_starts(text, tokens)
        if not len(starts):
            return
        ends = np.append(starts[1:], len(tokens.words)) - 1  # last token of each word
        probabilities = tokens.probabilities[starts]
        tags = [self._tags[label] for label in probabilities.argmax(axis=1)]
        entity = probabilities[:, self._is_entity].sum(axis=1)
        for first, last, kind in spans(tags):
            start = tokens.offset + int(tokens.offsets[starts[first], 0])
            end = tokens.offset + int(tokens.offsets[ends[last - 1], 1])
            name = text[start:end]
            start += len(name) - len(name.lstrip())  # some tokenisers count the space before a word in
            name = name.strip()
            demonym = kind in self._peoples and is_people(self._gazetteer, name)
            if name and (kind in self._places or demonym):
                score = min(1.0, round(float(entity[first:last].mean()), 4))
                yield Mention(name, start, start + len(name), score, demonym)


def _opened(path: Path, settings: dict[str, Any]) -> OnnxRecogniser:
    return OnnxRecogniser(path, **settings)


# The folder


def _file(folder: Path, *names: str) -> Path:
    """The first of these files that there is."""
    if not folder.is_dir():
        raise RecogniserNotFoundError(f"there is no folder {str(folder)!r} with an ONNX model.", _EXPORT)
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise RecogniserNotFoundError(f"the folder {str(folder)!r} has no {' nor '.join(names)}.", _EXPORT)


def _read_json(path: Path) -> Mapping[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecogniserError(f"{str(path)!r} cannot be read as JSON: {error}.", _EXPORT) from error
    if not isinstance(data, dict):
        raise RecogniserError(f"{str(path)!r} is a JSON {type(data).__name__}, expected an object.", _EXPORT)
    return data


def _labels(config: Mapping[str, Any], folder: Path) -> list[str]:
    """Labels in the order of the model's columns."""
    named = config.get("id2label")
    try:
        labels = {int(number): str(label) for number, label in named.items()}  # type: ignore[union-attr]
    except (AttributeError, ValueError):
        labels = {}
    if not labels or sorted(labels) != list(range(len(labels))):
        raise RecogniserError(
            f"the config.json of {str(folder)!r} does not name its labels: id2label is {str(named)[:80]}.",
            'It must map each column of the model to a label: {"0": "O", "1": "B-LOC", …}.',
        )
    return [labels[i] for i in range(len(labels))]


def _several(labels: Collection[str]) -> Collection[str]:
    if isinstance(labels, str):
        raise InputError(f"expected several labels, got the text {labels!r}.", f"Give a collection: {{{labels!r}}}.")
    return labels


def _window(folder: Path, config: Mapping[str, Any]) -> int:
    """How many tokens the model takes at once, as far as its folder says."""
    limits = []
    positions = config.get("max_position_embeddings")
    if isinstance(positions, int) and positions > 0:
        is_roberta = "roberta" in str(config.get("model_type")) or config.get("model_type") == "camembert"
        limits.append(positions - _ROBERTA_OFFSET if is_roberta else positions)
    settings = folder / "tokenizer_config.json"
    if settings.is_file():
        length = _read_json(settings).get("model_max_length")
        if isinstance(length, int) and length > 0:  # an astronomic number where nobody has said
            limits.append(length)
    # Longer windows than usual cost memory by the square of their length and tell little more about a name.
    return min([_WINDOW, *limits])


def _missing(package: str, error: ImportError) -> MissingExtraError:
    missing = MissingExtraError(
        f"OnnxRecogniser needs {package}, which is not installed.", "Install it: pip install 'toposcope[onnx]'"
    )
    missing.__cause__ = error
    return missing


def _tokenizer(path: Path) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise _missing("tokenizers", error) from error
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # it raises nothing narrower
        raise RecogniserError(f"{str(path)!r} cannot be read as a tokeniser: {error}.", _EXPORT) from error
    tokenizer.no_padding()
    return tokenizer


def _session(path: Path, threads: int | None) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise _missing("onnxruntime", error) from error
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors; its warnings are about the exporter's doings
    if threads is not None:
        options.intra_op_num_threads = threads
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own errors share no base but this
        raise RecogniserError(
            f"{str(path)!r} cannot be read as an ONNX model: {str(error).strip().splitlines()[0]}.", _EXPORT
        ) from error


def _known_inputs(session: Any, folder: Path) -> dict[str, type[np.integer[Any]]]:
    """Names of the model's inputs with their integer types."""
    known = {"input_ids", "attention_mask", "token_type_ids"}
    inputs: dict[str, type[np.integer[Any]]] = {
        given.name: np.int32 if given.type == "tensor(int32)" else np.int64 for given in session.get_inputs()
    }
    if "input_ids" not in inputs or not set(inputs) <= known:
        raise RecogniserError(
            f"the model {str(folder)!r} asks for {', '.join(sorted(inputs))}; known are {', '.join(sorted(known))}.",
            _EXPORT,
        )
    return inputs


# Arrays


def _padded(rows: Sequence[Sequence[int]], pad: int, dtype: type[np.integer[Any]]) -> NDArray[np.integer[Any]]:
    """Rows of different lengths in one array, filled up at their ends."""
    array = np.full((len(rows), max(map(len, rows))), pad, dtype=dtype)
    for row, values in zip(array, rows, strict=True):
        row[: len(values)] = values
    return array


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    weight = np.exp(logits - logits.max(axis=-1, keepdims=True))
    share: NDArray[np.float32] = (weight / weight.sum(axis=-1, keepdims=True)).astype(np.float32)
    return share


def _joined(offset: int, parts: Sequence[tuple[_Window, NDArray[np.float32]]], n_labels: int) -> _Tokens:
    """Windows of a passage put together: each token as the window saw it in which it stands furthest from an edge."""
    length = 0
    kept = []
    last = max((window.first for window, _ in parts), default=0)
    for window, probabilities in sorted(parts, key=lambda part: part[0].first):
        real = np.flatnonzero(np.array(window.encoding.special_tokens_mask) == 0)
        count = len(real)
        depth = np.minimum(
            np.arange(count) if window.first else np.full(count, count),  # where the text itself ends, nothing is cut
            np.arange(count)[::-1] if window.first < last else np.full(count, count),
        )
        kept.append((window, real, depth, probabilities))
        length = max(length, window.first + count)
    tokens = _Tokens(
        offset,
        np.zeros((length, 2), np.int64),
        np.zeros(length, np.int64),
        np.zeros((length, n_labels), np.float32),
    )
    deepest = np.full(length, -1)
    for window, real, depth, probabilities in kept:
        rows = np.arange(window.first, window.first + len(real))
        better = depth > deepest[rows]
        rows, real = rows[better], real[better]
        deepest[rows] = depth[better]
        tokens.offsets[rows] = np.array(window.encoding.offsets, np.int64).reshape(-1, 2)[real]
        words = [-1 if word is None else word for word in window.encoding.word_ids]
        tokens.words[rows] = np.array(words, np.int64)[real]
        tokens.probabilities[rows] = probabilities[real]
    return tokens


def _word_starts(text: str, tokens: _Tokens) -> NDArray[np.intp]:
    """Numbers of the tokens that begin a word.

    A token goes on with the word of the one before it where the tokeniser made both from one word and they touch,
    letter to letter: some tokenisers hold "(Tripoli)" and "Tripoli-based" for one word.
    """
    starts = tokens.offsets[:, 0] + tokens.offset
    ends = tokens.offsets[:, 1] + tokens.offset
    goes_on = np.zeros(len(starts), bool)
    goes_on[1:] = (tokens.words[1:] == tokens.words[:-1]) & (starts[1:] <= ends[:-1])
    for i in np.flatnonzero(goes_on):
        if starts[i] == ends[i - 1]:  # else they share a letter, whose bytes they have between them
            before = text[starts[i] - 1]  # a space, where the tokeniser gives that of a word a token of its own
            goes_on[i] = ends[i] > starts[i] and (before.isalnum() or before.isspace()) and text[starts[i]].isalnum()
    return np.flatnonzero(~goes_on)
