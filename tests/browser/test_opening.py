"""What a newcomer meets: the page at once, whole, with its warning, on a desk and on a phone."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import app
from app.components.assets import static_version
from sim import TEACHING_ONLY, catalogue
from tests.browser.serving import OWN_COMMAND, Server, serving
from tests.browser.visit import DESK, FIRST_SCREEN, PHONE, Visit, is_inside

BANNER = FIRST_SCREEN["banner"]
N_START = 3
MOST_SLOWDOWN = 3.0


def test_the_page_answers_at_most_three_times_as_late_as_a_bare_page(tmp_path: Path) -> None:
    shutil.copytree(Path(app.__file__).parent / ".streamlit", tmp_path / ".streamlit")
    script = tmp_path / "bare.py"
    script.write_text("import streamlit as st; st.write('bare')\n")
    bare = (sys.executable, "-m", "streamlit", "run", str(script), "--server.port")
    start_s: dict[tuple[str, ...], list[float]] = {OWN_COMMAND: [], bare: []}
    for _ in range(N_START):
        for command, taken in start_s.items():
            with serving(command, tmp_path) as server:
                taken.append(server.start_s)
    assert min(start_s[OWN_COMMAND]) <= MOST_SLOWDOWN * min(start_s[bare]), start_s


def test_a_fresh_server_shows_any_page_that_is_opened_first(visitor: Callable[..., Visit], tmp_path: Path) -> None:
    with serving(OWN_COMMAND, tmp_path) as fresh:
        visit = visitor()
        visit.page.goto(f"{fresh.address}trial")
        visit.page.wait_for_selector(".st-key-trial")
        assert visit.page.locator(BANNER).is_visible()


def test_the_page_opens_whole_wherever_it_is_started_from_with_controls_named_for_eyes_and_ears(
    visit: Visit, server: Server
) -> None:
    assert visit.scenario() == catalogue().scenarios["half-a-leak"].title
    assert len(visit.tiles()) == 4
    assert all(visit.tiles().values())
    # the configuration beside the script hides the developer's menu
    assert visit.page.request.get(f"{server.address}js/{static_version()}/stage.js").ok
    assert not visit.page.get_by_test_id("stMainMenu").is_visible()
    assert "Deploy" not in visit.text()
    assert (visit.errors, visit.outside()) == ([], [])
    # every control is called by the same name for eyes and for ears
    written = visit.page.locator(".st-key-controls [data-testid=stSlider] label").all_inner_texts()
    assert len(written) >= 2
    assert list(visit.sliders()) == written


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "s=nonsense"], ids=["page", "bad link"])
def test_the_banner_is_in_sight_and_cannot_be_dismissed(tab: Visit, scheme: str, query: str) -> None:
    tab.page.emulate_media(color_scheme=scheme)
    tab.open_page(f"?{query}")
    for width, height in (DESK, PHONE):
        tab.page.set_viewport_size({"width": width, "height": height})
        tab.rest()
        assert tab.page.locator(BANNER).inner_text() == TEACHING_ONLY
        assert tab.page.locator(f"{BANNER} p").is_visible()
        assert is_inside(tab.box(f"{BANNER} p"), width, height)
        assert _is_on_top(tab, f"{BANNER} p")
        assert tab.page.locator(BANNER).locator("button, a, input, [role=button]").count() == 0
        assert _contrast(tab, f"{BANNER} p") >= 4.5
    background = tab.page.get_by_test_id("stApp").evaluate("it => getComputedStyle(it).backgroundColor")
    assert (_luminance(background) < 0.5) == (scheme == "dark")


def test_the_first_screen_of_a_phone_holds_a_control_and_the_whole_chart(visitor: Callable[..., Visit]) -> None:
    visit = visitor(size=PHONE, has_touch=True, is_mobile=True)
    visit.go()
    for name in ("control", "chart", "title of the chart's days"):
        assert is_inside(visit.box(FIRST_SCREEN[name]), *PHONE), f"{name} lies at {visit.box(FIRST_SCREEN[name])}"
    for tab in visit.tab_names():
        visit.open_tab(tab)
        widths = visit.page.evaluate(
            "[document.scrollingElement.scrollWidth, ...[...document.querySelectorAll("
            "'[data-testid=stMain], [data-testid=stAppViewContainer]')].map(one => one.scrollWidth)]"
        )
        assert max(widths) <= PHONE[0], f"with {tab} open the page is {max(widths)} wide"


def _is_on_top(visit: Visit, css: str) -> bool:
    return visit.page.locator(css).evaluate(
        "it => { const { left, right, top, bottom } = it.getBoundingClientRect();"
        " return it.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2)); }"
    )


def _contrast(visit: Visit, css: str) -> float:
    """Contrast of text and ground, 1 to 21, as WCAG 2.1 defines it."""
    colours = visit.page.locator(css).evaluate(
        "it => [getComputedStyle(it).color, getComputedStyle(it).backgroundColor]"
    )
    darker, lighter = sorted(map(_luminance, colours))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of a colour written as rgb(r, g, b)."""
    shares = [float(part) / 255 for part in colour[4:-1].split(",")]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
