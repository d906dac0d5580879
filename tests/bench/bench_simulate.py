"""How long one run takes, and its ratio to one matrix product that makes an output of the same size.

OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 .venv/bin/python tests/bench/bench_simulate.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from sim import catalogue, simulate
from sim.scenario import with_values

N_ROUND = 15
N_TIME = 2001


def milliseconds(action: Callable[..., object], *given: object) -> float:
    """Time of one call."""
    start = time.perf_counter()
    action(*given)
    return 1000.0 * (time.perf_counter() - start)


def main() -> None:
    """Print a line per packaged scenario, cut or stretched to 90 days."""
    print(f"simulate, 90 days at {N_TIME} even times and all edges; median of {N_ROUND} rounds, interleaved")
    for name, scenario in catalogue().scenarios.items():
        last = max([order.at_day for order in scenario.orders] + [fault.start_day for fault in scenario.faults])
        ready = with_values(scenario, {"duration_day": max(90.0, last)})
        result = simulate(ready)
        n_time, n_column = len(result.time_h), len(result.to_table())
        left, right = np.random.default_rng(1).random((n_time, n_column)), np.eye(n_column)
        rounds = [(milliseconds(simulate, ready), milliseconds(np.matmul, left, right)) for _ in range(N_ROUND)]
        runs, products = zip(*rounds, strict=True)
        run, product = statistics.median(runs), statistics.median(products)
        print(
            f"{name:16} {run:7.1f} ms   product ({n_time} x {n_column}) {product:6.3f} ms   ratio {run / product:7.1f}"
        )


if __name__ == "__main__":
    main()
