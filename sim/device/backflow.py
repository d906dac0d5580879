"""Tubes in a row whose flow may turn: plugs move to and fro, event by event, and CSF enters at the tip.

Where all flow runs forwards `plugs.carry` says the same without a walk; this is for the rest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.device.plugs import Plug, merged
from sim.exact.steps import TICK_PER_H, Array, Steps, Ticks, align, distinct, frozen

LEAST_ML = 1e-14  # what rounding leaves of a tube without length; each such plug would be a step of its own

Tubes = list[deque[list[float]]]  # per tube, from the pump on: [mL, mcg/mL] from its pump end on


@dataclass(frozen=True, slots=True, eq=False)
class Washed:
    """Several tubes in a row over one stretch of time."""

    plugs: tuple[tuple[Plug, ...], ...]  # at the start, each from its pump end on
    flows: tuple[Steps, ...]  # mL/h, negative towards the pump
    entering: Steps  # mcg/mL of what flows in at the pump end
    tip_concentration: Steps  # mcg/mL of what is at the tip
    leak_doses: tuple[Steps, ...]  # mcg/h lost between each two tubes
    back_dose: Steps  # mcg/h that leaves backwards at the pump end
    knots: tuple[Array, Array]  # float ticks, mcg in all tubes
    final: tuple[Plug, ...]  # at the end, from the pump end to the tip

    def windows(self, tick: Ticks) -> list[list[Plug]]:
        """Plugs inside at each tick (m,) that does not fall, from the pump to the tip."""
        return [
            merged(Plug(volume, mcg_ml) for tube in tubes for volume, mcg_ml in tube)
            for tubes in _stops(self.plugs, self.flows, self.entering, tick)
        ]

    def drug_mcg(self, tick: Ticks) -> Array:
        """Drug inside (m,) at ticks (m,)."""
        return np.asarray(np.interp(tick, *self.knots))


@dataclass(slots=True)
class _Log:
    """What left, piece by piece of time."""

    time: list[float]
    tip: list[float]
    leaks: list[list[float]]
    back: list[float]
    mass: list[float]


def wash(plugs: Sequence[Sequence[Plug]], flows: Sequence[Steps], entering: Steps) -> Washed:
    """Move the plugs of tubes in a row; each tube's content starts at its pump end.

    What runs backwards past the tip is CSF without drug; what is drawn in at a leak is tissue fluid.

    >>> back = Steps.from_hours([0.0, 1.0], [-0.1])
    >>> washed = wash([[Plug(0.2, 500.0)]], [back], Steps.from_hours([0.0, 1.0], [500.0]))
    >>> washed.windows(np.array([TICK_PER_H - 1]))[0][-1].mcg_ml, round(float(washed.back_dose.value[0]), 6)
    (0.0, 50.0)
    """
    log = _Log([], [], [[] for _ in flows[1:]], [], [])
    tubes = _filled(plugs)
    edge, (fluid, *flow) = align(entering, *flows)
    for start, end, mcg_ml, *ml_h in zip(
        edge[:-1].tolist(), edge[1:].tolist(), fluid.tolist(), *(f.tolist() for f in flow), strict=True
    ):
        _move(tubes, start, end, mcg_ml, ml_h, log)
    last = float(edge[-1])
    time = [*log.time, last]

    def signal(values: list[float]) -> Steps:
        return Steps.from_crossings(time, values).merged()

    return Washed(
        plugs=tuple(tuple(tube) for tube in plugs),
        flows=tuple(flows),
        entering=entering,
        tip_concentration=signal(log.tip),
        leak_doses=tuple(signal(dose) for dose in log.leaks),
        back_dose=signal(log.back),
        knots=(frozen(time), frozen([*log.mass, _mass(tubes)])),
        final=tuple(merged(Plug(volume, mcg_ml) for tube in tubes for volume, mcg_ml in tube)),
    )


def _filled(plugs: Sequence[Sequence[Plug]]) -> Tubes:
    return [deque([plug.volume_ml, plug.mcg_ml] for plug in tube if plug.volume_ml > LEAST_ML) for tube in plugs]


def _mass(tubes: Tubes) -> float:
    return sum(volume * mcg_ml for tube in tubes for volume, mcg_ml in tube)


def _move(tubes: Tubes, start: float, end: float, mcg_ml: float, flows: list[float], log: _Log | None) -> None:
    """Advance all tubes over one interval of constant flows."""
    at_h, span_h = 0.0, (end - start) / TICK_PER_H
    last = len(tubes) - 1
    while at_h < span_h:
        step_h = span_h - at_h
        # a tube without length hands on what enters it
        leaving = [(tube[-1] if q > 0.0 else tube[0]) if tube else None for tube, q in zip(tubes, flows, strict=True)]
        into = [0.0] * len(tubes)
        out = [0.0] * len(tubes)
        for k, flow in enumerate(flows):
            if flow > 0.0:
                into[k] = mcg_ml if k == 0 else out[k - 1]
                plug = leaving[k]
                out[k] = into[k] if plug is None else plug[1]
        for k in range(last, -1, -1):
            if flows[k] < 0.0:
                beyond = flows[k + 1] if k < last else flows[k]
                came = out[k + 1] if k < last and beyond < 0.0 else 0.0
                into[k] = came * min(1.0, beyond / flows[k]) if k < last and beyond < 0.0 else 0.0
                plug = leaving[k]
                out[k] = into[k] if plug is None else plug[1]
        # a tube that holds nothing but what enters it stays as it is
        moving = [
            k for k, tube in enumerate(tubes) if tube and flows[k] != 0.0 and (len(tube) > 1 or tube[0][1] != into[k])
        ]
        for k in moving:
            plug = leaving[k]
            step_h = min(step_h, plug[0] / abs(flows[k]) if plug else step_h)
        if log is not None:
            _write(log, start + at_h * TICK_PER_H, tubes, flows, out)
        for k in moving:
            _shift(tubes[k], abs(flows[k]) * step_h, into[k], flows[k] > 0.0)
        at_h = span_h if step_h >= span_h - at_h else at_h + step_h


def _shift(tube: deque[list[float]], volume: float, mcg_ml: float, is_forward: bool) -> None:
    """Take a volume out at one end, no more than its last plug, and put the same in at the other."""
    leaving = tube[-1] if is_forward else tube[0]
    if volume >= leaving[0] * (1.0 - 1e-14):
        volume = leaving[0]
        if is_forward:
            tube.pop()
        else:
            tube.popleft()
    else:
        leaving[0] -= volume
    near = (tube[0] if is_forward else tube[-1]) if tube else None
    if near is not None and near[1] == mcg_ml:
        near[0] += volume
    elif is_forward:
        tube.appendleft([volume, mcg_ml])
    else:
        tube.append([volume, mcg_ml])


def _write(log: _Log, tick: float, tubes: Tubes, flows: list[float], out: list[float]) -> None:
    log.time.append(tick)
    log.mass.append(_mass(tubes))
    at_tip = tubes[-1][-1][1] if tubes[-1] else out[-1]
    log.tip.append(out[-1] if flows[-1] > 0.0 else 0.0 if flows[-1] < 0.0 else at_tip)
    log.back.append(-flows[0] * out[0] if flows[0] < 0.0 else 0.0)
    for k, lost in enumerate(log.leaks):
        here, beyond = flows[k], flows[k + 1]
        dose = 0.0
        if here > 0.0:
            dose += (here - max(beyond, 0.0)) * out[k]
        if beyond < 0.0:
            dose += max(min(here, 0.0) - beyond, 0.0) * out[k + 1]
        lost.append(dose)


def _stops(plugs: Sequence[Sequence[Plug]], flows: Sequence[Steps], entering: Steps, tick: Ticks) -> Iterator[Tubes]:
    """The tubes at each asked tick, walking from the start once."""
    tubes = _filled(plugs)
    edge, _ = align(entering, *flows)
    cut = distinct(edge, tick)
    fluid = entering.at_tick(cut[:-1]).tolist()
    flow = [signal.at_tick(cut[:-1]).tolist() for signal in flows]
    place, ticks = 0, tick.tolist()
    for i, at in enumerate(cut.tolist()):
        while place < len(ticks) and ticks[place] == at:
            yield tubes
            place += 1
        if place == len(ticks):
            return
        _move(tubes, at, int(cut[i + 1]), fluid[i], [ml_h[i] for ml_h in flow], None)
