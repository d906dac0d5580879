"""Every packaged scenario: which emergencies it holds, none false and none missing."""

from __future__ import annotations

from typing import Final

import pytest

from sim import catalogue, simulate
from sim.happening import HARM

SCENARIOS: Final = catalogue().scenarios
MUCH, LITTLE = "too_much", "too_little"
# scenario -> day to a tenth, side, whether it is distress only; of the first drug
EMERGENCIES: Final[dict[str, list[tuple[float, str, bool]]]] = {
    # the line breaks, blocks, or the pump stands still: nothing arrives
    "clean-break": [(30.4, LITTLE, False)],
    "flipped-pump": [(74.8, LITTLE, True)],
    "hidden-kink": [(10.4, LITTLE, True)],
    "mri-roller": [(10.4, LITTLE, False)],
    "what-stops": [(10.5, LITTLE, False)],
    "old-pump": [(141.5, LITTLE, False)],
    # nobody refills
    "missed-visit": [(74.9, LITTLE, False)],
    "quiet-pump": [(186.4, LITTLE, False)],
    # too much at once, and nothing afterwards
    "dye-first": [(10.0, MUCH, False), (10.9, LITTLE, False)],
    "port-misinjection": [(10.0, MUCH, False)],
    "pocket-fill": [(0.1, MUCH, False), (54.8, LITTLE, True)],
    # four and ten times the dose, until the reservoir is empty
    "weaker-drug": [(20.4, MUCH, False)],
    "wrong-label": [(0.4, MUCH, False), (47.1, LITTLE, False)],
    "zero-too-many": [(10.2, MUCH, False), (18.6, LITTLE, True)],
    # weeks without the drug, and then the old dose of before
    "restart-after-gap": [(10.4, LITTLE, True), (40.7, MUCH, False)],
    # a trial, a healthy pump, a valve pump emptied for its scan,
    # a tip that only moved, a doubled dose (drowsy and weak, 0.31), a slow loss
    "bolus-or-infusion": [],
    "first-drop": [],
    "half-a-leak": [],
    "losing-effect": [],
    "moving-tip": [],
    "mri-valve": [],
    "same-dose-other-rhythm": [],
    "stronger-drug": [],
}


def test_every_scenario_stands_in_the_table():
    assert set(EMERGENCIES) == set(SCENARIOS)


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_a_scenario_holds_the_emergencies_it_should_and_no_other(name):
    result = simulate(SCENARIOS[name], time_h=[0.0])
    there = [(round(one.start_h / 24.0, 1), one.side, one.is_distress) for one in result.emergencies]
    assert there == EMERGENCIES[name]
    assert not [spell for other in result.others.values() for spell in other.emergencies]
    # each is reported once, as what it is
    kinds = [one.kind for one in result.happenings if one.kind in HARM and not one.kind.endswith("_end")]
    assert kinds == ["distress" if is_distress else "emergency" for _, _, is_distress in EMERGENCIES[name]]


def test_a_leak_that_is_made_up_for_and_then_repaired_is_felt_as_too_much_but_is_no_emergency():
    # the doubled dose arrives whole: a mild word, and an index far above the usual tenth
    result = simulate(SCENARIOS["half-a-leak"], time_h=[0.0])
    assert 0.2 < result.excess_course[1].max() < 0.5
