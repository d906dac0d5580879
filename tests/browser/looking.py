"""What can be measured of a sight: violations, small text, narrow targets, cut text, overflow, and of its charts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from tests.browser.visit import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

BANNER: Final = ".st-key-banner p"
# the framework's own table leaves the head of its row numbers empty; nothing of ours can fill it
OF_THE_FRAMEWORK: Final = ("empty-table-header",)
# what fades in is judged once it is there
AT_REST: Final = """
() => Promise.all(document.getAnimations()
  .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime))
  .map((one) => one.finished.catch(() => {}))).then(() => true)
"""
VIOLATIONS: Final = """
async ([part, rules]) => {
  const asked = rules ? { runOnly: { type: "rule", values: rules } } : {};
  const { violations } = await axe.run(part ?? document, { resultTypes: ["violations"], ...asked });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => [id, node.target.join(" "), node.any[0]?.message ?? "", node.html.slice(0, 200)]));
}
"""
SMALL_TEXT: Final = """
(least) => {
  const small = new Set(), walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const words = walk.currentNode.textContent.trim(), of = walk.currentNode.parentElement;
    if (!words || of.closest("style, script, noscript, [data-testid=stIconMaterial], .katex-mathml")) continue;
    if (!of.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const { width, height } = of.getBoundingClientRect();
    // what is one pixel small is written for screen readers alone
    if (width > 1 && height > 1 && parseFloat(getComputedStyle(of).fontSize) < least) small.add(words.slice(0, 60));
  }
  return [...small];
}
"""
# a link in a paragraph is as high as its line, a link in a row of words is not;
# a mark in the lanes of the drawing is left out: the buttons for the next happening lead to the same days
NARROW: Final = """
(least) => {
  const css = "button:not(.stage-mark), a[href], input:not([type=file]), select, textarea, summary, "
    + "[role=tab], [role=option]";
  const target = (one) => one.matches("[type=radio], [type=checkbox]") ? one.closest("label")
    : one.matches(".stSlider input") ? one.closest(".stSlider > div > div") : one;
  return [...document.querySelectorAll(css)]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => !one.closest("p:not([class*=st-key-terms-here] p)") && !one.matches("li a"))
    .map((one) => [target(one).getBoundingClientRect(), one])
    .filter(([{ width, height }]) => width > 2 && height > 2 && Math.min(width, height) < least - 0.1)
    .map(([{ width, height }, one]) => [width, height, one.ariaLabel || one.innerText || one.className]);
}
"""
# what is wider or higher than the box that hides the rest of it; a box that scrolls hides nothing, and the line of
# numbers below a chart is left out: it has one line, and each curve says its number under the pointer too
CUT: Final = """
() => {
  const WITHOUT = "svg, select, .js-plotly-plot, .chart-readout";
  const hides = (overflow) => ["hidden", "clip"].includes(overflow);
  const more = ({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
    [scrollWidth - clientWidth, scrollHeight - clientHeight];
  return [...document.querySelectorAll("[data-testid=stMain] *")]
    .filter((one) => one.innerText?.trim() && one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((one) => one.clientWidth > 2 && one.clientHeight > 2 && !one.closest(WITHOUT))
    .map((one) => [one, getComputedStyle(one), ...more(one)])
    .filter(([, { overflowX, overflowY }, across, down]) => (hides(overflowX) && across > 1)
      || (hides(overflowY) && down > 3))
    .map(([one, , ...more]) => [one.className, one.innerText.slice(0, 80), ...more]);
}
"""
OVERFLOW: Final = """
() => Math.max(...[document.scrollingElement, ...document.querySelectorAll(
  "[data-testid=stMain], [data-testid=stAppViewContainer]")].map((one) => one.scrollWidth)) - window.innerWidth
"""
# null as long as one of them is not drawn
CHARTS: Final = """
() => {
  const axis = ({ title, showticklabels } = {}) => ({ title: title?.text ?? "", isBare: showticklabels === false });
  const made = (host) => ({
    words: host.getAttribute("aria-label") ?? "", role: host.getAttribute("role"),
    zoom: host.layout.uirevision ?? null, hover: host.layout.hovermode,
    axes: [axis(host.layout.xaxis), axis(host.layout.yaxis)],
    levels: (host.layout.shapes ?? []).map(({ line }) => [line.width, line.dash ?? "solid", line.color]),
    traces: host.data.map(({ type, name, mode, line, marker, hovertemplate, hoverinfo, showlegend, fill }) => ({
      type, name, mode: mode ?? "", width: line?.width ?? 0, dash: line?.dash ?? "solid", fill: fill ?? "",
      colour: (mode === "markers" ? marker?.color : line?.color) ?? "", symbol: String(marker?.symbol ?? ""),
      hover: hovertemplate ?? hoverinfo ?? "", isNamed: showlegend !== false,
    })),
  });
  const hosts = [...document.querySelectorAll(".pumplab-chart")].map((root) => root.querySelector(".chart-host"));
  return hosts.every((host) => host?.layout && host.data) ? hosts.map(made) : null;
}
"""


@dataclass(frozen=True)
class Sight:
    """One sight of the product, as it was measured."""

    name: str
    violations: list[list[str]]
    small_text: list[str]
    narrow: list[list[Any]]
    cut: list[list[Any]]
    overflow: float
    charts: list[dict[str, Any]]
    banner: tuple[str, bool]


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, *rules: str, part: str | None = None) -> list[list[str]]:
    """What axe finds on the page or on a part of it, by all its rules or by some: rule, place, message, code."""
    page.evaluate(AT_REST)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    found: list[list[str]] = page.evaluate(VIOLATIONS, [part, list(rules) or None])
    return [one for one in found if one[0] not in OF_THE_FRAMEWORK]


def measured(visit: Visit, name: str, target_px: float, text_px: float = 14.0, part: str | None = None) -> Sight:
    """All of it, for the sight that stands there now; what axe looks at may be the part that is new in it."""
    page = visit.page
    banner = page.locator(BANNER)
    found = violations(page, part=part)
    charts = page.wait_for_function(CHARTS).json_value()
    return Sight(
        name,
        found,
        page.evaluate(SMALL_TEXT, text_px - 0.01),
        page.evaluate(NARROW, target_px),
        page.evaluate(CUT),
        page.evaluate(OVERFLOW),
        charts,
        (banner.inner_text(), banner.is_visible()),
    )
