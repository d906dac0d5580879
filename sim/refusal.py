"""Refusals: one sentence per problem, the nearest name, and the names of an earlier form of the files."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final

MOST_PROBLEMS: Final = 20  # shown
MOST_SENTENCES: Final = 100  # kept; further problems are counted
LONGEST_LITERAL: Final = 40
MOST_BITS: Final = 400  # of a whole number that is written out
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

    def __init__(self, problems: Iterable[str], n_more: int = 0) -> None:
        """problems: of which the first 100 are kept; n_more: how many there are besides."""
        rest = iter(problems)
        self.problems = tuple(islice(rest, MOST_SENTENCES))
        self.n_more = n_more + sum(1 for _ in rest)
        lines = list(self.problems[:MOST_PROBLEMS])
        n_silent = len(self.problems) - len(lines) + self.n_more
        if n_silent:
            lines.append(f"and {n_silent} more problems")
        super().__init__("\n".join(lines))


def nearest(name: object, known: Iterable[str]) -> str:
    """Hint naming the known word closest to `name`; empty if none is close.

    >>> nearest("position", ["position_frac", "start_day"])
    "; did you mean 'position_frac'?"
    """
    close = difflib.get_close_matches(str(name)[:80], [str(word) for word in known], n=1, cutoff=0.5)
    return f"; did you mean '{close[0]}'?" if close else ""


def literal(value: object) -> str:
    """A value as it may appear in a sentence: escaped and at most 40 characters, however large it is.

    >>> literal("x" * 10**6), literal([[[[[[0]]]]]]), literal(True)
    ("'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...", "[[[['...']]]]", 'true')
    """
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        return "a number of over 100 digits"
    text = str(value).lower() if isinstance(value, bool) else ascii(_pruned(value, 0))
    return text if len(text) <= LONGEST_LITERAL else text[: LONGEST_LITERAL - 3] + "..."


def _pruned(value: object, depth: int) -> object:
    """What of a value can be seen in its first 40 characters: writing out the rest would cost time and room."""
    if isinstance(value, str | bytes):
        return value[:LONGEST_LITERAL]
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        return "..."
    if isinstance(value, list | tuple | Mapping) and depth == 4:
        return "..."
    if isinstance(value, list | tuple):
        return type(value)(_pruned(entry, depth + 1) for entry in value[: LONGEST_LITERAL // 3 + 1])
    if isinstance(value, Mapping):
        some = islice(value.items(), LONGEST_LITERAL // 3 + 1)
        return {_pruned(key, depth + 1): _pruned(entry, depth + 1) for key, entry in some}
    return value
