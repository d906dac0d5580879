"""A run saved at one instant, as plain data: going on from it equals the whole run. Teaching only."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from sim.happening import Side
from sim.quantity import Record
from sim.scenario.scenario import MOST_ENTRIES, Scenario

MOST_PLUGS = 100_000  # in one stretch of the line
MOST_DRUGS = 3
Pairs = Annotated[
    tuple[Annotated[tuple[float, float], Field(strict=False)], ...], Field(strict=False, max_length=MOST_PLUGS)
]
Places = Annotated[tuple[int, ...], Field(strict=False, max_length=MOST_ENTRIES)]
Strengths = Annotated[tuple[float, ...], Field(strict=False, max_length=MOST_DRUGS)]


class DrugState(Record):
    """What one drug has come to: in the line, in the body, in the accounts."""

    path: Pairs  # (mL, mcg/mL) from the pump end on
    catheter: Pairs
    second: Pairs
    # the body at its last change, and what has been flowing in since
    edge_tick: int
    amount_mcg: dict[str, float]
    site_mcg_ml: dict[str, float]
    inflow_mcg_h: dict[str, float]
    adapted_index: float
    tolerance_index: float
    accustomed_frac: float
    treated_since: int  # tick
    open_since: Annotated[
        tuple[Annotated[tuple[Side, int], Field(strict=False)], ...],
        Field(strict=False, max_length=len(get_args(Side))),
    ]
    # accounts from the start on
    opening_mcg: float
    total: dict[str, float]  # areas of the signals, and what was filled, withdrawn, given, cleared
    has_delivered: bool
    tip_mcg_ml: float  # last fluid that was reported


class SavedState(Record):
    """Everything a run needs to go on, just before what happens at its instant."""

    version: Literal[1] = 1
    scenario: Scenario
    tick: int
    refused: Places
    burst_ticks: Places
    idle_scans: Places
    volume_ml: float
    mcg_ml: Strengths
    stored_ml: float
    freed_ml_h: float
    air_ml: float
    was_dry: bool
    limit: str
    still_since: int | None = None  # tick from which nothing has left the reservoir
    drugs: Annotated[tuple[DrugState, ...], Field(strict=False, min_length=1, max_length=MOST_DRUGS)]
