"""How long canal and effects take when boluses come hourly for half a year: 8,640 edges, read at 2,001 times.

OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH=. .venv/bin/python tests/bench/bench_body.py
"""

from __future__ import annotations

import time

import numpy as np

from sim import catalogue
from sim.body.canal import Canal, network
from sim.body.effect import EffectStart, follow_effect
from sim.body.entry import TipPlace, enter
from sim.exact import Steps
from sim.exact.network import follow
from sim.exact.steps import TICK_PER_DAY, TICK_PER_H

N_ROUND = 9


def main() -> None:
    """Print milliseconds, the best of a few rounds."""
    drug, start, last = catalogue().drugs["morphine-like"], np.arange(4320) * TICK_PER_H, 180 * TICK_PER_DAY
    edge = np.append(np.stack([start, start + TICK_PER_H // 12], axis=1).ravel(), last)
    inputs, _, _ = enter(Steps(edge, np.tile([2000.0, 100.0], 4320)), [(0, TipPlace("T12"))])
    body, tick = network(drug, Canal()), np.rint(np.linspace(0, last, 2001)).astype(np.int64)
    rounds = []
    for _ in range(N_ROUND):
        stamps = [time.perf_counter()]
        course = follow(body, inputs, (), {}, last)
        stamps.append(time.perf_counter())
        effects = follow_effect(course, drug, Canal(), EffectStart(), last, tolerance="moderate")
        stamps.append(time.perf_counter())
        effects.at(tick, course.at_tick(tick).followed)
        stamps.append(time.perf_counter())
        effects.dense()
        stamps.append(time.perf_counter())
        rounds.append([*np.diff(stamps), stamps[3] - stamps[0]])
    best = 1000.0 * np.min(rounds, axis=0)
    for name, milliseconds in zip(("follow", "follow_effect", "read 2,001 times", "dense", "all but dense"), best):
        print(f"{name:18} {milliseconds:6.1f} ms")


if __name__ == "__main__":
    main()
