"""The format of our own annotated articles, and every file that is written in it."""

import importlib.util
import re
import sys
from collections import defaultdict
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toposcope.document import Role
from toposcope.evaluation import demonyms

SCRIPT = Path(__file__).resolve().parents[1] / "training" / "articles.py"
FILES = sorted((SCRIPT.parent / "articles").glob("*.txt"))

#: The genres of the guidelines.
GENRES = set(
    "news wire headline sports business court crime disaster weather farming health politics diplomacy war obituary "
    "travel letter opinion radio social upper lower history science culture literature".split()
)


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("articles", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


articles = load()


def written(folder: Path, text: str) -> Path:
    path = folder / "sample.txt"
    path.write_bytes(text.encode())
    return path


def test_marks_are_taken_away_and_offsets_are_of_what_is_left(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "=== one | wire | libya\n\n[[ANKARA|origin]] (Agency) – talks in [[Tripoli|scene]].\n\n"
        "“[[Turkish|demonym]] drones”\n\n=== two | news | kenya\nNo place here.\n",
    )
    first, second = articles.read_articles(path)
    assert first.text == "ANKARA (Agency) – talks in Tripoli.\n\n“Turkish drones”"
    assert [(first.text[start:end], role) for start, end, role in first.mentions] == [
        ("ANKARA", "origin"),
        ("Tripoli", "scene"),
        ("Turkish", "demonym"),
    ]
    assert second == ("two", "news", "kenya", "No place here.", ())


@pytest.mark.parametrize(
    ("body", "line", "wrong"),
    [
        pytest.param("Fine.\nIn [[Tunis|scen]].", 3, "'scen'", id="unknown role"),
        pytest.param("In [[Tunis|]].", 2, "no role", id="empty role"),
        pytest.param("In [[Tunis]].", 2, "not '[[Name|role]]'", id="no role"),
        pytest.param("In [[Tunis|scene] .", 2, "not '[[Name|role]]'", id="not closed"),
        pytest.param("In Tunis]].", 2, "not '[[Name|role]]'", id="not opened"),
        pytest.param("In [[New\nYork|scene]].", 2, "not '[[Name|role]]'", id="across a line end"),
        pytest.param("[[Gulf of [[Guinea|scene]]|scene]]", 2, "not '[[Name|role]]'", id="nested"),
        pytest.param("In [[Tunis |scene]].", 2, "blank", id="blank at the edge"),
        pytest.param("\n\n", 1, "empty", id="no text"),
        pytest.param("Fine.\n=== one | news | egypt\nAgain.", 3, "given in line 1", id="id twice"),
        pytest.param("Fine.\n=== two | news\nText.", 3, "expected '=== id", id="two labels"),
        pytest.param("Fine.\n=== Two | news | egypt\nText.", 3, "expected '=== id", id="capital in a label"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, body: str, line: int, wrong: str) -> None:
    path = written(tmp_path, "=== one | news | tunisia\n" + body)
    with pytest.raises(ValueError, match=re.escape(f"{path}:{line}: ") + ".*" + re.escape(wrong)):
        articles.read_articles(path)


def test_text_before_the_first_document_is_an_error(tmp_path: Path) -> None:
    path = written(tmp_path, "\nStray.\n=== one | news | tunisia\nText.")
    with pytest.raises(ValueError, match=re.escape(f"{path}:2: text before")):
        articles.read_articles(path)


# Pieces of text and marks that cannot run together into brackets, line ends or an opening line.
plain = st.text(st.characters(exclude_characters="[]|\n=", exclude_categories=["Cs"]), max_size=12)
names = plain.filter(lambda name: bool(name) and name == name.strip())
pieces = st.lists(st.tuples(plain, names, st.sampled_from([role.value for role in Role])), min_size=1, max_size=6)


@given(pieces=pieces)
def test_whatever_is_marked_is_found_again(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[str, str, str]]
) -> None:
    marked = "=== one | news | tunisia\n" + "".join(f"{before}[[{name}|{role}]]" for before, name, role in pieces)
    (article,) = articles.read_articles(written(tmp_path_factory.mktemp("any"), marked))
    assert article.text == "".join(before + name for before, name, _ in pieces)
    found = [(article.text[start:end], role) for start, end, role in article.mentions]
    assert found == [(name, role) for _, name, role in pieces]


def test_files_to_measure_on_are_not_for_training() -> None:
    assert articles.is_for_training(Path("training/articles/africa-mena.txt"))
    assert not articles.is_for_training(Path("training/articles/unseen-africa.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestEveryFile:
    def test_is_well_formed(self, path: Path) -> None:
        read = articles.read_articles(path)
        assert read
        assert {article.genre for article in read} <= GENRES
        assert b"\r" not in path.read_bytes()

    def test_adjectives_and_peoples_are_demonyms_and_nothing_else_is_both(self, path: Path) -> None:
        peoples = {word.casefold() for word in demonyms()}
        roles: dict[str, set[str]] = defaultdict(set)
        for article in articles.read_articles(path):
            for start, end, role in article.mentions:
                roles[article.text[start:end].casefold()].add(role)
        wrong = {
            name: sorted(seen)
            for name, seen in roles.items()
            if (len(seen) > 1 and "demonym" in seen) or (name.split()[-1] in peoples and seen != {"demonym"})
        }
        assert not wrong

    def test_no_mark_begins_or_ends_inside_a_word(self, path: Path) -> None:
        inside = [
            article.text[max(0, start - 10) : end + 10]
            for article in articles.read_articles(path)
            for start, end, _ in article.mentions
            if _runs_on(article.text, start - 1, start) or _runs_on(article.text, end - 1, end)
        ]
        # A hashtag may run words together: "#PrayForBeira".
        assert [piece for piece in inside if "#" not in piece] == []


def _runs_on(text: str, left: int, right: int) -> bool:
    """Whether letters stand on both sides of the gap between two neighbouring characters."""
    return left >= 0 and right < len(text) and text[left].isalnum() and text[right].isalnum()


def test_ids_are_unique_over_all_files() -> None:
    where: dict[str, list[str]] = defaultdict(list)
    for path in FILES:
        for article in articles.read_articles(path):
            where[article.id].append(path.name)
    assert {article_id: names for article_id, names in where.items() if len(names) > 1} == {}


def test_the_summary_counts_documents_words_and_roles(tmp_path: Path) -> None:
    path = written(
        tmp_path, "=== one | news | tunisia\nFrom [[Tunis|scene]] to [[Sfax|scene]] by [[Tunisian|demonym]] rail."
    )
    head, row, total = (line.split() for line in articles.summary([path]).splitlines())
    assert dict(zip(head, row, strict=True)) == {
        "file": "sample.txt", "documents": "1", "words": "7", "mentions": "3",
        "scene": "2", "actor": "0", "origin": "0", "association": "0", "demonym": "1",
    }  # fmt: skip
    assert total[1:] == row[1:]
