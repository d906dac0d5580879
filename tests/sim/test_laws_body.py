"""Laws of canal and body, whatever drug, person and dose: mass, sums, steady states, order."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.body.canal import CELLS, NAMES, Canal, names_of, network, tip_shares, volumes_ml
from sim.body.effect import hill
from sim.body.level import LEVELS, level_cm
from sim.exact import LinearSystem, Steps, respond, steady_state
from sim.quantity import SMALLEST
from tests.strategies import SHELF, numbers, records, spread

CSF = (*CELLS, "cistern", "cranial")
DRUGS = st.sampled_from([SHELF.drugs[name] for name in sorted(SHELF.drugs)])
CANALS = st.one_of(st.builds(Canal), records(Canal))


@given(DRUGS, CANALS, st.lists(numbers(0.0, 100.0), min_size=27, max_size=27), spread(1e-3, 1e4))
def test_inv_04_csf_never_grows_stronger_than_its_strongest_place_by_itself(drug, canal, mcg_ml, hours):
    volume = dict(zip(names_of(drug), volumes_ml(canal, drug), strict=True))
    start = {name: float(volume[name]) * c for name, c in zip(CSF, mcg_ml, strict=True)}
    held = respond(network(drug, canal), time_h=np.linspace(0.0, hours, 30), start=start)
    strongest = np.max([held.of(name) / volume[name] for name in CSF], axis=0)
    assert (np.diff(strongest) <= 1e-12 * max(mcg_ml) + 1e-300).all()


@st.composite
def inputs(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, Steps]:
    """Random amounts per hour into a few states."""
    found = {}
    for name in draw(st.lists(st.sampled_from(names), max_size=3, unique=True)):
        gaps = draw(st.lists(spread(1.0 / 3600.0, 500.0), min_size=1, max_size=4))
        edges = np.cumsum([draw(numbers(0.0, 100.0)), *gaps])
        found[name] = Steps.from_hours(edges, [draw(numbers(0.0, 1000.0)) for _ in gaps])
    return found


@st.composite
def jumps(draw: st.DrawFn, names: tuple[str, ...]) -> list[tuple[float, str, float]]:
    """Random amounts that enter states at once."""
    one = st.tuples(numbers(0.0, 300.0), st.sampled_from(names), numbers(0.0, 1e4))
    return draw(st.lists(one, max_size=3))


WHEN_H = np.unique(np.concatenate([[0.0], np.geomspace(1e-3, 2500.0, 40)]))


@given(DRUGS, CANALS, inputs(NAMES), inputs(NAMES), jumps(NAMES), jumps(NAMES))
def test_inv_06_two_doses_together_give_the_sum_of_each(drug, canal, a, b, jumps_a, jumps_b):
    body = network(drug, canal)
    both = {name: _sum([signals[name] for signals in (a, b) if name in signals]) for name in (*a, *b)}
    one = respond(body, a, jumps_a, time_h=WHEN_H)
    two = respond(body, b, jumps_b, time_h=WHEN_H)
    sum_of_both = respond(body, both, [*jumps_a, *jumps_b], time_h=WHEN_H)
    most = max(float((sum_of_both.amount.sum(axis=1) + sum_of_both.cleared).max()), SMALLEST)
    for field in ("amount", "cleared"):
        apart = getattr(one, field) + getattr(two, field) - getattr(sum_of_both, field)
        assert np.abs(apart).max() <= 1e-10 * most
    followed = sum_of_both.followed
    assert np.abs(one.followed + two.followed - followed).max(initial=0.0) <= 1e-10 * max(
        followed.max(initial=0.0), SMALLEST
    )


def _sum(signals: list[Steps]) -> Steps:
    edge = np.unique(np.concatenate([signal.edge_tick for signal in signals]))
    return Steps(edge, sum(signal.at_tick(edge[:-1]) for signal in signals))


@given(DRUGS, st.floats(0.0, 2159.0), spread(1.0 / 3600.0, 1.0), spread(1e-6, 1e6), st.sampled_from(CELLS))
def test_inv_11_no_pulse_into_the_canal_is_ever_missed(drug, start_h, size_h, mcg_h, cell):
    pulse = Steps.from_hours([start_h, start_h + size_h], [mcg_h])
    held = respond(network(drug, Canal()), {cell: pulse}, time_h=[2160.0])
    given_mcg = float(pulse.area()[-1])
    assert math.isclose(held.amount.sum() + held.cleared[0], given_mcg, rel_tol=1e-9)


# ------------------------------------------------------------------ canal and body


@given(DRUGS, CANALS, st.sampled_from(LEVELS), spread(1e-3, 1e5))
def test_inv_21_a_constant_dose_ends_at_dose_over_clearance(drug, canal, level, mcg_day):
    body = network(drug, canal)
    doses = {cell: share * mcg_day / 24.0 for cell, share in tip_shares(level_cm(level)).items()}
    level_mcg = steady_state(body, doses)
    # a tracer in the calmest canal takes 2e5 h to settle
    signals = {cell: Steps.from_hours([0.0, 9e5], [dose]) for cell, dose in doses.items()}
    held = respond(body, signals, time_h=[9e5])
    assert np.allclose(held.amount[0], level_mcg, rtol=1e-9, atol=1e-9 * level_mcg.max())
    plasma_mcg_ml = level_mcg[NAMES.index("plasma")] / drug.plasma_ml
    assert math.isclose(plasma_mcg_ml, mcg_day / 24.0 / drug.clearance_ml_h, rel_tol=1e-9)


@given(DRUGS, CANALS, st.sampled_from(NAMES), spread(1e-3, 1e5))
def test_inv_21_the_area_under_the_plasma_curve_is_dose_over_clearance(drug, canal, state, mcg):
    # Gauss quadrature on panels that grow with time; the curve is smooth after the dose
    body, (node, weight) = network(drug, canal), np.polynomial.legendre.leggauss(12)
    panel = np.concatenate([[0.0], np.geomspace(1e-6, 3e5, 160)])
    hour = (panel[:-1, None] + np.diff(panel)[:, None] * (node + 1) / 2).ravel()
    weights = (np.diff(panel)[:, None] * weight / 2).ravel()
    curve = respond(body, jumps=[(0.0, state, mcg)], time_h=hour).of("plasma") / drug.plasma_ml
    assert math.isclose(curve @ weights, mcg / drug.clearance_ml_h, rel_tol=1e-8)


STATES = tuple("abcdef")


@st.composite
def networks(draw: st.DrawFn) -> LinearSystem:
    """Small networks with any rates, some of them 0, some of them stiff."""
    names = STATES[: draw(st.integers(1, 6))]
    rate = st.one_of(st.just(0.0), spread(1e-6, 1e4), st.just(0.5))
    pairs = [(a, b) for a in names for b in names if a != b]
    some = draw(st.lists(st.sampled_from(pairs), max_size=8, unique=True)) if pairs else []
    return LinearSystem(
        names,
        transfers=[(a, b, draw(rate)) for a, b in some],
        losses=[(name, draw(rate)) for name in names if draw(st.booleans())],
    )


@given(networks(), inputs(("a",)), jumps(("a",)), st.data())
def test_inv_22_more_drug_never_lowers_any_amount(system, base, at_once, data):
    more = data.draw(st.sampled_from(system.names))
    extra = [*at_once, (data.draw(numbers(0.0, 100.0)), more, data.draw(numbers(0.0, 1e3)))]
    grown = {name: Steps(s.edge_tick, 1.5 * s.value) for name, s in base.items()}
    one = respond(system, base, at_once, time_h=WHEN_H)
    for other in (respond(system, base, extra, time_h=WHEN_H), respond(system, grown, at_once, time_h=WHEN_H)):
        slack = 1e-12 * max(float((other.amount.sum(axis=1) + other.cleared).max()), SMALLEST)
        assert (other.amount >= one.amount - slack).all()
        assert (other.cleared >= one.cleared - slack).all()


@given(networks(), inputs(("a",)), jumps(("a",)), st.data())
def test_inv_22_more_clearance_never_raises_any_amount(system, base, at_once, data):
    where, per_h = data.draw(st.sampled_from(system.names)), data.draw(spread(1e-6, 1e4))
    leakier = LinearSystem(system.names, system.transfers, (*system.losses, (where, per_h)))
    one, other = (respond(each, base, at_once, time_h=WHEN_H) for each in (system, leakier))
    slack = 1e-12 * max(float((one.amount.sum(axis=1) + one.cleared).max()), SMALLEST)
    assert (other.amount <= one.amount + slack).all()


@given(DRUGS, CANALS, inputs(CELLS), spread(1.0, 10.0))
def test_inv_22_more_loss_from_the_canal_never_raises_any_csf_level(drug, canal, doses, factor):
    quick = drug.model_copy(update={"csf_loss_per_h": min(drug.csf_loss_per_h * factor, 10.0)})
    one, other = (respond(network(each, canal), doses, time_h=WHEN_H) for each in (drug, quick))
    slack = 1e-12 * max(float((one.amount.sum(axis=1) + one.cleared).max()), SMALLEST)
    for name in CSF:
        assert (other.of(name) <= one.of(name) + slack).all(), name


@given(st.floats(-1e-30, 0.0), spread(1e-9, 1e6), spread(0.2, 20.0))
def test_inv_03_a_concentration_that_died_away_has_no_effect(mcg_ml, ec50_mcg_ml, gamma):
    # sums that balance to nothing may end a rounding below it
    assert hill(np.array([mcg_ml]), ec50_mcg_ml, gamma).tolist() == [0.0]
