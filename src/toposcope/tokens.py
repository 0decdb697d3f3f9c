"""Tokens and sentences, with offsets into exactly the text that was given."""

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Tokens", "blocks", "is_hard_wrapped", "sentence_spans", "sentences", "tokenise", "unwrapped"]

# Titles, states (AP style), streets, months, companies: a dot after them ends no sentence.
_ABBREVIATIONS = (
    "Adm|Ala|Alta|Ariz|Ark|Assn|Aug|Ave|Bldg|Blvd|Brig|Bros|Calif|Capt|Cmdr|Co|Col|Colo|Conn|Corp|Cpl|Dec|Del|Dept|Dr|"
    "Esq|Feb|Fla|Fr|Ft|Ga|Gen|Gov|Hon|Hwy|Ill|Inc|Ind|Insp|Jan|Jr|Kan|Ky|La|Lt|Ltd|Maj|Man|Mass|Md|Messrs|Mich|Minn|"
    "Miss|Mo|Mont|Mr|Mrs|Ms|Mt|Mts|Neb|Nev|Nfld|No|Nov|Oct|Okla|Ont|Ore|Pa|Penn|Ph|Pres|Prof|Pvt|Que|Rd|Rep|Reps|Rev|"
    "Rt|Sask|Sen|Sens|Sept|Sgt|Sr|St|Ste|Supt|Tenn|Tex|Twp|Univ|Va|Vt|Wash|Wis|Wyo|vs"
)

_TOKEN = re.compile(
    rf"""
      (?:[^\W\d_]\.){{2,}}                               # U.S.  D.C.  J.F.K.
    | W\.Va\.                                            # the one dotted state that is not letters alone
    | (?:{_ABBREVIATIONS})\.                             # St.  Gov.  Calif.
    | (?<![^\W_])(?!I\.)[A-Z]\.(?![^\W_])               # initials: W. Main Street
    | [^\W_]+(?:['’ʻʼ](?![sS]\b)[^\W_]+)*                # words, with inner apostrophes: Cote d'Ivoire, Hawaiʻi
    | ['’][sS]\b                                         # the possessive, apart
    | \n\s*                                              # line ends: paragraphs matter
    | [^\w\s]|_                                          # everything else, a character each
    """,
    re.VERBOSE,
)


class Tokens(NamedTuple):
    """The tokens of a text: two lists of one length.

    Parameters
    ----------
    words : list of str
        Tokens as written; a line end is one line feed.
    starts : list of int
        Offset of each token's first character.
    """

    words: list[str]
    starts: list[int]

    def end(self, index: int) -> int:
        """Offset after the last character of a token."""
        return self.starts[index] + len(self.words[index])


def is_hard_wrapped(text: str) -> bool:
    """Whether lines were broken at a fixed width, as in mail and old text files."""
    lines = [len(line) for line in text[:20_000].splitlines() if line.strip()]
    full = sum(55 <= length <= 90 for length in lines)
    return len(lines) >= 4 and full > 0.5 * len(lines) and max(lines) <= 100


# In hard-wrapped text a line this short ends a paragraph, or is a heading.
_SHORT_LINE = 45


def unwrapped(text: str) -> str:
    """A text in which line ends within a paragraph, if it was broken at a fixed width, are blanks.

    It keeps its length, so that offsets stay valid.

    It is returned as it is where lines were not broken so; see :func:`is_hard_wrapped`.
    """
    if not is_hard_wrapped(text):
        return text
    lines = text.split("\n")
    kept = []
    for line, following in itertools.pairwise([*lines, ""]):
        full = len(line.strip()) > _SHORT_LINE and bool(following.strip())
        kept.append(line + (" " if full else "\n"))
    return "".join(kept)[: len(text)]


def tokenise(text: str, start: int = 0, end: int | None = None) -> Tokens:
    """Split a text, or a stretch of it, into tokens.

    Parameters
    ----------
    text : str
        Any Unicode string.
    start, end : int, optional
        Only this stretch; offsets stay those of the whole text.

    Examples
    --------
    >>> tokenise("St. Louis, U.S.").words
    ['St.', 'Louis', ',', 'U.S.']
    """
    words: list[str] = []
    starts: list[int] = []
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        word = match.group()
        words.append("\n" if word[0] == "\n" else word)
        starts.append(match.start())
    return Tokens(words, starts)


# A sentence ends at . ! ? (and closing quotes or brackets) before white space and something that can start one,
# or at a blank line. Looking behind and never giving back keeps a megabyte of dots linear.
_SENTENCE_END = re.compile(
    r"""(?<![.!?…])[.!?…]++["'”’»)\]]*+(?=\s+["'“‘«(\[]*[^\W_a-z])|\n[^\S\n]*\n|\r\n?[^\S\r\n]*\r\n?"""
)
_LAST_WORD = re.compile(r"(?:[^\W_]\.)*[^\W_]+\.$")
_NO_END = re.compile(rf"(?:(?:[^\W\d_]\.)+|(?:{_ABBREVIATIONS})\.)$")
# An abbreviation that does end a sentence when a word follows that rarely stands inside one.
_STARTER = re.compile(r"\s+(?:A|An|And|As|At|But|He|However|I|If|In|It|Its|On|She|The|They|This|We|When)\b")


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Half-open spans of the sentences of a text, without the white space around them, one by one."""
    stop = len(text) if end is None else end
    begin = start
    for match in _SENTENCE_END.finditer(text, start, stop):
        cut = match.end()
        if match.group()[0] == "." and _is_abbreviation(text, begin, match.start() + 1, cut):
            continue
        yield from _stripped(text, begin, cut)
        begin = cut
    yield from _stripped(text, begin, stop)


def sentences(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the sentences of a text, in order.

    Examples
    --------
    >>> text = "Gov. Smith spoke. He left St. Paul."
    >>> [text[start:end] for start, end in sentences(text)]
    ['Gov. Smith spoke.', 'He left St. Paul.']
    """
    return list(sentence_spans(text))


def _is_abbreviation(text: str, begin: int, dot: int, cut: int) -> bool:
    tail = text[max(begin, dot - 12) : dot]
    word = _LAST_WORD.search(tail)
    return bool(word and _NO_END.match(word.group()) and not _STARTER.match(text, cut))


def _stripped(text: str, begin: int, stop: int) -> Iterator[tuple[int, int]]:
    while begin < stop and text[begin].isspace():
        begin += 1
    while stop > begin and text[stop - 1].isspace():
        stop -= 1
    if begin < stop:
        yield begin, stop


def blocks(text: str, size: int = 100_000) -> Iterator[tuple[int, int]]:
    """Cut a text into stretches of about `size` characters, so that the memory needed stays bounded.

    The cut is at a line end, else a white space, else anywhere: nothing is lost and nothing repeated.
    """
    start = 0
    while len(text) - start > size:
        window = slice(start + size // 2, start + size)
        for mark in ("\n", ". ", " "):
            found = text.rfind(mark, window.start, window.stop)
            if found >= 0:
                cut = found + len(mark)
                break
        else:
            cut = start + size
        yield start, cut
        start = cut
    if start < len(text) or not text:
        yield start, len(text)
