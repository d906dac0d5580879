"""What the pump gives, what the line holds back, and how the rest splits between tip and leaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.device.catheter import Leak
from sim.device.pump import Belief, Pump
from sim.device.reservoir import Content, Fill, Filled, Reservoir, drawable_ml, refill
from sim.exact.steps import TICK_PER_H, Array, Steps, Ticks, frozen, to_hour
from sim.happening import Happening, happen

RELEASE_H = 1.0 / 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """Flows and volumes between reservoir and line."""

    reservoir: Reservoir
    pumped: Steps  # mL/h out of the reservoir
    through: Steps  # mL/h past the block
    refused: frozenset[int]  # fills, by place, that would have overfilled
    stretch: tuple[Array, Array]  # float ticks, mL stored
    happenings: tuple[Happening, ...]

    def stored_ml(self, tick: Ticks) -> Array:
        """Volume (m,) by which the line is stretched at ticks (m,)."""
        return np.asarray(np.interp(tick, *self.stretch))


@dataclass(slots=True)
class _State:
    """Reservoir and stretched line, moved on from one change to the next."""

    pump: Pump
    belief: Belief
    content: Content = field(default_factory=Content)
    stored_ml: float = 0.0
    freed_ml_h: float = 0.0
    was_dry: bool = False
    was_full: bool = False
    time: list[float] = field(default_factory=list)  # float ticks
    pumped: list[float] = field(default_factory=list)
    through: list[float] = field(default_factory=list)
    stored: list[float] = field(default_factory=list)
    told: list[Happening] = field(default_factory=list)

    def tell(self, tick: float, kind: str, **facts: float) -> None:
        self.told.append(happen(round(tick) / TICK_PER_H, kind, **facts))

    def believed_ml(self, tick: float) -> float:
        return float(self.belief.volume_ml(np.array([round(tick)], dtype=np.int64))[0])


def deliver(
    wanted: Steps, blocked: Steps, fills: Sequence[Fill], belief: Belief, pump: Pump, storage_ml: float
) -> Delivery:
    """Advance reservoir and line from change to change; every crossing is computed, none is searched.

    wanted: mL/h the mechanism tries to push; blocked: share of it that the line holds back. What is
    held back first stretches the line, up to storage_ml, and then stays in the reservoir. The stored
    volume leaves over one minute once nothing is blocked. A refill that would overfill the reservoir
    is refused and changes nothing.
    """
    edge = np.unique(np.concatenate([wanted.edge_tick, blocked.edge_tick, [fill.tick for fill in fills]]))
    edge = edge[(edge >= wanted.edge_tick[0]) & (edge <= wanted.edge_tick[-1])].astype(np.int64)
    flow, share = wanted.at_tick(edge[:-1]), blocked.at_tick(edge[:-1])
    state, waiting = _State(pump, belief), list(enumerate(fills))
    filled: list[Filled] = []
    refused: set[int] = set()
    for start, end, ml_h, held_frac in zip(edge[:-1].tolist(), edge[1:].tolist(), flow, share, strict=True):
        while waiting and waiting[0][1].tick == start:
            place, fill = waiting.pop(0)
            done = _fill(state, fill)
            if done is None:
                refused.add(place)
            else:
                filled.append(done)
        _advance(state, start, end, float(ml_h), float(held_frac), storage_ml)
    time = [*state.time, float(edge[-1])]
    pumped = Steps.from_crossings(time, state.pumped).merged()
    return Delivery(
        reservoir=Reservoir(tuple(filled), pumped),
        pumped=pumped,
        through=Steps.from_crossings(time, state.through).merged(),
        refused=frozenset(refused),
        stretch=(frozen(time), frozen([*state.stored, state.stored_ml])),
        happenings=tuple(state.told),
    )


def _fill(state: _State, fill: Fill) -> Filled | None:
    done = refill(state.content, fill, state.pump.undrawable_ml)
    if done.after.volume_ml > state.pump.capacity_ml * (1.0 + 1e-12):
        state.tell(fill.tick, "refused_refill", held_ml=done.after.volume_ml, capacity_ml=state.pump.capacity_ml)
        return None
    asked = fill.draw_ml
    if asked is not None and asked > drawable_ml(state.content, fill, state.pump.undrawable_ml) + 1e-9:
        state.tell(fill.tick, "short_draw", found_ml=done.drawn_ml, asked_ml=asked)
    state.tell(
        fill.tick,
        "refill",
        found_ml=done.found_ml,
        believed_ml=float(state.belief.volume_ml(np.array([fill.tick]), before=True)[0]),
        in_ml=fill.in_ml,
    )
    state.content = done.after
    state.was_dry = False
    return done


def _advance(state: _State, start: int, end: int, ml_h: float, held_frac: float, storage_ml: float) -> None:
    if held_frac > 0.0:
        state.freed_ml_h = 0.0
    elif state.stored_ml > 0.0 and state.freed_ml_h == 0.0:
        state.freed_ml_h = state.stored_ml / RELEASE_H
        state.was_full = False
        state.tell(start, "release", stored_ml=state.stored_ml)
    at_h, span_h = 0.0, float(to_hour(end - start))
    while at_h < span_h:
        usable_ml = state.content.volume_ml - state.pump.unpumpable_ml
        now = start + at_h * TICK_PER_H
        if usable_ml <= 0.0 and ml_h > 0.0 and not state.was_dry:
            state.was_dry = True
            state.tell(now, "run_dry", true_ml=state.content.volume_ml, believed_ml=state.believed_ml(now))
        asked = ml_h if usable_ml > 0.0 else 0.0
        held = held_frac * asked
        is_stretching = held > 0.0 and state.stored_ml < storage_ml
        if held > 0.0 and not is_stretching and not state.was_full:
            state.was_full = True
            state.tell(now, "slip", stored_ml=state.stored_ml)
        pumped = asked if is_stretching else asked - held
        through = asked - held + state.freed_ml_h
        crossings = {
            "dry": usable_ml / pumped if pumped > 0.0 else np.inf,
            "full": (storage_ml - state.stored_ml) / held if is_stretching else np.inf,
            "freed": state.stored_ml / state.freed_ml_h if state.freed_ml_h > 0.0 else np.inf,
        }
        step_h = min(span_h - at_h, *crossings.values())
        state.time.append(now)
        state.pumped.append(pumped)
        state.through.append(through)
        state.stored.append(state.stored_ml)
        volume_ml = state.content.volume_ml - pumped * step_h
        state.stored_ml += (pumped - through) * step_h
        # a crossing lands on its limit exactly
        if crossings["dry"] <= step_h:
            volume_ml = state.pump.unpumpable_ml
        if crossings["full"] <= step_h:
            state.stored_ml = storage_ml
        if crossings["freed"] <= step_h:
            state.stored_ml = state.freed_ml_h = 0.0
        state.content = Content(volume_ml, state.content.mcg_ml)
        at_h = span_h if step_h >= span_h - at_h else at_h + step_h


def split(through: Steps, leaks: Sequence[Leak]) -> tuple[list[Steps], list[Steps]]:
    """Flow past each leak and lost at each, mL/h, in order of position: q_tip = (1 - lost) q.

    >>> past, lost = split(Steps.from_hours([0.0, 1.0], [2.0]), [Leak(0.3, 0.25)])
    >>> past[0].value.tolist(), lost[0].value.tolist()
    ([1.5], [0.5])
    """
    past, lost = [], []
    for leak in leaks:
        lost.append(Steps(through.edge_tick, through.value * leak.lost_frac))
        through = Steps(through.edge_tick, through.value - lost[-1].value)
        past.append(through)
    return past, lost


def pressure_kpa(stored_ml: Array, compliance_ml_kpa: float) -> Array:
    """Pressure of the stretched line over its rest, (m,): stored volume over compliance."""
    return stored_ml / compliance_ml_kpa if compliance_ml_kpa > 0.0 else np.zeros_like(stored_ml)
