"""``toposcope evaluate``: accuracy on annotated corpora."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from toposcope import readers, writers
from toposcope.cli.request import gazetteer_option, gazetteer_spec, keep_inputs
from toposcope.cli.terminal import STDOUT, opened, progress, say

if TYPE_CHECKING:
    from toposcope.evaluation import Evaluation

__all__ = ["evaluate"]

#: Width when the output is a file or a pipe, where no terminal says how wide it is.
_PLAIN_WIDTH = 120


@click.command()
@click.argument("corpora", nargs=-1, required=True, metavar="CORPUS...")
@gazetteer_option
@click.option("--given-spans", is_flag=True, help="Tell the parser where the toponyms are: judge resolution alone.")
@click.option("--predictions", metavar="FILE", help="Score what this JSON Lines file holds instead of parsing.")
@click.option("--tag", help="Only documents that carry this tag.")
@click.option("--errors", is_flag=True, help="List the most frequent errors, with the text around the first of each.")
@click.option("--limit", type=click.IntRange(min=0), default=100, show_default=True, help="Errors listed; 0 for all.")
@click.option("--format", "output_format", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("-o", "--output", metavar="OUT", help="Write to this file. [default: standard output]")
def evaluate(
    corpora: tuple[str, ...],
    gazetteer: tuple[str, ...],
    given_spans: bool,
    predictions: str | None,
    tag: str | None,
    errors: bool,
    limit: int,
    output_format: str,
    output: str | None,
) -> None:
    """Measure accuracy on annotated texts: recognition, resolution, end to end.

    CORPUS is JSON Lines, gzipped (.gz) or not, a document a line: its "text", and "toponyms" with "start",
    "end", "lat" and "lon", as ``toposcope places --format jsonl`` writes them too.
    """
    if given_spans and predictions is not None:
        raise click.UsageError("--given-spans tells the parser, but with --predictions nothing is parsed.")
    files = corpora if predictions is None else (*corpora, predictions)
    for path in files:
        readers.check(path)
    if output is not None and output != STDOUT:
        keep_inputs(output, files)
    evaluations = {}
    for path, name in zip(corpora, _names(corpora), strict=True):
        evaluations[name] = _evaluation(path, name, gazetteer, given_spans, predictions, tag)
        if not evaluations[name].scores:
            say(f"{path} holds no documents{'' if tag is None else f' tagged {tag!r}'}.")
    shown = (limit or None) if errors else 0
    with opened(output) as stream:
        (_write_json if output_format == "json" else _write_tables)(evaluations, shown, stream)


def _evaluation(
    path: str, name: str, gazetteer: Sequence[str], given_spans: bool, predictions: str | None, tag: str | None
) -> "Evaluation":
    from toposcope import evaluation
    from toposcope.pipeline import Geoparser

    with progress("documents") as counted:
        gold = counted(evaluation.read_corpus(path, tag=tag))
        if predictions is not None:
            return evaluation.evaluate(gold, evaluation.read_corpus(predictions), name=name)
        parser = Geoparser(gazetteer=gazetteer_spec(tuple(gazetteer)))
        return evaluation.evaluate_parser(gold, parser, name=name, given_spans=given_spans)


def _names(corpora: Sequence[str]) -> Iterator[str]:
    """Name corpora for their files, or by the whole path where two files are called the same."""
    from toposcope.evaluation import corpus_name

    count = Counter(map(corpus_name, corpora))
    return (corpus_name(path) if count[corpus_name(path)] == 1 else path for path in corpora)


def _write_json(evaluations: Mapping[str, "Evaluation"], errors: int | None, stream: BinaryIO) -> None:
    report: dict[str, Any] = {}
    for name, evaluation in evaluations.items():
        report[name] = evaluation.to_dict()
        if errors != 0:
            report[name]["errors"] = [
                {"count": e.count, "documents": e.documents, **asdict(e.example)} for e in evaluation.errors(errors)
            ]
    with writers.text_stream(stream) as text:
        json.dump(report, text, indent=1, ensure_ascii=False, allow_nan=False)
        text.write("\n")


def _write_tables(evaluations: Mapping[str, "Evaluation"], errors: int | None, stream: BinaryIO) -> None:
    from rich.console import Console

    from toposcope.evaluation.report import error_table

    terminal = stream.isatty()
    with writers.text_stream(stream) as text:
        console = Console(
            file=text, width=None if terminal else _PLAIN_WIDTH, force_terminal=terminal, legacy_windows=False
        )
        for evaluation in evaluations.values():
            console.print(evaluation, "")
            if errors != 0:
                console.print(error_table(evaluation.errors(errors)), "")
