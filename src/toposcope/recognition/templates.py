"""What the model looks at: columns of codes, and the templates that combine them into features.

A feature is a template with a value for each of its columns, such as ``word before, word`` = ``of, aden``. Training
writes features as strings and the recogniser as integers; both read this table.
"""

from typing import Final, NamedTuple

__all__ = ["COLUMNS", "EVIDENCE", "TEMPLATES", "Column", "Template"]


class Column(NamedTuple):
    """One thing that is known of each token.

    Parameters
    ----------
    name : str
        Its name in templates.
    level : str
        "word": a function of the word alone; "token": of the token where it stands; "run": the same for a whole run.
    words : str
        For columns whose values are strings: "word", "ending3", "ending4", "beginning"; else empty.
    """

    name: str
    level: str
    words: str = ""


COLUMNS: Final = {
    column.name: column
    for column in (
        Column("word", "word", "word"),
        Column("ending3", "word", "ending3"),
        Column("ending4", "word", "ending4"),
        Column("beginning", "word", "beginning"),
        Column("shape", "word"),
        Column("class", "word"),  # of the word as a name
        Column("places", "word"),  # how many bear it
        Column("person", "word"),
        Column("cues", "word"),
        Column("case", "word"),
        Column("name", "token"),  # class of the longest name the token is in, and where in it
        Column("casing", "token"),
        Column("from start", "token"),  # of the run
        Column("from end", "token"),
        Column("before", "run", "word"),  # the run
        Column("before 2", "run", "word"),
        Column("after", "run", "word"),
        Column("after 2", "run", "word"),
        Column("before cues", "run"),
        Column("after cues", "run"),
        Column("before 2 cues", "run"),  # "the hamlet of …"
        Column("after 3 cues", "run"),  # "…, a hamlet"
        Column("head", "run", "word"),  # last word of the run
        Column("head cues", "run"),
        Column("length", "run"),
        Column("single", "run"),
        Column("opens", "run"),  # stands where any word would have a capital
        Column("capitals", "run"),
        Column("next name", "run"),  # behind a comma
        Column("previous name", "run"),  # and a comma
        Column("joined name", "run"),  # behind "and" or "or"
        Column("joining name", "run"),  # and "and" or "or"
    )
}


class Template(NamedTuple):
    """Columns whose values together make a feature.

    Parameters
    ----------
    parts : tuple of (str, int)
        Columns and how many tokens on they are looked at.
    needs : str
        A run column that must not be 0 for the feature to be there; empty for always.
    """

    parts: tuple[tuple[str, int], ...]
    needs: str = ""

    @property
    def name(self) -> str:
        """How a feature of this template begins when it is written down."""
        return ",".join(f"{column}{offset:+d}" if offset else column for column, offset in self.parts) + (
            f"?{self.needs}" if self.needs else ""
        )


def _templates(table: str) -> tuple[Template, ...]:
    templates = []
    for line in table.strip().splitlines():
        columns, _, needs = line.partition("?")
        parts = []
        for part in columns.split(","):
            name = part.strip()
            offset = int(name[-2:]) if name[-2:] in ("-1", "+1", "-2", "+2") else 0
            parts.append((name[:-2].strip() if offset else name, offset))
        templates.append(Template(tuple(parts), needs.strip()))
    return tuple(templates)


TEMPLATES: Final = _templates("""
word
word-1
word+1
word-2
word+2
word-1, word
word, word+1
ending3
ending4
beginning
shape
shape-1, shape, shape+1
class
places
name, places
name
name-1
name+1
name-1, name, name+1
person
person-1
person+1
person-1, person, person+1
cues
cues-1
cues+1
cues-1, cues, cues+1
case
case-1
case+1
name, case
name, word-1
name, word+1
name, person, person-1
name, length, from start
name, before
name, after
name, before cues
name, after cues
name, head cues
name, cues+1
person, after, length
person, before, length
from start, from end
before
before 2, before
after
after, after 2
before cues
after cues
before 2 cues, before
after, after 3 cues
head
head cues
capitals
next name
previous name
next name, name ? next name
joined name, name ? joined name
joining name, name ? joining name
opens, case
opens, from start, case
opens, name, length
before, after ? single
name, case, before ? single
casing
casing, name
casing, case
casing, shape
""")

#: What a word earns anywhere in the text it earns for all of it; each is a feature, alone and with `name`.
EVIDENCE: Final = (
    "after a locative",
    "after from, to or of",
    "before a containing place",
    "before a verb of saying",
    "before a place word",
    "before an organisation word",
    "after a given name",
    "given name of a name",
    "in the name of a person",
    "after a title",
    "in small letters",
    "twice",
    "thrice",
)
