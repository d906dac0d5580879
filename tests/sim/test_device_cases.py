"""Single cases of pump and line that once went wrong, each named for the law it broke."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import Result, Scenario, ScenarioError, simulate
from tests.building import fault, flow, rate, refill, scenario, shelf

FLUSH = {"kind": "cap_injection", "at_day": 15.0}
DRAW = {"kind": "cap_aspiration", "at_day": 15.0}
FLIPPED = {"start_day": 2.0, "end_day": 6.0}


def kinds(result: Result) -> list[str]:
    return [one.kind for one in result.happenings]


def at_end(result: Result, place: str) -> float:
    return result.ledger.at_end()[place]


# ------------------------------------------------------------------ side port


@pytest.mark.parametrize("volume_ml", [0.05, 0.2, 10.0, 20.0])
@pytest.mark.parametrize("order", [FLUSH, DRAW])
def test_inv_01_what_a_side_port_moves_is_accounted_for(order, volume_ml):
    result = simulate(scenario(30, refill(2000), rate(200), {**order, "volume_ml": volume_ml}))
    assert result.ledger.error_frac <= 1e-10
    # the catheter holds 0.2 mL of 2000 mcg/mL
    moved_mcg = 2000.0 * min(volume_ml, 0.2)
    before, after = result.at(360.0), result.at(360.0 + 1.0 / 60.0)
    pumped_mcg = 200.0 / 24.0 / 60.0
    if order is FLUSH:
        assert after.delivered_mcg - before.delivered_mcg == pytest.approx([moved_mcg + pumped_mcg], abs=pumped_mcg)
    else:
        assert at_end(after, "withdrawn") - at_end(before, "withdrawn") == pytest.approx(
            moved_mcg, abs=1.1 * pumped_mcg
        )


def test_inv_01_a_draw_takes_what_the_pump_sends_meanwhile():
    # as much is drawn within a minute as the pump gives: nothing comes back up, nothing goes on
    result = simulate(scenario(1, refill(2000), flow(24.0), {**DRAW, "at_day": 0.5, "volume_ml": 1.0 / 60.0}))
    before, after = result.at(12.0), result.at(12.0 + 1.0 / 60.0)
    assert at_end(after, "withdrawn") - at_end(before, "withdrawn") == pytest.approx(2000.0 / 60.0, rel=1e-9)
    assert after.delivered_mcg == pytest.approx(before.delivered_mcg, rel=1e-12)
    assert result.ledger.error_frac <= 1e-12


def test_inv_02_what_is_done_at_the_port_at_one_instant_is_done_one_after_the_other():
    two = [{**DRAW, "at_day": 1.0, "volume_ml": 0.1}, {**FLUSH, "at_day": 1.0, "volume_ml": 0.3}]
    port = simulate(scenario(3, refill(2000), rate(200), *two)).signals["port_ml_h"]
    assert port.at([24.0, 24.01, 24.0 + 1.5 / 60.0, 24.1]).tolist() == pytest.approx([-6.0, -6.0, 18.0, 0.0])
    assert port.area()[-1] == pytest.approx(0.2, rel=1e-12)


# ------------------------------------------------------------------ refills that are not given


def test_inv_03_a_pump_that_was_never_filled_gives_no_alarm_and_no_drug():
    result = simulate(scenario(10, refill(2000, at_day=3.0), rate(200, 3.0), faults=[fault("flip", **FLIPPED)]))
    assert kinds(result).count("no_access") == 1
    assert not {"low_alarm", "empty_alarm", "run_dry", "refill"} & set(kinds(result))
    assert result.delivered_mcg[-1] == pytest.approx(0.4 * 0.0)


def test_inv_26_a_refill_comes_before_a_flip_of_the_same_instant_and_after_its_end():
    fills = [refill(2000), *(refill(2000, at_day=day) for day in (2.0, 4.0, 6.0))]
    result = simulate(scenario(10, *fills, rate(200), faults=[fault("flip", **FLIPPED)]))
    assert [one.time_h for one in result.happenings if one.kind == "no_access"] == [96.0]
    assert kinds(result).count("refill") == 3


@pytest.mark.parametrize(("more", "n_dry"), [([], 1), ([refill(2000, at_day=50.0)], 2)], ids=["not filled", "filled"])
def test_inv_16_a_pump_runs_dry_once_per_fill_even_if_its_rest_is_taken_out_unseen(more, n_dry):
    # 18.6 mL at 0.5 mL/day last 37.2 days
    taken = fault("diversion", 45.0, volume_ml=1.0)
    result = simulate(scenario(90, refill(2000), flow(0.5), *more, faults=[taken]))
    assert kinds(result).count("run_dry") == n_dry
    assert result.at(24.0 * 46.0).reservoir_true_ml == pytest.approx([0.4], abs=1e-9)
    assert next(one.time_h for one in result.happenings if one.kind == "run_dry") == pytest.approx(24.0 * 37.2)


@pytest.mark.parametrize(("missing_ml", "is_short"), [(0.0005, False), (0.002, True)])
def test_a_draw_is_short_only_by_more_than_a_syringe_can_measure(missing_ml, is_short):
    # 15 mL are asked for on day 10, and a little less is there
    taken = fault("diversion", 5.0, volume_ml=missing_ml)
    again = refill(2000, at_day=10.0, draw_ml=15.0)
    result = simulate(scenario(20, refill(2000), flow(0.5), again, faults=[taken]))
    assert ("short_draw" in kinds(result)) == is_short
    assert result.at(240.0).reservoir_true_ml == pytest.approx([20.0], abs=1e-9)


def bursting(start_day: float, **fields: Any) -> dict[str, Any]:
    return fault("occlusion", start_day, blocked_frac=1.0, outcome="burst", position_frac=0.25, **fields)


def test_inv_30_a_burst_is_told_and_opens_the_line_where_it_was_blocked():
    for ml_day in (0.5, 0.2345, 1.0):
        result = simulate(scenario(20, refill(2000), flow(ml_day), faults=[bursting(1.0, end_day=10.0)]))
        assert kinds(result).count("burst") == 1
        burst_day = 1.0 + 0.046 / ml_day
        when = [one.time_h for one in result.happenings if one.kind == "burst"]
        assert when == pytest.approx([24.0 * burst_day], rel=1e-9)
        assert result.delivered_mcg[-1] == pytest.approx(2000.0 * ml_day, rel=1e-9)
        assert result.leaks[0][0] == pytest.approx(0.25)
        assert result.ledger.error_frac <= 1e-12


def test_inv_30_a_line_that_cannot_stretch_bursts_at_once():
    stiff = shelf(catheter={"compliance_ml_kpa": 0.0})
    result = simulate(scenario(5, refill(2000), flow(0.5), faults=[bursting(1.0)]), catalogue=stiff)
    assert [one.time_h for one in result.happenings if one.kind == "burst"] == [24.0]


def test_inv_30_a_burst_in_the_last_instant_of_a_block_ends_the_walk():
    # full after exactly 2.208 h, and the block ends then
    result = simulate(scenario(5, refill(2000), flow(0.5), faults=[bursting(1.0, end_day=1.0 + 2.208 / 24.0)]))
    assert result.ledger.error_frac <= 1e-12


def test_inv_12_a_line_that_bursts_makes_room_for_a_refill():
    # the block holds 9.95 mL back; the burst before it lets them out, so that the refill fits
    told = scenario(
        15, refill(2000), flow(1.0), refill(2000, at_day=11.0, draw_ml=0.0, in_ml=11.0), faults=[bursting(1.0)]
    )
    assert "refused_refill" not in kinds(simulate(told))
    held = [fault("occlusion", 1.0, blocked_frac=1.0)]
    assert "refused_refill" in kinds(simulate(told.model_copy(update={"faults": checked(held)})))


def checked(listed: list[dict[str, Any]]) -> Any:
    return scenario(1, refill(2000), faults=listed).faults


@pytest.mark.parametrize("outcome", ["stall", "burst"])
def test_inv_30_a_full_line_that_is_then_blocked_altogether_stalls_or_bursts(outcome):
    partly = fault("occlusion", 1.0, blocked_frac=0.5)
    wholly = fault("occlusion", 5.0, blocked_frac=1.0, outcome=outcome)
    result = simulate(scenario(10, refill(2000), flow(0.5), faults=[partly, wholly]))
    kind = {"stall": "motor_stall", "burst": "burst"}[outcome]
    assert [one.time_h for one in result.happenings if one.kind == kind] == [120.0]


@pytest.mark.parametrize("blocked_frac", [0.5, 1.0])
def test_inv_30_a_pump_that_stalls_at_a_complete_block_stalls_whatever_another_block_would_do(blocked_frac):
    # the line is full 2.208 h after the complete block; of two complete ones the first decides
    stalling = fault("occlusion", 1.0, blocked_frac=1.0, outcome="stall")
    for start_day in (0.95, 1.05) if blocked_frac < 1.0 else (1.05,):
        other = fault("occlusion", start_day, blocked_frac=blocked_frac, outcome="burst")
        result = simulate(scenario(10, refill(2000), flow(0.5), faults=[stalling, other]))
        assert kinds(result).count("motor_stall") == 1
        assert "burst" not in kinds(result)
        assert result.leaked_mcg[-1] == 0.0


def test_inv_30_a_fill_that_is_topped_up_at_once_sounds_no_alarm():
    drop = refill(2000, at_day=1.0, in_ml=1.0)
    result = simulate(scenario(10, refill(2000), rate(200), drop, refill(2000, at_day=1.0, draw_ml=0.0, in_ml=19.0)))
    assert "low_alarm" not in kinds(result)


# ------------------------------------------------------------------ orders


def test_dev_09_a_bridge_is_capped_at_the_highest_flow():
    bridge = {"kind": "bridge_bolus", "at_day": 2.0, "old_mcg_ml": 1.0}
    result = simulate(scenario(10, refill(2000), rate(2000), bridge))
    # 2000 mcg/day at 1 mcg/mL would be 2000 mL/day, for 0.2 h
    assert 24.0 * result.signals["command_ml_h"].value.max() == pytest.approx(24.0, rel=1e-12)
    assert "capped_bridge_bolus" in kinds(result)


def test_a_drug_that_is_not_given_by_mouth_is_refused_by_name():
    tablets = {"kind": "oral", "dose_mcg": 100.0, "every_h": 12.0}
    with pytest.raises(ScenarioError, match=r"orders\[2\].kind = 'oral': 'tracer' is not given by mouth"):
        simulate(scenario(10, refill(2000), rate(200), tablets, drug="tracer"))


def repaired(*orders: dict[str, Any]) -> Scenario:
    wrong = [
        fault("tear", 1.0, lost_frac=0.5, position_frac=0.75),
        fault("occlusion", 1.0, blocked_frac=0.25),
    ]
    return scenario(10, refill(2000), rate(200), *orders, faults=wrong)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_inv_26_two_repairs_at_one_instant_are_both_done(order):
    both = [{"kind": "repair", "at_day": 5.0, "fault": one, "is_primed": False} for one in order]
    result = simulate(repaired(*both))
    # a new catheter from the connector on, and a new end: all of it holds CSF
    (plugs,) = result.plugs_at(120.0 + 1e-9)
    assert sum(volume for volume, mcg_ml in plugs if mcg_ml == 0.0) == pytest.approx(0.2, abs=1e-7)


# ------------------------------------------------------------------ holes


@pytest.mark.parametrize("diameter_um", [1e-290, 1e-60, 1e-3])
def test_inv_20_a_hole_of_next_to_no_width_loses_next_to_nothing(diameter_um):
    hole = fault("hole", 1.0, diameter_um=diameter_um, position_frac=0.5)
    result = simulate(scenario(10, refill(2000), rate(200), faults=[hole]))
    assert result.delivered_mcg[-1] == pytest.approx(2000.0, rel=1e-9)


@pytest.mark.parametrize("bore_mm", [0.0, 1e-290, 1e-60])
def test_inv_19_next_to_no_bore_is_a_complete_block(bore_mm):
    narrow = fault("narrowing", 1.0, bore_mm=bore_mm)
    result = simulate(scenario(10, refill(2000), rate(200), faults=[narrow]))
    blocked = simulate(scenario(10, refill(2000), rate(200), faults=[fault("occlusion", 1.0, blocked_frac=1.0)]))
    assert result.delivered_mcg[-1] == pytest.approx(blocked.delivered_mcg[-1], rel=1e-12)
    assert result.stored_ml[-1] == pytest.approx(blocked.stored_ml[-1], rel=1e-9)


def test_a_hole_next_to_another_leak_is_carried_in_no_more_steps_than_fronts():
    # a tube of 1e-13 mL between two leaks is swept 1e14 times in a month
    near = [fault("hole", 1.0, diameter_um=50.0, position_frac=0.5 + shift) for shift in (0.0, 5e-13)]
    result = simulate(scenario(30, refill(2000), rate(1000), faults=near))
    assert result.ledger.error_frac <= 1e-12
    assert (result.signals["tip_ml_h"].value[-1:] < 0.0).all()
    assert np.isfinite(result.leaked_mcg).all()
