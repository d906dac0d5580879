"""The difference strip: one run minus another, over zero more and under it less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from app.figures.axes import AT_ONCE_H, BRIEF_H
from app.figures.parts import Look, Part, Points, chart, key_points, line, note, stairs
from app.figures.theme import THIN_PX
from app.words.text import TEXT, amount, digits, units
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
class Difference:
    """One run minus another at days; of the dose, stairs that hold each value to the next day."""

    points: Points
    size: float  # of the curve itself, that a difference is measured by
    top: float  # of the upright axis
    missed: float  # the largest amount, mcg, of a spike that leaves it, with its sign; 0 without one


def differ(result: Result, other: Result, which: Which) -> Difference | None:
    """Run minus other, in mcg/day, mL, mcg/mL or as index; None where the curve is not modelled.

    The days that both runs have are compared. Exact at every edge: two values stand where a curve jumps.
    Runs of different lengths share few times, so that lines between points tell the rest.
    """
    if which == "dose":
        return _doses(result, other)
    if which == "effect" and (result.effect_index is None or other.effect_index is None):
        return None
    last = min(float(result.time_h[-1]), float(other.time_h[-1]))
    jumps = sorted(one for one in {*_jumps(result, which), *_jumps(other, which)} if 0.0 < one <= last)
    own, its = _curve(result, which, jumps), _curve(other, which, jumps)
    # at the times of both runs, both curves are known; runs of different lengths share few
    hour = np.union1d(np.intersect1d(result.time_h, other.time_h), jumps)
    if len(hour) < N_SHARED:
        hour = np.union1d(own[0], its[0])
    hour = hour[hour <= last]
    before, after = (_at(*own, hour, side) - _at(*its, hour, side) for side in ("left", "right"))
    points = np.repeat(hour, 2) / 24.0, np.column_stack([before, after]).ravel()
    size = max(float(np.abs(own[1]).max()), float(np.abs(its[1]).max()))
    return Difference(key_points(*points), size, float(np.abs(points[1]).max()), 0.0)


def _doses(result: Result, other: Result) -> Difference:
    own, its = result.signals["tip_mcg_h"], other.signals["tip_mcg_h"]
    end = min(int(own.edge_tick[-1]), int(its.edge_tick[-1]))
    gap = combine(np.subtract, own.cut(0, end), its.cut(0, end))
    hours = np.diff(gap.edge_tick) / 3.6e9
    size, top = max(_lasting_mcg_day(own), _lasting_mcg_day(its)), _lasting_mcg_day(gap)
    spikes = (gap.value * hours)[(hours <= AT_ONCE_H) & (24.0 * np.abs(gap.value) > top)]
    # a millionth of the day's dose is rounding of times
    spikes = spikes[np.abs(spikes) > NONE_FRAC * size]
    missed = float(spikes[np.abs(spikes).argmax()]) if len(spikes) else 0.0
    return Difference(stairs(gap, 24.0), size, top, missed)


def _lasting_mcg_day(dose: Steps) -> float:
    """Largest rate, of either sign, that lasts."""
    return 24.0 * float(np.abs(dose.value[np.diff(dose.edge_tick) >= BRIEF_H * 3.6e9]).max(initial=0.0))


def _jumps(result: Result, which: Which) -> set[float]:
    """Hours at which a curve is another at once."""
    if which == "volume":
        return {one.time_h for one in result.happenings if one.kind in REFILLING}
    return {hour for hour, state, _ in result.shots if state.startswith("csf")} if which == "csf" else set()


def _curve(result: Result, which: Which, jumps: Sequence[float]) -> Points:
    """Hours and values of a curve; at each jump the value before it and the one after it."""
    hour, value = result.time_h, _values(result, which)
    if jumps:
        is_kept = ~np.isin(hour, jumps)
        rows = [row(jump) for jump in jumps for row in (result.before, result.at)]
        added = np.array([_values(row, which)[0] for row in rows])
        at = np.concatenate([hour[is_kept], np.repeat(jumps, 2)])
        order = np.argsort(at, kind="stable")
        hour, value = at[order], np.concatenate([value[is_kept], added])[order]
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
    return str(result.standing(float(result.time_h[-1])).planned_level)


def _at(hour: np.ndarray, value: np.ndarray, when: np.ndarray, side: Literal["left", "right"]) -> np.ndarray:
    """Values of the line through points at times, just before a jump or just after it."""
    low = np.clip(np.searchsorted(hour, when, side=side) - 1, 0, len(hour) - 2)
    size = hour[low + 1] - hour[low]
    share = np.clip(np.divide(when - hour[low], size, out=np.zeros(len(when)), where=size > 0.0), 0.0, 1.0)
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
    beside = {"x": 0.0, "xref": "paper", "xanchor": "left", "yref": "paper", "bgcolor": look.ground}
    notes = [
        note(TEXT["difference_more"].format(other=safe), look, y=1.0, yanchor="top", **beside),
        note(TEXT["difference_less"].format(other=safe), look, y=0.0, yanchor="bottom", **beside),
    ]
    if _is_none(gap):
        notes = [note(TEXT["difference_same"].format(other=safe), look, y=1.0, yanchor="top", **beside)]
    elif gap.missed:
        # on its own side of zero, a line further in
        side = (
            {"y": 1.0, "yanchor": "top", "yshift": -17}
            if gap.missed > 0.0
            else {"y": 0.0, "yanchor": "bottom", "yshift": 17}
        )
        notes.append(note(_spike(gap), look, **beside | side | {"x": 1.0, "xanchor": "right"}))
    zero = {"type": "line", "xref": "paper", "x0": 0.0, "x1": 1.0, "y0": 0.0, "y1": 0.0,
            "line": {"color": look.ink, "width": 1}}  # fmt: skip
    figure = chart([curve], result.duration_h / 24.0, unit, top, look, notes=notes, bottom=-top)
    layout = figure["layout"]
    assert isinstance(layout, dict)
    layout["shapes"] = [zero]
    return figure


def _spike(gap: Difference) -> str:
    """What leaves the strip, in words."""
    return TEXT["difference_off_scale"].format(amount=amount(abs(gap.missed)))


def _is_none(gap: Difference) -> bool:
    return gap.top <= NONE_FRAC * gap.size and gap.missed == 0.0


def _scale(which: Which) -> tuple[float, str]:
    """Factor of the numbers and unit, as the reader chose."""
    word, factor = units().amount_word, units().amount_factor
    return {
        "dose": (factor, f"{word}/{TEXT['unit_day']}"),
        "volume": (1.0, "mL"),
        "csf": (factor, f"{word}/mL"),
        "effect": (1.0, TEXT["difference_index"]),
    }[which]


def describe_difference(result: Result, other: Result, which: Which, name: str) -> str:
    """The difference strip in words."""
    gap = differ(result, other, which)
    if gap is None:
        return TEXT["effect_not_modelled"]
    factor, unit = _scale(which)
    curve = TEXT[f"difference_{which}"]
    curve = curve[0].upper() + curve[1:]
    if _is_none(gap):
        return TEXT["difference_say_same"].format(curve=curve, other=name)
    lasting = np.clip(gap.points[1], -gap.top, gap.top)
    # what is rounding is nothing
    lasting = np.where(np.abs(lasting) > NONE_FRAC * gap.size, lasting, 0.0)
    least, most, last = (
        f"{digits(factor * float(value), 3)} {unit}" for value in (lasting.min(), lasting.max(), lasting[-1])
    )
    text = TEXT["difference_say"].format(curve=curve, other=name, least=least, most=most, last=last)
    return f"{text} {TEXT['difference_say_spike'].format(spike=_spike(gap))}" if gap.missed else text
