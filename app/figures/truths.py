"""The two truths: what the pump believes it gives, and what the tip receives."""

from __future__ import annotations

import numpy as np

from app.figures.axes import AT_ONCE_H, Ranges, edge_day
from app.figures.parts import Look, Others, Part, chart, line, note, other_lines, stairs
from app.figures.theme import GREY, PURPLE
from app.words.text import TEXT, amount, digits, dose, dose_unit, percent, units
from sim import Result
from sim.exact import Steps


def two_truths(result: Result, ghost: Result, ranges: Ranges, look: Look, others: Others = ()) -> Part:
    """What the pump believes it gives beside what the tip receives; the run as intended as ghost."""
    tip, per_day = result.signals["tip_mcg_h"], 24.0 * units().amount_factor
    lines = [
        line(stairs(ghost.signals["tip_mcg_h"], per_day), TEXT["ghost"], GREY, "dot", "hv"),
        *other_lines(others, lambda run: stairs(run.signals["tip_mcg_h"], per_day), look, "hv"),
        line(stairs(tip, per_day), TEXT["receives"], look.truth, "solid", "hv"),
        line(stairs(result.signals["believed_mcg_h"], per_day), TEXT["believes"], PURPLE, "dash", "hv"),
    ]
    top = units().amount_factor * ranges.dose_mcg_day
    return chart(
        lines, result.duration_h / 24.0, dose_unit(), top, look, notes=_peaks(tip, ranges.dose_mcg_day, top, look)
    )


def _peaks(dose_mcg_h: Steps, top_mcg_day: float, top: float, look: Look) -> list[Part]:
    """What rises above the chart, in words: the highest rate that lasts, and the largest amount at once."""
    is_brief = dose_mcg_h.length_h <= AT_ONCE_H
    is_high = 24.0 * dose_mcg_h.value > top_mcg_day
    day = edge_day(dose_mcg_h)
    notes: list[Part] = []
    for is_peak, measure, words, say in (
        (is_high & ~is_brief, 24.0 * dose_mcg_h.value, TEXT["off_scale"], dose),
        (is_high & is_brief, dose_mcg_h.value * dose_mcg_h.length_h, TEXT["at_once"], amount),
    ):
        if not is_peak.any():
            continue
        place = int(np.where(is_peak, measure, -1.0).argmax())
        is_late = float(day[place]) > float(day[-1]) / 2.0
        # at the edge on the peak's side: from the peak itself a narrow chart would cut the words
        edge = {"x": 1.0, "xanchor": "right"} if is_late else {"x": 0.0, "xanchor": "left"}
        text = words.format(amount=say(float(measure[place])))
        y = top * (1.0 - 0.11 * len(notes))
        notes.append(note(text, look, bgcolor=look.ground, xref="paper", y=y, yanchor="top", **edge))
    return notes


def describe_truths(result: Result) -> str:
    """The two truths in words: both amounts of the whole run, and their ratio."""
    ratio = float(result.delivered_ratio[-1])
    return TEXT["say_truths"].format(
        days=digits(result.duration_h / 24.0, 6),
        believed=amount(float(result.programmed_mcg[-1])),
        got=amount(float(result.delivered_mcg[-1])),
        share=percent(None if np.isnan(ratio) else ratio),
    )
