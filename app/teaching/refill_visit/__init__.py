"""A refill visit, step by step: asked, drawn, decided, filled, programmed; and what truly came of it."""

from app.teaching.refill_visit.acts import (
    ask,
    choose_vial,
    confirm,
    decide,
    do,
    draw,
    fill,
    is_filling,
    leave,
    program,
    reprogram,
    step_of,
    try_needle,
)
from app.teaching.refill_visit.before import (
    Before,
    before,
    begin,
    default_day,
    history,
    late_and_best,
    past,
    trend,
)
from app.teaching.refill_visit.checklist import Checklist, Item, Score, packaged, read_checklist, score, write_checklist
from app.teaching.refill_visit.hazards import PORTION_ML, is_beside, tray
from app.teaching.refill_visit.outcome import Change, carried_out, changes, worst
from app.teaching.refill_visit.record import (
    DECISIONS,
    OCCURS,
    STEPS,
    WAYS,
    Decision,
    Occurs,
    Programme,
    Step,
    Vial,
    Visit,
    Way,
)
from app.teaching.refill_visit.truth import Truth, beyond_frac, truth

__all__ = [
    "DECISIONS", "OCCURS", "PORTION_ML", "STEPS", "WAYS", "Before", "Change", "Checklist",
    "Decision", "Item", "Occurs", "Programme", "Score", "Step", "Truth", "Vial", "Visit", "Way", "ask", "before",
    "begin", "beyond_frac", "carried_out", "changes", "choose_vial", "confirm", "decide", "default_day", "do", "draw",
    "fill", "history", "is_beside", "is_filling", "late_and_best", "leave", "packaged", "past", "program",
    "read_checklist", "reprogram", "score", "step_of", "tray", "trend", "truth", "try_needle", "worst",
    "write_checklist",
]  # fmt: skip
