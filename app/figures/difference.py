"""The difference strip: one run minus another, over zero more and under it less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from app.figures.axes import AT_ONCE_H, values_that_last
from app.figures.parts import Look, Part, Points, chart, key_points, line, note, stairs
from app.figures.theme import THIN_PX
from app.words.numbers import digits
from app.words.reader import units
from app.words.text import TEXT, amount, dose_unit, strength_unit
from sim import Result
from sim.body import level_cm, point_weights
from sim.exact import Steps, combine

Which = Literal["dose", "volume", "csf", "effect"]
CURVES: Final[tuple[Which, ...]] = ("dose", "volume", "csf", "effect")
STRIP_PX: Final = 150
REFILLING: Final = ("refill", "diversion")  # happenings at which a volume jumps
N_SHARED: Final = 500
NONE_FRAC: Final = 1e-6  # a difference below this share of the curve is rounding


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """One run minus another at days; of the dose, stairs that hold each value to the next day."""

    points: Points
    size: float  # of the curve itself: the scale of what is rounding
    top: float  # of the upright axis
    spike_mcg: float  # the largest amount of a spike that leaves the axis, with its sign; 0 without a spike


def differ(result: Result, other: Result, which: Which) -> Gap | None:
    """Run minus other, in mcg/day, mL, mcg/mL or as index; None where the curve is not modelled.

    The days that both runs have are compared. Exact at every edge: a jump has two values.
    Runs of different lengths share few times, so that lines between points tell the rest.
    """
    if which == "dose":
        return _doses(result, other)
    if which == "effect" and (result.effect_index is None or other.effect_index is None):
        return None
    last = min(float(result.time_h[-1]), float(other.time_h[-1]))
    jumps = sorted(hour for hour in {*_jumps(result, which), *_jumps(other, which)} if 0.0 < hour <= last)
    first, second = _curve(result, which, jumps), _curve(other, which, jumps)
    # at the times of both runs, both curves are known; runs of different lengths share few
    hour = np.union1d(np.intersect1d(result.time_h, other.time_h), jumps)
    if len(hour) < N_SHARED:
        hour = np.union1d(first[0], second[0])
    hour = hour[hour <= last]
    before, after = (_at(*first, hour, side) - _at(*second, hour, side) for side in ("left", "right"))
    points = np.repeat(hour, 2) / 24.0, np.column_stack([before, after]).ravel()
    size = max(float(np.abs(first[1]).max()), float(np.abs(second[1]).max()))
    return Gap(key_points(*points), size, float(np.abs(points[1]).max()), 0.0)


def _doses(result: Result, other: Result) -> Gap:
    first, second = result.signals["tip_mcg_h"], other.signals["tip_mcg_h"]
    end = min(int(first.edge_tick[-1]), int(second.edge_tick[-1]))
    gap = combine(np.subtract, first.cut(0, end), second.cut(0, end))
    hours = gap.length_h
    size, top = max(_top_mcg_day(first), _top_mcg_day(second)), _top_mcg_day(gap)
    spikes = (gap.value * hours)[(hours <= AT_ONCE_H) & (24.0 * np.abs(gap.value) > top)]
    # a millionth of the day's dose is rounding of times
    spikes = spikes[np.abs(spikes) > NONE_FRAC * size]
    spike_mcg = float(spikes[np.abs(spikes).argmax()]) if len(spikes) else 0.0
    return Gap(stairs(gap, 24.0), size, top, spike_mcg)


def _top_mcg_day(dose: Steps) -> float:
    """Largest rate, of either sign, that lasts."""
    return 24.0 * float(np.abs(values_that_last(dose)).max(initial=0.0))


def _jumps(result: Result, which: Which) -> set[float]:
    """Hours at which a curve jumps."""
    if which == "volume":
        return {happening.time_h for happening in result.happenings if happening.kind in REFILLING}
    return {hour for hour, state, _ in result.jumps if state.startswith("csf")} if which == "csf" else set()


def _curve(result: Result, which: Which, jumps: Sequence[float]) -> Points:
    """Hours and values of a curve; at each jump the value before it and the one after it."""
    hour, value = result.time_h, _values(result, which)
    if jumps:
        is_kept = ~np.isin(hour, jumps)
        rows = [row(jump) for jump in jumps for row in (result.before, result.at)]
        at_jumps = np.array([_values(row, which)[0] for row in rows])
        hours = np.concatenate([hour[is_kept], np.repeat(jumps, 2)])
        order = np.argsort(hours, kind="stable")
        hour, value = hours[order], np.concatenate([value[is_kept], at_jumps])[order]
    return hour, value


def _values(result: Result, which: Which) -> np.ndarray:
    if which == "volume":
        return result.reservoir_true_ml
    if which == "effect":
        assert result.effect_index is not None
        return result.effect_index
    return np.asarray(result.csf_mcg_ml @ point_weights(level_cm(_tip(result))))


def _tip(result: Result) -> str:
    """Where the tip was meant to lie."""
    return result.truth(float(result.time_h[-1])).planned_level


def _at(hour: np.ndarray, value: np.ndarray, at_hour: np.ndarray, side: Literal["left", "right"]) -> np.ndarray:
    """Values of the line through points at times, just before a jump or just after it."""
    low = np.clip(np.searchsorted(hour, at_hour, side=side) - 1, 0, len(hour) - 2)
    size = hour[low + 1] - hour[low]
    share = np.clip(np.divide(at_hour - hour[low], size, out=np.zeros(len(at_hour)), where=size > 0.0), 0.0, 1.0)
    return np.asarray(value[low] + share * (value[low + 1] - value[low]))


def difference(result: Result, other: Result, which: Which, look: Look, name: str) -> Part | None:
    """Run minus another run of this name, filled to zero; None where the curve is not modelled."""
    gap = differ(result, other, which)
    if gap is None:
        return None
    factor, unit = _scale(which)
    safe = name.replace("<", "&lt;")
    curve = line((gap.points[0], factor * gap.points[1]), TEXT[f"difference_{which}"], look.warm,
                 shape="hv" if which == "dose" else "linear", width=THIN_PX)  # fmt: skip
    curve |= {"fill": "tozeroy", "showlegend": False}
    most = gap.top if gap.top > NONE_FRAC * gap.size else gap.size or 1.0
    top = 1.5 * factor * most  # room for the words
    left = {"x": 0.0, "xref": "paper", "xanchor": "left", "yref": "paper", "bgcolor": look.ground}
    notes = [
        note(TEXT["difference_more"].format(other=safe), look, y=1.0, yanchor="top", **left),
        note(TEXT["difference_less"].format(other=safe), look, y=0.0, yanchor="bottom", **left),
    ]
    if _is_none(gap):
        notes = [note(TEXT["difference_same"].format(other=safe), look, y=1.0, yanchor="top", **left)]
    elif gap.spike_mcg:
        # on its own side of zero, a line further in
        side = (
            {"y": 1.0, "yanchor": "top", "yshift": -17}
            if gap.spike_mcg > 0.0
            else {"y": 0.0, "yanchor": "bottom", "yshift": 17}
        )
        notes.append(note(_spike(gap), look, **left | side | {"x": 1.0, "xanchor": "right"}))
    zero = {"type": "line", "xref": "paper", "x0": 0.0, "x1": 1.0, "y0": 0.0, "y1": 0.0,
            "line": {"color": look.ink, "width": 1}}  # fmt: skip
    figure = chart([curve], result.duration_h / 24.0, unit, top, look, notes=notes, bottom=-top)
    figure["layout"]["shapes"] = [zero]
    return figure


def _spike(gap: Gap) -> str:
    """The spike that leaves the strip, in words."""
    return TEXT["difference_off_scale"].format(amount=amount(abs(gap.spike_mcg)))


def _is_none(gap: Gap) -> bool:
    return gap.top <= NONE_FRAC * gap.size and gap.spike_mcg == 0.0


def _scale(which: Which) -> tuple[float, str]:
    """Factor of the numbers and unit, as the reader chose."""
    factor = units().amount_factor
    return {
        "dose": (factor, dose_unit()),
        "volume": (1.0, "mL"),
        "csf": (factor, strength_unit()),
        "effect": (1.0, TEXT["difference_index"]),
    }[which]


def describe_difference(result: Result, other: Result, which: Which, name: str) -> str:
    """The difference strip in words: the least, the most and the last difference, and a spike that leaves it."""
    gap = differ(result, other, which)
    if gap is None:
        return TEXT["effect_not_modelled"]
    factor, unit = _scale(which)
    curve = TEXT[f"difference_{which}"]
    curve = curve[0].upper() + curve[1:]
    if _is_none(gap):
        return TEXT["difference_say_same"].format(curve=curve, other=name)
    values = np.clip(gap.points[1], -gap.top, gap.top)
    # what is rounding is nothing
    values = np.where(np.abs(values) > NONE_FRAC * gap.size, values, 0.0)
    least, most, last = (
        f"{digits(factor * float(value), 3)} {unit}" for value in (values.min(), values.max(), values[-1])
    )
    text = TEXT["difference_say"].format(curve=curve, other=name, least=least, most=most, last=last)
    return f"{text} {TEXT['difference_say_spike'].format(spike=_spike(gap))}" if gap.spike_mcg else text
