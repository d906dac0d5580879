"""When the next refill is due, as the pump counts and the patient may ask. Teaching only."""

from __future__ import annotations

import numpy as np

from sim.exact.steps import TICK_PER_DAY, Steps, combine
from sim.scenario.library import Catalogue
from sim.scenario.library import catalogue as packaged
from sim.scenario.orders import LAST_DAY, AnyOrder, PatientBolus, PeriodicBolus, Refill
from sim.scenario.orders.base import day_tick
from sim.scenario.scenario import Scenario
from sim.scenario.timeline import build


def refill_due_day(scenario: Scenario, after_day: float = 0.0, catalogue: Catalogue | None = None) -> float | None:
    """Day on which the latest refill up to `after_day` must be followed by the next one.

    Due is the earlier of two: the expected residual comes down to the alarm level (or to what cannot be
    pumped, where that is more) although every allowed patient bolus is taken; the drug keeps no longer.
    None without a refill, and where nothing is due within ten years. What later refills would change is
    left out. Raises ScenarioError on a scenario that cannot be carried out.

    >>> from sim.scenario.library import read_scenario
    >>> refill_due_day(read_scenario("quiet-pump"))
    180.0
    """
    shelf = packaged() if catalogue is None else catalogue
    past = tuple(
        order for order in scenario.orders if not isinstance(order, Refill) or order.tick <= day_tick(after_day)
    )
    fills = [order.tick for order in past if isinstance(order, Refill)]
    if not fills:
        return None
    orders = tuple(map(_all_taken, past))
    meant = {"intended": (), "intended_orders": ()}
    endless = scenario.model_copy(update={"orders": orders, "controls": (), "is_stroke_shown": False, **meant})
    stable = [shelf.drugs[name].stable_day for name in (scenario.drug, *scenario.with_drugs) if name in shelf.drugs]
    due = [max(fills) / TICK_PER_DAY + days for days in stable if days is not None]
    alarm_day = _alarm_day(endless, shelf, max(fills))
    return min([*due, *([] if alarm_day is None else [alarm_day])], default=None)


def _all_taken(order: AnyOrder) -> AnyOrder:
    """Every bolus that lock-out and the day's limit allow, evenly over the day."""
    if not isinstance(order, PatientBolus):
        return order
    return PeriodicBolus(
        at_day=order.at_day,
        dose_mcg=order.dose_mcg,
        over_min=order.over_min,
        every_h=max(order.lockout_min / 60.0, 24.0 / order.n_per_day),
        end_day=order.end_day,
    )


def _alarm_day(scenario: Scenario, shelf: Catalogue, fill_tick: int) -> float | None:
    """Day of the low alarm after a refill; the scenario goes on for as long as it takes."""
    duration_day = scenario.duration_day
    while True:
        timeline = build(scenario.model_copy(update={"duration_day": duration_day}), shelf)
        alarm_ml = timeline.belief.alarm_ml
        unpumpable = Steps(alarm_ml.edge_tick[[0, -1]], np.array([timeline.pump.unpumpable_ml]))
        level_ml = combine(np.maximum, alarm_ml, unpumpable)
        crossings = [tick for tick in timeline.belief.reaches(level_ml) if tick >= fill_tick]
        if crossings or duration_day >= LAST_DAY:
            return round(crossings[0]) / TICK_PER_DAY if crossings else None
        duration_day = min(2.0 * duration_day, LAST_DAY)
