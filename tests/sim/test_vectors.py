"""Test vectors TV1 to TV21 and the hydraulic tables of the hardware facts, through the product where it has the number.

Rates of a population are counted by the engine: events flow into a state, and what still works decays.
Bare arithmetic on published inputs, where no function of the product takes part, says so.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim import ScenarioError, catalogue, metrics, refill_due_day, simulate
from sim.device.catheter import (
    KPA_H_ML_PER_PA_S_M3,
    WALL_MM,
    Catheter,
    Leak,
    Line,
    Segment,
    bore_mm,
    healthy_line,
    hole_kpa_h_ml,
    poiseuille_kpa_h_ml,
    storage_ml,
)
from sim.device.leaks import tube_flows
from sim.device.plugs import Plug, carry
from sim.device.pump import Surroundings, gas_flow_ml_h
from sim.exact import LinearSystem, Steps, respond
from sim.exact.steps import TICK_PER_H
from sim.result import pictures
from tests.building import fault, flow, rate, refill, scenario, shelf

FLOWS = (0.1, 0.5, 1.0, 5.0, 24.0)
DP_KPA = 1.2
LINE_18 = shelf(pump={"path_ml": 0.199}, catheter={"length_cm": 89.0, "volume_ml_cm": 0.196 / 89.0})


def catheter(length_cm: float, volume_ml_cm: float) -> Catheter:
    return Catheter(title="one", length_cm=length_cm, volume_ml_cm=volume_ml_cm, compliance_ml_kpa=0.0)


def line_of(length_cm: float, volume_ml_cm: float) -> Line:
    return healthy_line(catalogue().pumps["roller-20ml"], catheter(length_cm, volume_ml_cm))


def resistance_kpa_h_ml(length_cm: float, volume_ml_cm: float) -> float:
    tube = line_of(length_cm, volume_ml_cm).segments[1]
    return poiseuille_kpa_h_ml(tube.length_mm, bore_mm(tube))


def tip_dose(result: Any, *hours: float) -> list[float]:
    return (24.0 * result.signals["tip_mcg_h"].at(hours)).round(6).tolist()


def counted(per: float, exposure: float) -> float:
    """Events that have gathered after an exposure, at so many per unit of it."""
    arriving = {"events": Steps.from_hours([0.0, exposure], [per])}
    return float(respond(LinearSystem(["events"]), arriving, time_h=[exposure]).of("events")[0])


def left(per: float, exposure: float) -> float:
    """Share that still works after an exposure, where so many of those that work fail per unit of it."""
    wearing = LinearSystem(["working"], losses=[("working", per)])
    return float(respond(wearing, time_h=[exposure], start={"working": 1.0}).of("working")[0])


# ------------------------------------------------------------------ TV1 to TV9: doses, volumes, concentrations


def test_tv01_ten_microlitres_of_25_mg_per_ml_hold_a_quarter_of_a_milligram():
    prime = {"kind": "priming_bolus", "volume_ml": 0.01, "over_min": 10}
    result = simulate(scenario(1, refill(25_000), prime, drug="morphine-like"))
    assert result.delivered_mcg[-1] == pytest.approx(250, rel=1e-12)


def test_tv02_a_catheter_trimmed_by_35_cm_holds_0_195_ml():
    assert line_of(110 - 35, 0.0026).segments[1].volume_ml == pytest.approx(0.195, rel=1e-12)


@pytest.mark.parametrize(("pump", "share"), [("roller-20ml", 0.90), ("roller-40ml", 0.95)])
def test_tv03_two_millilitres_left_behind_leave_90_or_95_percent_of_the_new_strength(pump, share):
    capacity = catalogue().pumps[pump].capacity_ml
    orders = [refill(0, in_ml=2.0), refill(2000, at_day=1, draw_ml=0, in_ml=capacity - 2.0)]
    result = simulate(scenario(2, *orders, pump=pump))
    assert result.signals["reservoir_mcg_ml"].at(30.0) == pytest.approx(2000 * share, rel=1e-12)


@pytest.mark.parametrize(("dose", "per_h", "ml_day"), [(2.4, 0.1, 0.096), (19.2, 0.8, 0.768)])
def test_tv04_and_04b_a_daily_dose_is_an_hourly_one_and_a_flow(dose, per_h, ml_day):
    result = simulate(scenario(1, refill(25), rate(dose), drug="ziconotide-like"), time_h=[1.0])
    assert result.believed_mcg_h[0] == pytest.approx(per_h, rel=1e-12)
    assert result.tip_mcg_h[0] == pytest.approx(per_h, rel=1e-12)
    assert 24.0 * result.command_ml_h[0] == pytest.approx(ml_day, rel=1e-12)


def test_tv05_events_per_refill_are_refills_and_pump_years():
    # in thousands, to the printed digit: 3475 refills, 579 pump-years at a refill every two months
    per_refill = 0.0101e-2 * 1000
    assert counted(per_refill, 3474.5) < 351 < counted(per_refill, 3475.5)
    every_day = 365.0 / 6.0
    assert refill_due_day(scenario(1, refill(2000), flow(18.0 / every_day))) == pytest.approx(every_day, abs=1e-9)
    visits = [refill(2000, at_day=every_day * place) for place in range(6)]
    year = simulate(scenario(365, *visits, flow(18.0 / every_day)), time_h=[8760.0])
    per_year = per_refill * [one.kind for one in year.happenings].count("refill")
    assert counted(per_year, 578.5) < 351 < counted(per_year, 579.5)


@pytest.mark.parametrize(("units", "ml"), [(800, 2.0), (400, 1.0), (6000, 15.0)])
def test_tv06_units_over_strength_are_a_volume(units, ml):
    # 400 units per mL in the source; the unit of amount does not matter
    prime = {"kind": "priming_bolus", "volume_ml": ml / 10, "over_min": 120}
    result = simulate(scenario(1, refill(400, in_ml=16), prime))
    assert 10 * result.delivered_mcg[-1] == pytest.approx(units, rel=1e-9)


@pytest.mark.parametrize(("mg", "ml", "mcg_ml"), [(10, 20, 500), (10, 5, 2000), (40, 20, 2000), (0.05, 1, 50)])
def test_tv07_an_ampoules_content_over_its_volume_is_its_strength(mg, ml, mcg_ml):
    result = simulate(scenario(1, refill(mcg_ml, in_ml=float(ml)), flow(0.1)), time_h=[0.0])
    assert result.ledger.filled_mcg[0] == pytest.approx(1000 * mg, rel=1e-12)


def test_tv08_the_error_of_delivery_is_delivered_less_intended_over_intended():
    error = fault("slow_or_fast", flow_factor=(61.1 - 41.6) / 20)
    result = simulate(scenario(20, refill(2000), flow(0.5), faults=[error]))
    assert 100 * (metrics.delivered_ratio(result) - 1) == pytest.approx(-2.5, abs=1e-9)


@pytest.mark.parametrize(
    ("found", "of", "percent"),
    [
        (17, 21, 81),
        (27, 29, 93),
        (20, 21, 95),
        (14, 15, 93),
        (16, 18, 89),
        (13, 19, 68),
        (13, 37, 35.1),
        (9, 37, 24.3),
        (2, 37, 5.4),
    ],
)
def test_tv09_published_sensitivities_are_counts_over_counts(found, of, percent):
    # those asked part into the found and the missed, as their counts flow off
    parting = [("asked", "found", float(found)), ("asked", "missed", float(of - found))]
    answered = respond(LinearSystem(["asked", "found", "missed"], parting), time_h=[10.0], start={"asked": 100.0})
    assert round(float(answered.of("found")[0]), 0 if isinstance(percent, int) else 1) == percent


def test_tv09_dye_and_tracer_are_read_at_the_published_rates():
    rates = [
        pictures.DYE_SENSITIVITY, pictures.DYE_SPECIFICITY, pictures.TRACER_SENSITIVITY, pictures.TRACER_SPECIFICITY,
    ]  # fmt: skip
    assert [round(100 * rate_frac) for rate_frac in rates] == [81, 93, 95, 93]


# ------------------------------------------------------------------ TV10 to TV16: refills


def test_tv10_23_ml_found_where_20_were_counted_are_3_ml_too_much():
    # 10 mL programmed, three of them not given
    stall = fault("stall", 2, end_day=5)
    told = scenario(20, refill(2000, in_ml=30), flow(1.0), faults=[stall], pump="roller-40ml")
    result = simulate(told, time_h=[240.0])
    assert result.reservoir_true_ml[0] == pytest.approx(23, abs=1e-9)
    assert result.reservoir_true_ml[0] - result.reservoir_believed_ml[0] == pytest.approx(3, abs=1e-9)


def test_tv10b_a_mixture_of_40_ml_lasts_half_a_year():
    # 0.10688 mg/day at 0.5 mg/mL, the other drug at 30 mg/mL
    told = scenario(
        200, refill(500, in_ml=40, with_actual_mcg_ml=[30_000]), rate(106.88),
        drug="hydromorphone-like", with_drugs=["bupivacaine-like"], pump="roller-40ml",
    )  # fmt: skip
    result = simulate(told, time_h=[1.0, 4800.0])
    assert 24 * result.command_ml_h[0] == pytest.approx(0.21376, rel=1e-12)
    assert 24 * result.others["bupivacaine-like"].believed_mcg_h[0] / 1000 == pytest.approx(6.413, abs=5e-4)
    assert metrics.alarm_day(result) == pytest.approx(177.8, abs=0.05)
    assert metrics.first_day(result, "empty_alarm") == pytest.approx(187.1, abs=0.05)
    assert refill_due_day(told) == pytest.approx(177.8, abs=0.05)


@pytest.mark.parametrize(
    ("per_1000_day", "per_year"), [(0.203, 0.0741), (0.083, 0.0303), (0.063, 0.0230), (0.026, 0.0095)]
)
def test_tv11_events_in_1000_days_are_events_per_year(per_1000_day, per_year):
    assert round(counted(per_1000_day / 1000, 365.25), 4) == per_year


def test_tv12_a_milligram_taken_for_50_micrograms_is_twenty_times_the_dose():
    result = simulate(scenario(10, refill(1000, told=50), rate(20)))
    assert metrics.delivered_ratio(result) == pytest.approx(20, rel=1e-12)


def test_tv13_the_label_starts_at_twice_the_screening_dose():
    # what a day of the pump brings beside the shot, and what it brings after each printed step
    shot = {"kind": "trial_shot", "dose_mcg": 50}
    screened = simulate(scenario(1, shot, line_start="csf"))
    treated = simulate(scenario(1, refill(2000), rate(100)))
    assert treated.delivered_mcg[-1] == pytest.approx(2 * screened.ledger.given_mcg[-1], rel=1e-12)
    steps = [
        {"kind": "rate", "at_day": day, "dose_mcg_day": 100 * (1 + step)}
        for day, step in enumerate((0.05, 0.15, 0.10, 0.30), start=1)
    ]
    stepped = simulate(scenario(5, refill(2000), rate(100), *steps), time_h=24.0 * np.arange(6))
    assert np.diff(stepped.delivered_mcg).round(6).tolist() == [100, 105, 115, 110, 130]


@pytest.mark.parametrize(("alarm_ml", "day"), [(2.0, 90), (4.0, 80)])
def test_tv13b_100_mcg_a_day_of_500_lasts_90_days_or_80_to_an_alarm_at_4_ml(alarm_ml, day):
    told, shelf_ = scenario(100, refill(500), rate(100)), shelf(pump={"alarm_ml": alarm_ml})
    result = simulate(told, catalogue=shelf_)
    assert 24 * result.command_ml_h[0] == pytest.approx(0.2, rel=1e-12)
    assert metrics.alarm_day(result) == pytest.approx(day, abs=1e-9)
    assert refill_due_day(told, catalogue=shelf_) == pytest.approx(day, abs=1e-9)


def test_tv14_the_lowest_flow_is_two_microlitres_an_hour():
    lowest = catalogue().pumps["roller-20ml"].lowest_ml_day
    result = simulate(scenario(1, refill(2000), flow(lowest)), time_h=[1.0])
    assert 1000 * result.pumped_ml_h[0] == pytest.approx(2.0, rel=1e-12)
    assert 24 * result.tip_mcg_h[0] == pytest.approx(96.0, rel=1e-12)


def test_tv15_the_refill_date_assumes_that_every_allowed_bolus_is_taken():
    asks = {
        "kind": "patient_bolus", "dose_mcg": 20, "over_min": 5, "lockout_min": 120, "n_per_day": 4,
    }  # fmt: skip
    # 20 mL, 0.1 mL/day, four times 0.01 mL a day, down to 3.0 mL
    handle = {"label": "Lock-out", "paths": ["orders.2.lockout_min"], "low": 60, "high": 240, "step": 60}
    told = scenario(30, refill(2000), flow(0.1), asks, pump="valve-20ml", controls=[handle])
    assert refill_due_day(told) == pytest.approx(17 / 0.14, abs=0.05)
    assert refill_due_day(scenario(30, refill(2000), flow(0.1), pump="valve-20ml")) == pytest.approx(170, abs=1e-9)


def test_tv16_over_infusion_begins_at_14_5_percent():
    fast = fault("slow_or_fast", flow_factor=1.145)
    result = simulate(scenario(18, refill(2000, in_ml=40), flow(1.0), faults=[fast], pump="roller-40ml"))
    assert result.signals["command_ml_h"].area()[-1] == pytest.approx(18, rel=1e-9)
    assert result.signals["pumped_ml_h"].area()[-1] == pytest.approx(20.61, rel=1e-9)


def test_tv17_survival_is_a_rate():
    # to the printed digit of the rate, per year: 0.333, 0.0421, 0.0046
    assert counted(0.3325, 1764 / 12) < 49 < counted(0.3335, 1764 / 12)
    assert left(0.04215, 5) < 0.81 < left(0.04205, 5)
    assert left(0.00465, 6) < 0.973 < left(0.00455, 6)


# ------------------------------------------------------------------ TV18 to TV21: line and faults


def test_tv18_a_bridge_clears_0_395_ml_in_47_4_hours():
    bridge = {"kind": "bridge_bolus", "at_day": 10, "old_mcg_ml": 500, "line_ml": 0.395}
    told = scenario(30, refill(500), rate(100), refill(2000, at_day=10), bridge)
    ends = 240 + 47.4
    result = simulate(told, time_h=[240, ends - 1e-6, ends + 1e-6], catalogue=LINE_18)
    assert (24 * result.command_ml_h).round(9).tolist() == [0.2, 0.2, 0.05]
    assert result.programmed_mcg[1] - result.programmed_mcg[0] == pytest.approx(790, abs=1e-3)
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


def test_tv19_a_complete_block_of_13_5_days_in_90_stays_within_the_accuracy():
    block = fault("occlusion", 30, end_day=43.5, blocked_frac=1.0)
    rigid = shelf(catheter={"compliance_ml_kpa": 0.0})
    result = simulate(scenario(90, refill(2000), flow(0.2), faults=[block]), catalogue=rigid)
    surplus = result.reservoir_true_ml[-1] - result.reservoir_believed_ml[-1]
    assert surplus == pytest.approx(2.7, abs=1e-9)
    assert surplus / result.signals["command_ml_h"].area()[-1] == pytest.approx(0.15, abs=1e-9)


@pytest.mark.parametrize(("diameter_um", "share"), [(15, 0.14), (50, 0.0)])
def test_tv20_a_hole_of_15_micrometres_passes_a_seventh_and_one_of_50_nothing(diameter_um, share):
    hole = fault("hole", 1, diameter_um=diameter_um)
    told = scenario(5, refill(2000), flow(0.5), faults=[hole], catheter="one-piece-89cm")
    result = simulate(told, time_h=[48.0])
    assert max(0.0, result.tip_ml_h[0]) / result.pumped_ml_h[0] == pytest.approx(share, abs=0.1 * share)


def test_tv21_a_stall_of_a_day_at_half_a_millilitre_a_day_leaves_half_a_millilitre():
    result = simulate(scenario(20, refill(2000), flow(0.5), faults=[fault("stall", 5, end_day=6)]))
    assert result.reservoir_true_ml[-1] - result.reservoir_believed_ml[-1] == pytest.approx(0.5, abs=1e-9)


# ------------------------------------------------------------------ the refill date


def test_the_refill_is_due_before_the_drug_spoils():
    # 20 mL at 0.1 mL/day would last 180 days
    assert refill_due_day(scenario(10, refill(50_000), rate(5000), drug="morphine-like")) == 90
    assert refill_due_day(scenario(10, refill(25), rate(2.4), drug="ziconotide-like")) == 40


def test_the_refill_date_belongs_to_the_latest_refill_and_knows_no_later_one():
    told = scenario(100, refill(2000), rate(200), refill(500, at_day=60))
    assert refill_due_day(told) == refill_due_day(told, after_day=59.9) == 180
    assert refill_due_day(told, after_day=60) == 60 + 45
    assert refill_due_day(scenario(100, refill(2000, at_day=5), rate(200, at_day=5))) is None


def test_a_lock_out_allows_no_more_than_it_leaves_time_for():
    asks = {"kind": "patient_bolus", "dose_mcg": 20, "over_min": 5, "lockout_min": 720, "n_per_day": 100}
    # two a day, whatever the limit says
    assert refill_due_day(scenario(10, refill(2000), flow(0.08), asks)) == pytest.approx(180, abs=0.5)


def test_a_fault_does_not_move_the_refill_date_for_the_pump_cannot_know():
    faults = [fault("slow_or_fast", 1, flow_factor=1.5), fault("tear", 2, lost_frac=1.0)]
    assert refill_due_day(scenario(50, refill(2000), rate(200), faults=faults)) == pytest.approx(180, abs=1e-9)


def test_a_gas_driven_pump_is_due_when_the_rest_cannot_be_pumped():
    assert refill_due_day(scenario(50, refill(2000), pump="gas-20ml")) == pytest.approx(36, abs=1e-9)


def test_a_scenario_that_cannot_be_carried_out_has_no_refill_date():
    for change in ({"drug": "nothing"}, {"pump": "gas-20ml"}):
        with pytest.raises(ScenarioError):
            refill_due_day(scenario(50, refill(2000), rate(200), **change))


def test_a_stopped_pump_is_never_due():
    assert refill_due_day(scenario(50, refill(2000), {"kind": "stop"})) is None


# ------------------------------------------------------------------ 3.2 steady hydraulics


@pytest.mark.parametrize(
    ("length_cm", "ml_cm", "pa_s_m3", "drops_pa"),
    [
        (110, 0.0026, 2.86e11, (0.33, 1.66, 3.31, 79.5)),
        (89, 0.0022, 3.24e11, (0.37, 1.87, 3.74, 89.9)),
        (140, 0.0022, 5.09e11, (0.59, 2.94, 5.89, 141)),
    ],
)
def test_table_3_2_a_patent_catheter_drops_next_to_nothing(length_cm, ml_cm, pa_s_m3, drops_pa):
    resistance = resistance_kpa_h_ml(length_cm, ml_cm)
    assert resistance / KPA_H_ML_PER_PA_S_M3 == pytest.approx(pa_s_m3, rel=0.002)
    for ml_day, drop_pa in zip((0.1, 0.5, 1.0, 24.0), drops_pa, strict=True):
        # to the printed digits
        assert 1000 * resistance * ml_day / 24 == pytest.approx(drop_pa, rel=0.005, abs=0.005)


def test_table_3_2_a_side_port_resists_a_syringe_as_printed():
    # inject 1 mL/min: 5.4 kPa; aspirate at -20 and -50 kPa: 3.7 and 9.3 mL/min
    resistance = resistance_kpa_h_ml(89, 0.0022)
    assert 60 * resistance == pytest.approx(5.4, abs=0.05)
    assert [round(kpa / resistance / 60, 1) for kpa in (20, 50)] == [3.7, 9.3]


# ------------------------------------------------------------------ 3.3 kinks and complete blocks


def test_table_3_3_a_kink_to_a_tenth_of_the_bore_adds_105_pa():
    assert 1000 * poiseuille_kpa_h_ml(5.0, 0.0529) * 0.5 / 24 == pytest.approx(105, abs=0.5)


@pytest.mark.parametrize(("kpa", "bore_um", "digit"), [(10, 17, 0.5), (50, 11, 0.5), (100, 9.5, 0.05)])
def test_table_3_3_the_bore_that_needs_a_pressure_is_two_to_three_percent(kpa, bore_um, digit):
    bores = np.arange(bore_um - digit, bore_um + digit, digit / 1000)
    needs = [poiseuille_kpa_h_ml(5.0, 1e-3 * bore) * 0.5 / 24 for bore in bores]
    assert min(needs) < kpa < max(needs)
    assert 0.015 < 1e-3 * bore_um / 0.529 < 0.035


def test_table_3_3_a_gas_pump_loses_a_tenth_at_a_bore_of_19_micrometres():
    pump, around = catalogue().pumps["gas-20ml"], Surroundings()
    kept = [
        gas_flow_ml_h(pump, around, 11.0, poiseuille_kpa_h_ml(5.0, bore)) / gas_flow_ml_h(pump, around, 11.0)
        for bore in (0.0185, 0.0195)
    ]
    assert kept[0] < 0.9 < kept[1]


def test_table_3_3_a_bore_of_81_micrometres_slows_a_draw_about_tenfold_and_no_pump():
    narrow, whole = poiseuille_kpa_h_ml(5.0, 0.081), resistance_kpa_h_ml(89, 0.0022)
    assert narrow / whole == pytest.approx(10, rel=0.05)
    told = scenario(5, refill(2000), flow(0.5), faults=[fault("narrowing", 1, bore_mm=0.081)])
    result = simulate(told, time_h=[96.0])
    assert 24 * result.tip_ml_h[0] == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize(
    ("compliance_ml_kpa", "ml_day", "hours"),
    [(0.00023, 0.1, 5.5), (0.00023, 0.5, 1.1), (0.00023, 1.0, 0.55), (0.000062, 0.1, 1.5), (0.000062, 0.5, 0.30)],
)
def test_table_3_3_a_blocked_line_reaches_100_kpa_in_hours(compliance_ml_kpa, ml_day, hours):
    block = fault("occlusion", 1, blocked_frac=1.0)
    told = scenario(3, refill(2000), flow(ml_day), faults=[block])
    supple = shelf(catheter={"compliance_ml_kpa": compliance_ml_kpa})
    result = simulate(told, time_h=24 + np.linspace(0.9, 1.1, 201) * hours, catalogue=supple)
    reached = result.time_h[np.flatnonzero(result.pressure_kpa >= 100)[0]] - 24
    assert reached == pytest.approx(hours, rel=0.02)


@pytest.mark.parametrize(("compliance_ml_kpa", "kpa_h"), [(0.00023, 91), (0.0000625, 333)])
def test_table_3_3_pressure_climbs_by_flow_over_compliance(compliance_ml_kpa, kpa_h):
    block = fault("occlusion", 1, blocked_frac=1.0)
    told = scenario(3, refill(2000), flow(0.5), faults=[block])
    supple = shelf(catheter={"compliance_ml_kpa": compliance_ml_kpa})
    result = simulate(told, time_h=[24.0, 24.25], catalogue=supple)
    assert result.pressure_kpa[0] == 0.0
    assert 4 * result.pressure_kpa[1] == pytest.approx(kpa_h, abs=0.5)


def test_table_3_3_an_air_bubble_of_20_microlitres_takes_10_at_100_kpa():
    def sprung_ml(limit_kpa: float) -> float:
        return storage_ml(Line((), compliance_ml_kpa=0.0, limit_kpa=limit_kpa, air_ml=0.020))

    assert 1000 * sprung_ml(100) == pytest.approx(10, abs=0.1)
    assert 1000 * sprung_ml(1.0) == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize(("limit_kpa", "low", "high"), [(100, 6, 23), (300, 19, 69)])
def test_table_3_3_what_a_line_stores_and_frees(limit_kpa, low, high):
    found = [1000 * storage_ml(Line((), compliance, limit_kpa)) for compliance in (0.000062, 0.00023)]
    assert found == pytest.approx([low, high], abs=0.5)
    # of 2000 mcg/mL, 12 to 140 mcg
    assert 12 <= 2 * found[0] <= 2 * found[1] <= 140


def test_table_3_3_rollers_that_let_go_would_free_millilitres_a_minute():
    whole = resistance_kpa_h_ml(89, 0.0022)
    assert [round(kpa / whole / 60, 1) for kpa in (20.7, 34.8)] == [3.8, 6.5]


# ------------------------------------------------------------------ 3.4 holes

HOLES = {
    10: (1.2e15, (0.16, 0.83, 0.92, 0.98, 1.00), 0.08),
    15: (2.4e14, (0.0, 0.14, 0.57, 0.91, 0.98), 0.43),
    20: (7.7e13, (0.0, 0.0, 0.0, 0.73, 0.94), 1.35),
    50: (2.0e12, (0.0, 0.0, 0.0, 0.0, 0.0), 53),
}
CELLS = [(d, ml_day, f) for d, (_, row, _) in HOLES.items() for ml_day, f in zip(FLOWS, row, strict=True)]


def past_hole_ml_day(diameter_um: float, ml_day: float, position_frac: float = 0.0) -> float:
    line = line_of(89, 0.0022)
    leak = Leak(line.catheter_position_ml(position_frac), kpa_h_ml=hole_kpa_h_ml(diameter_um))
    return float(24 * tube_flows(np.array([ml_day / 24]), line.leaking(leak), DP_KPA).catheter[-1][0])


@pytest.mark.parametrize(("diameter_um", "ml_day", "share"), CELLS)
def test_table_3_4_share_that_passes_a_hole(diameter_um, ml_day, share):
    # one cell prints 0.16 where its own inputs give 0.1545
    assert max(0.0, past_hole_ml_day(diameter_um, ml_day) / ml_day) == pytest.approx(share, abs=0.006)


@pytest.mark.parametrize("diameter_um", HOLES)
def test_table_3_4_resistance_of_a_hole_and_csf_lost_through_it_with_the_pump_off(diameter_um):
    pa_s_m3, _, lost_ml_day = HOLES[diameter_um]
    assert hole_kpa_h_ml(diameter_um) / KPA_H_ML_PER_PA_S_M3 == pytest.approx(pa_s_m3, rel=0.03)
    # the printed loss leaves the line beyond the hole out: the hole beside the tip
    assert -past_hole_ml_day(diameter_um, 0.0, 1.0) == pytest.approx(lost_ml_day, rel=0.01, abs=0.005)
    assert -past_hole_ml_day(diameter_um, 0.0, 0.0) < lost_ml_day + 0.005


def test_table_3_4_a_cut_end_loses_320_ml_a_day():
    assert 24 * DP_KPA / resistance_kpa_h_ml(89, 0.0022) == pytest.approx(320, abs=1)


@pytest.mark.parametrize(("ml_day", "diameter_um"), list(zip(FLOWS, (10.4, 15.6, 18.5, 27.7, 41), strict=True)))
def test_table_3_4_the_width_from_which_all_is_lost(ml_day, diameter_um):
    assert WALL_MM == 0.43
    assert past_hole_ml_day(diameter_um - 0.1, ml_day) > 0.0
    assert past_hole_ml_day(diameter_um + 0.1, ml_day) < 0.0


# ------------------------------------------------------------------ 3.5 transit

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
