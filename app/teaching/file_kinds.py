"""Every kind of file: the declaration that says what may be in it, and where the packaged ones are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from app.teaching.emergencies import EmergencyFile
from app.teaching.leaflet import Leaflet
from app.teaching.lessons.records import Lesson
from app.teaching.refill_visit.checklist import Checklist
from app.teaching.sources import Credibility, Figure
from app.teaching.trial import Axis, Doses
from app.words.sources import Equation
from sim import Scenario, sheet
from sim.body import Drug
from sim.device import Catheter, Pump
from sim.scenario import Record

Sign = Annotated[str, Field(json_schema_extra={"enum": list(sheet.SIGNS)})]
Texts = dict[str, str]


class SheetCase(Record):
    """One thing that can be wrong, and a sign for each test, in the order of `tests`."""

    title: str
    kind: str = Field(default="", description="Kind of fault; left out where it is none")
    device: list[Sign] | None = None
    teaching: list[Sign] | None = None
    own: list[Sign] | None = None


class SheetDeparture(Record):
    """A cell where the model's physics does otherwise than the sheet."""

    case: str
    test: str
    model: Sign
    why: str


class SheetFile(Record):
    """Which fault each test can show."""

    tests: list[str]
    sources: Texts
    case: dict[str, SheetCase]
    departure: list[SheetDeparture]


class TrialFile(Record):
    """What the page Trial starts with: doses by drug, limits by axis, a source line for each number."""

    drugs: dict[str, Doses]
    limits: dict[Axis, float]
    sources: Texts


class ValidationFile(Record):
    """Published figures, and what the model gives."""

    rows: list[Figure]


class EquationGroup(Record):
    """Equations of one stage of a run."""

    title: str
    equations: list[Equation]


class EquationFile(Record):
    """Every equation, in the order in which a run computes them."""

    groups: list[EquationGroup]


class CurveReasons(Record):
    """What makes one curve."""

    equations: list[str] = Field(description="By their names in equations.toml")
    parameters: list[str] = Field(description="pump, catheter, drug, canal or surroundings, a point, and the name")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: what declares it, and which packaged files are of it."""

    shape: Any
    files: str  # from the folder that holds sim and app, as a pattern


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "scenario": Kind(Scenario, "sim/data/scenarios/*.toml"),
        "pump": Kind(Pump, "sim/data/pumps/*.toml"),
        "catheter": Kind(Catheter, "sim/data/catheters/*.toml"),
        "drug": Kind(Drug, "sim/data/drugs/*.toml"),
        "sheet": Kind(SheetFile, "sim/data/sheets/*.toml"),
        "lesson": Kind(Lesson, "app/data/lessons/*.toml"),
        "checklist": Kind(Checklist, "app/data/checklist.toml"),
        "leaflet": Kind(Leaflet, "app/data/leaflet.toml"),
        "emergencies": Kind(EmergencyFile, "app/data/emergencies.toml"),
        "trial": Kind(TrialFile, "app/data/trial.toml"),
        "validation": Kind(ValidationFile, "app/data/validation.toml"),
        "equations": Kind(EquationFile, "app/data/equations.toml"),
        "credibility": Kind(Credibility, "app/data/credibility.toml"),
        "why": Kind(dict[str, CurveReasons], "app/data/why.toml"),
        "person": Kind(dict[Literal["canal", "surroundings", "variability"], Texts], "app/data/person.toml"),
        "words": Kind(dict[str, dict[str, str | list[str] | Texts]], "app/data/words/*.toml"),
    }
)
