import pickle
from collections.abc import Callable

import numpy as np
import pytest

from toposcope.document import Document, Mention, Status
from toposcope.evidence import CONTEXT, LOCAL, SIGNALS, context_evidence, local_evidence
from toposcope.geodesy import distance_km
from toposcope.pipeline import Geoparser
from toposcope.resolution import LinearResolver, Ranking, load_weights, softmax
from toposcope.senses import NameTable, Passage, gather


def place_of(document: Document, name: str, nth: int = 1) -> tuple[str, str | None, str | None]:
    places = [t.place for t in document.toponyms if t.mention.text == name]
    place = places[nth - 1]
    assert place is not None
    return place.name, place.admin1, place.country_code


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        pytest.param("Fire broke out in Paris, Texas.", "Paris", ("Paris", "Texas", "US"), id="state after a comma"),
        pytest.param("Fire broke out in Paris.", "Paris", ("Paris", "Île-de-France", "FR"), id="default"),
        pytest.param(
            "Sirte, Benghazi and Tripoli are in Libya.", "Tripoli", ("Tripoli", "Tripoli", "LY"), id="neighbours"
        ),
        pytest.param("From Beirut to Tripoli and Sidon, Lebanon.", "Tripoli", ("Tripoli", None, "LB"), id="the other"),
        pytest.param("He flew from Atlanta to Savannah, Georgia.", "Georgia", ("Georgia", "Georgia", "US"), id="state"),
        pytest.param("Talks in Tbilisi on Georgia and Armenia.", "Georgia", ("Georgia", None, "GE"), id="country"),
    ],
)
def test_the_right_place(geoparser: Geoparser, text: str, name: str, expected: tuple[str, str | None, str]) -> None:
    found = place_of(geoparser(text), name)
    assert (found[0], found[2]) == (expected[0], expected[2])
    if expected[1] is not None:
        assert found[1] == expected[1]


def test_two_senses_of_a_name_where_the_text_says_so(geoparser: Geoparser) -> None:
    document = geoparser("He left Paris, France, for Paris, Texas. In Paris he bought a ranch.")
    assert place_of(document, "Paris", 1)[2] == "FR"
    assert place_of(document, "Paris", 2)[1] == "Texas"
    assert place_of(document, "Paris", 3)[1] == "Texas", "a bare name is the one that was spelt out last"


def test_the_type_named_in_the_text_is_preferred(geoparser: Geoparser) -> None:
    text = "In Libya, shells hit Jufra, an air base near Sirte."
    place = geoparser.resolve(text, [(text.index("Jufra"), text.index("Jufra") + 5)]).toponyms[0].place
    assert place is not None
    assert float(distance_km(place.lat, place.lon, 29.2, 16.0)) < 25


def test_unknown_names_get_no_place(geoparser: Geoparser) -> None:
    text = "Fighting spread from Sirte to Xqzzkw in Libya."
    start = text.index("Xqzzkw")
    toponym = geoparser.resolve(text, [(start, start + 6)]).toponyms[0]
    assert (toponym.status, toponym.place, toponym.score, len(toponym.candidates)) == (Status.UNKNOWN, None, None, 0)


@pytest.mark.parametrize("name", ["Elm Street", "Fort Nothing", "Blue River Bridge", "Baker Hospital", "Lake Zyxw"])
def test_a_thing_that_is_not_known_gets_no_point_from_its_namesake(geoparser: Geoparser, name: str) -> None:
    text = f"It happened on {name} in Kentucky."
    toponym = geoparser.resolve(text, [(15, 15 + len(name))]).toponyms[0]
    assert (toponym.status, toponym.place) == (Status.UNKNOWN, None)


def test_a_part_of_a_place_is_shown_as_doubtful(geoparser: Geoparser) -> None:
    text = "It happened in Sirte Township."
    toponym = geoparser.resolve(text, [(15, 29)]).toponyms[0]
    assert toponym.status is Status.AMBIGUOUS
    assert toponym.candidates[0].level == "part"


def test_the_threshold_parts_resolved_from_ambiguous() -> None:
    text = "They met in Springfield."
    assert Geoparser(threshold=1.0)(text).toponyms[0].status is Status.AMBIGUOUS
    assert Geoparser(threshold=0.0)(text).toponyms[0].status is Status.RESOLVED


def test_candidates_are_ranked_and_explained(geoparser: Geoparser) -> None:
    toponym = geoparser("Benghazi and Tripoli, Libya").toponyms[1]
    scores = [c.score for c in toponym.candidates]
    assert len(scores) > 1
    assert scores == sorted(scores, reverse=True)
    assert all(score == round(score, 4) for score in scores)
    assert 0 < sum(scores[1:]) < scores[0] <= 1  # Tripoli and its province are one answer, in the score of the best
    best, second = toponym.candidates[0], toponym.candidates[1]
    assert best.evidence != second.evidence
    shown = {"kind" if s.startswith("kind_") else "name_type" if s.startswith("name_") else s for s in SIGNALS}
    assert set(best.evidence) <= shown
    assert best.evidence["inside_named"] > 0


def test_a_ranking_is_a_sequence_and_pickles_as_a_tuple(geoparser: Geoparser) -> None:
    ranking = geoparser("Tripoli").toponyms[0].candidates
    assert isinstance(ranking, Ranking)
    everything = tuple(ranking)
    assert ranking == everything
    assert ranking[0] == everything[0]
    assert ranking[1:3] == everything[1:3]
    assert ranking[-1] == everything[-1]
    assert pickle.loads(pickle.dumps(ranking)) == everything


def test_signals_have_weights_and_words() -> None:
    assert set(load_weights()) == set(SIGNALS)
    assert len(SIGNALS) <= 40
    assert all(SIGNALS.values())


def test_local_and_context_evidence_do_not_touch_each_other(geoparser: Geoparser) -> None:
    text = "Paris, Texas, is not Paris, France, nor London, Ontario."
    mentions = geoparser.mentions(text)
    table, _ = gather([Passage(text, mentions)], NameTable(geoparser.lookup))
    local = local_evidence(table, geoparser.lookup.gazetteer)
    belief = softmax(np.zeros(len(table.places), np.float32), table.offsets)
    context = context_evidence(table, belief, geoparser.lookup.gazetteer)
    assert local.shape == context.shape == (len(table.places), len(SIGNALS))
    assert not local[:, len(LOCAL) :].any()
    assert not context[:, : len(LOCAL)].any()
    assert context[:, len(LOCAL) :].any(axis=0).sum() > len(CONTEXT) / 2
    assert np.isfinite(local).all()
    assert np.isfinite(context).all()


def test_context_agrees_with_a_plain_implementation(geoparser: Geoparser) -> None:
    """Shares and kernels, counted one candidate at a time."""
    text = "Sirte, Tripoli and Benghazi in Libya; Athens and Cairo; Alexandria in Egypt."
    mentions = geoparser.mentions(text)
    lookup, gazetteer = geoparser.lookup, geoparser.lookup.gazetteer
    table, _ = gather([Passage(text, mentions)], NameTable(lookup))
    prior = np.concatenate([s.name.matches.prior for s in table.senses]).astype(np.float32)
    belief = softmax(prior, table.offsets)
    got = context_evidence(table, belief, gazetteer)
    columns = {name: i for i, name in enumerate(SIGNALS)}

    likely = []  # what counts as context: the best of every sense, and up to five more of at least a hundredth
    for i in range(len(table.senses)):
        rows = sorted(range(table.offsets[i], table.offsets[i + 1]), key=lambda r: -belief[r])
        likely += [r for rank, r in enumerate(rows[:6]) if rank == 0 or belief[r] > 0.01]
    for row, place in enumerate(table.places):
        others = [r for r in likely if table.sense[r] != table.sense[row]]
        share = sum(
            belief[r]
            for r in others
            if gazetteer.country[place] >= 0 and gazetteer.country[table.places[r]] == gazetteer.country[place]
        ) / (len(table.senses) - 1)
        assert got[row, columns["country_share"]] == pytest.approx(share, abs=1e-4)
        near = sum(
            belief[r]
            * np.exp(
                -distance_km(
                    gazetteer.lat[place], gazetteer.lon[place],
                    gazetteer.lat[table.places[r]], gazetteer.lon[table.places[r]],
                )
                / 300
            )
            for r in others
            if 3 <= gazetteer.kind[table.places[r]] != 8
        )  # fmt: skip
        assert got[row, columns["near_300"]] == pytest.approx(np.log((near + 0.1) / len(table.senses)), abs=5e-3)


def test_softmax_sums_to_one_within_each_stretch() -> None:
    offsets = np.array([0, 1, 4])
    share = softmax(np.array([800.0, -800.0, 0.0, 3.0], np.float32), offsets)
    assert share[0] == 1
    assert share[1:].sum() == pytest.approx(1)


@pytest.mark.parametrize("names", [lambda: ["Paris"] * 1200, lambda: ["Paris", "London", "Athens"] * 400])
def test_long_lists_of_mentions_are_answered_one_by_one(geoparser: Geoparser, names: Callable[[], list[str]]) -> None:
    text = " ".join(names())
    mentions, end = [], 0
    for name in names():
        mentions.append(Mention(name, end, end + len(name)))
        end += len(name) + 1
    toponyms = LinearResolver(geoparser.lookup).resolve(text, mentions)
    assert [t.mention for t in toponyms] == mentions
