"""How long a door takes to open in a fresh process, as ratio to numpy; the bare interpreter is taken off both.

.venv/bin/python tests/bench/bench_import.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

N_ROUND = 15
DOORS = ("numpy", "sim", "sim.happening", "app.cli", "sim.exact", "sim.scenario", "sim.run.simulate")


def seconds(statement: str, cache: str) -> float:
    """Time of one fresh process whose modules are compiled already, as those of an installed package are."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True, env={**environment, "PYTHONPYCACHEPREFIX": cache})
    return time.perf_counter() - start


def main() -> None:
    statements = ["pass", *(f"import {door}" for door in DOORS)]
    with tempfile.TemporaryDirectory() as cache:
        # all doors in turn, so that a busy moment meets each of them; the first round compiles
        rounds = [[seconds(statement, cache) for statement in statements] for _ in range(1 + N_ROUND)][1:]
    bare, *doors = (min(column) for column in zip(*rounds, strict=True))
    print(f"interpreter alone {1000.0 * bare:.0f} ms; ratios with it and without it")
    for door, whole in zip(DOORS, doors, strict=True):
        print(f"{door:20} {whole / doors[0]:6.2f} {(whole - bare) / (doors[0] - bare):6.2f}")


if __name__ == "__main__":
    main()
