"""PumpLab's model of an implanted intrathecal pump, its catheter and the canal.

Teaching only: a simulation of fictitious cases, never for dosing or care of anyone.
"""

from sim.analysis.population import Population, population
from sim.analysis.race import race
from sim.analysis.refill_due import refill_due_day
from sim.analysis.replay import replay
from sim.happening import TEACHING_ONLY, Happening
from sim.refusal import ScenarioError
from sim.result import findings, metrics, sheet
from sim.result.clocks import RACERS, Clocks
from sim.result.dosing import dosing_table
from sim.result.result import Ledger, Result
from sim.run.simulate import go_on, simulate
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
