"""One visit to the page by a real browser: what it shows, what a learner does, and waiting until it is still."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from app.runs import with_handles
from sim import Scenario
from sim.scenario import field_at, unit_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page

DESK, PHONE = (1280, 720), (390, 844)
TEAR: Final = "Tear: share of flow lost"
OCCLUSION: Final = "Occlusion: share of flow held back"
PROGRAMMED: Final = "Delivered share"
TIP, GHOST, BELIEF = "tip receives", "as intended", "pump believes"
CHART: Final = ".st-key-chart .js-plotly-plot"
STAGE: Final = ".pumplab-stage"
TIME: Final = "Time in days"
FIRST_SCREEN: Final = {
    "banner": ".st-key-banner",
    "scenario picker": ".st-key-picked",
    "control": ".st-key-controls [data-testid=stSlider]",
    "tile": "[data-testid=stMetric]",
    "drawing": STAGE,
    "time slider of the drawing": f"{STAGE} input[type=range]",
    "chart": CHART,
    "title of the chart's days": f"{CHART} .xtitle",
}
ALERT: Final = '[data-testid="stAlert"]'

# still: the run that was asked for has ended, all charts stand, and nothing has changed since
WATCH: Final = """
(() => {
  const seen = window.__seen = { sent: 0, answered: true, changed: 0 };
  const changed = () => { seen.changed = performance.now(); };
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...words) {
      super(...words);
      seen.line = this;
      this.addEventListener("message", ({ data }) => {
        const bytes = [...new Uint8Array(data).slice(0, 8)];
        // the message on the state of the session: 0x4a, its length, and 16 1 where a run goes on
        if (bytes[0] === 0x4a) seen.answered = !bytes.join().includes("16,1");
        changed();
      });
    }
    send(words) { seen.sent += 1; seen.answered = false; changed(); return super.send(words); }
  };
  new MutationObserver(changed).observe(
    document, { subtree: true, childList: true, attributes: true, characterData: true });
})()
"""
IS_STILL: Final = """
(quietMs) => window.__seen.sent > 0 && window.__seen.answered
  && document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning"
  && document.querySelector(".pumplab-stage[data-summary]")
  && document.querySelector(".st-key-chart .js-plotly-plot .xtitle")
  && !document.querySelector('.pumplab-chart:not(:has(.xtitle))')
  && !document.querySelector('[data-testid="stSkeleton"]')
  && performance.now() - window.__seen.changed > quietMs
"""
# the same on any page, with or without drawing
IS_AT_REST: Final = """
(quietMs) => window.__seen.sent > 0 && window.__seen.answered
  && document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning"
  && document.querySelector('.st-key-banner p')
  && !document.querySelector('.pumplab-chart:not(:has(.xtitle))')
  && !document.querySelector('[data-testid="stSkeleton"]')
  && performance.now() - window.__seen.changed > quietMs
"""
HAS_SENT: Final = """
async ([before, mostMs]) => {
  const end = performance.now() + mostMs;
  while (window.__seen.sent <= before && performance.now() < end) await new Promise((done) => setTimeout(done, 10));
}
"""
POLL_MS: Final = 40  # asking at every frame makes the browser paint, and costs a tenth of a core
QUIET_MS: Final = 100
SILENCE_MS: Final = 400  # by then a page has told the server of a click
# somebody who left the tour before
NO_TOUR: Final = """
addEventListener("DOMContentLoaded", () => {
  const style = document.createElement("style");
  style.textContent = ".st-key-tour { display: none !important; }";
  document.head.append(style);
});
"""


@dataclass
class Visit:
    """A page in a context of its own, with all that it said, asked for and complained about."""

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    frames: int = 0
    has_tour: bool = False

    def __post_init__(self) -> None:
        """Record from the first moment."""
        page = self.page
        page.add_init_script(WATCH)
        if not self.has_tour:
            page.add_init_script(NO_TOUR)
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("dialog", self._dismiss)
        page.on("websocket", lambda socket: socket.on("framesent", self._count))

    def _dismiss(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _count(self, _: object) -> None:
        self.frames += 1

    # ------------------------------------------------------------ what a learner does

    def forget(self) -> None:
        """Make ready for the next test: in front, light colours, the size of a desk, nothing noted."""
        self.page.bring_to_front()  # the browser lets a tab behind another one paint but once a second
        self.page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        self.page.emulate_media(color_scheme="light")
        if self.page.url.startswith(self.address):
            self.page.evaluate("sessionStorage.clear()")
        for notes in (self.errors, self.dialogs, self.asked):
            notes.clear()

    def go(self, query: str = "") -> None:
        """Open the page, with `query` as the part of the address after the question mark."""
        address = query if query.startswith("http") else self.address + (f"?{query}" if query else "")
        self.page.goto(address)
        self.wait_until_still()

    def open_page(self, path: str) -> None:
        """Open a page by its own address."""
        self.page.goto(self.address + path)
        self.rest()

    def rest(self, quiet_ms: float = 1.5 * QUIET_MS) -> None:
        """Until the run that was asked for has ended, on any page."""
        self.page.wait_for_function(IS_AT_REST, arg=quiet_ms, timeout=30_000, polling=POLL_MS)

    def wait_until_still(self, quiet_ms: float = QUIET_MS) -> None:
        """Until the run that was asked for has ended and everything it changed is on the screen."""
        self.page.wait_for_function(IS_STILL, arg=quiet_ms, timeout=30_000, polling=POLL_MS)

    def rerun(self, act: Callable[[], object]) -> None:
        """Do what makes the server run once more, and wait for what it changes."""
        before = self.page.evaluate("window.__seen.sent")
        act()
        self.page.wait_for_function(
            "before => window.__seen.sent > before", arg=before, timeout=15_000, polling=POLL_MS
        )
        self.wait_until_still()

    def is_at_end(self, label: str, key: str) -> bool:
        """Whether a slider can go no further in the direction of a key."""
        slider = self.slider(label)
        end = {"Home": "min", "ArrowLeft": "min", "End": "max", "ArrowRight": "max"}[key]
        return float(slider.input_value()) == float(slider.get_attribute(end))

    def act(self, act: Callable[[], object]) -> None:
        """Do what may make the server run once more, on any page, and wait for what it changes, if it does."""
        sent_after(self.page, act)
        self.rest()

    def press(self, label: str, key: str) -> None:
        """Press a key on a slider; at that end already, nothing is to happen."""
        if not self.is_at_end(label, key):
            self.rerun(lambda: self.slider(label).press(key))

    def press_all(self, key: str, *labels: str) -> None:
        """Press a key on several sliders, without waiting in between."""
        free = [label for label in labels if not self.is_at_end(label, key)]
        if free:
            self.rerun(lambda: [self.slider(label).press(key) for label in free])
        if len(free) > 1:
            self.wait_until_still(300)

    def nudge(self, *labels: str) -> None:
        """Move sliders by one step each, up if there is room, without waiting in between."""

        def act() -> None:
            for label in labels:
                slider = self.slider(label)
                is_full = float(slider.input_value()) == float(slider.get_attribute("max"))
                slider.press("ArrowLeft" if is_full else "ArrowRight")

        self.rerun(act)
        self.wait_until_still(300)

    def pick(self, title: str) -> None:
        """Choose a scenario by its title."""
        self.choose("Scenario", title)

    def choose(self, label: str, title: str) -> None:
        """Choose from the list of that name, if it is not chosen yet."""
        picker = self.page.get_by_role("combobox", name=label, exact=True)
        if picker.input_value() == title:
            return
        # a list of choices closes when the page is scrolled, so that has to be over
        picker.evaluate("it => new Promise(over => { it.scrollIntoView({ block: 'end' }); setTimeout(over, 100); })")
        picker.click()
        option = self.page.get_by_role("option", name=title, exact=True)
        self.rerun(option.click)

    def open_tab(self, name: str) -> Locator:
        """The panel of a tab, opened if need be."""
        tab = self.page.get_by_role("tab", name=name, exact=True)
        if tab.get_attribute("aria-selected") != "true":
            self.rerun(tab.click)
        return self.page.get_by_role("tabpanel").filter(visible=True)

    # ------------------------------------------------------------ what the page shows

    def slider(self, label: str) -> Locator:
        """A slider by its label, without the unit that may follow."""
        return self.page.get_by_role("slider", name=label).first

    def sliders(self) -> dict[str, float]:
        """Label and value of every control of the first screen, from top to bottom."""
        rows = self.page.locator(".st-key-controls input[type=range]").evaluate_all(
            "all => all.map(one => [one.getAttribute('aria-label'), Number(one.value)])"
        )
        return dict(rows)

    def slider_ends(self) -> dict[str, tuple[float, float]]:
        """Label, lowest and highest value of every control of the first screen."""
        rows = self.page.locator(".st-key-controls input[type=range]").evaluate_all(
            "all => all.map(it => [it.getAttribute('aria-label'), [Number(it.min), Number(it.max)]])"
        )
        return {label: (low, high) for label, (low, high) in rows}

    def tab_names(self) -> list[str]:
        """The tabs, from left to right."""
        return self.page.get_by_role("tab").all_inner_texts()

    def scenario(self) -> str:
        """What the scenario picker says."""
        return self.page.get_by_role("combobox", name="Scenario").input_value()

    def tiles(self) -> dict[str, str]:
        """Label and value of each tile."""
        texts = [one.split("\n") for one in self.page.get_by_test_id("stMetric").all_inner_texts()]
        return {lines[0]: " / ".join(filter(None, lines[1:])) for lines in texts}

    def trace(self, name: str) -> tuple[list[float], list[float]]:
        """Days and values of one line of the chart."""
        x, y = self.page.evaluate(
            "([css, name]) => { const line = document.querySelector(css).data.find(one => one.name === name);"
            " return [line.x, line.y]; }",
            [CHART, name],
        )
        return _numbers(x), _numbers(y)

    def dose_axis(self) -> list[float]:
        """Lowest and highest value of the chart's upright axis."""
        return self.page.evaluate("css => [...document.querySelector(css).layout.yaxis.range]", CHART)

    def revision(self) -> int:
        """How often the drawing was painted."""
        return int(self.page.locator(STAGE).get_attribute("data-rev"))

    def summary(self) -> str:
        """The drawing in words."""
        return self.page.locator(STAGE).get_attribute("data-summary")

    def alerts(self) -> list[str]:
        """The sentences in boxes, such as why a link was refused."""
        return self.page.locator(ALERT).all_inner_texts()

    def text(self) -> str:
        """All that can be read on the page."""
        return self.page.locator("body").inner_text()

    def link(self) -> str:
        """The address that the copy button holds."""
        return self.page.locator("button.copy-link").get_attribute("data-address")

    def outside(self) -> list[str]:
        """Requests that went anywhere but to the page's own server."""
        own = (self.address, "blob:" + self.address, "data:")
        return [url for url in self.asked if not url.startswith(own)]

    def box(self, css: str) -> dict[str, float]:
        """Edges of the first match, in pixels of the viewport."""
        return self.boxes(css)[0]

    def boxes(self, css: str) -> list[dict[str, float]]:
        """Edges of every match, in pixels of the viewport."""
        return self.page.locator(css).evaluate_all(
            "all => all.map(one => { const { left, top, right, bottom } = one.getBoundingClientRect();"
            " return { left, top, right, bottom }; })"
        )

    def keep_picture(self, path: Path) -> None:
        """A screenshot, and where it lies."""
        self.page.screenshot(path=path)
        print(f"picture of the page: {path}")


@contextmanager
def window(browser: Browser, size: tuple[int, int] = DESK, **settings: Any) -> Iterator[BrowserContext]:
    """A window that was never on the page before."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **settings)
    context.set_default_timeout(15_000)
    try:
        yield context
    finally:
        context.close()


@contextmanager
def visiting(
    context: BrowserContext, address: str, size: tuple[int, int] = DESK, *, has_tour: bool = False
) -> Iterator[Visit]:
    """A visit in a tab of its own that remembers nothing and has not opened the page yet."""
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    memory = context.new_cdp_session(page)
    memory.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "cookies,local_storage,indexeddb"})
    memory.detach()
    try:
        yield Visit(page, address, has_tour=has_tour)
    finally:
        page.close()


def sent_after(page: Page, act: Callable[[], object]) -> None:
    """Do something, and wait until the page has told the server of it; it may have nothing to tell."""
    before = page.evaluate("window.__seen.sent")
    act()
    page.evaluate(HAS_SENT, [before, SILENCE_MS])


def is_inside(box: dict[str, float], width: float, height: float) -> bool:
    """Whether a box has a size and lies wholly in a viewport of `width` by `height`."""
    has_size = box["right"] > box["left"] and box["bottom"] > box["top"]
    return has_size and box["left"] >= 0 and box["top"] >= 0 and box["right"] <= width and box["bottom"] <= height


def shown_controls(scenario: Scenario) -> dict[str, float]:
    """What the sliders must show: label with unit, and the value of the first field each moves."""
    ready = with_handles(scenario)
    rows = {}
    for control in ready.controls:
        _, name, _, value = field_at(ready, control.paths[0])
        unit = unit_of(name)
        rows[f"{control.label}, {unit}" if unit else control.label] = value
    return rows


def _numbers(values: Any) -> list[float]:
    """A column as the chart holds it: a list, or packed numbers."""
    if isinstance(values, dict):
        packed = base64.b64decode(values["bdata"])
        return np.frombuffer(packed, values["dtype"]).tolist()
    return list(values)
