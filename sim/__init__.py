"""PumpLab's model of an implanted intrathecal pump, its catheter and the canal.

Teaching only: a simulation of fictitious cases, never for dosing or care of anyone.
A name is loaded when it is asked for, so importing this door, or `sim.exact` behind it, costs little.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.analysis.population import Population, population
    from sim.analysis.race import race
    from sim.analysis.refill_due import refill_due_day
    from sim.analysis.replay import replay
    from sim.happening import HARM, TEACHING_ONLY, Emergency, Happening, Side
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
    "HARM",
    "RACERS",
    "TEACHING_ONLY",
    "Catalogue",
    "Clocks",
    "Emergency",
    "Happening",
    "Ledger",
    "Population",
    "Result",
    "Scenario",
    "ScenarioError",
    "Side",
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

_HOME = {
    "HARM": "sim.happening",
    "Emergency": "sim.happening",
    "Side": "sim.happening",
    "RACERS": "sim.result.clocks",
    "TEACHING_ONLY": "sim.happening",
    "Catalogue": "sim.scenario.library",
    "Clocks": "sim.result.clocks",
    "Happening": "sim.happening",
    "Ledger": "sim.result.result",
    "Population": "sim.analysis.population",
    "Result": "sim.result.result",
    "Scenario": "sim.scenario.scenario",
    "ScenarioError": "sim.refusal",
    "catalogue": "sim.scenario.library",
    "dosing_table": "sim.result.dosing",
    "findings": "sim.result",
    "go_on": "sim.run.simulate",
    "metrics": "sim.result",
    "parse_scenario": "sim.scenario.library",
    "population": "sim.analysis.population",
    "race": "sim.analysis.race",
    "read_scenario": "sim.scenario.library",
    "refill_due_day": "sim.analysis.refill_due",
    "replay": "sim.analysis.replay",
    "scenario_from": "sim.scenario.library",
    "sheet": "sim.result",
    "simulate": "sim.run.simulate",
    "write_scenario": "sim.scenario.library",
}

if not TYPE_CHECKING:  # a type checker would otherwise take any name

    def __getattr__(name: str) -> object:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = import_module(_HOME[name])
        # findings, metrics and sheet are modules of their package
        value = import_module(f"{home.__name__}.{name}") if home.__name__ == "sim.result" else getattr(home, name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
