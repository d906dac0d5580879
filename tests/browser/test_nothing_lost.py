"""Nothing is lost: a lost line, a new server and a reload bring back what was under way, on every page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest

from app.files.link_state import LinkState, state_in
from app.words.text import TEXT, Words
from sim import catalogue
from tests.browser.serving import OWN_COMMAND, serving
from tests.browser.visit import OCCLUSION, Visit, visiting, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OUTAGE: Final = ("Failed to load resource", "WebSocket", "Network Error", "Failed to fetch")  # while no server is there
PATIENCE_S: Final = 30.0
LEVEL_WORDS: Final = Words("lesson_levels")
# a line that is lost takes its session with it at once
FORGETFUL: Final = ("env", "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL=0", *OWN_COMMAND)
IS_LINKED: Final = """document.querySelector("[data-test-connection-state=CONNECTED]")"""
CUT: Final = f"() => {{ window.__seen.line.close(); return new Promise((done) => {{\
  let isCut = false;\
  const look = () => {{ if (!{IS_LINKED}) isCut = true; if (isCut && {IS_LINKED}) done(); else setTimeout(look); }};\
  look(); }}); }}"
# at the very moment at which the line is there again, before the page knows that another session answers
PRESS_KEY: Final = """([label, key]) => {
  const slider = document.querySelector(`input[type=range][aria-label^="${label}"]`);
  slider.focus();
  for (const name of ["keydown", "keyup"]) slider.dispatchEvent(new KeyboardEvent(name, { key, bubbles: true }));
}"""
HAS_MOVED: Final = """([label, before]) => {
  const slider = document.querySelector(`input[type=range][aria-label^="${label}"]`);
  return slider && Number(slider.value) !== before;
}"""
PRESS: Final = (
    """(name) => [...document.querySelectorAll("button")].find((it) => it.innerText.includes(name)).click()"""
)


class Desk:
    """A learner at work on every page, and a server that may be replaced."""

    def __init__(self, visit: Visit, restart: Callable[[], None]) -> None:
        self.visit, self.page, self.restart = visit, visit.page, restart

    def kept(self) -> LinkState:
        """What the address holds."""
        state = state_in(parse_qs(urlsplit(self.page.url).query))
        assert state is not None
        return state

    def when(self, is_so: Callable[[Any], bool]) -> LinkState:
        """What the address holds, as soon as it is so."""
        end = time.monotonic() + PATIENCE_S
        while not is_so(self.kept().work) and time.monotonic() < end:
            self.page.wait_for_timeout(50)
        assert is_so(self.kept().work)
        return self.kept()

    def go_to(self, page: str) -> None:
        """Another page, by the link at the top."""
        link = self.page.locator(".st-key-pages").get_by_role("link", name=TEXT[f"page_{page}"], exact=True)
        self.visit.act(link.click)

    def press(self, name: str) -> None:
        self.visit.act(self.page.get_by_role("button", name=TEXT[name]).first.click)

    def lose(self, act: str = "", arguments: object = None) -> None:
        """The line goes, and the session with it; as it is there again, something is done at once."""
        script = f"async (words) => {{ await ({CUT})(); if ({act or 'null'}) ({act or 'null'})(words); }}"
        with self.page.expect_navigation(timeout=60_000):
            self.page.evaluate(script, arguments)
        self.settle()

    def settle(self) -> None:
        """Until the page that was opened anew is at rest, with what was done once more."""
        self.page.locator(".st-key-banner p").wait_for()
        self.visit.rest(500)


@pytest.fixture
def desk(browser: Browser, tmp_path: Path) -> Iterator[Desk]:
    """The page of a server that forgets a session as soon as its line is lost."""
    with ExitStack() as pages, ExitStack() as servers:
        server = servers.enter_context(serving(FORGETFUL, tmp_path))

        def restart() -> None:
            servers.close()
            port = urlsplit(server.address).port
            assert port is not None
            servers.enter_context(serving(FORGETFUL, tmp_path, port=port))

        context = pages.enter_context(window(browser))
        yield Desk(pages.enter_context(visiting(context, server.address)), restart)


def test_a_lost_line_a_new_server_and_a_reload_lose_nothing_on_any_page(desk: Desk) -> None:
    visit, page = desk.visit, desk.page
    visit.go()
    visit.pick("Clean break")
    visit.nudge(OCCLUSION)
    visit.rerun(page.get_by_role("button", name=TEXT["compare_pin"]).first.click)
    visit.nudge(OCCLUSION)
    state, shown = desk.kept(), visit.sliders()
    desk.lose(PRESS_KEY, [OCCLUSION, "ArrowRight"])
    label = next(name for name in shown if name.startswith(OCCLUSION))
    page.wait_for_function(HAS_MOVED, arg=[OCCLUSION, shown[label]])
    visit.wait_until_still()
    assert visit.sliders() == shown | {label: pytest.approx(shown[label] + 0.05)}
    assert desk.kept().pins == state.pins
    assert desk.kept().work.past[0].scenario == state.scenario
    assert visit.scenario() == catalogue().scenarios["clean-break"].title

    desk.go_to("lesson")
    page.get_by_text(LEVEL_WORDS["2"]).first.click()
    desk.press("lesson_begin")
    visit.act(page.get_by_role("radiogroup").first.get_by_role("radio").nth(2).click)
    visit.act(lambda: page.get_by_role("spinbutton").first.fill("7"))
    visit.act(lambda: page.get_by_role("spinbutton").first.press("Enter"))
    state = desk.when(lambda work: (work.lesson.direction, work.lesson.number) == (1, 7.0))
    with page.expect_navigation(timeout=60_000):
        desk.restart()
    desk.settle()
    assert page.get_by_role("spinbutton").first.input_value() == "7"
    assert desk.kept() == state

    desk.go_to("visit")
    desk.press("visit_start")
    desk.when(lambda work: work.visit is not None)
    desk.lose(PRESS, TEXT["visit_interrogate"])
    page.get_by_text(TEXT["visit_pump_screen"]).wait_for()
    desk.when(lambda work: work.visit.deeds == ("interrogated",))

    desk.go_to("trial")
    visit.act(lambda: page.get_by_role("slider").first.press("ArrowRight"))
    visit.act(page.get_by_text(TEXT["trial_verdict_both"]).first.click)
    state = desk.when(lambda work: work.trial is not None)
    page.reload()
    desk.settle()
    assert desk.kept() == state
    assert (state.work.trial.bolus, state.work.lesson.number, len(state.pins)) == ("both", 7.0, 1)
    assert state.work.visit.deeds == ("interrogated",)

    # a second tab at the same address goes its own way
    with visiting(page.context, visit.address) as other:
        other.page.goto(page.url)
        other.rest(300)
        other.act(lambda: other.page.get_by_role("slider").first.press("ArrowRight"))
        other.page.wait_for_function("url => location.href !== url", arg=page.url)
    visit.act(page.get_by_role("button", name=TEXT["trial_again"]).click)
    desk.when(lambda work: work.trial is None)  # other numbers are judged anew
    assert desk.kept().show.trial_bolus_mcg == state.show.trial_bolus_mcg
    # Back leads to the page before, where the visit goes on, and the address is that of the living session
    state = desk.kept()
    page.go_back()
    page.get_by_text(TEXT["visit_pump_screen"]).wait_for()
    visit.rest(300)
    assert urlsplit(page.url).path == "/refill-visit"
    assert desk.kept() == state
    assert [error for error in visit.errors if not any(word in error for word in OUTAGE)] == []
