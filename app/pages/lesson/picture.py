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
from app.teaching.lessons.records import Show
from app.teaching.lessons.telling import CURVE_UNIT
from app.words.text import TEXT, day, digits, plain, units
from app.words.units import TIME
from sim import Result, Scenario

PICTURE_PX: Final = 400
RUN_PX, STAGE_PX = 228, 300  # of a chart under the moving picture, and of that picture


def paper(made: Case, key: str, values: Sequence[object] | None, is_locked: bool) -> None:
    """The paper to draw on; points wait where they are known to begin, halfway up, or where they were left."""
    own = made.predict.sketch
    title = _title(_curve(made, made.scenario, None))
    unit = "" if CURVE_UNIT[own.curve] == "index" else CURVE_UNIT[own.curve]
    factor, axis, _ = TIME[units().time]
    words = sketch.Paper(
        title=title,
        y_title=f"{title}, {unit}" if unit else title,
        x_title=TEXT[axis],
        unit=unit,
        days=own.days,
        marks=tuple(digits(factor * one, 4) for one in own.days),
        high=own.high,
        labels=tuple(TEXT["lesson_point"].format(curve=title, day=day(one)) for one in own.days),
    )
    if values is None and own.is_start_known:
        values = lessons.as_it_begins(made)
    sketch.show(words, key, PICTURE_PX, values, is_locked)


def of_example(made: Case, scenario: Scenario, ink: str) -> None:
    """The run of the worked example."""
    curve, run = _curve(made, scenario, None), runs.run(scenario)
    st.caption(_title(curve))
    _place(own_curve(run, curve, _look(made, "worked", ink)), made, "worked", describe(run, curve, _five(run)))


def of_prediction(made: Case, given: Prediction, ink: str) -> None:
    """The run with what was drawn and said over it."""
    _stage(made.scenario, made.predict.sketch.days[0])
    curve, run = _curve(made, made.scenario, None), runs.run(made.scenario)
    is_day = made.predict.measure.unit == "day"
    true_day = lessons.value(made.predict.measure, run) if is_day else None
    drawing = Drawing(made.predict.sketch.days, given.sketch, given.number if is_day else None, true_day)
    st.caption(_title(curve))
    words = describe(run, curve, made.predict.sketch.days)
    _place(overlay(run, curve, drawing, _look(made, "run", ink)), made, "run", words)


def of_change(made: Case, asked: Show, base: Scenario, ink: str) -> None:
    """A run beside the one without the change that a button asked for."""
    changed = lessons.shown_case(asked, base)
    curve = _curve(made, changed, asked.curve)
    before, after = runs.run(base), runs.run(changed)
    other = "" if curve.name == made.predict.sketch.curve else f" ({_title(curve)})"
    st.markdown(plain(asked.say + other))
    _stage(changed, made.predict.sketch.days[0])
    figure = side_by_side(after, before, curve, _look(made, "shown", ink))
    _place(figure, made, "shown", describe(after, curve, _five(after)))


def _stage(scenario: Scenario, day: float) -> None:
    """The moving picture of a run from a day on, with the clock that the chart below follows."""
    ranges = runs.ranges(scenario)
    moments = stage_packet.build(scenario, runs.run(scenario), ranges.line_mcg_ml, ranges.canal_mcg_ml, day)
    stage.show(moments, "lesson drawing", STAGE_PX)


def _place(figure: Part, made: Case, name: str, words: str) -> None:
    height = figure["layout"]["height"]
    chart.show(figure, f"lesson {name}", height, words, title=made.lesson.title, has_cursor=height == RUN_PX)


def _look(made: Case, name: str, ink: str) -> Look:
    height = PICTURE_PX if name == "worked" else RUN_PX
    return Look(f"lesson {made.lesson.number} {made.level} {name}", height, ink)


def _five(run: Result) -> tuple[float, ...]:
    """Days that tell a whole run."""
    return tuple(np.linspace(0.0, run.duration_h / 24.0, 5).tolist())


def _curve(made: Case, scenario: Scenario, name: str | None) -> Curve:
    """The curve of the lesson, or another one of some run."""
    own = made.predict.sketch
    if name is None or name == own.curve:
        return Curve(own.curve, own.high, level_of(own.level, scenario, own.curve) or "")
    return Curve(name, 1.0, level_of(None, scenario, name) or "")


def _title(curve: Curve) -> str:
    return TEXT[f"lesson_curve_{curve.name}"].format(level=curve.level)
