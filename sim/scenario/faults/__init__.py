"""What goes wrong: one record per kind of fault, one file per place where they act."""

from typing import Annotated

from pydantic import Field

from sim.scenario.faults.base import Access, Condition, Degree, Fault
from sim.scenario.faults.line import Air, Disconnection, Hole, Kink, LineFault, Narrowing, Occlusion, Tear
from sim.scenario.faults.other import DiseaseChange, Diversion, Flip, OtherFault
from sim.scenario.faults.pump import BatteryEnd, FreeFlow, LowBatteryReset, PumpFault, SlowOrFast, Stall
from sim.scenario.faults.tip import DuralLeak, Granuloma, Migration, TipFault

AnyFault = Annotated[LineFault | PumpFault | TipFault | OtherFault, Field(discriminator="kind")]

__all__ = [
    "Access",
    "Air",
    "AnyFault",
    "BatteryEnd",
    "Condition",
    "Degree",
    "Disconnection",
    "DiseaseChange",
    "Diversion",
    "DuralLeak",
    "Fault",
    "Flip",
    "FreeFlow",
    "Granuloma",
    "Hole",
    "Kink",
    "LowBatteryReset",
    "Migration",
    "Narrowing",
    "Occlusion",
    "SlowOrFast",
    "Stall",
    "Tear",
]
