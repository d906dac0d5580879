"""What a pump pumps: ranges, strokes, accuracy, scatter, the trumpet of its windows; vectors of strength and flow."""

from __future__ import annotations

import numpy as np
import pytest

from sim import (
    ScenarioError,
    catalogue,
    refill_due_day,
    simulate,
)
from sim.device.catheter import (
    poiseuille_kpa_h_ml,
)
from sim.device.pump import Surroundings, gas_flow_ml_h
from sim.exact import LinearSystem, Steps, respond
from sim.scenario import with_values
from tests import trumpet
from tests.building import fault, flow, rate, refill, scenario, shelf
from tests.device import FLIPPED, kinds, resistance_kpa_h_ml, same_physics
from tests.trumpet import window_error_frac


@pytest.mark.parametrize("name", ["roller-20ml", "roller-40ml", "valve-20ml", "valve-40ml"])
def test_dev_01_the_flow_lies_in_the_declared_range(name):
    pump = catalogue().pumps[name]
    for ml_day in (pump.lowest_ml_day, pump.highest_ml_day):
        result = simulate(scenario(0.5, refill(2000), flow(ml_day), pump=name), time_h=[1.0])
        assert 24 * result.command_ml_h[0] == pytest.approx(ml_day, rel=1e-12)
    for ml_day in (0.99 * pump.lowest_ml_day, 1.01 * pump.highest_ml_day):
        with pytest.raises(ScenarioError, match="out of reach; the pump's range is"):
            simulate(scenario(0.5, refill(2000), flow(ml_day), pump=name))


def test_dev_02_single_strokes_are_seen_and_average_right():
    example = scenario(5, refill(2000), flow(0.5), pump="valve-20ml")
    mean, single = simulate(example), simulate(with_values(example, {"is_stroke_shown": True}))
    pumped, even = single.signals["pumped_ml_h"], mean.signals["pumped_ml_h"]
    assert pumped.value.max() > 50 * even.value.max()
    set_ml_h = float(even.value[0])
    for window_h in (0.25, 1.0, 6.0):
        low, high = window_error_frac(pumped, set_ml_h, window_h)
        assert max(-low, high) <= 0.002 / (set_ml_h * window_h) * (1 + 1e-9)
    whole = np.floor(even.area()[-1] / 0.002) * 0.002
    assert pumped.area()[-1] == pytest.approx(whole, rel=1e-9)


def test_dev_03_the_basal_flow_runs_unchanged_while_another_is_written():
    example = scenario(10, refill(2000), rate(200))
    before = simulate(example)
    edited = with_values(example, {"orders.1.dose_mcg_day": 400.0})
    assert same_physics(before, simulate(example))
    assert not same_physics(before, simulate(edited))


def test_dev_04_the_minimum_rate_is_a_mode_of_its_own_and_no_part_of_the_range():
    minimum = {"kind": "minimum_rate", "at_day": 1}
    pump = catalogue().pumps["roller-20ml"]
    result = simulate(scenario(5, refill(2000), flow(0.5), minimum), time_h=[23.0, 25.0])
    assert (24 * result.pumped_ml_h).tolist() == pytest.approx([0.5, pump.minimum_ml_day], rel=1e-12)
    assert pump.minimum_ml_day < pump.lowest_ml_day
    # the line stays open: no alarm of a stopped pump
    assert "stopped_alarm" not in kinds(simulate(scenario(5, refill(2000), flow(0.5), minimum)))


@pytest.mark.parametrize("ml_day", [0.0, 0.1, 0.2, 0.5])
def test_dev_04_a_low_battery_slows_a_pump_to_its_minimum_and_never_speeds_it_up(ml_day):
    set_ = shelf(pump={"minimum_ml_day": 0.2})
    order = flow(ml_day) if ml_day > 0.0 else {"kind": "stop", "at_day": 0}
    example = scenario(5, refill(2000), order, faults=[fault("low_battery_reset", 1)])
    result = simulate(example, time_h=[23.0, 25.0], catalogue=set_)
    assert (24 * result.pumped_ml_h).tolist() == pytest.approx([ml_day, min(ml_day, 0.2)], rel=1e-12)


@pytest.mark.parametrize(("name", "low", "high"), [("roller-20ml", 0.855, 1.145), ("valve-20ml", 0.85, 1.15)])
def test_dev_05_over_72_hours_the_mean_error_stays_in_the_devices_band(name, low, high):
    result = simulate(scenario(3, refill(2000), flow(0.5), pump=name))
    factor = result.signals["pumped_ml_h"].area()[-1] / result.signals["command_ml_h"].area()[-1]
    assert factor == pytest.approx(catalogue().pumps[name].accuracy_factor, rel=1e-9)
    assert low <= factor <= high


def test_dev_05_scatter_from_refill_to_refill_is_as_published():
    # 95 % of refills within 15 %: sigma 0.077
    factors = []
    for seed in range(200):
        result = simulate(scenario(3, refill(2000), flow(0.5), seed=seed), time_h=[72.0])
        factors.append(result.pumped_mcg[-1] / result.programmed_mcg[-1])
    within = np.mean(np.abs(np.array(factors) - 1.0) <= 0.15)
    # 190 expected of 200; three standard deviations of a count are 9
    assert 0.905 <= within <= 0.995


@pytest.mark.parametrize("flow_factor", [0.0, 0.5, 1.145, 2.0])
def test_what_cannot_be_sensed_raises_no_alarm(flow_factor):
    wrong = simulate(scenario(20, refill(2000), flow(0.5), faults=[fault("slow_or_fast", 2, flow_factor=flow_factor)]))
    right = simulate(scenario(20, refill(2000), flow(0.5)))
    sounds = [[one for one in result.happenings if one.alarm] for result in (wrong, right)]
    assert sounds == [[], []]
    assert wrong.reservoir_believed_ml[-1] == right.reservoir_believed_ml[-1]


@pytest.mark.parametrize("flow_factor", [0.0, 0.3, 1.0, 1.5, 2.0])
def test_dev_27_a_slow_fast_or_still_pump_gives_its_share_and_the_ledger_closes(flow_factor):
    wrong = fault("slow_or_fast", 0, flow_factor=flow_factor)
    result = simulate(scenario(15, refill(2000), flow(0.5), faults=[wrong]))
    assert result.delivered_mcg[-1] == pytest.approx(flow_factor * result.programmed_mcg[-1], rel=1e-9)
    assert result.ledger.error_frac <= 1e-12


WINDOWS_MIN = (2, 5, 11, 19, 31)


@pytest.mark.parametrize("window_min", WINDOWS_MIN)
def test_iec_1_an_ideal_pump_has_no_trumpet_and_no_start_up(window_min):
    result = simulate(scenario(2, refill(2000), flow(0.5)), time_h=np.arange(0, 120) / 120)
    assert (result.pumped_ml_h == result.command_ml_h).all()
    low, high = window_error_frac(result.signals["pumped_ml_h"], 0.5 / 24, window_min / 60)
    assert abs(low) <= 1e-9
    assert abs(high) <= 1e-9


@pytest.mark.parametrize("window_min", WINDOWS_MIN)
def test_iec_1_a_pump_of_single_strokes_has_the_trumpet_of_the_hand_formula(window_min):
    # 0.002 mL every 5.76 minutes at 0.5 mL/day
    exact = shelf()
    exact.pumps["valve-20ml"] = exact.pumps["valve-20ml"].model_copy(update={"accuracy_factor": 1.0})
    example = scenario(2, refill(2000), flow(0.5), pump="valve-20ml", is_stroke_shown=True)
    flow_ = simulate(example, catalogue=exact).signals["pumped_ml_h"]
    flow_ = flow_.cut(int(flow_.edge_tick[0]), 48 * 3_600_000_000)
    n = int(window_min // 5.76)
    meant_ml = 0.5 / 1440 * window_min
    low, high = window_error_frac(flow_, 0.5 / 24, window_min / 60)
    assert low == pytest.approx(n * 0.002 / meant_ml - 1, abs=1e-6)
    assert high == pytest.approx((n + 1) * 0.002 / meant_ml - 1, abs=1e-6)
    # whole periods show the mean error only
    for n_stroke in (1, 3, 10):
        low, high = window_error_frac(flow_, 0.5 / 24, n_stroke * 5.76 / 60)
        assert abs(low) <= 1e-5
        assert abs(high) <= 1e-5


def test_the_borrowed_method_names_its_standard_and_its_scope():
    assert "IEC 60601-2-24" in trumpet.__doc__
    assert "outside its scope" in trumpet.__doc__


def test_inv_03_a_pump_that_was_never_filled_gives_no_alarm_and_no_drug():
    result = simulate(scenario(10, refill(2000, at_day=3.0), rate(200, 3.0), faults=[fault("flip", **FLIPPED)]))
    assert kinds(result).count("no_access") == 1
    assert not {"low_alarm", "empty_alarm", "run_dry", "refill"} & set(kinds(result))
    assert result.delivered_mcg[-1] == pytest.approx(0.4 * 0.0)


def counted(per: float, exposure: float) -> float:
    """Events that have gathered after an exposure, at so many per unit of it."""
    arriving = {"events": Steps.from_hours([0.0, exposure], [per])}
    return float(respond(LinearSystem(["events"]), arriving, time_h=[exposure]).of("events")[0])


def left(per: float, exposure: float) -> float:
    """Share that still works after an exposure, where so many of those that work fail per unit of it."""
    wearing = LinearSystem(["working"], losses=[("working", per)])
    return float(respond(wearing, time_h=[exposure], start={"working": 1.0}).of("working")[0])


def test_tv01_ten_microlitres_of_25_mg_per_ml_hold_a_quarter_of_a_milligram():
    prime = {"kind": "priming_bolus", "volume_ml": 0.01, "over_min": 10}
    result = simulate(scenario(1, refill(25_000), prime, drug="morphine-like"))
    assert result.delivered_mcg[-1] == pytest.approx(250, rel=1e-12)


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


@pytest.mark.parametrize(
    ("per_1000_day", "per_year"), [(0.203, 0.0741), (0.083, 0.0303), (0.063, 0.0230), (0.026, 0.0095)]
)
def test_tv11_events_in_1000_days_are_events_per_year(per_1000_day, per_year):
    assert round(counted(per_1000_day / 1000, 365.25), 4) == per_year


def test_tv14_the_lowest_flow_is_two_microlitres_an_hour():
    lowest = catalogue().pumps["roller-20ml"].lowest_ml_day
    result = simulate(scenario(1, refill(2000), flow(lowest)), time_h=[1.0])
    assert 1000 * result.pumped_ml_h[0] == pytest.approx(2.0, rel=1e-12)
    assert 24 * result.tip_mcg_h[0] == pytest.approx(96.0, rel=1e-12)


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


def test_table_3_3_a_gas_pump_loses_a_tenth_at_a_bore_of_19_micrometres():
    pump, around = catalogue().pumps["gas-20ml"], Surroundings()
    kept = [
        gas_flow_ml_h(pump, around, 11.0, poiseuille_kpa_h_ml(5.0, bore)) / gas_flow_ml_h(pump, around, 11.0)
        for bore in (0.0185, 0.0195)
    ]
    assert kept[0] < 0.9 < kept[1]


def test_table_3_3_rollers_that_let_go_would_free_millilitres_a_minute():
    whole = resistance_kpa_h_ml(89, 0.0022)
    assert [round(kpa / whole / 60, 1) for kpa in (20.7, 34.8)] == [3.8, 6.5]
