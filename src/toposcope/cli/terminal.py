"""How the commands speak: messages, progress and results on standard output."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import BinaryIO, TypeVar

import click

from toposcope.document import Document
from toposcope.errors import ToposcopeError
from toposcope.files import output_error, replacing
from toposcope.language import plainly_not_english
from toposcope.writers.table import printable

__all__ = ["STDOUT", "Notes", "opened", "progress", "say", "standard_output"]

_T = TypeVar("_T")

#: What -o takes for standard output.
STDOUT = "-"
#: Work shorter than this shows no progress.
_PATIENCE_SECONDS = 1.0


def say(message: str) -> None:
    """Write one line to stderr, whatever the message holds."""
    click.echo(f"toposcope: {printable(message)}", err=True)


def opened(output: str | None) -> AbstractContextManager[BinaryIO]:
    """Open what -o names, to be written as a whole; standard output where it names nothing."""
    return standard_output() if output is None or output == STDOUT else replacing(output)


@contextmanager
def standard_output() -> Iterator[BinaryIO]:
    """Give standard output as bytes, so that results are UTF-8 whatever the locale is."""
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except (BrokenPipeError, ToposcopeError):
        raise
    except OSError as error:
        raise output_error("standard output", error) from error


class Notes:
    """What the reader of the results should know of the texts, gathered while they pass."""

    def __init__(self) -> None:
        self._total = 0
        self._findings: Counter[str] = Counter()

    def take(self, document: Document) -> Document:
        """Look at a document and pass it on."""
        self._total += 1
        if not document.text.strip():
            self._findings["empty"] += 1
        elif not document.toponyms:
            self._findings["without any place name"] += 1
        if plainly_not_english(document.text):
            self._findings["plainly not in English, the language that Toposcope reads: expect little"] += 1
        return document

    def report(self) -> None:
        """Say what was found, in a line each."""
        if not self._total:
            say("the input holds no documents.")
        for finding, count in self._findings.items():
            which = "the text is" if self._total == 1 else f"{count} of {self._total} texts are"
            say(f"{which} {finding}.")


@contextmanager
def progress(unit: str, *, shown: bool = True) -> Iterator[Callable[[Iterable[_T]], Iterator[_T]]]:
    """Give a function that counts what passes; on a terminal, and on long work, the count is shown.

    Parameters
    ----------
    unit : str
        What is counted, in the plural.
    shown : bool
        False where the results themselves go to the terminal.
    """
    if not (shown and sys.stderr.isatty()):
        yield iter
        return
    from threading import Timer

    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed} {task.description}"), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(unit, total=None)
    timer = Timer(_PATIENCE_SECONDS, bar.start)
    timer.daemon = True
    timer.start()

    def counted(items: Iterable[_T]) -> Iterator[_T]:
        for item in items:
            yield item
            bar.advance(task)

    try:
        yield counted
    finally:
        timer.cancel()
        timer.join()
        if bar.live.is_started:
            bar.stop()
