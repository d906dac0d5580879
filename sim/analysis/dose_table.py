"""Reads a dosing table: every row by its place, every wrong cell named by column and row."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.body.canal import Routes, names_of
from sim.body.drug import Drug
from sim.body.level import LEVELS
from sim.exact.steps import MOST_H, TICK_PER_H, Array
from sim.refusal import MOST_SENTENCES, ScenarioError, literal, nearest

NEEDED: Final = ("TIME", "AMT", "EVID", "CMT")
OPTIONAL: Final = ("ID", "RATE", "II", "ADDL", "TYPE")
MOST_ROWS: Final = 50_000
MOST_DOSES: Final = 100_000
MOST_MCG: Final = 1e12  # a tonne
# column -> highest number and its unit; the lowest is 0. A rate may give all of an amount within a tick
HIGHEST: Final[dict[str, tuple[float, str]]] = {
    "TIME": (MOST_H, " h"),
    "AMT": (MOST_MCG, " mcg"),
    "RATE": (MOST_MCG * TICK_PER_H, " mcg/h"),
    "II": (MOST_H, " h"),
    "ADDL": (MOST_DOSES - 1.0, " doses"),
    "EVID": (2.0, ""),
}


@dataclass(frozen=True, slots=True)
class Dose:
    """One row of a table: n equal amounts, every_h apart, each at once or at a rate."""

    state: str
    first_h: float
    mcg: float
    mcg_h: float  # 0 if at once
    every_h: float
    n: int


@dataclass(slots=True)
class _Problems:
    """Sentences, and how many more there would be of the last kind."""

    sentences: list[str] = field(default_factory=list)
    n_more: int = 0

    def add(self, rows: Iterable[int] | NDArray[Any], sentence: Callable[[int], str]) -> None:
        """One sentence for each row; of very many rows the rest is counted."""
        every = list(map(int, rows))
        room = max(MOST_SENTENCES - len(self.sentences), 0)
        self.sentences += map(sentence, every[:room])
        self.n_more += len(every[room:])
        if self.n_more:  # of a flood no more is looked at
            self.require_none()

    def require_none(self) -> None:
        """Raise ScenarioError if there is a problem so far."""
        if self.sentences:
            raise ScenarioError(self.sentences, self.n_more)


def read_doses(table: Mapping[str, Sequence[object]], drug: Drug) -> list[Dose]:
    """The doses of a table in the order of its rows; raises ScenarioError with one sentence per problem.

    >>> from sim.scenario.library import catalogue
    >>> read_doses({"TIME": [1.0], "AMT": [5], "EVID": [1], "CMT": ["plasma"]}, catalogue().drugs["tracer"])
    [Dose(state='plasma', first_h=1.0, mcg=5.0, mcg_h=0.0, every_h=0.0, n=1)]
    """
    names, n_row = _checked_names(table)
    problems = _Problems()
    cells = {name: _numbers(name, table[name], problems) if name in names else np.zeros(n_row) for name in HIGHEST}
    _check_people(_entries(table["ID"]) if "ID" in names else [], problems)
    problems.require_none()  # the next rules compare numbers
    state = _entries(table["CMT"])
    _check_states(state, np.flatnonzero(cells["EVID"] == 1.0), drug, problems)
    _check_rows(cells, problems)
    problems.require_none()
    n_dose = int(np.sum(cells["ADDL"] + 1.0, where=cells["EVID"] == 1.0))
    if n_dose > MOST_DOSES:
        raise ScenarioError([f"the table gives {n_dose} doses, those of ADDL with them; the most is {MOST_DOSES}"])
    numbers = (cells[name].tolist() for name in ("EVID", "TIME", "AMT", "RATE", "II", "ADDL"))
    return [
        Dose(str(place), first_h, mcg, mcg_h, every_h, int(more) + 1)
        for place, evid, first_h, mcg, mcg_h, every_h, more in zip(state, *numbers, strict=True)
        if evid == 1.0
    ]


def _checked_names(table: Mapping[str, Sequence[object]]) -> tuple[list[str], int]:
    """The columns' names, and how many rows they have: known columns, each once, of one length that can be read."""
    if not hasattr(table, "keys"):
        raise ScenarioError([f"{literal(table)} is no table; columns by their names are needed"])
    known = (*NEEDED, *OPTIONAL)
    names = list(islice(table.keys(), MOST_SENTENCES))
    problems = [f"column {name} is missing" for name in NEEDED if name not in names]
    for name in names:
        if name not in known:
            problems.append(f"column {literal(name)} is unknown{nearest(name, known) if isinstance(name, str) else ''}")
    problems += [f"column {name} is given twice" for name in known if names.count(name) > 1]
    if problems:
        raise ScenarioError(problems)
    sizes = {name: _size(table[name]) for name in names}
    problems += [f"column {name} is no list of values" for name, size in sizes.items() if size < 0]
    problems += [f"column {name} is longer than {MOST_ROWS} rows" for name, size in sizes.items() if size > MOST_ROWS]
    if not problems and len(set(sizes.values())) > 1:
        problems.append("columns are unequal: " + ", ".join(f"{name} has {size}" for name, size in sizes.items()))
    if problems:
        raise ScenarioError(problems)
    return names, sizes["TIME"]


def _size(column: Any) -> int:
    """Rows of a column, below 0 where it is no column: a number, a text, a table."""
    if isinstance(column, str | bytes | Mapping) or not hasattr(column, "__iter__"):
        return -1
    try:
        return len(column)
    except OverflowError:
        return MOST_ROWS + 1
    except TypeError:
        return -1


def _entries(column: Any) -> list[Any]:
    """A column's values by their place: a column of a frame would look a number up among its labels."""
    kind = getattr(getattr(column, "dtype", None), "kind", "O")
    return list(np.asarray(column).tolist() if kind in "iuf" else column)


def _numbers(name: str, column: Any, problems: _Problems) -> Array:
    """A column as numbers (n,); a sentence for each cell that is none, or is out of range."""
    entries, (high, unit) = _entries(column), HIGHEST[name]
    number = _as_numbers(entries)
    is_legal = (number >= 0.0) & (number <= high)
    limits = f"0 to {high:.10g}{unit}"

    def sentence(i: int) -> str:
        cell = f"{name}[{i}] = {literal(_plain(entries[i]))}"
        if name == "EVID":
            return f"{cell} is not known here; 0, 1 and 2 are"
        if math.isnan(number[i]):
            return f"{cell} is not a number; one from {limits} is needed"
        return f"{cell} is outside {limits}"

    def is_part(i: int) -> str:
        return f"{name}[{i}] = {literal(_plain(entries[i]))} is not whole; a whole number from {limits} is needed"

    problems.add(np.flatnonzero(~is_legal), sentence)
    if name in ("EVID", "ADDL"):
        problems.add(np.flatnonzero(is_legal & (number != np.floor(number))), sentence if name == "EVID" else is_part)
    return number


def _as_numbers(entries: list[Any]) -> Array:
    """Each entry as a number (n,), nan where there is none; a long plain column at once."""
    if set(map(type, entries)) <= {int, float}:
        try:
            return np.array(entries, dtype=np.float64)
        except OverflowError:  # a whole number beyond all floats
            pass
    return np.array([_number(entry) for entry in entries], dtype=np.float64)


def _plain(value: object) -> object:
    """A number of numpy as one of Python; anything else as it is."""
    if isinstance(value, np.timedelta64) or not isinstance(value, np.integer | np.floating):
        return value
    return int(value) if isinstance(value, np.integer) else float(value)


def _number(value: object) -> float:
    """A number as float; nan where there is none, infinite where it is beyond all floats."""
    plain = _plain(value)
    if isinstance(plain, bool) or not isinstance(plain, int | float):
        return math.nan
    try:
        return float(plain)
    except OverflowError:
        return math.inf if plain > 0 else -math.inf


def _check_people(people: list[Any], problems: _Problems) -> None:
    """One person, by a number or a word."""
    wrong = [i for i, one in enumerate(people) if not isinstance(one, str) and not math.isfinite(_number(one))]
    problems.add(wrong, lambda i: f"ID[{i}] = {literal(people[i])} is no person; a number or a word is needed")
    n_person = 0 if wrong else len(set(people))
    if n_person > 1:
        problems.sentences.append(f"ID holds {n_person} people; one at a time can be played back")


def _check_states(state: list[Any], rows: NDArray[Any], drug: Drug, problems: _Problems) -> None:
    """Each dose goes where this drug can be."""
    known = names_of(drug, Routes(LEVELS, drug.oral_frac is not None))
    mouth = set(names_of(drug, Routes(is_oral=True))) - set(known)

    def sentence(i: int) -> str:
        cell = f"CMT[{i}] = {literal(_plain(state[i]))}"
        if not isinstance(state[i], str):
            return f"{cell} is no text; the name of a state of the body is needed"
        if state[i] in mouth:
            return f"{cell}: {literal(drug.title)} is not given by mouth"
        return f"{cell} is no state of the body{nearest(state[i], known)}"

    legal = set(known)
    problems.add([i for i in rows if not isinstance(state[i], str) or state[i] not in legal], sentence)


def _check_rows(cells: Mapping[str, Array], problems: _Problems) -> None:
    """What the cells of one row say together."""
    time, amount, rate, gap, more = (cells[name] for name in ("TIME", "AMT", "RATE", "II", "ADDL"))
    is_dose = cells["EVID"] == 1.0

    def cell(name: str, i: int) -> str:
        return f"{name}[{i}] = {cells[name][i]:.10g}"

    for name in ("AMT", "RATE", "II", "ADDL"):
        problems.add(
            np.flatnonzero(~is_dose & (cells[name] > 0.0)),
            lambda i, name=name: f"{cell(name, i)} belongs to a dose, and {cell('EVID', i)} is none",  # type: ignore[misc]
        )
    flows = is_dose & (rate > 0.0)
    is_long, is_short = amount > MOST_H * rate, amount * TICK_PER_H < 0.5 * rate
    repeats, is_odd = is_dose & (more > 0.0), is_dose & ((more > 0.0) != (gap > 0.0))
    lasts_h = np.divide(amount, rate, out=np.zeros_like(amount), where=flows & ~is_long)
    end_h = time + more * gap + lasts_h
    is_late = is_dose & ~is_odd & ~(flows & is_long) & (end_h > MOST_H)
    far = f"beyond {MOST_H:.10g} h, as far as time goes here"
    for rows, sentence in (
        (flows & (amount == 0.0), lambda i: f"{cell('RATE', i)} gives nothing: {cell('AMT', i)} mcg; write RATE 0"),
        (
            flows & is_short & (amount > 0.0),
            lambda i: f"{cell('AMT', i)} at {cell('RATE', i)} lasts under a microsecond",
        ),
        (flows & is_long, lambda i: f"{cell('AMT', i)} mcg at {cell('RATE', i)} mcg/h ends {far}"),
        (is_late, lambda i: f"{cell('TIME', i)} h: the last dose of this row ends at {end_h[i]:.10g} h, {far}"),
        (is_odd & repeats, lambda i: f"{cell('ADDL', i)} asks for more doses, and {cell('II', i)} h is between them"),
        (is_odd & ~repeats, lambda i: f"{cell('II', i)} h is between doses, and {cell('ADDL', i)} asks for no more"),
    ):
        problems.add(np.flatnonzero(rows), sentence)
