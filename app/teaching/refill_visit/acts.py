"""What a learner does at a visit, act by act; an act that cannot be carried out says why and changes nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from app import runs
from app.teaching.refill_visit.before import LAST_DAY, before
from app.teaching.refill_visit.hazards import to_pocket_ml
from app.teaching.refill_visit.outcome import changes, scenario_after, worst
from app.teaching.refill_visit.record import Decision, Programme, Step, Visit
from sim import ScenarioError

LEAST_ML: Final = 0.1  # a smaller fill is none


def is_filling(visit: Visit) -> bool:
    """Whether anything can be, and is to be, filled."""
    return visit.decision != "stop" and not before(visit).is_shut


def step_of(visit: Visit) -> Step:
    """The step that the visit is at."""
    waiting: list[tuple[Step, bool]] = [
        ("ask", visit.has("asked")),
        ("draw", visit.has("drawn")),
        ("decide", visit.decision is not None),
        ("fill", visit.in_ml is not None or not is_filling(visit)),
        ("program", visit.programme is not None or visit.decision == "stop"),
        ("confirm", visit.is_confirmed or visit.decision == "stop"),
        ("observe", visit.has("observation_over") or visit.decision == "stop"),
        ("leave", visit.next_day is not None),
    ]
    return next((step for step, is_over in waiting if not is_over), "done")


def do(visit: Visit, deed: str) -> Visit:
    """Something was done that changes nothing but what is known."""
    return visit if visit.has(deed) else replace(visit, deeds=(*visit.deeds, deed))


def ask(visit: Visit, agrees: bool | None) -> Visit:
    """The pump is asked; the learner says whether its strength agrees with the chart, or has not compared (None)."""
    return do(replace(visit, agrees=agrees), "asked")


def draw(visit: Visit, guess_ml: float | None) -> Visit:
    """All that is left is drawn, or no needle finds the septum."""
    if guess_ml is not None and not 0.0 <= guess_ml <= 100.0:
        raise ScenarioError([f"expected volume = {guess_ml:g} is outside 0.0 to 100.0 mL"])
    return do(replace(visit, guess_ml=guess_ml), "drawn")


def decide(visit: Visit, decision: Decision) -> Visit:
    """What the learner makes of the difference; kept, and commented on when all is done."""
    return replace(visit, decision=decision)


def choose_vial(visit: Visit, place: int) -> Visit:
    """A vial is taken from the tray."""
    return replace(visit, vial=place)


def try_needle(visit: Visit) -> Visit:
    """A little is pushed and drawn back; what comes back tells where the needle lies."""
    return do(visit, "tested_again" if visit.has("placed_anew") else "tested")


def fill(visit: Visit, in_ml: float, in_portions: bool) -> Visit:
    """The chosen vial is injected; with the needle beside the septum it goes into the pocket.

    Raises ScenarioError where it does not fit, and changes nothing then.
    """
    if visit.vial is None:
        raise ScenarioError(["choose a vial from the tray first"])
    most = before(visit).pump.capacity_ml
    if not LEAST_ML <= in_ml <= most:
        raise ScenarioError(
            [f"volume to inject = {in_ml:g} is outside {LEAST_ML:g} to {most:g} mL, what the reservoir holds"]
        )
    pocket_ml = to_pocket_ml(visit, in_ml, in_portions)
    after = replace(visit, in_ml=float(in_ml), pocket_ml=pocket_ml)
    runs.run(scenario_after(after))
    return do(after, "portions") if in_portions else after


def program(visit: Visit, programme: Programme) -> Visit:
    """Plan what is programmed; raises ScenarioError where the pump cannot do it, and changes nothing then."""
    after = replace(visit, programme=programme)
    runs.run(scenario_after(after))
    return after


def reprogram(visit: Visit) -> Visit:
    """Back to the programmer, before anything is confirmed."""
    return replace(visit, programme=None)


def confirm(visit: Visit, fold: float | None = None) -> Visit:
    """The programme is sent; a tenfold change must be typed as the number of its fold, 0 where something ends."""
    change = worst(changes(visit))
    if change is not None and change.grade == "tenfold":
        number = 0.0 if math.isinf(change.fold) else change.fold
        if fold is None or abs(fold - number) > 0.005 * max(number, 1.0):
            raise ScenarioError([f"to go on, type how many times the change is: {number:g}"])
    return replace(visit, is_confirmed=True)


def leave(visit: Visit, next_day: float) -> Visit:
    """The next visit is booked, and this one is over."""
    if not visit.day < next_day <= LAST_DAY:
        raise ScenarioError([f"day of the next visit = {next_day:g} is outside {visit.day:g} to {LAST_DAY:g} days"])
    return replace(visit, next_day=float(next_day))
