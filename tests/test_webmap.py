"""The map's page, without a browser: what it carries, what it leaves out, that it is written whole or not at all."""

import base64
import gzip
import json
import math
import os
import re
import stat
import sys
from pathlib import Path

import folium
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).with_name("browser")))

from drawn_articles import COUNTRIES, EMPTY, LIBYA, NULL_ISLAND, PLACES, POLES, STORM, article, crowd, place

from toposcope.document import Document, Mention
from toposcope.errors import InputError, OutputError
from toposcope.evidence import SIGNALS, label
from toposcope.explanation import REASONS
from toposcope.geodesy import within_bbox
from toposcope.webmap import ArticleMap, assets, basemap, notebook_html, view
from toposcope.webmap.excerpts import LONGEST_QUOTE, excerpt
from toposcope.webmap.kinds import describe, is_area, kind_of
from toposcope.webmap.page import escape
from toposcope.webmap.payload import article_data
from toposcope.webmap.view import story_bounds

LARGEST_ARTICLE = 450_000  # bytes: a page that can be mailed


def packed(page: str, name: str = "article") -> dict:
    (block,) = re.findall(rf'<script type="application/json" id="toposcope-{name}">([^<]*)</script>', page)
    return json.loads(gzip.decompress(base64.b64decode(block)))


def world() -> dict:
    return json.loads(gzip.decompress(base64.b64decode(basemap.packed())))


# --- The page


def test_a_page_of_an_article_can_be_mailed():
    assert len(LIBYA.to_map().to_html().encode()) <= LARGEST_ARTICLE


def test_the_same_document_gives_the_same_bytes():
    assert LIBYA.to_map().to_html() == ArticleMap(Document.from_json(LIBYA.to_json())).to_html()


def test_the_policy_allows_our_scripts_and_nothing_else():
    page = LIBYA.to_map().to_html()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#x27;", "'")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy
    for kind, pattern in (("script", r"<script>(.*?)</script>"), ("style", r"<style>(.*?)</style>")):
        sources = re.search(rf"{kind}-src ([^;]*)", policy)[1].split()
        assert sources == [assets.policy_hash(body) for body in re.findall(pattern, page, re.DOTALL)]


def test_nothing_in_the_page_is_loaded_from_elsewhere():
    page = LIBYA.to_map().to_html()
    assert not re.findall(r"""<(?:script|img|link|iframe)[^>]*\b(?:src|href)=""", page)
    assert "url(" not in assets.style()[0] + assets.style()[1]
    assert "sourceMappingURL" not in page
    assert "Leaflet 1.9.4" in page, "the licence banner stays"


def test_our_program_may_lose_its_indentation():
    # Comment lines and indentation are cut when the program is joined: no string may run over a line's end.
    for name in assets._PROGRAM:
        source = assets._read("app", name)
        code = re.sub(r"^\s*//.*$", "", source, flags=re.MULTILINE)
        assert all(line.count("`") % 2 == 0 for line in code.splitlines()), name


def test_a_page_holds_the_text_and_every_mention():
    data = packed(LIBYA.to_map().to_html())
    assert data["text"] == LIBYA.text
    found = [data["text"][s:e] for s, e in zip(data["mentions"]["start"], data["mentions"]["end"], strict=True)]
    assert found == [t.mention.text for t in LIBYA.toponyms]


@pytest.mark.parametrize("document", [EMPTY, NULL_ISLAND, POLES, STORM, COUNTRIES, Document("")], ids=str)
def test_any_document_has_a_page(document):
    assert packed(document.to_map().to_html())["sha256"] == document.text_sha256


def test_a_book_does_not_blow_up():
    doc = article("Nobody was there. " * 600_000 + "They reached [Sirte] at last.")
    assert len(doc.to_map().to_html()) < len(doc.text) / 10
    assert len(doc.to_map(text="sentences").to_html().encode()) < LARGEST_ARTICLE


@pytest.mark.parametrize("mode", ["sentences", "none"])
def test_what_is_left_out_of_a_page_is_not_in_it(mode):
    doc = article(
        "The password is swordfish. They met in [Sirte|Sirte|cue=swordfish|phrase=near swordfish]. Swordfish!"
    )
    if mode == "sentences":
        doc = article("The password is swordfish. They met in [Sirte]. Swordfish!")
    page = doc.to_map(text=mode).to_html()
    assert "wordfish" not in page + json.dumps(packed(page))


def test_there_are_three_ways_to_show_a_text():
    with pytest.raises(InputError, match='"full", "sentences" or "none"'):
        LIBYA.to_map(text="all")


@given(st.text())
def test_escaped_text_is_no_markup(text):
    escaped = escape(text)
    assert not set("<>\"'") & set(escaped)
    assert escaped.encode().decode() == escaped
    assert "\0" not in escaped


# --- Saving


def test_a_page_is_replaced_only_by_a_whole_one(tmp_path, monkeypatch):
    path = tmp_path / "map.html"
    path.write_text("before")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputError, match=r"No space left on device.*another disk"):
        LIBYA.to_map().save(path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(OutputError, match=r"No such file or directory.*Make the folder"):
        LIBYA.to_map().save(tmp_path / "nowhere" / "map.html")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(OutputError, match="is a directory"):
        LIBYA.to_map().save(tmp_path)


def test_rights_and_links_stay(tmp_path):
    target, link = tmp_path / "target.html", tmp_path / "link.html"
    target.write_text("before")
    target.chmod(0o640)
    link.symlink_to(target)
    LIBYA.to_map().save(str(link))
    assert link.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert target.read_text(encoding="utf-8") == LIBYA.to_map().to_html()


def test_a_binary_file_will_do(tmp_path):
    with (tmp_path / "map.html").open("wb") as file:
        LIBYA.to_map().save(file, close_file=False)
    assert (tmp_path / "map.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


# --- A citizen of folium


def test_it_is_a_folium_map():
    m = LIBYA.to_map()
    assert isinstance(m, folium.Map)
    assert m.get_root().render() == m.to_html()
    assert m.get_name() == "map_article"


def test_layers_are_left_out_unless_trusted():
    m = LIBYA.to_map()
    folium.Circle([31, 16], radius=1000, popup="mine").add_to(m)
    with pytest.warns(UserWarning, match="trust_layers=True"):
        page = m.to_html()
    assert "mine" not in page


def test_trusted_layers_are_let_through_the_policy():
    m = LIBYA.to_map(trust_layers=True)
    folium.TileLayer("https://tiles.example.org/{z}/{x}/{y}.png", attr="Example").add_to(m)
    page = m.to_html()
    assert "tiles.example.org" in page
    assert ".addTo(map_article)" in page
    body = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)[-1]
    assert assets.policy_hash(body) in page.replace("&#x27;", "'")


def test_options_reach_leaflet():
    page = LIBYA.to_map(max_zoom=7, scroll_wheel_zoom=False, location=(31, 16), zoom_start=5).to_html()
    options = json.loads(re.search(r'data-options="([^"]*)"', page)[1].replace("&quot;", '"'))
    assert options["maxZoom"] == 7
    assert options["scrollWheelZoom"] is False
    view = json.loads(re.search(r'data-view="([^"]*)"', page)[1].replace("&quot;", '"'))
    assert view == {"location": [31.0, 16.0], "zoom": 5}


def test_tiles_are_no_option():
    with pytest.raises(InputError, match="trust_layers"):
        LIBYA.to_map(tiles="OpenStreetMap")


def test_within_a_figure_of_branca_it_is_a_frame():
    figure = folium.Figure()
    figure.add_child(LIBYA.to_map())
    html = figure.render()
    assert 'sandbox="allow-scripts"' in html
    assert html.count("<iframe") == 1


def test_the_notebook_form_is_a_frame_without_rights_and_a_table():
    html = notebook_html(LIBYA)
    assert html.startswith('<iframe title="Map: Columns move on Sirte')
    assert 'sandbox="allow-scripts"' in html
    assert html.count("<tr>") == len(LIBYA.toponyms) + 1
    assert LIBYA.to_map()._repr_html_() == html


# --- What goes along of a text


@given(st.text(alphabet="ab .!?\n\U0001f3dc", max_size=60), st.data())
def test_spans_and_quotes_hold_in_utf16(text, data):
    starts = data.draw(st.lists(st.integers(0, max(0, len(text) - 1)), unique=True, max_size=5).map(sorted))
    mentions = [Mention(text[s : s + 1], s, s + 1) for s in starts if s < len(text)]
    for mode in ("full", "sentences"):
        taken = excerpt(text, mentions, mode)
        units = taken.text.encode("utf-16-le")
        for mention, (start, end), (quote_start, quote_end) in zip(mentions, taken.spans, taken.quotes, strict=True):
            assert units[2 * start : 2 * end].decode("utf-16-le") == mention.text
            assert quote_start <= start
            assert end <= quote_end <= len(units) // 2


def test_a_quotation_is_the_sentence():
    doc = article("Gov. Smith left. He went to [Sirte] by car. Nobody came.")
    taken = excerpt(doc.text, [t.mention for t in doc.toponyms], "full")
    assert [doc.text[s:e] for s, e in taken.quotes] == ["He went to Sirte by car."]


def test_a_quotation_without_end_is_cut_between_words():
    doc = article("and so on " * 500 + "to [Sirte] " + "and so on " * 500)
    ((start, end),) = excerpt(doc.text, [t.mention for t in doc.toponyms], "full").quotes
    quote = doc.text[start:end]
    assert "to Sirte and" in quote
    assert len(quote) <= LONGEST_QUOTE + len("Sirte")
    assert quote.split()[0] in ("and", "so", "on")
    assert quote.split()[-1] in ("and", "so", "on")


def test_sentences_that_follow_each_other_stay_together():
    doc = article("One [Sirte]. Two [Brega].\n\nThree. Four [Hun]!")
    taken = excerpt(doc.text, [t.mention for t in doc.toponyms], "sentences")
    assert taken.text == "One Sirte. Two Brega.\n\nFour Hun!"


# --- Where the map looks


@pytest.mark.parametrize("name", ["Sirte", "Jufra", "Tripoli", "Benghazi", "Tobruk", "Misrata", "Brega"])
def test_the_first_view_holds_the_scenes(name):
    assert within_bbox(story_bounds(LIBYA), PLACES[name].lat, PLACES[name].lon)


@pytest.mark.parametrize("name", ["Moscow", "Ankara", "US", "Cairo"])
def test_the_first_view_leaves_out_who_only_speaks_and_what_is_far(name):
    assert not within_bbox(story_bounds(LIBYA), PLACES[name].lat, PLACES[name].lon)


def test_the_first_view_crosses_the_date_line():
    south, west, north, east = story_bounds(STORM)
    assert west > 170
    assert east < -165
    assert -25 < south < north < -10


def test_the_first_view_of_one_place_shows_its_surroundings():
    south, _, north, _ = story_bounds(NULL_ISLAND)
    assert 3 < north - south < 6
    assert south == -north


def test_without_places_there_is_no_first_view():
    assert story_bounds(EMPTY) is None


def test_a_story_all_over_the_globe_shows_the_usual_map():
    south, west, north, east = story_bounds(crowd(100))
    assert west == -169.0
    assert -169.001 < east < west, "nothing lies in the cut"
    assert -85 <= south < north <= 85


@given(
    st.lists(
        st.tuples(
            st.floats(-90, 90),
            st.floats(-180, 180),
            st.sampled_from(["P.PPL", "L.CONT", "H.OCN", "A.PCLI"]),
            st.floats(0, 10_000),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_the_first_view_holds_the_core_in_a_box_that_mercator_can_draw(spots):
    places = {
        f"P{i}": place(f"x:{i}", f"P{i}", lat, lon, code, extent_km=extent)
        for i, (lat, lon, code, extent) in enumerate(spots)
    }
    doc = article(" ".join(f"[{name}]" for name in places), places=places)
    south, west, north, east = box = story_bounds(doc)
    assert -85 <= south < north <= 85
    assert all(math.isfinite(edge) for edge in (west, east))
    for core in view._core(view._weighted_places(doc)):
        assert within_bbox(box, min(max(core.place.lat, -85), 85), core.place.lon), core.place


def test_the_first_view_of_an_ocean_and_a_continent_holds_both():
    places = {
        "Pacific": place("x:1", "Pacific", 0.0, -160.0, "H.OCN", bbox=(-60.0, 120.0, 66.0, -70.0), extent_km=9000.0),
        "Asia": place("x:2", "Asia", 29.8, 89.3, "L.CONT", extent_km=4800.0),
    }
    south, west, north, east = story_bounds(article("From the [Pacific] to [Asia].", places=places))
    assert (west, east) == (pytest.approx(39.5, abs=1), -70.0)
    assert (south, north) == (-60.0, pytest.approx(73, abs=1))


def test_the_first_view_of_a_spot_is_as_wide_as_it_is_high():
    places = {"Far": place("x:1", "Far", 60.0, 179.9, "P.PPL")}
    south, west, north, east = story_bounds(article("[Far]", places=places))
    assert (east - west + 360) / 2 == pytest.approx(north - south, rel=0.05)


# --- Kinds


@pytest.mark.parametrize(
    ("name", "kind", "area", "word"),
    [
        ("Libya", "country", True, "country"),
        ("Jufrah", "division", True, "first-order division"),
        ("Mediterranean", "water", True, "sea"),
        ("Fezzan", "region", True, "region"),
        ("Sirte", "settlement", False, "provincial capital"),
        ("Brega", "settlement", False, "town"),
        ("Jufra", "facility", False, "air base"),
    ],
)
def test_kinds(name, kind, area, word):
    assert (kind_of(PLACES[name]), is_area(PLACES[name]), describe(PLACES[name])) == (kind, area, word)


def test_a_sea_without_extent_is_still_no_pin():
    assert is_area(place("x:1", "Sea of Names", 0, 0, "H.SEA"))
    assert not is_area(place("x:2", "A Pond", 0, 0, "H.LK", extent_km=0.4))


# --- The base map


def inside(lat: float, lon: float, country: dict, atlas: dict) -> bool:
    """Even-odd rule over the country's rings, as the page does it."""
    odd = False
    for polygon in country["polygons"]:
        for ring_arcs in polygon:
            ring: list[tuple[float, float]] = []
            for arc in ring_arcs:
                steps = atlas["arcs"][~arc if arc < 0 else arc]
                x = y = 0
                line = []
                for dx, dy in zip(steps[::2], steps[1::2], strict=True):
                    x, y = x + dx, y + dy
                    line.append((x * atlas["scale"][0] - 180, y * atlas["scale"][1] - 90))
                ring += line[::-1] if arc < 0 else line
            for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
                if (y0 > lat) != (y1 > lat) and lon < (x1 - x0) * (lat - y0) / (y1 - y0) + x0:
                    odd = not odd
    return odd


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        (44.95, 34.1, "UA"),  # Simferopol
        (27.15, -13.2, "EH"),  # Laayoune, west of the berm
        (21.5, -14.5, "EH"),
        (31.6, -8.0, "MA"),  # Marrakesh
        (42.66, 21.16, "XK"),  # Pristina
        (9.56, 44.06, "SO"),  # Hargeisa
        (35.25, 33.4, "CY"),  # north of Nicosia
        (31.9, 35.2, "PS"),  # Ramallah
        (66.0, 189.0, "RU"),  # Chukotka, past the date line
        (4.5, -53.0, "GF"),
        (-21.1, 55.5, "RE"),
        (78.85, 18.21, "SJ"),
        (-80.0, 20.0, "AQ"),
    ],
)
def test_borders_follow_the_gazetteers_country_codes(lat, lon, code):
    atlas = world()
    holders = {c["code"] for c in atlas["countries"] if inside(lat, lon, c, atlas)}
    assert holders == {code}


def test_every_country_is_named_and_labelled_within_itself():
    atlas = world()
    for country in atlas["countries"]:
        if country["code"] is None:
            continue
        lat, lon, area = country["label"]
        assert country["name"]
        # An islet of a few grid steps has no inside to speak of.
        assert area < 0.5 or inside(lat, lon, country, atlas), country["name"]


def test_what_an_actor_stands_for_is_found_among_the_places_of_the_text():
    data = article_data(LIBYA, text="full", title="x")
    names = [None if i is None else data["places"][i]["name"] for i in data["mentions"]["standsFor"]]
    assert {n for n in names if n} == {"Türkiye", "Russia"}


def test_every_signal_of_the_ranking_has_words_for_the_card():
    assert {label(signal) for signal in SIGNALS} <= set(REASONS)


def test_reasons_are_the_lead_over_the_runner_up():
    data = article_data(article("[Tripoli]"), text="full", title="x")
    (reasons,) = data["reasons"]
    assert reasons == [
        ("same country", 0.9),
        ("population", 0.81),
        ("distance", 0.34),
    ]
