"""What comes of a visit: a new scenario, and the table of what is programmed before and after."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from app import runs
from app.teaching.refill_visit.before import LAST_DAY, before, next_day, past
from app.teaching.refill_visit.hazards import tray
from app.teaching.refill_visit.record import Visit
from app.words.numbers import number_text
from app.words.text import TEXT
from sim import Scenario, refill_due_day
from sim.exact import TICK_PER_DAY
from sim.scenario import with_values

FIVEFOLD, TENFOLD = 5.0, 10.0
AFTER_DUE_DAY: Final = 10.0
LONGEST_TITLE: Final = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the table before and after."""

    name: Literal["strength", "dose", "flow", "due"]
    before: float | None
    after: float | None

    @property
    def ratio(self) -> float | None:
        """After over before, of what may not change manyfold by a slip; None of a day."""
        if self.name == "due" or self.before is None or self.after is None:
            return None
        if self.before == self.after:
            return 1.0
        return self.after / self.before if self.before > 0.0 else math.inf

    @property
    def fold(self) -> float:
        """How manyfold the change is, up or down, to two digits; infinite where something starts or ends.

        >>> Change("dose", 5000.0, 500.0).fold
        10.0
        """
        ratio = self.ratio
        if ratio is None:
            return 1.0
        manyfold = max(ratio, 1.0 / ratio) if ratio > 0.0 else math.inf
        return float(f"{manyfold:.2g}")

    @property
    def grade(self) -> Literal["calm", "fivefold", "tenfold"]:
        """How loudly to warn: from fivefold on, and louder from tenfold on."""
        return "tenfold" if self.fold >= TENFOLD else "fivefold" if self.fold >= FIVEFOLD else "calm"


def scenario_after(visit: Visit) -> Scenario:
    """A new scenario: the old one up to the visit, then what was done at it.

    Refills and everything programmed from that day on are replaced; repairs, scans, what is done at the side
    port and what is given by hand stay. Raises ScenarioError where a field is out of range.
    """
    data = past(visit.scenario, visit.day).model_dump()
    orders: list[Any] = [*data["orders"], *_orders(visit)]
    scenario = with_values(past(visit.scenario, visit.day), {"orders": orders, "title": _title(visit)})
    due = refill_due_day(scenario, visit.day)
    lasts = max(scenario.duration_day, min(LAST_DAY, 0.0 if due is None else due + AFTER_DUE_DAY))
    return with_values(scenario, {"duration_day": lasts})


def changes(visit: Visit) -> tuple[Change, ...]:
    """The table before and after, as the pump sees it; a bridge that passes is left out."""
    was = before(visit)
    if visit.programme is not None:
        visit = replace(visit, programme=replace(visit.programme, bridge_from_mcg_ml=None))
    scenario = scenario_after(visit)
    run, tick = runs.run(scenario), round(visit.day * TICK_PER_DAY)
    return (
        Change("strength", was.programmed_mcg_ml, run.truth(visit.hour).programmed_mcg_ml),
        Change("dose", was.dose_mcg_day, next_day(run.signals["believed_mcg_h"], tick)),
        Change("flow", was.flow_ml_day, next_day(run.signals["command_ml_h"], tick)),
        Change("due", was.due_day, refill_due_day(scenario, visit.day)),
    )


def worst(table: tuple[Change, ...]) -> Change | None:
    """The largest change that calls for a warning."""
    loud = [change for change in table if change.grade != "calm"]
    return max(loud, key=lambda change: change.fold, default=None)


def _orders(visit: Visit) -> Iterator[dict[str, Any]]:
    """What the visit orders, as plain tables."""
    if visit.decision == "stop":
        return
    was, programme = before(visit), visit.programme
    if visit.in_ml is not None and visit.vial is not None and not was.is_shut:
        programmed_mcg_ml = was.programmed_mcg_ml if programme is None else programme.programmed_mcg_ml
        yield {
            "kind": "refill",
            "at_day": visit.day,
            "in_ml": visit.in_ml,
            "pocket_ml": visit.pocket_ml,
            "actual_mcg_ml": tray(visit)[visit.vial].mcg_ml,
            "programmed_mcg_ml": programmed_mcg_ml,
            "programmed_ml": None if programme is None else programme.programmed_ml,
            "with_actual_mcg_ml": was.last.with_actual_mcg_ml,
            "with_programmed_mcg_ml": was.last.with_programmed_mcg_ml,
        }
    if programme is None:
        return
    if programme.way == "rate":
        yield {"kind": "rate", "at_day": visit.day, "dose_mcg_day": programme.value}
    elif programme.way == "flow":
        yield {"kind": "flow", "at_day": visit.day, "flow_ml_day": programme.value}
    elif programme.way == "stop":
        yield {"kind": "stop", "at_day": visit.day}
    if programme.bridge_from_mcg_ml is not None:
        yield {"kind": "bridge_bolus", "at_day": visit.day, "old_mcg_ml": programme.bridge_from_mcg_ml}


def _title(visit: Visit) -> str:
    """The scenario's title and this visit; an earlier visit leaves it."""
    words, mark = TEXT["visit_title"], "\0"
    before_day, after_day = (re.escape(part) for part in words.format(day=mark).split(mark))
    ending = f" {words.format(day=number_text(visit.day))}"
    plain_title = re.sub(rf" {before_day}[0-9.,]+{after_day}$", "", visit.scenario.title)
    return plain_title[: LONGEST_TITLE - len(ending)] + ending
