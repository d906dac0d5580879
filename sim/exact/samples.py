"""Numbers read off evenly or unevenly sampled curves of many people, straight lines between the samples."""

from __future__ import annotations

import numpy as np

from sim.exact.fading import fading
from sim.exact.steps import Array


def lagging(followed: Array, time_h: Array, per_h: float) -> Array:
    """First-order filter (p, m) that starts at 0, exact for straight lines through the samples (p, m)."""
    x = per_h * np.diff(time_h)
    share = np.exp(-x)
    lead = 1.0 - (1.0 - share) / x  # weight of the step's end
    intake = np.zeros_like(followed)
    intake[:, 1:] = (1.0 - share - lead) * followed[:, :-1] + lead * followed[:, 1:]
    return fading(share, intake.T).T


def mean(index: Array, time_h: Array) -> Array:
    """Time average (p,) of straight lines through the samples (p, m)."""
    half = 0.5 * np.diff(time_h)
    share = np.append(half, 0.0) + np.append(0.0, half)
    return np.asarray(index @ (share / share.sum()))


def hours_below(index: Array, time_h: Array, level: float) -> Array:
    """Hours (p,) that straight lines through the samples (p, m) spend below a level."""
    over = index - level
    away, under = np.abs(over), np.maximum(-over, 0.0)
    both = away[:, 1:] + away[:, :-1]
    share = np.divide(under[:, 1:] + under[:, :-1], both, out=np.zeros_like(both), where=both > 0.0)
    return np.asarray(share @ np.diff(time_h))
