"""Label schemes of token classification: what a label says, and spans from a label for each word."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

__all__ = ["PEOPLE_TYPES", "PLACE_TYPES", "Span", "Tag", "spans", "tag"]

#: Types of entity that are places, in the spellings of OntoNotes, CoNLL, ACE, WNUT, GMB, Few-NERD and their like.
PLACE_TYPES = frozenset(
    "LOC LOCATION LOCATIONS GPE GEO GEOLOC GEOGRAPHY FAC FACILITY BUILDING PLACE PLACES TOPONYM CITY TOWN STATE "
    "COUNTRY CONTINENT".split()
)
#: Types that hold peoples among others.
PEOPLE_TYPES = frozenset({"NORP", "NATIONALITY"})

#: What the letters of BIO, IOB, BILOU, BIOES and BMEWO say.
_BEGINS, _ENDS, _SINGLE = frozenset("B"), frozenset("LE"), frozenset("USW")  # what is inside has I or M


class Tag(NamedTuple):
    """What a label says.

    Parameters
    ----------
    position : str
        ``"B"`` begins an entity, ``"I"`` goes on with one (or begins it where none of its type does), ``"L"`` is its
        last word, ``"U"`` its only one; ``"O"`` is no entity.
    kind : str
        Type of entity in capitals: "LOC", "LOCATION-PARK"; empty for "O".
    """

    position: str
    kind: str

    @property
    def family(self) -> str:
        """The type without what parts it further: "LOCATION" of "LOCATION-PARK"."""
        return self.kind.split("-", 1)[0]


class Span(NamedTuple):
    """Words ``first:last`` of one entity."""

    first: int
    last: int
    kind: str


def tag(label: str) -> Tag:
    """Read a label: "B-LOC", "I_GPE", "U-FAC", "loc", "LOC-B" or "O".

    Examples
    --------
    >>> tag("S-location-park"), tag("geo-loc")
    (Tag(position='U', kind='LOCATION-PARK'), Tag(position='I', kind='GEO-LOC'))
    """
    parts = label.replace("_", "-").replace("/", "-").upper().split("-")
    if parts in (["O"], [""], ["OUT"], ["OTHER"]):
        return Tag("O", "")
    position = "I"
    if len(parts) > 1 and len(parts[0]) == 1:
        position, parts = parts[0], parts[1:]
    elif len(parts) > 1 and len(parts[-1]) == 1:
        position, parts = parts[-1], parts[:-1]
    kind = "-".join(parts)
    if position in _SINGLE:
        return Tag("U", kind)
    if position in _ENDS:
        return Tag("L", kind)
    return Tag("B" if position in _BEGINS else "I", kind)


def spans(tags: Sequence[Tag]) -> Iterator[Span]:
    """Entities in a sequence of words.

    Models contradict themselves: an entity that goes on where none was begun begins there, and one that changes its
    type ends.

    Examples
    --------
    >>> list(spans([Tag("I", "LOC"), Tag("I", "LOC"), Tag("B", "LOC"), Tag("O", "")]))
    [Span(first=0, last=2, kind='LOC'), Span(first=2, last=3, kind='LOC')]
    """
    first, kind = 0, ""  # of the open entity; none is open while its type is empty
    for i, (position, new) in enumerate(tags):
        if kind and (new != kind or position in "BU"):
            yield Span(first, i, kind)
            kind = ""
        if new and not kind:
            first, kind = i, new
        if kind and position in "LU":
            yield Span(first, i + 1, kind)
            kind = ""
    if kind:
        yield Span(first, len(tags), kind)
