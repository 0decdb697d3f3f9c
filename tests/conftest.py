"""What the tests share."""

import pytest

import handmade
from toposcope.document import Document
from toposcope.pipeline import Geoparser


@pytest.fixture
def storm() -> Document:
    """One of everything, made by hand."""
    return handmade.storm()


@pytest.fixture(scope="session")
def geoparser() -> Geoparser:
    """The real one; opening it is quick, and it keeps nothing of the texts that it has seen."""
    return Geoparser()
