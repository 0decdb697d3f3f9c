"""What the project file and the Makefile say, held against the tree."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

import toposcope

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_every_carried_licence_text_is_packed():
    listed = PROJECT["project"]["license-files"]
    assert [path for path in listed if not (ROOT / path).is_file()] == []
    carried = {
        path.relative_to(ROOT).as_posix()
        for folder in ("src", "vendor")
        for path in (ROOT / folder).rglob("LICENSE*")
        if "node_modules" not in path.parts
    }
    assert carried <= set(listed)


def test_extras_hold_something():
    extras = PROJECT["project"]["optional-dependencies"]
    assert [name for name, requirements in extras.items() if not requirements] == []
    wanted = extras["all"][0].removeprefix("toposcope[").removesuffix("]").split(",")
    assert set(wanted) == set(extras) - {"all", "test"}


def test_no_lint_rule_is_left_out_twice():
    ignored = PROJECT["tool"]["ruff"]["lint"]["ignore"]
    assert len(ignored) == len(set(ignored))


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_installs_anew_when_an_input_of_the_gazetteer_changes(monkeypatch):
    embedded = pytest.importorskip("toposcope.sources.embedded")
    if not Path(toposcope.__file__).is_relative_to(ROOT):
        pytest.skip("the package is not that of this checkout")
    read = set()
    read_bytes = Path.read_bytes

    def recorded(path):
        read.add(path.resolve().relative_to(ROOT.resolve()).as_posix())
        return read_bytes(path)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", recorded)
        embedded.inputs_sha256(ROOT)
    command = ["make", "-s", "--eval", "show-sources: ; @echo $(SOURCES)", "show-sources"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "src/toposcope/geodesy.py" in read
    assert read <= set(done.stdout.split())
