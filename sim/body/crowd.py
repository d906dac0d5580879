"""Canals and bodies of many people at once: who they are, and their networks as stacked arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.body.canal import NAMES, TIP_ONLY, Canal, Routes, network, site_weights, tip_shares, volumes_ml
from sim.body.drug import Drug
from sim.body.level import level_cm
from sim.exact.steps import Array
from sim.exact.system import LinearSystem, balance, steady_state
from sim.quantity import Record, quantity

FACTORS: Final = ("spinal", "loss", "dispersion", "production")
READINGS: Final = ("site_mcg_ml", "lumbar_mcg_ml", "cistern_mcg_ml", "plasma_mcg_ml")
LUMBAR: Final = "L4"
# every rate of the network is a sum of these products, so seven people tell all the others
PROBES: Final = np.array(
    [[1, 1, 1, 1], [1, 2, 1, 1], [1, 1, 2, 1], [1, 1, 1, 2], [2, 1, 1, 1], [2, 1, 2, 1], [2, 1, 1, 2]], dtype=np.float64
)


class Variability(Record):
    """How much people differ: lognormal, median 1, independent; standard deviation over mean.

    Source: derived from published standard errors (spinal volume, loss), the others illustrative; the
    published spread between people is at least this wide.
    """

    spinal_cv_frac: float = quantity(0.30, 0.0, 2.0, "Spread of the spinal CSF volume")
    loss_cv_frac: float = quantity(0.40, 0.0, 2.0, "Spread of the drug loss to blood")
    dispersion_cv_frac: float = quantity(0.60, 0.0, 2.0, "Spread of the dispersion")
    production_cv_frac: float = quantity(0.25, 0.0, 2.0, "Spread of the CSF production")

    def factors(self, n: int, seed: int) -> Array:
        """Factors (n, 4) of n people, in the order of FACTORS; more people keep the first ones.

        >>> Variability().factors(2, seed=1).round(3).tolist() == Variability().factors(9, seed=1)[:2].round(3).tolist()
        True
        """
        spread = [self.spinal_cv_frac, self.loss_cv_frac, self.dispersion_cv_frac, self.production_cv_frac]
        # CV = sqrt(exp(w^2) - 1), w the standard deviation of the logarithm
        w = np.sqrt(np.log1p(np.square(spread)))
        return np.asarray(np.exp(w * np.random.default_rng(seed).standard_normal((n, len(FACTORS)))))


def canal_of(canal: Canal, factor: Array) -> Canal:
    """The canal of a person with factors (4,), not held against the declared ranges."""
    spinal, loss, dispersion, production = (float(value) for value in factor)
    changed = {
        "spinal_ml": canal.spinal_ml * spinal,
        "loss_factor": canal.loss_factor * loss,
        "dispersion_factor": canal.dispersion_factor * dispersion,
        "production_ml_h": canal.production_ml_h * production,
    }
    return canal.model_copy(update=changed)


def _products(factor: Array) -> Array:
    """Products (p, 7) of the factors (p, 4) that occur in rates and in what is read."""
    spinal, loss, dispersion, production = factor.T
    each = [
        np.ones(len(factor)), 1.0 / spinal, loss, dispersion, dispersion * spinal, production, production / spinal,
    ]  # fmt: skip
    return np.stack(each, axis=1)


def _readings(drug: Drug, canal: Canal, names: Sequence[str]) -> Array:
    """Weights (4, n) on the states of NAMES that give the READINGS."""
    ml = dict(zip(NAMES, volumes_ml(canal, drug).tolist(), strict=False))
    lumbar = {cell: share / ml[cell] for cell, share in tip_shares(level_cm(LUMBAR)).items()}
    site = {} if drug.effect is None else site_weights(drug.effect_site, canal, drug)
    rows = [site, lumbar, {"cistern": 1.0 / ml["cistern"]}]
    rows.append({"plasma": 1.0 / ml["plasma"]})
    return np.array([[row.get(name, 0.0) for name in names] for row in rows])


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """Networks of people who differ by factors, as sums of the parts that go with each product."""

    median: LinearSystem
    generator_part: Array  # (7, n, n), per hour
    reading_part: Array  # (7, 4, n)

    @staticmethod
    def around(drug: Drug, canal: Canal, routes: Routes = TIP_ONLY) -> Crowd:
        """The parts, separated by the networks of seven people around one canal."""
        people = [canal_of(canal, factor) for factor in PROBES]
        shares = np.linalg.inv(_products(PROBES))
        median = network(drug, canal, routes)
        generators = np.stack([network(drug, person, routes).generator() for person in people])
        readings = np.zeros((len(PROBES), len(READINGS), generators.shape[1]))
        readings[:, :, : len(median.names)] = [_readings(drug, person, median.names) for person in people]
        return Crowd(median, np.tensordot(shares, generators, 1), np.tensordot(shares, readings, 1))

    @property
    def n_mass(self) -> int:
        """Rows that keep mass: states, and what was cleared."""
        return len(self.median.names) + 1

    def generators(self, factor: Array) -> Array:
        """Generators (p, n, n) per hour of people with factors (p, 4); see `LinearSystem.generator`."""
        return np.tensordot(_products(factor), self.generator_part, 1)

    def readings(self, factor: Array) -> Array:
        """Weights (p, 4, n) that read the concentrations READINGS off the states."""
        return np.tensordot(_products(factor), self.reading_part, 1)

    def enters(self, names: Sequence[str]) -> Array:
        """What an input to each of some states brings to all states (n, q)."""
        share = np.zeros((self.generator_part.shape[1], len(names)))
        share[[list(self.median.names).index(name) for name in names], np.arange(len(names))] = 1.0
        return share

    def steady(self, generators: Array, inflow_mcg_h: Mapping[str, float]) -> Array:
        """States (p, n) where a constant inflow is balanced by the losses, effect sites included.

        Raises ValueError where drug has no way out.
        """
        n = len(self.median.names)
        # all people have the same ways, so what the median leaves empty is empty in all
        alive = np.flatnonzero(steady_state(self.median, inflow_mcg_h))
        state = np.zeros(generators.shape[:2])
        supply = np.array([inflow_mcg_h.get(self.median.names[i], 0.0) for i in alive.tolist()])
        rates = generators[:, np.append(n, alive)[:, None], alive]
        state[:, alive] = balance(rates, np.broadcast_to(supply, (len(rates), len(alive))))
        # a follower rests at its weighted sum
        follower = np.arange(n + 1, generators.shape[1])
        flow = np.einsum("pfn,pn->pf", generators[:, n + 1 :, :n], state[:, :n])
        state[:, follower] = flow / -generators[:, follower, follower]
        return state
