"""The nearest of many points on the sphere, with numpy alone."""

import math

import numpy as np
from numpy.typing import NDArray

from toposcope.geodesy import EARTH_RADIUS_KM

__all__ = ["Nearest"]

# A query looks at the boxes of all blocks and at the points of a few: for some 200,000 points a block of 256 halves
# the work between the two.
_BLOCK = 256


class Nearest:
    """Points sorted into boxes as the leaves of a k-d tree are, and searched box by box.

    In three dimensions there is neither a date line nor a pole: the chord between two points on the unit sphere
    grows with the arc, so that the nearest by chord are the nearest on Earth.

    Parameters
    ----------
    vectors : numpy.ndarray
        float64, shape (n, 3): points on the unit sphere, as :func:`toposcope.geodesy.unit_vectors` makes them.
    """

    def __init__(self, vectors: NDArray[np.float64]) -> None:
        blocks = _blocks(vectors, np.arange(len(vectors)))
        self._order = np.concatenate(blocks)
        self._edges = np.cumsum([0, *map(len, blocks)])
        self._points = vectors[self._order]
        # An empty set has one empty block, that nothing can be near to.
        self._low = np.array([vectors[block].min(axis=0, initial=np.inf) for block in blocks])
        self._high = np.array([vectors[block].max(axis=0, initial=-np.inf) for block in blocks])

    def __call__(
        self, vector: NDArray[np.float64], count: int, *, reach_km: float = math.inf, margin_km: float = 0.0
    ) -> NDArray[np.intp]:
        """The nearest points.

        Parameters
        ----------
        vector : numpy.ndarray
            float64, shape (3,): a point on the unit sphere.
        count : int
            How many are wanted; 1 or more.
        reach_km : float
            Great-circle distance beyond which no point counts.
        margin_km : float
            Points that are further by no more than this than the last one wanted come as well, for a caller who
            knows better than the vectors which of them is nearer.

        Returns
        -------
        numpy.ndarray
            Numbers of the points, nearest first, equal distances in the order of their numbers: fewer than `count`
            where no more are in reach, more where others are as near as the last one.
        """
        reach, margin = _chord(reach_km) ** 2, _chord(margin_km)
        outside = np.maximum(self._low - vector, 0.0) + np.maximum(vector - self._high, 0.0)
        bound = (outside**2).sum(axis=1)  # no point of a block is nearer, in rounded arithmetic too
        squares, rows = np.empty(0), np.empty(0, np.intp)
        for block in np.argsort(bound, kind="stable"):
            if bound[block] > reach:
                break
            start, end = self._edges[block], self._edges[block + 1]
            squares = np.concatenate((squares, ((self._points[start:end] - vector) ** 2).sum(axis=1)))
            rows = np.concatenate((rows, self._order[start:end]))
            if len(rows) >= count:
                last = float(np.partition(squares, count - 1)[count - 1])
                reach = min(reach, max(last, (math.sqrt(last) + margin) ** 2))
            near = squares <= reach
            squares, rows = squares[near], rows[near]
        return rows[np.lexsort((rows, squares))]


def _blocks(vectors: NDArray[np.float64], rows: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Rows in groups of neighbours: halved at the median of the widest side until they are few."""
    if len(rows) <= _BLOCK:
        return [rows]
    points = vectors[rows]
    widest = np.argmax(np.ptp(points, axis=0))
    half = len(rows) // 2
    order = np.argpartition(points[:, widest], half)
    return _blocks(vectors, rows[order[:half]]) + _blocks(vectors, rows[order[half:]])


def _chord(distance_km: float) -> float:
    """Chord, on the unit sphere, of an arc on the Earth; infinite where the arc reaches the antipode."""
    angle = distance_km / EARTH_RADIUS_KM
    return 2 * math.sin(angle / 2) if angle < math.pi else math.inf
