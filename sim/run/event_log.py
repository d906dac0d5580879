"""Everything that happened, by time: reported by the plan, the pump, the reservoir and the tip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.device.belief import alarms
from sim.device.carriage import Carriage
from sim.device.hydraulics import Delivery
from sim.exact.steps import TICK_PER_H, Steps, align, to_hour
from sim.happening import SENTENCE, Happening, happen
from sim.scenario.spells import Push
from sim.scenario.timeline import Timeline

LEAST_SHARE = 1e-4  # of the strongest fluid
FRONT_SHARE = 0.02  # of the strongest fluid: less is no front


@dataclass(frozen=True, slots=True)
class Tip:
    """What has been reported of the tip so far."""

    has_delivered: bool = False
    mcg_ml: float | None = None  # last fluid; None before any


def story(
    timeline: Timeline,
    delivery: Delivery,
    carriage: Carriage,
    into_csf: Steps,
    so_far: Tip,
    common: Sequence[Happening],
    drug: int = 0,
) -> tuple[Happening, ...]:
    """Everything that happened from the carriage's start on, by time.

    into_csf: mcg/h of this drug from the tips; common: what stands in the story of each drug.
    """
    happenings = [*common, *(_pushed(push, into_csf, delivery.pumped, drug) for push in timeline.pushes)]
    missed = [entry.fill.pocket_ml for entry in delivery.reservoir.entries if entry.fill.pocket_ml > 0.0]
    happenings += [
        happen(tick / TICK_PER_H, "pocket_fill", volume_ml=volume_ml, dose_mcg=mcg)
        for volume_ml, (tick, mcg) in zip(missed, delivery.reservoir.pocket_mcg(drug), strict=True)
    ]
    dose, begin = carriage.tip_dose, int(carriage.start_tick[0])
    flowing = np.flatnonzero(dose.value > 0.0)
    first = begin - 2 if so_far.has_delivered else timeline.end_tick
    if len(flowing) and not so_far.has_delivered:
        first = int(dose.edge_tick[flowing[0]])
        happenings.append(happen(float(to_hour(first)), "first_drug"))
    mixing = [(a.tick, b.tick) for a, b in pairwise(timeline.spells) if a.is_mixing]
    for tick, mcg_ml in fronts(timeline, carriage, so_far):
        # where fluids mix there are no fronts
        if tick > first + 1 and not any(start <= tick < end for start, end in mixing):
            happenings.append(happen(tick / TICK_PER_H, "front", mcg_ml=mcg_ml))
    # equal times and kinds keep this order
    sounding = [alarm for alarm in alarms(timeline.belief, timeline.pump) if not timeline.dead.at(alarm.time_h)]
    every = [*timeline.happenings, *delivery.happenings, *sounding, *happenings]
    start_h, last_h = float(to_hour(begin)), float(to_hour(timeline.end_tick - 1))
    rank = {kind: place for place, kind in enumerate(SENTENCE)}
    within = (happening for happening in every if start_h <= happening.time_h <= last_h)
    return tuple(sorted(within, key=lambda happening: (happening.time_h, rank[happening.kind])))


def _pushed(push: Push, into_csf: Steps, pumped: Steps, drug: int) -> Happening:
    """What a push through the line brought, what the pump gave meanwhile included."""
    dose_mcg, pumped_ml = (float(flow.area_to(push.end) - flow.area_to(push.start)) for flow in (into_csf, pumped))
    facts = {"volume_ml": pumped_ml, "dose_mcg": dose_mcg}
    if push.volume_ml is not None:
        facts |= {"volume_ml": push.volume_ml, "mcg_ml": push.mcg_ml[drug] if drug < len(push.mcg_ml) else 0.0}
    return happen(push.start / TICK_PER_H, push.kind, **facts)


def tip_until(timeline: Timeline, carriage: Carriage, so_far: Tip, tick: int) -> Tip:
    """What has been reported of the tip before a tick."""
    has_delivered = so_far.has_delivered or bool(carriage.tip_dose.area_to(tick) > 0.0)
    past = [mcg_ml for at, mcg_ml in fronts(timeline, carriage, so_far) if at < tick]
    opening = float(carriage.tip_concentration.value[0]) if so_far.mcg_ml is None else so_far.mcg_ml
    return Tip(has_delivered, past[-1] if past else opening)


def fronts(timeline: Timeline, carriage: Carriage, so_far: Tip) -> list[tuple[int, float]]:
    """(tick, mcg/mL) whenever a clearly different fluid begins to leave the tip."""
    strongest = max((fill.mcg_ml[0] for fill in timeline.fills if fill.mcg_ml), default=0.0)
    edge, (flow, fluid) = align(carriage.tip_flow, carriage.tip_concentration)
    # a trace that a flush has thinned is not reported
    fluid = np.where(fluid < LEAST_SHARE * strongest, 0.0, fluid)
    # a front passes within one tick; the fluid behind it is what arrives
    leaves = np.flatnonzero((flow >= 0.0) & (np.diff(edge) > 1))
    entries: list[tuple[int, float]] = []
    last = so_far.mcg_ml
    for tick, mcg_ml in zip(edge[leaves].tolist(), fluid[leaves].tolist(), strict=True):
        if last is None:
            last = mcg_ml
        elif abs(mcg_ml - last) > FRONT_SHARE * strongest:
            entries.append((tick, mcg_ml))
            last = mcg_ml
    return entries
