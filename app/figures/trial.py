"""The trial's charts: the person's diary, and the three arms on one axis of time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.figures.parts import Look, Part, at_right, chart, key_points, level, line, note
from app.figures.theme import GREEN, PURPLE, THIN_PX, VERMILLION
from app.figures.trial_course import DURATION_DAY, HALF, START_H, Arm, Course, Diary
from app.words.text import TEXT, strength, units

FLOOR_FRAC = 1e-4  # of the highest concentration: what lies below is not drawn on the axis of powers of ten
MARK_PX = 9
EDGE_DAY = 0.1  # room for the last entry
ROOM = 1.15  # above the highest value


def diary(noted: Diary, truth: Course | None, look: Look) -> Part:
    """Relief as the person writes it, entries with side effects as crosses; the true course where it is revealed."""
    lines = []
    for is_noted, name, symbol, colour in (
        (False, TEXT["trial_entry"], "circle", look.truth),
        (True, TEXT["trial_entry_side"], "x", VERMILLION),
    ):
        chosen = noted.is_noted == is_noted
        points = (noted.hour[chosen] / 24.0, noted.relief[chosen])
        marks = {"mode": "markers", "marker": {"symbol": symbol, "size": MARK_PX, "color": colour}}
        lines.append(line(points, name, colour) | marks)
    if truth is not None:
        curve = key_points(truth.hour / 24.0, 10.0 * truth.relief_index)
        lines.append(line(curve, TEXT["trial_true"], GREEN, "dash"))
    half = level(10.0 * HALF, TEXT["trial_half"], "longdash", "bottom", look)
    levels = [at_right(half, look), _given(look)]
    figure = chart(lines, DURATION_DAY + EDGE_DAY, TEXT["trial_score_axis"], 11.8, look, levels, bottom=-0.6)
    layout = dict(figure["layout"])  # type: ignore[call-overload]
    return {"data": figure["data"], "layout": layout | {"showlegend": False}}


def describe_diary(noted: Diary) -> str:
    """The diary in words."""
    after = noted.hour > START_H
    n_half, n_side = int((noted.relief[after] >= 10.0 * HALF).sum()), int(noted.is_noted[after].sum())
    return TEXT["trial_say_diary"].format(n=int(after.sum()), half=n_half, side=n_side)


def csf(courses: Mapping[Arm, Course], names: Mapping[Arm, str], look: Look) -> Part:
    """Concentration in CSF where the drug is given, all arms, on an axis of powers of ten."""
    factor = units().amount_factor
    highest = factor * max(float(one.csf_mcg_ml.max()) for one in courses.values()) or 1.0
    lines = [
        line(key_points(one.hour / 24.0, np.maximum(factor * one.csf_mcg_ml, FLOOR_FRAC * highest)), names[arm], *style)
        for (arm, one), style in _styled(courses, look)
    ]
    title = TEXT["csf_axis"].format(unit=f"{units().amount_word}/mL")
    figure = chart(lines, DURATION_DAY, title, highest, look)
    powers = {
        "type": "log",
        "range": [float(np.log10(FLOOR_FRAC * highest)), float(np.log10(2.0 * highest))],
        "dtick": 1,
    }
    layout = dict(figure["layout"])  # type: ignore[call-overload]
    layout["yaxis"] = layout["yaxis"] | powers
    return {"data": figure["data"], "layout": layout}


def describe_csf(courses: Mapping[Arm, Course], names: Mapping[Arm, str]) -> str:
    """The CSF chart in words."""
    peaks = [f"{names[arm]} {strength(float(one.csf_mcg_ml.max()), 3)}" for arm, one in courses.items()]
    return TEXT["trial_say_csf"].format(peaks=", ".join(peaks))


def relief(courses: Mapping[Arm, Course], names: Mapping[Arm, str], look: Look) -> Part:
    """The index of relief, all arms, with the half that the rule asks for."""
    lines = [
        line(key_points(one.hour / 24.0, one.relief_index), names[arm], *style)
        for (arm, one), style in _styled(courses, look)
    ]
    levels = [at_right(level(HALF, TEXT["trial_half"], "longdash", "bottom", look), look)]
    return chart(lines, DURATION_DAY, TEXT["index_axis"], 1.05, look, levels)


def side(courses: Mapping[Arm, Course], names: Mapping[Arm, str], limit: float, title: str, look: Look) -> Part:
    """What side effects are read off, all arms, with the limit."""
    lines = [
        line(key_points(one.hour / 24.0, one.side_ratio), names[arm], *style)
        for (arm, one), style in _styled(courses, look)
    ]
    highest = max(limit, *(float(one.side_ratio.max()) for one in courses.values()))
    levels = [at_right(level(limit, TEXT["trial_limit"], "longdash", "bottom", look), look)]
    return chart(lines, DURATION_DAY, title, ROOM * highest, look, levels)


def _styled(courses: Mapping[Arm, Course], look: Look) -> zip:  # type: ignore[type-arg]
    styles = ((look.truth, "solid"), (look.warm, "dashdot"), (PURPLE, "dash"))
    return zip(courses.items(), styles)


def _given(look: Look) -> tuple[Part, Part]:
    """The moment at which the drug is given: an upright line and its name."""
    at = units().time_factor * START_H / 24.0
    upright = {"type": "line", "yref": "paper", "y0": 0.0, "y1": 1.0, "x0": at, "x1": at}
    name = note(TEXT["trial_given"], look, x=at, xanchor="left", y=1.0, yref="paper", yanchor="top")
    return upright | {"line": {"color": look.ink, "width": THIN_PX, "dash": "dot"}}, name
