import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toposcope.document import Mention
from toposcope.phrases import find_phrase, find_phrases


def marked(sentence: str) -> tuple[str, list[Mention]]:
    """A text and its mentions from a sentence in which names stand in braces, demonyms behind an asterisk."""
    text, mentions = "", []
    for part in re.split(r"(\{[^}]+\})", sentence):
        if part.startswith("{"):
            name = part.strip("{*}")
            mentions.append(Mention(name, len(text), len(text) + len(name), 1.0, part.startswith("{*")))
            part = name
        text += part
    return text, mentions


@pytest.mark.parametrize(
    ("sentence", "phrase"),
    [
        pytest.param("A camp 20 km south of {Sirte} burned.", "20 km south of Sirte", id="distance and direction"),
        pytest.param(
            "It lay some 30 miles (48 km) north-east of {Sirte}.",
            "some 30 miles (48 km) north-east of Sirte",
            id="both",
        ),
        pytest.param("South of {Sirte} it rained.", "South of Sirte", id="direction alone, first word"),
        pytest.param("a village 12 km SSW of {Sirte}", "12 km SSW of Sirte", id="points of the compass"),
        pytest.param("20 to 30 km to the south-west of {Sirte}", "20 to 30 km to the south-west of Sirte", id="range"),
        pytest.param("half a mile from {Sirte}", "half a mile from Sirte", id="words for numbers"),
        pytest.param("about 5,000 km away from {Quito}", "about 5,000 km away from Quito", id="thousands"),
        pytest.param("an area within 5 km of {Sirte}", "within 5 km of Sirte", id="within"),
        pytest.param("a three-hour drive from {Sirte}", "a three-hour drive from Sirte", id="a drive"),
        pytest.param("two days’ march south of {Murzuk}", "two days’ march south of Murzuk", id="a march"),
        pytest.param("They reached the sea off {Malta} today.", "off Malta", id="off"),
        pytest.param("a boat off the coast of {Libya}", "off the coast of Libya", id="off the coast of"),
        pytest.param("12 nautical miles off {Benghazi}", "12 nautical miles off Benghazi", id="distance off"),
        pytest.param("a wreck off {Libya}’s coast was", "off Libya’s coast", id="coast behind the name"),
        pytest.param("seen off the {*Libyan} coast", "off the Libyan coast", id="coast behind an adjective"),
        pytest.param("camps near the {*Turkish} border", "near the Turkish border", id="border behind an adjective"),
        pytest.param("patrols along the border with {Egypt}", "along the border with Egypt", id="border with"),
        pytest.param("a farm near {Sirte}", "near Sirte", id="near"),
        pytest.param("fighting just outside {Tripoli}", "just outside Tripoli", id="just outside"),
        pytest.param("fires on the outskirts of {Tripoli}", "on the outskirts of Tripoli", id="outskirts"),
        pytest.param("in a leafy suburb of {Paris}", "in a leafy suburb of Paris", id="suburb"),
        pytest.param("shelled across the border from {Egypt}", "across the border from Egypt", id="across the border"),
        pytest.param("at the mouth of the {Wadi Derna}", "at the mouth of the Wadi Derna", id="the stays"),
        pytest.param("a dam upstream of {Derna}", "upstream of Derna", id="upstream"),
        pytest.param("trucks en route to {Sirte}", "en route to Sirte", id="en route"),
        pytest.param("stopped on the road to {Sirte}", "on the road to Sirte", id="road to"),
        pytest.param("on the coastal road from {Sirte} at", "on the coastal road from Sirte", id="road from, no to"),
        pytest.param(
            "south of the port city of {Sirte}", "south of the port city of Sirte", id="a sort of place between"
        ),
        pytest.param("about 20\n  km south\r\nof {Sirte}", "about 20 km south of Sirte", id="line ends become spaces"),
        pytest.param("20  km south of {Sirte}", "20  km south of Sirte", id="other white space stays"),
    ],
)
def test_phrase(sentence: str, phrase: str) -> None:
    text, (mention,) = marked(sentence)
    assert find_phrase(text, mention.start, mention.end) == phrase
    assert find_phrases(text, [mention]) == [phrase]


@pytest.mark.parametrize(
    ("sentence", "phrase"),
    [
        pytest.param("It lies between {Sirte} and {Tripoli}.", "between Sirte and Tripoli", id="between"),
        pytest.param("halfway between {Sirte} and the {Gulf}", "halfway between Sirte and the Gulf", id="halfway"),
        pytest.param(
            "on the road from {Sirte} to {Tripoli}", "on the road from Sirte to Tripoli", id="on the road from, to"
        ),
        pytest.param("en route from {Sirte} to {Tripoli}", "en route from Sirte to Tripoli", id="en route"),
        pytest.param("near {Libya}'s border with {Egypt}", "near Libya's border with Egypt", id="border of two"),
        pytest.param("at the border between {Libya} and {Egypt}", "at the border between Libya and Egypt", id="border"),
    ],
)
def test_two_names_share_their_phrase(sentence: str, phrase: str) -> None:
    assert find_phrases(*marked(sentence)) == [phrase, phrase]


def test_each_name_has_its_own() -> None:
    text, mentions = marked("{Libya} said a camp near the {*Syrian} town of {Afrin}, 20 km from {Aleppo}, was hit.")
    assert find_phrases(text, mentions) == [None, None, "near the Syrian town of Afrin", "20 km from Aleppo"]


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("Shops opened in {Sirte}.", id="in"),
        pytest.param("the government of {Libya}", id="of"),
        pytest.param("the University of {Iowa}", id="of a name"),
        pytest.param("the First Bank of {Princeton}", id="a bank without a river"),
        pytest.param("10 people from {Libya}", id="people are no measure"),
        pytest.param("they got $5 m from {Libya}", id="nor are millions"),
        pytest.param("travelled from {Sirte} to {Tripoli}", id="a journey is in both"),
        pytest.param("talks between {Libya} and {Egypt}", id="talks between"),
        pytest.param("between {Libya} in 2011", id="between without an and"),
        pytest.param("sources close to {Ankara}", id="sources close to"),
        pytest.param("troops sealed off {Tripoli}", id="sealed off"),
        pytest.param("They drove 20 km south. Of {Sirte} they saw nothing.", id="a sentence between"),
        pytest.param("The end was near.\n\n{Sirte} slept.", id="a paragraph between"),
        pytest.param("20 km south of\n\n{Sirte}", id="a blank line inside"),
        pytest.param("20 km\n\nfrom {Sirte}", id="a blank line before the relation"),
        pytest.param("linear {Sirte}", id="near at the end of a word"),
        pytest.param("{Sirte}", id="nothing before"),
    ],
)
def test_no_phrase(sentence: str) -> None:
    text, mentions = marked(sentence)
    assert find_phrases(text, mentions) == [None] * len(mentions)


WORDS = (
    "20 three km miles (48 south north-east of from near the off between and to on road border with within a coast 's "
    "{Sirte} {Libya} {*Libyan} city drive , . é $"
).split()
PIECES = st.sampled_from([*WORDS, "", "\n", "\n\n", "\r\n", "\u2028"])


@given(st.lists(PIECES, max_size=25))
def test_phrases_stand_in_the_text(pieces: list[str]) -> None:
    text, mentions = marked(" ".join(pieces))
    phrases = find_phrases(text, mentions)
    assert len(phrases) == len(mentions)
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n[^\S\n]*\n", text.replace("\r", ""))]
    for mention, phrase in zip(mentions, phrases, strict=True):
        if phrase is not None:
            assert mention.text in phrase
            assert "\n" not in phrase
            assert any(" ".join(phrase.split()) in paragraph for paragraph in paragraphs)


@pytest.mark.parametrize(
    "before",
    [
        "20 km ",
        "twenty-",
        "the ",
        "one two three hundred ",
        "20 km (30 miles) ",
        "north",
        "near the city of ",
        "- ",
        "( ",
    ],
)
@pytest.mark.parametrize("last", ["south of the ", "20 km from ", "near ", "between "])
def test_hostile_sentences_take_no_time(before: str, last: str) -> None:
    # The look-back is bounded; a pattern that tried all ways to cut a string would not end here.
    text, mentions = marked((before * 30 + last + "{Sirte} and {Libya} border ") * 100)
    assert len(find_phrases(text, mentions)) == 200
