"""Learn the weights of the recogniser: ``src/toposcope/data/recognition.npz``.

A conditional random field over runs of capitalised words, trained with python-crfsuite. What is annotated differs from
corpus to corpus, so each feature is learned several times over: once for all corpora, and once for each kind of corpus
by itself (Daumé 2007, "Frustratingly easy domain adaptation"). What is shipped is the first, and of the others a share
each: :data:`SHARES`. Deterministic; about two minutes on one core.

    TOPOSCOPE_CORPORA=… python training/recognition.py                  # writes the weights
    TOPOSCOPE_CORPORA=… python training/recognition.py --licensed-only  # figures of weights from clearly licensed text

The held-out fifth of LGL is never read when the weights are written: the floors of the tests are measured there.
Cross-validated figures are made by ``benchmarks/accuracy.py``. Features: ``training/recognition_features.py``.
"""

import argparse
import gzip
import json
import os
import tempfile
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pycrfsuite
from articles import FOLDER, is_for_training, read_articles
from crossvalidate import is_held_out
from recognition_features import Feature, PlainReader, as_strings

from toposcope.candidates import open_gazetteer
from toposcope.evaluation import demonyms
from toposcope.recognition.model import LABELS, Model
from toposcope.recognition.reading import prepared
from toposcope.recognition.words import BOUNDARY, NameClasses

ROOT = Path(__file__).resolve().parents[1]
CORPORA = Path(os.environ.get("TOPOSCOPE_CORPORA", ROOT.parent / "shared/corpora"))
OUT = ROOT / "src/toposcope/data/recognition.npz"

#: Corpora of places, and our own articles: what they annotate is what we look for.
PLACES = ("lgl", "geovirus", "geocorpora")
OWN = "articles"
#: Corpora of named entities under open licences: their locations are places, less those in names of organisations.
ENTITIES = ("wikigold", "btc", "wnut17", "uner-ewt", "crossner")
LICENSED = (OWN, *ENTITIES)

#: By which name a corpus has its own copy of each feature.
DOMAINS = {
    "lgl": "local",
    "geovirus": "virus",
    "geocorpora": "tweets",
    OWN: "own",
    **dict.fromkeys(ENTITIES, "entities"),
}
#: What the weights of a copy count for beside those that all corpora share. Chosen on development data: a fold of LGL,
#: a fifth of our articles, GeoVirus.
SHARES = {"local": 0.6, "own": 0.25, "entities": 0.15}

#: Taken from the score of "outside": what is missed costs as much as what is wrong. Chosen with the shares.
BIAS = 0.5
#: Words, endings and beginnings in fewer documents are not learned: no private person's name is in the weights.
LEAST_DOCUMENTS = 5
SETTINGS = {"c1": 0.05, "c2": 0.05, "max_iterations": 60, "feature.minfreq": 2}


@dataclass(slots=True)
class Document:
    """An annotated text, read once: features and labels of its runs."""

    corpus: str
    id: str
    features: list[list[list[Feature]]]
    labels: list[list[str]]
    vocabulary: set[tuple[str, str]]


Span = tuple[int, int]


class Examples:
    """Documents made ready for training, each once.

    Parameters
    ----------
    classes : NameClasses
        What the gazetteer knows.
    """

    def __init__(self, classes: NameClasses) -> None:
        self._reader = PlainReader(classes)
        self._made: dict[tuple[str, str], Document] = {}

    def of(self, corpus: str, document: Mapping[str, Any]) -> Document:
        """A gold document of a corpus of places."""
        spans = [(t["start"], t["end"]) for t in document["toponyms"]]
        return self.make(corpus, str(document["id"]), document["text"], spans)

    def make(self, corpus: str, identifier: str, text: str, spans: Iterable[Span]) -> Document:
        """A text with the spans of its places; demonyms among them are left out, for they are looked up."""
        key = corpus, identifier
        made = self._made.get(key)
        if made is None:
            plain = self._reader.read(prepared(text, self._reader.classes))
            places = [span for span in spans if not _is_demonym(text[slice(*span)])]
            labels = _labels(plain.starts, plain.ends, places)
            made = self._made[key] = Document(
                corpus, identifier, plain.features, [labels[a:b] for a, b in plain.runs], plain.vocabulary
            )
        return made

    def places(self, corpus: str) -> list[Document]:
        """A corpus of places, without what is held out."""
        with (CORPORA / f"{corpus}.jsonl").open(encoding="utf-8") as lines:
            documents = map(json.loads, lines)
            return [self.of(corpus, d) for d in documents if not is_held_out(corpus, d)]

    def entities(self) -> Iterator[Document]:
        """The corpora of named entities."""
        for corpus in ENTITIES:
            with gzip.open(CORPORA / "ner" / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
                for document in map(json.loads, lines):
                    spans = [(s["start"], s["end"]) for s in document["spans"] if s["label"] == "LOC"]
                    yield self.make(corpus, document["id"], document["text"], spans)

    def articles(self) -> Iterator[Document]:
        """Our own articles, but for those that are only measured on."""
        for path in sorted(FOLDER.glob("*.txt")):
            if is_for_training(path):
                for article in read_articles(path):
                    spans = [(start, end) for start, end, role in article.mentions if role != "demonym"]
                    yield self.make(OWN, article.id, article.text, spans)


def _is_demonym(name: str) -> bool:
    words = name.split()
    return bool(words) and words[-1] in demonyms()


def _labels(starts: Sequence[int], ends: Sequence[int], spans: Iterable[Span]) -> list[str]:
    labels = [LABELS[0]] * len(starts)
    for start, end in spans:
        i = bisect_right(ends, start)
        label = LABELS[1]
        while i < len(labels) and starts[i] < end:
            labels[i] = label
            label = LABELS[2]
            i += 1
    return labels


def learn(
    documents: Sequence[Document], out: Path, *, gazetteer_hash: str, shares: Mapping[str, float] = SHARES
) -> None:
    """Learn weights from documents and write them to a file.

    Parameters
    ----------
    documents : sequence of Document
        What to learn from.
    out : Path
        The file.
    gazetteer_hash : str
        Of the gazetteer whose classes are in the features.
    shares : mapping
        What each domain's own weights count for.
    """
    vocabulary = _vocabulary(documents)
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.select("lbfgs")
    trainer.set_params(SETTINGS)
    feature_of: dict[str, Feature] = {}
    for document in documents:
        domain = DOMAINS[document.corpus]
        for run, labels in zip(document.features, document.labels, strict=True):
            for token in run:
                for feature in token:
                    feature_of.setdefault("|".join(map(str, feature)), feature)
            trainer.append([as_strings(token, vocabulary, domain) for token in run], labels)
    with tempfile.TemporaryDirectory() as folder:
        name = str(Path(folder) / "model")
        trainer.train(name)
        tagger = pycrfsuite.Tagger()
        tagger.open(name)
        learned = tagger.info()
        tagger.close()
    number = {label: i for i, label in enumerate(LABELS)}
    weights: dict[Feature, list[float]] = defaultdict(lambda: [0.0] * len(LABELS))
    for (string, label), weight in sorted(learned.state_features.items()):
        domain, copied, plain = string.partition("~")
        is_copy = bool(copied) and domain in DOMAINS.values()
        share = shares.get(domain, 0.0) if is_copy else 1.0
        if share:
            weights[feature_of[plain if is_copy else string]][number[label]] += share * weight
    transitions = np.zeros((len(LABELS), len(LABELS)))
    for (before, after), weight in learned.transitions.items():
        transitions[number[before], number[after]] = weight
    counts = Counter(document.corpus for document in documents)
    header = {"gazetteer": gazetteer_hash, "bias": BIAS, "documents": dict(sorted(counts.items()))}
    Model.save(out, header, weights, transitions)


def _vocabulary(documents: Iterable[Document]) -> set[tuple[str, str]]:
    """Words and parts of words that may be learned: kind and value."""
    count: Counter[tuple[str, str]] = Counter()
    for document in documents:
        count.update(document.vocabulary)
    known = {entry for entry, n in count.items() if n >= LEAST_DOCUMENTS}
    return known | {(kind, BOUNDARY) for kind, _ in known}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--licensed-only", action="store_true", help="leave out LGL, GeoVirus and GeoCorpora")
    options.add_argument("-o", "--output", type=Path, default=OUT, help="where to write the weights")
    chosen = options.parse_args()
    gazetteer = open_gazetteer("embedded").gazetteer
    examples = Examples(NameClasses(gazetteer))
    documents = [*examples.articles(), *examples.entities()]
    if not chosen.licensed_only:
        documents += [document for corpus in PLACES for document in examples.places(corpus)]
    learn(documents, chosen.output, gazetteer_hash=gazetteer.hash)
    print(f"{len(documents):,} documents → {chosen.output.name}, {chosen.output.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
