"""The whole way from a text to a document: recognition, resolution, roles."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from toposcope._version import __version__
from toposcope.candidates import GazetteerSpec, Lookup, open_gazetteer
from toposcope.document import Document, Mention, Provenance
from toposcope.errors import InputError
from toposcope.plugged import PluggedRecogniser
from toposcope.recognition import CRFRecogniser, Recogniser
from toposcope.resolution import DEFAULT_THRESHOLD, LinearResolver, Resolver
from toposcope.roles import assign_roles

__all__ = ["DEFAULT_THRESHOLD", "Geoparser", "geoparse"]


class Geoparser:
    """Finds the places of texts.

    Parameters
    ----------
    gazetteer : str, path or list of these
        What :func:`toposcope.open_gazetteer` takes.
    recogniser : Recogniser, optional
        Anything with ``recognise(text) -> list[Mention]``; the package's own by default. What others find is
        repaired: see :class:`toposcope.plugged.PluggedRecogniser`.
    resolver : Resolver, optional
        Anything with ``resolve(text, mentions) -> list[Toponym]``; the package's own by default.
    geocoder : None
        Reserved for online geocoders.
    threshold : float
        Score from 0 to 1 from which a toponym counts as resolved; under it, it is ambiguous. A `resolver` that is
        given has its own.
    demonyms : bool
        Whether adjectives and peoples ("Libyan", "Turks") are mentions.
    home : None
        Reserved for a region that the texts are from.

    Raises
    ------
    GazetteerError
        If the gazetteer cannot be opened.
    InputError
        If the threshold is not between 0 and 1.

    Examples
    --------
    >>> parser = Geoparser()
    >>> [t.place.country_code for t in parser("From Tripoli to Benghazi, Libya.").toponyms]
    ['LY', 'LY', 'LY']
    """

    def __init__(
        self,
        *,
        gazetteer: GazetteerSpec = "embedded",
        recogniser: Recogniser | None = None,
        resolver: Resolver | None = None,
        geocoder: None = None,
        threshold: float = DEFAULT_THRESHOLD,
        demonyms: bool = True,
        home: str | None = None,
    ) -> None:
        if not 0 <= threshold <= 1:
            raise InputError(f"threshold {threshold} is not between 0 and 1.", "Give a share such as 0.5.")
        if geocoder is not None or home is not None:
            option = "geocoder" if geocoder is not None else "home"
            raise InputError(f"the option {option!r} is not supported yet.", "Leave it out.")
        self.lookup: Lookup = open_gazetteer(gazetteer)
        # A resolver of the caller's own decides by its own threshold.
        self.threshold: float = getattr(resolver, "threshold", threshold)
        self.demonyms = demonyms
        self._own = CRFRecogniser(self.lookup.gazetteer, demonyms=demonyms)
        self._recogniser: Recogniser = self._own
        if recogniser is not None:
            foreign = not isinstance(recogniser, type(self._own))
            self._recogniser = PluggedRecogniser(recogniser, self._own, demonyms=demonyms) if foreign else recogniser
        self._resolver: Resolver = LinearResolver(self.lookup, threshold=threshold) if resolver is None else resolver

    def __call__(
        self,
        text: str,
        *,
        id: str | None = None,  # noqa: A002 - the field's name in the JSON contract
        title: str | None = None,
        date: str | None = None,
        source: str | None = None,
    ) -> Document:
        """Find the places of one text.

        Parameters
        ----------
        text : str
            Any text; English is what the package understands.
        id, title, date, source : str, optional
            Kept in the document. The title is not searched.

        Raises
        ------
        InputError
            If the text is not a string.
        """
        return self._document(text, self.mentions(text), id=id, title=title, date=date, source=source)

    def resolve(
        self,
        text: str,
        spans: Iterable[tuple[int, int]],
        *,
        id: str | None = None,  # noqa: A002
        title: str | None = None,
        date: str | None = None,
        source: str | None = None,
    ) -> Document:
        """Find the places of names whose spans are given.

        Each distinct span is answered exactly once, boundaries unchanged, and nothing else is returned; the package
        still looks for other names, because they tell which place is meant.

        Parameters
        ----------
        text : str
            The text.
        spans : iterable of (int, int)
            Half-open code-point offsets; they must not overlap.

        Raises
        ------
        InputError
            If a span does not fit the text or overlaps another.
        """
        given = set(spans)
        document = self._document(text, self.mentions(text, given), id=id, title=title, date=date, source=source)
        wanted = tuple(t for t in document.toponyms if (t.mention.start, t.mention.end) in given)
        return replace(document, toponyms=wanted)

    def mentions(self, text: str, spans: Iterable[tuple[int, int]] = ()) -> list[Mention]:
        """The names that the parser looks at: those given, and those that it finds beside them.

        Parameters
        ----------
        text : str
            The text.
        spans : iterable of (int, int)
            Spans of given names; what the recogniser finds there gives way.

        Raises
        ------
        InputError
            If a span does not fit the text or overlaps another.
        """
        given = self._given(_checked(text), spans)
        found = self._recogniser.recognise(text)
        return sorted([*given, *(m for m in found if not _overlaps(m, given))], key=lambda m: m.start)

    def pipe(self, texts: Iterable[str]) -> Iterator[Document]:
        """Documents of many texts, one by one and in order."""
        return (self(text) for text in texts)

    @property
    def provenance(self) -> Provenance:
        """What made the documents of this parser."""
        gazetteer = self.lookup.gazetteer
        return Provenance(__version__, gazetteer.name, gazetteer.hash, self.threshold)

    def _given(self, text: str, spans: Iterable[tuple[int, int]]) -> list[Mention]:
        given: list[Mention] = []
        for start, end in sorted(set(spans)):
            if not 0 <= start < end <= len(text):
                raise InputError(
                    f"span {start}:{end} does not fit the text of {len(text)} characters.",
                    "Give half-open code-point offsets.",
                )
            if given and start < given[-1].end:
                raise InputError(
                    f"span {start}:{end} overlaps {given[-1].start}:{given[-1].end}.", "Give spans that do not overlap."
                )
            name = text[start:end]
            given.append(Mention(name, start, end, 1.0, self._own.is_demonym(name)))
        return given

    def _document(
        self,
        text: str,
        mentions: Sequence[Mention],
        *,
        id: str | None,  # noqa: A002
        title: str | None,
        date: str | None,
        source: str | None,
    ) -> Document:
        toponyms = assign_roles(text, self._resolver.resolve(text, mentions), self.lookup.gazetteer)
        return Document(
            text=text,
            toponyms=tuple(toponyms),
            id=id,
            title=title,
            date=date,
            source=source,
            provenance=self.provenance,
        )


@cache
def default_geoparser() -> Geoparser:
    """The parser that is used where none is given: opened at the first call, then kept."""
    return Geoparser()


def geoparse(
    text: str,
    *,
    id: str | None = None,  # noqa: A002
    title: str | None = None,
    date: str | None = None,
    source: str | None = None,
) -> Document:
    """Find the places of a text with the default :class:`Geoparser`, which is made at the first call.

    Parameters
    ----------
    text : str
        An English text.
    id, title, date, source : str, optional
        Kept in the document.

    Returns
    -------
    Document
        Its toponyms with places, scores and roles; ``.to_map()`` draws them.

    Examples
    --------
    >>> geoparse("Moscow denied it.").toponyms[0].role.value
    'actor'
    """
    return default_geoparser()(text, id=id, title=title, date=date, source=source)


def _checked(text: str) -> str:
    if not isinstance(text, str):
        raise InputError(f"expected a text, got {type(text).__name__}.", "Decode bytes first: data.decode('utf-8').")
    return text


def _overlaps(mention: Mention, given: Sequence[Mention]) -> bool:
    """Whether a mention touches any of these, which are in order and apart."""
    after = bisect_left(given, mention.end, key=lambda g: g.start)
    return after > 0 and given[after - 1].end > mention.start
