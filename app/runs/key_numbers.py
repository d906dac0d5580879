"""The key numbers of a run, as the tiles, the table of pins and the report show them."""

from __future__ import annotations

from collections.abc import Callable

from app.words.patient import emergency_words
from app.words.text import TEXT, amount, day, percent, span
from sim import Emergency, Result, Scenario, catalogue, metrics

Reading = Callable[[Scenario, Result], str]  # a run beside the scenario that it is of: its own drug is its judge


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


def harm_number() -> tuple[str, Reading]:
    """What the emergencies of a run are called, and how they are read off it, in words."""
    return TEXT["tile_emergency"], _emergencies


def _emergencies(scenario: Scenario, run: Result) -> str:
    drugs = [catalogue().drugs[name] for name in (scenario.drug, *scenario.with_drugs)]
    is_modelled = any(drug.excess is not None for drug in drugs)
    return harm(run) or TEXT["none" if is_modelled else "not_modelled"]


def key_numbers() -> list[tuple[str, Reading]]:
    """What each number is called, and how it is read off any run, in words."""
    return [
        (TEXT["tile_alarm"], lambda _, run: day(metrics.alarm_day(run))),
        (TEXT["tile_ratio"], lambda _, run: percent(metrics.delivered_ratio(run))),
        (TEXT["tile_lost"], lambda _, run: amount(metrics.lost_mcg(run))),
        (TEXT["tile_without"], _without_effect),
    ]


def _without_effect(scenario: Scenario, run: Result) -> str:
    """Time below the band of the run's own drug."""
    effect = catalogue().drugs[scenario.drug].effect
    hours = None if effect is None else metrics.hours_below(run, effect.low_index)
    return TEXT["not_modelled"] if hours is None else span(hours)
