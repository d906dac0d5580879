"""A value that fades from step to step and takes something in at each: a band of two diagonals, solved at once."""

from __future__ import annotations

import numpy as np

from sim.exact.steps import Array


def fading(kept: Array, taken: Array) -> Array:
    """Values (k, ...) of which each is what was kept of the one before and what was taken in, the first taken in whole.

    kept (k - 1,): shares; taken (k, ...).
    Source: forward substitution in a banded triangle, LAPACK dtbtrs.

    >>> fading(np.array([0.5, 0.25]), np.array([8.0, 0.0, 3.0])).tolist()
    [8.0, 4.0, 4.0]
    """
    from scipy.linalg.lapack import dtbtrs

    band = np.ones((2, len(taken)))
    band[1, :-1] = -kept
    value, _ = dtbtrs(band, taken.reshape(len(taken), -1), uplo="L", diag="U")
    return np.asarray(value).reshape(taken.shape)
