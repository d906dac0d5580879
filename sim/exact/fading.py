"""A value that fades from step to step and takes something in at each: a band of two diagonals, solved at once."""

from __future__ import annotations

import numpy as np

from sim.exact.steps import Array


def fading(share: Array, intake: Array) -> Array:
    """Values (k, ...) of which each is a share of the one before and an intake; the first is its whole intake.

    share (k - 1,); intake (k, ...).
    Source: forward substitution in a banded triangle, LAPACK dtbtrs.

    >>> fading(np.array([0.5, 0.25]), np.array([8.0, 0.0, 3.0])).tolist()
    [8.0, 4.0, 4.0]
    """
    from scipy.linalg.lapack import dtbtrs

    band = np.ones((2, len(intake)))
    band[1, :-1] = -share
    value, _ = dtbtrs(band, intake.reshape(len(intake), -1), uplo="L", diag="U")
    return np.asarray(value).reshape(intake.shape)
