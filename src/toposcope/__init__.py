"""Toposcope reads a text, finds every place in it, says where each one is and how sure it is, and draws the map.

>>> import toposcope
>>> doc = toposcope.geoparse("Fighting resumed near Sirte, Libya.")
>>> [place.name for place in doc.places]
['Sirte', 'Libya']

Importing is free: every name below is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from toposcope._version import __version__

if TYPE_CHECKING:
    from toposcope.candidates import open_gazetteer
    from toposcope.document import Candidate, Document, Mention, Place, Provenance, Role, Status, Toponym
    from toposcope.errors import ToposcopeError
    from toposcope.frames import geoparse_frame
    from toposcope.pipeline import Geoparser, geoparse
    from toposcope.webmap import ArticleMap

__all__ = [
    "ArticleMap",
    "Candidate",
    "Document",
    "Geoparser",
    "Mention",
    "Place",
    "Provenance",
    "Role",
    "Status",
    "Toponym",
    "ToposcopeError",
    "__version__",
    "geoparse",
    "geoparse_frame",
    "open_gazetteer",
]

_HOME = {
    "ArticleMap": "toposcope.webmap",
    "Geoparser": "toposcope.pipeline",
    "ToposcopeError": "toposcope.errors",
    "geoparse": "toposcope.pipeline",
    "geoparse_frame": "toposcope.frames",
    "open_gazetteer": "toposcope.candidates",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'toposcope' has no attribute {name!r}")
    value = getattr(import_module(_HOME.get(name, "toposcope.document")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
