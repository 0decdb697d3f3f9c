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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from articles import FOLDER, is_for_training, read_articles
from crossvalidate import fold_of, group_of, is_held_out
from numpy.typing import NDArray
from scipy.optimize import minimize

from toposcope.document import Mention
from toposcope.evidence import CONTEXT, HOME, SIGNALS, context_evidence, local_evidence
from toposcope.gazetteer import Kind, NameType, PlaceFlag
from toposcope.geodesy import distance_km
from toposcope.home import Home, SourceHistory
from toposcope.pipeline import Geoparser
from toposcope.resolution import DEFAULT_THRESHOLD, first_belief, softmax, weighted
from toposcope.senses import Candidates, NameTable, Passage, gather

ROOT = Path(__file__).resolve().parents[1]
CORPORA = Path(os.environ.get("TOPOSCOPE_CORPORA", ROOT.parent / "shared/corpora"))
OUT = ROOT / "src/toposcope/data/resolution.json"
NEAR_KM = 161.0
TIE_KM = 30.0
ROUNDS = 3
PENALTY = 1.0
# "Oxford, Mississippi" is in Mississippi: in the corpora other signals mostly say so too, and would take its weight.
BELIEVED = {"inside_named": 5.0, "outside_named": -2.0, "article": 8.0}
CONVICTION = 5000.0
OWN_ARTICLES = 1.0  # of a name that only the country of its article settles
LEAST_INHABITANTS = 10_000
OWN = 0.15  # weight of a main name of our own facts: they are many


@dataclass(slots=True)
class Examples:
    """Documents of one corpus and fold in one table; `right` marks the right candidates, `near` those within 161 km,
    `weight` counts the gold mentions of a sense."""

    corpus: str
    fold: int
    table: Candidates
    local: NDArray[np.float32]
    right: NDArray[np.bool_]
    near: NDArray[np.bool_]
    weight: NDArray[np.float32]
    sources: list[str]  # of each passage
    missed: int  # gold toponyms with a point that have no candidate


def read(corpus: str) -> Iterable[dict[str, Any]]:
    with (CORPORA / f"{corpus}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def examples(corpus: str, parser: Geoparser, n_folds: int, *, held_out: bool) -> Iterable[Examples]:
    """The documents of a corpus, by fold; without the held-out ones unless these are asked for."""
    by_fold: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for document in read(corpus):
        if held_out or not is_held_out(corpus, document):
            by_fold[fold_of(group_of(corpus, document), n_folds)].append(document)
    for fold, documents in sorted(by_fold.items()):
        yield gold_examples(corpus, fold, documents, parser)


def gold_examples(corpus: str, fold: int, documents: Sequence[Mapping[str, Any]], parser: Geoparser) -> Examples:
    """Those documents that have gold with points, looked up."""
    gazetteer = parser.lookup.gazetteer
    documents = [d for d in documents if any(t.get("lat") is not None for t in d["toponyms"])]
    gold = [{(t["start"], t["end"]): t for t in d["toponyms"] if t.get("lat") is not None} for d in documents]
    passages = [Passage(d["text"], parser.mentions(d["text"], g)) for d, g in zip(documents, gold, strict=True)]
    table, sense_of = gather(passages, NameTable(parser.lookup))
    right, within = np.zeros((2, len(table.places)), dtype=bool)
    weight = np.zeros(len(table.senses), dtype=np.float32)
    sources = [group_of(corpus, document) for document in documents]
    missed = 0
    votes: dict[int, list[NDArray[np.float64]]] = defaultdict(list)
    chosen: dict[int, set[int]] = defaultdict(set)
    for passage, senses, wanted in zip(passages, sense_of, gold, strict=True):
        for mention, sense in zip(passage.mentions, senses, strict=True):
            target = wanted.get((mention.start, mention.end))
            if target is None:
                continue
            if sense < 0:
                missed += 1
                continue
            places = table.places[table.offsets[sense] : table.offsets[sense + 1]]
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
    return Examples(corpus, fold, table, local_evidence(table, gazetteer), right, within, weight, sources, missed)


def plain_names(parser: Geoparser, n_folds: int) -> Iterable[Examples]:
    """What names mean where nothing else is said: our default senses, capitals, and the main names of our own facts.

    Corpora of local news hardly hold a bare "Washington" or "Red Sea", world news is full of them.
    """
    gazetteer = parser.lookup.gazetteer
    worth: dict[str, float] = {}
    for facts, weight in (
        ("default_senses", 1.0),
        ("seas", OWN),
        ("rivers_lakes", OWN),
        ("mountains", OWN),
        ("islands", OWN),
    ):
        with (ROOT / "facts" / f"{facts}.csv").open(encoding="utf-8", newline="") as rows:
            worth.update((row["name"], weight) for row in csv.DictReader(rows))
    capitals = np.flatnonzero(gazetteer.flags & PlaceFlag.CAPITAL)
    worth.update((gazetteer.place(int(i)).name, 1.0) for i in capitals)
    names = NameTable(parser.lookup)
    for fold in range(n_folds):
        known = [name for name in worth if fold_of(name, n_folds) == fold]
        table, _ = gather([Passage(name, [Mention(name, 0, len(name))]) for name in known], names)
        right = np.zeros(len(table.places), dtype=bool)
        weights = np.zeros(len(table.senses), dtype=np.float32)
        for i, sense in enumerate(table.senses):
            places, types = sense.name.matches.places, sense.name.matches.types
            marks = gazetteer.is_default_sense(places, types)
            if not marks.any():
                own = (gazetteer.kind[places] >= Kind.WATER) | (gazetteer.flags[places] & PlaceFlag.CAPITAL > 0)
                marks = own & (types == NameType.PRIMARY)
            if len(places) > 1 and marks.sum() == 1:
                right[table.offsets[i] : table.offsets[i + 1]] = marks
                weights[i] = worth[known[table.passage[i]]] ** 2  # the fit takes its square root
        yield Examples("plain names", fold, table, local_evidence(table, gazetteer), right, right, weights, [], 0)


def own_articles(parser: Geoparser, n_folds: int) -> Iterable[Examples]:
    """Names in our own articles of the world's press, each of which is about one country.

    Nobody marked their places, but the country of the article settles many: a name that may lie in it or elsewhere is
    taken to lie in it. One whose places there are hamlets while the world knows another is left out.
    """
    gazetteer = parser.lookup.gazetteer
    by_fold: dict[int, list[tuple[int, Passage]]] = defaultdict(list)
    for path in sorted(FOLDER.glob("*.txt")):
        for article in read_articles(path) if is_for_training(path) else ():
            found = parser.lookup.find(article.region.replace("-", " "))
            if found and found[0].place.feature_code.startswith("PCL"):
                country = gazetteer.country_index(found[0].place.country_code or "")
                mentions = [
                    Mention(article.text[start:end], start, end, 1.0, role == "demonym")
                    for start, end, role in article.mentions
                ]
                by_fold[fold_of(article.id, n_folds)].append((country, Passage(article.text, mentions)))
    for fold, articles in sorted(by_fold.items()):
        table, _ = gather([passage for _, passage in articles], NameTable(parser.lookup))
        right = np.zeros(len(table.places), dtype=bool)
        weight = np.zeros(len(table.senses), dtype=np.float32)
        for i, sense in enumerate(table.senses):
            rows = slice(int(table.offsets[i]), int(table.offsets[i + 1]))
            places, types = table.places[rows], sense.name.matches.types
            home = gazetteer.country[places] == articles[table.passage[i]][0]
            known = gazetteer.is_default_sense(places, types) | (gazetteer.flags[places] & PlaceFlag.CAPITAL > 0)
            hamlets = gazetteer.population[places][home].max(initial=0) < LEAST_INHABITANTS
            if home.any() and not home.all() and not sense.name.demonym and not (known[~home].any() and hamlets):
                right[rows] = home
                weight[i] = OWN_ARTICLES * len(sense.mentions)
        yield Examples("own articles", fold, table, local_evidence(table, gazetteer), right, right, weight, [], 0)


def evidence(e: Examples, weights: NDArray[np.float64] | None, parser: Geoparser) -> NDArray[np.float32]:
    """Evidence as the resolver sees it, after `weights` gave their beliefs (the prior's at first)."""
    gazetteer = parser.lookup.gazetteer
    belief = first_belief(e.table, e.local)
    x = e.local + context_evidence(e.table, belief, gazetteer)
    if weights is not None:
        belief = softmax(weighted(x, weights.astype(np.float32)), e.table.offsets)
        x = e.local + context_evidence(e.table, belief, gazetteer)
    return x


def fit(parts: Sequence[Examples], parser: Geoparser) -> NDArray[np.float64]:
    weights: NDArray[np.float64] | None = None
    for _ in range(ROUNDS):
        blocks, rights, counts, lengths = [], [], [], []
        for e in parts:
            answered = np.logical_or.reduceat(e.right, e.table.offsets[:-1])
            used = (e.weight > 0) & answered
            rows = used[e.table.sense]
            blocks.append(evidence(e, weights, parser)[rows])
            rights.append(e.right[rows])
            counts.append(e.weight[used])
            lengths.append(np.diff(e.table.offsets)[used])
        weights = _logit(
            np.vstack(blocks).astype(float),
            np.concatenate(rights),
            np.concatenate(counts).astype(float),
            np.concatenate(lengths),
            weights,
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


def at_home(e: Examples, weights: NDArray[np.float64], parser: Geoparser) -> Examples:
    """The same documents, each with what the *other* documents of its source were resolved to by these weights."""
    gazetteer = parser.lookup.gazetteer
    belief = softmax(weighted(evidence(e, weights, parser), weights.astype(np.float32)), e.table.offsets)
    best = np.lexsort((-belief, e.table.sense))[e.table.offsets[:-1]]
    sure = belief[best] >= DEFAULT_THRESHOLD
    found: list[list[int]] = [[] for _ in e.sources]
    for passage, place in zip(e.table.passage[sure].tolist(), e.table.places[best][sure].tolist(), strict=True):
        if place not in found[passage]:
            found[passage].append(place)
    homes: list[Home | None] = []
    for number, source in enumerate(e.sources):
        history = SourceHistory(gazetteer)
        for other, places in enumerate(found):
            if other != number and e.sources[other] == source:
                history.add_places(source, places)
        homes.append(history.home(source))
    table = e.table._replace(homes=homes)
    return replace(e, table=table, local=local_evidence(table, gazetteer))


def fit_home(parts: Sequence[Examples], weights: NDArray[np.float64], parser: Geoparser) -> NDArray[np.float64]:
    """The same weights with those of `HOME` learned, on the corpus that has sources; the others stay as they are."""
    columns = [list(SIGNALS).index(signal) for signal in HOME]
    known = [at_home(e, weights, parser) for e in parts if e.corpus == "lgl"]
    seen = [(e, evidence(e, weights, parser)) for e in known]

    def loss(home: NDArray[np.float64]) -> float:
        total = 0.05 * float(home @ home)
        for e, x in seen:
            value = x @ weights + x[:, columns] @ home
            starts = e.table.offsets[:-1]
            value -= np.maximum.reduceat(value, starts)[e.table.sense]
            odds = np.exp(value)
            good, every = np.add.reduceat(odds * e.right, starts), np.add.reduceat(odds, starts)
            used = (e.weight > 0) & np.logical_or.reduceat(e.right, starts)
            total += float((np.sqrt(e.weight[used]) * (np.log(every[used]) - np.log(good[used]))).sum())
        return total

    found = minimize(loss, np.ones(len(columns)), method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-3})
    learned = weights.copy()
    learned[columns] = found.x
    return learned


def accuracy(parts: Sequence[Examples], weights: NDArray[np.float64], parser: Geoparser) -> dict[str, float]:
    hits: dict[str, float] = defaultdict(float)
    total: dict[str, float] = defaultdict(float)
    for e in parts:
        total[e.corpus] += e.missed + float(e.weight.sum())
        score = weighted(evidence(e, weights, parser), weights.astype(np.float32))
        best = np.lexsort((-score, e.table.sense))[e.table.offsets[:-1]]
        hits[e.corpus] += float(e.weight @ e.near[best])
    return {corpus: hits[corpus] / total[corpus] for corpus in total}


def crossvalidated(parts: Sequence[Examples], parser: Geoparser, n_folds: int) -> dict[str, float]:
    """Accuracy@161 km, names given: the mean of the folds; of LGL also with the source as a hint."""
    tested: list[dict[str, float]] = []
    for k in range(n_folds):
        train, test = [e for e in parts if e.fold != k], [e for e in parts if e.fold == k]
        weights = fit(train, parser)
        tested.append(accuracy(test, weights, parser))
        weights = fit_home(train, weights, parser)
        known = [at_home(e, weights, parser) for e in test if e.corpus == "lgl"]
        tested[-1]["lgl with source prior"] = accuracy(known, weights, parser)["lgl"]
        print(k, {c: round(v, 4) for c, v in tested[-1].items()}, flush=True)
    return {c: float(np.mean([t[c] for t in tested])) for c in tested[0]}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--folds", type=int, default=0, help="cross-validate with so many folds; write nothing")
    folds = options.parse_args().folds
    parser = Geoparser(resolver=_NoResolver())
    parts = [
        e
        for corpus in ("lgl", "geovirus", "geocorpora")
        for e in examples(corpus, parser, folds or 1, held_out=folds > 0)
    ]
    parts += [*plain_names(parser, folds or 1), *own_articles(parser, folds or 1)]
    print(f"{sum(e.weight.sum() + e.missed for e in parts):.0f} toponyms")
    if folds:
        print("mean of folds", {c: round(v, 4) for c, v in crossvalidated(parts, parser, folds).items()})
        return
    weights = fit_home(parts, fit(parts, parser), parser)
    print("on what it was trained on", {c: round(v, 4) for c, v in accuracy(parts, weights, parser).items()})
    OUT.write_text(
        json.dumps(
            {
                "made_by": "training/resolution.py",
                "trained_on": "LGL but its held-out fifth, GeoVirus, GeoCorpora, names given; plain names of facts/; "
                "our own articles",
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
