"""Learn the weights of the resolver: ``src/toposcope/data/resolution.json``.

A conditional logit over the candidates of every gold toponym, names given, in which a candidate is right within 161 km
of the gold point (and within 30 km of the nearest candidate). Context needs beliefs and beliefs need weights, so it is
fitted in rounds. Deterministic; about half a minute on one core.

    TOPOSCOPE_CORPORA=… python training/resolution.py            # writes the weights
    TOPOSCOPE_CORPORA=… python training/resolution.py --folds 5  # cross-validated figures instead

The held-out fifth of LGL is never read when the weights are written: the floors of the tests are measured there.
"""

import argparse
import csv
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from crossvalidate import fold_of, group_of, is_held_out
from numpy.typing import NDArray
from scipy.optimize import minimize

from toposcope.document import Mention
from toposcope.evidence import CONTEXT, SIGNALS, context_evidence, local_evidence
from toposcope.gazetteer import Kind, NameType, PlaceFlag
from toposcope.geodesy import distance_km
from toposcope.pipeline import Geoparser
from toposcope.resolution import first_belief, softmax
from toposcope.senses import Candidates, gather

ROOT = Path(__file__).resolve().parents[1]
CORPORA = Path(os.environ.get("TOPOSCOPE_CORPORA", ROOT.parent / "shared/corpora"))
OUT = ROOT / "src/toposcope/data/resolution.json"
NEAR_KM = 161.0
TIE_KM = 30.0
ROUNDS = 3
PENALTY = 1.0
# "Oxford, Mississippi" is in Mississippi: in the corpora other signals mostly say so too, and would take its weight.
BELIEVED = {"inside_named": 5.0, "outside_named": -2.0}
CONVICTION = 5000.0
OWN = 0.15  # weight of a main name of our own facts: they are many


@dataclass(slots=True)
class Example:
    """A document, looked up once; `right` marks the right candidates, `near` those within 161 km,
    `weight` counts the gold mentions of a sense."""

    corpus: str
    group: str
    mentions: list[Mention]
    sense_of: list[int]
    table: Candidates
    local: NDArray[np.float32]
    right: NDArray[np.bool_]
    near: NDArray[np.bool_]
    weight: NDArray[np.float32]
    missed: int  # gold toponyms with a point that have no candidate


def read(corpus: str) -> Iterable[dict[str, Any]]:
    with (CORPORA / f"{corpus}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def example(corpus: str, document: dict[str, Any], parser: Geoparser) -> Example | None:
    gold = {(t["start"], t["end"]): t for t in document["toponyms"] if t.get("lat") is not None}
    if not gold:
        return None
    text = document["text"]
    mentions = parser.mentions(text, gold)
    table, sense_of = gather(text, mentions, parser.lookup)
    gazetteer = parser.lookup.gazetteer
    right = np.zeros(len(table.places), dtype=bool)
    within = np.zeros(len(table.places), dtype=bool)
    weight = np.zeros(len(table.senses), dtype=np.float32)
    missed = 0
    votes: dict[int, list[NDArray[np.float64]]] = defaultdict(list)
    chosen: dict[int, set[int]] = defaultdict(set)
    for mention, sense in zip(mentions, sense_of, strict=True):
        target = gold.get((mention.start, mention.end))
        if target is None:
            continue
        if sense < 0:
            missed += 1
            continue
        rows = slice(int(table.offsets[sense]), int(table.offsets[sense + 1]))
        places = table.places[rows]
        if target.get("geonameid"):
            index = gazetteer.index_of(f"geonames:{target['geonameid']}")
            chosen[sense].update(int(i) for i in np.flatnonzero(places == (-1 if index is None else index)))
        votes[sense].append(distance_km(target["lat"], target["lon"], gazetteer.lat[places], gazetteer.lon[places]))
    for sense, distances in votes.items():
        rows = slice(int(table.offsets[sense]), int(table.offsets[sense + 1]))
        distance = np.median(distances, axis=0)
        weight[sense] = len(distances)
        within[rows] = distance <= NEAR_KM
        near = within[rows] & (distance <= distance.min() + TIE_KM)
        # Where the annotators chose an entry of GeoNames, it is the city or the province that they meant.
        named = np.isin(np.arange(len(near)), list(chosen[sense])) & near
        right[rows] = named if named.any() else near
    return Example(
        corpus=corpus,
        group=group_of(corpus, document),
        mentions=mentions,
        sense_of=sense_of,
        table=table,
        local=local_evidence(table, parser.lookup),
        right=right,
        near=within,
        weight=weight,
        missed=missed,
    )


def plain_names(parser: Geoparser) -> Iterable[Example]:
    """What names mean where nothing else is said: our default senses, capitals, and the main names of our own facts.

    Corpora of local news hardly hold a bare "Washington" or "Red Sea", world news is full of them.
    """
    gazetteer = parser.lookup.gazetteer
    names: dict[str, float] = {}
    for table, weight in (
        ("default_senses", 1.0),
        ("seas", OWN),
        ("rivers_lakes", OWN),
        ("mountains", OWN),
        ("islands", OWN),
    ):
        with (ROOT / "facts" / f"{table}.csv").open(encoding="utf-8", newline="") as rows:
            names.update((row["name"], weight) for row in csv.DictReader(rows))
    capitals = np.flatnonzero(gazetteer.flags & PlaceFlag.CAPITAL)
    names.update((gazetteer.place(int(i)).name, 1.0) for i in capitals)
    for name, weight in names.items():
        table, sense_of = gather(name, [Mention(name, 0, len(name))], parser.lookup)
        if not table.senses or len(table.places) < 2:
            continue
        types = table.senses[0].matches.types
        right = gazetteer.is_default_sense(table.places, types)
        if not right.any():
            own = (gazetteer.kind[table.places] >= Kind.WATER) | (gazetteer.flags[table.places] & PlaceFlag.CAPITAL > 0)
            right = own & (types == NameType.PRIMARY)
        if right.sum() == 1:
            yield Example(
                corpus="plain names",
                group=name,
                mentions=[Mention(name, 0, len(name))],
                sense_of=sense_of,
                table=table,
                local=local_evidence(table, parser.lookup),
                right=right,
                near=right,
                weight=np.array([weight * weight], dtype=np.float32),  # the fit takes its square root
                missed=0,
            )


def evidence(e: Example, weights: NDArray[np.float64] | None, parser: Geoparser) -> NDArray[np.float32]:
    """Evidence as the resolver sees it, after `weights` gave their beliefs (the prior's at first)."""
    if not e.table.senses:
        return e.local
    belief = first_belief(e.table)
    x = e.local + context_evidence(e.table, belief, e.sense_of, e.mentions, parser.lookup)
    if weights is not None:
        belief = softmax((x @ weights).astype(np.float32), e.table.offsets)
        x = e.local + context_evidence(e.table, belief, e.sense_of, e.mentions, parser.lookup)
    return x


def fit(examples: Sequence[Example], parser: Geoparser) -> NDArray[np.float64]:
    weights: NDArray[np.float64] | None = None
    for _ in range(ROUNDS):
        blocks, rights, counts, lengths = [], [], [], []
        for e in examples:
            x = evidence(e, weights, parser)
            for sense in np.flatnonzero(e.weight):
                rows = slice(int(e.table.offsets[sense]), int(e.table.offsets[sense + 1]))
                if e.right[rows].any():
                    blocks.append(x[rows])
                    rights.append(e.right[rows])
                    counts.append(e.weight[sense])
                    lengths.append(rows.stop - rows.start)
        weights = _logit(
            np.vstack(blocks).astype(float), np.concatenate(rights), np.array(counts, float), np.array(lengths), weights
        )
    assert weights is not None
    return weights


def _logit(
    x: NDArray[np.float64],
    right: NDArray[np.bool_],
    count: NDArray[np.float64],
    lengths: NDArray[np.intp],
    start: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    scale = x.std(axis=0) + 1e-6
    z = x / scale
    count = np.sqrt(count)  # thirty mentions of one name in a document are not thirty independent answers
    each = np.repeat(count, lengths)

    believed = np.array([BELIEVED.get(signal, 0.0) for signal in SIGNALS]) * scale
    firm = np.array([CONVICTION if signal in BELIEVED else PENALTY for signal in SIGNALS])

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value = z @ w
        value -= np.repeat(np.maximum.reduceat(value, starts), lengths)
        odds = np.exp(value)
        total = np.add.reduceat(odds, starts)
        good = np.add.reduceat(odds * right, starts) + 1e-12
        gradient = z.T @ (each * (odds / np.repeat(total, lengths) - odds * right / np.repeat(good, lengths)))
        off = w - believed
        penalty = float((firm * off) @ off) / 2
        return float((count * (np.log(total) - np.log(good))).sum()) + penalty, gradient + firm * off

    first = np.zeros(x.shape[1]) if start is None else start * scale
    found = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 400})
    result: NDArray[np.float64] = found.x / scale
    return result


def accuracy(examples: Sequence[Example], weights: NDArray[np.float64], parser: Geoparser) -> dict[str, float]:
    hits: dict[str, float] = defaultdict(float)
    total: dict[str, float] = defaultdict(float)
    for e in examples:
        total[e.corpus] += e.missed + float(e.weight.sum())
        if not len(e.table.places):
            continue
        score = evidence(e, weights, parser) @ weights
        for sense in np.flatnonzero(e.weight):
            rows = slice(int(e.table.offsets[sense]), int(e.table.offsets[sense + 1]))
            hits[e.corpus] += float(e.weight[sense]) * bool(e.near[rows][np.argmax(score[rows])])
    return {corpus: hits[corpus] / total[corpus] for corpus in total}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--folds", type=int, default=0, help="cross-validate with so many folds; write nothing")
    folds = options.parse_args().folds
    parser = Geoparser(resolver=_NoResolver())
    examples = [
        e
        for corpus in ("lgl", "geovirus", "geocorpora")
        for document in read(corpus)
        if folds or not is_held_out(corpus, document)
        if (e := example(corpus, document, parser)) is not None
    ]
    examples += plain_names(parser)
    print(f"{len(examples)} documents and plain names, {sum(e.weight.sum() + e.missed for e in examples):.0f} toponyms")
    if folds:
        tested: list[dict[str, float]] = []
        for k in range(folds):
            train = [e for e in examples if fold_of(e.group, folds) != k]
            test = [e for e in examples if fold_of(e.group, folds) == k]
            tested.append(accuracy(test, fit(train, parser), parser))
            print(k, {c: round(v, 4) for c, v in tested[-1].items()}, flush=True)
        print("mean of folds", {c: round(float(np.mean([t[c] for t in tested])), 4) for c in tested[0]})
        return
    weights = fit(examples, parser)
    print("on what it was trained on", {c: round(v, 4) for c, v in accuracy(examples, weights, parser).items()})
    OUT.write_text(
        json.dumps(
            {
                "made_by": "training/resolution.py",
                "trained_on": "LGL but its held-out fifth, GeoVirus, GeoCorpora, names given; plain names of facts/",
                "gazetteer": parser.lookup.gazetteer.hash,
                "weights": {name: round(float(w), 4) for name, w in zip(SIGNALS, weights, strict=True)},
            },
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )
    print(f"{len(SIGNALS)} weights, {len(CONTEXT)} of context → {OUT.name}")


class _NoResolver:
    """The parser is used for its mentions alone."""

    def resolve(self, text: str, mentions: Sequence[Mention]) -> list[Any]:
        raise NotImplementedError


if __name__ == "__main__":
    main()
