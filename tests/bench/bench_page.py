"""Key press to repaint of both live charts and the drawing, beside a bare page on the same machine.

    python tests/bench/bench_page.py --n 30
    python tests/bench/bench_page.py --n 30 --size 390x844

The bare page is one slider and one line of text. Both are pressed in turn, in two tabs of one browser, so that both
meet the same neighbours. The ratio counts; milliseconds are those of the machine.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

ROOT: Final = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import app  # noqa: E402
from app.words.text import TEXT  # noqa: E402
from tests.browser.conftest import FLAGS  # noqa: E402
from tests.browser.serving import OWN_COMMAND, serving  # noqa: E402
from tests.browser.visit import TEAR, visiting, window  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

BARE: Final = """
import streamlit as st

value = st.slider("Dose", 0, 1000, 500, key="dose")
st.write(f"value={value}")
"""
# milliseconds from the key's own time stamp to the frame after the last of what must change has changed
WATCH: Final = """
() => {
  const seen = window.__bench = { start: 0, marks: new Map() };
  addEventListener("keydown", (event) => { seen.start = event.timeStamp; seen.marks.clear(); }, true);
  const note = (name) => requestAnimationFrame(() => setTimeout(() => seen.marks.set(name, performance.now())));
  const drawn = [...document.querySelectorAll(".pumplab-chart, .pumplab-stage")];
  drawn.forEach((one, k) => new MutationObserver(() => note(k)).observe(one, { attributeFilter: ["data-rev"] }));
  seen.wanted = drawn.length;
  if (drawn.length) return;
  const line = [...document.querySelectorAll("p")].find((one) => one.textContent.startsWith("value="));
  new MutationObserver(() => note("line")).observe(line, { childList: true, characterData: true, subtree: true });
  seen.wanted = 1;
}
"""
IS_DONE: Final = "() => window.__bench.start > 0 && window.__bench.marks.size === window.__bench.wanted"
TAKEN_MS: Final = "() => Math.max(...window.__bench.marks.values()) - window.__bench.start"
PAUSE_MS: Final = 500  # a slider gathers what is pressed within a moment


def press_ms(page: Page, slider: Locator, key: str) -> float:
    """From one press of a key to the repaint of all that must follow it."""
    slider.focus()
    page.wait_for_timeout(PAUSE_MS)
    slider.press(key)
    page.wait_for_function(IS_DONE, timeout=20_000)
    return float(page.evaluate(TAKEN_MS))


def p95(values: list[float]) -> float:
    """Value that 95 of 100 stay below."""
    return statistics.quantiles(values, n=20)[-1]


def main() -> None:
    """Print how long a change takes on both pages, and how long the first chart takes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=30, help="key presses on each page (30)")
    parser.add_argument("--size", default="1280x720", help="of the window (1280x720)")
    asked = parser.parse_args()
    width, height = (int(part) for part in asked.size.split("x"))
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copytree(Path(app.__file__).parent / ".streamlit", place / ".streamlit")
        script = place / "bare.py"
        script.write_text(BARE)
        bare_command = (sys.executable, "-m", "streamlit", "run", str(script), "--server.port")
        with serving(OWN_COMMAND, place) as own, serving(bare_command, place) as bare, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            with window(browser, (width, height)) as context, visiting(context, own.address) as visit:
                page = visit.page
                page.goto(own.address)
                page.locator(".pumplab-chart .xtitle").first.wait_for(timeout=60_000)
                first_s = float(page.evaluate("performance.now()")) / 1000.0
                visit.wait_until_still()
                # a view whose curves follow the tear, so that both charts must be drawn again
                visit.choose(TEXT["beside"], TEXT["tab_effect"])
                floor = context.new_page()
                floor.goto(bare.address)
                floor.get_by_text("value=500").wait_for(timeout=60_000)
                tear, dose = visit.slider(TEAR), floor.get_by_role("slider", name="Dose")
                own_ms, bare_ms = [], []
                for one in (page, floor):
                    one.bring_to_front()
                    one.wait_for_timeout(1000)
                    one.evaluate(WATCH)
                for turn in range(asked.n + 3):
                    key = "ArrowRight" if turn % 16 < 8 else "ArrowLeft"
                    page.bring_to_front()
                    taken = press_ms(page, tear, key)
                    floor.bring_to_front()
                    floor_taken = press_ms(floor, dose, key)
                    if turn >= 3:  # the first ones warm up
                        own_ms.append(taken)
                        bare_ms.append(floor_taken)
            browser.close()
    for name, found in (("product, both charts and drawing", own_ms), ("bare page", bare_ms)):
        print(f"{name:34} p50 {statistics.median(found):6.0f} ms   p95 {p95(found):6.0f} ms   n {len(found)}")
    middle = statistics.median(bare_ms)
    print(f"{'ratio to the p50 of the bare page':34} p50 {statistics.median(own_ms) / middle:6.2f}      "
          f"p95 {p95(own_ms) / middle:6.2f}")  # fmt: skip
    print(f"server up {own.start_s:.2f} s; first chart {first_s:.2f} s after the address was opened, nothing cached")


if __name__ == "__main__":
    main()
