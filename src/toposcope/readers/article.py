"""What a reader hands on: a text, with what its file says about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from toposcope.document import Document
from toposcope.errors import InputError

__all__ = ["Article"]


@dataclass(frozen=True, slots=True)
class Article:
    """A text as it was read, not yet parsed.

    Parameters
    ----------
    text : str
        Exactly the text of the file: nothing is trimmed, no line end is changed.
    id, title, date, source : str or None
        What the file says of it.
    where : str
        How messages name it: ``"news.jsonl, line 3"``.
    stem : str
        Name of its file without folder and suffix.
    record : mapping or None
        The whole JSON object it came from; None for plain text.
    """

    text: str
    id: str | None = None
    title: str | None = None
    date: str | None = None
    source: str | None = None
    where: str = "text"
    stem: str = "text"
    record: Mapping[str, Any] | None = field(default=None, hash=False, repr=False)

    def spans(self) -> list[tuple[int, int]]:
        """Offsets of the toponyms that the file gives, in reading order, each once.

        Nothing else of them is looked at: gold data may carry any other keys.

        Raises
        ------
        InputError
            If the file gives no toponyms at all, or spans that lie outside the text, overlap,
            or do not hold the words they claim to hold.
        """
        if self.record is None or not isinstance(self.record.get("toponyms"), list):
            raise InputError(
                f"{self.where}: there are no toponyms to take spans from.",
                'Give JSON Lines such as {"text": "…", "toponyms": [{"start": 0, "end": 5}]}.',
            )
        spans = sorted({self._span(toponym) for toponym in self.record["toponyms"]})
        for (start, end), (next_start, next_end) in pairwise(spans):
            if next_start < end:
                raise InputError(
                    f"{self.where}: spans {start}:{end} and {next_start}:{next_end} overlap.",
                    "Give toponyms that stand apart, none inside another.",
                )
        return spans

    def _span(self, toponym: Any) -> tuple[int, int]:
        try:
            start, end = toponym["start"], toponym["end"]
        except (KeyError, TypeError) as error:
            raise InputError(
                f"{self.where}: a toponym has no start and end.", 'Expected {"start": 0, "end": 5}.'
            ) from error
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(self.text):
            raise InputError(
                f"{self.where}: span {start!r}:{end!r} does not fit a text of {len(self.text)} characters.",
                "Give half-open code-point offsets.",
            )
        claimed = toponym.get("text")
        if claimed is not None and claimed != self.text[start:end]:
            raise InputError(
                f"{self.where}: span {start}:{end} holds {self.text[start:end]!r}, not {claimed!r}.",
                "Count in code points of the text as it is, line ends included; not in bytes.",
            )
        return start, end

    def as_document(self) -> Document:
        """Return the document as it was parsed, and perhaps edited, before.

        Raises
        ------
        InputError
            If the file holds no parsed document.
        """
        if self.record is None or "toponyms" not in self.record:
            raise InputError(
                f"{self.where}: not a parsed document, it has no toponyms.",
                "Make one with: toposcope places FILE --format jsonl -o parsed.jsonl",
            )
        try:
            document = Document.from_dict(self.record)
        except InputError as error:
            raise InputError(f"{self.where}: {error.message}", error.remedy) from error
        return replace(document, id=self.id, title=self.title, date=self.date, source=self.source)
