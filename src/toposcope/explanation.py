"""Why a place was chosen, in words: what `Toponym.explain` says and the map's card lists."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from toposcope.countries import country_name
from toposcope.document import Candidate, Place, Status
from toposcope.geodesy import distance_km

if TYPE_CHECKING:
    from toposcope.document import Toponym

__all__ = ["LEAST_REASON", "REASONS", "Named", "explain", "reasons"]

#: A name of the same passage, how often it stands there, and its place.
Named = tuple[str, int, Place]

#: What a signal of the ranking says to a reader; signals that say the same are added up.
REASONS = {
    "log_population": "larger, or more is written about it",
    "log_alternates": "larger, or more is written about it",
    "population_gap": "larger, or more is written about it",
    "rank": "larger, or more is written about it",
    "capital": "capital of its country",
    "default_sense": "what the plain name is known to mean",
    "default_city": "what the plain name is known to mean",
    "namesake_seat": "the city comes before the division of its name",
    "local_capital": "the text speaks of it as local papers speak of a town",
    "local_default": "the text speaks of it as local papers speak of a town",
    "kind": "names like this mostly mean its kind of place",
    "name_type": "it is its main name",
    "inside_named": "the text says what it lies in",
    "outside_named": "the text says what it lies in",
    "article": "rivers, lakes and mountains have an article before their name",
    "feature_cue": "the text says what kind of place it is",
    "feature_clash": "the text says what kind of place it is",
    "country_share": "other names of the text lie in the same country",
    "admin1_share": "other names of the text lie in the same province",
    "admin1_named": "its province is named",
    "admin2_named": "its county is named",
    "near_100": "near other places of the text",
    "near_900": "near other places of the text",
    "child_share": "other names of the text lie in it",
    "home_near": "it fits where the text is from",
    "home_region": "it fits where the text is from",
}

#: A smaller lead decides nothing.
LEAST_REASON = 0.05

_MOST_SAID = 2
_NEAR_KM = 700.0  # the wider of the two scales that nearness is counted on
_SAME_SPOT_KM = 25.0
#: Reasons that the gazetteer gives, as they stand in a sentence.
_GENERAL = {
    REASONS["log_population"]: "it is the better known",
    REASONS["capital"]: "it is the capital",
    REASONS["default_sense"]: "it is what the name mostly means",
    REASONS["namesake_seat"]: "a city comes before the division of its name",
    REASONS["kind"]: "it is what the name mostly means",
    REASONS["name_type"]: "it is what the name mostly means",
}
_COUNTRY = REASONS["country_share"]
_NEAR = REASONS["near_100"]


def reasons(best: Candidate, runner_up: Candidate | None) -> list[tuple[str, float]]:
    """What carried a candidate past another, in words with their lead, strongest first.

    Parameters
    ----------
    best, runner_up : Candidate
        With their evidence; without a runner-up all of the evidence is the lead.
    """
    other = {} if runner_up is None else runner_up.evidence
    lead: dict[str, float] = {}
    for name in {**best.evidence, **other}:
        words = REASONS.get(name, name.replace("_", " "))
        lead[words] = lead.get(words, 0.0) + best.evidence.get(name, 0.0) - other.get(name, 0.0)
    return sorted(lead.items(), key=lambda item: (-item[1], item[0]))


def explain(toponym: "Toponym") -> str:
    """One plain sentence on why this place: see :meth:`toposcope.document.Toponym.explain`."""
    name, best = toponym.mention.text, toponym.best
    if toponym.status is Status.FAILED:
        return f"{name}: the search for it failed."
    if best is None:
        return f"{name}: no place of that name is known."
    if toponym.fixed:
        return f"{_where(best.place, None)}: set by an editor."
    if best.place.source == "text":
        return f"{best.place.name}: the text gives its coordinates."
    rival = _rival(toponym.candidates)
    head = _where(best.place, None if rival is None else rival.place)
    if rival is not None:
        head += f", not {_instead(rival.place, best.place)}"
    if toponym.status is Status.AMBIGUOUS:
        head += ", but that is doubtful"
    if best.level == "part":
        return f"{head}: only a part of the name is known."
    if rival is None:
        return f"{head}: no other place of that name is known."
    named: Sequence[Named] = getattr(toponym.candidates, "named", ())
    lead = [words for words, value in reasons(best, rival) if value >= LEAST_REASON]
    # What the text says tells a reader more than what the gazetteer says, however the ranking weighs them.
    lead.sort(key=lambda words: words in _GENERAL)
    said = dict.fromkeys(_said(words, best.place, named) for words in lead)
    return f"{head}: {', '.join(list(said)[:_MOST_SAID]) or 'nothing more speaks for it'}."


def _rival(candidates: Sequence[Candidate]) -> Candidate | None:
    """The best candidate that is another spot: a city's own province is none."""
    best = candidates[0].place
    for other in candidates[1:]:
        place = other.place
        around = max(best.extent_km, place.extent_km) if _together(place, best) and place.name == best.name else 0.0
        if distance_km(best.lat, best.lon, place.lat, place.lon) > _SAME_SPOT_KM + around:
            return other
    return None


def _where(place: Place, rival: Place | None) -> str:
    """A place with as much of where it lies as tells it from its rival."""
    country = country_name(place.country_code)
    if country is None or country == place.name:
        return place.name
    if rival is not None and _together(rival, place) and place.admin1 and place.admin1 != place.name:
        return f"{place.name} in {place.admin1}, {_with_article(country)}"
    return f"{place.name} in {_with_article(country)}"


def _instead(rival: Place, best: Place) -> str:
    """What the rival is called beside the best: as little as tells them apart."""
    country = country_name(rival.country_code)
    if _together(rival, best) and rival.admin1 and rival.admin1 not in (best.admin1, rival.name):
        where: str | None = rival.admin1
    else:
        where = None if country is None or country == rival.name else _with_article(country)
    if where is None:
        return _with_article(rival.name)
    if rival.name != best.name:
        return f"{rival.name} in {where}"
    return f"the one in {where}" if _together(rival, best) or best.name == country_name(best.country_code) else where


def _with_article(country: str) -> str:
    """A country as it stands within a sentence: "the United States"."""
    plural = country.endswith(("Islands", "Republic", "Emirates")) or country.startswith(
        ("United ", "Republic ", "Democratic ")
    )
    named_so = ("Bahamas", "Comoros", "Gambia", "Isle of Man", "Maldives", "Netherlands", "Philippines")
    return f"the {country}" if plural or country in named_so else country


def _said(words: str, place: Place, named: Sequence[Named]) -> str:
    """A reason as it stands in the sentence: with the names that are its evidence, where these are known."""
    if words in _GENERAL:
        return _GENERAL[words]
    if words == _COUNTRY:
        country = country_name(place.country_code)
        for _, count, other in named:
            if other.name == country or (other.feature_code.startswith("PCL") and _together(other, place)):
                times = {1: "once", 2: "twice"}.get(count, f"{count} times")
                return f"{_with_article(other.name)} is named {times}"
        return _with_names(words, named, lambda other: _together(other, place), place, "in the same country")
    if words == _NEAR:

        def close(other: Place) -> bool:
            return bool(distance_km(place.lat, place.lon, other.lat, other.lon) <= _NEAR_KM)

        return _with_names(words, named, close, place, "near")
    return words


def _together(other: Place, place: Place) -> bool:
    return other.country_code is not None and other.country_code == place.country_code


def _with_names(words: str, named: Sequence[Named], fits: Callable[[Place], bool], place: Place, what: str) -> str:
    """The nearest two of the names that fit, as a clause; the words alone where none does."""
    # What has an area is near to nothing.
    areas = ("PCL", "CONT", "OCN", "RGN", "ADM")
    found = [
        (name, other)
        for name, _, other in named
        if other.id != place.id and fits(other) and not other.feature_code.startswith(areas)
    ]
    distances = [distance_km(place.lat, place.lon, other.lat, other.lon) for _, other in found]
    nearest = list(dict.fromkeys(found[i][0] for i in np.argsort(distances, kind="stable")))[:2]
    if not nearest:
        return "other places of the text are near" if words == _NEAR else words
    return f"{' and '.join(nearest)} {'are' if len(nearest) > 1 else 'is'} {what}"
