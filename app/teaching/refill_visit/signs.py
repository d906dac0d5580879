"""What can be seen of the person at a visit, before it and half an hour after, and what goes home in writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app import runs
from app.teaching.refill_visit.before import before, past
from app.teaching.refill_visit.outcome import changes, scenario_after
from app.teaching.refill_visit.record import Visit
from app.words.patient import steps_of
from sim import Result, Scenario, Side, catalogue
from sim.body import Drug
from sim.device import END_OF_SERVICE_DAY

SIDES: Final[tuple[Side, ...]] = ("too_much", "too_little")
WATCH_H: Final = 0.5  # half an hour's watch with sedation and gait before and after, Advocate Aurora


@dataclass(frozen=True, slots=True)
class Sign:
    """How much too much or too little of one drug can be seen of a person at one moment."""

    drug: Drug
    side: Side
    grade: int  # 0 nothing to note, 1 mild, 2 serious, 3 life-threatening


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes home in writing."""

    drugs: tuple[Drug, ...]
    alarm_day: float | None  # low-reservoir alarm by the pump's count; None if later than the run goes
    stable_day: float | None  # until when the drug keeps
    due_day: float | None  # the earlier of both


def signs_before(visit: Visit) -> tuple[Sign, ...]:
    """Before anything is done; empty for a drug whose harm is not modelled."""
    scenario = past(visit.scenario, visit.day)
    return signs_at(scenario, runs.run(scenario), visit.hour, is_before=True)


def signs_after(visit: Visit) -> tuple[Sign, ...]:
    """Half an hour after the visit, in the run of what was done."""
    scenario = scenario_after(visit)
    return signs_at(scenario, runs.run(scenario), visit.hour + WATCH_H)


def signs_at(scenario: Scenario, run: Result, hour: float, *, is_before: bool = False) -> tuple[Sign, ...]:
    """Both sides of every drug at one hour of a run."""
    signs = []
    for drug, result in results_of(scenario, run):
        row = result.before(hour) if is_before else result.at(hour)
        for side, index in zip(SIDES, (row.excess_index, row.withdrawal_index), strict=True):
            if index is not None and has_side(drug, side):
                signs.append(Sign(drug, side, grade_of(drug, side, float(index[0]))))
    return tuple(signs)


def results_of(scenario: Scenario, run: Result) -> list[tuple[Drug, Result]]:
    """Each drug of a mixture with its own result."""
    drugs = catalogue().drugs
    return [(drugs[scenario.drug], run), *((drugs[name], other) for name, other in run.others.items())]


def has_side(drug: Drug, side: Side) -> bool:
    """Whether this side of the drug is modelled: harm by too much, or withdrawal."""
    return drug.excess is not None if side == "too_much" else drug.is_adapting


def grade_of(drug: Drug, side: Side, index: float) -> int:
    """0 for nothing to note, up to 3 for what threatens life."""
    return sum(index >= low for low in steps_of(drug, side))


def plan(visit: Visit) -> Plan:
    """Signs to know, and the days by which somebody has to act, as the pump counts them."""
    scenario = scenario_after(visit)
    drugs = tuple(drug for drug, _ in results_of(scenario, runs.run(scenario)))
    filled_day = visit.day if visit.in_ml is not None else before(visit).last.at_day
    stable = [filled_day + drug.stable_day for drug in drugs if drug.stable_day is not None]
    alarms = [
        happening.time_h / 24.0
        for happening in runs.run(scenario).happenings
        if happening.kind == "low_alarm" and happening.time_h > visit.hour
    ]
    due = next(change.after for change in changes(visit) if change.name == "due")
    return Plan(drugs, min(alarms, default=None), min(stable, default=None), due)


def replace_by_day(visit: Visit) -> float | None:
    """Day of the battery's first notice (ERI) at the use of the last day; None where nothing is used up."""
    run, earlier_h = runs.run(past(visit.scenario, visit.day)), max(visit.hour - 24.0, 0.0)
    share, earlier = run.before(visit.hour).battery_frac, run.at(earlier_h).battery_frac
    if share is None or earlier is None:
        return None
    used_per_day = 24.0 * float(earlier[0] - share[0]) / (visit.hour - earlier_h)
    return visit.day + float(share[0]) / used_per_day - END_OF_SERVICE_DAY if used_per_day > 0.0 else None
