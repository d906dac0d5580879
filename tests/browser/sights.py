"""Every sight of the product, one after the other: pages, their tabs and steps, what opens, what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from app.files.exchange import QUERY
from app.files.link_state import LinkState, ViewState, state_link
from app.files.work_state import TABS
from app.runs import Pin
from app.session.view import VIEWS
from app.words.text import TEXT
from sim import catalogue
from tests.browser.visit import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Locator

PAGES: Final = ("", "lessons", "refill-visit", "trial", "model")
# a visit at which all steps have something to show
AT: Final = {"refill-visit": f"?{QUERY}={state_link(LinkState(scenario=catalogue().scenarios['pocket-fill']))}"}
MODEL_TABS: Final = ("equations", "parameters", "figures", "sheet", "limits", "words", "around")
POPOVERS: Final = ("about", "files_title", "settings")


# what alone is new in a sight; the rest of the page was looked at just before
TAB_PANEL: Final = "[role=tabpanel]:not(:empty)"
POPOVER: Final = "[data-testid=stPopoverBody]"
BESIDE: Final = ".st-key-beside-chart"


class Look(Protocol):
    """Looks at the sight that stands there now: its name, and the part that is new in it (else all of it)."""

    def __call__(self, name: str, part: str | None = None) -> None: ...


@dataclass(frozen=True)
class Walker:
    """Somebody who looks at all of it, in one tab."""

    visit: Visit
    look: Look

    def walk(self, *pages: str) -> None:
        """Every sight of these pages, each given to `look` by name once it stands still."""
        walks = {
            "": self._explore,
            "lessons": self._lesson,
            "refill-visit": self._refill,
            "trial": self._trial,
            "model": self._model,
        }
        for page in pages or PAGES:
            self.visit.open_page(page + AT.get(page, ""))
            self.look(page or "explore")
            walks[page]()

    # ------------------------------------------------------------ what is pressed

    def _rest(self) -> None:
        self.visit.rest()

    def _press(self, name: str) -> None:
        self.visit.act(self.visit.page.get_by_role("button", name=name).first.click)

    def _take(self, name: str, place: int = 0) -> None:
        self.visit.act(self.visit.page.get_by_text(name, exact=True).nth(place).click)

    def _type(self, name: str, number: str) -> None:
        box = self.visit.page.get_by_role("spinbutton", name=name).first
        box.fill(number)
        self.visit.act(lambda: box.press("Enter"))

    def _choice(self, words: str = "") -> None:
        """The first of the choices on the page that says this."""
        self.visit.act(self.visit.page.locator("[data-testid=stRadioOption]", has_text=words).first.click)

    @contextmanager
    def _opened(self, name: str) -> Iterator[Locator]:
        """What a button opens, until it is closed again."""
        self.visit.page.get_by_role("button", name=name, exact=True).click()
        body = self.visit.page.get_by_test_id("stPopoverBody")
        body.wait_for()
        self._rest()
        yield body
        self.visit.page.keyboard.press("Escape")
        body.wait_for(state="hidden")

    # ------------------------------------------------------------ page by page

    def _explore(self) -> None:
        visit = self.visit
        for view in VIEWS[1:]:
            visit.choose(TEXT["beside"], TEXT[f"tab_{view}"])
            self._rest()
            self.look(f"explore: {view}", BESIDE)
        for tab in TABS[1:]:
            visit.open_tab(TEXT[f"tab_{tab}"])
            self._rest()
            self.look(f"explore: {tab}", TAB_PANEL)
        for name in POPOVERS:
            with self._opened(TEXT[name]):
                self.look(f"explore: {name}", POPOVER)
        kept = (Pin(letter="B", title="kept", scenario=catalogue().scenarios["hidden-kink"]),)
        first = catalogue().scenarios["half-a-leak"]
        visit.open_page(f"?{QUERY}={state_link(LinkState(scenario=first, pins=kept, show=ViewState(is_hidden=True)))}")
        self.look("explore: hidden")
        self._press(TEXT["reveal"])
        self.look("explore: pinned")
        slip = catalogue().scenarios["zero-too-many"]
        visit.open_page(f"?{QUERY}={state_link(LinkState(scenario=slip))}")
        self.look("explore: emergency")
        with self._opened(TEXT["emergency_button"]):
            self.look("explore: emergency card", POPOVER)
        visit.page.evaluate("sessionStorage.clear()")  # else the tab goes back to what it showed
        visit.open_page(f"?{QUERY}=nonsense")
        self.look("explore: bad link")

    def _lesson(self) -> None:
        self._press(TEXT["lesson_begin"])
        self.look("lesson: worked example")
        self._press(TEXT["lesson_your_turn"])
        self.look("lesson: ask")
        self._press(TEXT["lesson_lock"])
        self.look("lesson: what is missing")
        self._take("earlier")
        self._type("Day of the low-reservoir alarm", "60")
        self._take("certain")
        self.visit.page.locator(".pl-sketch .point").nth(1).press("PageUp")
        self._rest()
        self._press(TEXT["lesson_lock"])
        self.look("lesson: locked")
        self._press(TEXT["lesson_run"])
        self.look("lesson: run")
        self._choice()
        self._press(TEXT["lesson_seen_done"])
        self.look("lesson: why")
        self._press(TEXT["lesson_to_questions"])
        self.look("lesson: question")
        for name in ("lesson_next", "lesson_next", "lesson_finish"):
            self._choice()
            self._take("fairly sure")
            self._press(TEXT["lesson_answer"])
            if name == "lesson_finish":
                self.look("lesson: answered")
            self._press(TEXT[name])
        self.look("lesson: done")

    def _refill(self) -> None:
        self._take(TEXT["visit_educator"])
        self._take(TEXT["visit_occurs_never"])
        self.look("visit: educator")
        self._press(TEXT["visit_start"])
        self.look("visit: begun")
        self._press(TEXT["visit_person"])
        self._press(TEXT["visit_interrogate"])
        self._press(TEXT["visit_log"])
        self._take(TEXT["visit_agree_yes"])
        self.look("visit: ask")
        self._press(TEXT["visit_ask_done"])
        self._type(TEXT["visit_guess"], "2.25")
        self.look("visit: guess")
        self._press(TEXT["visit_draw"])
        self._take(TEXT["visit_decision_look"])
        self.look("visit: draw")
        self._press(TEXT["visit_decide"])
        self._press(TEXT["visit_labels"])
        self._press(TEXT["visit_needle_test"])
        self.look("visit: labels")
        self._choice("20,000 mcg/mL")
        self.look("visit: fill")
        self._press(TEXT["visit_fill"])
        self._take(TEXT["visit_way_rate"])
        self._type(TEXT["visit_dose_label"], "50000")
        self.look("visit: program")
        self._press(TEXT["visit_program"])
        self._type(TEXT["visit_type_fold"], "10")
        self._press(TEXT["visit_send"])
        self.look("visit: sent")
        self._press(TEXT["visit_watch"])
        self._press(TEXT["visit_watch_over"])
        self._press(TEXT["visit_plan"])
        self._press(TEXT["visit_ask_again"])
        self._type(TEXT["visit_next_day"], "78")
        self._press(TEXT["visit_leave"])
        self.look("visit: what happened")

    def _trial(self) -> None:
        self._take(TEXT["trial_more"])
        self.look("trial: rule")
        self._press(TEXT["trial_reveal"])
        self.look("trial: revealed")

    def _model(self) -> None:
        for tab in MODEL_TABS[1:]:
            self.visit.page.get_by_role("tab", name=TEXT[f"tab_{tab}"], exact=True).click()
            self._rest()
            self.look(f"model: {tab}", TAB_PANEL)
