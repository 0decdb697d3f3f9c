import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toposcope.candidates import open_gazetteer
from toposcope.errors import RecogniserError
from toposcope.recognition import CRFRecogniser


@pytest.fixture(scope="module")
def recogniser() -> CRFRecogniser:
    return CRFRecogniser(open_gazetteer().gazetteer)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("Talks in Tripoli failed.", ["Tripoli"], id="plain"),
        pytest.param("He moved to Paris, Texas, in May.", ["Paris", "Texas"], id="a town and its state are two"),
        pytest.param("She lives in Washington, D.C., now.", ["Washington, D.C."], id="the capital is one"),
        pytest.param("The Tripoli-based government", ["Tripoli"], id="-based"),
        pytest.param("Libya’s oil and Egypt's army", ["Libya", "Egypt"], id="possessives stay outside"),
        pytest.param("She studied at the University of Iowa.", ["Iowa"], id="inside the name of a university"),
        pytest.param("The Libyan National Army advanced.", ["Libyan"], id="inside the name of an army"),
        pytest.param("GNA and LNA officials met NATO.", [], id="acronyms are no places"),
        pytest.param("Khalifa Haftar met Ibrahim Kalin.", [], id="people"),
        pytest.param("Mr. Jordan and Paris Hilton arrived.", [], id="people named like places"),
        pytest.param("A fire on Orchard Street in Laurel County", ["Orchard Street", "Laurel County"], id="heads"),
        pytest.param("Bosnia and Herzegovina won.", ["Bosnia and Herzegovina"], id="joined by and"),
        pytest.param("Troops left Turkey and Russia.", ["Turkey", "Russia"], id="two joined by and"),
        pytest.param("The U.S. and the UK agreed.", ["U.S.", "UK"], id="abbreviations of countries"),
        pytest.param("OR so he said IN jest, OK.", [], id="capitals that look like states"),
        pytest.param("He went to Portland, OR, today.", ["Portland", "OR"], id="postal abbreviation after a town"),
        pytest.param("Reading is fun. Nice work. Mobile phones.", [], id="common words at the start"),
        pytest.param("PARIS, Ky. (Agency) — A vote", ["PARIS", "Ky."], id="dateline"),
        pytest.param("the Strait of Zorgon and the Gulf of Qwex", ["Strait of Zorgon", "Gulf of Qwex"], id="unknown"),
        pytest.param("He was in Port-au-Prince.", ["Port-au-Prince"], id="particle between hyphens"),
        pytest.param("He was in Dar es Salaam.", ["Dar es Salaam"], id="particle apart"),
        pytest.param("Strikes hit Deir ez-Zor.", ["Deir ez-Zor"], id="particle and hyphen"),
        pytest.param("Côte d’Ivoire won.", ["Côte d’Ivoire"], id="particle and apostrophe"),
        pytest.param("In Paris in May", ["Paris"], id="prepositions join nothing"),
        pytest.param("The Hague is quiet.", ["The Hague"], id="an article that belongs to the name"),
        pytest.param(
            "The Netherlands and The Gulf of Aden", ["Netherlands", "Gulf of Aden"], id="and one that does not"
        ),
        pytest.param("the hamlet of Oberflunk burned", ["Oberflunk"], id="said to be a place"),
        pytest.param("Gandatu, a village in Sudan", ["Gandatu", "Sudan"], id="said so behind the name"),
        pytest.param("Shelling hit Khiam, Lebanon.", ["Khiam", "Lebanon"], id="a country behind the name"),
        pytest.param("Soldiers raided Jenin, Nablus and Tubas.", ["Jenin", "Nablus", "Tubas"], id="in company"),
        pytest.param("See https://example.com/Paris and www.example.org/Berlin", [], id="addresses of the web"),
        pytest.param("Paris-", ["Paris"], id="a hyphen at the end"),
        pytest.param("Paris-al", ["Paris"], id="a particle at the end"),
        pytest.param("STORM BATTERS MANILA", ["MANILA"], id="headline in capitals"),
        pytest.param("Storm Batters Manila", ["Manila"], id="headline in title case"),
        pytest.param("floods in manila and davao", ["manila", "davao"], id="small letters"),
        pytest.param("they ate turkey off china", [], id="things in small letters"),
        pytest.param("Floods hit New\nYork", ["New\nYork"], id="a line end inside a name"),
        pytest.param("He met S. Korea's envoy in Weston-super-Mare", ["S. Korea", "Weston-super-Mare"], id="initials"),
        pytest.param("The Russian-backed army", ["Russian"], id="-backed"),
        pytest.param("\ud800 Tripoli \x00 fell", ["Tripoli"], id="lone surrogate and NUL"),
        pytest.param("", [], id="empty"),
        pytest.param(" \n ", [], id="white space"),
    ],
)
def test_names(recogniser: CRFRecogniser, text: str, names: list[str]) -> None:
    assert [m.text for m in recogniser.recognise(text)] == names


def test_hard_wrapped_lines_do_not_break_names(recogniser: CRFRecogniser) -> None:
    text = (
        "The envoys met for the second time this week in the harbour district of New\r\n"
        "York before they travelled on to Geneva, where the government of South\r\n"
        "Africa had offered them rooms, and to the conference on shipping in the Gulf of\r\n"
        "Aden, which was to open on the following Monday, delegates said.\r\n"
    )
    found = [" ".join(m.text.split()) for m in recogniser.recognise(text)]
    assert found == ["New York", "Geneva", "South Africa", "Gulf of Aden"]


def test_demonyms_are_marked_and_can_be_left_out(recogniser: CRFRecogniser) -> None:
    text = "Turkish drones flew over Libya, Russians said."
    assert [(m.text, m.demonym) for m in recogniser.recognise(text)] == [
        ("Turkish", True),
        ("Libya", False),
        ("Russians", True),
    ]
    without = CRFRecogniser(recogniser.gazetteer, demonyms=False)
    assert [m.text for m in without.recognise(text)] == ["Libya"]


def test_a_preposition_vouches_for_a_name_elsewhere(recogniser: CRFRecogniser) -> None:
    text = "Fighting near Zawia went on. Zawia was quiet at night."
    assert [m.text for m in recogniser.recognise(text)] == ["Zawia", "Zawia"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["Paris", "St.", "U.S.", "Washington", ",", "D.C.", "of", "the", "and", "-", "’s", "Libyan", "River",
                 "\n", "\r\n", "\x00", "\ud800", "😀", "é\u0301", "طرابلس", "President", "NATO", "'", "."]
            ),
            st.text(max_size=8),
        ),
        max_size=30,
    ),
    st.sampled_from(["", " "]),
)  # fmt: skip
def test_offsets_are_valid_in_any_text(recogniser: CRFRecogniser, parts: list[str], joint: str) -> None:
    text = joint.join(parts)
    end = 0
    for mention in recogniser.recognise(text):
        assert end <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.text
        assert 0 <= mention.score <= 1
        end = mention.end


@pytest.mark.parametrize("word", ["a", "A", "Aa", "-", "A-", "A.", "\n", "طر"])
def test_a_word_of_a_megabyte(recogniser: CRFRecogniser, word: str) -> None:
    text = word * (1_000_000 // len(word)) + " He left Tripoli."
    assert [m.text for m in recogniser.recognise(text)][-1:] == ["Tripoli"]


def test_a_long_text_is_read_in_blocks(recogniser: CRFRecogniser) -> None:
    text = "He flew from Tripoli to Benghazi on Monday. " * 6000
    mentions = recogniser.recognise(text)
    assert [m.text for m in mentions] == ["Tripoli", "Benghazi"] * 6000
    assert all(text[m.start : m.end] == m.text for m in mentions)


def test_it_pickles(recogniser: CRFRecogniser) -> None:
    copy = pickle.loads(pickle.dumps(CRFRecogniser(recogniser.gazetteer, demonyms=False)))
    assert [m.text for m in copy.recognise("Turks left Tripoli.")] == ["Tripoli"]


def test_threads_may_share_it(recogniser: CRFRecogniser) -> None:
    texts = [f"He left Tripoli for Benghazi with word{i} and Name{i}." for i in range(200)]
    expected = recogniser.recognise_many(texts)
    shared = CRFRecogniser(recogniser.gazetteer)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(shared.recognise, texts)) == expected


def test_damaged_weights_are_refused(recogniser: CRFRecogniser, tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    path.write_bytes(b"PK")
    with pytest.raises(RecogniserError, match="cannot be read"):
        CRFRecogniser(recogniser.gazetteer, model=path)
