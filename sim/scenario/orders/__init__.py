"""What staff do: one record per kind of order, one file per place where they act."""

from typing import Annotated

from pydantic import Field

from sim.scenario.orders.basal import BasalOrder, BridgeBolus, Flow, MinimumRate, Rate, RateSchedule, Stop
from sim.scenario.orders.base import LAST_DAY, Order
from sim.scenario.orders.by_hand import HandOrder, Oral, TrialInfusion, TrialShot
from sim.scenario.orders.lasting import AlarmLevel, LastingOrder, SurroundingsChange
from sim.scenario.orders.on_top import Bolus, OnTopOrder, PatientBolus, PeriodicBolus, PrimingBolus
from sim.scenario.orders.visit import CapAspiration, CapInjection, Mri, Refill, Repair, VisitOrder

AnyOrder = Annotated[BasalOrder | OnTopOrder | VisitOrder | LastingOrder | HandOrder, Field(discriminator="kind")]

__all__ = [
    "LAST_DAY",
    "AlarmLevel",
    "AnyOrder",
    "Bolus",
    "BridgeBolus",
    "CapAspiration",
    "CapInjection",
    "Flow",
    "MinimumRate",
    "Mri",
    "Oral",
    "Order",
    "PatientBolus",
    "PeriodicBolus",
    "PrimingBolus",
    "Rate",
    "RateSchedule",
    "Refill",
    "Repair",
    "Stop",
    "SurroundingsChange",
    "TrialInfusion",
    "TrialShot",
]
