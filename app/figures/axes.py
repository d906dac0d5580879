"""Highest values of the axes of a run's charts; the hours of a step signal, and which spikes set no axis."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.exact import Steps

Array = NDArray[np.float64]

BRIEF_H: Final = 0.5  # a spike shorter than this does not set an axis
AT_ONCE_H: Final = 1.01 / 60.0  # what lasts no longer, such as a push at the access port or a stroke, is an amount


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
    refitted: tuple[str, ...] = ()  # those that are no longer as the scenario was loaded


AXES: Final = tuple(field.name for field in fields(Ranges) if field.name != "refitted")


def edge_day(signal: Steps) -> Array:
    """Days (n + 1,) at which a signal steps."""
    return np.asarray(signal.edge_h / 24.0)


def values_that_last(signal: Steps) -> Array:
    """The values of a signal that last long enough to set an axis: at least half an hour.

    >>> values_that_last(Steps.from_hours([0.0, 1.0, 1.25, 2.0], [1.0, 90.0, 2.0])).tolist()
    [1.0, 2.0]
    """
    return signal.value[signal.length_h >= BRIEF_H]
