"""What others build on: new keyword-only arguments and new JSON keys may come, none changes or goes."""

import inspect
from dataclasses import fields

import pytest
from click.testing import CliRunner

import toposcope
from toposcope.cli import commands
from toposcope.frames import COLUMNS

NAMES = {
    "ArticleMap",
    "Candidate",
    "Document",
    "Geoparser",
    "Mention",
    "Place",
    "Provenance",
    "Role",
    "Status",
    "Toponym",
    "ToposcopeError",
    "__version__",
    "geoparse",
    "geoparse_frame",
    "open_gazetteer",
}

#: As they were promised: positional arguments in order, keyword-only ones after the star.
ABOUT = "id=None, title=None, date=None, source=None"
SIGNATURES = {
    "geoparse": f"text, *, {ABOUT}",
    "Geoparser": (
        "*, gazetteer='embedded', recogniser=None, resolver=None, geocoder=None, threshold, demonyms=True, home=None"
    ),
    "Geoparser.__call__": f"self, text, *, {ABOUT}",
    "Geoparser.resolve": f"self, text, spans, *, {ABOUT}",
    "Geoparser.pipe": "self, texts",
    "geoparse_frame": "df, column='text', *, geoparser=None",
    "open_gazetteer": "spec='embedded'",
    "Document.select": "self, *, role=None, status=None",
    "Document.to_frame": "self",
    "Document.to_geojson": "self",
    "Document.to_json": "self",
    "Document.to_map": "self",
    "Document.from_json": "line",
    "Document.from_dict": "data",
}

#: Fields in their order: the types are made by position too.
FIELDS = {
    "Mention": "text start end score demonym",
    "Place": "id name lat lon feature_class feature_code country_code admin1 admin2 population bbox extent_km source",
    "Candidate": "place matched_name level score evidence",
    "Toponym": "mention status candidates role role_score role_cue stands_for phrase fixed",
    "Provenance": "toposcope gazetteer gazetteer_hash threshold",
    "Document": "text toponyms id title date source provenance",
}

DOCUMENT_KEYS = "id title date source text toponyms"
TOPONYM_KEYS = (
    "start end text mention_score demonym status score role role_score role_cue "
    "stands_for phrase fixed place candidates"
)
CANDIDATE_KEYS = "place matched_name level score evidence"


def resolved(path: str):
    found = toposcope
    for name in path.split("."):
        found = getattr(found, name)
    return found


def test_names():
    assert set(toposcope.__all__) >= NAMES


@pytest.mark.parametrize("path", SIGNATURES)
def test_signatures(path):
    signature = inspect.signature(resolved(path))
    given = {name: p for name, p in signature.parameters.items() if p.kind is not p.VAR_KEYWORD}
    positional, _, keywords = SIGNATURES[path].partition("*")
    expected_positional = [part.strip() for part in positional.split(",") if part.strip()]
    actual_positional = [
        name if p.default is p.empty else f"{name}={p.default!r}"
        for name, p in given.items()
        if p.kind is not p.KEYWORD_ONLY
    ]
    assert actual_positional == expected_positional
    for part in filter(None, (part.strip() for part in keywords.split(","))):
        name, equals, default = part.partition("=")
        assert given[name].kind is inspect.Parameter.KEYWORD_ONLY
        assert given[name].default is not inspect.Parameter.empty
        assert not equals or repr(given[name].default) == default


@pytest.mark.parametrize("name", FIELDS)
def test_fields(name):
    names = [field.name for field in fields(resolved(name))]
    promised = FIELDS[name].split()
    assert names[: len(promised)] == promised


def test_roles_and_statuses():
    assert [r.value for r in toposcope.Role] == ["scene", "actor", "origin", "association", "demonym"]
    assert [s.value for s in toposcope.Status] == ["resolved", "ambiguous", "unknown", "failed"]


def test_json_keys(storm):
    data = storm.to_dict()
    assert set(DOCUMENT_KEYS.split()) <= set(data)
    for toponym in data["toponyms"]:
        assert set(TOPONYM_KEYS.split()) <= set(toponym)
        for candidate in toponym["candidates"]:
            assert set(CANDIDATE_KEYS.split()) <= set(candidate)
            assert set(FIELDS["Place"].split()) <= set(candidate["place"])
        assert toponym["place"] is None or set(FIELDS["Place"].split()) <= set(toponym["place"])


def test_frame_columns():
    assert (
        list(COLUMNS)
        == (
            "document start end text role role_score status score place_id name lat lon feature_class feature_code "
            "country_code admin1 admin2 population extent_km source"
        ).split()
    )


COMMON = {"--gazetteer", "--home", "--title", "--date", "--source", "--input-format"}
OPTIONS = {
    "map": COMMON | {"-o", "--as-is", "--text"},
    "places": COMMON | {"-o", "--format", "--given-spans", "--role"},
    "find": {"--gazetteer", "--limit"},
}


@pytest.mark.parametrize("name", OPTIONS)
def test_command_line_options(name):
    options = {option for parameter in commands.commands[name].params for option in parameter.opts}
    assert options >= OPTIONS[name]
    shown = CliRunner().invoke(commands, [name, "--help"])
    assert shown.exit_code == 0
    assert all(option in shown.output for option in OPTIONS[name])
