"""``toposcope map``: a page for each text."""

import os
from collections.abc import Callable
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click

from toposcope.cli.request import Request, keep_inputs, request_options
from toposcope.cli.terminal import STDOUT, Notes, opened, progress, say
from toposcope.files import free_name, output_error, safe_stem
from toposcope.readers import Article

__all__ = ["map_command"]

_EMBEDDED = {
    "full": "with the full text (--text sentences or none embeds less)",
    "sentences": "with the sentences that name places (--text full or none embeds more or less)",
    "none": "without the text",
}


@click.command("map")
@request_options
@click.option("-o", "--output", metavar="OUT.html", help="The page, or a folder for pages. [default: STEM.html here]")
@click.option("--as-is", is_flag=True, help="Draw documents that were parsed, and perhaps edited, before.")
@click.option(
    "--text",
    type=click.Choice(list(_EMBEDDED)),
    default="full",
    show_default=True,
    help="How much of the text the page holds.",
)
def map_command(output: str | None, as_is: bool, text: str, **common: Any) -> None:
    """Draw an annotated map of each text: one HTML file that needs no network.

    FILE is a text, or JSON Lines with a document a line; - is standard input. Several documents give
    a page each, named for its file or id, in the folder of -o.
    """
    request = Request(**common)
    articles = request.articles()
    first_two = list(islice(articles, 2))
    several = len(first_two) > 1
    path_of = _page_namer(output, several=several)
    parse = Article.as_document if as_is else request.parser()
    notes = Notes()
    with progress("pages") as counted:
        for article in counted(chain(first_two, articles)):
            path = path_of(article)
            if path != STDOUT:
                keep_inputs(path, request.files)
            with opened(path) as stream:
                document = notes.take(parse(article))
                stream.write(document.to_map(text=text).to_html().encode("utf-8", "replace"))
            where = "the page" if path == STDOUT else path
            embedded = "" if several else f", {_EMBEDDED[text]}"
            say(f"wrote {where}: {len(document.toponyms)} toponyms, {len(document.places)} places{embedded}.")
    if several:
        say(f"the pages are made {_EMBEDDED[text]}.")
    notes.report()


def _page_namer(output: str | None, *, several: bool) -> Callable[[Article], str]:
    """Decide where each article's page goes."""
    if output is None:
        folder = Path()
    elif Path(output).is_dir() or output.endswith(("/", os.sep)):
        folder = Path(output)
    elif not several:
        return lambda _: output
    elif output == STDOUT:
        raise click.UsageError("There are several documents: give -o a folder.")
    else:
        # OUT.html could hold one page only: the pages stand beside it, or in a folder of that name.
        folder = Path(output).parent if Path(output).suffix in (".html", ".htm") else Path(output)
    if not folder.is_dir():
        try:
            folder.mkdir()
        except OSError as error:
            raise output_error(str(folder), error) from error
    taken: dict[str, int] = {}

    def path_of(article: Article) -> str:
        stem = article.stem if article.record is None or article.id is None else safe_stem(article.id)
        return str(folder / f"{free_name(stem, taken)}.html")

    return path_of
