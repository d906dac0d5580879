"""Answers known on paper, to the printed digits (20 mL, alarm 2, unpumpable 1.4, line 0.4 mL).

Every row of the model's table of numbers stands here as a sentence.
"""

import numpy as np
import pytest

from sim import Result, Scenario, catalogue, metrics, read_scenario, simulate
from sim.body.canal import CELLS, Canal, network
from sim.body.effect import steady_amounts
from sim.body.level import band_weights, level_cm, point_weights
from tests.building import bolus, fault, flow, rate, refill, scenario, shelf

OTHER_LINE = shelf(pump={"path_ml": 0.199}, catheter={"length_cm": 89.0, "volume_ml_cm": 0.196 / 89.0})


def tip_mcg_day(result: Result, *days: float) -> list[float]:
    return (24.0 * result.signals["tip_mcg_h"].at(24.0 * np.array(days))).round(6).tolist()


def spells(result: Result) -> list[tuple[float, float]]:
    """(mcg/day, days) of each level of the dose at the tip; fronts pass within a tick and are left out."""
    dose = result.signals["tip_mcg_h"]
    days = np.diff(dose.edge_tick) / 8.64e10
    return [(round(24.0 * v, 6), round(d, 6)) for v, d in zip(dose.value, days, strict=True) if d > 1e-9]


@pytest.mark.parametrize(("mcg_ml", "flow", "alarm", "empty"), [(2000, 0.10, 180, 186), (500, 0.40, 45, 46.5)])
def test_the_refill_interval_is_volume_over_flow(mcg_ml, flow, alarm, empty):
    result = simulate(scenario(200, refill(mcg_ml), rate(200)))
    assert 24.0 * result.command_ml_h[0] == pytest.approx(flow, rel=1e-12)
    assert metrics.alarm_day(result) == alarm
    assert metrics.empty_day(result) == empty
    assert tip_mcg_day(result, 0.0, empty - 0.01, empty + 0.01) == [200.0, 200.0, 0.0]


@pytest.mark.parametrize(("line_start", "day"), [("csf", 4.0), ("pump_path", 2.0), ("drug", 0.0)])
def test_an_unprimed_line_delays_the_first_drug(line_start, day):
    result = simulate(scenario(10, refill(2000), rate(200), line_start=line_start))
    assert metrics.first_drug_at_tip_day(result) == pytest.approx(day, abs=1e-10)


def test_a_stronger_drug_without_bridge_gives_a_quarter_for_four_days():
    result = simulate(scenario(40, refill(500), rate(200), refill(2000, at_day=20)))
    assert spells(result) == [(200.0, 20.0), (50.0, 4.0), (200.0, 16.0)]


def test_a_weaker_drug_without_bridge_gives_four_times_for_a_day():
    result = simulate(scenario(40, refill(2000), rate(200), refill(500, at_day=20)))
    assert spells(result) == [(200.0, 20.0), (800.0, 1.0), (200.0, 19.0)]


def test_a_wrong_strength_gives_four_times_the_dose_and_nothing_shows_it():
    result = simulate(scenario(46, refill(2000, told=500), rate(200)))
    honest = simulate(scenario(46, refill(500), rate(200)))
    assert metrics.delivered_ratio(result) == pytest.approx(4.0, rel=1e-12)
    assert metrics.alarm_day(result) == metrics.alarm_day(honest) == 45
    assert result.reservoir_believed_ml[-1] == result.reservoir_true_ml[-1] == honest.reservoir_true_ml[-1]
    assert result.programmed_mcg[-1] == honest.programmed_mcg[-1]


@pytest.mark.parametrize(("dose", "alarm", "empty"), [(5000, 72, 74.4), (20000, 18, 18.6)])
def test_the_margin_after_the_alarm_depends_on_the_flow(dose, alarm, empty):
    result = simulate(scenario(80, refill(20000), rate(dose), drug="morphine-like"))
    assert metrics.alarm_day(result) == alarm
    assert metrics.empty_day(result) == empty


def half_leak() -> Scenario:
    leak = fault("tear", 5, lost_frac=0.5, end_day=20)
    return scenario(30, refill(2000), rate(200), rate(400, 10), faults=[leak], body_start="steady")


def test_a_mended_leak_turns_the_doubled_dose_into_twice_the_first_one():
    result = simulate(half_leak())
    assert tip_mcg_day(result, 2, 7, 15, 25) == [200.0, 100.0, 200.0, 400.0]


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


def test_an_unbridged_change_in_a_line_of_0_395_ml_gives_a_quarter_for_7_9_days():
    result = simulate(scenario(40, refill(500), rate(100), refill(2000, at_day=20)), catalogue=OTHER_LINE)
    assert spells(result)[1] == (25.0, pytest.approx(7.9, abs=1e-6))


def test_a_bridge_keeps_the_dose_while_the_pump_believes_four_times_as_much():
    bridge = {"kind": "bridge_bolus", "at_day": 20, "old_mcg_ml": 500}
    told = scenario(40, refill(500), rate(100), refill(2000, at_day=20), bridge)
    ends = 480 + 47.4
    result = simulate(told, time_h=[0, 479, 480, ends - 0.001, ends + 0.001, 960], catalogue=OTHER_LINE)
    # 0.2 mL/day of 500 mcg/mL for 0.395 mL, then 0.05 mL/day of 2000 mcg/mL
    assert (24 * result.command_ml_h).round(9).tolist() == [0.2, 0.2, 0.2, 0.2, 0.05, 0.05]
    assert (24 * result.believed_mcg_h).round(6).tolist() == [100, 100, 400, 400, 100, 100]
    assert spells(result) == [(100.0, 40.0)]
    assert result.programmed_mcg[3] - result.programmed_mcg[2] == pytest.approx(790, abs=0.02)


def test_a_stall_of_a_day_leaves_half_a_millilitre_more_at_refill():
    stall = fault("stall", 10, end_day=11)
    stalled = simulate(scenario(30, refill(2000), rate(1000), faults=[stall]))
    assert stalled.reservoir_true_ml[-1] - stalled.reservoir_believed_ml[-1] == pytest.approx(0.5, abs=1e-12)
    assert [one.kind for one in stalled.happenings if one.kind == "motor_stall"] == ["motor_stall"]


@pytest.mark.parametrize(("flow_ml_day", "share"), [(0.5, 0.14), (1.0, 0.57)])
def test_a_hole_of_15_micrometres_passes_a_share_that_grows_with_the_flow(flow_ml_day, share):
    hole = fault("hole", 5, diameter_um=15)
    told = scenario(10, refill(2000), flow(flow_ml_day), faults=[hole], catheter="one-piece-89cm")
    result = simulate(told, time_h=[0, 168])
    assert result.tip_ml_h[1] / result.pumped_ml_h[1] == pytest.approx(share, abs=0.005)
    assert result.tip_ml_h[1] + result.leak_ml_h[1] == pytest.approx(result.pumped_ml_h[1], rel=1e-12)
    assert result.reservoir_true_ml[1] == result.reservoir_believed_ml[1]


@pytest.mark.parametrize("flow_ml_day", [0.5, 1.0])
def test_a_hole_of_50_micrometres_takes_the_whole_dose_and_csf_besides(flow_ml_day):
    hole = fault("hole", 5, diameter_um=50)
    told = scenario(10, refill(2000), flow(flow_ml_day), faults=[hole], catheter="one-piece-89cm")
    result = simulate(told, time_h=[0, 168])
    assert result.tip_mcg_h[1] == 0.0
    assert result.tip_ml_h[1] < 0.0
    assert result.leak_ml_h[1] > result.pumped_ml_h[1]
    assert {one.kind for one in result.happenings}.isdisjoint({"low_alarm", "motor_stall", "empty_alarm"})


def test_a_pocket_fill_leaves_more_than_two_weeks_without_drug_and_without_alarm():
    first = refill(20000, in_ml=2.0)
    second = refill(20000, draw_ml=0, in_ml=18.0, pocket_ml=5.0)
    told = scenario(90, first, second, flow(0.25), drug="morphine-like")
    result = simulate(told, time_h=[0.0, 52 * 24, 54.4 * 24 + 0.01, 72 * 24 - 0.01])
    place = result.ledger.places.index("tissue_depot")
    assert result.ledger.amount_mcg[0, place] == pytest.approx(100_000, rel=1e-12)
    assert metrics.alarm_day(result) == pytest.approx(72, abs=1e-9)
    assert result.reservoir_true_ml[1] == pytest.approx(2.0, abs=1e-9)
    assert metrics.empty_day(result) == pytest.approx(54.4, abs=1e-9)
    assert result.tip_mcg_h[2:].tolist() == [0.0, 0.0]
    assert metrics.alarm_day(result) - metrics.empty_day(result) == pytest.approx(17.6, abs=1e-9)


def test_a_side_port_flush_pushes_the_whole_catheter_into_the_csf_at_once():
    flush = {"kind": "cap_injection", "at_day": 1, "volume_ml": 0.2}
    result = simulate(scenario(5, refill(2000), rate(200), flush), time_h=[24.0, 24.0 + 1 / 60, 48.0, 72.0, 73.0])
    # by hand it takes a minute
    assert result.delivered_mcg[1] - result.delivered_mcg[0] == pytest.approx(400, abs=0.01)
    # then the catheter holds next to none (what the pump gave meanwhile), and the pump fills it again in two days
    assert 24 * result.tip_mcg_h[2] < 0.1
    assert 24 * result.tip_mcg_h[4] == pytest.approx(200, rel=1e-12)


@pytest.mark.parametrize(
    ("capacity", "rest", "share"), [(20, 0, 0.90), (40, 0, 0.95), (20, 500, 0.925), (40, 500, 0.9625)]
)
def test_what_is_left_behind_dilutes_the_new_drug(capacity, rest, share):
    # 2 mL of the old fluid are left, the reservoir is filled up on top
    shelf_ = shelf(pump={"capacity_ml": float(capacity)})
    orders = [refill(rest, in_ml=2.0), refill(2000, at_day=1, draw_ml=0, in_ml=capacity - 2.0)]
    result = simulate(scenario(5, *orders), time_h=[0.0, 24.0, 120.0], catalogue=shelf_)
    assert result.ledger.amount_mcg[1, 0] / (2000.0 * capacity) == pytest.approx(share, rel=1e-12)


@pytest.mark.parametrize("tip", ["L2", "T10", "T2"])
def test_plasma_at_steady_state_is_dose_over_clearance_wherever_the_tip_lies(tip):
    result = simulate(scenario(40, refill(2000), rate(300), tip_level=tip))
    assert 1000.0 * result.plasma_mcg_ml[-1] == pytest.approx(300 / 24 / 14000 * 1000, rel=1e-6)
    assert round(1000.0 * result.plasma_mcg_ml[-1], 3) == 0.893


def test_the_canal_holds_the_published_reference_levels():
    # prototype levels at 300 mcg/day with the tip at L2, input split between two cells
    drug, canal = catalogue().drugs["baclofen-like"], Canal()
    held = steady_amounts(drug, canal, "L2", 300 / 24)
    cells = np.array([held[cell] for cell in CELLS]) / (97.0 / 25)
    at = {level: float(point_weights(level_cm(level)) @ cells) for level in ("L2", "L4", "C4")}
    assert at["L2"] == pytest.approx(0.85, abs=0.005)
    assert at["L4"] == pytest.approx(0.67, abs=0.005)
    assert at["C4"] == pytest.approx(0.115, abs=0.001)
    assert held["cistern"] / 30.0 == pytest.approx(0.095, abs=0.001)
    assert set(network(drug, canal).names) == set(held)


def test_after_a_stop_the_effect_halves_in_nine_hours_and_withdrawal_peaks_at_27():
    stop = {"kind": "stop", "at_day": 2.0}
    hours = np.arange(0.0, 24 * 12, 0.05)
    result = simulate(scenario(12, refill(2000), rate(300), stop, body_start="steady"), time_h=hours)
    since, effect, withdrawal = hours - 48.0, result.effect_index, result.withdrawal_index
    halved = since[np.flatnonzero((since > 0) & (effect <= 0.5 * effect[0]))[0]]
    assert round(halved) == 9
    assert round(since[np.argmax(withdrawal)]) == 27
    above = since[withdrawal >= 0.5 * withdrawal.max()]
    assert above[-1] == pytest.approx(105, abs=1.0)


def test_after_the_reservoir_ends_the_lumbar_level_is_four_percent_at_twelve_hours():
    end = 74.4 * 24
    result = simulate(read_scenario("missed-visit"), time_h=[end, end + 12, end + 24])
    lumbar = result.csf_mcg_ml @ point_weights(level_cm("L4"))
    assert (100 * lumbar[1:] / lumbar[0]).tolist() == pytest.approx([4, 0.5], abs=0.25)
    cistern = result.cistern_mcg_ml
    assert (100 * cistern[1:] / cistern[0]).round().tolist() == [17, 2]


def test_a_bolus_on_top_of_the_highest_flow_is_capped_and_says_so():
    result = simulate(scenario(1, refill(2000), {"kind": "flow", "flow_ml_day": 20.0}, bolus(1000, 60, 0.25)))
    (capped,) = [one for one in result.happenings if one.kind == "capped_bolus"]
    # 0.5 mL asked in an hour, 24 - 20 mL/day of room
    assert f"{0.5 - 4 / 24:.3f} mL" in capped.text
    assert 24.0 * result.command_ml_h.max() == pytest.approx(24.0, rel=1e-12)


def test_a_refill_on_top_of_what_a_block_left_is_refused():
    block = fault("occlusion", 1, blocked_frac=1.0)
    orders = [refill(2000), rate(1000), refill(500, at_day=11, draw_ml=0, in_ml=5)]
    result = simulate(scenario(20, *orders, faults=[block]))
    kinds = [one.kind for one in result.happenings]
    assert "refused_refill" in kinds
    assert kinds.count("refill") == 1
    # the pump is not told anything new either: 1000 mcg/day at 2000 mcg/mL stays 0.5 mL/day
    assert 24.0 * result.command_ml_h[-1] == pytest.approx(0.5, rel=1e-12)
    assert result.reservoir_true_ml[-1] > 19.0
