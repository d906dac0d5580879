"""Blocks: what is held back, stored, freed, or bursts; kinks, bores and pressure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import (
    Scenario,
    catalogue,
    simulate,
)
from sim.body.level import band_weights
from sim.device.catheter import (
    KPA_H_ML_PER_PA_S_M3,
    Line,
    healthy_line,
    poiseuille_kpa_h_ml,
    storage_ml,
)
from sim.scenario import with_values
from tests.building import fault, flow, rate, refill, scenario, shelf
from tests.device import bursting, half_leak, hours_of, kinds, resistance_kpa_h_ml

STORAGE_ML = 0.046  # 0.23 microlitre per kPa up to 200 kPa


@pytest.mark.parametrize(
    ("orders", "faults", "n_block"),
    [
        ([{"kind": "stop", "at_day": 2.0003}, flow(0.5, 3)], [], 0),
        ([], [fault("stall", 2.0003, end_day=3)], 0),
        ([flow(5.0, 1)], [], 0),
        ([], [fault("occlusion", 2.0003, end_day=3, blocked_frac=1.0)], 1),
        ([], [fault("kink", 1, closed_h_per_day=5.0)], 6),
    ],
    ids=["stop", "stall", "empty", "block", "kink"],
)
def test_dev_22_a_stop_leaves_at_most_one_stroke_over_and_each_block_breaks_one(orders, faults, n_block):
    example = scenario(6, refill(2000), flow(0.5), *orders, faults=faults, pump="valve-20ml")
    mean, single = simulate(example), simulate(with_values(example, {"is_stroke_shown": True}))
    assert single.ledger.error_frac <= 1e-12
    tick = np.union1d(mean.signals["pumped_ml_h"].edge_tick, single.signals["pumped_ml_h"].edge_tick)
    missing = mean.signals["pumped_ml_h"].area_to(tick) - single.signals["pumped_ml_h"].area_to(tick)
    # a stroke goes on gathering after a stop; one against a full line is lost
    assert missing.min() >= -0.002 * n_block - 1e-9
    assert missing.max() <= 0.002 * (1 + n_block) * (1 + 1e-6)


def test_dev_24_a_block_before_and_one_behind_the_pump_are_told_apart():
    behind = simulate(scenario(40, refill(2000), flow(0.5), faults=[fault("occlusion", 5, blocked_frac=1.0)]))
    before = simulate(scenario(40, refill(2000), flow(0.5)))
    # behind the pump the line is stretched; with an empty reservoir before it nothing is
    assert behind.pressure_kpa.max() == pytest.approx(200.0, rel=1e-12)
    assert before.pressure_kpa.max() == 0.0
    assert ("slip" in kinds(behind), "run_dry" in kinds(behind)) == (True, False)
    assert ("slip" in kinds(before), "run_dry" in kinds(before)) == (False, True)


@pytest.mark.parametrize("ml_day", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("outcome", ["slip", "stall", "burst"])
def test_dev_25_the_limit_is_reached_after_compliance_times_pressure_over_flow(ml_day, outcome):
    block = fault("occlusion", 2, blocked_frac=1.0, outcome=outcome)
    result = simulate(scenario(20, refill(2000), flow(ml_day), faults=[block]))
    kind = {"slip": "slip", "stall": "motor_stall", "burst": "burst"}[outcome]
    (reached,) = hours_of(result, kind)
    assert reached - 48.0 == pytest.approx(0.00023 * 200 / (ml_day / 24), rel=0.01)
    # hours, where a pump at the bedside needs minutes
    assert reached - 48.0 > 1.0


@pytest.mark.parametrize("blocked_frac", [0.5, 1.0])
@pytest.mark.parametrize("hours", [0.5, 3.0, 48.0])
def test_dev_26_what_comes_out_at_release_is_bounded_by_compliance_times_pressure(blocked_frac, hours):
    block = fault("occlusion", 2, end_day=2 + hours / 24, blocked_frac=blocked_frac)
    ends = 48 + hours
    result = simulate(scenario(6, refill(2000), flow(0.5), faults=[block]), time_h=[48.0, ends, ends + 1 / 60, 144.0])
    freed_ml = (result.delivered_mcg[2] - result.delivered_mcg[1]) / 2000 - 0.5 / 1440
    assert freed_ml == pytest.approx(min(STORAGE_ML, blocked_frac * 0.5 / 24 * hours), rel=1e-6)
    assert freed_ml <= storage_ml_of_reference() * (1 + 1e-9)
    # never more in all than an open line would have given
    assert result.delivered_mcg[3] <= 2000 * 0.5 * 6 * (1 + 1e-12)


def storage_ml_of_reference() -> float:
    shelf_ = catalogue()
    return storage_ml(healthy_line(shelf_.pumps["roller-20ml"], shelf_.catheters["one-piece-80cm"]))


def test_iec_3_the_unintended_bolus_after_a_release_grows_with_compliance_up_to_the_limit():
    block = fault("occlusion", 1, end_day=3, blocked_frac=1.0, outcome="slip")
    example = scenario(6, refill(2000), flow(0.5), faults=[block])
    for compliance in (0.00006, 0.00023, 0.001):
        supple = shelf(catheter={"compliance_ml_kpa": compliance})
        result = simulate(example, time_h=[72.0, 72.0 + 1 / 60], catalogue=supple)
        freed_ml = np.diff(result.delivered_mcg)[0] / 2000 - 0.5 / 1440
        assert freed_ml == pytest.approx(200 * compliance, rel=1e-6)


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


@pytest.mark.parametrize("bore_mm", [0.0, 1e-290, 1e-60])
def test_inv_19_next_to_no_bore_is_a_complete_block(bore_mm):
    narrow = fault("narrowing", 1.0, bore_mm=bore_mm)
    result = simulate(scenario(10, refill(2000), rate(200), faults=[narrow]))
    blocked = simulate(scenario(10, refill(2000), rate(200), faults=[fault("occlusion", 1.0, blocked_frac=1.0)]))
    assert result.delivered_mcg[-1] == pytest.approx(blocked.delivered_mcg[-1], rel=1e-12)
    assert result.stored_ml[-1] == pytest.approx(blocked.stored_ml[-1], rel=1e-9)


def test_tv19_a_complete_block_of_13_5_days_in_90_stays_within_the_accuracy():
    block = fault("occlusion", 30, end_day=43.5, blocked_frac=1.0)
    rigid = shelf(catheter={"compliance_ml_kpa": 0.0})
    result = simulate(scenario(90, refill(2000), flow(0.2), faults=[block]), catalogue=rigid)
    surplus = result.reservoir_true_ml[-1] - result.reservoir_believed_ml[-1]
    assert surplus == pytest.approx(2.7, abs=1e-9)
    assert surplus / result.signals["command_ml_h"].area()[-1] == pytest.approx(0.15, abs=1e-9)


@pytest.mark.parametrize(
    ("length_cm", "ml_cm", "pa_s_m3", "drops_pa"),
    [
        (110, 0.0026, 2.86e11, (0.33, 1.66, 3.31, 79.5)),
        (89, 0.0022, 3.24e11, (0.37, 1.87, 3.74, 89.9)),
        (140, 0.0022, 5.09e11, (0.59, 2.94, 5.89, 141)),
    ],
)
def test_table_3_2_a_patent_catheter_drops_next_to_nothing(length_cm, ml_cm, pa_s_m3, drops_pa):
    resistance = resistance_kpa_h_ml(length_cm, ml_cm)
    assert resistance / KPA_H_ML_PER_PA_S_M3 == pytest.approx(pa_s_m3, rel=0.002)
    for ml_day, drop_pa in zip((0.1, 0.5, 1.0, 24.0), drops_pa, strict=True):
        # to the printed digits
        assert 1000 * resistance * ml_day / 24 == pytest.approx(drop_pa, rel=0.005, abs=0.005)


def test_table_3_3_a_kink_to_a_tenth_of_the_bore_adds_105_pa():
    assert 1000 * poiseuille_kpa_h_ml(5.0, 0.0529) * 0.5 / 24 == pytest.approx(105, abs=0.5)


@pytest.mark.parametrize(("kpa", "bore_um", "digit"), [(10, 17, 0.5), (50, 11, 0.5), (100, 9.5, 0.05)])
def test_table_3_3_the_bore_that_needs_a_pressure_is_two_to_three_percent(kpa, bore_um, digit):
    bores = np.arange(bore_um - digit, bore_um + digit, digit / 1000)
    needs = [poiseuille_kpa_h_ml(5.0, 1e-3 * bore) * 0.5 / 24 for bore in bores]
    assert min(needs) < kpa < max(needs)
    assert 0.015 < 1e-3 * bore_um / 0.529 < 0.035


@pytest.mark.parametrize(
    ("compliance_ml_kpa", "ml_day", "hours"),
    [(0.00023, 0.1, 5.5), (0.00023, 0.5, 1.1), (0.00023, 1.0, 0.55), (0.000062, 0.1, 1.5), (0.000062, 0.5, 0.30)],
)
def test_table_3_3_a_blocked_line_reaches_100_kpa_in_hours(compliance_ml_kpa, ml_day, hours):
    block = fault("occlusion", 1, blocked_frac=1.0)
    example = scenario(3, refill(2000), flow(ml_day), faults=[block])
    supple = shelf(catheter={"compliance_ml_kpa": compliance_ml_kpa})
    result = simulate(example, time_h=24 + np.linspace(0.9, 1.1, 201) * hours, catalogue=supple)
    reached = result.time_h[np.flatnonzero(result.pressure_kpa >= 100)[0]] - 24
    assert reached == pytest.approx(hours, rel=0.02)


@pytest.mark.parametrize(("compliance_ml_kpa", "kpa_h"), [(0.00023, 91), (0.0000625, 333)])
def test_table_3_3_pressure_climbs_by_flow_over_compliance(compliance_ml_kpa, kpa_h):
    block = fault("occlusion", 1, blocked_frac=1.0)
    example = scenario(3, refill(2000), flow(0.5), faults=[block])
    supple = shelf(catheter={"compliance_ml_kpa": compliance_ml_kpa})
    result = simulate(example, time_h=[24.0, 24.25], catalogue=supple)
    assert result.pressure_kpa[0] == 0.0
    assert 4 * result.pressure_kpa[1] == pytest.approx(kpa_h, abs=0.5)


def test_table_3_3_an_air_bubble_of_20_microlitres_takes_10_at_100_kpa():
    def sprung_ml(limit_kpa: float) -> float:
        return storage_ml(Line((), compliance_ml_kpa=0.0, limit_kpa=limit_kpa, air_ml=0.020))

    assert 1000 * sprung_ml(100) == pytest.approx(10, abs=0.1)
    assert 1000 * sprung_ml(1.0) == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize(("limit_kpa", "low", "high"), [(100, 6, 23), (300, 19, 69)])
def test_table_3_3_what_a_line_stores_and_frees(limit_kpa, low, high):
    found = [1000 * storage_ml(Line((), compliance, limit_kpa)) for compliance in (0.000062, 0.00023)]
    assert found == pytest.approx([low, high], abs=0.5)
    # of 2000 mcg/mL, 12 to 140 mcg
    assert 12 <= 2 * found[0] <= 2 * found[1] <= 140


def test_the_lumbar_level_is_99_percent_of_the_way_twenty_hours_after_the_repair():
    result = simulate(half_leak(), time_h=[480.0, 500.0, 720.0])
    level = result.csf_mcg_ml @ band_weights("L1", "S2")
    assert (level[1] - level[0]) / (level[2] - level[0]) == pytest.approx(0.99, abs=0.005)


@pytest.mark.parametrize(("dose", "days"), [(500, 8), (200, 20)])
def test_a_full_block_shows_as_two_millilitres_less_what_the_line_stores(dose, days):
    block = fault("occlusion", 5, blocked_frac=1.0)
    result = simulate(scenario(5 + days, refill(2000), rate(dose), faults=[block]))
    surplus = result.reservoir_true_ml[-1] - result.reservoir_believed_ml[-1]
    assert surplus == pytest.approx(1.954, abs=1e-9)
    assert result.pressure_kpa[-1] == pytest.approx(200.0, rel=1e-12)
    # released over one minute, the stored volume is all that comes late
    freed = simulate(
        scenario(6 + days, refill(2000), rate(dose), faults=[{**block, "end_day": 5.0 + days}]),
        time_h=[24.0 * (5 + days), 24.0 * (5 + days) + 1 / 60, 24.0 * (6 + days)],
    )
    assert freed.delivered_mcg[1] - freed.delivered_mcg[0] == pytest.approx(0.046 * 2000 + dose / 1440, rel=1e-9)
    assert freed.delivered_mcg[2] - freed.delivered_mcg[1] == pytest.approx(dose * 1439 / 1440, rel=1e-9)
