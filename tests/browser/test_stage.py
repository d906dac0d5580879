"""The stage in a real browser: it plays without the server, paints what was sent, and obeys keys and wishes."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from app import runs
from app.components.assets import SCRIPT_PATH, SHEETS, static_version
from app.figures import stage_packet
from app.files.exchange import QUERY
from app.files.link_state import LinkState, state_link
from sim import catalogue
from tests.browser.serving import Server
from tests.browser.visit import PHONE, STAGE, Visit, visiting
from tests.building import fault, rate, refill, scenario

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Windows

SIZE = (880, 300)
SCENARIOS = catalogue().scenarios

# a stage on an otherwise empty page, with its modules at hand
MOUNT = """
async ([folder, sheet, bytes, width, height, colours]) => {
  const load = name => import(`${folder}${name}.js`);
  const names = ["stage", "clock", "stage_packet", "stage_words", "stage_look", "stage_places", "stage_line"];
  window.modules = Object.fromEntries(await Promise.all(names.map(async name => [name, await load(name)])));
  window.clock = modules.clock.clock;
  document.body.style.cssText = `margin: 0; background: ${colours[0]}`;
  window.mounted ??= document.createElement("div");
  mounted.style.cssText =
    `width: ${width}px; height: ${height}px; --st-background-color: ${colours[0]}; --st-text-color: ${colours[1]}`;
  const style = document.createElement("style");
  style.textContent = sheet;
  document.body.replaceChildren(style, mounted);
  const data = Uint8Array.from(atob(bytes), one => one.charCodeAt(0));
  window.packet = modules.stage_packet.parse(data);
  await modules.stage.default({ data, parentElement: mounted });
}
"""
# colours of the painted picture at places that the drawing's own layout names
PROBE = """
([day, places]) => {
  const canvas = document.querySelector("canvas"), pen = canvas.getContext("2d");
  const moment = modules.stage_packet.momentAt(packet, day), look = modules.stage_look.look(mounted);
  const at = modules.stage_places.layout(canvas.clientWidth, canvas.clientHeight, packet, moment);
  const line = modules.stage_line.measure({ packet, moment, places: at });
  const { header } = packet, dots = canvas.width / canvas.clientWidth;
  const pick = (x, y) => [...pen.getImageData(Math.round(x * dots), Math.round(y * dots), 1, 1).data];
  const inGauge = ml => at.gauge.bottom - (at.gauge.bottom - at.gauge.top) * ml / header.capacity_ml;
  const find = {
    line: ml => { const { x, y } = at.tube.place(line.sOf(ml)); return pick(x, y - at.thick * 0.4); },
    beside: ml => { const { x, y } = at.tube.place(line.sOf(ml)); return pick(x, y - at.thick / 2 - 2); },
    reservoir: ml => pick(at.gauge.left + 4, inGauge(ml)),
    canal: cm => pick(at.canal.right - 5, at.yOf(cm)),
    floor: ml => pick(at.tube.place(line.sOf(ml)).x, at.floorY + 5),
    rotor: () => pick(at.rotor.x, at.rotor.y - at.rotor.r),
  };
  return {
    seen: places.map(([name, value]) => find[name](value).slice(0, 4)),
    line: [500, 2000].map(mcgMl => look.line(mcgMl / header.peak_mcg_ml)),
    canal: [...moment.csf].map(mcgMl => look.canal(mcgMl / header.csf_peak_mcg_ml)),
  };
}
"""
LOST = [0xD5, 0x5E, 0x00]
LIGHT, DARK = ("#ffffff", "#1b2430"), ("#0e1117", "#eef2f6")


@dataclass
class Bare:
    """A stage by itself."""

    page: Page
    address: str

    def show(self, example: Any, size: tuple[int, int] = SIZE, colours: tuple[str, str] = LIGHT) -> None:
        """Mount the packet of a scenario, or a new one in its place."""
        ranges = runs.ranges(example)
        sent = stage_packet.build(example, runs.run(example), ranges.line_mcg_ml, ranges.canal_mcg_ml)
        folder = f"{self.address}{SCRIPT_PATH}/{static_version()}/"
        self.page.evaluate(MOUNT, [folder, SHEETS["stage.css"], base64.b64encode(sent).decode(), *size, list(colours)])
        self.settle()

    def settle(self) -> None:
        """Two pictures of the screen later."""
        self.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def at(self, day: float) -> None:
        """Look at a day."""
        self.page.evaluate("day => clock.setDay(day)", day)
        self.settle()

    def probe(self, day: float, *places: tuple[str, float]) -> dict[str, Any]:
        """Colours seen there on that day, and the colours that concentrations have."""
        self.at(day)
        return self.page.evaluate(PROBE, [day, [list(place) for place in places]])

    def day(self) -> float:
        """Where the clock stands."""
        return self.page.evaluate("clock.day")

    def button(self, name: str) -> Locator:
        """A button of the player."""
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def summary(self) -> str:
        """The picture in words."""
        return self.page.locator(STAGE).get_attribute("data-summary")


@pytest.fixture(scope="module")
def bare_page(windows: Windows, server: Server) -> Iterator[Page]:
    with visiting(windows(), server.address) as visit:
        visit.page.goto(f"{server.address}{SCRIPT_PATH}/{static_version()}/stage.js")
        yield visit.page


@pytest.fixture
def bare(bare_page: Page, server: Server) -> Bare:
    bare_page.emulate_media(reduced_motion="no-preference")
    bare_page.reload()
    return Bare(bare_page, server.address)


def close(seen: list[int], wanted: list[int], off: int = 6) -> bool:
    """Whether two colours are the same to the eye."""
    return all(abs(a - b) <= off for a, b in zip(seen[:3], wanted[:3], strict=True))


# ------------------------------------------------------------------ fixed states, by their pixels


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_front_of_a_new_strength_stands_where_its_volume_says(bare: Bare, colours: tuple[str, str]) -> None:
    bare.show(SCENARIOS["stronger-drug"], size=(936, 300), colours=colours)  # no mark lies on the fronts
    # behind the refill on day 20 flow 0.1 mL of the new strength a day
    for day, front in ((21.0, 0.1), (22.5, 0.25), (23.3, 0.33)):
        found = bare.probe(day, ("line", front - 0.01), ("line", front + 0.01))
        weak, strong = found["line"]
        assert close(found["seen"][0], strong), day
        assert close(found["seen"][1], weak), day


def test_the_reservoir_is_filled_up_to_what_it_truly_holds(bare: Bare) -> None:
    bare.show(SCENARIOS["pocket-fill"])
    found = bare.probe(4.0, ("reservoir", 13.3), ("reservoir", 15.0), ("reservoir", 18.0))
    assert found["seen"][0][:3] != found["seen"][1][:3]
    assert found["seen"][1] == found["seen"][2] == [255, 255, 255, 255]


def test_the_canal_is_shaded_by_concentration_level_by_level(bare: Bare) -> None:
    bare.show(SCENARIOS["stronger-drug"])
    height = 62.5 / 25
    for day in (10.0, 21.5):
        levels = [2, 8, 20, 23]
        found = bare.probe(day, *(("canal", (level + 0.5) * height) for level in levels))
        for seen, level in zip(found["seen"], levels, strict=True):
            assert close(seen, found["canal"][level]), (day, level)


def test_a_leak_is_marked_where_it_is_and_what_it_lost_lies_below(bare: Bare) -> None:
    bare.show(SCENARIOS["half-a-leak"])
    before = bare.probe(4.0, ("beside", 0.3), ("floor", 0.3))["seen"]
    assert not any(close(seen, LOST) for seen in before)
    during = bare.probe(8.0, ("beside", 0.3), ("floor", 0.3))["seen"]
    assert all(close(seen, LOST) for seen in during)


def test_a_tip_outside_the_canal_leaves_the_canal_empty_of_catheter(bare: Bare) -> None:
    away = fault("migration", 4, level="T6", space="epidural", csf_frac=0.0)
    bare.show(scenario(10, refill(2000), rate(480), faults=[away]))
    bare.at(5.0)
    assert "Tip outside the canal: epidural." in bare.summary
    found = bare.probe(5.0, ("canal", 45.0))
    assert close(found["seen"][0], found["canal"][18])


@pytest.mark.parametrize("pump", ["roller-20ml", "valve-20ml", "gas-20ml"])
def test_each_mechanism_moves_with_what_it_pumps(bare: Bare, pump: str) -> None:
    orders = [refill(2000)] if pump.startswith("gas") else [refill(2000), rate(480)]
    bare.show(scenario(10, *orders, pump=pump))
    look = "document.querySelector('canvas').toDataURL()"
    bare.at(3.0)
    first = bare.page.evaluate(look)
    bare.at(3.9)
    later = bare.page.evaluate(look)
    bare.at(3.0)
    assert first != later
    assert bare.page.evaluate(look) == first


def test_lamps_and_bars_say_what_the_pump_sounds_and_the_person_feels(bare: Bare) -> None:
    bare.show(SCENARIOS["missed-visit"])
    lamp = bare.page.locator(".stage-lamp", has_text="low reservoir")
    bare.at(60.0)
    assert lamp.get_attribute("data-sound") == "off"
    full = bare.page.locator("[data-index=effect_index] i").evaluate("bar => bar.getBoundingClientRect().width")
    bare.at(80.0)
    assert lamp.get_attribute("data-sound") == "noncritical"
    assert "on" in lamp.inner_text()
    assert "Alarms on: low reservoir, empty." in bare.summary
    empty = bare.page.locator("[data-index=effect_index] i").evaluate("bar => bar.getBoundingClientRect().width")
    assert empty < 0.2 * full


def test_an_emergency_is_said_in_plain_words_and_more_than_intended_is_not_drawn_as_success(bare: Bare) -> None:
    bare.show(SCENARIOS["zero-too-many"])
    row = bare.page.locator("[data-index=effect_index]")
    paint = "row => getComputedStyle(row.querySelector('i')).background"
    bare.at(5.0)
    inside = row.evaluate(paint)
    assert "in band" in row.inner_text()
    assert not bare.page.locator(".stage-emergency").is_visible()
    bare.at(10.4)
    assert bare.page.locator(".stage-emergency").inner_text().startswith("EMERGENCY: too much of Morphine-like - ")
    assert "EMERGENCY: too much of Morphine-like - " in bare.summary
    assert "more than intended" in row.inner_text()
    assert row.evaluate(paint) != inside


def test_all_of_it_can_be_read_instead_of_looked_at(bare: Bare) -> None:
    bare.show(SCENARIOS["half-a-leak"])
    bare.at(8.0)
    said = bare.page.locator(".stage-said")
    assert not said.is_visible()
    bare.button("In words").click()
    assert said.inner_text() == bare.summary == bare.page.get_by_role("img").get_attribute("aria-label")
    bare.at(25.0)
    assert "Day 25 of 30." in said.inner_text()


def test_a_lamp_shows_the_worst_of_its_alarms_by_another_shape(bare: Bare) -> None:
    bare.show(SCENARIOS["old-pump"])
    lamp = bare.page.locator(".stage-lamp", has_text="battery")
    shape = "it => getComputedStyle(it, '::before').clipPath"
    seen = []
    for day, sound in ((40.0, "off"), (100.0, "noncritical"), (150.0, "critical")):
        bare.at(day)
        assert lamp.get_attribute("data-sound") == sound
        seen.append(lamp.evaluate(shape))
    assert len(set(seen)) == 3


# ------------------------------------------------------------------ playing


def test_it_never_plays_unasked(bare: Bare) -> None:
    bare.show(SCENARIOS["half-a-leak"])
    day = bare.day()
    bare.page.wait_for_timeout(300)
    assert bare.day() == day
    assert bare.page.locator(STAGE).get_attribute("data-playing") == "false"


def test_playing_advances_and_paints_and_pause_stops_it(bare: Bare) -> None:
    bare.show(SCENARIOS["half-a-leak"])
    bare.at(0.0)
    revision = int(bare.page.locator(STAGE).get_attribute("data-rev"))
    bare.button("Play").click()
    bare.page.wait_for_function("() => clock.day > 1")
    bare.button("Pause").click()
    day = bare.day()
    assert int(bare.page.locator(STAGE).get_attribute("data-rev")) > revision + 3
    bare.page.wait_for_timeout(200)
    assert bare.day() == day
    assert f"Day {round(day, 1):g} of 30." in bare.summary


def test_at_the_end_it_stops_and_play_starts_again(bare: Bare) -> None:
    bare.show(SCENARIOS["half-a-leak"])
    bare.at(29.9)
    bare.button("Play").click()
    bare.page.wait_for_function("() => clock.day === clock.duration && !clock.playing")
    bare.button("Play").click()
    bare.page.wait_for_function("() => clock.day > 0 && clock.day < 20")
    bare.button("Pause").click()


def test_a_hidden_tab_does_not_play_on(bare: Bare) -> None:
    bare.show(SCENARIOS["half-a-leak"])
    bare.page.evaluate("clock.play()")
    bare.page.evaluate(
        "Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange'));"
    )
    assert bare.page.evaluate("clock.playing") is False


def test_who_wants_little_motion_gets_a_few_stills_a_second(bare: Bare) -> None:
    bare.page.emulate_media(reduced_motion="reduce")
    bare.show(SCENARIOS["half-a-leak"])
    stills = bare.page.evaluate(
        """async () => {
          const days = new Set();
          clock.setDay(0);
          clock.play();
          const start = performance.now();
          while (performance.now() - start < 1500) {
            await new Promise(requestAnimationFrame);
            days.add(clock.day);
          }
          clock.pause();
          return [...days];
        }"""
    )
    assert 2 <= len(stills) <= 5
    assert stills[-1] > 0.0


def test_the_slowest_speed_plays_minutes_and_the_fastest_the_run_in_seconds(bare: Bare) -> None:
    bare.show(SCENARIOS["half-a-leak"])
    speed = bare.page.get_by_role("combobox", name="Speed")
    options = speed.locator("option").all_inner_texts()
    assert options[0] == "slow motion: 1 min each second"
    assert "1×: 2 days each second" in options
    assert options[-1] == "10×: 20 days each second"
    speed.select_option(options[0])
    assert bare.page.evaluate("clock.speed * 1440") == pytest.approx(1.0)
    speed.select_option(options[-1])
    assert bare.page.evaluate("clock.speed") == pytest.approx(20.0)


# ------------------------------------------------------------------ stepping, jumping, scrubbing


def test_buttons_step_from_moment_to_moment_and_jump_from_happening_to_happening(bare: Bare) -> None:
    bare.show(SCENARIOS["half-a-leak"])
    bare.at(0.0)
    frames = bare.page.evaluate("clock.frames")
    bare.button("One moment on").click()
    assert bare.day() == frames[1]
    bare.button("One moment back").click()
    assert bare.day() == frames[0]
    days = [0.0]
    for _ in range(4):
        bare.button("Next happening").click()
        days.append(bare.day())
    assert days == [0.0, 5.0, 10.0, 20.0, 20.0]
    bare.settle()
    assert "Fault ends" in bare.page.locator(".stage-news").inner_text()
    bare.button("Previous happening").click()
    assert bare.day() == 10.0


def test_a_mark_in_a_lane_leads_to_its_day(bare: Bare) -> None:
    bare.show(SCENARIOS["half-a-leak"])
    mark = bare.page.locator(".lane-faults .stage-span").first
    assert mark.get_attribute("aria-label").startswith("Day 5 to 20: Fault begins: tear")
    mark.click(position={"x": 3, "y": 6})
    assert bare.day() == 5.0


def test_the_keyboard_reaches_everything_in_the_order_of_the_screen(bare: Bare) -> None:
    bare.show(SCENARIOS["half-a-leak"])
    names = []
    for _ in range(9):
        bare.page.keyboard.press("Tab")
        names.append(bare.page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.innerText"))
    keys = ["Previous happening", "One moment back", "Play", "One moment on", "Next happening", "Speed"]
    assert names[:7] == ["In words", *keys]
    assert names[7].startswith("Day 0: ")  # one stop for all marks
    assert names[8] == "Time in days"
    bare.page.keyboard.press("Shift+Tab")
    bare.page.keyboard.press("End")
    label = bare.page.evaluate("document.activeElement.getAttribute('aria-label')")
    bare.page.keyboard.press("Enter")
    assert bare.day() > 20.0
    assert label.startswith(f"Day {bare.day():.3g} to ")


def test_keys_on_the_time_slider_go_by_moments_and_by_tenths(bare: Bare) -> None:
    bare.show(SCENARIOS["half-a-leak"])
    slider = bare.page.get_by_role("slider", name="Time in days")
    frames = bare.page.evaluate("clock.frames")
    slider.press("Home")
    assert bare.day() == 0.0
    slider.press("ArrowRight")
    assert bare.day() == frames[1]
    slider.press("ArrowLeft")
    slider.press("PageUp")
    assert bare.day() == pytest.approx(3.0)
    slider.press("End")
    assert bare.day() == 30.0
    slider.press("PageDown")
    assert bare.day() == pytest.approx(27.0)
    bare.settle()
    assert slider.get_attribute("aria-valuetext") == "day 27"


def test_a_changed_run_keeps_the_day_and_goes_on_playing_and_another_story_begins_anew(bare: Bare) -> None:
    bare.show(SCENARIOS["half-a-leak"])
    bare.at(7.0)
    stays = scenario(30, refill(2000), rate(480))
    example = SCENARIOS["half-a-leak"]
    changed = stays.model_copy(update={"title": example.title})
    bare.page.evaluate("clock.setSpeed(clock.speeds[0].speed); clock.play()")
    bare.show(changed)
    assert bare.page.evaluate("clock.playing") is True
    bare.page.evaluate("clock.pause()")
    assert bare.day() == pytest.approx(7.0, abs=0.05)
    bare.show(SCENARIOS["stronger-drug"])
    assert bare.day() == pytest.approx(16.0)
    assert bare.page.evaluate("clock.playing") is False


# ------------------------------------------------------------------ sizes, names, and the page itself


@pytest.mark.parametrize("name", ["zero-too-many", "half-a-leak", "moving-tip"])
def test_on_a_desk_all_fits_into_the_room_it_is_given(bare: Bare, name: str) -> None:
    bare.show(SCENARIOS[name])
    stage = bare.page.locator(STAGE)
    assert stage.evaluate("it => it.scrollHeight <= it.clientHeight + 1 && it.clientHeight <= 300")
    assert bare.page.locator("canvas").evaluate("it => it.clientHeight") >= 130
    sizes = stage.evaluate("it => [...it.querySelectorAll('*')].map(one => parseFloat(getComputedStyle(one).fontSize))")
    assert min(sizes) >= 14.0


def test_on_a_phone_nothing_is_cut_off(bare: Bare) -> None:
    bare.show(SCENARIOS["zero-too-many"], size=(350, 300))
    stage = bare.page.locator(STAGE)
    assert stage.evaluate("it => it.scrollWidth <= it.clientWidth")
    assert stage.evaluate("it => it.scrollHeight <= it.clientHeight + 1")
    assert bare.page.locator("canvas").evaluate("it => it.clientHeight") >= 170


def test_fingers_find_large_buttons(visitor: Callable[..., Visit]) -> None:
    visit = visitor(size=PHONE, has_touch=True, is_mobile=True)
    page = visit.page
    page.goto(f"{visit.address}{SCRIPT_PATH}/{static_version()}/stage.js")
    Bare(page, visit.address).show(SCENARIOS["half-a-leak"], size=(366, 600))
    boxes = page.locator(".stage-buttons button, .stage-speed, .stage-time input").evaluate_all(
        "all => all.map(one => { const { width, height } = one.getBoundingClientRect(); return [width, height]; })"
    )
    assert len(boxes) == 7
    assert all(width >= 44 and height >= 44 for width, height in boxes)


def test_no_old_file_is_asked_for_without_its_version(bare: Bare) -> None:
    bare.show(SCENARIOS["half-a-leak"])
    asked = bare.page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    files = [url for url in asked if "/stage" in url or "/clock" in url]
    assert len(files) >= 12
    assert all(f"/{SCRIPT_PATH}/{static_version()}/" in url for url in files)


def test_on_the_page_it_plays_without_a_word_to_the_server(visitor: Callable[..., Visit]) -> None:
    visit = visitor(has_tour=True)
    page = visit.page
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{visit.address}?{QUERY}={state_link(LinkState(scenario=SCENARIOS['stronger-drug']))}")
    page.wait_for_selector(f"{STAGE}[data-summary]", timeout=30_000)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)  # the page settles
    before = len(sent)
    page.get_by_role("button", name="Play", exact=True).click()
    day = float(page.locator(STAGE).get_attribute("data-day"))
    page.wait_for_function(
        "day => Number(document.querySelector('.pumplab-stage').dataset.day) > day + 3", arg=day, timeout=30_000
    )
    page.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_timeout(500)  # longer than a page waits before it tells the server of a change
    assert len(sent) == before
