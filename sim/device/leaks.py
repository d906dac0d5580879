"""How flow splits at leaks: a tear takes its share, a hole lets pressures decide and may draw CSF backwards."""

from __future__ import annotations

from collections.abc import Sequence

from sim.device.catheter import Leak, Line, bore_mm, poiseuille_kpa_h_ml
from sim.exact.steps import Array


def tube_flows(through: Array, line: Line, csf_kpa: float, port_ml_h: float = 0.0) -> tuple[list[Array], Array | None]:
    """Flow (n,) in each tube from the pump to the tip, and in the second catheter if there is one; mL/h.

    A tear passes q - lost q, either way: what is drawn back past it is in part tissue fluid.
    A hole of resistance R_h before a line that ends in pressure E behind resistance Z passes
    (q - E / R_h) / (1 + Z / R_h), which may be negative: CSF runs backwards. Tubes end at the leaks, in order.
    """
    trunk = [leak for leak in line.leaks if leak.is_trunk]
    own = [leak for leak in line.leaks if not leak.is_trunk]
    flows = [through]
    for leak in trunk:
        flows.append(flows[-1] * (1.0 - leak.lost_frac))
    second = None
    onward = flows[-1]
    if line.branch is not None:
        second = onward * line.branch.share_frac
        onward = onward - second
    flows.append(onward + port_ml_h)
    for leak, (pressure_kpa, behind_kpa_h_ml) in zip(own, _ends(own, line, csf_kpa), strict=True):
        if leak.kpa_h_ml is None:
            flows.append(flows[-1] - leak.lost_frac * flows[-1])
        else:
            flows.append((flows[-1] - pressure_kpa / leak.kpa_h_ml) / (1.0 + behind_kpa_h_ml / leak.kpa_h_ml))
    return flows, second


def _ends(leaks: Sequence[Leak], line: Line, csf_kpa: float) -> list[tuple[float, float]]:
    """What each leak sees beyond itself: a pressure (kPa) behind a resistance (kPa per mL/h)."""
    path, catheter = line.segments
    per_ml = poiseuille_kpa_h_ml(catheter.length_mm, bore_mm(catheter)) / catheter.volume_ml
    place, pressure, resistance = path.volume_ml + catheter.volume_ml, csf_kpa, 0.0
    found = []
    for leak in reversed(leaks):
        resistance += (place - leak.position_ml) * per_ml
        place = leak.position_ml
        found.append((pressure, resistance))
        if leak.kpa_h_ml is None:
            pressure *= 1.0 - leak.lost_frac
        else:
            shunt = 1.0 + resistance / leak.kpa_h_ml
            pressure, resistance = pressure / shunt, resistance / shunt
    return found[::-1]
