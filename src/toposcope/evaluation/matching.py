"""Which predicted span answers which gold span."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from toposcope.evaluation.corpus import Annotation

__all__ = ["Overlap", "distinct", "one_to_one", "overlaps"]


class Overlap(NamedTuple):
    """A gold and a predicted span that share characters.

    Sorted, the best stand first: by intersection over union (1 is the very same span), then by reading order.
    """

    inverse_iou: float  #: minus the intersection over union
    gold: int
    predicted: int

    @property
    def exact(self) -> bool:
        """Whether the spans are the same."""
        return self.inverse_iou == -1.0


def distinct(annotations: Iterable[Annotation]) -> list[Annotation]:
    """Annotations in reading order, one for each span: the first that has a point, else the first."""
    chosen: dict[tuple[int, int], Annotation] = {}
    for annotation in annotations:
        span = annotation.start, annotation.end
        present = chosen.get(span)
        if present is None or (present.point is None and annotation.point is not None):
            chosen[span] = annotation
    return [chosen[span] for span in sorted(chosen)]


def overlaps(gold: Sequence[Annotation], predicted: Sequence[Annotation]) -> list[Overlap]:
    """Every overlapping pair, best first.

    Parameters
    ----------
    gold, predicted : sequence of Annotation
        In reading order, as :func:`distinct` gives them; spans may nest.
    """
    starts = [g.start for g in gold]
    longest = max((g.end - g.start for g in gold), default=0)
    found = []
    for j, p in enumerate(predicted):
        # No gold span that starts further left can reach into this one.
        for i in range(bisect_left(starts, p.start - longest + 1), bisect_left(starts, p.end)):
            g = gold[i]
            shared = min(g.end, p.end) - max(g.start, p.start)
            if shared > 0:
                union = (g.end - g.start) + (p.end - p.start) - shared
                found.append(Overlap(-shared / union, i, j))
    return sorted(found)


def one_to_one(pairs: Iterable[Overlap]) -> dict[int, int]:
    """Match greedily, best pairs first, each span once: gold index → predicted index."""
    matched: dict[int, int] = {}
    taken: set[int] = set()
    for pair in pairs:
        if pair.gold not in matched and pair.predicted not in taken:
            matched[pair.gold] = pair.predicted
            taken.add(pair.predicted)
    return matched
