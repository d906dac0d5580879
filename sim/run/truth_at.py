"""How things really are at one tick of a run, gathered from the plan, the flows and the effects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import numpy as np

from sim.body.effect import EffectCourse
from sim.device.catheter import Line
from sim.device.hydraulics import Delivery
from sim.device.leaks import tube_flows
from sim.device.pump import Pump
from sim.result.ground_truth import GroundTruth, LineOpening, Split
from sim.scenario.faults import Granuloma, Kink, Migration
from sim.scenario.scenario import Scenario
from sim.scenario.timeline import Timeline

T = TypeVar("T")
SLACK_ML: Final = 1e-6  # running dry lands within rounding of the volume that cannot be pumped
HAND_ML_H: Final = 60.0  # assumed: a hand draws or pushes 1 mL a minute


def truth_at(
    scenario: Scenario, timeline: Timeline, delivery: Delivery, effects: EffectCourse, drug: int, tick: int
) -> GroundTruth:
    """The device, the tip and the person at one tick within the run."""
    pump = timeline.pump
    line, place = _latest(timeline.lines, tick), _latest(timeline.places, tick)
    condition, access = _latest(timeline.conditions, tick), _latest(timeline.access, tick)
    active = [part.fault for part in timeline.parts if part.start <= tick < part.end]
    path, catheter = line.segments
    openings = [
        LineOpening((leak.position_ml - path.volume_ml) / catheter.volume_ml, leak.lost_frac, leak.kpa_h_ml)
        for leak in line.leaks
    ]
    is_held = _is_held(timeline, delivery, tick)
    is_empty = float(delivery.reservoir.volume_ml(np.array([tick]))[0]) <= pump.unpumpable_ml + SLACK_ML
    tolerance = 0.0 if effects.tolerance is None else float(effects.tolerance.at(np.array([tick]))[0])
    return GroundTruth(
        faults=frozenset(fault.kind for fault in active),
        blocked_frac=line.blocked_frac,
        narrow_kpa_h_ml=line.narrow_kpa_h_ml,
        openings=tuple(openings),
        tip_level=place.level,
        planned_level=scenario.tip_level,
        tip_space=next((fault.space for fault in reversed(active) if isinstance(fault, Migration)), "intrathecal"),
        csf_frac=place.csf_frac,
        csf_lost_frac=condition.csf_lost_frac,
        mass_frac=max((1.0 - fault.transfer_frac for fault in active if isinstance(fault, Granuloma)), default=0.0),
        is_bent=any(isinstance(fault, Kink) for fault in active),
        hand_leak_frac=1.0 - tip_frac(HAND_ML_H, line),
        drawn_csf_frac=tip_frac(-HAND_ML_H, line),
        can_turn=not (is_held or _latest(timeline.drives, tick).is_reset),
        has_rotor=pump.mechanism == "roller",
        is_shut=access.is_shut,
        has_log=pump.is_programmable,
        capacity_ml=pump.capacity_ml,
        unpumpable_ml=pump.unpumpable_ml,
        is_empty=is_empty,
        ec50_factor=condition.ec50_factor,
        habit_factor=1.0 + effects.rise_factor * tolerance,
        programmed_mcg_ml=float(timeline.command.programmed_mcg_ml[drug].at_tick(tick)),
        actual_mcg_ml=float(delivery.reservoir.concentration(drug).at_tick(tick)),
        pushed_frac=_pushed_frac(timeline, delivery, tick, is_held or is_empty),
        split=lambda flow_ml_h: _split(flow_ml_h, line, pump),
    )


def tip_frac(flow_ml_h: float, line: Line) -> float:
    """Share of a flow through an open line, either way, that leaves or enters at the tips: 0 to 1."""
    flows = tube_flows(np.array([flow_ml_h]), line, line.csf_kpa)
    at_tips = float(flows.catheter[-1][0]) + (0.0 if flows.second is None else float(flows.second[0]))
    return min(max(at_tips / flow_ml_h, 0.0), 1.0)


def _split(flow_ml_h: float, line: Line, pump: Pump) -> Split:
    """A block holds its share; a narrow place, all that a metering pump cannot press through it."""
    passing_ml_h = (1.0 - line.blocked_frac) * flow_ml_h
    if pump.is_programmable and line.narrow_kpa_h_ml > 0.0:
        passing_ml_h = min(passing_ml_h, pump.limit_kpa / line.narrow_kpa_h_ml)
    passing_frac = passing_ml_h / flow_ml_h
    at_tip_frac = passing_frac * tip_frac(passing_ml_h, line) if passing_ml_h > 0.0 else 0.0
    return Split(1.0 - passing_frac, passing_frac - at_tip_frac, at_tip_frac)


def _is_held(timeline: Timeline, delivery: Delivery, tick: int) -> bool:
    """Stalled, without power, held still, or jammed against a block."""
    drive = _latest(timeline.drives, tick)
    is_paused = any(pause.start <= tick < pause.end for pause in timeline.pauses)
    is_jammed = timeline.demand.wanted.at_tick(tick) > 0.0 and delivery.rotor.at_tick(tick) == 0.0
    return bool(drive.is_stalled or drive.is_dead or is_paused or is_jammed)


def _pushed_frac(timeline: Timeline, delivery: Delivery, tick: int, is_none: bool) -> Callable[[float], float]:
    """Commanded flow (mL/h, above 0) -> share of it that leaves the reservoir if the line takes it.

    The scatter of the pump's accuracy from refill to refill is left out.
    """
    pump, drive = timeline.pump, _latest(timeline.drives, tick)
    command_ml_h, rotor_ml_h = (float(signal.at_tick(tick)) for signal in (timeline.command.flow, delivery.rotor))

    def share(flow_ml_h: float) -> float:
        if is_none:
            return 0.0
        if not pump.is_programmable:
            return rotor_ml_h / command_ml_h if command_ml_h > 0.0 else 0.0
        # fallen back to the minimum rate, it gives no more, whatever is commanded
        most = pump.minimum_ml_day / 24.0 / flow_ml_h if drive.is_reset else 1.0
        return pump.accuracy_factor * drive.flow_factor * min(1.0, most)

    return share


def _latest(changes: Sequence[tuple[int, T]], tick: int) -> T:
    return [state for at, state in changes if at <= tick][-1]
