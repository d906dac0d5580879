"""The device's part of a run: plan and flows that agree with each other, and what the line carries."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from sim.device.carriage import Carriage, Spell, carry_line
from sim.device.hydraulics import Delivery, deliver
from sim.device.plugs import Plug
from sim.device.reservoir import Content
from sim.device.supply import Held
from sim.run.saved_state import SavedState
from sim.scenario.library import Catalogue
from sim.scenario.scenario import Scenario
from sim.scenario.timeline import Outcomes, Timeline, build

SAME_TICK = 1000  # a millisecond
SLACK_ML = 1e-9  # running dry lands within rounding of the volume that cannot be pumped


def plan(scenario: Scenario, shelf: Catalogue, saved: SavedState | None = None) -> tuple[Timeline, Delivery]:
    """Plan and flows that agree: a refill that could not be given is taken back, a burst opens the line.

    A valve pump that an MRI finds empty lets nothing out, and its second valve does not shut.

    The plan spans the whole run; the flows begin at a saved state. Raises ScenarioError with
    every device and cross-field problem.
    """
    outcomes = Outcomes()
    if saved is not None:
        outcomes = Outcomes(frozenset(saved.refused), saved.burst_ticks, frozenset(saved.idle_scans))
    while True:
        timeline = build(scenario, shelf, outcomes)
        first, opening = _opening(timeline, saved)
        due = [place for place, fill in enumerate(timeline.fills) if fill.tick >= first]
        demand, fills = timeline.demand.between(first, timeline.end_tick), [timeline.fills[place] for place in due]
        delivery = deliver(demand, fills, timeline.belief, timeline.pump, opening)
        news = [
            (fills[k].tick, replace(outcomes, refused=outcomes.refused | {place}))
            for k in delivery.refused
            if (place := timeline.fill_places[due[k]]) not in outcomes.refused
        ]
        news += [
            (tick, replace(outcomes, idle_scans=outcomes.idle_scans | {place}))
            for tick, place in timeline.scans
            if tick >= first and place not in outcomes.idle_scans and _is_empty(delivery, timeline, tick)
        ]
        news += [
            (tick, replace(outcomes, burst_ticks=(*outcomes.burst_ticks, tick)))
            for tick in delivery.burst_ticks
            if not _is_known(tick, outcomes)
        ]
        if not news:
            return replace(timeline, outcomes=outcomes), delivery
        # the earliest first: what comes later may then come otherwise
        outcomes = min(news, key=lambda entry: entry[0])[1]


def _is_empty(delivery: Delivery, timeline: Timeline, tick: int) -> bool:
    """Whether nothing can be let out of the reservoir at a tick."""
    volume_ml = float(delivery.reservoir.volume_ml(np.array([tick], dtype=np.int64))[0])
    return volume_ml <= timeline.pump.unpumpable_ml + SLACK_ML


def _is_known(tick: int, outcomes: Outcomes) -> bool:
    """Whether a burst is one of those planned with, found again to within rounding."""
    return any(abs(tick - known) <= SAME_TICK for known in outcomes.burst_ticks)


def _opening(timeline: Timeline, saved: SavedState | None) -> tuple[int, Held]:
    if saved is None:
        return 0, Held(Content(0.0, (0.0,) * len(timeline.drugs)))
    content = Content(saved.volume_ml, saved.mcg_ml)
    own = {part.name: getattr(saved, part.name) for part in fields(Held) if part.name != "content"}
    return saved.tick, Held(content, **own)


def held_at(timeline: Timeline, tick: int, saved: SavedState | None = None) -> Held:
    """Reservoir and stretched line just before what happens at a tick."""
    first, opening = _opening(timeline, saved)
    if tick <= first:
        return opening
    fills = [fill for fill in timeline.fills if first <= fill.tick < tick]
    demand = timeline.demand.between(first, tick)
    return deliver(demand, fills, timeline.belief, timeline.pump, opening).final


def carry_drug(
    scenario: Scenario, timeline: Timeline, delivery: Delivery, drug: int = 0, saved: SavedState | None = None
) -> Carriage:
    """One drug of the mixture, carried through the line."""
    plugs, spells = timeline.start_plugs[drug], timeline.spells
    if saved is not None:
        own = saved.drugs[drug]
        plugs = tuple(tuple(Plug(*pair) for pair in row) for row in (own.path, own.catheter, own.second))
        spells = _spells_from(spells, saved.tick)
    return carry_line(spells, delivery, plugs, timeline.end_tick, drug)


def _spells_from(spells: tuple[Spell, ...], tick: int) -> tuple[Spell, ...]:
    """The spells from a tick on; one that is under way has replaced its part already."""
    later = [spell for spell in spells if spell.tick >= tick]
    if later and later[0].tick == tick:
        return tuple(later)
    under_way = [spell for spell in spells if spell.tick < tick][-1]
    return (replace(under_way, tick=tick, renewed_from_ml=None), *later)
