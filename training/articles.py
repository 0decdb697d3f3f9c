"""Our own annotated articles: read, checked and counted.

The format, and what is marked how, is told in ``training/roles/GUIDELINES.md``: documents opened by a line
``=== id | genre | region``, places marked in the running text as ``[[Name|role]]``. As a script, it reads all files
under ``training/articles`` and prints how many documents, words and mentions of each role they hold::

    python training/articles.py
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from toposcope.document import Role

__all__ = ["FOLDER", "MEASURED_ONLY", "Article", "is_for_training", "read_articles", "summary"]

FOLDER = Path(__file__).resolve().parent / "articles"

#: Files whose names begin so are measured on, never trained or tuned on.
MEASURED_ONLY = "unseen-"

_OPENING = "==="
_LABEL = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MARK = re.compile(r"\[\[(?P<name>[^\[\]|\n]+)\|(?P<role>[^\[\]|\n]*)\]\]")
_ROLES = frozenset(role.value for role in Role)


class Article(NamedTuple):
    """One annotated document.

    Attributes
    ----------
    id, genre, region : str
        From the line that opens it.
    text : str
        What a reader sees: the marks taken away, blank lines at both ends too.
    mentions : tuple of (start, end, role)
        Half-open code-point offsets into `text`, in reading order; `role` is the value of a :class:`toposcope.Role`.
    """

    id: str
    genre: str
    region: str
    text: str
    mentions: tuple[tuple[int, int, str], ...]


def is_for_training(path: Path) -> bool:
    """Whether weights may be learned from, and choices made by, the articles of a file."""
    return not path.name.startswith(MEASURED_ONLY)


def read_articles(path: Path | str) -> list[Article]:
    """The articles of one file, in its order.

    Raises
    ------
    ValueError
        If the file breaks the format; the message begins with ``file:line:``.
    """
    path = Path(path)
    articles: list[Article] = []
    opened: dict[str, int] = {}
    for number, heading, body in _documents(path):
        article_id, genre, region = _labels(heading, f"{path}:{number}")
        if article_id in opened:
            raise ValueError(f"{path}:{number}: the id {article_id!r} was given in line {opened[article_id]} already")
        opened[article_id] = number
        text, mentions = _unmarked(body, path)
        if not text:
            raise ValueError(f"{path}:{number}: the document {article_id!r} is empty")
        articles.append(Article(article_id, genre, region, text, mentions))
    return articles


def _documents(path: Path) -> Iterator[tuple[int, str, list[tuple[int, str]]]]:
    """Line number and text of each opening line, with the numbered lines below it."""
    opening: tuple[int, str] | None = None
    body: list[tuple[int, str]] = []
    # Only "\n" ends a line here: str.splitlines() would also cut at characters that a text may hold.
    for number, line in enumerate(path.read_bytes().decode("utf-8").split("\n"), start=1):
        if line.startswith(_OPENING):
            if opening is not None:
                yield *opening, body
            opening, body = (number, line), []
        elif opening is not None:
            body.append((number, line))
        elif line.strip():
            raise ValueError(f"{path}:{number}: text before the first '=== id | genre | region'")
    if opening is not None:
        yield *opening, body


def _labels(heading: str, where: str) -> tuple[str, str, str]:
    labels = [label.strip() for label in heading.removeprefix(_OPENING).split("|")]
    if len(labels) != 3 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(
            f"{where}: expected '=== id | genre | region', lower-case words joined by hyphens, got {heading!r}"
        )
    article_id, genre, region = labels
    return article_id, genre, region


def _unmarked(body: Sequence[tuple[int, str]], path: Path) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """The text without marks, and the mentions in it."""
    first = next((i for i, (_, line) in enumerate(body) if line.strip()), len(body))
    last = next((i for i in range(len(body) - 1, -1, -1) if body[i][1].strip()), -1)
    lines: list[str] = []
    mentions: list[tuple[int, int, str]] = []
    line_start = 0
    for number, line in body[first : last + 1]:
        plain, spans = _unmarked_line(line, f"{path}:{number}")
        lines.append(plain)
        mentions += [(line_start + start, line_start + end, role) for start, end, role in spans]
        line_start += len(plain) + 1
    return "\n".join(lines), tuple(mentions)


def _unmarked_line(line: str, where: str) -> tuple[str, list[tuple[int, int, str]]]:
    plain, spans, done = "", [], 0
    for mark in _MARK.finditer(line):
        name, role = mark["name"], mark["role"]
        if role not in _ROLES:
            raise ValueError(f"{where}: {role!r} in {mark[0]} is no role; known: {', '.join(sorted(_ROLES))}")
        if name != name.strip():
            raise ValueError(f"{where}: a blank at the edge of the name in {mark[0]}")
        plain += _without_brackets(line[done : mark.start()], where)
        spans.append((len(plain), len(plain) + len(name), role))
        plain += name
        done = mark.end()
    return plain + _without_brackets(line[done:], where), spans


def _without_brackets(between: str, where: str) -> str:
    if "[[" in between or "]]" in between:
        raise ValueError(f"{where}: a mark that is not '[[Name|role]]' near {between.strip()[:60]!r}")
    return between


def summary(paths: Iterable[Path]) -> str:
    """A table: a line for each file, its documents, words, mentions, and mentions by role."""
    head = ("file", "documents", "words", "mentions", *(role.value for role in Role))
    rows: list[tuple[str, ...]] = []
    total: Counter[str] = Counter()
    for path in paths:
        counts = _counts(read_articles(path))
        total += counts
        rows.append((path.name, *(str(counts[column]) for column in head[1:])))
    rows.append(("all", *(str(total[column]) for column in head[1:])))
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(line))
        for line in (zip(row, widths, strict=True) for row in (head, *rows))
    )


def _counts(articles: Sequence[Article]) -> Counter[str]:
    counts = Counter(role for article in articles for _, _, role in article.mentions)
    counts["mentions"] = sum(counts.values())
    counts["documents"] = len(articles)
    counts["words"] = sum(len(article.text.split()) for article in articles)
    return counts


if __name__ == "__main__":
    try:
        print(summary(sorted(FOLDER.glob("*.txt"))))
    except ValueError as error:
        sys.exit(str(error))
