"""A lesson as data: the question, what is predicted, what is seen, why, and what is asked afterwards."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from app.teaching.lessons.measures import Measure
from app.teaching.lessons.run_numbers import LAST_DAY
from sim.body import Level
from sim.scenario import REQUIRED, Record, quantity

MOST: Final = 1e6
N_LEVELS: Final = 3
MODULES: Final = ("healthy", "programming", "volume", "single fault", "look-alikes")  # in the order of learning

Text = Annotated[str, Field(min_length=1, max_length=600)]
Short = Annotated[str, Field(min_length=1, max_length=160)]
Word = Annotated[str, Field(min_length=1, max_length=40)]
Key = Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9][a-z0-9.-]*$")]
Settings = dict[str, Any]  # dotted path of a field of the scenario -> value
Number = Annotated[float, Field(ge=-MOST, le=MOST)]
Facts = dict[str, Measure]
CurveName = Literal["tip_dose", "volume", "csf", "effect", "excess", "plasma"]


class Vary(Record):
    """One number that "again with new numbers" draws anew, and that the texts may name."""

    name: Annotated[str, Field(max_length=40, pattern=r"^[a-z][a-z0-9.-]*$")]
    paths: Annotated[tuple[Short, ...], Field(strict=False, min_length=1, max_length=8)]
    values: Annotated[tuple[Number, ...], Field(strict=False, min_length=2, max_length=30)]


class Sketch(Record):
    """A curve that the learner draws by points at given days; both axes start at 0."""

    curve: CurveName
    days: Annotated[
        tuple[Annotated[float, Field(ge=0.0, le=LAST_DAY)], ...], Field(strict=False, min_length=4, max_length=6)
    ]
    high: float = quantity(REQUIRED, 1e-3, MOST, "Top of the axis")
    level: str | None = None
    is_start_known: bool = False  # the points wait at the value of the first day, not halfway up


class Predict(Record):
    """What is predicted before the run is shown.

    The direction compares the measure with `reference`, another measure of the same run, or with the same
    measure of the run `against`, which is the scenario with some values changed.
    """

    measure: Measure
    label: Short
    low: float = quantity(REQUIRED, -MOST, MOST, "Lowest number that makes sense")
    high: float = quantity(REQUIRED, -MOST, MOST, "Highest number that makes sense")
    compared: Short
    words: Annotated[tuple[Word, ...], Field(strict=False, min_length=3, max_length=3)]
    reference: Measure | None = None
    against: Settings | None = None
    sketch: Sketch


class Claim(Record):
    """A statement on what is seen: true where the measure lies in its range."""

    text: Short
    low: Number | None = None
    high: Number | None = None


class Observation(Record):
    """What the learner sees in the run: claims, of which exactly one is true."""

    measure: Measure
    claims: Annotated[tuple[Claim, ...], Field(strict=False, min_length=3, max_length=4)]


class CurveClaim(Record):
    """Where the sentence of a button can be seen: on which curve, when, which way, and by how much at least.

    The curve with the change is compared with the one before it or, with `of_day`, with itself on that day. With
    `from_day` its highest value up to `at_day` is read. With `is_belief` it is what the pump believes that is
    compared with the curve itself. `by` is in the unit of the curve; what stays the same moves by no more than that.
    """

    curve: CurveName
    way: Literal["up", "down", "same"]
    by: float = quantity(REQUIRED, 0.0, MOST, "By at least; by no more where it stays the same")
    at_day: float = quantity(REQUIRED, 0.0, LAST_DAY, "On the day")
    from_day: float | None = quantity(None, 0.0, LAST_DAY, "From the day")
    of_day: float | None = quantity(None, 0.0, LAST_DAY, "Compared with its own value on the day")
    is_belief: bool = False
    level: Level | None = None  # of CSF; that of the tip if empty


class ScenarioChange(Record):
    """A scenario with a few values changed; its run is shown beside the run without the change."""

    say: Short
    claim: CurveClaim
    scenario: Key | None = None
    set: Settings = Field(default_factory=dict)


class Choice(Record):
    """One answer; a wrong one names the misconception behind it, and a run that shows otherwise."""

    text: Short
    right: bool = False
    low: Number | None = None
    high: Number | None = None
    misconception: Annotated[str, Field(max_length=300)] = ""
    show: ScenarioChange | None = None


class Question(Record):
    """A question on a case of its own, so that the model can prove which answer is true.

    `because` is the arithmetic behind the right answer; its {names} are facts of the run, and {answer} the number.
    """

    ask: Text
    because: Annotated[str, Field(min_length=1, max_length=300)]
    facts: Facts = Field(default_factory=dict)
    scenario: Key | None = None
    set: Settings = Field(default_factory=dict)
    measure: Measure | None = None
    choices: Annotated[tuple[Choice, ...], Field(strict=False, min_length=3, max_length=4)]


class WorkedExample(Record):
    """A worked example with other numbers; its steps are filled in from its own run."""

    scenario: Key | None = None
    set: Settings = Field(default_factory=dict)
    steps: Annotated[tuple[Text, ...], Field(strict=False, min_length=2, max_length=4)]


Sentences = Annotated[tuple[Text, ...], Field(strict=False, min_length=1, max_length=2)]
Numbers = Annotated[tuple[Vary, ...], Field(strict=False, min_length=1, max_length=4)]


class Step(Record):
    """One level of a lesson. What it does not say itself, the lesson says for all levels."""

    ask: Text
    hint: Annotated[str, Field(max_length=300)] = ""
    reflect: Annotated[str, Field(max_length=300)] = ""
    scenario: Key | None = None
    set: Settings = Field(default_factory=dict)
    predict: Predict | None = None
    look: Observation | None = None
    vary: Numbers | None = None
    facts: Facts | None = None
    why: Sentences | None = None
    if_low: Annotated[str, Field(max_length=300)] | None = None
    if_high: Annotated[str, Field(max_length=300)] | None = None
    next_step: ScenarioChange | None = None


class Column(Record):
    """One column of a table: what is read off every run of it."""

    title: Word
    measure: Measure


class TableRow(Record):
    """One row of a table: a run of its own."""

    title: Word
    scenario: Key | None = None
    set: Settings = Field(default_factory=dict)


class Table(Record):
    """Several runs side by side: a row for each, a column for each number read off them."""

    title: Short
    columns: Annotated[tuple[Column, ...], Field(strict=False, min_length=2, max_length=5)]
    rows: Annotated[tuple[TableRow, ...], Field(strict=False, min_length=2, max_length=5)]


class Lesson(Record):
    """One lesson: three levels of the same question, then three to five questions."""

    version: Literal[1]
    number: int = quantity(REQUIRED, 1, 99, "Place in the row of lessons")
    title: Short
    about: Short  # before the prediction, so it gives nothing away
    module: Literal["healthy", "programming", "volume", "single fault", "look-alikes"]
    scenario: Key
    worked: WorkedExample
    predict: Predict
    look: Observation
    vary: Numbers
    facts: Facts = Field(default_factory=dict)
    why: Sentences
    if_low: Annotated[str, Field(max_length=300)] = ""
    if_high: Annotated[str, Field(max_length=300)] = ""
    next_step: ScenarioChange
    takeaway: Short
    harm: Literal["too_much", "too_little"] | None = None  # which emergency it ends in, if any
    table: Table | None = None
    levels: Annotated[tuple[Step, ...], Field(strict=False, min_length=N_LEVELS, max_length=N_LEVELS)]
    questions: Annotated[tuple[Question, ...], Field(strict=False, min_length=3, max_length=5)]
