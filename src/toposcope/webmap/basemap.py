"""The base map that every page carries: countries of Natural Earth with GeoNames' country codes."""

import base64
import gzip
import json
from functools import lru_cache
from importlib.resources import files

__all__ = ["country_name", "packed"]


@lru_cache(maxsize=1)
def packed() -> str:
    """The base map as it stands in a page: JSON, gzip, base64; see vendor/basemap/README.md for what it holds."""
    return base64.b64encode(_bytes()).decode("ascii")


def country_name(code: str | None) -> str | None:
    """Name of a country by its ISO 3166-1 alpha-2 code; the code itself where the base map does not know it."""
    return None if code is None else _names().get(code, code)


def _bytes() -> bytes:
    return (files("toposcope.webmap") / "basemap" / "world.json.gz").read_bytes()


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    countries = json.loads(gzip.decompress(_bytes()))["countries"]
    return {country["code"]: country["name"] for country in countries if country["code"]}
