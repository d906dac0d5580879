"""What goes wrong: one record per fault, each acting on the line or on the pump."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from sim.device.catheter import Leak, Line
from sim.device.pump import Drive
from sim.quantity import REQUIRED, Record, quantity
from sim.scenario.orders import LAST_DAY


class Fault(Record):
    """What all faults share: a start, perhaps an end, and no effect unless they say so."""

    kind: str
    start_day: float = quantity(0.0, 0.0, LAST_DAY, "Onset")
    end_day: float | None = quantity(None, 0.0, LAST_DAY, "End (never if empty)")

    def on_line(self, line: Line) -> Line:
        """The line with this fault."""
        return line

    def on_drive(self, drive: Drive) -> Drive:
        """The pump's mechanism with this fault."""
        return drive

    def severity(self) -> str:
        """How bad it is, in words; empty if a fault knows no degrees."""
        return ""

    def is_harmless(self) -> bool:
        """Whether its severity is zero, so that it does nothing."""
        return False


class Occlusion(Fault):
    """Block in the line: a share of the pumped flow is held back; no sensor tells the pump."""

    kind: Literal["occlusion"] = "occlusion"
    blocked_frac: float = quantity(REQUIRED, 0.0, 1.0, "Occlusion: share of flow held back")

    def on_line(self, line: Line) -> Line:
        """Blocks in series let through what each lets through."""
        return line if self.is_harmless() else line.blocked(self.blocked_frac)

    def is_harmless(self) -> bool:
        """Nothing is held back."""
        return self.blocked_frac == 0.0

    def severity(self) -> str:
        """Share in percent."""
        return f"{100.0 * self.blocked_frac:.4g} % of the flow held back"


class Tear(Fault):
    """Hole in the catheter wall: part of the flow leaves before the tip."""

    kind: Literal["tear"] = "tear"
    position_frac: float = quantity(0.5, 0.0, 1.0, "Distance from pump, as share of the catheter")
    lost_frac: float = quantity(REQUIRED, 0.0, 1.0, "Tear: share of flow lost")

    def on_line(self, line: Line) -> Line:
        """q_tip = (1 - lost) q, at the tear's place."""
        if self.is_harmless():
            return line
        return line.leaking(Leak(line.catheter_position_ml(self.position_frac), self.lost_frac))

    def is_harmless(self) -> bool:
        """Nothing is lost."""
        return self.lost_frac == 0.0

    def severity(self) -> str:
        """Share in percent."""
        return f"{100.0 * self.lost_frac:.4g} % of the flow lost"


class Disconnection(Fault):
    """The catheter has come off: all flow leaves at the pump connector or at the joint."""

    kind: Literal["disconnection"] = "disconnection"
    site: Literal["connector", "joint"] = Field(default="connector", title="Where it came apart")

    def on_line(self, line: Line) -> Line:
        """A tear of 1 at the site."""
        at_frac = 0.0 if self.site == "connector" else line.joint_frac
        assert at_frac is not None, "checked with the catheter"
        return line.leaking(Leak(line.catheter_position_ml(at_frac), 1.0))

    def severity(self) -> str:
        """Where."""
        return f"at the {self.site}"


class Stall(Fault):
    """The rotor stands still; the pump senses it, and counts on."""

    kind: Literal["stall"] = "stall"

    def on_drive(self, drive: Drive) -> Drive:
        """Nothing is pushed."""
        return replace(drive, flow_factor=0.0, is_stalled=True)


AnyFault = Annotated[Occlusion | Tear | Disconnection | Stall, Field(discriminator="kind")]
