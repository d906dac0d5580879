"""How things really are at one instant: what an imperfect test looks at, and only a simulation can know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LineOpening:
    """A place where fluid can leave the catheter."""

    position_frac: float  # from the pump connector (0) to the tip (1)
    lost_frac: float  # share of the flow that a tear loses; 0 for a hole
    kpa_h_ml: float | None  # resistance of a hole; None for a tear


@dataclass(frozen=True, slots=True)
class Split:
    """Where a flow pushed into the line would go; the three shares sum to 1."""

    held_frac: float  # held back before a block
    leaked_frac: float  # out of the line elsewhere
    tip_frac: float  # out at the tip, or at both tips


@dataclass(frozen=True, slots=True)
class GroundTruth:
    """The device, the tip and the person at one instant."""

    faults: frozenset[str]  # kinds of the faults that act, harmless ones left out
    blocked_frac: float
    narrow_kpa_h_ml: float
    openings: tuple[LineOpening, ...]  # by position
    tip_level: str
    planned_level: str  # where the tip was meant to lie
    tip_space: str  # intrathecal, epidural, subdural or tissue: where the tip lies
    csf_frac: float  # share of the tip's drug that reaches the CSF
    csf_lost_frac: float  # share of it that is lost with CSF at the entry
    mass_frac: float  # share of the drug that a mass at the tip keeps from the CSF
    is_bent: bool  # the catheter is kinked
    hand_leak_frac: float  # share of a push by hand at the access port that leaves the line elsewhere
    drawn_csf_frac: float  # share of CSF in what a draw by hand brings, if anything comes
    can_turn: bool  # it would move if a bolus were programmed
    has_rotor: bool  # a film can see it move
    is_shut: bool  # no needle finds the septum
    has_log: bool  # the pump has electronics
    capacity_ml: float
    unpumpable_ml: float
    is_empty: bool  # no more is left than that
    ec50_factor: float  # of the disease, times the concentration of half effect
    habit_factor: float  # of tolerance, times the same
    programmed_mcg_ml: float
    actual_mcg_ml: float  # of what is in the reservoir
    pushed_frac: Callable[[float], float] = field(repr=False, compare=False)  # mL/h commanded -> share pushed
    split: Callable[[float], Split] = field(repr=False, compare=False)  # mL/h pushed (above 0) -> where it goes
