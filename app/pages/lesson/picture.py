"""The picture of a lesson: the paper to draw on, the run with what was drawn over it, or two runs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import streamlit as st

from app import runs
from app.components import chart, sketch, stage
from app.figures import Look, Part, stage_packet
from app.figures.lesson import Curve, Drawing, describe, overlay, own_curve, side_by_side
from app.teaching import lessons
from app.teaching.lessons import Case, Prediction
from app.teaching.lessons.case import level_of
from app.teaching.lessons.records import ScenarioChange
from app.teaching.lessons.seeing import curve_to_show
from app.teaching.lessons.telling import CURVE_UNIT
from app.words.numbers import digits
from app.words.reader import units
from app.words.text import TEXT, day, plain
from app.words.units import TIME
from sim import Result, Scenario

PICTURE_PX: Final = 400
RUN_PX, STAGE_PX = 228, 300  # of a chart under the moving picture, and of that picture


def paper(case: Case, key: str, values: Sequence[object] | None, is_locked: bool) -> None:
    """The paper to draw on; points wait where they are known to begin, halfway up, or where they were left."""
    plan = case.predict.sketch
    title = _title(_curve(case, case.scenario))
    unit = "" if CURVE_UNIT[plan.curve] == "index" else CURVE_UNIT[plan.curve]
    factor, axis, _ = TIME[units().time]
    words = sketch.Paper(
        title=title,
        y_title=f"{title}, {unit}" if unit else title,
        x_title=TEXT[axis],
        unit=unit,
        days=plan.days,
        marks=tuple(digits(factor * at_day, 4) for at_day in plan.days),
        high=plan.high,
        labels=tuple(TEXT["lesson_point"].format(curve=title, day=day(at_day)) for at_day in plan.days),
    )
    if values is None and plan.is_start_known:
        values = lessons.as_it_begins(case)
    sketch.show(words, key, PICTURE_PX, values, is_locked)


def of_example(case: Case, scenario: Scenario, ink: str) -> None:
    """The run of the worked example."""
    curve, run = _curve(case, scenario), runs.run(scenario)
    st.caption(_title(curve))
    _place(own_curve(run, curve, _look(case, "worked", ink)), case, "worked", describe(run, curve, _five(run)))


def of_prediction(case: Case, prediction: Prediction, ink: str, *, is_playing: bool) -> None:
    """The run, with the learner's curve and number over it; it plays where it has just been asked for."""
    _stage(case.scenario, case.predict.sketch.days[0], is_playing=is_playing)
    curve, run = _curve(case, case.scenario), runs.run(case.scenario)
    is_day = case.predict.measure.unit == "day"
    true_day = lessons.value(case.predict.measure, run) if is_day else None
    drawing = Drawing(case.predict.sketch.days, prediction.sketch, prediction.number if is_day else None, true_day)
    st.caption(_title(curve))
    words = describe(run, curve, case.predict.sketch.days)
    _place(overlay(run, curve, drawing, _look(case, "run", ink)), case, "run", words)


def of_change(case: Case, change: ScenarioChange, base: Scenario, ink: str) -> None:
    """Two runs in one picture: with the change that a button asks for, and without it."""
    scenario = lessons.scenario_to_show(change, base)
    curve = curve_to_show(change, base)
    before, after = runs.run(base), runs.run(scenario)
    st.markdown(plain(f"{change.say} ({_title(curve)})"))
    _stage(scenario, case.predict.sketch.days[0])
    figure = side_by_side(after, before, curve, _look(case, "shown", ink))
    _place(figure, case, "shown", describe(after, curve, _five(after)))


def _stage(scenario: Scenario, day: float, *, is_playing: bool = False) -> None:
    """The moving picture of a run from a day on, with the clock that the chart below follows."""
    ranges = runs.ranges(scenario)
    moments = stage_packet.build(
        scenario, runs.run(scenario), ranges.line_mcg_ml, ranges.canal_mcg_ml, day, is_playing=is_playing
    )
    stage.show(moments, "lesson drawing", STAGE_PX)


def _place(figure: Part, case: Case, name: str, words: str) -> None:
    height = figure["layout"]["height"]
    chart.show(figure, f"lesson {name}", height, words, title=case.lesson.title, has_cursor=height == RUN_PX)


def _look(case: Case, name: str, ink: str) -> Look:
    height = PICTURE_PX if name == "worked" else RUN_PX
    return Look(f"lesson {case.lesson.number} {case.level} {name}", height, ink)


def _five(run: Result) -> tuple[float, ...]:
    """Days that tell a whole run."""
    return tuple(np.linspace(0.0, run.duration_h / 24.0, 5).tolist())


def _curve(case: Case, scenario: Scenario) -> Curve:
    """The curve of the lesson in some run."""
    plan = case.predict.sketch
    return Curve(plan.curve, plan.high, level_of(plan.level, scenario, plan.curve) or "")


def _title(curve: Curve) -> str:
    return TEXT[f"lesson_curve_{curve.name}"].format(level=curve.level)
