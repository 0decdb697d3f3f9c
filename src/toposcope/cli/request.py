"""The options that the commands share, and what they ask for."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from toposcope import readers
from toposcope.document import Document
from toposcope.errors import OutputError
from toposcope.readers import Article

__all__ = ["Request", "gazetteer_option", "gazetteer_spec", "keep_inputs", "request_options"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Request:
    """Which texts to read, and how to parse them: the values of `request_options`."""

    files: tuple[str, ...]
    gazetteer: tuple[str, ...]
    home: str | None
    title: str | None
    date: str | None
    source: str | None
    input_format: str | None

    def articles(self) -> Iterator[Article]:
        """Read all files; that each can be opened is known before the first is read."""
        if self.files.count(readers.STDIN) > 1:
            raise click.UsageError("Standard input (-) can be read once only.")
        for path in self.files:
            readers.check(path)
        return self._articles()

    def parser(self, *, given_spans: bool = False) -> Callable[[Article], Document]:
        """Make the function that parses an article."""
        from toposcope.pipeline import Geoparser

        geoparser = Geoparser(gazetteer=gazetteer_spec(self.gazetteer), home=self.home)

        def parse(article: Article) -> Document:
            about = {"id": article.id, "title": article.title, "date": article.date, "source": article.source}
            if given_spans:
                return geoparser.resolve(article.text, article.spans(), **about)
            return geoparser(article.text, **about)

        return parse

    def _articles(self) -> Iterator[Article]:
        stems = Counter(Path(path).stem for path in self.files)
        for path in self.files:
            for article in readers.read(path, input_format=self.input_format):
                same_stem = article.record is None and stems[Path(path).stem] > 1
                yield replace(
                    article,
                    id=Path(path).as_posix() if same_stem else article.id,
                    title=article.title if self.title is None else self.title,
                    date=article.date if self.date is None else self.date,
                    source=article.source if self.source is None else self.source,
                )


gazetteer_option = click.option(
    "--gazetteer",
    multiple=True,
    metavar="NAME|PATH",
    help="Look names up here; repeat it to lay one over another. [default: embedded]",
)


def gazetteer_spec(names: tuple[str, ...]) -> str | list[str]:
    """Turn the values of `gazetteer_option` into what `open_gazetteer` takes."""
    if len(names) > 1:
        return list(names)
    return names[0] if names else "embedded"


def request_options(command: _Command) -> _Command:
    """Give a command the arguments and options of a `Request`."""
    options = [
        click.argument("files", nargs=-1, required=True, metavar="FILE..."),
        gazetteer_option,
        click.option(
            "--home",
            metavar="PLACE|source",
            help="Where the texts are from, as a hint: a place; 'source' for what earlier texts of their source told.",
        ),
        click.option("--title", help="Title of the text."),
        click.option("--date", help="Date of the text."),
        click.option("--source", help="Where the text comes from: a newspaper, a URL."),
        click.option(
            "--input-format",
            type=click.Choice(readers.FORMATS),
            help="What FILE holds. [default: its suffix tells; standard input is text]",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def keep_inputs(output: str, files: Iterable[str]) -> None:
    """Refuse to write a result over one of the files that it is made from."""
    for path in files:
        if path != readers.STDIN and Path(output).is_file() and Path(path).samefile(output):
            raise OutputError(f"{output} is an input: the result would overwrite it.", "Choose another name with -o.")
