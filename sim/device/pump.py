"""The pump: what kinds there are, what drives them, and how much they try to push."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.exact.steps import TICK_PER_H, Steps, distinct, to_hour
from sim.quantity import REQUIRED, Record, quantity

Sources = Annotated[dict[str, Annotated[str, Field(max_length=200)]], Field(title="Sources")]
END_OF_SERVICE_DAY: Final = 90  # from the first battery notice on; manufacturer's patient page
GAS_KJ_MOL_K: Final = 0.008314462618
REFERENCE_C: Final = 37.0
N_STAIR: Final = 10  # stairs of the bellows over the usable volume


class Surroundings(Record):
    """Where the person is, and how warm."""

    body_c: float = quantity(37.0, 33.0, 42.0, "Body temperature")
    altitude_m: float = quantity(0.0, -400.0, 5000.0, "Altitude")
    csf_kpa: float = quantity(1.2, 0.0, 5.0, "CSF pressure over tissue pressure")

    @property
    def ambient_kpa(self) -> float:
        """Air pressure of the standard atmosphere. Source: ISO 2533.

        >>> round(Surroundings(altitude_m=1000.0).ambient_kpa, 2)
        89.87
        """
        return float(101.325 * (1.0 - 2.25577e-5 * self.altitude_m) ** 5.25588)


class Gas(Record):
    """What drives a gas-driven pump: vapour over bellows, against a capillary."""

    nominal_ml_day: float = quantity(REQUIRED, 0.05, 10.0, "Flow at 37 degrees, sea level, half full")
    gauge_kpa: float = quantity(REQUIRED, 5.0, 300.0, "Vapour pressure over the air's")
    bellows_kpa: float = quantity(REQUIRED, 0.0, 50.0, "Pressure that the bellows lose from full to empty")
    vaporisation_kj_mol: float = quantity(REQUIRED, 5.0, 60.0, "Heat of vaporisation")
    viscosity_per_c_frac: float = quantity(REQUIRED, 0.0, 0.1, "Drug thinner by, per degree")


class Battery(Record):
    """How long it lasts, linear in flow between a slow and a fast one."""

    slow_ml_day: float = quantity(REQUIRED, 0.0, 10.0, "A slow flow")
    slow_year: float = quantity(REQUIRED, 0.5, 30.0, "Life at the slow flow")
    fast_ml_day: float = quantity(REQUIRED, 0.1, 50.0, "A fast flow")
    fast_year: float = quantity(REQUIRED, 0.5, 30.0, "Life at the fast flow")


class Pump(Record):
    """One device, as data: a reservoir, its alarm, its range of flow and its mechanism."""

    version: Literal[1] = 1
    title: str = Field(title="Name", max_length=200)
    mechanism: Literal["roller", "valve", "gas"] = Field(title="Mechanism")
    capacity_ml: float = quantity(REQUIRED, 1.0, 100.0, "Reservoir capacity")
    alarm_ml: float = quantity(REQUIRED, 0.0, 20.0, "Low-reservoir alarm level")
    unpumpable_ml: float = quantity(REQUIRED, 0.0, 10.0, "Volume that cannot be pumped")
    undrawable_ml: float = quantity(REQUIRED, 0.0, 10.0, "Volume that a needle cannot draw")
    path_ml: float = quantity(REQUIRED, 0.001, 2.0, "Pump path volume")
    path_low_ml: float = quantity(REQUIRED, 0.001, 2.0, "Pump path volume, lowest of its kind")
    path_high_ml: float = quantity(REQUIRED, 0.001, 2.0, "Pump path volume, highest of its kind")
    lowest_ml_day: float = quantity(REQUIRED, 0.0, 10.0, "Lowest flow")
    highest_ml_day: float = quantity(REQUIRED, 0.1, 100.0, "Highest flow")
    minimum_ml_day: float = quantity(REQUIRED, 0.0, 1.0, "Minimum-rate mode")
    accuracy_factor: float = quantity(REQUIRED, 0.5, 2.0, "Pumped over commanded flow")
    accuracy_sigma_frac: float = quantity(REQUIRED, 0.0, 0.5, "Scatter of it from refill to refill")
    limit_kpa: float = quantity(REQUIRED, 1.0, 1000.0, "Pressure that the mechanism can hold")
    stroke_ml: float = quantity(REQUIRED, 0.0, 0.1, "Single stroke (averaged if 0)")
    scan_bolus_ml: float = quantity(REQUIRED, 0.0, 0.1, "Slips through when an MRI begins")
    gas: Gas | None = Field(default=None, title="Gas drive")
    battery: Battery | None = Field(default=None, title="Battery")
    sources: Sources = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits(self) -> Pump:
        if (self.gas is None) == (self.mechanism == "gas"):
            raise ValueError("needs a table [gas] if and only if mechanism = 'gas'")
        if self.mechanism == "gas" and self.battery is not None:
            raise ValueError("has no battery where mechanism = 'gas'")
        if not self.path_low_ml <= self.path_ml <= self.path_high_ml:
            raise ValueError("needs path_low_ml, path_ml and path_high_ml in rising order")
        if self.lowest_ml_day >= self.highest_ml_day:
            raise ValueError("needs lowest_ml_day below highest_ml_day")
        return self

    @property
    def is_programmable(self) -> bool:
        """Whether it has electronics: orders, alarms, a log."""
        return self.mechanism != "gas"


@dataclass(frozen=True, slots=True)
class Drive:
    """What acts on the mechanism in one interval."""

    flow_factor: float = 1.0  # pumped over commanded flow
    free_ml_h: float = 0.0  # past the mechanism
    is_stalled: bool = False  # the pump may sense it
    has_notice: bool = False  # first battery notice
    is_dead: bool = False  # end of service
    is_reset: bool = False  # fallen back to the minimum rate


def gas_flow_ml_h(pump: Pump, around: Surroundings, volume_ml: float, narrow_kpa_h_ml: float = 0.0) -> float:
    """Flow of a gas-driven pump: (P_gas(T) + P_bellows(V) - P_ambient - P_out) / R(viscosity(T)).

    Vapour pressure by Clausius and Clapeyron from 37 degrees on; bellows fall in stairs from full to
    empty, nothing at half full; a narrow place in the line adds its resistance. Flow never runs backwards.
    """
    gas = pump.gas
    assert gas is not None, "only a gas-driven pump has this flow"
    kelvin, reference = around.body_c + 273.15, REFERENCE_C + 273.15
    vapour_kpa = (101.325 + gas.gauge_kpa) * math.exp(
        gas.vaporisation_kj_mol / GAS_KJ_MOL_K * (1.0 / reference - 1.0 / kelvin)
    )
    # stair 0 is the lowest; a volume on a border belongs to the stair below it
    size_ml = (pump.capacity_ml - pump.unpumpable_ml) / N_STAIR
    stair = min(max(math.ceil((volume_ml - pump.unpumpable_ml) / size_ml - 1e-12) - 1, 0), N_STAIR - 1)
    bellows_kpa = gas.bellows_kpa * ((stair + 0.5) / N_STAIR - 0.5)
    drive_kpa = vapour_kpa + bellows_kpa - around.ambient_kpa - around.csf_kpa
    reference_kpa = gas.gauge_kpa - Surroundings().csf_kpa
    thin = 1.0 + gas.viscosity_per_c_frac * (around.body_c - REFERENCE_C)
    resistance = reference_kpa / (gas.nominal_ml_day / 24.0) / thin + narrow_kpa_h_ml
    return max(drive_kpa, 0.0) / resistance


def next_stair_ml(pump: Pump, volume_ml: float) -> float:
    """Volume at which the bellows go down to their next stair; the unpumpable volume on the lowest."""
    size_ml = (pump.capacity_ml - pump.unpumpable_ml) / N_STAIR
    stair = math.ceil((volume_ml - pump.unpumpable_ml) / size_ml - 1e-12) - 1
    return pump.unpumpable_ml + max(stair, 0) * size_ml


def accuracy_factors(pump: Pump, n: int, seed: int | None) -> list[float]:
    """Pumped over commanded flow after each of n refills; scattered (lognormal) only where a seed is given."""
    if seed is None:
        return [pump.accuracy_factor] * n
    scatter = np.random.default_rng(seed).standard_normal(n)
    return [float(pump.accuracy_factor * math.exp(pump.accuracy_sigma_frac * z)) for z in scatter]


def battery_use(command: Steps, battery: Battery) -> Steps:
    """Share of the battery's life used per hour: linear in flow between its two lives.

    >>> battery = Battery(slow_ml_day=0.0, slow_year=10.0, fast_ml_day=2.0, fast_year=5.0)
    >>> use = battery_use(Steps.from_hours([0.0, 24.0], [1.0 / 24.0]), battery)
    >>> round(1.0 / (float(use.value[0]) * 24.0 * 365.25), 3)
    6.667
    """
    slow, fast = battery.slow_ml_day / 24.0, battery.fast_ml_day / 24.0
    rates = 1.0 / (battery.slow_year * 8766.0), 1.0 / (battery.fast_year * 8766.0)
    return Steps(command.edge_tick, np.interp(command.value, (slow, fast), rates))


def reaches_tick(signal: Steps, goal: float) -> int | None:
    """First tick at which the running integral of a signal that is never negative reaches a goal."""
    area = signal.area()
    if goal <= 0.0:
        return int(signal.edge_tick[0])
    place = int(np.searchsorted(area, goal, side="left")) - 1
    if place >= len(signal.value):
        return None
    after_h = float((goal - area[place]) / signal.value[place])
    return int(signal.edge_tick[place]) + math.ceil(after_h * TICK_PER_H)


@dataclass(frozen=True, slots=True)
class Addition:
    """Flow on top of the basal command on [start, end)."""

    start_tick: int
    end_tick: int
    ml_h: float


def capped(basal: Steps, additions: Sequence[Addition], highest_ml_h: float) -> tuple[Steps, list[float]]:
    """Commanded flow, mL/h, and for each addition the volume (mL) that the highest flow takes from it.

    >>> from sim.exact.steps import TICK_PER_H
    >>> bolus = Addition(0, TICK_PER_H, 1.5)
    >>> flow, missing = capped(Steps.from_hours([0.0, 2.0], [0.25]), [bolus], 1.0)
    >>> flow.value.tolist(), missing
    ([1.0, 0.25], [0.75])
    """
    first, last = int(basal.edge_tick[0]), int(basal.edge_tick[-1])
    start = np.array([min(addition.start_tick, last) for addition in additions], dtype=np.int64)
    end = np.array([min(addition.end_tick, last) for addition in additions], dtype=np.int64)
    edge = distinct(basal.edge_tick, start, end, [first])
    flow, span_h = basal.at_tick(edge[:-1]), to_hour(np.diff(edge))
    missing = []
    low, high = np.searchsorted(edge, start).tolist(), np.searchsorted(edge, end).tolist()
    for addition, i, j in zip(additions, low, high, strict=True):
        short = 0.0
        for place in range(i, j):
            ml_h = min(addition.ml_h, max(highest_ml_h - flow[place], 0.0))
            flow[place] += ml_h
            short += (addition.ml_h - ml_h) * span_h[place]
        missing.append(float(short))
    return Steps(edge, flow).merged(), missing
