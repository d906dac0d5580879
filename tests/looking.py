"""How the laws look at a run: when, in which bits, and at which amounts."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from sim import Result, Scenario, simulate
from sim.exact.steps import TICK_PER_DAY, TICK_PER_H
from sim.quantity import SMALLEST
from sim.scenario.faults import Occlusion
from sim.scenario.orders import CapInjection, Refill
from tests.strategies import SHELF, days, laters

TIMES = ("at_day", "start_day", "end_day", "reset_day")


def run(scenario: Scenario, time_h: Any = None) -> Result:
    return simulate(scenario, time_h, SHELF)


def last_tick(scenario: Scenario) -> int:
    return round(scenario.duration_day * TICK_PER_DAY)


def ticks(time_h: Any) -> Any:
    return np.rint(np.asarray(time_h) * TICK_PER_H).astype(np.int64)


def event_ticks(scenario: Scenario) -> list[int]:
    """Ticks at which the file says that something happens, within the run."""
    at = [getattr(one, name, None) for one in (*scenario.orders, *scenario.faults) for name in TIMES]
    at += [one.at_day + one.over_min / 1440.0 for one in scenario.orders if hasattr(one, "over_min")]
    at += [day for one in scenario.orders for day in getattr(one, "request_day", ())]
    return sorted({round(day * TICK_PER_DAY) for day in at if day is not None and day <= scenario.duration_day})


def watch_h(*cases: Scenario) -> np.ndarray:
    """Hours worth looking at: even ones, and every event with the instants beside it."""
    end = min(last_tick(one) for one in cases)
    found = set(np.linspace(0, end, 31).astype(np.int64).tolist())
    for one in cases:
        for tick in event_ticks(one):
            found |= {tick - 1, tick, tick + 1, tick + TICK_PER_H // 120}
    return np.array(sorted(tick for tick in found if 0 <= tick <= end)) / TICK_PER_H


def handled_mcg(result: Result) -> float:
    return max(float(result.ledger.supplied_mcg.max()), SMALLEST)


def place(result: Result, *names: str) -> np.ndarray:
    return sum(result.ledger.amount_mcg[:, result.ledger.places.index(name)] for name in names)


def area(result: Result, name: str, time_h: Any = None) -> np.ndarray:
    """Running integral of a signal at the result's own times."""
    return result.signals[name].area_to(ticks(result.time_h if time_h is None else time_h))


def drugs_of(result: Result) -> list[Result]:
    """The result of each drug of a mixture, the first one first."""
    return [result, *result.others.values()]


def strongest(scenario: Scenario, drug: int = 0) -> float:
    """Highest concentration of one drug in any syringe."""
    syringes = [order for order in scenario.orders if isinstance(order, Refill | CapInjection)]
    rows = [(order.actual_mcg_ml, *order.with_actual_mcg_ml) for order in syringes]
    return max(row[drug] for row in rows if drug < len(row))


def most_in_ml(refill: Refill) -> float:
    """Most that a refill holds in the reservoir beside what was left, rinses included."""
    return max(refill.in_ml - refill.pocket_ml, refill.rinse_ml if refill.n_rinses else 0.0)


def has(scenario: Scenario, *kinds: type[Any]) -> bool:
    """Whether an order or fault of some kinds is in a scenario."""
    return any(isinstance(entry, kinds) for entry in (*scenario.orders, *scenario.faults))


def kinds(result: Result) -> set[str]:
    """Kinds of what happened."""
    return {one.kind for one in result.happenings}


def numbers_of(result: Result) -> dict[str, np.ndarray]:
    """Every array of a result by name."""
    found = dict(result.to_table())
    for name, signal in result.signals.items():
        found[f"{name} edges"], found[f"{name} values"] = signal.edge_tick, signal.value
    if result.effect_course is not None:
        found["hours of the effect"], found["course of the effect"] = result.effect_course
    return found


def assert_same_bits(one: Result, other: Result) -> None:
    here, there = numbers_of(one), numbers_of(other)
    assert here.keys() == there.keys()
    for name, values in here.items():
        assert values.tobytes() == there[name].tobytes(), name


def changed(scenario: Scenario, **fields: Any) -> Scenario:
    return scenario.model_copy(update=fields)


def with_fault(scenario: Scenario, *more: Any) -> Scenario:
    return changed(scenario, faults=(*scenario.faults, *more))


def slipping(scenario: Scenario) -> Scenario:
    """The same scenario without thresholds: no block stalls the pump or bursts the line."""
    calm = [f.model_copy(update={"outcome": "slip"}) if isinstance(f, Occlusion) else f for f in scenario.faults]
    return changed(scenario, faults=tuple(calm))


def one_drug(scenario: Scenario) -> Scenario:
    """The same scenario with one and the same fluid in every refill, told alike, and no drug through the port."""
    first = next(order for order in scenario.orders if isinstance(order, Refill))
    same = {name: getattr(first, name) for name in ("actual_mcg_ml", "programmed_mcg_ml", "with_actual_mcg_ml")}
    same |= {"with_programmed_mcg_ml": ()}
    plain = {"actual_mcg_ml": 0.0, "with_actual_mcg_ml": ()}
    orders = [
        o.model_copy(update=same if isinstance(o, Refill) else plain if isinstance(o, CapInjection) else {})
        for o in scenario.orders
    ]
    return changed(scenario, orders=tuple(orders))


@st.composite
def windows(draw: st.DrawFn, scenario: Scenario) -> dict[str, float | None]:
    """Start and end of a fault within or beyond a run."""
    start = draw(days(scenario.duration_day))
    return {"start_day": start, "end_day": draw(laters(start, scenario.duration_day))}


def plain_scenario(orders: list[dict[str, Any]], *faults: dict[str, Any], **fields: Any) -> Scenario:
    """A healthy reference system on its first fill of 20 mL at 2000 mcg/mL, and what is added to it."""
    first = {"kind": "refill", "in_ml": 20.0, "actual_mcg_ml": 2000.0, "programmed_mcg_ml": 2000.0}
    given_first = [] if any(order["kind"] == "refill" and not order.get("at_day") for order in orders) else [first]
    plain = {"version": 1, "title": "plain", "pump": "roller-20ml", "catheter": "one-piece-80cm"}
    plain |= {"drug": "baclofen-like", "duration_day": 30.0}
    listed = {"orders": [*given_first, *orders], "faults": list(faults)}
    return Scenario.model_validate({**plain, **fields, **listed}, strict=False)
