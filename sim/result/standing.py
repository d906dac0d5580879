"""How things really stand at one instant: what an imperfect test looks at, and only a simulation can know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opening:
    """A place where fluid can leave the catheter."""

    position_frac: float  # from the pump connector (0) to the tip (1)
    lost_frac: float  # share of the flow that a tear loses; 0 for a hole
    kpa_h_ml: float | None  # resistance of a hole; None for a tear


@dataclass(frozen=True, slots=True)
class Standing:
    """The device, the tip and the person at one instant."""

    faults: frozenset[str]  # kinds of the faults that act, harmless ones left out
    blocked_frac: float
    narrow_kpa_h_ml: float
    openings: tuple[Opening, ...]  # by position
    tip_level: str
    tip_space: str  # intrathecal, epidural or tissue: where the drug goes that does not reach the CSF
    csf_frac: float  # share of the tip's drug that reaches the CSF
    csf_lost_frac: float  # share of it that is lost with CSF at the entry
    is_turning: bool  # the mechanism moves
    is_shut: bool  # no needle finds the septum
    has_log: bool  # the pump has electronics
    ec50_factor: float
    told_mcg_ml: float
    true_mcg_ml: float  # of what stands in the reservoir
