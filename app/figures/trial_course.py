"""What the charts of a trial draw: one arm over time, and the diary of its days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from app.figures.axes import Array

Arm = Literal["bolus", "epidural", "infusion"]
HALF: Final = 0.5  # the published rule: half of the complaint is gone
START_H: Final = 12.0  # the diary begins before anything is given
DURATION_DAY: Final = 4.5


@dataclass(frozen=True, slots=True, eq=False)
class ArmCourse:
    """One arm over time; arrays (m,)."""

    hour: Array  # from the start of the diary
    csf_mcg_ml: Array  # at the level of the tip
    relief_index: Array
    side_ratio: Array  # on the chosen axis: an index, or times its steady value at the reference dose
    at_once_mcg: float  # given in the first minute
    first_day_mcg: float  # given within a day
    csf_mcg: float  # of that, what enters the CSF


@dataclass(frozen=True, slots=True, eq=False)
class Diary:
    """What the person writes down (n,): relief of 10 in whole points, and whether side effects were felt."""

    hour: Array
    relief: Array
    is_noted: Array
