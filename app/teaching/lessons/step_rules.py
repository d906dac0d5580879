"""What a step of a lesson must hold to: a run that can be carried out, a claim that can be seen, known numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from app.teaching.lessons.case import scenario_to_show
from app.teaching.lessons.records import CurveClaim, ScenarioChange
from app.teaching.lessons.telling import gaps
from sim import Scenario, ScenarioError
from sim.scenario import literal, nearest, with_values


def show_problems(change: ScenarioChange, base: Scenario, where: str) -> Iterator[str]:
    """What is wrong with a step that opens a run: it cannot be run, changes nothing, or claims what cannot be."""
    try:
        new = scenario_to_show(change, base)
    except ScenarioError as error:
        yield from (f"{where}: {problem}" for problem in error.problems)
        return
    if new == base:
        yield f"{where} changes nothing"
    yield from gap_problems(change.say, (), f"{where}.say")
    yield from _claim_problems(change.claim, base, f"{where}.claim")


def _claim_problems(claim: CurveClaim, base: Scenario, where: str) -> Iterator[str]:
    for day in (claim.from_day, claim.at_day, claim.of_day):
        if day is not None and day > base.duration_day:
            yield f"{where}: day {day:g} lies after the end of the run, day {base.duration_day:g}"
    if claim.from_day is not None and claim.from_day >= claim.at_day:
        yield f"{where}: from_day = {claim.from_day:g} is not before at_day = {claim.at_day:g}"
    if claim.level is not None and claim.curve != "csf":
        yield f"{where}: level means nothing to {claim.curve}"
    if claim.is_belief and (claim.curve not in ("tip_dose", "volume") or claim.of_day is not None):
        yield f"{where}: the pump has a belief of tip_dose and volume only, and it is compared on the same day"


def settings_problems(base: Scenario, values: Mapping[str, object], where: str) -> Iterator[str]:
    """What is wrong with values to set: no such field, out of range, or nothing changed."""
    try:
        new = with_values(base, dict(values))
    except ScenarioError as error:
        yield from (f"{where}: {problem}" for problem in error.problems)
        return
    if new == base:
        yield f"{where} changes nothing"


def gap_problems(text: str, names: Collection[str], where: str) -> Iterator[str]:
    """Names in a text for which no number is known."""
    for name in gaps(text):
        if name not in names:
            yield f"{where}: unknown name {literal(name)}{nearest(name, names)}"
