"""Runs are kept by their scenario, few of them; axes are fixed by the scenario as it was loaded."""

from __future__ import annotations

import numpy as np
import pytest

from app import runs
from app.figures.axes import BRIEF_H
from app.runs import with_handles
from app.runs.memo import N_KEPT
from sim import ScenarioError, catalogue, simulate
from sim.scenario import Refill, as_intended, first_accustomed_mcg_day, with_values
from tests.building import bolus, fault, flow, rate, refill, scenario

SCENARIOS = catalogue().scenarios
every = pytest.mark.parametrize("name", sorted(SCENARIOS))


def ends(example):
    """The scenario, and each of its controls at either end."""
    yield example
    for control in example.controls:
        for end in (control.low, control.high):
            yield with_values(example, dict.fromkeys(control.paths, end))


def test_the_same_scenario_is_run_once_and_another_severity_is_another_run():
    runs.run.cache_clear()
    one = scenario(10, refill(2000), rate(200), faults=[fault("tear", 2, lost_frac=0.5)])
    same = scenario(10, refill(2000), rate(200), faults=[fault("tear", 2, lost_frac=0.5)])
    worse = with_values(one, {"faults.0.lost_frac": 0.6})
    assert runs.run(one) is runs.run(same)
    assert runs.run(worse) is not runs.run(one)
    assert runs.run(worse).delivered_mcg[-1] < runs.run(one).delivered_mcg[-1]
    assert runs.run.cache_info().misses == 2


@every
def test_no_fault_that_a_control_moves_moves_the_run_as_intended(name):
    ready = with_handles(SCENARIOS[name])
    of_faults = [control for control in ready.controls if all(path.startswith("faults.") for path in control.paths)]
    assert of_faults or not ready.faults or not ready.controls
    for control in of_faults:
        for end in (control.low, control.high):
            moved = with_values(ready, dict.fromkeys(control.paths, end))
            assert as_intended(moved).model_dump(exclude={"controls"}) == as_intended(ready).model_dump(
                exclude={"controls"}
            )


def test_what_is_kept_is_what_the_model_gives():
    example = SCENARIOS["half-a-leak"]
    for name, column in simulate(example).to_table().items():
        np.testing.assert_array_equal(runs.run(example).to_table()[name], column, err_msg=name)


def test_only_a_bounded_number_of_runs_is_kept():
    runs.run.cache_clear()
    for i in range(N_KEPT + 5):
        runs.run(scenario(0.1, refill(2000), rate(200.0 + i)))
    assert runs.run.cache_info().currsize == N_KEPT == runs.run.cache_info().maxsize
    assert runs.ranges.cache_info().maxsize is not None
    assert runs.ranges.cache_info().maxsize <= 64


def test_a_refusal_is_not_kept_as_a_run():
    wrong = scenario(10, refill(2000), flow(50.0))
    for _ in range(2):
        with pytest.raises(ScenarioError):
            runs.run(wrong)


@every
def test_the_run_as_intended_has_no_fault_and_no_slip_and_is_otherwise_the_same(name):
    example = SCENARIOS[name]
    ghost = as_intended(example)
    assert ghost.faults == ghost.controls == ghost.intended == ghost.intended_orders == ()
    assert as_intended(ghost) == ghost
    said = with_values(example, {entry.path: entry.value for entry in example.intended if entry.order is None})
    kept = {"faults", "controls", "orders", "intended", "intended_orders"}
    assert ghost.model_dump(exclude=kept) == said.model_dump(exclude=kept)
    absent = {entry.order for entry in example.intended}
    given = [order for place, order in enumerate(said.orders) if place not in absent and order.repair() is None]
    others = [order.model_dump() | order.slips() for order in (*given, *said.intended_orders)]
    assert [order.model_dump() for order in ghost.orders] == others
    for order in ghost.orders:
        if isinstance(order, Refill):
            assert (order.actual_mcg_ml, order.pocket_ml) == (order.programmed_mcg_ml, 0.0)
    result = runs.run(ghost)
    assert result.leaked_mcg[-1] == 0.0
    assert result.leaks == ()
    assert not [one for one in result.happenings if one.kind.startswith("fault")]


def test_the_ghost_of_a_repaired_fault_needs_no_repair():
    repair = {"kind": "repair", "at_day": 5.0, "fault": 0}
    torn = scenario(10, refill(2000), rate(200), repair, faults=[fault("tear", 2, lost_frac=0.5)])
    assert runs.run(as_intended(torn)).delivered_mcg[-1] == pytest.approx(2000.0)


def test_each_drug_of_a_mixture_has_its_own_run_and_axes():
    mixed = refill(2000, with_actual_mcg_ml=[20000.0])
    example = scenario(10, mixed, rate(200), with_drugs=["morphine-like"])
    result = runs.run(example)
    other = runs.of_drug(result, "morphine-like")
    assert other.delivered_mcg[-1] == pytest.approx(10.0 * result.delivered_mcg[-1])
    assert runs.of_drug(result, "baclofen-like") is runs.of_drug(result, None) is result
    assert runs.ranges(example, "morphine-like").supplied_mcg > 5.0 * runs.ranges(example).supplied_mcg


def test_a_dose_is_told_as_a_multiple_for_each_drug_of_a_mixture_and_for_no_tracer():
    mixed = refill(2000, with_actual_mcg_ml=[20000.0])
    steps = (rate(150), rate(600, at_day=5))
    example = scenario(10, mixed, *steps, with_drugs=["morphine-like"], title="x")
    assert runs.highest_dose(example) == (
        "Baclofen-like 600 mcg/day · 2 x the drug's reference dose · 4 x the accustomed dose; "
        "Morphine-like 6,000 mcg/day · 1.2 x the drug's reference dose"
    )
    used_to_it = scenario(10, refill(2000), *steps, accustomed_mcg_day=600.0)
    assert runs.highest_dose(used_to_it) == "600 mcg/day · 2 x the drug's reference dose"
    assert runs.highest_dose(scenario(10, refill(2000), rate(150), drug="tracer")) is None


@every
def test_no_control_moves_what_a_person_is_used_to_or_what_was_meant(name):
    example = with_handles(SCENARIOS[name])
    meant = {entry.path for entry in example.intended}
    for control in example.controls:
        for end in (control.low, control.high):
            try:
                moved = with_values(example, dict.fromkeys(control.paths, end))
                used_to = first_accustomed_mcg_day(moved, catalogue())
            except ScenarioError:
                continue
            assert used_to == first_accustomed_mcg_day(example, catalogue()), control.label
            if set(control.paths) <= meant:
                assert as_intended(moved) == as_intended(example), control.label


def test_what_nothing_is_wrong_with_is_the_run_as_intended():
    plain = scenario(10, refill(2000), rate(200))
    assert as_intended(plain) == plain
    torn = scenario(10, refill(2000), rate(200), faults=[fault("tear", 2, lost_frac=0.5)])
    assert as_intended(torn) == plain
    slip = scenario(10, refill(2000, programmed_mcg_ml=500, pocket_ml=3), rate(200))
    assert as_intended(slip) == scenario(10, refill(500), rate(200))


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"path": "orders.9.dose_mcg_day", "value": 1}, "intended[0]: 'orders.9.dose_mcg_day': there is no entry '9'"),
        ({"path": "orders.1.dose_mcg", "value": 1}, "intended[0]: 'orders.1.dose_mcg' names no field"),
        ({"path": "orders.1.dose_mcg_day", "value": -1}, "intended[0]: orders[1].dose_mcg_day = -1"),
        ({"path": "orders.1.dose_mcg_day", "value": "much"}, "intended[0]: orders[1].dose_mcg_day"),
    ],
)
def test_what_was_meant_but_cannot_be_is_refused_with_its_path(entry, sentence):
    with pytest.raises(ScenarioError) as error:
        runs.run(scenario(10, refill(2000), rate(200), intended=[entry]))
    assert [one for one in error.value.problems if one.startswith(sentence)], error.value.problems


def test_the_ghost_of_every_move_of_a_fault_is_one_and_the_same_run():
    example = SCENARIOS["half-a-leak"]
    moved = with_values(example, {"faults.1.lost_frac": 0.9})
    assert as_intended(example) == as_intended(moved)
    assert runs.run(as_intended(example)) is runs.run(as_intended(moved))


@every
def test_the_axes_hold_every_control_at_either_end_with_and_without_faults(name):
    example = SCENARIOS[name]
    ranges = runs.ranges(example)
    for variant in ends(example):
        for result in (runs.run(variant), runs.run(as_intended(variant))):
            for signal in (result.signals["believed_mcg_h"], result.signals["tip_mcg_h"]):
                lasting = np.diff(signal.edge_tick) >= BRIEF_H * 3.6e9
                assert 24.0 * signal.value[lasting].max() <= ranges.dose_mcg_day
            assert result.csf_mcg_ml.max() <= ranges.csf_mcg_ml
            assert result.reservoir_true_ml.max() <= ranges.volume_ml
            assert result.reservoir_believed_ml.max() <= ranges.volume_ml
            assert result.ledger.supplied_mcg[-1] <= ranges.supplied_mcg


def test_the_colours_of_the_line_hold_every_control_at_either_end():
    for example in SCENARIOS.values():
        for variant in ends(example):
            strongest = max((order.actual_mcg_ml for order in variant.orders if isinstance(order, Refill)), default=0.0)
            assert strongest <= runs.ranges(example).line_mcg_ml, example.title


def test_a_spike_in_the_canal_does_not_pale_the_rest():
    flush = {"kind": "cap_injection", "at_day": 5.0, "volume_ml": 0.2}
    flushed, calm = (runs.ranges(scenario(10, refill(2000), rate(200), *more)) for more in ([flush], []))
    assert flushed.csf_mcg_ml > 20.0 * calm.csf_mcg_ml
    assert flushed.canal_mcg_ml < 5.0 * calm.canal_mcg_ml


def test_a_spike_of_minutes_does_not_set_the_axis():
    # 50 mcg in ten minutes are 7,200 mcg/day while they last
    spiked = runs.ranges(scenario(10, refill(2000), rate(200), bolus(50, 10, 5)))
    assert spiked.dose_mcg_day == pytest.approx(220.0)
    long = runs.ranges(scenario(10, refill(2000), rate(200), bolus(50, 60, 5)))
    assert long.dose_mcg_day == pytest.approx(1.1 * 1400.0)


@pytest.mark.parametrize(
    "example",
    [scenario(10, refill(2000)), scenario(10, refill(0), flow(0.1)), scenario(10, refill(2000, at_day=9))],
    ids=["idle", "saline", "late"],
)
def test_an_axis_is_never_empty(example):
    ranges = runs.ranges(example)
    for value in (
        ranges.dose_mcg_day, ranges.volume_ml, ranges.csf_mcg_ml, ranges.line_mcg_ml, ranges.supplied_mcg,
    ):  # fmt: skip
        assert np.isfinite(value)
        assert value > 0.0


def test_an_end_of_a_control_that_cannot_be_carried_out_is_left_out_of_the_axes():
    control = {"label": "x", "paths": ["orders.1.dose_mcg_day"], "low": 10.0, "high": 300.0, "step": 10.0}
    ranges = runs.ranges(scenario(10, refill(2000), rate(200), controls=[control]))
    assert ranges.dose_mcg_day == pytest.approx(330.0)
