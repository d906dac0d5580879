"""How many random cases each law is held against: PUMPLAB_LAWS=ci (default), deep or release."""

from __future__ import annotations

import os

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
