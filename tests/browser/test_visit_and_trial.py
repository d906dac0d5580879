"""The pages Refill visit and Trial in a real browser: they read well, work by keyboard, and keep to the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from app.teaching.refill_visit import packaged_checklist, write_checklist
from app.words.text import TEXT
from tests.browser.visit import DESK, PHONE, Visit, sent_after

IS_STILL: Final = """
() => window.__seen.sent > 0 && window.__seen.answered
  && document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning"
  && !document.querySelector('.pumplab-chart:not(:has(.xtitle))')
  && !document.querySelector('[data-testid="stSkeleton"]')
  && performance.now() - window.__seen.changed > 150
"""
SMALL_TEXT: Final = """
() => [...document.querySelectorAll('.stMainBlockContainer *')]
  .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
  .filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.closest('style, script, title'))
  .filter(one => parseFloat(getComputedStyle(one).fontSize) < 13.9
    && !one.closest('[data-testid="stIconMaterial"]'))
  .map(one => one.textContent.trim().slice(0, 60))
"""

FOCUSED: Final = """
() => ["BUTTON", "INPUT"].includes(document.activeElement.tagName)
  ? document.activeElement.innerText || document.activeElement.ariaLabel || "" : ""
"""
WINDOWS: Final = ((DESK, "light"), (PHONE, "dark"))
HAS_HELLO: Final = "() => [...document.querySelectorAll('input')].some(one => one.value.includes('hello'))"


class Room:
    """One room in a tab of its own, and what a learner does in it."""

    def __init__(self, visit: Visit) -> None:
        self.page, self.address = page, address = visit.page, visit.address
        self.at = 0  # which of the windows
        self.errors: list[str] = []
        self.outside: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("request", lambda one: None if one.url.startswith((address, "blob:", "data:")) else self._note(one.url))

    def _note(self, url: str) -> None:
        self.outside.append(url)

    def open(self, name: str, first: str) -> Room:
        """By the link at the top of the page, as a learner comes."""
        self.page.goto(self.address)
        self.rest().page.locator(".st-key-pages").get_by_role("link", name=name, exact=True).click()
        self.page.get_by_text(first).first.wait_for(timeout=30_000)
        return self.rest()

    def has_charts(self, n: int) -> bool:
        """Whether so many charts, and no more, stand with their axes."""
        titles = self.page.locator(".pumplab-chart .xtitle")
        titles.nth(n - 1).wait_for()
        return titles.count() == n

    def rest(self) -> Room:
        """Until the run that was asked for has ended and everything it changed is on the screen."""
        self.page.wait_for_function(IS_STILL, timeout=30_000)
        return self

    def act(self, act: Callable[[], object]) -> Room:
        sent_after(self.page, act)
        return self.rest()

    def press(self, name: str) -> Room:
        return self.act(self.page.get_by_role("button", name=name).first.click)

    def choose(self, name: str) -> Room:
        return self.act(self.page.get_by_text(name, exact=True).first.click)

    def type(self, name: str, number: str) -> Room:
        box = self.page.get_by_role("spinbutton", name=name).or_(self.page.get_by_label(name, exact=True)).first
        box.fill(number)
        return self.act(lambda: box.press("Enter"))

    def turn(self) -> None:
        """From a desk by day to a phone at night, or back."""
        self.at = 1 - self.at
        (width, height), scheme = WINDOWS[self.at]
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=scheme)
        self.rest()

    def assert_fits(self) -> None:
        """Nothing is too wide or too small in the window it stands in, nor in the other one, in which it stays."""
        self._assert_fits_here()
        self.turn()
        self._assert_fits_here()

    def _assert_fits_here(self) -> None:
        assert self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert self.page.evaluate(SMALL_TEXT) == []


@pytest.fixture
def room(visitor: Callable[..., Visit]) -> Room:
    """At a desk by day."""
    return Room(visitor(has_tour=True))


def test_a_visit_goes_from_the_first_question_to_the_truth_and_fits_every_window(room):
    room.open(TEXT["page_visit"], TEXT["visit_start"])
    steps = [
        lambda: room.choose(TEXT["visit_depth_full"]).choose(TEXT["visit_educator"]),
        lambda: room.press(TEXT["visit_start"]),
        lambda: room.press(TEXT["visit_person"]).press(TEXT["visit_baseline"]).press(TEXT["visit_interrogate"]),
        lambda: room.press(TEXT["visit_log"]).press(TEXT["visit_battery"]).choose(TEXT["visit_agree_yes"]),
        lambda: room.press(TEXT["visit_ask_done"]).type(TEXT["visit_guess"], "1.1"),
        lambda: room.press(TEXT["visit_draw"]).choose(TEXT["visit_decision_look"]),
        lambda: room.press(TEXT["visit_decide"]).press(TEXT["visit_labels"]).press(TEXT["visit_needle_test"]),
        lambda: room.page.locator("[data-testid=stRadio] label", has_text="2,000 mcg/mL").click(),
        lambda: room.rest().press(TEXT["visit_fill"]).choose(TEXT["visit_way_rate"]),
        lambda: room.type(TEXT["visit_dose_label"], "4000").press(TEXT["visit_program"]),
        lambda: room.type(TEXT["visit_type_fold"], "10").press(TEXT["visit_send"]),
        lambda: room.press(TEXT["visit_watch"]).press(TEXT["visit_watch_over"]).press(TEXT["visit_plan"]),
        lambda: room.press(TEXT["visit_ask_again"]).type(TEXT["visit_next_day"], "80").press(TEXT["visit_leave"]),
    ]
    for step in steps:
        step()
        room.assert_fits()
    for _ in WINDOWS:
        assert room.has_charts(2)
        room.turn()
    room.press(TEXT["visit_open"])
    assert room.page.get_by_role("combobox", name=TEXT["scenario"]).input_value().endswith("(visit on day 30)")
    assert room.errors == room.outside == []


def test_a_trial_hides_the_true_course_until_it_is_shown_and_fits_every_window(room):
    room.open(TEXT["page_trial"], TEXT["trial_diaries"])
    # a diary for each of two arms: the label keeps the first drug out of the epidural space
    for _ in WINDOWS:
        assert room.has_charts(2)
        assert room.page.get_by_text(TEXT["trial_rule"].split(",")[0]).count() == 0
        room.turn()
    room.press(TEXT["trial_reveal"])
    for _ in WINDOWS:
        assert room.has_charts(5)
        assert room.page.get_by_text("Single bolus: passes").is_visible()
        room.turn()
    room.assert_fits()
    assert room.errors == room.outside == []


def test_a_checklist_from_a_file_is_taken_whole_or_refused_in_a_sentence(room, tmp_path):
    good, bad = tmp_path / "own.toml", tmp_path / "bad.toml"
    own = packaged_checklist()
    good.write_text(write_checklist(own).replace(own.items[0].text, "Say <b>hello</b> & *wait*."), encoding="utf-8")
    bad.write_text(write_checklist(own).replace("pass_frac = 0.9", "pass_frac = 90.0"), encoding="utf-8")
    room.open(TEXT["page_visit"], TEXT["visit_start"])
    room.choose(TEXT["visit_educator"]).choose(TEXT["visit_edit"])
    room.page.locator("input[type=file]").set_input_files(bad)
    room.page.get_by_text("a share runs from 0 to 1").wait_for()
    assert room.page.get_by_label(TEXT["visit_edit_text"].format(n=1)).first.input_value() == own.items[0].text
    room.page.locator("input[type=file]").set_input_files(good)
    room.page.wait_for_function(HAS_HELLO)
    assert room.rest().page.locator("b", has_text="hello").count() == 0
    assert room.errors == room.outside == []


def test_the_first_steps_of_a_visit_are_done_by_keyboard_alone(room):
    room.open(TEXT["page_visit"], TEXT["visit_start"])
    keys = room.page.keyboard

    def reach(name: str) -> None:
        for _ in range(60):
            keys.press("Tab")
            if name in room.page.evaluate(FOCUSED):
                return
        raise AssertionError(f"{name} is not reached by Tab")

    reach(TEXT["visit_start"])
    keys.press("Enter")
    room.rest()
    reach(TEXT["visit_person"])
    keys.press("Enter")
    room.rest()
    room.page.get_by_text("Relief (noted by the person").wait_for()
    reach(TEXT["visit_interrogate"])
    keys.press("Enter")
    room.rest()
    room.page.get_by_text(TEXT["visit_agree_yes"], exact=True).wait_for()
    reach(TEXT["visit_log"])
    keys.press("Tab")
    keys.press("Space")
    room.rest()
    reach(TEXT["visit_ask_done"])
    keys.press("Enter")
    room.rest()
    room.page.get_by_text(TEXT["visit_draw_said"].split(":")[0]).wait_for()
