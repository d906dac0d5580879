"""Axes hold while a control moves, and fit themselves, visibly, where an edit ends outside; a report always fits."""

from __future__ import annotations

import pytest

from app import figures, runs
from app.figures import Look
from app.figures.theme import DARK_INK
from app.runs import axes as of_runs
from app.runs import with_handles
from sim import catalogue
from sim.scenario import as_intended, with_values
from tests.app.test_report import Page, made
from tests.building import bolus, rate, refill, scenario
from tests.opening import SCENARIOS, linked, now, press, shown, type_in

LOOK = Look("x", 245, DARK_INK)
DOSE = {"label": "Daily dose", "paths": ["orders.1.dose_mcg_day"], "low": 100.0, "high": 300.0, "step": 10.0}
BASE = with_handles(scenario(30, refill(2000), rate(200), controls=[DOSE], title="x"))
PATH = "orders.1.dose_mcg_day"


def dosed(mcg_day: float, **more: object):
    return with_values(BASE, {PATH: mcg_day, **more})


LOW = dosed(5.0, **{"orders.0.programmed_mcg_ml": 50.0, "orders.0.actual_mcg_ml": 50.0})


def fitted(made, axes=None):
    return runs.fit(axes or runs.ranges(BASE), BASE, made)


def axis(page) -> float:
    """Top of the axis of doses that the page has."""
    return page.session_state["axes"][1][now(page).drug].dose_mcg_day


# ------------------------------------------------------------------ in the teaching range


def test_axes_stay_while_controls_move_within_their_teaching_range():
    for values in (
        {PATH: 100.0},
        {PATH: 300.0},
        {"faults.0.blocked_frac": 1.0},
        {"faults.1.lost_frac": 1.0, PATH: 100.0},
    ):
        moved = with_values(BASE, values)
        assert fitted(moved) == runs.ranges(BASE), values


@pytest.mark.parametrize("name", sorted(SCENARIOS)[::8])
def test_no_control_moves_the_axes_of_a_packaged_scenario(name):
    base = with_handles(SCENARIOS[name])
    for control in base.controls:
        for end in (control.low, control.high):
            try:
                moved = with_values(base, dict.fromkeys(control.paths, end))
                runs.run(moved)
            except ValueError:
                continue
            assert runs.fit(runs.ranges(base), base, moved) == runs.ranges(base), (control.label, end)


# ------------------------------------------------------------------ outside


def test_an_edit_far_above_the_preset_takes_the_axis_along_and_says_so():
    high = dosed(4000.0)
    axes = fitted(high)
    assert axes.dose_mcg_day == pytest.approx(4400.0)
    figure = figures.two_truths(runs.run(high), runs.run(as_intended(high)), axes, LOOK)
    assert figure["layout"]["yaxis"]["range"][1] == pytest.approx(4400.0)
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["axis now to 4,400 mcg/day"]


def test_an_edit_far_below_the_preset_takes_the_axis_along():
    axes = fitted(LOW)
    assert axes.dose_mcg_day == pytest.approx(5.5)
    assert axes.csf_mcg_ml < 0.05 * runs.ranges(BASE).csf_mcg_ml
    assert "dose_mcg_day" in axes.refitted


def test_the_colours_of_the_canal_follow_an_edit_and_are_not_one_solid_tone():
    high = dosed(4000.0)
    canal_mcg_ml = runs.run(high).at(24.0 * 5.0).csf_mcg_ml[0]
    is_full = [(canal_mcg_ml >= axes.canal_mcg_ml).mean() for axes in (runs.ranges(BASE), fitted(high))]
    assert is_full[0] > 0.5
    assert is_full[1] < 0.1


def test_the_colours_of_the_line_hold_what_is_pushed_in_by_hand():
    push = {"kind": "cap_injection", "at_day": 5.0, "volume_ml": 0.2, "actual_mcg_ml": 9000.0}
    assert runs.ranges(scenario(10, refill(2000), rate(200), push)).line_mcg_ml == 9000.0


def test_a_larger_pump_has_room_in_the_chart_of_volumes():
    larger = with_values(BASE, {"pump": "roller-40ml"})
    assert fitted(larger).volume_ml >= catalogue().pumps["roller-40ml"].capacity_ml


def test_axes_that_were_fitted_stay_until_the_run_leaves_them_or_is_as_it_was_loaded():
    high = fitted(dosed(4000.0))
    assert fitted(dosed(1000.0), high) == high
    assert fitted(dosed(4000.0, **{"faults.0.blocked_frac": 1.0}), high).dose_mcg_day == high.dose_mcg_day
    assert fitted(dosed(200.0 + 20.0), fitted(dosed(90000.0 / 10))).dose_mcg_day == runs.ranges(BASE).dose_mcg_day
    assert fitted(BASE, high) == runs.ranges(BASE)


def test_fitting_twice_is_fitting_once():
    assert fitted(LOW, fitted(LOW)) == fitted(LOW)
    for mcg_day in (100.0, 220.0, 301.0, 4000.0):
        once = fitted(dosed(mcg_day))
        assert fitted(dosed(mcg_day), once) == once, mcg_day


def test_small_doses_have_an_axis_of_their_own_size():
    tiny = runs.ranges(scenario(10, refill(2), rate(0.2)))
    assert tiny.dose_mcg_day == pytest.approx(0.22)


def test_doses_that_all_are_brief_lie_on_the_axis():
    pulses = scenario(2, refill(2000), rate(0), bolus(50, 20, 0.5), bolus(50, 20, 1.5))
    assert runs.ranges(pulses).dose_mcg_day == pytest.approx(1.1 * 50.0 * 72.0)


def test_the_curve_of_another_number_lies_within_the_axis():
    base = SCENARIOS["half-a-leak"]
    knob = next(iter(runs.why("csf", base).choices()))
    other = runs.what_if(base, *knob)
    axes = runs.hold(runs.ranges(base), other.scenario, other.result, other.result)
    assert other.result.csf_mcg_ml.max() <= axes.csf_mcg_ml


# ------------------------------------------------------------------ on the page, in a report


def test_on_the_page_axes_follow_an_edit_and_reset_brings_the_old_ones_back():
    page = linked(BASE)
    start = axis(page)
    shown(type_in(page, PATH, 4000.0).run())
    assert axis(page) == pytest.approx(4400.0)
    assert axis(press(page, "reset")) == start
    page.selectbox(key="picked").set_value("quiet-pump").run()
    assert axis(page) == of_runs.ranges(with_handles(SCENARIOS["quiet-pump"])).dose_mcg_day


def test_a_report_of_an_edited_scenario_fits_its_own_run():
    high = dosed(4000.0)
    layouts = [entry["figure"]["layout"] for entry in Page(made(high, BASE)).figures()]
    for layout in layouts:
        texts = [note.get("text", "") for note in layout.get("annotations", [])]
        assert not [text for text in texts if "off the scale" in text or "axis now" in text]
    assert layouts[0]["yaxis"]["range"][1] == pytest.approx(4400.0)
    low = Page(made(LOW, BASE)).figures()[0]["figure"]["layout"]
    assert low["yaxis"]["range"][1] == pytest.approx(5.5)
