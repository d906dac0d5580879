"""How many pictures a second the stage paints while it plays: `python -m tests.bench.bench_stage`.

Chromium on whatever this machine has; the charts stand still but for their time cursor. What one picture costs all of
Chromium's processes together says what a core of its own would reach while others are at work.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from app.files.exchange import QUERY
from app.files.link_state import LinkState, state_link
from sim import catalogue
from tests.browser.conftest import FLAGS
from tests.browser.serving import OWN_COMMAND, serving
from tests.browser.visit import DESK, STAGE, visiting, window

SCENARIOS = ("stronger-drug", "half-a-leak", "same-dose-other-rhythm")
SECONDS = 5.0
COUNT = """
async seconds => {
  const { clock } = await import(
    [...performance.getEntriesByType("resource")].find(({ name }) => name.includes("/clock.js")).name);
  const stage = document.querySelector(".pumplab-stage");
  clock.setDay(0);
  clock.setSpeed(clock.duration / (2 * seconds)); // half of the run
  clock.play();
  await new Promise(done => setTimeout(done, 500));
  const before = Number(stage.dataset.rev), start = performance.now();
  await new Promise(done => setTimeout(done, 1000 * seconds));
  const painted = Number(stage.dataset.rev) - before, took = performance.now() - start;
  clock.pause();
  return 1000 * painted / took;
}
"""


def processor_s() -> float:
    """Processor time, in seconds, of all browser processes that descend from this one."""
    rows = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            start, _, rest = path.read_text().rpartition(")")
        except OSError:
            continue
        words = rest.split()
        rows[int(path.parent.name)] = (int(words[1]), "chrom" in start, int(words[11]) + int(words[12]))
    total = 0
    for pid, (_, is_browser, ticks) in rows.items():
        above = pid
        while above in rows and above != os.getpid():
            above = rows[above][0]
        total += ticks if is_browser and above == os.getpid() else 0
    return total / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Prints pictures a second, scenario by scenario."""
    with tempfile.TemporaryDirectory() as folder, serving(OWN_COMMAND, Path(folder)) as server, sync_playwright() as p:
        browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name in SCENARIOS:
            with window(browser, DESK) as context, visiting(context, server.address) as visit:
                visit.go(f"{QUERY}={state_link(LinkState(scenario=catalogue().scenarios[name]))}")
                visit.page.wait_for_selector(STAGE)
                before = processor_s()
                rate = visit.page.evaluate(COUNT, SECONDS)
                cost_s = (processor_s() - before) / (rate * SECONDS)
                print(f"{name:24s} {rate:5.1f} pictures/s, {1000 * cost_s:5.1f} ms of processor time for each")
        browser.close()


if __name__ == "__main__":
    main()
