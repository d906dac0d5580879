"""The device's part of a run: plan and flows that agree with each other, and what the line carries."""

from __future__ import annotations

from dataclasses import replace

from sim.device.carriage import Carriage, carry_line
from sim.device.hydraulics import Delivery, deliver
from sim.device.reservoir import Content
from sim.scenario.library import Catalogue
from sim.scenario.scenario import Scenario
from sim.scenario.timeline import Outcomes, Timeline, build


def plan(scenario: Scenario, shelf: Catalogue) -> tuple[Timeline, Delivery]:
    """Plan and flows that agree: a refill that could not be given is taken back, a burst opens the line.

    Raises ScenarioError with every device and cross-field problem.
    """
    happened = Outcomes()
    while True:
        timeline = build(scenario, shelf, happened)
        opening = Content(0.0, (0.0,) * len(timeline.drugs))
        delivery = deliver(timeline.demand, timeline.fills, timeline.belief, timeline.pump, opening)
        refused = {timeline.fill_places[k] for k in delivery.refused} - happened.refused
        if refused:
            first = next(place for place in timeline.fill_places if place in refused)
            happened = replace(happened, refused=happened.refused | {first})
        elif delivery.burst_tick is not None:
            happened = replace(happened, burst_ticks=(*happened.burst_ticks, delivery.burst_tick))
        else:
            return timeline, delivery


def carried(scenario: Scenario, timeline: Timeline, delivery: Delivery, drug: int = 0) -> Carriage:
    """One drug of the mixture, carried through the line."""
    csf_kpa, plugs = scenario.surroundings.csf_kpa, timeline.start_plugs[drug]
    return carry_line(timeline.spells, delivery, plugs, timeline.end_tick, csf_kpa, drug)
