"""German in a real browser: from a switch, from the browser's own language and from a link; and all of it fits."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from app.words.text import read_words
from sim import TEACHING_ONLY
from tests.browser.visit import CHART, DESK, FIRST_SCREEN, PHONE, STAGE, Visit, is_inside

GERMAN, ENGLISH = read_words("de")["text"], read_words("en")["text"]
STAGE_WORDS: Final = read_words("de")["stage"]
ROOMS: Final = ("lessons", "refill-visit", "trial", "model")
POINT: Final = re.compile(r"\d\.\d")
LANGUAGE: Final = "document.documentElement.lang"
# what is wider than its own box and cut there
CUT: Final = """
() => [...document.querySelectorAll("button, a, label, p, h1, h2, h3, .stage-label, .stage-lane-name, .stage-lamp")]
  .filter((one) => one.offsetParent && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1)
  .filter((one) => getComputedStyle(one).overflowX !== "visible")
  .map((one) => one.textContent)
"""
# tabs whose words reach over their own edge
TIGHT: Final = """
() => [...document.querySelectorAll("[role=tab]")]
  .filter((one) => one.querySelector("p").scrollWidth > one.clientWidth + 1).map((one) => one.innerText)
"""


def switch(visit: Visit, button: str, label: str, to: str) -> None:
    """Choose a language in the settings, and close them."""
    visit.page.get_by_role("button", name=button).click()
    visit.choose(label, to)
    visit.page.keyboard.press("Escape")
    visit.wait_until_still()


def test_a_switch_turns_the_whole_page_and_back(visit: Visit) -> None:
    visit.choose(ENGLISH["beside"], ENGLISH["tab_csf"])
    switch(visit, ENGLISH["settings"], ENGLISH["language"], "Deutsch")
    assert visit.page.evaluate(LANGUAGE) == "de"
    assert list(visit.tiles()) == [GERMAN[f"tile_{name}"] for name in ("alarm", "ratio", "lost", "without")]
    assert visit.tab_names() == [GERMAN[f"tab_{name}"] for name in ("story", "compare", "why", "people", "more")]
    titles = visit.page.locator(f"{CHART} :is(.xtitle, .ytitle)").evaluate_all("all => all.map(it => it.textContent)")
    assert titles == ["Tage", "mcg/Tag"]
    assert visit.page.get_by_role("combobox", name=GERMAN["beside"]).input_value() == GERMAN["tab_csf"]
    assert visit.summary().startswith("Tag ")
    assert STAGE_WORDS["no_pump"] not in visit.summary()
    assert "Spitze bei T12." in visit.summary()
    # numbers are German in the picture, in charts and in boxes, and are typed so
    box = visit.page.get_by_role("spinbutton").first
    box.fill("12,5")
    visit.rerun(lambda: box.press("Enter"))
    assert (box.input_value(), box.get_attribute("aria-valuenow"), visit.alerts()) == ("12,5", "12.5", [])
    box.fill("0")
    visit.rerun(lambda: box.press("Enter"))
    assert visit.page.evaluate("css => document.querySelector(css).layout.separators", CHART) == ",\u202f"
    assert (POINT.findall(visit.summary()), POINT.findall(" ".join(visit.tiles().values()))) == ([], [])
    assert not POINT.findall(visit.page.locator(".chart-readout").first.inner_text())
    lanes = visit.page.locator(".stage-lane-name").all_inner_texts()
    assert lanes[:2] == [STAGE_WORDS["program"], STAGE_WORDS["visits"]]
    assert visit.page.locator(f"{STAGE} .stage-play").get_attribute("aria-label") == STAGE_WORDS["play"]
    assert visit.page.locator("button.copy-link").inner_text() == GERMAN["copy_link"]
    assert visit.page.locator(FIRST_SCREEN["banner"]).inner_text() == f"{GERMAN['teaching_only']} {TEACHING_ONLY}"
    visit.page.locator("button.copy-link").click()
    visit.page.locator(".copy-said", has_text=GERMAN["copied"]).wait_for()

    switch(visit, GERMAN["settings"], GERMAN["language"], "English")
    assert visit.page.evaluate(LANGUAGE) == "en"
    assert next(iter(visit.tiles())) == ENGLISH["tile_alarm"]
    assert visit.page.get_by_role("combobox", name=ENGLISH["beside"]).input_value() == ENGLISH["tab_csf"]
    assert visit.errors == []


def test_a_link_opens_in_the_language_of_whoever_made_it(visit: Visit) -> None:
    switch(visit, ENGLISH["settings"], ENGLISH["language"], "Deutsch")
    visit.go(visit.link())
    assert visit.page.evaluate(LANGUAGE) == "de"
    assert next(iter(visit.tiles())) == GERMAN["tile_alarm"]


def test_units_can_be_chosen_after_anything_else_was_moved(visit: Visit) -> None:
    """The settings are built only when they are opened: what was never touched keeps its choice."""
    visit.open_tab(ENGLISH["tab_more"])
    visit.page.get_by_role("button", name=ENGLISH["settings"]).click()
    visit.rerun(visit.page.locator(".st-key-unit_flow").get_by_text(ENGLISH["flow_mcl_h"]).click)
    assert "Incident" not in visit.text()
    assert visit.alerts() == []
    assert visit.page.locator(".st-key-unit_amount [aria-checked=true]").inner_text() == ENGLISH["amount_auto"]
    assert visit.page.locator(".st-key-unit_flow [aria-checked=true]").inner_text() == ENGLISH["flow_mcl_h"]


def test_a_german_browser_meets_a_german_page_that_fits_a_desk_and_a_phone(visitor: Callable[..., Visit]) -> None:
    visit = visitor(locale="de-DE")
    visit.go()
    assert visit.page.evaluate(LANGUAGE) == "de"
    phones = {name: FIRST_SCREEN[name] for name in ("banner", "control", "chart", "title of the chart's days")}
    for size, needed in ((DESK, FIRST_SCREEN), (PHONE, phones)):
        _resize(visit, size)
        for name, css in needed.items():
            assert is_inside(visit.box(css), *size), f"{name} lies at {visit.box(css)}"
        assert visit.page.evaluate(CUT) == []
    for room in ROOMS:
        visit.page.goto(f"{visit.address}{room}")
        visit.page.get_by_text(GERMAN["page_lesson"]).first.wait_for()
        visit.page.wait_for_function("() => document.documentElement.lang === 'de'")
        for size in (DESK, PHONE):
            _resize(visit, size)
            assert visit.page.evaluate(CUT) == [], (room, size)
            assert visit.page.evaluate(TIGHT) == [], (room, size)
            assert visit.page.evaluate("document.scrollingElement.scrollWidth") <= size[0], (room, size)


def _resize(visit: Visit, size: tuple[int, int]) -> None:
    visit.page.set_viewport_size({"width": size[0], "height": size[1]})
    visit.rest()
