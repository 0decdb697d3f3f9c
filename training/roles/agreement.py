"""How far two labellings of the same mentions agree about their roles.

The first labels are the marks in ``training/articles``; the second are the rows of ``second-labels.csv``
(document, start, end, name, role), given later from a list of sentences that showed no roles. The list was every
eighth mention of ``unseen-world.txt``, put out of order. Neither labelling was changed after the comparison: what is
printed is what happened. ::

    python training/roles/agreement.py
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # A script's own folder is on the path already, but not the one above.

from articles import FOLDER, read_articles  # noqa: E402

SECOND = HERE / "second-labels.csv"


class Pair(NamedTuple):
    """One mention with the role it was given each time, and the text around it."""

    document: str
    name: str
    first: str
    second: str
    around: str


def read_pairs(second: Path, files: Iterable[Path]) -> list[Pair]:
    """The rows of the second labelling, each beside the first label of the same mention.

    Raises
    ------
    ValueError
        If a row is no mention of the articles, or a mention comes twice; the message begins with ``file:line:``.
    """
    texts: dict[str, str] = {}
    roles: dict[tuple[str, int, int], str] = {}
    for article in (article for path in files for article in read_articles(path)):
        texts[article.id] = article.text
        roles |= {(article.id, start, end): role for start, end, role in article.mentions}
    pairs: list[Pair] = []
    with second.open(encoding="utf-8", newline="") as rows:
        for line, row in enumerate(csv.DictReader(rows), start=2):
            document, start, end, name = row["document"], int(row["start"]), int(row["end"]), row["name"]
            # A mention is taken out as it is met, so that none can count twice.
            first = roles.pop((document, start, end), None)
            if first is None or texts[document][start:end] != name:
                raise ValueError(f"{second}:{line}: {name!r} is not marked there, or was given above")
            around = " ".join(texts[document][max(0, start - 45) : end + 30].split())
            pairs.append(Pair(document, name, first, row["role"], around))
    return pairs


def cohens_kappa(labels: Sequence[tuple[str, str]]) -> float:
    """Agreement beyond chance: 1 is perfect, 0 what two would reach who guess with the same frequencies.

    J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960).

    >>> cohens_kappa([("actor", "actor"), ("scene", "scene"), ("scene", "actor"), ("scene", "scene")])
    0.5
    """
    total = len(labels)
    observed = sum(one == other for one, other in labels) / total
    firsts, seconds = Counter(one for one, _ in labels), Counter(other for _, other in labels)
    expected = sum(firsts[role] * seconds[role] for role in firsts) / total**2
    # Both gave one and the same role throughout: nothing was left to chance, nor to judgement.
    return 1.0 if expected == 1 else (observed - expected) / (1 - expected)


def report(pairs: Sequence[Pair]) -> str:
    """Agreement, kappa, and every mention that was labelled differently."""
    labels = [(pair.first, pair.second) for pair in pairs]
    differing = [pair for pair in pairs if pair.first != pair.second]
    same = len(pairs) - len(differing)
    lines = [f"{same} of {len(pairs)} alike ({same / len(pairs):.1%}), Cohen's kappa {cohens_kappa(labels):.2f}"]
    lines += [f"{p.document}: {p.name} – first {p.first}, then {p.second}: … {p.around} …" for p in differing]
    return "\n".join(lines)


if __name__ == "__main__":
    try:
        print(report(read_pairs(SECOND, sorted(FOLDER.glob("*.txt")))))
    except ValueError as error:
        sys.exit(str(error))
