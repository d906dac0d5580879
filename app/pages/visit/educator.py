"""What an educator sets for a refill visit, and the checklist that is scored at its end."""

from __future__ import annotations

import json
from collections.abc import Callable

import streamlit as st

from app import session
from app.components import file_box, table
from app.files import trial_ranges
from app.files.exchange import safe_name
from app.pages import number_field
from app.session.visit import MIX_UP, POCKET_FILL, SEED
from app.teaching import refill_visit
from app.teaching.refill_visit import Checklist, Item, Visit
from app.words.number_entry import Wanted
from app.words.term_links import each_with_terms, with_terms
from app.words.text import TEXT, percent, plain
from sim import ScenarioError


def chances_editor() -> None:
    """Switches of what can go wrong, and the seed."""
    for key, name in ((POCKET_FILL, "beside"), (MIX_UP, "mixed")):
        session.visit.start(key)
        st.segmented_control(
            TEXT[f"visit_{name}"],
            refill_visit.OCCURS,
            format_func=lambda choice: TEXT[f"visit_occurs_{choice}"],
            key=key,
            required=True,
            persist_state="session",
        )
    session.visit.start(SEED)
    number_field.show(SEED, TEXT["visit_seed"], Wanted(*trial_ranges.SEED, is_whole=True))
    st.caption(with_terms(TEXT["visit_chance_said"]))


def checklist_editor() -> None:
    """Texts, which lines count, and the pass mark; from a file too."""
    if not st.toggle(TEXT["visit_edit"], key="visit edit"):
        return
    now, turn = session.visit.checklist(), session.visit.turn()
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
        own = {} if text == item.text else {"text": text, "text_de": ""}
        lines.append(item.model_dump() | {"counts": counts} | own)
    new = now.model_dump() | {"pass_frac": mark, "items": lines}
    if new != now.model_dump() | {"items": [item.model_dump() for item in now.items]}:
        _take(lambda: session.visit.take_checklist(json.dumps(new)))
    _files(now)


def _files(now: Checklist) -> None:
    file = file_box.show(TEXT["visit_edit_upload"], "visit upload", type=["toml"])
    if file is not None and _take(lambda: session.visit.take_checklist_file(file.file_id, file.getvalue())):
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
        st.button(TEXT["visit_edit_packaged"], on_click=session.visit.take_packaged_checklist, key="visit packaged")


def _take(act: Callable[[], bool]) -> bool:
    """Take a checklist up, if it is one, and say whether it is new; otherwise the old one stays, with the reason."""
    try:
        return act()
    except ScenarioError as error:
        for problem in str(error).splitlines():
            st.error(f"{TEXT['visit_edit_refused']} {plain(problem)}", icon=":material/block:")
        return False


def show_score(visit: Visit) -> None:
    """The checklist at the end: score, what was missed and why it matters, and every line."""
    now = session.visit.checklist()
    score = refill_visit.score(now, visit)
    st.subheader(TEXT["visit_score_title"])
    key = "visit_score_passed" if score.is_passed else "visit_score_failed"
    verdict = plain(TEXT[key].format(met=score.n_met, n=score.n_asked, mark=percent(now.pass_frac)))
    if score.is_passed:
        st.success(verdict, icon=":material/check_circle:")
    else:
        st.warning(verdict, icon=":material/replay:")
    if score.omissions:
        st.markdown(f"**{TEXT['visit_score_why']}**")
        texts = each_with_terms([text for item in score.omissions for text in (_line(item), item.reason)])
        st.markdown("\n".join(f"- **{line}** {reason}" for line, reason in zip(texts[::2], texts[1::2], strict=True)))
    else:
        st.markdown(plain(TEXT["visit_score_all"]))
    st.caption(plain(TEXT["visit_score_said"]))
    states = {True: "visit_score_done", False: "visit_score_missed", None: "visit_score_na"}
    rows = [
        (_line(item), TEXT[states[is_met] if item.counts else "visit_score_uncounted"]) for item, is_met in score.rows
    ]
    table.show(TEXT["visit_score_title"], [TEXT["visit_col_line"], TEXT["visit_col_state"]], rows)


def _line(item: Item) -> str:
    """The line as the list of a score gives it, with its number; of an act that is better left, so."""
    text = TEXT["visit_score_left_out"].format(text=item.words) if item.deed == "left_out" else item.words
    return text if item.number is None else f"{item.number}. {text}"
