"""Files by a real browser: what is saved opens again, and the report opens from a disk with no network at all."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from sim import TEACHING_ONLY, parse_scenario
from tests.browser.visit import PHONE, TEAR, Visit

LABELS = {"toml": "Scenario (TOML)", "csv": "All series (CSV)", "html": "Report (HTML)"}
NAME = "half-a-leak-and-the-repair-that-overdoses"
ALERT_OF_FILE = '[data-testid="stFileChip"] [role="alert"]'


def open_files(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Files", exact=True).click()
    visit.page.get_by_role("button", name=LABELS["toml"]).wait_for()


def save(visit: Visit, ending: str, folder: Path) -> Path:
    """What the browser saves when a button of the files is pressed."""
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name=LABELS[ending]).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def upload(visit: Visit, path: Path) -> None:
    visit.page.locator('[data-testid="stFileUploader"] input[type=file]').set_input_files(path)


def test_what_was_saved_by_one_visitor_opens_for_another(visit: Visit, visitor, tmp_path: Path) -> None:
    visit.nudge(TEAR)
    open_files(visit)
    path = save(visit, "toml", tmp_path)
    assert path.name == f"{NAME}.toml"
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {TEACHING_ONLY}\n# pumplab ")
    assert parse_scenario(text).faults[1].lost_frac == pytest.approx(0.55)

    stranger = visitor()
    stranger.go("")
    stranger.pick("Clean break")
    open_files(stranger)
    stranger.rerun(lambda: upload(stranger, path))
    stranger.page.get_by_text("was opened from").wait_for()
    assert stranger.tiles() == visit.tiles()
    assert stranger.sliders() == visit.sliders()
    assert stranger.errors == []


def test_a_file_of_10_mb_gets_one_sentence_that_can_be_seen_and_changes_nothing(visit: Visit, tmp_path: Path) -> None:
    visit.nudge(TEAR)
    tiles = visit.tiles()
    open_files(visit)
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * 10_000_000)
    upload(visit, large)
    sentence = visit.page.locator(ALERT_OF_FILE)
    sentence.wait_for()
    assert "File must be 1.0MB or smaller" in sentence.inner_text()
    box = sentence.bounding_box()
    assert box is not None
    assert box["width"] > 150
    assert box["height"] >= 14
    visit.page.get_by_text("at most 64 KiB").wait_for()
    assert visit.tiles() == tiles
    assert visit.alerts() == []


def test_a_file_of_100_kb_is_refused_by_the_page_itself(visit: Visit, tmp_path: Path) -> None:
    open_files(visit)
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * 100_000)
    visit.rerun(lambda: upload(visit, large))
    (said,) = visit.alerts()
    assert "large.toml was not opened, and what you had is still here:" in said
    assert "the text is 100000 bytes long; the most is 65536 bytes" in said


def test_saved_series_are_a_table_of_the_run(visit: Visit, tmp_path: Path) -> None:
    open_files(visit)
    lines = save(visit, "csv", tmp_path).read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"# {TEACHING_ONLY}"
    rows = [line.split(",") for line in lines if not line.startswith("#")]
    assert rows[0][0] == "time_h"
    assert float(rows[-1][0]) == 720.0
    assert {len(row) for row in rows} == {len(rows[0])}


def texts_of_sheets(pdf: bytes) -> list[int]:
    """How many pieces of text stand on each sheet of a printed page."""
    counts = []
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            drawn = zlib.decompress(packed)
            if b" Tf" in drawn:
                counts.append(drawn.count(b"BT"))
    return counts


def test_a_report_opens_from_disk_without_a_network(visit: Visit, browser: Browser, tmp_path: Path) -> None:
    visit.nudge(TEAR)
    link = visit.link().partition("?")[2]
    open_files(visit)
    path = save(visit, "html", tmp_path)
    assert path.name == f"{NAME}.html"

    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: errors.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        page.goto(path.as_uri())
        page.wait_for_function("document.querySelectorAll('.chart .xtitle').length === 5")
        drawn = page.locator(".chart").evaluate_all(
            "all => all.map(one => [...one.querySelectorAll('.scatterlayer path')]"
            ".filter(path => (path.getAttribute('d') || '').length > 20).length)"
        )
        assert len(drawn) == 5
        assert min(drawn) >= 2
        banner = page.get_by_text(TEACHING_ONLY, exact=True)
        for width, height in ((1280, 720), PHONE):
            page.set_viewport_size({"width": width, "height": height})
            for place in (0, 10_000):
                page.evaluate("y => scrollTo(0, y)", place)
                box = banner.bounding_box()
                assert box is not None
                assert 0 <= box["y"] < 100
                assert banner.is_visible()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.emulate_media(media="print")
        assert banner.is_visible()
        with_header = texts_of_sheets(page.pdf(format="A4"))
        page.add_style_tag(content="@page { @top-center { content: none } }")
        without_header = texts_of_sheets(page.pdf(format="A4"))
        assert len(with_header) > 3
        assert [one - other for one, other in zip(with_header, without_header, strict=True)] == [1] * len(with_header)
        text = page.locator("body").inner_text()
        assert link in text
        assert "changed: 0.5" in text
        assert asked == [path.as_uri()]
        assert errors == []
    finally:
        context.close()
