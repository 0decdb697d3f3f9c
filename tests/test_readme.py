"""The README's commands and code, run as they stand."""

import ast
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def commands() -> list[str]:
    return [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")]


@pytest.mark.parametrize("command", commands())
def test_commands_work(command: str, tmp_path: Path) -> None:
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    toposcope = f"{shlex.quote(sys.executable)} -m toposcope"
    done = subprocess.run(
        ["bash", "-c", re.sub(r"\btoposcope (?=[a-z])", f"{toposcope} ", command)],
        cwd=tmp_path,
        env={**os.environ, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    wrote = [path for path in tmp_path.iterdir() if path.name != "seeds"]
    assert done.stdout or wrote


def test_python_says_what_the_comments_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    checked = 0
    for block in blocks("python"):
        for statement in ast.parse(block).body:
            source = ast.get_source_segment(block, statement)
            assert source is not None
            if not isinstance(statement, ast.Expr):
                exec(source, names)
                continue
            value = eval(source, names)
            comment = re.search(rf"{re.escape(source)}\s*#\s*(.*(?:\n#.*)*)", block)
            expected = comment and re.sub(r"\n#\s*", " ", comment[1])
            if expected and expected[0] in "['":
                assert repr(value) == expected
                checked += 1
    assert checked >= 3
    assert (tmp_path / "map.html").exists()
