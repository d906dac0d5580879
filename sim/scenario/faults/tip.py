"""What goes wrong where the drug enters: the tip, its surroundings, the entry into the canal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.body.entry import TipPlace
from sim.body.level import Level
from sim.device.catheter import Line
from sim.happening import trimmed
from sim.quantity import REQUIRED, quantity
from sim.scenario.faults.base import Condition, Degree, Fault, daily


class Migration(Fault):
    """The tip has moved: to another level, or out of the CSF into another space.

    What still reaches the CSF enters at the new level; the rest stays in an epidural depot or in tissue
    (subdural counts as tissue, assumed).
    """

    kind: Literal["migration"] = "migration"
    replaces_catheter: ClassVar[bool] = True
    level: Level = Field(default="T12", title="New level of the tip")
    space: Literal["intrathecal", "epidural", "subdural", "tissue"] = Field(default="intrathecal", title="Space")
    csf_frac: float = quantity(1.0, 0.0, 1.0, "Share that still reaches the CSF")

    def on_place(self, place: TipPlace) -> TipPlace:
        """The new place; shares multiply."""
        rest: Literal["epidural", "tissue"] = "epidural" if self.space == "epidural" else "tissue"
        return TipPlace(self.level, place.csf_frac * self.csf_frac, rest)

    def severity(self) -> str:
        """Where to."""
        return f"{self.space}, {self.level}, {trimmed(100.0 * self.csf_frac)} % reaches the CSF"


class Granuloma(Fault):
    """Inflammatory mass at the tip: less and less passes, and it may plug the tip in the end.

    Seen with opioid-like drugs. The growth is declared in daily stairs, whatever the dose (illustrative).
    """

    kind: Literal["granuloma"] = "granuloma"
    replaces_catheter: ClassVar[bool] = True
    degree: ClassVar[Degree | None] = Degree("transfer_frac", harmless=1.0, worst=0.0)
    transfer_frac: float = quantity(REQUIRED, 0.0, 1.0, "Granuloma: share that still passes")
    grows_day: float = quantity(84.0, 0.0, 3650.0, "Grows within (at once if 0)")
    plugs: bool = Field(default=False, title="Plugs the tip once grown")

    def stages(self, start: int, end: int) -> Sequence[tuple[int, int, Fault]]:
        """Daily stairs from full transfer down; only the last one can plug."""
        growing = daily(self, start, end, self.grows_day, "transfer_frac", 1.0)
        return [
            (
                low,
                high,
                stair if stair.transfer_frac == self.transfer_frac else stair.model_copy(update={"plugs": False}),
            )
            for low, high, stair in growing
        ]

    def on_line(self, line: Line) -> Line:
        """A plug is a complete block."""
        return line.blocked(1.0) if self.plugs and not self.is_harmless() else line

    def on_place(self, place: TipPlace) -> TipPlace:
        """What does not pass goes to tissue."""
        return replace(place, csf_frac=place.csf_frac * self.transfer_frac)

    def severity(self) -> str:
        """Share in percent."""
        return f"{trimmed(100.0 * self.transfer_frac)} % of the drug passes"


class DuralLeak(Fault):
    """CSF leaks beside the catheter at its entry and takes delivered drug with it into the tissue."""

    kind: Literal["dural_leak"] = "dural_leak"
    degree: ClassVar[Degree | None] = Degree("lost_frac", harmless=0.0, worst=1.0)
    lost_frac: float = quantity(REQUIRED, 0.0, 1.0, "Dural leak: share of delivered drug lost")

    def on_condition(self, condition: Condition) -> Condition:
        """What one leak leaves, the next may lose."""
        kept = (1.0 - condition.csf_lost_frac) * (1.0 - self.lost_frac)
        return replace(condition, csf_lost_frac=1.0 - kept)

    def severity(self) -> str:
        """Share in percent."""
        return f"{trimmed(100.0 * self.lost_frac)} % of the delivered drug lost with CSF"


TipFault = Migration | Granuloma | DuralLeak
