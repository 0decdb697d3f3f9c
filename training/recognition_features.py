"""What the recogniser's model looks at, worked out plainly: for training, and as what the fast way must equal.

Reads top to bottom: tokens, their casing, runs of capitalised words, the names that the gazetteer knows in them, what
words have earned elsewhere in the text, and at last the features of each token of each run.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toposcope.recognition import casing as casings
from toposcope.recognition.known_names import longest_names
from toposcope.recognition.runs import (
    CONJUNCTIONS,
    CONNECTORS,
    HYPHENS,
    LONGEST_JOINT,
    LONGEST_RUN,
    LONGEST_SPACED_JOINT,
    is_possessive,
    is_starter,
    opens_sentence,
)
from toposcope.recognition.templates import COLUMNS, EVIDENCE, TEMPLATES
from toposcope.recognition.words import (
    CONTAINING,
    EDGE,
    FROM_TO,
    GIVEN,
    IN_NAME,
    LINE_END,
    LOCATIVE,
    ORGANISATION,
    PLACE,
    PREFIX,
    SAYING,
    STARTS_NAME,
    TITLE,
    NameClasses,
    Word,
    describe,
    is_capitalised,
)
from toposcope.tokens import tokenise

MOST_TITLES = 3

Feature = tuple[str | int, ...]


@dataclass(slots=True)
class PlainText:
    """A text, its runs and the features of their tokens.

    `features` holds, for each run, for each token, tuples (name of the template, values …).
    """

    text: str
    starts: list[int]
    ends: list[int]
    runs: list[tuple[int, int]]
    features: list[list[list[Feature]]]
    vocabulary: set[tuple[str, str]]  # (kind of word column, value)


class PlainReader:
    """Works features out, with a memory of words.

    Parameters
    ----------
    classes : NameClasses
        What the gazetteer knows.
    """

    def __init__(self, classes: NameClasses) -> None:
        self.classes = classes
        self._known: dict[str, Word] = {}
        self._casing = casings.Casing(self.word, classes)

    def word(self, word: str) -> Word:
        """What is known of a word."""
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = describe(word, self.classes)
        return known

    def read(self, text: str) -> PlainText:
        """Tokens, runs and features of a text (or of one block of a long text)."""
        tokens = tokenise(text)
        written = [LINE_END if word == "\n" else word for word in tokens.words]
        ends = [start + len(word) for start, word in zip(tokens.starts, tokens.words, strict=True)]
        glued = [i > 0 and ends[i - 1] == start for i, start in enumerate(tokens.starts)]
        words, casing = self.cased(written)
        runs = list(find_runs(words, glued))
        features = list(self._features(words, casing, runs))
        vocabulary = {
            (kind, value)
            for word in set(words)
            for kind, value in zip(("word", *ENDINGS), (self.word(word).lower, *self.word(word).endings), strict=True)
        }
        return PlainText(text, tokens.starts, ends, runs, features, vocabulary)

    def cased(self, written: list[str]) -> tuple[list[str], list[int]]:
        """The words with the case that English would give them, and how each was written."""
        words, casing = list(written), [casings.USUAL] * len(written)
        capital = small = 0
        for first, end, counts in casings.stretches(written):
            capital, small = capital + counts.capital, small + counts.small
            if counts.casing != casings.USUAL:
                words[first:end] = self._casing.restored(written[first:end], counts.casing)
                casing[first:end] = [counts.casing] * (end - first)
        if casings.in_small_letters(len(written), capital, small):
            for i, word in self._casing.raised(written).items():
                words[i], casing[i] = word, casings.SMALL
        return words, casing

    def _names(self, words: Sequence[str], runs: Sequence[tuple[int, int]]) -> list[int]:
        """The column "name"."""
        column = [self.word(word).name_class for word in words]
        for start, end in runs:
            for first, length, name_class in longest_names(words[start:end], self.classes):
                at = start + first
                column[at : at + length] = [STARTS_NAME + name_class] + [IN_NAME + name_class] * (length - 1)
        return column

    def _evidence(self, words: Sequence[str], runs: Sequence[tuple[int, int]]) -> dict[str, set[int]]:
        """What words have earned anywhere in the text: numbers in EVIDENCE."""
        earned: dict[str, set[int]] = defaultdict(set)
        count: Counter[str] = Counter()
        small = {word for word in words if word[0].islower()}

        def at(i: int) -> Word:
            return self.word(words[i]) if 0 <= i < len(words) else EDGE

        for start, end in runs:
            before, after, length = at(start - 1), at(end), end - start
            first, titled = start, bool(before.cues & TITLE)
            for _ in range(MOST_TITLES):
                if first < end - 1 and at(first).cues & TITLE:
                    first, titled = first + 1, True
            said = bool(after.cues & SAYING)
            whole = [at(i) for i in range(start, end)]
            person = (
                2 <= end - first <= 4
                and not any(word.cues & (ORGANISATION | PLACE | PREFIX) for word in whole)
                and all(words[i][0].isupper() for i in range(first, end))
            )
            for i in range(start, end):
                word = words[i]
                if not word[0].isupper() or (len(word) < 3 and not word.isupper()):
                    continue
                count[word] += 1
                got = earned[word]
                if length == 1:
                    if before.cues & LOCATIVE:
                        got.add(0)
                    elif before.cues & FROM_TO:
                        got.add(1)
                    if after.lower == "," and at(end + 1).name_class in CONTAINING:
                        got.add(2)
                    if said:
                        got.add(3)
                elif i == start and at(i + 1).cues & ORGANISATION:
                    got.add(5)
                elif i == start and at(i + 1).cues & PLACE:
                    got.add(4)
                if i > start and at(i - 1).person & GIVEN and not at(i).cues:
                    got.add(6)
                if i == first and end - first == 2 and at(i).person & GIVEN:
                    got.add(7)
                initial = i > first and len(words[i - 1]) == 2 and words[i - 1][1] == "."
                if i > first and person and (at(first).person & GIVEN or said or titled or initial):
                    got.add(8)
                if titled and i >= first and end - first <= 3:
                    got.add(9)
                if word.lower() in small:
                    got.add(10)
        for word, n in count.items():
            if n > 1:
                earned[word].add(11 if n == 2 else 12)
        return earned

    def _features(
        self, words: Sequence[str], casing: Sequence[int], runs: Sequence[tuple[int, int]]
    ) -> Iterator[list[list[Feature]]]:
        name = self._names(words, runs)
        earned = self._evidence(words, runs)
        n = len(words)
        for start, end in runs:
            of_run = self._run_columns(words, name, start, end)
            run = []
            for i in range(start, end):
                around = {}
                for offset in (-2, -1, 0, 1, 2):
                    j = i + offset
                    inside = 0 <= j < n
                    known = self.word(words[j]) if inside else EDGE
                    around[offset] = {
                        "word": known.lower,
                        "shape": known.shape,
                        "class": known.name_class,
                        "places": known.n_places,
                        "person": known.person,
                        "cues": known.cues,
                        "case": known.case,
                        "name": name[j] if inside else 0,
                        "casing": casing[j] if inside else 0,
                        **dict(zip(ENDINGS, known.endings, strict=True)),
                    }
                here = around[0] | of_run | {"from start": min(i - start, 3), "from end": min(end - 1 - i, 3)}
                features: list[Feature] = [
                    (label, *((around[offset] if offset else here)[column] for column, offset in parts))
                    for label, parts, needs in LABELLED
                    if not needs or here[needs]
                ]
                for evidence in sorted(earned.get(words[i], ())):
                    features += [("evidence", evidence), ("evidence,name", evidence, name[i])]
                run.append(features)
            yield run

    def _run_columns(self, words: Sequence[str], name: Sequence[int], start: int, end: int) -> dict[str, str | int]:
        n = len(words)

        def at(i: int) -> Word:
            return self.word(words[i]) if 0 <= i < n else EDGE

        before, after, head = at(start - 1), at(end), at(end - 1)
        name_follows = end + 1 < n and is_capitalised(words[end + 1])
        next_name = 1 + name[end + 1] % STARTS_NAME if name_follows else 0
        previous_name = 1 + name[start - 2] % STARTS_NAME if start >= 2 else 0
        return {
            "before": before.lower,
            "before 2": at(start - 2).lower,
            "after": after.lower,
            "after 2": at(end + 1).lower,
            "before cues": before.cues,
            "after cues": after.cues,
            "before 2 cues": at(start - 2).cues,
            "after 3 cues": at(end + 2).cues,
            "head": head.lower,
            "head cues": head.cues,
            "length": min(end - start, 4),
            "single": int(end - start == 1),
            "opens": int(start == 0 or opens_sentence(words[start - 1])),
            "capitals": int(end - start > 2 and all(word.isupper() for word in words[start:end])),
            "next name": next_name if after.lower == "," else 0,
            "previous name": previous_name if before.lower == "," else 0,
            "joined name": next_name if end < n and words[end] in CONJUNCTIONS else 0,
            "joining name": previous_name if start and words[start - 1] in CONJUNCTIONS else 0,
        }


ENDINGS = ("ending3", "ending4", "beginning")
LABELLED = tuple((template.name, template.parts, template.needs) for template in TEMPLATES)


def find_runs(words: Sequence[str], glued: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Runs of capitalised words, with what may join them: half-open spans of tokens.

    Parameters
    ----------
    words : sequence of str
        Tokens.
    glued : sequence of bool
        Whether each touches the one before.
    """
    n = len(words)

    def joint_end(i: int) -> int:
        """Where joiners from `i` on end, if they do join; else `i`."""
        j, hyphenated = i, False
        while j < n and not is_capitalised(words[j]):
            if words[j] in HYPHENS:
                if not (glued[j] and j + 1 < n and glued[j + 1]):
                    return i
                hyphenated = True
            elif words[j] not in CONNECTORS:
                return i
            j += 1
            if j - i > LONGEST_JOINT:
                return i
        joins = j < n and (hyphenated or j - i <= LONGEST_SPACED_JOINT)
        return j if joins else i

    i = 0
    while i < n:
        if not is_capitalised(words[i]):
            i += 1
            continue
        end = i + 1
        while end < n:
            if is_capitalised(words[end]) or words[end][0].isdigit() or is_possessive(words[end]):
                end += 1
            elif (joined := joint_end(end)) > end:
                end = joined
            else:
                break
        after = end
        start = i
        if i == 0 or opens_sentence(words[i - 1]) or words[i] == "I":
            while start < end and (is_starter(words[start]) or not is_capitalised(words[start])):
                start += 1
        while end > start and is_possessive(words[end - 1]):
            end -= 1
        for first in range(start, end, LONGEST_RUN):
            last = min(end, first + LONGEST_RUN)
            if not (last - first == 1 and is_starter(words[first])):
                yield first, last
        i = after


def as_strings(features: Sequence[Feature], vocabulary: set[tuple[str, str]], domain: str = "") -> list[str]:
    """Features as the trainer takes them: those of words that it may know, with a copy for the domain.

    Parameters
    ----------
    features : sequence of Feature
        Of one token.
    vocabulary : set of (str, str)
        Words, endings and beginnings that may be learned.
    domain : str
        Where the text is from; empty for no copies.
    """
    strings = []
    for feature in features:
        kinds = WORD_KINDS.get(str(feature[0]))
        if kinds is not None and any((kind, feature[place]) not in vocabulary for place, kind in kinds):
            continue
        string = "|".join(map(str, feature))
        strings.append(string)
        if domain:
            strings.append(f"{domain}~{string}")
    return strings


#: By label: which values of a feature are words, and of what kind.
WORD_KINDS = {
    template.name: kinds
    for template in TEMPLATES
    if (
        kinds := [
            (place + 1, COLUMNS[column].words)
            for place, (column, _) in enumerate(template.parts)
            if COLUMNS[column].words
        ]
    )
}
assert len(EVIDENCE) == 13, "the plain evidence is numbered as the list is"
