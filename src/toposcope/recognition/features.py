"""Runs → what the model looks at in them, as arrays, and what that weighs.

The plain telling of the same is ``training/recognition_features.py``: training reads it, and tests hold both equal.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from toposcope.recognition.known_names import longest_names
from toposcope.recognition.model import LABELS, SLOTS, TEMPLATE_SHIFT, Model, bits_of
from toposcope.recognition.reading import CASE, CLASS, CUES, PERSON, PLACES, SHAPE, WORD, Batch, Trait, Vocabulary
from toposcope.recognition.runs import Flag
from toposcope.recognition.templates import EVIDENCE, TEMPLATES
from toposcope.recognition.words import (
    CLASSES,
    CONTAINING,
    FROM_TO,
    GIVEN,
    IN_NAME,
    LOCATIVE,
    ORGANISATION,
    PLACE,
    PREFIX,
    SAYING,
    STARTS_NAME,
    TITLE,
)

__all__ = ["MOST_TITLES", "Features", "NameCache"]

#: Titles in front of a name: "Prime Minister Sheikh".
MOST_TITLES: Final = 3
#: Distinct runs whose names are kept.
_MOST_RUNS: Final = 50_000

_OF_WORD: Final = {
    "word": WORD, "shape": SHAPE, "class": CLASS, "places": PLACES, "person": PERSON, "cues": CUES, "case": CASE,
}  # fmt: skip
_IS_CONTAINING: Final = np.isin(np.arange(len(CLASSES)), list(CONTAINING))

Ints = NDArray[Any]
Bools = NDArray[np.bool_]


class NameCache:
    """The longest names of runs, kept by the words of the run."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[bytes, list[tuple[int, int, int]]] = {}

    def forget(self) -> None:
        """Start anew: numbers of words have changed."""
        self._known.clear()

    def longest_names(self, run: NDArray[np.int32]) -> list[tuple[int, int, int]]:
        """See :func:`toposcope.recognition.known_names.longest_names`."""
        key = run.tobytes()
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST_RUNS:
                self._known.clear()
            words = [self._vocabulary.words[number] for number in run.tolist()]
            found = self._known[key] = longest_names(words, self._vocabulary.classes)
        return found


class Features:
    """The features of a batch of texts, for each token of each run.

    Parameters
    ----------
    batch : Batch
        The texts.
    start, end : numpy.ndarray
        The runs.
    flags : numpy.ndarray
        Bits of each token of the batch.
    vocabulary : Vocabulary
        What is known of words.
    names : NameCache
        What is known of runs.

    Attributes
    ----------
    tokens : numpy.ndarray
        Positions in the batch of the tokens of the runs.
    name : numpy.ndarray
        The column "name", for each token of the batch.
    """

    def __init__(
        self, batch: Batch, start: Ints, end: Ints, flags: Ints, vocabulary: Vocabulary, names: NameCache
    ) -> None:
        self._batch, self._start, self._end, self._flags, self._vocabulary = batch, start, end, flags, vocabulary
        self.lengths = end - start
        self.run_of = np.repeat(np.arange(len(start)), self.lengths)
        begins = np.cumsum(self.lengths) - self.lengths
        self.tokens = np.arange(int(self.lengths.sum())) - np.repeat(begins - start, self.lengths)
        self._from_start = self.tokens - start[self.run_of]
        around = np.concatenate([self.tokens, start - 1, start - 2, end, end + 1, end + 2])
        vocabulary.describe(batch.tokens[around])
        self.name = self._names(names)
        self._columns: dict[tuple[str, int], Ints] = {}
        self._words_of_texts = self._number_words()

    def _number_words(self) -> tuple[Ints, Ints, Ints]:
        """Which tokens of the runs are words with a capital, the number of each's word in its text, and counts."""
        flags = self._flags[self.tokens]
        capital = np.flatnonzero(((flags & Trait.CAPITAL_FIRST) != 0) & ((flags & Trait.TOO_SHORT) == 0))
        at = self.tokens[capital]
        key = self._batch.text_of[at] << 32 | self._batch.tokens[at]
        _, number_of, count = np.unique(key, return_inverse=True, return_counts=True)
        return capital, number_of, count

    def _names(self, names: NameCache) -> Ints:
        tokens = self._batch.tokens
        column: Ints = self._vocabulary.known[tokens, CLASS]
        several = np.flatnonzero(self.lengths > 1)
        at: list[int] = []
        length: list[int] = []
        name_class: list[int] = []
        for start, end in zip(self._start[several].tolist(), self._end[several].tolist(), strict=True):
            for first, n, found in names.longest_names(tokens[start:end]):
                at.append(start + first)
                length.append(n)
                name_class.append(found)
        if at:
            first_of, n_of, class_of = np.array(at), np.array(length), np.array(name_class)
            inside = np.arange(int(n_of.sum())) - np.repeat(np.cumsum(n_of) - n_of - first_of, n_of)
            column[inside] = IN_NAME + np.repeat(class_of, n_of)
            column[first_of] = STARTS_NAME + class_of
        return column

    def _column(self, column: str, offset: int) -> Ints:
        """A column, for each token of the runs."""
        values = self._columns.get((column, offset))
        if values is None:
            values = self._columns[column, offset] = self._make_column(column, offset)
        return values

    def _make_column(self, column: str, offset: int) -> Ints:
        at = self.tokens + offset
        values: Ints
        if column in _OF_WORD:
            values = self._vocabulary.known[self._batch.tokens[at], _OF_WORD[column]]
        elif column == "name":
            values = self.name[at]
        elif column == "casing":
            values = self._batch.casing[at]
        elif column == "from start":
            values = np.minimum(self._from_start, 3)
        elif column == "from end":
            values = np.minimum(self._end[self.run_of] - 1 - self.tokens, 3)
        else:
            values = self._run_column(column)[self.run_of]
        return values.astype(np.uint64)

    def _run_column(self, column: str) -> Ints:
        start, end, flags = self._start, self._end, self._flags
        known, tokens = self._vocabulary.known, self._batch.tokens
        position = {
            "before": start - 1,
            "before 2": start - 2,
            "after": end,
            "after 2": end + 1,
            "after 3": np.where(tokens[end + 1] != 0, end + 2, end + 1),  # not beyond the edge
            "head": end - 1,
        }
        values: Ints
        if column in position:
            values = known[tokens[position[column]], WORD]
        elif column.endswith(" cues"):
            values = known[tokens[position[column.removesuffix(" cues")]], CUES]
        elif column == "length":
            values = np.minimum(self.lengths, 4)
        elif column == "single":
            values = self.lengths == 1
        elif column == "opens":
            values = (flags[start - 1] & Flag.BREAK) != 0
        elif column == "capitals":
            capitals = np.concatenate([[0], np.cumsum((flags & Trait.ALL_CAPITALS) != 0)])
            values = (self.lengths > 2) & (capitals[end] - capitals[start] == self.lengths)
        elif column == "next name":
            listed = ((flags[end] & Trait.COMMA) != 0) & ((flags[end + 1] & Flag.CAPITALISED) != 0)
            values = np.where(listed, 1 + self.name[end + 1] % STARTS_NAME, 0)
        elif column == "joined name":
            listed = ((flags[end] & Trait.CONJUNCTION) != 0) & ((flags[end + 1] & Flag.CAPITALISED) != 0)
            values = np.where(listed, 1 + self.name[end + 1] % STARTS_NAME, 0)
        else:
            mark = {"previous name": Trait.COMMA, "joining name": Trait.CONJUNCTION}[column]
            follows = ((flags[start - 1] & mark) != 0) & (tokens[start - 2] != 0)
            values = np.where(follows, 1 + self.name[start - 2] % STARTS_NAME, 0)
        return values

    def weigh(self, model: Model) -> NDArray[np.float32]:
        """The scores of the labels, a row for each token of the runs."""
        tokens, weights = self._batch.tokens, self._vocabulary.weights
        scores = np.zeros((len(self.tokens), len(LABELS)), np.float32)
        of_run = np.zeros((len(self._start), len(LABELS)), np.float32)
        position = {"before": self._start - 1, "after": self._end, "head": self._end - 1}
        for number, slot in enumerate(SLOTS):
            if isinstance(slot, int):
                scores += weights[tokens[self.tokens + slot], number]
            else:
                of_run += weights[tokens[position[str(slot)]], number]
        scores += of_run[self.run_of]
        for number, rows in model.dense:
            keys = self._keys(number)
            needs = TEMPLATES[number].needs
            found = rows[keys.astype(np.int64)]
            scores += np.where(self._column(needs, 0)[:, None] > 0, found, np.float32(0)) if needs else found
        wanted = []
        for number in model.hashed:
            keys = self._keys(number) | np.uint64(number << TEMPLATE_SHIFT)
            needs = TEMPLATES[number].needs
            # Template 0 is never kept by hash, so that no feature has the key 0.
            wanted.append(np.where(self._column(needs, 0) > 0, keys, np.uint64(0)) if needs else keys)
        for hashed in model.look_up(np.concatenate(wanted)).reshape(len(wanted), len(self.tokens), len(LABELS)):
            scores += hashed
        self._add_evidence(scores, model)
        return scores

    def _keys(self, number: int) -> NDArray[np.uint64]:
        keys = np.zeros(len(self.tokens), np.uint64)
        for column, offset in TEMPLATES[number].parts:
            keys = keys << np.uint64(bits_of(column)) | self._column(column, offset)
        return keys

    def repeated_words(self) -> tuple[Ints, Ints, Ints]:
        """Tokens of the runs whose word comes again in the runs of its text: which, the number of the word, counts."""
        places, number_of, count = self._words_of_texts
        again = count[number_of] > 1
        return places[again], number_of[again], count

    def _add_evidence(self, scores: NDArray[np.float32], model: Model) -> None:
        """What the words of the runs have earned anywhere in their texts."""
        counted, number_of, earned = self._evidence()
        bits = earned[number_of]
        name = self.name[self.tokens[counted]]
        for number in range(len(EVIDENCE)):
            have = np.flatnonzero((bits >> number) & 1)
            scores[counted[have]] += model.evidence[number, name[have]]

    def _evidence(self) -> tuple[Ints, Ints, Ints]:
        """Which tokens of the runs may earn something, the number of each's word in its text, and bits by number."""
        start, end, run_of, at = self._start, self._end, self.run_of, self.tokens
        flags, tokens, known = self._flags, self._batch.tokens, self._vocabulary.known

        def cues(position: Ints, cue: int) -> Bools:
            cued: Bools = (known[tokens[position], CUES] & cue) != 0
            return cued

        first, titled = start.copy(), cues(start - 1, TITLE)
        for _ in range(MOST_TITLES):
            title = (first < end - 1) & cues(first, TITLE)
            first, titled = first + title, titled | title
        said = cues(end, SAYING)
        capital_first = (flags & Trait.CAPITAL_FIRST) != 0
        bodily = self._in_runs(cues(at, ORGANISATION | PLACE | PREFIX)) > 0
        lowered = self._in_runs(~capital_first[at] & (at >= first[run_of])) > 0
        length = end - first
        person = (length >= 2) & (length <= 4) & ~bodily & ~lowered
        given_first = (known[tokens[first], PERSON] & GIVEN) != 0
        single = self.lengths == 1
        before_containing = ((flags[end] & Trait.COMMA) != 0) & _IS_CONTAINING[known[tokens[end + 1], CLASS]]
        is_start, after_first, from_first = at == start[run_of], at > first[run_of], at >= first[run_of]
        several_start = is_start & ~single[run_of]
        organisation_next, place_next = cues(at + 1, ORGANISATION), cues(at + 1, PLACE)
        given = (known[tokens[at], PERSON] & GIVEN) != 0
        initial_before = after_first & ((flags[at - 1] & Trait.INITIAL) != 0)
        small = self._also_small()
        signs = (
            (single & cues(start - 1, LOCATIVE))[run_of],
            (single & cues(start - 1, FROM_TO) & ~cues(start - 1, LOCATIVE))[run_of],
            (single & before_containing)[run_of],
            (single & said)[run_of],
            several_start & place_next & ~organisation_next,
            several_start & organisation_next,
            ~is_start & ((known[tokens[at - 1], PERSON] & GIVEN) != 0) & (known[tokens[at], CUES] == 0),
            (at == first[run_of]) & (length == 2)[run_of] & given,
            after_first & person[run_of] & ((given_first | said | titled)[run_of] | initial_before),
            (titled & (length <= 3))[run_of] & from_first,
            small,
        )
        bits = np.zeros(len(at), np.int64)
        for number, sign in enumerate(signs):
            bits |= sign.astype(np.int64) << number
        counted, number_of, count = self._words_of_texts
        earned = np.zeros(len(count), np.int64)
        np.bitwise_or.at(earned, number_of, bits[counted])
        twice = len(signs)
        earned |= np.where(count == 2, 1 << twice, 0) | np.where(count > 2, 1 << (twice + 1), 0)
        return counted, number_of, earned

    def _in_runs(self, mask: Bools) -> Ints:
        """How many tokens of each run are so."""
        return np.bincount(self.run_of, weights=mask, minlength=len(self._start)).astype(np.int64)

    def _also_small(self) -> Bools:
        """Whether a token's word also stands in small letters somewhere in its text."""
        tokens, text_of, small = self._batch.tokens, self._batch.text_of, self._vocabulary.small
        wanted = small[tokens[self.tokens]]
        distinct, number_of = np.unique(wanted, return_inverse=True)
        n = len(distinct) + 1
        number = np.zeros(len(self._vocabulary.words), np.int32)
        number[distinct] = np.arange(1, n)
        candidates = np.flatnonzero((self._flags & Trait.SMALL) != 0)
        candidate_number = number[small[tokens[candidates]]]
        hit = candidate_number > 0
        seen = np.zeros(n * (int(text_of.max()) + 1), bool)
        seen[text_of[candidates[hit]] * n + candidate_number[hit]] = True
        also_small: Bools = seen[text_of[self.tokens] * n + number_of + 1]
        return also_small
