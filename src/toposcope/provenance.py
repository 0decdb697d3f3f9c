"""The line that says what made an export, and whose data is in it."""

from collections.abc import Iterable, Iterator

from toposcope.document import Document, Provenance

__all__ = ["CREDIT", "Colophon", "provenance_line"]

#: GeoNames asks for credit under CC BY 4.0; the other sources stand with each place.
CREDIT = "Place data: GeoNames (https://www.geonames.org), CC BY 4.0, and the source named with each place"


def provenance_line(documents: Iterable[Document]) -> str:
    """Say in one line what made documents that are exported together.

    Parameters
    ----------
    documents : iterable of Document
        None is fine.

    Returns
    -------
    str
        Versions, gazetteer with its hash, threshold, the text's SHA-256 (or how many texts), and
        whether anybody has checked the places.
    """
    colophon = Colophon()
    for _ in colophon.watch(documents):
        pass
    return colophon.line()


class Colophon:
    """Gathers what `provenance_line` says while documents stream by, and keeps none of them."""

    def __init__(self) -> None:
        self._makers: dict[Provenance | None, None] = {}
        self._texts = 0
        self._hash = ""
        self._fixed = 0

    def watch(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Pass documents through, taking note of each."""
        for document in documents:
            if self._texts == 0:
                self._hash = document.text_sha256
            self._texts += 1
            self._makers[document.provenance] = None
            self._fixed += sum(t.fixed for t in document.toponyms)
            yield document

    def line(self) -> str:
        """Return the line for all documents that passed so far."""
        return "; ".join(
            [
                *map(_maker, self._makers),
                f"text SHA-256 {self._hash}" if self._texts == 1 else f"{self._texts} texts",
                f"{self._fixed} placed by an editor, the rest by machine, not verified"
                if self._fixed
                else "placed by machine, not verified",
            ]
        )


def _maker(maker: Provenance | None) -> str:
    if maker is None:
        return "made by hand or by an unknown version"
    return (
        f"Toposcope {maker.toposcope}; gazetteer {maker.gazetteer}, SHA-256 {maker.gazetteer_hash}; "
        f"threshold {maker.threshold:g}"
    )
