import pickle

import pytest

from toposcope.candidates import Lookup, open_gazetteer
from toposcope.errors import GazetteerError, GazetteerNotFoundError


@pytest.fixture(scope="module")
def lookup() -> Lookup:
    return open_gazetteer("embedded")


@pytest.mark.parametrize(
    ("name", "place", "country", "level"),
    [
        ("Sirte", "Sirte", "LY", "exact"),
        ("Libya", "Libya", "LY", "exact"),
        ("Libyans", "Libya", "LY", "demonym"),
        ("U.S.", "United States", "US", "abbreviation"),
        ("the Netherlands", "The Netherlands", "NL", "exact"),
        ("St Petersburg", "Saint Petersburg", "RU", "exact"),
        ("Libya's", "Libya", "LY", "exact"),
        ("#Libya", "Libya", "LY", "exact"),
        ("northern Benghazi", "Benghazi", "LY", "part"),
        ("LIBYA", "Libya", "LY", "exact"),
    ],
)
def test_the_right_place_comes_first(lookup: Lookup, name: str, place: str, country: str, level: str) -> None:
    best = lookup.find(name)[0]
    assert (best.place.name, best.place.country_code, best.level) == (place, country, level)


def test_scores_are_shares_best_first(lookup: Lookup) -> None:
    found = lookup.find("Springfield")
    scores = [c.score for c in found]
    assert len(found) > 20
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("name", ["", " ", "\ud800", "xqzzkwvv", "\x00", "Creek", "of the " * 10_000])
def test_unknown_names_have_no_candidates(lookup: Lookup, name: str) -> None:
    assert [c for c in lookup.find(name) if c.level != "exact"] == []


def test_a_lookup_pickles_as_its_path(lookup: Lookup) -> None:
    data = pickle.dumps(lookup)
    assert len(data) < 1000
    assert pickle.loads(data).find("Sirte") == lookup.find("Sirte")


def test_a_gazetteer_that_is_not_there() -> None:
    with pytest.raises(GazetteerNotFoundError, match="nowhere"):
        open_gazetteer("nowhere")


def test_layers_say_that_they_are_not_there_yet() -> None:
    with pytest.raises(GazetteerError, match="one gazetteer"):
        open_gazetteer(["embedded", "embedded"])
