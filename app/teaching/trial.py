"""A trial before an implant: single bolus, epidural bolus and infusion, judged on relief and side effects."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal
from zlib import crc32

import numpy as np
from pydantic import Field

from app import runs
from app.figures.trial_course import DURATION_DAY, HALF, START_H, Arm, Course, Diary
from app.words.text import TEXT
from sim import Result, Scenario, ScenarioError, catalogue, scenario_from
from sim.body import LEVELS, Drug, level_cm, point_weights
from sim.scenario import REQUIRED, Record, check, quantity, with_values

Axis = Literal["breathing", "cistern", "plasma"]
Verdict = Literal["passes", "relief", "side", "both"]

ARMS: Final[tuple[Arm, ...]] = ("shot", "epidural", "infusion")
VERDICTS: Final[tuple[Verdict, ...]] = ("passes", "relief", "side", "both")
FILE: Final = Path(__file__).parents[1] / "data" / "trial.toml"
LASTS_DAY: Final = 3.0  # of the infusion
EVERY_H: Final = 4.0  # one entry of the diary
MINUTES_PER_DAY: Final = 1440.0
STEP_H: Final = 0.1  # of what is read off a run
SCORE_SIGMA: Final = 1.0  # assumed: points of 10, from entry to entry
NOTED_SIGMA: Final = 0.15  # assumed: of the side-effect limit
PUMP, CATHETER = "roller-20ml", "one-piece-80cm"  # lie unused: what is given, is given by hand


class Doses(Record):
    """What the page starts with for one drug."""

    shot_mcg: float = quantity(REQUIRED, 0.0, 1e6, "Single bolus")
    epidural_mcg: float = quantity(REQUIRED, 0.0, 1e6, "Epidural bolus")
    infusion_mcg_day: float = quantity(REQUIRED, 0.0, 1e6, "Continuous infusion")


class Setting(Record):
    """One trial, from which all three arms derive."""

    drug: str = Field(title="Drug", max_length=80)
    shot_mcg: float = quantity(REQUIRED, 0.0, 1e6, "Single bolus")
    epidural_mcg: float = quantity(REQUIRED, 0.0, 1e6, "Epidural bolus")
    infusion_mcg_day: float = quantity(REQUIRED, 0.0, 1e6, "Continuous infusion")
    level: str = Field(default="L3", title="Level")
    held_h: float = quantity(4.0, 0.5, 48.0, "Half relief must hold for")
    axis: Axis = Field(default="cistern", title="Side effects follow")
    limit_ratio: float = quantity(REQUIRED, 0.001, 100.0, "Limit of side effects")
    placebo_index: float = quantity(0.0, 0.0, 0.5, "Relief by expectation alone")
    seed: int = quantity(1, 0, 2**31 - 1, "Seed of the diary's noise")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The rule on two axes, for one arm."""

    verdict: Verdict
    peak_index: float
    peak_h: float  # after it was given
    held_h: float  # longest time with half relief or more without a break
    from_h: float | None  # when half relief is first reached
    side_peak: float
    side_h: float | None  # when side effects first exceed the limit
    over_h: float  # time above the limit


# ---------------------------------------------------------------- what the page starts with


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def drugs() -> MappingProxyType[str, Doses]:
    """Drugs with a modelled effect, and the doses that the page starts with."""
    return MappingProxyType({name: check(Doses, table) for name, table in _file()["drugs"].items()})


def first_limit(axis: Axis) -> float:
    """Limit that the page starts with on an axis."""
    return float(_file()["limits"][axis])


def axes(drug: str) -> tuple[Axis, ...]:
    """What side effects can be read off: breathing where the drug acts on it, and the two assumed stand-ins."""
    return ("breathing", "cistern", "plasma") if catalogue().drugs[drug].breathing else ("cistern", "plasma")


def first_setting(drug: str) -> Setting:
    """The setting that the page starts with for a drug."""
    axis = axes(drug)[0]
    return Setting(drug=drug, axis=axis, limit_ratio=first_limit(axis), **drugs()[drug].model_dump())


def has_epidural(drug: str) -> bool:
    """Whether an epidural dose of the drug reaches the CSF in the model."""
    one = catalogue().drugs[drug]
    return one.dural_frac > 0.0 and one.epidural_per_h > 0.0


def levels() -> tuple[str, ...]:
    """Where a trial dose may be given: below the cord or along its lower part."""
    return tuple(LEVELS[LEVELS.index("T6") :])


# ---------------------------------------------------------------- the arms


def given(setting: Setting, arm: Arm) -> float:
    """What an arm gives within a day, mcg."""
    return {"shot": setting.shot_mcg, "epidural": setting.epidural_mcg, "infusion": setting.infusion_mcg_day}[arm]


def scenario_of(setting: Setting, arm: Arm) -> Scenario:
    """One arm as a scenario; raises ScenarioError where it cannot be carried out."""
    title = f"{TEXT['page_trial']}: {TEXT[f'trial_arm_{arm}']}"
    return with_values(_scenario(setting.drug, setting.level, arm, given(setting, arm)), {"title": title})


def _scenario(drug: str, level: str, arm: Arm, mcg: float) -> Scenario:
    orders: dict[Arm, dict[str, Any]] = {
        "shot": {"kind": "trial_shot", "dose_mcg": mcg, "space": "intrathecal"},
        "epidural": {"kind": "trial_shot", "dose_mcg": mcg, "space": "epidural"},
        "infusion": {"kind": "trial_infusion", "dose_mcg_day": mcg, "lasts_day": LASTS_DAY},
    }
    return scenario_from(
        {
            "version": 1,
            "title": f"Trial: {arm}",
            "pump": PUMP,
            "catheter": CATHETER,
            "drug": drug,
            "duration_day": DURATION_DAY,
            "line_start": "csf",
            "tip_level": level,
            "orders": [{**orders[arm], "at_day": START_H / 24.0, "level": level}],
        }
    )


def course(setting: Setting, arm: Arm) -> Course:
    """One arm, run and read off; the rule and the noise change nothing of it."""
    return _course(setting.drug, setting.level, setting.axis, arm, given(setting, arm))


@lru_cache(maxsize=64)
def _course(name: str, level: str, axis: Axis, arm: Arm, mcg: float) -> Course:
    result = runs.run(_scenario(name, level, arm, mcg))
    if result.effect_course is None:
        raise ValueError(f"{name} has no modelled effect")
    hour = np.union1d(np.arange(0.0, 24.0 * DURATION_DAY - 1e-6, STEP_H), result.time_h)
    drug = catalogue().drugs[name]
    return Course(
        hour=hour,
        csf_mcg_ml=np.interp(hour, result.time_h, result.csf_mcg_ml @ point_weights(level_cm(level))),
        relief_index=np.interp(hour, *result.effect_course),
        side_ratio=np.interp(hour, result.time_h, _side(result, name, axis)),
        at_once_mcg=mcg / MINUTES_PER_DAY if arm == "infusion" else mcg,
        first_day_mcg=mcg,
        csf_mcg=mcg * (drug.dural_frac if arm == "epidural" else 1.0),
    )


def _side(result: Result, name: str, axis: Axis) -> np.ndarray:
    """On the chosen axis: the index of breathing, or a concentration over its steady value at the reference dose."""
    if axis == "breathing":
        if result.breathing_index is None:
            raise ScenarioError([f"axis = 'breathing': {name} has no modelled effect on breathing"])
        return result.breathing_index
    cistern, plasma = _reference(name)
    return result.cistern_mcg_ml / cistern if axis == "cistern" else result.plasma_mcg_ml / plasma


@cache
def _reference(name: str) -> tuple[float, float]:
    """Cistern and plasma (mcg/mL) of a pump that has long given the drug's reference dose at its reference tip."""
    drug: Drug = catalogue().drugs[name]
    strength = min(5.0 * drug.reference_mcg_day, 100_000.0)
    told = {"in_ml": 10.0, "actual_mcg_ml": strength, "programmed_mcg_ml": strength}
    steady = runs.run(
        scenario_from(
            {
                "version": 1,
                "title": "Reference",
                "pump": PUMP,
                "catheter": CATHETER,
                "drug": name,
                "duration_day": 1.0,
                "tip_level": drug.reference_tip,
                "body_start": "steady",
                "orders": [
                    {"kind": "refill", "at_day": 0.0, **told},
                    {"kind": "rate", "at_day": 0.0, "dose_mcg_day": drug.reference_mcg_day},
                ],
            }
        )
    )
    return float(steady.cistern_mcg_ml[0]), float(steady.plasma_mcg_ml[0])


# ---------------------------------------------------------------- the rule, and the diary


def judge(setting: Setting, arm: Arm) -> Outcome:
    """The rule on two axes: half relief held for long enough, side effects within the limit."""
    run = course(setting, arm)
    is_half, is_over = run.relief_index >= HALF, run.side_ratio > setting.limit_ratio
    held = longest_h(run.hour, is_half)
    has_relief, has_side = held >= setting.held_h, bool(is_over.any())
    verdict: Verdict = "passes"
    if has_relief and has_side:
        verdict = "side"
    elif not has_relief:
        verdict = "both" if has_side else "relief"
    peak = int(run.relief_index.argmax())
    return Outcome(
        verdict=verdict,
        peak_index=float(run.relief_index[peak]),
        peak_h=max(float(run.hour[peak]) - START_H, 0.0),
        held_h=held,
        from_h=_first(run.hour, is_half),
        side_peak=float(run.side_ratio.max()),
        side_h=_first(run.hour, is_over),
        over_h=float(np.diff(run.hour) @ (is_over[:-1] & is_over[1:])),
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
    hoped = np.where(edge[:-1] >= START_H, relief + setting.placebo_index * (1.0 - relief), relief)
    highest = np.maximum.reduceat(run.side_ratio, np.searchsorted(run.hour, edge[:-1])) / setting.limit_ratio
    return Diary(
        hour=edge[1:],
        relief=np.clip(np.rint(10.0 * hoped + SCORE_SIGMA * noise[0]), 0.0, 10.0),
        is_noted=highest + NOTED_SIGMA * noise[1] > 1.0,
    )


def _means(hour: np.ndarray, value: np.ndarray, edge: np.ndarray) -> np.ndarray:
    """Mean of a line through points between edges."""
    at = np.union1d(hour, edge)
    level = np.interp(at, hour, value)
    area = np.concatenate([[0.0], np.cumsum(np.diff(at) * (level[1:] + level[:-1]) / 2.0)])
    return np.diff(area[np.searchsorted(at, edge)]) / np.diff(edge)
