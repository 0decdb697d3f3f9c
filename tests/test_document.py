import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmade import APIA, FIJI, NULL_ISLAND, toponym
from toposcope.document import Candidate, Document, Mention, Place, Provenance, Role, Status, Toponym
from toposcope.errors import InputError

texts = st.text(st.characters(codec=None), max_size=30)  # lone surrogates included
shares = st.floats(0, 1).map(lambda x: round(x, 4))
optional_texts = st.none() | texts
places = st.builds(
    Place,
    id=texts,
    name=texts,
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    feature_class=st.sampled_from("PAHTL"),
    feature_code=texts,
    country_code=optional_texts,
    admin1=optional_texts,
    admin2=optional_texts,
    population=st.integers(0, 10**10),
    bbox=st.none()
    | st.tuples(st.floats(-90, 0), st.floats(-180, 180), st.floats(0, 90), st.floats(-180, 180)),  # east < west too
    extent_km=st.floats(0, 2e4),
    source=texts,
)
candidates = st.builds(Candidate, places, texts, texts, shares, st.dictionaries(texts, shares, max_size=3))
provenances = st.builds(Provenance, texts, texts, texts, shares)


@st.composite
def documents(draw):
    text = draw(st.text(st.characters(codec=None), min_size=1, max_size=60))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    toponyms = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        status = draw(st.sampled_from(Status))
        found = status in (Status.RESOLVED, Status.AMBIGUOUS)
        toponyms.append(
            Toponym(
                Mention(text[start:end], start, end, draw(shares), draw(st.booleans())),
                status,
                tuple(draw(st.lists(candidates, min_size=1, max_size=3))) if found else (),
                draw(st.sampled_from(Role)),
                draw(shares),
                draw(optional_texts),
                draw(optional_texts),
                draw(optional_texts),
                draw(st.booleans()),
            )
        )
    about = [draw(optional_texts) for _ in range(4)]
    return Document(text, tuple(toponyms), *about, draw(st.none() | provenances))


@given(documents())
def test_json_round_trip(document):
    line = document.to_json()
    line.encode()  # any document can be written to a file
    assert "\n" not in line
    assert Document.from_json(line) == document
    assert Document.from_json(line).to_json() == line


def test_place_and_score_derive_from_status(storm):
    statuses = [t.status.value for t in storm.toponyms]
    assert statuses == ["resolved", "resolved", "resolved", "ambiguous", "unknown", "failed"]
    assert [t.place is None for t in storm.toponyms] == [False, False, False, False, True, True]
    assert [t.score for t in storm.toponyms[3:]] == [0.75, None, None]
    # Candidates that nobody believes in give no place.
    doubtful = dataclasses.replace(storm.toponyms[1], status=Status.UNKNOWN)
    assert doubtful.place is None
    assert doubtful.score is None


def test_places_are_distinct_in_order_of_first_mention():
    text = "Apia, Fiji, Null Island, Apia"
    again = dataclasses.replace(toponym(text, "Apia", APIA), mention=Mention("Apia", 25, 29))
    document = Document(
        text,
        (toponym(text, "Apia", APIA), toponym(text, "Fiji", FIJI), toponym(text, "Null Island", NULL_ISLAND), again),
    )
    assert document.places == (APIA, FIJI, NULL_ISLAND)


def test_select(storm):
    assert [t.mention.text for t in storm.select(role="actor").toponyms] == ["Fiji"]
    assert [t.mention.text for t in storm.select(role=Role.SCENE, status="unknown").toponyms] == ["Oldtown"]
    assert storm.select(status=Status.FAILED).text == storm.text
    with pytest.raises(ValueError, match="theatre"):
        storm.select(role="theatre")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        pytest.param(1, 5, "Apia", id="shifted"),
        pytest.param(0, 0, "", id="empty"),
        pytest.param(-4, 4, "Apia", id="negative"),
        pytest.param(0, 99, "Apia", id="past the end"),
        pytest.param(0, 4, "apia", id="other words"),
    ],
)
def test_offsets_must_fit_the_text(start, end, words):
    with pytest.raises(InputError, match="does not fit the text"):
        Document("Apia", (Toponym(Mention(words, start, end), Status.UNKNOWN),))


def test_toponyms_stand_in_order_and_apart():
    one = Toponym(Mention("New York", 0, 8), Status.UNKNOWN)
    inside = Toponym(Mention("York", 4, 8), Status.UNKNOWN)
    for wrong in ((one, inside), (inside, one), (one, one)):
        with pytest.raises(InputError, match="overlaps"):
            Document("New York", wrong)


def test_offsets_count_code_points_whatever_the_text_holds():
    text = "\ufeff🌋\r\n\0Apia"
    document = Document.from_dict({"text": text, "toponyms": [{"start": 5, "end": 9}]})
    assert document.toponyms[0].mention.text == "Apia"
    assert Document.from_json(document.to_json()).text == text


def test_little_is_needed_of_a_document_written_by_hand():
    place = {"id": "x:1", "name": "Null Island", "lat": 0, "lon": 0, "feature_class": "T", "feature_code": "ISL"}
    document = Document.from_dict(
        {"text": "Null Island", "id": 7, "toponyms": [{"start": 0, "end": 11, "place": place}]}
    )
    assert document.id == "7"
    found = document.toponyms[0]
    assert (found.status, found.role, found.mention.text) == (Status.RESOLVED, Role.SCENE, "Null Island")
    assert (found.place.lat, found.place.lon) == (0, 0)
    assert Document.from_dict({"text": ""}) == Document("")


def test_a_place_that_an_editor_moved_wins(storm):
    data = storm.to_dict()
    data["toponyms"][1]["place"]["lat"] = 0.0
    data["toponyms"][1]["score"] = 0.0
    document = Document.from_dict(data)
    edited = document.toponyms[1]
    assert (edited.place.lat, edited.score) == (0.0, 0.0)
    assert [c.place.lat for c in edited.candidates] == [0.0]  # one id, one place
    assert [t.fixed for t in document.toponyms] == [False, True, False, False, False, False]
    assert Document.from_json(document.to_json()) == document


def test_a_place_that_an_editor_chose_comes_before_the_machine_s(storm):
    data = storm.to_dict()
    data["toponyms"][1]["place"] = data["toponyms"][2]["place"]
    edited = Document.from_dict(data).toponyms[1]
    assert [c.place for c in edited.candidates] == [FIJI, APIA]
    assert edited.fixed


@pytest.mark.parametrize("number", [4, 5], ids=["unknown", "failed"])
def test_a_place_that_an_editor_knew_is_known(storm, number):
    data = storm.to_dict()
    data["toponyms"][number]["place"] = data["toponyms"][1]["place"]
    edited = Document.from_dict(data).toponyms[number]
    assert (edited.status, edited.place, edited.score, edited.fixed) == (Status.RESOLVED, APIA, 1.0, True)


@pytest.mark.parametrize("number", [1, 3], ids=["resolved", "ambiguous"])
def test_a_place_that_an_editor_took_away_is_unknown(storm, number):
    data = storm.to_dict()
    data["toponyms"][number]["place"] = None
    document = Document.from_dict(data)
    edited = document.toponyms[number]
    assert (edited.status, edited.place, edited.candidates) == (Status.UNKNOWN, None, ())
    assert document.toponyms[:number] == storm.toponyms[:number]
    del data["toponyms"][number]["status"]
    assert Document.from_dict(data) == document


def test_whose_a_place_without_candidates_is(storm):
    data = storm.to_dict()["toponyms"][1]
    del data["candidates"]
    assert not Document.from_dict({"text": storm.text, "toponyms": [data]}).toponyms[0].fixed  # it says so itself
    del data["fixed"]
    assert Document.from_dict({"text": storm.text, "toponyms": [data]}).toponyms[0].fixed


def test_candidates_that_nobody_believed_in_come_back(storm):
    doubtful = dataclasses.replace(storm.toponyms[0], status=Status.UNKNOWN)
    document = Document(storm.text, (doubtful,))
    assert Document.from_json(document.to_json()) == document


def test_provenance_of_a_later_version_is_read(storm):
    data = storm.to_dict()
    data["provenance"]["model"] = {"name": "new"}
    assert Document.from_dict(data) == storm


NAN, INFINITY = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"place": {"lat": None}}, "'lat' is null, not a finite number from -90 to 90"),
        ({"place": {"lat": "31.2"}}, "'lat' is '31.2'"),
        ({"place": {"lat": NAN}}, "'lat' is nan"),
        ({"place": {"lat": 1000}}, "'lat' is 1000"),
        ({"place": {"lat": True}}, "'lat' is True"),
        ({"place": {"lon": -INFINITY}}, "'lon' is -inf"),
        ({"place": {"lon": 180.5}}, "'lon' is 180.5"),
        ({"place": {"name": 5}}, "'name' is 5, not a string"),
        ({"place": {"id": None}}, "'id' is null"),
        ({"place": {"admin1": ["x"]}}, r"'admin1' is \['x'\]"),
        ({"place": {"population": 1.5}}, "'population' is 1.5, not a whole number"),
        ({"place": {"population": -1}}, "'population' is -1"),
        ({"place": {"population": 10**30}}, "'population' is 10"),
        ({"place": {"extent_km": INFINITY}}, "'extent_km' is inf"),
        ({"place": {"bbox": [1, 2, 3, "x"]}}, "'bbox': 'east' is 'x'"),
        ({"place": {"bbox": [1, 2, 3]}}, "'bbox' is .*south, west, north, east"),
        ({"place": {"bbox": 7}}, "'bbox' is 7"),
        ({"place": {"bbox": [3, 0, 1, 0]}}, "south 3 lies north of 1"),
        ({"place": "Apia"}, "'place' is 'Apia', not a JSON object"),
        ({"candidates": [{"score": "0.5"}]}, "'score' is '0.5'"),
        ({"candidates": [{"level": None}]}, "'level' is null"),
        ({"candidates": [{"evidence": {"population": "high"}}]}, r"'population' is 'high', not a finite number\."),
        ({"candidates": [{"evidence": {"population": 10**400}}]}, "'population' is 10"),
        ({"candidates": [{"evidence": [1]}]}, "'evidence' is"),
        ({"candidates": [7]}, "a candidate is 7"),
        ({"start": 14.7}, "'start' is 14.7, not a whole number"),
        ({"end": True}, "'end' is True"),
        ({"mention_score": INFINITY}, "'mention_score' is inf, not a finite number from 0 to 1"),
        ({"score": "1"}, "'score' is '1'"),
        ({"role_score": 2}, "'role_score' is 2"),
        ({"role": ["scene"]}, r"\['scene'\] is not a valid Role"),
        ({"status": "lost"}, "'lost' is not a valid Status"),
        ({"stands_for": [1]}, "'stands_for' is"),
        ({"role_cue": 3}, "'role_cue' is 3"),
        ({"phrase": {}}, "'phrase' is {}"),
        ({"fixed": "no"}, "'fixed' is 'no', neither true nor false"),
        ({"demonym": 1}, "'demonym' is 1"),
    ],
    ids=repr,
)
def test_values_that_cannot_be_are_named(storm, change, words):
    data = storm.to_dict()
    changed = data["toponyms"][1]
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(changed[key], dict):
            changed[key].update(value)
        elif isinstance(value, list) and isinstance(value[0], dict):
            changed[key][0].update(value[0])
        else:
            changed[key] = value
    with pytest.raises(InputError, match=rf"^not a document: toponym 2 \('Apia'\): .*{words}") as raised:
        Document.from_dict(data)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("status", ["resolved", "ambiguous"])
def test_what_is_resolved_has_a_place(status):
    with pytest.raises(InputError, match=f"toponym 1: 'status' is '{status}', but"):
        Document.from_dict({"text": "Apia", "toponyms": [{"start": 0, "end": 4, "status": status}]})


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        "{}",
        '{"text": 3}',
        '{"text": "x", "toponyms": [{}]}',
        '{"text": "x", "toponyms": 3}',
        '{"text": "x", "toponyms": [3]}',
        '{"text": "x", "toponyms": [{"start": 0, "end": 1, "role": "theatre"}]}',
        '{"text": "x", "toponyms": [{"start": "a", "end": 1}]}',
        '{"text": "x", "toponyms": [{"start": 0, "end": 2}]}',
        '{"text": "x", "toponyms": [{"start": 0, "end": 1, "place": {"name": "x"}}]}',
        '{"text": "x", "toponyms": [{"start": 0, "end": 1, "candidates": [{}]}]}',
        '{"text": "x", "provenance": {"toposcope": "1"}}',
        '{"text": "x", "provenance": "me"}',
        '{"text": "x", "provenance": {"toposcope": "1", "gazetteer": "g", "gazetteer_hash": "h", "threshold": NaN}}',
        '{"text": "x", "toponyms": {"start": 0}}',
        '{"text": "x", "toponyms": "x"}',
        '{"text": "x", "id": ' + "9" * 5000 + "}",
        "[" * 100_000,
    ],
)
def test_what_is_no_document_is_refused_with_a_remedy(line):
    with pytest.raises(InputError) as raised:
        Document.from_json(line)
    assert raised.value.remedy


def test_documents_cannot_be_changed(storm):
    with pytest.raises(dataclasses.FrozenInstanceError):
        storm.text = "other"
    with pytest.raises(dataclasses.FrozenInstanceError):
        storm.toponyms[0].mention.start = 1
    assert hash(storm.toponyms[0].place) == hash(storm.toponyms[0].place)


def test_text_hash_is_that_of_the_utf8_file():
    assert Document("é").text_sha256 == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"
    assert len(Document("\ud800").text_sha256) == 64


def test_repr_is_short():
    assert repr(Document("x" * 1000)) == f"<Document {'x' * 40!r}: 0 toponyms, 0 places>"


def test_to_dict_is_plain_json(storm):
    assert json.loads(json.dumps(storm.to_dict())) == storm.to_dict()
