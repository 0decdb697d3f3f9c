"""One document: what was found, what was placed, what went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

from toposcope.evaluation.corpus import AnnotatedDocument, Annotation
from toposcope.evaluation.figures import NEAR_KM, error_km
from toposcope.evaluation.matching import distinct, one_to_one, overlaps

__all__ = ["DocumentScore", "Mistake", "Outcome", "is_right", "score_document"]

#: Characters of text shown on either side of a mistake.
_CONTEXT = 45


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one gold toponym.

    Parameters
    ----------
    gold : Annotation
        The gold toponym.
    predicted : Annotation or None
        The prediction matched with it (overlap, one to one); None where it was missed.
    exact : bool
        Whether their spans are the same.
    error_km : float or None
        Distance between their points; None unless both have one.
    """

    gold: Annotation
    predicted: Annotation | None
    exact: bool
    error_km: float | None

    @property
    def right(self) -> bool:
        """Whether the place is right in meaning, see :func:`is_right`."""
        return self.predicted is not None and is_right(self.gold, self.predicted, self.error_km)


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that is not as gold has it.

    Parameters
    ----------
    kind : str
        ``"missed"``, ``"spurious"``, ``"boundary"``, ``"wrong place"``, ``"no place"`` or ``"wrong role"``.
    gold, predicted : str
        The words on either side; empty where there are none.
    detail : str
        The place or role that was given, and how far off it is.
    context : str
        The text around it, the words in question between guillemets.
    document : str
        Id of the document.
    start : int
        Where the words in question begin.
    """

    kind: str
    gold: str
    predicted: str
    detail: str
    context: str
    document: str
    start: int


@dataclass(frozen=True, slots=True)
class DocumentScore:
    """Counts of one document, and what became of each gold toponym.

    ``counts`` has ``gold``, ``pred``, ``gold_xy`` (gold toponyms with a point), ``exact`` and ``overlap`` (matches),
    ``e2e`` (right end to end), ``e2e_pred`` (predictions that can be judged end to end) and ``near`` (gold toponyms
    with a point whose match lies within 161 km).
    """

    id: str
    counts: Mapping[str, int]
    outcomes: tuple[Outcome, ...]
    mistakes: tuple[Mistake, ...]


def is_right(gold: Annotation, predicted: Annotation, error_km: float | None) -> bool:
    """Whether a prediction means the gold place.

    It does if both have the same GeoNames id, or lie within 161 km, or are the same country: then the points may be
    far apart, since everyone puts the point of Canada elsewhere. Where gold does not state a feature, the predicted
    country has to bear its name.

    Parameters
    ----------
    gold, predicted : Annotation
        A gold toponym and what was predicted for it.
    error_km : float or None
        Distance between their points.
    """
    if error_km is not None and error_km <= NEAR_KM:
        return True
    if gold.place_id is not None and gold.place_id == predicted.place_id:
        return True
    if not predicted.is_country or not (gold.is_country or gold.feature is None):
        return False
    if gold.is_country and gold.country_code is not None:
        return gold.country_code == predicted.country_code
    names = {name.casefold() for name in gold.names}
    return any(name.casefold() in names for name in predicted.names)


def score_document(gold_document: AnnotatedDocument, predicted_document: AnnotatedDocument | None) -> DocumentScore:
    """Hold one prediction against gold.

    Parameters
    ----------
    gold_document : AnnotatedDocument
        What is there.
    predicted_document : AnnotatedDocument or None
        What was found; None is a document in which nothing was found.
    """
    gold = distinct(gold_document.annotations)
    predicted = distinct(predicted_document.annotations if predicted_document is not None else ())
    pairs = overlaps(gold, predicted)
    if gold_document.ignore:
        touching = {pair.predicted for pair in pairs}
        predicted = [
            p
            for j, p in enumerate(predicted)
            if j in touching or not any(start <= p.start and p.end <= end for start, end in gold_document.ignore)
        ]
        pairs = overlaps(gold, predicted)

    distances = {pair: _distance(gold[pair.gold], predicted[pair.predicted]) for pair in pairs}
    match = one_to_one(pairs)
    exact = {pair.gold for pair in pairs if pair.exact}
    outcomes = tuple(
        Outcome(g, predicted[match[i]], i in exact, _distance(g, predicted[match[i]]))
        if i in match
        else Outcome(g, None, False, None)
        for i, g in enumerate(gold)
    )

    # End to end, a gold toponym may be matched with another prediction than for recognition: with one that is near.
    near = one_to_one(pair for pair in pairs if _is_near(distances[pair]))
    touched = {pair.predicted for pair in pairs}
    touching_a_point = {pair.predicted for pair in pairs if gold[pair.gold].point is not None}
    # Nobody can say whether a prediction is right that touches only gold toponyms without a point.
    judged = [j for j, p in enumerate(predicted) if p.point is not None and (j in touching_a_point or j not in touched)]
    counts = {
        "gold": len(gold),
        "pred": len(predicted),
        "gold_xy": sum(g.point is not None for g in gold),
        "exact": len(exact),
        "overlap": len(match),
        "e2e": len(near),
        "e2e_pred": len(judged),
        "near": sum(_is_near(outcome.error_km) for outcome in outcomes),
    }
    spurious = [p for j, p in enumerate(predicted) if j not in touched] if gold_document.exhaustive else []
    return DocumentScore(gold_document.id, counts, outcomes, _mistakes(gold_document, outcomes, spurious))


def _distance(gold: Annotation, predicted: Annotation) -> float | None:
    gold_point, predicted_point = gold.point, predicted.point
    return None if gold_point is None or predicted_point is None else error_km(gold_point, predicted_point)


def _is_near(km: float | None) -> bool:
    return km is not None and km <= NEAR_KM


def _mistakes(
    document: AnnotatedDocument, outcomes: tuple[Outcome, ...], spurious: list[Annotation]
) -> tuple[Mistake, ...]:
    found: list[Mistake] = []

    def add(kind: str, gold: Annotation | None, predicted: Annotation | None, detail: str = "") -> None:
        where = gold or predicted
        assert where is not None
        words = [_words(a, document.text) for a in (gold, predicted)]
        context = _context(document.text, where.start, where.end)
        found.append(Mistake(kind, words[0], words[1], detail, context, document.id, where.start))

    for outcome in outcomes:
        gold, predicted = outcome.gold, outcome.predicted
        if predicted is None:
            add("missed", gold, None)
            continue
        if not outcome.exact:
            add("boundary", gold, predicted)
        if gold.point is not None and predicted.point is None:
            add("no place", gold, predicted)
        elif gold.point is not None and not outcome.right:
            add("wrong place", gold, predicted, f"{_place(predicted)}, {outcome.error_km:,.0f} km off")
        if gold.role is not None and predicted.role is not None and gold.role != predicted.role:
            add("wrong role", gold, predicted, f"{predicted.role} for {gold.role}")
    for prediction in spurious:
        add("spurious", None, prediction, _place(prediction))
    return tuple(found)


def _words(annotation: Annotation | None, text: str) -> str:
    return "" if annotation is None else annotation.text or text[annotation.start : annotation.end]


def _place(annotation: Annotation) -> str:
    if annotation.point is None:
        return ""
    name = annotation.names[0] if annotation.names else f"{annotation.lat}, {annotation.lon}"
    return name if annotation.country_code is None else f"{name} ({annotation.country_code})"


def _context(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT]
    return " ".join(f"{before}«{text[start:end]}»{after}".split())
