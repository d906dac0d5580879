"""What an educator sets for a refill visit, and the checklist that is scored at its end."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from app.components import file_box, table
from app.files.exchange import safe_name
from app.teaching import refill_visit
from app.teaching.refill_visit import Checklist, Visit
from app.words.text import TEXT, percent, plain
from sim import ScenarioError

CHECKLIST, TURN, TAKEN = "visit checklist", "visit checklist turn", "visit checklist taken"
BESIDE, MIXED, SEED = "visit beside", "visit mixed", "visit seed"
START: dict[str, Any] = {BESIDE: "by_chance", MIXED: "by_chance", SEED: 1}
HIGHEST_SEED = 2**31 - 1


def checklist() -> Checklist:
    """The one in use: edited in this session, or the packaged one."""
    return st.session_state.get(CHECKLIST) or refill_visit.packaged()


def chances() -> dict[str, Any]:
    """Switches of what can go wrong, and the seed."""
    for key, name in ((BESIDE, "beside"), (MIXED, "mixed")):
        st.session_state.setdefault(key, START[key])
        st.segmented_control(
            TEXT[f"visit_{name}"],
            refill_visit.OCCURS,
            format_func=lambda one: TEXT[f"visit_occurs_{one}"],
            key=key,
            required=True,
            persist_state="session",
        )
    st.session_state.setdefault(SEED, START[SEED])
    st.number_input(TEXT["visit_seed"], 0, HIGHEST_SEED, key=SEED, persist_state="session")
    st.caption(plain(TEXT["visit_chance_said"]))
    state = st.session_state
    return {"beside": state[BESIDE], "mixed": state[MIXED], "seed": int(state[SEED])}


def checklist_editor() -> None:
    """Texts, which lines count, and the pass mark; from a file too."""
    if not st.toggle(TEXT["visit_edit"], key="visit edit"):
        return
    now, turn = checklist(), st.session_state.get(TURN, 0)
    mark = st.slider(
        TEXT["visit_edit_mark"], 0.05, 1.0, now.pass_frac, 0.05, format="percent", key=f"visit mark {turn}"
    )
    lines = []
    for i, item in enumerate(now.items):
        left, right = st.columns([1, 5], vertical_alignment="bottom")
        counts = left.checkbox(
            TEXT["visit_edit_counts"], item.counts, key=f"visit counts {turn} {i}", help=plain(item.why)
        )
        name = TEXT["visit_edit_text"].format(n=i + 1)
        text = right.text_input(name, item.text, max_chars=200, key=f"visit text {turn} {i}")
        lines.append(item.model_dump() | {"counts": counts, "text": text})
    edited = now.model_dump() | {"pass_frac": mark, "items": lines}
    if edited != now.model_dump() | {"items": [item.model_dump() for item in now.items]}:
        _take(json.dumps(edited))
    _files(now)


def _files(now: Checklist) -> None:
    sent = file_box.show(TEXT["visit_edit_upload"], "visit upload", type=["toml"])
    if sent is not None and st.session_state.get(TAKEN) != sent.file_id and _take(sent.getvalue()):
        st.session_state[TAKEN] = sent.file_id
        _turn()
        st.rerun()
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            TEXT["visit_edit_download"],
            refill_visit.write_checklist(now),
            safe_name("checklist", "toml"),
            "application/toml",
            on_click="ignore",
            key="visit download",
        )
        st.button(TEXT["visit_edit_packaged"], on_click=_packaged, key="visit packaged")


def _take(data: bytes | str) -> bool:
    """A checklist from text, if it is one; otherwise the old one stays and the page says why."""
    try:
        st.session_state[CHECKLIST] = refill_visit.read_checklist(data)
    except ScenarioError as error:
        for problem in error.problems:
            st.error(f"{TEXT['visit_edit_refused']} {plain(problem)}", icon=":material/block:")
        return False
    return True


def _packaged() -> None:
    st.session_state[CHECKLIST] = None
    _turn()


def _turn() -> None:
    """Widgets start anew from the checklist in use."""
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def scored(visit: Visit) -> None:
    """The checklist at the end: score, what was missed and why it matters, and every line."""
    now = checklist()
    score = refill_visit.score(now, visit)
    st.subheader(TEXT["visit_score_title"])
    key = "visit_score_passed" if score.is_passed else "visit_score_failed"
    said = plain(TEXT[key].format(met=score.n_met, asked=score.n_asked, mark=percent(now.pass_frac)))
    if score.is_passed:
        st.success(said, icon=":material/check_circle:")
    else:
        st.warning(said, icon=":material/replay:")
    if score.missed:
        st.markdown(f"**{TEXT['visit_score_why']}**")
        st.markdown("\n".join(f"- **{plain(item.text)}** {plain(item.why)}" for item in score.missed))
    else:
        st.markdown(plain(TEXT["visit_score_all"]))
    st.caption(plain(TEXT["visit_score_said"]))
    states = {True: "visit_score_done", False: "visit_score_missed", None: "visit_score_na"}
    rows = [
        (item.text, TEXT[states[is_met] if item.counts else "visit_score_uncounted"]) for item, is_met in score.rows
    ]
    table.show(TEXT["visit_score_title"], [TEXT["visit_col_line"], TEXT["visit_col_state"]], rows)
