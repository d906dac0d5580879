"""PumpLab's model of an implanted intrathecal pump, its catheter and the canal.

Teaching only: a simulation of fictitious cases, never for dosing or care of anyone.
"""

from sim.happening import Happening
from sim.notice import TEACHING_ONLY
from sim.people import Population, population
from sim.quantity import ScenarioError
from sim.racing import race
from sim.refill_due import refill_due_day
from sim.replay import replay
from sim.result import findings, metrics, sheet
from sim.result.clocks import RACERS, Clocks
from sim.result.dosing import dosing_table
from sim.result.result import Ledger, Result
from sim.run import go_on, simulate
from sim.scenario.library import (
    Catalogue,
    catalogue,
    parse_scenario,
    read_scenario,
    scenario_from,
    write_scenario,
)
from sim.scenario.scenario import Scenario

__version__ = "0.1.0"

__all__ = [
    "RACERS",
    "TEACHING_ONLY",
    "Catalogue",
    "Clocks",
    "Happening",
    "Ledger",
    "Population",
    "Result",
    "Scenario",
    "ScenarioError",
    "catalogue",
    "dosing_table",
    "findings",
    "go_on",
    "metrics",
    "parse_scenario",
    "population",
    "race",
    "read_scenario",
    "refill_due_day",
    "replay",
    "scenario_from",
    "sheet",
    "simulate",
    "write_scenario",
]
