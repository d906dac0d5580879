"""Published cases of too much, run on the shipped drugs: breathing (B) and baclofen (S); and the whole table.

Whole scenarios, but for the dose into a vein, which no order gives. All are read from the index of excess.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from sim import Catalogue, Result, simulate
from sim.body.canal import network
from sim.body.effect import EffectStart, follow_effect
from sim.body.person import person_of
from sim.exact.network import follow
from sim.exact.steps import TICK_PER_H, to_tick
from tests.building import rate, refill, scenario
from tests.published.protocols import CANAL, FIGURES, MINUTE_H, drug, figure, first, last

__all__ = ["FIGURES"]
HYPOXIC = 16.0 / 28.0  # level of a quarter less, breathing driven by too little oxygen over breathing driven by CO2


@dataclass(frozen=True)
class Course:
    """Hours, excess and effect, minute by minute."""

    hour: np.ndarray
    excess: np.ndarray
    effect: np.ndarray

    def peak(self) -> float:
        return float(self.excess.max())

    def peak_h(self) -> float:
        return float(self.hour[np.argmax(self.excess)])

    def at(self, hour: float) -> float:
        return float(np.interp(hour, self.hour, self.excess))

    def from_h(self, index: float) -> float:
        return first(self.hour, self.excess > index)

    def until_h(self, index: float) -> float:
        return last(self.hour, self.excess > index)

    def hours_above(self, index: float) -> float:
        return self.until_h(index) - self.from_h(index)

    def hypoxic(self, low_h: float, high_h: float) -> float:
        """Mean of the index on the scale of breathing driven by too little oxygen."""
        drive = self.excess / (1.0 - self.excess) / HYPOXIC
        window = (self.hour >= low_h) & (self.hour <= high_h)
        return float((drive / (1.0 + drive))[window].mean())


def course_of(result: Result) -> Course:
    return Course(result.time_h, result.excess_index, result.effect_index)


@cache
def shot(name: str, mcg: float, history: str | None = None, space: str = "intrathecal") -> Course:
    """LPB, or the same epidurally, in a person who was never treated unless a history is named."""
    bolus = {"kind": "trial_shot", "dose_mcg": mcg, "space": space, "level": "L3"}
    run = scenario(2, bolus, drug=name, line_start="csf", opioid_history=history)
    return course_of(simulate(run, time_h=np.arange(0.0, 48.0, MINUTE_H)))


@cache
def vein(mcg: float) -> Course:
    """Morphine into a vein, never treated."""
    one, end = drug("morphine-like"), 48 * TICK_PER_H
    course = follow(network(one, CANAL), {}, [(0.0, "plasma", mcg)], {}, end)
    effects = follow_effect(course, one, CANAL, EffectStart(), end, person=person_of(one, history="naive"))
    hour = np.arange(0.0, 48.0, MINUTE_H)
    index = effects.at(to_tick(hour), course.at_tick(to_tick(hour)).followed)
    return Course(hour, index.excess, index.effect)


@cache
def by_pump(name: str, mcg_day: float, **fields: Any) -> float:
    """Excess after 17 days of a dose by pump; accustomed to the reference dose and steady, or as the fields say."""
    own = {"body_start": "steady", "accustomed_mcg_day": drug(name).reference_mcg_day} | fields
    run = scenario(18, refill(2.0 * mcg_day), rate(mcg_day), drug=name, **own)
    return float(simulate(run, time_h=[17.0 * 24.0]).excess_index[0])


def pocket(name: str, mcg: float, history: str, mcg_day: float = 0.0, shelf: Catalogue | None = None) -> Course:
    """A quarter of a refill, or the whole where nothing is pumped, goes into the pocket."""
    into_ml = 5.0 if mcg_day else 20.0
    orders = [refill(mcg / into_ml, pocket_ml=into_ml), rate(mcg_day) if mcg_day else {"kind": "stop"}]
    start = "steady" if mcg_day else "empty"
    run = scenario(4, *orders, drug=name, body_start=start, opioid_history=history)
    return course_of(simulate(run, time_h=np.arange(0.0, 96.0, MINUTE_H), catalogue=shelf))


# ------------------------------------------------------------------ breathing: by needle, vein and pump

figure("B1")(lambda: shot("morphine-like", 150.0).peak())
figure("B2")(lambda: shot("morphine-like", 200.0).peak())
figure("B3a")(lambda: shot("morphine-like", 300.0).peak())
figure("B3b")(lambda: shot("morphine-like", 300.0).peak_h())
figure("B4a")(lambda: shot("morphine-like", 1000.0).peak())
figure("B4b")(lambda: shot("morphine-like", 2500.0).peak())
figure("B5a")(lambda: shot("morphine-like", 300.0).hypoxic(1.0, 12.0))
figure("B5b")(lambda: shot("morphine-like", 300.0).hypoxic(1.0, 12.0) / vein(10_000.0).hypoxic(1.0, 12.0))
figure("B6a")(lambda: vein(10_000.0).peak())
figure("B6b")(lambda: vein(10_000.0).peak_h())


def _epidural() -> Course:
    return shot("morphine-like", 10_000.0, space="epidural")


figure("B7a")(lambda: _epidural().at(1.0))
figure("B7b")(lambda: _epidural().peak_h())
figure("B7c")(lambda: _epidural().at(22.0))


figure("B8")(lambda: shot("morphine-like", 5000.0).hours_above(0.8))
figure("B9")(lambda: shot("morphine-like", 20_000.0, "pump").peak())
figure("B10a")(lambda: by_pump("morphine-like", 5000.0))
figure("B10b")(lambda: by_pump("morphine-like", 10_000.0))
figure("B10c")(lambda: by_pump("morphine-like", 50_000.0))
figure("B10d")(
    lambda: by_pump(
        "morphine-like", 1000.0, body_start="empty", opioid_history="naive", accustomed_mcg_day=1000.0
    )
)  # fmt: skip
figure("B11a")(lambda: shot("fentanyl-like", 50.0).peak())
figure("B11b")(lambda: shot("fentanyl-like", 50.0).peak_h())
figure("B11c")(lambda: shot("fentanyl-like", 50.0).at(8.0) / shot("fentanyl-like", 50.0).peak())
figure("B11d")(lambda: shot("fentanyl-like", 25.0).peak())


@figure("B12")
def users_over_naive() -> float:
    """Level in plasma of half harm, after months of tablets over never."""
    people = (person_of(drug("fentanyl-like"), history=history) for history in ("tablets", "naive"))
    tablets, naive = (person.excess_half_mcg_ml[1] * person.excess_folds[1] for person in people)
    return tablets / naive


figure("B13a")(lambda: pocket("morphine-like", 100_000.0, "naive").peak())
figure("B13b")(lambda: pocket("morphine-like", 100_000.0, "pump", 5000.0).peak())
figure("B13c")(lambda: pocket("morphine-like", 100_000.0, "pump", 5000.0).from_h(0.5))
figure("B14a")(lambda: pocket("hydromorphone-like", 540_000.0, "tablets").from_h(0.5))
figure("B14b")(lambda: pocket("hydromorphone-like", 540_000.0, "tablets").hours_above(0.5))

# ------------------------------------------------------------------ baclofen: screening, multiples, stopping


def _relief(mcg: float) -> Course:
    return shot("baclofen-like", mcg)


figure("S1a")(lambda: first(_relief(75.0).hour, _relief(75.0).effect > 0.2))
figure("S1b")(lambda: float(_relief(75.0).hour[np.argmax(_relief(75.0).effect)]))
figure("S1c")(lambda: last(_relief(75.0).hour, _relief(75.0).effect > 0.5))
figure("S2a")(lambda: first(_relief(100.0).hour, _relief(100.0).effect > 0.2))
figure("S2b")(lambda: float(_relief(100.0).hour[np.argmax(_relief(100.0).effect)]))
figure("S2c")(lambda: last(_relief(100.0).hour, _relief(100.0).effect > 0.5))
figure("S3a")(lambda: _relief(50.0).peak())
figure("S3b")(lambda: _relief(75.0).peak())
figure("S3c")(lambda: _relief(100.0).peak())
figure("S4a")(lambda: by_pump("baclofen-like", 600.0))
figure("S4b")(lambda: by_pump("baclofen-like", 3000.0))


def _withdrawal_peak(name: str, mcg_day: float) -> float:
    stop = {"kind": "stop", "at_day": 2.0}
    run = scenario(12, refill(10.0 * mcg_day), rate(mcg_day), stop, drug=name, body_start="steady")
    return float(simulate(run, time_h=[0.0]).withdrawal_course[1].max())


figure("S5a")(lambda: _withdrawal_peak("baclofen-like", 300.0))
figure("S5b")(lambda: _withdrawal_peak("baclofen-like", 50.0))
figure("S5c")(lambda: _withdrawal_peak("clonidine-like", 40.0))
