"""What a visit meant for the person: the dose found and left beside the one intended, and the course after it."""

from __future__ import annotations

from dataclasses import dataclass

from app import runs
from app.teaching.refill_visit.before import before, next_day, past
from app.teaching.refill_visit.outcome import changes, scenario_after
from app.teaching.refill_visit.record import Visit
from app.teaching.refill_visit.signs import SIDES, Sign, grade_of, has_side, results_of
from sim import Emergency, Side
from sim.exact import TICK_PER_DAY
from sim.scenario import as_intended


@dataclass(frozen=True, slots=True)
class DoseReview:
    """Programmed doses at the visit, mcg over the day that follows; a bridge that passes is left out."""

    found_mcg_day: float
    left_mcg_day: float
    intended_mcg_day: float
    is_programmed: bool  # whether the visit got as far as the programmer

    @property
    def is_kept(self) -> bool:
        """Whether the dose is left as it was found."""
        return is_near(self.found_mcg_day, self.left_mcg_day)


@dataclass(frozen=True, slots=True)
class Worst:
    """The worst that came of one side of one drug, between this visit and the next."""

    sign: Sign
    day: float


@dataclass(frozen=True, slots=True)
class Episode:
    """An emergency that lasts at the visit or begins before the next one."""

    sign: Sign  # with the worst grade of that side
    emergency: Emergency


@dataclass(frozen=True, slots=True)
class Course:
    """The person's course from the visit to the next one, or to the end of the run."""

    until_day: float
    worst: tuple[Worst, ...]  # only what there was to note
    spells: tuple[Episode, ...]  # by their start


def is_near(first: float, second: float) -> bool:
    """Whether two doses are the same for anybody who reads them.

    >>> is_near(200.0, 200.4), is_near(200.0, 210.0)
    (True, False)
    """
    return abs(first - second) <= 0.005 * max(abs(first), abs(second))


def doses(visit: Visit) -> DoseReview:
    """The dose found, the dose left, and the dose that everybody meant on that day."""
    was, tick = before(visit), round(visit.day * TICK_PER_DAY)
    meant = runs.run(past(as_intended(visit.scenario), visit.day))
    after = next(change.after for change in changes(visit) if change.name == "dose")
    return DoseReview(
        found_mcg_day=was.dose_mcg_day,
        left_mcg_day=after or 0.0,
        intended_mcg_day=next_day(meant.signals["believed_mcg_h"], tick),
        is_programmed=visit.programme is not None and was.pump.is_programmable,
    )


def course(visit: Visit) -> Course:
    """What the run of what was done makes of the person, until the next visit."""
    scenario = scenario_after(visit)
    run = runs.run(scenario)
    last_h = min(run.duration_h, 24.0 * (visit.next_day or run.duration_h))
    worst: list[Worst] = []
    episodes: list[Episode] = []
    for drug, result in results_of(scenario, run):
        grades: dict[Side, int] = {}
        for side, line in zip(SIDES, (result.excess_course, result.withdrawal_course), strict=True):
            if line is None or not has_side(drug, side):
                continue
            hours, index = line
            is_inside = (hours >= visit.hour) & (hours <= last_h)
            if not is_inside.any():
                continue
            place = int(index[is_inside].argmax())
            sign = Sign(drug, side, grade_of(drug, side, float(index[is_inside][place])))
            grades[side] = sign.grade
            if sign.grade:
                worst.append(Worst(sign, float(hours[is_inside][place]) / 24.0))
        episodes += [
            Episode(Sign(drug, spell.side, grades.get(spell.side, 0)), spell)
            for spell in result.emergencies
            if spell.start_h < last_h and (spell.end_h is None or spell.end_h > visit.hour)
        ]
    return Course(last_h / 24.0, tuple(worst), tuple(sorted(episodes, key=lambda episode: episode.emergency.start_h)))
