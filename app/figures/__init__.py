"""Results to charts: stairs for what steps, lines for what moves. Plain tables in Plotly's words; knows no page."""

from app.figures.axes import Ranges
from app.figures.body import at_level, csf, describe_csf, describe_effect, effect
from app.figures.clocks import RACE_PX, describe_race, race
from app.figures.difference import CURVES, STRIP_PX, describe_difference, difference
from app.figures.ledger import describe_ledger, ledger, ledger_over_time
from app.figures.parts import Look, Part, key_points, stairs
from app.figures.people import with_band
from app.figures.reservoir import describe_reservoir, reservoir
from app.figures.truths import describe_truths, two_truths

__all__ = [
    "CURVES",
    "RACE_PX",
    "STRIP_PX",
    "Look",
    "Part",
    "Ranges",
    "at_level",
    "csf",
    "describe_csf",
    "describe_difference",
    "describe_effect",
    "describe_ledger",
    "describe_race",
    "describe_reservoir",
    "describe_truths",
    "difference",
    "effect",
    "key_points",
    "ledger",
    "ledger_over_time",
    "race",
    "reservoir",
    "stairs",
    "two_truths",
    "with_band",
]
