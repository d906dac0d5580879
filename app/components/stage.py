"""The moving picture of pump, line and canal: one packet of bytes, drawn and played in the browser.

The packet is a length, a JSON header and packed arrays; it holds every moment of the run and every word that the
picture says, so playing never asks the server. The drawing itself lives in `static/stage*.js`, the clock that all
pictures of a run share in `static/clock.js`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from app.components.component import component

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
LEAST_FLOW_ML_DAY: Final = 0.0005  # less is written, and drawn, as none
LEAST_MCG_ML: Final = 0.0005  # less would be written as 0
LEAST_SHARE: Final = 0.001  # of the most drug that is ever lost
LARGER: Final = (100.0, 10.0, 1.0, 0.1, 0.01, 0.001, 0.0)  # a number as large has so many digits after the point
ALIKE_FRAC: Final = 0.02  # plugs closer than this share of the strongest are one colour, and told as one
MOST_PLUGS_TOLD: Final = 4


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


def decode(packet: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and arrays of a packet made by `encode`, as float64; ValueError if it was cut short."""
    start = 4 + int.from_bytes(packet[:4], "little")
    header = json.loads(packet[4:start])
    arrays = {}
    for name, shape, kind, scale in header["arrays"]:
        count = math.prod(shape)
        found = np.frombuffer(packet, "<" + kind, count, start)
        arrays[name] = found.astype(float).reshape(shape) * scale
        start += found.nbytes
    if start != len(packet):
        raise ValueError(f"packet: {len(packet)} bytes where the header announces {start}")
    return header, arrays


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


# ---------------------------------------------------------------- the picture in words


def describe(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray], index: int) -> str:
    """The picture at frame `index` in words: what a listener gets instead of the drawing."""
    a = {name: array[..., index] for name, array in arrays.items() if SHAPES.get(name) == ("n",)}
    a |= {name: array[index] for name, array in arrays.items() if name in OPTIONAL_SHAPES}
    day, words = float(a["day"]), header["words"]
    amount, flow, time = (header["units"][name] for name in ("amount", "flow", "time"))
    strength_unit, dose_unit = f"{amount[1]}/mL", f"{amount[1]}/{words['unit_day']}"

    def said(key: str, **facts: str) -> str:
        return words[key].format(**facts)

    def flowing(ml_day: float) -> str:
        return f"{number(ml_day * flow[0])} {flow[1]}"

    told = [
        _capital(said("at_of", moment=time[1], at=number(day * time[0], 1),
                      end=number(header["duration_day"] * time[0], 1))),
        said("says", believed=number(a["believed_mcg_day"] * amount[0]),
             received=number(a["tip_mcg_day"] * amount[0]), unit=dose_unit),
    ]  # fmt: skip
    leaks = [
        (ml, lost)
        for ml, lost in zip(header["leak_ml"], arrays["leak_ml_day"][:, index], strict=True)
        if lost >= LEAST_FLOW_ML_DAY
    ]
    second = a.get("second_ml_day", 0.0)
    pumped = a["tip_ml_day"] + second + sum(lost for _, lost in leaks)
    if header.get("is_filled", True):
        turned = a.get("rotor_ml_day", pumped)
        told.append(said("reservoir", true=number(a["true_ml"]), believed=number(a["believed_ml"])))
        told.append(_capital(_mechanism(header, turned, pumped)) + ".")
        if a["true_ml"] <= header["unpumpable_ml"]:
            told.append(words["nothing_left"])
    else:
        told.append(words["no_pump"])
    told.append(said("line", plugs=_plugs(header, arrays, index, amount[0], strength_unit)))
    if a["tip_ml_day"] <= -LEAST_FLOW_ML_DAY:
        told.append(said("backwards", flow=flowing(-a["tip_ml_day"])))
    if "second_ml_day" in a:
        told.append(said("second", flow=flowing(second)))
    told += [said("leak", ml=number(ml), flow=flowing(lost)) for ml, lost in leaks]
    stray = {name: a[name] if a[name] >= _least_mcg(arrays) else 0.0 for name in ("tissue_mcg", "lost_mcg")}
    if any(stray.values()):
        held, lost = (f"{number(mcg * amount[0])} {amount[1]}" for mcg in stray.values())
        told.append(said("tissue", held=held, lost=lost))
    if a["blocked_frac"] > 0:
        share = number(100.0 * a["blocked_frac"], 0)
        told.append(words["blocked"] if a["blocked_frac"] >= 0.995 else said("holds_back", share=share))
    _, level, _, space = [tip for tip in header["tips"] if tip[0] <= day or tip is header["tips"][0]][-1]
    told.append(
        said("tip_at", level=level) if space == "intrathecal" else said("tip_outside", space=words[f"space_{space}"])
    )
    told.append(_canal(header, arrays["csf_mcg_ml"][index], amount[0], strength_unit))
    indices = [_index(words, name, float(a[array]), band) for array, name, band in header["indices"]]
    if indices:
        told.append(said("indices", indices=", ".join(indices)))
    on = [
        words[key]
        for key, spans in header["lamps"]
        if any(low <= day and (high is None or day < high) for low, high, _ in spans)
    ]
    if header["lamps"]:
        told.append(said("lamps_on", lamps=", ".join(on)) if on else words["lamps_off"])
    return " ".join(told)


def _least_mcg(arrays: Mapping[str, np.ndarray]) -> float:
    """Less drug beside the line is written as none."""
    return LEAST_SHARE * max(float(arrays[name].max()) for name in ("tissue_mcg", "lost_mcg"))


def _plugs(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray], index: int, factor: float, unit: str) -> str:
    """What stands in the line, from the pump on; neighbours that look alike are one."""
    start, end = (int(one) for one in arrays["plug_start"][index : index + 2])
    runs: list[list[float]] = []
    for ml, mcg_ml in zip(arrays["plug_ml"][start:end], arrays["plug_mcg_ml"][start:end], strict=True):
        if runs and abs(runs[-1][1] - mcg_ml) < ALIKE_FRAC * header["peak_mcg_ml"]:
            runs[-1][0] += ml
        else:
            runs.append([ml, mcg_ml])
    told = [
        header["words"]["plug"].format(ml=number(ml, 3), strength=f"{number(mcg_ml * factor)} {unit}")
        for ml, mcg_ml in runs[:MOST_PLUGS_TOLD]
    ]
    more = [header["words"]["and_more"]] if len(runs) > MOST_PLUGS_TOLD else []
    return f"{header['words']['then']} ".join([*told, *more])


def _canal(header: Mapping[str, Any], csf_mcg_ml: np.ndarray, factor: float, unit: str) -> str:
    words, highest = header["words"], csf_mcg_ml.max()
    if highest < LEAST_MCG_ML:
        return str(words["hardly"] if highest > 0 else words["no_drug"])
    cm = (int(csf_mcg_ml.argmax()) + 0.5) * header["canal_cm"] / len(csf_mcg_ml)
    return str(words["highest"].format(strength=f"{number(highest * factor)} {unit}", cm=number(cm, 0)))


def _index(words: Mapping[str, str], name: str, value: float, band: Sequence[float] | None) -> str:
    if band is None:
        return f"{name} {number(value, 2)}"
    low, high = (number(one, 2) for one in band)
    return f"{name} {number(value, 2)} ({words['band'].format(low=low, high=high)})"


def _mechanism(header: Mapping[str, Any], turned_ml_day: float, pumped_ml_day: float) -> str:
    words, mechanism = header["words"], header.get("mechanism", "roller")
    if turned_ml_day < LEAST_FLOW_ML_DAY:
        return str(words["no_flow"].format(mechanism=words[f"{mechanism}_off"]))
    working = str(words[f"{mechanism}_on"])
    return working if pumped_ml_day >= LEAST_FLOW_ML_DAY else str(words["in_vain"].format(mechanism=working))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def number(value: float, digits: int | None = None) -> str:
    """A number as the picture writes it: about three digits, thousands apart, no trailing zero.

    >>> number(1999.6), number(12.5), number(0.2504), number(4.0)
    ('2,000', '12.5', '0.25', '4')
    """
    size = abs(value)
    if digits is None:
        digits = next(place for place, least in enumerate(LARGER) if size >= least)
    rounded = math.floor(float(value) * 10**digits + 0.5) / 10**digits
    text = f"{rounded:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits else text


# ---------------------------------------------------------------- on the page


def show(packet: bytes, key: str, height: int) -> None:
    """Mount the picture, `height` pixels in all; a new packet under the same key keeps the chosen moment.

    On a phone it is as high as it needs to be.
    """
    component("stage")(data=packet, key=key, height=height)
