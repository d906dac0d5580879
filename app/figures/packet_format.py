"""What the packet of the moving picture holds: every moment and every word of a run, checked before it travels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from app.figures.packet import pack

PACKET_VERSION: Final = 4
HEADER_KEYS: Final = (
    "story",  # name of the run: another one starts at another moment
    "duration_day",
    "capacity_ml",
    "alarm_ml",
    "unpumpable_ml",
    "path_ml",
    "catheter_ml",
    "peak_mcg_ml",
    "csf_peak_mcg_ml",
    "top_mcg_day",  # the dose, believed or received, that fills the bars
    "tips",  # [from day, level, cm below the head, space], by day
    "canal_cm",
    "levels",  # [level, cm], those written beside the canal
    "drug",
    "leak_ml",
    "happenings",  # [day, sentence]
    "lanes",  # [lane, [[from day, to day or None, sentence, "distress" where it is one], ...]]
    "lamps",  # [alarm, [[from day, to day or None if to the end, how it sounds], ...]]
    "indices",  # [array, name, lowest and highest of its band or None, [[from index, the patient's word], ...]];
    # an index without its array is not modelled
    "emergencies",  # [side, whether it is distress, from day, to day or None if to the end]
    "units",  # amount, flow, time -> [factor, word]
    "words",
)
# The header may also give block_ml, the place of a blockage from the pump outlet (else drawn mid-catheter), the
# mechanism, is_filled = false where no pump is filled, visits ([day] of needle and knife), focus_day, and
# second_tip_cm, the place of a second catheter's tip, whose flow is second_ml_day. Flow at the tip is negative where
# CSF runs backwards.
SHAPES: Final = {
    "day": ("n",),
    "believed_ml": ("n",),
    "true_ml": ("n",),
    "believed_mcg_day": ("n",),
    "tip_mcg_day": ("n",),
    "tip_ml_day": ("n",),
    "leak_ml_day": ("n_leak", "n"),
    "plug_start": ("n+1",),
    "plug_ml": ("k",),
    "plug_mcg_ml": ("k",),
    "csf_mcg_ml": ("n", "n_level"),
    "blocked_frac": ("n",),
    "lost_mcg": ("n",),  # out of the line, so far
    "tissue_mcg": ("n",),  # what lies in tissue now
}
OPTIONAL_SHAPES: Final = {
    "reservoir_mcg_ml": ("n",),
    "rotor_ml_day": ("n",),
    "second_ml_day": ("n",),
    "alarm_ml": ("n",),  # level of the low alarm, where it is set anew
    "port_ml_day": ("n",),  # by hand into the catheter, negative where drawn
    "effect_index": ("n",),
    "excess_index": ("n",),
    "withdrawal_index": ("n",),
}
KINDS: Final = {"day": "<f8", "plug_start": "<u4", "csf_mcg_ml": "<f2"}  # the others are floats of 4 bytes


def encode(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """The packet of a run.

    Raises ValueError naming the header key or the array that is missing, unknown or of the wrong kind.
    """
    missing = [key for key in HEADER_KEYS if key not in header]
    if missing:
        raise ValueError(f"header: missing {', '.join(missing)}")
    return pack({**header, "version": PACKET_VERSION}, _checked(header, arrays), KINDS)


def _checked(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The arrays in packet order as float64, or ValueError naming the first that does not fit."""
    shapes = SHAPES | {name: shape for name, shape in OPTIONAL_SHAPES.items() if name in arrays}
    for name in arrays:
        if name not in shapes:
            raise ValueError(f"{name}: unknown array")
    for name in shapes:
        if name not in arrays:
            raise ValueError(f"{name}: missing array")
    n = np.size(arrays["day"])
    sizes = {"n": n, "n+1": n + 1, "n_leak": len(header["leak_ml"]), "k": np.size(arrays["plug_ml"])}
    sizes["n_level"] = (np.shape(arrays["csf_mcg_ml"]) or (0,))[-1]
    clean = {}
    for name, letters in shapes.items():
        array = np.asarray(arrays[name])
        shape = tuple(sizes[letter] for letter in letters)
        if array.dtype.kind not in "fiu":
            raise ValueError(f"{name}: numbers wanted, not {array.dtype}")
        if array.shape != shape:
            raise ValueError(f"{name}: shape {array.shape} where {shape} is wanted ({', '.join(letters)})")
        if not np.isfinite(array).all():
            raise ValueError(f"{name}: holds a value that is not a finite number")
        clean[name] = array.astype(float)
    if (np.diff(clean["day"]) <= 0.0).any():
        raise ValueError("day: must rise")
    start = clean["plug_start"]
    if start[0] != 0 or start[-1] != sizes["k"] or (np.diff(start) < 0).any():
        raise ValueError(f"plug_start: must rise from 0 to the number of plugs, {sizes['k']}")
    return clean
