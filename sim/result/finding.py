"""What a test reports: one outcome of four, one sentence, and the chance by which a test errs.

Rates are published ones where a source is named; every other threshold is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from zlib import crc32

import numpy as np

from sim.exact.steps import to_tick

# a reading that is not right; one that is doubtful; the usual one; no reading at all
Outcome = Literal["shows", "partly", "nothing", "cannot"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one test observed at one time; it reports, and never advises."""

    test: str
    outcome: Outcome
    text: str
    value: float | None = None  # where the test reads a number
    unit: str = ""

    @property
    def is_seen(self) -> bool:
        """Whether the reading differs from the usual one."""
        return self.outcome in ("shows", "partly")


def chance(seed: int, test: str, time_h: float) -> np.random.Generator:
    """The chance of one test at one time: the same seed, test and time err in the same way.

    >>> chance(7, "dye_ct", 24.0).random() == chance(7, "dye_ct", 24.0).random()
    True
    """
    return np.random.default_rng([seed, crc32(test.encode()), int(to_tick(time_h))])


def is_read_as_seen(is_there: bool, sensitivity: float, specificity: float, rng: np.random.Generator | None) -> bool:
    """What an imperfect reader sees of something that is there or not; without chance, what is there.

    >>> is_read_as_seen(True, 0.81, 0.93, None)
    True
    """
    if rng is None:
        return is_there
    return bool(rng.random() < (sensitivity if is_there else 1.0 - specificity))
