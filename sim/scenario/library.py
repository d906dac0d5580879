"""Files and records: the only reader and writer, and the catalogue of data files."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeVar

import tomli_w

from sim.body.drug import Drug
from sim.device.catheter import Catheter
from sim.device.pump import Pump
from sim.happening import TEACHING_ONLY
from sim.quantity import Record, check
from sim.refusal import ScenarioError, literal, nearest
from sim.scenario.reading import LARGEST_BYTES, plain
from sim.scenario.scenario import VERSION, Scenario, control_problems

Data = TypeVar("Data", Pump, Catheter, Drug)
Parsed = TypeVar("Parsed")
Shelved = Literal["pumps", "catheters", "drugs"]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Devices, drugs and scenarios by name."""

    pumps: Mapping[str, Pump]
    catheters: Mapping[str, Catheter]
    drugs: Mapping[str, Drug]
    scenarios: Mapping[str, Scenario]


def scenario_from(data: Mapping[str, Any]) -> Scenario:
    """Plain tables as a checked scenario; raises ScenarioError with every problem of its fields."""
    version = data.get("version")
    if version is None:
        raise ScenarioError([f"version is missing; write version = {VERSION}"])
    if type(version) is not int or version < 1:
        raise ScenarioError([f"version = {literal(version)} is no version; write version = {VERSION}"])
    if version > VERSION:
        raise ScenarioError([f"version = {literal(version)} is newer than {VERSION}, the newest known here"])
    scenario = check(Scenario, data)
    problems = control_problems(scenario)
    if problems:
        raise ScenarioError(problems)
    return scenario


def parse_scenario(data: bytes | str) -> Scenario:
    """TOML or JSON text as a checked scenario."""
    return scenario_from(plain(data))


def read_scenario(source: str | Path) -> Scenario:
    """The scenario in a file, or the packaged one of that name.

    Raises ScenarioError: one sentence per problem, a whole stage of problems at once.

    >>> read_scenario("quiet-pump").duration_day
    200.0
    """
    name = str(source)
    if name in catalogue().scenarios:
        return catalogue().scenarios[name]
    path = Path(source)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)  # a device has no end
    except (OSError, ValueError) as error:
        reason = "is a folder" if isinstance(error, IsADirectoryError) else "cannot be read"
        if isinstance(error, FileNotFoundError) or "\0" in name:
            reason = "does not exist, and no packaged scenario has that name"
        raise ScenarioError([f"{literal(name)} {reason}{nearest(name, catalogue().scenarios)}"]) from None
    if len(data) > LARGEST_BYTES:
        raise ScenarioError([f"{literal(name)} is over {LARGEST_BYTES} bytes long, the most that is read"])
    return parse_scenario(data)


def write_scenario(scenario: Scenario) -> str:
    """The scenario as TOML text; reading it gives the same scenario back."""
    return f"# {TEACHING_ONLY}\n" + tomli_w.dumps(scenario.model_dump(exclude_none=True))


def numbers_of(record: Record, prefix: str = "") -> Iterator[str]:
    """Dotted paths of all numbers that a data record sets, those in lists by their place."""
    for name in type(record).model_fields:
        value = getattr(record, name)
        entries = [(prefix + name, value)]
        if isinstance(value, tuple):
            entries = [(f"{prefix}{name}.{i}", entry) for i, entry in enumerate(value)]
        for path, entry in entries:
            if isinstance(entry, Record):
                yield from numbers_of(entry, f"{path}.")
            elif isinstance(entry, float):
                yield path


def parse_data(kind: type[Data], data: bytes | str) -> Data:
    """TOML text of a pump, catheter or drug; every number needs its line in [sources]."""
    record = check(kind, plain(data))
    numbers = list(numbers_of(record))
    problems = [f"sources: no line for '{name}'" for name in numbers if not record.sources.get(name, "").strip()]
    problems += [
        f"sources: '{name}' is no number of this file{nearest(name, numbers)}"
        for name in record.sources
        if name not in numbers
    ]
    if problems:
        raise ScenarioError(problems)
    return record


def with_numbers(shelf: Catalogue, kind: Shelved, name: str, values: Mapping[str, float]) -> Catalogue:
    """The catalogue with other numbers at dotted paths of one record, checked anew; scenarios stay.

    Raises ScenarioError on a number out of range or at odds with the others, KeyError on a name that is not there.

    >>> other = with_numbers(catalogue(), "drugs", "baclofen-like", {"effect.hill_gamma": 1.5})
    >>> other.drugs["baclofen-like"].effect.hill_gamma
    1.5
    """
    records: Mapping[str, Pump | Catheter | Drug] = getattr(shelf, kind)
    data = records[name].model_dump()
    for path, value in values.items():
        here: Any = data
        *way, last = path.split(".")
        for step in way:
            here = here[int(step)] if isinstance(here, tuple) else here[step]
        if last not in here:
            raise KeyError(path)
        here[last] = value
    shelves: dict[str, Any] = {kind: {**records, name: check(type(records[name]), data)}}
    return replace(shelf, **shelves)


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The packaged data files, read once."""
    return Catalogue(
        pumps=_files("pumps", lambda data: parse_data(Pump, data)),
        catheters=_files("catheters", lambda data: parse_data(Catheter, data)),
        drugs=_files("drugs", lambda data: parse_data(Drug, data)),
        scenarios=dict(sorted(_files("scenarios", parse_scenario).items(), key=_place)),
    )


def _place(entry: tuple[str, Scenario]) -> tuple[float, str]:
    """Scenarios in the order of their lessons; those that belong to none come last."""
    name, scenario = entry
    return (math.inf if scenario.lesson is None else scenario.lesson, name)


def _files(folder: str, parse: Callable[[bytes], Parsed]) -> dict[str, Parsed]:
    """Name -> record of every TOML file in one folder of packaged data; errors name the file."""
    records = {}
    for file in sorted((resources.files("sim") / "data" / folder).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            try:
                records[file.name.removesuffix(".toml")] = parse(file.read_bytes())
            except ScenarioError as error:
                raise ScenarioError(f"{folder}/{file.name}: {problem}" for problem in error.problems) from None
    return records
