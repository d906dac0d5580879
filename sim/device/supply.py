"""Reservoir and stretched line, moved on from one change to the next: what is pumped, held and released."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields

import numpy as np

from sim.device.belief import Belief
from sim.device.pump import Pump, Surroundings, gas_flow_ml_h, next_stair_ml
from sim.device.reservoir import SYRINGE_ML, Content, Fill, Filled, drawable_ml, refill
from sim.exact.steps import TICK_PER_H, Array, Ticks, to_hour
from sim.happening import Happening, happen

RELEASE_H = 1.0 / 60.0
OUTCOMES = ("slip", "stall", "burst")


@dataclass(frozen=True, slots=True)
class Held:
    """Reservoir and stretched line at one instant."""

    content: Content
    stored_ml: float = 0.0
    freed_ml_h: float = 0.0
    air_ml: float = 0.0
    was_dry: bool = False
    limit: str = ""  # what the line's full stretch has led to, as long as it lasts


@dataclass(slots=True)
class Supply:
    """Reservoir and stretched line, moved on from one change to the next."""

    pump: Pump
    belief: Belief
    content: Content
    stored_ml: float = 0.0
    freed_ml_h: float = 0.0
    air_ml: float = 0.0
    was_dry: bool = False
    limit: str = ""
    burst_ticks: list[int] = field(default_factory=list)
    time: list[float] = field(default_factory=list)  # float ticks
    pumped: list[float] = field(default_factory=list)
    air: list[float] = field(default_factory=list)
    through: list[float] = field(default_factory=list)
    rotor: list[float] = field(default_factory=list)
    stored: list[float] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)

    @staticmethod
    def of(pump: Pump, belief: Belief, start: Held) -> Supply:
        """Ready to go on from an instant."""
        return Supply(pump, belief, **{part.name: getattr(start, part.name) for part in fields(Held)})

    def snapshot(self) -> Held:
        """Reservoir and stretched line now, as a value."""
        return Held(**{part.name: getattr(self, part.name) for part in fields(Held)})

    def tell(self, tick: float, kind: str, **facts: float) -> None:
        self.happenings.append(happen(round(tick) / TICK_PER_H, kind, **facts))

    def believed_ml(self, tick: float) -> float:
        return float(self.belief.volume_ml(np.array([round(tick)], dtype=np.int64))[0])

    def record(self, time: list[float], pumped: list[float], rotor: list[float]) -> None:
        """Intervals in which the line takes what is pumped, and nothing else happens."""
        self.time += time
        self.pumped += pumped
        self.through += pumped
        self.rotor += rotor
        self.air += [0.0] * len(time)
        self.stored += [self.stored_ml] * len(time)


@dataclass(frozen=True, slots=True)
class Acting:
    """What acts in one interval."""

    wanted: float
    free_ml_h: float
    blocked_frac: float
    narrow_kpa_h_ml: float
    storage_ml: float
    is_shut: float
    outcome: float


def sweep(supply: Supply, edge: Ticks, flow_ml_h: Array) -> int:
    """Advance over quiet intervals at once; returns how many, up to the one in which flow must end."""
    usable_ml = supply.content.volume_ml - supply.pump.unpumpable_ml
    time = edge[:-1].astype(np.float64)
    if usable_ml <= 0.0:
        running = np.flatnonzero(flow_ml_h > 0.0)
        if len(running) and not supply.was_dry:
            _run_dry(supply, float(time[running[0]]))
        supply.record(time.tolist(), [0.0] * len(flow_ml_h), flow_ml_h.tolist())
        return len(flow_ml_h)
    used = np.cumsum(flow_ml_h * to_hour(np.diff(edge)))
    n = int(np.searchsorted(used, usable_ml, side="left"))
    if n:
        supply.record(time[:n].tolist(), flow_ml_h[:n].tolist(), flow_ml_h[:n].tolist())
        supply.content = Content(supply.content.volume_ml - float(used[n - 1]), supply.content.mcg_ml)
    return n


def _run_dry(supply: Supply, tick: float) -> None:
    supply.was_dry = True
    supply.tell(tick, "run_dry", true_ml=supply.content.volume_ml, believed_ml=supply.believed_ml(tick))


def give(supply: Supply, fill: Fill, is_shut: bool) -> Filled | None:
    if is_shut and not fill.is_hidden:
        supply.tell(fill.tick, "no_access")
        return None
    done = refill(supply.content, fill, supply.pump.undrawable_ml)
    if fill.is_hidden:
        supply.tell(fill.tick, "diversion", drawn_ml=done.drawn_ml)
    elif done.most_ml > supply.pump.capacity_ml + SYRINGE_ML:
        supply.tell(fill.tick, "refused_refill", held_ml=done.most_ml, capacity_ml=supply.pump.capacity_ml)
        return None
    else:
        _tell_fill(supply, fill, done)
    supply.content = done.after
    supply.was_dry = supply.was_dry and fill.is_hidden
    return done


def _tell_fill(supply: Supply, fill: Fill, done: Filled) -> None:
    draw_ml = fill.draw_ml
    if draw_ml is not None and draw_ml > drawable_ml(done.before, fill, supply.pump.undrawable_ml) + SYRINGE_ML:
        supply.tell(fill.tick, "short_draw", found_ml=done.drawn_ml, asked_ml=draw_ml)
    if fill.n_rinses and fill.rinse_ml > 0.0:
        supply.tell(fill.tick, "rinse", n=float(fill.n_rinses), rinse_ml=fill.rinse_ml)
    believed = float(supply.belief.volume_ml(np.array([fill.tick]), before=True)[0])
    facts = {"found_ml": done.before.volume_ml, "believed_ml": believed, "drawn_ml": done.drawn_ml}
    facts["in_ml"] = fill.in_ml + fill.pocket_ml
    supply.tell(fill.tick, "refill", **facts)


def advance(supply: Supply, start: int, end: int, acting: Acting, around: Surroundings) -> None:
    pump, held_frac, storage_ml = supply.pump, acting.blocked_frac, acting.storage_ml
    cap_ml_h = pump.limit_kpa / acting.narrow_kpa_h_ml if acting.narrow_kpa_h_ml > 0.0 else np.inf
    is_limited = pump.is_programmable and acting.wanted + acting.free_ml_h > cap_ml_h
    if held_frac > 0.0 or is_limited:
        supply.freed_ml_h = 0.0
    elif supply.stored_ml > 0.0 and supply.freed_ml_h == 0.0:
        supply.freed_ml_h = supply.stored_ml / RELEASE_H
        supply.limit = ""
        supply.tell(start, "release", stored_ml=supply.stored_ml)
    limit = OUTCOMES[int(acting.outcome)] if held_frac == 1.0 else "slip"
    at_h, span_h = 0.0, float(to_hour(end - start))
    while at_h < span_h:
        usable_ml = supply.content.volume_ml - pump.unpumpable_ml
        now = start + at_h * TICK_PER_H
        turning = acting.wanted
        if not pump.is_programmable:
            turning *= gas_flow_ml_h(pump, around, supply.content.volume_ml, acting.narrow_kpa_h_ml)
        turning += acting.free_ml_h
        if usable_ml <= 0.0 and turning > 0.0 and not supply.was_dry:
            _run_dry(supply, now)
        flow_ml_h = turning if usable_ml > 0.0 else 0.0
        passing = (1.0 - held_frac) * flow_ml_h
        if pump.is_programmable:
            passing = min(passing, cap_ml_h)
        held_ml_h = flow_ml_h - passing
        is_stretching = held_ml_h > 0.0 and supply.stored_ml < storage_ml
        if held_ml_h > 0.0 and not is_stretching and supply.limit != limit:
            _reach_limit(supply, now, limit)
        into = flow_ml_h if is_stretching else passing
        pumped, air = (0.0, into) if supply.air_ml > 0.0 else (into, 0.0)
        through = passing + supply.freed_ml_h
        crossings = {
            "dry": usable_ml / pumped if pumped > 0.0 else np.inf,
            "full": (storage_ml - supply.stored_ml) / held_ml_h if is_stretching else np.inf,
            "freed": supply.stored_ml / supply.freed_ml_h if supply.freed_ml_h > 0.0 else np.inf,
            "air": supply.air_ml / air if air > 0.0 else np.inf,
        }
        stair_ml = pump.unpumpable_ml
        if not pump.is_programmable and pumped > 0.0:
            stair_ml = next_stair_ml(pump, supply.content.volume_ml)
            crossings["dry"] = (supply.content.volume_ml - stair_ml) / pumped
        step_h = min(span_h - at_h, *crossings.values())
        supply.time.append(now)
        supply.pumped.append(pumped)
        supply.air.append(air)
        supply.through.append(through)
        supply.rotor.append(0.0 if supply.limit == "stall" else turning)
        supply.stored.append(supply.stored_ml)
        volume_ml = supply.content.volume_ml - pumped * step_h
        supply.stored_ml += (into - through) * step_h
        supply.air_ml = 0.0 if crossings["air"] <= step_h else supply.air_ml - air * step_h
        # a crossing lands on its limit exactly
        if crossings["dry"] <= step_h:
            volume_ml = stair_ml
        if crossings["full"] <= step_h:
            supply.stored_ml = storage_ml
        if crossings["freed"] <= step_h:
            supply.stored_ml = supply.freed_ml_h = 0.0
        supply.content = Content(volume_ml, supply.content.mcg_ml)
        at_h = span_h if step_h >= span_h - at_h else at_h + step_h


def _reach_limit(supply: Supply, now: float, limit: str) -> None:
    """The line is stretched to the pump's limit: it slips, stalls, or the line bursts."""
    supply.limit = limit
    if limit == "burst":
        supply.burst_ticks.append(math.ceil(now))
    elif limit == "stall":
        supply.tell(now, "motor_stall")
    else:
        supply.tell(now, "slip", stored_ml=supply.stored_ml)
