"""Why a curve looks as it does: its equations, the numbers that act on it, and what if one of them is wrong."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.runs.memo import of_drug
from app.words.amounts import factor_of
from app.words.model_names import in_words
from app.words.numbers import digits
from app.words.sources import Equation, Parameter, equations, of_person, parameters
from app.words.text import TEXT, span
from sim import RACERS, Catalogue, Result, Scenario, ScenarioError, catalogue, race, simulate
from sim.scenario import Record, Shelved, range_of, unit_of, with_numbers, with_values

DATA: Final = Path(__file__).parents[1] / "data" / "why.toml"
VIEWS: Final = ("truths", "reservoir", "csf", "effect", "ledger", "clocks")
FACTORS: Final = (0.5, 2.0)
N_KEPT: Final = 8
SHELVES: Final[Mapping[str, Shelved]] = {"pump": "pumps", "catheter": "catheters", "drug": "drugs"}
IN_SCENARIO: Final = ("canal", "surroundings")
GAS_ONLY: Final = ("surroundings.body_c",)
# numbers that must keep their order move together
TOGETHER: Final = {"path_ml": ("path_low_ml", "path_high_ml")}
LEAST_FRAC: Final = 1e-6  # a change below this share of a curve is rounding


@dataclass(frozen=True)
class Knob:
    """One number that acts on a curve, as this scenario has it."""

    path: str  # with the record that holds it in front
    value: float
    low: float
    high: float
    parameter: Parameter  # as the table of sources has it
    is_own: bool  # the scenario sets it to something else than its source says

    def times(self, factor: float) -> float | None:
        """The value times a factor, or the end of the legal range where that lies beyond; None if that is no change."""
        value = min(max(self.value * factor, self.low), self.high)
        return None if value == self.value else value


@dataclass(frozen=True)
class Why:
    """What makes one curve of one scenario."""

    view: str
    scenario: Scenario
    drug: str  # the drug of the mixture that the numbers belong to
    sentence: str
    equations: tuple[Equation, ...]
    knobs: tuple[Knob, ...]

    def choices(self) -> dict[tuple[str, float], str]:
        """(path, factor) -> words, of every change that the reader may ask for."""
        changes = {}
        for knob in self.knobs:
            for factor in FACTORS:
                value = knob.times(factor)
                if value is not None and _is_legal(self.scenario, self.drug, knob, value):
                    changes[(knob.path, factor)] = words(knob, value)
        return changes


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf:
    """The run with one number changed; of a mixture with all its drugs."""

    words: str
    scenario: Scenario
    shelf: Catalogue
    result: Result


def why(view: str, scenario: Scenario, drug: str | None = None) -> Why:
    """Sentence, equations and numbers of one of VIEWS, as far as the scenario's devices and drug have them.

    drug: a name of the mixture; its first drug by default.
    """
    reasons = _file()[view]
    every = {equation.name: equation for group in equations().values() for equation in group}
    has_gas = catalogue().pumps[scenario.pump].gas is not None
    foreign = "Roller and valve pumps" if has_gas else "Gas-driven pump"
    paths = [path for path in reasons["parameters"] if has_gas or path not in GAS_ONLY]
    return Why(
        view=view,
        scenario=scenario,
        drug=drug or scenario.drug,
        sentence=TEXT[f"why_{view}"],
        equations=tuple(every[name] for name in reasons["equations"] if name != foreign),
        knobs=tuple(_knobs(scenario, drug, paths)),
    )


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def _knobs(scenario: Scenario, drug: str | None, paths: list[str]) -> Iterator[Knob]:
    for path in paths:
        root, _, name = path.partition(".")
        record, sources = _record(scenario, drug, root)
        table = {parameter.path: parameter for parameter in parameters(_whole(record), sources)}
        owner, last = _owner(record, name)
        if owner is None or name not in table or (legal := range_of(type(owner).model_fields[last])) is None:
            continue
        value = float(getattr(owner, last))
        is_own = root in IN_SCENARIO and value != type(owner).model_fields[last].default
        yield Knob(path, value, *legal, table[name], is_own)


def _name(scenario: Scenario, drug: str | None, root: str) -> str:
    """Name of the record on its shelf: the drug's own, or what the scenario names."""
    return str(drug if drug and root == "drug" else getattr(scenario, root))


def _record(scenario: Scenario, drug: str | None, root: str) -> tuple[Record, Mapping[str, str]]:
    """The record of a name in front of a path, and its source lines."""
    if root in IN_SCENARIO:
        return getattr(scenario, root), of_person(root)
    record = getattr(catalogue(), SHELVES[root])[_name(scenario, drug, root)]
    return record, record.sources


def _whole(record: Record) -> Record:
    """The record as if all its fields had been set."""
    return type(record).model_validate(record.model_dump())


def _owner(record: Record, name: str) -> tuple[Record | None, str]:
    """The record inside a record that holds a dotted name, None where it is not there; and the name's last step."""
    *steps, last = name.split(".")
    owner: Any = record
    for step in steps:
        if isinstance(owner, tuple):
            owner = owner[int(step)] if int(step) < len(owner) else None
        elif owner is not None:
            owner = getattr(owner, step)
    return owner, last


def words(knob: Knob, value: float) -> str:
    """A change of one number: its label, the value it has and the other value."""
    unit = knob.parameter.unit
    factor = factor_of(knob.path.rpartition(".")[2])
    old, new = (f"{digits(factor * number, 4)} {unit}".rstrip() for number in (knob.value, value))
    text = TEXT["why_arrow"].format(label=knob.parameter.label, old=old, new=new)
    more = []
    if unit == in_words(unit_of("_per_h")) and knob.value > 0.0 and value > 0.0:
        halves = (span(math.log(2.0) / per_h) for per_h in (knob.value, value))
        more.append(TEXT["why_half_life"].format(old=next(halves), new=next(halves)))
    if value in (knob.low, knob.high):
        more.append(TEXT["why_at_end"])
    return f"{text} ({', '.join(more)})" if more else text


def what_if(scenario: Scenario, path: str, factor: float, drug: str | None = None) -> WhatIf:
    """The run in which one number is that many times what it is, as far as its legal range goes.

    Raises ScenarioError where such a run cannot be carried out, ValueError where nothing can change.
    """
    knob = next(iter(_knobs(scenario, drug, [path])), None)
    value = None if knob is None else knob.times(factor)
    if knob is None or value is None:
        raise ValueError(f"{path} times {factor:g} changes nothing in this scenario")
    other, shelf, result = _run_with(scenario, drug or scenario.drug, path, knob.value, value)
    return WhatIf(words(knob, value), other, shelf, result)


def _is_legal(scenario: Scenario, drug: str, knob: Knob, value: float) -> bool:
    """Whether the other numbers of its record allow the value."""
    try:
        _with_number(scenario, drug, knob.path, knob.value, value)
    except ScenarioError:
        return False
    return True


def _with_number(
    scenario: Scenario, drug: str | None, path: str, old: float, value: float
) -> tuple[Scenario, Catalogue]:
    """Scenario and catalogue with another value of one number; raises ScenarioError where it is not legal."""
    root, _, name = path.partition(".")
    if root in IN_SCENARIO:
        return with_values(scenario, {path: value}), catalogue()
    record, _ = _record(scenario, drug, root)
    numbers = {name: value} | {other: value / old * getattr(record, other) for other in TOGETHER.get(name, ())}
    return scenario, with_numbers(catalogue(), SHELVES[root], _name(scenario, drug, root), numbers)


@lru_cache(maxsize=N_KEPT)
def _run_with(
    scenario: Scenario, drug: str | None, path: str, old: float, value: float
) -> tuple[Scenario, Catalogue, Result]:
    other, shelf = _with_number(scenario, drug, path, old, value)
    return other, shelf, simulate(other, catalogue=shelf)


def is_moved(view: str, scenario: Scenario, result: Result, instead: WhatIf, drug: str | None = None) -> bool:
    """Whether the curves of a view differ between a run and the one with another number; of one drug of a mixture."""
    if view == "clocks":
        first, second = (
            np.array([np.nan if (day := clocks.day(racer)) is None else day for racer in RACERS])
            for clocks in (race(scenario, result), race(instead.scenario, instead.result, instead.shelf))
        )
        return not np.allclose(first, second, rtol=LEAST_FRAC, equal_nan=True)
    run, other = of_drug(result, drug), of_drug(instead.result, drug)
    _, place, other_place = np.intersect1d(run.time_h, other.time_h, return_indices=True)
    return any(
        float(np.abs(a[place] - b[other_place]).max(initial=0.0)) > LEAST_FRAC * float(np.abs(a).max(initial=0.0))
        for a, b in zip(_curves(view, run), _curves(view, other), strict=True)
    )


def _curves(view: str, run: Result) -> list[np.ndarray]:
    """The curves of a view, with the run's times along the first axis."""
    curves = {
        "truths": (run.believed_mcg_h, run.tip_mcg_h),
        "reservoir": (run.reservoir_believed_ml, run.reservoir_true_ml),
        "csf": (run.csf_mcg_ml,),
        "effect": (run.effect_index, run.excess_index, run.withdrawal_index, run.tolerance_index),
        "ledger": (run.ledger.amount_mcg,),
    }[view]
    return [curve for curve in curves if curve is not None]
