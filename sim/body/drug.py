"""One drug, as data: kinetics, effect curves, bands. All effects are illustrative."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.body.level import LEVELS, Level
from sim.quantity import REQUIRED, Record, quantity


class EffectCurve(Record):
    """Effect site that follows a concentration, then a Hill curve; index 0 to 1."""

    title: str = Field(title="Name", max_length=80)
    site: Literal["band", "cistern", "plasma"] = Field(title="Site that the effect follows")
    band_from: Level = Field(default="L1", title="Band from")
    band_to: Level = Field(default="S2", title="Band to")
    site_half_life_h: float = quantity(REQUIRED, 0.01, 100.0, "Half-life of the effect site")
    hill_gamma: float = quantity(REQUIRED, 0.2, 20.0, "Steepness")
    ec50_mcg_ml: float | None = quantity(None, 1e-9, 1e6, "Concentration of half effect")
    ec50_ratio: float | None = quantity(None, 1e-3, 1e3, "Half effect over the reference concentration")
    low_index: float = quantity(REQUIRED, 0.0, 1.0, "Band of the index, from")
    high_index: float = quantity(REQUIRED, 0.0, 1.0, "Band of the index, to")

    @model_validator(mode="after")
    def _one_potency(self) -> EffectCurve:
        if (self.ec50_mcg_ml is None) == (self.ec50_ratio is None):
            raise ValueError("needs exactly one of ec50_mcg_ml and ec50_ratio")
        if self.low_index >= self.high_index:
            raise ValueError("needs low_index below high_index")
        if LEVELS.index(self.band_from) > LEVELS.index(self.band_to):
            raise ValueError("needs band_from above band_to")
        return self


class Drug(Record):
    """One drug: how it leaves the canal and the blood, and what it does on the way."""

    version: Literal[1] = 1
    title: str = Field(title="Name", max_length=200)
    family: Literal["baclofen", "opioid"] = Field(title="Family")
    csf_loss_per_h: float = quantity(REQUIRED, 0.0, 10.0, "Loss from spinal CSF to blood")
    clearance_ml_h: float = quantity(REQUIRED, 0.0, 1e7, "Plasma clearance")
    plasma_ml: float = quantity(REQUIRED, 100.0, 1e7, "Plasma volume of distribution")
    depot_per_h: float = quantity(REQUIRED, 0.0, 10.0, "Absorption from the tissue depot")
    reference_mcg_day: float = quantity(REQUIRED, 1e-6, 1e6, "Reference dose")
    reference_tip: Level = Field(title="Reference tip level")
    is_adapting: bool = Field(title="Body adapts, and withdrawal can follow")
    adaptation_half_life_h: float = quantity(REQUIRED, 1.0, 10000.0, "Half-life of adaptation")
    effect: EffectCurve
    breathing: EffectCurve | None = None
    sources: Annotated[dict[str, Annotated[str, Field(max_length=200)]], Field(title="Sources")] = Field(
        default_factory=dict
    )

    def curves(self) -> tuple[EffectCurve, ...]:
        """The effect, and breathing where the drug acts on it."""
        return (self.effect,) if self.breathing is None else (self.effect, self.breathing)
