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
from app.figures.packet_format import OPTIONAL_SHAPES, SHAPES

LEAST_FLOW_ML_DAY: Final = 0.0005  # less is written, and drawn, as none
LEAST_MCG_ML: Final = 0.0005  # less would be written as 0
LEAST_SHARE: Final = 0.001  # of the most drug that is ever lost
LARGER: Final = (100.0, 10.0, 1.0, 0.1, 0.01, 0.001, 0.0)  # a number as large has so many digits after the point
ALIKE_FRAC: Final = 0.02  # plugs closer than this share of the strongest are one colour, and told as one
MOST_PLUGS_TOLD: Final = 4


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
