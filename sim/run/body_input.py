"""Everything that enters the body: what leaves the tips and the leaks, what is given by hand or mouth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.body.canal import Routes
from sim.body.entry import TipPlace, enter, epidural_levels, hand_bolus
from sim.device.carriage import Carriage
from sim.device.hydraulics import Delivery
from sim.exact.steps import TICK_PER_H, Steps, combine
from sim.scenario.command import signal
from sim.scenario.orders.base import Hand
from sim.scenario.scenario import Scenario
from sim.scenario.timeline import Timeline


@dataclass(frozen=True, slots=True, eq=False)
class Intake:
    """What enters the body, state by state."""

    routes: Routes
    inputs: dict[str, Steps]  # state -> mcg/h
    jumps: tuple[tuple[float, str, float], ...]  # (hour, state, mcg)
    into_csf: Steps  # mcg/h from the tips
    elsewhere: Steps  # mcg/h that left the line elsewhere than into CSF
    csf_lost: Steps  # share of the delivered drug that is lost with CSF at the entry
    dural: Steps  # mcg/h of delivered drug that is lost with CSF at the entry
    by_hand: Steps  # mcg/h given over a time without the pump


def is_modelled(timeline: Timeline, intake: Intake) -> bool:
    """Whether effects are: not those of a drug that only comes by mouth, which is not an effect of 0."""
    by_mouth = intake.routes.is_oral and not timeline.fills
    return not by_mouth or any(hand.route != "oral" for hand in timeline.hands)


def take_in(scenario: Scenario, timeline: Timeline, delivery: Delivery, carriage: Carriage, drug: int) -> Intake:
    """Gather what enters the body of one drug; hand and mouth give the first drug only."""
    first, end = int(carriage.start_tick[0]), timeline.end_tick
    hands = timeline.hands if drug == 0 else ()
    epidural = dict.fromkeys(epidural_levels(timeline.places))
    epidural |= dict.fromkeys(hand.level for hand in hands if hand.route == "epidural")
    routes = Routes(tuple(epidural), any(hand.route == "oral" for hand in hands))
    lost = signal(timeline.conditions, lambda condition: condition.csf_lost_frac, end).cut(first, end)
    inputs, into_csf, outside = enter(carriage.tip_dose, timeline.places)
    if carriage.second_dose.value.any():
        more, second_csf, _ = enter(carriage.second_dose, [(0, TipPlace(scenario.second_tip_level))])
        inputs = _added(inputs, more)
        into_csf = combine(np.add, into_csf, second_csf)
    dural = combine(np.multiply, into_csf, lost)
    if dural.value.any():
        left = {name: combine(lambda dose, frac: dose * (1.0 - frac), dose, lost) for name, dose in inputs.items()}
        inputs = {name: left[name] if name.startswith("csf") else dose for name, dose in inputs.items()}
    tissue = combine(np.add, carriage.leak_dose, dural) if dural.value.any() else carriage.leak_dose
    inputs = _added(inputs, {"tissue": tissue})
    flowing = [hand for hand in hands if hand.end_tick > hand.start_tick]
    by_hand = Steps(np.array([first, end]), np.zeros(1))
    for hand in flowing:
        rate = _rate(hand, end).cut(first, end)
        by_hand = combine(np.add, by_hand, rate)
        place = TipPlace(hand.level) if hand.route == "intrathecal" else TipPlace(hand.level, 0.0, "epidural")
        inputs = _added(inputs, enter(rate, [(0, place)])[0])
    at_once = [hand for hand in hands if hand.end_tick == hand.start_tick >= first]
    jumps = [jump for hand in at_once for jump in _at_once(hand)]
    jumps += [(tick / TICK_PER_H, "tissue", mcg) for tick, mcg in delivery.reservoir.pocket_mcg(drug)]
    return Intake(
        routes=routes,
        inputs=inputs,
        jumps=tuple(jumps),
        into_csf=into_csf,
        elsewhere=combine(np.add, carriage.leak_dose, outside),
        csf_lost=lost,
        dural=dural,
        by_hand=by_hand,
    )


def _added(inputs: dict[str, Steps], more: dict[str, Steps]) -> dict[str, Steps]:
    return inputs | {
        name: combine(np.add, inputs[name], dose) if name in inputs else dose for name, dose in more.items()
    }


def _rate(hand: Hand, end: int) -> Steps:
    mcg_h = hand.mcg / ((hand.end_tick - hand.start_tick) / TICK_PER_H)
    edge = np.array(sorted({0, hand.start_tick, hand.end_tick, end}))
    inside = (edge[:-1] >= hand.start_tick) & (edge[:-1] < hand.end_tick)
    return Steps(edge, np.where(inside, mcg_h, 0.0))


def _at_once(hand: Hand) -> list[tuple[float, str, float]]:
    """A bolus by needle spreads over some centimetres; an epidural one, or a tablet, waits in its depot."""
    at_h = hand.start_tick / TICK_PER_H
    if hand.route == "intrathecal":
        return hand_bolus(at_h, hand.mcg, hand.level)
    return [(at_h, "gut" if hand.route == "oral" else f"epidural_{hand.level}", hand.mcg)]
