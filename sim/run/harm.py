"""Spells of too much and too little in one run: found in the effects, kept with the run, and reported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.body.drug import Drug
from sim.body.effect import EffectCourse
from sim.body.emergency import TREATED_TICK
from sim.exact.steps import TICK_PER_H, to_hour, to_tick
from sim.happening import Emergency, Happening, Side
from sim.run.body_input import Intake
from sim.run.saved_state import DrugState
from sim.scenario.scenario import Scenario

NEVER: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Harm:
    """Spells by their start, and since when the body has had the drug."""

    emergencies: tuple[Emergency, ...] = ()
    treated_since: int = NEVER  # tick; NEVER before any drug

    def open_at(self, tick: int) -> dict[Side, int]:
        """Start of each spell that has begun by a tick and lasts beyond it."""
        hour = float(to_hour(tick))
        return {
            spell.side: int(to_tick(spell.start_h))
            for spell in self.emergencies
            if spell.start_h <= hour and (spell.end_h is None or spell.end_h > hour)
        }


def harm_of(effects: EffectCourse, intake: Intake, scenario: Scenario, saved: DrugState | None) -> Harm:
    """Emergencies of one drug; what lasts at a saved instant goes on."""
    since = _treated_since(intake, scenario, saved)
    depends_from = since if scenario.body_start == "steady" else since + TREATED_TICK
    open_since = {} if saved is None else dict(saved.open_since)
    return Harm(tuple(effects.emergencies(depends_from, open_since)), since)


def _treated_since(intake: Intake, scenario: Scenario, saved: DrugState | None) -> int:
    if saved is not None and saved.treated_since != NEVER:
        return saved.treated_since
    if scenario.body_start == "steady":
        return 0
    flowing = [int(dose.edge_tick[np.argmax(dose.value > 0.0)]) for dose in intake.inputs.values() if dose.value.any()]
    at_once = [round(hour * TICK_PER_H) for hour, _, _ in intake.jumps]
    return min([NEVER, *flowing, *at_once])


def harm_story(harm: Harm, drug: Drug) -> Iterator[Happening]:
    """Each spell as it begins and ends."""
    for spell in harm.emergencies:
        yield from spell.happenings(drug.title)
