"""What came out: both truths, every signal, and the ledger that closes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from sim.exact.steps import Array, Steps
from sim.happening import Emergency, Happening
from sim.result.ground_truth import GroundTruth


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """Every microgram: what was supplied, and where it is."""

    places: tuple[str, ...]
    amount_mcg: Array  # (m, k), in the order of places
    opening_mcg: float  # line and body at the start
    filled_mcg: Array  # (m,), put in at refills
    given_mcg: Array  # (m,), given by hand or mouth, or come with a primed part

    @property
    def supplied_mcg(self) -> Array:
        """Opening, filled and given (m,)."""
        return self.opening_mcg + self.filled_mcg + self.given_mcg

    @property
    def error_frac(self) -> float:
        """Largest difference between supply and places, as share of all the drug handled."""
        handled = float(self.supplied_mcg.max(initial=0.0))
        gap = np.abs(self.amount_mcg.sum(axis=1) - self.supplied_mcg)
        return float(gap.max(initial=0.0)) / handled if handled > 0.0 else float(gap.max(initial=0.0))

    def at_end(self) -> dict[str, float]:
        """Place -> mcg at the last time."""
        return dict(zip(self.places, self.amount_mcg[-1].tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """One run, read-only. Arrays (m,) hold at `time_h`; a value at an edge is the one after it."""

    time_h: Array  # (m,)
    # what the pump shows, and what is
    reservoir_believed_ml: Array
    reservoir_true_ml: Array
    believed_mcg_h: Array  # programmed concentration x command
    tip_mcg_h: Array  # drug into CSF
    command_ml_h: Array
    pumped_ml_h: Array
    leak_ml_h: Array
    tip_ml_h: Array
    stored_ml: Array  # stretch of the line
    pressure_kpa: Array
    # cumulative from the start
    programmed_mcg: Array
    pumped_mcg: Array
    delivered_mcg: Array
    leaked_mcg: Array
    # body
    csf_mcg_ml: Array  # (m, n_cell), rostral first
    cistern_mcg_ml: Array
    cranial_mcg_ml: Array
    plasma_mcg_ml: Array
    effect_index: Array | None  # illustrative, 0 to 1; None for a tracer
    excess_index: Array | None  # too much: harm, illustrative, 0 to 1
    tolerance_index: Array | None
    adapted_index: Array | None
    withdrawal_index: Array | None
    battery_frac: Array | None  # share of its life that is left
    ledger: Ledger
    # exact signals and what happened; the same whatever times were asked
    signals: Mapping[str, Steps]
    leaks: tuple[tuple[float, Steps], ...]  # (line volume from the pump to the leak, mL; mL/h lost)
    happenings: tuple[Happening, ...]
    effect_course: tuple[Array, Array] | None  # hours, index; dense enough for a crossing to the minute
    excess_course: tuple[Array, Array] | None  # hours, index; dense enough for a peak
    withdrawal_course: tuple[Array, Array] | None
    emergencies: tuple[Emergency, ...]  # of this drug, by their start
    # what entered the body, state by state
    doses: Mapping[str, Steps]  # mcg/h
    jumps: tuple[tuple[float, str, float], ...]  # (hour, state, mcg) at once
    opening_mcg: Mapping[str, float]  # held at hour 0
    others: Mapping[str, Result]  # of each other drug in a mixture, through the same flows
    plugs_at: Callable[..., list[list[tuple[float, float]]]] = field(repr=False)  # hours -> (mL, mcg/mL)
    truth: Callable[[float], GroundTruth] = field(repr=False)  # hour -> how things really are
    save: Callable[[float], Any] | None = field(repr=False)  # hour -> all that is needed to go on from there
    row: Callable[[float | Array, bool], Result] = field(repr=False)  # hours, before -> the result at those times

    def before(self, time_h: float) -> Result:
        """The result at one time just before it: m is 1."""
        return self.row(time_h, True)

    def at(self, time_h: float) -> Result:
        """The result at one time: m is 1."""
        return self.row(time_h, False)

    @property
    def duration_h(self) -> float:
        """Length of the run."""
        return float(self.time_h[-1])

    @property
    def delivered_ratio(self) -> Array:
        """Delivered over programmed (m,); nan while nothing has been programmed."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.programmed_mcg > 0.0, self.delivered_mcg / self.programmed_mcg, np.nan)

    def to_table(self) -> dict[str, Array]:
        """Columns of equal length by name, the unit in the name; ready for any table library."""
        table = {}
        for column in fields(self):
            value = getattr(self, column.name)
            if isinstance(value, np.ndarray) and value.ndim == 1:
                table[column.name] = value
        for i in range(self.csf_mcg_ml.shape[1]):
            table[f"csf_{i + 1:02d}_mcg_ml"] = self.csf_mcg_ml[:, i]
        for i, place in enumerate(self.ledger.places):
            table[f"ledger_{place}_mcg"] = self.ledger.amount_mcg[:, i]
        return table
