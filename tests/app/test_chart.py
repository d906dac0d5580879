"""A chart travels whole: the header says where each column of numbers lies, and every number comes back."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from app import figures, runs
from app.components import chart
from app.figures import Look
from app.figures.theme import DARK_INK
from sim import catalogue


def unpack(packet: bytes) -> tuple[dict[str, Any], np.ndarray]:
    """Header and numbers of a packet."""
    start = 4 + int.from_bytes(packet[:4], "little")
    return json.loads(packet[4:start]), np.frombuffer(packet, "<f4", offset=start)


@pytest.mark.parametrize("name", sorted(catalogue().scenarios))
def test_every_column_of_a_chart_comes_back(name):
    scenario = catalogue().scenarios[name]
    result, ghost = runs.run(scenario), runs.run(runs.healthy(scenario))
    figure = figures.two_truths(result, ghost, runs.ranges(scenario), Look("x", 245, DARK_INK))
    header, numbers = unpack(chart.encode(figure, {"words": "w"}))
    assert header["words"] == "w"
    assert header["figure"]["layout"]["xaxis"]["title"]["text"] == "days"
    for sent, drawn in zip(header["figure"]["data"], figure["data"], strict=True):
        assert sent["name"] == drawn["name"]
        for axis in ("x", "y"):
            start, count = sent[axis][chart.PLACE]
            assert np.array_equal(numbers[start : start + count], drawn[axis])


def test_numbers_begin_where_a_float_may_stand():
    figure = {"data": [{"x": np.array([1.0, 2.0])}], "layout": {}}
    for words in ("", "a", "ab", "abc"):
        packet = chart.encode(figure, {"words": words})
        assert int.from_bytes(packet[:4], "little") % 4 == 0
        assert unpack(packet)[1].tolist() == [1.0, 2.0]


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_a_value_that_cannot_be_drawn_is_named(wrong):
    with pytest.raises(ValueError, match="trace 0: y holds a value that is not a finite number"):
        chart.encode({"data": [{"y": np.array([1.0, wrong])}], "layout": {}}, {})
