"""How long 10,000 people take, in how much memory, and the ratio to one stack of matrix products.

OPENBLAS_NUM_THREADS=1 PYTHONPATH=. .venv/bin/python tests/bench/bench_people.py
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time

import numpy as np

from sim import Scenario, population, read_scenario
from sim.quantity import check

N_PEOPLE = 10_000
DAYS = 30.0
N_ROUND = 5
SIZE = 32
STACK = 1000
FLEX = [{"kind": "rate", "at_day": day + hour / 24.0, "dose_mcg_day": dose}
        for day in range(30) for hour, dose in ((0.0, 200.0), (7.0, 300.0), (8.1, 200.0), (21.0, 150.0))]  # fmt: skip


def under(orders: list[dict[str, object]]) -> Scenario:
    """The quiet pump for 30 days under other orders."""
    data = read_scenario("quiet-pump").model_dump()
    refill = [order for order in data["orders"] if order["kind"] == "refill"]
    return check(Scenario, {**data, "duration_day": DAYS, "faults": [], "controls": [], "orders": refill + orders})


CASES = {
    "one rate": under([{"kind": "rate", "at_day": 0.0, "dose_mcg_day": 200.0}]),
    "four a day": under(FLEX),
}


def seconds(action: object, *given: object, **named: object) -> float:
    """Time of one call."""
    start = time.perf_counter()
    action(*given, **named)  # type: ignore[operator]
    return time.perf_counter() - start


def peak_mb() -> float:
    """Most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def alone(name: str, n: int, bands: bool) -> None:
    """Print the memory that one call adds to a fresh process."""
    before = peak_mb()
    population(CASES[name], n, 1, bands=bands)
    print(f"{name:12} {n:7} people   bands {bands!s:5}   {peak_mb() - before:6.0f} MB above imports")


def main() -> None:
    """Print times, ratios and memory."""
    # first: a child's peak begins at its parent's
    for name, n, bands in [("one rate", 10_000, False), ("one rate", 40_000, False), ("one rate", 10_000, True)]:
        subprocess.run([sys.executable, __file__, name, str(n), str(bands)], check=True)
    print(f"{N_PEOPLE} people, {DAYS:g} days hourly; median of {N_ROUND} rounds, interleaved with the product")
    left = np.random.default_rng(1).random((STACK, SIZE, SIZE))
    for name, scenario in CASES.items():
        for bands in (False, True):
            rounds = [
                (seconds(population, scenario, N_PEOPLE, 1, bands=bands), seconds(np.matmul, left, left))
                for _ in range(N_ROUND)
            ]
            run, product = (statistics.median(column) for column in zip(*rounds, strict=True))
            size = f"{STACK} products ({SIZE} x {SIZE})"
            print(
                f"{name:12} bands {bands!s:5} {run:6.2f} s   {size} {1000 * product:5.2f} ms   {run / product:6.0f} x"
            )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        alone(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "True")
    else:
        main()
