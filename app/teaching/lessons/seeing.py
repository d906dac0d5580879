"""What the sentence of a button claims, held against the curves that the button draws."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from app import runs
from app.figures.lesson import Curve, axis_top
from app.figures.parts import Points
from app.teaching.lessons.case import level_of, scenario_to_show
from app.teaching.lessons.records import CurveClaim, ScenarioChange
from sim import Result, Scenario

LEAST_SEEN_FRAC: Final = 0.02  # of the upright axis, some 4 pixels: what differs by less is not seen


def curve_to_show(change: ScenarioChange, base: Scenario) -> Curve:
    """The curve that a button draws; an index has an axis of its own, the others are as high as they have to be."""
    claim = change.claim
    level = level_of(claim.level, scenario_to_show(change, base), claim.curve) or ""
    return Curve(claim.curve, 1.0 if claim.curve in ("effect", "excess") else 0.0, level)


def claim_problem(change: ScenarioChange, base: Scenario) -> str | None:
    """Why the sentence of a button cannot be seen in its picture; None if it can."""
    claim = change.claim
    before, after = runs.run(base), runs.run(scenario_to_show(change, base))
    curve = curve_to_show(change, base)
    least = LEAST_SEEN_FRAC * axis_top(curve, before, after) / curve.factor
    number, other = (height / curve.factor for height in _pair(curve, claim, before, after))
    rise = number - other
    words = f"{claim.curve} is {number:.4g} beside {other:.4g}"
    if claim.way == "same":
        if claim.by > least:
            return f"a difference of {claim.by:g} would be seen: {least:.3g} is the most"
        return None if abs(rise) <= claim.by else f"{words}: not the same within {claim.by:g}"
    if claim.by < least:
        return f"a difference of {claim.by:g} is not seen: {least:.3g} is the least"
    is_so = rise >= claim.by if claim.way == "up" else -rise >= claim.by
    return None if is_so else f"{words}: not {claim.way} by {claim.by:g}"


def _pair(curve: Curve, claim: CurveClaim, before: Result, after: Result) -> tuple[float, float]:
    """The number that a claim is about, and the one that it is compared with, in the unit of the axis."""
    belief = curve.belief(after)
    if claim.is_belief:
        if belief is None:
            return math.nan, math.nan
        return _height(belief, curve, claim), _height(curve.points(after), curve, claim)
    number = _height(curve.points(after), curve, claim)
    if claim.of_day is not None:
        return number, _on(curve.points(after), curve, claim.of_day)
    return number, _height(curve.points(before), curve, claim)


def _height(points: Points, curve: Curve, claim: CurveClaim) -> float:
    """A curve on the day of a claim, or the highest it gets from one day to the other."""
    number = _on(points, curve, claim.at_day)
    if claim.from_day is None:
        return number
    days, values = points
    inside = values[(days >= claim.from_day) & (days <= claim.at_day)]
    return float(max(number, _on(points, curve, claim.from_day), inside.max(initial=0.0)))


def _on(points: Points, curve: Curve, day: float) -> float:
    days, values = points
    if curve.shape == "linear":
        return float(np.interp(day, days, values))
    return float(values[max(int(np.searchsorted(days, day, side="right")) - 1, 0)])
