"""Words to tap, as who has no mouse and who has no keyboard open them: in a panel, a paragraph, a row of words."""

from __future__ import annotations

from app.words import glossary
from app.words.text import TEXT
from tests.browser.looking import violations
from tests.browser.visit import PHONE, Visit

PANEL = "[data-testid=stPopoverBody]"
TERM, NOTE, ROW = "a[href^='#term-']", ".pl-note", ".st-key-terms-here-ticks a"
FOCUS = "() => document.activeElement.textContent"
IS_INSIDE = "() => document.activeElement.closest('[data-testid=stPopoverBody]') !== null"
IS_ON_BUTTON = "((words) => document.activeElement.textContent.includes(words))"
MOST_TABS = 6


def open_panel(visit: Visit) -> None:
    """Open what the scenario is about."""
    visit.page.get_by_role("button", name=TEXT["about"]).click()
    visit.page.locator(f"{PANEL} {TERM}").first.wait_for()


def test_by_keyboard_a_word_opens_and_closes_and_the_panel_stays_until_it_is_closed_itself(visit: Visit) -> None:
    page, tip = visit.page, glossary.terms()["tip"].en
    visit.pick("Half a leak, and the repair that overdoses")
    page.get_by_role("button", name=TEXT["about"]).focus()
    page.keyboard.press("Enter")
    page.wait_for_function(IS_INSIDE)
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUS) == "tip":
            break
    assert page.evaluate(FOCUS) == "tip"
    word = page.locator(f"{PANEL} {TERM}").get_by_text("tip", exact=True)
    assert (word.get_attribute("aria-expanded"), page.locator(NOTE).count()) == (None, 0)
    page.keyboard.press("Enter")
    assert word.get_attribute("aria-expanded") == "true"
    said = page.locator(NOTE).inner_text()
    assert said.startswith(f"{tip.word}: {tip.meaning}")
    assert all(word in said for word in tip.clinicians)
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator(NOTE).count() == 1  # one at a time
    assert not page.locator(NOTE).inner_text().startswith(tip.word)
    at = page.evaluate(FOCUS)
    page.keyboard.press("Escape")
    assert (page.locator(NOTE).count(), page.evaluate(FOCUS)) == (0, at)
    panel = page.get_by_test_id("stPopoverBody")
    assert panel.is_visible()
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    page.wait_for_function(f"{IS_ON_BUTTON}('{TEXT['about']}')")


def test_on_a_phone_a_tap_opens_a_word_of_a_paragraph_or_of_a_row_until_the_text_is_another(tab: Visit) -> None:
    page, note = tab.page, tab.page.locator(NOTE)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    tab.open_page("refill-visit")
    word = page.locator(f".st-key-refill {TERM}").first
    word.click()
    box = note.bounding_box()
    assert box is not None
    assert box["x"] >= 0.0
    assert box["x"] + box["width"] <= PHONE[0]
    assert box["y"] >= tab.box(f".st-key-refill p:has({TERM})")["bottom"]
    assert "#" not in page.url
    word.click()
    assert note.count() == 0
    word.click()
    tab.act(page.get_by_text(TEXT["visit_depth_full"], exact=True).click)
    page.get_by_role("button", name=TEXT["visit_start"]).click()
    row = page.locator(ROW).first
    row.wait_for()
    note.wait_for(state="detached")
    row.click()
    assert note.inner_text().startswith(f"{glossary.terms()['pocket'].en.word}: ")
    assert row.evaluate("one => getComputedStyle(one).textDecorationStyle") == "solid"
