"""Learn the weights of the recogniser: ``src/toposcope/data/recognition.npz``.

A conditional random field over runs of capitalised words, trained with python-crfsuite. What is annotated differs from
corpus to corpus, so each feature is learned several times over: once for all corpora, and once for each kind of corpus
by itself (Daumé 2007, "Frustratingly easy domain adaptation"). What is shipped is the first, and of the others a share
each: :data:`SHARES`. Deterministic; about two minutes on one core.

    TOPOSCOPE_CORPORA=… python training/recognition.py                          # writes the weights
    TOPOSCOPE_CORPORA=… python training/recognition.py --licensed-only -o FILE  # from clearly licensed text alone

The held-out fifth of LGL is never read when the weights are written: the floors of the tests are measured there.
Cross-validated figures are made by ``benchmarks/accuracy.py``. Features: ``training/recognition_features.py``.
"""

import argparse
import gzip
import json
import os
import tempfile
import zlib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pycrfsuite
from articles import FOLDER, is_for_training, read_articles
from crossvalidate import N_FOLDS, fold_of, group_of, is_held_out
from numpy.typing import NDArray
from recognition_features import Feature, PlainReader, as_strings

from toposcope import lexicon
from toposcope.candidates import open_gazetteer
from toposcope.document import Mention
from toposcope.evaluation import demonyms
from toposcope.gazetteer import Gazetteer
from toposcope.recognition import CRFRecogniser
from toposcope.recognition.model import LABELS, Model
from toposcope.recognition.reading import prepared
from toposcope.recognition.words import BOUNDARY, CLASSES, NOTHING, NameClasses

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
SHARES = {"local": 0.55, "own": 0.3, "entities": 0.15}

#: Taken from the score of "outside", so that about as much is missed as is wrong. Chosen with the shares.
BIAS = 0.2
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


class HalfForgetful(NameClasses):
    """Does not know every other name that its head or its beginning tells, so that these are learned: "Gulf of Qwex".

    The gazetteer holds most of such names that texts hold; those that it lacks are what recognition is for.
    """

    _HEADS = frozenset(word.lower().rstrip(".") for word in lexicon.PLACE_HEADS)
    _BEGINNINGS = frozenset(word.lower().rstrip(".") for word in lexicon.PLACE_PREFIXES)

    def of(self, key: str) -> tuple[int, int]:
        words = key.split(" ")
        told = len(words) > 1 and (words[-1] in self._HEADS or words[0] in self._BEGINNINGS)
        return (NOTHING, 0) if told and _is_one_in(2, key) else super().of(key)


class Forgetful(HalfForgetful):
    """Nor does it know every fourth name of a town, county, river or mountain: what surrounds them tells."""

    _FORGOTTEN = frozenset(CLASSES) - {"country", "region", "division", "metropolis", "demonym", "abbreviation"}
    _NUMBERS = frozenset(map(CLASSES.index, _FORGOTTEN))

    def of(self, key: str) -> tuple[int, int]:
        known = super().of(key)
        return (NOTHING, 0) if known[0] in self._NUMBERS and _is_one_in(4, key) else known


def _is_one_in(n: int, key: str) -> bool:
    return zlib.crc32(key.encode("utf-8", "replace")) % n == 0


class Examples:
    """Documents made ready for training, each once.

    Parameters
    ----------
    classes : NameClasses
        What the gazetteer knows.
    """

    def __init__(self, classes: NameClasses) -> None:
        self._reader = PlainReader(HalfForgetful(classes.gazetteer))
        # Our own articles are from where no list is complete.
        self._own_reader = PlainReader(Forgetful(classes.gazetteer))
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
            reader = self._own_reader if corpus == OWN else self._reader
            plain = reader.read(prepared(text, reader.classes))
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


@dataclass(frozen=True)
class Learned:
    """What training gave: weights of each feature by domain ("" for what all share), and from label to label."""

    weights: dict[tuple[str, Feature], list[float]]
    transitions: NDArray[np.float64]
    documents: dict[str, int]

    def save(self, out: Path, *, gazetteer_hash: str, shares: Mapping[str, float] = SHARES, bias: float = BIAS) -> None:
        """Write the weights that are used.

        Parameters
        ----------
        out : Path
            The file.
        gazetteer_hash : str
            Of the gazetteer whose classes are in the features.
        shares : mapping
            What each domain's own weights count for.
        bias : float
            Taken from the score of "outside".
        """
        mixed: dict[Feature, list[float]] = defaultdict(lambda: [0.0] * len(LABELS))
        for (domain, feature), weights in self.weights.items():
            share = shares.get(domain, 0.0) if domain else 1.0
            if share:
                mixed[feature] = [a + share * b for a, b in zip(mixed[feature], weights, strict=True)]
        header = {"gazetteer": gazetteer_hash, "bias": bias, "documents": self.documents}
        Model.save(out, header, mixed, self.transitions)


def learn(documents: Sequence[Document]) -> Learned:
    """Learn weights from documents."""
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
    weights: dict[tuple[str, Feature], list[float]] = {}
    for (string, label), weight in sorted(learned.state_features.items()):
        domain, copied, plain = string.partition("~")
        key = (domain, feature_of[plain]) if copied and domain in DOMAINS.values() else ("", feature_of[string])
        weights.setdefault(key, [0.0] * len(LABELS))[number[label]] = weight
    transitions = np.zeros((len(LABELS), len(LABELS)))
    for (before, after), weight in learned.transitions.items():
        transitions[number[before], number[after]] = weight
    counts = Counter(document.corpus for document in documents)
    return Learned(weights, transitions, dict(sorted(counts.items())))


def _vocabulary(documents: Iterable[Document]) -> set[tuple[str, str]]:
    """Words and parts of words that may be learned: kind and value."""
    count: Counter[tuple[str, str]] = Counter()
    for document in documents:
        count.update(document.vocabulary)
    known = {entry for entry, n in count.items() if n >= LEAST_DOCUMENTS}
    return known | {(kind, BOUNDARY) for kind, _ in known}


class CrossValidated(CRFRecogniser):
    """Answers each document by weights that never saw it: for figures, not for use.

    The weights for a fold of LGL never saw its newspapers; those for GeoVirus or GeoCorpora nothing of that corpus.
    Each of the latter are also those of one fold of LGL, so that there are as many to learn as there are folds.

    Parameters
    ----------
    corpora : mapping of str to sequence of mapping
        Gold documents of the three corpora of places.
    gazetteer : Gazetteer
        Names of places.
    """

    #: Which corpus the weights of a fold do without.
    WITHOUT = MappingProxyType({0: "geovirus", 1: "geocorpora"})

    def __init__(self, corpora: Mapping[str, Sequence[Mapping[str, Any]]], gazetteer: Gazetteer) -> None:
        super().__init__(gazetteer)
        examples = Examples(NameClasses(gazetteer))
        common = [*examples.articles(), *examples.entities()]
        self._answers: dict[str, list[Mention]] = {}
        for fold in range(N_FOLDS):
            tested = {
                name: [d for d in corpora[name] if self._is_tested(name, d, fold)]
                for name in ("lgl", "geovirus", "geocorpora")
            }
            left_out = {(name, str(d["id"])) for name, documents in tested.items() for d in documents}
            learned = learn(
                [
                    *common,
                    *(
                        examples.of(name, d)
                        for name, documents in corpora.items()
                        for d in documents
                        if (name, str(d["id"])) not in left_out
                    ),
                ]
            )
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "fold.npz"
                learned.save(path, gazetteer_hash=gazetteer.hash)
                recogniser = CRFRecogniser(gazetteer, model=path)
            texts = [d["text"] for documents in tested.values() for d in documents]
            self._answers.update(zip(texts, recogniser.recognise_many(texts), strict=True))

    @classmethod
    def _is_tested(cls, corpus: str, document: Mapping[str, Any], fold: int) -> bool:
        if corpus == "lgl":
            return fold_of(group_of(corpus, document)) == fold
        return cls.WITHOUT.get(fold) == corpus

    def recognise_many(self, texts: Sequence[str]) -> list[list[Mention]]:
        """What was found when the weights were without the text; by the shipped weights for any other text."""
        other = iter(super().recognise_many([text for text in texts if text not in self._answers]))
        return [self._answers[text] if text in self._answers else next(other) for text in texts]


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
    learn(documents).save(chosen.output, gazetteer_hash=gazetteer.hash)
    print(f"{len(documents):,} documents → {chosen.output.name}, {chosen.output.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
