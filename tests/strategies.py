"""Random scenarios that are valid by construction, drawn from the declarations themselves.

Numbers come from the declared ranges, choices from the declared words. Only what one field cannot know is
placed by hand: doses that the pump can give, volumes that fit the reservoir, times within the run.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st

from sim.body.canal import Canal
from sim.device.pump import Pump
from sim.quantity import SMALLEST, Record, check, range_of
from sim.scenario.command import build_command, day_tick, refills
from sim.scenario.faults import AnyFault, Disconnection, Occlusion, Stall, Tear
from sim.scenario.library import Catalogue
from sim.scenario.library import catalogue as packaged
from sim.scenario.orders import AnyOrder as Order
from sim.scenario.orders import Bolus, Flow, Rate, Refill, Stop
from sim.scenario.scenario import Control, Scenario

MOST_DAY = 365.0
TELLABLE = (0.5, 5000.0)  # mcg/mL, and up to 20 times it


def _shelf() -> Catalogue:
    """The packaged devices, and an odd pump and a jointed catheter that no file holds."""
    shelf = packaged()
    pump = shelf.pumps["roller-20ml"].model_copy(
        update={
            "title": "Odd pump",
            "capacity_ml": 40.0,
            "alarm_ml": 3.0,
            "unpumpable_ml": 2.0,
            "undrawable_ml": 0.5,
            "path_ml": 0.33,
            "highest_ml_day": 12.0,
            "accuracy_factor": 0.93,
        }
    )
    catheter = shelf.catheters["one-piece-89cm"].model_copy(
        update={"title": "Two pieces", "joint_frac": 0.375, "compliance_ml_kpa": 0.0009}
    )
    return replace(
        shelf,
        pumps={**shelf.pumps, "odd": pump},
        catheters={**shelf.catheters, "two-piece": catheter},
    )


SHELF = _shelf()


# ------------------------------------------------------------------ one declared field


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers of a declared range, its ends often, none too small to compute with."""
    inner = st.floats(low, high, allow_subnormal=False).map(lambda x: x if abs(x) >= SMALLEST else 0.0)
    return st.one_of(st.sampled_from([low, high]), inner)


def spread(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers above 0 spread over all sizes of a range, from its middle out."""
    return st.floats(-1.0, 1.0).map(lambda x: min(max(low * (high / low) ** (0.5 + 0.5 * x), low), high))


def seldom(rare: Any, usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly the usual, now and then a rare value."""
    return st.one_of(usual, usual, usual, usual, st.just(rare))


def value_of(record: type[Record], name: str) -> st.SearchStrategy[Any]:
    """Any value that the declaration of a field allows; raises TypeError on a field it cannot read."""
    field = record.model_fields[name]
    limits, parts = range_of(field), get_args(field.annotation)
    if limits is not None:
        number = numbers(*limits)
        return st.one_of(st.none(), number) if type(None) in parts else number
    if get_origin(field.annotation) is Literal:
        return st.sampled_from(parts)
    raise TypeError(f"{record.__name__}.{name} is declared in a way that no strategy knows")


def records(record: type[Record], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Records whose fields are `given`, or else anything that is declared legal."""
    free = {name: value_of(record, name) for name in record.model_fields if name not in given}
    return st.fixed_dictionaries({**free, **given}).map(lambda data: check(record, data))


def members(union: Any) -> set[type[Record]]:
    """The records of an annotated union."""
    inner = get_args(union)[0]
    return set(get_args(inner)) if get_origin(inner) in (Union, type(int | str)) else {inner}


# ------------------------------------------------------------------ times


def days(duration_day: float) -> st.SearchStrategy[float]:
    """Times within a run: round ones, so that events meet, and any others."""
    return st.one_of(
        st.sampled_from([0.5, 0.25, 0.75, 0.125, 0.375, 0.625, 0.0, 1.0]).map(lambda x: duration_day * x),
        st.floats(-1.0, 1.0).map(lambda x: duration_day * (0.5 + 0.5 * x)),
    )


# ------------------------------------------------------------------ faults

FaultOf = Callable[[bool], dict[str, st.SearchStrategy[Any]]]

# fields beside the times that the declaration alone cannot decide
FAULTS: Mapping[type[Record], FaultOf] = {
    Occlusion: lambda has_joint: {},
    Tear: lambda has_joint: {},
    Disconnection: lambda has_joint: {} if has_joint else {"site": st.just("connector")},
    Stall: lambda has_joint: {},
}


@st.composite
def faults(
    draw: st.DrawFn,
    duration_day: float,
    kinds: tuple[type[Record], ...] = tuple(FAULTS),
    has_joint: bool = False,
) -> Record:
    """One fault of the given kinds that starts within the run, and ends within it, after it or never."""
    kind = draw(st.sampled_from(kinds))
    start = draw(days(duration_day))
    later = st.floats(1e-6, 1.0).map(lambda share: start + share * max(duration_day, 0.01))
    end = draw(st.one_of(later, later, st.none(), st.just(start + 1e-6)))
    own = FAULTS[kind](has_joint)
    return draw(records(kind, start_day=st.just(start), end_day=st.just(end), **own))


# ------------------------------------------------------------------ orders


@st.composite
def _refills(draw: st.DrawFn, duration_day: float, pump: Pump, told_from: float, always_full: bool) -> Any:
    """Refills by time, the first one early; told and true differ where they like."""
    count = draw(st.integers(1, 4))
    first = draw(st.sampled_from([0.0, 0.0, 0.0, 0.0, duration_day / 16.0]))
    at = [first, *sorted(max(draw(days(duration_day)), first) for _ in range(count - 1))]
    told = [told_from * draw(spread(1.0, 20.0)) for _ in at]
    orders = []
    for day, told_mcg_ml in zip(at, told, strict=True):
        true = st.one_of(st.just(told_mcg_ml), numbers(0.0, 40000.0), spread(1.0, 40000.0))
        most = pump.capacity_ml - pump.undrawable_ml
        some = st.one_of(st.just(most), st.floats(0.5 * most, most), numbers(0.1, most))
        own = {
            "at_day": st.just(day),
            "draw_ml": st.none(),
            "in_ml": st.just(most) if always_full else some,
            "true_mcg_ml": true,
            "told_mcg_ml": st.just(told_mcg_ml),
            "told_ml": st.one_of(st.none(), st.none(), numbers(0.0, pump.capacity_ml)),
        }
        orders.append(draw(records(Refill, **own)))
    return orders


def _rate(duration_day: float, pump: Pump, told: list[float], first_day: float) -> Any:
    # one dose must give a legal flow at every concentration that may ever be told
    low, high = pump.lowest_ml_day * max(told), min(pump.highest_ml_day * min(told), 100000.0)
    return records(
        Rate,
        at_day=days(duration_day).map(lambda day: max(day, first_day)),
        dose_mcg_day=seldom(0.0, spread(low, high)),
    )


def _flow(duration_day: float, pump: Pump, told: list[float], first_day: float) -> Any:
    legal = spread(pump.lowest_ml_day, pump.highest_ml_day)
    return records(Flow, at_day=days(duration_day), flow_ml_day=seldom(0.0, legal))


def _stop(duration_day: float, pump: Pump, told: list[float], first_day: float) -> Any:
    return records(Stop, at_day=days(duration_day))


def _bolus(duration_day: float, pump: Pump, told: list[float], first_day: float) -> Any:
    # volumes from a stroke to more than the pump can give
    dose = spread(1e-5, 1.5).map(lambda ml: min(ml * min(told), 100000.0))
    return records(
        Bolus,
        at_day=days(duration_day).map(lambda day: max(day, first_day)),
        dose_mcg=seldom(0.0, dose),
        over_min=spread(1.0 / 60.0, 1440.0),
    )


OrderOf = Callable[[float, Pump, list[float], float], st.SearchStrategy[Any]]

# every kind of order but the refill, which comes first
ORDERS: Mapping[type[Record], OrderOf] = {Rate: _rate, Flow: _flow, Stop: _stop, Bolus: _bolus}


@st.composite
def _partly_drawn(draw: st.DrawFn, scenario: Scenario, pump: Pump) -> Scenario:
    """The scenario with some refills that leave part of the old drug behind, as far as it fits."""
    fills = refills(scenario)
    end = day_tick(scenario.duration_day) + 1
    flow = build_command(scenario, [(tick, order) for _, tick, order in fills], pump, end).flow
    orders, volume_ml, since = list(scenario.orders), 0.0, 0
    for place, tick, order in fills:
        used = float(flow.area_to(tick) - flow.area_to(since)) * pump.accuracy_factor
        volume_ml, since = max(volume_ml - used, min(volume_ml, pump.unpumpable_ml)), tick
        there = max(volume_ml - pump.undrawable_ml, 0.0)
        if draw(st.booleans()):
            drawn = there * draw(st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.0, 1.0)))
            drawn = drawn if drawn >= SMALLEST else 0.0
            room = pump.capacity_ml - (volume_ml - drawn)
            if room >= 0.1:
                order = order.model_copy(update={"draw_ml": drawn, "in_ml": min(order.in_ml, room)})
        drawn = there if order.draw_ml is None else order.draw_ml
        volume_ml += order.in_ml - drawn
        orders[place] = order
    return scenario.model_copy(update={"orders": tuple(orders)})


# ------------------------------------------------------------------ scenarios

TEXT = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=40)


def durations() -> st.SearchStrategy[float]:
    """A few hours to a year."""
    return st.one_of(spread(0.125, MOST_DAY), st.sampled_from([30.0, 1.0, 0.125, MOST_DAY]))


@st.composite
def scenarios(
    draw: st.DrawFn,
    fault_kinds: tuple[type[Record], ...] = tuple(FAULTS),
    order_kinds: tuple[type[Record], ...] = tuple(ORDERS),
    draws_all: bool = False,
    pumps: tuple[str, ...] = ("roller-20ml", "roller-20ml", "odd"),
    body_start: str | None = None,
) -> Scenario:
    """A valid scenario for the catalogue SHELF, its entries in any order.

    fault_kinds, order_kinds: what may occur beside refills; draws_all: refills leave nothing behind.
    """
    duration_day = draw(durations())
    pump_name, catheter = draw(st.sampled_from(pumps)), draw(st.sampled_from(sorted(SHELF.catheters)))
    pump, has_joint = SHELF.pumps[pump_name], SHELF.catheters[catheter].joint_frac is not None
    told_from = draw(spread(*TELLABLE))
    fills = draw(_refills(duration_day, pump, told_from, always_full=draw(st.booleans())))
    told, first_day = [fill.told_mcg_ml for fill in fills], fills[0].at_day
    others: list[Record] = []
    if order_kinds:
        kinds = draw(st.lists(st.sampled_from(order_kinds), max_size=6))
        basal = [kind for kind in (Rate, Flow) if kind in order_kinds]
        others = [draw(ORDERS[kind](duration_day, pump, told, first_day)) for kind in kinds]
        if basal:  # most runs start at once
            start = draw(ORDERS[draw(st.sampled_from(basal))](duration_day, pump, told, first_day))
            others.append(start.model_copy(update={"at_day": first_day}))
    if not any(isinstance(order, Rate | Bolus) for order in others) and draw(st.booleans()):
        fills[-1] = fills[-1].model_copy(update={"told_mcg_ml": 0.0})  # saline, by volume alone
    orders = draw(st.permutations([*fills, *others]))
    wrong = faults(duration_day, fault_kinds, has_joint)
    runs = any(isinstance(order, Rate | Flow) for order in orders)
    body = body_start or draw(st.sampled_from(["empty", "steady"] if runs else ["empty"]))
    line = "drug" if body == "steady" else draw(value_of(Scenario, "line_start"))
    scenario = check(
        Scenario,
        {
            "version": 1,
            "title": "drawn",
            "pump": pump_name,
            "catheter": catheter,
            "drug": draw(st.sampled_from(sorted(SHELF.drugs))),
            "duration_day": duration_day,
            "tip_level": draw(value_of(Scenario, "tip_level")),
            "line_start": line,
            "body_start": body,
            "canal": draw(st.one_of(st.builds(Canal), records(Canal), _mixed())),
            "orders": tuple(orders),
            "faults": tuple(draw(wrong) for _ in range(draw(st.sampled_from([1, 2, 3, 0, 4])) if fault_kinds else 0)),
        },
    )
    return scenario if draws_all else draw(_partly_drawn(scenario, pump))


def _mixed() -> st.SearchStrategy[Canal]:
    return value_of(Canal, "mixing").map(lambda mixing: Canal(mixing=mixing))


@st.composite
def written_scenarios(draw: st.DrawFn) -> Scenario:
    """Scenarios with texts and controls, as a teacher would write them into a file."""
    scenario = draw(scenarios())
    title = draw(st.text(st.sampled_from(string.printable[:95] + "åµ中é—'\"\\"), min_size=1, max_size=60))
    words = {"title": title, "objective": draw(TEXT), "see": draw(TEXT), "misconception": draw(TEXT)}
    words |= {"lesson": draw(st.none() | st.integers(1, 99)), "level": draw(value_of(Scenario, "level"))}
    number = ["duration_day", "canal.spinal_ml"]
    number += [f"orders.{i}.at_day" for i in range(len(scenario.orders))]
    number += [f"faults.{i}.start_day" for i in range(len(scenario.faults))]
    moved, controls = draw(st.permutations(number)), []
    for _ in range(draw(st.integers(0, min(2, len(moved) // 3)))):
        count = draw(st.integers(1, 3))
        paths, moved = tuple(moved[:count]), moved[count:]  # no field is moved twice
        low, high, step = (draw(st.floats(*ends)) for ends in ((70.0, 100.0), (101.0, 130.0), (1e-3, 10.0)))
        controls.append(Control(label=draw(TEXT), paths=paths, low=low, high=high, step=step))
    return check(Scenario, {**scenario.model_dump(), **words, "controls": [c.model_dump() for c in controls]})


def kinds_without_strategy() -> tuple[set[type[Record]], set[type[Record]]]:
    """Declared kinds that have no strategy: orders, faults."""
    return members(Order) - {Refill, *ORDERS}, members(AnyFault) - set(FAULTS)
