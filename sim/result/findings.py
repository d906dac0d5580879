"""What a clinician could observe: imperfect tests on a result at a time, in the order in which they are taught.

Each takes a result, hours from the start, and a seed or None. Without a seed it reports what a perfect
reading would show; with one it errs at published rates, the same way for the same seed, test and time.
Tests look at physics, not at the name of a fault. Which fault each can show is our reasoning from sources,
not reviewed by clinicians: see `sim.sheet`. Teaching only: a finding reports and never advises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from sim.result.bedside import (
    SYRINGE_SIGMA_ML,
    Readout,
    daily_scores,
    diary,
    interrogation,
    late_and_best,
    readout,
    residual,
    residual_limits_ml,
)
from sim.result.finding import Finding, Outcome
from sim.result.pictures import dye_ct, radiograph, radionuclide, rotor_study
from sim.result.port import cap_aspiration
from sim.result.response import lumbar_bolus, pump_bolus
from sim.result.result import Result

Test = Callable[[Result, float, int | None], Finding]

TESTS: Final[Mapping[str, Test]] = MappingProxyType(
    {
        "diary": diary,
        "interrogation": interrogation,
        "residual": residual,
        "radiograph": radiograph,
        "rotor_study": rotor_study,
        "cap_aspiration": cap_aspiration,
        "dye_ct": dye_ct,
        "radionuclide": radionuclide,
        "pump_bolus": pump_bolus,
        "lumbar_bolus": lumbar_bolus,
    }
)


def every(result: Result, time_h: float, seed: int | None = None) -> dict[str, Finding]:
    """Findings of all tests at one time, by test; raises ValueError at times outside the run.

    >>> from sim import read_scenario, simulate
    >>> found = every(simulate(read_scenario("clean-break")), 24.0 * 40.0)
    >>> [name for name, finding in found.items() if finding.is_seen]
    ['diary', 'radiograph', 'cap_aspiration', 'dye_ct', 'radionuclide', 'pump_bolus']
    """
    return {name: test(result, time_h, seed) for name, test in TESTS.items()}


__all__ = [
    "SYRINGE_SIGMA_ML",
    "TESTS",
    "Finding",
    "Outcome",
    "Readout",
    "Test",
    "cap_aspiration",
    "daily_scores",
    "diary",
    "dye_ct",
    "every",
    "interrogation",
    "late_and_best",
    "lumbar_bolus",
    "pump_bolus",
    "radiograph",
    "radionuclide",
    "readout",
    "residual",
    "residual_limits_ml",
    "rotor_study",
]
