"""Reads every signal of a run at asked ticks and lays the ledger beside them."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from sim.body.canal import NAMES, volumes_ml
from sim.body.effect import EffectCourse
from sim.body.level import N_CELL
from sim.device.carriage import Carriage
from sim.device.hydraulics import Delivery, pressure_kpa
from sim.device.pump import alarms
from sim.exact.network import Course
from sim.exact.steps import Array, Steps, Ticks, combine, frozen, to_hour, to_tick
from sim.happening import SENTENCE, Happening, happen
from sim.result.result import Ledger, Result
from sim.scenario.scenario import Scenario
from sim.scenario.timeline import Timeline

PLACES = (
    "reservoir", "line", "withdrawn", "tissue_depot", "spinal_csf", "cranial_csf", "plasma", "cleared",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """All stages of one run, ready to be asked at any time."""

    scenario: Scenario
    timeline: Timeline
    delivery: Delivery
    carriage: Carriage
    course: Course
    effects: EffectCourse
    happenings: tuple[Happening, ...]

    def signals(self) -> dict[str, Steps]:
        """The exact signals by name."""
        pumped = combine(np.multiply, self.delivery.pumped, self.delivery.reservoir.concentration())
        return {
            "command_ml_h": self.timeline.command.flow,
            "pumped_ml_h": self.delivery.pumped,
            "leak_ml_h": self.carriage.leak_flow,
            "tip_ml_h": self.carriage.tip_flow,
            "believed_mcg_h": self.timeline.command.dose,
            "pumped_mcg_h": pumped,
            "leak_mcg_h": self.carriage.leak_dose,
            "tip_mcg_h": self.carriage.tip_dose,
            "wanted_ml_h": self.timeline.wanted,
            "blocked_frac": self.timeline.blocked,
            "reservoir_mcg_ml": self.delivery.reservoir.concentration(),
        }

    def result(self, tick: Ticks, before: bool = False) -> Result:
        """The result at ticks (m,) that do not fall."""
        signals = self.signals()
        at = {name: frozen(signal.at_tick(tick - before)) for name, signal in signals.items()}
        total = {name: frozen(signal.area_to(tick)) for name, signal in signals.items()}
        stored = self.delivery.stored_ml(tick)
        held = self.course.at_tick(tick, before)
        level = held.amount / volumes_ml(self.scenario.canal, self.timeline.drug)
        index = self.effects.at(tick, held.followed)
        return Result(
            time_h=frozen(to_hour(tick)),
            reservoir_believed_ml=frozen(self.timeline.belief.volume_ml(tick, before)),
            reservoir_true_ml=frozen(self.delivery.reservoir.volume_ml(tick, before)),
            believed_mcg_h=at["believed_mcg_h"],
            tip_mcg_h=at["tip_mcg_h"],
            command_ml_h=at["command_ml_h"],
            pumped_ml_h=at["pumped_ml_h"],
            leak_ml_h=at["leak_ml_h"],
            tip_ml_h=at["tip_ml_h"],
            stored_ml=frozen(stored),
            pressure_kpa=frozen(pressure_kpa(stored, self.timeline.lines[0][1].compliance_ml_kpa)),
            programmed_mcg=total["believed_mcg_h"],
            pumped_mcg=total["pumped_mcg_h"],
            delivered_mcg=total["tip_mcg_h"],
            leaked_mcg=total["leak_mcg_h"],
            csf_mcg_ml=frozen(level[:, :N_CELL]),
            cistern_mcg_ml=frozen(level[:, NAMES.index("cistern")]),
            cranial_mcg_ml=frozen(level[:, NAMES.index("cranial")]),
            plasma_mcg_ml=frozen(level[:, NAMES.index("plasma")]),
            effect_index=_frozen(index.effect),
            breathing_index=_frozen(index.breathing),
            adapted_index=_frozen(index.adapted),
            withdrawal_index=_frozen(index.withdrawal),
            ledger=self._ledger(tick, before, held.amount, held.cleared),
            signals=MappingProxyType(signals),
            leaks=self.carriage.leaks,
            happenings=self.happenings,
            effect_course=self._effect_course(),
            plugs_at=self._plugs_at,
            row=lambda time_h, before: self.result(self._inside(time_h), before),
        )

    def _effect_course(self) -> tuple[Array, Array] | None:
        dense = self.effects.dense()
        return None if dense is None else (frozen(dense[0]), frozen(dense[1]))

    def _inside(self, time_h: ArrayLike) -> Ticks:
        tick = np.atleast_1d(to_tick(time_h))
        if (tick < 0).any() or (tick >= self.timeline.end_tick).any():
            raise ValueError(f"time_h must lie between 0 and the duration, {(self.timeline.end_tick - 1) / 3.6e9:g} h")
        return tick

    def _plugs_at(self, time_h: ArrayLike) -> list[list[tuple[float, float]]]:
        found = self.carriage.plugs(self._inside(time_h))
        return [[(plug.volume_ml, plug.mcg_ml) for plug in plugs] for plugs in found]

    def _ledger(self, tick: Ticks, before: bool, amount: Array, cleared: Array) -> Ledger:
        reservoir = self.delivery.reservoir
        line = self.carriage.drug_mcg(tick)
        place = {name: amount[:, i] for i, name in enumerate(NAMES)}
        columns = {
            "reservoir": reservoir.drug_mcg(tick, before),
            "line": line,
            "withdrawn": reservoir.withdrawn_mcg(tick, before),
            "tissue_depot": place["tissue"],
            "spinal_csf": amount[:, :N_CELL].sum(axis=1),
            "cranial_csf": place["cistern"] + place["cranial"],
            "plasma": place["plasma"],
            "cleared": cleared,
        }
        body_start = float(self.course.opening[: len(NAMES)].sum())
        line_start = sum(plug.volume_ml * plug.mcg_ml for plug in self.timeline.start_plugs)
        return Ledger(
            places=PLACES,
            amount_mcg=frozen(np.stack([columns[name] for name in PLACES], axis=1)),
            opening_mcg=body_start + line_start,
            filled_mcg=frozen(reservoir.filled_mcg(tick, before)),
        )


def _frozen(index: Array | None) -> Array | None:
    return None if index is None else frozen(index)


def story(timeline: Timeline, delivery: Delivery, carriage: Carriage) -> tuple[Happening, ...]:
    """Everything that happened, by time."""
    fluid, told = carriage.tip_concentration, []
    dose = carriage.tip_dose
    flowing = np.flatnonzero(dose.value > 0.0)
    first = int(dose.edge_tick[flowing[0]]) if len(flowing) else -1
    if len(flowing):
        told.append(happen(float(to_hour(first)), "first_drug"))
    arrivals = zip(fluid.edge_tick[:-1], np.diff(fluid.edge_tick), fluid.value, strict=True)
    for edge, span, mcg_ml in arrivals:
        # a front passes within one tick; the fluid behind it is what arrives
        if edge > first + 1 and span > 1:
            told.append(happen(float(to_hour(edge)), "front", mcg_ml=float(mcg_ml)))
    alarm = alarms(timeline.belief, timeline.pump)
    every = [*timeline.happenings, *delivery.happenings, *alarm, *told]
    last_h = float(to_hour(timeline.end_tick - 1))
    order = list(SENTENCE)
    within = (one for one in every if one.time_h <= last_h)
    return tuple(sorted(within, key=lambda one: (one.time_h, order.index(one.kind))))
