"""The difference strip: one run minus another, over zero more and under it less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from app.figures.parts import Look, Part, Points, chart, line, note, stairs, thinned
from app.memo import AT_ONCE_H, BRIEF_H
from app.theme import ORANGE
from app.wording import TEXT, amount, digits, units
from sim import Result
from sim.body import level_cm, point_weights
from sim.exact import combine

Which = Literal["dose", "volume", "csf", "effect"]
CURVES: Final[tuple[Which, ...]] = ("dose", "volume", "csf", "effect")
STRIP_PX: Final = 150
# what happens at these lets a volume jump
JUMPS: Final = ("refill", "diversion")
NONE_FRAC: Final = 1e-6  # a difference below this share of the curve is rounding


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """One run minus another at days; of the dose, stairs that hold each value to the next day."""

    points: Points
    size: float  # of the curve itself, that a difference is measured by
    top: float  # of the upright axis
    missed: float  # the largest amount, mcg, of a spike above it; 0 without one


def differ(result: Result, other: Result, which: Which) -> Difference | None:
    """Run minus other, in mcg/day, mL, mcg/mL or as index; None where the curve is not modelled.

    The days that both runs have are compared. Exact at every edge: two values stand where a curve jumps.
    """
    if which == "dose":
        return _doses(result, other)
    if which == "effect" and (result.effect_index is None or other.effect_index is None):
        return None
    last = min(float(result.time_h[-1]), float(other.time_h[-1]))
    own, its = _curve(result, which), _curve(other, which)
    hour = np.union1d(own[0], its[0])
    hour = hour[hour <= last]
    before, after = (_at(*own, hour, side) - _at(*its, hour, side) for side in ("left", "right"))
    points = np.repeat(hour, 2) / 24.0, np.column_stack([before, after]).ravel()
    size = max(float(np.abs(own[1]).max()), float(np.abs(its[1]).max()))
    return Difference(thinned(*points), size, float(np.abs(points[1]).max()), 0.0)


def _doses(result: Result, other: Result) -> Difference:
    own, its = result.signals["tip_mcg_h"], other.signals["tip_mcg_h"]
    end = min(int(own.edge_tick[-1]), int(its.edge_tick[-1]))
    gap = combine(np.subtract, own.cut(0, end), its.cut(0, end))
    hours = np.diff(gap.edge_tick) / 3.6e9
    lasting = np.abs(gap.value[hours >= BRIEF_H]).max(initial=0.0)
    size = 24.0 * max(float(one.value.max(initial=0.0)) for one in (own, its))
    spikes = np.abs(gap.value * hours)[(hours <= AT_ONCE_H) & (np.abs(gap.value) > lasting)]
    return Difference(stairs(gap, 24.0), size, 24.0 * float(lasting), float(spikes.max(initial=0.0)))


def _curve(result: Result, which: Which) -> Points:
    """Hours and values; where the curve jumps, the value before it too."""
    if which == "effect":
        assert result.effect_index is not None
        return result.time_h, result.effect_index
    if which == "volume":
        at = {one.time_h for one in result.happenings if one.kind in JUMPS}
    else:
        at = {hour for hour, _, _ in result.shots}
    hour, value = result.time_h, _values(result, which)
    for jump in sorted(one for one in at if hour[0] < one <= hour[-1]):
        place = int(np.searchsorted(hour, jump))
        hour, value = np.insert(hour, place, jump), np.insert(value, place, _values(result.before(jump), which)[0])
    return hour, value


def _values(result: Result, which: Which) -> np.ndarray:
    if which == "volume":
        return result.reservoir_true_ml
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
    curve = line((gap.points[0], factor * gap.points[1]), TEXT[f"difference_{which}"], ORANGE,
                 shape="hv" if which == "dose" else "linear", width=2)  # fmt: skip
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
    elif gap.missed > 0.0:
        text = TEXT["difference_off_scale"].format(amount=amount(gap.missed))
        notes.append(note(text, look, **beside | {"x": 1.0, "xanchor": "right", "y": 1.0, "yanchor": "top"}))
    zero = {"type": "line", "xref": "paper", "x0": 0.0, "x1": 1.0, "y0": 0.0, "y1": 0.0,
            "line": {"color": look.ink, "width": 1}}  # fmt: skip
    title = TEXT["difference_axis"].format(unit=unit)
    figure = chart([curve], result.duration_h / 24.0, title, top, look, notes=notes, bottom=-top)
    layout = figure["layout"]
    assert isinstance(layout, dict)
    layout["shapes"] = [zero]
    return figure


def _is_none(gap: Difference) -> bool:
    return float(np.abs(gap.points[1]).max(initial=0.0)) <= NONE_FRAC * gap.size


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
    least, most, last = (f"{digits(factor * value, 3)} {unit}" for value in (
        gap.points[1].min(), gap.points[1].max(), gap.points[1][-1]
    ))  # fmt: skip
    return TEXT["difference_say"].format(curve=curve, other=name, least=least, most=most, last=last)
