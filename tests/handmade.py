"""Places and toponyms made by hand, for tests that need no gazetteer."""

from dataclasses import replace

from toposcope.document import Candidate, Document, Mention, Place, Provenance, Role, Status, Toponym

NADI = Place(
    "geonames:2202064", "Nadi", -17.80309, 177.41617, "P", "PPL", "FJ", "Western", None, 42284, None, 5.0, "made up 1"
)
APIA = Place(
    "geonames:4035413",
    "Apia",
    -13.83333,
    -171.76666,
    "P",
    "PPLC",
    "WS",
    "Tuamasaga",
    None,
    40407,
    None,
    4.9,
    "made up 1",
)
FIJI = Place(
    "geonames:2205218", "Fiji", -18, 178, "A", "PCLI", "FJ", None, None, 0, (-21.0, 176.9, -12.4, -178.2), 400.0, "own"
)
NULL_ISLAND = Place("toposcope:null-island", "Null Island", 0.0, 0.0, "T", "ISL", source="own")


def toponym(text: str, name: str, place: Place | None = None, **more) -> Toponym:
    """A toponym at the first occurrence of its name."""
    start = text.index(name)
    candidates = () if place is None else (Candidate(place, place.name, "exact", 0.75, {"population": 1.5}),)
    status = Status.UNKNOWN if place is None else Status.RESOLVED
    made = Toponym(Mention(name, start, start + len(name), 0.9), status, candidates)
    return replace(made, **more)


def storm() -> Document:
    """Toponyms of every status and of three roles, on both sides of the date line, one at (0, 0)."""
    text = "NADI: The storm passed Apia, said Fiji, and then Null Island,\r\nOldtown and Newtown."
    return Document(
        text,
        (
            toponym(text, "NADI", NADI, role=Role.ORIGIN, role_cue="dateline"),
            toponym(text, "Apia", APIA, phrase="passed Apia"),
            toponym(text, "Fiji", FIJI, role=Role.ACTOR, stands_for=FIJI.id, role_score=0.8),
            toponym(text, "Null Island", NULL_ISLAND, status=Status.AMBIGUOUS),
            toponym(text, "Oldtown"),
            toponym(text, "Newtown", status=Status.FAILED),
        ),
        id="storm",
        title="A storm",
        date="1887-02-03",
        source="The Reef",
        provenance=Provenance("0.0.1", "made up", "ab" * 32, 0.5),
    )
