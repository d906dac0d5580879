"""One visit as a record: the scenario it belongs to, its day, its chance, and what was done so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from sim import Scenario

Occurs = Literal["never", "by_chance", "always"]
Decision = Literal["as_expected", "look", "stop"]
Step = Literal["ask", "draw", "decide", "fill", "program", "confirm", "observe", "leave", "done"]
Depth = Literal["core", "full", "expert"]
Way = Literal["keep", "rate", "flow", "stop"]

STEPS: Final[tuple[Step, ...]] = ("ask", "draw", "decide", "fill", "program", "confirm", "observe", "leave", "done")
DEPTHS: Final[tuple[Depth, ...]] = ("core", "full", "expert")  # each asks for what the ones before it ask for
DECISIONS: Final[tuple[Decision, ...]] = ("as_expected", "look", "stop")
WAYS: Final[tuple[Way, ...]] = ("keep", "rate", "flow", "stop")
OCCURS: Final[tuple[Occurs, ...]] = ("never", "by_chance", "always")


@dataclass(frozen=True, slots=True)
class Vial:
    """A vial on the tray, with the strength that its label gives in small print."""

    mcg_ml: float  # what it holds
    is_ordered: bool


@dataclass(frozen=True, slots=True)
class Programme:
    """What is to be programmed."""

    programmed_mcg_ml: float
    programmed_ml: float | None = None  # volume; the one to expect if empty
    way: Way = "keep"
    value: float = 0.0  # mcg/day of a rate, mL/day of a flow
    bridge_from_mcg_ml: float | None = None  # strength that is still in the line; None for no bridge


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: the scenario it belongs to, its day, its chance, and what was done so far."""

    scenario: Scenario  # as it was opened
    day: float
    seed: int
    pocket_fill: Occurs = "never"
    mix_up: Occurs = "never"
    depth: Depth = "core"
    deeds: tuple[str, ...] = ()
    agrees: bool | None = None  # whether programmed strength and chart agree, as the learner sees it
    guess_ml: float | None = None  # what the learner expected before the draw
    decision: Decision | None = None
    vial: int | None = None
    in_ml: float | None = None
    pocket_ml: float = 0.0
    programme: Programme | None = None
    is_confirmed: bool = False
    next_day: float | None = None

    @property
    def hour(self) -> float:
        """Hour of the run at which the visit takes place."""
        return 24.0 * self.day

    def has(self, deed: str) -> bool:
        """Whether this deed was done at the visit."""
        return deed in self.deeds
