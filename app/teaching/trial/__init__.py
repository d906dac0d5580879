"""A trial before an implant: single bolus, epidural bolus and infusion, judged on relief and on side effects."""

from app.figures.trial_course import HALF, START_H, Arm
from app.teaching.trial.arms import course, scenario_of
from app.teaching.trial.first_day import FirstDay, first_day
from app.teaching.trial.judging import VERDICTS, Outcome, Verdict, diary, judge, longest_h
from app.teaching.trial.setting import (
    ARMS,
    Axis,
    Doses,
    History,
    Setting,
    arms,
    axes,
    drugs,
    first_limit,
    first_setting,
    has_epidural,
    is_opioid,
    levels,
)

__all__ = [
    "ARMS", "HALF", "START_H", "VERDICTS", "Arm", "Axis", "Doses", "FirstDay", "History", "Outcome", "Setting",
    "Verdict", "arms", "axes", "course", "diary", "drugs", "first_day", "first_limit", "first_setting",
    "has_epidural", "is_opioid", "judge", "levels", "longest_h", "scenario_of",
]  # fmt: skip
