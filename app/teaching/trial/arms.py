"""The three arms of a trial: a single bolus, an epidural bolus and an infusion, each as a scenario that is run."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, Final

import numpy as np

from app import runs
from app.figures.trial_course import DURATION_DAY, START_H, Arm, ArmCourse
from app.teaching.trial.setting import Axis, History, Setting
from app.words.text import TEXT
from sim import Result, Scenario, ScenarioError, catalogue, scenario_from
from sim.body import Drug, level_cm, point_weights
from sim.scenario import with_values

LASTS_DAY: Final = 3.0  # of the infusion
MINUTES_PER_DAY: Final = 1440.0
STEP_H: Final = 0.1  # of what is read off a run
PUMP, CATHETER = "roller-20ml", "one-piece-80cm"  # lie unused: what is given, is given by hand


def scenario_of(setting: Setting, arm: Arm) -> Scenario:
    """One arm as a scenario; raises ScenarioError where it cannot be carried out."""
    title = f"{TEXT['page_trial']}: {TEXT[f'trial_arm_{arm}']}"
    return with_values(
        _scenario(setting.drug, setting.level, arm, setting.dose_mcg(arm), setting.history), {"title": title}
    )


def _scenario(drug: str, level: str, arm: Arm, mcg: float, history: History) -> Scenario:
    orders: dict[Arm, dict[str, Any]] = {
        "bolus": {"kind": "trial_shot", "dose_mcg": mcg, "space": "intrathecal"},
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
            "opioid_history": history,
            "orders": [{**orders[arm], "at_day": START_H / 24.0, "level": level}],
        }
    )


def course(setting: Setting, arm: Arm) -> ArmCourse:
    """One arm, run and read off; the rule and the noise change nothing of it."""
    return _course(setting.drug, setting.level, setting.axis, arm, setting.dose_mcg(arm), setting.history)


@lru_cache(maxsize=64)
def _course(name: str, level: str, axis: Axis, arm: Arm, mcg: float, history: History) -> ArmCourse:
    result = runs.run(_scenario(name, level, arm, mcg, history))
    if result.effect_course is None:
        raise ValueError(f"{name} has no modelled effect")
    hour = np.union1d(np.arange(0.0, 24.0 * DURATION_DAY - 1e-6, STEP_H), result.time_h)
    drug = catalogue().drugs[name]
    return ArmCourse(
        hour=hour,
        csf_mcg_ml=np.interp(hour, result.time_h, result.csf_mcg_ml @ point_weights(level_cm(level))),
        relief_index=np.interp(hour, *result.effect_course),
        side_ratio=np.interp(hour, result.time_h, _side(result, name, axis)),
        at_once_mcg=mcg / MINUTES_PER_DAY if arm == "infusion" else mcg,
        first_day_mcg=mcg,
        csf_mcg=mcg * (drug.dural_frac if arm == "epidural" else 1.0),
    )


def _side(result: Result, name: str, axis: Axis) -> np.ndarray:
    """On the chosen axis: the index of excess, or a concentration over its steady value at the reference dose."""
    if axis == "excess":
        if result.excess_index is None:
            raise ScenarioError([f"axis = 'excess': too much of {name} is not modelled"])
        return result.excess_index
    cistern, plasma = _reference(name)
    return result.cistern_mcg_ml / cistern if axis == "cistern" else result.plasma_mcg_ml / plasma


@cache
def _reference(name: str) -> tuple[float, float]:
    """Cistern and plasma (mcg/mL) of a pump that has long given the drug's reference dose at its reference tip."""
    drug: Drug = catalogue().drugs[name]
    strength = min(5.0 * drug.reference_mcg_day, 100_000.0)
    fill = {"in_ml": 10.0, "actual_mcg_ml": strength, "programmed_mcg_ml": strength}
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
                    {"kind": "refill", "at_day": 0.0, **fill},
                    {"kind": "rate", "at_day": 0.0, "dose_mcg_day": drug.reference_mcg_day},
                ],
            }
        )
    )
    return float(steady.cistern_mcg_ml[0]), float(steady.plasma_mcg_ml[0])
