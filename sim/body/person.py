"""What one person is used to: accustomed levels, and folds on what half of an effect or of harm needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sim.body.canal import Canal, names_of, network, site_weights, tip_shares
from sim.body.drug import Drug, EffectSite
from sim.body.level import level_cm
from sim.exact.system import steady_state

OpioidHistory = Literal["naive", "tablets", "pump"]


@dataclass(frozen=True, slots=True)
class Person:
    """One person and one drug; the sites are those of `Drug.excess_sites`, levels in mcg/mL.

    Folds fade while the drug is away; 1 where nothing has to fade.
    """

    half_mcg_ml: float  # of the effect without its fold
    fold: float
    excess_half_mcg_ml: tuple[float, ...]  # without their folds
    excess_folds: tuple[float, ...]
    accustomed_mcg_ml: tuple[float, ...]  # steady levels at the accustomed dose
    is_accustomed: bool  # harm counts from the accustomed dose on, not from nothing

    @property
    def can_fade(self) -> bool:
        """Whether any fold is there to be lost."""
        return max((self.fold, *self.excess_folds)) > 1.0

    @property
    def occupied_half_mcg_ml(self) -> float:
        """Level at which half of the receptors are held, as the body has them at the start."""
        return self.half_mcg_ml * self.fold

    @property
    def accustomed_drive(self) -> float:
        """What drives harm at the accustomed dose: the sum of level over half harm."""
        parts = zip(self.accustomed_mcg_ml, self.excess_half_mcg_ml, self.excess_folds, strict=True)
        return sum(level / (half * fold) for level, half, fold in parts)


def steady_amounts(drug: Drug, canal: Canal, tip_level: str, dose_mcg_h: float) -> dict[str, float]:
    """Amounts (mcg) where a constant dose at the tip is balanced by the losses."""
    shares = tip_shares(level_cm(tip_level))
    inflow = {cell: share * dose_mcg_h for cell, share in shares.items()}
    return dict(zip(names_of(drug), steady_state(network(drug, canal), inflow).tolist(), strict=True))


def level_mcg_ml(amounts: Mapping[str, float], site: EffectSite, canal: Canal, drug: Drug) -> float:
    """Concentration at a site for given amounts."""
    return sum(amounts[name] * weight for name, weight in site_weights(site, canal, drug).items())


def person_of(
    drug: Drug,
    canal: Canal | None = None,
    tip_level: str | None = None,
    accustomed_mcg_day: float | None = None,
    history: OpioidHistory = "pump",
) -> Person:
    """The person a drug acts on; without an accustomed dose, as used to the reference dose at the reference tip.

    What a drug file gives as a ratio of the reference is taken in the reference canal; what it gives as a ratio
    of the accustomed level, in this person's own canal and at the tip's planned level. The history changes
    nothing for a drug without folds.

    >>> from sim.scenario.library import catalogue
    >>> morphine = catalogue().drugs["morphine-like"]
    >>> [round(person_of(morphine, history=history).fold, 1) for history in ("naive", "tablets", "pump")][:2]
    [1.0, 4.3]
    """
    assert drug.effect is not None
    own, level = canal or Canal(), (accustomed_mcg_day and tip_level) or drug.reference_tip
    unit = steady_amounts(drug, own, level, 1.0)
    dose_mcg_h = (drug.reference_mcg_day if accustomed_mcg_day is None else accustomed_mcg_day) / 24.0
    accustomed = tuple(dose_mcg_h * level_mcg_ml(unit, site, own, drug) for site in drug.excess_sites)
    is_opioid = drug.family == "opioid"
    is_reference = own == Canal() and level == drug.reference_tip
    half, fold = _effect(drug, history, unit if is_reference else None)
    sites = () if drug.excess is None else drug.excess.sites
    return Person(
        half_mcg_ml=half,
        fold=fold,
        excess_half_mcg_ml=tuple(float(site.half_mcg_ml(usual)) for site, usual in zip(sites, accustomed, strict=True)),
        excess_folds=tuple(
            {"naive": None, "tablets": site.fold_tablets, "pump": site.fold_pump}[history] or 1.0 for site in sites
        ),
        accustomed_mcg_ml=accustomed,
        is_accustomed=not is_opioid or history == "pump",
    )


def _effect(drug: Drug, history: OpioidHistory, unit: Mapping[str, float] | None) -> tuple[float, float]:
    """Half effect (mcg/mL) without its fold, and the fold of a history; unit: amounts that 1 mcg/h holds there."""
    curve = drug.effect
    assert curve is not None
    if curve.ec50_mcg_ml is not None and (curve.ec50_ratio is None or history != "pump"):
        return curve.ec50_mcg_ml, (curve.fold_tablets or 1.0) if history == "tablets" else 1.0
    assert curve.ec50_ratio is not None
    unit = unit or steady_amounts(drug, Canal(), drug.reference_tip, 1.0)
    level = drug.reference_mcg_day / 24.0 * level_mcg_ml(unit, drug.effect_site, Canal(), drug)
    half = curve.ec50_ratio * level
    return (half, 1.0) if curve.ec50_mcg_ml is None else (curve.ec50_mcg_ml, half / curve.ec50_mcg_ml)
