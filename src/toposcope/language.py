"""Whether a text is plainly not English.

Toposcope reads English. A text in another language is answered all the same, but its reader shall
know that little can be expected.
"""

import re
from itertools import islice

__all__ = ["plainly_not_english"]

#: Words that make up a third of any English prose. Left out are those that other languages write
#: the same: German "in", "her" and "will", Dutch "is", "over" and "had", Danish "at" and "for", French "or" and "on".
_FUNCTION_WORDS = frozenset(
    """
    the of and to that with it he she they you his their its this these those not but be been being are were
    has have having would could should can may might must from by which who whom whose what when where why how
    there here if than then because while after before into through between against about out down off all any
    some more most other such only own same very just also now our my your them us said says
    """.split()
)
#: Under so many words nothing is plain: a tweet, a headline, a list of names.
_FEW_WORDS = 60
#: Enough to judge by, however long the text is.
_SAMPLE_WORDS = 2000
#: English prose has a share of 0.25 to 0.45 of these words, its tersest bulletins 0.06; other languages that
#: write some of them (Dutch "of" and "we", Danish "have") stay under 0.03.
_LEAST_SHARE = 0.05
#: Running text is mostly lower case, German nouns included; a list of names or a table is not.
_LEAST_LOWER = 0.5

_WORD = re.compile(r"[^\W\d_]+")


def plainly_not_english(text: str) -> bool:
    """Whether a text is running text, long enough to tell, and without the common words of English.

    Parameters
    ----------
    text : str
        Any text; its first 2,000 words are looked at.

    Examples
    --------
    >>> plainly_not_english("Les combats ont repris près de Syrte, a annoncé le ministère. " * 10)
    True
    >>> plainly_not_english("Paris. Berlin. Roma. " * 100)
    False
    """
    words = [match.group() for match in islice(_WORD.finditer(text), _SAMPLE_WORDS)]
    if len(words) < _FEW_WORDS:
        return _without_spaces(text)
    common = sum(word.lower() in _FUNCTION_WORDS for word in words)
    # Scripts without case (Arabic, Devanagari) count as lower.
    lower = sum(not word[0].isupper() for word in words)
    return common < _LEAST_SHARE * len(words) and lower >= _LEAST_LOWER * len(words)


def _without_spaces(text: str) -> bool:
    """Whether it is Chinese, Japanese, Thai or the like, which write long texts in few "words"."""
    letters = [c for c in text[:4000] if c.isalpha()]
    # U+0E00 is where the Brahmic scripts of South-East Asia begin; Latin, Greek, Cyrillic, Arabic lie before it.
    far = sum(c >= "\u0e00" and not "\u1e00" <= c <= "\u1fff" for c in letters)
    return len(letters) >= 4 * _FEW_WORDS and far > len(letters) / 2
