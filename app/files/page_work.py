"""What somebody is in the midst of on Lessons, Refill visit and Trial, entries that wait for a button included."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from app.files.trial_ranges import SEED
from sim import Scenario
from sim.scenario import REQUIRED, Record, quantity

Occurs = Literal["never", "by_chance", "always"]
Depth = Literal["core", "full", "expert"]
Way = Literal["keep", "rate", "flow", "stop"]
Decision = Literal["as_expected", "look", "stop"]
Verdict = Literal["passes", "relief", "side", "both", "watch"]
ANY: Final = (-1e9, 1e9)  # of a number that a learner types; the page judges it
DAY: Final = (0.01, 3650.0)
Sure = Annotated[int, Field(ge=1, le=3)]
Place = Annotated[int, Field(ge=0, le=99)]
Points = Annotated[tuple[Annotated[float, Field(ge=ANY[0], le=ANY[1])], ...], Field(strict=False, max_length=60)]
Text = Annotated[str, Field(max_length=1000)]
Deed = Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9][a-z0-9_: -]*$")]


class AnswerWork(Record):
    """One answer to a question of a lesson."""

    choice: Place = Field(title="Place of the choice")
    sure: Sure = Field(title="How sure")


class LessonWork(Record):
    """How far a lesson is; the prediction is an entry until its step is over."""

    stage: Literal["ask", "locked", "seen", "why", "questions", "done"] = Field(default="ask", title="Step")
    is_example_read: bool = Field(default=False, title="The worked example was read")
    direction: Literal[-1, 0, 1] | None = Field(default=None, title="Predicted direction")
    number: float | None = quantity(None, *ANY, "Predicted number")
    sure: Sure | None = Field(default=None, title="How sure of the prediction")
    sketch: Points | None = Field(default=None, title="Predicted curve")
    seen: Annotated[int, Field(ge=-1, le=99)] | None = Field(default=None, title="Claim chosen (-1 for own words)")
    seen_words: Text = Field(default="", title="What was seen, in own words")
    reflect: Text = Field(default="", title="Own words on the question to think about")
    answers: Annotated[tuple[AnswerWork, ...], Field(strict=False, max_length=30, title="Answers")] = ()
    place: Place = Field(default=0, title="Place of the question")
    choice: Place | None = Field(default=None, title="Choice that is not given yet")
    choice_sure: Sure | None = Field(default=None, title="How sure of it")
    is_compared: bool = Field(default=False, title="A button asked to see another run")


class ProgrammeWork(Record):
    """What is to be programmed at a visit."""

    programmed_mcg_ml: float = quantity(REQUIRED, *ANY, "Strength")
    programmed_ml: float | None = quantity(None, *ANY, "Volume (the one to expect if empty)")
    way: Way = Field(default="keep", title="Dose from now on")
    value: float = quantity(0.0, *ANY, "Its value")
    bridge_from_mcg_ml: float | None = quantity(None, *ANY, "Strength in the line (no bridge if empty)")


class VisitEntries(Record):
    """What was chosen or typed at a visit and waits for its button; names are those of the page's fields."""

    agree: Literal["yes", "no"] | None = Field(default=None, title="Strength and chart agree")
    guess: float | None = quantity(None, *ANY, "Volume expected")
    decision: Decision | None = Field(default=None, title="Decision")
    vial: Place | None = Field(default=None, title="Vial")
    volume: float | None = quantity(None, *ANY, "Volume to inject")
    portions: bool | None = Field(default=None, title="In portions")
    programmed_strength: float | None = quantity(None, *ANY, "Strength")
    programmed_ml: float | None = quantity(None, *ANY, "Volume programmed")
    way: Way | None = Field(default=None, title="Dose from now on")
    dose_label: float | None = quantity(None, *ANY, "Dose")
    flow_label: float | None = quantity(None, *ANY, "Flow")
    bridge: bool | None = Field(default=None, title="With a bridge")
    bridge_from: float | None = quantity(None, *ANY, "Strength in the line")
    type_fold: float | None = quantity(None, *ANY, "Fold of the change")
    next_day: float | None = quantity(None, *ANY, "Next visit")


class VisitWork(Record):
    """A refill visit and all its acts; they are carried out anew, and refused where they cannot be."""

    scenario: Scenario | None = Field(default=None, title="Scenario (the one of the page if empty)")
    day: float = quantity(REQUIRED, *DAY, "Day")
    seed: int = quantity(REQUIRED, *SEED, "Seed")
    pocket_fill: Occurs = Field(default="never", title="Needle beside the septum")
    mix_up: Occurs = Field(default="never", title="Vials mixed up")
    depth: Depth = Field(default="core", title="How much the visit asks for")
    deeds: Annotated[tuple[Deed, ...], Field(strict=False, max_length=200, title="What was done")] = ()
    agrees: bool | None = Field(default=None, title="Strength and chart agree")
    guess_ml: float | None = quantity(None, 0.0, 100.0, "Volume expected")
    decision: Decision | None = Field(default=None, title="Decision")
    vial: Place | None = Field(default=None, title="Vial")
    in_ml: float | None = quantity(None, 0.0, 1000.0, "Volume injected")
    programme: ProgrammeWork | None = Field(default=None, title="What is programmed")
    is_confirmed: bool = Field(default=False, title="The programme was sent")
    next_day: float | None = quantity(None, *DAY, "Next visit")
    entries: VisitEntries = Field(default_factory=VisitEntries, title="Entries that wait for a button")


class TrialWork(Record):
    """What was judged of the arms of a trial, and whether the truth was asked for."""

    bolus: Verdict | None = Field(default=None, title="Judgement on the single bolus")
    epidural: Verdict | None = Field(default=None, title="Judgement on the epidural bolus")
    infusion: Verdict | None = Field(default=None, title="Judgement on the infusion")
    is_revealed: bool = Field(default=False, title="What really happened was asked for")
