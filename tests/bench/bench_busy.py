"""A busy half year: hourly boluses and five faults; how long a run takes, as ratio to one matrix product.

The second table doubles the orders: the cost must not grow faster than they do.

OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH=. .venv/bin/python tests/bench/bench_busy.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from sim import Scenario, simulate
from tests.building import fault, rate, refill, scenario

N_ROUND = 9
N_TIME = 2001
SIZE = 500  # of the matrix product


def busy(duration_day: float, every_h: float) -> Scenario:
    """Boluses on top of a dose, a refill half way, a hole with backflow, a kink, a tear, a moved tip, a disease."""
    boluses = {"kind": "periodic_bolus", "at_day": 0.5, "dose_mcg": 2.0, "over_min": 5.0, "every_h": every_h}
    day = duration_day / 180.0
    return scenario(
        duration_day, refill(2000), rate(150), boluses, refill(2000, at_day=duration_day / 2),
        tolerance="moderate",
        faults=[
            fault("hole", 30 * day, diameter_um=12.0, position_frac=0.4), fault("kink", 60 * day, closed_h_per_day=2),
            fault("tear", 90 * day, lost_frac=0.2), fault("disease_change", 100 * day, ec50_factor=1.5, grows_day=20),
            fault("migration", 120 * day, level="L2"),
        ],
    )  # fmt: skip


def many(n: int) -> Scenario:
    """Single boluses, one order each."""
    boluses = [{"kind": "bolus", "at_day": 0.1 + 170.0 * i / n, "dose_mcg": 2.0, "over_min": 5.0} for i in range(n)]
    return scenario(180, refill(2000), rate(150), *boluses)


def milliseconds(action: Callable[[], object]) -> float:
    """Time of one call."""
    start = time.perf_counter()
    action()
    return 1000.0 * (time.perf_counter() - start)


def median(action: Callable[[], object]) -> float:
    """Median of some calls, after one that warms up."""
    action()
    return statistics.median(milliseconds(action) for _ in range(N_ROUND))


def main() -> None:
    """Print both tables."""
    square = np.random.default_rng(1).random((SIZE, SIZE))
    product = median(lambda: square @ square)
    print(f"one product of {SIZE} x {SIZE}: {product:.2f} ms; median of {N_ROUND} rounds; {N_TIME} times")
    for days, every in ((180.0, 1.0), (90.0, 1.0), (180.0, 2.0)):
        example, grid = busy(days, every), np.linspace(0.0, 24.0 * days, N_TIME)
        took = median(lambda example=example, grid=grid: simulate(example, grid))
        print(f"{days:.0f} days, a bolus every {every:g} h, five faults: {took:7.1f} ms   ratio {took / product:6.1f}")
    last = 0.0
    for n in (500, 1000, 2000, 4000):
        example = many(n)
        took = median(lambda example=example: simulate(example, np.linspace(0.0, 4320.0, N_TIME)))
        growth = f"   {took / last:.2f} times the last" if last else ""
        print(f"{n} single boluses: {took:7.1f} ms   ratio {took / product:6.1f}{growth}")
        last = took


if __name__ == "__main__":
    main()
