"""How flow splits at leaks: a tear takes its share, a hole lets pressures decide and may draw CSF backwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.device.catheter import Leak, Line, bore_mm, poiseuille_kpa_h_ml
from sim.exact.steps import Array


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """Flow (n,) in the tubes beyond the pump path, mL/h; negative towards the pump."""

    catheter: tuple[Array, ...]  # tubes of the catheter from the connector to the tip; they end at the leaks
    second: Array | None  # of a second catheter
    arriving: Array  # what the pump sends to the catheter
    reached: Array  # that, and what is pushed in at the access port, before a leak at the connector
    aside: Array  # what the pump sends to a second catheter, before a leak at the connector
    kept_frac: float  # share that passes the connector


def tube_flows(through: Array, line: Line, csf_kpa: float, port_ml_h: float = 0.0) -> Flows:
    """How flow (n,) through the pump path goes on, with what is pushed in (or drawn) at the access port, mL/h.

    The port is on the pump, before the connector. A leak at the connector loses its share of all that
    passes; so does a tear further on: it passes q - lost q, either way, so what is drawn back past it is in
    part tissue fluid. A hole of resistance R_h before a line that ends in pressure E behind resistance Z
    passes (q - E / R_h) / (1 + Z / R_h), which may be negative: CSF runs backwards.
    """
    own = [leak for leak in line.leaks if not leak.is_trunk]
    kept_frac = 1.0
    for leak in line.leaks:
        kept_frac *= 1.0 - leak.lost_frac if leak.is_trunk else 1.0
    share = 0.0 if line.branch is None else line.branch.share_frac
    aside = through * share
    arriving = through - aside
    reached = arriving + port_ml_h
    flows = [reached * kept_frac]
    for leak, (pressure_kpa, behind_kpa_h_ml) in zip(own, _ends(own, line, csf_kpa), strict=True):
        if leak.kpa_h_ml is None:
            flows.append(flows[-1] - leak.lost_frac * flows[-1])
        else:
            flows.append((flows[-1] - pressure_kpa / leak.kpa_h_ml) / (1.0 + behind_kpa_h_ml / leak.kpa_h_ml))
    second = None if line.branch is None else aside * kept_frac
    return Flows(tuple(flows), second, arriving, reached, aside, kept_frac)


def _ends(leaks: Sequence[Leak], line: Line, csf_kpa: float) -> list[tuple[float, float]]:
    """What each leak sees beyond itself: a pressure (kPa) behind a resistance (kPa per mL/h)."""
    path, catheter = line.segments
    per_ml = poiseuille_kpa_h_ml(catheter.length_mm, bore_mm(catheter)) / catheter.volume_ml
    place, pressure, resistance = path.volume_ml + catheter.volume_ml, csf_kpa, 0.0
    ends = []
    for leak in reversed(leaks):
        resistance += (place - leak.position_ml) * per_ml
        place = leak.position_ml
        ends.append((pressure, resistance))
        if leak.kpa_h_ml is None:
            pressure *= 1.0 - leak.lost_frac
        else:
            shunt = 1.0 + resistance / leak.kpa_h_ml
            pressure, resistance = pressure / shunt, resistance / shunt
    return ends[::-1]
