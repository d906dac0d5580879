"""The moving picture of pump, line and canal: one packet of bytes, drawn in the browser.

The packet is a length, a JSON header and float32 arrays; the picture holds every moment of the run, so its
time slider never asks the server. The drawing itself lives in `static/stage.js` and `static/stage.css`.
"""

import json
import math
import zlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

PACKET_VERSION = 1
STATIC = Path(__file__).parent / "static"
HEADER_KEYS = (
    "duration_day",
    "capacity_ml",
    "alarm_ml",
    "unpumpable_ml",
    "path_ml",
    "catheter_ml",
    "peak_mcg_ml",
    "csf_peak_mcg_ml",
    "tip_cm",
    "canal_cm",
    "levels",
    "drug",
    "leak_ml",
    "happenings",
)
SHAPES = {
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
}
# Not every model has these: the drug in the reservoir; a tip that moves (not a number: outside the canal).
# The header may also give block_ml, the place of a blockage from the pump outlet (else drawn mid-catheter).
# It may name the mechanism, say is_filled = false where no pump is filled, and give second_tip_cm, the place of a
# second catheter's tip, whose flow is second_ml_day. Flow at the tip is negative where CSF runs backwards.
OPTIONAL_SHAPES = {"reservoir_mcg_ml": ("n",), "rotor_ml_day": ("n",), "tip_cm": ("n",), "second_ml_day": ("n",)}
MECHANISMS = {  # working, at rest
    "roller": ("Roller turning", "Roller still"),
    "valve": ("Valves working", "Valves at rest"),
    "gas": ("Gas pushing", "Gas at rest"),
}
LEAST_FLOW_ML_DAY = 0.0005  # less is written, and drawn, as none
LEAST_MCG_ML = 0.0005  # less would be written as 0

LOADER = """
// The drawing is a file of its own, so this loader is all that travels with each change.
export default async function (component) {
  const address = new URL("app/static/stage.js?v=@VERSION@", document.baseURI);
  const stage = await import(address.href);
  return stage.default(component);
}
"""


def encode(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """One packet, little endian: header length (uint32), JSON header padded to 4, float32 arrays.

    Raises ValueError naming the header key or the array that is missing, unknown or of the wrong kind.
    """
    missing = [key for key in HEADER_KEYS if key not in header]
    if missing:
        raise ValueError(f"header: missing {', '.join(missing)}")
    clean = _checked(header, arrays)
    full = {
        **header,
        "version": PACKET_VERSION,
        "arrays": [[name, list(a.shape)] for name, a in clean.items()],
    }
    try:
        text = json.dumps(full, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError) as error:
        raise ValueError(f"header: {error}") from error
    text += b" " * (-len(text) % 4)
    return b"".join([len(text).to_bytes(4, "little"), text, *(a.tobytes() for a in clean.values())])


def decode(packet: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and read-only arrays of a packet made by `encode`; ValueError if it was cut short."""
    start = 4 + int.from_bytes(packet[:4], "little")
    header = json.loads(packet[4:start])
    arrays = {}
    for name, shape in header["arrays"]:
        count = math.prod(shape)
        arrays[name] = np.frombuffer(packet, "<f4", count, start).reshape(shape)
        start += 4 * count
    if start != len(packet):
        raise ValueError(f"packet: {len(packet)} bytes where the header announces {start}")
    return header, arrays


def _checked(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The arrays in packet order as contiguous float32, or ValueError naming the first that does not fit."""
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
        if name != "tip_cm" and not np.isfinite(array).all():
            raise ValueError(f"{name}: holds a value that is not a finite number")
        clean[name] = np.ascontiguousarray(array, "<f4")
    start = clean["plug_start"]
    if start[0] != 0 or start[-1] != sizes["k"] or (np.diff(start) < 0).any():
        raise ValueError(f"plug_start: must rise from 0 to the number of plugs, {sizes['k']}")
    return clean


def describe(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray], index: int) -> str:
    """The picture at frame `index` in words: what a listener gets instead of the drawing."""
    leaks = [
        (ml, flow)
        for ml, flow in zip(header["leak_ml"], arrays["leak_ml_day"][:, index], strict=True)
        if flow >= LEAST_FLOW_ML_DAY
    ]
    tip_flow = arrays["tip_ml_day"][index]
    second = arrays["second_ml_day"][index] if "second_ml_day" in arrays else 0.0
    pumped = tip_flow + second + sum(flow for _, flow in leaks)
    true_ml, blocked = arrays["true_ml"][index], arrays["blocked_frac"][index]
    words = [
        f"Day {number(arrays['day'][index], 1)} of {number(header['duration_day'], 1)}.",
        f"Pump believes it gives {number(arrays['believed_mcg_day'][index])} mcg/day;"
        f" tip receives {number(arrays['tip_mcg_day'][index])} mcg/day.",
    ]
    if header.get("is_filled", True):
        turned = arrays["rotor_ml_day"][index] if "rotor_ml_day" in arrays else pumped
        believed = number(arrays["believed_ml"][index])
        words.append(f"Reservoir: true {number(true_ml)} mL, pump believes {believed} mL.")
        words.append(_mechanism(header.get("mechanism", "roller"), turned, pumped))
        if true_ml <= header["unpumpable_ml"]:
            words.append("Nothing left that can be pumped.")
    else:
        words.append("No pump is filled.")
    if tip_flow <= -LEAST_FLOW_ML_DAY:
        words.append(f"CSF runs backwards through the tip, {number(-tip_flow)} mL/day.")
    if "second_ml_day" in arrays:
        words.append(f"Second tip gets {number(second)} mL/day.")
    words += [f"Leak {number(ml)} mL from the pump loses {number(flow)} mL/day." for ml, flow in leaks]
    if blocked > 0:
        words.append("Catheter blocked." if blocked >= 0.995 else f"Catheter holds back {_percent(blocked)} %.")
    if "tip_cm" in arrays and np.isnan(arrays["tip_cm"][index]):
        words.append("Tip outside the canal.")
    csf = arrays["csf_mcg_ml"][index]
    if csf.max() >= LEAST_MCG_ML:
        level_cm = (int(csf.argmax()) + 0.5) * header["canal_cm"] / len(csf)
        words.append(f"Highest drug in the canal {number(csf.max())} mcg/mL, {number(level_cm, 0)} cm below the head.")
    else:
        words.append("Hardly any drug in the canal." if csf.max() > 0 else "No drug in the canal.")
    return " ".join(words)


def _mechanism(mechanism: str, turned_ml_day: float, pumped_ml_day: float) -> str:
    working, resting = MECHANISMS[mechanism]
    if turned_ml_day < LEAST_FLOW_ML_DAY:
        return f"{resting}: no flow."
    return f"{working}." if pumped_ml_day >= LEAST_FLOW_ML_DAY else f"{working}, but nothing flows."


def number(value: float, digits: int | None = None) -> str:
    """A number as the picture writes it: about three digits, no trailing zero.

    >>> number(1999.6), number(12.5), number(0.2504), number(4.0)
    ('2000', '12.5', '0.25', '4')
    """
    size = abs(value)
    if digits is None:
        digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    rounded = math.floor(float(value) * 10**digits + 0.5) / 10**digits
    text = f"{rounded:.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits else text


def _percent(frac: float) -> str:
    return number(100 * float(frac), 0)


@cache
def _drawing_version() -> str:
    """Package version and a sum of the two drawing files: a new drawing never meets an old browser cache."""
    files = (STATIC / "stage.js").read_bytes() + (STATIC / "stage.css").read_bytes()
    return f"{version('pumplab')}-{zlib.crc32(files):08x}"


@cache
def _component() -> Any:
    import streamlit as st

    loader = LOADER.replace("@VERSION@", _drawing_version())
    return st.components.v2.component("pumplab_stage", js=loader, isolate_styles=False)


def show(packet: bytes, key: str, height: int) -> None:
    """Mount the picture, `height` pixels in all; a new packet under the same key keeps the chosen moment."""
    _component()(data=packet, key=key, height=height)
