"""No word for a reader stands outside the table: what widgets, tables and pictures are handed is looked up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.words.text import TEXT

APP = Path(__file__).parents[2] / "app"
PYTHON = {str(path.relative_to(APP)): path for path in sorted(APP.rglob("*.py"))}
SCRIPTS = {path.name: path for path in sorted((APP / "static" / "js").glob("*.js"))}
# what is not read by a learner on the page: the command line
OTHER_READERS = ("cli.py",)

# calls whose arguments are read: of Streamlit, of the page's own parts, of figures
READ = {
    "button", "caption", "checkbox", "download_button", "error", "expander", "file_uploader", "form_submit_button",
    "header", "info", "link_button", "markdown", "metric", "multiselect", "note", "number_input", "page_link", "pills",
    "popover", "radio", "segmented_control", "select_slider", "selectbox", "slider", "subheader", "success", "tabs",
    "text", "text_area", "text_input", "title", "toast", "toggle", "warning", "write",
}  # fmt: skip
READ_FROM = {
    "number_box.show": 1,
    "number_field.show": 1,
    "chart.show": 3,
    "table.show": 0,
    "happenings.show": 0,
}  # the page's own, from which place on
READ_NAMED = {"label", "help", "placeholder", "caption", "title", "words", "text", "page_title", "captions"}
SYMBOLS = {"PumpLab", "mL", "mcg", "mg", "%", "h", "x", "y"}
WORD = re.compile(r"[^\W\d_]{2,}")


def callee(call: ast.Call) -> tuple[str, str]:
    """(what is called on, its name)."""
    if isinstance(call.func, ast.Attribute):
        return (call.func.value.id if isinstance(call.func.value, ast.Name) else ""), call.func.attr
    return "", call.func.id if isinstance(call.func, ast.Name) else ""


def literals(node: ast.AST) -> Iterator[str]:
    """Texts written into an expression; keys, formats and arguments of further calls aside."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            if isinstance(part, ast.Constant):
                yield from literals(part)
    elif isinstance(node, ast.BinOp):
        yield from (*literals(node.left), *literals(node.right))
    elif isinstance(node, ast.IfExp):
        yield from (*literals(node.body), *literals(node.orelse))
    elif isinstance(node, ast.List | ast.Tuple):
        for one in node.elts:
            yield from literals(one)
    elif isinstance(node, ast.BoolOp):
        for one in node.values:
            yield from literals(one)
    elif isinstance(node, ast.Call) and callee(node)[1] in ("plain", "label", "escape", "format", "join"):
        subject = node.func.value if isinstance(node.func, ast.Attribute) else None
        for one in (*node.args, *([subject] if subject is not None else [])):
            yield from literals(one)


def worded(text: str) -> bool:
    """Whether a learner would read a word in it; marks of Markdown and HTML, signs and units are none."""
    bare = re.sub(r"<[^>]*>|&\w+;|:material/\w+:|#[0-9A-Fa-f]{6}", " ", text)
    return any(word not in SYMBOLS for word in WORD.findall(bare))


def loose(source: str) -> list[tuple[int, str]]:
    """(line, text) of every word that is handed to a reader without the table."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        subject, name = callee(node)
        own = READ_FROM.get(f"{subject}.{name}")
        is_read = (name in READ and subject != "LOG") or own is not None
        asked = node.args[own or 0 :] if is_read else []
        asked = asked[:2] if name in ("selectbox", "radio", "segmented_control", "multiselect", "page_link") else asked
        asked = asked[:1] if name in ("download_button", "button", "file_uploader", "toggle", "checkbox") else asked
        asked += [one.value for one in node.keywords if one.arg in READ_NAMED and (is_read or subject == "st")]
        found += [(node.lineno, text) for part in asked for text in literals(part) if worded(text)]
    return found


@pytest.mark.parametrize("name", [name for name in PYTHON if name not in OTHER_READERS])
def test_whatever_python_hands_to_a_reader_comes_from_the_table(name):
    assert not [one for one in loose(PYTHON[name].read_text(encoding="utf-8")) if one[1] not in TEXT]


@pytest.mark.parametrize(
    "line",
    [
        'st.button("Press me", key="x")',
        'st.markdown(f"**Bold** {value}")',
        'left.caption("(tip) " + TEXT["a"])',
        'st.selectbox(TEXT["a"], ["one", "two"])',
        'st.metric(TEXT["a"], "none yet")',
        'st.toggle(TEXT["a"], help="more of it")',
        'st.markdown(plain("said so") if is_so else TEXT["a"])',
        'table.show(TEXT["a"], ["What", TEXT["b"]], rows)',
        'st.set_page_config(page_title="Another name")',
    ],
)
def test_a_loose_word_is_found(line):
    assert loose(line)


@pytest.mark.parametrize(
    "line",
    [
        'st.button(TEXT["press"], key="press me", icon=":material/check:")',
        "st.markdown(f\"**{TEXT['bold']}** {value} mL\")",
        'st.set_page_config(page_title="PumpLab", layout="wide")',
        'st.container(key="some name", gap="small")',
    ],
)
def test_names_inside_the_program_are_no_loose_words(line):
    assert not loose(line)


# ------------------------------------------------------------------ scripts

# where a script puts text before a reader: "text", `text` or 'text' with a letter in it
SINKS = re.compile(
    r"""(?:textContent|innerText|title|placeholder|ariaLabel|alt)\s*=(?!=)\s*(?P<a>["'`])(?P<text>.*?)(?P=a)"""
    r"""|setAttribute\(\s*["']aria-(?:label|valuetext|description)["']\s*,\s*(?P<b>["'`])(?P<said>.*?)(?P=b)"""
    r"""|(?:fillText|write|setText|nameIt)\(\s*[\w.]+\s*,\s*(?P<c>["'`])(?P<drawn>.*?)(?P=c)"""
)


def said_by(source: str) -> list[str]:
    """Words that a script shows without having been handed them."""
    found = [match["text"] or match["said"] or match["drawn"] or "" for match in SINKS.finditer(source)]
    return [text for text in found if worded(re.sub(r"\$\{[^}]*(\}|$)", " ", text)) and text != "PNG"]


def scripts() -> Iterator[tuple[str, str]]:
    """Every script of the page: files, and those that stand in a module as a text."""
    yield from ((name, path.read_text(encoding="utf-8")) for name, path in SCRIPTS.items())
    for name, path in PYTHON.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "export default" in node.value:
                yield name, node.value


def test_scripts_show_only_words_that_they_were_handed():
    every = list(scripts())
    assert len(every) > 15
    assert not {name: said_by(source) for name, source in every if said_by(source)}


@pytest.mark.parametrize(
    "line",
    [
        'said.textContent = "Copied";',
        'one.setAttribute("aria-label", `Day ${day}`);',
        "setText(state.say, 'In words');",
    ],
)
def test_a_loose_word_of_a_script_is_found(line):
    assert said_by(line)
