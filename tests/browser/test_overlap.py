"""No text of the drawing or of a chart lies over another or is cut: every packaged case, every size of window.

Drawing and charts are drawn from their packets by the product's own code on one otherwise empty page. What asks for
time is left out: the numbers between the ends of a curve, which move no text.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
import streamlit

from app import figures, runs
from app.components import chart
from app.components.assets import SCRIPT_PATH, SHEETS, static_version
from app.figures import Look, Part, Ranges, stage_packet, trial
from app.figures.theme import DARK_INK
from app.pages.explore.charts import LEVELS
from app.pages.explore.moment import CHART_PX
from app.pages.explore.page import STAGE_PX
from app.pages.trial.page import DIARY_PX
from app.teaching import trial as teaching
from app.words.reader import speak
from app.words.text import TEXT
from sim import Scenario, catalogue, race
from sim.scenario import as_intended
from tests.browser.visit import visiting

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Windows
    from tests.browser.serving import Server

LOOK: Final = Look("case", CHART_PX, DARK_INK)
SCENARIOS: Final = catalogue().scenarios
# width of the drawing and of a chart in windows 1280, 1080, 1040, 1024 (and 1280 at 125 %), 640 (1280 at 200 %) and
# 390 pixels wide, and on paper
STAGE_WIDTHS: Final = (889, 743, 714, 702, 616, 366, 700)
CHART_WIDTHS: Final = (437, 364, 343, 616)  # 349 and 366 lie between; on paper (700) there is more room than at 616
DIARY_WIDTHS: Final = (437, 343, 285, 223)  # two or three beside one another, in windows 1280 and 1024 pixels wide
FONT: Final = next((Path(streamlit.__file__).parent / "static" / "static" / "media").glob("SourceSansVF-Upright*"))

OPEN: Final = """
async ([folder, sheets, font]) => {
  const face = await new FontFace("Source Sans", `url(${font})`, { weight: "200 900" }).load();
  document.fonts.add(face);
  document.head.append(Object.assign(document.createElement("base"), { href: "/" }));
  document.head.append(Object.assign(document.createElement("style"), { textContent: sheets }));
  const names = ["stage", "clock", "chart", "chart_room"];
  window.modules = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await import(`${folder}${name}.js`)])));
  window.room = document.createElement("div");
  room.style.cssText = '--st-font: "Source Sans"; --st-background-color: #fff; --st-text-color: #1b2430';
  document.body.replaceChildren(room);
  document.body.style.margin = 0;
  window.requestAnimationFrame = (act) => act(performance.now()) ?? 0;  // every picture at once

  const pen = CanvasRenderingContext2D.prototype, { fillText, clearRect } = pen;
  window.written = [];
  for (const name of ["fill", "stroke", "fillRect", "strokeText", "clip"]) pen[name] = () => {};  // words alone matter
  pen.clearRect = function (...box) { written.length = 0; clearRect.apply(this, box); };
  pen.fillText = function (text, x, y) {
    fillText.call(this, text, x, y);
    if (!text) return;
    const ink = this.measureText(text);
    written.push([text, x - ink.actualBoundingBoxLeft, y - ink.actualBoundingBoxAscent,
      x + ink.actualBoundingBoxRight, y + ink.actualBoundingBoxDescent]);
  };

  // lines of text on the page: their boxes without the room above and below the letters
  window.lines = (root) => {
    const found = [], walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), range = document.createRange();
    while (walk.nextNode()) {
      const node = walk.currentNode, of = node.parentElement;
      if (!node.data.trim() || of.closest(".stage-hidden, option, [hidden], style")) continue;
      range.selectNodeContents(node);
      for (const { left, top, right, bottom } of range.getClientRects()) {
        const isUpright = bottom - top > 1.5 * (right - left) && node.data.length > 2;
        const [dx, dy] = isUpright ? [4, 0] : [0, 4];
        if (right - left > 1) found.push([node.data, left + dx, top + dy, right - dx, bottom - dy]);
      }
    }
    return found;
  };
  window.over = (boxes, others = boxes) => {
    const found = [];
    boxes.forEach(([text, left, top, right, bottom], k) => {
      for (const [more, l, t, r, b] of boxes === others ? others.slice(k + 1) : others)
        if (Math.min(right, r) - Math.max(left, l) > 1 && Math.min(bottom, b) - Math.max(top, t) > 1)
          found.push(`${text} over ${more}`);
    });
    return found;
  };
  window.out = (boxes, { left, top, right, bottom }) =>
    boxes.filter(([, l, t, r, b]) => l < left - 1 || t < top - 1 || r > right + 1 || b > bottom + 1)
      .map(([text]) => `${text} cut`);
  // what reaches over an edge behind which nothing is seen
  window.hidden = (root) => [root, ...root.querySelectorAll("*")]
    .filter((one) => one.clientWidth > 1 && (one === root || getComputedStyle(one).overflow !== "visible"))
    .flatMap((one) => out(lines(one), one.getBoundingClientRect()));
  window.bytesOf = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
}
"""
DRAWING: Final = """
async ([packet, height, widths]) => {
  const place = document.createElement("div"), { clock } = modules.clock, found = new Set();
  room.replaceChildren(place);
  place.style.height = `${height}px`;
  const leave = modules.stage.default({ data: bytesOf(packet), parentElement: place });
  const root = place.firstChild, canvas = root.querySelector("canvas"), end = clock.duration;
  place.style.width = `${widths[0]}px`;
  const days = [...clock.happenings].filter((day, k, all) => k % Math.ceil(all.length / 5) === 0);
  for (const width of widths) {
    place.style.width = `${width}px`;
    for (const day of [0.4 * end + 1e-6 * width, ...days.map((day) => Math.min(day + 0.012 * end, end))]) {
      clock.setDay(day);
      const { left, top, right, bottom } = canvas.getBoundingClientRect();
      const drawn = written.map(([text, l, t, r, b]) => [text, left + l, top + t, left + r, top + b]);
      const beside = lines(root);
      const cut = [...out(drawn, { left, top, right, bottom }), ...hidden(root)];
      for (const words of [...over([...drawn, ...beside]), ...cut])
        found.add(`${width}: day ${day.toFixed(1)}: ${words}`);
    }
  }
  leave();
  return [...found];
}
"""
CHART: Final = """
async ([packet, height, widths]) => {
  const place = document.createElement("div"), found = new Set();
  room.replaceChildren(place);
  place.style.width = `${widths[0]}px`;
  const leave = await modules.chart.default({ data: bytesOf(packet), parentElement: place });
  const host = place.querySelector(".chart-host");
  for (const width of widths) {
    place.style.width = `${width}px`;
    await modules.chart_room.fit(Plotly, host);
    const texts = lines(host), marks = [...host.querySelectorAll(".points path")].map((one) => {
      const { left, top, right, bottom } = one.getBoundingClientRect();
      return ["a mark", left + 1, top + 1, right - 1, bottom - 1];
    });
    for (const words of [...over(texts), ...over(texts, marks), ...out(texts, host.getBoundingClientRect())])
      found.add(`${width}: ${words}`);
  }
  leave();
  return [...found];
}
"""

# colours of a chart's texts, each time the page takes another colour of text and the system says so
TURN: Final = """
async ([packet, inks]) => {
  const place = document.createElement("div"), heard = [], plain = window.matchMedia, seen = [];
  room.replaceChildren(place);
  window.matchMedia = () => ({ addEventListener: (name, act) => heard.push(act), removeEventListener: () => {} });
  const leave = await modules.chart.default({ data: bytesOf(packet), parentElement: place });
  window.matchMedia = plain;
  for (const ink of inks) {
    room.style.setProperty("--st-text-color", ink);
    for (const act of heard) act();
    await new Promise((done) => setTimeout(done));
    seen.push([...new Set([...place.querySelectorAll("svg text")].map((one) => getComputedStyle(one).fill))]);
  }
  leave();
  return seen;
}
"""


@pytest.fixture(scope="module")
def room(windows: Windows, server: Server) -> Iterator[Page]:
    """An empty page that knows the product's own code and letters."""
    with visiting(windows(), server.address) as visit:
        folder = f"{server.address}{SCRIPT_PATH}/{static_version()}/"
        visit.page.goto(f"{folder}stage.js")
        sheets = "\n".join(text for name, text in SHEETS.items() if name != "page.css")
        visit.page.evaluate(OPEN, [folder, sheets, f"{server.address}static/media/{FONT.name}"])
        yield visit.page


def on_page(page: Page, script: str, packet: bytes, height: int, widths: tuple[int, ...]) -> list[str]:
    """What lies over something else, or is cut, at some widths."""
    found: list[str] = page.evaluate(script, [base64.b64encode(packet).decode(), height, list(widths)])
    return found


def axes(scenario: Scenario) -> Ranges:
    """Where the axes of a case end as long as nobody moves a control, which would ask for many more runs."""
    return runs.ranges(scenario.model_copy(update={"controls": ()}))


def drawing(scenario: Scenario) -> bytes:
    """The packet of the drawing."""
    ranges = axes(scenario)
    return stage_packet.build(scenario, runs.run(scenario), ranges.line_mcg_ml, ranges.canal_mcg_ml)


def charts(scenario: Scenario) -> dict[str, Part]:
    """Every view that Explore has of a case."""
    result, ghost, ranges = runs.run(scenario), runs.run(as_intended(scenario)), axes(scenario)
    drug, look, tip = catalogue().drugs[scenario.drug], LOOK, scenario.tip_level
    levels = {tip: f"{tip} ({TEXT['tip']})"} | {level: level for level in LEVELS if level != tip}
    found = {
        "truths": figures.two_truths(result, ghost, ranges, look),
        "reservoir": figures.reservoir(result, ghost, catalogue().pumps[scenario.pump], ranges, look),
        "csf": figures.csf(result, ghost, levels, ranges, look),
        "ledger": figures.ledger_over_time(result, ranges, look),
        "clocks": figures.race(race(scenario, result), scenario.duration_day, look),
        "difference": figures.difference(result, ghost, "dose", look, TEXT["compare_without"]),
    }
    if result.effect_index is not None:
        found["effect"] = figures.effect(result, ghost, drug, look)
    return {name: figure for name, figure in found.items() if figure is not None}


def ends_alone(figure: Part) -> Part:
    """The figure with no more of each curve than its ends; single marks stay."""
    data = [
        {**trace, "x": trace["x"][[0, -1]], "y": trace["y"][[0, -1]]}
        if trace.get("mode") == "lines" and len(trace["x"]) > 2
        else trace
        for trace in figure["data"]
    ]
    return {**figure, "data": data}


def words_of(figure: Part) -> str:
    """What a chart says and where: charts that say the same lie alike, whatever their curves do."""
    layout = figure["layout"]
    notes, titles = layout.get("annotations", ()), [layout[axis].get("title") for axis in ("xaxis", "yaxis")]
    marks = [[*trace["x"], *trace["y"]] for trace in figure["data"] if trace.get("mode") == "markers"]
    said = [[trace.get("name") for trace in figure["data"]], titles, notes, marks, notes and layout["yaxis"]["range"]]
    return json.dumps(said, default=float)


def as_packet(figure: Part) -> bytes:
    """The packet of a figure."""
    return chart.packet(ends_alone(figure), figure["layout"]["height"], "", has_cursor=False)


@pytest.mark.parametrize(("language", "widths"), [("en", STAGE_WIDTHS), ("de", STAGE_WIDTHS[::3])])
def test_no_text_of_the_drawing_lies_over_another_or_is_cut(room: Page, language: str, widths: tuple[int, ...]) -> None:
    speak(language)
    try:
        packets = {name: drawing(one) for name, one in SCENARIOS.items()}
    finally:
        speak()
    found = {name: on_page(room, DRAWING, packet, STAGE_PX, widths) for name, packet in packets.items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_no_text_of_a_chart_lies_over_another_or_a_mark_or_is_cut(room: Page) -> None:
    different = {
        words_of(figure): (f"{name}: {view}", figure)
        for name, one in SCENARIOS.items()
        for view, figure in charts(one).items()
    }
    found = {
        name: on_page(room, CHART, as_packet(figure), CHART_PX, CHART_WIDTHS) for name, figure in different.values()
    }
    assert {name: words for name, words in found.items() if words} == {}


def test_no_word_of_a_diary_lies_over_an_entry(room: Page) -> None:
    found = {}
    for drug in ("baclofen-like", "morphine-like"):
        setting = teaching.first_setting(drug)
        for arm in teaching.ARMS if drug == "morphine-like" else ("infusion",):
            figure = trial.diary(teaching.diary(setting, arm), None, Look(f"diary {arm}", DIARY_PX, DARK_INK))
            found[f"{drug}: {arm}"] = on_page(room, CHART, as_packet(figure), DIARY_PX, DIARY_WIDTHS)
    assert {name: words for name, words in found.items() if words} == {}


def test_charts_follow_a_ground_that_turns_dark_and_back(room: Page) -> None:
    figure = figures.race(race(SCENARIOS["half-a-leak"], runs.run(SCENARIOS["half-a-leak"])), 30.0, LOOK)
    packet = base64.b64encode(as_packet(figure)).decode()
    seen = room.evaluate(TURN, [packet, ["#eef2f6", "#1b2430", "#eef2f6"]])
    assert seen == [["rgb(238, 242, 246)"], ["rgb(27, 36, 48)"], ["rgb(238, 242, 246)"]]
