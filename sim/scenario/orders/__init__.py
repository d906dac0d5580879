"""What staff do: one record per kind of order, one file per place where they act."""

from typing import Annotated

from pydantic import Field

from sim.scenario.orders.basal import BasalOrder, Bridge, DaySchedule, Flow, MinimumRate, Rate, Stop
from sim.scenario.orders.base import LAST_DAY, Order
from sim.scenario.orders.by_hand import HandOrder, Oral, TrialInfusion, TrialShot
from sim.scenario.orders.on_top import Bolus, OnTopOrder, PatientBolus, PeriodicBolus, Prime
from sim.scenario.orders.visit import DrawSidePort, FlushSidePort, Refill, Repair, Scan, VisitOrder

AnyOrder = Annotated[BasalOrder | OnTopOrder | VisitOrder | HandOrder, Field(discriminator="kind")]

__all__ = [
    "LAST_DAY",
    "AnyOrder",
    "Bolus",
    "Bridge",
    "DaySchedule",
    "DrawSidePort",
    "Flow",
    "FlushSidePort",
    "MinimumRate",
    "Oral",
    "Order",
    "PatientBolus",
    "PeriodicBolus",
    "Prime",
    "Rate",
    "Refill",
    "Repair",
    "Scan",
    "Stop",
    "TrialInfusion",
    "TrialShot",
]
