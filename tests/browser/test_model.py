"""The page Model and sources, reached as a learner reaches it: banner, tables, misses; then back to the same place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from app.teaching import sources
from app.words.text import TEXT
from sim import TEACHING_ONLY
from tests.browser.visit import DESK, FIRST_SCREEN, PHONE, TEAR, Visit, is_inside, visiting

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.browser.serving import Server

BOX = ".pl-table"
WIDTHS = (
    "[document.scrollingElement.scrollWidth, ...[...document.querySelectorAll("
    "'[data-testid=stMain], [data-testid=stAppViewContainer]')].map(one => one.scrollWidth)]"
)


@pytest.fixture(scope="module", params=[DESK, PHONE], ids=["desk", "phone"])
def opened(request: pytest.FixtureRequest, desk: BrowserContext, server: Server) -> Iterator[Visit]:
    """Somebody who went to the page of the model by its link, at the size of a desk and of a phone."""
    width, height = request.param
    with visiting(desk, server.address) as visit:
        visit.page.set_viewport_size({"width": width, "height": height})
        visit.go()
        go_to(visit, TEXT["page_model"])
        yield visit


@pytest.fixture
def model(opened: Visit) -> Iterator[Visit]:
    """The same reader, who meets no error and no other host."""
    yield opened
    assert (opened.errors, opened.outside()) == ([], [])


def go_to(visit: Visit, title: str) -> None:
    """Follow a link of the navigation."""
    visit.page.get_by_role("link", name=title, exact=True).click()
    if title == TEXT["page_model"]:
        visit.page.get_by_role("heading", name=title).wait_for()
    else:
        visit.wait_until_still()


def open_tab(visit: Visit, name: str) -> None:
    """Open a tab of the page and wait for what it holds."""
    visit.page.get_by_role("tab", name=TEXT[f"tab_{name}"], exact=True).click()
    awaited = {"equations": "code", "limits": f"{BOX} td", "around": "button"}.get(name, f"{BOX} tbody tr:nth-child(3)")
    visit.page.get_by_role("tabpanel").filter(visible=True).locator(awaited).first.wait_for()


def test_the_banner_is_in_sight_and_every_tab_fits_the_screen(model: Visit) -> None:
    size = model.page.viewport_size
    for name in ("equations", "parameters", "figures", "sheet", "limits", "words", "around"):
        open_tab(model, name)
        assert model.page.locator(FIRST_SCREEN["banner"]).inner_text() == TEACHING_ONLY
        assert is_inside(model.box(f"{FIRST_SCREEN['banner']} p"), size["width"], size["height"])
        assert max(model.page.evaluate(WIDTHS)) <= size["width"], name
        for box in model.boxes(BOX):
            assert 0 <= box["left"] <= box["right"] <= size["width"], name


def test_the_misses_are_counted_and_shown_as_misses_by_sign_and_word(model: Visit) -> None:
    open_tab(model, "figures")
    misses = [one.id for one in sources.figures() if one.is_miss]
    assert f"{len(misses)} miss it" in model.text()
    rows = model.page.locator(f"{BOX} tbody tr")
    assert rows.count() == len(sources.figures()) > 70
    missed = rows.filter(has_text="MISS")
    assert missed.locator("th").all_inner_texts() == misses
    assert model.page.locator(f"{BOX} tr.marked th").all_inner_texts() == misses
    assert all("\u2717" in text for text in missed.all_inner_texts())


def test_a_table_scrolls_in_its_own_box_by_keyboard_too(model: Visit) -> None:
    open_tab(model, "figures")
    box = model.page.locator(BOX)
    inside = box.evaluate("it => it.scrollWidth - it.clientWidth")
    assert (inside > 100) == (model.page.viewport_size["width"] == PHONE[0])
    box.focus()
    model.page.keyboard.press("ArrowRight")
    if inside > 100:
        model.page.wait_for_function("css => document.querySelector(css).scrollLeft > 0", arg=BOX)


def test_another_file_shows_its_own_numbers_with_grade_and_source(visit: Visit) -> None:
    go_to(visit, TEXT["page_model"])
    open_tab(visit, "parameters")
    assert visit.page.locator(f"{BOX} tbody th").first.inner_text() == "Spinal CSF volume"
    visit.page.get_by_role("combobox", name=TEXT["which_table"]).click()
    visit.page.get_by_role("option", name="Drug: Morphine-like", exact=True).click()
    visit.page.get_by_role("region", name="Drug: Morphine-like").wait_for()
    row = visit.page.locator(f"{BOX} tbody tr").filter(has_text="Plasma clearance")
    assert row.locator("td").all_inner_texts() == [
        "100,000", "mL/h", "0 to 10,000,000", "published",
        "IV morphine in older adults, 1.75 L/min, doi 10.2147/tcrm.s12160473", "clearance_ml_h",
    ]  # fmt: skip


def test_what_was_moved_on_explore_is_still_there_after_a_look_at_the_model(visit: Visit) -> None:
    visit.pick("The quiet pump")
    visit.press(TEAR, "End")
    before = (visit.scenario(), visit.sliders(), visit.tiles())
    go_to(visit, TEXT["page_model"])
    go_to(visit, TEXT["page_explore"])
    assert (visit.scenario(), visit.sliders(), visit.tiles()) == before
    visit.press(TEAR, "Home")
    assert visit.sliders()[TEAR] == 0.0


def test_the_former_address_of_around_the_pump_leads_to_its_part(tab: Visit) -> None:
    tab.page.goto(f"{tab.address}around-the-pump")
    tab.page.get_by_role("heading", name=TEXT["page_model"]).wait_for()
    tab.page.get_by_role("tab", name=TEXT["tab_around"], selected=True).wait_for()
    tab.page.get_by_text(TEXT["leaflet_said"]).wait_for()
    assert tab.page.url.startswith(f"{tab.address}model")
    assert tab.page.get_by_role("link", name=TEXT["tab_around"]).count() == 0


def test_the_page_of_the_model_opens_from_its_own_address(tab: Visit) -> None:
    tab.page.goto(f"{tab.address}model")
    tab.page.get_by_role("heading", name=TEXT["page_model"]).wait_for()
    assert tab.page.locator(FIRST_SCREEN["banner"]).inner_text() == TEACHING_ONLY
    go_to(tab, TEXT["page_explore"])
    assert len(tab.tiles()) == 4
    assert tab.outside() == []
    # the framework looks for its server below the page's own address first, and is told that none is there
    assert len(tab.errors) == sum(f"{tab.address}model/_stcore/" in url for url in tab.asked)
