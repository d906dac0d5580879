"""One drug, as data: kinetics, effect curves, bands. All effects are illustrative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from sim.body.level import LEVELS, Level
from sim.exact.steps import Array
from sim.quantity import REQUIRED, Record, quantity

Family = Literal["baclofen", "opioid", "local-anaesthetic", "clonidine", "ziconotide", "tracer"]
Habit = Literal["none", "low", "moderate", "steep"]  # how fast tolerance comes
Place = Literal["band", "cistern", "plasma"]
TOGETHER: Final = (("oral_frac", "gut_per_h"), ("peripheral_ml", "exchange_ml_h"))


@dataclass(frozen=True, slots=True)
class EffectSite:
    """A concentration that is followed with a delay: the mean of a band of cells, the cistern's, or plasma's."""

    place: Place
    half_life_h: float
    band_from: Level
    band_to: Level


class EffectCurve(Record):
    """Effect site that follows a concentration, then a Hill curve; index 0 to 1.

    With both potencies, `ec50_mcg_ml` is that of a person who was never treated, and `ec50_ratio` that of one
    who has had the drug by pump for years.
    """

    title: str = Field(title="Name", max_length=80)
    site: Place = Field(title="Site that the effect follows")
    band_from: Level = Field(default="L1", title="Band from")
    band_to: Level = Field(default="S2", title="Band to")
    site_half_life_h: float = quantity(REQUIRED, 0.01, 100.0, "Half-life of the effect site")
    hill_gamma: float = quantity(REQUIRED, 0.2, 20.0, "Steepness")
    ec50_mcg_ml: float | None = quantity(None, 1e-9, 1e6, "Concentration of half effect")
    ec50_ratio: float | None = quantity(None, 1e-3, 1e3, "Half effect over the reference concentration")
    fold_tablets: float | None = quantity(None, 1.0, 1000.0, "Rise of the half effect after months of tablets")
    low_index: float = quantity(REQUIRED, 0.0, 1.0, "Band of the index, from")
    high_index: float = quantity(REQUIRED, 0.0, 1.0, "Band of the index, to")

    @model_validator(mode="after")
    def _one_potency(self) -> EffectCurve:
        if self.ec50_mcg_ml is None and self.ec50_ratio is None:
            raise ValueError("needs ec50_mcg_ml, ec50_ratio, or both")
        if self.low_index >= self.high_index:
            raise ValueError("needs low_index below high_index")
        if LEVELS.index(self.band_from) > LEVELS.index(self.band_to):
            raise ValueError("needs band_from above band_to")
        return self


class ExcessSite(Record):
    """One place where too much drug does harm: its level over half of the harm drives the index."""

    site: Place = Field(title="Site that the harm follows")
    half_life_h: float = quantity(REQUIRED, 0.01, 100.0, "Half-life of the site")
    ec50_mcg_ml: float | None = quantity(None, 1e-9, 1e6, "Concentration of half harm, never treated")
    accustomed_ratio: float | None = quantity(None, 1e-3, 1e3, "Half harm over the accustomed concentration")
    fold_pump: float | None = quantity(None, 1.0, 1000.0, "Rise of the half harm after years by pump")
    fold_tablets: float | None = quantity(None, 1.0, 1000.0, "Rise of the half harm after months of tablets")

    @model_validator(mode="after")
    def _one_potency(self) -> ExcessSite:
        if (self.ec50_mcg_ml is None) == (self.accustomed_ratio is None):
            raise ValueError("needs exactly one of ec50_mcg_ml and accustomed_ratio")
        return self

    def half_mcg_ml(self, accustomed_mcg_ml: float | Array) -> float | Array:
        """Level of half harm without its fold, for an accustomed level."""
        if self.accustomed_ratio is not None:
            return self.accustomed_ratio * accustomed_mcg_ml
        assert self.ec50_mcg_ml is not None
        return self.ec50_mcg_ml


class Excess(Record):
    """Too much of the drug, as an index from 0 to 1: a Hill curve of the sum over its sites."""

    title: str = Field(title="Name", max_length=80)
    hill_gamma: float = quantity(REQUIRED, 0.2, 20.0, "Steepness")
    sites: Annotated[tuple[ExcessSite, ...], Field(strict=False, min_length=1, max_length=3, title="Site")]


class ToleranceCourse(Record):
    """How far and how fast the concentration of half effect rises: EC50 (1 + rise_factor x T)."""

    rise_factor: float = quantity(REQUIRED, 0.0, 100.0, "Rise of the EC50 at full tolerance")
    half_life_day: float = quantity(REQUIRED, 0.1, 10000.0, "Half-life of tolerance")


class Tolerance(Record):
    """Three presets: people differ, and no data tell them apart beforehand."""

    low: ToleranceCourse
    moderate: ToleranceCourse
    steep: ToleranceCourse


class Drug(Record):
    """One drug: how it leaves the canal and the blood, and what it does on the way."""

    version: Literal[1] = 1
    title: str = Field(title="Name", max_length=200)
    family: Family = Field(title="Family")
    csf_loss_per_h: float = quantity(REQUIRED, 0.0, 10.0, "Loss from spinal CSF to blood")
    clearance_ml_h: float = quantity(REQUIRED, 0.0, 1e7, "Plasma clearance")
    plasma_ml: float = quantity(REQUIRED, 100.0, 1e7, "Plasma volume of distribution")
    peripheral_ml: float | None = quantity(None, 100.0, 1e7, "Peripheral volume of distribution")
    exchange_ml_h: float | None = quantity(None, 0.0, 1e7, "Exchange of plasma and periphery")
    depot_per_h: float = quantity(REQUIRED, 0.0, 10.0, "Absorption from the tissue depot")
    epidural_per_h: float = quantity(REQUIRED, 0.0, 20.0, "Rate of leaving the epidural space")
    dural_frac: float = quantity(REQUIRED, 0.0, 1.0, "Share of an epidural dose that reaches CSF")
    oral_frac: float | None = quantity(None, 0.0, 1.0, "Share of an oral dose that reaches plasma")
    gut_per_h: float | None = quantity(None, 0.01, 20.0, "Rate of leaving the gut")
    stable_day: float | None = quantity(None, 1.0, 1000.0, "Keeps in the reservoir for")
    reference_mcg_day: float = quantity(REQUIRED, 1e-6, 1e6, "Reference dose")
    reference_tip: Level = Field(title="Reference tip level")
    is_adapting: bool = Field(title="Body adapts, and withdrawal can follow")
    adaptation_half_life_h: float | None = quantity(None, 1.0, 10000.0, "Half-life of adaptation")
    effect: EffectCurve | None = None
    excess: Excess | None = None
    tolerance: Tolerance | None = None
    sources: Annotated[dict[str, Annotated[str, Field(max_length=200)]], Field(title="Sources")] = Field(
        default_factory=dict
    )

    @model_validator(mode="after")
    def _whole(self) -> Drug:
        for name, other in TOGETHER:
            if (getattr(self, name) is None) != (getattr(self, other) is None):
                raise ValueError(f"needs both or neither of {name} and {other}")
        if self.is_adapting != (self.adaptation_half_life_h is not None):
            raise ValueError("needs adaptation_half_life_h where is_adapting is true, and only there")
        if self.effect is None and (self.excess or self.tolerance or self.is_adapting):
            raise ValueError("needs an effect for excess, tolerance or adaptation")
        return self

    @property
    def effect_site(self) -> EffectSite:
        """Where the effect is felt; only of a drug that has one."""
        assert self.effect is not None
        curve = self.effect
        return EffectSite(curve.site, curve.site_half_life_h, curve.band_from, curve.band_to)

    @property
    def excess_sites(self) -> tuple[EffectSite, ...]:
        """Where too much is felt; a band is that of the effect."""
        if self.excess is None:
            return ()
        band = self.effect_site
        return tuple(
            EffectSite(site.site, site.half_life_h, band.band_from, band.band_to) for site in self.excess.sites
        )

    def sites(self) -> tuple[EffectSite, ...]:
        """The effect's site and, after it, those of excess that differ from it."""
        return () if self.effect is None else tuple(dict.fromkeys((self.effect_site, *self.excess_sites)))

    def tolerance_course(self, habit: Habit) -> ToleranceCourse | None:
        """The preset of that name; None for "none" and for a drug without tolerance."""
        if habit == "none" or self.tolerance is None:
            return None
        return {"low": self.tolerance.low, "moderate": self.tolerance.moderate, "steep": self.tolerance.steep}[habit]
