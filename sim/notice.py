"""The one sentence that every page, export and command carries."""

from typing import Final

TEACHING_ONLY: Final = "Teaching only: a simulation of fictitious cases, never for dosing or care of anyone."
