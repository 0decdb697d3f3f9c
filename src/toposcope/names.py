"""Names of places made comparable: one key for all spellings of a name, and further keys to try.

Three steps, each used by the builder of a gazetteer and by whoever looks a name up:

1. :func:`normalise` gives the key under which a name is stored: case, accents, punctuation and
   abbreviated generics ("St.", "Mt.") do not matter, Cyrillic and Greek are romanised.
2. :func:`variants` gives further keys of a name that was not found under its key, best first.
3. :func:`skeleton` gives what all romanisations of a name share ("Tubruq", "Tobruk"); such keys
   carry a prefix that no other key can have, so that they never answer by accident.

The keys of a gazetteer and those of a lookup must come from the same code: :data:`NORMALISER_VERSION`
stands in the header of every gazetteer and grows with every change to a key.
"""

import re
import unicodedata
from functools import lru_cache

__all__ = ["NORMALISER_VERSION", "SKELETON_PREFIX", "normalise", "skeleton", "strip_affixes", "variants"]

#: Grows whenever any name gets another key or another skeleton.
NORMALISER_VERSION = 1

#: Starts every skeleton key; :func:`normalise` never gives a key with this character.
SKELETON_PREFIX = "~"

# Letters that Unicode does not take apart into a base letter and an accent.
_LETTERS = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "ng",
    "ə": "a", "ŧ": "t", "ĸ": "k", "ƒ": "f", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ɛ": "e", "ɔ": "o",
}  # fmt: skip

# Romanisations that English writers expect: those of the US Board on Geographic Names without its apostrophes.
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu",
    "я": "ya", "і": "i", "ї": "i", "є": "ye", "ґ": "g", "ў": "w", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c",
    "ђ": "d", "џ": "dz", "ѓ": "gj", "ќ": "kj", "ѕ": "dz", "қ": "q", "ғ": "gh", "ң": "ng", "ө": "o", "ү": "u",
    "ұ": "u", "һ": "h", "ә": "a", "ҳ": "h", "ҷ": "j", "ҡ": "q", "ҙ": "z", "ҫ": "s",
}  # fmt: skip
_UKRAINIAN = frozenset("іїєґ")
_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_GREEK_PAIRS = (("ου", "ou"), ("αυ", "av"), ("ευ", "ev"), ("μπ", "b"), ("ντ", "nt"), ("γγ", "ng"), ("γκ", "gk"))
_ROMAN = str.maketrans({**_LETTERS, **_CYRILLIC, **_GREEK})

# й, ї, ё, ў fall apart under NFKD and would lose their mark: they are romanised before.
_COMPOSED = str.maketrans({c: _CYRILLIC[c] for c in "йїёўѓќ"})

_APOSTROPHES = re.compile("['’‘`´ʻʼʽʾʿ′ˈ]")
_BREAKS = re.compile(r"[^\w&]+|_+")

# Abbreviated generics; never alone, where they are names of their own ("MT" is Montana, "CO" Colorado).
_ABBREVIATED = {
    "st": "saint", "ste": "sainte", "mt": "mount", "mtn": "mountain", "mts": "mountains", "ft": "fort", "pt": "point",
    "co": "county", "twp": "township", "dept": "department", "intl": "international", "hts": "heights",
    "spgs": "springs", "natl": "national", "univ": "university", "rd": "road", "ave": "avenue", "blvd": "boulevard",
}  # fmt: skip
# The same letters behind the name mean something else.
_ABBREVIATED_LAST = {"st": "street", "mt": "mountain", "pt": "point"}


@lru_cache(maxsize=65536)
def normalise(name: str) -> str:
    """Key of a name: the same for all spellings that differ only in how they are written down.

    Parameters
    ----------
    name : str
        A place name, as in a text or a gazetteer.

    Returns
    -------
    str
        Lower-case words separated by single spaces; empty where the name has no letter or digit.
        ``normalise(normalise(name)) == normalise(name)``.

    Examples
    --------
    >>> normalise("St. John's"), normalise("SÃO PAULO"), normalise("U. S."), normalise("Al-Jufra")
    ('saint johns', 'sao paulo', 'us', 'al jufra')
    """
    words = _BREAKS.sub(" ", _APOSTROPHES.sub("", _romanised(name))).split()
    if len(words) > 1:
        words = _expanded(_initials_joined(words))
    return " ".join("and" if word == "&" else word for word in words)


def _romanised(name: str) -> str:
    """Casefolded, without accents, in Latin letters as far as we can."""
    if name.isascii():
        return name.lower()
    text = unicodedata.normalize("NFKC", name).casefold()
    if not _UKRAINIAN.isdisjoint(text):
        text = text.replace("и", "y")  # Київ is Kyiv, Нижний is Nizhniy
    text = _without_accents(text.translate(_COMPOSED))
    if any("\u0370" <= c <= "\u03ff" for c in text):
        for pair, roman in _GREEK_PAIRS:
            text = text.replace(pair, roman)
    return text.translate(_ROMAN)


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _initials_joined(words: list[str]) -> list[str]:
    """Write runs of single letters as one word: "u s" and "us" are the same name."""
    joined: list[str] = []
    run = False
    for word in words:
        single = len(word) == 1 and word.isalpha()
        if single and run:
            joined[-1] += word
        else:
            joined.append(word)
        run = single
    return joined


def _expanded(words: list[str]) -> list[str]:
    """Abbreviated generics written out, where they do not stand alone."""
    if len(words) == 1:
        return words
    last = len(words) - 1
    return [
        _ABBREVIATED_LAST.get(word, _ABBREVIATED.get(word, word)) if i == last else _ABBREVIATED.get(word, word)
        for i, word in enumerate(words)
    ]


_POSSESSIVE = re.compile("(?:['’]s|(?<=s)['’])$", re.IGNORECASE)
_THE = re.compile(r"^the\s+(?=\S)", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])")
_UMLAUTS = re.compile("(?<=[aou])e")
_DIRECTIONS = {
    "n": "north", "s": "south", "e": "east", "w": "west", "no": "north", "so": "south",
    "ne": "northeast", "nw": "northwest", "se": "southeast", "sw": "southwest",
}  # fmt: skip
# Arabic and Persian article as romanised, assimilated before sun letters, and its Italian and Maltese forms.
_ARTICLES = frozenset(
    {"al", "el", "ul", "il", "l", "ad", "adh", "an", "ar", "as", "ash", "at", "ath", "az"}
    | {"ech", "ed", "en", "er", "es", "esh", "et", "ez"}
)


def strip_affixes(name: str) -> str:
    """Take off what a text puts around a name: hash sign, "the", possessive.

    Parameters
    ----------
    name : str
        A name as written in a text.

    Returns
    -------
    str
        The bare name; words run together behind a hash sign are taken apart at their capitals.

    Examples
    --------
    >>> strip_affixes("the Netherlands'"), strip_affixes("#PuertoRico"), strip_affixes("Libya’s")
    ('Netherlands', 'Puerto Rico', 'Libya')
    """
    bare = _POSSESSIVE.sub("", name.strip())
    if bare.startswith("#"):
        bare = _CAMEL.sub(" ", bare.lstrip("# "))
    without_the = _THE.sub("", bare)
    return without_the or bare


def variants(name: str) -> list[str]:
    """Further keys under which a name may stand, the surest first; without :func:`normalise`'s own.

    For a name that is not found under its key: without possessive, hash sign and "the"; directions written
    out ("N. Korea"); umlauts written with an e ("Koeln"); without the Arabic article, or in one word with it;
    at last the :func:`skeleton` under :data:`SKELETON_PREFIX`.

    Parameters
    ----------
    name : str
        The name as it is written in the text: a hash sign and capitals inside carry meaning.

    Returns
    -------
    list of str
        Keys for a gazetteer, each once.

    Examples
    --------
    >>> variants("#NewYork"), variants("Libya's")[0], variants("Al-Jufra")
    (['new york', '~nav iork'], 'libya', ['jufra', 'aljufra', '~gofr'])
    """
    exact = normalise(name)
    bare = strip_affixes(name)
    found = dict.fromkeys((normalise(bare), normalise(_POSSESSIVE.sub("", name.strip()))))
    if " " not in bare:
        found[normalise(_CAMEL.sub(" ", bare))] = None  # "NewYork"
    for key in (exact, *found):
        words = key.split()
        if len(words) > 1:
            found[" ".join([_DIRECTIONS.get(words[0], words[0]), *words[1:]])] = None
            found[" ".join(word for word in words if word not in _ARTICLES)] = None
            if words[0] in _ARTICLES:
                found["".join(words)] = None
        found[_UMLAUTS.sub("", key)] = None
    bones = skeleton(bare)
    if bones:
        found[SKELETON_PREFIX + bones] = None
    found.pop(exact, None)
    found.pop("", None)
    return list(found)


# From romanisation to sound, in this order: the English, French, German and Italian habits meet in one sign.
# Vowels keep three classes: with fewer, Lanexa in Virginia became Lenuxi in Sikkim.
_SOUNDS = tuple(
    (re.compile(pattern), sign)
    for pattern, sign in (
        (r"dzh|dsch|dj|gh|j|gi(?=[aou])|g", "g"),  # Djerba, Dscherba, Jerba; Giza, Jizah; Giofra, Jufra
        (r"shch|tsch|sch|tch|ch|sh", "S"),  # Marrakech, Marrakesh; Chott, Shatt
        (r"kh", "h"),  # Kharkiv, Harkiv
        (r"zh", "z"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"dh", "d"),  # Riyadh, Riyad
        (r"ck|q|c", "k"),
        (r"x", "ks"),
        (r"(?:ou|w)(?=[aeiouy])", "v"),  # Ouarzazate, Warzazat
        (r"(?<=a)(?:w|ou|u|o)(?![aeiouy])|(?:ou|oo|u)", "o"),  # Zawr, Zaour; Tobrouk, Tubruq
        (r"ao", "o"),
        (r"w", "v"),
        (r"(?:ai|ay|ei|ey)(?![aeiouy])|e", "a"),  # Dayr, Deir; Mandab, Mandeb
        (r"y", "i"),
        (r"ah?(?= |$)", ""),  # Jufra, Jufrah
        (r"(.)\1+", r"\1"),
    )
)

# Shorter ones are shared by too many names: "Kab", "Sar".
_SHORTEST_SKELETON = 4


@lru_cache(maxsize=65536)
def skeleton(name: str) -> str:
    """Reduce a name to what the romanisations of it have in common.

    Meant for names from languages that are not written in Latin letters. Spellings of one name have one
    skeleton, but so have some different names: try it last.

    Parameters
    ----------
    name : str
        A name or a key.

    Returns
    -------
    str
        Without article and doubled letters, sounds reduced to classes; empty where too little is left.

    Examples
    --------
    >>> skeleton("Al-Jufra"), skeleton("Giofra"), skeleton("Tubruq"), skeleton("Tobruk")
    ('gofr', 'gofr', 'tobrok', 'tobrok')
    """
    words = normalise(name).split()
    text = " ".join(word for word in words if word not in _ARTICLES) or " ".join(words)
    for pattern, sign in _SOUNDS:
        text = pattern.sub(sign, text)
    return text if len(text) >= _SHORTEST_SKELETON else ""
