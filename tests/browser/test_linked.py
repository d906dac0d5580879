"""Charts, drawing and player look at one moment; and what a chart saves bears title and warning."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from app.words.text import TEXT
from sim import TEACHING_ONLY
from tests.browser.visit import CHART, STAGE, TEAR, TIME, Visit

CURSORS: Final = """
() => [...document.querySelectorAll(".pumplab-chart")].map((root) => {
  const { left, width } = root.querySelector(".chart-cursor").getBoundingClientRect();
  const host = root.querySelector(".chart-host"), { _offset, _length, range } = host._fullLayout.xaxis;
  const x = left + width / 2 - host.getBoundingClientRect().left - _offset;
  return [range[0] + (range[1] - range[0]) * x / _length, Number(root.dataset.day)];
})
"""
SPOT: Final = """
([css, day]) => {
  const host = document.querySelector(css), { _fullLayout: { xaxis, yaxis } } = host;
  const { left, top } = host.getBoundingClientRect();
  return [left + xaxis._offset + xaxis.d2p(day), top + yaxis._offset + yaxis._length * 0.5];
}
"""
LISTEN: Final = """
() => {
  const draw = Plotly.toImage;
  Plotly.toImage = (figure, how) => { window.saved = structuredClone(figure.layout); return draw(figure, how); };
}
"""
LEAST_BYTES: Final = 10_000


def days(visit: Visit) -> list[float]:
    """Where the cursor of every chart stands, by eye and by its own word, and the day of drawing and player."""
    cursors = visit.page.evaluate(CURSORS)
    stage = visit.page.locator(STAGE)
    slider = visit.page.get_by_role("slider", name=TIME).input_value()
    return [day for pair in cursors for day in pair] + [float(stage.get_attribute("data-day")), float(slider)]


def click_at(visit: Visit, css: str, day: float) -> None:
    x, y = visit.page.evaluate(SPOT, [css, day])
    visit.page.mouse.click(x, y)


def test_a_click_or_the_player_moves_every_cursor_and_the_drawing_and_a_control_leaves_them(visit: Visit) -> None:
    for css, day in ((CHART, 24.0), (".st-key-beside-chart .js-plotly-plot", 12.0)):
        start, frames = days(visit)[-1], visit.frames
        click_at(visit, css, day)
        visit.page.wait_for_function(
            "start => Number(document.querySelector('.pumplab-stage').dataset.day) !== start", arg=start
        )
        visit.page.wait_for_timeout(100)
        found = days(visit)
        assert len(found) == 6
        assert found[-2] == pytest.approx(day, abs=0.1)
        assert found == pytest.approx([found[-2]] * 6, abs=0.15)
        assert f"At {found[-2]:.3g} days" in visit.page.locator(".chart-readout").first.inner_text()
        assert visit.frames == frames
    # and the player takes them along, and a change of a control leaves them
    visit.page.get_by_role("slider", name=TIME).press("End")
    visit.page.wait_for_function("() => document.querySelector('.pumplab-chart').dataset.day === '30'")
    assert days(visit) == pytest.approx([30.0] * 6, abs=0.15)
    visit.press("Dose from day 10 on", "ArrowRight")
    assert days(visit) == pytest.approx([30.0] * 6, abs=0.15)


def test_a_chart_is_saved_with_its_title_and_the_teaching_sentence(visit: Visit, tmp_path: Path) -> None:
    visit.page.evaluate(LISTEN)
    visit.press(TEAR, "ArrowRight")
    with visit.page.expect_download() as waiting:
        visit.page.locator(".st-key-chart .chart-save").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.suffix == ".png"
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_size > LEAST_BYTES
    layout = visit.page.evaluate("() => window.saved")
    assert layout["title"]["text"] == f"{visit.scenario()}: {TEXT['tab_truths']}"
    assert any(TEACHING_ONLY in one["text"] for one in layout["annotations"])
    assert visit.errors == []
