"""The packet of the moving picture: a length, a JSON header, packed arrays; every moment and every word of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

PACKET_VERSION: Final = 2
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
    "tips",  # [from day, level, cm below the head, space], by day
    "canal_cm",
    "levels",  # [level, cm], those written beside the canal
    "drug",
    "leak_ml",
    "happenings",  # [day, sentence]
    "lanes",  # [lane, [[from day, to day or None, sentence], ...]]
    "lamps",  # [alarm, [[from day, to day or None if to the end, how it sounds], ...]]
    "indices",  # [array, name, lowest and highest of its band or None]
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
    "port_ml_day": ("n",),  # by hand into the catheter, negative where drawn
    "effect_index": ("n",),
    "breathing_index": ("n",),
    "withdrawal_index": ("n",),
}
# How an array travels: little-endian floats of 8, 4 or 2 bytes, or whole numbers. Those of 2 bytes are divided by a
# scale so that their largest is HALF_PEAK: each value keeps 11 bits, however small it is beside the largest.
KINDS: Final = {"day": "<f8", "plug_start": "<u4", "csf_mcg_ml": "<f2"}
USUAL_KIND: Final = "<f4"
HALF_PEAK: Final = 60000.0


def encode(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """One packet, little endian: header length (uint32), JSON header padded to 8, the arrays one after another.

    Raises ValueError naming the header key or the array that is missing, unknown or of the wrong kind.
    """
    missing = [key for key in HEADER_KEYS if key not in header]
    if missing:
        raise ValueError(f"header: missing {', '.join(missing)}")
    packed = {name: _packed(name, array) for name, array in _checked(header, arrays).items()}
    full = {
        **header,
        "version": PACKET_VERSION,
        "arrays": [[name, list(a.shape), a.dtype.str[1:], scale] for name, (a, scale) in packed.items()],
    }
    try:
        text = json.dumps(full, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError) as error:
        raise ValueError(f"header: {error}") from error
    text += b" " * (-(len(text) + 4) % 8)
    return b"".join([len(text).to_bytes(4, "little"), text, *(a.tobytes() for a, _ in packed.values())])


def _packed(name: str, array: np.ndarray) -> tuple[np.ndarray, float]:
    """An array as it travels, and what it is multiplied by on arrival."""
    kind = KINDS.get(name, USUAL_KIND)
    scale = 1.0
    if kind == "<f2":
        scale = float(np.abs(array).max(initial=0.0)) / HALF_PEAK or 1.0
    return np.ascontiguousarray(array / scale, kind), scale


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
