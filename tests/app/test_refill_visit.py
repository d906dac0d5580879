"""A refill visit: what is drawn is real, what goes wrong can be noticed, and what is done becomes a scenario."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import runs
from app.teaching import refill_visit
from app.teaching.refill_visit import Change, Programme, Visit
from app.teaching.refill_visit.rules import RULES, Deed
from app.teaching.refill_visit.truth import Verdict
from app.words.text import TEXT, read_words
from sim import Scenario, ScenarioError, catalogue, findings
from sim.scenario import Refill
from tests.building import fault, flow, rate, refill, scenario

SEEDS = st.integers(0, 2**31 - 1)
DOSE, STRENGTH = 200.0, 2000.0


def sound(duration_day: float = 100.0, **fields: object) -> Scenario:
    """A pump that does what it should: 0.1 mL/day, so the alarm comes on day 180."""
    return scenario(duration_day, refill(STRENGTH), rate(DOSE), **fields)


def begun(
    of: Scenario | None = None, day: float = 90.0, seed: int = 1, hazard: str = "never", depth: str = "core"
) -> Visit:
    """A visit on a day, with both hazards switched the same way."""
    return refill_visit.begin(of or sound(), day, seed, hazard, hazard, depth)  # type: ignore[arg-type]


def worded(visit: Visit) -> Visit:
    """Everything said to be done that a visit of this depth takes the learner's word for."""
    for step in refill_visit.STEPS:
        items = refill_visit.prompted(refill_visit.packaged_checklist(), visit, step)
        visit = refill_visit.tick(visit, items, step, [item.id for item in items])
    return visit


def judged(visit: Visit, decision: str = "as_expected") -> Visit:
    """Everything up to the decision, done with care."""
    was = refill_visit.before(visit)
    visit = worded(visit)
    for deed in ("person_asked", "baseline_checked", "interrogated", "log_read", "battery_read", "palpated"):
        visit = refill_visit.do(visit, deed)
    if was.is_shut:
        visit = refill_visit.do(visit, "imaged")
    visit = refill_visit.ask(visit, math.isclose(was.programmed_mcg_ml, was.last.actual_mcg_ml))
    visit = refill_visit.draw(visit, was.believed_ml)
    return refill_visit.decide(visit, decision)  # type: ignore[arg-type]


def careful(visit: Visit, decision: str = "as_expected") -> Visit:
    """The whole visit by somebody who looks: labels read, needle tested, and placed anew where it lies wrong."""
    visit = refill_visit.do(judged(visit, decision), "labels_read")
    place = next(i for i, vial in enumerate(refill_visit.tray(visit)) if vial.is_ordered)
    visit = refill_visit.try_needle(refill_visit.choose_vial(visit, place))
    if refill_visit.is_in_pocket(visit):
        visit = refill_visit.do(visit, "placed_anew")
    visit = refill_visit.fill(visit, 20.0, in_portions=True)
    visit = refill_visit.program(visit, Programme(refill_visit.tray(visit)[place].mcg_ml))
    visit = refill_visit.confirm(visit)
    for deed in ("observed", "observation_over", "checked_again", "plan_written"):
        visit = refill_visit.do(visit, deed)
    due = next(one.after for one in refill_visit.changes(visit) if one.name == "due")
    return refill_visit.leave(visit, (due or visit.day + 30.0) - 1.0)


def careless(visit: Visit, programme: Programme | None = None) -> Visit:
    """The whole visit by somebody who takes what is handed over and reads nothing."""
    visit = refill_visit.ask(visit, True)
    visit = refill_visit.decide(refill_visit.draw(visit, None), "as_expected")
    if refill_visit.is_filling(visit):
        visit = refill_visit.fill(refill_visit.choose_vial(visit, 0), 20.0, in_portions=False)
    programmed_mcg_ml = refill_visit.before(visit).programmed_mcg_ml
    visit = refill_visit.program(visit, programme or Programme(programmed_mcg_ml))
    worst = refill_visit.worst(refill_visit.changes(visit))
    typed = None if worst is None else 0.0 if math.isinf(worst.fold) else worst.fold
    visit = refill_visit.do(refill_visit.confirm(visit, typed), "observation_over")
    return refill_visit.leave(visit, 3000.0)


# ------------------------------------------------------------------ the day


@pytest.mark.parametrize(
    ("name", "day"),
    [("quiet-pump", 179.0), ("pocket-fill", 71.0), ("flipped-pump", 60.0), ("missed-visit", 71.0)],
)
def test_the_visit_is_due_the_day_before_the_alarm_or_when_the_file_refills(name, day):
    assert refill_visit.default_day(catalogue().scenarios[name]) == day


@pytest.mark.parametrize("name", list(catalogue().scenarios))
def test_every_packaged_scenario_that_fills_a_pump_can_be_visited_on_its_day(name):
    one = catalogue().scenarios[name]
    if not any(isinstance(order, Refill) for order in one.orders):
        with pytest.raises(ScenarioError, match="this scenario fills no pump"):
            begun(one, refill_visit.default_day(one))
        return
    visit = judged(begun(one, refill_visit.default_day(one)), "look")
    assert refill_visit.step_of(visit) == ("program" if refill_visit.before(visit).is_shut else "fill")


@pytest.mark.parametrize("day", [0.0, -3.0, 3640.0, math.nan, math.inf])
def test_a_day_that_no_run_has_is_refused_in_one_sentence(day):
    with pytest.raises(ScenarioError, match="day of the visit"):
        begun(day=day)


def test_a_visit_may_come_after_the_end_of_the_file_for_the_run_goes_on():
    assert refill_visit.before(begun(sound(20.0), day=150.0)).true_ml == pytest.approx(5.0)


# ------------------------------------------------------------------ what is drawn


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_the_draw_is_the_residual_test_on_the_run_up_to_the_visit(seed):
    visit = begun(seed=seed)
    expected = findings.residual(runs.run(sound(120.0)), visit.hour, seed)
    assert refill_visit.before(visit).residual.value == pytest.approx(expected.value, abs=1e-9)


def test_draws_scatter_about_the_true_volume_by_the_noise_of_a_syringe():
    found = np.array([refill_visit.before(begun(seed=seed)).found_ml for seed in range(200)])
    # true: 20 mL less 90 days of 0.1 mL; the mean of 200 wanders by 0.014 mL, its width by 0.01 mL
    assert found.mean() == pytest.approx(11.0, abs=0.06)
    assert found.std() == pytest.approx(findings.SYRINGE_SIGMA_ML, abs=0.04)


@pytest.mark.parametrize(("more_ml", "limit_ml"), [(0.0, 0.3), (0.4, 0.5), (-0.9, 1.0)])
def test_the_share_of_syringes_beyond_a_limit_is_what_many_syringes_show(more_ml, limit_ml):
    noise = np.random.default_rng(5).normal(more_ml, findings.SYRINGE_SIGMA_ML, 200_000)
    share = float((np.abs(noise) > limit_ml).mean())
    assert refill_visit.beyond_frac(more_ml, limit_ml) == pytest.approx(share, abs=0.005)


def test_three_draws_make_a_trend_and_a_slow_loss_stands_out_of_it_before_any_single_draw_shows():
    late = [refill(STRENGTH, at_day=day) for day in (30.0, 60.0, 90.0)]
    slow = scenario(130.0, refill(STRENGTH), rate(DOSE), *late, faults=[fault("slow_or_fast", flow_factor=1.2)])
    visit = refill_visit.draw(begun(slow, day=120.0), None)
    assert [outcome for _, _, outcome in refill_visit.history(visit)] == ["nothing"] * 4
    mean, noise = refill_visit.trend(visit)
    assert noise == pytest.approx(0.1)
    assert mean == pytest.approx(-0.6, abs=3.0 * noise)  # 0.1 mL/day for 30 days, a fifth too much
    assert abs(mean) > 3.0 * noise
    assert refill_visit.trend(refill_visit.draw(begun(), None)) is None


def test_where_the_pump_has_turned_over_nothing_is_drawn_filled_or_told():
    visit = judged(begun(sound(faults=[fault("flip", start_day=20.0)])), "look")
    assert refill_visit.before(visit).found_ml is None
    assert refill_visit.step_of(visit) == "program"
    visit = refill_visit.program(visit, Programme(STRENGTH, way="rate", value=220.0))
    made = refill_visit.scenario_after(visit)
    assert [order.kind for order in made.orders] == ["refill", "rate", "rate"]


# ------------------------------------------------------------------ hazards


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, hazard=st.sampled_from(refill_visit.OCCURS))
def test_the_ordered_strength_is_always_on_the_tray_and_handed_over_unless_it_was_mixed_up(seed, hazard):
    vials = refill_visit.tray(begun(seed=seed, hazard=hazard))
    assert sum(vial.is_ordered for vial in vials) == 1
    assert len({vial.mcg_ml for vial in vials}) == len(vials) == 3
    assert next(vial.mcg_ml for vial in vials if vial.is_ordered) == STRENGTH
    if hazard != "by_chance":
        assert vials[0].is_ordered == (hazard == "never")


def test_by_chance_means_three_visits_in_ten_each_hazard_by_itself():
    first = begun(seed=0, hazard="by_chance")
    visits = [replace(first, seed=seed) for seed in range(400)]
    beside = np.array([refill_visit.is_in_pocket(visit) for visit in visits])
    mixed = np.array([not refill_visit.tray(visit)[0].is_ordered for visit in visits])
    # 400 throws at 0.3 wander by 0.023
    assert beside.mean() == pytest.approx(0.3, abs=0.08)
    assert mixed.mean() == pytest.approx(0.3, abs=0.08)
    assert (beside & mixed).mean() == pytest.approx(0.09, abs=0.06)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, in_ml=st.floats(1.0, 20.0))
def test_beside_the_septum_some_goes_into_the_pocket_less_in_portions_and_none_once_placed_anew(seed, in_ml):
    visit = refill_visit.choose_vial(judged(begun(seed=seed, hazard="always")), 1)
    unnoticed = refill_visit.fill(visit, in_ml, in_portions=False).pocket_ml
    assert 0.15 * in_ml < unnoticed < 0.65 * in_ml
    assert refill_visit.fill(visit, in_ml, in_portions=True).pocket_ml == min(in_ml, refill_visit.PORTION_ML)
    anew = refill_visit.do(visit, "placed_anew")
    assert refill_visit.fill(anew, in_ml, in_portions=False).pocket_ml == 0.0


def test_what_goes_beside_the_septum_lies_under_the_skin_and_not_in_the_reservoir():
    visit = careless(begun(hazard="always"))
    found, run = refill_visit.truth(visit), runs.run(refill_visit.scenario_after(visit))
    now = run.at(visit.hour)
    assert found.pocket_ml > 0.0
    assert found.pocket_mcg == pytest.approx(found.pocket_ml * found.actual_mcg_ml)
    assert float(now.reservoir_true_ml[0]) == pytest.approx(20.0 - found.pocket_ml)
    assert float(now.reservoir_believed_ml[0]) == pytest.approx(20.0)
    assert now.ledger.at_end()["tissue_depot"] == pytest.approx(found.pocket_mcg)
    assert run.ledger.error_frac < 1e-9
    assert found.dry_day < found.low_alarm_day


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_a_wrong_vial_gives_the_dose_times_what_is_true_over_what_is_told(seed):
    visit = careless(begun(seed=seed, hazard="never"))
    visit = replace(visit, mix_up="always")
    found = refill_visit.truth(visit)
    assert found.actual_mcg_ml != found.programmed_mcg_ml == STRENGTH
    assert found.dose_ratio == pytest.approx(found.actual_mcg_ml / STRENGTH, rel=1e-6)


# ------------------------------------------------------------------ before and after


@given(before=st.floats(1e-3, 1e5), ratio=st.floats(1e-3, 1e3))
def test_a_change_is_as_manyfold_up_as_down_and_warned_of_from_five_and_from_ten(before, ratio):
    up, down = Change("dose", before, before * ratio), Change("dose", before * ratio, before)
    assert up.fold == down.fold >= 1.0
    assert up.grade == ("tenfold" if up.fold >= 10.0 else "fivefold" if up.fold >= 5.0 else "calm")


def test_a_start_and_an_end_call_for_the_loudest_warning_and_a_day_for_none():
    assert Change("dose", 0.0, 5.0).grade == Change("flow", 5.0, 0.0).grade == "tenfold"
    assert Change("due", 1.0, 100.0).grade == Change("dose", 0.0, 0.0).grade == "calm"


def filled(visit: Visit | None = None) -> Visit:
    """Up to the programmer."""
    visit = judged(visit or begun())
    return refill_visit.fill(refill_visit.choose_vial(visit, 0), 20.0, in_portions=True)


def test_the_table_tells_strength_dose_flow_and_the_day_it_is_due():
    visit = refill_visit.program(filled(), Programme(STRENGTH, way="rate", value=400.0))
    rows = {one.name: (one.before, one.after, one.ratio) for one in refill_visit.changes(visit)}
    assert rows["strength"] == (STRENGTH, STRENGTH, 1.0)
    assert rows["dose"] == pytest.approx((200.0, 400.0, 2.0))
    assert rows["flow"] == pytest.approx((0.1, 0.2, 2.0))
    # 18 mL at 0.1 and, from day 90 on, at 0.2 mL/day
    assert rows["due"][:2] == pytest.approx((180.0, 180.0), abs=1e-6)


def test_a_dose_told_at_another_strength_changes_the_flow_the_other_way():
    visit = refill_visit.program(filled(), Programme(500.0))
    rows = {one.name: one.ratio for one in refill_visit.changes(visit)}
    assert (rows["strength"], rows["dose"], rows["flow"]) == pytest.approx((0.25, 1.0, 4.0))


def test_a_tenfold_change_is_sent_only_once_its_fold_is_typed():
    slip = refill_visit.program(filled(), Programme(STRENGTH, way="rate", value=2000.0))
    for typed in (None, 2.0, 1.0, 100.0):
        with pytest.raises(ScenarioError, match="type how many times the change is: 10"):
            refill_visit.confirm(slip, typed)
    assert refill_visit.confirm(slip, 10.0).is_confirmed
    stop = refill_visit.program(filled(), Programme(STRENGTH, way="stop"))
    with pytest.raises(ScenarioError, match="is: 0"):
        refill_visit.confirm(stop)
    assert refill_visit.confirm(stop, 0.0).is_confirmed
    sevenfold = refill_visit.program(filled(), Programme(STRENGTH, way="rate", value=1400.0))
    assert refill_visit.worst(refill_visit.changes(sevenfold)).grade == "fivefold"
    assert refill_visit.confirm(sevenfold).is_confirmed


def test_a_bridge_passes_and_does_not_stand_in_the_table():
    change = Programme(500.0, bridge_from_mcg_ml=STRENGTH)
    visit = refill_visit.program(filled(), change)
    without = refill_visit.program(filled(), replace(change, bridge_from_mcg_ml=None))
    assert refill_visit.changes(visit) == refill_visit.changes(without)
    assert refill_visit.scenario_after(visit).orders[-1].kind == "bridge_bolus"


@pytest.mark.parametrize(
    ("programme", "said"),
    [
        (Programme(STRENGTH, way="rate", value=-1.0), "dose_mcg_day"),
        (Programme(STRENGTH, way="rate", value=99_000.0), "mL/day"),
        (Programme(STRENGTH, way="flow", value=80.0), "out of reach"),
        (Programme(2e6), "programmed_mcg_ml"),
        (Programme(STRENGTH, programmed_ml=90.0), "programmed_ml"),
        (Programme(STRENGTH, bridge_from_mcg_ml=0.0), "old_mcg_ml"),
    ],
)
def test_what_the_pump_cannot_be_told_is_refused_with_its_path(programme, said):
    visit = filled()
    with pytest.raises(ScenarioError, match=said):
        refill_visit.program(visit, programme)
    assert visit == filled()


@pytest.mark.parametrize("in_ml", [0.0, 20.5, math.nan, -1.0])
def test_what_does_not_fit_is_not_filled(in_ml):
    with pytest.raises(ScenarioError, match="volume to inject"):
        refill_visit.fill(refill_visit.choose_vial(judged(begun()), 0), in_ml, in_portions=False)


# ------------------------------------------------------------------ the scenario that it leaves


def test_up_to_the_visit_the_new_run_is_the_old_one():
    old = catalogue().scenarios["half-a-leak"]
    visit = careful(begun(old, day=25.0), "look")
    hours = np.linspace(0.0, 24.0 * 24.9, 40)
    new = refill_visit.scenario_after(visit)
    for hour in hours:
        one, other = runs.run(old).at(float(hour)), runs.run(new).at(float(hour))
        assert np.allclose(one.csf_mcg_ml, other.csf_mcg_ml, rtol=1e-9, atol=0.0)
        assert float(one.reservoir_true_ml[0]) == pytest.approx(float(other.reservoir_true_ml[0]), rel=1e-12)


def test_later_refills_and_programming_give_way_and_repairs_and_scans_stay():
    old = scenario(
        100.0,
        refill(STRENGTH),
        rate(DOSE),
        {"kind": "repair", "at_day": 60.0, "fault": 0},
        {"kind": "mri", "at_day": 70.0},
        refill(500.0, at_day=50.0),
        rate(400.0, at_day=50.0),
        flow(0.3, at_day=55.0),
        faults=[fault("tear", 10.0, lost_frac=0.5)],
    )
    made = refill_visit.scenario_after(careful(begun(old, day=50.0), "look"))
    kinds = [(order.kind, order.at_day) for order in made.orders]
    assert kinds == [("refill", 0.0), ("rate", 0.0), ("repair", 60.0), ("mri", 70.0), ("refill", 50.0)]


def test_a_control_follows_its_order_and_goes_with_it():
    controls = [
        {"label": "gone", "paths": ["orders.0.dose_mcg_day"], "low": 100, "high": 300, "step": 10},
        {"label": "stays", "paths": ["orders.2.dose_mcg_day"], "low": 100, "high": 300, "step": 10},
        {"label": "person", "paths": ["battery_used_frac"], "low": 0, "high": 1, "step": 0.1},
    ]
    old = scenario(100.0, rate(150.0, at_day=95.0), refill(STRENGTH), rate(DOSE), controls=controls)
    made = refill_visit.scenario_after(careful(begun(old)))
    assert [(one.label, one.paths) for one in made.controls] == [
        ("stays", ("orders.1.dose_mcg_day",)),
        ("person", ("battery_used_frac",)),
    ]


def test_who_stops_leaves_the_pump_as_it_is():
    visit = refill_visit.leave(judged(begun(), "stop"), 91.0)
    assert refill_visit.step_of(visit) == "done"
    made = refill_visit.scenario_after(visit)
    assert made.orders == sound().orders
    assert refill_visit.truth(visit).actual_mcg_ml is None


def test_visit_after_visit_the_title_tells_the_latest_only_and_the_row_of_draws_grows():
    first = careful(begun())
    second = careful(refill_visit.begin(refill_visit.scenario_after(first), 150.0, 1, "never", "never"))
    third = refill_visit.begin(refill_visit.scenario_after(second), 200.0, 1, "never", "never")
    assert third.scenario.title == f"test {TEXT['visit_title'].format(day='150')}"
    assert [at for at, _, _ in refill_visit.history(refill_visit.draw(third, None))] == [90.0, 150.0, 200.0]


def test_a_gas_driven_pump_is_filled_and_not_programmed():
    gas = scenario(40.0, refill(STRENGTH), pump="gas-20ml")
    visit = careful(begun(gas, day=30.0))
    assert [order.kind for order in refill_visit.scenario_after(visit).orders] == ["refill", "refill"]
    with pytest.raises(ScenarioError, match="takes no orders"):
        refill_visit.program(filled(begun(gas, day=30.0)), Programme(STRENGTH, way="rate", value=1000.0))


def test_a_mixture_is_filled_anew_with_the_other_drug_as_before():
    mixed = scenario(100.0, refill(STRENGTH, with_actual_mcg_ml=[50.0]), rate(DOSE), with_drugs=["clonidine-like"])
    made = refill_visit.scenario_after(careful(begun(mixed)))
    assert made.orders[-1].with_actual_mcg_ml == (50.0,)


# ------------------------------------------------------------------ the decision, and what the model knows


def verdict(of: Scenario, day: float, decision: str, seed: int = 1) -> str | None:
    visit = judged(refill_visit.begin(of, day, seed, "never", "never"), decision)
    return refill_visit.truth(refill_visit.leave(replace(visit, is_confirmed=True), day + 1.0)).verdict


def test_a_decision_is_told_by_what_was_wrong_and_by_what_could_be_seen():
    leak = sound(faults=[fault("tear", 20.0, lost_frac=0.5)])
    block = sound(faults=[fault("occlusion", 20.0, blocked_frac=1.0)])
    flipped = sound(faults=[fault("flip", 20.0)])
    assert verdict(sound(), 90.0, "as_expected") == "right"
    assert verdict(sound(), 90.0, "look") == "needless"
    assert verdict(leak, 90.0, "as_expected") == "blind"
    assert verdict(leak, 90.0, "look") == "found"
    assert verdict(block, 90.0, "as_expected") == "passed_over"
    assert verdict(block, 90.0, "stop") == "found"
    assert verdict(flipped, 90.0, "as_expected") == "shut_passed"
    assert verdict(flipped, 90.0, "stop") == "shut_found"


def test_near_its_limit_a_difference_shows_to_some_syringes_and_not_to_others():
    # 90 days at 0.1 mL and 12 % more: 1.08 mL too little, at a limit of 1 mL
    hidden = sound(faults=[fault("slow_or_fast", flow_factor=1.12)])
    outcomes = {verdict(hidden, 90.0, "as_expected", seed) for seed in range(30)}
    assert {"missed", "passed_over"} <= outcomes


# ------------------------------------------------------------------ the checklist


@pytest.mark.parametrize("hazard", ["never", "always"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whoever_looks_passes_whatever_lies_on_the_tray_and_wherever_the_needle_lies(seed, hazard):
    score = refill_visit.score(refill_visit.packaged_checklist(), careful(begun(seed=seed, hazard=hazard)))
    assert score.omissions == ()
    assert score.is_passed


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whoever_takes_what_is_handed_over_does_not_pass(seed):
    score = refill_visit.score(refill_visit.packaged_checklist(), careless(begun(seed=seed, hazard="always")))
    assert not score.is_passed
    assert {"label", "needle", "pocket", "strength"} <= {item.id for item in score.omissions}


def test_every_act_on_the_list_can_be_done_and_can_be_missed():
    slip = Programme(500.0, way="rate", value=2500.0)
    flipped = sound(faults=[fault("flip", 20.0)])
    block = sound(faults=[fault("occlusion", 20.0, blocked_frac=1.0)])
    new = replace(judged(begun()), vial=1)
    bridged = refill_visit.program(
        refill_visit.fill(new, 20.0, in_portions=False),
        Programme(refill_visit.tray(new)[1].mcg_ml, bridge_from_mcg_ml=STRENGTH),
    )
    visits = [
        careful(begun()),
        careful(begun(block), "look"),
        bridged,
        careless(begun(hazard="always"), slip),
        careless(begun(block), Programme(STRENGTH, way="rate", value=300.0)),
        careless(begun(sound(), hazard="always"), Programme(STRENGTH)),
        replace(careless(begun(catalogue().scenarios["wrong-label"], 44.0)), agrees=True),
        careless(begun(flipped)),
        refill_visit.leave(judged(begun(flipped), "stop"), 91.0),
    ]
    for deed, rule in RULES.items():
        assert {True, False} <= {rule(visit) for visit in visits}, deed


def test_the_packaged_list_asks_for_each_act_once_and_names_a_source_for_each():
    items = refill_visit.packaged_checklist().items
    assert 12 <= len(items) <= 16
    assert sorted(item.deed for item in items) == sorted(get_args(Deed)) == sorted(RULES)
    assert all(item.source and item.why for item in items)
    assert "pass_frac" in refill_visit.packaged_checklist().sources


def test_a_line_that_does_not_count_or_has_no_occasion_changes_no_score():
    visit = careless(begun())
    full = refill_visit.packaged_checklist()
    fewer = [item.model_dump() | {"counts": item.id != "portions"} for item in full.items]
    less = refill_visit.read_checklist(refill_visit.write_checklist(with_items(full, fewer)))
    one, other = refill_visit.score(full, visit), refill_visit.score(less, visit)
    assert (other.n_met, other.n_asked) == (one.n_met, one.n_asked - 1)
    assert one.n_asked == sum(is_met is not None for _, is_met in one.rows) < len(full.items)


def with_items(checklist: refill_visit.Checklist, items: list[dict[str, object]]) -> refill_visit.Checklist:
    return refill_visit.Checklist.model_validate(checklist.model_dump() | {"items": items})


def test_the_pass_mark_is_reached_at_it_and_not_below():
    visit = careless(begun())
    full = refill_visit.packaged_checklist()
    share = refill_visit.score(full, visit).frac
    for mark, is_passed in ((share, True), (min(share + 0.01, 1.0), False), (max(share - 0.01, 0.05), True)):
        assert refill_visit.score(full.model_copy(update={"pass_frac": mark}), visit).is_passed == is_passed


def test_a_checklist_is_read_back_as_it_was_written():
    full = refill_visit.packaged_checklist()
    assert refill_visit.read_checklist(refill_visit.write_checklist(full)) == full


ITEM = '[[items]]\nid = "a"\ntext = "t"\nwhy = "w"\ndeed = "log_read"\nsource = "s"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version = 1\npass_frac = 90.0\n" + ITEM, "a share runs from 0 to 1"),
        ("version = 1\npass_frac = 0.9\n" + ITEM + ITEM, "given twice"),
        ("version = 1\npass_frac = 0.9\n" + ITEM + "counts = false\n", "none counts"),
        ("version = 1\npass_frac = 0.9\n" + ITEM.replace("log_read", "log_red"), "did you mean 'log_read'"),
        ("version = 1\npass_frac = 0.9\n" + ITEM + "points = 3\n", "unknown key 'points'"),
        ("version = 1\npass_frac = 0.9\n" + ITEM.replace('"t"', '""'), "at least 1"),
        ("version = 2\npass_frac = 0.9\n" + ITEM, "version"),
        ("pass_frac = 0.9\n" + ITEM, "version is missing"),
        ("x = 'y'\n" * 9000, "bytes"),
        ("", "empty|no|missing"),
    ],
)
def test_a_checklist_that_is_none_is_refused_in_sentences(text, said):
    with pytest.raises(ScenarioError, match=said):
        refill_visit.read_checklist(text)


# ------------------------------------------------------------------ words


def test_every_verdict_step_and_choice_has_its_words():
    words = read_words("en")["visit"]
    needed = [f"verdict_{one}" for one in get_args(Verdict)]
    needed += [f"step_{one}" for one in refill_visit.STEPS]
    needed += [f"decision_{one}" for one in refill_visit.DECISIONS]
    needed += [f"way_{one}" for one in refill_visit.WAYS] + [f"occurs_{one}" for one in refill_visit.OCCURS]
    needed += [f"row_{one}" for one in ("strength", "dose", "flow", "due")]
    assert [name for name in needed if name not in words] == []
