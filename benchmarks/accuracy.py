"""Measure accuracy on every development corpus and record it: what ``make evaluate`` runs.

    python benchmarks/accuracy.py [--corpora FOLDER] [-o benchmarks/accuracy.json] [--errors N]

The corpora are not part of the repository: they are looked for in ``$TOPOSCOPE_CORPORA`` and beside the checkout.
What is learned is learned anew for each fold without it (``training/crossvalidate.py``): the weights of the recogniser,
which for GeoVirus and GeoCorpora are without the whole corpus, and those of the resolver. What is called "held out" is
measured with the weights that are shipped, which never saw it. It takes about ten minutes.

The record says what it belongs to (version, gazetteer, weights, corpora, and a digest of the answers to our own
samples); ``tests/accuracy`` refuses it when it is out of date.
"""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "training"), str(ROOT / "src")]

from crossvalidate import N_FOLDS, Corpora, Trainer, crossvalidate, is_held_out  # noqa: E402

from toposcope import Document, Geoparser, __version__  # noqa: E402
from toposcope.evaluation import Evaluation, evaluate_parser, read_corpus  # noqa: E402
from toposcope.evaluation.report import error_table  # noqa: E402
from toposcope.evidence import SIGNALS  # noqa: E402
from toposcope.recognition import Recogniser  # noqa: E402
from toposcope.resolution import LinearResolver  # noqa: E402

CORPORA = Path(os.environ.get("TOPOSCOPE_CORPORA", ROOT.parent / "shared" / "corpora"))
SAMPLES = ROOT / "tests" / "accuracy" / "samples.jsonl"
WEIGHTS = ROOT / "src" / "toposcope" / "data"
RECORD = ROOT / "benchmarks" / "accuracy.json"
README = ROOT / "README.md"
FIGURES_BEGIN, FIGURES_END = "<!-- figures: written by make evaluate -->\n", "<!-- end of figures -->\n"

#: Corpora of places, and ReLocaR, which annotates one name a sentence: only its roles can be judged.
PLACES = ("lgl", "geovirus", "geocorpora")
READINGS = "relocar"

#: Decimals of recorded figures: enough to tell one toponym in a hundred thousand.
DECIMALS = 6


def main() -> int:
    """Evaluate, show, record."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--corpora", type=Path, default=CORPORA, help="folder of the corpora")
    options.add_argument("-o", "--output", type=Path, default=RECORD, help="where to write the record")
    options.add_argument("--errors", type=int, default=0, metavar="N", help="show the N most frequent errors of each")
    chosen = options.parse_args()
    missing = [name for name in (*PLACES, READINGS) if not (chosen.corpora / f"{name}.jsonl").is_file()]
    if missing:
        print(
            f"accuracy: {', '.join(missing)} not found in {chosen.corpora}. Set TOPOSCOPE_CORPORA to their folder.",
            file=sys.stderr,
        )
        return 1

    from rich.console import Console

    console = Console()
    parser = Geoparser()
    figures: dict[str, dict[str, Any]] = {}
    for part, view, evaluation in evaluations(parser, chosen.corpora):
        console.print(evaluation, "")
        if chosen.errors:
            console.print(error_table(evaluation.errors(chosen.errors)), "")
        figures.setdefault(part, {})[view] = recorded(evaluation)
    figures["lgl"]["given_spans_source_prior"] = _rounded(source_prior())
    record = {"made_with": made_with(parser, chosen.corpora), "corpora": figures}
    chosen.output.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"accuracy: wrote {chosen.output}", file=sys.stderr)
    if chosen.output == RECORD:
        before, _, rest = README.read_text(encoding="utf-8").partition(FIGURES_BEGIN)
        after = rest.partition(FIGURES_END)[2]
        README.write_text(before + FIGURES_BEGIN + figures_table(record) + FIGURES_END + after, encoding="utf-8")
        print(f"accuracy: wrote the figures of {README.name}", file=sys.stderr)
    return 0


def figures_table(record: Mapping[str, Any]) -> str:
    """Put the figures of a record that most readers ask for into a table of Markdown."""
    lines = [
        "| corpus | documents, toponyms | recognition, exact F1 | overlap F1 | end to end F1 "
        "| accuracy@161 km, names given |",
        "|---|---|---|---|---|---|",
    ]
    for name, title in (
        ("lgl", "LGL: local news, mostly of the USA"),
        ("lgl held out", "its held-out fifth"),
        ("geovirus", "GeoVirus: WikiNews on epidemics"),
        ("geocorpora", "GeoCorpora: tweets"),
        ("samples", "our own samples, all continents"),
    ):
        views = record["corpora"][name]
        text, given = views["from_text"], views["given_spans"]
        without = text["without_demonyms"]["rec"]
        lines.append(
            f"| {title} | {text['docs']:,}, {text['gold']:,} "
            f"| {without['exact']['f1']:.3f} | {without['overlap']['f1']:.3f} "
            f"| {text['e2e']['f1']:.3f} | {given['res']['all']['acc161']:.3f} |"
        )
    return "\n" + "\n".join(lines) + "\n\n"


def evaluations(parser: Geoparser, corpora: Path) -> Iterator[tuple[str, str, Evaluation]]:
    """Yield (corpus, view, evaluation) for everything that is recorded."""
    gold = {name: list(read_corpus(corpora / f"{name}.jsonl")) for name in (*PLACES, READINGS)}
    places = {name: gold[name] for name in PLACES}
    for name, result in crossvalidate(places, resolver_trainer(unseen_recogniser(parser, places))).items():
        yield name, "from_text", result.from_text
        yield name, "given_spans", result.given_spans
    for name in ("lgl", READINGS):
        documents = held_out(name, gold[name])
        for view, given_spans in (("from_text", False), ("given_spans", True)):
            if name != READINGS or given_spans:
                part = f"{name} held out"
                yield part, view, evaluate_parser(documents, parser, name=part, given_spans=given_spans)
    samples = list(read_corpus(SAMPLES))
    for view, given_spans in (("from_text", False), ("given_spans", True)):
        yield "samples", view, evaluate_parser(samples, parser, name="samples", given_spans=given_spans)


def unseen_recogniser(parser: Geoparser, corpora: Corpora) -> Recogniser:
    """Return a recogniser that answers each document by weights that never saw it."""
    import recognition as learning  # needs python-crfsuite, which the tests of the record do without

    return learning.CrossValidated(corpora, parser.lookup.gazetteer)


def resolver_trainer(recogniser: Recogniser) -> Trainer:
    """Return a function that learns the resolver's weights from corpora and makes a parser of them."""
    import resolution as learning  # needs scipy, which the tests of the record do without

    reader = Geoparser(resolver=learning._NoResolver())
    own = [*learning.plain_names(reader, 1), *learning.own_articles(reader, 1)]
    looked_up: dict[tuple[str, int], Any] = {}

    def part(name: str, documents: Sequence[Mapping[str, Any]]) -> Any:
        key = name, hash(tuple(str(document["id"]) for document in documents))
        if key not in looked_up:  # a corpus that is trained on whole comes back in every fold
            looked_up[key] = learning.gold_examples(name, 0, documents, reader)
        return looked_up[key]

    def train(corpora: Corpora) -> Geoparser:
        parts = [part(name, documents) for name, documents in corpora.items()]
        weights = dict(zip(SIGNALS, map(float, learning.fit([*parts, *own], reader)), strict=True))
        return Geoparser(recogniser=recogniser, resolver=LinearResolver(reader.lookup, weights=weights))

    return train


def source_prior() -> dict[str, float]:
    """Accuracy@161 km of LGL, names given, with what other articles of its source were resolved to as a hint."""
    import resolution as learning

    reader = Geoparser(resolver=learning._NoResolver())
    parts = [e for corpus in PLACES for e in learning.examples(corpus, reader, N_FOLDS, held_out=True)]
    parts += [*learning.plain_names(reader, N_FOLDS), *learning.own_articles(reader, N_FOLDS)]
    return {"acc161": learning.crossvalidated(parts, reader, N_FOLDS)["lgl with source prior"]}


def held_out(name: str, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep the documents that floors are measured on."""
    return [document for document in documents if is_held_out(name, document)]


def recorded(evaluation: Evaluation) -> dict[str, Any]:
    """Figures as they are recorded: rounded, without the list of documents."""
    figures = evaluation.to_dict()
    del figures["by_document"]
    rounded: dict[str, Any] = _rounded(figures)
    return rounded


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value


def made_with(parser: Geoparser, corpora: Path) -> dict[str, Any]:
    """Say what the figures belong to."""
    return {
        **made_from(parser),
        "corpora": hashes(corpora / f"{name}.jsonl" for name in (*PLACES, READINGS)),
    }


def made_from(parser: Geoparser) -> dict[str, Any]:
    """Say what the figures belong to, corpora apart: what can be checked without them."""
    return {
        "toposcope": __version__,
        "gazetteer": parser.provenance.gazetteer_hash,
        "weights": hashes(sorted([*WEIGHTS.glob("*.json"), *WEIGHTS.glob("*.npz")])),
        "answers_to_samples": digest(parser(d["text"], id=d["id"]) for d in read_corpus(SAMPLES)),
    }


def hashes(paths: Iterable[Path]) -> dict[str, str]:
    """SHA-256 of files, by name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def digest(documents: Iterator[Document]) -> str:
    """SHA-256 of what was decided in documents: spans, status, places, roles. Scores may differ between platforms."""
    sha256 = hashlib.sha256()
    for document in documents:
        decided = [
            (t.mention.start, t.mention.end, t.status.value, None if t.place is None else t.place.id, t.role.value)
            for t in document.toponyms
        ]
        sha256.update(json.dumps([document.id, decided], ensure_ascii=False).encode())
    return sha256.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
