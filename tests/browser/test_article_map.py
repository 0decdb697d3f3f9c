"""The article map in a real browser: links both ways, honest symbols, nothing covered, keyboard, phone, print."""

from itertools import combinations

import pytest
from drawn_articles import COUNTRIES, EMPTY, LIBYA, NULL_ISLAND, PLACES, POLES, STORM, article, crowd, place
from support import DESKTOP, PHONE

from toposcope.webmap import notebook_html

# Boxes of what stands on the map, as seen; the label of a place may touch its own symbol only.
BOXES = """(selector) => [...document.querySelectorAll(selector)].map((element) => {
  const { left, top, right, bottom, width } = element.getBoundingClientRect();
  return { text: element.textContent, left, top, right, bottom, shown: width > 0 };
}).filter((box) => box.shown)"""


def overlap(one: dict, other: dict, slack: float = 1.0) -> bool:
    return (
        one["left"] < other["right"] - slack
        and other["left"] < one["right"] - slack
        and one["top"] < other["bottom"] - slack
        and other["top"] < one["bottom"] - slack
    )


def labels(page) -> set[str]:
    return set(page.locator(".label").all_text_contents())


def switch(page, role: str) -> None:
    page.locator(f".filter:has-text('{role}')").click()


def test_every_mention_is_a_link_in_the_unaltered_text(open_page):
    page = open_page(LIBYA)
    assert page.locator(".mention").count() == len(LIBYA.toponyms)
    shown = page.evaluate("[...document.querySelectorAll('#text p')].map((p) => p.textContent).join('\\n\\n')")
    assert shown == LIBYA.text


def test_a_mention_opens_the_card_of_its_place_and_marks_the_others(open_page):
    page = open_page(LIBYA)
    page.locator(".mention:text-is('Sirte')").nth(1).click()
    card = page.locator("#card")
    assert card.locator("h2").text_content() == "Sirte"
    sirte = [t for t in LIBYA.toponyms if t.mention.text == "Sirte"]
    assert page.locator(".mention.same").count() == len(sirte)
    assert card.locator("q strong").count() == len(sirte)
    assert "the plain 15 km west of Sirte" in card.text_content()
    assert page.locator(".symbol.selected").count() == 1
    assert page.evaluate("location.hash") == "#mention=6"


def test_a_symbol_opens_the_card_and_steps_through_its_mentions(open_page):
    page = open_page(LIBYA)
    page.locator(".symbol.point[aria-label^='Tripoli,']").click()
    assert page.evaluate("location.hash") == "#place=geonames:2210247"
    current = "[...document.querySelectorAll('.mention')].indexOf(document.querySelector('.mention.current'))"
    first = page.evaluate(current)
    page.get_by_label("Next mention").click()
    second = page.evaluate(current)
    assert first < second
    assert "Mention 2 of 3" in page.locator("#card").text_content()
    page.get_by_label("Previous mention").click()
    page.get_by_label("Previous mention").click()
    assert page.evaluate(current) > second, "stepping back from the first goes round to the last"


@pytest.mark.parametrize(
    ("fragment", "heading"),
    [
        ("#place=geonames:88319", "Benghazi"),
        ("#mention=1", "Ankara"),
        ("#place=geonames:0", None),
        ("#mention=99999", None),
        ("#place=%", None),
        ("#toposcope-world", None),
    ],
)
def test_deep_links(open_page, fragment, heading):
    page = open_page(LIBYA, fragment=fragment)
    shown = page.locator("#card h2").text_content() if page.locator("#card").is_visible() else None
    assert shown == heading


def test_a_country_or_a_sea_is_never_a_symbol(open_page):
    page = open_page(COUNTRIES)
    assert page.locator(".symbol").count() == 0
    assert page.locator("path.area.country.shape").count() == 3
    assert {"Libya", "Egypt", "Türkiye", "Mediterranean Sea"} <= labels(page)
    switch(page, "Actors")
    # Russia acts: it gets a badge with its name, or a chip where it is out of view, but no shape of the story.
    assert page.locator(".symbol.actor").count() == 1
    assert page.locator("path.area.country.shape").count() == 3


def test_roles_are_drawn_apart(open_page):
    page = open_page(LIBYA)
    assert page.locator(".symbol.actor").count() == 0, "actors are off at first"
    assert page.locator(".symbol.origin").count() == 1
    assert page.locator(".mention.origin svg").count() == 1
    drawn = set(
        page.locator(".symbol").evaluate_all("all => all.map((e) => e.getAttribute('aria-label').split(',')[0])")
    )
    assert {"Sirte", "Al Jufra Air Base", "Tripoli", "Tobruk", "Benghazi"} <= drawn
    assert not drawn & {"Libya", "Russia", "Moscow", "Mediterranean Sea", "Fezzan"}
    switch(page, "Actors")
    badges = set(page.locator(".symbol.actor .badge").all_text_contents())
    # Ankara stands for Türkiye and Moscow for Russia wherever those are known.
    assert badges == {"Türkiye 2", "Russia 2", "United States", "Egypt"}
    switch(page, "Scenes")
    assert page.locator(".symbol.point").count() == 0


def test_uncertain_places_say_so(open_page):
    page = open_page(LIBYA)
    assert page.locator(".symbol.doubtful .dot").text_content() == "?"
    page.locator(".mention.ambiguous").click()
    text = page.locator("#card").text_content()
    assert "Uncertain, under the threshold of 50%" in text
    # What was rejected is open at once, and drawn.
    assert page.locator("details.rejected[open]").count() == 1
    assert page.locator(".symbol.ghost").count() == 1


def test_rejected_candidates_are_ghosts_while_their_list_is_open(open_page):
    page = open_page(LIBYA)
    page.locator(".mention:text-is('Tripoli')").first.click()
    assert page.locator(".symbol.ghost").count() == 0
    page.locator("details.rejected summary").click()
    page.wait_for_selector(".symbol.ghost")
    assert page.locator(".symbol.ghost").count() == 2
    frame = page.locator(".folium-map").bounding_box()
    for ghost in page.evaluate(BOXES, ".ghost-dot"):
        assert frame["x"] <= ghost["left"] <= frame["x"] + frame["width"], "the view widens to hold them"
    page.locator("#card .close").click()
    assert page.locator(".symbol.ghost").count() == 0


def test_names_that_are_not_on_the_map_are_listed_with_the_reason(open_page):
    doc = article("[Atlantis||unknown] and [Lemuria||failed] lie beyond [Sirte], the [Libyan|Libya|demonym] port.")
    page = open_page(doc)
    # What is on the map, or is no place, is not listed.
    assert page.locator("#missing").text_content().strip() == "Not on the map 2"
    page.locator("#missing").click()
    card = page.locator("#card")
    assert card.locator("h3").all_text_contents() == ["Unknown", "Failed"]
    card.get_by_text("Atlantis").click()
    assert "no place of this name" in card.text_content()
    page.locator(".mention.failed").click()
    assert "geocoder failed" in card.text_content()


@pytest.mark.parametrize("document", [LIBYA, STORM, COUNTRIES, POLES], ids=["libya", "storm", "countries", "poles"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("card", [False, True], ids=["card closed", "card open"])
def test_nothing_on_the_map_covers_anything(open_page, document, viewport, card):
    page = open_page(document, viewport=viewport)
    if card:
        page.locator(".mention").nth(1).click()
    names = page.evaluate(BOXES, ".label")
    symbols = page.evaluate(BOXES, ".symbol .dot, .symbol .badge, .ghost-dot")
    chips = page.evaluate(BOXES, ".chip-edge")
    panels = page.evaluate(BOXES, "#legend, #card, .leaflet-control")
    assert names
    for one, other in combinations(names + chips, 2):
        assert not overlap(one, other), (one, other)
    for one in names + chips:
        for other in symbols:
            assert not overlap(one, other), (one, other)
    for one in names:
        for other in panels:
            assert not overlap(one, other), (one, other)


def test_symbols_at_one_point_are_moved_apart(open_page):
    twins = {
        name: place(f"geonames:{i}", name, 10.0, 10.0, "P.PPL", "NG") for i, name in enumerate(("Uno", "Due", "Tre"))
    }
    page = open_page(article("[Uno], [Due] and [Tre] are one town.", places=twins))
    dots = page.evaluate(BOXES, ".symbol .dot")
    centres = [((d["left"] + d["right"]) / 2, (d["top"] + d["bottom"]) / 2) for d in dots]
    assert len(centres) == 3
    for (x1, y1), (x2, y2) in combinations(centres, 2):
        assert abs(x1 - x2) + abs(y1 - y2) > 6


def test_a_badge_steps_aside_for_the_town_that_it_would_hide(open_page):
    # The name of Samoa is written where Apia's symbol is, or nearly.
    page = open_page(article("[Samoa|Samoa|actor] and [Fiji|Fiji|actor] sent ships to [Apia], [Suva] and [Labasa]."))
    switch(page, "Actors")
    badges, dots = page.evaluate(BOXES, ".badge"), page.evaluate(BOXES, ".symbol .dot")
    assert len(badges) == 2
    for badge in badges:
        for other in dots + [b for b in badges if b is not badge]:
            assert not overlap(badge, other), (badge, other)


def test_what_is_out_of_view_has_a_chip_that_goes_there(open_page):
    page = open_page(LIBYA)
    chip = page.locator(".chip-edge:has-text('Cairo')")
    chip.click()
    box = page.locator(".symbol[aria-label^='Cairo,']").bounding_box()
    frame = page.locator(".folium-map").bounding_box()
    assert frame["x"] < box["x"] < frame["x"] + frame["width"]
    assert frame["y"] < box["y"] < frame["y"] + frame["height"]
    card = page.locator("#card").bounding_box()
    assert box["x"] + box["width"] < card["x"], "the place is not under the card"


def test_search_finds_names_as_written_and_without_accents(open_page):
    page = open_page(LIBYA)
    page.keyboard.press("/")
    page.keyboard.type("turkiy")
    assert page.locator("#hits li").first.text_content().startswith("Türkiye")
    page.keyboard.press("Escape")
    page.locator("#search").fill("jufra")
    page.keyboard.press("Enter")
    assert page.locator("#card h2").text_content() == "Al Jufra Air Base"
    page.locator("#search").fill("qasr")
    page.keyboard.press("Enter")
    assert page.locator("#card h2").text_content() == "Qasr al-Ramla"
    page.locator("#search").fill("zzz")
    assert page.locator("#hits li").count() == 0
    assert "zzz" in page.locator("#live").text_content()


def test_the_keyboard_is_enough(open_page):
    page = open_page(LIBYA)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator(".symbol.point[aria-label^='Sirte,']").focus()
    assert page.locator(".mention.hover").count() == 6, "focus marks the mentions lightly"
    page.keyboard.press("Enter")
    assert page.locator("#card h2").text_content() == "Sirte"
    page.keyboard.press("Escape")
    assert not page.locator("#card").is_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Sirte,"), "focus comes back"
    page.locator(".mention:text-is('Brega')").focus()
    page.keyboard.press("Enter")
    assert page.locator("#card h2").text_content() == "Brega"
    page.keyboard.press("Escape")
    page.locator(".symbol.point[aria-label^='Misrata,']").focus()
    page.keyboard.press("Space")
    assert page.locator("#card h2").text_content() == "Misrata"


def test_every_control_has_a_name(open_page):
    page = open_page(LIBYA)
    page.locator(".mention").first.click()
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, a[href], input, [role=button]')]
        .filter((e) => e.offsetWidth && !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length))
        .map((e) => e.outerHTML)"""
    )
    assert nameless == []
    assert page.evaluate("document.documentElement.lang") == "en"
    viewport = page.locator("meta[name=viewport]").get_attribute("content")
    assert "user-scalable" not in viewport
    assert "maximum-scale" not in viewport


def test_on_a_phone_the_card_is_a_sheet_and_nothing_sticks_out(open_page):
    page = open_page(LIBYA, viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.locator(".mention:text-is('Sirte')").first.click()
    card = page.locator("#card").bounding_box()
    assert card["x"] == 0
    assert card["width"] == PHONE["width"]
    assert card["y"] + card["height"] == PHONE["height"]
    dot = page.locator(".symbol.selected .dot").bounding_box()
    assert dot["y"] + dot["height"] < card["y"]


def test_across_the_date_line_neighbours_stand_side_by_side(open_page):
    page = open_page(STORM)
    assert page.locator(".chip-edge").count() == 0, "all of the story is in view"
    x = {
        name: page.locator(f".symbol[aria-label^='{name},']").bounding_box()["x"] for name in ("Suva", "Labasa", "Apia")
    }
    assert x["Suva"] < x["Labasa"] < x["Apia"]
    assert {"Fiji", "Samoa"} <= labels(page)


def test_a_place_at_zero_zero_is_a_place(open_page):
    page = open_page(NULL_ISLAND)
    assert page.locator(".symbol.point").count() == 1
    assert "Null Island" in labels(page)


def test_a_text_without_places_has_a_map(open_page):
    page = open_page(EMPTY)
    assert page.locator("#counts").text_content() == "No places found"
    assert page.locator(".symbol").count() == 0
    assert page.locator("#missing").is_hidden()
    assert page.locator("path.land").count() >= 1


def test_an_empty_text(open_page):
    page = open_page(article(""))
    assert "The text is empty." in page.locator("main").text_content()


def test_thousands_of_places_are_drawn_on_a_canvas(open_page):
    page = open_page(crowd(3000))
    assert page.locator(".symbol").count() == 0
    assert page.locator(".folium-map canvas").count() == 1
    assert page.locator("#places tbody tr").count() == 100
    page.locator("#search").fill("Town 2999")
    page.keyboard.press("Enter")
    assert page.locator("#card h2").text_content() == "Town 2999"
    assert page.locator(".mention.current").text_content() == "Town 2999"
    # A click on the dot that is now in view opens the same place.
    page.keyboard.press("Escape")
    at = page.evaluate(
        """() => {
          const town = [(2999 * 37 % 1200) / 10 - 58, (2999 * 101 % 3600) / 10 - 180];
          const { x, y } = map_article.latLngToContainerPoint(town);
          const { left, top } = map_article.getContainer().getBoundingClientRect();
          return [x + left, y + top];
        }"""
    )
    page.mouse.click(*at)
    assert page.locator("#card h2").text_content() == "Town 2999"


def test_a_long_text_is_filled_as_it_is_read(open_page):
    filler = "Nothing happens on this page, and it goes on for a while. " * 40 + "\n\n"
    page = open_page(article(filler * 200 + "At last they reached [Sirte].\n\n" + filler * 200))
    assert page.locator("#text p").count() < 100
    page.locator(".symbol.point").click()
    marked = page.locator(".mention.current").bounding_box()
    assert 0 < marked["y"] < DESKTOP["height"]


def test_offsets_hold_beyond_the_first_plane(open_page):
    page = open_page(article("🏜️🏜️ 𐍈 [Sirte] 🏜️ and [Tripoli] 𝕏."))
    assert page.locator(".mention").all_text_contents() == ["Sirte", "Tripoli"]


@pytest.mark.parametrize("mode", ["sentences", "none"])
def test_less_of_the_text(open_page, mode):
    page = open_page(
        article("A secret stands here. They met in [Sirte]. Another secret.\n\nThey left [Tobruk|Tobruk|cue=left]."),
        map_options={"text": mode},
    )
    source = page.path.read_text(encoding="utf-8")
    assert "secret" not in page.content()
    assert "secret" not in source
    assert page.locator(".mention").count() == (2 if mode == "sentences" else 0)
    page.locator(".symbol[aria-label^='Sirte,']").click()
    card = page.locator("#card").text_content()
    assert ("They met in Sirte." in card) == (mode == "sentences")
    assert ("1 mention" in card) == (mode == "none")


def test_print_puts_the_map_first_and_leaves_the_controls_out(open_page):
    page = open_page(LIBYA)
    page.emulate_media(media="print")
    map_box, text_box = page.locator(".map-pane").bounding_box(), page.locator("#text").bounding_box()
    assert map_box["y"] + map_box["height"] <= text_box["y"]
    assert not page.locator("header").is_visible()
    assert page.locator("#provenance").is_visible()


def test_without_javascript_the_text_and_the_places_are_there(open_page):
    page = open_page(LIBYA, javascript=False)
    text = page.locator("main").text_content()
    assert LIBYA.text[:60] in text
    assert "Al Jufra Air Base" in text


def test_without_javascript_nothing_stands_empty(open_page):
    page = open_page(LIBYA, javascript=False)
    assert not page.locator("header").is_visible()
    assert not page.locator(".map-pane").is_visible()
    assert page.locator(".fallback").is_visible()
    table = page.locator("noscript table").bounding_box()
    assert table["x"] + table["width"] <= DESKTOP["width"]


def test_doubtful_places_are_listed_as_such_and_an_empty_list_has_no_button(open_page):
    page = open_page(LIBYA)
    assert page.locator("#missing").text_content().endswith("doubtful 1")
    page = open_page(article("The [Libyan|Libya|demonym] port of [Sirte]."))
    assert page.locator("#missing").is_hidden()


def test_map_and_table_count_alike(open_page):
    page = open_page(LIBYA)
    rows = page.locator("#places tbody tr").evaluate_all(
        "rows => rows.map((row) => [...row.cells].slice(0, 4).map((cell) => cell.textContent))"
    )
    scenes = {name: int(count) for name, _, count, _ in rows}
    assert sum(scenes.values()) == int(page.locator(".filter:has-text('Scenes') b").text_content())
    for dot in page.locator(".symbol.point").all():
        shown = dot.locator(".dot").text_content()
        if shown.isdigit():
            assert int(shown) == scenes[dot.get_attribute("aria-label").split(",")[0]]
    total = sum(int(count) for *_, count in rows)
    lost = sum(t.place is None for t in LIBYA.toponyms)
    assert total + lost == len(LIBYA.toponyms)


def test_a_place_of_adjectives_alone_is_marked_in_the_table(open_page):
    page = open_page(article("The [Egyptian|Egypt|demonym] fleet left [Sirte] for [Libya|Libya|actor]."))
    last = page.locator("#places tbody tr").last
    assert last.get_attribute("class") == "aside"
    assert "Egypt" in last.text_content()
    assert "people or adjective only" in last.text_content()
    assert page.locator("#places tr.aside").count() == 1


def test_a_country_that_only_acts_is_on_the_map_quietly(open_page):
    page = open_page(article("[Libya|Libya|actor] said that [Sirte] and [Benghazi] were calm."))
    assert "Libya" in labels(page)
    assert page.locator("path.area.named").count() == 1
    assert page.locator("path.area.shape").count() == 0
    switch(page, "Actors")
    assert page.locator(".badge").text_content() == "Libya"
    assert "Libya" not in labels(page), "its badge names it"


def test_symbols_have_a_largest_size_and_keep_their_order(open_page):
    page = open_page(article("[Sirte] " * 300 + "[Tripoli] " * 30 + "[Misrata] [Benghazi]"))
    sizes = {
        name: page.locator(f".symbol[aria-label^='{name},'] .dot").bounding_box()["width"]
        for name in ("Sirte", "Tripoli", "Misrata")
    }
    assert 44 >= sizes["Sirte"] > sizes["Tripoli"] > sizes["Misrata"] >= 12


def test_several_extents_are_outlined_only_when_asked_for(open_page):
    page = open_page(article("From [Fezzan] to [Jufrah] by way of [Sirte]."))
    quiet = page.locator("path.area.quiet")
    assert quiet.count() == 2
    seen = "(paths) => paths.map((path) => getComputedStyle(path).strokeOpacity)"
    assert quiet.evaluate_all(seen) == ["0", "0"]
    page.locator(".mention:text-is('Fezzan')").hover()
    assert sorted(quiet.evaluate_all(seen)) == ["0", "0.8"]
    page = open_page(article("Through [Fezzan] to [Sirte]."))
    assert page.locator("path.area.quiet").count() == 0
    assert page.locator("path.area.region").count() == 1


CORNERS = {
    name: place(f"geonames:{i}", name, lat, lon, "P.PPL", "LY")
    for i, (name, lat, lon) in enumerate(
        [
            ("Upper", 33.0, 10.0),
            ("Upper Side", 32.5, 10.1),
            ("Lower", 24.0, 10.0),
            ("Other", 24.0, 24.0),
            ("Far", 33.0, 24.0),
        ]
    )
}


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_opens_under_the_legend_or_the_buttons(open_page, viewport):
    doc = article(
        "[Upper], [Upper Side], [Lower], [Other], [Far] and the [Egyptian|Egypt|demonym] [Russia|Russia|actor].",
        places={**CORNERS, **PLACES},
    )
    page = open_page(doc, viewport=viewport)
    panels = page.evaluate(BOXES, "#legend, .leaflet-control-zoom")
    dots = page.evaluate(BOXES, ".symbol .dot")
    assert len(dots) == 5
    for dot in dots:
        for panel in panels:
            assert not overlap(dot, panel), (dot, panel)


def test_a_flag_has_its_name(open_page):
    page = open_page(article("[Brega|Brega|origin] - They went from [Benghazi] to [Sirte]."))
    assert "Brega" in labels(page)


def test_print_fits_the_map_to_the_paper(open_page):
    page = open_page(LIBYA)
    page.evaluate("map_article.setView([25, 15], 8, { animate: false })")
    page.emulate_media(media="print")
    page.wait_for_selector("html.printing")
    frame = page.locator(".folium-map").bounding_box()
    # A millimetre is 96 / 25.4 pixels; the narrowest of A4 and Letter leaves 190 mm.
    assert frame["width"] <= 190 * 96 / 25.4
    assert page.evaluate("[map_article.getSize().x, map_article.getSize().y]") == pytest.approx(
        [frame["width"], frame["height"]], abs=3
    )
    dots = page.evaluate(BOXES, ".symbol.point .dot")
    inside = [d for d in dots if frame["x"] <= d["left"] and d["right"] <= frame["x"] + frame["width"]]
    assert len(inside) >= 6, "the scenes are in it"
    legend = page.locator("#legend").bounding_box()
    assert legend["y"] >= frame["y"] + frame["height"] - 1
    page.emulate_media(media="screen")
    page.wait_for_selector("html:not(.printing)")
    assert page.evaluate("map_article.getZoom()") == 8


def test_provenance_and_credits_stand_on_the_page(open_page):
    page = open_page(LIBYA)
    footer = page.locator("footer").text_content()
    assert "Placed by machine, not verified" in footer
    assert LIBYA.text_sha256[:16] in footer
    assert "GeoNames (CC BY 4.0)" in footer
    assert "GeoNames (CC BY 4.0)" in page.locator(".leaflet-control-attribution").text_content()
    assert "GeoNames" in page.locator("#legend").text_content()


def test_a_place_set_by_an_editor_says_so(open_page):
    page = open_page(article("They met in [Sirte|Sirte|fixed]."))
    assert "1 place set by an editor" in page.locator("#provenance").text_content()
    page.locator(".symbol.fixed").click()
    assert "set by editor" in page.locator("#card").text_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_keeps_its_contrast(open_page, scheme):
    page = open_page(LIBYA, color_scheme=scheme)
    page.locator(".mention:text-is('Ankara')").first.click()
    worst = page.evaluate(CONTRAST)
    assert worst["ratio"] >= 4.5, worst


CONTRAST = """() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(e).backgroundColor);
      if (a > 0.5) return [r, g, b];
    }
    return [255, 255, 255];
  };
  let worst = { ratio: 21 };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.offsetWidth) continue;
    if (element.closest('.folium-map, script, .unseen')) continue;
    const [x, y] = [luminance(parse(getComputedStyle(element).color)), luminance(ground(element))];
    const ratio = (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
    if (ratio < worst.ratio) worst = { ratio, text: element.outerHTML.slice(0, 120) };
  }
  return worst;
}"""


def test_the_notebook_form_shows_map_and_table(open_page):
    page = open_page(f"<!DOCTYPE html><html><body>{notebook_html(LIBYA)}</body></html>")
    frame = page.frame_locator("iframe")
    frame.locator(".symbol[aria-label^='Sirte,']").click()
    assert frame.locator("#card h2").text_content() == "Sirte"
    assert page.locator("iframe").get_attribute("sandbox") == "allow-scripts"
    page.locator("summary").click()
    assert page.locator("table tr").count() == len(LIBYA.toponyms) + 1
