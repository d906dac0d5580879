"""How uneven a flow is: the error of the volume in any window of a length, whose plot looks like a trumpet.

The method is borrowed from the standard for infusion pumps (IEC 60601-2-24); implants are outside its scope.
"""

from __future__ import annotations

import numpy as np

from sim.exact.steps import Steps, to_hour, to_tick


def window_error_frac(flow: Steps, set_ml_h: float, window_h: float) -> tuple[float, float]:
    """Lowest and highest error of the volume in any window of the signal, as share of what was set.

    Windows begin anywhere, not on a grid: the volume in a window is linear in its start between
    edges, so its extremes lie where one end of it meets an edge. Raises ValueError where no window fits.

    >>> uneven = Steps.from_hours([0.0, 1.0, 2.0, 3.0, 4.0], [2.0, 0.0, 2.0, 0.0])
    >>> window_error_frac(uneven, 1.0, 1.0), window_error_frac(uneven, 1.0, 2.0)
    ((-1.0, 1.0), (0.0, 0.0))
    """
    size, (first, last) = int(to_tick(window_h)), flow.edge_tick[[0, -1]]
    if size < 1 or set_ml_h <= 0.0 or last - first < size:
        raise ValueError("window_h must be above 0 and within the signal, set_ml_h above 0")
    start = np.concatenate([flow.edge_tick, flow.edge_tick - size])
    start = np.unique(start[(start >= first) & (start + size <= last)])
    meant_ml = set_ml_h * float(to_hour(size))
    error = (flow.area_to(start + size) - flow.area_to(start)) / meant_ml - 1.0
    return float(error.min()), float(error.max())
