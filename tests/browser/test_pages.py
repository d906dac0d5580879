"""Every page by its own address: it opens, says what it is for, and its link brings it back as it was left."""

from __future__ import annotations

import pytest

from app.words.text import TEXT
from sim import TEACHING_ONLY
from tests.browser.visit import Visit

PAGES = {
    "lessons": "lesson_title",
    "refill-visit": "page_visit",
    "trial": "trial_diaries",
    "model": "page_model",
}


def settle(tab: Visit) -> None:
    """Until the page has ended its run."""
    tab.page.wait_for_function("() => window.__seen.sent > 0 && window.__seen.answered")
    tab.page.locator("button.copy-link").wait_for()
    tab.page.wait_for_function(
        "() => document.querySelector('[data-testid=\"stApp\"]').dataset.testScriptState === 'notRunning'"
    )


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_by_its_address_with_the_banner_and_a_link(tab: Visit, path: str) -> None:
    tab.page.goto(f"{tab.address}{path}")
    settle(tab)
    assert tab.page.locator(".st-key-banner").inner_text() == TEACHING_ONLY
    assert tab.page.get_by_text(TEXT[PAGES[path]], exact=True).first.is_visible()
    assert tab.link().startswith(f"{tab.address}{path}?s=3.")
    assert (tab.outside(), tab.dialogs) == ([], [])


def test_a_lesson_comes_back_with_its_link(tab: Visit) -> None:
    tab.page.goto(f"{tab.address}lessons")
    settle(tab)
    tab.page.get_by_role("button", name=TEXT["lesson_begin"]).click()
    tab.page.get_by_role("button", name=TEXT["lesson_other"]).wait_for()
    settle(tab)
    heading = tab.page.locator(".st-key-lesson-head").inner_text()
    tab.page.goto(tab.link())
    tab.page.get_by_role("button", name=TEXT["lesson_other"]).wait_for()
    settle(tab)
    assert tab.page.locator(".st-key-lesson-head").inner_text() == heading


def test_a_bad_link_to_any_page_says_why(tab: Visit) -> None:
    tab.page.goto(f"{tab.address}lessons?s=nonsense")
    settle(tab)
    (said,) = tab.alerts()
    assert "this is no PumpLab link" in said
