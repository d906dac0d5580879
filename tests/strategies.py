"""Random scenarios that are valid by construction, drawn from the declarations themselves.

Numbers come from the declared ranges, choices from the declared words, times from their names. Only what one
field cannot know is placed by hand: doses that the pump can give, volumes that fit the reservoir, entries that
need a certain pump, drug or other entry. A new order or fault with ordinary fields is drawn without a line here.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st

from sim.body.canal import Canal
from sim.body.drug import Drug
from sim.device.catheter import Catheter
from sim.device.pump import Pump
from sim.exact.steps import TICK_PER_DAY
from sim.quantity import SMALLEST, Record, check, range_of, range_of_items
from sim.scenario.command import build_command, refills
from sim.scenario.counter import is_too_much, programmed_volumes_ml
from sim.scenario.faults import AnyFault, Disconnection, Fault, Granuloma, Occlusion, Tear
from sim.scenario.library import Catalogue
from sim.scenario.library import catalogue as packaged
from sim.scenario.orders import (
    AlarmLevel,
    AnyOrder,
    Bolus,
    BridgeBolus,
    CapAspiration,
    CapInjection,
    Flow,
    Mri,
    Oral,
    Order,
    PatientBolus,
    PeriodicBolus,
    Rate,
    RateSchedule,
    Refill,
    Repair,
    Stop,
    TrialInfusion,
    TrialShot,
)
from sim.scenario.scenario import Control, Scenario

LONGEST_DAY = 365.0
TELLABLE = (0.5, 5000.0)  # mcg/mL, and up to 20 times it
MOST_SHOWN = 300  # single strokes


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
            "path_high_ml": 0.4,
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


@dataclass(frozen=True)
class Setting:
    """What the entries of a scenario must fit."""

    duration_day: float
    pump: Pump
    catheter: Catheter
    drug: Drug
    programmed_mcg_ml: tuple[float, ...] = (1.0,)  # of the first drug, at every refill
    first_day: float = 0.0  # of the first refill
    n_more: int = 0  # other drugs in the mixture
    faults: tuple[Any, ...] = ()


# ------------------------------------------------------------------ one declared field


@lru_cache(maxsize=2000)
def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers of a declared range: its ends often, many small ones, none too small to compute with."""
    inner = st.floats(low, high, allow_subnormal=False).map(lambda x: x if abs(x) >= SMALLEST else 0.0)
    small = st.floats(0.0, 1.0).map(lambda x: min(low + (high - low) * 10.0 ** (-4.0 * x), high))
    return st.one_of(st.sampled_from([low, high]), inner, *([small] if low >= 0.0 else []))


@lru_cache(maxsize=2000)
def spread(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers above 0 spread over all sizes of a range, from its middle out."""
    return st.floats(-1.0, 1.0).map(lambda x: min(max(low * (high / low) ** (0.5 + 0.5 * x), low), high))


def seldom(rare: Any, usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly the usual, now and then a rare value."""
    return st.one_of(usual, usual, usual, usual, st.just(rare))


@lru_cache(maxsize=2000)
def value_of(record: type[Record], name: str) -> st.SearchStrategy[Any]:
    """Any value that the declaration of a field allows; raises TypeError on a field it cannot read."""
    field = record.model_fields[name]
    limits, parts = range_of(field), get_args(field.annotation)
    kind = next((part for part in parts if part is not NoneType), field.annotation)
    if limits is not None:
        number = st.integers(int(limits[0]), int(limits[1])) if kind is int else numbers(*limits)
        return st.one_of(st.none(), number) if NoneType in parts else number
    if get_origin(field.annotation) is Literal:
        return st.sampled_from(parts)
    if kind is bool:
        return st.booleans()
    limits = range_of_items(field)
    if limits is not None:
        return st.lists(numbers(*limits), max_size=3).map(tuple)
    if isinstance(kind, type) and issubclass(kind, Record):
        return records(kind)
    raise TypeError(f"{record.__name__}.{name} is declared in a way that no strategy knows")


def records(record: type[Record], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Records whose fields are `given`, or else anything that is declared legal."""
    if not given:
        return _anything(record)
    free = {name: value_of(record, name) for name in record.model_fields if name not in given}
    return st.fixed_dictionaries({**free, **given}).map(lambda data: check(record, data))


@cache
def _anything(record: type[Record]) -> st.SearchStrategy[Any]:
    fields = {name: value_of(record, name) for name in record.model_fields}
    return st.fixed_dictionaries(fields).map(lambda data: check(record, data))


def members(union: Any) -> tuple[type[Any], ...]:
    """The records of an annotated union, by name."""
    return tuple(sorted(get_args(get_args(union)[0]), key=lambda record: str(record.__name__)))


FAULTS: tuple[type[Fault], ...] = members(AnyFault)
ORDERS: tuple[type[Order], ...] = tuple(kind for kind in members(AnyOrder) if kind is not Refill)


def without(*kinds: type[Record], among: Iterable[type[Any]] = FAULTS) -> tuple[type[Any], ...]:
    """All kinds but some."""
    return tuple(kind for kind in among if kind not in kinds)


# ------------------------------------------------------------------ times


def days(duration_day: float) -> st.SearchStrategy[float]:
    """Times within a run: round ones, so that events meet, and any others."""
    return st.one_of(
        st.sampled_from([0.5, 0.25, 0.75, 0.125, 0.375, 0.625, 0.0, 1.0]).map(lambda x: duration_day * x),
        st.floats(-1.0, 1.0).map(lambda x: duration_day * (0.5 + 0.5 * x)),
    )


def laters(start_day: float, duration_day: float) -> st.SearchStrategy[float | None]:
    """An end after a start: within the run or soon after it, at once, or never."""
    later = st.floats(1e-6, 1.0).map(lambda share: start_day + share * max(duration_day, 0.01))
    return st.one_of(later, later, st.none(), st.just(start_day + 1e-6))


def _time_of(kind: type[Record], name: str, start_day: float, duration_day: float) -> st.SearchStrategy[Any] | None:
    """A field that is a time: an end may be empty, a length may not; None for other fields."""
    field = kind.model_fields[name]
    limits = range_of(field)
    if limits is None or not name.endswith("_day"):
        return None
    if NoneType in get_args(field.annotation):
        return laters(start_day, duration_day)
    if limits[1] < LONGEST_DAY or get_args(field.annotation) or name.startswith(("dose", "flow", "n_")):
        return None
    return st.one_of(st.just(limits[0]), numbers(limits[0], min(limits[1], 2.0 * duration_day + limits[0])))


@st.composite
def entries(draw: st.DrawFn, kind: type[Any], setting: Setting, not_before: float = 0.0) -> Any:
    """One order or fault of a kind that the setting allows, within the run."""
    start = "start_day" if "start_day" in kind.model_fields else "at_day"
    day = max(draw(days(setting.duration_day)), not_before)
    own = draw(OWN[kind](setting, day)) if kind in OWN else {}
    given = {start: st.just(day)} | {name: st.just(value) for name, value in own.items()}
    for name in kind.model_fields:
        time = _time_of(kind, name, day, setting.duration_day)
        if name not in given and time is not None:
            given[name] = time
    return draw(records(kind, **given))


# ------------------------------------------------------------------ what one field cannot know

OwnFields = Callable[[Setting, float], st.SearchStrategy[dict[str, Any]]]


def _fields(**given: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(given)


def _dose_mcg_day(setting: Setting) -> st.SearchStrategy[float]:
    """One dose must give a legal flow at every concentration that may ever be programmed."""
    low = setting.pump.lowest_ml_day * max(setting.programmed_mcg_ml)
    high = min(setting.pump.highest_ml_day * min(setting.programmed_mcg_ml), 100000.0)
    return seldom(0.0, spread(low, high))


def _flow_ml_day(setting: Setting) -> st.SearchStrategy[float]:
    return seldom(0.0, spread(setting.pump.lowest_ml_day, setting.pump.highest_ml_day))


def _dose_mcg(setting: Setting) -> st.SearchStrategy[float]:
    """From a stroke to more than the pump can give."""
    dose = spread(1e-5, 1.5).map(lambda ml: min(ml * min(setting.programmed_mcg_ml), 100000.0))
    return seldom(0.0, dose)


@st.composite
def _schedule(draw: st.DrawFn, setting: Setting, day: float) -> dict[str, Any]:
    clock = sorted(draw(st.lists(st.integers(0, 1439).map(lambda m: m / 60.0), min_size=1, max_size=4, unique=True)))
    name, one = draw(st.sampled_from([("dose_mcg_day", _dose_mcg_day), ("flow_ml_day", _flow_ml_day)]))
    other = "flow_ml_day" if name == "dose_mcg_day" else "dose_mcg_day"
    return {"clock_h": tuple(clock), name: tuple(draw(one(setting)) for _ in clock), other: ()}


@st.composite
def _periodic(draw: st.DrawFn, setting: Setting, day: float) -> dict[str, Any]:
    every_h = min(max(24.0 * setting.duration_day / draw(spread(0.5, 20.0)), 0.1), 720.0)
    over_min = min(60.0 * every_h * draw(st.one_of(st.just(1.0), spread(0.001, 1.0))), 1440.0)
    return {"dose_mcg": draw(_dose_mcg(setting)), "every_h": every_h, "over_min": max(over_min, 1.0 / 60.0)}


@st.composite
def _patient(draw: st.DrawFn, setting: Setting, day: float) -> dict[str, Any]:
    end, lockout_min = draw(laters(day, setting.duration_day)), draw(spread(1.0, 10080.0))
    last = setting.duration_day if end is None else min(end, setting.duration_day)
    asked = [day + (last - day) * share for share in draw(st.lists(numbers(0.0, 1.0), max_size=8))]
    again = [min(one + lockout_min / 1440.0, last) for one in asked[:2]]
    over_min = min(max(lockout_min * draw(spread(0.001, 1.0)), 1.0 / 60.0), 1440.0)
    return {
        "dose_mcg": draw(_dose_mcg(setting)),
        "over_min": over_min,
        "lockout_min": lockout_min,
        "n_per_day": draw(st.integers(1, 6)),
        "request_day": tuple(min(max(one, day), last) for one in (*asked, *again)),
        "end_day": end,
    }


@st.composite
def _injection(draw: st.DrawFn, setting: Setting, day: float) -> dict[str, Any]:
    """Drug-free, or what a syringe for the reservoir may hold."""
    strengths = [draw(spread(0.1, 20000.0)) for _ in range(setting.n_more)]
    plain = {"actual_mcg_ml": 0.0, "with_actual_mcg_ml": ()}
    return draw(seldom({"actual_mcg_ml": draw(spread(1.0, 40000.0)), "with_actual_mcg_ml": strengths}, st.just(plain)))


@st.composite
def _repair(draw: st.DrawFn, setting: Setting, day: float) -> dict[str, Any]:
    place = draw(st.integers(0, len(setting.faults) - 1))
    return {"fault": place, "at_day": max(day, setting.faults[place].start_day)}


OWN: Mapping[type[Any], OwnFields] = {
    Rate: lambda setting, day: _fields(dose_mcg_day=_dose_mcg_day(setting)),
    Flow: lambda setting, day: _fields(flow_ml_day=_flow_ml_day(setting)),
    RateSchedule: _schedule,
    BridgeBolus: lambda setting, day: _fields(old_mcg_ml=spread(0.1 * min(setting.programmed_mcg_ml), 2e4)),
    Bolus: lambda setting, day: _fields(dose_mcg=_dose_mcg(setting), over_min=spread(1.0 / 60.0, 1440.0)),
    PeriodicBolus: _periodic,
    PatientBolus: _patient,
    CapInjection: _injection,
    AlarmLevel: lambda setting, day: _fields(alarm_ml=numbers(0.0, min(setting.pump.capacity_ml, 20.0))),
    Repair: _repair,
    Occlusion: lambda setting, day: (
        _fields() if setting.pump.mechanism == "roller" else _fields(outcome=st.just("slip"))
    ),
    Disconnection: lambda setting, day: (
        _fields() if setting.catheter.joint_frac is not None else _fields(site=st.just("connector"))
    ),
}


def is_possible(kind: type[Any], setting: Setting) -> bool:
    """Whether a kind of entry fits pump, drug and the other entries at all."""
    if issubclass(kind, Fault):
        return setting.pump.mechanism in kind.mechanisms and (kind is not Granuloma or setting.drug.family == "opioid")
    if kind is Repair and not setting.faults:
        return False
    if kind is Oral and setting.drug.oral_frac is None:
        return False
    return setting.pump.is_programmable or not kind.is_programmed


# ------------------------------------------------------------------ refills


@st.composite
def _refills(draw: st.DrawFn, setting: Setting) -> list[Any]:
    """Refills by time, the first one early; programmed and actual differ where they like."""
    duration_day, pump, n_more = setting.duration_day, setting.pump, setting.n_more
    always_full = draw(st.booleans())
    first = draw(st.sampled_from([0.0, 0.0, 0.0, 0.0, duration_day / 16.0]))
    at = [first, *sorted(max(draw(days(duration_day)), first) for _ in range(draw(st.integers(0, 3))))]
    low_mcg_ml = draw(spread(*TELLABLE))
    orders = []
    for day in at:
        programmed_mcg_ml = low_mcg_ml * draw(spread(1.0, 20.0))
        most = pump.capacity_ml - pump.undrawable_ml
        some = st.one_of(st.just(most), st.floats(0.5 * most, most), numbers(0.1, most))
        in_ml = most if always_full else draw(seldom(0.0, some))
        beside = [draw(spread(0.1, 20000.0)) for _ in range(n_more)]
        with_programmed = st.one_of(
            st.just(()), st.just(tuple(beside)), st.just(tuple(2.0 * mcg_ml for mcg_ml in beside))
        )
        own = {
            "at_day": st.just(day),
            "draw_ml": st.none(),
            "in_ml": st.just(in_ml),
            "rinse_ml": st.one_of(st.just(0.0), numbers(0.0, min(most, 20.0))),
            "pocket_ml": st.one_of(*[st.just(0.0)] * 5, numbers(0.0, in_ml)),
            "actual_mcg_ml": st.one_of(st.just(programmed_mcg_ml), numbers(0.0, 40000.0), spread(1.0, 40000.0)),
            "programmed_mcg_ml": st.just(programmed_mcg_ml),
            "programmed_ml": st.one_of(st.none(), st.none(), numbers(0.0, pump.capacity_ml)),
            "with_actual_mcg_ml": st.just(tuple(beside)),
            "with_programmed_mcg_ml": with_programmed,
        }
        orders.append(draw(records(Refill, **own)))
    return orders


@st.composite
def _fitted(draw: st.DrawFn, scenario: Scenario, setting: Setting, draws_all: bool, is_plain: bool) -> Scenario:
    """Some refills leave part of the old drug behind, as far as it fits; strokes are shown where they are few."""
    pump, fills = setting.pump, refills(scenario)
    end = round(scenario.duration_day * TICK_PER_DAY) + 1
    flow = build_command(scenario, [order for _, order in fills], pump, setting.catheter, end).flow
    orders, volume_ml, since, fitted = list(scenario.orders), 0.0, 0, []
    for place, order in [] if draws_all else fills:
        used = float(flow.area_to(order.tick) - flow.area_to(since)) * pump.accuracy_factor
        volume_ml, since = max(volume_ml - used, min(volume_ml, pump.unpumpable_ml)), order.tick
        there = max(volume_ml - pump.undrawable_ml, 0.0)
        if draw(st.booleans()):
            drawn = there * draw(st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.0, 1.0)))
            drawn = drawn if drawn >= SMALLEST else 0.0
            room = pump.capacity_ml - (volume_ml - drawn)
            if room >= 0.1:
                in_ml = min(order.in_ml, room)
                less = {"draw_ml": drawn, "in_ml": in_ml, "pocket_ml": min(order.pocket_ml, in_ml)}
                less["rinse_ml"] = min(order.rinse_ml, room)
                order = order.model_copy(update=less)
        volume_ml += order.in_ml - order.pocket_ml - (there if order.draw_ml is None else order.draw_ml)
        # what is expected inside may be more than there is, but no more than fits
        if is_too_much(programmed_volumes_ml([*fitted, order], flow, pump)[-1][0], pump):
            order = order.model_copy(update={"programmed_ml": pump.capacity_ml})
        fitted.append(order)
        orders[place] = order
    few = not is_plain and pump.stroke_ml > 0.0 and float(flow.area()[-1]) < MOST_SHOWN * pump.stroke_ml
    return scenario.model_copy(update={"orders": tuple(orders), "is_stroke_shown": few and draw(st.booleans())})


# ------------------------------------------------------------------ scenarios

TEXT = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=40)
PUMPS = ("roller-20ml", "odd", *(name for name in sorted(SHELF.pumps) if name not in ("roller-20ml", "odd")))
ROLLERS = ("roller-20ml", "odd", "roller-40ml")


def durations() -> st.SearchStrategy[float]:
    """A few hours to some months, now and then a year."""
    return st.one_of(spread(0.125, 100.0), spread(0.125, 100.0), st.sampled_from([30.0, 1.0, 0.125, LONGEST_DAY]))


@st.composite
def scenarios(
    draw: st.DrawFn,
    fault_kinds: tuple[type[Any], ...] = FAULTS,
    order_kinds: tuple[type[Any], ...] = ORDERS,
    draws_all: bool = False,
    pumps: tuple[str, ...] = PUMPS,
    body_start: str | None = None,
    is_plain: bool = False,
    drugs: tuple[str, ...] = tuple(sorted(SHELF.drugs)),
    most_faults: int = 4,
) -> Scenario:
    """A valid scenario for the catalogue SHELF, its entries in any order.

    fault_kinds, order_kinds: what may occur beside refills; draws_all: refills leave nothing behind;
    is_plain: one drug, one catheter, no chance, strokes averaged, and every syringe goes into the reservoir.
    """
    duration_day, pump_name = draw(durations()), draw(st.sampled_from(pumps))
    catheter, drug = draw(st.sampled_from(sorted(SHELF.catheters))), draw(st.sampled_from(drugs))
    others = st.lists(st.sampled_from([one for one in sorted(SHELF.drugs) if one != drug]), max_size=2, unique=True)
    more = () if is_plain else tuple(draw(seldom([], st.just([])) if draw(st.integers(0, 2)) else others))
    place = Setting(
        duration_day, SHELF.pumps[pump_name], SHELF.catheters[catheter], SHELF.drugs[drug], n_more=len(more)
    )
    fills = draw(_refills(place))
    if is_plain:
        fills = [one.model_copy(update={"pocket_ml": 0.0}) for one in fills]
    wrong = [kind for kind in fault_kinds if is_possible(kind, place)]
    n_fault = draw(st.sampled_from([1, 2, 3, 0, 4][: 1 + most_faults])) if wrong else 0
    found = tuple(draw(entries(draw(st.sampled_from(wrong)), place)) for _ in range(n_fault))
    programmed_mcg_ml = tuple(fill.programmed_mcg_ml for fill in fills)
    setting = replace(place, programmed_mcg_ml=programmed_mcg_ml, first_day=fills[0].at_day, faults=found)
    orders = [*fills, *draw(_orders(setting, order_kinds))]
    if not any((order.dose_path() or ("", 0.0))[1] > 0.0 for order in orders) and draw(st.booleans()):
        orders[len(fills) - 1] = fills[-1].model_copy(update={"programmed_mcg_ml": 0.0})  # saline, by volume alone
    runs = not setting.pump.is_programmable or any(isinstance(order, Rate | Flow) for order in orders)
    body = body_start or draw(st.sampled_from(["empty", "steady"] if runs else ["empty"]))
    odd = not is_plain and draw(st.sampled_from([False, False, False, True]))
    words = {name: draw(value_of(Scenario, name)) for name in ("tip_level", "second_tip_level", "tolerance")}
    scenario = check(
        Scenario,
        {
            "version": 1,
            "title": "drawn",
            "pump": pump_name,
            "catheter": catheter,
            "second_catheter": draw(st.sampled_from(sorted(SHELF.catheters))) if odd else None,
            "drug": drug,
            "with_drugs": more,
            "duration_day": duration_day,
            "line_start": "drug" if body == "steady" else draw(value_of(Scenario, "line_start")),
            "body_start": body,
            "battery_used_frac": draw(st.one_of(st.just(0.0), numbers(0.0, 1.0), st.floats(0.95, 1.0))),
            "seed": draw(st.one_of(st.none(), value_of(Scenario, "seed"))) if odd else None,
            "priming": draw(value_of(Scenario, "priming")) if odd else "plug",
            "surroundings": draw(st.one_of(st.just({}), value_of(Scenario, "surroundings"))),
            "canal": draw(st.one_of(st.builds(Canal), records(Canal), _mixed())),
            "orders": tuple(draw(st.permutations(orders))),
            "faults": found,
            **words,
        },
    )
    return draw(_fitted(scenario, setting, draws_all, is_plain))


CROWDED: tuple[type[Order], ...] = (Rate, Flow, Stop, Bolus, TrialShot, TrialInfusion, Mri, AlarmLevel, CapAspiration)


@st.composite
def crowded_scenarios(draw: st.DrawFn, n_order: int = 720, n_fault: int = 14) -> Scenario:
    """Extreme but legal: hundreds of orders, at even distances or at any, many faults at once, up to ten years."""
    scenario = draw(scenarios(order_kinds=CROWDED, most_faults=2))
    chance, is_even = random.Random(draw(st.integers(0, 2**32))), draw(st.booleans())
    first = min((order.at_day for order in scenario.orders if isinstance(order, Refill)), default=0.0)

    def days_of(n: int) -> list[float]:
        shares = [i / n if is_even else chance.random() for i in range(n)]
        return [first + share * (scenario.duration_day - first) for share in shares]

    # what is there again and again, else a single bolus and a tear
    orders = [order for order in scenario.orders if isinstance(order, CROWDED)] or [TrialShot(dose_mcg=50.0)]
    faults = scenario.faults or (Tear(lost_frac=0.3),)
    more_orders = [
        orders[i % len(orders)].model_copy(update={"at_day": day})
        for i, day in enumerate(days_of(n_order - len(scenario.orders)))
    ]
    more_faults = [
        faults[i % len(faults)].model_copy(update={"start_day": day, "end_day": day + scenario.duration_day / 30.0})
        for i, day in enumerate(days_of(n_fault - len(scenario.faults)))
    ]
    update = {"orders": (*scenario.orders, *more_orders), "faults": (*scenario.faults, *more_faults)}
    return scenario.model_copy(update=update | ({"duration_day": 3650.0} if draw(st.booleans()) else {}))


@st.composite
def _orders(draw: st.DrawFn, setting: Setting, order_kinds: tuple[type[Any], ...]) -> list[Any]:
    """Orders beside the refills; most runs start at once."""
    allowed = [kind for kind in order_kinds if is_possible(kind, setting)]
    if not allowed:
        return []
    found = []
    basal = [kind for kind in (Rate, Flow) if kind in allowed]
    if basal:
        start = draw(entries(draw(st.sampled_from(basal)), setting))
        found.append(start.model_copy(update={"at_day": setting.first_day}))
    else:
        allowed = [kind for kind in allowed if kind is not BridgeBolus]
    for kind in draw(st.lists(st.sampled_from(allowed), max_size=6)) if allowed else ():
        order = draw(
            entries(kind, setting, setting.first_day if "dose_mcg" in _doses(kind) or kind is BridgeBolus else 0.0)
        )
        found.append(order)
    return found


def _doses(kind: type[Any]) -> str:
    """Fields by which a kind of order asks for a programmed concentration, as one text."""
    return " ".join(name for name in kind.model_fields if name.startswith("dose_mcg")) if kind.is_programmed else ""


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
