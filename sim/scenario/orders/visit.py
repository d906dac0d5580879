"""Orders carried out on the reservoir, the catheter access port (CAP) or the whole device: refill, CAP, MRI, repair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from sim.device.pump import Pump
from sim.device.reservoir import Fill
from sim.exact.steps import Steps
from sim.quantity import REQUIRED, quantity
from sim.scenario.orders.base import LAST_DAY, OnTop, Order, day_tick, happen_at, minute_ticks

Strengths = tuple[Annotated[float, Field(ge=0.0, le=100000.0)], ...]


class Refill(Order):
    """Draw the residual, rinse, put in fresh drug, program the pump; programmed and actual concentration may differ."""

    kind: Literal["refill"] = "refill"
    draw_ml: float | None = quantity(None, 0.0, 100.0, "Volume drawn (all if empty)")
    rinse_ml: float = quantity(0.0, 0.0, 20.0, "Rinse before: volume in and out")
    n_rinses: int = quantity(0, 0, 10, "Rinses")
    in_ml: float = quantity(REQUIRED, 0.0, 100.0, "Volume injected (emptied if 0)")
    pocket_ml: float = quantity(0.0, 0.0, 100.0, "of it into the pocket (pocket fill)")
    actual_mcg_ml: float = quantity(REQUIRED, 0.0, 100000.0, "Actual concentration")
    programmed_mcg_ml: float = quantity(REQUIRED, 0.0, 100000.0, "Programmed concentration")
    programmed_ml: float | None = quantity(None, 0.0, 100.0, "Programmed volume (expected if empty)")
    with_actual_mcg_ml: Annotated[Strengths, Field(strict=False, max_length=2, title="Other drugs, actual")] = ()
    with_programmed_mcg_ml: Annotated[
        Strengths, Field(strict=False, max_length=2, title="Other drugs, programmed (as actual if empty)")
    ] = ()

    def problems(self, duration_day: float) -> Sequence[str]:
        """No more goes into the pocket than was injected."""
        if self.pocket_ml > self.in_ml:
            return [f"pocket_ml = {self.pocket_ml} is more than in_ml = {self.in_ml}"]
        return ()

    def slips(self) -> Mapping[str, object]:
        """What was programmed was meant, and all of it in the reservoir."""
        others = self.with_programmed_mcg_ml or self.with_actual_mcg_ml
        return {"actual_mcg_ml": self.programmed_mcg_ml, "with_actual_mcg_ml": others, "pocket_ml": 0.0}

    def fill(self) -> Fill | None:
        """What reaches the reservoir, and what the pocket."""
        fluids = (self.actual_mcg_ml, *self.with_actual_mcg_ml)
        into_ml = self.in_ml - self.pocket_ml
        return Fill(self.tick, self.draw_ml, into_ml, fluids, self.pocket_ml, self.rinse_ml, self.n_rinses)


class CapAspiration(Order):
    """Aspiration at the catheter access port: the catheter's content comes out, CSF follows from the tip."""

    kind: Literal["cap_aspiration"] = "cap_aspiration"
    volume_ml: float = quantity(REQUIRED, 0.0, 20.0, "Volume aspirated")

    def port_ml(self) -> float:
        return -self.volume_ml


class CapInjection(Order):
    """Injection at the catheter access port: the catheter's content enters the CSF at once, then what is injected.

    With drug in the syringe it is the misinjection that has killed people.
    """

    kind: Literal["cap_injection"] = "cap_injection"
    volume_ml: float = quantity(REQUIRED, 0.0, 20.0, "Volume injected")
    actual_mcg_ml: float = quantity(0.0, 0.0, 100000.0, "Actual concentration")
    with_actual_mcg_ml: Annotated[Strengths, Field(strict=False, max_length=2, title="Other drugs, actual")] = ()

    def slips(self) -> Mapping[str, object]:
        """A syringe with drug was meant for another place: neither it nor what the catheter holds is pushed in."""
        if not any(mcg_ml > 0.0 for mcg_ml in self.port_mcg_ml()):
            return {}
        return {"volume_ml": 0.0, "actual_mcg_ml": 0.0, "with_actual_mcg_ml": ()}

    def port_ml(self) -> float:
        return self.volume_ml

    def port_mcg_ml(self) -> tuple[float, ...]:
        return (self.actual_mcg_ml, *self.with_actual_mcg_ml)


class Mri(Order):
    """An MRI: a roller stops and may restart late, gas goes on.

    A valve pump is to be emptied before. Where it is not, its second valve shuts and stays shut until it is
    reset, or the field opens the valves and the reservoir runs out through the catheter.
    """

    kind: Literal["mri"] = "mri"
    over_min: float = quantity(30.0, 1.0, 600.0, "MRI lasts")
    restart_delay_min: float = quantity(0.0, 0.0, 2880.0, "Roller: restart comes late by")
    reset_day: float | None = quantity(None, 0.0, LAST_DAY, "Valve: reset at (never if empty)")
    valves_open: bool = Field(default=False, title="Valve: the field opens the valves of a pump that was not emptied")

    def problems(self, duration_day: float) -> Sequence[str]:
        """A reset comes after the MRI."""
        if self.reset_day is not None and self.reset_day < self.at_day:
            return [f"reset_day = {self.reset_day} is before at_day = {self.at_day}"]
        return ()

    def pause(self, pump: Pump) -> tuple[int, int | None] | None:
        """Of a valve pump, where there is anything to let out."""
        if pump.mechanism == "roller":
            return self.tick, self.tick + minute_ticks(self.over_min + self.restart_delay_min)
        if pump.mechanism == "valve" and not self.valves_open:
            return self.tick, None if self.reset_day is None else day_tick(self.reset_day)
        return None

    def discharge_ml(self, pump: Pump) -> float:
        """Most that runs out past the mechanism as the MRI begins."""
        return pump.capacity_ml if self.valves_open and pump.mechanism == "valve" else pump.scan_bolus_ml

    def on_top(self, programmed_mcg_ml: Steps, pump: Pump, end_tick: int) -> OnTop:
        return OnTop((), [happen_at(self.tick, "mri", over_min=self.over_min)])


class Repair(Order):
    """Ends a fault; the part of the line that is replaced holds drug if primed, CSF if not."""

    kind: Literal["repair"] = "repair"
    fault: int = quantity(REQUIRED, 0, 9999, "Fault, by its place in the file from 0 on")
    is_primed: bool = Field(default=True, title="New part is primed")

    def repair(self) -> tuple[int, bool] | None:
        return self.fault, self.is_primed


VisitOrder = Refill | CapAspiration | CapInjection | Mri | Repair
