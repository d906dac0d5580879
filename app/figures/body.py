"""In the body: concentration in CSF, and the indices of effect."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.figures.axes import Array, Ranges
from app.figures.parts import (
    Look,
    Others,
    Part,
    Points,
    chart,
    days,
    key_points,
    level,
    line,
    other_lines,
    refit_note,
)
from app.figures.theme import GREEN, GREY, PURPLE
from app.words.model_names import in_words
from app.words.numbers import digits
from app.words.patient import about_day, emergency_words, patient_words
from app.words.reader import units
from app.words.text import TEXT, strength, strength_unit
from sim import Emergency, Result, Side
from sim.body import Drug, Level, level_cm, point_weights


def csf(
    result: Result, ghost: Result, levels: Mapping[Level, str], ranges: Ranges, look: Look, others: Others = ()
) -> Part:
    """Concentration in CSF at a few levels, the tip's first; the ghost at the tip's level."""
    tip, factor = next(iter(levels)), units().amount_factor
    lines = [line(at_level(ghost, tip, factor), TEXT["ghost_volume"], GREY, "dot")]
    lines += other_lines(others, lambda run: at_level(run, tip, factor), look)
    styles = zip((look.truth, GREEN, PURPLE, look.warm), ("solid", "dash", "dashdot", "longdash"), strict=True)
    for (place, words), (colour, dash) in zip(levels.items(), styles, strict=False):
        if place == tip or not others:  # other runs leave no room for other levels
            lines.append(line(at_level(result, place, factor), words, colour, dash))
    title = TEXT["csf_axis"].format(unit=strength_unit())
    notes = refit_note(ranges, "csf_mcg_ml", strength(ranges.csf_mcg_ml, 3), look)
    return chart(lines, result.duration_h / 24.0, title, factor * ranges.csf_mcg_ml, look, notes=notes)


def at_level(result: Result, place: str, factor: float = 1.0) -> Points:
    """Days and concentration in CSF at a level, mcg/mL times a factor."""
    return key_points(days(result), factor * (result.csf_mcg_ml @ point_weights(level_cm(place))))


def describe_csf(result: Result, levels: Mapping[Level, str]) -> str:
    """The CSF chart in words: the concentration at each level at the end."""
    parts = [f"{words} {strength(at_level(result, place)[1][-1], 3)}" for place, words in levels.items()]
    return TEXT["say_csf"].format(levels=", ".join(parts))


def effect(result: Result, ghost: Result, drug: Drug, look: Look, others: Others = ()) -> Part:
    """Enough, too much and too little from 0 to 1, as far as they are modelled, and the effect's band."""
    ghost_name, curve = TEXT["ghost_volume"], drug.effect
    title = TEXT["tab_effect"] if curve is None else in_words(curve.title)
    with_effect = [(name, run) for name, run in others if run.effect_index is not None]
    lines = other_lines(with_effect, lambda run: key_points(days(run), np.asarray(run.effect_index)), look)
    for run, index, name, colour, dash in (
        (ghost, ghost.effect_index, ghost_name, GREY, "dot"),
        (result, result.effect_index, title, look.truth, "solid"),
        (result, result.excess_index, TEXT["too_much_curve"], look.harm, "dashdot"),
        (result, result.withdrawal_index, TEXT["too_little_curve"], PURPLE, "dash"),
        (result, result.tolerance_index, TEXT["tolerance"], look.warm, "longdashdot"),
    ):
        if index is not None and (not others or name in (title, ghost_name)):
            lines.append(line(key_points(days(run), index), name, colour, dash))
    levels = [] if curve is None else _band_levels(curve.low_index, curve.high_index, look)
    return chart(lines, result.duration_h / 24.0, TEXT["index_axis"], 1.05, look, levels)


def _band_levels(low: float, high: float, look: Look) -> list[tuple[Part, Part]]:
    """Where the band of the effect begins, and above what it is more than intended."""
    above = f"{TEXT['stage_more_than_meant']} > {digits(high, 3)}"
    return [
        level(low, f"{TEXT['band']} {digits(low, 3)}", "longdash", "top", look),
        level(high, above, "2px,5px", "top", look, is_right=True),
    ]


def describe_effect(result: Result, drug: Drug) -> str:
    """The effect chart in words: the effect at both ends, the peaks of harm with the patient's words, emergencies."""
    if result.effect_index is None or drug.effect is None:
        return TEXT["effect_not_modelled"]
    first, last = digits(result.effect_index[0], 2), digits(result.effect_index[-1], 2)
    text = TEXT["say_effect"].format(title=in_words(drug.effect.title), first=first, last=last)
    peaks: tuple[tuple[Side, Array | None], ...] = (
        ("too_much", result.excess_index),
        ("too_little", result.withdrawal_index),
    )
    for side, index in peaks:
        if index is not None:
            text += TEXT[f"say_{side}"].format(peak=digits(index.max(), 2)) + _word(drug, side, float(index.max()))
    return text + TEXT["say_illustrative"] + "".join(f" {_spell(spell)}" for spell in result.emergencies)


def _word(drug: Drug, side: Side, index: float) -> str:
    """The patient's word of an index in brackets; empty below the first grade."""
    words = [word for low, word in patient_words(drug, side) if index > low]
    return f" ({words[-1]})" if words else ""


def _spell(spell: Emergency) -> str:
    """An emergency in words, with its first day and its end."""
    until = (
        TEXT["harm_to_the_end"] if spell.end_h is None else TEXT["harm_until"].format(day=about_day(spell.end_h / 24.0))
    )
    return f"{emergency_words(spell)} {until}."
