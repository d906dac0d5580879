"""What sounds, what is logged, and what only the next refill tells."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest

from sim import (
    metrics,
    parse_scenario,
    refill_due_day,
    simulate,
    write_scenario,
)
from sim.happening import ALARM, SENTENCE
from sim.result.bedside import readout
from tests.building import bolus, fault, flow, rate, refill, scenario, shelf
from tests.device import SECOND_H, hours_of, kinds, patient, same_physics


@pytest.mark.parametrize("alarm_ml", [1.0, 0.5, 2.0, 4.0])
def test_dev_17_the_low_alarm_sounds_at_the_crossing_once_per_fill(alarm_ml):
    set_ = shelf(pump={"alarm_ml": alarm_ml})
    example = scenario(110, refill(2000), flow(0.4), refill(2000, at_day=50))
    alarms = hours_of(simulate(example, catalogue=set_), "low_alarm")
    assert alarms == pytest.approx([24 * (20 - alarm_ml) / 0.4, 24 * (50 + (20 - alarm_ml) / 0.4)], abs=SECOND_H)


def alarm_level(alarm_ml: float, at_day: float = 0.0) -> dict[str, Any]:
    return {"kind": "alarm_level", "at_day": at_day, "alarm_ml": alarm_ml}


def low_days(*orders: dict[str, Any], lasts_day: float = 110.0, **more: Any) -> list[float]:
    """Days of the low alarm of a pump that counts down 20 mL at 0.4 mL/day."""
    result = simulate(scenario(lasts_day, refill(2000), flow(0.4), *orders, **more))
    return [hour / 24.0 for hour in hours_of(result, "low_alarm")]


@pytest.mark.parametrize(
    ("orders", "days"),
    [
        ([alarm_level(4.0)], [40.0]),  # (20 - 4) / 0.4
        ([alarm_level(4.0, 10.0)], [40.0]),  # from then on
        ([alarm_level(10.0, 10.0), alarm_level(4.0, 20.0)], [40.0]),  # the latest wins
        ([alarm_level(4.0, 42.0)], [42.0]),  # 3.2 mL are left: it sounds at once
        ([alarm_level(0.5, 10.0)], [48.75]),
        ([alarm_level(4.0, 46.0)], [45.0]),  # it has sounded at 2 mL already
        ([alarm_level(0.0, 10.0), alarm_level(20.0, 60.0)], [50.0]),
        ([alarm_level(4.0, 42.0), refill(2000, 45.0)], [42.0, 85.0]),  # once for each fill
        ([alarm_level(4.0, 42.0), refill(2000, 42.0)], [82.0]),  # a refill comes first
    ],
)
@pytest.mark.parametrize("is_turned", [False, True])
def test_dev_17_the_low_alarm_sounds_at_the_level_in_force(orders, days, is_turned):
    found = low_days(*(orders[::-1] if is_turned else orders), lasts_day=100.0)
    assert found == pytest.approx(days, abs=SECOND_H)


def test_an_alarm_level_equal_to_the_pumps_own_changes_nothing_but_the_log():
    plain = scenario(60, refill(2000), flow(0.4), alarm_level(2.0, 10.0))
    one, other = simulate(scenario(60, refill(2000), flow(0.4))), simulate(plain, simulate(plain).time_h)
    again = simulate(scenario(60, refill(2000), flow(0.4)), other.time_h)
    assert same_physics(again, other)
    assert [h for h in other.happenings if h.kind != "alarm_level"] == list(one.happenings)


def test_the_alarm_level_is_written_in_the_log_and_moves_the_refill_date():
    told = scenario(60, refill(2000), flow(0.4), alarm_level(4.0, 10.0))
    result = simulate(told)
    assert "alarm_level" in [one.kind for one in readout(result, 480.0).log]
    assert result.signals["alarm_ml"].at([0.0, 239.9, 240.0]).tolist() == [2.0, 2.0, 4.0]
    assert refill_due_day(told) == pytest.approx(40.0, abs=1e-9)


def test_inv_30_a_level_that_nothing_flows_towards_is_crossed_after_its_fill_and_not_before():
    # the counter stands at next to nothing from the second fill on; at that count the pump had been running before
    stop, next_to_nothing = {"kind": "stop", "at_day": 15.0}, refill(2000, 17.0, programmed_ml=1e-120)
    result = simulate(scenario(20, refill(2000), flow(0.4), stop, next_to_nothing))
    assert hours_of(result, "low_alarm") == hours_of(result, "empty_alarm") == [17.0 * 24]


def test_dev_18_flow_stops_at_the_volume_that_cannot_be_pumped():
    result = simulate(scenario(60, refill(2000), flow(0.4)), time_h=[0.0, 46.5 * 24 - 0.01, 46.5 * 24 + 0.01, 1440.0])
    assert result.pumped_ml_h.tolist() == pytest.approx([0.4 / 24] * 2 + [0.0] * 2, rel=1e-12)
    assert result.reservoir_true_ml[2:].tolist() == pytest.approx([1.4, 1.4], rel=1e-12)
    assert result.delivered_mcg[3] == result.delivered_mcg[2]
    # the pump's own alarm comes when it counts 0, after the flow has ended
    assert hours_of(result, "run_dry") == pytest.approx([46.5 * 24], abs=SECOND_H)
    assert hours_of(result, "empty_alarm") == pytest.approx([50 * 24], abs=SECOND_H)


def test_dev_19_what_is_true_and_what_is_shown_are_two_numbers():
    example = scenario(30, refill(2000), flow(0.5), faults=[fault("slow_or_fast", 0, flow_factor=0.9)])
    result = simulate(example, time_h=[720.0])
    assert result.reservoir_believed_ml[0] == pytest.approx(5.0, abs=1e-9)
    assert result.reservoir_true_ml[0] == pytest.approx(6.5, abs=1e-9)


@pytest.mark.parametrize("at_day", [0.5, 3.0])
def test_dev_30_a_pump_stopped_for_48_hours_sounds(at_day):
    stop = {"kind": "stop", "at_day": at_day}
    for hours, sounds in ((47.9, 0), (48.1, 1)):
        result = simulate(scenario(10, refill(2000), flow(0.5), stop, flow(0.5, at_day + hours / 24)))
        assert kinds(result).count("stopped_alarm") == sounds
    assert hours_of(result, "stopped_alarm") == pytest.approx([24 * at_day + 48], abs=SECOND_H)


@pytest.mark.parametrize(("more_us", "sounds"), [(0, 0), (1, 1)])
def test_dev_30_a_stop_of_exactly_48_hours_is_silent_and_one_a_microsecond_longer_sounds(more_us, sounds):
    runs_again = flow(0.5, 3.0 + more_us / 86_400e6)
    result = simulate(scenario(10, refill(2000), flow(0.5), {"kind": "stop", "at_day": 1.0}, runs_again))
    assert kinds(result).count("stopped_alarm") == sounds


@pytest.mark.parametrize("kind", sorted(ALARM))
def test_dev_31_an_alarm_says_what_is_wrong_in_words(kind):
    text = SENTENCE[kind].lower()
    assert any(word in text for word in ("alarm", "critical", "eri", "eos"))
    assert any(word in text for word in ("reservoir", "stopped", "rotor", "battery"))
    assert len(text.split()) >= 6


def test_dev_32_every_alarm_is_critical_or_not_and_nothing_else_sounds():
    assert set(ALARM) == {kind for kind in SENTENCE if re.search(r"alarm$|motor_stall|eri$|eos", kind)}
    example = scenario(100, refill(2000), flow(0.4), faults=[fault("stall", 5, end_day=6)])
    by_class = {one.kind: one.alarm for one in simulate(example).happenings}
    assert by_class["low_alarm"] == "non-critical"
    assert by_class["empty_alarm"] == by_class["motor_stall"] == "critical"
    assert by_class["programmed"] is None
    assert by_class["run_dry"] is None


def test_dev_34_the_log_of_thirty_busy_days_and_a_thousand_faults_survives_export():
    asks = patient(request_day=np.linspace(0.5, 29.5, 600).tolist())
    rates = [rate(200.0 + 10 * (i % 5), i / 4) for i in range(1, 120)]
    faults = [
        fault("tear", 0.03 * i, end_day=0.03 * i + 0.01, lost_frac=0.5, position_frac=i % 7 / 7) for i in range(1000)
    ]
    example = scenario(30.5, refill(2000), rate(200), asks, *rates, faults=faults)
    result = simulate(example, time_h=[0.0, 732.0])
    log_kinds = kinds(result)
    assert log_kinds.count("fault_start") == log_kinds.count("fault_end") == 1000
    assert log_kinds.count("bolus") + log_kinds.count("refused_bolus") == 600
    assert log_kinds.count("programmed") == 1 + len(rates)
    assert [one.time_h for one in result.happenings] == sorted(one.time_h for one in result.happenings)
    log = metrics.summary(result)["happenings"]
    assert json.loads(json.dumps(log)) == log
    assert len(log) == len(result.happenings)


def test_dev_34_a_reloaded_scenario_writes_the_same_log():
    asks = patient(request_day=np.linspace(0.5, 29.5, 200).tolist())
    faults = [fault("stall", 3 * i + 1.0, end_day=3 * i + 1.5) for i in range(9)]
    example = scenario(30, refill(2000), rate(200), asks, bolus(20, 5, 3), faults=faults)
    again = parse_scenario(write_scenario(example))
    assert simulate(example).happenings == simulate(again).happenings


@pytest.mark.parametrize(("programmed_ml", "alarm_day"), [(20.0, 36.0), (15.0, 26.0), (8.0, 12.0)])
def test_dev_38_a_wrong_volume_told_silences_or_invents_the_alarm_and_moves_nothing_else(programmed_ml, alarm_day):
    honest = simulate(scenario(40, refill(2000, in_ml=15.0), flow(0.5)))
    wrong = simulate(scenario(40, refill(2000, in_ml=15.0, programmed_ml=programmed_ml), flow(0.5)))
    assert same_physics(honest, wrong)
    assert metrics.alarm_day(wrong) == pytest.approx(alarm_day, abs=1e-9)
    assert metrics.empty_day(wrong) == metrics.empty_day(honest) == pytest.approx(27.2, abs=1e-9)


def test_iec_2_the_time_to_the_stall_alarm_is_inverse_to_the_flow():
    found = []
    for ml_day in (0.25, 0.5, 2.0):
        block = fault("occlusion", 1, blocked_frac=1.0, outcome="stall")
        (at_h,) = hours_of(simulate(scenario(10, refill(2000), flow(ml_day), faults=[block])), "motor_stall")
        found.append((at_h - 24.0) * ml_day)
    assert found == pytest.approx([found[0]] * 3, rel=0.01)


@pytest.mark.parametrize(("more", "n_dry"), [([], 1), ([refill(2000, at_day=50.0)], 2)], ids=["not filled", "filled"])
def test_inv_16_a_pump_runs_dry_once_per_fill_even_if_its_rest_is_taken_out_unseen(more, n_dry):
    # 18.6 mL at 0.5 mL/day last 37.2 days
    taken = fault("diversion", 45.0, volume_ml=1.0)
    result = simulate(scenario(90, refill(2000), flow(0.5), *more, faults=[taken]))
    assert kinds(result).count("run_dry") == n_dry
    assert result.at(24.0 * 46.0).reservoir_true_ml == pytest.approx([0.4], abs=1e-9)
    assert next(one.time_h for one in result.happenings if one.kind == "run_dry") == pytest.approx(24.0 * 37.2)


def test_inv_30_a_fill_that_is_topped_up_at_once_sounds_no_alarm():
    drop = refill(2000, at_day=1.0, in_ml=1.0)
    result = simulate(scenario(10, refill(2000), rate(200), drop, refill(2000, at_day=1.0, draw_ml=0.0, in_ml=19.0)))
    assert "low_alarm" not in kinds(result)


def test_tv21_a_stall_of_a_day_at_half_a_millilitre_a_day_leaves_half_a_millilitre():
    result = simulate(scenario(20, refill(2000), flow(0.5), faults=[fault("stall", 5, end_day=6)]))
    assert result.reservoir_true_ml[-1] - result.reservoir_believed_ml[-1] == pytest.approx(0.5, abs=1e-9)


def test_a_stall_of_a_day_leaves_half_a_millilitre_more_at_refill():
    stall = fault("stall", 10, end_day=11)
    stalled = simulate(scenario(30, refill(2000), rate(1000), faults=[stall]))
    assert stalled.reservoir_true_ml[-1] - stalled.reservoir_believed_ml[-1] == pytest.approx(0.5, abs=1e-12)
    assert [one.kind for one in stalled.happenings if one.kind == "motor_stall"] == ["motor_stall"]
