"""Saves runs at one instant, so that another one can go on from there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.body.canal import SITES
from sim.device.plugs import Plug, cut
from sim.run.delivery import held_at
from sim.run.event_log import tip_until
from sim.run.saved_state import DrugState, SavedState
from sim.run.standstill import still_since

if TYPE_CHECKING:
    from sim.run.sampling import Run


def save(runs: Sequence[Run], tick: int) -> SavedState:
    """Everything the runs of a mixture need to go on, just before what happens at a tick."""
    first = runs[0]
    timeline = first.timeline
    device = held_at(timeline, tick, first.saved)
    before = np.array([tick], dtype=np.int64)
    return SavedState(
        scenario=first.scenario,
        tick=tick,
        refused=tuple(sorted(timeline.outcomes.refused)),
        burst_ticks=tuple(at for at in timeline.outcomes.burst_ticks if at < tick),
        idle_scans=tuple(sorted(timeline.outcomes.idle_scans)),
        volume_ml=device.content.volume_ml,
        mcg_ml=device.content.mcg_ml,
        stored_ml=device.stored_ml,
        freed_ml_h=device.freed_ml_h,
        air_ml=device.air_ml,
        was_dry=device.was_dry,
        limit=device.limit,
        still_since=still_since(first.delivery.pumped, tick, None if first.saved is None else first.saved.still_since),
        drugs=tuple(_drug(run, before) for run in runs),
    )


def _drug(run: Run, tick: np.ndarray) -> DrugState:
    at = int(tick[0])
    plugs = run.carriage.plugs(tick, before=True)[0]
    catheter_ml = run.timeline.lines[0][1].segments[1].volume_ml
    near_tip, *rest = cut(plugs[::-1], [catheter_ml])
    path = [plug for piece in rest for plug in piece]
    # the body at its last change before the tick, and what flows in from there on
    course = run.course
    place = max(int(np.searchsorted(course.edge, at, side="left")) - 1, 0)
    edge, state = int(course.edge[place]), course.states[place]
    n = len(course.system.names)
    if at <= int(course.edge[0]):
        edge, state = int(course.edge[0]), course.opening
    opening = run.effects.opening_at(edge)
    row = run.result(tick, before=True)
    tip = tip_until(run.timeline, run.carriage, run.so_far, at)
    return DrugState(
        path=_pairs(path),
        catheter=_pairs(near_tip),
        second=_pairs(run.carriage.plugs(tick, is_second=True, before=True)[0][::-1]),
        edge_tick=edge,
        amount_mcg=dict(zip(course.system.names, state[:n].tolist(), strict=True)),
        site_mcg_ml=dict(zip(SITES, state[n + 1 : n + 1 + len(course.system.followers)].tolist(), strict=False)),
        inflow_mcg_h={name: float(signal.at_tick(edge)) for name, signal in run.intake.inputs.items()},
        adapted_index=opening.adapted_index,
        tolerance_index=opening.tolerance_index,
        accustomed_frac=opening.accustomed_frac,
        treated_since=run.harm.treated_since,
        open_since=tuple(run.harm.open_at(edge).items()),
        opening_mcg=row.ledger.opening_mcg,
        total={
            **run.totals(at),
            "filled": float(row.ledger.filled_mcg[0]),
            "withdrawn": float(row.ledger.amount_mcg[0, row.ledger.places.index("withdrawn")]),
            "given": float(row.ledger.given_mcg[0]),
            "cleared": run.base("cleared") + float(state[n]),
        },
        has_delivered=tip.has_delivered,
        tip_mcg_ml=0.0 if tip.mcg_ml is None else tip.mcg_ml,
    )


def _pairs(plugs: Sequence[Plug]) -> tuple[tuple[float, float], ...]:
    """From the pump end on; given from the tip end on."""
    return tuple((plug.volume_ml, plug.mcg_ml) for plug in reversed(plugs))
