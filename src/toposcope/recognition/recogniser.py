"""The package's own recogniser: runs of capitalised words, labelled by a conditional random field."""

import re
import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from toposcope import names
from toposcope.document import Mention
from toposcope.gazetteer import Gazetteer
from toposcope.recognition.features import Features, NameCache
from toposcope.recognition.model import OUTSIDE, Decoded, Model
from toposcope.recognition.reading import Batch, Trait, Vocabulary, prepared, starts_of_pieces
from toposcope.recognition.runs import find_runs
from toposcope.recognition.words import CLASSES, CONTAINING, DEMONYM, IN_NAME, STARTS_NAME, NameClasses
from toposcope.tokens import blocks

__all__ = ["CRFRecogniser"]

#: Letters of texts that are read together: about 20,000 words. More are no faster, and need more memory.
_BATCH_LETTERS: Final = 120_000
_CACHE_SIZE: Final = 50_000
#: Decides alone: "Mr. Jordan" is no place.
_CERTAIN: Final = 10.0
#: What the mean log-odds of a word's other occurrences in the text count for, and how far each may go. On a fold of LGL
#: this was worth 0.008 in F1, on GeoVirus 0.004; between 0.15 and 0.5, and for other bounds, it hardly matters.
_AGREEMENT: Final = 0.3
_MOST_BELIEF: Final = 4.0
#: What the log-odds of a span are multiplied by: the model is too sure. Cross-validated, spans that it gave 0.75 were
#: right in 0.52 of cases (LGL) and 0.54 (GeoCorpora); those that it gave 0.99 in 0.90, 0.83, and 0.94 on GeoVirus.
_SOBRIETY: Final = 0.5
# Names inside addresses of the web are not mentions.
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w.-]{1,255}")
_ADDRESS_SIGNS: Final = ("http", "www.", "@")
_DISTRICT: Final = re.compile(r",[^\S\n]?(?:D\.C\.|DC\b)")
_AND_NAME: Final = re.compile(r" (?:and|&) [^\W\d_a-z]\w{0,30}")
_NOT_WHOLE: Final = np.array(
    [CLASSES.index(c) for c in ("demonym", "headed", "begun", "alternate name", "abbreviation")]
)
_SETTLEMENTS: Final = frozenset(map(CLASSES.index, ("metropolis", "city", "town", "village")))

#: (piece of the text, offset in it) of the start and of the end; score; whether it is a demonym.
_Found = tuple[tuple[int, int], tuple[int, int], float, bool]


class CRFRecogniser:
    """Finds place names in English text.

    Parameters
    ----------
    gazetteer : Gazetteer
        Names of places.
    demonyms : bool
        Whether adjectives and peoples ("Libyan", "Turks") are mentions.
    model : Path, optional
        Weights; those of the package by default.

    Raises
    ------
    RecogniserError
        If the weights cannot be read.
    """

    def __init__(self, gazetteer: Gazetteer, *, demonyms: bool = True, model: Path | None = None) -> None:
        self.gazetteer = gazetteer
        self.demonyms = demonyms
        self._path = model
        self._model = shipped_model() if model is None else Model(model)
        self._classes = NameClasses(gazetteer)
        # What is remembered of words is shared by all calls: one thread at a time may add to it.
        self._lock = threading.Lock()
        self._vocabulary = Vocabulary(self._classes, self._model)
        self._names = NameCache(self._vocabulary)
        self._class_of = lru_cache(_CACHE_SIZE)(self._look_up)

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), demonyms=self.demonyms, model=self._path), (self.gazetteer,)

    def recognise(self, text: str) -> list[Mention]:
        """Find the place names of a text.

        Parameters
        ----------
        text : str
            Any Unicode string.

        Returns
        -------
        list of Mention
            In reading order, neither nested nor overlapping; `score` is the calibrated probability that just this
            span is a place name, and 1 for demonyms, which are looked up.
        """
        return self.recognise_many([text])[0]

    def recognise_many(self, texts: Sequence[str]) -> list[list[Mention]]:
        """Find the place names of many texts: the same as one by one, and several times as fast.

        Parameters
        ----------
        texts : sequence of str
            Any Unicode strings.
        """
        found: list[list[Mention]] = [[] for _ in texts]
        with self._lock:
            try:
                for batch in _batches(texts, self._classes):
                    answers = self._recognise([text for _, _, text in batch])
                    for (number, offset, _), mentions in zip(batch, answers, strict=True):
                        for first, last, score, demonym in mentions:
                            start, end = offset + first, offset + last
                            found[number].append(Mention(texts[number][start:end], start, end, score, demonym))
            except BaseException:
                self._forget()  # interrupted, it may know half of a word
                raise
        return found

    def is_demonym(self, name: str) -> bool:
        """Whether a name is an adjective or a people."""
        return self._class_of(name) == DEMONYM

    def _forget(self) -> None:
        self._vocabulary.forget()
        self._names.forget()

    def _look_up(self, name: str) -> int:
        return self._classes.of(names.normalise(name))[0]

    def _recognise(self, texts: Sequence[str]) -> Iterator[list[tuple[int, int, float, bool]]]:
        """(start, end, score, is demonym) of the mentions of each text of a batch."""
        if self._vocabulary.is_large:
            self._forget()
        batch = self._vocabulary.read(texts)
        spans = self._spans(batch)
        for number, text in enumerate(texts):
            of_text = spans.get(number)
            yield list(self._finished(text, of_text)) if of_text else []

    def _spans(self, batch: Batch) -> dict[int, list[_Found]]:
        """Spans by text, as pieces' offsets left to add."""
        flags = self._vocabulary.flags[batch.tokens]
        start, end = find_runs(flags, batch.glued)
        if not len(start):
            return {}
        features = Features(batch, start, end, flags, self._vocabulary, self._names)
        scores = features.weigh(self._model)
        scores[(flags[features.tokens - 1] & Trait.COURTESY) != 0, OUTSIDE] += _CERTAIN
        self._agree(scores, features)
        decoded = self._model.decode(scores, features.lengths)
        decoded = _whole_names(decoded, features)
        first, last, score, demonym = _with_demonyms(decoded, features, demonyms=self.demonyms)
        found: dict[int, list[_Found]] = {}
        rows = zip(
            batch.text_of[first].tolist(),
            (batch.piece[first] - batch.first_piece[batch.text_of[first]]).tolist(),
            batch.begins[first].tolist(),
            (batch.piece[last] - batch.first_piece[batch.text_of[last]]).tolist(),
            batch.stops[last].tolist(),
            score.tolist(),
            demonym.tolist(),
            strict=True,
        )
        for text, first_piece, begins, last_piece, stops, probability, is_demonym in rows:
            found.setdefault(text, []).append(((first_piece, begins), (last_piece, stops), probability, is_demonym))
        return found

    def _agree(self, scores: NDArray[np.float32], features: Features) -> None:
        """Let the occurrences of a word in a text speak for each other: it is mostly one thing throughout."""
        places, number_of, count = features.repeated_words()
        if not len(places):
            return
        probable = np.clip(self._model.probabilities(scores, features.lengths)[places], 1e-9, 1 - 1e-9)
        belief = np.clip(np.log(probable / (1 - probable)), -_MOST_BELIEF, _MOST_BELIEF)
        total = np.bincount(number_of, weights=belief)
        scores[places, OUTSIDE] -= _AGREEMENT * (total[number_of] - belief) / (count[number_of] - 1)

    def _finished(self, text: str, spans: Iterable[_Found]) -> Iterator[tuple[int, int, float, bool]]:
        """Offsets in the text; without web addresses, with "The" where it is official and "D.C." where it belongs."""
        starts = starts_of_pieces(text).tolist()
        addresses = (
            [match.span() for match in _ADDRESS.finditer(text)] if any(s in text for s in _ADDRESS_SIGNS) else []
        )
        done = 0
        for (first_piece, begins), (last_piece, stops), score, is_demonym in spans:
            start, end = starts[first_piece] + begins, starts[last_piece] + stops
            if start < done:
                continue  # "Washington, D.C." has eaten it
            inside = bisect_right(addresses, start, key=lambda address: address[0])
            if inside and addresses[inside - 1][1] > start:
                continue
            if not is_demonym:
                start, end = self._official(text, start, end, done)
            done = end
            yield start, end, score, is_demonym

    def _official(self, text: str, start: int, end: int, done: int) -> tuple[int, int]:
        if text[start:end] == "Washington" and (match := _DISTRICT.match(text, end)):
            return start, match.end()
        if (match := _AND_NAME.match(text, end)) and self._class_of(text[start : match.end()]) in CONTAINING:
            return start, match.end()  # "Bosnia and Herzegovina"
        article = start - len("The ")
        # "The Hague" is a name, "the Netherlands" has an article.
        if article >= done and text.startswith("The ", article) and (not article or not text[article - 1].isalnum()):
            posted = self.gazetteer.postings(names.normalise(text[article:end]))
            if len(posted) and self._class_of(text[article:end]) in _SETTLEMENTS:
                return article, end
        return start, end


def _calibrated(probability: NDArray[Any]) -> NDArray[Any]:
    """Probabilities of the model made those of being right."""
    bounded = np.clip(probability, 1e-9, 1 - 1e-9)
    calibrated: NDArray[Any] = 1 / (1 + ((1 - bounded) / bounded) ** _SOBRIETY)
    return calibrated


def _whole_names(decoded: Decoded, features: Features) -> Decoded:
    """Spans that are a part of a name which the gazetteer knows, made the whole of it: "Horn of Africa"."""
    name = features.name[features.tokens]
    inside = (name >= IN_NAME) & ~np.isin(name % STARTS_NAME, _NOT_WHOLE)
    # The first and the last token of the name that each token is in; itself where it is in none.
    at = np.arange(len(name))
    first_of = np.maximum.accumulate(np.where(inside, 0, at))
    last_of = np.minimum.accumulate(np.where(np.append(inside[1:], False), len(name), at)[::-1])[::-1]
    first, last = first_of[decoded.first], last_of[decoded.last]
    # A name of two that were found is left alone, as is one that would meet another.
    kept = np.ones(len(first), bool)
    kept[1:] &= first[1:] > last[:-1]
    kept[:-1] &= last[:-1] < first[1:]
    return Decoded(np.where(kept, first, decoded.first), np.where(kept, last, decoded.last), decoded.probability)


def _with_demonyms(
    decoded: Decoded, features: Features, *, demonyms: bool
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """First and last tokens, scores and whether demonyms: of what the model found, and of demonyms that it left."""
    name = features.name[features.tokens]
    name_class = name % STARTS_NAME
    taken = np.zeros(len(name) + 1, np.int64)
    np.add.at(taken, decoded.first, 1)
    np.add.at(taken, decoded.last + 1, -1)
    free = np.cumsum(taken[:-1]) == 0
    is_demonym = name_class == DEMONYM
    begins = is_demonym & free & (name < IN_NAME)
    first = np.flatnonzero(begins)
    last = first.copy()
    while True:
        onward = np.minimum(last + 1, len(name) - 1)
        longer = (
            (last + 1 < len(name)) & (name[onward] == IN_NAME + DEMONYM) & free[onward] & (name[first] >= STARTS_NAME)
        )
        if not longer.any():
            break
        last = last + longer
    # What the model found may be a demonym too.
    own = is_demonym[decoded.first] & is_demonym[decoded.last]
    all_first = np.concatenate([decoded.first, first])
    all_last = np.concatenate([decoded.last, last])
    score = np.concatenate([_calibrated(decoded.probability), np.ones(len(first))])
    demonym = np.concatenate([own, np.ones(len(first), bool)])
    order = np.argsort(all_first, kind="stable")
    if not demonyms:
        order = order[~demonym[order]]
    tokens = features.tokens
    return tokens[all_first[order]], tokens[all_last[order]], np.round(score[order], 4), demonym[order]


def _batches(texts: Sequence[str], classes: NameClasses) -> Iterator[list[tuple[int, int, str]]]:
    """Blocks of texts to be read together, as (number of the text, offset of the block, block)."""
    batch: list[tuple[int, int, str]] = []
    letters = 0
    for number, text in enumerate(texts):
        ready = prepared(text, classes)
        for start, end in blocks(ready):
            batch.append((number, start, ready[start:end] if (start, end) != (0, len(ready)) else ready))
            letters += end - start
            if letters >= _BATCH_LETTERS:
                yield batch
                batch, letters = [], 0
    if batch:
        yield batch


@cache
def shipped_model() -> Model:
    """The weights of the package: read when first asked for, then kept."""
    return Model(Path(str(files("toposcope"))) / "data" / "recognition.npz")
