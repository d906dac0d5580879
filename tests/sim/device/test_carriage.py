"""What the line carries: fronts, unprimed lines, bridge boluses, and transit by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim import (
    Result,
    metrics,
    simulate,
)
from sim.device.catheter import (
    Segment,
    bore_mm,
)
from sim.device.plugs import Plug, carry
from sim.exact import Steps
from sim.exact.steps import TICK_PER_H
from tests.building import rate, refill, scenario, shelf
from tests.device import (
    line_of,
)

LINE_18 = shelf(pump={"path_ml": 0.199}, catheter={"length_cm": 89.0, "volume_ml_cm": 0.196 / 89.0})


def tip_dose(result: Any, *hours: float) -> list[float]:
    return (24.0 * result.signals["tip_mcg_h"].at(hours)).round(6).tolist()


def test_tv02_a_catheter_trimmed_by_35_cm_holds_0_195_ml():
    assert line_of(110 - 35, 0.0026).segments[1].volume_ml == pytest.approx(0.195, rel=1e-12)


def test_tv18_a_bridge_clears_0_395_ml_in_47_4_hours():
    bridge = {"kind": "bridge_bolus", "at_day": 10, "old_mcg_ml": 500, "line_ml": 0.395}
    example = scenario(30, refill(500), rate(100), refill(2000, at_day=10), bridge)
    ends = 240 + 47.4
    result = simulate(example, time_h=[240, ends - 1e-6, ends + 1e-6], catalogue=LINE_18)
    assert (24 * result.command_ml_h).round(9).tolist() == [0.2, 0.2, 0.05]
    # the pump shows the dose all along: flow x old concentration while the old drug leaves (assumed)
    assert result.programmed_mcg[1] - result.programmed_mcg[0] == pytest.approx(197.5, abs=1e-3)
    whole = simulate(example, catalogue=LINE_18)
    assert 24.0 * whole.believed_mcg_h[whole.time_h > 0.0] == pytest.approx(100.0, rel=1e-9)
    assert whole.delivered_ratio[-1] == pytest.approx(1.0, abs=1e-6)
    assert tip_dose(result, 241, ends - 0.01, ends + 0.01, 700) == [100] * 4


def test_tv18b_without_a_bridge_a_quarter_of_the_dose_comes_for_7_9_days():
    result = simulate(scenario(30, refill(500), rate(100), refill(2000, at_day=10)), catalogue=LINE_18)
    ends = 240 + 7.9 * 24
    assert tip_dose(result, 239, 241, ends - 0.01, ends + 0.01) == [100, 25, 25, 100]
    assert 24 * result.signals["command_ml_h"].at(241) == pytest.approx(0.05, rel=1e-12)


def test_tv18c_without_a_bridge_four_times_the_dose_comes_for_47_4_hours():
    result = simulate(scenario(30, refill(2000), rate(100), refill(500, at_day=10)), catalogue=LINE_18)
    ends = 240 + 47.4
    assert tip_dose(result, 239, 241, ends - 0.01, ends + 0.01) == [100, 400, 400, 100]


TRANSITS = {
    0.048: (2.5, 97.9, 197),
    0.1: (5.3, 47.0, 94.8),
    0.2: (10.5, 23.5, 47.4),
    0.5: (26, 9.4, 19.0),
    1.0: (53, 4.7, 9.5),
    24.0: (1263, 0.20, 0.40),
}


@pytest.mark.parametrize("ml_day", TRANSITS)
def test_table_3_5_transit_is_volume_over_flow(ml_day):
    _, catheter_h, line_h = TRANSITS[ml_day]
    inflow, drug = (Steps.from_hours([0.0, 300.0], [value]) for value in (ml_day / 24, 2000.0))
    for plugs, hours in [([Plug(0.196, 0.0)], catheter_h), ([Plug(0.196, 0.0), Plug(0.199, 0.0)], line_h)]:
        out, _ = carry(plugs, inflow, drug, inflow)
        arrives = out.edge_tick[np.flatnonzero(out.value == 2000.0)[0]] / TICK_PER_H
        assert arrives == pytest.approx(hours, rel=0.005, abs=0.0051)


@pytest.mark.parametrize("ml_day", TRANSITS)
def test_table_3_5_the_front_moves_by_flow_over_bore(ml_day):
    tube = line_of(89, 0.0022).segments[1]
    mm2 = math.pi * bore_mm(Segment("catheter", tube.length_mm, tube.volume_ml)) ** 2 / 4
    um_s = 1e6 * ml_day / 86400 / mm2
    assert um_s == pytest.approx(TRANSITS[ml_day][0], rel=0.012)


@pytest.mark.parametrize(("ml_day", "spread_cm"), [(0.1, 1.6), (0.5, 1.2), (1.0, 1.5), (24.0, 6.8)])
def test_table_3_5_a_front_spreads_by_a_centimetre_or_two_which_plug_flow_leaves_out(ml_day, spread_cm):
    """Plain arithmetic (Taylor and Aris, D = 7e-10 m2/s assumed): the product carries plugs without spread."""
    tube = line_of(89, 0.0022).segments[1]
    radius_m = bore_mm(tube) / 2000
    m_s = 1e-6 * ml_day / 86400 / (math.pi * radius_m**2)
    along = 7e-10 * (1 + (m_s * radius_m / 7e-10) ** 2 / 48)
    seconds = 0.196 / ml_day * 86400
    assert 100 * math.sqrt(2 * along * seconds) == pytest.approx(spread_cm, abs=0.06)


OTHER_LINE = shelf(pump={"path_ml": 0.199}, catheter={"length_cm": 89.0, "volume_ml_cm": 0.196 / 89.0})


def spells(result: Result) -> list[tuple[float, float]]:
    """(mcg/day, days) of each level of the dose at the tip; fronts pass within a tick and are left out."""
    dose = result.signals["tip_mcg_h"]
    days = np.diff(dose.edge_tick) / 8.64e10
    return [(round(24.0 * v, 6), round(d, 6)) for v, d in zip(dose.value, days, strict=True) if d > 1e-9]


@pytest.mark.parametrize(("line_start", "day"), [("csf", 4.0), ("pump_path", 2.0), ("drug", 0.0)])
def test_an_unprimed_line_delays_the_first_drug(line_start, day):
    result = simulate(scenario(10, refill(2000), rate(200), line_start=line_start))
    assert metrics.first_drug_at_tip_day(result) == pytest.approx(day, abs=1e-10)


def test_a_stronger_drug_without_bridge_gives_a_quarter_for_four_days():
    result = simulate(scenario(40, refill(500), rate(200), refill(2000, at_day=20)))
    assert spells(result) == [(200.0, 20.0), (50.0, 4.0), (200.0, 16.0)]


def test_a_weaker_drug_without_bridge_gives_four_times_for_a_day():
    result = simulate(scenario(40, refill(2000), rate(200), refill(500, at_day=20)))
    assert spells(result) == [(200.0, 20.0), (800.0, 1.0), (200.0, 19.0)]


def test_an_unbridged_change_in_a_line_of_0_395_ml_gives_a_quarter_for_7_9_days():
    result = simulate(scenario(40, refill(500), rate(100), refill(2000, at_day=20)), catalogue=OTHER_LINE)
    assert spells(result)[1] == (25.0, pytest.approx(7.9, abs=1e-6))


def test_a_bridge_keeps_the_dose_and_the_pump_shows_it():
    bridge = {"kind": "bridge_bolus", "at_day": 20, "old_mcg_ml": 500}
    example = scenario(40, refill(500), rate(100), refill(2000, at_day=20), bridge)
    ends = 480 + 47.4
    result = simulate(example, time_h=[0, 479, 480, ends - 0.001, ends + 0.001, 960], catalogue=OTHER_LINE)
    # 0.2 mL/day of 500 mcg/mL for 0.395 mL, then 0.05 mL/day of 2000 mcg/mL
    assert (24 * result.command_ml_h).round(9).tolist() == [0.2, 0.2, 0.2, 0.2, 0.05, 0.05]
    assert (24 * result.believed_mcg_h).round(6).tolist() == [100] * 6
    assert spells(result) == [(100.0, 40.0)]
    assert result.programmed_mcg[3] - result.programmed_mcg[2] == pytest.approx(197.5, abs=0.02)
