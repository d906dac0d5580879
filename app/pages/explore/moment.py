"""All that the page Explore shows of one moment of work: the run, its ghost, its axes, and what is kept beside it."""

from __future__ import annotations

from dataclasses import dataclass

from app.figures import Look
from app.runs.memo import Ranges
from app.runs.pins import Pin
from sim import Result, Scenario

CHART_PX = 232
LONGEST_NAME = 16  # of a pinned run, in a legend


@dataclass(frozen=True)
class Shown:
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
        """Runs that are kept beside it, by letter, and by title where that is another one."""
        return [(self._called(one), one.result) for one in self.pins]

    def _called(self, one: Pin) -> str:
        title = one.title.partition(",")[0]
        return one.letter if one.title == self.scenario.title else f"{one.letter}: {title[:LONGEST_NAME]}"
