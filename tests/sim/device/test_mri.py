"""What an MRI does to each kind of pump: stops it, finds it empty, shuts it, or lets everything out."""

from __future__ import annotations

from typing import Any

import pytest

from sim import Result, Scenario, go_on, race, simulate
from sim.result.bedside import readout
from tests.building import fault, flow, refill, scenario
from tests.device import kinds, same_physics

MINUTE_H = 1.0 / 60.0


def mri(at_day: float = 10.0, **fields: Any) -> dict[str, Any]:
    return {"kind": "mri", "at_day": at_day, "over_min": 45.0, **fields}


def scanned(*more: dict[str, Any], pump: str = "valve-20ml", lasts_day: float = 20.0, **fields: Any) -> Scenario:
    return scenario(lasts_day, refill(25000), flow(0.2), *more, pump=pump, drug="morphine-like", **fields)


def texts(result: Result, *chosen: str) -> list[tuple[float, str]]:
    return [(one.time_h / 24.0, one.text) for one in result.happenings if one.kind in chosen]


EMPTIED = refill(25000, at_day=10.0, in_ml=0.0)
VALVE = ("empty_scan", "valve_shut", "valves_open", "valve_reset")


@pytest.mark.parametrize("more", [{}, {"reset_day": 12.0}, {"valves_open": True}])
def test_a_valve_pump_that_was_emptied_first_lets_nothing_out_and_runs_once_it_is_filled_again(more):
    again = refill(25000, at_day=10.25)
    one, other = simulate(scanned(EMPTIED, again)), simulate(scanned(EMPTIED, mri(**more), again))
    assert same_physics(simulate(scanned(EMPTIED, again), other.time_h), other)
    assert texts(other, *VALVE) == [(10.0, "The reservoir holds nothing that could run out in the MRI.")]
    assert [one for one in kinds(other) if one not in ("mri", "empty_scan")] == kinds(one)
    assert race(scanned(EMPTIED, mri(**more), again), other).is_wrong is False


@pytest.mark.parametrize(("reset_day", "runs_day"), [(12.0, 12.0), (10.0, 10.0), (None, None)])
def test_a_second_valve_shuts_after_ten_microlitres_until_it_is_reset(reset_day, runs_day):
    result = simulate(scanned(mri(reset_day=reset_day)))
    slipped = result.at(240.0 + MINUTE_H).delivered_mcg - result.at(240.0).delivered_mcg
    if runs_day != 10.0:
        assert slipped == pytest.approx([0.01 * 25000.0], rel=1e-9)
    flows = result.signals["pumped_ml_h"]
    assert (flows.at(480.0 - 0.01) > 0.0) == (runs_day is not None)
    if runs_day == 12.0:
        assert flows.at([24.0 * 12.0 - 0.01, 24.0 * 12.0]).tolist() == pytest.approx([0.0, 0.968 * 0.2 / 24.0])
    shut = "The second valve shuts after 0.01 mL, 250 mcg into the CSF; nothing flows until it is reset."
    back = "The valve is reset: the pump gives drug again."
    if runs_day != 10.0:
        assert texts(result, *VALVE) == [(10.0, shut), *([(runs_day, back)] if runs_day else [])]
    # the pump senses nothing of it
    assert {"mri", *VALVE}.isdisjoint(one.kind for one in readout(result, 479.0).log)
    assert race(scanned(mri(reset_day=reset_day)), result).from_day == 10.0


def test_valves_that_stay_open_let_everything_out_within_a_minute():
    # 20 mL, 10 days at 0.2 mL/day x 0.968; 1.4 mL cannot be driven out
    result = simulate(
        scanned(mri(valves_open=True), {"kind": "stop", "at_day": 10.0}), time_h=[240.0, 240.0 + MINUTE_H]
    )
    out_ml = 20.0 - 10.0 * 0.2 * 0.968 - 1.4
    assert result.reservoir_true_ml.tolist() == pytest.approx([out_ml + 1.4, 1.4], rel=1e-9)
    assert result.delivered_mcg[1] - result.delivered_mcg[0] == pytest.approx(out_ml * 25000.0, rel=1e-9)
    ((_, text),) = texts(result, *VALVE)
    assert text == (
        "The field opens the valves: 16.664 mL run out of the reservoir, 416600 mcg into the CSF within a minute."
    )
    # the pump goes on counting what is no longer there
    assert result.reservoir_believed_ml.tolist() == pytest.approx([18.0, 18.0])
    assert "run_dry" in kinds(result)
    assert result.ledger.error_frac <= 1e-10


def test_what_runs_out_does_not_pass_a_complete_block():
    shut = fault("occlusion", 5.0, blocked_frac=1.0)
    result = simulate(scanned(mri(valves_open=True), faults=[shut]), time_h=[240.0, 241.0])
    assert result.delivered_mcg[0] == result.delivered_mcg[1]
    assert result.reservoir_true_ml[1] > 18.0


@pytest.mark.parametrize("more", [{"restart_delay_min": 120.0}, {"restart_delay_min": 120.0, "valves_open": True}])
def test_a_roller_stalls_with_a_critical_alarm_in_its_log_and_may_restart_late(more):
    result = simulate(scanned(mri(**more), pump="roller-20ml"))
    stall, back = (one for one in result.happenings if one.kind in ("motor_stall", "restart"))
    assert (stall.time_h, stall.alarm) == (240.0, "critical")
    assert back.time_h == pytest.approx(240.0 + 2.75)
    assert result.signals["pumped_ml_h"].at([240.0, 242.7, 242.8]).tolist() == pytest.approx([0.0, 0.0, 0.2 / 24.0])
    assert {"motor_stall", "restart"} <= {one.kind for one in readout(result, 479.0).log}
    assert not texts(result, *VALVE)


def test_a_gas_pump_feels_no_field():
    own = {"pump": "gas-20ml", "drug": "morphine-like"}
    one, other = (
        simulate(scenario(20, refill(2000), *more, **own), time_h=[100.0, 250.0, 480.0])
        for more in ([], [mri(valves_open=True, reset_day=12.0)])
    )
    assert same_physics(one, other)
    assert texts(other, *VALVE) == []


@pytest.mark.parametrize("hour", [200.0, 240.0 + 0.5 * MINUTE_H, 241.0, 260.0])
@pytest.mark.parametrize(
    "orders", [[EMPTIED, mri(), refill(25000, 10.25)], [mri(reset_day=12.0)], [mri(valves_open=True)]]
)
def test_a_run_saved_around_a_scan_goes_on_to_the_same_end(orders, hour):
    whole = simulate(scanned(*orders), time_h=[480.0])
    rest = go_on(whole.save(hour), time_h=[480.0])
    assert rest.reservoir_true_ml == pytest.approx(whole.reservoir_true_ml, abs=1e-10)
    assert rest.delivered_mcg == pytest.approx(whole.delivered_mcg, rel=1e-10)
    assert [h.text for h in rest.happenings] == [h.text for h in whole.happenings if h.time_h >= hour]


def test_a_scan_of_a_pump_that_a_refused_refill_left_full_finds_it_full():
    # the emptying needle does not find the septum
    result = simulate(scanned(EMPTIED, mri(reset_day=12.0), faults=[fault("flip", 9.0, end_day=11.0)]))
    assert [kind for kind in kinds(result) if kind in ("no_access", *VALVE)] == [
        "no_access",
        "valve_shut",
        "valve_reset",
    ]


def test_inv_01_air_before_a_discharge_hides_no_drug():
    # the air ends between two microseconds, in which a third of a microlitre runs out
    bubble = fault("air", 9.5, volume_ml=0.0123456789)
    result = simulate(scanned({"kind": "stop", "at_day": 9.4}, mri(valves_open=True), faults=[bubble]))
    assert result.ledger.error_frac <= 1e-11
