"""A scenario made ready for its first screen: an occlusion and a tear to move, and a person whom no control changes."""

from __future__ import annotations

from typing import Any, Final, get_args

from sim import Scenario, catalogue
from sim.scenario import Occlusion, Tear, first_accustomed_mcg_day, with_values

MOST_CONTROLS: Final = 6
HANDLES: Final = ((Occlusion, "blocked_frac"), (Tear, "lost_frac"))


def with_handles(scenario: Scenario) -> Scenario:
    """The scenario with an occlusion and a tear to move, first among at most six controls.

    What the person is used to is written down, so that moving the first dose does not move it too. A scenario that
    fills no pump comes back unchanged: they would move nothing.
    """
    if not any(order.fill() for order in scenario.orders):
        return scenario
    data = scenario.model_dump()
    faults, controls = list(data["faults"]), list(data["controls"])
    handles: list[dict[str, Any]] = []
    for record, field in HANDLES:
        (kind,) = get_args(record.model_fields["kind"].annotation)
        place = next((i for i, fault in enumerate(faults) if fault["kind"] == kind), None)
        if place is None:
            place = len(faults)
            faults.append({"kind": kind, "start_day": round(0.25 * scenario.duration_day, 2), field: 0.0})
        path = f"faults.{place}.{field}"
        if any(path in control["paths"] for control in handles):
            continue
        handle = next((control for control in controls if path in control["paths"]), None)
        if handle is None:
            label = str(record.model_fields[field].title)
            handle = {"label": label, "paths": (path,), "low": 0.0, "high": 1.0, "step": 0.05}
        else:
            controls.remove(handle)
        handles.append(handle)
    used_to = scenario.accustomed_mcg_day or first_accustomed_mcg_day(scenario, catalogue())
    values = {"faults": faults, "controls": (handles + controls)[:MOST_CONTROLS], "accustomed_mcg_day": used_to}
    return with_values(scenario, values)
