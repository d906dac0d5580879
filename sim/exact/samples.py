"""Numbers read off evenly or unevenly sampled curves of many people, straight lines between the samples."""

from __future__ import annotations

import math

import numpy as np

from sim.exact.steps import Array


def lagging(followed: Array, time_h: Array, per_h: float) -> Array:
    """First-order filter (p, m) that starts at 0, exact for straight lines through the samples (p, m)."""
    out = np.zeros_like(followed)
    for i, step_h in enumerate(np.diff(time_h).tolist()):
        kept, x = math.exp(-per_h * step_h), per_h * step_h
        lead = 1.0 - (1.0 - kept) / x  # weight of the step's end
        out[:, i + 1] = kept * out[:, i] + (1.0 - kept - lead) * followed[:, i] + lead * followed[:, i + 1]
    return out


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
