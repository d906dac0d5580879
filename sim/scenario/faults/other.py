"""What goes wrong at the reservoir, and what is no device fault at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from sim.happening import trimmed
from sim.quantity import REQUIRED, quantity
from sim.scenario.faults.base import Access, Condition, Degree, Fault, daily


class Diversion(Fault):
    """Drug is taken out of the reservoir, and nobody tells the pump: it looks like over-infusion."""

    kind: Literal["diversion"] = "diversion"
    degree: ClassVar[Degree | None] = Degree("volume_ml", harmless=0.0, worst=40.0)
    volume_ml: float = quantity(REQUIRED, 0.0, 40.0, "Diversion: volume taken")

    def taken_ml(self) -> float:
        return self.volume_ml

    def severity(self) -> str:
        return f"{trimmed(self.volume_ml)} mL taken"


class Flip(Fault):
    """The pump lies upside down: it delivers, but no needle finds the septum."""

    kind: Literal["flip"] = "flip"

    def on_access(self, access: Access) -> Access:
        return replace(access, is_shut=True)


class DiseaseChange(Fault):
    """The same concentration does less, or more: the look-alike that is no device fault."""

    kind: Literal["disease_change"] = "disease_change"
    degree: ClassVar[Degree | None] = Degree("ec50_factor", harmless=1.0, worst=10.0)
    ec50_factor: float = quantity(REQUIRED, 0.1, 10.0, "Concentration of half effect, times")
    grows_day: float = quantity(0.0, 0.0, 3650.0, "Comes within (at once if 0)")

    def stages(self, start: int, end: int) -> Sequence[tuple[int, int, Fault]]:
        return daily(self, start, end, self.grows_day, "ec50_factor", 1.0)

    def on_condition(self, condition: Condition) -> Condition:
        return replace(condition, ec50_factor=condition.ec50_factor * self.ec50_factor)

    def severity(self) -> str:
        return f"half effect at {trimmed(self.ec50_factor)} times the concentration"


OtherFault = Diversion | Flip | DiseaseChange
