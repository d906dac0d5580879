"""Reads every signal of a run at asked ticks and adds the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from sim.body.canal import NAMES, names_of, volumes_ml
from sim.body.drug import Drug
from sim.body.effect import EffectCourse, Indices
from sim.body.level import N_CELL
from sim.device.carriage import Carriage
from sim.device.hydraulics import Delivery, pressure_kpa
from sim.exact.network import NetworkCourse
from sim.exact.steps import Array, Steps, Ticks, combine, frozen, to_hour, to_tick
from sim.happening import Happening
from sim.result.ground_truth import GroundTruth
from sim.result.result import Ledger, Result
from sim.run.body_input import Intake, is_modelled
from sim.run.event_log import Tip
from sim.run.harm import Harm
from sim.run.saved_state import SavedState
from sim.run.truth_at import truth_at
from sim.scenario.scenario import Scenario
from sim.scenario.timeline import Timeline

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
    course: NetworkCourse
    effects: EffectCourse
    harm: Harm
    happenings: tuple[Happening, ...]
    drug: int  # its place in the mixture
    so_far: Tip  # what was reported of the tip before
    saved: SavedState | None = None  # what this run goes on from
    # derived once: many rows may be asked of one run
    signals: Mapping[str, Steps] = field(init=False)
    index_courses: Mapping[str, tuple[Array, Array]] = field(init=False)  # dense (hours, index) by index

    def __post_init__(self) -> None:
        object.__setattr__(self, "signals", MappingProxyType(self._signals()))
        object.__setattr__(
            self, "index_courses", self.effects.courses() if is_modelled(self.timeline, self.intake) else {}
        )

    def base(self, name: str) -> float:
        """What an account held where this run begins."""
        return 0.0 if self.saved is None else self.saved.drugs[self.drug].total.get(name, 0.0)

    def totals(self, tick: int) -> dict[str, float]:
        """Areas of the signals from the very start up to a tick."""
        return {name: float(self._area(name, signal, tick)) for name, signal in self.signals.items()}

    def _area(self, name: str, signal: Steps, tick: ArrayLike) -> Array:
        # a signal of the plan spans the whole run
        return signal.area_to(tick) + (self.base(name) if signal.edge_tick[0] > 0 else 0.0)

    def _signals(self) -> dict[str, Steps]:
        """The exact signals by name."""
        strength = self.delivery.reservoir.concentration(self.drug)
        return {
            "alarm_ml": self.timeline.belief.alarm_ml,
            "command_ml_h": self.timeline.command.flow,
            "rotor_ml_h": self.delivery.rotor,
            "pumped_ml_h": self.delivery.pumped,
            "air_ml_h": self.delivery.air,
            "port_ml_h": self.carriage.port_flow,
            "port_mcg_h": self.carriage.port_dose,
            "leak_ml_h": self.carriage.leak_flow,
            "tip_ml_h": self.carriage.tip_flow,
            "second_ml_h": self.carriage.second_flow,
            "believed_mcg_h": self.timeline.command.dose(self.drug),
            "pumped_mcg_h": combine(np.multiply, self.delivery.pumped, strength),
            "leak_mcg_h": self.intake.elsewhere,
            "tip_mcg_h": self.intake.into_csf,
            "dural_mcg_h": self.intake.dural,
            "blocked_frac": self.timeline.demand.blocked,
            "csf_lost_frac": self.intake.csf_lost,
            "reservoir_mcg_ml": strength,
        }

    def result(
        self,
        tick: Ticks,
        before: bool = False,
        others: Mapping[str, Result] | None = None,
        save: Callable[[float], SavedState] | None = None,
    ) -> Result:
        """The result at ticks (m,) that do not fall."""
        signals = self.signals
        at = {name: frozen(signal.at_tick(tick - before)) for name, signal in signals.items()}
        total = {name: frozen(self._area(name, signal, tick)) for name, signal in signals.items()}
        stored = self.delivery.stored_ml(tick)
        body = self.course.at_tick(tick, before)
        level = body.amount / volumes_ml(self.scenario.canal, self._of, self.intake.routes)
        index = self.effects.at(tick, body.followed) if is_modelled(self.timeline, self.intake) else Indices()
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
            excess_index=_frozen(index.excess),
            tolerance_index=_frozen(index.tolerance),
            adapted_index=_frozen(index.adapted),
            withdrawal_index=_frozen(index.withdrawal),
            battery_frac=self._battery(tick),
            ledger=self._ledger(tick, before, body.amount, body.cleared),
            signals=signals,
            leaks=self.carriage.leaks,
            happenings=self.happenings,
            effect_course=self.index_courses.get("effect"),
            excess_course=self.index_courses.get("excess"),
            withdrawal_course=self.index_courses.get("withdrawal"),
            emergencies=self.harm.emergencies,
            doses=MappingProxyType(self.intake.inputs),
            jumps=self.intake.jumps,
            opening_mcg=MappingProxyType(self._opening()),
            others=MappingProxyType(dict(others or {})),
            plugs_at=self._plugs_at,
            truth=self._truth,
            save=save,
            row=lambda time_h, before: self.result(self.inside(time_h), before),
        )

    def _opening(self) -> dict[str, float]:
        return dict(zip(self.course.system.names, self.course.opening.tolist(), strict=False))

    @property
    def _of(self) -> Drug:
        return self.timeline.drugs[self.drug]

    def _battery(self, tick: Ticks) -> Array | None:
        """Share of the battery's life that is left (m,)."""
        if self.timeline.battery is None:
            return None
        used = self.scenario.battery_used_frac + self.timeline.battery.area_to(tick)
        return frozen(np.maximum(1.0 - used, 0.0))

    @property
    def _first(self) -> int:
        return 0 if self.saved is None else self.saved.tick

    def inside(self, time_h: ArrayLike) -> Ticks:
        """Ticks of hours; raises ValueError on those outside the run."""
        tick, last = np.atleast_1d(to_tick(time_h)), self.timeline.end_tick - 1
        if (tick < self._first).any() or (tick > last).any():
            raise ValueError(f"time_h must lie between {to_hour(self._first):g} and {to_hour(last):g} h")
        return tick

    def _plugs_at(self, time_h: ArrayLike, is_second: bool = False) -> list[list[tuple[float, float]]]:
        rows = self.carriage.plugs(self.inside(time_h), is_second)
        return [[(plug.volume_ml, plug.mcg_ml) for plug in plugs] for plugs in rows]

    def _truth(self, time_h: float) -> GroundTruth:
        tick = int(self.inside(time_h)[0])
        return truth_at(self.scenario, self.timeline, self.delivery, self.effects, self.drug, tick)

    def _ledger(self, tick: Ticks, before: bool, amount: Array, cleared: Array) -> Ledger:
        reservoir = self.delivery.reservoir
        names = names_of(self._of, self.intake.routes)

        def amount_of(*starts: str) -> Array:
            chosen = [i for i, name in enumerate(names) if name.startswith(starts)]
            return np.asarray(amount[:, chosen].sum(axis=1))

        columns = {
            "reservoir": reservoir.drug_mcg(tick, before, self.drug),
            "line": self.carriage.drug_mcg(tick, before),
            "withdrawn": self.base("withdrawn")
            + reservoir.withdrawn_mcg(tick, before, self.drug)
            + _booked(self.carriage.removals, tick, before)
            + self.carriage.drawn_dose.area_to(tick),
            "tissue_depot": amount_of("tissue"),
            "epidural_depot": amount_of("epidural_"),
            "spinal_csf": amount_of("csf_"),
            "cranial_csf": amount_of("cistern", "cranial"),
            "gut": amount_of("gut"),
            "not_absorbed": amount_of("not_absorbed"),
            "plasma": amount_of("plasma", "peripheral"),
            "cleared": self.base("cleared") + cleared,
        }
        hands = self.timeline.hands if self.drug == 0 else ()
        at_once = [(hand.start_tick, hand.mcg) for hand in hands if self._first <= hand.start_tick == hand.end_tick]
        given_mcg = (
            self.base("given")
            + _booked([*at_once, *self.carriage.additions], tick, before)
            + self.intake.by_hand.area_to(tick)
            + self.carriage.port_dose.area_to(tick)
        )
        line_start = sum(plug.volume_ml * plug.mcg_ml for row in self.timeline.start_plugs[self.drug] for plug in row)
        opening_mcg = float(self.course.opening[: len(names)].sum()) + line_start
        if self.saved is not None:
            opening_mcg = self.saved.drugs[self.drug].opening_mcg
        return Ledger(
            places=PLACES,
            amount_mcg=frozen(np.stack([columns[name] for name in PLACES], axis=1)),
            opening_mcg=opening_mcg,
            filled_mcg=frozen(self.base("filled") + reservoir.filled_mcg(tick, before, self.drug)),
            given_mcg=frozen(given_mcg),
        )


def _frozen(values: Array | None) -> Array | None:
    return None if values is None else frozen(values)


def _booked(entries: Sequence[tuple[int, float]], tick: Ticks, before: bool) -> Array:
    """Running sum (m,) at ticks (m,) of amounts that come at once."""
    ordered = sorted(entries)
    total = np.concatenate([[0.0], np.cumsum([mcg for _, mcg in ordered])])
    return np.asarray(total[np.searchsorted([at for at, _ in ordered], tick - before, side="right")])
