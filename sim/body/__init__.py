"""From tip to effect: canal, blood, effect sites."""

from sim.body.canal import Canal
from sim.body.crowd import Variability
from sim.body.drug import Drug, Family
from sim.body.excess import WITHDRAWAL_GRADES, grades
from sim.body.level import CANAL_CM, LEVELS, Level, level_cm, point_weights

__all__ = [
    "CANAL_CM",
    "LEVELS",
    "WITHDRAWAL_GRADES",
    "Canal",
    "Drug",
    "Family",
    "Level",
    "Variability",
    "grades",
    "level_cm",
    "point_weights",
]
