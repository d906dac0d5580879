"""Single strokes: what a mean flow looks like when a mechanism gives it quantum by quantum."""

from __future__ import annotations

import math

import numpy as np

from sim.exact.steps import TICK_PER_DAY, TICK_PER_H, Steps, to_hour

SECOND_TICK = TICK_PER_DAY // 86400


def strokes(flow: Steps, stroke_ml: float) -> Steps:
    """The same volume in single strokes: each leaves in the last second, or less, of its gathering.

    At the end of every stroke as much has left as the mean flow had gathered, to a tick; in between up
    to one stroke less. Nothing leaves while nothing gathers, and an incomplete last stroke stays behind.

    >>> pulses = strokes(Steps.from_hours([0.0, 10.0], [0.2]), 0.5)
    >>> pulses.edge_h.round(3).tolist()
    [0.0, 2.5, 2.5, 5.0, 5.0, 7.5, 7.5, 10.0, 10.0]
    >>> pulses.area().round(9).tolist()
    [0.0, 0.0, 0.5, 0.5, 1.0, 1.0, 1.5, 1.5, 2.0]
    """
    area, edge = flow.area(), flow.edge_tick
    n = math.floor(area[-1] / stroke_ml + 1e-9)
    ready_ml = np.minimum(np.arange(1, n + 1) * stroke_ml, area[-1])
    place = np.searchsorted(area, ready_ml, side="left") - 1
    after_tick = np.ceil((ready_ml - area[place]) / flow.value[place] * TICK_PER_H - 1e-3).astype(np.int64)
    ends = np.minimum(edge[place] + np.maximum(after_tick, 1), edge[place + 1])
    # strokes that are ready in one tick leave together
    end, first, count = np.unique(ends, return_index=True, return_counts=True)
    # a stroke begins no sooner than the last one ended, and than the flow began that completes it
    is_start = np.append(True, flow.value[:-1] <= 0.0)
    running = edge[:-1][np.maximum.accumulate(np.where(is_start, np.arange(len(is_start)), 0))]
    before = np.concatenate([edge[:1], end[:-1]])
    start = np.maximum(np.maximum(before, running[place[first]]), end - SECOND_TICK)
    cut = np.unique(np.concatenate([edge[[0, -1]], start, end]))
    volume_ml = np.zeros(len(cut) - 1)
    volume_ml[np.searchsorted(cut, start)] = count * stroke_ml
    return Steps(cut, volume_ml / to_hour(np.diff(cut)))
