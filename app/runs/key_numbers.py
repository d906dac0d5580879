"""The key numbers of a run, as the tiles, the table of pins and the report show them."""

from __future__ import annotations

from collections.abc import Callable

from app.words.text import TEXT, amount, day, percent, span
from sim import Result, Scenario, catalogue, metrics

Reading = Callable[[Result], str]


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
