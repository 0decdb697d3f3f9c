"""The whole way from a text to a document: recognition, resolution, roles."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from functools import cache
from itertools import repeat
from operator import index

from toposcope._version import __version__
from toposcope.candidates import GazetteerSpec, Lookup, open_gazetteer
from toposcope.coordinates import find_coordinates, toponym_of
from toposcope.document import Document, Mention, Place, Provenance, Toponym
from toposcope.errors import InputError
from toposcope.home import FROM_SOURCE, Home, SourceHistory, home_at
from toposcope.phrases import find_phrases
from toposcope.plugged import PluggedRecogniser
from toposcope.recognition import CRFRecogniser, Recogniser
from toposcope.resolution import DEFAULT_THRESHOLD, LinearResolver, Resolver
from toposcope.roles import assign_roles

__all__ = ["DEFAULT_THRESHOLD", "Geoparser", "geoparse"]


_BATCH_CHARACTERS = 120_000  # some 20,000 words, from where on larger batches gain nothing
_BATCH_TEXTS = 1000


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
    home : str, optional
        Where the texts are from, as a hint: the name of a town or region ("Athens, Georgia", "Texas"); or ``"source"``
        for what earlier texts of the same `source` were resolved to (of a URL, its host counts). Such a parser
        remembers: its answers depend on what it has read before. `home_place` is the place that a name was taken for:
        "Georgia" is the country, "Georgia, USA" the state.

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
        if geocoder is not None:
            raise InputError("the option 'geocoder' is not supported yet.", "Leave it out.")
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
        self.home = home
        self.home_place: Place | None = None
        self._history = SourceHistory(self.lookup.gazetteer) if home == FROM_SOURCE else None
        self._home = None if home is None or self._history else self._home_named(home)
        if home is not None and not isinstance(self._resolver, LinearResolver):
            raise InputError("'home' is a hint to the package's own resolver.", "Leave out 'home' or 'resolver'.")

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
        return self._document(text, (), id=id, title=title, date=date, source=source)

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
        given = _spans(spans)
        document = self._document(text, given, id=id, title=title, date=date, source=source)
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
        found = self._wanted(self._recogniser.recognise(text))
        return sorted([*given, *(m for m in found if not _overlaps(m, given))], key=lambda m: m.start)

    def pipe(self, texts: Iterable[str], *, sources: Iterable[str | None] | None = None) -> Iterator[Document]:
        """Documents of many texts, in order; several times as fast as one call a text, with the same results.

        Parameters
        ----------
        texts : iterable of str
            Read as it goes, some 20,000 words ahead.
        sources : iterable of str or None, optional
            Where each text is from, as many as there are texts. With ``home="source"`` texts are read one by one,
            since each tells of the home of the next.

        Raises
        ------
        InputError
            If a text is not a string, or there are more texts than sources; the documents of all before it have come
            by then.
        """
        given = repeat(None) if sources is None else iter(sources)
        batch: list[tuple[str, str | None]] = []
        size = 0
        reading = iter(texts)
        while True:
            try:
                text = _checked(next(reading))
                batch.append((text, _next_source(given)))
            except StopIteration:
                break
            except Exception:
                yield from self._documents(batch)
                raise
            size += len(text)
            if size >= _BATCH_CHARACTERS or len(batch) >= _BATCH_TEXTS:
                yield from self._documents(batch)
                batch, size = [], 0
        yield from self._documents(batch)

    @property
    def provenance(self) -> Provenance:
        """What made the documents of this parser."""
        gazetteer = self.lookup.gazetteer
        return Provenance(__version__, gazetteer.name, gazetteer.hash, self.threshold)

    def _given(self, text: str, spans: Iterable[tuple[int, int]]) -> list[Mention]:
        given: list[Mention] = []
        for start, end in sorted(_spans(spans)):
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

    def _home_named(self, name: str) -> Home:
        """The home that a name stands for, its first part in the others: "Athens, Georgia"."""
        mentions = [Mention(m[0], m.start(), m.end()) for m in re.finditer(r"[^\s,][^,]*", name)]
        toponyms = LinearResolver(self.lookup).resolve(name, mentions)
        place = toponyms[0].place if toponyms else None
        number = None if place is None else self.lookup.gazetteer.index_of(place.id)
        if number is None:
            raise InputError(
                f"home {name!r} is no place that the gazetteer knows.",
                f'Give a name such as "Texas" or "Athens, Georgia", or "{FROM_SOURCE}" for what a source told before.',
            )
        self.home_place = place
        return home_at(number)

    def _document(
        self,
        text: str,
        spans: Iterable[tuple[int, int]],
        *,
        id: str | None,  # noqa: A002
        title: str | None,
        date: str | None,
        source: str | None,
    ) -> Document:
        mentions = self.mentions(text, spans)
        if isinstance(self._resolver, LinearResolver):
            home = self._home if self._history is None else self._history.home(source)
            toponyms = self._resolver.resolve(text, mentions, home=home)
        else:
            toponyms = self._resolver.resolve(text, mentions)
        if self._history is not None:
            self._history.add(source, toponyms)
        return self._finished(text, toponyms, set(spans), id=id, title=title, date=date, source=source)

    def _documents(self, batch: Sequence[tuple[str, str | None]]) -> Iterator[Document]:
        """Documents of texts and their sources, recognised and resolved together where that can be."""
        recognise_many = getattr(self._recogniser, "recognise_many", None)
        if recognise_many is None or not isinstance(self._resolver, LinearResolver) or self._history is not None:
            yield from (self(text, source=source) for text, source in batch)
            return
        texts = [text for text, _ in batch]
        mentions = [self._wanted(found) for found in recognise_many(texts)]
        resolved = self._resolver.resolve_many(zip(texts, mentions, strict=True), home=self._home)
        for (text, source), toponyms in zip(batch, resolved, strict=True):
            yield self._finished(text, toponyms, set(), source=source)

    def _wanted(self, mentions: Iterable[Mention]) -> list[Mention]:
        return [m for m in mentions if self.demonyms or not m.demonym]

    def _finished(
        self, text: str, toponyms: Sequence[Toponym], given: Set[tuple[int, int]], **about: str | None
    ) -> Document:
        """The document of resolved toponyms, with roles, wording of distance, and the coordinates that it writes."""
        done = assign_roles(text, toponyms, self.lookup.gazetteer)
        phrases = find_phrases(text, [t.mention for t in done])
        done = [t if phrase is None else replace(t, phrase=phrase) for t, phrase in zip(done, phrases, strict=True)]
        written = [toponym_of(point, text) for point in find_coordinates(text)]
        if written:
            done = _with_coordinates(done, written, given)
        return Document(text=text, toponyms=tuple(done), provenance=self.provenance, **about)


def _with_coordinates(
    toponyms: Sequence[Toponym], written: Sequence[Toponym], given: Set[tuple[int, int]]
) -> list[Toponym]:
    """All in reading order; a name inside coordinates gives way to them, they to a given span that is not theirs."""
    names = [t.mention for t in toponyms if (t.mention.start, t.mention.end) in given]
    points = [t for t in written if (t.mention.start, t.mention.end) in given or not _overlaps(t.mention, names)]
    spans = [t.mention for t in points]
    return sorted([*points, *(t for t in toponyms if not _overlaps(t.mention, spans))], key=lambda t: t.mention.start)


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


def _spans(spans: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Pairs of whole numbers, whatever they came in: lists of JSON, rows of an array."""
    try:
        return {(index(start), index(end)) for start, end in spans}
    except (TypeError, ValueError) as error:
        raise InputError(
            f"spans are not pairs of whole numbers: {error}.", "Give half-open code-point offsets: [(0, 5), (9, 14)]."
        ) from error


def _next_source(sources: Iterator[str | None]) -> str | None:
    try:
        return next(sources)
    except StopIteration:
        raise InputError("there are more texts than sources.", "Give one source, or None, for each text.") from None


def _checked(text: str) -> str:
    if not isinstance(text, str):
        raise InputError(f"expected a text, got {type(text).__name__}.", "Decode bytes first: data.decode('utf-8').")
    return text


def _overlaps(mention: Mention, given: Sequence[Mention]) -> bool:
    """Whether a mention touches any of these, which are in order and apart."""
    after = bisect_left(given, mention.end, key=lambda g: g.start)
    return after > 0 and given[after - 1].end > mention.start
