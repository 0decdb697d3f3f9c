"""What the tests share."""

import pytest
from hypothesis import HealthCheck, settings

import handmade
from toposcope.document import Document
from toposcope.pipeline import Geoparser

# A busy machine is no reason to fail: nothing here is timed.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture
def storm() -> Document:
    """One of everything, made by hand."""
    return handmade.storm()


@pytest.fixture(scope="session")
def geoparser() -> Geoparser:
    """The real one; opening it is quick, and it keeps nothing of the texts that it has seen."""
    return Geoparser()
