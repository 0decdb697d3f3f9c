"""The base map that every page carries: countries of Natural Earth with GeoNames' country codes."""

import base64
from functools import lru_cache
from importlib.resources import files

__all__ = ["packed"]


@lru_cache(maxsize=1)
def packed() -> str:
    """The base map as it stands in a page: JSON, gzip, base64; see vendor/basemap/README.md for what it holds."""
    return base64.b64encode(_bytes()).decode("ascii")


def _bytes() -> bytes:
    return (files("toposcope.webmap") / "basemap" / "world.json.gz").read_bytes()
