"""Laws of every fault in the list: harmless at zero, never less for worse, no cliff, at peace with all others.

The kinds and their severities come from the declarations. Where a law needs a condition, the physical reason
stands above it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import Scenario
from sim.exact.steps import TICK_PER_DAY
from sim.scenario.faults import (
    Air,
    Disconnection,
    Fault,
    Granuloma,
    Hole,
    Kink,
    Narrowing,
    Occlusion,
    Stall,
    Tear,
)
from sim.scenario.orders import Bolus, CapAspiration, CapInjection, Flow, Refill, Repair, Stop
from tests.looking import (
    area,
    assert_same_bits,
    changed,
    drugs_of,
    handled_mcg,
    one_drug,
    plain_scenario,
    run,
    slipping,
    strongest,
    ticks,
    watch_h,
    windows,
    with_fault,
)
from tests.strategies import (
    FAULTS,
    ORDERS,
    PUMPS,
    SHELF,
    Setting,
    days,
    entries,
    numbers,
    records,
    scenarios,
    spread,
    without,
)

FEW = settings(max_examples=max(settings.default.max_examples // 6, 8))
SOME = settings(max_examples=max(settings.default.max_examples // 4, 12))
FRACTION = numbers(0.0, 1.0)
GRADED = tuple(kind for kind in FAULTS if kind.degree is not None)
WET = (CapAspiration, CapInjection, Repair)

each_fault = pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.__name__)
each_degree = pytest.mark.parametrize("kind", GRADED, ids=lambda kind: kind.__name__)


def pumps_for(kind: type[Fault]) -> tuple[str, ...]:
    return tuple(name for name in PUMPS if SHELF.pumps[name].mechanism in kind.mechanisms)


def drugs_for(kind: type[Fault]) -> tuple[str, ...]:
    names = sorted(SHELF.drugs)
    return tuple(name for name in names if kind is not Granuloma or SHELF.drugs[name].family == "opioid")


def setting_of(scenario: Scenario) -> Setting:
    shelf = (SHELF.pumps[scenario.pump], SHELF.catheters[scenario.catheter], SHELF.drugs[scenario.drug])
    return Setting(scenario.duration_day, *shelf)


def one_more(draw: Any, scenario: Scenario, kind: type[Fault]) -> Any:
    return draw(entries(kind, setting_of(scenario)))


# ------------------------------------------------------------------ any fault with any others


@each_fault
@SOME
@given(data=st.data())
def test_any_fault_can_come_on_top_of_any_others(kind, data):
    background = data.draw(scenarios(pumps=pumps_for(kind), drugs=drugs_for(kind)))
    scenario = with_fault(background, one_more(data.draw, background, kind))
    whole = run(scenario, watch_h(scenario))
    for result in drugs_of(whole):
        assert result.ledger.error_frac <= 1e-9
        assert result.ledger.amount_mcg.min() >= -1e-12 * handled_mcg(result)
        assert min(s.value.min() for name, s in result.signals.items() if name.endswith("mcg_h")) >= 0.0
    assert whole.signals["pumped_ml_h"].value.min() >= 0.0
    assert whole.stored_ml.min() >= -1e-12


@each_degree
@FEW
@given(data=st.data())
def test_inv_19_a_fault_of_no_severity_is_no_fault(kind, data):
    scenario = data.draw(scenarios(pumps=pumps_for(kind), drugs=drugs_for(kind)))
    fault = one_more(data.draw, scenario, kind).model_copy(update={kind.degree.field: kind.degree.harmless})
    assert fault.is_harmless()
    time_h = watch_h(scenario)
    one, other = run(scenario, time_h), run(with_fault(scenario, fault), time_h)
    assert_same_bits(one, other)
    assert one.happenings == other.happenings


def test_every_severity_is_a_declared_number_with_a_harmless_end():
    for kind in GRADED:
        field = kind.model_fields[kind.degree.field]
        low, high = (next(getattr(m, a) for m in field.metadata if hasattr(m, a)) for a in ("ge", "le"))
        assert low <= min(kind.degree.harmless, kind.degree.worst), kind
        assert max(kind.degree.harmless, kind.degree.worst) <= high, kind


# ------------------------------------------------------------------ worse is never better

# What a fault holds back may be mixed with a stronger refill, or arrive after a leak was mended, where it would not
# have arrived before: so every refill draws all there is (or all are one drug), and no leak opens or closes.
# A threshold (stall, burst) may end a worse course earlier. Air springs against a block, and a prime, a scan's slip
# or strokes change nothing of this. A repair brings in drug, a draw takes it out, whatever the fault did.
CALM = (Stall, Occlusion, Kink)
STEADY_PUMPS = ("roller-20ml", "roller-40ml", "valve-20ml", "valve-40ml")


@st.composite
def calm_scenarios(draw: st.DrawFn, kind: type[Fault]) -> Scenario:
    """Scenarios in which a severity has an order; leaks, if any, last from the first to the last moment."""
    pumps = tuple(name for name in (*STEADY_PUMPS, "gas-20ml") if name in pumps_for(kind))
    background = () if kind in (Air, Hole) else CALM
    dry = without(*WET, among=ORDERS)
    scenario = draw(
        scenarios(background, dry, draws_all=True, pumps=pumps, is_plain=True, drugs=drugs_for(kind), most_faults=2)
    )
    leaks = draw(records(Tear, start_day=st.just(0.0), end_day=st.none())) if draw(st.booleans()) else None
    return slipping(with_fault(scenario, leaks) if leaks is not None else scenario)


@each_degree
@SOME
@given(data=st.data())
def test_inv_17_18_a_worse_fault_never_gives_more_or_less_than_a_milder_one(kind, data):
    scenario, degree = data.draw(calm_scenarios(kind)), kind.degree
    low, high = sorted((data.draw(FRACTION), data.draw(st.one_of(st.sampled_from([0.0, 1.0]), FRACTION))))
    fault = one_more(data.draw, scenario, kind)
    fault = fault.model_copy(update={"outcome": "slip"} if kind is Occlusion else {})

    def at(share: float) -> Any:
        value = degree.harmless + share * (degree.worst - degree.harmless)
        return run(with_fault(scenario, fault.model_copy(update={degree.field: value})), time_h)

    time_h = watch_h(with_fault(scenario, fault))
    healthy, mild, severe = at(0.0), at(low), at(high)
    slack = 1e-11 * handled_mcg(healthy)
    for less, more in ((severe, mild), (mild, healthy)):
        if degree.raises:
            less, more = more, less
        assert (less.delivered_mcg <= more.delivered_mcg + slack).all()
        # what is lost beside the catheter left the tip, but does not act
        lost = [area(one, "dural_mcg_h") for one in (less, more)]
        assert (less.delivered_mcg - lost[0] <= more.delivered_mcg - lost[1] + slack).all()


@SOME
@given(scenarios((Stall, Occlusion, Kink), (Flow, Stop, Bolus), pumps=STEADY_PUMPS, is_plain=True), st.data())
def test_inv_17_more_occlusion_of_one_and_the_same_drug_never_raises_the_tip_dose_so_far(scenario, data):
    scenario = slipping(one_drug(scenario))
    if any(order.programmed_mcg_ml == 0.0 for order in scenario.orders if isinstance(order, Refill)):
        return  # saline has no dose
    less, more = sorted((data.draw(FRACTION), data.draw(FRACTION)))
    window = data.draw(windows(scenario))
    little, much = (with_fault(scenario, Occlusion(blocked_frac=blocked, **window)) for blocked in (less, more))
    time_h = watch_h(little, scenario)
    here, there, free = run(little, time_h), run(much, time_h), run(scenario, time_h)
    slack = 1e-12 * handled_mcg(free)
    assert (there.delivered_mcg <= here.delivered_mcg + slack).all()
    assert (here.delivered_mcg <= free.delivered_mcg + slack).all()
    swept = [area(one, "tip_ml_h") for one in (there, here, free)]
    assert (swept[0] <= swept[1] + 1e-12 * max(swept[2].max(), 1.0)).all()
    assert (swept[1] <= swept[2] + 1e-12 * max(swept[2].max(), 1.0)).all()


# Nothing upstream feels a leak, whatever else is wrong with pump and line. Beside a hole a tear takes its share of
# what runs backwards too, so that less CSF is lost through the tip.
@pytest.mark.parametrize("kind", [Tear, Hole])
@SOME
@given(data=st.data())
def test_inv_18_a_leak_takes_from_the_tip_and_nothing_upstream_feels_it(kind, data):
    others = without(Hole) if kind is Tear else FAULTS
    dry = without(CapAspiration, Repair, among=ORDERS)
    scenario = slipping(data.draw(scenarios(others, dry, is_plain=True)))
    leak = one_more(data.draw, scenario, kind)
    time_h = watch_h(scenario)
    whole, torn = run(scenario, time_h), run(with_fault(scenario, leak), time_h)
    for same in (
        "reservoir_true_ml",
        "reservoir_believed_ml",
        "pumped_ml_h",
        "command_ml_h",
        "pumped_mcg",
        "stored_ml",
    ):
        assert getattr(whole, same).tobytes() == getattr(torn, same).tobytes(), same
    assert (area(torn, "tip_ml_h") <= area(whole, "tip_ml_h") + 1e-9).all()
    assert (area(torn, "leak_ml_h") >= area(whole, "leak_ml_h") - 1e-9).all()


@given(st.lists(FRACTION, min_size=2, max_size=4), FRACTION, spread(0.048, 1.0))
def test_inv_18_a_tear_takes_its_share_whatever_was_asked_before(shares, position_frac, ml_day):
    for lost in shares:
        torn = {"kind": "tear", "start_day": 2.0, "position_frac": position_frac, "lost_frac": lost}
        result = run(plain_scenario([{"kind": "flow", "flow_ml_day": ml_day}], torn, duration_day=10.0))
        mcg_day = 2000.0 * ml_day
        assert math.isclose(result.delivered_mcg[-1], mcg_day * (2.0 + 8.0 * (1.0 - lost)), rel_tol=1e-9)
        assert math.isclose(result.leaked_mcg[-1], mcg_day * 8.0 * lost, rel_tol=1e-9, abs_tol=1e-9 * mcg_day)


@given(st.lists(FRACTION, min_size=2, max_size=4), spread(0.048, 1.0))
def test_inv_17_a_block_holds_back_its_share_whatever_was_asked_before(shares, ml_day):
    storage_ml = 0.00023 * 200.0
    for held in shares:
        blocked = {"kind": "occlusion", "start_day": 2.0, "blocked_frac": held}
        result = run(plain_scenario([{"kind": "flow", "flow_ml_day": ml_day}], blocked, duration_day=10.0))
        through_ml = ml_day * (2.0 + 8.0 * (1.0 - held))
        stretch_ml = min(storage_ml, 8.0 * held * ml_day)
        assert math.isclose(result.delivered_mcg[-1], 2000.0 * through_ml, rel_tol=1e-9)
        assert math.isclose(result.stored_ml[-1], stretch_ml, rel_tol=1e-9, abs_tol=1e-12)
        assert math.isclose(result.reservoir_true_ml[-1], 20.0 - through_ml - stretch_ml, rel_tol=1e-9)


@given(numbers(0.1, 1.0), spread(0.048, 6.0), st.integers(1, 60))
def test_dev_26_what_an_occlusion_stored_leaves_evenly_over_one_minute(held, ml_day, seconds):
    blocked = {"kind": "occlusion", "start_day": 1.0, "end_day": 2.0, "blocked_frac": held}
    scenario = plain_scenario([{"kind": "flow", "flow_ml_day": ml_day}], blocked, duration_day=3.0)
    result = run(scenario, [48.0, 48.0 + seconds / 3600.0, 49.0])
    stored_ml = min(0.00023 * 200.0, held * ml_day)
    assert np.allclose(result.stored_ml, [stored_ml, stored_ml * (1.0 - seconds / 60.0), 0.0], rtol=0, atol=1e-12)
    assert np.allclose(result.pressure_kpa, result.stored_ml / 0.00023, rtol=1e-12, atol=0)
    assert np.allclose(result.pumped_ml_h, ml_day / 24.0, rtol=1e-12, atol=0)
    extra_ml_h = stored_ml * 60.0 if seconds < 60 else 0.0
    assert math.isclose(result.tip_ml_h[1], ml_day / 24.0 + extra_ml_h, rel_tol=1e-9)


# ------------------------------------------------------------------ limits


def test_inv_19_two_breaks_at_one_place_are_one():
    one = {"kind": "disconnection", "start_day": 3.0}
    flow = {"kind": "flow", "flow_ml_day": 0.5}
    assert_same_bits(run(plain_scenario([flow], one)), run(plain_scenario([flow], one, one)))


def test_inv_18_a_connector_that_comes_off_leaves_nothing_to_either_of_two_catheters():
    off = {"kind": "disconnection", "start_day": 3.0, "site": "connector"}
    two = {"second_catheter": "one-piece-89cm", "second_tip_level": "T6", "duration_day": 10.0}
    result = run(plain_scenario([{"kind": "flow", "flow_ml_day": 0.5}], off, **two))
    before, after = [71.9], [72.0, 100.0, 240.0]
    at_tips = [result.signals[name] for name in ("tip_ml_h", "second_ml_h")]
    assert all((signal.at(before) > 0.0).all() for signal in at_tips)
    assert all((signal.at(after) == 0.0).all() for signal in at_tips)
    assert math.isclose(result.delivered_mcg[-1], 0.5 * 2000.0 * 3.0, rel_tol=1e-12)
    assert math.isclose(result.leaked_mcg[-1], 0.5 * 2000.0 * 7.0, rel_tol=1e-12)


def test_inv_19_a_tear_at_the_very_tip_that_loses_all_leaves_the_tip_nothing():
    torn = {"kind": "tear", "start_day": 3.0, "position_frac": 1.0, "lost_frac": 1.0}
    result = run(plain_scenario([{"kind": "flow", "flow_ml_day": 0.5}], torn))
    assert math.isclose(result.delivered_mcg[-1], 0.5 * 2000.0 * 3.0, rel_tol=1e-12)
    assert math.isclose(result.leaked_mcg[-1], 0.5 * 2000.0 * 27.0, rel_tol=1e-12)


MOVED = {"kind": "migration", "level": "T8", "space": "epidural", "csf_frac": 0.5}
MASS = {"kind": "granuloma", "transfer_frac": 0.5, "grows_day": 0.0}
MOVED_ON = {"kind": "migration", "level": "T4", "space": "subdural", "csf_frac": 0.4}


@pytest.mark.parametrize("first", [MOVED, MASS], ids=["moved before", "mass before"])
def test_of_what_one_fault_at_the_tip_lets_into_the_csf_a_migration_lets_in_its_share(first):
    wrong = [{**first, "start_day": 2.0}, {**MOVED_ON, "start_day": 6.0}]
    flow = {"kind": "flow", "flow_ml_day": 0.5}
    result = run(plain_scenario([flow], *wrong, drug="morphine-like", duration_day=10.0))
    # all of it for two days, half of it for four, 0.4 of that half for four
    assert math.isclose(result.delivered_mcg[-1], 0.5 * 2000.0 * (2.0 + 4.0 * 0.5 + 4.0 * 0.5 * 0.4), rel_tol=1e-12)
    # the tip lies where it has moved to last
    assert (result.truth(240.0).tip_level, result.truth(240.0).tip_space) == ("T4", "subdural")
    assert math.isclose(result.truth(240.0).csf_frac, 0.2, rel_tol=1e-12)


# At the connector both catheters come off, and port and holes lie behind it; a tear there is in one catheter only.
@SOME
@given(
    scenarios(without(Hole), without(*WET, among=ORDERS), is_plain=True).map(slipping),
    st.sampled_from(["connector", "joint"]),
    st.data(),
)
def test_inv_19_a_tear_that_loses_all_is_a_disconnection(scenario, site, data):
    scenario = changed(scenario, catheter="two-piece")
    joint = SHELF.catheters["two-piece"].joint_frac
    window = data.draw(windows(scenario))
    torn = with_fault(scenario, Tear(lost_frac=1.0, position_frac=0.0 if site == "connector" else joint, **window))
    broken = with_fault(scenario, Disconnection(site=site, **window))
    one, other = run(torn, watch_h(torn)), run(broken, watch_h(torn))
    for name in ("delivered_mcg", "leaked_mcg", "reservoir_true_ml", "tip_ml_h", "stored_ml"):
        here, there = getattr(one, name), getattr(other, name)
        assert np.allclose(here, there, rtol=1e-12, atol=1e-12 * max(handled_mcg(one), 1.0)), name


# A hole lets CSF run out backwards, and what is done at the side port in the minute before is still under way.
@SOME
@given(scenarios(fault_kinds=without(Hole), order_kinds=without(*WET, among=ORDERS)), st.data())
def test_inv_19_a_complete_block_stops_the_tip_at_once(scenario, data):
    scenario = slipping(scenario)
    start = data.draw(days(scenario.duration_day))
    blocked = with_fault(scenario, Occlusion(blocked_frac=1.0, start_day=start))
    result, free = run(blocked, watch_h(blocked)), run(scenario, watch_h(blocked))
    after = ticks(result.time_h) >= round(start * TICK_PER_DAY)
    assert (result.tip_ml_h[after] == 0.0).all()
    assert (result.leak_ml_h[after] == 0.0).all()
    assert (area(result, "second_ml_h")[after] == area(result, "second_ml_h")[after][:1]).all()
    assert len(np.unique(result.delivered_mcg[after])) == 1
    for name in ("delivered_mcg", "leaked_mcg", "pumped_mcg"):
        assert getattr(result, name)[~after].tobytes() == getattr(free, name)[~after].tobytes(), name


# Air springs as long as it lasts; when it goes, the line is left with more than it could otherwise hold.
@SOME
@given(scenarios(fault_kinds=without(Air)))
def test_dev_25_the_line_is_never_stretched_beyond_the_pumps_limit(scenario):
    result = run(scenario)
    assert result.pressure_kpa.max() <= SHELF.pumps[scenario.pump].limit_kpa * (1 + 1e-9)


def test_dev_25_thresholds_come_after_the_time_that_fills_the_line():
    for ml_day in (0.1, 0.5, 2.0):
        blocked = {"kind": "occlusion", "start_day": 1.0, "blocked_frac": 1.0, "outcome": "stall"}
        result = run(plain_scenario([{"kind": "flow", "flow_ml_day": ml_day}], blocked))
        when = [one.time_h for one in result.happenings if one.kind == "motor_stall"]
        assert when == pytest.approx([24.0 + 24.0 * 0.046 / ml_day], rel=1e-9)


# ------------------------------------------------------------------ no cliff

# Stall, burst and the last bore of a narrowing are thresholds by nature; a plug is there or not.
SMOOTH = tuple(kind for kind in GRADED if kind.degree.is_smooth)


@pytest.mark.parametrize("kind", SMOOTH, ids=lambda kind: kind.__name__)
@FEW
@given(data=st.data())
def test_inv_20_a_little_more_of_a_fault_does_little_more(kind, data):
    others = without(Narrowing, Kink)
    # a syringe at the port finds a complete block shut and any lesser one open: a threshold by nature
    orders = without(CapAspiration, CapInjection, among=ORDERS) if kind is Occlusion else ORDERS
    scenario = data.draw(
        scenarios(
            others,
            orders,
            draws_all=True,
            pumps=pumps_for(kind),
            drugs=drugs_for(kind),
            is_plain=True,
            most_faults=2,
        )
    )
    scenario, degree, is_worst = slipping(scenario), kind.degree, data.draw(st.booleans())
    fault = one_more(data.draw, scenario, kind)
    fault = fault.model_copy(
        update={name: off for name, off in (("outcome", "slip"), ("plugs", False)) if name in kind.model_fields}
    )
    time_h = watch_h(with_fault(scenario, fault))
    pump = SHELF.pumps[scenario.pump]

    def delivered(share: float) -> tuple[np.ndarray, float]:
        value = degree.harmless + share * (degree.worst - degree.harmless)
        result = run(with_fault(scenario, fault.model_copy(update={degree.field: value})), time_h)
        return result.delivered_mcg, float(result.signals["rotor_ml_h"].area()[-1])

    limit, turned_ml = delivered(1.0 if is_worst else 0.0)
    # the fastest that a share can act: all that turns, a reservoir at once, the fastest free flow, a release
    most_ml = turned_ml + pump.capacity_ml + 60.0 * 24.0 * scenario.duration_day
    most_mcg = 4.0 * strongest(scenario) * most_ml
    for small in (1e-5, 1e-7, 1e-9):
        near, _ = delivered(1.0 - small if is_worst else small)
        assert np.abs(near - limit).max() <= (small + 1e-12) * most_mcg


def test_inv_20_a_roller_meets_the_narrowing_cliff_and_a_gas_pump_a_slope():
    def given_mcg(pump: str, bore_mm: float) -> float:
        orders = [] if pump == "gas-20ml" else [{"kind": "flow", "flow_ml_day": 0.5}]
        narrow = {"kind": "narrowing", "bore_mm": bore_mm}
        return float(run(plain_scenario(orders, narrow, pump=pump, duration_day=20.0)).delivered_mcg[-1])

    whole = {pump: given_mcg(pump, 0.53) for pump in ("roller-20ml", "gas-20ml")}
    share = {pump: [given_mcg(pump, bore) / whole[pump] for bore in (0.1, 0.03, 0.015, 0.01, 0.005)] for pump in whole}
    assert share["roller-20ml"][:2] == [1.0, 1.0]
    assert share["roller-20ml"][-1] < 0.2
    assert 0.99 < share["gas-20ml"][0] < 1.0
    assert all(a > b for a, b in zip(share["gas-20ml"], share["gas-20ml"][1:], strict=False))
