"""Laws that only read a run, held against one and the same draw of scenarios.

Each scenario is run once, at every hour worth looking at, for all these laws of a process. What one law needs of a
scenario is its condition, and enough of the draw must meet it. "deep" and "release" draw anew for every law.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from hypothesis import assume, given, seed, settings

from sim import Result, Scenario
from tests.looking import run, watch_h
from tests.strategies import scenarios

N_DRAWN: Final = 100
LEAST: Final = 40
IS_SHARED: Final = settings.default.max_examples == LEAST

Law = Callable[[Scenario, Result], None]


@cache
def _drawn() -> tuple[tuple[Scenario, Result], ...]:
    """Scenarios, each with its run."""
    found: list[tuple[Scenario, Result]] = []

    @seed(1)
    @settings(max_examples=N_DRAWN)
    @given(scenarios())
    def draw(scenario: Scenario) -> None:
        found.append((scenario, run(scenario, watch_h(scenario))))

    draw()
    return tuple(found)


def every_run(law: Law | None = None, *, where: Callable[[Scenario], bool] = lambda scenario: True) -> Any:
    """A law that any run obeys, or any run of a scenario that meets a condition."""
    if law is None:
        return functools.partial(every_run, where=where)

    def shared() -> None:
        met = [pair for pair in _drawn() if where(pair[0])]
        assert len(met) >= LEAST, f"only {len(met)} of {N_DRAWN} scenarios meet the condition"
        for scenario, result in met:
            try:
                law(scenario, result)
            except BaseException as broken:
                broken.add_note(f"with {scenario!r}")
                raise

    @given(scenarios())
    def anew(scenario: Scenario) -> None:
        assume(where(scenario))
        law(scenario, run(scenario, watch_h(scenario)))

    test: Any = shared if IS_SHARED else anew
    test.__name__, test.__qualname__, test.__doc__, test.__module__ = (
        law.__name__, law.__qualname__, law.__doc__, law.__module__,
    )  # fmt: skip
    return test
