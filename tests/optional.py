"""Packages that an extra brings: tests of them are skipped where one is missing, and fail where CI=true."""

import os
from importlib import import_module
from typing import Any

import pytest


def needed(package: str) -> Any:
    """The package, or a skipped module; on CI everything is to be there."""
    return import_module(package) if os.environ.get("CI") == "true" else pytest.importorskip(package)
