"""The race of clocks: symptoms come within hours, alarms and volumes late or never."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import RACERS, Clocks, catalogue, race, read_scenario, simulate
from sim.happening import ALARM
from sim.result.clocks import falls_below_h, residual_day, rises_above_h
from sim.scenario.scenario import Scenario, with_values
from tests.building import fault, flow, rate, refill, scenario

SCENARIOS = catalogue().scenarios
every = pytest.mark.parametrize("name", sorted(SCENARIOS))


def raced(example: Scenario) -> Clocks:
    return race(example, simulate(example))


def blocked(ml_day: float, duration_day: float = 40.0) -> Scenario:
    """A line that is blocked for good from day 10 on, in the middle of an infusion."""
    orders = [refill(20000), flow(ml_day)]
    wrong = [fault("kink", 10, closed_h_per_day=24.0)]
    return scenario(duration_day, *orders, drug="morphine-like", faults=wrong, body_start="steady")


# ------------------------------------------------------------------ answers known on paper


@pytest.mark.parametrize(("ml_day", "days"), [(0.25, 8.0), (0.1, 20.0)])
def test_the_slower_the_pump_the_longer_a_block_hides_from_the_syringe(ml_day, days):
    # 2 mL more than counted, besides 0.046 mL that the stretched line takes up first
    found = residual_day(simulate(blocked(ml_day)), 2.0, 10.0)
    assert found == pytest.approx(10.0 + days + 0.046 / ml_day, abs=1e-6)


def test_a_hidden_kink_is_felt_within_hours_and_found_days_later_without_any_alarm():
    clocks = raced(read_scenario("hidden-kink"))
    assert (clocks.from_day, clocks.is_wrong) == (10.0, True)
    assert clocks.after_h("symptom") < 6.0
    # a reservoir of 20 mL: 1 mL is to be explained
    assert clocks.residual_ml == 1.0
    assert clocks.residual_day == pytest.approx(10.0 + 1.046 / 0.25, abs=1e-6)
    assert clocks.alarm_day is None
    assert (clocks.visit_day, clocks.is_visit_ordered) == (18.0, True)


def test_a_clean_break_is_seen_by_nothing_but_the_person():
    clocks = raced(read_scenario("clean-break"))
    assert clocks.after_h("symptom") < 24.0
    assert clocks.after_h("withdrawal") < 48.0
    assert clocks.alarm_day is clocks.residual_day is clocks.dry_day is None
    # the pump counts 18 mL at 0.1 mL/day
    assert (clocks.visit_day, clocks.is_visit_ordered) == (180.0, False)


def test_at_a_missed_visit_the_alarm_comes_before_the_end_of_flow_and_that_before_the_symptoms():
    clocks = raced(read_scenario("missed-visit"))
    assert not clocks.is_wrong
    assert (clocks.alarm_day, clocks.alarm) == (72.0, "low_alarm")
    assert clocks.alarm_day < clocks.dry_day < clocks.symptom_day


def test_drug_beside_the_septum_is_missing_from_that_moment_on():
    clocks = raced(read_scenario("pocket-fill"))
    assert (clocks.is_wrong, clocks.from_day, clocks.residual_day) == (True, 0.0, 0.0)
    # 5 mL of 18 mL went beside it: 13 + 2 - 1.4 mL at 0.25 mL/day
    assert clocks.dry_day == pytest.approx(54.4)
    assert clocks.alarm_day == 72.0


def test_too_strong_a_drug_takes_the_effect_over_its_band():
    clocks = raced(read_scenario("wrong-label"))
    assert clocks.is_wrong
    assert clocks.excess_day < 1.0 < clocks.symptom_day


def test_a_volume_that_jumps_back_at_a_refill_has_been_wrong_until_then():
    # 0.954 mL wrong on the eve of the refill, and right after it
    wrong = [fault("kink", 10, closed_h_per_day=24.0)]
    example = scenario(30, refill(20000), flow(0.25), refill(20000, at_day=14.0), faults=wrong)
    assert residual_day(simulate(example), 1.0) == pytest.approx(14.0 + 1.0 / 0.25, abs=1e-6)
    assert residual_day(simulate(example), 0.95) == pytest.approx(10.0 + (0.95 + 0.046) / 0.25, abs=1e-6)


def test_a_scan_that_halts_the_pump_starts_the_race():
    clocks = raced(read_scenario("mri-roller"))
    assert (clocks.is_wrong, clocks.from_day, clocks.alarm) == (True, 10.0, "motor_stall")


@pytest.mark.parametrize(("strength", "is_wrong"), [(0.0, False), (500.0, True)])
def test_drug_injected_at_the_access_port_starts_the_race(strength, is_wrong):
    push = {"kind": "cap_injection", "at_day": 5.0, "volume_ml": 0.2, "actual_mcg_ml": strength}
    clocks = raced(scenario(10, refill(2000), rate(200), push))
    assert (clocks.is_wrong, clocks.from_day) == (is_wrong, 5.0 * is_wrong)


# ------------------------------------------------------------------ laws


@every
def test_no_clock_strikes_before_its_start_and_none_but_the_visit_after_the_run(name):
    example = SCENARIOS[name]
    clocks = raced(example)
    for racer in RACERS:
        day = clocks.day(racer)
        assert day is None or clocks.from_day <= day
        assert day is None or racer == "visit" or day <= example.duration_day
        assert (clocks.after_h(racer) is None) == (day is None)
    assert bool(clocks.alarm) == (clocks.alarm_day is not None)
    assert clocks.alarm in ("", *ALARM)


@every
def test_where_nothing_goes_wrong_no_race_begins_and_the_clocks_count_from_day_0(name):
    example = SCENARIOS[name]
    orders = [one.model_dump() for one in example.orders if one.repair() is None and one.kind != "mri"]
    for order in orders:
        if order["kind"] == "refill":
            order |= {"programmed_mcg_ml": order["actual_mcg_ml"], "pocket_ml": 0.0}
        if order["kind"] == "cap_injection":
            order |= {"actual_mcg_ml": 0.0, "with_actual_mcg_ml": ()}
    clocks = raced(with_values(example, {"faults": (), "orders": tuple(orders), "controls": (), "intended": ()}))
    assert (clocks.is_wrong, clocks.from_day) == (False, 0.0)


@settings(max_examples=15, deadline=None)
@given(st.floats(1.0, 20.0), st.floats(0.5, 19.0), st.sampled_from(["disconnection", "kink", "stall"]))
def test_a_fault_that_comes_later_makes_every_clock_strike_later(first, more, kind):
    def clocks(day):
        wrong = [fault(kind, day, **({"closed_h_per_day": 24.0} if kind == "kink" else {}))]
        orders = [refill(2000), rate(200), refill(2000, at_day=30.0)]
        return raced(scenario(60, *orders, faults=wrong, body_start="steady"))

    soon, late = clocks(first), clocks(first + more)
    for racer in RACERS:
        a, b = soon.day(racer), late.day(racer)
        assert (np.inf if a is None else a) <= (np.inf if b is None else b) + 1e-6
    assert soon.symptom_day < late.symptom_day


def test_other_times_asked_leave_the_clocks_nearly_where_they_were():
    example = read_scenario("hidden-kink")
    rough = race(example, simulate(example, time_h=np.linspace(0.0, 960.0, 161)))
    fine = raced(example)
    for racer in RACERS:
        a, b = rough.day(racer), fine.day(racer)
        assert (a is None) == (b is None)
        assert a is None or abs(a - b) < 0.25


# ------------------------------------------------------------------ crossings


def test_a_line_that_only_touches_a_level_does_not_cross_it():
    hour, value = np.array([0.0, 1.0, 2.0]), np.array([0.0, 2.0, 0.0])
    assert rises_above_h(hour, value, 2.0, 0.0) is None
    assert falls_below_h(hour, value, 0.0, 0.0) is None


def test_a_line_that_lies_on_a_level_crosses_it_where_it_leaves_it():
    hour = np.array([0.0, 1.0, 2.0])
    assert falls_below_h(hour, np.array([1.0, 1.0, 0.0]), 1.0, 0.0) == 1.0
    assert falls_below_h(hour, np.array([2.0, 1.0, 0.0]), 1.0, 0.0) == 1.0
    assert falls_below_h(hour, np.array([1.0, 1.0, 1.0]), 1.0, 0.0) is None
    assert rises_above_h(hour, np.array([1.0, 1.0, 2.0]), 1.0, 0.0) == 1.0
    assert rises_above_h(hour, np.array([1.0, 1.0, 1.0]), 1.0, 0.0) is None


def test_what_lies_below_from_the_start_has_not_fallen():
    hour = np.array([0.0, 1.0, 2.0])
    assert falls_below_h(hour, np.array([0.0, 0.5, 0.0]), 1.0, 0.0) is None
    assert falls_below_h(hour, np.array([0.0, 2.0, 0.0]), 1.0, 0.0) == 1.5
    assert falls_below_h(hour, np.array([2.0, 0.0, 0.0]), 1.0, 0.75) is None


def test_a_level_exceeded_at_the_start_strikes_at_once_and_a_jump_counts_from_its_hour():
    hour, value = np.array([0.0, 1.0, 1.0, 2.0]), np.array([3.0, 3.0, 0.0, 4.0])
    assert rises_above_h(hour, value, 1.0, 0.5) == 0.5
    # of the jump at hour 1 only what comes after it
    assert rises_above_h(hour, value, 1.0, 1.0) == 1.25
    assert rises_above_h(hour, value, 5.0, 2.0) is None
