"""What one change costs and leaves alone: one message, few bytes, the same charts redrawn in place, nothing shifted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pytest

from app.components.assets import PLOTLY_PATH, SCRIPT_PATH, static_version
from app.words.text import TEXT
from sim import catalogue
from tests.browser.sights import PAGES
from tests.browser.visit import DESK, GHOST, PHONE, TEAR, TIME, TIP, Visit, visiting

if TYPE_CHECKING:
    from playwright.sync_api import WebSocket

    from tests.browser.conftest import Windows
    from tests.browser.serving import Server

MOST_BYTES: Final = 150_000
MOST_SHIFT, MOST_SHIFT_AT_LOAD = 0.01, 0.1
# `hadRecentInput` would leave out every shift that follows a key within half a second: all of them are counted
WATCH_SHIFTS: Final = """
window.__shifts = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries())
    window.__shifts.push([one.value, one.sources.map(({ node }) => node?.outerHTML?.slice(0, 120) ?? "")]);
}).observe({ type: "layout-shift", buffered: true });
"""
SHIFTED: Final = "() => window.__shifts"
FORGET_SHIFTS: Final = "() => { window.__shifts = []; }"
CHARTS: Final = ".pumplab-chart"
SCRIPTS: Final = f"**/{{{PLOTLY_PATH},{SCRIPT_PATH}/{static_version()}/*}}*"
MARK: Final = "css => document.querySelectorAll(css).forEach((one, k) => { one.marked = k + 1; })"
MARKED: Final = "css => [...document.querySelectorAll(css)].map(one => [one.marked ?? 0, Number(one.dataset.rev)])"
ZOOM: Final = """
() => Plotly.relayout(document.querySelector(".st-key-chart .js-plotly-plot"), { "xaxis.range": [4, 12] })
"""
RANGE: Final = "() => document.querySelector('.st-key-chart .js-plotly-plot').layout.xaxis.range.map(Number)"


@dataclass
class Wire:
    """What goes over the page's socket."""

    sent: int = 0
    bytes_in: int = 0
    files: list[str] = field(default_factory=list)

    def hear(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda _: self._send())
        socket.on("framereceived", lambda data: self._receive(len(data)))

    def _send(self) -> None:
        self.sent += 1

    def _receive(self, size: int) -> None:
        self.bytes_in += size

    def clear(self) -> None:
        self.sent = self.bytes_in = 0
        self.files.clear()


@pytest.fixture(scope="module", params=[DESK, PHONE], ids=["desk", "phone"])
def opened(windows: Windows, server: Server, request: pytest.FixtureRequest) -> Iterator[tuple[Visit, Wire]]:
    """The page, and what it exchanges with the server."""
    with visiting(windows(), server.address, request.param) as visit:
        wire = Wire()
        visit.page.add_init_script(WATCH_SHIFTS)
        visit.page.on("websocket", wire.hear)
        visit.page.on("request", lambda one: wire.files.append(one.url))
        visit.go()
        yield visit, wire


def shift(visit: Visit) -> float:
    """Layout shift since it was forgotten last, all of it added up."""
    shifts = visit.page.evaluate(SHIFTED)
    print(shifts)
    visit.page.evaluate(FORGET_SHIFTS)
    return sum(value for value, _ in shifts)


def test_hardly_anything_shifts_while_a_page_is_loaded(opened: tuple[Visit, Wire]) -> None:
    visit, _ = opened
    shifted = {}
    for page in PAGES[::-1]:
        visit.open_page(page)
        visit.rest(300)
        shifted[page] = shift(visit)
    assert {page: size for page, size in shifted.items() if size > MOST_SHIFT_AT_LOAD} == {}


def test_a_key_press_is_one_message_few_bytes_and_no_file(opened: tuple[Visit, Wire]) -> None:
    visit, wire = opened
    for label in visit.sliders():
        wire.clear()
        before = visit.sliders()[label]
        visit.rerun(lambda label=label: visit.slider(label).press("ArrowRight"))
        visit.wait_until_still(500)
        assert visit.sliders()[label] != before
        assert wire.sent == 1, label
        assert 0 < wire.bytes_in <= MOST_BYTES, label
        assert wire.files == [], label


def test_a_key_press_redraws_every_chart_and_the_drawing_where_they_stand(opened: tuple[Visit, Wire]) -> None:
    visit, _ = opened
    visit.choose(TEXT["beside"], TEXT["tab_effect"])  # a chart that follows the tear, as the other one does
    places = f"{CHARTS}, .pumplab-stage, {CHARTS} .js-plotly-plot, {CHARTS} .main-svg"
    visit.page.evaluate(MARK, places)
    before = visit.page.evaluate(MARKED, places)
    drawings = visit.page.evaluate(MARKED, f"{CHARTS}, .pumplab-stage")
    visit.page.evaluate(FORGET_SHIFTS)
    visit.press(TEAR, "ArrowRight")
    after = visit.page.evaluate(MARKED, places)
    assert len(drawings) == 3
    assert [mark for mark, _ in after] == [mark for mark, _ in before]
    for (_, old), (_, new) in zip(drawings, visit.page.evaluate(MARKED, f"{CHARTS}, .pumplab-stage"), strict=True):
        assert new > old
    assert shift(visit) <= MOST_SHIFT


def test_nothing_shifts_when_a_control_or_the_moment_changes(opened: tuple[Visit, Wire]) -> None:
    visit, _ = opened
    acts: dict[str, Callable[[], object]] = {
        **{f"{label}: {key}": lambda label=label, key=key: visit.press(label, key)
           for label in visit.sliders() for key in ("Home", "End")},
        "undo": lambda: visit.rerun(lambda: visit.page.keyboard.press("Control+z")),
        "time": lambda: visit.page.get_by_role("slider", name=TIME).press("PageUp"),
    }  # fmt: skip
    shifted = {}
    for name, act in acts.items():
        visit.page.evaluate(FORGET_SHIFTS)
        act()
        visit.wait_until_still()
        shifted[name] = shift(visit)
    assert {name: size for name, size in shifted.items() if size > MOST_SHIFT} == {}


def test_the_rooms_of_charts_and_drawing_are_kept_free_before_anything_is_drawn(tab: Visit) -> None:
    held: list[object] = []
    # neither the chart library nor the code of charts and drawing comes until it is let through
    tab.page.route(SCRIPTS, lambda route: held.append(route))
    try:
        tab.page.goto(tab.address)
        tab.page.locator(".st-key-tiles [data-testid=stMetric]").nth(3).wait_for()
        tab.page.wait_for_timeout(500)
        heights = {
            name: tab.page.locator(css).evaluate("it => it.getBoundingClientRect().height")
            for name, css in {"drawing": ".st-key-stage", "charts": ".st-key-charts"}.items()
        }
        assert tab.page.locator(".js-plotly-plot").count() == 0
        assert tab.page.locator(".st-key-controls input[type=range]").count() >= 2
    finally:
        for route in held:
            route.continue_()
        tab.page.unroute(SCRIPTS)
    tab.wait_until_still()
    for name, css in {"drawing": ".st-key-stage", "charts": ".st-key-charts"}.items():
        drawn = tab.page.locator(css).evaluate("it => it.getBoundingClientRect().height")
        assert abs(drawn - heights[name]) <= 2, name


def test_a_zoom_outlives_a_change_and_ends_with_another_scenario(visit: Visit) -> None:
    visit.page.evaluate(ZOOM)
    visit.press(TEAR, "ArrowRight")
    visit.press(TEAR, "End")
    assert visit.page.evaluate(RANGE) == [4, 12]
    visit.pick(catalogue().scenarios["clean-break"].title)
    assert visit.page.evaluate(RANGE) != [4, 12]


def test_a_pinned_run_and_the_ghost_outlive_three_changes(visit: Visit) -> None:
    visit.rerun(visit.page.get_by_role("button", name="Pin", exact=True).click)
    kept, ghost = visit.trace("A"), visit.trace(GHOST)
    seen = [visit.trace(TIP)]
    for key in ("Home", "ArrowRight", "End", "ArrowLeft"):
        visit.press(TEAR, key)
        assert visit.trace("A") == kept
        assert visit.trace(GHOST) == ghost
        seen.append(visit.trace(TIP))
    assert len({str(one) for one in seen}) == 5
    dashes = visit.page.evaluate(
        "Object.fromEntries(document.querySelector('.st-key-chart .js-plotly-plot').data"
        ".map(one => [one.name, [one.line.dash, one.line.color]]))"
    )
    assert dashes[GHOST] == ["dot", "#7F7F7F"]
    assert dashes["A"][0] not in ("solid", "dot")
