"""What goes wrong in the pump's mechanism, its power or its accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from sim.device.pump import END_OF_SERVICE_DAY, Drive
from sim.exact.steps import TICK_PER_DAY
from sim.happening import trimmed
from sim.quantity import REQUIRED, quantity
from sim.scenario.faults.base import Degree, Fault


class Stall(Fault):
    """The rotor stands still; the pump senses it, and counts on."""

    kind: Literal["stall"] = "stall"
    mechanisms: ClassVar[tuple[str, ...]] = ("roller", "valve")

    def on_drive(self, drive: Drive) -> Drive:
        return replace(drive, flow_factor=0.0, is_stalled=True)


class SlowOrFast(Fault):
    """The pump gives less or more than commanded; nothing in it can tell."""

    kind: Literal["slow_or_fast"] = "slow_or_fast"
    degree: ClassVar[Degree | None] = Degree("flow_factor", harmless=1.0, worst=0.0)
    flow_factor: float = quantity(REQUIRED, 0.0, 2.0, "Pumped over commanded flow")

    def on_drive(self, drive: Drive) -> Drive:
        """On top of the device's own accuracy."""
        return replace(drive, flow_factor=drive.flow_factor * self.flow_factor)

    def severity(self) -> str:
        return f"{trimmed(100.0 * self.flow_factor)} % of the commanded flow"


class BatteryEnd(Fault):
    """ERI at the onset; 90 days later comes EOS, and the pump stops."""

    kind: Literal["battery_end"] = "battery_end"
    mechanisms: ClassVar[tuple[str, ...]] = ("roller", "valve")

    def stages(self, start: int, end: int) -> Sequence[tuple[int, int, Fault]]:
        """ERI first, then EOS."""
        over = start + END_OF_SERVICE_DAY * TICK_PER_DAY
        notice = [(start, min(over, end), self)]
        return [*notice, (over, end, _EndOfService(start_day=self.start_day))] if over < end else notice

    def on_drive(self, drive: Drive) -> Drive:
        """The pump sounds, and goes on."""
        return replace(drive, has_notice=True)

    def title(self) -> str:
        """As clinicians write it."""
        return "EOS (end of service)"


class _EndOfService(BatteryEnd):
    def on_drive(self, drive: Drive) -> Drive:
        return replace(drive, has_notice=True, is_dead=True)


class LowBatteryReset(Fault):
    """The pump falls back to its minimum rate, whatever is programmed; it sounds, and counts on."""

    kind: Literal["low_battery_reset"] = "low_battery_reset"
    mechanisms: ClassVar[tuple[str, ...]] = ("roller", "valve")

    def on_drive(self, drive: Drive) -> Drive:
        return replace(drive, is_reset=True)


class FreeFlow(Fault):
    """The reservoir discharges past the valves: a valve pump not emptied before an MRI."""

    kind: Literal["free_flow"] = "free_flow"
    mechanisms: ClassVar[tuple[str, ...]] = ("valve",)
    degree: ClassVar[Degree | None] = Degree("flow_ml_h", harmless=0.0, worst=60.0, raises=True)
    flow_ml_h: float = quantity(REQUIRED, 0.0, 60.0, "Free flow")

    def on_drive(self, drive: Drive) -> Drive:
        return replace(drive, free_ml_h=drive.free_ml_h + self.flow_ml_h)

    def severity(self) -> str:
        return f"{trimmed(self.flow_ml_h)} mL/h"


PumpFault = Stall | SlowOrFast | BatteryEnd | LowBatteryReset | FreeFlow
