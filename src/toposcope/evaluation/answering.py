"""Let a parser answer a gold document: from its text alone, or told where the toponyms are."""

from collections.abc import Iterable
from typing import Protocol

from toposcope.document import Document
from toposcope.evaluation.corpus import AnnotatedDocument, Annotation

__all__ = ["Parser", "answer"]


class Parser(Protocol):
    """What can be evaluated: a :class:`toposcope.Geoparser`, or anything with its two methods."""

    def __call__(
        self,
        text: str,
        *,
        id: str | None = None,  # noqa: A002 - the word of the contract
        title: str | None = None,
        date: str | None = None,
        source: str | None = None,
    ) -> Document:
        """Find and place the toponyms of a text."""

    def resolve(
        self,
        text: str,
        spans: Iterable[tuple[int, int]],
        *,
        id: str | None = None,  # noqa: A002 - the word of the contract
        title: str | None = None,
        date: str | None = None,
        source: str | None = None,
    ) -> Document:
        """Place the toponyms at given spans, each exactly once."""


def answer(parser: Parser, gold: AnnotatedDocument, *, given_spans: bool = False) -> AnnotatedDocument:
    """Parse the text of a gold document.

    Parameters
    ----------
    parser : Parser
        A geoparser.
    gold : AnnotatedDocument
        Only its text, id, title, date and source are shown to the parser, and with ``given_spans`` its spans.
    given_spans : bool
        Tell the parser where the toponyms are.
    """
    told = {"id": gold.id, "title": gold.title, "date": gold.date, "source": gold.source}
    if not given_spans:
        return AnnotatedDocument.of(parser(gold.text, **told))
    annotations: list[Annotation] = []
    for spans in _layers(gold.annotations):
        annotations.extend(AnnotatedDocument.of(parser.resolve(gold.text, spans, **told)).annotations)
    return AnnotatedDocument(gold.id, gold.text, tuple(annotations))


def _layers(annotations: Iterable[Annotation]) -> list[list[tuple[int, int]]]:
    """Lay out spans in as few layers as needed for none to overlap in one: gold may nest, a document's toponyms not."""
    layers: list[list[tuple[int, int]]] = [[]]
    for start, end in sorted({(a.start, a.end) for a in annotations}):
        free = next((layer for layer in layers if not layer or layer[-1][1] <= start), None)
        if free is None:
            free = []
            layers.append(free)
        free.append((start, end))
    return layers
