"""What other people's models mark, and what of it is a mention by docs/ANNOTATION.md."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toposcope.candidates import open_gazetteer
from toposcope.document import Mention
from toposcope.recognition import CRFRecogniser
from toposcope.repair import BoundaryRepair, is_people


@pytest.fixture(scope="module")
def repair() -> BoundaryRepair:
    gazetteer = open_gazetteer().gazetteer
    return BoundaryRepair(gazetteer, CRFRecogniser(gazetteer).is_demonym)


def marked(text: str) -> tuple[str, Mention]:
    """A text without its brackets, and the mention that they marked."""
    before, _, rest = text.partition("[")
    name, _, after = rest.partition("]")
    return before + name + after, Mention(name, len(before), len(before) + len(name), 0.75)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # what stands around a name
        ("talks in [the Netherlands']", ["Netherlands"]),
        ("[The Netherlands] voted", ["Netherlands"]),
        ("[The Hague] court", ["The Hague"]),
        ("The [Hague] court", ["The Hague"]),
        ("[The Gambia] voted", ["The Gambia"]),
        ("[Libya's] coast", ["Libya"]),
        ("[LIBYA’S] COAST", ["LIBYA"]),
        ("[“Benghazi”,] he said", ["Benghazi"]),
        ("[#Liberia]", ["Liberia"]),
        ("in [\n\nD.C]. again", ["D.C."]),
        ("[northern Syria]", ["Syria"]),
        ("[the city of Aleppo]", ["Aleppo"]),
        ("[Sirte city]", ["Sirte"]),
        ("[Uttar Pradesh state]", ["Uttar Pradesh"]),
        ("['s-Hertogenbosch]", ["'s-Hertogenbosch"]),
        ("[al-Jufra] air base", ["al-Jufra"]),
        ("[el Fasher] fell", ["el Fasher"]),
        ("[Highway 61] revisited", ["Highway 61"]),
        ("[40th Avenue South]", ["40th Avenue South"]),
        ("on [US-24]", ["US-24"]),
        ("[14th street bridge]", ["14th street bridge"]),
        ("in [sub-Saharan Africa]", ["sub-Saharan Africa"]),
        ("[ST. JOHN'S] TODAY", ["ST. JOHN'S"]),
        ("[Bogota\u0301] in the rain", ["Bogota\u0301"]),
        # hyphens
        ("a [Tripoli-based] militia", ["Tripoli"]),
        ("A [TRIPOLI-BASED] MILITIA", ["TRIPOLI"]),
        ("a [paris-based] bank", ["paris"]),
        ("[pro-Russian] groups", ["Russian"]),
        ("[Anti-Turkey] slogans", ["Turkey"]),
        ("the [US-Mexico] border", ["US", "Mexico"]),
        ("the [Iran–Iraq] war", ["Iran", "Iraq"]),
        ("the [Israel-Hamas] war", ["Israel"]),
        ("[Guinea-Bissau]", ["Guinea-Bissau"]),
        ("[Stratford-upon-Avon]", ["Stratford-upon-Avon"]),
        ("[Baden-Württemberg]", ["Baden-Württemberg"]),
        # two places in one
        ("[Paris, Texas]", ["Paris", "Texas"]),
        ("[Paris Texas]", ["Paris", "Texas"]),
        ("[Kansas City Missouri]", ["Kansas City", "Missouri"]),
        ("[Nova Scotia Canada]", ["Nova Scotia", "Canada"]),
        ("[George Washington] said", ["George Washington"]),
        ("[Eastern Uganda]", ["Eastern Uganda"]),
        ("[Damascus (Syria)]", ["Damascus", "Syria"]),
        ("[Israel/Palestine]", ["Israel", "Palestine"]),
        ("[Beirut\n\nLebanon]", ["Beirut", "Lebanon"]),
        ("[New\nYork]", ["New\nYork"]),
        ("[St. Louis, Mo.]", ["St. Louis", "Mo."]),
        ("[Washington, D.C.], today", ["Washington, D.C."]),
        ("[Washington], D.C., today", ["Washington, D.C."]),
        ("[Syria and Iraq]", ["Syria", "Iraq"]),
        ("[Moscow and Kyiv and Minsk]", ["Moscow", "Kyiv", "Minsk"]),
        ("[Bosnia and Herzegovina]", ["Bosnia and Herzegovina"]),
        ("[Australia] and New Zealand", ["Australia"]),
        ("[Australia and New Zealand]", ["Australia", "New Zealand"]),
        ("[Trinidad & Tobago]", ["Trinidad & Tobago"]),
        # half a name
        ("in [Laurel] County.", ["Laurel County"]),
        ("in New [York] today", ["New York"]),
        ("Gulf of [Aden]", ["Gulf of Aden"]),
        ("the [Gulf] of Aden", ["Gulf of Aden"]),
        ("[Port]-au-Prince", ["Port-au-Prince"]),
        ("[Bosnia] and Herzegovina", ["Bosnia and Herzegovina"]),
        ("T[ripoli] fell", ["Tripoli"]),
        ("[Tripol]i fell", ["Tripoli"]),
        ("the [U.S]. army", ["U.S."]),
        ("the [Isle of Man]. He", ["Isle of Man"]),
        ("in [Libya]. He", ["Libya"]),
        ("#prayfor[nepal]quake", ["nepal"]),
        ("by BBC[Africa]Live", ["Africa"]),
        ("T[RIP]OLI FELL", ["TRIPOLI"]),
        ("[Dublin] City Council", ["Dublin"]),
        ("[Ohio] State University", ["Ohio"]),
        ("the State of [Ohio]", ["Ohio"]),
        ("in [Mexico] City", ["Mexico City"]),
        ("A [U.S.] ship", ["U.S."]),
        ("在[北京]举行", ["北京"]),
        # a name ends where a paragraph does
        ("in New\n\n[York] today", ["York"]),
        # no names
        ("[the West] looked", []),
        ("[the capital]", []),
        ("[the] end", []),
        ("the [ ]", []),
        ("[...] end", []),
    ],
)
def test_boundaries(repair: BoundaryRepair, text: str, names: list[str]) -> None:
    text, mention = marked(text)
    repaired = repair(text, [mention])
    assert [m.text for m in repaired] == names
    assert all(m.text == text[m.start : m.end] and m.score == 0.75 for m in repaired)


def test_what_grew_out_of_an_adjective_is_none(repair: BoundaryRepair) -> None:
    assert repair("the Syrian Desert", [Mention("Syrian", 4, 10, 1.0, True)]) == [Mention("Syrian Desert", 4, 17)]
    assert repair("a South Korean", [Mention("Korean", 8, 14)]) == [Mention("South Korean", 2, 14, 1.0, True)]


def test_nothing_nests_and_the_longer_one_stays(repair: BoundaryRepair) -> None:
    text = "Gulf of Mexico"
    parts = [Mention("Mexico", 8, 14), Mention("Gulf of Mexico", 0, 14, 0.5), Mention("Gulf", 0, 4)]
    assert [(m.start, m.end) for m in repair(text, parts)] == [(0, 14)]


def test_of_equals_the_surer_one_stays(repair: BoundaryRepair) -> None:
    twice = [Mention("Sirte", 3, 8, 0.5), Mention("Sirte", 3, 8, 0.9)]
    assert repair("in Sirte", twice) == [Mention("Sirte", 3, 8, 0.9)]


def test_peoples_are_told_from_others_of_their_sort() -> None:
    gazetteer = open_gazetteer().gazetteer
    assert all(is_people(gazetteer, name) for name in ("Libyan", "LIBYANS", "South Korean", "English"))
    assert not any(is_people(gazetteer, name) for name in ("Republican", "Christian", "Libya", "", "\ud800"))


def test_the_order_of_mentions_does_not_matter(repair: BoundaryRepair) -> None:
    text = "Paris, Texas and New York in the Gulf of Mexico near Laurel County, North Macedonia"
    words = ["Paris", "Texas and", "York", "Mexico", "Gulf of", "Laurel", "County, North", "Macedonia"]
    mentions = [Mention(word, text.index(word), text.index(word) + len(word)) for word in words]
    repaired = repair(text, mentions)
    names = ["Paris", "Texas", "New York", "Gulf of Mexico", "Laurel County", "North Macedonia"]
    assert [m.text for m in repaired] == names
    for seed in range(5):
        random.Random(seed).shuffle(mentions)
        assert repair(text, mentions) == repaired


PIECES = st.sampled_from(
    "Paris|Texas|Tripoli|new|the|'s|-|–|, | |\n|\n\n|U.S.|of|and|#|.|北京|\u0301|\ud800|Gulf|City|(|\x00|İ".split("|")
)


@given(pieces=st.lists(PIECES, max_size=14), draw=st.data())
def test_any_text_and_any_spans(repair: BoundaryRepair, pieces: list[str], draw: st.DataObject) -> None:
    text = "".join(pieces)
    cuts = draw.draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))), max_size=4))
    mentions = [Mention(text[a:b], a, b) for a, b in cuts if a < b]
    repaired = repair(text, mentions)
    assert all(m.text == text[m.start : m.end] and m.text.strip() == m.text != "" for m in repaired)
    assert all(left.end <= right.start for left, right in pairwise(repaired))


def test_a_sentence_is_no_name(repair: BoundaryRepair) -> None:
    text = "He went from Sirte to Tripoli and on to Zawiya " * 20_000
    assert repair(text, [Mention(text, 0, len(text))]) == []


def test_a_word_of_a_megabyte_is_left_alone(repair: BoundaryRepair) -> None:
    text = "x" * 500_000 + "Paris" + "x" * 500_000
    (mention,) = repair(text, [Mention("Paris", 500_000, 500_005)])
    assert mention.text == "Paris"
