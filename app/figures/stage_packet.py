"""A result as the moments that the stage draws: plain numbers and words, no more than the picture needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.figures.axes import BRIEF_H, Array
from app.figures.lanes import emergencies, lamps, lanes, visits
from app.figures.packet_format import encode
from app.figures.stage_indices import indices
from app.words.model_names import in_words, sentence_of
from app.words.reader import units
from app.words.text import TEXT, Words
from app.words.units import FLOW, TIME
from sim import Happening, Result, Scenario, catalogue
from sim.body import CANAL_CM, Level, level_cm
from sim.exact import TICK_PER_H
from sim.scenario import Migration, Occlusion

Ticks = NDArray[np.int64]

LARGEST_BYTES: Final = 150_000
N_EVEN: Final = 301
MOST_FRAMES: Final = 960
MINUTES_AFTER: Final = (1, 2, 5, 10, 20, 40, 90, 180, 360, 720)  # of a happening: it is seen from close by
BRIEF_MINUTES: Final = 20
N_INSIDE: Final = 6  # moments inside what lasts no longer, such as a push at the access port
RULER: Final[tuple[Level, ...]] = ("C1", "T1", "T6", "T12", "L3", "S1")
MOST_HAPPENINGS: Final = 60
# what the picture shows anyway, or what happens at every moment of a schedule
LEFT_OUT: Final = ("bolus",)


def build(
    scenario: Scenario,
    result: Result,
    peak_mcg_ml: float,
    csf_peak_mcg_ml: float,
    focus_day: float | None = None,
    *,
    is_playing: bool = False,
) -> bytes:
    """The packet of a run; the two peaks fix the colour scales, focus_day is the moment worth seeing.

    With is_playing the run starts to play when it arrives: somebody has asked for it.

    As many moments as fit into LARGEST_BYTES.
    """
    header = _header(scenario, result) | {
        "peak_mcg_ml": peak_mcg_ml,
        "csf_peak_mcg_ml": csf_peak_mcg_ml,
        "focus_day": focus_day,
        "is_playing": is_playing,
    }
    most = MOST_FRAMES
    while True:
        packet = encode(header, _arrays(scenario, result, frames(result, most)))
        if len(packet) <= LARGEST_BYTES or most < 2:
            return packet
        most = int(0.9 * most * LARGEST_BYTES / len(packet))


def _header(scenario: Scenario, result: Result) -> dict[str, Any]:
    shelf = catalogue()
    pump, catheter, drug = shelf.pumps[scenario.pump], shelf.catheters[scenario.catheter], shelf.drugs[scenario.drug]
    story = happenings(result)
    is_filled = any(order.fill() for order in scenario.orders)
    catheter_ml = catheter.length_cm * catheter.volume_ml_cm
    header = {
        "story": scenario.title,
        "duration_day": result.duration_h / 24.0,
        "capacity_ml": pump.capacity_ml,
        "alarm_ml": float(result.signals["alarm_ml"].at(0.0)) if is_filled else 0.0,
        "unpumpable_ml": pump.unpumpable_ml,
        "path_ml": pump.path_ml,
        "catheter_ml": catheter_ml,
        "top_mcg_day": _top_mcg_day(result),
        "tips": _tips(scenario, result),
        "canal_cm": CANAL_CM,
        "levels": [[level, level_cm(level)] for level in RULER],
        "drug": in_words(drug.title),
        "leak_ml": [position for position, _ in result.leaks],
        "happenings": [[happening.time_h / 24.0, sentence_of(happening)] for happening in story],
        "lanes": lanes(result, story, drug),
        "lamps": lamps(result) if is_filled and pump.is_programmable else [],
        "visits": visits(story),
        "indices": indices(drug),
        "emergencies": emergencies(result),
        "mechanism": pump.mechanism,
        "is_filled": is_filled,
        "units": {
            "amount": [units().amount_factor, units().amount_word],
            "flow": [units().flow_factor, TEXT[FLOW[units().flow][1]]],
            "time": [units().time_factor, TEXT[TIME[units().time][2]], TEXT[TIME[units().time][1]]],
        },
        "words": {**Words("stage"), "unit_day": TEXT["unit_day"]},
    }
    blocks = [fault for fault in scenario.faults if isinstance(fault, Occlusion) and not fault.is_harmless()]
    if blocks:
        header["block_ml"] = pump.path_ml + blocks[0].position_frac * catheter_ml
    if scenario.second_catheter is not None:
        header["second_tip_cm"] = level_cm(scenario.second_tip_level)
    return header


def _arrays(scenario: Scenario, result: Result, hour: Array) -> dict[str, Array]:
    """Every number of the picture at hours (n,)."""
    rows = result.row(hour, False)
    plugs = result.plugs_at(hour)
    leaks = [24.0 * flow.at(hour) for _, flow in result.leaks]
    tissue, epidural = (rows.ledger.places.index(f"{name}_depot") for name in ("tissue", "epidural"))
    arrays: dict[str, Array] = {
        "day": hour / 24.0,
        "believed_ml": rows.reservoir_believed_ml,
        "true_ml": rows.reservoir_true_ml,
        "believed_mcg_day": 24.0 * rows.believed_mcg_h,
        "tip_mcg_day": 24.0 * rows.tip_mcg_h,
        "tip_ml_day": 24.0 * rows.tip_ml_h,
        "leak_ml_day": np.array(leaks).reshape(len(leaks), len(hour)),
        "plug_start": np.concatenate([[0], np.cumsum([len(column) for column in plugs])]),
        "plug_ml": np.array([volume for column in plugs for volume, _ in column]),
        "plug_mcg_ml": np.array([mcg_ml for column in plugs for _, mcg_ml in column]),
        "csf_mcg_ml": rows.csf_mcg_ml,
        "blocked_frac": rows.signals["blocked_frac"].at(hour),
        "lost_mcg": rows.leaked_mcg,
        "tissue_mcg": rows.ledger.amount_mcg[:, tissue] + rows.ledger.amount_mcg[:, epidural],
        "rotor_ml_day": 24.0 * rows.signals["rotor_ml_h"].at(hour),
        "reservoir_mcg_ml": rows.signals["reservoir_mcg_ml"].at(hour),
    }
    alarm_ml = rows.signals["alarm_ml"]
    if len(alarm_ml.value) > 1:
        arrays["alarm_ml"] = alarm_ml.at(hour)
    if rows.signals["port_ml_h"].value.any():
        arrays["port_ml_day"] = 24.0 * rows.signals["port_ml_h"].at(hour)
    if scenario.second_catheter is not None:
        arrays["second_ml_day"] = 24.0 * rows.signals["second_ml_h"].at(hour)
    for name in ("effect_index", "excess_index", "withdrawal_index"):
        if getattr(rows, name) is not None:
            arrays[name] = getattr(rows, name)
    return arrays


def frames(result: Result, most: int = MOST_FRAMES) -> Array:
    """Hours (n,), rising, of the moments worth sending, about `most` of them.

    Even moments; each edge of a flow, a dose or a volume together with the instant before it, so that between two
    moments nothing jumps; and after each happening minutes, then hours. Where there are more edges than fit, only
    those of happenings are taken, and no even moment lies inside a push that is soon over.
    """
    first, last = _ticks(result.time_h[[0, -1]]).tolist()
    start = np.unique(_ticks([happening.time_h for happening in happenings(result)]))
    edges = _edges(result, start, first, last)
    step = (last - first) / (N_EVEN - 1)
    even = np.linspace(first, last, min(N_EVEN, max(most // 3, 2)))
    if 2 * len(edges) > 0.6 * most:
        even, edges = _outside_pushes(even, edges), start[: most // 4]
    minutes = np.array(MINUTES_AFTER[: max(1, most // 4 // max(len(start), 1))])
    after = start[:, None] + minutes[None, :] * (TICK_PER_H // 60)
    follow = np.append(edges, last)[np.searchsorted(edges, start, side="right")]
    near = after[(after < follow[:, None]) & (after < start[:, None] + step)]
    size = np.diff(edges)
    brief = np.flatnonzero(size <= BRIEF_MINUTES * TICK_PER_H // 60)[: most // 8 // N_INSIDE]
    inside = edges[brief][:, None] + size[brief][:, None] * np.arange(1, N_INSIDE + 1)[None, :] / (N_INSIDE + 1)
    every = np.concatenate([np.rint(even), edges - 1, edges, near, np.rint(inside).ravel(), [first, last]])
    ticks = np.unique(every.astype(np.int64))
    return np.asarray(ticks[(ticks >= first) & (ticks <= last)] / TICK_PER_H)


def is_start(happening: Happening) -> bool:
    """Whether a happening only says how the run began: a line that was full of drug from the start."""
    return happening.kind == "first_drug" and happening.time_h == 0.0


def happenings(result: Result) -> list[Happening]:
    """Happenings worth telling, by time; where there are too many, the rare kinds whole and some of the others."""
    every = [happening for happening in result.happenings if happening.kind not in LEFT_OUT and not is_start(happening)]
    return rare_first(every, MOST_HAPPENINGS)


def rare_first(every: Sequence[Happening], most: int) -> list[Happening]:
    """So many happenings, by time: the rare kinds whole, and some of the others."""
    count = Counter(happening.kind for happening in every)
    selection: list[int] = []
    for kind in sorted(count, key=lambda kind: (count[kind], kind)):
        places = [place for place, happening in enumerate(every) if happening.kind == kind]
        room = min(most - len(selection), len(places))
        selection += [places[i] for i in np.unique(np.linspace(0, len(places) - 1, room).astype(int)).tolist()]
    return [every[place] for place in sorted(selection)]


def _edges(result: Result, start: Ticks, first: int, last: int) -> Ticks:
    """Ticks at which something steps, rising; start: ticks of happenings."""
    signals = [*result.signals.values(), *(flow for _, flow in result.leaks)]
    every = np.unique(np.concatenate([start, *(signal.merged().edge_tick for signal in signals)]))
    return every[(every >= first) & (every <= last)]


def _outside_pushes(even: Array, edges: Ticks) -> Array:
    """Even moments; one inside a stretch much shorter than the next is moved to where that one starts."""
    size = np.diff(np.append(edges, edges[-1] + 1))
    is_push = np.append(size[:-1] < 0.5 * size[1:], False)
    place = np.clip(np.searchsorted(edges, even, side="right") - 1, 0, len(edges) - 1)
    return np.where(is_push[place], edges[np.minimum(place + 1, len(edges) - 1)], even)


def _tips(scenario: Scenario, result: Result) -> list[list[Any]]:
    """[from day, level, cm below the head, space] of the tip, by day."""
    times = [float(result.time_h[0])]
    if any(isinstance(fault, Migration) for fault in scenario.faults):
        moves = ("fault_start", "fault_end", "repair")
        hours = {happening.time_h for happening in result.happenings if happening.kind in moves}
        times += sorted(hour for hour in hours if hour > times[0])
    tips: list[list[Any]] = []
    for time_h in times:
        state = result.truth(time_h)
        tip = [time_h / 24.0, state.tip_level, level_cm(state.tip_level), state.tip_space]
        if not tips or tips[-1][1:] != tip[1:]:
            tips.append(tip)
    return tips


def _top_mcg_day(result: Result) -> float:
    """Highest dose, believed or received, that lasts: a push that is soon over does not shrink the bars of the rest."""
    doses = [result.signals[name].merged() for name in ("believed_mcg_h", "tip_mcg_h")]
    lasting = [dose.value[dose.length_h > BRIEF_H].max(initial=0.0) for dose in doses]
    return 24.0 * float(max(lasting) or max(dose.value.max(initial=0.0) for dose in doses))


def _ticks(time_h: ArrayLike) -> Ticks:
    """Hours as ticks, in the same shape."""
    return np.asarray(np.rint(np.asarray(time_h, dtype=float) * TICK_PER_H), dtype=np.int64)
