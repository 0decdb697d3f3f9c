"""An evaluation: every figure of one corpus."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toposcope.document import Document
from toposcope.evaluation.answering import Parser, answer
from toposcope.evaluation.breakdown import (
    abstention_curve,
    by_document,
    by_feature_class,
    by_world_region,
    calibration,
    resolution,
    role_figures,
)
from toposcope.evaluation.corpus import AnnotatedDocument, read_corpus, without_demonyms
from toposcope.evaluation.figures import bootstrap, error_figures, rates
from toposcope.evaluation.scoring import DocumentScore, Mistake, Outcome, score_document

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["Evaluation", "FrequentMistake", "corpus_name", "evaluate", "evaluate_corpus", "evaluate_parser"]

#: Draws for the intervals: over twenty seeds, their ends moved by at most 0.004 on LGL.
DEFAULT_RESAMPLES = 1000

AnyDocument = AnnotatedDocument | Document | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FrequentMistake:
    """The same mistake, wherever it was made.

    Parameters
    ----------
    count : int
        How often.
    documents : int
        In how many documents.
    example : Mistake
        The first of them.
    """

    count: int
    documents: int
    example: Mistake


@dataclass(frozen=True)
class Evaluation:
    """Every accuracy figure of one corpus.

    Made by :func:`evaluate` or :func:`evaluate_corpus`. Shows itself as tables with ``rich.print`` and writes itself
    as JSON with ``to_dict``.

    Parameters
    ----------
    name : str
        Of the corpus.
    scores, scores_without_demonyms : tuple of DocumentScore
        One a document, with everything and with demonyms dropped on both sides.
    documents_predicted : int
        How many gold documents had a prediction.
    exhaustive : bool
        Whether all toponyms of all documents are annotated; otherwise there is recall only.
    given_spans : bool
        Whether the parser was told where the toponyms are.
    resamples : int
        Draws for the bootstrap intervals; 0 for none.
    """

    name: str
    scores: tuple[DocumentScore, ...]
    scores_without_demonyms: tuple[DocumentScore, ...]
    documents_predicted: int
    exhaustive: bool = True
    given_spans: bool = False
    resamples: int = DEFAULT_RESAMPLES

    @cached_property
    def figures(self) -> dict[str, Any]:
        """The headline figures: ``rec``, ``res``, ``e2e``, counts, and 95% intervals in ``ci95``."""
        return self._headline(self.scores)

    @cached_property
    def figures_without_demonyms(self) -> dict[str, Any]:
        """The headline figures with demonyms dropped from gold and predictions."""
        return self._headline(self.scores_without_demonyms)

    @cached_property
    def resolution(self) -> dict[str, Any]:
        """Resolution in four views, see :func:`~toposcope.evaluation.breakdown.resolution`."""
        return resolution(self._outcomes)

    @cached_property
    def roles(self) -> dict[str, Any] | None:
        """Role figures, or None where gold has neither roles nor readings."""
        return role_figures(self._outcomes)

    @property
    def _outcomes(self) -> list[Outcome]:
        return [outcome for score in self.scores for outcome in score.outcomes]

    def _headline(self, scores: Sequence[DocumentScore]) -> dict[str, Any]:
        names = ("gold", "pred", "exact", "overlap", "e2e", "e2e_pred", "gold_xy", "near")
        counts = {name: [score.counts[name] for score in scores] for name in names}
        n = {name: sum(values) for name, values in counts.items()}
        outcomes = [outcome for score in scores for outcome in score.outcomes]
        views = resolution(outcomes)
        exact = [o.error_km for o in outcomes if o.exact and o.error_km is not None]
        headline: dict[str, Any] = {
            "docs": len(scores),
            "docs_predicted": self.documents_predicted,
            "gold": n["gold"],
            "gold_xy": n["gold_xy"],
            "pred": n["pred"],
            "exhaustive": self.exhaustive,
            "rec": {
                match: rates(n[match], n["pred"], n["gold"], exhaustive=self.exhaustive)
                for match in ("exact", "overlap")
            },
            "res": {
                "exact": error_figures(exact),
                "overlap": _plain(views["answered"]),
                "all": _plain(views["all"]),
            },
            "e2e": rates(n["e2e"], n["e2e_pred"], n["gold_xy"], exhaustive=self.exhaustive),
        }
        intervals = bootstrap(counts, exhaustive=self.exhaustive, resamples=self.resamples)
        return {**headline, "ci95": intervals} if intervals else headline

    def errors(self, limit: int | None = 100, *, kind: str | None = None) -> list[FrequentMistake]:
        """List the most frequent mistakes, each with the first place where it was made.

        Parameters
        ----------
        limit : int, optional
            How many at most; None for all.
        kind : str, optional
            Only ``"missed"``, ``"spurious"``, ``"boundary"``, ``"wrong place"``, ``"no place"`` or ``"wrong role"``.
        """
        first: dict[tuple[str, ...], Mistake] = {}
        count: Counter[tuple[str, ...]] = Counter()
        documents: dict[tuple[str, ...], set[str]] = {}
        for score in self.scores:
            for mistake in score.mistakes:
                if kind is not None and mistake.kind != kind:
                    continue
                key = (mistake.kind, mistake.gold, mistake.predicted, mistake.detail)
                first.setdefault(key, mistake)
                count[key] += 1
                documents.setdefault(key, set()).add(score.id)
        # Ties stand in the order of the corpus, as Counter keeps it.
        return [FrequentMistake(n, len(documents[key]), first[key]) for key, n in count.most_common(limit)]

    def to_dict(self) -> dict[str, Any]:
        """All figures as plain dicts and lists, ready for JSON.

        ``docs, docs_predicted, gold, gold_xy, pred, exhaustive, rec, res, e2e, ci95`` are the headline figures;
        ``without_demonyms`` holds the same keys again; beside them stand ``name``, ``given_spans``, ``resolution``,
        ``by_feature_class``, ``by_world_region``, ``by_document``, ``abstention``, ``calibration``,
        ``mistakes`` (counts by kind) and ``roles``.
        """
        outcomes = self._outcomes
        return {
            "name": self.name,
            "given_spans": self.given_spans,
            **self.figures,
            "without_demonyms": self.figures_without_demonyms,
            "resolution": self.resolution,
            "by_feature_class": by_feature_class(outcomes),
            "by_world_region": by_world_region(outcomes),
            "abstention": abstention_curve(outcomes),
            "calibration": calibration(outcomes),
            "mistakes": dict(sorted(Counter(m.kind for score in self.scores for m in score.mistakes).items())),
            "roles": self.roles,
            "by_document": by_document(self.scores),
        }

    def __rich__(self) -> "RenderableType":
        from toposcope.evaluation.report import tables

        return tables(self)


def evaluate(
    gold_documents: Iterable[AnyDocument],
    documents: Iterable[AnyDocument],
    *,
    name: str = "corpus",
    tag: str | None = None,
    resamples: int = DEFAULT_RESAMPLES,
) -> Evaluation:
    """Score predicted documents against gold.

    Parameters
    ----------
    gold_documents, documents : iterable of Document or mapping
        Matched by ``id``. A gold document without a prediction counts as one in which nothing was found; a
        prediction without gold has no effect.
    name : str
        Of the corpus.
    tag : str, optional
        Only gold documents that carry this tag.
    resamples : int
        Draws for the bootstrap intervals; 0 for none.

    Raises
    ------
    InputError
        If a document has no id or no proper toponyms.

    Examples
    --------
    >>> gold = [{"id": "a", "text": "In Paris.", "toponyms": [{"start": 3, "end": 8, "lat": 48.85, "lon": 2.35}]}]
    >>> evaluate(gold, gold, resamples=0).figures["e2e"]
    {'p': 1.0, 'r': 1.0, 'f1': 1.0}
    """
    predictions = {document.id: document for document in map(AnnotatedDocument.of, documents)}
    gold = (document for document in map(AnnotatedDocument.of, gold_documents) if tag is None or tag in document.tags)
    return _evaluate((_Pair(document, predictions.get(document.id)) for document in gold), name, resamples)


def evaluate_parser(
    gold_documents: Iterable[AnyDocument],
    parser: Parser,
    *,
    name: str = "corpus",
    given_spans: bool = False,
    resamples: int = DEFAULT_RESAMPLES,
) -> Evaluation:
    """Parse gold documents one by one and score what comes out.

    Parameters
    ----------
    gold_documents : iterable of mapping
        With their texts.
    parser : Geoparser
        Or anything that is called and resolves like one.
    name : str
        Of the corpus.
    given_spans : bool
        Tell the parser where the toponyms are, so that resolution is judged alone.
    resamples : int
        Draws for the bootstrap intervals; 0 for none.

    Raises
    ------
    InputError
        If a document has no id or no proper toponyms.
    """
    gold = map(AnnotatedDocument.of, gold_documents)
    pairs = (_Pair(document, answer(parser, document, given_spans=given_spans)) for document in gold)
    return _evaluate(pairs, name, resamples, given_spans=given_spans)


def evaluate_corpus(
    path: str | Path,
    parser: Parser,
    *,
    given_spans: bool = False,
    tag: str | None = None,
    resamples: int = DEFAULT_RESAMPLES,
) -> Evaluation:
    """Parse the documents of a corpus file and score what comes out.

    Parameters
    ----------
    path : str or Path
        JSON Lines, gzipped or not, in the form of ``places --format jsonl`` or with ``lat`` and ``lon`` beside
        ``start`` and ``end``.
    parser, given_spans, resamples
        As for :func:`evaluate_parser`.
    tag : str, optional
        Only documents that carry this tag.

    Raises
    ------
    InputError
        If the file is missing or is no corpus.
    """
    documents = read_corpus(path, tag=tag)
    return evaluate_parser(documents, parser, name=corpus_name(path), given_spans=given_spans, resamples=resamples)


def corpus_name(path: str | Path) -> str:
    """Name a corpus: its file name up to the first full stop.

    Examples
    --------
    >>> corpus_name("corpora/lgl.jsonl.gz")
    'lgl'
    """
    return Path(path).name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class _Pair:
    gold: AnnotatedDocument
    predicted: AnnotatedDocument | None


def _evaluate(pairs: Iterator[_Pair], name: str, resamples: int, *, given_spans: bool = False) -> Evaluation:
    scores, scores_without_demonyms = [], []
    predicted_ids = set()
    exhaustive = True
    for pair in pairs:
        gold, predicted = pair.gold, pair.predicted
        scores.append(score_document(gold, predicted))
        bare = None if predicted is None else without_demonyms(predicted, gold.text)
        scores_without_demonyms.append(score_document(without_demonyms(gold), bare))
        exhaustive = exhaustive and gold.exhaustive
        if predicted is not None:
            predicted_ids.add(gold.id)
    return Evaluation(
        name=name,
        scores=tuple(scores),
        scores_without_demonyms=tuple(scores_without_demonyms),
        documents_predicted=len(predicted_ids),
        exhaustive=exhaustive,
        given_spans=given_spans,
        resamples=resamples,
    )


def _plain(view: Mapping[str, Any]) -> dict[str, Any]:
    return {key: view[key] for key in ("n", "acc161", "mean_km", "median_km", "auc")}
