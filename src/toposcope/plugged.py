"""A recogniser of someone else's, plugged in: what it finds is checked, repaired and completed with demonyms."""

from collections.abc import Iterable, Sequence
from operator import index
from reprlib import repr as short_repr
from typing import Any, Protocol

from toposcope.document import Mention
from toposcope.errors import RecogniserError
from toposcope.gazetteer import Gazetteer
from toposcope.recognition import Recogniser
from toposcope.repair import BoundaryRepair

__all__ = ["PluggedRecogniser", "checked"]


class OwnRecogniser(Recogniser, Protocol):
    """What is needed of the package's own recogniser."""

    gazetteer: Gazetteer

    def is_demonym(self, name: str) -> bool:
        """Whether a name is an adjective or a people."""
        ...

    def recognise_many(self, texts: Sequence[str]) -> list[list[Mention]]:
        """Mentions of many texts, as one by one."""
        ...


class PluggedRecogniser:
    """Anything that finds place names, made to follow docs/ANNOTATION.md.

    Parameters
    ----------
    recogniser : Recogniser
        Anything with ``recognise(text) -> list[Mention]``; where it also has ``recognise_many(texts)``, which answers
        a list of these lists, that is used for many texts.
    own : OwnRecogniser
        The package's own recogniser: its gazetteer repairs boundaries, and the demonyms that it finds are added.
    demonyms : bool
        Whether adjectives and peoples ("Libyan", "Turks") are mentions.

    Raises
    ------
    RecogniserError
        If there is no method `recognise`; and from every call, if what it answers is no list of mentions that fit
        the text.
    """

    def __init__(self, recogniser: Recogniser, own: OwnRecogniser, *, demonyms: bool = True) -> None:
        if not callable(getattr(recogniser, "recognise", None)):
            raise RecogniserError(
                f"expected a recogniser, got {short_repr(recogniser)}, which has no method recognise.",
                "Give an object with recognise(text) -> list[Mention].",
            )
        self.recogniser = recogniser
        self.demonyms = demonyms
        self._own = own
        self._repair = BoundaryRepair(own.gazetteer, own.is_demonym)

    def __reduce__(self) -> tuple[Any, ...]:
        return _plugged, (self.recogniser, self._own, self.demonyms)

    def recognise(self, text: str) -> list[Mention]:
        """Mentions of a text, in reading order, neither nested nor overlapping."""
        return self._completed(
            text, self.recogniser.recognise(text), self._own.recognise(text) if self.demonyms else ()
        )

    def recognise_many(self, texts: Iterable[str]) -> list[list[Mention]]:
        """Mentions of many texts, in the batches that the recogniser itself makes of them."""
        texts = list(texts)
        many = getattr(self.recogniser, "recognise_many", None)
        if many is None:
            return [self.recognise(text) for text in texts]
        answers = list(many(texts))
        if len(answers) != len(texts):
            raise RecogniserError(
                f"the recogniser {_name(self.recogniser)} gave {len(answers)} answers to {len(texts)} texts.",
                "Its recognise_many must give one list of mentions for each text, in their order.",
            )
        owns = self._own.recognise_many(texts) if self.demonyms else [[] for _ in texts]
        return [self._completed(*each) for each in zip(texts, answers, owns, strict=True)]

    def _completed(self, text: str, found: Iterable[Mention], own: Iterable[Mention]) -> list[Mention]:
        mentions = self._repair(text, checked(text, found, self.recogniser))
        if not self.demonyms:
            return [mention for mention in mentions if not mention.demonym]
        return _merged(mentions, [mention for mention in own if mention.demonym])


def checked(text: str, found: Iterable[Mention], recogniser: object) -> list[Mention]:
    """What a recogniser answered, if it is mentions of the text.

    Parameters
    ----------
    text : str
        What it was asked about.
    found : iterable of Mention
        What it answered; numbers may be numpy's, and are made Python's.
    recogniser : object
        Named in errors.

    Raises
    ------
    RecogniserError
        If an answer is no mention, does not fit the text, or has a score that is not between 0 and 1.
    """
    name = _name(recogniser)
    if not isinstance(found, Iterable) or isinstance(found, (str, bytes)):
        raise RecogniserError(
            f"the recogniser {name} answered {short_repr(found)}, expected a list of mentions.",
            "recognise(text) must return a list of toposcope.Mention, empty where there is none.",
        )
    return [_checked(text, mention, number, name) for number, mention in enumerate(found, 1)]


def _checked(text: str, mention: object, number: int, name: str) -> Mention:
    what = f"the recogniser {name} gave, as mention {number}, {short_repr(mention)}"
    if not isinstance(mention, Mention):
        raise RecogniserError(f"{what}, expected a toposcope.Mention.", "Make each with Mention(text, start, end).")
    what = f"the recogniser {name} gave mention {number}, {short_repr(mention.text)} at {mention.start}:{mention.end}"
    try:
        start, end, score = index(mention.start), index(mention.end), float(mention.score)
    except (TypeError, ValueError):
        raise RecogniserError(
            f"{what}, whose offsets or score are no numbers.", "Offsets are int, the score is a float from 0 to 1."
        ) from None
    if not 0 <= start < end <= len(text):
        raise RecogniserError(
            f"{what}, which does not fit the text of {len(text)} characters.",
            "Give half-open code-point offsets into the text that recognise was given.",
        )
    if text[start:end] != mention.text:
        raise RecogniserError(
            f"{what}, but the text has {short_repr(text[start:end])} there.",
            "Count code points of the text as it was given, not bytes nor those of a cleaned copy.",
        )
    if not 0 <= score <= 1:
        raise RecogniserError(f"{what}, whose score is {score}.", "Give a score from 0 to 1.")
    return Mention(mention.text, start, end, score, bool(mention.demonym))


def _merged(mentions: list[Mention], more: list[Mention]) -> list[Mention]:
    """Both in reading order, without those of the second list that overlap one of the first; each list is in order."""
    merged: list[Mention] = []
    i = 0
    for extra in more:
        while i < len(mentions) and mentions[i].end <= extra.start:
            merged.append(mentions[i])
            i += 1
        if i == len(mentions) or mentions[i].start >= extra.end:
            merged.append(extra)
    return [*merged, *mentions[i:]]


def _name(recogniser: object) -> str:
    return type(recogniser).__name__


def _plugged(recogniser: Recogniser, own: OwnRecogniser, demonyms: bool) -> PluggedRecogniser:
    return PluggedRecogniser(recogniser, own, demonyms=demonyms)
