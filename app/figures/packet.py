"""How numbers travel to the browser: one packet is a length, a JSON header, and the arrays that the header lists.

`static/js/packet.js` unpacks it. Little endian throughout.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

USUAL_KIND: Final = "<f4"
# Floats of 2 bytes are divided by a scale so that their largest is HALF_PEAK: each value keeps 11 bits, however small
# it is beside the largest.
HALF_PEAK: Final = 60000.0


def pack(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray], kinds: Mapping[str, str]) -> bytes:
    """Length of the header (uint32), the header padded to 8 bytes, the arrays one after another.

    kinds: how an array travels if not as USUAL_KIND. The header's `arrays` gives name, shape, kind and scale of each.
    Raises ValueError if the header holds anything but plain values and finite numbers.
    """
    columns = {name: scaled(array, kinds.get(name, USUAL_KIND)) for name, array in arrays.items()}
    listed = [[name, list(column.shape), column.dtype.str[1:], scale] for name, (column, scale) in columns.items()]
    try:
        text = json.dumps({**header, "arrays": listed}, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError) as error:
        raise ValueError(f"header: {error}") from error
    text += b" " * (-(len(text) + 4) % 8)
    return b"".join([len(text).to_bytes(4, "little"), text, *(column.tobytes() for column, _ in columns.values())])


def scaled(array: np.ndarray, kind: str) -> tuple[np.ndarray, float]:
    """An array as it travels, and what it is multiplied by on arrival."""
    scale = 1.0
    if kind == "<f2":
        scale = float(np.abs(array).max(initial=0.0)) / HALF_PEAK or 1.0
    return np.ascontiguousarray(array / scale, kind), scale
