"""Opening the model costs little: what is not asked for is not loaded, and every name is there."""

from __future__ import annotations

import subprocess
import sys

import pytest

import sim
from sim.run.simulate import simulate


def libraries_after(statement: str) -> str:
    """The libraries that a fresh process has loaded after one statement."""
    asked = (
        f"import sys; {statement}; "
        "print(*sorted({name.partition('.')[0] for name in sys.modules} & {'numpy', 'scipy', 'pydantic'}))"
    )
    return subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.strip()


def test_the_door_of_the_model_loads_no_library():
    assert libraries_after("import sim") == ""
    assert libraries_after("from sim import TEACHING_ONLY, Happening, ScenarioError") == ""


def test_the_engine_needs_numpy_and_nothing_else():
    assert libraries_after("import sim.exact") == "numpy"


@pytest.mark.parametrize("name", sim.__all__)
def test_every_name_of_the_door_opens_in_a_fresh_process(name):
    asked = f"import sim; assert '{name}' in dir(sim); sim.{name}; from sim import {name}"
    subprocess.run([sys.executable, "-c", asked], check=True)


def test_the_door_gives_the_function_and_the_module_of_that_name_keeps_its_own():
    assert sim.simulate is simulate
    assert sys.modules["sim.run.simulate"].simulate is simulate


def test_a_name_that_is_not_there_is_refused_by_name():
    with pytest.raises(AttributeError, match="'pumps'"):
        _ = sim.pumps
