"""The learned weights: read from their file, looked up for whole arrays of features at a time, decoded.

The model is a linear-chain conditional random field with three labels: outside, first token of a place name, further
token of one. ``data/recognition.npz`` holds its weights; no other package is needed to use them.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from toposcope.errors import RecogniserError
from toposcope.recognition.templates import COLUMNS, EVIDENCE, TEMPLATES, Template
from toposcope.recognition.words import BOUNDARY, CLASSES, CUES, SHAPES, Word

__all__ = ["FORMAT_VERSION", "LABELS", "SLOTS", "TEMPLATE_SHIFT", "Decoded", "Model"]

FORMAT_VERSION: Final = 1
LABELS: Final = ("O", "B", "I")
OUTSIDE, BEGIN, INSIDE = range(3)

#: Bits of the columns whose values are codes; words and parts of words have `WORD_BITS`.
BITS: Final = {
    "shape": 5, "class": 5, "places": 3, "person": 3, "cues": 9, "case": 3, "name": 7, "casing": 2,
    "from start": 2, "from end": 2, "length": 3, "single": 1, "opens": 1, "capitals": 1,
    "before cues": 9, "after cues": 9, "before 2 cues": 9, "after 3 cues": 9, "head cues": 9,
    "next name": 5, "previous name": 5, "joined name": 5, "joining name": 5,
}  # fmt: skip
WORD_BITS: Final = 17
#: Where the number of the template stands in the key of a feature.
TEMPLATE_SHIFT: Final = 56
#: Templates of no more bits than this are looked up in a dense table.
_DENSE_BITS: Final = 16

#: What a word alone decides is summed once for each word: at these distances from the token looked at, and as the
#: word before, the two before, the word behind, the two behind and the last word of the run.
SLOTS: Final = (-2, -1, 0, 1, 2, "before", "after", "head")
_RUN_WORDS: Final = {
    "before": ("before", "word"), "after": ("after", "word"), "head": ("head", "word"),
    "before cues": ("before", "cues"), "after cues": ("after", "cues"), "head cues": ("head", "cues"),
}  # fmt: skip

_IMPOSSIBLE: Final = -1e4
#: What the header must say for the weights to mean what they are taken for.
_LAYOUT: Final[dict[str, Any]] = {
    "format": FORMAT_VERSION,
    "templates": [template.name for template in TEMPLATES],
    "bits": {**BITS, "word": WORD_BITS},
    "codes": [list(CLASSES), list(CUES), list(SHAPES), list(EVIDENCE)],
}
_PARTS: Final = ("word", "ending3", "ending4", "beginning")

Ints = NDArray[Any]
Floats = NDArray[np.floating[Any]]


class Decoded(NamedTuple):
    """Place names found: first token, last token and probability of each, numbered as the emissions are."""

    first: Ints
    last: Ints
    probability: Floats


def slot_of(template: Template) -> int | None:
    """In which slot a template's weights are summed for each word; None where a word alone does not decide."""
    if template.needs or len(template.parts) != 1:
        return None
    column, offset = template.parts[0]
    if column in _RUN_WORDS:
        return SLOTS.index(_RUN_WORDS[column][0])
    return SLOTS.index(offset) if COLUMNS[column].level == "word" else None


def bits_of(column: str) -> int:
    """How many bits a column's values take."""
    return WORD_BITS if COLUMNS[column].words else BITS[column]


class Model:
    """The weights of the recogniser.

    Parameters
    ----------
    path : Path
        A file made by :meth:`save`.

    Attributes
    ----------
    gazetteer_hash : str
        Of the gazetteer whose classes of names the weights were learned with.
    bias : float
        Taken from the score of "outside": the higher, the more is found and the more of it is wrong.

    Raises
    ------
    RecogniserError
        If the file is missing or not of this format.
    """

    n_slots: Final = len(SLOTS)

    def __init__(self, path: Path) -> None:
        try:
            with np.load(path, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            header = json.loads(arrays["header"].tobytes())
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise RecogniserError(
                f"the weights {path.name!r} cannot be read: {error}.", "Install toposcope again."
            ) from error
        if {key: header.get(key) for key in _LAYOUT} != _LAYOUT:
            raise RecogniserError(f"the weights {path.name!r} are of another version.", "Install toposcope again.")
        self.header: Mapping[str, Any] = header
        self.gazetteer_hash: str = header["gazetteer"]
        self.bias: float = header["bias"]
        self._numbers = {
            part: {value: i for i, value in enumerate(arrays[part].tobytes().decode("utf-8").split("\n"), 1)}
            for part in _PARTS
        }
        self.transitions = arrays["transitions"].astype(np.float64)
        self.transitions[OUTSIDE, INSIDE] = _IMPOSSIBLE
        self.evidence = arrays["evidence"].astype(np.float32)
        self._lay_out(arrays["keys"], arrays["weights"].astype(np.float32))

    def _lay_out(self, keys: NDArray[np.uint64], weights: NDArray[np.float32]) -> None:
        """Sort the weights into sums for words, dense tables and one table of hashes."""
        self._keys, self._weights = keys, weights
        template_of = (keys >> np.uint64(TEMPLATE_SHIFT)).astype(np.int64)
        values = keys & np.uint64((1 << TEMPLATE_SHIFT) - 1)
        self._by_word: list[tuple[int, str, Any]] = []
        self.dense: list[tuple[int, NDArray[np.float32]]] = []
        self.hashed: list[int] = []
        in_hash = np.zeros(len(keys), bool)
        for number, template in enumerate(TEMPLATES):
            mine = template_of == number
            slot = slot_of(template)
            column = template.parts[0][0]
            n_bits = sum(bits_of(name) for name, _ in template.parts)
            if slot is not None and COLUMNS[column].words:
                rows = np.zeros((len(self._numbers[COLUMNS[column].words]) + 1, 3), np.float32)
                rows[values[mine].astype(np.int64)] = weights[mine]
                self._by_word.append((slot, COLUMNS[column].words, rows))
            elif slot is not None or n_bits <= _DENSE_BITS:
                rows = np.zeros((1 << n_bits, 3), np.float32)
                rows[values[mine].astype(np.int64)] = weights[mine]
                if slot is None:
                    self.dense.append((number, rows))
                else:
                    self._by_word.append((slot, _RUN_WORDS.get(column, ("", column))[1], rows))
            else:
                self.hashed.append(number)
                in_hash |= mine
        self._hash = HashTable(keys[in_hash], weights[in_hash])

    def word_number(self, lower: str) -> int:
        """Number of a word that weights were learned for; 0 for any other."""
        return self._numbers["word"].get(lower, 0)

    def word_weights(self, words: Sequence[Word]) -> NDArray[np.float32]:
        """Sums of what a word alone decides, by word, by :data:`SLOTS`, by :data:`LABELS`."""
        codes = np.array([word[1:] for word in words]).T
        numbers = dict(zip(("shape", "class", "places", "person", "cues", "case"), codes, strict=True))
        parts = zip(*((word.lower, *word.endings) for word in words), strict=True)
        for part, values in zip(_PARTS, parts, strict=True):
            known = self._numbers[part]
            numbers[part] = np.array([known.get(value, 0) for value in values])
        sums = np.zeros((len(words), len(SLOTS), len(LABELS)), np.float32)
        for slot, value, rows in self._by_word:
            sums[:, slot] += rows[numbers[value]]
        return sums

    def look_up(self, keys: NDArray[np.uint64]) -> NDArray[np.float32]:
        """Weights of features that are kept by hash; zeros for unknown ones."""
        return self._hash.look_up(keys)

    def weight_of(self, feature: Sequence[str | int]) -> NDArray[np.float32]:
        """Weights of one feature, plainly: its template's name and its values. Tests add them up."""
        label, *values = feature
        if label == "evidence":  # counted with the name that follows it
            return np.zeros(len(LABELS), np.float32)
        if label == "evidence,name":
            evidence, name = map(int, values)
            alone: NDArray[np.float32] = self.evidence[evidence, name]
            return alone
        key = 0
        number = next(i for i, template in enumerate(TEMPLATES) if template.name == label)
        for (column, _), value in zip(TEMPLATES[number].parts, values, strict=True):
            kind = COLUMNS[column].words
            code = self._numbers[kind].get(str(value), 0) if kind else int(value)
            if kind and not code:
                return np.zeros(len(LABELS), np.float32)
            key = key << bits_of(column) | code
        at = np.searchsorted(self._keys, np.uint64(number << TEMPLATE_SHIFT | key))
        known = at < len(self._keys) and int(self._keys[at]) == number << TEMPLATE_SHIFT | key
        found: NDArray[np.float32] = self._weights[at] if known else np.zeros(len(LABELS), np.float32)
        return found

    def decode(self, emissions: NDArray[np.float32], lengths: Ints) -> Decoded:
        """The best labels of runs, as spans, and how probable each span is.

        Parameters
        ----------
        emissions : numpy.ndarray
            A row for each token of each run, one run behind the other; a column for each label.
        lengths : numpy.ndarray
            Tokens of each run.
        """
        return Lattice(self, emissions, lengths).spans()

    def probabilities(self, emissions: NDArray[np.float32], lengths: Ints) -> Floats:
        """How probable it is of each token that it is in a place name; arguments as for :meth:`decode`."""
        return Lattice(self, emissions, lengths).probabilities()

    @staticmethod
    def save(
        path: Path,
        header: Mapping[str, Any],
        features: Mapping[tuple[str | int, ...], Sequence[float]],
        transitions: Floats,
    ) -> None:
        """Write weights to a file: the same bytes for the same weights.

        Parameters
        ----------
        path : Path
            Where to.
        header : mapping
            ``gazetteer`` (hash), ``bias`` and what else is worth saying.
        features : mapping
            Name of a template (or "evidence", "evidence,name") and its values → weights of :data:`LABELS`.
        transitions : numpy.ndarray
            Weights from label to label.
        """
        by_name = {template.name: i for i, template in enumerate(TEMPLATES)}
        kinds = {t.name: [COLUMNS[column].words for column, _ in t.parts] for t in TEMPLATES}
        values: dict[str, set[str]] = {part: set() for part in _PARTS}
        for name, *parts in features:
            for kind, value in zip(kinds.get(str(name), ()), parts, strict=False):
                if kind:
                    values[kind].add(str(value))
        sorted_values = {part: sorted(values[part] - {""}) or [BOUNDARY] for part in _PARTS}
        numbers = {part: {value: i for i, value in enumerate(sorted_values[part], 1)} for part in _PARTS}
        evidence = np.zeros((len(EVIDENCE), 1 << BITS["name"], 3), np.float32)
        rows: dict[int, Sequence[float]] = {}
        for (name, *parts), weights in features.items():
            if name == "evidence":
                evidence[int(parts[0])] += np.array(weights, np.float32)
            elif name == "evidence,name":
                evidence[int(parts[0]), int(parts[1])] += np.array(weights, np.float32)
            else:
                template = TEMPLATES[by_name[str(name)]]
                key = 0
                for (column, _), value, kind in zip(template.parts, parts, kinds[template.name], strict=True):
                    code = numbers[kind].get(str(value), 0) if kind else int(value)
                    key = key << bits_of(column) | code
                rows[by_name[template.name] << TEMPLATE_SHIFT | key] = weights
        keys = np.array(sorted(rows), np.uint64)
        arrays: dict[str, NDArray[Any]] = {
            "header": np.frombuffer(
                json.dumps({**header, **_LAYOUT}, indent=1).encode(),
                np.uint8,
            ),
            **{part: np.frombuffer("\n".join(sorted_values[part]).encode(), np.uint8) for part in _PARTS},
            "transitions": transitions.astype(np.float32),
            "evidence": evidence.astype(np.float16),
            "keys": keys,
            "weights": np.array([rows[key] for key in keys.tolist()], np.float16).reshape(-1, 3),
        }
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, array in arrays.items():
                buffer = io.BytesIO()
                np.lib.format.write_array(buffer, array, allow_pickle=False)
                # A fixed date: what is the same shall have the same bytes.
                archive.writestr(
                    zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), buffer.getvalue(), zipfile.ZIP_DEFLATED
                )


class Lattice:
    """All ways to label some runs, step by step: every run's first token, every second, and so on.

    Parameters
    ----------
    model : Model
        Gives transitions and bias.
    emissions, lengths : numpy.ndarray
        As for :meth:`Model.decode`.
    """

    def __init__(self, model: Model, emissions: NDArray[np.float32], lengths: Ints) -> None:
        self._transitions = model.transitions
        self._n_tokens = len(emissions)
        order = np.argsort(-lengths, kind="stable")
        self._lengths = lengths[order]
        self._first = (np.cumsum(lengths) - lengths)[order]  # row of each run's first token
        longest = int(self._lengths[0])
        # Runs still going on at each step: the first of them, as they are sorted by length.
        self._going = np.searchsorted(-self._lengths, -np.arange(longest), side="left").tolist()
        scores = np.zeros((longest, len(lengths), len(LABELS)))
        for t, n in enumerate(self._going):
            scores[t, :n] = emissions[self._first[:n] + t]
        scores[:, :, OUTSIDE] -= model.bias
        scores[0, :, INSIDE] = _IMPOSSIBLE
        self._scores = scores

    def _best(self) -> Ints:
        """The best label of each token: Viterbi's algorithm."""
        longest, n_runs, n_labels = self._scores.shape
        best = self._scores[0].copy()
        came_from = np.zeros((longest, n_runs, n_labels), np.int8)
        for t, n in enumerate(self._going[1:], 1):
            paths = best[:n, :, None] + self._transitions
            came_from[t, :n] = paths.argmax(axis=1)
            best[:n] = paths.max(axis=1) + self._scores[t, :n]
        labels = np.zeros((longest, n_runs), np.int8)
        current = best.argmax(axis=1)
        for t in range(longest - 1, 0, -1):
            n = self._going[t]
            labels[t, :n] = current[:n]
            current[:n] = came_from[t, np.arange(n), current[:n]]
        labels[0] = current
        return labels

    def _sums(self) -> tuple[Floats, Floats, Floats]:
        """Logarithms of the sums over all paths up to, and from, each label; and over all."""
        forward, backward = self._scores.copy(), np.zeros_like(self._scores)
        for t, n in enumerate(self._going[1:], 1):
            forward[t, :n] += _log_sum(forward[t - 1, :n, :, None] + self._transitions, axis=1)
        for t in range(len(self._going) - 2, -1, -1):
            n = self._going[t + 1]
            onward = (self._scores[t + 1, :n] + backward[t + 1, :n])[:, None, :] + self._transitions
            backward[t, :n] = _log_sum(onward, axis=2)
        return forward, backward, _log_sum(forward[0] + backward[0], axis=1)

    def probabilities(self) -> Floats:
        """How probable it is of each token, in the order of the emissions, that it is in a place name."""
        forward, backward, total = self._sums()
        outside = forward[:, :, OUTSIDE] + backward[:, :, OUTSIDE] - total
        inside = np.zeros(self._n_tokens)
        for t, n in enumerate(self._going):
            inside[self._first[:n] + t] = -np.expm1(np.minimum(outside[t, :n], 0.0))
        return inside

    def spans(self) -> Decoded:
        """The spans of the best labels, in the order of the emissions."""
        labels = self._best()
        forward, backward, total = self._sums()
        longest = len(labels)
        run, at = np.nonzero(labels.T == BEGIN)
        stop = at.copy()  # last token of each span
        log = forward[at, run, BEGIN]
        before = np.full(len(run), BEGIN)
        for _ in range(longest):
            onward = (stop + 1 < self._lengths[run]) & (labels[np.minimum(stop + 1, longest - 1), run] == INSIDE)
            if not onward.any():
                break
            stop = stop + onward
            log = log + np.where(onward, self._scores[stop, run, INSIDE] + self._transitions[before, INSIDE], 0.0)
            before = np.where(onward, INSIDE, before)
        follows = stop + 1 < self._lengths[run]
        behind = np.minimum(stop + 1, longest - 1)
        ends = (self._scores[behind, run] + backward[behind, run] + self._transitions[before])[:, :INSIDE]
        log = log + np.where(follows, _log_sum(ends, axis=1), 0.0)
        probability = np.exp(np.minimum(log - total[run], 0.0))
        start = self._first[run] + at
        order = np.argsort(start)
        return Decoded(start[order], (self._first[run] + stop)[order], probability[order])


def _log_sum(x: Floats, axis: int) -> Floats:
    """Logarithm of the sum of exponentials."""
    top = x.max(axis=axis, keepdims=True)
    summed: Floats = np.squeeze(top, axis) + np.log(np.exp(x - top).sum(axis=axis))
    return summed


class HashTable:
    """Keys → rows, looked up for whole arrays at a time: open addressing, linear probing.

    Parameters
    ----------
    keys : numpy.ndarray
        uint64, distinct, none 0.
    rows : numpy.ndarray
        A row for each key.
    """

    _MIX: Final = np.uint64(0x9E3779B97F4A7C15)

    def __init__(self, keys: NDArray[np.uint64], rows: NDArray[np.float32]) -> None:
        bits = max(4, int(4 * len(keys)).bit_length())  # a quarter full at most
        self._shift = np.uint64(64 - bits)
        self._last = np.int64((1 << bits) - 1)
        self._keys = np.zeros(1 << bits, np.uint64)
        self._row = np.zeros(1 << bits, np.int32)
        self._rows = np.concatenate([np.zeros((1, 3), np.float32), rows.reshape(-1, 3)])
        left = np.arange(len(keys))
        slot = self._slots(keys)
        while len(left):
            # Of those that want one free slot, the first gets it; the others go one further.
            wanted, winner = np.unique(slot, return_index=True)
            free = self._keys[wanted] == 0
            placed = winner[free]
            self._keys[slot[placed]] = keys[left[placed]]
            self._row[slot[placed]] = left[placed] + 1
            rest = np.ones(len(left), bool)
            rest[placed] = False
            left, slot = left[rest], (slot[rest] + 1) & self._last

    def _slots(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        mixed = keys * self._MIX
        mixed ^= mixed >> np.uint64(29)
        return ((mixed * self._MIX) >> self._shift).astype(np.int64)

    def look_up(self, keys: NDArray[np.uint64]) -> NDArray[np.float32]:
        """The row of each key; zeros for an unknown one."""
        slot = self._slots(keys)
        found = self._keys[slot]
        row = np.where(found == keys, self._row[slot], 0)
        open_ = np.flatnonzero((found != keys) & (found != 0))
        while len(open_):
            slot_of = (slot[open_] + 1) & self._last
            slot[open_] = slot_of
            found = self._keys[slot_of]
            hit = found == keys[open_]
            row[open_[hit]] = self._row[slot_of[hit]]
            open_ = open_[~hit & (found != 0)]
        return self._rows[row]
