"""Where a named level lies in the canal, and how cells share a place or a band."""

from __future__ import annotations

from typing import Final, Literal, get_args

import numpy as np

from sim.exact.steps import Array

Level = Literal[
    "C1", "C2", "C3", "C4", "C5", "C6", "C7",
    "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12",
    "L1", "L2", "L3", "L4", "L5", "S1", "S2",
]  # fmt: skip
LEVELS: Final[tuple[str, ...]] = get_args(Level)

CANAL_CM: Final = 62.5  # foramen magnum to sac end; assumed
N_CELL: Final = 25
CELL_CM: Final = CANAL_CM / N_CELL
CENTRE_CM: Final[Array] = np.asarray((np.arange(N_CELL) + 0.5) * CELL_CM, dtype=np.float64)
REGION_CM: Final = {"C": (0.0, 12.0, 7), "T": (12.0, 39.5, 12), "L": (39.5, 57.0, 5), "S": (57.0, 62.5, 2)}


def span_cm(level: str) -> tuple[float, float]:
    """Upper and lower end of a segment, cm from the foramen magnum.

    >>> span_cm("L1")
    (39.5, 43.0)
    """
    top, bottom, count = REGION_CM[level[0]]
    size = (bottom - top) / count
    return top + size * (int(level[1:]) - 1), top + size * int(level[1:])


def level_cm(level: str) -> float:
    """Middle of a segment, cm from the foramen magnum.

    >>> level_cm("C4")
    6.0
    """
    upper, lower = span_cm(level)
    return 0.5 * (upper + lower)


def point_weights(place_cm: float) -> Array:
    """Shares (N_CELL,) of the two nearest cell centres in a place; they sum to 1."""
    position = np.clip(place_cm / CELL_CM - 0.5, 0.0, N_CELL - 1.0)
    upper = min(int(position), N_CELL - 2)
    weights = np.zeros(N_CELL)
    weights[upper], weights[upper + 1] = 1.0 - (position - upper), position - upper
    return weights


def band_weights(first: str, last: str) -> Array:
    """Shares (N_CELL,) of the cells in the band from one level to another, by volume; they sum to 1."""
    top, bottom = span_cm(first)[0], span_cm(last)[1]
    overlap = np.clip(
        np.minimum(bottom, CENTRE_CM + 0.5 * CELL_CM) - np.maximum(top, CENTRE_CM - 0.5 * CELL_CM), 0.0, None
    )
    return np.asarray(overlap / overlap.sum())
