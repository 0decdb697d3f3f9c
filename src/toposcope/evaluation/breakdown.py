"""The same figures, taken apart: by kind of place, region, document, role and score."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from toposcope.document import Role
from toposcope.evaluation.corpus import Annotation
from toposcope.evaluation.figures import GREATEST_ERROR_KM, NEAR_KM, accuracy, error_figures
from toposcope.evaluation.regions import REGIONS, world_region
from toposcope.evaluation.scoring import DocumentScore, Outcome

__all__ = [
    "FEATURE_GROUPS",
    "abstention_curve",
    "by_document",
    "by_feature_class",
    "by_world_region",
    "calibration",
    "resolution",
    "role_figures",
]

#: Groups of GeoNames features, by prefix of class and code; the first that fits counts.
FEATURE_GROUPS = {
    "A.PCL": "countries",
    "A.ADM1": "first-order divisions",
    "A.ADM2": "second-order divisions",
    "A": "other divisions",
    "P": "settlements",
    "H": "waters",
    "L": "areas and parks",
    "S": "buildings and facilities",
    "T": "mountains, islands and other terrain",
    "R": "roads and railways",
    "U": "undersea",
    "V": "vegetation",
    "": "not stated",
}

#: ReLocaR tells readings apart where we tell roles apart.
_LITERAL = frozenset({Role.SCENE, Role.ORIGIN})


def resolution(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Resolution in three views: over all gold, over what was answered, and each counting resolved only.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Those whose gold has no point are left out.

    Returns
    -------
    dict
        ``all``, ``answered``, ``resolved_all`` and ``resolved_answered``, each with the keys of
        :func:`error_figures` and ``acc20``, ``acc5`` and ``right`` (share right in meaning, country-aware). Over
        all gold, no answer is the greatest error; in the ``resolved`` views, an ambiguous toponym is no answer.
    """
    located = [outcome for outcome in outcomes if outcome.gold.point is not None]
    views = {}
    for prefix, resolved_only in (("", False), ("resolved_", True)):
        answered = [
            o
            for o in located
            if o.predicted is not None and o.error_km is not None and (o.predicted.resolved or not resolved_only)
        ]
        errors = [o.error_km for o in answered if o.error_km is not None]
        right = sum(o.right for o in answered)
        missing = [GREATEST_ERROR_KM] * (len(located) - len(errors))
        views[f"{prefix}all"] = _accuracies(errors + missing, right)
        views[f"{prefix}answered"] = _accuracies(errors, right)
    return views


def _accuracies(errors: Sequence[float], right: int) -> dict[str, Any]:
    return {
        **error_figures(errors),
        "acc20": accuracy(errors, 20),
        "acc5": accuracy(errors, 5),
        "right": right / len(errors) if errors else None,
    }


def by_feature_class(outcomes: Iterable[Outcome]) -> dict[str, dict[str, Any]]:
    """Recall and resolution over all gold for each group of ``FEATURE_GROUPS`` that gold has."""
    return _grouped(outcomes, _feature_group, list(FEATURE_GROUPS.values()))


def by_world_region(outcomes: Iterable[Outcome]) -> dict[str, dict[str, Any]]:
    """Recall and resolution over all gold for each world region; gold without a point is in none."""
    located = (outcome for outcome in outcomes if outcome.gold.point is not None)
    return _grouped(located, _region, list(REGIONS))


def _feature_group(gold: Annotation) -> str:
    feature = gold.feature or ""
    return next(name for prefix, name in FEATURE_GROUPS.items() if feature.startswith(prefix))


def _region(gold: Annotation) -> str:
    assert gold.lat is not None
    assert gold.lon is not None
    return world_region(lat=gold.lat, lon=gold.lon)


def _grouped(
    outcomes: Iterable[Outcome], group_of: Callable[[Annotation], str], order: Sequence[str]
) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[group_of(outcome.gold)].append(outcome)
    figures = {}
    for name in sorted(groups, key=order.index):
        members = groups[name]
        overall = resolution(members)["all"]
        figures[name] = {
            "gold": len(members),
            "recall_exact": sum(o.exact for o in members) / len(members),
            "recall_overlap": sum(o.predicted is not None for o in members) / len(members),
            "gold_xy": overall["n"],
            **{key: overall[key] for key in ("acc161", "acc20", "right", "median_km")},
        }
    return figures


def by_document(scores: Iterable[DocumentScore]) -> list[dict[str, Any]]:
    """List the counts of each document."""
    return [{"id": score.id, **score.counts} for score in scores]


def abstention_curve(outcomes: Iterable[Outcome], steps: int = 20) -> list[dict[str, Any]]:
    """Count, for each threshold on the score, how many are answered and how many of these are right.

    Parameters
    ----------
    outcomes : iterable of Outcome
        Those whose gold has no point are left out.
    steps : int
        How many thresholds above 0, evenly up to 1.

    Returns
    -------
    list of dict
        ``threshold``, ``answered``, ``coverage`` (share of gold with a point that is answered), ``acc161`` and
        ``right`` (shares of the answered). Empty where predictions carry no score.
    """
    located = [outcome for outcome in outcomes if outcome.gold.point is not None]
    scored = [(o.predicted.score, o) for o in located if o.predicted is not None and o.predicted.score is not None]
    if not scored:
        return []
    curve = []
    for step in range(steps + 1):
        threshold = step / steps
        answered = [o for score, o in scored if score >= threshold and o.error_km is not None]
        near = sum(o.error_km is not None and o.error_km <= NEAR_KM for o in answered)
        curve.append(
            {
                "threshold": threshold,
                "answered": len(answered),
                "coverage": len(answered) / len(located),
                "acc161": near / len(answered) if answered else None,
                "right": sum(o.right for o in answered) / len(answered) if answered else None,
            }
        )
    return curve


def calibration(outcomes: Iterable[Outcome], bins: int = 10) -> dict[str, Any] | None:
    """Compare scores with what they promise: of toponyms scored 0.8, eight in ten should be right in meaning.

    Parameters
    ----------
    outcomes : iterable of Outcome
        Those whose gold has no point, or whose prediction has none, are left out.
    bins : int
        How many, of equal width from 0 to 1.

    Returns
    -------
    dict or None
        ``n``; ``ece``, the expected calibration error (mean distance of score and share right over the bins, weighted
        by their size); ``bins`` with ``low``, ``high``, ``n``, ``score`` (mean) and ``right`` (share), empty ones left
        out. None where predictions carry no score.
    """
    members: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.error_km is not None and outcome.predicted is not None and outcome.predicted.score is not None:
            score = outcome.predicted.score
            members[min(int(score * bins), bins - 1)].append((score, outcome.right))
    n = sum(map(len, members.values()))
    if not n:
        return None
    table = [
        {
            "low": k / bins,
            "high": (k + 1) / bins,
            "n": len(members[k]),
            "score": sum(score for score, _ in members[k]) / len(members[k]),
            "right": sum(right for _, right in members[k]) / len(members[k]),
        }
        for k in sorted(members)
    ]
    return {"n": n, "ece": sum(row["n"] * abs(row["score"] - row["right"]) for row in table) / n, "bins": table}


def role_figures(outcomes: Iterable[Outcome]) -> dict[str, Any] | None:
    """How well roles are told apart, where gold has them.

    Parameters
    ----------
    outcomes : iterable of Outcome
        Gold toponyms with a role (ours) or a reading (literal, metonymic), found or missed.

    Returns
    -------
    dict or None
        With roles: ``n``, ``found``, ``accuracy`` (over the found), ``f1`` of each role and ``macro_f1`` over the
        roles that gold has (a missed toponym counts against its role), ``confusion[gold][predicted]`` (``"none"``
        where missed). With readings: the same under ``readings``, literal being a scene or an origin; mixed
        readings are left out. None where gold has neither.
    """
    roles, readings = [], []
    for outcome in outcomes:
        predicted = None if outcome.predicted is None else outcome.predicted.role
        if outcome.gold.role is not None:
            roles.append((outcome.gold.role.value, None if predicted is None else predicted.value))
        if outcome.gold.reading in ("lit", "met"):
            gold = "literal" if outcome.gold.reading == "lit" else "metonymic"
            readings.append((gold, None if predicted is None else "literal" if predicted in _LITERAL else "metonymic"))
    if not (roles or readings):
        return None
    figures = _classification(roles) if roles else {}
    if readings:
        figures["readings"] = _classification(readings)
    return figures


def _classification(pairs: Sequence[tuple[str, str | None]]) -> dict[str, Any]:
    found = [(gold, predicted) for gold, predicted in pairs if predicted is not None]
    gold_counts = Counter(gold for gold, _ in pairs)
    predicted_counts = Counter(predicted for _, predicted in found)
    right = Counter(gold for gold, predicted in found if gold == predicted)
    classes = sorted(gold_counts)
    f1 = {name: 2 * right[name] / (gold_counts[name] + predicted_counts[name]) for name in classes}
    confusion: dict[str, dict[str, int]] = {name: {} for name in classes}
    for (gold, predicted), count in sorted(Counter((g, p or "none") for g, p in pairs).items()):
        confusion[gold][predicted] = count
    return {
        "n": len(pairs),
        "found": len(found),
        "accuracy": sum(right.values()) / len(found) if found else None,
        "macro_f1": sum(f1.values()) / len(f1),
        "f1": f1,
        "confusion": confusion,
    }
