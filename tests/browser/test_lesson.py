"""A whole lesson by keyboard alone, and the sketch by hand, as a learner does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Page

from app.words.text import TEXT
from tests.browser.visit import DESK, PHONE, Visit

POINT = ".pl-sketch .point"
PATIENCE_MS = 15_000
MOST_TABS = 60
CONTROLS = ("radio", "slider", "spinbutton", "submit", "button", "textarea")
FOCUS = """
() => {
  const one = document.activeElement;
  const label = one.getAttribute("aria-label") || one.innerText || one.value || "";
  const group = one.closest("[role=radiogroup], [role=group]")?.getAttribute("aria-label") || "";
  return [one.getAttribute("role") || one.type || one.tagName, label.trim(), group.trim()];
}
"""
QUIET_MS = 150
IS_STILL = """
(quietMs) => window.__seen.answered
  && document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning"
  && !document.querySelector('[data-testid="stSkeleton"]')
  && performance.now() - window.__seen.changed > quietMs
"""
WIDTHS = (
    "[document.scrollingElement.scrollWidth, ...[...document.querySelectorAll("
    "'[data-testid=stMain], [data-testid=stAppViewContainer]')].map(one => one.scrollWidth)]"
)


@pytest.fixture
def learner(tab: Visit) -> Iterator[Visit]:
    """Somebody on the page Lessons."""
    tab.page.goto(f"{tab.address}lessons")
    tab.page.get_by_role("button", name=TEXT["lesson_begin"]).wait_for(timeout=PATIENCE_MS)
    yield tab
    assert tab.outside() == []
    assert [one for one in tab.errors if "404" not in one] == []


def tab_to(page: Page, words: str, *, is_whole: bool = False) -> None:
    """Press Tab until a control is in focus whose name or group holds the words, or whose name they are."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        kind, label, group = page.evaluate(FOCUS)
        if kind in CONTROLS and (label == words or (not is_whole and (words in label or words in group))):
            return
    raise AssertionError(f"the keyboard does not reach {words}")


def after(page: Page, act: Callable[[], object]) -> None:
    """Do what makes the server run once more, and wait for what it changes."""
    before = page.evaluate("window.__seen.sent")
    act()
    page.wait_for_function("before => window.__seen.sent > before", arg=before, timeout=PATIENCE_MS)
    still(page)


def still(page: Page) -> None:
    """Until the run that was asked for has ended and all that it changed is on the screen."""
    page.wait_for_function(IS_STILL, arg=QUIET_MS, timeout=4 * PATIENCE_MS)  # a picture may play to its end first


def press_button(page: Page, name: str) -> None:
    """Reach a button by keyboard and press it."""
    page.get_by_role("button", name=name, exact=True).wait_for(timeout=PATIENCE_MS)
    still(page)
    tab_to(page, name, is_whole=True)
    after(page, lambda: page.keyboard.press("Enter"))


def choose(page: Page, group: str, word: str) -> None:
    """Reach a row of words and choose one of them."""
    tab_to(page, group)
    for _ in range(4):
        if page.evaluate(FOCUS)[1] == word:
            break
        page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUS)[1] == word
    after(page, lambda: page.keyboard.press("Space"))


def pick_first(page: Page, group: str) -> None:
    """Reach a list of choices and take the first."""
    tab_to(page, group)
    after(page, lambda: page.keyboard.press("Space"))


def test_a_whole_lesson_by_keyboard_alone(learner: Visit) -> None:
    page = learner.page
    page.wait_for_load_state("networkidle")  # a part whose code comes late would take the focus away
    press_button(page, TEXT["lesson_begin"])
    press_button(page, TEXT["lesson_your_turn"])
    page.locator(POINT).first.wait_for()
    still(page)
    # nothing of the result can be read before the prediction is locked and run
    assert page.locator(".pumplab-chart").count() == 0
    assert "45" not in page.locator(".st-key-lesson").inner_text()

    choose(page, TEXT["lesson_direction"], "earlier")
    tab_to(page, "Day of the low-reservoir alarm")
    page.keyboard.type("60")
    after(page, lambda: page.keyboard.press("Enter"))
    choose(page, TEXT["lesson_sure"], "certain")
    tab_to(page, "day 25")
    keys = ("PageUp", "ArrowUp", "ArrowDown", "Home", "ArrowUp")
    after(page, lambda: [page.keyboard.press(key) for key in keys])
    drawn = page.locator(POINT).nth(1).get_attribute("aria-valuetext")
    assert drawn == "0.5 mL"
    press_button(page, TEXT["lesson_lock"])
    press_button(page, TEXT["lesson_run"])

    page.get_by_text(TEXT["lesson_seen"]).wait_for(timeout=PATIENCE_MS)
    page.locator(".pumplab-chart .xtitle").first.wait_for(timeout=PATIENCE_MS)
    still(page)
    pick_first(page, TEXT["lesson_seen"])
    press_button(page, TEXT["lesson_seen_done"])
    page.get_by_text("You said day 60; it is day 45").wait_for(timeout=PATIENCE_MS)
    press_button(page, TEXT["lesson_show_next"])
    press_button(page, TEXT["lesson_to_questions"])

    for n in (1, 2, 3):
        page.get_by_text(TEXT["lesson_question"].format(at=n, n=3)).wait_for(timeout=PATIENCE_MS)
        still(page)
        pick_first(page, TEXT["lesson_your_answer"])
        choose(page, TEXT["lesson_sure"], "fairly sure")
        press_button(page, TEXT["lesson_answer"])
        press_button(page, TEXT["lesson_finish" if n == 3 else "lesson_next"])
    page.get_by_text(TEXT["lesson_done"]).wait_for(timeout=PATIENCE_MS)
    assert "within 50 %" in page.locator(".st-key-lesson").inner_text()


def begin(page: Page) -> None:
    still(page)
    for name in ("lesson_begin", "lesson_your_turn"):
        after(page, page.get_by_role("button", name=TEXT[name]).click)
    page.locator(POINT).first.wait_for()
    still(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_point_follows_the_hand_and_stays_where_it_was_left(learner: Visit, scheme: str) -> None:
    learner.page.emulate_media(color_scheme=scheme)
    begin(learner.page)
    for k, (width, height) in ((3, DESK), (2, PHONE)):
        learner.page.set_viewport_size({"width": width, "height": height})
        still(learner.page)
        assert_point_follows(learner.page, k, width)


def assert_point_follows(page: Page, k: int, width: float) -> None:
    """One point, moved by hand in a window of some width."""
    assert max(page.evaluate(WIDTHS)) <= width
    point = page.locator(POINT).nth(k)
    point.scroll_into_view_if_needed()
    before = float(point.get_attribute("aria-valuenow"))
    assert min(later - earlier for earlier, later in pairwise(places(page))) >= 44
    for box in page.locator(f"{POINT} .reach").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(({ width, height }) => [width, height])"
    ):
        assert min(box) >= 44
    box = point.locator("circle").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 60, steps=4)
    after(page, page.mouse.up)
    left = float(page.locator(POINT).nth(k).get_attribute("aria-valuenow"))
    assert left > before
    # what was drawn outlives the next run of the page, and is what is locked
    after(page, page.get_by_role("button", name=TEXT["lesson_lock"]).click)
    assert float(page.locator(POINT).nth(k).get_attribute("aria-valuenow")) == left
    assert page.get_by_test_id("stAlert").count() == 1
    sizes = page.locator(".pl-sketch text").evaluate_all(
        "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 14


def test_a_finger_on_a_point_moves_it_and_a_finger_beside_it_scrolls(visitor: Callable[..., Visit]) -> None:
    one = visitor(size=PHONE, has_touch=True, is_mobile=True)
    page = one.page
    page.goto(f"{one.address}lessons")
    page.get_by_role("button", name=TEXT["lesson_begin"]).wait_for(timeout=PATIENCE_MS)
    begin(page)
    page.locator(POINT).nth(2).scroll_into_view_if_needed()
    before = values(page)
    box = page.locator(POINT).nth(2).locator("circle").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    after(page, lambda: drag(page, x, y, -50))
    left = values(page)
    assert left[2] > before[2]
    assert left[:2] + left[3:] == before[:2] + before[3:]
    top = page.locator(".pl-sketch").bounding_box()["y"]
    between = (page.locator(POINT).nth(0).bounding_box()["x"] + page.locator(POINT).nth(1).bounding_box()["x"]) / 2 + 22
    # the page is at its end, so it can only go back
    drag(page, between, y + 60, 50)
    still(page)
    assert values(page) == left
    assert page.locator(".pl-sketch").bounding_box()["y"] != top
    assert one.outside() == []


def places(page: Page) -> list[float]:
    """Where the points stand from left to right."""
    return page.locator(f"{POINT} .reach").evaluate_all("all => all.map(one => one.getBoundingClientRect().left)")


def values(page: Page) -> list[float]:
    return page.locator(POINT).evaluate_all("all => all.map(one => Number(one.getAttribute('aria-valuenow')))")


def drag(page: Page, x: float, y: float, by: float) -> None:
    """One finger down, moved upwards or downwards, and up again."""
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for part in (0.25, 0.5, 0.75, 1.0):
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y + part * by}]})
        page.wait_for_timeout(30)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    finger.detach()
