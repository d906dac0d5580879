"""What was done, to be undone and done again: one step is one change that was carried out."""

from __future__ import annotations

from dataclasses import dataclass

from app.files.work_state import MOST_STEPS
from sim import Scenario


@dataclass(frozen=True)
class Moment:
    """The scenario as it was loaded, as it is edited, and the name it was picked by."""

    base: Scenario
    now: Scenario
    name: str


@dataclass(frozen=True)
class History:
    """Moments before and after the one that is shown, oldest first."""

    now: Moment
    past: tuple[Moment, ...] = ()
    future: tuple[Moment, ...] = ()

    def do(self, moment: Moment) -> History:
        """A change: what had been undone is forgotten, and so is what lies more than 60 steps back."""
        if moment == self.now:
            return self
        return History(moment, (*self.past, self.now)[-MOST_STEPS:])

    def undo(self) -> History:
        """One step back; the same history if there is nothing to undo."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.now, *self.future))

    def redo(self) -> History:
        """One step forward again; the same history if nothing was undone."""
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.now), self.future[1:])
