"""Every accuracy figure: recognition, resolution, end to end.

Definitions. All spans are half-open ranges of code points; a prediction of the same span as an earlier one is dropped
first, one with a point winning.

Recognition, exact
    A prediction is right if a gold toponym has the very same span.
Recognition, overlap
    One-to-one matching of overlapping spans, exact matches first, then by intersection over union.
Resolution, answered
    Over gold toponyms that have a point and whose match (exact or overlap) has one: share within 161, 20 and 5 km,
    mean and median km, and AUC, the area under the sorted curve of ln(1 + km) / ln(20039), 0 being best.
Resolution, all gold
    Over every gold toponym with a point: one that is missed or has no place has the greatest error, 20039 km.
End to end
    A prediction is right if it overlaps a gold toponym and lies within 161 km of it, one to one. Recall is over gold
    toponyms with a point; precision over predictions with a point, less those that touch only gold toponyms without
    one, since nobody can say whether these are right.
Resolved only
    The same with ambiguous toponyms counted as not answered.
Right in meaning (country-aware)
    The same GeoNames id, or within 161 km, or the same country where gold is one.
Without demonyms
    All of it with the toponyms dropped, gold and predicted, whose last word stands in ``demonyms.txt``.

Gold may say ``"ignore": [[start, end], …]`` (regions that nobody annotated: what is predicted wholly there and touches
no gold is dropped) and ``"exhaustive": false`` (only some toponyms are annotated: recall only).

What a mention is, and how the corpora differ about it, is spelled out in ``docs/ANNOTATION.md``.
"""

from toposcope.evaluation.corpus import demonyms, is_demonym, read_corpus
from toposcope.evaluation.result import (
    Evaluation,
    FrequentMistake,
    corpus_name,
    evaluate,
    evaluate_corpus,
    evaluate_parser,
)
from toposcope.evaluation.scoring import Mistake

__all__ = [
    "Evaluation",
    "FrequentMistake",
    "Mistake",
    "corpus_name",
    "demonyms",
    "evaluate",
    "evaluate_corpus",
    "evaluate_parser",
    "is_demonym",
    "read_corpus",
]
