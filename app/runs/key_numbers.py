"""The key numbers of a run, as the tiles, the table of pins and the report show them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from app.words.model_names import in_words
from app.words.numbers import digits
from app.words.patient import emergency_words
from app.words.text import TEXT, amount, day, dose, percent, span
from sim import Emergency, Result, Scenario, catalogue, metrics
from sim.scenario import first_accustomed_mcg_day, programmed_doses_mcg_day

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


def highest_dose(scenario: Scenario) -> str | None:
    """The highest programmed dose of each drug beside what it is a multiple of; None where no pump gives one.

    Boluses apart. The dose that a person is used to is named where it is neither this one nor the reference.

    >>> highest_dose(catalogue().scenarios["half-a-leak"])
    "400 mcg/day · 1.3 x the drug's reference dose · 2 x the accustomed dose"
    """
    return "; ".join(_highest_doses(scenario)) or None


def _highest_doses(scenario: Scenario) -> Iterator[str]:
    used_to_mcg_day = first_accustomed_mcg_day(scenario, catalogue())
    doses = programmed_doses_mcg_day(scenario, catalogue())
    for place, name in enumerate((scenario.drug, *scenario.with_drugs)):
        drug = catalogue().drugs[name]
        mcg_day = max((of_drugs[place] for of_drugs in doses), default=0.0)
        if mcg_day == 0.0 or drug.effect is None:
            continue
        title = f"{in_words(drug.title)} " if scenario.with_drugs else ""
        reference = TEXT["dose_of_reference"].format(times=digits(mcg_day / drug.reference_mcg_day, 2))
        text = f"{title}{dose(mcg_day)} · {reference}"
        is_named = place > 0 or any(
            math.isclose(used_to_mcg_day or 0.0, known) for known in (mcg_day, drug.reference_mcg_day)
        )
        if used_to_mcg_day and not is_named:
            text += f" · {TEXT['dose_of_person'].format(times=digits(mcg_day / used_to_mcg_day, 2))}"
        yield text


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
