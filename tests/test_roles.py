import pytest

from toposcope.document import Role, Toponym
from toposcope.pipeline import Geoparser

SCENE, ACTOR, ORIGIN, ASSOCIATION, DEMONYM = Role


def toponym(geoparser: Geoparser, text: str, name: str) -> Toponym:
    (found,) = [t for t in geoparser(text).toponyms if t.mention.text == name]
    return found


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        pytest.param("Moscow denied it.", "Moscow", ACTOR, id="subject of a verb of saying"),
        pytest.param("Talks were held in Moscow.", "Moscow", SCENE, id="after in"),
        pytest.param("Officials in Moscow denied it.", "Moscow", SCENE, id="officials in a capital deny"),
        pytest.param("Moscow and the rebels both deny it.", "Moscow", ACTOR, id="coordinated subject"),
        pytest.param("Egypt, which also backs them, has threatened to act.", "Egypt", ACTOR, id="relative clause"),
        pytest.param("The move is risky for Cairo.", "Cairo", ACTOR, id="for"),
        pytest.param("They left for Cairo by train.", "Cairo", SCENE, id="left for"),
        pytest.param("Russia’s Foreign Ministry agreed.", "Russia", ACTOR, id="possessive and ministry"),
        pytest.param("The Tripoli-based government fell.", "Tripoli", SCENE, id="-based"),
        pytest.param("A Tehran-backed group fired.", "Tehran", ACTOR, id="-backed"),
        pytest.param("the border with Egypt is closed", "Egypt", SCENE, id="border with"),
        pytest.param("an agreement with Egypt was signed", "Egypt", ACTOR, id="agreement with"),
        pytest.param("the rival Libya sides met", "Libya", ASSOCIATION, id="compound"),
        pytest.param("after the Paris attacks", "Paris", ASSOCIATION, id="attacks are things here"),
        pytest.param("He signed the Paris Agreement.", "Paris", ASSOCIATION, id="treaty"),
        pytest.param("the University of Iowa", "Iowa", ASSOCIATION, id="university"),
        pytest.param("Turkish drones flew.", "Turkish", DEMONYM, id="adjective"),
        pytest.param("ANKARA (Agency) - Talks began.", "ANKARA", ORIGIN, id="dateline with agency"),
        pytest.param("May 3 KYIV — Talks began.", "KYIV", ORIGIN, id="dateline after a date"),
        pytest.param("Sirte - a port - is quiet.", "Sirte", SCENE, id="a dash is no dateline"),
        pytest.param("the Mediterranean city of Sirte", "Sirte", SCENE, id="city of"),
    ],
)
def test_role(geoparser: Geoparser, text: str, name: str, role: Role) -> None:
    assert toponym(geoparser, text, name).role is role


def test_a_dateline_takes_its_country_with_it(geoparser: Geoparser) -> None:
    roles = [t.role for t in geoparser("TRIPOLI, Libya (Agency) — Shops opened in Tripoli.").toponyms]
    assert roles == [ORIGIN, ORIGIN, SCENE]


def test_actors_stand_for_their_country_and_show_their_cue(geoparser: Geoparser) -> None:
    moscow = toponym(geoparser, "Moscow denied it.", "Moscow")
    russia = toponym(geoparser, "Russia denied it.", "Russia")
    assert russia.place is not None
    assert moscow.stands_for == russia.stands_for == russia.place.id
    assert moscow.role_cue == "subject of denied"
    assert toponym(geoparser, "Talks in Moscow.", "Moscow").stands_for is None


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(" and the " + "a" * 80 + ", and the " + "a" * 100, id="words that could be cut anywhere"),
        pytest.param(" and A" * 30, id="coordination without end"),
        pytest.param(", which " + "a, " * 60, id="relative clause without end"),
        pytest.param(" " + "also " * 40, id="adverbs"),
        pytest.param("’s " + "very " * 40, id="possessive"),
        pytest.param(" (" * 90, id="brackets"),
        pytest.param(" - " * 60, id="dashes"),
    ],
)
def test_hostile_sentences_take_no_time(geoparser: Geoparser, after: str) -> None:
    # A pattern that tries all ways to cut a string takes minutes for one of these: the run would not end.
    text = f"Moscow{after}\n" * 50
    assert len(geoparser(text).toponyms) >= 50
