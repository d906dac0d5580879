"""What a learner does: move a control, choose a scenario, look through time, type something silly."""

from __future__ import annotations

import pytest

from app.files.exchange import QUERY
from app.files.link_state import state_in
from app.runs import with_handles
from app.words.field_text import to_box
from sim import catalogue
from sim.scenario import field_at
from tests.browser.visit import PROGRAMMED, TEAR, TIME, TIP, Visit, shown_controls

FIRST = "half-a-leak"
SILLY = {
    "Duration, days": ["0.001", "-5", "", "1e300", "1,000", "x"],
    "Daily dose, mcg/day": ["-1", "1000000"],
    "Share of CSF absorbed along the spine, %": ["150"],
}


def shown_boxes(visit: Visit) -> dict[str, float | None]:
    """Path and value of every number box under More fields; None where a box is empty."""
    rows = visit.page.locator("[class*=st-key-typed]:has(.typed-label:not([hidden]))").evaluate_all(
        "all => all.map(one => [[...one.classList].find(name => name.startsWith('st-key-typed')),"
        " one.querySelector('input').value])"
    )
    paths = {key.removeprefix("st-key-typed-").replace("-", "."): value for key, value in rows}
    return {path: float(value) if value else None for path, value in paths.items()}


def test_a_key_press_on_the_tear_changes_tile_chart_and_drawing(visit: Visit) -> None:
    tile, tip, revision, summary = visit.tiles()[PROGRAMMED], visit.trace(TIP), visit.revision(), visit.summary()
    lost_frac = visit.sliders()[TEAR]
    visit.press(TEAR, "ArrowRight")
    assert visit.sliders()[TEAR] > lost_frac
    assert visit.tiles()[PROGRAMMED] != tile
    assert visit.trace(TIP) != tip
    assert visit.revision() > revision
    assert visit.summary() != summary


def test_every_box_shows_the_new_scenario_whatever_was_typed_before(visit: Visit) -> None:
    visit.open_tab("More fields")
    for name in ("weaker-drug", FIRST, "clean-break", FIRST):
        visit.pick(catalogue().scenarios[name].title)
        ready, boxes = with_handles(catalogue().scenarios[name]), shown_boxes(visit)
        assert len(boxes) > 10
        assert boxes == {path: to_box(*field_at(ready, path)[1::2]) for path in boxes}, name
        box = visit.page.get_by_role("spinbutton", name="Volume injected (emptied if 0), mL").first
        box.fill("19")
        visit.rerun(lambda box=box: box.press("Enter"))
        assert shown_boxes(visit) != boxes


def test_a_number_may_be_typed_beside_a_slider_beyond_its_teaching_range(visit: Visit) -> None:
    box = visit.page.get_by_role("spinbutton", name="Dose from day 10 on, mcg/day (typed)")
    box.fill("900")
    visit.rerun(lambda: box.press("Enter"))
    assert visit.sliders()["Dose from day 10 on, mcg/day"] == 900.0
    share = visit.page.get_by_role("spinbutton", name=f"{TEAR} (typed)")
    share.fill("55")
    visit.rerun(lambda: share.press("Enter"))
    assert visit.sliders()[TEAR] == 0.55
    # what was typed before counts once: the slider moves on from there, and the box follows
    visit.press(TEAR, "ArrowRight")
    assert visit.sliders()[TEAR] == pytest.approx(0.6)
    assert share.input_value() == "60"
    share.fill("55")
    visit.rerun(lambda: share.press("Enter"))
    assert visit.sliders()[TEAR] == 0.55


def test_a_typed_number_that_cannot_be_carried_out_stays_marked_with_a_sentence_beside_it(visit: Visit) -> None:
    share = visit.page.get_by_role("spinbutton", name=f"{TEAR} (typed)")
    for silly in ("130", "-1", "", "1,000", "x"):
        share.fill(silly)
        visit.rerun(lambda: share.press("Enter"))
        (said,) = (alert.split("\n")[-1] for alert in visit.alerts())
        assert visit.page.locator(".st-key-controls").get_by_text(said).count()
        assert (share.input_value(), share.get_attribute("aria-invalid")) == (silly, "true")
        assert said in share.evaluate(
            "one => document.getElementById(one.getAttribute('aria-describedby')).textContent"
        )
        assert visit.sliders()[TEAR] == 0.5
    # a decimal comma is one, and arrow keys step from what is shown
    share.fill("55,0")
    visit.rerun(lambda: share.press("Enter"))
    assert (visit.alerts(), visit.sliders()[TEAR], share.input_value()) == ([], 0.55, "55")
    visit.rerun(lambda: [share.press("ArrowUp"), share.press("ArrowUp"), share.press("ArrowDown")])
    visit.wait_until_still(300)
    assert (visit.sliders()[TEAR], share.input_value(), share.get_attribute("aria-valuenow")) == (0.6, "60", "60")


def test_no_key_press_is_lost_however_fast(visit: Visit) -> None:
    for pause_ms in (30, 100, 200):
        visit.press(TEAR, "Home")
        visit.slider(TEAR).focus()
        for _ in range(10):
            visit.page.keyboard.press("ArrowRight")
            visit.page.wait_for_timeout(pause_ms)  # the pace of the fingers
        visit.wait_until_still(500)
        assert visit.sliders()[TEAR] == pytest.approx(0.5), pause_ms


def test_controls_moved_in_quick_succession_all_move_the_scenario(visit: Visit) -> None:
    for _ in range(4):
        before = visit.sliders()
        visit.nudge(*before)
        after = visit.sliders()
        assert [label for label in before if after[label] == before[label]] == []
        # the link carries the scenario that is shown, so in the end it must agree with the controls
        for _ in range(50):
            carried = state_in({QUERY: [visit.link().partition(f"?{QUERY}=")[2]]}).scenario
            if after == shown_controls(carried):
                break
            visit.page.wait_for_timeout(100)
        assert after == shown_controls(carried)


def test_reset_brings_every_control_back(visit: Visit) -> None:
    tiles, controls = visit.tiles(), visit.sliders()
    visit.nudge(*controls)
    assert visit.sliders() != controls
    visit.rerun(visit.page.get_by_role("button", name="Reset").click)
    assert (visit.sliders(), visit.tiles()) == (controls, tiles)


def test_the_time_slider_of_the_drawing_never_asks_the_server_and_a_moved_control_leaves_it(visit: Visit) -> None:
    frames, revision, summary, tiles = visit.frames, visit.revision(), visit.summary(), visit.tiles()
    slider = visit.page.get_by_role("slider", name=TIME)
    slider.focus()
    for _ in range(12):
        slider.press("ArrowRight")
    visit.page.wait_for_function(
        "before => document.querySelector('.pumplab-stage').dataset.summary !== before", arg=summary
    )
    visit.page.wait_for_timeout(500)  # longer than a page waits before it tells the server of a change
    assert visit.frames == frames
    assert visit.revision() > revision
    assert visit.tiles() == tiles
    # and a moved control does not move the moment looked at, unless a fault asks for it
    slider.press("End")
    day = slider.get_attribute("max")
    visit.page.wait_for_function("([slider, day]) => slider.value === day", arg=[slider.element_handle(), day])
    visit.press("Dose from day 10 on", "ArrowRight")
    assert slider.input_value() == day


def test_a_silly_number_gets_a_sentence_and_changes_nothing(visit: Visit) -> None:
    visit.open_tab("More fields")
    tiles, controls, tip, boxes = visit.tiles(), visit.sliders(), visit.trace(TIP), shown_boxes(visit)
    cases = [(label, typed, 0) for label, all_typed in SILLY.items() for typed in all_typed]
    for label, typed, place in [*cases, ("At, days", "40", 2)]:
        case = f"{label}: {typed!r}"
        box = visit.page.get_by_role("spinbutton", name=label, exact=True).nth(place)
        old = box.input_value()
        box.fill(typed)
        visit.rerun(lambda box=box: box.press("Enter"))
        assert visit.alerts(), f"{case} gets no sentence"
        assert all("Traceback" not in said for said in visit.alerts()), case
        assert (box.input_value(), box.get_attribute("aria-invalid")) == (typed, "true"), case
        assert (visit.tiles(), visit.sliders(), visit.trace(TIP)) == (tiles, controls, tip), case
        box.fill(old)
        visit.rerun(lambda box=box: box.press("Enter"))
        assert (visit.alerts(), shown_boxes(visit)) == ([], boxes), case
    # a sensible number is taken, and the sentence goes
    visit.page.get_by_role("spinbutton", name="Duration, days").fill("35")
    visit.rerun(lambda: visit.page.get_by_role("spinbutton", name="Duration, days").press("Enter"))
    assert visit.alerts() == []
    assert visit.tiles() != tiles
    assert visit.errors == []
