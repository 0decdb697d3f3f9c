"""Hostile strings in every place where a document's strings reach the page: none runs, each is shown as it is."""

from dataclasses import replace

import pytest
from drawn_articles import PLACES, PROVENANCE
from support import HOSTILE

from toposcope.document import Candidate, Document, Mention, Role, Status, Toponym
from toposcope.webmap import notebook_html


def hostile_document(bad: str) -> Document:
    """A document whose every string is hostile: text, title, id, names, cue, phrase, signals, provenance."""
    base = PLACES["Tripoli"]
    places = [
        replace(base, id=f"{bad}{i}", name=bad, lat=base.lat + i, admin1=bad, admin2=f"{bad}.", source=bad)
        for i in range(3)
    ]
    land = replace(PLACES["Fezzan"], id=f"{bad} land", name=bad, country_code=bad)
    parts, toponyms, length = [f"{bad} opens. "], [], len(bad) + 8

    def add(status: Status, role: Role, *ranked) -> None:
        nonlocal length
        candidates = tuple(Candidate(p, bad, bad, 0.6 if i == 0 else 0.2, {bad: 1.5 - i}) for i, p in enumerate(ranked))
        mention = Mention(bad, length, length + len(bad))
        stands_for = ranked[0].id if role == Role.ACTOR else None
        toponyms.append(Toponym(mention, status, candidates, role, role_cue=bad, phrase=bad, stands_for=stands_for))
        parts.append(f"{bad} is named. ")
        length += len(bad) + 11

    add(Status.RESOLVED, Role.SCENE, *places)
    add(Status.RESOLVED, Role.SCENE, *places)
    add(Status.AMBIGUOUS, Role.SCENE, places[1], places[0])
    add(Status.RESOLVED, Role.ACTOR, places[2], places[0])
    add(Status.RESOLVED, Role.ORIGIN, places[2])
    add(Status.RESOLVED, Role.SCENE, land)
    add(Status.RESOLVED, Role.ASSOCIATION, land)
    add(Status.UNKNOWN, Role.SCENE)
    provenance = replace(PROVENANCE, toposcope=bad, gazetteer=bad, gazetteer_hash=bad)
    return Document("".join(parts), tuple(toponyms), bad, bad, bad, bad, provenance)


# Every card and list is opened, everything is hovered and searched: whatever shows a string shows it.
USE_EVERYTHING = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const openFolds = () => all('#card details').forEach((fold) => (fold.open = true));
  all('.filter input').forEach((box) => box.checked || box.click());
  for (const selector of ['.mention', '.symbol:not(.ghost)', '.label.clickable', '#places button', '.chip-edge']) {
    for (const one of all(selector)) {
      for (const type of ['mouseenter', 'focus']) one.dispatchEvent(new Event(type));
      one.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
      openFolds();
    }
  }
  for (let i = 0; ; i++) {
    document.getElementById('missing').click();
    const names = all('#card .missing button');
    if (i >= names.length) break;
    names[i].click();
    openFolds();
  }
  const search = document.getElementById('search');
  for (const letter of ['a', 's', '<', '']) {
    search.value = letter;
    search.dispatchEvent(new Event('input'));
  }
}"""

#: All of them in one string, and the other way round: what one hides, the other shows.
TOGETHER = [" ".join(h["text"] for h in hostile) for hostile in (HOSTILE, HOSTILE[::-1])]


@pytest.mark.parametrize("bad", [pytest.param(h["text"], id=h["name"]) for h in HOSTILE])
def test_no_string_of_a_document_runs(open_page, bad):
    page = open_page(hostile_document(bad))
    page.evaluate(USE_EVERYTHING)
    page.check()
    mentions = page.locator(".mention").evaluate_all("all => all.map((e) => e.textContent)")
    assert len(mentions) == 8
    assert len(set(mentions)) == 1
    if bad.isprintable():
        assert mentions[0] == bad
        assert page.locator("h1").text_content() == bad
    scripts = page.evaluate("[...document.scripts].map((s) => s.type + s.id)")
    assert scripts == ["application/jsontoposcope-world", "application/jsontoposcope-article", "", ""]


@pytest.mark.parametrize("bad", TOGETHER, ids=["forwards", "backwards"])
def test_no_string_runs_in_a_notebook(open_page, bad):
    document = hostile_document(bad)
    page = open_page(f"<!DOCTYPE html><meta charset=utf-8><body>{notebook_html(document)}</body>")
    frame = page.frames[1]
    frame.wait_for_selector("html[data-ready]", state="attached")
    frame.evaluate(USE_EVERYTHING)
    page.locator("summary").click()
    assert page.locator("td").count() == 6 * len(document.toponyms)
    assert page.locator("body > *").count() == 2, "the frame and the fold, nothing that broke out of them"


@pytest.mark.parametrize("bad", TOGETHER, ids=["forwards", "backwards"])
def test_no_string_runs_without_our_program(open_page, bad):
    page = open_page(hostile_document(bad), javascript=False)
    assert page.locator("noscript td").count() == 6 * 8


def test_the_policy_stops_what_would_get_through(open_page):
    """Were some string to become markup after all, the page's policy is the second wall."""
    page = open_page(hostile_document("Sirte"))
    page.evaluate(
        """() => {
          const markup = '<img src=x onerror="window.pwned=1"><svg onload="window.pwned=1">';
          document.body.insertAdjacentHTML('beforeend', markup);
          const script = document.createElement('script');
          script.textContent = 'window.pwned = 1';
          document.body.append(script);
        }"""
    )
    page.wait_for_timeout(100)
    assert page.evaluate("window.pwned") is None
    assert any("Content Security Policy" in complaint for complaint in page.complaints)
    page.complaints.clear()
