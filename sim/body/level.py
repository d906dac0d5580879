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
POINT_CM: Final = 1e-6  # a shorter stretch is a point
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
    return overlap_shares(span_cm(first)[0], span_cm(last)[1])


def spread_shares(place_cm: float, half_length_cm: float = 5.0) -> Array:
    """Shares (N_CELL,) of a hand bolus spread evenly over 2 x half_length_cm at once; they sum to 1.

    What would lie beyond the canal's ends lies inside instead; length 0 is the place itself.
    Source: a half length of 5 cm (about 15 mL) represents the mixing volume of a lumbar bolus
    (Sjostrom 1987), illustrative, 0 to 10 cm.

    >>> spread_shares(10.0 * CELL_CM, 5.0)[8:12].tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    top, bottom = max(place_cm - half_length_cm, 0.0), min(place_cm + half_length_cm, CANAL_CM)
    return overlap_shares(top, bottom) if bottom - top > POINT_CM else point_weights(place_cm)


def overlap_shares(top_cm: float, bottom_cm: float) -> Array:
    """Shares (N_CELL,) of the cells in a stretch of the canal, by length; they sum to 1."""
    upper, lower = CENTRE_CM - 0.5 * CELL_CM, CENTRE_CM + 0.5 * CELL_CM
    overlap = np.clip(np.minimum(bottom_cm, lower) - np.maximum(top_cm, upper), 0.0, None)
    return np.asarray(overlap / overlap.sum())
