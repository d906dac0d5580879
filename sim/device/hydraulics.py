"""What leaves the reservoir, what the line holds back, what passes: one walk over all that acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.device.belief import Belief
from sim.device.pump import Pump, Surroundings
from sim.device.reservoir import Fill, Filled, Reservoir
from sim.device.supply import Acting, Held, Supply, advance, give, sweep
from sim.exact.steps import Array, Steps, Ticks, align, distinct, frozen
from sim.happening import Happening


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """What acts on pump and line, as signals over the same time."""

    wanted: Steps  # mL/h that the mechanism tries to push; of a gas-driven pump, times its own flow
    free: Steps  # mL/h that run past the mechanism
    blocked: Steps  # share of it that the line holds back
    narrow: Steps  # kPa per mL/h of a narrow place
    storage: Steps  # mL by which the line can stretch
    shut: Steps  # 1 where the septum cannot be reached
    outcome: Steps  # at the limit of a complete block: 0 slip, 1 stall, 2 burst
    air: Sequence[tuple[int, float]] = ()  # (tick, mL) of air that comes before more drug
    arounds: Sequence[tuple[int, Surroundings]] = ((0, Surroundings()),)  # from each tick on

    def signals(self) -> tuple[Steps, ...]:
        """What acts over time, in the order of Acting."""
        return self.wanted, self.free, self.blocked, self.narrow, self.storage, self.shut, self.outcome

    def between(self, first: int, last: int) -> Demand:
        """What acts on [first, last)."""
        wanted, free, blocked, narrow, storage, shut, outcome = (signal.cut(first, last) for signal in self.signals())
        air = tuple((at, ml) for at, ml in self.air if first <= at < last)
        return Demand(wanted, free, blocked, narrow, storage, shut, outcome, air, self.arounds)


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """Flows and volumes between reservoir and line."""

    reservoir: Reservoir
    pumped: Steps  # mL/h out of the reservoir
    air: Steps  # mL/h of air into the line
    through: Steps  # mL/h past the block
    rotor: Steps  # mL/h that the mechanism turns for, dry or slipping; 0 while it stands still
    refused: frozenset[int]  # fills, by place, that could not be given
    burst_ticks: tuple[int, ...]  # when the line bursts, by time
    stretch: tuple[Array, Array]  # float ticks, mL stored
    final: Held
    happenings: tuple[Happening, ...]

    def stored_ml(self, tick: Ticks) -> Array:
        """Volume (m,) by which the line is stretched at ticks (m,)."""
        return np.asarray(np.interp(tick, *self.stretch))


def deliver(demand: Demand, fills: Sequence[Fill], belief: Belief, pump: Pump, opening: Held) -> Delivery:
    """Advance reservoir and line from change to change; every crossing is computed, none is searched.

    What is held back first stretches the line, up to its storage, and then stays in the reservoir. The
    stored volume leaves over one minute once nothing is blocked. A refill that would overfill the
    reservoir, or finds no septum, is refused and changes nothing. Air comes before more drug.
    """
    # a metering pump does not feel what is around it
    felt = demand.arounds[1:] if not pump.is_programmable else ()
    marks = np.array([*(fill.tick for fill in fills), *(at for at, _ in (*demand.air, *felt))], dtype=np.int64)
    edge, acting = _intervals(demand, marks)
    supply, waiting, bubbles = Supply.of(pump, belief, opening), list(enumerate(fills)), sorted(demand.air)
    entries: list[Filled] = []
    refused: set[int] = set()
    # quiet intervals go in one sweep; the others, and the one in which the reservoir runs dry, one by one
    is_loud = ~_quiet(acting, pump)
    stops = [*np.flatnonzero(is_loud | np.isin(edge[:-1], marks)).tolist(), len(edge) - 1]
    place, next_stop = 0, 0
    while place < len(edge) - 1:
        now = int(edge[place])
        while waiting and waiting[0][1].tick <= now:
            which, fill = waiting.pop(0)
            # a fault that begins at this instant comes after the refill
            is_shut = acting[5][place] > 0.0 and float(demand.shut.at_tick(now - 1)) > 0.0
            done = give(supply, fill, is_shut)
            if done is None:
                refused.add(which)
            else:
                entries.append(done)
        while bubbles and bubbles[0][0] <= now:
            supply.air_ml += bubbles.pop(0)[1]
        while stops[next_stop] <= place:
            next_stop += 1
        if not is_loud[place] and supply.stored_ml == 0.0 and supply.air_ml == 0.0:
            stop = stops[next_stop]
            n_swept = sweep(supply, edge[place : stop + 1], acting[0][place:stop] + acting[1][place:stop])
            place += n_swept
            if n_swept:
                continue
        here = Acting(*(float(column[place]) for column in acting))
        around = [around for at, around in demand.arounds if at <= now][-1]
        advance(supply, now, int(edge[place + 1]), here, around)
        place += 1
    time = [*supply.time, float(edge[-1])]
    pumped = Steps.from_crossings(time, supply.pumped).merged()
    return Delivery(
        reservoir=Reservoir(tuple(entries), pumped, opening.content),
        pumped=pumped,
        air=Steps.from_crossings(time, supply.air).merged(),
        through=Steps.from_crossings(time, supply.through).merged(),
        rotor=Steps.from_crossings(time, supply.rotor).merged(),
        refused=frozenset(refused),
        burst_ticks=tuple(supply.burst_ticks),
        stretch=(frozen(time), frozen([*supply.stored, supply.stored_ml])),
        final=supply.snapshot(),
        happenings=tuple(supply.happenings),
    )


def _intervals(demand: Demand, marks: Ticks) -> tuple[Ticks, list[Array]]:
    """Common edges (n + 1,) and what acts between them, in the order of Acting."""
    start, last = demand.wanted.edge_tick[[0, -1]]
    inner = distinct(marks[(marks > start) & (marks < last)])
    edge, values = align(*demand.signals(), Steps(np.concatenate([[start], inner, [last]]), np.zeros(len(inner) + 1)))
    return edge, values[:-1]


def _quiet(acting: Sequence[Array], pump: Pump) -> NDArray[np.bool_]:
    """Where the line takes whatever a metering pump pushes."""
    wanted, free, blocked, narrow, *_ = acting
    return np.asarray((blocked == 0.0) & ((wanted + free) * narrow <= pump.limit_kpa) & pump.is_programmable)


def pressure_kpa(stored_ml: Array, storage_ml: Array, limit_kpa: float) -> Array:
    """Pressure of the stretched line over its rest, (m,): share of the storage used, up to the limit."""
    return np.divide(stored_ml * limit_kpa, storage_ml, out=np.zeros_like(stored_ml), where=storage_ml > 0.0)
