"""Place names that a spaCy pipeline finds.

>>> from toposcope import Geoparser
>>> from toposcope.integrations.spacy import SpacyRecogniser
>>> parser = Geoparser(recogniser=SpacyRecogniser("en_core_web_sm"))  # doctest: +SKIP

Its entities are taken as they are; the parser repairs their boundaries and adds the demonyms that spaCy left out.
Needs the extra ``toposcope[spacy]`` and a pipeline: ``python -m spacy download en_core_web_sm``.
"""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toposcope.candidates import GazetteerSpec, open_gazetteer
from toposcope.document import Mention
from toposcope.errors import InputError, MissingExtraError, RecogniserError, RecogniserNotFoundError
from toposcope.integrations._passages import encodable, passages
from toposcope.repair import is_people

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

__all__ = ["PEOPLE_LABELS", "PLACE_LABELS", "SpacyRecogniser"]

#: Entity labels of places in spaCy's own pipelines: those trained on OntoNotes have all three, others LOC alone.
PLACE_LABELS = frozenset({"GPE", "LOC", "FAC"})
#: Nationalities, and with them religions and parties.
PEOPLE_LABELS = frozenset({"NORP"})

#: Components of spaCy's own pipelines that entities do not need.
_UNUSED = ("tagger", "morphologizer", "parser", "senter", "attribute_ruler", "lemmatizer")


class SpacyRecogniser:
    """Finds place names with a spaCy pipeline.

    Parameters
    ----------
    pipeline : str, path or spacy.Language
        The name of an installed pipeline ("en_core_web_sm"), the folder of one, or one that is loaded already.
    labels : collection of str
        Entity labels that stand for places.
    people_labels : collection of str
        Entity labels that stand for peoples: what the gazetteer lists as one is a demonym, the rest (religions,
        parties) is left out.
    gazetteer : str, path or list of these
        Whose demonyms count; what :func:`toposcope.open_gazetteer` takes.
    batch_size : int
        Texts that spaCy works on at a time.

    Raises
    ------
    MissingExtraError
        If spaCy is not installed.
    RecogniserNotFoundError
        If there is no such pipeline.
    RecogniserError
        If it cannot be loaded, or can find no entities.

    Notes
    -----
    Of a pipeline given by name or folder, spaCy's components that have nothing to do with entities (tagger, parser,
    lemmatizer) are left out; load it yourself where an entity component of your own needs them.

    spaCy says nothing of how sure it is: every score is 1.
    """

    def __init__(
        self,
        pipeline: "str | Path | Language",
        *,
        labels: Collection[str] = PLACE_LABELS,
        people_labels: Collection[str] = PEOPLE_LABELS,
        gazetteer: GazetteerSpec = "embedded",
        batch_size: int = 64,
    ) -> None:
        self.labels = _label_set(labels)
        self.people_labels = _label_set(people_labels)
        self.batch_size = batch_size
        self._nlp = _loaded(pipeline) if isinstance(pipeline, (str, Path)) else _checked(pipeline)
        self._gazetteer = open_gazetteer(gazetteer).gazetteer

    def recognise(self, text: str) -> list[Mention]:
        """Entities of a text that are places or peoples, as spaCy bounds them.

        Parameters
        ----------
        text : str
            Any text; what is longer than the pipeline's ``max_length`` is cut at paragraph ends.
        """
        return self.recognise_many([text])[0]

    def recognise_many(self, texts: Iterable[str]) -> list[list[Mention]]:
        """Entities of many texts, in spaCy's batches: a list for each text, in their order."""
        texts = list(texts)
        found: list[list[Mention]] = [[] for _ in texts]
        pieces = (
            (encodable(passage), (number, offset))
            for number, text in enumerate(texts)
            for offset, passage in passages(text, self._nlp.max_length)
        )
        for doc, (number, offset) in self._nlp.pipe(pieces, as_tuples=True, batch_size=self.batch_size):
            found[number] += self._mentions(doc, texts[number], offset)
        return found

    def _mentions(self, doc: "Doc", text: str, offset: int) -> list[Mention]:
        mentions = []
        for entity in doc.ents:
            start, end = offset + entity.start_char, offset + entity.end_char
            name = text[start:end]
            demonym = entity.label_ in self.people_labels and is_people(self._gazetteer, name)
            if entity.label_ in self.labels or demonym:
                mentions.append(Mention(name, start, end, demonym=demonym))
        return mentions


def _label_set(labels: Collection[str]) -> frozenset[str]:
    if isinstance(labels, str):
        raise InputError(f"expected several labels, got the text {labels!r}.", f"Give a collection: {{{labels!r}}}.")
    return frozenset(labels)


def _loaded(pipeline: str | Path) -> Any:
    try:
        import spacy
    except ImportError as error:
        raise MissingExtraError(
            "SpacyRecogniser needs spaCy, which is not installed.", "Install it: pip install 'toposcope[spacy]'"
        ) from error
    try:
        nlp = spacy.load(pipeline, exclude=_UNUSED)
    except OSError as error:
        if Path(pipeline).exists():
            raise RecogniserError(
                f"the folder {str(pipeline)!r} holds no spaCy pipeline ({_line(error)}).",
                "Give a folder that nlp.to_disk wrote.",
            ) from error
        raise RecogniserNotFoundError(
            f"spaCy has no pipeline {str(pipeline)!r}.",
            f"Install it: python -m spacy download {pipeline}; or give the folder of one.",
        ) from error
    except (ImportError, ValueError) as error:  # another version's settings, or components of a package not installed
        raise RecogniserError(
            f"spaCy cannot load the pipeline {str(pipeline)!r}: {_line(error)}.",
            "Check it: python -m spacy validate",
        ) from error
    return _checked(nlp)


def _checked(nlp: Any) -> Any:
    if not callable(getattr(nlp, "pipe", None)) or not hasattr(nlp, "max_length"):
        raise RecogniserError(
            f"expected a spaCy pipeline, got {type(nlp).__name__}.",
            'Give its name, its folder, or what spacy.load("…") returns.',
        )
    if not nlp.pipe_names:
        raise RecogniserError(
            "the spaCy pipeline has no component that could find entities.",
            'Give one that has, such as "en_core_web_sm".',
        )
    return nlp


def _line(error: Exception) -> str:
    """The first line of a message, without its full stop."""
    return str(error).strip().split("\n", 1)[0].rstrip(".")
