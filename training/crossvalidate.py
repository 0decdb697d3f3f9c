"""Folds that never change, and training and testing on different documents.

What belongs together stays together: articles of one newspaper (LGL), of one source article (GeoVirus). The SHA-256 of
a group's name decides its fold, so that it depends on nothing else: not on the order of a file, nor on what is added.

A training script brings a function from corpora to a parser; :func:`crossvalidate` calls it once a fold.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from toposcope.evaluation import Evaluation, evaluate
from toposcope.evaluation.answering import Parser, answer
from toposcope.evaluation.corpus import AnnotatedDocument

__all__ = [
    "N_FOLDS",
    "CrossValidated",
    "Fold",
    "crossvalidate",
    "fold_of",
    "folds",
    "group_of",
    "is_held_out",
    "without_held_out",
]

N_FOLDS = 5

#: The fold of LGL that floors are measured on: the weights they are measured with never saw it.
HELD_OUT_FOLD = 0

GoldDocument = Mapping[str, Any]
Corpora = Mapping[str, Sequence[GoldDocument]]
Trainer = Callable[[Corpora], Parser]


@dataclass(frozen=True)
class Fold:
    """Documents to train on and, disjoint by group, to test on; by corpus, each in the corpus' order."""

    number: int
    train: dict[str, list[GoldDocument]]
    test: dict[str, list[GoldDocument]]


@dataclass(frozen=True)
class CrossValidated:
    """Evaluations of one corpus, each document answered by the parser that was not trained on its group."""

    from_text: Evaluation
    given_spans: Evaluation


def group_of(corpus: str, document: GoldDocument) -> str:
    """Name what a document must not be parted from.

    Parameters
    ----------
    corpus : str
        ``"lgl"`` is grouped by the host of ``source`` (the newspaper), ``"geovirus"`` by ``source`` (some documents are
        parts of one article); all others by ``id``.
    document : mapping
        A gold document.
    """
    source = document.get("source")
    if corpus == "lgl" and source:
        return urlsplit(source).hostname or source
    if corpus == "geovirus" and source:
        return str(source)
    return str(document["id"])


def fold_of(group: str, n_folds: int = N_FOLDS) -> int:
    """Number the fold that a group falls into, from 0."""
    return int.from_bytes(hashlib.sha256(group.encode()).digest()[:8], "big") % n_folds


def is_held_out(corpus: str, document: GoldDocument) -> bool:
    """Whether a document belongs to the parts that floors are measured on.

    They are a fixed fifth of LGL's newspapers and ReLocaR's own test part.
    """
    if corpus == "lgl":
        return fold_of(group_of(corpus, document)) == HELD_OUT_FOLD
    return corpus == "relocar" and "-test-" in str(document["id"])


def without_held_out(corpora: Corpora) -> dict[str, list[GoldDocument]]:
    """Leave out the held-out parts: what the weights under the floors may be trained on."""
    return {name: [d for d in documents if not is_held_out(name, d)] for name, documents in corpora.items()}


def folds(corpora: Corpora, n_folds: int = N_FOLDS) -> Iterator[Fold]:
    """Split corpora into folds, one after the other.

    Parameters
    ----------
    corpora : mapping of str to sequence of mapping
        Gold documents by name of the corpus. ReLocaR comes with a split of its own: its test part is tested in every
        fold and trained on in none.
    n_folds : int
        How many.
    """
    for number in range(n_folds):
        fold = Fold(number, {name: [] for name in corpora}, {name: [] for name in corpora})
        for name, documents in corpora.items():
            for document in documents:
                if name == "relocar":
                    tested = is_held_out(name, document)
                else:
                    tested = fold_of(group_of(name, document), n_folds) == number
                (fold.test if tested else fold.train)[name].append(document)
        yield fold


def crossvalidate(
    corpora: Corpora, train: Trainer, *, n_folds: int = N_FOLDS, resamples: int = 1000
) -> dict[str, CrossValidated]:
    """Train once a fold, answer every document by the parser that has not seen its group, score all together.

    Parameters
    ----------
    corpora : mapping of str to sequence of mapping
        Gold documents by name of the corpus; ReLocaR apart, each document is tested once.
    train : callable
        From corpora of the same shape to a parser.
    n_folds : int
        How many.
    resamples : int
        Draws for the bootstrap intervals.

    Returns
    -------
    dict
        Name of the corpus → its evaluations, from text alone and with the spans given.
    """
    answers: dict[tuple[str, bool], list[AnnotatedDocument]] = {(n, s): [] for n in corpora for s in (False, True)}
    tested: dict[str, dict[str, GoldDocument]] = {name: {} for name in corpora}
    for fold in folds(corpora, n_folds):
        parser = train(fold.train)
        for name, documents in fold.test.items():
            for document in documents:
                gold = AnnotatedDocument.of(document)
                if gold.id in tested[name]:
                    continue
                tested[name][gold.id] = document
                for given_spans in (False, True):
                    answers[name, given_spans].append(answer(parser, gold, given_spans=given_spans))
    results = {}
    for name, gold_documents in tested.items():
        from_text, told = (
            evaluate(gold_documents.values(), answers[name, given_spans], name=name, resamples=resamples)
            for given_spans in (False, True)
        )
        results[name] = CrossValidated(from_text, replace(told, given_spans=True))
    return results
