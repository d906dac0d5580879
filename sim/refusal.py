"""Refusals: one sentence per problem, the nearest name, and the names of an earlier form of the files."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

MOST_PROBLEMS: Final = 20
# fmt: off
RENAMED: Final = {  # names of an earlier form of the files
    "told_mcg_ml": "programmed_mcg_ml", "true_mcg_ml": "actual_mcg_ml", "told_ml": "programmed_ml",
    "with_told_mcg_ml": "with_programmed_mcg_ml", "with_true_mcg_ml": "with_actual_mcg_ml",
    "draw_side_port": "cap_aspiration", "flush_side_port": "cap_injection", "prime": "priming_bolus",
    "bridge": "bridge_bolus", "day_schedule": "rate_schedule", "scan": "mri",
    "shot_mcg": "bolus_mcg", "trial_shot_mcg": "trial_bolus_mcg",
}
# fmt: on


class ScenarioError(ValueError):
    """One sentence per problem: path, value, range, unit, nearest name. Nothing was run.

    >>> ScenarioError(["duration_day = 0.0 is outside 0.01 to 3650.0 days"]).problems
    ('duration_day = 0.0 is outside 0.01 to 3650.0 days',)
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        lines = list(self.problems[:MOST_PROBLEMS])
        if len(self.problems) > MOST_PROBLEMS:
            lines.append(f"and {len(self.problems) - MOST_PROBLEMS} more problems")
        super().__init__("\n".join(lines))


def nearest(name: object, known: Iterable[str]) -> str:
    """Hint naming the known word closest to `name`; empty if none is close.

    >>> nearest("position", ["position_frac", "start_day"])
    "; did you mean 'position_frac'?"
    """
    close = difflib.get_close_matches(str(name)[:80], [str(word) for word in known], n=1, cutoff=0.5)
    return f"; did you mean '{close[0]}'?" if close else ""


def literal(value: object) -> str:
    """A value as it may appear in a sentence: escaped and at most 40 characters."""
    text = str(value).lower() if isinstance(value, bool) else ascii(value)
    return text if len(text) <= 40 else text[:37] + "..."
