"""A chart travels whole: the header says where each column of numbers lies, and every number comes back."""

from __future__ import annotations

import numpy as np
import pytest

from app import figures, runs
from app.components import chart
from app.figures import Look
from app.figures import trial as trial_figures
from app.figures.theme import DARK_INK
from app.teaching import trial
from sim import catalogue, race
from sim.scenario import as_intended
from tests.scripting import in_node, unpack


@pytest.mark.parametrize("name", sorted(catalogue().scenarios))
def test_every_column_of_a_chart_comes_back(name):
    scenario = catalogue().scenarios[name]
    result, ghost = runs.run(scenario), runs.run(as_intended(scenario))
    figure = figures.two_truths(result, ghost, runs.ranges(scenario), Look("x", 245, DARK_INK))
    header, columns = unpack(chart.encode(figure, {"words": "w"}))
    assert header["words"] == "w"
    assert header["figure"]["layout"]["xaxis"]["title"]["text"] == "days"
    for sent, drawn in zip(header["figure"]["data"], figure["data"], strict=True):
        assert sent["name"] == drawn["name"]
        for axis in ("x", "y"):
            assert np.array_equal(columns[sent[axis][chart.COLUMN]], np.float32(drawn[axis]))


def test_numbers_begin_where_a_float_may_stand():
    figure = {"data": [{"x": np.array([1.0, 2.0])}], "layout": {}}
    for words in ("", "a", "ab", "abc"):
        packet = chart.encode(figure, {"words": words})
        assert int.from_bytes(packet[:4], "little") % 4 == 0
        (column,) = unpack(packet)[1].values()
        assert column.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_a_value_that_cannot_be_drawn_is_named(wrong):
    with pytest.raises(ValueError, match="trace 0: y holds a value that is not a finite number"):
        chart.encode({"data": [{"y": np.array([1.0, wrong])}], "layout": {}}, {})


def test_the_browser_puts_every_column_back_into_its_trace():
    figure = {
        "data": [{"name": "a", "x": np.array([0.1, 2.0])}, {"y": np.array([3.5]), "x": [1]}],
        "layout": {"height": 7},
    }
    script = """
    import { parse } from "./chart.js";
    const { figure } = parse(new Uint8Array(readFileSync("packet")));
    print({ ...figure, data: figure.data.map(({ x, y, name }) => ({ x: [...x], y: y && [...y], name })) });
    """
    read = in_node(script, chart.encode(figure, {}))
    assert read["layout"] == {"height": 7}
    assert read["data"] == [{"name": "a", "x": [float(np.float32(0.1)), 2.0]}, {"y": [3.5], "x": [1]}]


@pytest.mark.parametrize(
    ("shape", "at", "value"),
    [
        ("hv", -0.1, None), ("hv", 0.0, 1.0), ("hv", 1.9, 1.0), ("hv", 2.0, 5.0), ("hv", 4.0, 7.0), ("hv", 4.1, None),
        ("linear", 0.0, 1.0), ("linear", 1.0, 3.0), ("linear", 2.0, 5.0), ("linear", 3.5, 6.5), ("linear", 4.1, None),
    ],
)  # fmt: skip
def test_the_number_at_the_cursor_is_held_by_a_stair_and_straight_on_a_line(shape, at, value):
    script = 'import { valueAt } from "./chart_readout.js";'
    script += "print(valueAt({ x: [0, 2, 4], y: [1, 5, 7], line: { shape } }, at));"
    assert in_node(script, shape=shape, at=at) == value


@pytest.mark.parametrize("duration", [1.0, 30.0, 365.0, 3650.0])
def test_the_usual_speed_plays_a_run_in_about_twenty_seconds_and_speeds_rise(duration):
    script = 'import { speedsFor } from "./clock.js"; print(speedsFor(duration));'
    speeds = in_node(script, duration=duration)
    (usual,) = [choice["speed"] for choice in speeds if choice["factor"] == 1]
    assert 10.0 <= duration / usual <= 40.0
    assert [choice["speed"] for choice in speeds] == sorted({choice["speed"] for choice in speeds})


@pytest.mark.parametrize(("duration", "is_own"), [(4.5, True), (30.0, False), (0.0, False)])
def test_the_cursor_of_another_run_says_nothing_below_a_chart(duration, is_own):
    # a day of a run of 30 days, such as day 12, is no day of a chart of 4.5 days
    header = {"figure": {"data": [], "layout": {"meta": {"per_day": 1.0, "duration_day": 4.5}}}}
    script = 'import { isOfClock } from "./chart_readout.js"; print(isOfClock(header, { duration }));'
    assert in_node(script, header=header, duration=duration) is is_own


def test_every_chart_with_a_cursor_says_how_long_its_run_is():
    scenario = catalogue().scenarios["half-a-leak"]
    result, ghost = runs.run(scenario), runs.run(as_intended(scenario))
    look, ranges = Look("x", 245, DARK_INK), runs.ranges(scenario)
    setting = trial.first_setting(next(iter(trial.drugs())))
    courses = {arm: trial.course(setting, arm) for arm in trial.arms(setting.drug)}
    ours = [
        figures.two_truths(result, ghost, ranges, look),
        figures.ledger_over_time(result, ranges, look),
        figures.race(race(scenario, result), 30.0, look),
        figures.difference(result, ghost, "dose", look, "x"),
    ]
    of_trial = [
        trial_figures.diary(trial.diary(setting, "bolus"), courses["bolus"], look),
        trial_figures.csf(courses, dict.fromkeys(courses, "x"), look),
    ]
    assert {figure["layout"]["meta"]["duration_day"] for figure in ours} == {scenario.duration_day}
    assert {figure["layout"]["meta"]["duration_day"] for figure in of_trial} == {4.5}
