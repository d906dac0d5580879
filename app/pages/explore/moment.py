"""All that Explore shows of one moment of work: the run, the run as intended (its ghost), the axes, the pinned runs."""

from __future__ import annotations

from dataclasses import dataclass

from app.figures import Look
from app.figures.axes import Ranges
from app.runs import Pin, has_drug, of_drug
from sim import Result, Scenario

CHART_PX = 232
LONGEST_NAME = 16  # of a pinned run, in a legend


@dataclass(frozen=True)
class Moment:
    """All that the page shows of one moment of work."""

    scenario: Scenario
    result: Result
    ghost: Result
    ranges: Ranges
    ink: str
    pins: tuple[Pin, ...]

    @property
    def look(self) -> Look:
        """How its charts look; a zoom lives as long as the scenario."""
        return Look(self.scenario.title, CHART_PX, self.ink)

    @property
    def others(self) -> list[tuple[str, Result]]:
        """Pinned runs, by letter, and by title where that is another one."""
        return [(self._name(pin), pin.result) for pin in self.pins]

    def others_of(self, drug: str) -> list[tuple[str, Result]]:
        """The part of a drug in each pinned run whose mixture has it."""
        return [(self._name(pin), of_drug(pin.result, drug)) for pin in self.pins if has_drug(pin.scenario, drug)]

    def letters_without(self, drug: str) -> tuple[str, ...]:
        """Letters of the pinned runs whose mixture does not have a drug."""
        return tuple(pin.letter for pin in self.pins if not has_drug(pin.scenario, drug))

    def _name(self, pin: Pin) -> str:
        title = pin.title.partition(",")[0]
        return pin.letter if pin.title == self.scenario.title else f"{pin.letter}: {title[:LONGEST_NAME]}"
