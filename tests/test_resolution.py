import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from toposcope.document import Document, Mention, Place, Status
from toposcope.errors import InputError
from toposcope.evidence import CONTEXT, LOCAL, SIGNALS, context_evidence, local_evidence
from toposcope.gazetteer import Gazetteer, Kind
from toposcope.geodesy import distance_km
from toposcope.home import SourceHistory, source_key
from toposcope.pipeline import Geoparser, default_geoparser
from toposcope.resolution import LinearResolver, Ranking, load_weights, softmax
from toposcope.senses import Candidates, NameTable, Passage, gather


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


def plain_context(table: Candidates, belief: NDArray[np.float32], gazetteer: Gazetteer) -> list[dict[str, float]]:
    """The signals of `CONTEXT` counted one candidate and one other name at a time: slow, and plain to read."""
    likely = []  # what counts as context: the best of every sense, and up to five more of at least a hundredth
    for i in range(len(table.senses)):
        rows = sorted(range(table.offsets[i], table.offsets[i + 1]), key=lambda r: -belief[r])
        likely += [r for rank, r in enumerate(rows[:6]) if rank == 0 or belief[r] > 0.01]

    def passage(row: int) -> int:
        return int(table.passage[table.sense[row]])

    def name(row: int) -> int:
        return int(table.number[table.sense[row]])

    levels = {"country": (Kind.COUNTRY, gazetteer.country)}
    levels |= {"admin1": (Kind.ADMIN1, gazetteer.admin1), "admin2": (Kind.ADMIN2, gazetteer.admin2)}
    rows = []
    for row, place in enumerate(table.places):
        others = [r for r in likely if passage(r) == passage(row) and name(r) != name(row)]
        weight = {r: float(belief[r] * table.weight[table.sense[r]]) for r in others}
        n_others = len({name(r) for r in range(len(table.places)) if passage(r) == passage(row)}) - 1
        signals = {"child_share": 0.0}
        for division, (kind, codes) in levels.items():
            same = [r for r in others if codes[place] >= 0 and codes[table.places[r]] == codes[place]]
            kinds = {r: gazetteer.kind[table.places[r]] for r in same}
            if division != "admin2":
                signals[f"{division}_share"] = sum(weight[r] for r in same) / max(n_others, 1)
            if division != "country":
                named = min(1.0, sum(weight[r] for r in same if kinds[r] == kind))
                signals[f"{division}_named"] = named if gazetteer.kind[place] > kind else 0.0
            if gazetteer.kind[place] == kind:
                signals["child_share"] += np.log1p(sum(weight[r] for r in same if kinds[r] > kind))
        for km in (100, 900):
            near = 0.0
            for r in others:
                other = table.places[r]
                if Kind.ADMIN1 <= gazetteer.kind[other] != Kind.WATER:
                    lat, lon = gazetteer.lat, gazetteer.lon
                    near += weight[r] * np.exp(-distance_km(lat[place], lon[place], lat[other], lon[other]) / km)
            signals[f"near_{km}"] = float(np.log((near + 0.1) / (n_others + 1)))
        rows.append(signals)
    return rows


@pytest.mark.parametrize(
    "texts",
    [
        ["Sirte, Tripoli and Benghazi in Libya; Athens and Cairo; Alexandria in Egypt."],
        [
            "Paris, Texas, and Paris, France.",
            "Lima, Allen County, Ohio; Dayton; Toledo.",
            "Fiji.",
            "Suva and Apia, Samoa.",
        ],
    ],
)
def test_context_agrees_with_a_plain_implementation(geoparser: Geoparser, texts: list[str]) -> None:
    gazetteer = geoparser.lookup.gazetteer
    passages = [Passage(text, geoparser.mentions(text)) for text in texts]
    table, _ = gather(passages, NameTable(geoparser.lookup))
    prior = np.concatenate([s.name.matches.prior for s in table.senses]).astype(np.float32)
    belief = softmax(prior, table.offsets)
    got = context_evidence(table, belief, gazetteer)
    columns = {signal: i for i, signal in enumerate(SIGNALS)}
    for row, signals in enumerate(plain_context(table, belief, gazetteer)):
        assert set(signals) == set(CONTEXT)
        for signal, value in signals.items():
            # The arc sine is a series, and distances are of single precision.
            assert got[row, columns[signal]] == pytest.approx(value, abs=1e-2 if "near" in signal else 1e-4), signal


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


def test_batches_give_what_single_calls_give(geoparser: Geoparser) -> None:
    texts = [
        "Paris, Texas, is not Paris, France.",
        "",
        "Floods hit Kisumu, Mombasa and Garissa in Kenya.",
        "From Tripoli to Benghazi. " * 200,
        "Nothing here.",
        "Athens police met a Paris man near London, Ontario; the Niger rose at Mopti.",
    ]
    documents = [(text, geoparser.mentions(text)) for text in texts]
    resolver = LinearResolver(geoparser.lookup)
    together = list(resolver.resolve_many(documents * 3))
    alone = [LinearResolver(geoparser.lookup).resolve(text, mentions) for text, mentions in documents]
    assert together == alone * 3


def test_results_come_before_the_last_document_is_read(geoparser: Geoparser) -> None:
    text = "Athens, Rome and Paris. " * 400
    mentions = geoparser.mentions(text)

    def documents() -> Iterator[tuple[str, Sequence[Mention]]]:
        yield text, mentions
        yield text, mentions
        raise AssertionError("read too far ahead")

    first = next(LinearResolver(geoparser.lookup).resolve_many(documents()))
    assert [t.mention for t in first] == mentions


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("The Ohio city of Lima voted.", "Lima", "US"),
        ("Lebanon's northern city of Tripoli was calm.", "Tripoli", "LB"),
        ("Lima is a city in and the county seat of Allen County, Ohio.", "Lima", "US"),
        ("San José, Costa Rica, wakes. San Jose, California, sleeps.", "San Jose", "US"),
        ("Valencia, a town of cotton mills in Carabobo, grew.", "Valencia", "VE"),
    ],
)
def test_what_the_text_says_of_where_a_place_lies_is_believed(
    geoparser: Geoparser, text: str, name: str, country: str
) -> None:
    (toponym,) = [t for t in geoparser(text).toponyms if t.mention.text == name]
    assert toponym.place is not None
    assert toponym.place.country_code == country


def test_states_in_a_row_do_not_lie_in_each_other(geoparser: Geoparser) -> None:
    places = [t.place for t in geoparser("Storms crossed Nevada, Missouri and Oregon.").toponyms]
    assert [p.feature_code for p in places if p is not None] == ["ADM1", "ADM1", "ADM1"]


def test_an_article_makes_a_river_of_a_country(geoparser: Geoparser) -> None:
    river = geoparser("The boat went down the Niger from Mopti.").toponyms[0].place
    assert river is not None
    assert river.feature_class == "H"
    country = geoparser("Niger voted on Sunday.").toponyms[0].place
    assert country is not None
    assert country.feature_code.startswith("PCL")


class TestHome:
    TEXT = "Police in Athens arrested two men."

    def place(self, parser: Geoparser, source: str | None = None) -> Place:
        place = parser(self.TEXT, source=source).toponyms[0].place
        assert place is not None
        return place

    @pytest.mark.parametrize("home", ["Georgia, USA", "Atlanta, Georgia", "Athens, Georgia"])
    def test_a_home_that_is_given_moves_the_answer(self, geoparser: Geoparser, home: str) -> None:
        assert self.place(geoparser).country_code == "GR"
        assert self.place(Geoparser(home=home)).admin1 == "Georgia"

    def test_what_earlier_articles_of_a_source_told_moves_it(self) -> None:
        parser = Geoparser(home="source")
        assert self.place(parser, "https://www.paper.example/1").country_code == "GR"
        for number in range(3):
            text = "A road in Watkinsville, Georgia, floods; Winder and Atlanta are dry."
            parser(text, source=f"http://b.example/{number}")
        assert self.place(parser, "https://www.b.example/9").admin1 == "Georgia"
        assert self.place(parser, "https://c.example/9").country_code == "GR"
        assert self.place(parser).country_code == "GR"

    def test_a_home_that_nobody_knows_is_refused(self) -> None:
        with pytest.raises(InputError, match="no place that the gazetteer knows"):
            Geoparser(home="Zyxwvutia")

    def test_a_source_is_its_host(self) -> None:
        assert source_key("https://www.a.example/x?y=1") == source_key("http://a.example/z") == "a.example"
        assert source_key(" The Herald ") == "The Herald"
        assert source_key("http://[::1") == "http://[::1"
        assert source_key("") is source_key(None) is None

    def test_sources_that_are_remembered_are_bounded(self, geoparser: Geoparser) -> None:
        gazetteer = geoparser.lookup.gazetteer
        history = SourceHistory(gazetteer)
        for number in range(1500):
            history.add_places(f"s{number}", range(100_000, 100_003))
        for number in range(300):
            history.add_places("many", range(100_000 + 3 * number, 100_003 + 3 * number))
        assert history.home("s0") is None
        assert history.home("s1499") is not None
        many = history.home("many")
        assert many is not None
        assert 200 <= len(many.places) <= 400
        assert 100_899 in many.places  # the newest has come in


class TestExplain:
    def test_it_names_the_rival_and_what_speaks_against_it(self, geoparser: Geoparser) -> None:
        text = "Libya's army left Tripoli. Libya's rivals hold Sirte and Benghazi, and Libya waits."
        tripoli = next(t for t in geoparser(text).toponyms if t.mention.text == "Tripoli")
        said = tripoli.explain()
        assert said.startswith("Tripoli in Libya, not Lebanon: ")
        assert "Libya is named 3 times" in said
        assert said.endswith(".")

    def test_what_is_not_known_is_said(self, geoparser: Geoparser) -> None:
        unknown = geoparser.resolve("They left Zyxwvut.", [(10, 17)]).toponyms[0]
        assert unknown.explain() == "Zyxwvut: no place of that name is known."
        assert "no other place of that name" in geoparser("Tobruk.").toponyms[0].explain()

    def test_a_toponym_read_back_still_explains_itself(self, geoparser: Geoparser) -> None:
        document = geoparser("Libya's army left Tripoli, Libya says.")
        again = Document.from_json(document.to_json())
        assert again.toponyms[1].explain().startswith("Tripoli in Libya, not Lebanon: ")

    def test_the_writer_of_a_place_is_named(self, geoparser: Geoparser) -> None:
        written = geoparser("The ship lies at 32.1167° N, 20.0667° E.").toponyms[0]
        assert written.explain().endswith("the text gives its coordinates.")
        fixed = replace(geoparser("Tobruk.").toponyms[0], fixed=True)
        assert fixed.explain() == "Tobruk in Libya: set by an editor."

    @given(
        st.text(max_size=60), st.sampled_from(["Paris", "Georgia", "Springfield", "the Niger", "Santiago", "Kosovo"])
    )
    def test_every_toponym_has_one_sentence(self, before: str, name: str) -> None:
        for toponym in default_geoparser()(f"{before} {name}, Texas").toponyms:
            said = toponym.explain()
            assert said.endswith(".")
            assert "\n" not in said.replace(toponym.mention.text, "")
