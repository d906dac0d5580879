"""In the body: concentration in CSF, and the indices of effect."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from app.figures.axes import Ranges
from app.figures.parts import Look, Others, Part, Points, chart, days, key_points, level, line, other_lines
from app.figures.theme import GREEN, GREY, PURPLE
from app.words.text import TEXT, digits, strength, strength_unit, units
from sim import Result
from sim.body import Level, level_cm, point_weights


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
    return chart(lines, result.duration_h / 24.0, title, factor * ranges.csf_mcg_ml, look)


def at_level(result: Result, place: str, factor: float = 1.0) -> Points:
    """Days and concentration in CSF at a level, mcg/mL times a factor."""
    return key_points(days(result), factor * (result.csf_mcg_ml @ point_weights(level_cm(place))))


def describe_csf(result: Result, levels: Mapping[Level, str]) -> str:
    """The CSF chart in words: the concentration at each level at the end."""
    parts = [f"{words} {strength(at_level(result, place)[1][-1], 3)}" for place, words in levels.items()]
    return TEXT["say_csf"].format(levels=", ".join(parts))


def effect(
    result: Result, ghost: Result, titles: Mapping[str, str], low_index: float, look: Look, others: Others = ()
) -> Part:
    """Indices from 0 to 1, as far as they are modelled; the effect's band by its lower end."""
    ghost_name = TEXT["ghost_volume"]
    with_effect = [(name, run) for name, run in others if run.effect_index is not None]
    lines = other_lines(with_effect, lambda run: key_points(days(run), np.asarray(run.effect_index)), look)
    for run, index, name, colour, dash in (
        (ghost, ghost.effect_index, ghost_name, GREY, "dot"),
        (result, result.effect_index, titles["effect"], GREEN, "solid"),
        (result, result.excess_index, titles.get("excess"), look.truth, "dashdot"),
        (result, result.withdrawal_index, titles["withdrawal"], PURPLE, "dash"),
        (result, result.tolerance_index, TEXT["tolerance"], look.warm, "longdashdot"),
    ):
        if index is not None and (not others or name in (titles["effect"], ghost_name)):
            lines.append(line(key_points(days(run), index), str(name), colour, dash))
    levels = [level(low_index, f"{TEXT['band']} {low_index:g}", "longdash", "top", look)]
    return chart(lines, result.duration_h / 24.0, TEXT["index_axis"], 1.05, look, levels)


def describe_effect(result: Result, title: str) -> str:
    """The effect chart in words: the index at both ends, and the peak of withdrawal."""
    if result.effect_index is None:
        return TEXT["effect_not_modelled"]
    first, last = digits(result.effect_index[0], 2), digits(result.effect_index[-1], 2)
    text = TEXT["say_effect"].format(title=title, first=first, last=last)
    if result.withdrawal_index is not None:
        text += TEXT["say_withdrawal"].format(peak=digits(result.withdrawal_index.max(), 2))
    return text + TEXT["say_illustrative"]
