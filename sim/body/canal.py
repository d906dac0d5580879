"""Canal and body as a list of transfers: fills the list, nothing else."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from pydantic import Field

from sim.body.drug import Drug, EffectSite
from sim.body.level import CANAL_CM, CELL_CM, N_CELL, band_weights, level_cm, point_weights
from sim.exact import LinearSystem
from sim.exact.steps import Array
from sim.quantity import Record, quantity

Mixing = Literal["low", "default", "high"]
DISPERSION_CM: Final = (6.0, 25.75, 46.0)  # places the three values belong to, cm from foramen magnum
DISPERSION_CM2_H: Final[dict[str, tuple[float, float, float]]] = {
    "low": (10.0, 10.0, 5.0),
    "default": (500.0, 250.0, 50.0),
    "high": (1200.0, 600.0, 150.0),
}
CELLS: Final = tuple(f"csf_{i:02d}" for i in range(1, N_CELL + 1))  # rostral first
NAMES: Final = (*CELLS, "cistern", "cranial", "plasma", "tissue")  # in every network, and first
SITES: Final = ("effect site", "excess site 1", "excess site 2", "excess site 3")  # followers, as many as a drug has


@dataclass(frozen=True)
class Routes:
    """Ways into the body beside the tip and the tissue around the line; what is not used costs nothing."""

    epidural: tuple[str, ...] = ()  # levels that have an epidural depot
    is_oral: bool = False


TIP_ONLY: Final = Routes()


class Canal(Record):
    """The person's CSF spaces, production and mixing."""

    spinal_ml: float = quantity(97.0, 70.0, 130.0, "Spinal CSF volume")
    cistern_ml: float = quantity(30.0, 10.0, 60.0, "Cistern volume")
    cranial_ml: float = quantity(120.0, 50.0, 300.0, "Other cranial CSF volume")
    production_ml_h: float = quantity(21.0, 12.0, 42.0, "CSF production")
    spinal_absorption_frac: float = quantity(0.25, 0.0, 0.5, "Share of CSF absorbed along the spine")
    cistern_mixing_ml_h: float = quantity(60.0, 20.0, 200.0, "Mixing between cistern and head")
    mixing: Mixing = Field(default="default", title="Mixing along the canal")
    dispersion_factor: float = quantity(1.0, 0.02, 50.0, "Person's dispersion over the preset's")
    loss_factor: float = quantity(1.0, 0.05, 20.0, "Person's drug loss to blood over the drug's")


def dispersion_cm2_h(place_cm: float, mixing: Mixing) -> float:
    """Effective dispersion: log-linear between three places, constant beyond them.

    Source: fitted to the published tracer and drug gradients.

    >>> round(dispersion_cm2_h(46.0, "default"), 6)
    50.0
    """
    return math.exp(float(np.interp(place_cm, DISPERSION_CM, np.log(DISPERSION_CM2_H[mixing]))))


def names_of(drug: Drug, routes: Routes = TIP_ONLY) -> tuple[str, ...]:
    """States of the network: NAMES, then those that only this drug or these routes need.

    >>> from sim.scenario.library import catalogue
    >>> names_of(catalogue().drugs["clonidine-like"], Routes(epidural=("L3",), is_oral=True))[len(NAMES):]
    ('epidural_L3', 'gut', 'not_absorbed')
    """
    periphery = () if drug.peripheral_ml is None else ("peripheral",)
    mouth = ("gut", "not_absorbed") if routes.is_oral else ()
    return (*NAMES, *periphery, *(f"epidural_{level}" for level in routes.epidural), *mouth)


def volumes_ml(canal: Canal, drug: Drug, routes: Routes = TIP_ONLY) -> Array:
    """Volumes (n,) that turn the amounts of names_of into concentrations; depots have none (nan)."""
    volume = dict.fromkeys(CELLS, canal.spinal_ml / N_CELL)
    volume |= {"cistern": canal.cistern_ml, "cranial": canal.cranial_ml, "plasma": drug.plasma_ml}
    if drug.peripheral_ml is not None:
        volume["peripheral"] = drug.peripheral_ml
    return np.array([volume.get(name, math.nan) for name in names_of(drug, routes)])


def site_weights(site: EffectSite, canal: Canal, drug: Drug) -> dict[str, float]:
    """Weights on amounts (mcg) that give the concentration (mcg/mL) at an effect's site."""
    volume = dict(zip(names_of(drug), volumes_ml(canal, drug), strict=True))
    if site.place != "band":
        return {site.place: float(1.0 / volume[site.place])}
    shares = zip(CELLS, band_weights(site.band_from, site.band_to), strict=True)
    return {cell: float(share / volume[cell]) for cell, share in shares if share > 0.0}


def tip_shares(tip_cm: float) -> dict[str, float]:
    """Shares of the dose that enter each cell: the two nearest cell centres, linearly."""
    return {cell: float(share) for cell, share in zip(CELLS, point_weights(tip_cm), strict=True) if share > 0.0}


def network(drug: Drug, canal: Canal, routes: Routes = TIP_ONLY) -> LinearSystem:
    """Transfers, losses and effect sites of canal and body; amounts in mcg, rates per hour.

    Raises ValueError where `routes` ask for a drug by mouth that is not given by mouth.
    """
    cell_ml = canal.spinal_ml / N_CELL
    area_cm2 = canal.spinal_ml / CANAL_CM
    to_spine_ml_h = canal.spinal_absorption_frac * canal.production_ml_h
    to_head_ml_h = canal.production_ml_h - to_spine_ml_h
    transfers: list[tuple[str, str, float]] = []

    chain = [("cistern", canal.cistern_ml), *((cell, cell_ml) for cell in CELLS)]
    for i, ((above, above_ml), (below, below_ml)) in enumerate(pairwise(chain)):
        # exchange by dispersion at the face, both ways; net flow of CSF towards the sac's end
        spread_cm2_h = canal.dispersion_factor * dispersion_cm2_h(i * CELL_CM, canal.mixing)
        exchange_ml_h = area_cm2 * spread_cm2_h / CELL_CM
        caudal_ml_h = to_spine_ml_h * (1.0 - i / N_CELL)
        transfers.append((above, below, (exchange_ml_h + caudal_ml_h) / above_ml))
        transfers.append((below, above, exchange_ml_h / below_ml))
    for cell in CELLS:
        # absorbed with CSF, and lost to blood across the membranes
        transfers.append((cell, "plasma", to_spine_ml_h / N_CELL / cell_ml + canal.loss_factor * drug.csf_loss_per_h))

    # the head: mixing both ways, the rest of the new CSF passes through and is absorbed there
    transfers.append(("cistern", "cranial", (canal.cistern_mixing_ml_h + to_head_ml_h) / canal.cistern_ml))
    transfers.append(("cranial", "cistern", canal.cistern_mixing_ml_h / canal.cranial_ml))
    transfers.append(("cranial", "plasma", to_head_ml_h / canal.cranial_ml))
    transfers.append(("tissue", "plasma", drug.depot_per_h))

    if drug.peripheral_ml is not None and drug.exchange_ml_h is not None:
        # two-way with plasma, by one flow
        transfers.append(("plasma", "peripheral", drug.exchange_ml_h / drug.plasma_ml))
        transfers.append(("peripheral", "plasma", drug.exchange_ml_h / drug.peripheral_ml))
    for level in routes.epidural:
        # a share crosses the dura at that level, the rest is taken up by blood
        for cell, share in tip_shares(level_cm(level)).items():
            transfers.append((f"epidural_{level}", cell, drug.epidural_per_h * drug.dural_frac * share))
        transfers.append((f"epidural_{level}", "plasma", drug.epidural_per_h * (1.0 - drug.dural_frac)))
    if routes.is_oral:
        if drug.oral_frac is None or drug.gut_per_h is None:
            raise ValueError(f"{drug.title} is not given by mouth")
        # a share reaches blood, the rest is kept count of
        transfers.append(("gut", "plasma", drug.gut_per_h * drug.oral_frac))
        transfers.append(("gut", "not_absorbed", drug.gut_per_h * (1.0 - drug.oral_frac)))

    return LinearSystem(
        names_of(drug, routes),
        transfers=transfers,
        losses=[("plasma", drug.clearance_ml_h / drug.plasma_ml)],
        followers=[
            (name, site_weights(site, canal, drug), math.log(2.0) / site.half_life_h)
            for name, site in zip(SITES, drug.sites())
        ],
    )
