"""Which tests are quick, and how many random cases each law is held against.

PUMPLAB_LAWS=ci (default), deep or release; `-m quick` leaves out what is listed here as slow.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import providers

# numbers that happen to stand in whatever modules are imported would make the cases hang on the order of tests
if hasattr(providers, "_get_local_constants"):
    providers._get_local_constants = lambda: providers._local_constants

COMMON = {"deadline": None, "print_blob": True, "suppress_health_check": [HealthCheck.too_slow]}

# a failure is told at once, not made small first: "deep" does that
QUICK = [Phase.explicit, Phase.reuse, Phase.generate]

settings.register_profile("ci", max_examples=40, derandomize=True, database=None, phases=QUICK, **COMMON)
settings.register_profile("deep", max_examples=500, derandomize=True, database=None, **COMMON)
settings.register_profile("release", max_examples=20_000, **COMMON)
settings.load_profile(os.environ.get("PUMPLAB_LAWS", "ci"))

HERE: Final = Path(__file__).parent
# a browser, a page that is opened for every case, thousands of drawn runs, or another process
SLOW: Final = tuple(
    HERE / name
    for name in (
        "browser",
        "app/test_chart.py",
        "app/test_cli.py",
        "app/test_compare.py",
        "app/test_explore_page.py",
        "app/test_figures.py",
        "app/test_german.py",
        "app/test_history.py",
        "app/test_lesson_page.py",
        "app/test_lessons.py",
        "app/test_link_state.py",
        "app/test_refill_visit.py",
        "app/test_report.py",
        "app/test_runs.py",
        "app/test_stage_packet.py",
        "app/test_visit_page.py",
        "app/test_why.py",
        "sim/test_against_oracles.py",
        "sim/test_body_effect.py",
        "sim/device/test_alarms.py",
        "sim/device/test_pump.py",
        "sim/test_findings.py",
        "sim/test_laws.py",
        "sim/test_laws_device.py",
        "sim/test_laws_extreme.py",
        "sim/test_laws_faults.py",
        "sim/test_people.py",
        "sim/test_reader_round_trip.py",
        "sim/test_reading.py",
        "sim/test_sameness.py",
        "sim/test_saving.py",
        "sim/test_scenarios.py",
    )
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as quick what lies in no slow place; a slow place that is gone would let its tests be taken for quick."""
    gone = [str(place) for place in SLOW if not place.exists()]
    if gone:
        raise pytest.UsageError(f"listed as slow, but not there: {gone}")
    for item in items:
        if not any(item.path == place or place in item.path.parents for place in SLOW):
            item.add_marker("quick")
