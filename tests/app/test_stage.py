"""The packet of the moving picture: what goes in comes out, and what does not fit is named."""

import json
import shutil
import subprocess
from typing import Any

import numpy as np
import pytest

from app import stage


@pytest.fixture
def picture() -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Three moments: healthy, half of the flow lost at a leak, line blocked with the reservoir empty."""
    header = {
        "duration_day": 20.0,
        "capacity_ml": 20.0,
        "alarm_ml": 2.0,
        "unpumpable_ml": 1.0,
        "path_ml": 0.2,
        "catheter_ml": 0.2,
        "peak_mcg_ml": 2000.0,
        "csf_peak_mcg_ml": 1.5,
        "tip_cm": 30.0,
        "canal_cm": 62.5,
        "levels": [["C1", 0.0], ["T1", 12.0], ["L1", 39.5], ["S1", 57.0]],
        "drug": "Teaching drug µ",
        "leak_ml": [0.29],
        "happenings": [[10.0, "tear in the catheter"]],
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
    }
    return header, arrays


def test_a_packet_gives_back_what_went_in(picture):
    header, arrays = picture
    header_back, arrays_back = stage.decode(stage.encode(header, arrays))
    assert {key: header_back[key] for key in header} == header
    assert list(arrays_back) == list(stage.SHAPES)
    for name, array in arrays.items():
        assert arrays_back[name].shape == array.shape
        np.testing.assert_array_equal(arrays_back[name], array.astype("f4"), err_msg=name)


@pytest.mark.parametrize("letters", range(5))
def test_the_arrays_start_on_a_multiple_of_four_whatever_the_header(picture, letters):
    header, arrays = picture
    packet = stage.encode({**header, "drug": "µ" + "x" * letters}, arrays)
    length = int.from_bytes(packet[:4], "little")
    assert length % 4 == 0
    assert json.loads(packet[4 : 4 + length])["version"] == stage.PACKET_VERSION
    assert len(packet) == 4 + length + 4 * sum(array.size for array in arrays.values())


def test_a_picture_without_leaks_needs_no_leak_flow(picture):
    header, arrays = picture
    packet = stage.encode({**header, "leak_ml": []}, arrays | {"leak_ml_day": np.zeros((0, 3))})
    assert stage.decode(packet)[1]["leak_ml_day"].shape == (0, 3)


def test_a_tip_may_leave_the_canal(picture):
    header, arrays = picture
    moving = arrays | {"tip_cm": np.array([30.0, 35.0, np.nan])}
    header, arrays = stage.decode(stage.encode(header, moving))
    assert "outside" not in stage.describe(header, arrays, 1)
    assert "Tip outside the canal." in stage.describe(header, arrays, 2)


@pytest.mark.parametrize("name", stage.SHAPES)
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
        stage.encode(header, arrays | {name: spoil(arrays[name])})


@pytest.mark.parametrize(
    ("name", "named"),
    [(name, name) for name in stage.SHAPES if name not in ("day", "plug_ml")]
    + [("day", "believed_ml"), ("plug_ml", "plug_mcg_ml")],
)
def test_an_array_of_the_wrong_length_is_named(picture, name, named):
    """Days and plug volumes set the lengths, so the first array that disagrees with them is named."""
    header, arrays = picture
    with pytest.raises(ValueError, match=f"^{named}: shape"):
        stage.encode(header, arrays | {name: np.append(arrays[name].ravel(), 1.0)})


@pytest.mark.parametrize("name", stage.SHAPES)
def test_a_missing_array_is_named(picture, name):
    header, arrays = picture
    with pytest.raises(ValueError, match=f"^{name}: missing"):
        stage.encode(header, {key: array for key, array in arrays.items() if key != name})


def test_an_unknown_array_is_named(picture):
    header, arrays = picture
    with pytest.raises(ValueError, match=r"^speed: unknown"):
        stage.encode(header, arrays | {"speed": arrays["day"]})


@pytest.mark.parametrize("key", stage.HEADER_KEYS)
def test_a_missing_header_key_is_named(picture, key):
    header, arrays = picture
    with pytest.raises(ValueError, match=f"header: missing {key}"):
        stage.encode({name: value for name, value in header.items() if name != key}, arrays)


def test_a_header_holds_only_finite_numbers(picture):
    header, arrays = picture
    with pytest.raises(ValueError, match=r"^header: "):
        stage.encode(header | {"peak_mcg_ml": float("nan")}, arrays)


@pytest.mark.parametrize("start", [[0, 1, 3, 3], [1, 1, 3, 4], [0, 3, 1, 4]])
def test_plugs_are_shared_out_in_order(picture, start):
    header, arrays = picture
    with pytest.raises(ValueError, match=r"^plug_start: "):
        stage.encode(header, arrays | {"plug_start": np.array(start)})


def test_a_packet_cut_short_is_refused(picture):
    with pytest.raises(ValueError, match=r"buffer|packet"):
        stage.decode(stage.encode(*picture)[:-4])
    with pytest.raises(ValueError, match="packet: "):
        stage.decode(stage.encode(*picture) + b"    ")


def test_the_words_say_what_the_picture_shows(picture):
    header, arrays = stage.decode(stage.encode(*picture))
    assert [stage.describe(header, arrays, index) for index in range(3)] == [
        "Day 0 of 20. Pump believes it gives 500 mcg/day; tip receives 500 mcg/day. Reservoir: true 18 mL, "
        "pump believes 18 mL. Roller turning. No drug in the canal.",
        "Day 12.4 of 20. Pump believes it gives 500 mcg/day; tip receives 250 mcg/day. Reservoir: true "
        "15.3 mL, pump believes 14.9 mL. Roller turning. Leak 0.29 mL from the pump loses 0.125 mL/day. "
        "Catheter holds back 40 %. Highest drug in the canal 1 mcg/mL, 23 cm below the head.",
        "Day 20 of 20. Pump believes it gives 500 mcg/day; tip receives 0 mcg/day. Reservoir: true 1 mL, "
        "pump believes 13 mL. Roller still: no flow. Nothing left that can be pumped. Catheter blocked. "
        "No drug in the canal.",
    ]


BACKWARDS = {"mechanism": "gas", "alarm_ml": 0.0, "second_tip_cm": 50.0}
EXTRAS = {
    "as it is": ({}, {}),
    "backwards, two tips": (
        BACKWARDS, {"tip_ml_day": np.array([0.25, -1.5, 0.0]), "second_ml_day": np.array([0.1, 0.125, 0.0])},
    ),
    "hardly any drug": ({}, {"csf_mcg_ml": np.full((3, 4), 1e-5)}),
    "no pump filled": ({"is_filled": False, "mechanism": "valve"}, {}),
    "valves at rest": ({"mechanism": "valve"}, {"rotor_ml_day": np.array([0.25, 0.0, 0.25])}),
}  # fmt: skip


@pytest.mark.parametrize("extra", EXTRAS)
@pytest.mark.skipif(shutil.which("node") is None, reason="node runs the drawing's words outside a browser")
def test_the_drawing_reads_and_says_the_same(picture, tmp_path, extra):
    picture = tuple(part | more for part, more in zip(picture, EXTRAS[extra], strict=True))
    header, arrays = stage.decode(stage.encode(*picture))
    (tmp_path / "packet").write_bytes(stage.encode(*picture))
    code = (stage.STATIC / "stage.js").read_text()
    (tmp_path / "words.mjs").write_text(
        """
        import { readFileSync } from "node:fs";
        const silent = { getContext: () => ({}), append: () => {} };
        globalThis.document = { createElement: () => ({ ...silent }), head: silent };
        const { parse, momentAt, describe } = await import("./stage.mjs");
        const packet = parse(new Uint8Array(readFileSync("packet")));
        const words = [0, 0.7, 1].map((fraction) => describe(packet, momentAt(packet, fraction)));
        process.stdout.write(JSON.stringify(words));
        process.exit();
        """
    )
    (tmp_path / "stage.mjs").write_text(code)
    done = subprocess.run(["node", "words.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == [stage.describe(header, arrays, index) for index in range(3)]


def test_the_page_mounts_the_same_picture_again_and_again():
    from streamlit.testing.v1 import AppTest

    def page():
        import streamlit as st

        from app import stage

        stage.show(bytes(st.slider("size", 0, 9, 4, key="size")), key="stage", height=250)

    for _ in range(2):
        test = AppTest.from_function(page).run()
        assert not test.exception
        assert not test.slider(key="size").set_value(5).run().exception
