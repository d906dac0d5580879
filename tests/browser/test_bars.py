"""Twenty requirements of the page, each by its number, and the tests that hold it to them.

Time is no test: how long a change and the first chart take is printed by `tests/bench/bench_page.py`. Numbers 2
(alive while a slider is dragged) and 20 (a class of 60) are not held to yet.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.words.text import TEXT
from tests.browser.visit import Visit

TESTS: Final = Path(__file__).parents[1]
NOT_YET: Final = {2, 20}
# number: (requirement in words, tests by file)
HELD: Final[dict[int, tuple[str, dict[str, tuple[str, ...]]]]] = {
    1: ("a change costs one message, few bytes and no new chart", {
        "browser/test_change.py": (
            "test_a_key_press_is_one_message_few_bytes_and_no_file",
            "test_a_key_press_redraws_every_chart_and_the_drawing_where_they_stand"),
        "browser/test_opening.py": ("test_the_page_answers_at_most_three_times_as_late_as_a_bare_page",)}),
    3: ("nothing shifts", {
        "browser/test_change.py": (
            "test_hardly_anything_shifts_while_a_page_is_loaded",
            "test_nothing_shifts_when_a_control_or_the_moment_changes")}),
    4: ("a projector shows it all, large enough", {
        "browser/test_walk.py": ("test_the_first_screen_of_a_desk_holds_everything",),
        "browser/test_sights.py": (
            "test_no_text_is_smaller_than_14_px",
            "test_every_curve_is_thick_enough_and_stands_out_from_its_ground")}),
    5: ("a phone shows control and chart together, for fingers", {
        "browser/test_opening.py": ("test_the_first_screen_of_a_phone_holds_a_control_and_the_whole_chart",),
        "browser/test_sights.py": (
            "test_no_page_scrolls_sideways",
            "test_what_a_finger_is_to_hit_is_44_px_wide_and_high")}),
    6: ("the keyboard does everything", {
        "browser/test_keyboard.py": (
            "test_tab_reaches_everything_in_the_order_of_the_screen_and_shows_where_it_is",
            "test_arrows_move_a_slider_by_its_step_and_the_ends_by_home_and_end",
            "test_changes_are_undone_and_done_again_and_reset_by_keys_alone"),
        "browser/test_stage.py": ("test_the_keyboard_reaches_everything_in_the_order_of_the_screen",),
        "browser/test_lesson.py": ("test_a_whole_lesson_by_keyboard_alone",)}),
    7: ("axe finds nothing", {
        "browser/test_sights.py": (
            "test_every_page_and_every_state_of_it_was_seen",
            "test_no_sight_violates_a_rule_of_accessibility",
            "test_no_page_violates_a_rule_in_the_other_colours",
            "test_the_tour_violates_no_rule_and_covers_neither_banner_nor_controls")}),
    8: ("no meaning by colour alone", {
        "browser/test_sights.py": ("test_no_two_curves_of_a_chart_differ_by_colour_alone",),
        "browser/test_stage.py": ("test_a_lamp_shows_the_worst_of_its_alarms_by_another_shape",),
        "app/test_figures.py": ("test_no_two_places_of_the_ledger_differ_by_colour_alone",),
        "app/test_race_and_difference.py": ("test_no_two_clocks_share_a_shape",)}),
    9: ("light and dark, with contrast", {
        "browser/test_opening.py": ("test_the_banner_is_in_sight_and_cannot_be_dismissed",),
        "browser/test_sights.py": (
            "test_every_curve_is_thick_enough_and_stands_out_from_its_ground",
            "test_no_page_violates_a_rule_in_the_other_colours")}),
    10: ("the warning stands everywhere", {
        "browser/test_opening.py": ("test_the_banner_is_in_sight_and_cannot_be_dismissed",),
        "browser/test_sights.py": ("test_the_teaching_sentence_stands_on_every_sight",),
        "browser/test_linked.py": ("test_a_chart_is_saved_with_its_title_and_the_teaching_sentence",),
        "app/test_report.py": ("test_a_report_begins_with_the_teaching_sentence_and_prints_it_on_every_sheet",),
        "app/test_exchange.py": ("test_saved_series_say_first_what_they_are_for_and_what_made_them",),
        "app/test_server.py": (
            "test_a_failing_page_gives_the_visitor_a_sentence_a_number_and_the_warning_and_no_trace",)}),
    11: ("a link carries everything", {
        "browser/test_links.py": (
            "test_a_copied_link_brings_everything_back",
            "test_a_link_with_pinned_runs_and_units_opens_as_it_was_made",
            "test_a_bad_link_opens_the_first_scenario_and_says_why"),
        "browser/test_pages.py": ("test_a_lesson_comes_back_with_its_link", "test_a_bad_link_to_any_page_says_why"),
        "app/test_link_state.py": ("test_a_link_reproduces_the_arrays_to_the_last_bit",)}),
    12: ("undo, redo and reset", {
        "browser/test_keyboard.py": ("test_changes_are_undone_and_done_again_and_reset_by_keys_alone",),
        "app/test_history.py": (
            "test_twenty_moves_are_undone_and_done_again_on_the_page",
            "test_reset_is_a_step_that_can_be_undone")}),
    13: ("presets, and what was changed from them", {
        "browser/test_keyboard.py": (
            "test_what_was_changed_from_the_preset_is_marked_beside_the_control_and_the_preset_is_named",),
        "app/test_compare.py": ("test_every_control_says_its_range_and_what_was_changed",)}),
    14: ("a run that is kept stays beside the new one", {
        "browser/test_change.py": ("test_a_pinned_run_and_the_ghost_outlive_three_changes",)}),
    15: ("predict first: the answer stays hidden until it is asked for", {
        "browser/test_bars.py": ("test_an_answer_that_is_hidden_is_hidden_for_whoever_opens_the_link",),
        "app/test_compare.py": (
            "test_an_answer_that_is_hidden_is_shown_when_asked_for_and_hidden_again_after_the_next_change",)}),
    16: ("charts with units, words, steady axes and a zoom that stays", {
        "browser/test_sights.py": (
            "test_every_axis_with_numbers_bears_what_is_counted",
            "test_every_chart_is_told_in_a_sentence_of_its_own",
            "test_every_curve_says_its_value_under_the_pointer",
            "test_every_chart_keeps_its_zoom_while_numbers_move"),
        "browser/test_change.py": ("test_a_zoom_outlives_a_change_and_ends_with_another_scenario",),
        "browser/test_walk.py": ("test_the_axis_stays_while_a_control_moves",),
        "app/test_figures.py": ("test_a_level_across_a_chart_has_a_dash_and_a_name_beside_it",)}),
    17: ("rooms are kept free while charts are loaded", {
        "browser/test_change.py": (
            "test_the_rooms_of_charts_and_drawing_are_kept_free_before_anything_is_drawn",)}),
    18: ("mistakes get sentences", {
        "app/test_server.py": (
            "test_a_failing_page_gives_the_visitor_a_sentence_a_number_and_the_warning_and_no_trace",),
        "browser/test_links.py": ("test_a_bad_link_opens_the_first_scenario_and_says_why",),
        "sim/test_bad_input.py": ("test_a_whole_stage_of_problems_is_told_at_once",),
        "sim/test_reading.py": ("test_all_faulty_values_are_told_at_once",)}),
    19: ("every slider takes a typed number and says unit, range and preset", {
        "browser/test_moving.py": (
            "test_a_number_may_be_typed_beside_a_slider_beyond_its_teaching_range",
            "test_a_typed_number_that_cannot_be_carried_out_stays_marked_with_a_sentence_beside_it"),
        "browser/test_keyboard.py": (
            "test_what_was_changed_from_the_preset_is_marked_beside_the_control_and_the_preset_is_named",)}),
}  # fmt: skip


def test_every_requirement_is_held_to_by_tests_that_exist() -> None:
    assert set(HELD) == set(range(1, 21)) - NOT_YET
    for number, (words, files) in HELD.items():
        assert words, number
        assert files, number
        for file, names in files.items():
            tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
            there = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
            assert set(names) - there == set(), (number, file)


def test_an_answer_that_is_hidden_is_hidden_for_whoever_opens_the_link(
    visit: Visit, visitor: Callable[..., Visit]
) -> None:
    visit.page.get_by_role("button", name=TEXT["settings"], exact=True).click()
    visit.page.get_by_test_id("stPopoverBody").get_by_text(TEXT["hide"]).click()
    visit.page.get_by_text(TEXT["hidden"]).wait_for()
    visit.rest(500)
    stranger = visitor()
    stranger.open_page(visit.link().removeprefix(visit.address))
    assert stranger.page.get_by_text(TEXT["hidden"]).is_visible()
    for css in (".pumplab-chart", ".pumplab-stage", "[data-testid=stMetric]"):
        assert stranger.page.locator(css).count() == 0
    stranger.page.get_by_role("button", name=TEXT["reveal"]).click()
    stranger.wait_until_still()
    assert len(stranger.tiles()) == 4
