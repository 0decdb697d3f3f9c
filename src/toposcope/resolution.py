"""Toponym resolution: candidates and evidence → ranked toponyms, each with a status and a score."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from toposcope.candidates import Lookup, Matches, level_name
from toposcope.document import Candidate, Mention, Place, Status, Toponym
from toposcope.evidence import SIGNALS, context_evidence, label, local_evidence
from toposcope.gazetteer import Gazetteer, Kind
from toposcope.geodesy import EARTH_RADIUS_KM
from toposcope.home import Home
from toposcope.senses import Candidates, NameTable, Passage, gather

__all__ = ["DEFAULT_THRESHOLD", "LinearResolver", "Ranking", "Resolver", "load_weights"]

#: Score from which a toponym counts as resolved: there, cross-validated, 96.8% of what is resolved is right on LGL
#: (coverage 89%), 96.6% on GeoCorpora (coverage 85%).
DEFAULT_THRESHOLD = 0.75

#: Candidates kept for each toponym, best first.
KEPT = 10

#: An answer is right within this distance of the place that was meant: 100 miles, the field's customary measure.
NEAR_KM = 161.0

# Context is counted over so many mentions at a time, so that a document of any length takes linear time.
_WINDOW = 300
_OVERLAP = 100
# Passages are resolved together until they have so many mentions: numpy is slow on little, caches on much.
_BATCH = 2000


_LABELS = tuple(label(signal) for signal in SIGNALS)


class Resolver(Protocol):
    """Anything that finds the places of mentions."""

    def resolve(self, text: str, mentions: Sequence[Mention]) -> list[Toponym]:
        """One toponym for each mention, in their order."""
        ...


class Ranking(Sequence[Candidate]):
    """The candidates of one sense, best first; each is made when it is looked at.

    Half a million mentions with ten candidates and their evidence are a few numbers each this way, not gigabytes of
    objects. Equal to any sequence of equal candidates; pickles as a tuple.
    """

    __slots__ = ("_beside", "_contributions", "_first", "_lookup", "_matches", "_name", "_rows", "_scores")

    def __init__(
        self,
        lookup: Lookup,
        matches: Matches,
        rows: Sequence[int],
        scores: Sequence[float],
        contributions: NDArray[np.float32],
    ) -> None:
        self._lookup = lookup
        self._matches = matches
        self._rows = rows
        self._scores = scores
        self._contributions = contributions
        self._first: Candidate | None = None
        self._beside: Sequence[tuple[str, int, Ranking]] = ()
        self._name = ""

    @property
    def named(self) -> list[tuple[str, int, Place]]:
        """The other names of the passage: each with how often it stands there, and its place."""
        return [(name, count, other[0].place) for name, count, other in self._beside if other._name != self._name]

    @property
    def score(self) -> float:
        """Score of the best candidate."""
        return self._scores[0]

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Candidate: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Candidate, ...]: ...
    def __getitem__(self, index: int | slice) -> Candidate | tuple[Candidate, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        if index != 0:
            return self._candidate(index)
        if self._first is None:  # the best is asked for again and again, by every mention of the sense
            self._first = self._candidate(0)
        return self._first

    def _candidate(self, index: int) -> Candidate:
        row = self._rows[index]
        matches, gazetteer = self._matches, self._lookup.gazetteer
        evidence: dict[str, float] = {}
        for name, value in zip(_LABELS, self._contributions[index].tolist(), strict=True):
            if value:
                evidence[name] = evidence.get(name, 0.0) + value
        return Candidate(
            place=gazetteer.place(int(matches.places[row])),
            matched_name=gazetteer.matched_name(int(matches.postings[row])),
            level=level_name(matches.level, int(matches.types[row])),
            score=self._scores[index],
            evidence={name: round(value, 4) for name, value in evidence.items()},
        )

    def __iter__(self) -> Iterator[Candidate]:
        return (self[i] for i in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return self is other or tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (tuple(self),)


@lru_cache(maxsize=1)
def load_weights() -> Mapping[str, float]:
    """The shipped weight of every signal; ``data/resolution.json`` says how they were learned."""
    data = json.loads(files("toposcope").joinpath("data/resolution.json").read_text(encoding="utf-8"))
    weights: dict[str, float] = data["weights"]
    return weights


class LinearResolver:
    """Ranks candidates by a weighted sum of their evidence; a softmax over them gives the scores.

    Parameters
    ----------
    lookup : Lookup
        Gazetteer with its lookup chain.
    weights : mapping of str to float, optional
        Weight of each signal of :data:`toposcope.evidence.SIGNALS`; the shipped ones by default.
    threshold : float
        Score from which a toponym counts as resolved.
    """

    def __init__(
        self, lookup: Lookup, *, weights: Mapping[str, float] | None = None, threshold: float = DEFAULT_THRESHOLD
    ) -> None:
        chosen = load_weights() if weights is None else weights
        self.lookup = lookup
        self.threshold = threshold
        self._names = NameTable(lookup)
        self._weights = np.array([chosen.get(signal, 0.0) for signal in SIGNALS], dtype=np.float32)

    def resolve(self, text: str, mentions: Sequence[Mention], *, home: Home | None = None) -> list[Toponym]:
        """One toponym for each mention, in their order.

        Parameters
        ----------
        text : str
            The document.
        mentions : sequence of Mention
            In reading order.
        home : Home, optional
            Where the text is from.

        Returns
        -------
        list of Toponym
            With status and candidates; roles are given later.
        """
        return next(self.resolve_many([(text, mentions)], home=home))

    def resolve_many(
        self, documents: Iterable[tuple[str, Sequence[Mention]]], *, home: Home | None = None
    ) -> Iterator[list[Toponym]]:
        """Resolve many documents, several times as fast as one by one and with the same results.

        Parameters
        ----------
        documents : iterable of (str, sequence of Mention)
            Texts with their mentions in reading order; read in batches.
        home : Home, optional
            Where all of them are from.

        Yields
        ------
        list of Toponym
            For each document one toponym a mention, in their order.
        """
        toponyms: list[Toponym] = []
        for context, last, found in self._windows(documents, home):
            toponyms += found[context:]
            if last:
                yield toponyms
                toponyms = []

    def _windows(
        self, documents: Iterable[tuple[str, Sequence[Mention]]], home: Home | None
    ) -> Iterator[tuple[int, bool, list[Toponym]]]:
        """Stretches of mentions: how many are only context, whether it is a document's last, and all its toponyms."""
        passages: list[Passage] = []
        places: list[tuple[int, bool]] = []
        size = 0
        for text, mentions in documents:
            for first in range(0, max(len(mentions), 1), _WINDOW):
                begin = max(0, first - _OVERLAP)
                passages.append(Passage(text, mentions[begin : first + _WINDOW], home))
                places.append((first - begin, first + _WINDOW >= len(mentions)))
                size += len(passages[-1].mentions)
                if size >= _BATCH:
                    yield from self._resolve_passages(passages, places)
                    passages, places, size = [], [], 0
        yield from self._resolve_passages(passages, places)

    def _resolve_passages(
        self, passages: Sequence[Passage], places: Sequence[tuple[int, bool]]
    ) -> Iterator[tuple[int, bool, list[Toponym]]]:
        table, sense_of = gather(passages, self._names)
        rankings = self._rank(table)
        beside: list[list[tuple[str, int, Ranking]]] = [[] for _ in passages]
        for passage_of, sense, ranking in zip(table.passage.tolist(), table.senses, rankings, strict=True):
            name = passages[passage_of].mentions[sense.mentions[0]].text
            beside[passage_of].append((name, len(sense.mentions), ranking))
            ranking._beside, ranking._name = beside[passage_of], sense.name.key
        status = [Status.RESOLVED if r.score >= self.threshold else Status.AMBIGUOUS for r in rankings]
        for passage, senses, (context, last) in zip(passages, sense_of, places, strict=True):
            yield (
                context,
                last,
                [
                    Toponym(mention, Status.UNKNOWN) if sense < 0 else Toponym(mention, status[sense], rankings[sense])
                    for mention, sense in zip(passage.mentions, senses, strict=True)
                ],
            )

    def _rank(self, table: Candidates) -> list[Ranking]:
        if not table.senses:
            return []
        evidence, belief = believe(table, self.lookup.gazetteer, self._weights)
        # Ties are broken by prominence, which is the order of the rows.
        order = np.lexsort((-belief, table.sense))
        rank = np.arange(len(order)) - table.offsets[table.sense[order]]
        kept = order[rank < KEPT]
        starts = np.searchsorted(table.sense[kept], np.arange(len(table.senses) + 1)).tolist()
        contributions = (evidence[kept] * self._weights).astype(np.float32)
        trust = np.array([s.name.matches.trust for s in table.senses])[table.sense[kept]]
        scores = np.round(self._pooled(table, kept, belief[kept]) * trust, 4).tolist()
        rows = (kept - table.offsets[table.sense[kept]]).tolist()
        return [
            Ranking(
                self.lookup, s.name.matches, rows[a:b], scores[a:b], contributions[a:b].copy()
            )  # not the whole batch
            for s, a, b in zip(table.senses, starts[:-1], starts[1:], strict=True)
        ]

    def _pooled(self, table: Candidates, kept: NDArray[np.intp], belief: NDArray[np.float32]) -> NDArray[np.float64]:
        """Beliefs, but of each sense's best candidate also those in what would be right as well.

        A score is to say how often the answer is right, and an answer is right within 161 km of the place that was
        meant, or in the country that was meant: whether a capital or its province is meant takes nothing from that.
        """
        gazetteer, places, sense = self.lookup.gazetteer, table.places[kept], table.sense[kept]
        first = np.searchsorted(sense, sense)  # the best of the sense of each
        vectors = gazetteer.unit_vectors(places)
        chord = np.linalg.norm(vectors - vectors[first], axis=1)
        same = chord <= 2 * np.sin(NEAR_KM / EARTH_RADIUS_KM / 2)
        country = gazetteer.country[places]
        same |= (gazetteer.kind[places] == Kind.COUNTRY)[first] & (country == country[first]) & (country >= 0)
        pooled = np.bincount(first, belief * same, minlength=len(kept))
        best = first == np.arange(len(kept))
        return np.where(best, np.minimum(pooled, 1), belief)


def believe(
    table: Candidates, gazetteer: Gazetteer, weights: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Evidence and belief after one local and two context passes.

    Returns
    -------
    evidence : numpy.ndarray
        (n_candidates, n_signals) of the last pass.
    belief : numpy.ndarray
        (n_candidates,): sums to 1 over each sense.
    """
    local = local_evidence(table, gazetteer)
    evidence, belief = local, first_belief(table, local)
    for _ in range(2):
        evidence = local + context_evidence(table, belief, gazetteer)
        belief = softmax(weighted(evidence, weights), table.offsets)
    return evidence, belief


def weighted(evidence: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sum the evidence of each candidate by its weights.

    Signal by signal, not by a matrix product: that sums a row in another order where it stands elsewhere in a batch.
    """
    total: NDArray[np.float32] = np.add.reduce(evidence.T * weights[:, None], axis=0)
    return total


def first_belief(table: Candidates, local: NDArray[np.float32]) -> NDArray[np.float32]:
    """Belief before any other name has been looked at: prominence, and what the words around the mention say.

    Four and two are set by hand, in the unit of :meth:`toposcope.candidates.Lookup.prior`.
    """
    inside, cued = (local[:, list(SIGNALS).index(s)] > 0 for s in ("inside_named", "feature_cue"))
    prior = np.concatenate([s.name.matches.prior for s in table.senses]) + 4.0 * inside + 2.0 * cued
    return softmax(prior.astype(np.float32), table.offsets)


def softmax(values: NDArray[np.float32], offsets: NDArray[np.intp]) -> NDArray[np.float32]:
    """Softmax within each stretch ``offsets[i]:offsets[i + 1]``."""
    starts, lengths = offsets[:-1], np.diff(offsets)
    weight = np.exp(values - np.repeat(np.maximum.reduceat(values, starts), lengths))
    share: NDArray[np.float32] = weight / np.repeat(np.add.reduceat(weight, starts), lengths)
    return share
