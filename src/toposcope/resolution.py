"""Toponym resolution: candidates and evidence → ranked toponyms, each with a status and a score."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from toposcope.candidates import Lookup, level_name
from toposcope.document import Candidate, Mention, Status, Toponym
from toposcope.evidence import SIGNALS, context_evidence, label, local_evidence
from toposcope.senses import Candidates, Sense, gather

__all__ = ["DEFAULT_THRESHOLD", "LinearResolver", "Ranking", "Resolver", "load_weights"]

#: Score from which a toponym counts as resolved.
DEFAULT_THRESHOLD = 0.5

#: Candidates kept for each toponym, best first.
KEPT = 10

# Context is counted over so many mentions at a time, so that a document of any length takes linear time.
_WINDOW = 300
_OVERLAP = 100


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

    __slots__ = ("_evidence", "_first", "_lookup", "_matches", "_rows", "_scores")

    def __init__(
        self,
        lookup: Lookup,
        sense: Sense,
        rows: NDArray[np.intp],
        scores: NDArray[np.float64],
        evidence: NDArray[np.float32],
    ) -> None:
        self._lookup = lookup
        self._matches = sense.matches
        self._rows = rows
        self._scores = scores
        self._evidence = evidence
        self._first: Candidate | None = None

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
        row = int(self._rows[index])
        matches, gazetteer = self._matches, self._lookup.gazetteer
        evidence: dict[str, float] = {}
        for signal, value in zip(SIGNALS, self._evidence[index].tolist(), strict=True):
            if value:
                evidence[label(signal)] = evidence.get(label(signal), 0.0) + value
        return Candidate(
            place=gazetteer.place(int(matches.places[row])),
            matched_name=gazetteer.matched_name(int(matches.postings[row])),
            level=level_name(matches.level, int(matches.types[row])),
            score=float(self._scores[index]),
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
        self._weights = np.array([chosen.get(signal, 0.0) for signal in SIGNALS], dtype=np.float32)

    def resolve(self, text: str, mentions: Sequence[Mention]) -> list[Toponym]:
        """One toponym for each mention, in their order.

        Parameters
        ----------
        text : str
            The document.
        mentions : sequence of Mention
            In reading order.

        Returns
        -------
        list of Toponym
            With status and candidates; roles are given later.
        """
        toponyms: list[Toponym] = []
        for first in range(0, len(mentions), _WINDOW):
            begin = max(0, first - _OVERLAP)
            window = mentions[begin : first + _WINDOW]
            toponyms += self._resolve_window(text, window)[first - begin :]
        return toponyms

    def _resolve_window(self, text: str, mentions: Sequence[Mention]) -> list[Toponym]:
        table, sense_of = gather(text, mentions, self.lookup)
        rankings = self._rank(table, sense_of, mentions) if table.senses else []
        return [
            self._toponym(mention, rankings[sense] if sense >= 0 else None)
            for mention, sense in zip(mentions, sense_of, strict=True)
        ]

    def _rank(self, table: Candidates, sense_of: Sequence[int], mentions: Sequence[Mention]) -> list[Ranking]:
        evidence, belief = believe(table, sense_of, mentions, self.lookup, self._weights)
        contributions = evidence * self._weights
        rankings = []
        for i, sense in enumerate(table.senses):
            rows = slice(int(table.offsets[i]), int(table.offsets[i + 1]))
            scores = belief[rows].astype(np.float64)
            # Ties are broken by prominence, which is the order of the rows.
            best = np.argsort(-scores, kind="stable")[:KEPT]
            shares = np.round(scores[best] * sense.matches.trust, 4)
            rankings.append(Ranking(self.lookup, sense, best, shares, contributions[rows][best]))
        return rankings

    def _toponym(self, mention: Mention, ranking: Ranking | None) -> Toponym:
        if ranking is None:
            return Toponym(mention, Status.UNKNOWN)
        sure = ranking[0].score >= self.threshold
        return Toponym(mention, Status.RESOLVED if sure else Status.AMBIGUOUS, ranking)


def believe(
    table: Candidates,
    sense_of: Sequence[int],
    mentions: Sequence[Mention],
    lookup: Lookup,
    weights: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Evidence and belief after one local and two context passes.

    Returns
    -------
    evidence : numpy.ndarray
        (n_candidates, n_signals) of the last pass.
    belief : numpy.ndarray
        (n_candidates,): sums to 1 over each sense.
    """
    local, belief = local_evidence(table, lookup), first_belief(table)
    evidence = local
    for _ in range(2):
        evidence = local + context_evidence(table, belief, sense_of, mentions, lookup)
        belief = softmax(evidence @ weights, table.offsets)
    return evidence, belief


def first_belief(table: Candidates) -> NDArray[np.float32]:
    """Belief before any other name has been looked at: prominence, and what the words around the mention say.

    Four and two are set by hand, in the unit of :meth:`toposcope.candidates.Lookup.prior`.
    """
    prior = np.concatenate([s.matches.prior + 4.0 * s.inside + 2.0 * s.cued for s in table.senses])
    return softmax(prior.astype(np.float32), table.offsets)


def softmax(values: NDArray[np.float32], offsets: NDArray[np.intp]) -> NDArray[np.float32]:
    """Softmax within each stretch ``offsets[i]:offsets[i + 1]``."""
    starts, lengths = offsets[:-1], np.diff(offsets)
    weight = np.exp(values - np.repeat(np.maximum.reduceat(values, starts), lengths))
    share: NDArray[np.float32] = weight / np.repeat(np.add.reduceat(weight, starts), lengths)
    return share
