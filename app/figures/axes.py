"""Highest values of the axes of a run's charts, and which spikes are too short for an axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BRIEF_H: Final = 0.5  # a spike shorter than this does not set an axis
AT_ONCE_H: Final = (
    1.01 / 60.0
)  # what lasts no longer, such as a push at the side port or a stroke, is told as an amount


@dataclass(frozen=True)
class Ranges:
    """Highest values of the axes; they stay while a control moves."""

    dose_mcg_day: float
    volume_ml: float
    csf_mcg_ml: float
    canal_mcg_ml: float  # of the colours: a spike that is soon over does not pale the rest
    line_mcg_ml: float
    supplied_mcg: float
    outside_mcg: float  # most that is anywhere but in the reservoir
