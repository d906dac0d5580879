"""How an arm of a trial is judged: the rule on relief and side effects, and the noisy diary that shows less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from zlib import crc32

import numpy as np

from app.figures.trial_course import DURATION_DAY, HALF, START_H, Arm, Diary
from app.teaching.trial.arms import course
from app.teaching.trial.setting import Setting, drugs

Verdict = Literal["passes", "relief", "side", "both", "watch"]
VERDICTS: Final[tuple[Verdict, ...]] = ("passes", "relief", "side", "both", "watch")
EVERY_H: Final = 4.0  # one entry of the diary
SCORE_SIGMA: Final = 1.0  # assumed: points of 10, from entry to entry
NOTED_SIGMA: Final = 0.15  # assumed: of the side-effect limit


@dataclass(frozen=True, slots=True)
class Outcome:
    """The rule on relief, side effects and observation, for one arm."""

    verdict: Verdict
    peak_index: float
    peak_h: float  # after it was given
    held_h: float  # longest time with half relief or more without a break
    from_h: float | None  # when half relief is first reached
    side_peak: float
    side_h: float | None  # when side effects first exceed the limit
    over_h: float  # time above the limit
    side_peak_h: float  # after it was given
    needed_h: float  # the observation that is asked for


def judge(setting: Setting, arm: Arm) -> Outcome:
    """Half relief held for long enough, side effects within the limit, and the person watched for long enough."""
    run = course(setting, arm)
    is_half, is_over = run.relief_index >= HALF, run.side_ratio > setting.limit_ratio
    longest = longest_h(run.hour, is_half)
    has_relief, has_side = longest >= setting.held_h, bool(is_over.any())
    verdict: Verdict = "passes"
    if has_relief and has_side:
        verdict = "side"
    elif not has_relief:
        verdict = "both" if has_side else "relief"
    elif setting.observe_h < drugs()[setting.drug].observe_h:
        verdict = "watch"
    peak = int(run.relief_index.argmax())
    return Outcome(
        verdict=verdict,
        peak_index=float(run.relief_index[peak]),
        peak_h=max(float(run.hour[peak]) - START_H, 0.0),
        held_h=longest,
        from_h=_first(run.hour, is_half),
        side_peak=float(run.side_ratio.max()),
        side_h=_first(run.hour, is_over),
        over_h=float(np.diff(run.hour) @ (is_over[:-1] & is_over[1:])),
        side_peak_h=max(float(run.hour[int(run.side_ratio.argmax())]) - START_H, 0.0),
        needed_h=drugs()[setting.drug].observe_h,
    )


def longest_h(hour: np.ndarray, holds: np.ndarray) -> float:
    """Longest stretch without a break on which something holds, hours; blurred by the step of the grid.

    >>> longest_h(np.arange(6.0), np.array([True, False, True, True, True, False]))
    2.0
    """
    longest, since = 0.0, None
    for at, is_held in zip(hour.tolist(), holds.tolist(), strict=True):
        since = (at if since is None else since) if is_held else None
        longest = longest if since is None else max(longest, at - since)
    return longest


def _first(hour: np.ndarray, holds: np.ndarray) -> float | None:
    """Hours after it was given at which something first holds."""
    return float(hour[holds.argmax()]) - START_H if holds.any() else None


def diary(setting: Setting, arm: Arm) -> Diary:
    """What the person writes every four hours: mean relief and the worst side effects, with a seed's noise."""
    run = course(setting, arm)
    edge = np.arange(0.0, 24.0 * DURATION_DAY + 1e-9, EVERY_H)
    rng = np.random.default_rng([setting.seed, crc32(arm.encode())])
    noise = rng.standard_normal((2, len(edge) - 1))
    relief = _means(run.hour, run.relief_index, edge)
    # expectation begins with what is given, and adds only to what is not yet relieved
    hope = np.where(edge[:-1] >= START_H, relief + setting.placebo_index * (1.0 - relief), relief)
    highest = np.maximum.reduceat(run.side_ratio, np.searchsorted(run.hour, edge[:-1])) / setting.limit_ratio
    return Diary(
        hour=edge[1:],
        relief=np.clip(np.rint(10.0 * hope + SCORE_SIGMA * noise[0]), 0.0, 10.0),
        is_noted=highest + NOTED_SIGMA * noise[1] > 1.0,
    )


def _means(hour: np.ndarray, value: np.ndarray, edge: np.ndarray) -> np.ndarray:
    """Mean of a line through points between edges."""
    at = np.union1d(hour, edge)
    level = np.interp(at, hour, value)
    area = np.concatenate([[0.0], np.cumsum(np.diff(at) * (level[1:] + level[:-1]) / 2.0)])
    return np.diff(area[np.searchsorted(at, edge)]) / np.diff(edge)
