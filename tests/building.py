"""Scenarios for tests, written as briefly as they can be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sim import Catalogue, Scenario, catalogue
from sim.quantity import check

REFERENCE = {"version": 1, "title": "test", "pump": "roller-20ml", "catheter": "one-piece-80cm"}
# a scenario as a file holds it
GOOD: dict[str, Any] = {
    **REFERENCE,
    "title": "Half the dose",
    "drug": "baclofen-like",
    "duration_day": 30,
    "orders": [
        {"kind": "refill", "in_ml": 20, "actual_mcg_ml": 2000, "programmed_mcg_ml": 2000},
        {"kind": "rate", "dose_mcg_day": 200},
    ],
    "faults": [{"kind": "tear", "start_day": 5, "lost_frac": 0.5}],
}


def scenario(duration_day: float, *orders: dict[str, Any], drug: str = "baclofen-like", **fields: Any) -> Scenario:
    """A scenario of the reference system."""
    return check(Scenario, {**REFERENCE, "drug": drug, "duration_day": duration_day, "orders": list(orders), **fields})


def refill(mcg_ml: float, at_day: float = 0.0, programmed_mcg_ml: float | None = None, **fields: Any) -> dict[str, Any]:
    """A refill of 20 mL unless told otherwise."""
    named = {"actual_mcg_ml": mcg_ml, "programmed_mcg_ml": mcg_ml if programmed_mcg_ml is None else programmed_mcg_ml}
    return {"kind": "refill", "at_day": at_day, "in_ml": 20.0, **named, **fields}


def rate(dose_mcg_day: float, at_day: float = 0.0) -> dict[str, Any]:
    """A simple continuous dose."""
    return {"kind": "rate", "at_day": at_day, "dose_mcg_day": dose_mcg_day}


def flow(flow_ml_day: float, at_day: float = 0.0) -> dict[str, Any]:
    """A simple continuous flow."""
    return {"kind": "flow", "at_day": at_day, "flow_ml_day": flow_ml_day}


def bolus(dose_mcg: float, over_min: float, at_day: float = 0.0) -> dict[str, Any]:
    """A bolus on top."""
    return {"kind": "bolus", "at_day": at_day, "dose_mcg": dose_mcg, "over_min": over_min}


def fault(kind: str, start_day: float = 0.0, **fields: Any) -> dict[str, Any]:
    """Any fault."""
    return {"kind": kind, "start_day": start_day, **fields}


def shelf(*, pump: dict[str, float] | None = None, catheter: dict[str, float] | None = None) -> Catalogue:
    """The packaged catalogue with the reference pump or catheter changed."""
    packaged = catalogue()
    pumps, catheters = dict(packaged.pumps), dict(packaged.catheters)
    pumps["roller-20ml"] = pumps["roller-20ml"].model_copy(update=pump or {})
    catheters["one-piece-80cm"] = catheters["one-piece-80cm"].model_copy(update=catheter or {})
    return replace(packaged, pumps=pumps, catheters=catheters)
