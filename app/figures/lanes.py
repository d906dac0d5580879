"""What happened, sorted for the strip of time under the picture: staff, visits, faults, alarms, the person."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from app.words.model_names import sentence_of
from app.words.patient import patient_words
from app.words.text import TEXT
from sim import HARM, Happening, Result, Side, catalogue
from sim.body import Drug

Span = list[Any]  # [from day, to day or None, sentence, and "distress" where it is one]

PROGRAM: Final = frozenset(
    (
        "programmed",
        "reprogrammed",
        "alarm_level",
        "capped_volume",
        "by_hand",
        "by_hand_end",
        "priming_bolus",
        "bridge_bolus",
        "bridge_bolus_done",
        "capped_bridge_bolus",
        "mri",
        "empty_scan",
        "valve_reset",
        "refused_bolus",
        "capped_bolus",
        "no_flow",
        "flow",
    )
)
NEEDLE: Final = frozenset(
    (
        "refill",
        "no_access",
        "short_draw",
        "rinse",
        "refused_refill",
        "cap_aspiration",
        "dry_aspiration",
        "cap_injection",
        "refused_injection",
    )
)
KNIFE: Final = frozenset(("repair",))
LAMPS: Final = {
    "low": ("low_alarm",),
    "empty": ("empty_alarm",),
    "stopped": ("motor_stall", "stopped_alarm"),
    "battery": ("eri", "reset_alarm", "eos"),
}
MOST_SPANS: Final = 40  # of one kind of symptom; more are too short to be seen, and are joined


def lanes(result: Result, happenings: Sequence[Happening], drug: Drug) -> list[list[Any]]:
    """[lane, its spans and moments by day] of those that hold anything, from the happenings worth telling."""
    end_day = result.duration_h / 24.0
    alarms = [span for kinds in LAMPS.values() for span in _alarms(result, kinds)]
    spans_of = {
        "program": [_moment(happening) for happening in happenings if happening.kind in PROGRAM],
        "visits": [_moment(happening) for happening in happenings if happening.kind in NEEDLE | KNIFE],
        "faults": _faults(result, happenings),
        "alarms": sorted(([low, end_day if high is None else high, text] for low, high, _, text in alarms), key=_start),
        "too_little": _too_little(result, drug),
        "too_much": _too_much(result, drug),
        "emergency": _emergencies(result, drug),
    }
    return [[name, spans] for name, spans in spans_of.items() if spans]


def lamps(result: Result) -> list[list[Any]]:
    """[lamp, [[from day, to day or None if to the end, how it sounds], ...]] of every lamp that such a pump has."""
    return [
        [lamp, [[low, high, sound] for low, high, sound, _ in _alarms(result, kinds)]] for lamp, kinds in LAMPS.items()
    ]


def emergencies(result: Result) -> list[list[Any]]:
    """[side, whether it is distress, from day, to day or None if to the end] of each, by its start."""
    return [
        [spell.side, spell.is_distress, spell.start_h / 24.0, None if spell.end_h is None else spell.end_h / 24.0]
        for spell in result.emergencies
    ]


def visits(happenings: Sequence[Happening]) -> list[list[Any]]:
    """[day, "needle" or "knife"] of all that is done to the body."""
    tools = (("needle", NEEDLE), ("knife", KNIFE))
    return [
        [happening.time_h / 24.0, tool] for happening in happenings for tool, kinds in tools if happening.kind in kinds
    ]


def _moment(happening: Happening) -> Span:
    return [happening.time_h / 24.0, None, sentence_of(happening)]


def _faults(result: Result, happenings: Sequence[Happening]) -> list[Span]:
    """Each fault from its start to its end, and what comes of it in the line."""
    of_other_lanes = PROGRAM | NEEDLE | KNIFE | HARM | {kind for kinds in LAMPS.values() for kind in kinds}
    ends = [happening for happening in happenings if happening.kind == "fault_end"]
    spans = []
    for happening in happenings:
        if happening.kind == "fault_start":
            same = (end for end in ends if end.time_h > happening.time_h and _fault(end) == _fault(happening))
            end = next(same, None)
            if end is not None:
                ends.remove(end)
            end_h = result.duration_h if end is None else end.time_h
            spans.append([happening.time_h / 24.0, end_h / 24.0, sentence_of(happening)])
        elif happening.kind not in of_other_lanes:
            spans.append(_moment(happening))
    return spans


def _fault(happening: Happening) -> str:
    """The part of a sentence after its first colon: start and end of a fault name the same."""
    return happening.text.partition(":")[2]


def _alarms(result: Result, kinds: Sequence[str]) -> list[tuple[float, float | None, str | None, str]]:
    """(from day, to day, how it sounds, sentence) of alarms; each lasts until its cause is gone, or to the end."""
    alarms: list[tuple[float, float | None, str | None, str]] = []
    for happening in result.happenings:
        if happening.kind not in kinds:
            continue
        from_day, sound = happening.time_h / 24.0, happening.alarm
        if alarms and sound == alarms[-1][2] and (alarms[-1][1] is None or from_day < alarms[-1][1]):
            continue
        silent_h = _silent_h(result, happening)
        alarms.append((from_day, None if silent_h is None else silent_h / 24.0, sound, sentence_of(happening)))
    return alarms


def _silent_h(result: Result, alarm: Happening) -> float | None:
    """When the cause of an alarm is gone: filled again, or running again; None if never."""
    if alarm.kind in ("low_alarm", "empty_alarm"):
        times = [happening.time_h for happening in result.happenings if happening.kind == "refill"]
    elif alarm.kind in ("motor_stall", "stopped_alarm"):
        flow = result.signals["rotor_ml_h" if alarm.kind == "motor_stall" else "command_ml_h"]
        times = flow.edge_h[:-1][flow.value > 0.0].tolist()
    else:
        times = []
    return min((time for time in times if time > alarm.time_h), default=None)


def _start(span: Span) -> float:
    return float(span[0])


def _too_much(result: Result, drug: Drug) -> list[Span]:
    """What too much of a drug does to the person, and when relief goes beyond what was meant; illustrative."""
    spans = _graded(result, drug, "too_much", result.excess_course)
    if drug.effect is not None and result.effect_course is not None:
        hour, index = result.effect_course
        spans += _spans(hour, index > drug.effect.high_index, TEXT["stage_effect_above"], result)
    return sorted(spans, key=_start)


def _too_little(result: Result, drug: Drug) -> list[Span]:
    """What too little of a drug does to the person, and when the effect falls short; illustrative."""
    spans = _graded(result, drug, "too_little", result.withdrawal_course)
    if drug.effect is not None and result.effect_course is not None:
        hour, index = result.effect_course
        spans += _spans(hour, index < drug.effect.low_index, TEXT["stage_effect_below"], result)
    return sorted(spans, key=_start)


def _graded(result: Result, drug: Drug, side: Side, course: tuple[np.ndarray, np.ndarray] | None) -> list[Span]:
    """Spans in which a grade's word holds."""
    if course is None:
        return []
    hour, index = course
    words = patient_words(drug, side)
    ends = [low for low, _ in words[1:]] + [math.inf]
    spans: list[Span] = []
    for (low, word), high in zip(words, ends, strict=True):
        text = TEXT["stage_patient"].format(word=word)
        spans += _spans(hour, (index > low) & (index <= high), text, result)
    return spans


def _emergencies(result: Result, drug: Drug) -> list[Span]:
    """Each emergency of each drug from its start to its end, with its sentence."""
    spans: list[Span] = []
    of_drugs = [(drug, result), *((catalogue().drugs[name], run) for name, run in result.others.items())]
    for title, spell in ((of.title, spell) for of, run in of_drugs for spell in run.emergencies):
        end_h = result.duration_h if spell.end_h is None else spell.end_h
        more = ["distress"] if spell.is_distress else []
        spans.append([spell.start_h / 24.0, end_h / 24.0, sentence_of(spell.happenings(title)[0]), *more])
    return sorted(spans, key=_start)


def _spans(hour: np.ndarray, is_so: np.ndarray, text: str, result: Result) -> list[Span]:
    """[from day, to day, text] while something is so; neighbours are joined where there are too many."""
    change = np.flatnonzero(np.diff(np.concatenate([[False], is_so, [False]]).astype(int)))
    starts, ends = hour[change[::2]], hour[np.minimum(change[1::2], len(hour) - 1)]
    while len(starts) > MOST_SPANS:
        gap = starts[1:] - ends[:-1]
        is_kept = gap > np.median(gap)
        starts, ends = starts[np.append(True, is_kept)], ends[np.append(is_kept, True)]
    return [[low / 24.0, high / 24.0, text] for low, high in zip(starts.tolist(), ends.tolist(), strict=True)]
