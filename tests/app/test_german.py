"""The page in German: the same keys, all names and sentences of the model, no English word that has a German one."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from itertools import product
from typing import Any, get_args

import pytest
from streamlit.testing.v1 import AppTest

from app import runs, session
from app.figures import stage_packet
from app.files.link_state import LinkState, ViewState, state_link
from app.files.report import report
from app.runs import pins, with_handles
from app.teaching import lessons, trial
from app.teaching.lessons.telling import example_steps
from app.words.model_names import in_words, kind_in_words, phrase_of, sentence_of
from app.words.reader import LANGUAGES, speak
from app.words.text import OF_THE_MODEL, TEXT, banner, day, read_words, translate
from app.words.units import Units
from sim import RACERS, TEACHING_ONLY, Scenario, catalogue, simulate
from sim.body import Drug, Variability
from sim.device import Catheter, Pump
from sim.happening import SENTENCE, Happening
from sim.quantity import UNIT_OF_SUFFIX
from sim.scenario import AnyFault, AnyOrder, Record, as_intended
from tests import opening
from tests.building import fault, flow, rate, refill, scenario
from tests.scripting import unpack

SCENARIOS = catalogue().scenarios
SYMBOLS = {
    "",
    "mcg",
    "mcg/mL",
    "mcg/h",
    "mL",
    "mL/h",
    "mL/cm",
    "mL/kPa",
    "cm2/h",
    "kJ/mol",
    "h",
    "kPa",
    "m",
    "mm",
    "cm",
}


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """Each test begins and ends in English."""
    speak()
    yield
    speak()


def flat(language: str) -> dict[str, str]:
    """room.key -> text, of all that every table holds; lists entry by entry."""

    def walk(part: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
        for key, value in part.items():
            if isinstance(value, dict):
                yield from walk(value, f"{path}{key}.")
            elif isinstance(value, list):
                yield from ((f"{path}{key}.{place}", text) for place, text in enumerate(value))
            else:
                yield f"{path}{key}", value

    return dict(walk({room: texts for room, texts in read_words(language).items() if room not in OF_THE_MODEL}, ""))


ENGLISH, GERMAN = flat("en"), flat("de")


def gaps(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


# ------------------------------------------------------------------ the two tables


def test_both_tables_hold_the_same_keys():
    assert set(GERMAN) == set(ENGLISH)


def test_a_german_text_leaves_open_what_the_english_one_does():
    for key, text in ENGLISH.items():
        assert GERMAN[key].strip(), key
        assert gaps(GERMAN[key]) == gaps(text), key
        assert GERMAN[key][0].isspace() == text[0].isspace(), key


def test_a_german_number_has_a_comma_for_decimals_and_a_narrow_space_between_thousands():
    for key, text in GERMAN.items():
        assert not re.search(r"\d\.\d", text), key
        assert not re.search(r"\d,\d*0\b|(?<!\d),\d|[1-9]\d*,\d{3}\b|\d{5}", text), key
        assert "\u00b5" not in text, key


# what stands on buttons, tabs, tiles and lanes, and in the drawing
NARROW = re.compile(
    r"text\.(page_|tab_|tile_|undo|redo|reset|about|settings|copy_link|apply|believes|receives|ghost)"
    r"|stage\.(?!effect_|breathing_|.*_index)|compare\.(pin|take_over|remove|now|without)$|files\.(title|save_)"
    r"|lesson\.(begin|other|lock|run|change|see_it|next|finish|answer)$|tour\.(next|last|leave)$|trial\.(arm_|verdict_)"
)
FEW, LONGER = 14, 1.6  # signs that fit anywhere; times the English text


def test_what_stands_on_a_button_or_in_the_drawing_is_short_in_german_too():
    narrow = {key: text for key, text in ENGLISH.items() if NARROW.match(key)}
    assert len(narrow) > 100
    assert not {key: GERMAN[key] for key, text in narrow.items() if len(GERMAN[key]) > max(FEW, LONGER * len(text))}


def test_no_german_word_advises_a_dose():
    advice = re.compile(r"empf(ehl|ohl)|\brat(en|sam)\b|sollte|sichere Dosis|Zieldosis|toxisch|giftig", re.I)
    for key, text in GERMAN.items():
        assert not advice.search(text), key


def test_the_teaching_sentence_is_german_with_the_original_behind_it():
    assert TEXT["teaching_only"] == banner() == TEACHING_ONLY
    speak("de")
    assert banner() == f"{TEXT['teaching_only']} {TEACHING_ONLY}"
    assert TEXT["teaching_only"] != TEACHING_ONLY


def test_a_word_finds_its_way_into_the_other_language_and_back():
    assert translate("Compare", "de") == "Vergleich"
    assert translate("Vergleich", "en") == "Compare"
    assert translate("no such word", "de") == "no such word"


# ------------------------------------------------------------------ what the model says itself

FAULTS = (
    ("occlusion", {"blocked_frac": 0.5}), ("narrowing", {"bore_mm": 0.1, "length_mm": 5.0}),
    ("kink", {"closed_h_per_day": 3.0, "closes_h": 22.0}), ("tear", {"lost_frac": 0.25}),
    ("hole", {"diameter_um": 50.0}), ("disconnection", {"site": "connector"}), ("air", {"volume_ml": 0.1}),
    ("stall", {}), ("slow_or_fast", {"flow_factor": 0.8}), ("battery_end", {}), ("low_battery_reset", {}),
    ("free_flow", {"flow_ml_h": 0.1}), ("granuloma", {"transfer_frac": 0.5}), ("dural_leak", {"lost_frac": 0.3}),
    ("diversion", {"volume_ml": 1.0}), ("flip", {}), ("disease_change", {"ec50_factor": 2.0}),
    *(("migration", {"level": "L1", "space": space, "csf_frac": 0.5}) for space in
      ("intrathecal", "epidural", "subdural", "tissue")),
)  # fmt: skip
NEEDS = {"free_flow": {"pump": "valve-20ml"}, "granuloma": {"drug": "morphine-like"}}
STARTED = (refill(2000.0), rate(200.0))
GALLERY_ORDERS = [
    [flow(0.5, 2.0)],
    [{"kind": "rate_schedule", "at_day": 2.0, "clock_h": [0.0, 12.0], "dose_mcg_day": [100.0, 300.0]}],
    [{"kind": "minimum_rate", "at_day": 2.0}, {"kind": "stop", "at_day": 4.0}],
    [{"kind": "trial_shot", "at_day": 2.0, "dose_mcg": 50.0, "space": "epidural", "level": "L3"}],
    [{"kind": "trial_infusion", "at_day": 2.0, "dose_mcg_day": 50.0, "lasts_day": 2.0, "space": "epidural",
      "level": "L3"}],
    [{"kind": "oral", "at_day": 2.0, "dose_mcg": 50.0, "every_h": 24.0, "end_day": 5.0}],
    [{"kind": "oral", "at_day": 2.0, "dose_mcg": 50.0, "every_h": 48.0}],
    [refill(1000.0, 5.0), {"kind": "bridge_bolus", "at_day": 5.0, "old_mcg_ml": 2000.0}],
    [{"kind": "cap_aspiration", "at_day": 3.0, "volume_ml": 0.1}],
    [{"kind": "patient_bolus", "at_day": 1.0, "dose_mcg": 10.0, "over_min": 5.0, "lockout_min": 60.0, "n_per_day": 2,
      "request_day": [2.0, 2.01, 2.1, 2.2]}],
]  # fmt: skip


def happenings_of(made: Scenario) -> tuple[Happening, ...]:
    return simulate(made, time_h=[0.0, 24.0 * made.duration_day]).happenings


def gallery() -> Iterator[Scenario]:
    yield from SCENARIOS.values()
    for kind, how in FAULTS:
        yield scenario(10.0, *STARTED, faults=[fault(kind, 3.0, end_day=8.0, **how)], **NEEDS.get(kind, {}))
    yield from (scenario(10.0, *STARTED, *orders) for orders in GALLERY_ORDERS)
    broken = [fault("disconnection", 3.0)]
    for is_primed in (True, False):
        repair = {"kind": "repair", "at_day": 5.0, "fault": 0, "is_primed": is_primed}
        yield scenario(10.0, *STARTED, repair, faults=broken)


def test_the_english_table_tells_what_happened_letter_by_letter():
    happenings = [one for made in gallery() for one in happenings_of(made)]
    assert len({one.kind for one in happenings}) > 25
    for one in happenings:
        assert sentence_of(one) == one.text


@pytest.mark.parametrize(("language", "title"), [("en", "EOS (end of service)"), ("de", "EOS (Ende der Laufzeit)")])
def test_the_end_of_the_battery_reads_eos_and_its_first_notice_eri(language, title):
    happenings = happenings_of(scenario(110, *STARTED, faults=[fault("battery_end", 3.0)]))
    speak(language)
    try:
        words = {one.kind: sentence_of(one) for one in happenings}
        assert title in words["fault_start"]
        assert words["eri"].startswith("ERI")
        assert words["eos"].startswith("EOS")
        assert kind_in_words("battery_end") == title
    finally:
        speak()


def test_both_tables_have_a_sentence_for_every_kind_of_happening():
    assert dict(read_words("en")["happening"]) == SENTENCE
    assert set(read_words("de")["happening"]) == set(SENTENCE)


def test_what_happened_is_told_in_german_to_its_last_word():
    """Whatever the model fills a sentence with is a number, or has German words."""
    speak("de")
    for one in (one for made in gallery() for one in happenings_of(made)):
        assert sentence_of(one) != one.text
        for _, fact in one.facts:
            first, _, rest = fact.partition(": ")
            for part in filter(None, (first, rest)):
                is_symbol = re.fullmatch(r"[\d.,]+( (mcg|mL|mL/h))?", part)
                assert is_symbol or phrase_of(part) != part, one.text


@pytest.mark.parametrize(
    ("said", "german"),
    [
        ("tear: 50 % of the flow lost", "Riss: 50 % des Flusses verloren"),
        ("400 mcg/day, which is 0.2 mL/day", "400 mcg/Tag, das sind 0,2 mL/Tag"),
        ("0.432 mL/day for 12 h", "0,432 mL/Tag, 12 h lang"),
        ("50 mcg by mouth every 24 h, until day 5", "50 mcg oral alle 24 h, bis Tag 5"),
        ("free flow: 0.1 mL/h", "freier Fluss: 0,1 mL/h"),
        ("disconnection: at the joint", "Diskonnektion: an der Nahtstelle"),
        ("nothing of the kind", "nothing of the kind"),
    ],
)
def test_a_part_of_a_sentence_keeps_its_numbers(said, german):
    assert phrase_of(said) == said
    speak("de")
    assert phrase_of(said) == german


def records() -> Iterator[type[Record]]:
    """Every record that a scenario, its devices, its drugs and its people are made of."""
    waiting: list[Any] = [Scenario, Pump, Catheter, Drug, Variability]
    seen: list[Any] = []
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, Record):
            if one not in seen:
                seen.append(one)
                yield one
                waiting += [field.annotation for field in one.model_fields.values()]
        else:
            waiting += get_args(one)


def test_every_label_of_a_field_has_a_german_one():
    labels = {field.title for one in records() for field in one.model_fields.values() if field.title}
    assert len(labels) > 130
    assert labels <= set(read_words("de")["named"])


def test_every_word_that_a_field_chooses_and_every_kind_has_a_german_one():
    words: set[str] = set()
    for one in records():
        for name, field in one.model_fields.items():
            found = {word for part in (field.annotation, *get_args(field.annotation)) for word in get_args(part)}
            chosen = {word for word in found if isinstance(word, str) and not re.fullmatch(r"[CTLS]\d+", word)}
            words |= {word.replace("_", " ") for word in chosen} if name == "kind" else chosen
    words -= {word for choices in read_words("de")["choices"].values() for word in choices}
    assert len(words) > 50
    assert words <= set(read_words("de")["named"])


def test_every_device_every_drug_every_control_and_every_unit_has_a_german_name():
    shelf = catalogue()
    titles = {one.title for part in (shelf.drugs, shelf.pumps, shelf.catheters) for one in part.values()}
    titles |= {curve.title for one in shelf.drugs.values() for curve in (one.effect, one.excess) if curve}
    titles |= {control.label for one in SCENARIOS.values() for control in one.controls}
    titles |= set(UNIT_OF_SUFFIX.values()) - SYMBOLS
    assert titles <= set(read_words("de")["named"])


def test_a_name_that_no_table_knows_stays_as_it_is():
    speak("de")
    assert in_words("My own pump") == "My own pump"
    assert kind_in_words("rate_schedule") == "Tagesprofil"


def test_every_clock_and_every_kind_of_order_and_fault_is_named():
    speak("de")
    assert all(TEXT[f"clocks_{racer}"] for racer in RACERS)
    for union in (AnyOrder, AnyFault):
        for one in get_args(get_args(union)[0]):
            kind = one.model_fields["kind"].default
            assert kind_in_words(kind) != kind or kind in ("bolus", "oral"), kind


# ------------------------------------------------------------------ words are those of the moment


@pytest.mark.parametrize("name", ["half-a-leak", "same-dose-other-rhythm", "pocket-fill"])
def test_the_drawing_takes_its_words_from_the_language_of_the_moment(name):
    made = SCENARIOS[name]
    run, ranges = runs.run(made), runs.ranges(made)
    for language in ("en", "de", "en"):
        speak(language)
        header, _ = unpack(stage_packet.build(made, run, ranges.line_mcg_ml, ranges.canal_mcg_ml))
        assert header["words"]["tip"] == read_words(language)["stage"]["tip"]
        assert [text for _, text in header["happenings"]] == [sentence_of(one) for one in stage_packet.happenings(run)]
        assert header["drug"] == in_words(catalogue().drugs[made.drug].title)


def test_a_report_is_german_whatever_its_caller_speaks():
    made = with_handles(SCENARIOS["half-a-leak"])
    both = runs.run(made), runs.run(as_intended(made))
    link = state_link(LinkState(scenario=made))
    english = report(made, made, *both, link, "en", Units())
    german = report(made, made, *both, link, "de", Units())
    assert english == report(made, made, *both, link, "en", Units())
    bodies = [re.sub(r"<script.*?</script>|<style>.*?</style>", "", text, flags=re.S) for text in (english, german)]
    texts = [set(re.findall(r">([^<>]+)<", body)) for body in bodies]
    assert '<html lang="de">' in german
    assert TEACHING_ONLY in bodies[1]
    speak("de")
    assert TEXT["by_authors"] in texts[1]
    assert {"Dauer", "Zwei Wahrheiten: was die Pumpe glaubt und was die Spitze erhält"} <= texts[1]
    assert not foreign(texts[1])


def test_facts_inside_an_authors_sentence_are_in_the_authors_language():
    speak("de")
    steps = " ".join(step for lesson in lessons.lessons().values() for step in example_steps(lesson))
    assert "Tag" not in steps
    assert "mcg/day" in steps
    assert day(4.0) == "Tag 4"


def test_an_arm_of_the_trial_opens_under_a_title_in_the_readers_language():
    setting = trial.first_setting("baclofen-like")
    assert trial.scenario_of(setting, "bolus").title == "Trial: Single bolus"
    speak("de")
    assert trial.scenario_of(setting, "bolus").title == "Austestung: Einzelbolus"


def test_notes_on_the_three_mechanisms_are_german():
    speak("de")
    _, notes = pins.same_fault(SCENARIOS["mri-roller"])
    assert any(note.startswith("Gasdruckpumpe, 20 mL, 0,5 mL/Tag: nimmt keine Anordnungen an") for note in notes)


# ------------------------------------------------------------------ the pages

# short texts of authors that happen to be words of the table too
AUTHORS = {"fitted", "Tolerance", "index"}
# English texts of the table that are no German text, long enough to be told from a name or a unit
ONLY_ENGLISH = (
    {
        text
        for key, text in ENGLISH.items()
        if text not in GERMAN.values() and "{" not in text and len(text) > 3 and key != "text.teaching_only"
    }
    - AUTHORS
    - set(read_words("en")["stage"])
)  # fmt: skip - the drawing's lanes and lamps travel by name
SENTENCES = [text for text in ONLY_ENGLISH if len(text) > 24]


def foreign(texts: set[str]) -> set[str]:
    """Texts that are English where the table has a German one."""
    bare = {re.sub(r"\\(.)", r"\1", text).replace("**", "").strip() for text in texts}
    return (bare & ONLY_ENGLISH) | {text for text in bare for one in SENTENCES if one in text}


NO_WORDS = (
    "id",
    "element_id",
    "form_id",
    "key",
    "js_content",
    "css_content",
    "component_name",
    "url",
    "file_urls_json",
)


def strings(data: Any) -> Iterator[str]:
    """Every text in what a component is handed."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for one in [one for key, one in data.items() if "anchor" not in key] if isinstance(data, dict) else data:
            yield from strings(one)


def texts_of(page: AppTest) -> set[str]:
    """Every text that the server sends for the elements of a page, entry by entry."""

    def walk(message: Any) -> Iterator[str]:
        for field, value in message.ListFields():
            for one in value if field.is_repeated else (value,):
                if field.type == field.TYPE_MESSAGE and hasattr(one, "ListFields"):
                    yield from walk(one)
                elif isinstance(one, bytes) and len(one) > 4:  # a packet: its length, its words, its numbers
                    yield from strings(json.loads(one[4 : 4 + int.from_bytes(one[:4], "little")]))
                elif isinstance(one, str) and field.name not in NO_WORDS:
                    yield from strings(json.loads(one)) if one.startswith("{") else (one,)

    def elements(block: Any) -> Iterator[Any]:
        for child in block.children.values():
            if hasattr(child, "children"):
                yield child.proto
                yield from elements(child)
            else:
                yield child.proto

    return {text for one in elements(page.main) for text in walk(one) if one is not None}


def sound(page: AppTest) -> AppTest:
    """German to its last word, as far as the table has German."""
    texts = texts_of(opening.sound(page))
    assert len(texts) > 10
    assert not foreign(texts)
    return page


def german(**state: Any) -> AppTest:
    """The first page, opened by somebody who chose German before."""
    speak("de")  # widgets of the test's own page word their choices too
    page = opening.unopened()
    page.session_state[session.settings.LANGUAGE] = "de"
    for key, value in state.items():
        page.session_state[key] = value
    return sound(page.run())


def room(name: str) -> AppTest:
    """One of the other pages alone, in German."""

    def alone(name: str) -> None:
        import streamlit as st

        from app import session
        from app.pages import lesson, model, trial, visit
        from sim import catalogue

        session.settings.take_up()
        shows = {
            "lesson": lambda: lesson.show(lambda scenario: None, "#1B2430"),
            "visit": lambda: visit.show(catalogue().scenarios["quiet-pump"], lambda scenario: None, "#1B2430"),
            "trial": lambda: trial.show(lambda scenario: None, "#1B2430"),
            "model": lambda: model.show({}),
        }
        shows[name]()
        st.session_state["shown"] = name

    speak("de")
    page = opening.room(alone, name=name)
    page.session_state[session.settings.LANGUAGE] = "de"
    for key in ("visit beside", "visit mixed"):
        page.session_state[key] = "never"
    return sound(page.run())


@pytest.mark.parametrize("tab", ["story", "compare", "why", "people", "more"])
def test_every_tab_of_explore_is_german(tab):
    page = german(tabs=GERMAN[f"text.tab_{tab}"])
    assert [one.label for one in page.metric] == [
        "Füllalarm", "Angekommen", "Leitungsverlust", "Ohne Wirkung"
    ]  # fmt: skip


@pytest.mark.parametrize("view", ["csf", "effect", "ledger", "clocks", "difference"])
def test_every_view_beside_the_two_truths_is_german(view):
    german(view=view)


@pytest.mark.parametrize("tab", ["equations", "parameters", "figures", "sheet", "limits", "around"])
def test_every_tab_of_the_model_is_german_but_for_its_authors_texts(tab):
    page = room("model")
    page.session_state["model tabs"] = GERMAN[f"text.tab_{tab}"]
    sound(page.run())
    assert any(one.value == GERMAN["text.by_authors"] for one in page.caption)


@pytest.mark.parametrize("name", ["lesson", "model"])
def test_pages_of_authors_say_that_their_texts_are_english(name):
    assert any(one.value == GERMAN["text.by_authors"] for one in room(name).caption)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_lesson_is_german_from_the_prediction_to_its_end(level):
    page = room("lesson")
    page.segmented_control(key="study level").set_value(level).run()
    page = sound(page.button(key="study begin").click().run())
    if level == 1:
        page = sound(page.button(key="study worked done").click().run())
    page = sound(page.button(key="study lock").click().run())
    assert page.error[0].value.startswith(GERMAN["lesson.not_taken"])


def test_a_refill_visit_is_german_to_what_really_happened():
    page = room("visit")

    def press(name: str) -> None:
        sound(page.button(key=f"visit {name}").click().run())
        assert opening.words_in_labels(page) <= opening.words_to_tap(page)

    press("start")
    for name in ("person", "baseline", "interrogate", "log"):
        press(name)
    page.radio(key="visit ask agree").set_value("yes")
    press("asked")
    opening.type_in(page, "visit ask guess", 2.0)
    press("draw")
    page.radio(key="visit ask decision").set_value("as_expected")
    press("decide")
    press("labels")
    press("test")
    page.radio(key="visit ask vial").set_value(0)
    press("fill")
    press("program")
    press("send")
    for name in ("watch", "watch over", "pump again", "plan"):
        press(name)
    opening.type_in(page, "visit ask next_day", 350.0)
    press("leave")
    assert page.subheader[0].value == GERMAN["visit.step_done"]
    assert {"expected_residual", "reservoir"} <= opening.words_to_tap(page)


@pytest.mark.parametrize("drug", ["baclofen-like", "morphine-like"])
def test_the_trial_is_german_to_what_really_happened(drug):
    page = room("trial")
    assert opening.terms_to_tap(page.markdown[0].value)
    page.selectbox(key="trial drug").set_value(drug)
    page = sound(page.run())
    sound(page.button(key="trial reveal").click().run())


def test_a_switch_of_language_keeps_what_is_open_and_chosen():
    page = opening.unopened()
    page.session_state["tabs"], page.session_state["view"] = ENGLISH["text.tab_compare"], "csf"
    page.run()
    box = next(one for one in page.selectbox if one.key == session.settings.LANGUAGE)
    page = sound(box.set_value("de").run())
    assert page.session_state["tabs"] == GERMAN["text.tab_compare"]
    assert page.session_state["view"] == "csf"
    box = next(one for one in page.selectbox if one.key == session.settings.LANGUAGE)
    speak("de")
    box.set_value("en").run()
    assert not page.exception
    assert page.session_state["tabs"] == ENGLISH["text.tab_compare"]
    assert page.metric[0].label == ENGLISH["text.tile_alarm"]


def test_what_the_browser_sends_instead_of_a_choice_is_no_choice():
    page = german()
    page.session_state["unit_amount"] = None
    page = sound(page.run())
    assert page.session_state["unit_amount"] == "auto"


def test_a_link_keeps_the_language_of_whoever_made_it():
    for language in LANGUAGES:
        made = LinkState(scenario=SCENARIOS["half-a-leak"], show=ViewState(language=language))
        page = opening.unopened()
        page.query_params["s"] = state_link(made)
        opening.sound(page.run())
        assert page.session_state[session.settings.LANGUAGE] == language
        assert page.metric[0].label == flat(language)["text.tile_alarm"]


@pytest.mark.parametrize(("first", "then"), list(product(LANGUAGES, LANGUAGES)))
def test_no_word_outlives_its_language(first, then):
    """Asked in one language and then in another, whatever is kept between runs tells the second."""
    from app.runs import bands
    from app.teaching import leaflet
    from app.words import sources

    def texts() -> list[Any]:
        made = SCENARIOS["half-a-leak"]
        why_so = runs.why("truths", made)
        shown = [leaflet.place_in_words(place, row) for row in leaflet.rows() for place in row.where]
        return [list(sources.tables()), why_so.sentence, list(why_so.choices().values()), bands.assumptions(), shown]

    speak(then)
    right = texts()
    speak(first)
    texts()
    speak(then)
    assert texts() == right
