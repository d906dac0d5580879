"""The trial of this session: what is given, what the learner judged, and whether the truth is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from app.files.page_work import TrialWork
from app.session import settings
from app.teaching import trial
from app.teaching.trial import ARMS, Arm, Setting, Verdict
from app.words.amounts import factor_of, is_amount
from app.words.field_text import from_amount, to_amount
from app.words.reader import units
from app.words.text import TEXT
from sim import ScenarioError
from sim.scenario import check, literal

SETTING: Final = "trial setting"
VERDICTS: Final = "trial judged"  # arm -> verdict
IS_REVEALED: Final = "trial revealed"


def key(name: str) -> str:
    """Key of the widget of a field of the setting; in another unit of amounts it is another widget."""
    is_scaled = is_amount(name) and factor_of(name) != 1.0
    return f"trial {name} {units().amount}" if is_scaled else f"trial {name}"


def verdict_key(arm: Arm) -> str:
    """Key of the judgement on an arm; other numbers are judged anew."""
    now = setting()
    return f"{VERDICTS} {arm} {now.drug} {now.seed}"


def setting() -> Setting:
    """What the arms give, and the rule on them."""
    now: Setting = st.session_state.setdefault(SETTING, trial.first_setting(next(iter(trial.drugs()))))
    return now


def setting_or_none() -> Setting | None:
    """The setting, if the page was opened in this session."""
    return st.session_state.get(SETTING)


def start() -> None:
    """Give every widget its value before it is built."""
    for name, value in setting().model_dump().items():
        st.session_state.setdefault(key(name), to_amount(name, value))


def value(name: str) -> Any:
    """What the widget of a field shows, in the unit of files."""
    return from_amount(name, st.session_state[key(name)])


def settle() -> Setting:
    """The setting that the widgets show."""
    st.session_state[SETTING] = check(Setting, {name: value(name) for name in Setting.model_fields})
    return setting()


def first() -> None:
    """Start values of the chosen drug; what was judged belongs to other diaries."""
    settings.speak_again()  # a call comes before the page's own run
    _write(trial.first_setting(value("drug")).model_dump())
    _forget()


def take_up(values: Mapping[str, Any]) -> None:
    """A setting that came with a link; ScenarioError keeps the one there was."""
    if values["drug"] not in trial.drugs():
        names = ", ".join(trial.drugs())
        raise ScenarioError([TEXT["trial_unknown"].format(drug=literal(values["drug"]), known=names)])
    new = check(Setting, {**trial.first_setting(str(values["drug"])).model_dump(), **values})
    st.session_state[SETTING] = new
    _write(new.model_dump())
    _forget()


def work() -> TrialWork | None:
    """What was judged and asked for, for the address; None where nothing was."""
    verdicts: dict[str, Verdict] = {arm: verdict for arm in ARMS if (verdict := verdict_on(arm)) is not None}
    if not verdicts and not is_revealed():
        return None
    data: dict[str, Any] = {"is_revealed": is_revealed()}
    data.update(verdicts)
    return check(TrialWork, data)


def take_up_work(trial_work: TrialWork) -> None:
    """What was judged of the trial that is set, and whether what really happened is shown."""
    verdicts = trial_work.model_dump(exclude_none=True, exclude={"is_revealed"})
    st.session_state[VERDICTS], st.session_state[IS_REVEALED] = verdicts, trial_work.is_revealed


def leave() -> None:
    """No setting: the page starts with its first one."""
    st.session_state.pop(SETTING, None)


def first_limit() -> None:
    """The limit that the chosen axis starts with."""
    st.session_state[key("limit_ratio")] = trial.first_limit(value("axis"), value("drug"))


def again() -> None:
    """The same trial with other chance."""
    st.session_state[key("seed")] += 1
    _forget()


def verdict_on(arm: Arm) -> Verdict | None:
    """What the learner judged of an arm."""
    verdicts: dict[Arm, Verdict] = st.session_state.get(VERDICTS, {})
    return verdicts.get(arm)


def judge(arm: Arm, verdict: Verdict) -> None:
    """Keep what the learner judged of an arm."""
    st.session_state[VERDICTS] = {**st.session_state.get(VERDICTS, {}), arm: verdict}


def is_revealed() -> bool:
    """Whether what really happened is shown."""
    return bool(st.session_state.get(IS_REVEALED))


def turn() -> None:
    """Show what really happened, or hide it."""
    st.session_state[IS_REVEALED] = not is_revealed()


def _write(values: Mapping[str, Any]) -> None:
    for name, start_value in values.items():
        st.session_state[key(name)] = to_amount(name, start_value)


def _forget() -> None:
    st.session_state[VERDICTS], st.session_state[IS_REVEALED] = {}, False
