"""What goes wrong between pump and tip: blocks, leaks, air."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from sim.device.catheter import Leak, Line, hole_kpa_h_ml, poiseuille_kpa_h_ml
from sim.exact.steps import TICK_PER_DAY, TICK_PER_H
from sim.happening import trimmed
from sim.quantity import REQUIRED, quantity
from sim.scenario.faults.base import Degree, Fault, daily

FULL_BORE_MM = 0.53  # assumed: a bore of 0.0022 mL/cm
MOST_CLOSED_H = 24.0


class Occlusion(Fault):
    """Block in the line: a share of the pumped flow is held back; no sensor tells the pump.

    A complete block stretches the line up to the pump's limit. Then the pump slips (usual), stalls, or the
    line bursts, which leaves a hole before the block; thresholds by nature, roller pumps only.
    """

    kind: Literal["occlusion"] = "occlusion"
    replaces_catheter: ClassVar[bool] = True
    degree: ClassVar[Degree | None] = Degree("blocked_frac", harmless=0.0, worst=1.0)
    blocked_frac: float = quantity(REQUIRED, 0.0, 1.0, "Occlusion: share of flow held back")
    outcome: Literal["slip", "stall", "burst"] = Field(default="slip", title="At the limit of a complete block")
    position_frac: float = quantity(0.5, 0.0, 1.0, "Distance from pump, as share of the catheter")

    def on_line(self, line: Line) -> Line:
        """Blocks in series let through what each lets through."""
        return line if self.is_harmless() else line.blocked(self.blocked_frac, self.outcome)

    def severity(self) -> str:
        return f"{trimmed(100.0 * self.blocked_frac)} % of the flow held back"


class Narrowing(Fault):
    """Less bore over a few millimetres: a metered pump feels nothing until its limit, a gas pump a slope.

    The length belongs to the resistance of Poiseuille's law; the growth is declared in daily stairs.
    """

    kind: Literal["narrowing"] = "narrowing"
    replaces_catheter: ClassVar[bool] = True
    degree: ClassVar[Degree | None] = Degree("bore_mm", harmless=FULL_BORE_MM, worst=0.0, is_smooth=False)
    bore_mm: float = quantity(REQUIRED, 0.0, FULL_BORE_MM, "Narrowing: bore left")
    length_mm: float = quantity(5.0, 0.1, 200.0, "Length of the narrow part")
    grows_day: float = quantity(0.0, 0.0, 3650.0, "Grows within (at once if 0)")

    def stages(self, start: int, end: int) -> Sequence[tuple[int, int, Fault]]:
        """Daily stairs from the full bore down."""
        return daily(self, start, end, self.grows_day, "bore_mm", FULL_BORE_MM)

    def on_line(self, line: Line) -> Line:
        """One more resistance in series; no bore at all is a complete block."""
        if self.is_harmless():
            return line
        more = poiseuille_kpa_h_ml(self.length_mm, self.bore_mm) - poiseuille_kpa_h_ml(self.length_mm, FULL_BORE_MM)
        if math.isinf(more):
            return line.blocked(1.0)
        return replace(line, narrow_kpa_h_ml=line.narrow_kpa_h_ml + more)

    def severity(self) -> str:
        return f"{trimmed(1000.0 * self.bore_mm)} micrometres of bore left"


class Kink(Fault):
    """Closes the line for some hours of every day: short closures lose nothing and come out as pulses."""

    kind: Literal["kink"] = "kink"
    replaces_catheter: ClassVar[bool] = True
    degree: ClassVar[Degree | None] = Degree("closed_h_per_day", harmless=0.0, worst=MOST_CLOSED_H)
    closed_h_per_day: float = quantity(REQUIRED, 0.0, MOST_CLOSED_H, "Kink: hours closed per day")
    closes_h: float = quantity(22.0, 0.0, 23.99, "Closes at the clock hour")

    def stages(self, start: int, end: int) -> Sequence[tuple[int, int, Fault]]:
        """One closed time per day; hours that lie side by side are one."""
        if self.closed_h_per_day >= MOST_CLOSED_H:
            return [(start, end, self)]
        first = (start // TICK_PER_DAY - 1) * TICK_PER_DAY + round(self.closes_h * TICK_PER_H)
        size = round(self.closed_h_per_day * TICK_PER_H)
        starts = range(first, end, TICK_PER_DAY)
        return [(max(at, start), min(at + size, end), self) for at in starts if max(at, start) < min(at + size, end)]

    def on_line(self, line: Line) -> Line:
        """Nothing passes while it is closed."""
        return line if self.is_harmless() else line.blocked(1.0)

    def severity(self) -> str:
        return f"closed for {trimmed(self.closed_h_per_day)} h of each day"


class Tear(Fault):
    """Hole in the catheter wall: part of the flow leaves before the tip."""

    kind: Literal["tear"] = "tear"
    degree: ClassVar[Degree | None] = Degree("lost_frac", harmless=0.0, worst=1.0)
    position_frac: float = quantity(0.5, 0.0, 1.0, "Distance from pump, as share of the catheter")
    lost_frac: float = quantity(REQUIRED, 0.0, 1.0, "Tear: share of flow lost")

    def on_line(self, line: Line) -> Line:
        """q_tip = (1 - lost) q, at the tear's place."""
        if self.is_harmless():
            return line
        return line.leaking(Leak(self.replaced_from_ml(line), lost_frac=self.lost_frac))

    def replaced_from_ml(self, line: Line) -> float:
        return line.catheter_position_ml(self.position_frac)

    def severity(self) -> str:
        return f"{trimmed(100.0 * self.lost_frac)} % of the flow lost"


class Hole(Fault):
    """Hole of a given width: pressures decide what is lost, and CSF may run backwards out of it."""

    kind: Literal["hole"] = "hole"
    degree: ClassVar[Degree | None] = Degree("diameter_um", harmless=0.0, worst=500.0)
    position_frac: float = quantity(0.0, 0.0, 1.0, "Distance from pump, as share of the catheter")
    diameter_um: float = quantity(REQUIRED, 0.0, 500.0, "Hole: width")

    def on_line(self, line: Line) -> Line:
        """A leak with the resistance of a short round tube through the wall."""
        if self.is_harmless():
            return line
        return line.leaking(Leak(self.replaced_from_ml(line), kpa_h_ml=hole_kpa_h_ml(self.diameter_um)))

    def replaced_from_ml(self, line: Line) -> float:
        return line.catheter_position_ml(self.position_frac)

    def severity(self) -> str:
        return f"{trimmed(self.diameter_um)} micrometres wide"


class Disconnection(Fault):
    """The catheter has come off: all flow leaves at the pump connector or at the joint."""

    kind: Literal["disconnection"] = "disconnection"
    site: Literal["connector", "joint"] = Field(default="connector", title="Where it came apart")

    def on_line(self, line: Line) -> Line:
        """A tear of 1 at the site."""
        return line.leaking(Leak(self.replaced_from_ml(line), lost_frac=1.0, is_trunk=self.site == "connector"))

    def replaced_from_ml(self, line: Line) -> float:
        """The connector, or the joint."""
        if self.site == "connector":
            return line.path_ml
        assert line.joint_frac is not None, "checked with the catheter"
        return line.catheter_position_ml(line.joint_frac)

    def severity(self) -> str:
        return f"at the {self.site}"


class Air(Fault):
    """Air in the line: a plug without drug goes ahead of the next drug, and it springs under pressure."""

    kind: Literal["air"] = "air"
    degree: ClassVar[Degree | None] = Degree("volume_ml", harmless=0.0, worst=2.0)
    volume_ml: float = quantity(REQUIRED, 0.0, 2.0, "Air: volume")

    def on_line(self, line: Line) -> Line:
        """More stretch; Boyle's law sets how much."""
        return line if self.is_harmless() else replace(line, air_ml=line.air_ml + self.volume_ml)

    def air_ml(self) -> float:
        return self.volume_ml

    def severity(self) -> str:
        return f"{trimmed(self.volume_ml)} mL"


LineFault = Occlusion | Narrowing | Kink | Tear | Hole | Disconnection | Air
