"""The same bytes whoever asks, wherever (INV-28); and how finely the canal must be cut (INV-24)."""

from __future__ import annotations

import hashlib
import itertools
import math
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from sim import metrics, read_scenario, simulate
from sim.exact import LinearSystem, respond
from tests.building import fault, flow, rate, refill, scenario

NAMES = ("half-a-leak", "losing-effect", "dye-first")
SCRIPT = """
import hashlib, sys
from sim import read_scenario, simulate
seen = hashlib.sha256()
for name in sys.argv[1:]:
    result = simulate(read_scenario(name))
    for column, values in result.to_table().items():
        seen.update(column.encode() + values.tobytes())
    seen.update(repr(result.happenings).encode())
print(seen.hexdigest())
"""


def digest() -> str:
    seen = hashlib.sha256()
    for name in NAMES:
        result = simulate(read_scenario(name))
        for column, values in result.to_table().items():
            seen.update(column.encode() + values.tobytes())
        seen.update(repr(result.happenings).encode())
    return seen.hexdigest()


def test_inv_28_the_same_bytes_in_many_runs_and_threads():
    first = digest()
    assert all(digest() == first for _ in range(3))
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: digest(), range(16))) == {first}


@pytest.mark.parametrize(("seed", "zone"), [("0", "Asia/Kolkata"), ("12345", "America/St_Johns")])
def test_inv_28_the_same_bytes_in_a_fresh_process_with_any_hash_seed_and_time_zone(seed, zone):
    around = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
    root = Path(__file__).parents[2]
    given = [sys.executable, "-c", SCRIPT, *NAMES]
    process = subprocess.run(given, cwd=root, env=around, capture_output=True, text=True, check=True)
    assert process.stdout.strip() == digest()


def decay_error(n: int) -> float:
    """Error of the slowest wave's decay in a closed tube of n cells against the continuous one."""
    names = [f"cell {i}" for i in range(n)]
    pairs = [(a, b, n * n) for a, b in itertools.pairwise(names)]
    tube = LinearSystem(names, [*pairs, *((b, a, per_h) for a, b, per_h in pairs)])
    centre = (np.arange(n) + 0.5) / n
    start = 1.0 + np.cos(math.pi * centre)
    held = respond(tube, time_h=[0.1], start=dict(zip(names, start, strict=True))).amount[0]
    left = float((held - 1.0) @ np.cos(math.pi * centre)) / float(np.cos(math.pi * centre) @ np.cos(math.pi * centre))
    return abs(left - math.exp(-(math.pi**2) * 0.1))


def test_inv_24_exchange_between_cells_is_of_second_order():
    errors = [decay_error(n) for n in (10, 20, 40)]
    orders = [math.log2(coarse / fine) for coarse, fine in itertools.pairwise(errors)]
    assert orders == pytest.approx([2.0, 2.0], rel=0.1)


# ------------------------------------------------------------------ what runs out where it should not


def test_csf_that_runs_backwards_is_counted():
    result = simulate(scenario(3, refill(2000), flow(0.5), faults=[fault("hole", 1, end_day=2, diameter_um=50)]))
    tip = result.signals["tip_ml_h"]
    assert metrics.csf_lost_ml(result) == pytest.approx(-float(tip.value.min()) * 24.0, rel=1e-9)
    assert metrics.csf_lost_ml(simulate(scenario(3, refill(2000), flow(0.5)))) == 0.0


def test_a_dural_leak_is_counted_and_flagged():
    result = simulate(scenario(4, refill(2000), rate(200), faults=[fault("dural_leak", 1, end_day=3, lost_frac=0.25)]))
    assert metrics.hygroma_mcg(result) == pytest.approx(0.25 * 400.0, rel=1e-9)
    assert metrics.headache_day(result) == 1.0
    assert metrics.headache_day(simulate(scenario(1, refill(2000), rate(200)))) is None
