"""Texts → arrays of words: many texts at a time, each distinct word looked at once.

A text is cut at white space; each distinct piece is taken apart into tokens once, and each distinct token is described
once. From then on a token is a number, and whatever is known of it a row in an array.
"""

from array import array
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from toposcope import names
from toposcope.recognition import casing as casings
from toposcope.recognition import runs
from toposcope.recognition.model import Model
from toposcope.recognition.runs import Flag
from toposcope.recognition.words import EDGE, LINE_END, WELL_KNOWN, NameClasses, Word, describe, is_capitalised
from toposcope.tokens import tokenise, unwrapped

__all__ = ["Batch", "Vocabulary", "prepared"]

#: Distinct words, and letters of distinct pieces, that are kept before all is forgotten: about 40 MB.
MOST_WORDS: Final = 100_000
MOST_LETTERS: Final = 4_000_000

Ints = NDArray[Any]

#: Columns of `Vocabulary.known`.
WORD, SHAPE, CLASS, PLACES, PERSON, CUES, CASE = range(7)

_EDGE_NUMBER: Final = 0


class Trait:
    """Further bits behind those of :class:`Flag`: what casing and evidence ask of a word."""

    SMALL, ENDS_STRETCH, CONJUNCTION, CAPITAL_FIRST, ALL_CAPITALS, TOO_SHORT, INITIAL, COMMA = (
        1 << i for i in range(8, 16)
    )
    #: From this bit on, four bits of :func:`toposcope.recognition.casing.counted`.
    COUNT_SHIFT = 16
    COURTESY = 1 << 20  # behind it stands a person, whatever the name


class Batch(NamedTuple):
    """Tokens of several texts in one array, with edges before and behind each text.

    Parameters
    ----------
    tokens : numpy.ndarray
        Number of each token's word in the vocabulary, after its case was restored; 0 for an edge.
    casing : numpy.ndarray
        How each was written, a code of :mod:`toposcope.recognition.casing`.
    glued : numpy.ndarray
        Whether each touches the one before.
    text_of : numpy.ndarray
        Which text each belongs to.
    piece : numpy.ndarray
        Which piece of the batch each is in.
    begins, stops : numpy.ndarray
        Offsets of each within its piece.
    first_piece : numpy.ndarray
        Number of the first piece of each text, and of the one behind the last.
    """

    tokens: Ints
    casing: Ints
    glued: NDArray[np.bool_]
    text_of: Ints
    piece: Ints
    begins: Ints
    stops: Ints
    first_piece: Ints


class _Numbered(dict[str, int]):
    """Numbers of pieces; what is looked up for the first time is added."""

    def __init__(self, add: Callable[[str], int]) -> None:
        super().__init__()
        self._add = add

    def __missing__(self, piece: str) -> int:
        return self._add(piece)


class Vocabulary:
    """Numbers for words and pieces, and what is known of them; forgets everything when it has grown too large.

    Parameters
    ----------
    classes : NameClasses
        What the gazetteer knows.
    model : Model
        Gives each word the sums of its weights.
    """

    def __init__(self, classes: NameClasses, model: Model) -> None:
        self.classes = classes
        self._model = model
        self.forget()

    def forget(self) -> None:
        """Start anew."""
        self._described: dict[str, Word] = {}
        self._casing = casings.Casing(self._word, self.classes)
        self._number: dict[str, int] = {}
        self.words: list[str] = []
        self.flags = np.zeros(1024, np.int32)
        self.small = np.zeros(1024, np.int32)  # number of the word in small letters
        self._small_number: dict[str, int] = {}
        self.described = np.zeros(1024, bool)
        self.known = np.zeros((1024, 7), np.int32)
        self.weights = np.zeros((1024, self._model.n_slots, 3), np.float32)
        self._letters = 0
        self._pieces = _Numbered(self._add_piece)
        self._piece_first = array("i", [0])
        self._piece_tokens = array("i")  # word, begins, stops; word, …
        self._add_word("\0edge")
        self.flags[_EDGE_NUMBER] = Flag.BREAK
        self._fill(np.array([_EDGE_NUMBER]), [EDGE])
        self._described.pop("\0edge", None)

    @property
    def is_large(self) -> bool:
        """Whether so much is remembered that it is time to forget; numbers given before are void then."""
        return len(self.words) > MOST_WORDS or self._letters > MOST_LETTERS

    def number(self, word: str) -> int:
        """The number of a word."""
        found = self._number.get(word)
        return self._add_word(word) if found is None else found

    def describe(self, numbers: Ints) -> None:
        """See to it that rows of these words are filled."""
        missing = np.unique(numbers[~self.described[numbers]])
        if len(missing):
            self._fill(missing, [self._word(self.words[number]) for number in missing.tolist()])

    def _word(self, word: str) -> Word:
        known = self._described.get(word)
        if known is None:
            known = self._described[word] = describe(word, self.classes)
        return known

    def _fill(self, numbers: Ints, words: Sequence[Word]) -> None:
        self.known[numbers] = [(self._model.word_number(word.lower), *word[1:]) for word in words]
        self.weights[numbers] = self._model.word_weights(words)
        self.described[numbers] = True

    def _add_word(self, word: str) -> int:
        number = self._number[word] = len(self.words)
        self.words.append(word)
        if number >= len(self.flags):
            for name in ("flags", "small", "described", "known", "weights"):
                column = getattr(self, name)
                setattr(self, name, np.concatenate([column, np.zeros_like(column)]))
        self.flags[number] = _flags(word)
        lower = word if word.islower() else word.lower()
        self.small[number] = self._small_number.setdefault(lower, len(self._small_number))
        return number

    def _add_piece(self, piece: str) -> int:
        number = self._pieces[piece] = len(self._pieces)
        self._letters += len(piece)
        if piece == "\n":
            rows = [(self.number(LINE_END), 0, 1)]
        elif piece.isalpha():
            rows = [(self.number(piece), 0, len(piece))]
        else:
            tokens = tokenise(piece)
            rows = [
                (self.number(LINE_END if word == "\n" else word), start, start + len(word))
                for word, start in zip(tokens.words, tokens.starts, strict=True)
            ]
        for row in rows:
            self._piece_tokens.extend(row)
        self._piece_first.append(self._piece_first[-1] + len(rows))
        return number

    def read(self, texts: Sequence[str]) -> Batch:
        """Take texts apart.

        Parameters
        ----------
        texts : sequence of str
            What :func:`prepared` gave.
        """
        pieces: list[str] = []
        counts: list[int] = []
        for text in texts:
            of_text = pieces_of(text)
            counts.append(len(of_text))
            pieces += of_text
        pieces_read = np.fromiter(map(self._pieces.__getitem__, pieces), np.int64, len(pieces))
        piece_first = np.array(self._piece_first, np.int64)
        first_token = piece_first[pieces_read]
        n_tokens = piece_first[pieces_read + 1] - first_token
        n = int(n_tokens.sum())
        piece_of = np.repeat(np.arange(len(pieces_read)), n_tokens)
        before = np.cumsum(n_tokens) - n_tokens
        rows = np.array(self._piece_tokens, np.int64).reshape(-1, 3)[
            np.arange(n) - before[piece_of] + first_token[piece_of]
        ]
        text_of_piece = np.repeat(np.arange(len(texts)), counts)
        text_of = text_of_piece[piece_of]

        total = n + 2 * len(texts) + 3
        at = np.arange(n) + 2 * text_of + 2
        written = np.zeros(total, np.int32)
        written[at] = rows[:, 0]
        glued = np.zeros(total, bool)
        glued[at] = rows[:, 1] > 0
        spread = np.full((4, total), -1, np.int64)
        spread[0, at], spread[1, at], spread[2, at], spread[3, at] = text_of, piece_of, rows[:, 1], rows[:, 2]
        tokens, casing = self._cased(written, spread[0], len(texts))
        first_piece = np.concatenate([[0], np.cumsum(counts)])
        return Batch(tokens, casing, glued, spread[0], spread[1], spread[2], spread[3], first_piece)

    def _cased(self, written: Ints, text_of: Ints, n_texts: int) -> tuple[Ints, Ints]:
        """Restore the case of stretches in capitals or title case, and of texts in small letters."""
        tokens = written.copy()
        casing = np.zeros(len(written), np.int32)
        flags = self.flags[written]
        counts = (flags[None, :] >> (Trait.COUNT_SHIFT + np.arange(4))[:, None]) & 1
        over = ((flags & Trait.ENDS_STRETCH) != 0) | (written == _EDGE_NUMBER)
        behind = np.flatnonzero(over) + 1
        total = np.concatenate([np.zeros((4, 1), np.int64), np.cumsum(counts, axis=1)], axis=1)
        first = np.concatenate([[0], behind[:-1]])
        of_stretch = (total[:, behind] - total[:, first]).T
        capital, capitals, small, long_small = of_stretch.T
        # What Counts.casing asks first, for all stretches at once.
        suspect = ((capitals >= 3) & (small == 0)) | ((capital >= 4) & (long_small == 0))
        for i in np.flatnonzero(suspect).tolist():
            found = casings.Counts(*of_stretch[i].tolist()).casing
            if found == casings.USUAL:
                continue
            start, end = int(first[i]), int(behind[i])
            end -= int(written[end - 1] == _EDGE_NUMBER)
            restored = self._casing.restored([self.words[t] for t in written[start:end].tolist()], found)
            tokens[start:end] = [self.number(word) for word in restored]
            casing[start:end] = found
        inside = text_of >= 0
        n_tokens, n_capital, n_small = (
            np.bincount(text_of[inside], weights=w, minlength=n_texts).astype(np.int64)
            for w in (None, counts[0][inside], counts[2][inside])
        )
        few = (n_tokens <= casings.FEW_TOKENS) | (50 * n_capital <= n_small)
        begin = np.concatenate([[0], np.cumsum(n_tokens)]) + 2 * np.arange(n_texts + 1) + 2
        for i in np.flatnonzero(few & (n_tokens > 0)).tolist():
            start, end = int(begin[i]), int(begin[i] + n_tokens[i])
            for at, word in self._casing.raised([self.words[t] for t in written[start:end].tolist()]).items():
                tokens[start + at] = self.number(word)
                casing[start + at] = casings.SMALL
        return tokens, casing


_COURTESIES: Final = frozenset(("Mr", "Mrs", "Ms", "Messrs", "Miss"))
_SMALL_WORD: Final = Trait.SMALL | 1 << (Trait.COUNT_SHIFT + 2)
_LONG_SMALL_WORD: Final = _SMALL_WORD | 1 << (Trait.COUNT_SHIFT + 3)


def _flags(word: str) -> int:
    """Bits of Flag and Trait of a word."""
    if word.islower() and word.isalpha() and len(word) > 1 and word not in runs.CONNECTORS | runs.CONJUNCTIONS:
        return _SMALL_WORD if len(word) < casings.LONG_SMALL else _LONG_SMALL_WORD
    counted = casings.counted(word)
    flags = sum(bit << (Trait.COUNT_SHIFT + i) for i, bit in enumerate(map(int, counted)))
    first = word[0]
    if first.islower():
        flags |= Trait.SMALL
    flags |= (
        Flag.CAPITALISED * is_capitalised(word)
        | Flag.DIGIT * first.isdigit()
        | Flag.POSSESSIVE * runs.is_possessive(word)
        | Flag.CONNECTOR * (word in runs.CONNECTORS)
        | Flag.HYPHEN * (word in runs.HYPHENS)
        | Flag.BREAK * runs.opens_sentence(word)
        | Trait.ENDS_STRETCH * casings.ends_stretch(word)
        | Trait.COMMA * (word == ",")
        | Trait.COURTESY * (word.rstrip(".") in _COURTESIES)
        | Trait.CONJUNCTION * (word in runs.CONJUNCTIONS)
    )
    if first.isupper():
        flags |= (
            Trait.CAPITAL_FIRST
            | Trait.TOO_SHORT * (len(word) < 3 and not word.isupper())
            | Trait.INITIAL * (len(word) == 2 and word[1] == ".")
            | Flag.IS_I * (word == "I")
        )
    if flags & Flag.CAPITALISED:
        flags |= Flag.STARTER * runs.is_starter(word)
    if word.isupper():
        flags |= Trait.ALL_CAPITALS
    return flags


def pieces_of(text: str) -> list[str]:
    """A text cut at white space; a stretch of white space with a line end in it is a piece of its own."""
    if "\n" not in text:
        return text.split()
    pieces: list[str] = []
    for i, line in enumerate(text.split("\n")):
        if i and (not pieces or pieces[-1] != "\n"):
            pieces.append("\n")
        pieces += line.split()
    return pieces


_HIGHEST_SPACE: Final = 0x3001
_IS_SPACE: Final = np.array([chr(i).isspace() for i in range(_HIGHEST_SPACE)] + [False])


def starts_of_pieces(text: str) -> Ints:
    """Offsets of the pieces of a text."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    if not len(codes):
        return np.zeros(0, np.int64)
    space = _IS_SPACE[np.minimum(codes, _HIGHEST_SPACE)]
    begins = ~space
    begins[1:] &= space[:-1]
    if "\n" in text:
        line_ends = np.flatnonzero(codes == ord("\n"))
        stretch = np.cumsum(begins)[line_ends]
        begins[line_ends[np.concatenate([[True], stretch[1:] != stretch[:-1]])]] = True
    return np.flatnonzero(begins)


def prepared(text: str, classes: NameClasses) -> str:
    """A text with blanks for the line ends that mean nothing: of the same length.

    Those of a text that was broken at a fixed width, and those inside names: "floods hit New⏎York".
    """
    if "\n" not in text:
        return text
    text = unwrapped(text)
    cuts = []
    at = text.find("\n")
    while at >= 0:
        before, after = text[max(0, at - _LONGEST_PART) : at].split(), text[at + 1 : at + _LONGEST_PART].split()
        if before and after and _is_cut_name(before[-1], after[0].rstrip(_CLOSING), classes):
            cuts.append(at)
        at = text.find("\n", at + 1)
    if cuts:
        letters = list(text)
        for cut in cuts:
            letters[cut] = " "
        text = "".join(letters)
    return text


_LONGEST_PART: Final = 30
_CLOSING: Final = ".,;:!?)”\"’'"


def _is_cut_name(before: str, after: str, classes: NameClasses) -> bool:
    if not (before.isalpha() and after.isalpha() and before[0].isupper() and after[0].isupper()):
        return False
    whole = classes.of(names.normalise(f"{before} {after}"))[0]
    return whole in WELL_KNOWN and classes.of(names.normalise(before))[0] not in WELL_KNOWN
