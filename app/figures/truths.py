"""The two truths: what the pump believes it gives, and what the tip receives."""

from __future__ import annotations

import numpy as np

from app.figures.axes import AT_ONCE_H, Ranges
from app.figures.parts import Look, Others, Part, chart, line, note, other_lines, stairs
from app.figures.theme import GREY, PURPLE
from app.words.text import TEXT, amount, digits, dose, percent, units
from sim import Result
from sim.exact import Steps


def two_truths(result: Result, ghost: Result, ranges: Ranges, look: Look, others: Others = ()) -> Part:
    """What the pump believes it gives beside what the tip receives; the run without faults as ghost."""
    tip, per_day = result.signals["tip_mcg_h"], 24.0 * units().amount_factor
    lines = [
        line(stairs(ghost.signals["tip_mcg_h"], per_day), TEXT["ghost"], GREY, "dot", "hv"),
        *other_lines(others, lambda run: stairs(run.signals["tip_mcg_h"], per_day), look, "hv"),
        line(stairs(tip, per_day), TEXT["receives"], look.truth, "solid", "hv"),
        line(stairs(result.signals["believed_mcg_h"], per_day), TEXT["believes"], PURPLE, "dash", "hv"),
    ]
    top = units().amount_factor * ranges.dose_mcg_day
    title = f"{units().amount_word}/{TEXT['unit_day']}"
    return chart(lines, result.duration_h / 24.0, title, top, look, notes=_peaks(tip, ranges.dose_mcg_day, top, look))


def _peaks(given: Steps, top_mcg_day: float, top: float, look: Look) -> list[Part]:
    """What rises above the chart, in words: the highest rate that lasts, and the largest amount at once."""
    size_h = np.diff(given.edge_tick) / 3.6e9
    is_brief = size_h <= AT_ONCE_H
    is_high = 24.0 * given.value > top_mcg_day
    notes = []
    for chosen, measure, words, say in (
        (is_high & ~is_brief, 24.0 * given.value, TEXT["off_scale"], dose),
        (is_high & is_brief, given.value * size_h, TEXT["at_once"], amount),
    ):
        if not chosen.any():
            continue
        place = int(np.where(chosen, measure, -1.0).argmax())
        when = float(given.edge_tick[place] / 8.64e10)
        side = "right" if when > float(given.edge_tick[-1]) / 2.0 / 8.64e10 else "left"
        text = words.format(amount=say(float(measure[place])))
        at = {"x": units().time_factor * when, "y": top * (1.0 - 0.11 * len(notes)), "xanchor": side, "yanchor": "top"}
        notes.append(note(text, look, bgcolor=look.ground, **at))
    return notes


def describe_truths(result: Result) -> str:
    """The two-truths chart in words."""
    ratio = float(result.delivered_ratio[-1])
    return TEXT["say_truths"].format(
        days=digits(result.duration_h / 24.0, 6),
        believed=amount(float(result.programmed_mcg[-1])),
        got=amount(float(result.delivered_mcg[-1])),
        share=percent(None if np.isnan(ratio) else ratio),
    )
