"""A visit without prompts: the learner finds each act in a list that is longer than it should be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.teaching.refill_visit.acts import do, try_needle
from app.teaching.refill_visit.checklist import Checklist, Item, mark
from app.teaching.refill_visit.record import Step, Visit
from app.teaching.refill_visit.rules import Deed

# what a button does in a visit with prompts
ACTS: Final[tuple[Deed, ...]] = (
    "person_asked", "baseline_checked", "interrogated", "log_read", "battery_read", "palpated", "labels_read",
    "needle_tested", "portions", "checked_again", "observed", "plan_written",
)  # fmt: skip
PORTIONS: Final = "portions chosen"  # before anything is filled


def prompted(checklist: Checklist, visit: Visit, step: Step) -> tuple[Item, ...]:
    """Lines of a step for which the learner's word has to do."""
    return tuple(
        item
        for item in checklist.items
        if item.deed == "ticked" and item.stage == step and item.is_asked_at(visit.depth)
    )


def listed(checklist: Checklist, visit: Visit) -> tuple[Item, ...]:
    """Every act and every word of honour, of all steps, with some that are better left; by their text."""
    acts = [
        item for item in checklist.items if item.deed in (*ACTS, "ticked", "left_out") and item.is_asked_at(visit.depth)
    ]
    return tuple(sorted(acts, key=lambda item: item.words))


def choose(visit: Visit, items: Iterable[Item], step: Step) -> Visit:
    """Do what was chosen from the list; what belongs to another step has no effect and does not count."""
    for item in items:
        if item.deed in ("ticked", "left_out"):
            visit = do(visit, mark(item, step))
        elif item.stage == step:
            visit = _act(visit, item.deed)
    return visit


def _act(visit: Visit, deed: Deed) -> Visit:
    if deed == "needle_tested":
        return try_needle(visit)
    return do(visit, PORTIONS if deed == "portions" else deed)
