"""The constant parts of every page: Leaflet, our own program and style sheet, each read once."""

import base64
import hashlib
import re
from functools import lru_cache
from importlib.resources import files

__all__ = ["policy_hash", "script", "style", "template"]

#: In the order in which they are joined: helpers first, the start last.
_PROGRAM = (
    "dom.js",
    "data.js",
    "basemap.js",
    "labels.js",
    "places.js",
    "edges.js",
    "text.js",
    "card.js",
    "controls.js",
    "page.js",
    "main.js",
)

_SOURCE_MAP = re.compile(r"\n//# sourceMappingURL=\S+\s*$")
_URL_DECLARATION = re.compile(r"[^;{}]*:\s*url\([^)]*\)[^;{}]*;")
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
_COMMENT_LINE = re.compile(r"^(?://.*|/\*.*\*/)?\n", re.MULTILINE)


@lru_cache(maxsize=1)
def script() -> tuple[str, str]:
    """Leaflet's program and ours.

    Leaflet's loses its last line, which has browsers ask for a source map; ours runs in a scope of its own.
    """
    ours = "\n".join(_lean(_read("app", name)) for name in _PROGRAM)
    return _SOURCE_MAP.sub("\n", _read("vendor", "leaflet", "leaflet.js")), f'(() => {{\n"use strict";\n{ours}}})();\n'


@lru_cache(maxsize=1)
def style() -> tuple[str, str]:
    """Leaflet's style sheet, without the images that it would fetch, and ours."""
    return _URL_DECLARATION.sub("", _read("vendor", "leaflet", "leaflet.css")), _lean(_read("app", "app.css"))


@lru_cache(maxsize=1)
def noscript_style() -> str:
    """What is styled otherwise where no program runs."""
    return _lean(_read("app", "noscript.css"))


@lru_cache(maxsize=1)
def template() -> str:
    """The frame of the page; ``[[name]]`` marks what is filled in."""
    return _read("app", "page.html")


@lru_cache(maxsize=32)
def policy_hash(source: str) -> str:
    """How a Content-Security-Policy names an inline script or style sheet."""
    digest = hashlib.sha256(source.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _lean(source: str) -> str:
    """Without comment lines and indentation, a fifth of the size; no string of ours runs over a line's end."""
    return _COMMENT_LINE.sub("", _INDENTATION.sub("", source))


def _read(*parts: str) -> str:
    return files("toposcope.webmap").joinpath(*parts).read_text(encoding="utf-8")
