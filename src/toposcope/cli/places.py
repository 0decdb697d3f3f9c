"""``toposcope places``: the toponyms of each text, in many formats."""

import sys
from pathlib import Path
from typing import Any

import click

from toposcope import writers
from toposcope.cli.request import Request, keep_inputs, request_options
from toposcope.cli.terminal import STDOUT, Notes, opened, progress, say
from toposcope.document import Role
from toposcope.files import replacing
from toposcope.provenance import CREDIT, Colophon

__all__ = ["places"]


@click.command()
@request_options
@click.option(
    "--format",
    "output_format",
    type=click.Choice(writers.FORMATS),
    help="[default: what the suffix of -o says, else table]",
)
@click.option("-o", "--output", metavar="OUT", help="Write to this file. [default: standard output]")
@click.option("--given-spans", is_flag=True, help="Answer the toponyms that the input marks, and no others.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Only toponyms of this role.")
def places(output_format: str | None, output: str | None, given_spans: bool, role: str | None, **common: Any) -> None:
    """List every place name in each text with its place, role and score.

    FILE is a text, or JSON Lines with a document a line; - is standard input. The format jsonl holds
    everything that is known of each name, and ``toposcope map --as-is`` draws it.
    """
    request = Request(**common)
    output_format = output_format or _format_for(output)
    to_stdout = output is None or output == STDOUT
    to_terminal = to_stdout and sys.stdout.isatty()
    if output_format == "parquet" and to_terminal:
        raise click.UsageError("Parquet is not for a terminal: give -o OUT.parquet.")
    articles = request.articles()
    if output is not None and not to_stdout:
        keep_inputs(output, request.files)
    write = writers.writer(output_format)
    notes, colophon = Notes(), Colophon()
    with opened(output) as stream, progress("texts", shown=not to_terminal) as counted:
        parse = request.parser(given_spans=given_spans)
        documents = (notes.take(parse(article)) for article in counted(articles))
        chosen = documents if role is None else (document.select(role=role) for document in documents)
        write(colophon.watch(chosen), stream)
    if output_format == "csv":
        _note_beside(output, f"{colophon.line()}. {CREDIT}.")
    notes.report()


def _format_for(output: str | None) -> str:
    suffix = Path(output or "").suffix.lower().removeprefix(".")
    name = {"": "table", "txt": "table", "ndjson": "jsonl", "json": "jsonl"}.get(suffix, suffix)
    # A device, such as /dev/stdout, has a name but no suffix; a file called x.xlsx shall not hold a table of ours.
    if name not in writers.FORMATS:
        raise click.UsageError(f"The suffix of {output!r} is no format that is known: give --format.")
    return name


def _note_beside(output: str | None, note: str) -> None:
    """Keep the provenance of a CSV, which has no room for it, in a file beside it, or tell it."""
    if output is None or not Path(output).is_file():
        say(note)
        return
    from toposcope.writers.csv import metadata

    with replacing(f"{output}-metadata.json") as stream:
        stream.write(metadata(Path(output).name, note))
