"""Every packaged scenario runs, can be moved, and keeps every number that its own text promises."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import numpy as np
import pytest

from sim import (
    TEACHING_ONLY,
    Result,
    Scenario,
    catalogue,
    metrics,
    parse_scenario,
    read_scenario,
    simulate,
    write_scenario,
)
from sim.body.level import band_weights, level_cm, point_weights
from sim.scenario import Control, Occlusion, Tear, field_at, with_values

SCENARIOS = catalogue().scenarios
every = pytest.mark.parametrize("name", SCENARIOS)
CONTROLS = {
    f"{name}: {control.label}": (scenario, control)
    for name, scenario in SCENARIOS.items()
    for control in scenario.controls
}
every_control = pytest.mark.parametrize(("scenario", "control"), CONTROLS.values(), ids=CONTROLS)


def moved(scenario: Scenario, control: Control, value: float) -> Scenario:
    return with_values(scenario, dict.fromkeys(control.paths, value))


def handles(scenario: Scenario, kind: type) -> list[Control]:
    """Controls that move the severity of a kind of fault."""
    severity = {Occlusion: "blocked_frac", Tear: "lost_frac"}[kind]
    paths = [f"faults.{i}.{severity}" for i, fault in enumerate(scenario.faults) if isinstance(fault, kind)]
    return [control for control in scenario.controls if set(control.paths) & set(paths)]


# ------------------------------------------------------------------ all of them


@every
def test_a_packaged_scenario_runs_and_accounts_for_every_microgram(name):
    result = simulate(read_scenario(name))
    assert result.ledger.error_frac <= 1e-9
    assert result.duration_h == 24.0 * SCENARIOS[name].duration_day


@every
def test_nothing_in_a_packaged_scenario_falls_below_zero(name):
    # the propagator leaves rounding of about 1e-16 of the largest amount
    for column, values in simulate(SCENARIOS[name]).to_table().items():
        assert values.min() >= -1e-12 * max(values.max(), 1.0), column


@every
def test_a_packaged_scenario_says_what_it_is_about(name):
    scenario = SCENARIOS[name]
    for text in (scenario.title, scenario.objective, scenario.see):
        assert text.strip() == text
        assert text
    assert len({one.title for one in SCENARIOS.values()}) == len(SCENARIOS)


@every
@pytest.mark.parametrize("kind", [Occlusion, Tear])
def test_an_occlusion_and_a_tear_can_be_moved_from_nothing_to_all(name, kind):
    (control,) = handles(SCENARIOS[name], kind)
    assert (control.low, control.high) == (0.0, 1.0)
    assert len(control.paths) == 1


@every
@pytest.mark.parametrize("kind", [Occlusion, Tear])
def test_a_handle_moved_to_all_changes_what_is_delivered_leaked_or_left(name, kind):
    scenario = SCENARIOS[name]
    (control,) = handles(scenario, kind)
    none, full = (metrics.summary(simulate(moved(scenario, control, end))) for end in (0.0, 1.0))
    read = ("delivered_mcg", "leaked_mcg", "residual_true_ml")
    assert [none[key] for key in read] != [full[key] for key in read]
    assert full["delivered_mcg"] <= none["delivered_mcg"]


@every
def test_a_fault_of_no_severity_changes_no_number(name):
    scenario = SCENARIOS[name]
    idle = [fault for fault in scenario.faults if fault.is_harmless()]
    assert idle
    without = scenario.model_copy(
        update={"faults": tuple(fault for fault in scenario.faults if fault not in idle), "controls": ()}
    )
    with_them, free = simulate(scenario), simulate(without)
    assert with_them.happenings == free.happenings
    for column, values in free.to_table().items():
        np.testing.assert_array_equal(with_them.to_table()[column], values, err_msg=column)


@every
def test_a_packaged_scenario_written_out_is_read_back_the_same(name):
    scenario = SCENARIOS[name]
    text = write_scenario(scenario)
    assert text.startswith(f"# {TEACHING_ONLY}\n")
    assert parse_scenario(text) == parse_scenario(text.encode()) == scenario
    assert parse_scenario(json.dumps(scenario.model_dump(exclude_none=True))) == scenario
    assert hash(parse_scenario(text)) == hash(scenario)


@every
def test_a_packaged_scenario_is_found_by_name_and_by_file(name, tmp_path):
    file = tmp_path / "copy.toml"
    file.write_text(write_scenario(SCENARIOS[name]), encoding="utf-8")
    assert read_scenario(file) == read_scenario(str(file)) == read_scenario(name)


# ------------------------------------------------------------------ their controls


@every_control
def test_a_control_can_be_moved_through_its_whole_range(scenario, control):
    for value in (control.low, 0.5 * (control.low + control.high), control.high):
        result = simulate(moved(scenario, control, value))
        assert result.ledger.error_frac <= 1e-9


@every_control
def test_a_control_starts_on_one_of_its_own_steps_and_reaches_its_end(scenario, control):
    values = {field_at(scenario, path)[3] for path in control.paths}
    assert len(values) == 1, "fields moved together start together"
    for value in (*values, control.high):
        steps = (value - control.low) / control.step
        assert steps == pytest.approx(round(steps), abs=1e-9)
        assert control.low <= value <= control.high


@every
def test_each_control_moves_fields_of_its_own(name):
    paths = [path for control in SCENARIOS[name].controls for path in control.paths]
    assert len(paths) == len(set(paths))


# ------------------------------------------------------------------ the numbers of their texts


class Promise:
    """The text of a scenario; every number in it must be claimed, and be right to its last digit."""

    NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")

    def __init__(self, name: str) -> None:
        self.scenario = SCENARIOS[name]
        self.text = self.scenario.see
        self.left = {found.start() for found in self.NUMBER.finditer(self.text)}

    def says(self, phrase: str, *values: float) -> None:
        """The phrase stands in the text, and its {} are these values as far as they are printed."""
        pattern = re.escape(phrase).replace(r"\{\}", r"(\d+(?:\.\d+)?)")
        found = re.search(pattern, self.text)
        assert found, f"the text does not say: {phrase}"
        assert len(found.groups()) == len(values)
        for place, value in enumerate(values, 1):
            printed = found[place]
            half = 0.5 * 10.0 ** -len(printed.partition(".")[2])
            assert abs(float(printed) - value) <= half, f"{phrase}: {printed} where it is {value}"
            self.left.discard(found.start(place))

    def run(self, **values: float) -> Result:
        """The scenario with other values; __ stands for a point."""
        return simulate(with_values(self.scenario, {k.replace("__", "."): v for k, v in values.items()}))


def spells(result: Result, name: str = "tip_mcg_h") -> list[tuple[float, float, float]]:
    """(from day, days, per day) of each level of a signal; fronts pass within a tick and are left out."""
    signal = result.signals[name]
    day, days = signal.edge_tick[:-1] / 8.64e10, np.diff(signal.edge_tick) / 8.64e10
    return [
        (round(float(at), 6), round(float(size), 6), round(24.0 * float(value), 6))
        for at, size, value in zip(day, days, signal.value, strict=True)
        if size > 1e-9
    ]


def at_day(result: Result, name: str, *days: float) -> list[float]:
    return (24.0 * result.signals[name].at(24.0 * np.array(days))).round(6).tolist()


def quiet_pump(promise: Promise) -> None:
    strong = promise.run()
    weak = promise.run(orders__0__true_mcg_ml=500.0, orders__0__told_mcg_ml=500.0)
    refill, rate = promise.scenario.orders
    promise.says("At {} mcg/mL, {} mcg/day is {} mL/day", refill.told_mcg_ml, rate.dose_mcg_day, 0.1)
    assert at_day(strong, "command_ml_h", 0, 199) == [0.1, 0.1]
    promise.says("alarm on day {}, flow ends on day {}.", metrics.alarm_day(strong), metrics.empty_day(strong))
    promise.says("strength to {} mcg/mL: {} mL/day, alarm on day {}", 500, 0.4, metrics.alarm_day(weak))
    assert at_day(weak, "command_ml_h", 0, 199) == [0.4, 0.4]
    promise.says("flow ends on day {}, and the tip still receives {} mcg/day", metrics.empty_day(weak), 200)
    assert (metrics.alarm_day(strong), metrics.empty_day(strong)) == (180.0, 186.0)
    assert (metrics.alarm_day(weak), metrics.empty_day(weak)) == (45.0, 46.5)
    assert at_day(strong, "tip_mcg_h", 0, 45, 179) == [200.0] * 3
    assert at_day(weak, "tip_mcg_h", 0, 45, 46.4, 46.6) == [200.0, 200.0, 200.0, 0.0]


def first_drop(promise: Promise) -> None:
    bare = promise.run()
    wait = metrics.first_drug_at_tip_day(bare)
    path = promise.run(line_start="pump_path")
    promise.says("At {} mL/day the {} mL of pump path and catheter take {} days", 0.1, 0.4, wait)
    assert at_day(bare, "command_ml_h", 1) == [0.1]
    assert sum(volume for volume, _ in bare.plugs_at(0.0)[0]) == pytest.approx(0.4, rel=1e-12)
    promise.says("the pump counts {} mcg as given", float(bare.at(24.0 * wait).programmed_mcg[0]))
    assert bare.at(24.0 * wait).delivered_mcg[0] == pytest.approx(0.0, abs=1e-6)
    assert "Twice the dose halves the wait" in promise.text
    twice = promise.run(orders__1__dose_mcg_day=400.0)
    assert metrics.first_drug_at_tip_day(twice) == pytest.approx(0.5 * wait, rel=1e-12)
    promise.says("With the pump path already full it is {} days", metrics.first_drug_at_tip_day(path))


def new_strength(promise: Promise, low_or_high: str, printed_mcg_day: float, printed_days: float) -> None:
    result = promise.run()
    (first, changed, last) = spells(result)
    assert first == (0.0, 20.0, 200.0)
    promise.says("From day {} the tip receives {} mcg/day", changed[0], changed[2])
    promise.says("for {} day", changed[1])
    promise.says("then {} mcg/day again", last[2])
    promise.says("The screen says {} mcg/day throughout", spells(result, "believed_mcg_h")[0][2])
    assert len(spells(result, "believed_mcg_h")) == 1
    assert low_or_high in promise.text
    assert changed[1:] == (printed_days, printed_mcg_day)


def stronger_drug(promise: Promise) -> None:
    new_strength(promise, "a quarter of the dose", 50.0, 4.0)


def weaker_drug(promise: Promise) -> None:
    new_strength(promise, "four times the dose", 800.0, 1.0)


def missed_visit(promise: Promise) -> None:
    slow = promise.run()
    fast = promise.run(orders__0__true_mcg_ml=500.0, orders__0__told_mcg_ml=500.0)
    refill, rate = promise.scenario.orders
    alarm, end = metrics.alarm_day(slow), metrics.empty_day(slow)
    promise.says("At {} mcg/mL, {} mcg/day is {} mL/day", refill.told_mcg_ml, rate.dose_mcg_day, 0.25)
    assert at_day(slow, "command_ml_h", 1) == [0.25]
    promise.says("alarm on day {}, flow ends {} days later", alarm, end - alarm)
    promise.says("pump still counts {} mL", float(slow.at(24.0 * end).reservoir_believed_ml[0]))
    assert at_day(fast, "command_ml_h", 1) == [1.0]
    margin = metrics.empty_day(fast) - metrics.alarm_day(fast)
    promise.says("At {} mcg/mL it is {} mL/day: day {}, and {} days", 500, 1, metrics.alarm_day(fast), margin)
    after = simulate(promise.scenario, time_h=24.0 * end + np.array([0.0, 12.0, 24.0]))
    lumbar = after.csf_mcg_ml @ point_weights(level_cm("L4"))
    share = 100.0 * lumbar[1:] / lumbar[0]
    head = 100.0 * after.cistern_mcg_ml[1:] / after.cistern_mcg_ml[0]
    promise.says("holds {} % of its level at {} h and {} % at {} h", share[0], 12, share[1], 24)
    promise.says("the cistern {} % and {} %", *head)


def clean_break(promise: Promise) -> None:
    result, whole = promise.run(), simulate(promise.scenario.model_copy(update={"faults": (), "controls": ()}))
    assert spells(result) == [(0.0, 30.0, 200.0), (30.0, 30.0, 0.0)]
    assert spells(result, "leak_mcg_h") == [(0.0, 30.0, 0.0), (30.0, 30.0, 200.0)]
    promise.says("From day {} nothing reaches the tip and {} mcg/day run into the pocket", 30, 200)
    # the pump's side of the story is that of a healthy system, to the bit
    kinds = [one.kind for one in result.happenings]
    assert not [kind for kind in kinds if "alarm" in kind]
    assert "no alarm comes" in promise.text
    for hour in (0.0, 720.0, 1440.0):
        broken, healthy = result.at(hour), whole.at(hour)
        for name in ("reservoir_believed_ml", "reservoir_true_ml", "believed_mcg_h", "command_ml_h", "pumped_ml_h"):
            assert getattr(broken, name) == getattr(healthy, name)
    hours = np.arange(720.0, 1440.0, 0.25)
    withdrawal = simulate(promise.scenario, time_h=hours).withdrawal_index
    assert "peaks about a day later" in promise.text
    assert 18.0 <= hours[np.argmax(withdrawal)] - 720.0 <= 30.0


def half_a_leak(promise: Promise) -> None:
    result = promise.run()
    assert spells(result) == [(0.0, 5.0, 200.0), (5.0, 5.0, 100.0), (10.0, 10.0, 200.0), (20.0, 10.0, 400.0)]
    promise.says("From day {} the tip receives {} of {} mcg/day", 5, 100, 200)
    promise.says("doubled on day {} brings it back to {}, at twice the flow", 10, 200)
    before, after = at_day(result, "command_ml_h", 9.9, 10.0)
    assert after == 2.0 * before
    promise.says("When the leak ends on day {} the tip receives {} mcg/day", 20, 400)
    level = simulate(promise.scenario, time_h=[480.0, 500.0, 720.0]).csf_mcg_ml @ band_weights("L1", "S2")
    share = 100.0 * (level[1] - level[0]) / (level[2] - level[0])
    promise.says("lumbar CSF is {} % of the way within {} h", float(share), 20)


CLAIMS: dict[str, Callable[[Promise], None]] = {
    "clean-break": clean_break,
    "first-drop": first_drop,
    "half-a-leak": half_a_leak,
    "missed-visit": missed_visit,
    "quiet-pump": quiet_pump,
    "stronger-drug": stronger_drug,
    "weaker-drug": weaker_drug,
}


@every
def test_every_number_that_a_scenario_promises_is_true(name):
    promise = Promise(name)
    CLAIMS[name](promise)
    assert not promise.left, f"unchecked numbers in: {promise.text}"


def test_no_number_for_learners_ends_with_a_zero_after_the_point():
    for scenario in SCENARIOS.values():
        for text in (scenario.title, scenario.objective, scenario.see):
            assert not re.search(r"\d\.\d*0\b", text), text
            assert not re.search(r"(?<!\d)\.\d", text), text
