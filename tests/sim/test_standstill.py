"""Nothing decisive is left out: every stretch without flow begins and ends in the story, every mL has a name."""

from __future__ import annotations

import pytest

from sim import Scenario, catalogue, simulate
from sim.exact import TICK_PER_H
from sim.result.result import Result
from sim.run.standstill import SAID_TICK, SAME_TICK, TELLING, standstills
from tests.building import bolus, fault, flow, rate, refill, scenario
from tests.drawing import every_run

SCHEDULE = {"kind": "rate_schedule", "at_day": 2, "clock_h": [0.0, 8.0, 20.0], "dose_mcg_day": [200.0, 0.0, 300.0]}
CASES = {
    "a schedule with hours of nothing": scenario(6, refill(2000), rate(200), SCHEDULE),
    "air before drug": scenario(6, refill(2000), rate(200), faults=[fault("air", 2, volume_ml=0.05)]),
    "a kink of every night": scenario(6, refill(2000), flow(0.5), faults=[fault("kink", 1, closed_h_per_day=12)]),
    "boluses and nothing between": scenario(3, refill(2000), rate(0), bolus(50, 30, 1.0), bolus(50, 0.333333, 2.0)),
    "a stop of two days": scenario(8, refill(2000), rate(200), {"kind": "stop", "at_day": 3}, rate(200, at_day=5)),
    "a first dose that waits for its hour": scenario(3, refill(2000), {**SCHEDULE, "at_day": 0, "clock_h": [6, 8, 20]}),
}  # fmt: skip


def is_told(example: Scenario, result: Result) -> None:
    """Both ends of every stretch without flow are in the story, but for the ends of the run."""
    pumped = result.signals["pumped_ml_h"]
    kinds = TELLING | {"no_flow", "flow"}
    told = [round(row.time_h * TICK_PER_H) for row in result.happenings if row.kind in kinds]
    over = [
        round((row.time_h + float(dict(row.facts)["over_min"]) / 60.0) * TICK_PER_H)
        for row in result.happenings
        if row.kind in ("bolus", "priming_bolus")
    ]
    for start, end in standstills(pumped):
        is_begun = any(abs(tick - start) <= SAME_TICK for tick in told) or any(
            abs(tick - start) <= SAID_TICK for tick in over
        )
        assert start == 0 or is_begun, (example.title, start / TICK_PER_H)
        is_ended = any(abs(tick - end) <= SAME_TICK for tick in told)
        assert end == pumped.edge_tick[-1] or is_ended, (example.title, end / TICK_PER_H)


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_stretch_without_flow_begins_and_ends_in_the_story(name):
    result = simulate(CASES[name], [0.0])
    assert standstills(result.signals["pumped_ml_h"])
    is_told(CASES[name], result)


@pytest.mark.parametrize("name", sorted(catalogue().scenarios))
def test_no_packaged_scenario_falls_silent_without_a_word(name):
    is_told(catalogue().scenarios[name], simulate(catalogue().scenarios[name], [0.0]))


@every_run(where=lambda example: not example.is_stroke_shown)
def test_no_random_scenario_falls_silent_without_a_word(example, result):
    is_told(example, result)


def test_a_night_without_flow_has_one_line_at_each_end():
    result = simulate(CASES["a schedule with hours of nothing"], [0.0])
    days = [(row.kind, row.time_h / 24.0) for row in result.happenings if row.kind in ("no_flow", "flow")]
    assert days[:2] == [("no_flow", pytest.approx(2.0 + 8.0 / 24.0)), ("flow", pytest.approx(2.0 + 20.0 / 24.0))]
    assert [kind for kind, _ in days] == ["no_flow", "flow"] * (len(days) // 2)


def test_what_is_announced_already_is_not_said_twice():
    result = simulate(CASES["a stop of two days"], [0.0])
    assert not [row for row in result.happenings if row.kind in ("no_flow", "flow")]


def test_what_a_needle_draws_is_named_as_what_it_puts_in_and_beside():
    example = scenario(20, refill(2000), flow(0.5), refill(2000, at_day=10, draw_ml=4.0, in_ml=9.0, pocket_ml=2.0))
    rows = [row for row in simulate(example, [0.0]).happenings if row.time_h == 240.0]
    (fill,) = [row.text for row in rows if row.kind == "refill"]
    assert "4 mL drawn, 9 mL injected" in fill
    assert any(row.text.startswith("Pocket fill: 2 mL") for row in rows)


@every_run(where=lambda example: True)
def test_every_volume_that_leaves_a_reservoir_at_once_is_named(example, result):
    """What the true volume loses or gains at an instant is what the sentences of that instant say."""
    for hour in sorted({row.time_h for row in result.happenings if row.kind in ("refill", "diversion")}):
        rows = [row for row in result.happenings if row.time_h == hour]
        change_ml = 0.0
        for row in rows:
            facts = {name: float(value) for name, value in row.facts if name.endswith("_ml")}
            if row.kind == "refill":
                change_ml += facts["in_ml"] - facts["drawn_ml"]
            elif row.kind == "pocket_fill":
                change_ml -= facts["volume_ml"]
            elif row.kind == "diversion":
                change_ml -= facts["drawn_ml"]
        gained_ml = result.at(hour).reservoir_true_ml[0] - result.before(hour).reservoir_true_ml[0]
        assert gained_ml == pytest.approx(change_ml, abs=0.002 * len(rows))
