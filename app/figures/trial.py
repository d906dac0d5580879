"""The trial's charts: the person's diary, and the three arms on the same axis of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from app.figures.parts import Look, Part, chart, key_points, level, line, note, time_axis, upright
from app.figures.theme import GREEN, PURPLE, VERMILLION
from app.figures.trial_course import DURATION_DAY, HALF, START_H, Arm, ArmCourse, Diary
from app.words.reader import units
from app.words.text import TEXT, strength, strength_unit

FLOOR_FRAC = 1e-4  # of the highest concentration: what lies below is not drawn on the axis of powers of ten
MARK_PX = 9
ABOVE = {"y": 1.0, "yref": "paper", "yanchor": "bottom"}  # entries may lie anywhere in the chart
EDGE_DAY = 0.1  # room for the last entry
ROOM = 1.15  # above the highest value


def diary(entries: Diary, truth: ArmCourse | None, look: Look) -> Part:
    """Relief as the person writes it, entries with side effects as crosses; the true course if it comes along."""
    lines = []
    for is_noted, name, symbol, colour in (
        (False, TEXT["trial_entry"], "circle", look.truth),
        (True, TEXT["trial_entry_side"], "x", VERMILLION),
    ):
        is_chosen = entries.is_noted == is_noted
        points = (entries.hour[is_chosen] / 24.0, entries.relief[is_chosen])
        marks = {"mode": "markers", "marker": {"symbol": symbol, "size": MARK_PX, "color": colour}}
        lines.append(line(points, name, colour) | marks)
    if truth is not None:
        curve = key_points(truth.hour / 24.0, 10.0 * truth.relief_index)
        lines.append(line(curve, TEXT["trial_true"], GREEN, "dash"))
    across, words = level(10.0 * HALF, f"\u2013 \u2013 {TEXT['trial_half']}", "longdash", "bottom", look, is_right=True)
    levels = [(across, words | ABOVE), _start_mark(look)]
    figure = chart(lines, DURATION_DAY, TEXT["trial_score_axis"], 10.6, look, levels, bottom=-0.6)
    room = {"xaxis": time_axis(DURATION_DAY + EDGE_DAY, look)}
    return {"data": figure["data"], "layout": figure["layout"] | {"showlegend": False} | room}


def describe_diary(entries: Diary) -> str:
    """The diary in words: how many entries there are, how many with half relief, how many with side effects."""
    after = entries.hour > START_H
    n_half, n_side = int((entries.relief[after] >= 10.0 * HALF).sum()), int(entries.is_noted[after].sum())
    return TEXT["trial_say_diary"].format(n=int(after.sum()), half=n_half, side=n_side)


def csf(courses: Mapping[Arm, ArmCourse], names: Mapping[Arm, str], look: Look) -> Part:
    """Concentration in CSF where the drug is given, all arms, on an axis of powers of ten."""
    factor = units().amount_factor
    highest = factor * max(float(course.csf_mcg_ml.max()) for course in courses.values()) or 1.0
    lines = [
        line(
            key_points(course.hour / 24.0, np.maximum(factor * course.csf_mcg_ml, FLOOR_FRAC * highest)),
            names[arm],
            *style,
        )
        for arm, course, style in _with_style(courses, look)
    ]
    title = TEXT["csf_axis"].format(unit=strength_unit())
    figure = chart(lines, DURATION_DAY, title, highest, look)
    powers = {
        "type": "log",
        "range": [float(np.log10(FLOOR_FRAC * highest)), float(np.log10(2.0 * highest))],
        "dtick": 1,
    }
    yaxis = figure["layout"]["yaxis"] | powers
    return {"data": figure["data"], "layout": figure["layout"] | {"yaxis": yaxis}}


def describe_csf(courses: Mapping[Arm, ArmCourse], names: Mapping[Arm, str]) -> str:
    """The CSF chart in words: the peak of each arm."""
    peaks = [f"{names[arm]} {strength(float(course.csf_mcg_ml.max()), 3)}" for arm, course in courses.items()]
    return TEXT["trial_say_csf"].format(peaks=", ".join(peaks))


def relief(courses: Mapping[Arm, ArmCourse], names: Mapping[Arm, str], look: Look) -> Part:
    """The index of relief, all arms, with the half that the rule asks for."""
    lines = [
        line(key_points(course.hour / 24.0, course.relief_index), names[arm], *style)
        for arm, course, style in _with_style(courses, look)
    ]
    levels = [level(HALF, TEXT["trial_half"], "longdash", "bottom", look, is_right=True)]
    return chart(lines, DURATION_DAY, TEXT["index_axis"], 1.05, look, levels)


def side(courses: Mapping[Arm, ArmCourse], names: Mapping[Arm, str], limit: float, title: str, look: Look) -> Part:
    """The measure of side effects, all arms, with the limit."""
    lines = [
        line(key_points(course.hour / 24.0, course.side_ratio), names[arm], *style)
        for arm, course, style in _with_style(courses, look)
    ]
    highest = max(limit, *(float(course.side_ratio.max()) for course in courses.values()))
    levels = [level(limit, TEXT["trial_limit"], "longdash", "bottom", look, is_right=True)]
    return chart(lines, DURATION_DAY, title, ROOM * highest, look, levels)


def _with_style(courses: Mapping[Arm, ArmCourse], look: Look) -> Iterator[tuple[Arm, ArmCourse, tuple[str, str]]]:
    """Each arm with its course, and colour and dash of its line."""
    styles = ((look.truth, "solid"), (look.warm, "dashdot"), (PURPLE, "dash"))
    for (arm, course), style in zip(courses.items(), styles, strict=False):
        yield arm, course, style


def _start_mark(look: Look) -> tuple[Part, Part]:
    """The moment of the dose: an upright line and its name."""
    start_day = START_H / 24.0
    x = units().time_factor * start_day
    name = note(TEXT["trial_given"], look, x=x, xanchor="left", **ABOVE)
    return upright(start_day, look.ink, "dot"), name
