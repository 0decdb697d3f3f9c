"""The arithmetic of accuracy: rates, errors in km, intervals."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toposcope.geodesy import EARTH_RADIUS_KM

__all__ = ["GREATEST_ERROR_KM", "NEAR_KM", "accuracy", "bootstrap", "error_figures", "error_km", "rates"]

#: Within this distance a place counts as found: 100 miles, the customary measure of geoparsing.
NEAR_KM = 161.0

#: The error of a place that was not given at all: half of the equator, rounded up, as is customary in geoparsing.
GREATEST_ERROR_KM = 20039.0


def error_km(gold: tuple[float, float], predicted: tuple[float, float]) -> float:
    """Great-circle distance between two (lat, lon) in degrees, at most ``GREATEST_ERROR_KM``.

    The same formula as :func:`toposcope.geodesy.distance_km`, by the standard library: numpy's vectorised sine may
    differ in the last bit from one processor to the next, and a published figure must not.
    """
    phi1, lambda1, phi2, lambda2 = map(math.radians, (*gold, *predicted))
    h = math.sin((phi2 - phi1) / 2) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin((lambda2 - lambda1) / 2) ** 2
    return min(2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(h))), GREATEST_ERROR_KM)


def rates(right: int, predicted: int, gold: int, *, exhaustive: bool = True) -> dict[str, float | None]:
    """Precision, recall and F1 as ``{"p", "r", "f1"}``.

    Parameters
    ----------
    right, predicted, gold : int
        Counts.
    exhaustive : bool
        Where gold is not, precision and F1 are None.
    """
    recall = right / gold if gold else 0.0
    if not exhaustive:
        return {"p": None, "r": recall, "f1": None}
    precision = right / predicted if predicted else 0.0
    total = precision + recall
    return {"p": precision, "r": recall, "f1": 2 * precision * recall / total if total else 0.0}


def accuracy(errors: Sequence[float], within_km: float) -> float | None:
    """Share of errors of at most ``within_km``; None where there are none."""
    return sum(error <= within_km for error in errors) / len(errors) if errors else None


def error_figures(errors: Sequence[float]) -> dict[str, Any]:
    """Summary of resolution errors.

    Parameters
    ----------
    errors : sequence of float
        Kilometres.

    Returns
    -------
    dict
        ``n``, ``acc161``, ``mean_km``, ``median_km`` and ``auc``: the area under the sorted curve of
        ln(1 + km) / ln(20039) by the trapezoid rule over equal steps, 0 where every error is 0. All but
        ``n`` are None where there are no errors.
    """
    if not errors:
        return {"n": 0, "acc161": None, "mean_km": None, "median_km": None, "auc": None}
    km = np.sort(np.asarray(errors, dtype=np.float64))
    heights = np.log1p(km) / np.log(GREATEST_ERROR_KM)
    area = heights[0] if len(km) == 1 else (heights.sum() - (heights[0] + heights[-1]) / 2) / (len(km) - 1)
    return {
        "n": len(km),
        "acc161": float((km <= NEAR_KM).mean()),
        "mean_km": float(km.mean()),
        "median_km": float(np.median(km)),
        "auc": float(area),
    }


def bootstrap(
    counts: Mapping[str, Sequence[int]], *, exhaustive: bool, resamples: int, seed: int = 0
) -> dict[str, list[float]]:
    """95% intervals of the headline figures by resampling documents.

    Parameters
    ----------
    counts : mapping
        For each of ``gold, pred, exact, overlap, e2e, e2e_pred, gold_xy, near`` one number a document.
    exhaustive : bool
        Where gold is not, recall stands in for F1.
    resamples : int
        How many times to draw as many documents as there are, with replacement.
    seed : int
        Of the generator: the same intervals every time.

    Returns
    -------
    dict
        Figure → [lower, upper]; empty for no documents or no resamples.
    """
    names = list(counts)
    table = np.array([counts[name] for name in names], dtype=np.float64).T
    n_documents = len(table)
    if not (n_documents and resamples):
        return {}
    draw = np.random.default_rng(seed)
    share = np.full(n_documents, 1 / n_documents)
    # In slices: the draws of a corpus of tweets would take half a gigabyte at once.
    step = max(1, 2_000_000 // n_documents)
    sums = [
        draw.multinomial(n_documents, share, size=min(step, resamples - done)) @ table
        for done in range(0, resamples, step)
    ]
    total: dict[str, NDArray[np.float64]] = dict(zip(names, np.concatenate(sums).T, strict=True))

    def rate(right: str, predicted: str, gold: str) -> NDArray[np.float64]:
        if not exhaustive:
            return total[right] / np.maximum(total[gold], 1)
        return 2 * total[right] / np.maximum(total[predicted] + total[gold], 1)

    kind = "f1" if exhaustive else "r"
    series = {
        f"rec.exact.{kind}": rate("exact", "pred", "gold"),
        f"rec.overlap.{kind}": rate("overlap", "pred", "gold"),
        f"e2e.{kind}": rate("e2e", "e2e_pred", "gold_xy"),
        "res.all.acc161": total["near"] / np.maximum(total["gold_xy"], 1),
    }
    return {name: [float(q) for q in np.percentile(values, [2.5, 97.5])] for name, values in series.items()}
