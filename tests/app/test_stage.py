"""The packet of the moving picture: what goes in comes out, and what does not fit is named."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.figures import packet, packet_format
from app.words.text import Words
from tests.scripting import described, in_node, unpack


@pytest.fixture
def picture() -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Three moments: healthy, half of the flow lost at a leak, line blocked with the reservoir empty."""
    header = {
        "story": "A tear",
        "duration_day": 20.0,
        "capacity_ml": 20.0,
        "alarm_ml": 2.0,
        "unpumpable_ml": 1.0,
        "path_ml": 0.2,
        "catheter_ml": 0.2,
        "peak_mcg_ml": 2000.0,
        "csf_peak_mcg_ml": 1.5,
        "top_mcg_day": 500.0,
        "tips": [[0.0, "T12", 30.0, "intrathecal"]],
        "canal_cm": 62.5,
        "levels": [["C1", 0.0], ["T1", 12.0], ["L1", 39.5], ["S1", 57.0]],
        "drug": "Teaching drug µ",
        "leak_ml": [0.29],
        "happenings": [[10.0, "tear in the catheter"]],
        "lanes": [["faults", [[10.0, 20.0, "tear in the catheter"]]]],
        "lamps": [["low", [[12.0, None, "non-critical"]]], ["empty", [[20.0, None, "critical"]]]],
        "indices": [],
        "emergencies": [],
        "units": {"amount": [1.0, "mcg"], "flow": [1.0, "mL/day"], "time": [1.0, "day", "days"]},
        "words": {**Words("stage"), "unit_day": "day"},
    }
    arrays = {
        "day": np.array([0.0, 12.375, 20.0]),
        "believed_ml": np.array([18.0, 14.9, 13.0]),
        "true_ml": np.array([18.0, 15.25, 1.0]),
        "believed_mcg_day": np.array([500.0, 500.0, 500.0]),
        "tip_mcg_day": np.array([500.0, 250.0, 0.0]),
        "tip_ml_day": np.array([0.25, 0.125, 0.0]),
        "leak_ml_day": np.array([[0.0, 0.125, 0.0]]),
        "plug_start": np.array([0, 1, 3, 4]),
        "plug_ml": np.array([0.4, 0.1, 0.3, 0.4]),
        "plug_mcg_ml": np.array([500.0, 2000.0, 500.0, 2000.0]),
        "csf_mcg_ml": np.array([[0.0, 0.0, 0.0, 0.0], [0.25, 1.0, 0.5, 0.125], [0.0, 0.0, 0.0, 0.0]]),
        "blocked_frac": np.array([0.0, 0.4, 1.0]),
        "lost_mcg": np.array([0.0, 594.0, 2500.0]),
        "tissue_mcg": np.array([0.0, 104.0, 0.2]),
    }
    return header, arrays


def test_a_packet_gives_back_what_went_in(picture):
    header, arrays = picture
    header_back, arrays_back = unpack(packet_format.encode(header, arrays))
    assert {key: header_back[key] for key in header} == header
    assert list(arrays_back) == list(packet_format.SHAPES)
    for name, array in arrays.items():
        assert arrays_back[name].shape == array.shape
        closeness = {"<f8": 0.0, "<u4": 0.0, "<f4": 2.0**-24, "<f2": 2.0**-11}[
            packet_format.KINDS.get(name, packet.USUAL_KIND)
        ]
        np.testing.assert_allclose(arrays_back[name], array, rtol=closeness, atol=0.0, err_msg=name)


@given(st.lists(st.floats(1e-12, 1e6), min_size=1, max_size=40), st.floats(1e-9, 1e9))
def test_a_concentration_travels_to_a_thousandth_however_small_beside_the_largest(shares, peak):
    csf = np.array([[peak, *(share * peak / 1e6 for share in shares)]])
    packed_csf, scale = packet.scaled(csf, packet_format.KINDS["csf_mcg_ml"])
    back = packed_csf.astype(float) * scale
    large = csf > 1e-9 * peak  # a millionth of a thousandth is shown as none
    np.testing.assert_allclose(back[large], csf[large], rtol=2.0**-11)
    assert (np.abs(back - csf) <= 1e-9 * peak + csf * 2.0**-11).all()


@pytest.mark.parametrize("letters", range(9))
def test_the_arrays_start_on_a_multiple_of_eight_whatever_the_header(picture, letters):
    header, arrays = picture
    sent = packet_format.encode({**header, "drug": "µ" + "x" * letters}, arrays)
    length = int.from_bytes(sent[:4], "little")
    assert (4 + length) % 8 == 0
    assert json.loads(sent[4 : 4 + length])["version"] == packet_format.PACKET_VERSION


def test_a_picture_without_leaks_needs_no_leak_flow(picture):
    header, arrays = picture
    sent = packet_format.encode({**header, "leak_ml": []}, arrays | {"leak_ml_day": np.zeros((0, 3))})
    assert unpack(sent)[1]["leak_ml_day"].shape == (0, 3)


def test_a_tip_may_leave_the_canal(picture):
    header, arrays = picture
    tips = [*header["tips"], [15.0, "L1", 35.0, "epidural"]]
    inside, outside = described(packet_format.encode(header | {"tips": tips}, arrays), 1, 2)
    assert "Tip at T12." in inside
    assert "Tip outside the canal: epidural." in outside


@pytest.mark.parametrize("days", [[0.0, 0.0, 20.0], [0.0, 20.0, 12.0]])
def test_moments_are_sent_in_the_order_of_time(picture, days):
    header, arrays = picture
    with pytest.raises(ValueError, match=r"^day: must rise"):
        packet_format.encode(header, arrays | {"day": np.array(days)})


@pytest.mark.parametrize("name", packet_format.SHAPES)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda array: array.astype(str),
        lambda array: array.astype(bool),
        lambda array: array.astype(complex),
        lambda array: array[..., None],
        lambda array: np.full(array.shape, np.nan),
        lambda array: np.full(array.shape, np.inf),
    ],
    ids=["text", "bool", "complex", "one axis too many", "not a number", "infinite"],
)
def test_an_array_of_the_wrong_kind_is_named(picture, name, spoil):
    header, arrays = picture
    with pytest.raises(ValueError, match=f"^{name}: "):
        packet_format.encode(header, arrays | {name: spoil(arrays[name])})


@pytest.mark.parametrize(
    ("name", "named"),
    [(name, name) for name in packet_format.SHAPES if name not in ("day", "plug_ml")]
    + [("day", "believed_ml"), ("plug_ml", "plug_mcg_ml")],
)
def test_an_array_of_the_wrong_length_is_named(picture, name, named):
    """Days and plug volumes set the lengths, so the first array that disagrees with them is named."""
    header, arrays = picture
    with pytest.raises(ValueError, match=f"^{named}: shape"):
        packet_format.encode(header, arrays | {name: np.append(arrays[name].ravel(), 1.0)})


@pytest.mark.parametrize("name", packet_format.SHAPES)
def test_a_missing_array_is_named(picture, name):
    header, arrays = picture
    with pytest.raises(ValueError, match=f"^{name}: missing"):
        packet_format.encode(header, {key: array for key, array in arrays.items() if key != name})


def test_an_unknown_array_is_named(picture):
    header, arrays = picture
    with pytest.raises(ValueError, match=r"^speed: unknown"):
        packet_format.encode(header, arrays | {"speed": arrays["day"]})


@pytest.mark.parametrize("key", packet_format.HEADER_KEYS)
def test_a_missing_header_key_is_named(picture, key):
    header, arrays = picture
    with pytest.raises(ValueError, match=f"header: missing {key}"):
        packet_format.encode({name: value for name, value in header.items() if name != key}, arrays)


def test_a_header_holds_only_finite_numbers(picture):
    header, arrays = picture
    with pytest.raises(ValueError, match=r"^header: "):
        packet_format.encode(header | {"peak_mcg_ml": float("nan")}, arrays)


@pytest.mark.parametrize("start", [[0, 1, 3, 3], [1, 1, 3, 4], [0, 3, 1, 4]])
def test_plugs_are_shared_out_in_order(picture, start):
    header, arrays = picture
    with pytest.raises(ValueError, match=r"^plug_start: "):
        packet_format.encode(header, arrays | {"plug_start": np.array(start)})


def test_the_words_say_what_the_picture_shows(picture):
    assert described(packed(picture, "indices"), 0, 1, 2) == [
        "Day 0 of 20. Pump believes it gives 500 mcg/day; tip receives 500 mcg/day. Reservoir: true 18 mL, "
        "pump believes 18 mL. Roller turning. Line from pump: 0.4 mL of 500 mcg/mL. Tip at T12. "
        "No drug in the canal. Indices from 0 to 1, illustrative: Relief 0.9 (band 0.6 to 0.99): in band; too little (Withdrawal) 0. "
        "No alarm.",
        "Day 12.4 of 20. Pump believes it gives 500 mcg/day; tip receives 250 mcg/day. Reservoir: true "
        "15.3 mL, pump believes 14.9 mL. Roller turning. Line from pump: 0.1 mL of 2,000 mcg/mL, then 0.3 mL of "
        "500 mcg/mL. Leak 0.29 mL from the pump loses 0.125 mL/day. In tissue now 104 mcg; lost from the line so "
        "far 594 mcg. Catheter holds back 40 %. Tip at T12. Highest drug in the canal 1 mcg/mL, 23 cm below the "
        "head. Indices from 0 to 1, illustrative: Relief 0.5 (band 0.6 to 0.99): less than intended; too little (Withdrawal) 0.13. "
        "Alarms on: low reservoir.",
        "Day 20 of 20. Pump believes it gives 500 mcg/day; tip receives 0 mcg/day. Reservoir: true 1 mL, "
        "pump believes 13 mL. Roller still: no flow. Nothing left that can be pumped. Line from pump: 0.4 mL of "
        "2,000 mcg/mL. In tissue now 0 mcg; lost from the line so far 2,500 mcg. Catheter blocked. Tip at T12. "
        "No drug in the canal. Indices from 0 to 1, illustrative: Relief 0 (band 0.6 to 0.99): less than intended; too little (Withdrawal) 1. "
        "Alarms on: low reservoir, empty.",
    ]


def test_the_words_follow_the_units_that_were_chosen(picture):
    (words,) = described(packed(picture, "in mg, microlitre/h and hours"), 1)
    assert words.startswith("Hour 297 of 480. Pump believes it gives 0.5 mg/day; tip receives 0.25 mg/day.")
    assert "0.1 mL of 2 mg/mL" in words
    assert "loses 5.21 microlitre/h" in words


EXTRAS = {
    "as it is": ({}, {}),
    "backwards, two tips": (
        {"mechanism": "gas", "alarm_ml": 0.0, "second_tip_cm": 50.0, "lamps": []},
        {"tip_ml_day": np.array([0.25, -1.5, 0.0]), "second_ml_day": np.array([0.1, 0.125, 0.0])},
    ),
    "hardly any drug": ({}, {"csf_mcg_ml": np.full((3, 4), 1e-5)}),
    "no pump filled": ({"is_filled": False, "mechanism": "valve"}, {}),
    "valves at rest": ({"mechanism": "valve"}, {"rotor_ml_day": np.array([0.25, 0.0, 0.25])}),
    "the tip wanders off": (
        {"tips": [[0.0, "T12", 30.0, "intrathecal"], [12.0, "L1", 35.0, "intrathecal"],
                  [20.0, "L1", 35.0, "epidural"]]},
        {},
    ),
    "many plugs": (
        {},
        {"plug_start": np.array([0, 1, 7, 8]), "plug_ml": np.full(8, 0.05),
         "plug_mcg_ml": np.array([500.0, 2000.0, 2010.0, 500.0, 1000.0, 12500.0, 0.0, 2000.0])},
    ),
    "indices": (
        {"indices": [["effect_index", "Relief", [0.6, 0.99], []], ["withdrawal_index", "Withdrawal", None, []]]},
        {"effect_index": np.array([0.9, 0.5, 0.004]), "withdrawal_index": np.array([0.0, 0.125, 1.0])},
    ),
    "emergencies": (
        {
            "indices": [
                ["effect_index", "Relief", [0.2, 0.8], []],
                ["excess_index", "Drowsiness", None, [[0.2, "drowsy"], [0.5, "hard to wake"], [0.8, "does not wake"]]],
                ["withdrawal_index", "Withdrawal", None, [[0.1, "itching"]]],
            ],
            "emergencies": [["too_much", False, 10.0, 15.0], ["too_little", True, 18.0, None]],
        },
        {"effect_index": np.array([0.5, 0.9, 0.1]), "excess_index": np.array([0.1, 0.9, 0.3])},
    ),
    "in mg, microlitre/h and hours": (
        {"units": {"amount": [0.001, "mg"], "flow": [1000.0 / 24.0, "microlitre/h"], "time": [24.0, "hour", "hours"]}},
        {},
    ),
}  # fmt: skip


# which moment, and what is said of it
SAYS = {
    "as it is": [
        (0, "Roller turning. Line from pump: 0.4 mL of 500 mcg/mL. Tip at T12. No drug in the canal. No alarm."),
        (2, "Roller still: no flow. Nothing left that can be pumped."),
        (2, "Catheter blocked. Tip at T12. No drug in the canal. Alarms on: low reservoir, empty."),
    ],
    "backwards, two tips": [
        (0, "pump believes 18 mL. Gas pushing. Line from pump: 0.4 mL of 500 mcg/mL. Second tip gets 0.1 mL/day."),
        (1, "CSF runs backwards through the tip, 1.5 mL/day. Second tip gets 0.125 mL/day."),
        (2, "Gas at rest: no flow."),
    ],
    "hardly any drug": [(place, "Hardly any drug in the canal.") for place in range(3)],
    "no pump filled": [(place, "mcg/day. No pump is filled. Line from pump: ") for place in range(3)],
    "valves at rest": [
        (0, "Valves working. Line"),
        (1, "Valves at rest: no flow. Line"),
        (2, "Valves working, but nothing flows. Nothing left that can be pumped."),
    ],
    "the tip wanders off": [(0, "Tip at T12."), (1, "Tip at L1."), (2, "Tip outside the canal: epidural.")],
    "many plugs": [
        (0, "Line from pump: 0.05 mL of 500 mcg/mL. Tip"),
        (1, "Line from pump: 0.1 mL of 2,000 mcg/mL, then 0.05 mL of 500 mcg/mL, then 0.05 mL of 1,000 mcg/mL, "
            "then 0.05 mL of 12,500 mcg/mL, then more. Leak"),
    ],
    "emergencies": [
        (0, "Relief 0.5 (band 0.2 to 0.8): in band; too much (Drowsiness) 0.1; too little (Withdrawal) not modelled."),
        (1, "of 20. EMERGENCY: too much of Teaching drug µ - does not wake. Pump"),
        (1, "Relief 0.9 (band 0.2 to 0.8): more than intended; too much (Drowsiness) 0.9: does not wake;"),
        (2, "of 20. DISTRESS: too little of Teaching drug µ. Pump"),
        (2, "Relief 0.1 (band 0.2 to 0.8): less than intended; too much (Drowsiness) 0.3: drowsy;"),
    ],
    "in mg, microlitre/h and hours": [
        (0, "Hour 0 of 480. Pump believes it gives 0.5 mg/day; tip receives 0.5 mg/day."),
        (1, "In tissue now 0.104 mg; lost from the line so far 0.594 mg."),
        (1, "Highest drug in the canal 0.001 mg/mL, 23 cm below the head."),
    ],
}  # fmt: skip


def packed(picture, extra):
    """The packet of the picture, changed as EXTRAS says."""
    return packet_format.encode(*(part | more for part, more in zip(picture, EXTRAS[extra], strict=True)))


@pytest.mark.parametrize("extra", SAYS)
def test_whatever_the_picture_shows_is_in_its_words(picture, extra):
    words = described(packed(picture, extra), 0, 1, 2)
    for place, sentence in SAYS[extra]:
        assert sentence in words[place]


def test_what_is_not_there_is_not_in_the_words(picture):
    assert not any("Indices" in words for words in described(packed(picture, "as it is"), 0, 1, 2))
    assert not any("larm" in words for words in described(packed(picture, "backwards, two tips"), 0, 1, 2))
    assert not any("Reservoir" in words for words in described(packed(picture, "no pump filled"), 0, 1, 2))


READ = """
import { unpack } from "./packet.js";
const { arrays } = unpack(new Uint8Array(readFileSync("packet")).subarray(start));
print(Object.fromEntries(Object.entries(arrays).map(([name, all]) => [name, [...all]])));
"""


def test_the_browser_reads_every_number_that_was_sent(picture):
    sent = packed(picture, "indices")
    read = in_node(READ, b"xyz" + sent, start=3)  # wherever in memory the packet begins
    assert {name: array.ravel().tolist() for name, array in unpack(sent)[1].items()} == read


@pytest.mark.parametrize("spoil", [lambda sent: sent[:-4], lambda sent: sent + b"    "], ids=["short", "long"])
def test_a_packet_cut_short_is_refused(picture, spoil):
    with pytest.raises(AssertionError, match=r"packet: \d+ bytes where the header lists \d+"):
        in_node(READ, spoil(packet_format.encode(*picture)), start=0)


def test_the_page_mounts_the_same_picture_again_and_again():
    from streamlit.testing.v1 import AppTest

    def page():
        import streamlit as st

        from app.components import stage

        stage.show(bytes(st.slider("size", 0, 9, 4, key="size")), key="stage", height=250)

    for _ in range(2):
        test = AppTest.from_function(page).run()
        assert not test.exception
        assert not test.slider(key="size").set_value(5).run().exception
