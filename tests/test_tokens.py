from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toposcope.tokens import blocks, sentences, tokenise, unwrapped


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("U.S. and D.C.", ["U.S.", "and", "D.C."], id="dotted initials"),
        pytest.param("St. Louis, Mo.", ["St.", "Louis", ",", "Mo."], id="abbreviations keep their dot"),
        pytest.param("in W.Va. today", ["in", "W.Va.", "today"], id="the state with two dots"),
        pytest.param("Tripoli-based", ["Tripoli", "-", "based"], id="hyphens part"),
        pytest.param("Libya’s oil", ["Libya", "’s", "oil"], id="possessive apart"),
        pytest.param("Cote d'Ivoire", ["Cote", "d'Ivoire"], id="apostrophe inside"),
        pytest.param("W. Main and J. R. Roe", ["W.", "Main", "and", "J.", "R.", "Roe"], id="initials keep their dot"),
        pytest.param("Was it I. Or he?", ["Was", "it", "I", ".", "Or", "he", "?"], id="but I ends a sentence"),
        pytest.param("a\r\n\r\nb", ["a", "\n", "b"], id="Windows line ends"),
        pytest.param("He left Sirte.", ["He", "left", "Sirte", "."], id="a full stop is a token"),
    ],
)
def test_tokens(text: str, words: list[str]) -> None:
    assert tokenise(text).words == words


@given(st.text())
def test_offsets_point_at_what_the_tokens_say(text: str) -> None:
    tokens = tokenise(text)
    for word, start in zip(*tokens, strict=True):
        assert text[start] == "\n" if word == "\n" else text[start : start + len(word)] == word
    assert tokens.starts == sorted(set(tokens.starts))


@given(st.text(alphabet=st.sampled_from("Ab1 .,\n'’-😀\u0301طß")))
def test_no_letter_or_digit_is_lost(text: str) -> None:
    kept = sum(c.isalnum() for word in tokenise(text).words for c in word)
    assert kept == sum(c.isalnum() for c in text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("One. Two! Three?", ["One.", "Two!", "Three?"], id="plain"),
        pytest.param("Gov. Smith is in St. Paul. He left.", ["Gov. Smith is in St. Paul.", "He left."], id="titles"),
        pytest.param(
            "They met in the U.S. The talks failed.", ["They met in the U.S.", "The talks failed."], id="U.S."
        ),
        pytest.param("“Stop.” She left.", ["“Stop.”", "She left."], id="closing quote"),
        pytest.param("A headline\n\nThe text.", ["A headline", "The text."], id="blank line"),
        pytest.param("A headline\r\n\r\nThe text.", ["A headline", "The text."], id="blank Windows line"),
        pytest.param("It cost $2.5 million.", ["It cost $2.5 million."], id="decimal point"),
        pytest.param("", [], id="empty"),
        pytest.param(" \n ", [], id="white space"),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@given(st.text(alphabet=st.sampled_from("Ab .!?\n\r'”’…St")))
def test_sentences_hold_everything_but_white_space_once(text: str) -> None:
    spans = sentences(text)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    covered = "".join(text[start:end] for start, end in spans)
    assert "".join(covered.split()) == "".join(text.split())


@given(st.text(alphabet=st.sampled_from("ab. \n"), max_size=400), st.integers(4, 50))
def test_blocks_cover_the_text_without_a_gap(text: str, size: int) -> None:
    spans = list(blocks(text, size))
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(end - start <= size for start, end in spans)


@given(st.lists(st.text(alphabet="ab .\r", max_size=99), max_size=12).map("\n".join))
def test_unwrapping_turns_line_ends_into_blanks_and_nothing_else(text: str) -> None:
    flat = unwrapped(text)
    assert len(flat) == len(text)
    assert all(a == b or (a, b) == ("\n", " ") for a, b in zip(text, flat, strict=True))


def test_unwrapping_keeps_paragraphs_and_headings() -> None:
    line = "This line is sixty letters long, as in mails of the old days."
    wrapped = "\n".join(["A heading", line, line, line, "the end.", "", line, line, line])
    expected = "\n".join(["A heading", " ".join([line, line, line, "the end."]), "", " ".join([line, line, line])])
    assert unwrapped(wrapped) == expected
    short = "New\nYork"
    assert unwrapped(short) == short
