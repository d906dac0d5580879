"""The label's rule for the first day of a pump after a screening dose, taught as a rule; what follows is titration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from app import runs
from app.figures.trial_course import START_H
from app.teaching.trial.arms import scenario_of
from app.teaching.trial.judging import Outcome
from app.teaching.trial.setting import Setting
from sim import catalogue

LASTING_H: Final = 8.0  # source: L label of intrathecal baclofen, screening and first daily dose
FACTOR: Final = 2.0  # source: the same


@dataclass(frozen=True, slots=True)
class FirstDay:
    """What the rule makes of one screening dose."""

    screening_mcg: float
    held_h: float
    is_lasting: bool  # the effect lasted for more than eight hours
    dose_mcg_day: float
    index_after_day: float  # relief that the model gives after 24 h of it


def first_day(setting: Setting, outcome: Outcome) -> FirstDay | None:
    """The first daily dose by the rule; None where no label has such a rule, or the single bolus had no effect."""
    if catalogue().drugs[setting.drug].family != "baclofen" or outcome.held_h <= 0.0:
        return None
    is_lasting = outcome.held_h > LASTING_H
    dose = setting.bolus_mcg * (1.0 if is_lasting else FACTOR)
    result = runs.run(scenario_of(setting.model_copy(update={"infusion_mcg_day": dose}), "infusion"))
    assert result.effect_course is not None
    after = float(np.interp(START_H + 24.0, *result.effect_course))
    return FirstDay(setting.bolus_mcg, outcome.held_h, is_lasting, dose, after)
