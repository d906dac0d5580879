"""Lowest and highest value of each number of a trial, on its page and in a link."""

from __future__ import annotations

from typing import Final

DOSE_MCG: Final = (0.0, 1e6)
INFUSION_MCG_DAY: Final = (0.0, 1e6)
LIMIT_RATIO: Final = (0.001, 100.0)
HELD_H: Final = (0.5, 48.0)
OBSERVE_H: Final = (0.5, 72.0)
PLACEBO_INDEX: Final = (0.0, 0.5)
SEED: Final = (0, 2**31 - 1)
