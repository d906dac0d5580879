"""Every packaged scenario runs, can be moved, and keeps every number that its own text promises."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise

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
from sim.scenario import Control, Occlusion, Tear, as_intended, field_at, with_values
from tests.building import scenario as written

SCENARIOS = catalogue().scenarios
every = pytest.mark.parametrize("name", SCENARIOS)
# the page adds the handles that a file does not bring along; these files do, and promise to
WITH_HANDLES = sorted(set(SCENARIOS) & {
    "clean-break", "first-drop", "half-a-leak", "missed-visit", "quiet-pump", "stronger-drug", "weaker-drug",
})  # fmt: skip
IDLE = [name for name, one in SCENARIOS.items() if any(fault.is_harmless() for fault in one.faults)]
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
    for text in (scenario.title, scenario.objective, scenario.see, scenario.misconception):
        assert text.strip() == text
        assert text
        assert text.endswith(".") or text == scenario.title
    assert len({one.title for one in SCENARIOS.values()}) == len(SCENARIOS)


def test_the_lessons_are_numbered_from_1_on_without_a_gap_and_listed_in_order():
    lessons = [one.lesson for one in SCENARIOS.values()]
    assert None not in lessons
    assert lessons == sorted(lessons)
    assert set(lessons) == set(range(1, 19))
    assert {one.level for one in SCENARIOS.values()} == {"novice", "core", "advanced"}


def test_scenarios_of_one_lesson_are_for_the_same_learners():
    for lesson in range(1, 19):
        assert len({one.level for one in SCENARIOS.values() if one.lesson == lesson}) == 1


@pytest.mark.parametrize("name", WITH_HANDLES)
@pytest.mark.parametrize("kind", [Occlusion, Tear])
def test_an_occlusion_and_a_tear_can_be_moved_from_nothing_to_all(name, kind):
    (control,) = handles(SCENARIOS[name], kind)
    assert (control.low, control.high) == (0.0, 1.0)
    assert len(control.paths) == 1


@pytest.mark.parametrize("name", WITH_HANDLES)
@pytest.mark.parametrize("kind", [Occlusion, Tear])
def test_a_handle_moved_to_all_changes_what_is_delivered_leaked_or_left(name, kind):
    scenario = SCENARIOS[name]
    (control,) = handles(scenario, kind)
    none, full = (metrics.summary(simulate(moved(scenario, control, end))) for end in (0.0, 1.0))
    read = ("delivered_mcg", "leaked_mcg", "residual_actual_ml")
    assert [none[key] for key in read] != [full[key] for key in read]
    assert full["delivered_mcg"] <= none["delivered_mcg"]


@pytest.mark.parametrize("name", IDLE)
def test_a_fault_of_no_severity_changes_no_number(name):
    scenario = SCENARIOS[name]
    idle = [fault for fault in scenario.faults if fault.is_harmless()]
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

    def run(self, time_h: np.ndarray | None = None, **values: object) -> Result:
        """The scenario with other values; __ stands for a point."""
        moved = with_values(self.scenario, {k.replace("__", "."): v for k, v in values.items()})
        return simulate(moved, time_h=time_h)


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
    weak = promise.run(orders__0__actual_mcg_ml=500.0, orders__0__programmed_mcg_ml=500.0)
    refill, rate = promise.scenario.orders
    promise.says("At {} mcg/mL, {} mcg/day is {} mL/day", refill.programmed_mcg_ml, rate.dose_mcg_day, 0.1)
    assert at_day(strong, "command_ml_h", 0, 199) == [0.1, 0.1]
    promise.says("alarm on day {}, flow ends on day {}.", metrics.alarm_day(strong), metrics.empty_day(strong))
    promise.says("concentration to {} mcg/mL: {} mL/day, alarm on day {}", 500, 0.4, metrics.alarm_day(weak))
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
    primed = promise.run(orders__2__volume_ml=0.4)
    promise.says("a priming bolus of {} mL at the start brings the drug within half an hour", 0.4)
    assert 29.0 <= 1440.0 * metrics.first_drug_at_tip_day(primed) <= 30.0


def new_strength(promise: Promise, low_or_high: str, printed_mcg_day: float, printed_days: float) -> None:
    result = promise.run()
    (first, changed, last) = spells(result)
    assert first == (0.0, 20.0, 200.0)
    promise.says("From day {} the tip receives {} mcg/day", changed[0], changed[2])
    promise.says("for {} day", changed[1])
    promise.says("then {} mcg/day again", last[2])
    hours = np.arange(480.0, 960.0, 0.25)
    course = promise.run(hours)
    if printed_mcg_day < last[2]:
        place = int(course.withdrawal_index.argmax())
        promise.says("withdrawal index rises to {} within a day (illustrative)", course.withdrawal_index[place])
        assert hours[place] <= 504.0
        assert not result.emergencies
    else:
        promise.says("Too much is an emergency after {} h (illustrative)", emergency_h(result, 20.0))
    promise.says("The screen says {} mcg/day throughout", spells(result, "believed_mcg_h")[0][2])
    assert len(spells(result, "believed_mcg_h")) == 1
    assert low_or_high in promise.text
    assert changed[1:] == (printed_days, printed_mcg_day)
    meant = simulate(as_intended(promise.scenario))
    (bridge,) = [row.text for row in meant.happenings if row.kind == "bridge_bolus"]
    ml_day, hours = map(float, re.findall(r"[\d.]+(?= mL/day| h)", bridge))
    promise.says("bridge bolus was meant: {} mL/day until the line is swept, after {} day", ml_day, hours / 24.0)
    promise.says("the tip receives {} mcg/day all along", last[2])
    assert spells(meant) == [(0.0, 40.0, last[2])]


def stronger_drug(promise: Promise) -> None:
    new_strength(promise, "a quarter of the dose", 50.0, 4.0)


def weaker_drug(promise: Promise) -> None:
    new_strength(promise, "four times the dose", 800.0, 1.0)


def missed_visit(promise: Promise) -> None:
    slow = promise.run()
    fast = promise.run(orders__0__actual_mcg_ml=500.0, orders__0__programmed_mcg_ml=500.0)
    refill, rate = promise.scenario.orders
    alarm, end = metrics.alarm_day(slow), metrics.empty_day(slow)
    promise.says("At {} mcg/mL, {} mcg/day is {} mL/day", refill.programmed_mcg_ml, rate.dose_mcg_day, 0.25)
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
    promise.says("too little is an emergency after {} h", emergency_h(slow, end))
    promise.says("{} mL is the most that a maker lets stay behind", catalogue().pumps["roller-20ml"].unpumpable_ml)
    (visit,) = promise.scenario.intended_orders
    assert promise.scenario.objective.startswith("Nobody comes to the refill")
    assert visit.at_day < alarm


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
    assert "peaks about a day later and then fades" in promise.text
    assert withdrawal[-1] < 0.1 * withdrawal.max()
    promise.says("Too little is an emergency after {} h", emergency_h(result, 30.0))
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
    late = promise.run(np.array([0.0, 479.9, 719.9]))
    promise.says("drowsiness and weakness, from {} to {} (illustrative)", *late.excess_index[[1, 2]])
    assert late.effect_index[2] > late.effect_index[1]
    assert not result.emergencies


def at_level(result: Result, level: str) -> np.ndarray:
    """CSF concentration (m,) at a named level."""
    return result.csf_mcg_ml @ point_weights(level_cm(level))


def kinds(result: Result) -> list[str]:
    return [one.kind for one in result.happenings]


def emergency_h(result: Result, since_day: float = 0.0) -> float:
    """Hours from a day until the next emergency begins."""
    starts = [one.start_h for one in result.emergencies if not one.is_distress and one.start_h >= 24.0 * since_day]
    return starts[0] - 24.0 * since_day


def text_of(result: Result, kind: str, place: int = 0) -> str:
    return [one.text for one in result.happenings if one.kind == kind][place]


def wrong_label(promise: Promise) -> None:
    result = promise.run()
    refill, _ = promise.scenario.orders
    promise.says(
        "holds {} mcg/mL, the programmed concentration is {} mcg/mL", refill.actual_mcg_ml, refill.programmed_mcg_ml
    )
    assert spells(result) == [(0.0, 46.5, 800.0), (46.5, 3.5, 0.0)]
    promise.says("The screen says {} mcg/day; the tip receives {} mcg/day", 200, 800)
    assert spells(result, "believed_mcg_h") == [(0.0, 50.0, 200.0)]
    day = result.at(720.0)
    (believed,), (true,) = day.reservoir_believed_ml, day.reservoir_true_ml
    promise.says("On day {} the pump counts {} mL and {} mL are there", 30, believed, true)
    right = promise.run(orders__0__programmed_mcg_ml=2000.0, duration_day=190.0)
    promise.says("too much is an emergency after {} h", emergency_h(result))
    promise.says("its index settles at {} (illustrative)", float(result.at(960.0).excess_index[0]))
    promise.says("alarm comes on day {}", metrics.alarm_day(result))
    promise.says("not on day {} as with {} programmed", metrics.alarm_day(right), 2000)
    assert at_day(right, "tip_mcg_h", 1) == [200.0]
    swapped = promise.run(orders__0__programmed_mcg_ml=2000.0, orders__0__actual_mcg_ml=500.0)
    promise.says("a quarter, {} mcg/day", at_day(swapped, "tip_mcg_h", 1)[0])


def zero_too_many(promise: Promise) -> None:
    result = promise.run(np.array([239.9, 264.0]))
    promise.says("On day {} a refill is followed by {} mcg/day where {} was meant", 10, 50000, 5000)
    assert at_day(result, "believed_mcg_h", 9, 10) == at_day(result, "tip_mcg_h", 9, 10) == [5000.0, 50000.0]
    (before, after) = at_day(result, "command_ml_h", 9, 10)
    promise.says("{} mL/day instead of {} mL/day", after, before)
    meant = promise.run(orders__3__dose_mcg_day=5000.0, duration_day=90.0)
    promise.says(
        "alarm comes {} days after the refill instead of {} days",
        metrics.alarm_day(result) - 10.0, metrics.alarm_day(meant) - 10.0,
    )  # fmt: skip
    promise.says("breathing depression rises from {} to {}", *result.excess_index)
    promise.says("an emergency from {} h on", emergency_h(result, 10.0))


def hidden_kink(promise: Promise) -> None:
    def found_too_much(result: Result, day: float) -> float:
        before = result.before(24.0 * day)
        return float(before.reservoir_true_ml[0] - before.reservoir_believed_ml[0])

    result = promise.run()
    promise.says("From day {} the line is kinked", promise.scenario.faults[0].start_day)
    promise.says("At {} mL/day the refill on day {}", at_day(result, "command_ml_h", 1)[0], 18)
    promise.says("after {} days, finds {} mL too much", 8, found_too_much(result, 18.0))
    assert text_of(result, "refill", 1).startswith("Refill: actual residual 17.454 mL, expected 15.5 mL")
    slow = promise.run(orders__1__dose_mcg_day=2000.0, orders__2__at_day=30.0)
    promise.says("at {} mL/day it takes {} days", at_day(slow, "command_ml_h", 1)[0], 30.0 - 10.0)
    assert found_too_much(slow, 30.0) == pytest.approx(found_too_much(result, 18.0), abs=1e-9)
    assert not [kind for kind in kinds(result) if "alarm" in kind]
    effect = promise.run(np.array([240.0, 246.0])).effect_index
    promise.says("after {} h the effect index has fallen from {} to {}", 6, *effect)
    pushed = float(result.at(840.0 + 1.0 / 60.0).delivered_mcg[0] - result.at(840.0).delivered_mcg[0])
    pushed -= 5000.0 / 1440.0  # what the pump gives in the same minute
    promise.says("opens on day {}, {} mL pressed into the line", 35, float(result.before(840.0).stored_ml[0]))
    promise.says("leave within a minute: {} mg", pushed / 1000.0)
    hours = np.arange(840.0, 960.0, 0.05)
    usual = promise.run(np.array([100.0])).excess_index[0]
    promise.says("the dose that read {} on the index of breathing depression", usual)
    promise.says("now takes it to {}.", promise.run(hours).excess_index.max())
    short = promise.run(faults__0__closed_h_per_day=4.0)
    promise.says("Closed for {} h a day, nothing is lost", 4)
    assert metrics.delivered_ratio(short) == pytest.approx(1.0, abs=1e-12)
    assert metrics.delivered_ratio(promise.run(faults__0__closed_h_per_day=5.0)) < 0.99
    assert kinds(short).count("release") == 26


def moving_tip(promise: Promise) -> None:
    hours = np.array([239.0, 479.0, 719.0])

    def shares(**person: object) -> list[float]:
        level = at_level(promise.run(hours, **person), "L3")
        return (100.0 * level[1:] / level[0]).tolist()

    assert promise.scenario.tip_level == "L3"
    near, far = (level_cm("L3") - level_cm(fault.level) for fault in promise.scenario.faults)
    promise.says("On day {} it slips {} cm rostral to L1", promise.scenario.faults[0].start_day, near)
    promise.says("on day {} to T12, {} cm rostral of L3", promise.scenario.faults[1].start_day, far)
    promise.says("CSF at L3 falls to {} % and {} %", *shares())
    promise.says("With low mixing (More fields, Person) it falls to {} % and {} %", *shares(canal__mixing="low"))
    result = promise.run()
    assert {dose for name in ("tip_mcg_h", "believed_mcg_h") for _, _, dose in spells(result, name)} == {200.0}
    np.testing.assert_array_equal(result.reservoir_believed_ml, result.reservoir_true_ml)
    assert not [kind for kind in kinds(result) if "alarm" in kind]


def losing_effect(promise: Promise) -> None:
    # just before each rise of the dose, and two days after
    hours = np.array([day for rise in (28.0, 56.0, 84.0) for day in (rise - 1e-4, rise + 2.0)] + [112.0]) * 24.0
    result = promise.run(hours)
    doses = at_day(result, "believed_mcg_h", 0, 28, 56, 84)
    promise.says("{} % from day {} on", 100.0 * at_day(result, "tip_mcg_h", 84)[0] / doses[-1], 84)
    rises = [100.0 * (after / before - 1.0) for before, after in pairwise(doses)]
    promise.says("rises by {} % every {} days", rises[0], 28)
    assert rises == pytest.approx([20.0] * 3)
    index = result.effect_index
    promise.says("goes from {} to {}, from {} to {}, from {} to {}.", *index[:6])
    promise.says("grows more sensitive again, to {}", index[-1])
    gain = index[1:6:2] - index[0:6:2]
    assert gain[0] > gain[1] > gain[2] > 0.0
    tolerant = promise.run(hours, faults__0__transfer_frac=1.0, faults__1__ec50_factor=1.9)
    promise.says("Let {} % pass and set the concentration of half effect to {} times", 100, 1.9)
    promise.says("the same {}, but", tolerant.effect_index[-1])
    assert tolerant.effect_index[-1] == pytest.approx(index[-1], abs=1e-3)
    tips = [at_day(one, "tip_mcg_h", 111)[0] for one in (tolerant, result)]
    promise.says("tip receives {} mcg/day instead of {}", *tips)
    milder = promise.run(hours, faults__0__transfer_frac=1.0, faults__1__ec50_factor=1.5).effect_index
    promise.says("At {} times each rise brings the index over {}", 1.5, 0.5)
    assert (milder[0:6:2] < 0.5).all()
    assert (milder[1:6:2] > 0.5).all()


def mri_roller(promise: Promise) -> None:
    result = promise.run(np.array([240.0, 264.0, 336.0]))
    assert spells(result, "pumped_ml_h") == [(0.0, 10.0, 0.1), (10.0, 1.0, 0.0), (11.0, 3.0, 0.1)]
    promise.says("The MRI scan of {} minutes on day {}", 45, 10)
    promise.says("turns again only after {} h", 24)
    tip, cistern = at_level(result, "T12"), result.cistern_mcg_ml
    promise.says(
        "tip is down to {} % of its level and the cistern to {} %", *(100.0 * one[1] / one[0] for one in (tip, cistern))
    )
    promise.says("from {} to under {} (illustrative)", result.effect_index[0], 0.01)
    assert result.effect_index[1] < 0.01
    promise.says("finds {} mL too much", result.reservoir_true_ml[-1] - result.reservoir_believed_ml[-1])
    hours = np.arange(240.0, 260.0, 0.01)
    promise.says("Too little is an emergency from {} h on", emergency_h(result, 10.0))
    assert "motor_stall" in [one.kind for one in result.happenings if one.alarm == "critical"]
    promise.says("dipped to {}", promise.run(hours, orders__2__restart_delay_min=0.0).effect_index.min())
    assert [kind for kind in kinds(result) if kind in ("mri", "motor_stall", "restart")] == [
        "mri",
        "motor_stall",
        "restart",
    ]


def mri_valve(promise: Promise) -> None:
    first, _, scan, emptied, *_, again, _ = promise.scenario.orders
    result = promise.run()
    assert "empty_scan" in kinds(result)
    promise.says("scan on day {} the reservoir is emptied", scan.at_day)
    (_, gap, _) = spells(result)
    promise.says(
        "again {} h later, the tip has been without drug for {} h", 24.0 * (again.at_day - 10.0), 24.0 * gap[1]
    )
    assert gap[2] == 0.0
    promise.says("count of {} mL has sounded the alarms", result.at(240.0).reservoir_believed_ml[0])
    assert [one.time_h for one in result.happenings if one.alarm] == [240.0, 240.0]
    assert emptied.draw_ml is None
    full = promise.run(orders__3__draw_ml=0.0)
    slipped = within_a_minute(full)
    promise.says("after at most {} mL: at {} mcg/mL", slipped / first.actual_mcg_ml, first.actual_mcg_ml)
    promise.says("that is {} mcg within a minute", slipped)
    (_, _, shut, after) = spells(full)
    assert (shut[2], shut[1]) == (0.0, pytest.approx(2.0, abs=0.001))
    promise.says("nothing more until the reset on day {}", after[0])
    everything = within_a_minute(promise.run(orders__3__draw_ml=0.0, orders__2__valves_open=True))
    promise.says("{} mL run in at once: {} mcg", everything / first.actual_mcg_ml, everything)
    # a gas-driven pump takes no orders, so it is another scenario
    refill = first.model_dump() | {"in_ml": 18.0}
    gas, scanned = (
        written(20, refill, *more, pump="gas-20ml", drug="morphine-like") for more in ([], [scan.model_dump()])
    )
    assert spells(simulate(gas)) == spells(simulate(scanned))
    assert "a gas-driven pump runs on" in promise.text


def within_a_minute(result: Result) -> float:
    """Drug that reaches the CSF in the first minute of day 10."""
    return float(result.at(240.0 + 1.0 / 60.0).delivered_mcg[0] - result.at(240.0).delivered_mcg[0])


def pocket_fill(promise: Promise) -> None:
    result = promise.run()
    (refill, _) = promise.scenario.orders
    promise.says("Of {} mL injected, {} mL go into the pocket", refill.in_ml, refill.pocket_ml)
    (depot,) = result.at(0.0).ledger.amount_mcg[:, result.ledger.places.index("tissue_depot")]
    promise.says("{} mg under the skin", depot / 1000.0)
    hours = np.arange(0.0, 48.0, 0.01)
    plasma = promise.run(hours).plasma_mcg_ml
    promise.says("rises to {} times its steady level after {} h", plasma.max() / plasma[0], hours[plasma.argmax()])
    breathing = promise.run(hours).excess_index
    promise.says("breathing depression to {} after {} h", breathing.max(), hours[breathing.argmax()])
    promise.says("an emergency from {} h on", emergency_h(result))
    promise.says("After {} h plasma is back at its steady level", 24)
    assert plasma[2400] / plasma[0] == pytest.approx(1.0, abs=0.03)
    alarm, end = metrics.alarm_day(result), metrics.empty_day(result)
    promise.says(
        "the pump counts {} mL, so the alarm stays on day {}", float(result.at(0.0).reservoir_believed_ml[0]), alarm
    )
    assert result.at(24.0 * 52.0).reservoir_true_ml[0] == pytest.approx(2.0, abs=1e-9)
    promise.says("true volume passes {} mL on day {} and flow ends on day {}", 2, 52, end)
    promise.says("still counts {} mL", float(result.at(24.0 * end).reservoir_believed_ml[0]))
    promise.says("{} days without drug before any alarm", alarm - end)
    assert kinds(result).index("run_dry") < kinds(result).index("low_alarm")


def dye_first(promise: Promise) -> None:
    def at_once(result: Result) -> float:
        return float(result.at(240.01).delivered_mcg[0] - result.before(240.0).delivered_mcg[0])

    result = promise.run()
    catheter_ml = 0.4 - 0.2
    bolus = at_once(result)
    promise.says("On day {} dye pushes {} mL of {} mcg/mL", 10, bolus / 2000.0, 2000)
    promise.says("{} mcg at once, {} days' dose", bolus, bolus / 200.0)
    assert bolus == pytest.approx(2000.0 * catheter_ml, rel=1e-4)
    hours = np.arange(240.0, 336.0, 0.05)
    excess = promise.run(hours).excess_index
    peak_h = hours[excess.argmax()] - 240.0
    promise.says("drowsiness and weakness reaches {} after {} h (illustrative)", excess.max(), peak_h)
    assert [one.side for one in result.emergencies] == ["too_much", "too_little"]
    promise.says("the tip receives none for {} days", gap_days(result))
    drawn = promise.run(orders__2__volume_ml=0.5)
    promise.says("Aspirate {} mL first: no bolus, but the same gap", 0.5)
    assert at_once(drawn) < 0.01
    assert gap_days(drawn) == pytest.approx(gap_days(result), abs=1e-3)
    primed = promise.run(orders__2__volume_ml=0.5, orders__4__volume_ml=0.2)
    promise.says("A priming bolus of {} mL afterwards brings the drug back within half an hour", 0.2)
    start = promise.scenario.orders[4].at_day
    assert gap_days(primed) <= start - 10.0 + 0.5 / 24.0
    assert at_day(primed, "tip_mcg_h", start + 0.5 / 24.0 + 1e-6, 19) == [200.0, 200.0]
    strong = promise.run(
        orders__0__actual_mcg_ml=20000.0,
        orders__0__programmed_mcg_ml=20000.0,
        orders__1__dose_mcg_day=5000.0,
        drug="morphine-like",
    )
    promise.says("drug of {} mg/mL the bolus would be {} mg", 20, at_once(strong) / 1000.0)


def gap_days(result: Result) -> float:
    """Days after day 10 in which the tip receives less than a thousandth of the programmed dose."""
    return sum(size for at, size, dose in spells(result) if at >= 10.0 and dose < 0.2)


def bolus_or_infusion(promise: Promise) -> None:
    first, second, infusion = promise.scenario.orders
    hour, index = promise.run().effect_course
    over = index >= 0.5
    crossings = [
        float(hour[k] + (0.5 - index[k]) / (index[k + 1] - index[k]) * (hour[k + 1] - hour[k]))
        for k in np.flatnonzero(over[1:] != over[:-1])
    ]
    up, down, _, later, infusion_up, _ = crossings
    assert {order.level for order in promise.scenario.orders} == {"L3"}
    promise.says("A single bolus of {} mcg at L3 passes half relief (index {}, illustrative)", first.dose_mcg, 0.5)
    fine = np.arange(0.0, 24.0, 0.005)
    course = promise.run(fine).effect_index
    promise.says("after {} h, peaks at {} after {} h", up, course.max(), fine[course.argmax()])
    promise.says("below half again after {} h", down)
    promise.says("{} mcg on day {} hold it until {} h", second.dose_mcg, second.at_day, later - 24.0 * second.at_day)
    # the label's first day: twice the bolus, or the bolus itself where it worked for more than 8 h
    assert down - up > 8.0
    promise.says("it worked for over {} h, as here", 8)
    same = promise.run(orders__2__dose_mcg_day=50.0, time_h=np.array([144.0])).effect_index[0]
    promise.says("{} mcg/day settles at {}, far below the peak", 50, same)
    assert same < 0.5 * course.max()
    assert promise.run(np.arange(0.0, 192.0, 0.1)).excess_index.max() < 0.12
    promise.says("drowsiness stays below {} throughout", 0.12)
    promise.says("infusion of {} mcg/day from day {} on", infusion.dose_mcg_day, infusion.at_day)
    promise.says("passes half after {} h:", infusion_up - 24.0 * infusion.at_day)
    plateau = promise.run(24.0 * infusion.at_day + np.array([24.0, 48.0])).effect_index
    promise.says("{} after {} h, {} after {} h", plateau[0], 24, plateau[1], 48)


def same_dose_other_rhythm(promise: Promise) -> None:
    # the last five days of each rhythm, minute by minute
    hours = [24.0 * day + np.arange(0.0, 120.0, 1.0 / 60.0) for day in (5.0, 15.0, 25.0)]
    result = promise.run(np.concatenate(hours))
    ends = [float(result.at(24.0 * day).delivered_mcg[0]) for day in (0.0, 10.0, 20.0, 30.0)]
    assert np.diff(ends) == pytest.approx([60000.0] * 3, rel=1e-9)
    promise.says("Each {} days bring {} mg", 10, (ends[1] - ends[0]) / 1000.0)
    tip, lumbar = (np.split(at_level(result, level), 3) for level in (promise.scenario.tip_level, "L4"))
    assert np.ptp(tip[0]) < 1e-9 * tip[0].max()
    pulses = [one for one in result.happenings if one.kind == "bolus" and 240.0 <= one.time_h < 264.0]
    promise.says("from day {} on, {} pulses a day", 10, len(pulses))
    promise.says("between {} and {} times its mean", tip[1].min() / tip[1].mean(), tip[1].max() / tip[1].mean())
    promise.says("from day {} on, with more at night", promise.scenario.orders[-1].at_day)
    promise.says("between {} and {} times.", tip[2].min() / tip[2].mean(), tip[2].max() / tip[2].mean())
    for level in (tip, lumbar):
        assert [one.mean() for one in level] == pytest.approx([level[0].mean()] * 3, rel=1e-6)
    peaks = [one.max() / one.mean() for one in lumbar]
    promise.says("pulses reach only {} times the mean, the nights still {}", peaks[1], peaks[2])


def old_pump(promise: Promise) -> None:
    result = promise.run()
    notice, end = (metrics.first_day(result, kind) for kind in ("eri", "eos"))
    promise.says("{} % of the battery's life", 100.0 * (1.0 - result.battery_frac[0]))
    promise.says("comes on day {}, and {} days later, on day {}", notice, end - notice, end)
    promise.says("with {} mL still in it", result.reservoir_true_ml[-1])
    assert spells(result)[-1][2] == 0.0
    assert kinds(result)[-2:] == ["eos", "emergency"]
    assert "an emergency within half a day" in promise.text
    assert emergency_h(result, end) < 12.0
    battery = catalogue().pumps[promise.scenario.pump].battery
    promise.says("At {} mL/day such a battery lasts {} years", battery.slow_ml_day, battery.slow_year)
    promise.says("at {} mL/day {} years", battery.fast_ml_day, battery.fast_year)


def flipped_pump(promise: Promise) -> None:
    result = promise.run()
    (flip,) = promise.scenario.faults
    promise.says("flips on day {} and goes on giving {} mcg/day", flip.start_day, at_day(result, "tip_mcg_h", 21)[0])
    promise.says("On day {} no needle", metrics.first_day(result, "no_access"))
    promise.says("alarm comes on day {}, flow ends on day {}", metrics.alarm_day(result), metrics.empty_day(result))
    promise.says("back on day {}", flip.end_day)
    before = result.before(24.0 * 77.0)
    promise.says(
        "refill of day {}, with an actual residual of {} mL where {} mL were expected",
        77, before.reservoir_true_ml[0], before.reservoir_believed_ml[0],
    )  # fmt: skip
    assert kinds(result).count("refill") == 2
    (full, dry, again) = spells(result)
    assert (full[2], dry[2], again[2]) == (5000.0, 0.0, 5000.0)
    promise.says("without drug for {} days", dry[1])


def crossings_h(result: Result, index: float, from_h: float) -> list[float]:
    """Hours after from_h at which the index of too much passes a value, upwards and downwards."""
    assert result.excess_course is not None
    hour = np.arange(from_h, result.duration_h, 0.01)
    over = np.interp(hour, *result.excess_course) > index
    return [float(hour[k + 1]) - from_h for k in np.flatnonzero(over[1:] != over[:-1])]


def highest_excess(result: Result, from_h: float) -> tuple[float, float]:
    """Highest index of too much, and hours after from_h until then."""
    assert result.excess_course is not None
    hour, index = result.excess_course
    return float(index.max()), float(hour[index.argmax()]) - from_h


def what_stops(promise: Promise) -> None:
    def half_h(result: Result) -> float:
        assert result.effect_course is not None
        hour, index = result.effect_course
        fine = np.arange(240.0, 720.0, 0.01)
        course = np.interp(fine, hour, index)
        return float(fine[np.flatnonzero(course < 0.5 * course[0])[0]]) - 240.0

    def too_much_ml(result: Result) -> float:
        row = result.at(24.0 * 28.0)
        return float(row.reservoir_true_ml[0] - row.reservoir_believed_ml[0])

    def alarms(result: Result) -> list[str]:
        return [one.kind for one in result.happenings if one.alarm]

    torn = promise.run()
    blocked = promise.run(faults__0__lost_frac=0.0, faults__1__blocked_frac=1.0)
    tolerant = promise.run(faults__0__lost_frac=0.0, faults__2__ec50_factor=3.0)
    stalled = promise.run(faults=[{"kind": "stall", "start_day": 10.0}], controls=[])
    promise.says("From day {} on the effect goes", 10)
    promise.says(
        "loses {} % leaves {} mcg/day", 100.0 * promise.scenario.faults[0].lost_frac, at_day(torn, "tip_mcg_h", 28)[0]
    )
    assert (round(too_much_ml(torn), 9), alarms(torn)) == (0.0, [])
    promise.says("comes, and {} h later", half_h(torn))
    promise.says(
        "occlusion {} %) takes {} h, and on day {} there are {} mL", 100, half_h(blocked), 28, too_much_ml(blocked)
    )
    assert alarms(blocked) == []
    promise.says("leaves {} mL and sounds", too_much_ml(stalled))
    assert half_h(stalled) == pytest.approx(half_h(blocked), abs=0.02)
    assert alarms(stalled) == ["motor_stall"]
    promise.says("at {} times the concentration, within {} days)", 3, promise.scenario.faults[2].grows_day)
    promise.says("takes {} h: all {} mcg/day arrive", half_h(tolerant), at_day(tolerant, "tip_mcg_h", 28)[0])
    assert (round(too_much_ml(tolerant), 9), alarms(tolerant)) == (0.0, [])


def port_misinjection(promise: Promise) -> None:
    result = promise.run()
    port = promise.scenario.orders[2]
    usual_mcg = promise.scenario.orders[1].dose_mcg_day / 24.0
    given = result.at(241.0).delivered_mcg[0] - result.before(240.0).delivered_mcg[0] - usual_mcg
    promise.says("On day {} a needle", port.at_day)
    promise.says("{} mL of {} mcg/mL push out the {} mL of the catheter", port.volume_ml, port.actual_mcg_ml, 0.2)
    promise.says("{} mg enter the CSF at once, {} times the daily dose", given / 1000.0, given / 5000.0)
    up, down = crossings_h(result, 0.45, 240.0)
    peak, peak_h = highest_excess(result, 240.0)
    promise.says("passes {} after {} h, peaks at {} after {} h", 0.45, up, peak, peak_h)
    promise.says("falls below {} only after {} h", 0.45, down)
    end = result.at(result.duration_h)
    assert end.reservoir_true_ml[0] == pytest.approx(end.reservoir_believed_ml[0], abs=1e-9)
    assert not [one for one in result.happenings if one.alarm]


def restart_after_gap(promise: Promise) -> None:
    result = promise.run()
    _, _, stop, restart = promise.scenario.orders
    alarm = metrics.first_day(result, "stopped_alarm")
    promise.says(
        "stopped on day {}, and the alarm of a stopped pump sounds {} days later", stop.at_day, alarm - stop.at_day
    )
    promise.says("On day {} the old {} mcg/day start again", restart.at_day, at_day(result, "tip_mcg_h", 41)[0])
    promise.says("read {} on the index", float(np.interp(216.0, *result.excess_course)))
    up, _ = crossings_h(result, 0.45, 960.0)
    promise.says("passes {} after {} h and peaks at {} after {} h", 0.45, up, *highest_excess(result, 960.0))
    assert "behind the curves the old dose goes on" in promise.text
    assert at_day(simulate(as_intended(promise.scenario)), "tip_mcg_h", 9, 20, 41) == [5000.0] * 3


CLAIMS: dict[str, Callable[[Promise], None]] = {
    "pocket-fill": pocket_fill,
    "dye-first": dye_first,
    "flipped-pump": flipped_pump,
    "hidden-kink": hidden_kink,
    "losing-effect": losing_effect,
    "moving-tip": moving_tip,
    "old-pump": old_pump,
    "same-dose-other-rhythm": same_dose_other_rhythm,
    "mri-roller": mri_roller,
    "mri-valve": mri_valve,
    "bolus-or-infusion": bolus_or_infusion,
    "wrong-label": wrong_label,
    "zero-too-many": zero_too_many,
    "clean-break": clean_break,
    "first-drop": first_drop,
    "half-a-leak": half_a_leak,
    "missed-visit": missed_visit,
    "quiet-pump": quiet_pump,
    "stronger-drug": stronger_drug,
    "weaker-drug": weaker_drug,
    "what-stops": what_stops,
    "port-misinjection": port_misinjection,
    "restart-after-gap": restart_after_gap,
}


@every
def test_every_number_that_a_scenario_promises_is_true(name):
    promise = Promise(name)
    CLAIMS[name](promise)
    assert not promise.left, f"unchecked numbers in: {promise.text}"


@every
def test_numbers_stand_only_where_they_are_claimed(name):
    for text in (SCENARIOS[name].objective, SCENARIOS[name].misconception):
        assert not Promise.NUMBER.search(text), text


def test_a_number_that_nobody_claims_is_found():
    promise = Promise("quiet-pump")
    promise.says("alarm on day {}, flow ends", 180.0)
    assert len(promise.left) == len(Promise.NUMBER.findall(promise.text)) - 1
    with pytest.raises(AssertionError, match=r"where it is 180\.6"):
        promise.says("alarm on day {}, flow ends", 180.6)


def test_no_number_for_learners_ends_with_a_zero_after_the_point():
    for scenario in SCENARIOS.values():
        for text in (scenario.title, scenario.objective, scenario.see, scenario.misconception):
            assert not re.search(r"\d\.\d*0\b", text), text
            assert not re.search(r"(?<!\d)\.\d", text), text
