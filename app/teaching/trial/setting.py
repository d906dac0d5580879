"""What a trial is set to: the doses of its three arms, the rule on them, and where the page starts."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from pydantic import Field

from app.figures.trial_course import Arm
from app.files.trial_ranges import DOSE_MCG, HELD_H, INFUSION_MCG_DAY, LIMIT_RATIO, OBSERVE_H, PLACEBO_INDEX, SEED
from sim import catalogue
from sim.body import LEVELS, grades
from sim.scenario import REQUIRED, Record, check, quantity

Axis = Literal["excess", "cistern", "plasma"]
History = Literal["naive", "tablets"]  # of opioids before the trial
ARMS: Final[tuple[Arm, ...]] = ("bolus", "epidural", "infusion")
FILE: Final = Path(__file__).parents[2] / "data" / "trial.toml"


class Doses(Record):
    """What each of the three arms gives, and how long the person is watched after it."""

    bolus_mcg: float = quantity(REQUIRED, *DOSE_MCG, "Single bolus")
    epidural_mcg: float | None = quantity(None, *DOSE_MCG, "Epidural bolus (none if the label excludes it)")
    infusion_mcg_day: float = quantity(REQUIRED, *INFUSION_MCG_DAY, "Continuous infusion")
    observe_h: float = quantity(REQUIRED, *OBSERVE_H, "Watched for")


class Setting(Doses):
    """One trial, from which all three arms derive."""

    drug: str = Field(title="Drug", max_length=80)
    history: History = Field(default="naive", title="Opioids before")
    level: str = Field(default="L3", title="Level")
    held_h: float = quantity(4.0, *HELD_H, "Half relief must hold for")
    axis: Axis = Field(default="cistern", title="Side effects follow")
    limit_ratio: float = quantity(REQUIRED, *LIMIT_RATIO, "Limit of side effects")
    placebo_index: float = quantity(0.0, *PLACEBO_INDEX, "Relief by expectation alone")
    seed: int = quantity(1, *SEED, "Seed of the diary's noise")

    def dose_mcg(self, arm: Arm) -> float:
        """What an arm gives within a day."""
        doses = {"bolus": self.bolus_mcg, "epidural": self.epidural_mcg or 0.0, "infusion": self.infusion_mcg_day}
        return doses[arm]


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def drugs() -> MappingProxyType[str, Doses]:
    """Drugs with a modelled effect, and the doses that the page starts with."""
    return MappingProxyType({name: check(Doses, table) for name, table in _file()["drugs"].items()})


def first_limit(axis: Axis, drug: str) -> float:
    """Limit that the page starts with on an axis; of excess, where its serious word begins."""
    return grades(catalogue().drugs[drug])[1] if axis == "excess" else float(_file()["limits"][axis])


def axes(drug: str) -> tuple[Axis, ...]:
    """What side effects can be read off: excess where it is modelled, and the two assumed stand-ins."""
    return ("excess", "cistern", "plasma") if catalogue().drugs[drug].excess else ("cistern", "plasma")


def first_setting(drug: str) -> Setting:
    """The setting that the page starts with for a drug."""
    axis = axes(drug)[0]
    return Setting(drug=drug, axis=axis, limit_ratio=first_limit(axis, drug), **drugs()[drug].model_dump())


def has_epidural(drug: str) -> bool:
    """Whether the drug may be given into the epidural space: two labels exclude it."""
    return drugs()[drug].epidural_mcg is not None


def arms(drug: str) -> tuple[Arm, ...]:
    """The arms of a trial of the drug."""
    return ARMS if has_epidural(drug) else tuple(arm for arm in ARMS if arm != "epidural")


def is_opioid(drug: str) -> bool:
    """Whether what a person had before the trial matters to it."""
    return catalogue().drugs[drug].family == "opioid"


def levels() -> tuple[str, ...]:
    """Where a trial dose may be given: below the cord or along its lower part."""
    return tuple(LEVELS[LEVELS.index("T6") :])
