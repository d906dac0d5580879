"""The key numbers of a run, as the tiles, the table of pins and the report show them."""

from __future__ import annotations

from collections.abc import Callable

from app.words.patient import emergency_words
from app.words.text import TEXT, amount, day, percent, span
from sim import Emergency, Result, Scenario, catalogue, metrics

Reading = Callable[[Result], str]


def harm(run: Result) -> str | None:
    """First emergency or distress of each side in words, with its day; None where there is none."""
    parts = [emergency_words(spell) for spell in _first(run)]
    return ". ".join(parts) + "." if parts else None


def _first(run: Result) -> list[Emergency]:
    first: dict[tuple[str, str], Emergency] = {}
    every = [spell for of_drug in (run, *run.others.values()) for spell in of_drug.emergencies]
    for spell in sorted(every, key=lambda spell: spell.start_h):
        first.setdefault((spell.kind, spell.side), spell)
    return list(first.values())


def harm_number(scenario: Scenario) -> tuple[str, Reading]:
    """What the emergencies of a run are called, and how they are read off it, in words."""
    is_modelled = catalogue().drugs[scenario.drug].excess is not None
    return TEXT["tile_emergency"], lambda run: harm(run) or TEXT["none" if is_modelled else "not_modelled"]


def key_numbers(scenario: Scenario) -> list[tuple[str, Reading]]:
    """What each number is called, and how it is read off a run of the scenario, in words."""
    effect = catalogue().drugs[scenario.drug].effect
    low_index = 0.0 if effect is None else effect.low_index

    def without_effect(run: Result) -> str:
        hours = metrics.hours_below(run, low_index)
        return TEXT["not_modelled"] if hours is None else span(hours)

    return [
        (TEXT["tile_alarm"], lambda run: day(metrics.alarm_day(run))),
        (TEXT["tile_ratio"], lambda run: percent(metrics.delivered_ratio(run))),
        (TEXT["tile_lost"], lambda run: amount(metrics.lost_mcg(run))),
        (TEXT["tile_without"], without_effect),
    ]
