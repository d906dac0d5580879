"""Reads every signal of a run at asked ticks and lays the ledger beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from sim.body.canal import NAMES, names_of, volumes_ml
from sim.body.drug import Drug
from sim.body.effect import EffectCourse, Indices
from sim.body.level import N_CELL
from sim.device.carriage import Carriage
from sim.device.hydraulics import Delivery, pressure_kpa
from sim.exact.network import Course
from sim.exact.steps import Array, Steps, Ticks, combine, frozen, to_hour, to_tick
from sim.happening import Happening
from sim.intake import Intake
from sim.result.result import Ledger, Result
from sim.result.standing import Opening, Standing
from sim.scenario.scenario import Scenario
from sim.scenario.timeline import Timeline

T = TypeVar("T")
PLACES = (
    "reservoir", "line", "withdrawn", "tissue_depot", "epidural_depot", "spinal_csf", "cranial_csf", "gut",
    "not_absorbed", "plasma", "cleared",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """All stages of one run of one drug, ready to be asked at any time."""

    scenario: Scenario
    timeline: Timeline
    delivery: Delivery
    carriage: Carriage
    intake: Intake
    course: Course
    effects: EffectCourse
    happenings: tuple[Happening, ...]
    drug: int  # its place in the mixture

    def signals(self) -> dict[str, Steps]:
        """The exact signals by name."""
        strength = self.delivery.reservoir.concentration(self.drug)
        return {
            "command_ml_h": self.timeline.command.flow,
            "rotor_ml_h": self.delivery.rotor,
            "pumped_ml_h": self.delivery.pumped,
            "air_ml_h": self.delivery.air,
            "port_ml_h": self.carriage.port_flow,
            "leak_ml_h": self.carriage.leak_flow,
            "tip_ml_h": self.carriage.tip_flow,
            "second_ml_h": self.carriage.second_flow,
            "believed_mcg_h": self.timeline.command.dose(self.drug),
            "pumped_mcg_h": combine(np.multiply, self.delivery.pumped, strength),
            "leak_mcg_h": self.intake.elsewhere,
            "tip_mcg_h": self.intake.into_csf,
            "dural_mcg_h": self.intake.dural,
            "blocked_frac": self.timeline.demand.blocked,
            "reservoir_mcg_ml": strength,
        }

    def result(self, tick: Ticks, before: bool = False, others: Mapping[str, Result] | None = None) -> Result:
        """The result at ticks (m,) that do not fall."""
        signals = self.signals()
        at = {name: frozen(signal.at_tick(tick - before)) for name, signal in signals.items()}
        total = {name: frozen(signal.area_to(tick)) for name, signal in signals.items()}
        stored = self.delivery.stored_ml(tick)
        held = self.course.at_tick(tick, before)
        level = held.amount / volumes_ml(self.scenario.canal, self._of, self.intake.routes)
        index = self.effects.at(tick, held.followed) if self._is_modelled else Indices()
        limits = self.timeline.storage.at_tick(tick - before)
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
            pressure_kpa=frozen(pressure_kpa(stored, limits, self.timeline.pump.limit_kpa)),
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
            tolerance_index=_frozen(index.tolerance),
            adapted_index=_frozen(index.adapted),
            withdrawal_index=_frozen(index.withdrawal),
            battery_frac=self._battery(tick),
            ledger=self._ledger(tick, before, held.amount, held.cleared),
            signals=MappingProxyType(signals),
            leaks=self.carriage.leaks,
            happenings=self.happenings,
            effect_course=self._effect_course(),
            others=MappingProxyType(dict(others or {})),
            plugs_at=self._plugs_at,
            standing=self._standing,
            row=lambda time_h, before: self.result(self._inside(time_h), before),
        )

    @property
    def _of(self) -> Drug:
        return self.timeline.drugs[self.drug]

    @property
    def _is_modelled(self) -> bool:
        """A drug that only comes by mouth has no modelled effect; that is not an effect of 0."""
        mouth_only = self.intake.routes.is_oral and not self.intake.into_csf.value.any()
        return not mouth_only or any(name.startswith(("csf", "epidural")) for _, name, _ in self.intake.jumps)

    def _battery(self, tick: Ticks) -> Array | None:
        """Share of the battery's life that is left (m,)."""
        if self.timeline.battery is None:
            return None
        used = self.scenario.battery_used_frac + self.timeline.battery.area_to(tick)
        return frozen(np.maximum(1.0 - used, 0.0))

    def _effect_course(self) -> tuple[Array, Array] | None:
        dense = self.effects.dense() if self._is_modelled else None
        return None if dense is None else (frozen(dense[0]), frozen(dense[1]))

    def _inside(self, time_h: ArrayLike) -> Ticks:
        tick = np.atleast_1d(to_tick(time_h))
        if (tick < 0).any() or (tick >= self.timeline.end_tick).any():
            raise ValueError(f"time_h must lie between 0 and the duration, {(self.timeline.end_tick - 1) / 3.6e9:g} h")
        return tick

    def _plugs_at(self, time_h: ArrayLike, is_second: bool = False) -> list[list[tuple[float, float]]]:
        found = self.carriage.plugs(self._inside(time_h), is_second)
        return [[(plug.volume_ml, plug.mcg_ml) for plug in plugs] for plugs in found]

    def _standing(self, time_h: float) -> Standing:
        tick = int(self._inside(time_h)[0])
        line, place = _latest(self.timeline.lines, tick), _latest(self.timeline.places, tick)
        condition, access = _latest(self.timeline.conditions, tick), _latest(self.timeline.access, tick)
        path, catheter = line.segments
        openings = [
            Opening((leak.position_ml - path.volume_ml) / catheter.volume_ml, leak.lost_frac, leak.kpa_h_ml)
            for leak in line.leaks
        ]
        return Standing(
            faults=frozenset(part.fault.kind for part in self.timeline.parts if part.start <= tick < part.end),
            blocked_frac=line.blocked_frac,
            narrow_kpa_h_ml=line.narrow_kpa_h_ml,
            openings=tuple(openings),
            tip_level=place.level,
            tip_space="intrathecal" if place.csf_frac > 0.0 else place.rest,
            csf_frac=place.csf_frac,
            csf_lost_frac=condition.csf_lost_frac,
            is_turning=bool(self.delivery.rotor.at_tick(tick) > 0.0),
            is_shut=access.is_shut,
            has_log=self.timeline.pump.is_programmable,
            ec50_factor=condition.ec50_factor,
            told_mcg_ml=float(self.timeline.command.told[self.drug].at_tick(tick)),
            true_mcg_ml=float(self.delivery.reservoir.concentration(self.drug).at_tick(tick)),
        )

    def _ledger(self, tick: Ticks, before: bool, amount: Array, cleared: Array) -> Ledger:
        reservoir = self.delivery.reservoir
        names = names_of(self._of, self.intake.routes)

        def held(*starts: str) -> Array:
            chosen = [i for i, name in enumerate(names) if name.startswith(starts)]
            return np.asarray(amount[:, chosen].sum(axis=1))

        columns = {
            "reservoir": reservoir.drug_mcg(tick, before, self.drug),
            "line": self.carriage.drug_mcg(tick, before),
            "withdrawn": reservoir.withdrawn_mcg(tick, before, self.drug)
            + _booked(self.carriage.withdrawn, tick, before)
            + self.carriage.port_dose.area_to(tick),
            "tissue_depot": held("tissue"),
            "epidural_depot": held("epidural_"),
            "spinal_csf": held("csf_"),
            "cranial_csf": held("cistern", "cranial"),
            "gut": held("gut"),
            "not_absorbed": held("not_absorbed"),
            "plasma": held("plasma", "peripheral"),
            "cleared": cleared,
        }
        hands = self.timeline.hands if self.drug == 0 else ()
        at_once = [(hand.start_tick, hand.mcg) for hand in hands if hand.start_tick == hand.end_tick]
        given = _booked([*at_once, *self.carriage.given], tick, before) + self.intake.by_hand.area_to(tick)
        line_start = sum(plug.volume_ml * plug.mcg_ml for row in self.timeline.start_plugs[self.drug] for plug in row)
        return Ledger(
            places=PLACES,
            amount_mcg=frozen(np.stack([columns[name] for name in PLACES], axis=1)),
            opening_mcg=float(self.course.opening[: len(names)].sum()) + line_start,
            filled_mcg=frozen(reservoir.filled_mcg(tick, before, self.drug)),
            given_mcg=frozen(given),
        )


def _latest(changes: Sequence[tuple[int, T]], tick: int) -> T:
    return [one for at, one in changes if at <= tick][-1]


def _frozen(values: Array | None) -> Array | None:
    return None if values is None else frozen(values)


def _booked(entries: Sequence[tuple[int, float]], tick: Ticks, before: bool) -> Array:
    """Running sum (m,) at ticks (m,) of amounts that come at once."""
    ordered = sorted(entries)
    total = np.concatenate([[0.0], np.cumsum([mcg for _, mcg in ordered])])
    return np.asarray(total[np.searchsorted([at for at, _ in ordered], tick - before, side="right")])
