"""Leaks and holes: where drug leaves the line, and CSF that runs backwards."""

from __future__ import annotations

import numpy as np
import pytest

from sim import (
    simulate,
)
from sim.device.catheter import (
    KPA_H_ML_PER_PA_S_M3,
    WALL_MM,
    Leak,
    hole_kpa_h_ml,
)
from sim.device.leaks import tube_flows
from tests.building import fault, flow, rate, refill, scenario
from tests.device import half_leak, line_of, resistance_kpa_h_ml, tip_mcg_day


@pytest.mark.parametrize(
    "wrong",
    [
        fault("occlusion", 1, end_day=3, blocked_frac=1.0),
        fault("narrowing", 1, end_day=3, bore_mm=0.005),
        fault("kink", 1, closed_h_per_day=8.0),
        fault("tear", 1, lost_frac=1.0),
        fault("disconnection", 1),
        fault("stall", 1, end_day=2),
        fault("air", 1, volume_ml=0.05),
        fault("diversion", 1, volume_ml=5.0),
        fault("granuloma", 1, transfer_frac=0.5, grows_day=2.0),
    ],
    ids=lambda wrong: wrong["kind"],
)
def test_dev_23_nothing_runs_backwards_at_the_tip(wrong):
    result = simulate(scenario(6, refill(2000), flow(0.5), faults=[wrong], drug="morphine-like"))
    assert (result.signals["tip_ml_h"].value >= 0.0).all()


def test_dev_23_but_for_a_hole_through_which_csf_runs_out():
    result = simulate(scenario(6, refill(2000), flow(0.5), faults=[fault("hole", 1, diameter_um=50)]), time_h=[100.0])
    assert result.tip_ml_h[0] < 0.0
    assert result.tip_mcg_h[0] == 0.0


def test_dev_28_a_leak_before_at_and_after_the_pump_is_booked_by_its_place():
    healthy = simulate(scenario(10, refill(2000), flow(0.5)))
    # before: beside the septum
    pocket = simulate(scenario(10, refill(2000, pocket_ml=5.0), flow(0.5)), time_h=[0.0])
    assert pocket.ledger.at_end()["tissue_depot"] == pytest.approx(10_000, rel=1e-12)
    # at the connector, in the middle, at the tip
    sites = [
        fault("disconnection", 4),
        fault("tear", 4, position_frac=0.5, lost_frac=0.4),
        fault("hole", 4, diameter_um=10, position_frac=0.9),
    ]
    for wrong, at_ml in zip(sites, (0.2, 0.3, 0.38), strict=True):
        result = simulate(scenario(10, refill(2000), flow(0.5), faults=[wrong]))
        ((position_ml, lost),) = result.leaks
        assert position_ml == pytest.approx(at_ml, rel=1e-9)
        tip = result.signals["tip_ml_h"].area()[-1]
        assert lost.area()[-1] + tip == pytest.approx(healthy.signals["tip_ml_h"].area()[-1], rel=1e-9)
        # of drug as much is missing at the tip as left elsewhere
        assert result.delivered_mcg[-1] + result.leaked_mcg[-1] == pytest.approx(healthy.delivered_mcg[-1], rel=1e-9)
        assert result.leaked_mcg[-1] > 0.0


@pytest.mark.parametrize("diameter_um", [1e-290, 1e-60, 1e-3])
def test_inv_20_a_hole_of_next_to_no_width_loses_next_to_nothing(diameter_um):
    hole = fault("hole", 1.0, diameter_um=diameter_um, position_frac=0.5)
    result = simulate(scenario(10, refill(2000), rate(200), faults=[hole]))
    assert result.delivered_mcg[-1] == pytest.approx(2000.0, rel=1e-9)


def test_a_hole_next_to_another_leak_is_carried_in_no_more_steps_than_fronts():
    # a tube of 1e-13 mL between two leaks is swept 1e14 times in a month
    near = [fault("hole", 1.0, diameter_um=50.0, position_frac=0.5 + shift) for shift in (0.0, 5e-13)]
    result = simulate(scenario(30, refill(2000), rate(1000), faults=near))
    assert result.ledger.error_frac <= 1e-12
    assert (result.signals["tip_ml_h"].value[-1:] < 0.0).all()
    assert np.isfinite(result.leaked_mcg).all()


FLOWS = (0.1, 0.5, 1.0, 5.0, 24.0)


DP_KPA = 1.2


@pytest.mark.parametrize(("diameter_um", "share"), [(15, 0.14), (50, 0.0)])
def test_tv20_a_hole_of_15_micrometres_passes_a_seventh_and_one_of_50_nothing(diameter_um, share):
    hole = fault("hole", 1, diameter_um=diameter_um)
    example = scenario(5, refill(2000), flow(0.5), faults=[hole], catheter="one-piece-89cm")
    result = simulate(example, time_h=[48.0])
    assert max(0.0, result.tip_ml_h[0]) / result.pumped_ml_h[0] == pytest.approx(share, abs=0.1 * share)


HOLES = {
    10: (1.2e15, (0.16, 0.83, 0.92, 0.98, 1.00), 0.08),
    15: (2.4e14, (0.0, 0.14, 0.57, 0.91, 0.98), 0.43),
    20: (7.7e13, (0.0, 0.0, 0.0, 0.73, 0.94), 1.35),
    50: (2.0e12, (0.0, 0.0, 0.0, 0.0, 0.0), 53),
}


CELLS = [(d, ml_day, f) for d, (_, row, _) in HOLES.items() for ml_day, f in zip(FLOWS, row, strict=True)]


def past_hole_ml_day(diameter_um: float, ml_day: float, position_frac: float = 0.0) -> float:
    line = line_of(89, 0.0022)
    leak = Leak(line.catheter_position_ml(position_frac), kpa_h_ml=hole_kpa_h_ml(diameter_um))
    return float(24 * tube_flows(np.array([ml_day / 24]), line.leaking(leak), DP_KPA).catheter[-1][0])


@pytest.mark.parametrize(("diameter_um", "ml_day", "share"), CELLS)
def test_table_3_4_share_that_passes_a_hole(diameter_um, ml_day, share):
    # one cell prints 0.16 where its own inputs give 0.1545
    assert max(0.0, past_hole_ml_day(diameter_um, ml_day) / ml_day) == pytest.approx(share, abs=0.006)


@pytest.mark.parametrize("diameter_um", HOLES)
def test_table_3_4_resistance_of_a_hole_and_csf_lost_through_it_with_the_pump_off(diameter_um):
    pa_s_m3, _, lost_ml_day = HOLES[diameter_um]
    assert hole_kpa_h_ml(diameter_um) / KPA_H_ML_PER_PA_S_M3 == pytest.approx(pa_s_m3, rel=0.03)
    # the printed loss leaves the line beyond the hole out: the hole beside the tip
    assert -past_hole_ml_day(diameter_um, 0.0, 1.0) == pytest.approx(lost_ml_day, rel=0.01, abs=0.005)
    assert -past_hole_ml_day(diameter_um, 0.0, 0.0) < lost_ml_day + 0.005


def test_table_3_4_a_cut_end_loses_320_ml_a_day():
    assert 24 * DP_KPA / resistance_kpa_h_ml(89, 0.0022) == pytest.approx(320, abs=1)


@pytest.mark.parametrize(("ml_day", "diameter_um"), list(zip(FLOWS, (10.4, 15.6, 18.5, 27.7, 41), strict=True)))
def test_table_3_4_the_width_from_which_all_is_lost(ml_day, diameter_um):
    assert WALL_MM == 0.43
    assert past_hole_ml_day(diameter_um - 0.1, ml_day) > 0.0
    assert past_hole_ml_day(diameter_um + 0.1, ml_day) < 0.0


def test_a_mended_leak_turns_the_doubled_dose_into_twice_the_first_one():
    result = simulate(half_leak())
    assert tip_mcg_day(result, 2, 7, 15, 25) == [200.0, 100.0, 200.0, 400.0]


@pytest.mark.parametrize(("flow_ml_day", "share"), [(0.5, 0.14), (1.0, 0.57)])
def test_a_hole_of_15_micrometres_passes_a_share_that_grows_with_the_flow(flow_ml_day, share):
    hole = fault("hole", 5, diameter_um=15)
    example = scenario(10, refill(2000), flow(flow_ml_day), faults=[hole], catheter="one-piece-89cm")
    result = simulate(example, time_h=[0, 168])
    assert result.tip_ml_h[1] / result.pumped_ml_h[1] == pytest.approx(share, abs=0.005)
    assert result.tip_ml_h[1] + result.leak_ml_h[1] == pytest.approx(result.pumped_ml_h[1], rel=1e-12)
    assert result.reservoir_true_ml[1] == result.reservoir_believed_ml[1]


@pytest.mark.parametrize("flow_ml_day", [0.5, 1.0])
def test_a_hole_of_50_micrometres_takes_the_whole_dose_and_csf_besides(flow_ml_day):
    hole = fault("hole", 5, diameter_um=50)
    example = scenario(10, refill(2000), flow(flow_ml_day), faults=[hole], catheter="one-piece-89cm")
    result = simulate(example, time_h=[0, 168])
    assert result.tip_mcg_h[1] == 0.0
    assert result.tip_ml_h[1] < 0.0
    assert result.leak_ml_h[1] > result.pumped_ml_h[1]
    assert {one.kind for one in result.happenings}.isdisjoint({"low_alarm", "motor_stall", "empty_alarm"})


def test_a_side_port_flush_pushes_the_whole_catheter_into_the_csf_at_once():
    flush = {"kind": "cap_injection", "at_day": 1, "volume_ml": 0.2}
    result = simulate(scenario(5, refill(2000), rate(200), flush), time_h=[24.0, 24.0 + 1 / 60, 48.0, 72.0, 73.0])
    # by hand it takes a minute
    assert result.delivered_mcg[1] - result.delivered_mcg[0] == pytest.approx(400, abs=0.01)
    # then the catheter holds next to none (what the pump gave meanwhile), and the pump fills it again in two days
    assert 24 * result.tip_mcg_h[2] < 0.1
    assert 24 * result.tip_mcg_h[4] == pytest.approx(200, rel=1e-12)
