// The one clock of the page: which day of the run is looked at, and whether it runs on by itself.
//
//   clock.day, clock.duration      days since the start of the run; how long the run is
//   clock.playing, clock.speed     whether it plays; days of the run in a second
//   clock.speeds                   [{ speed, factor }], slow first; factor 1 is the usual speed, null has none
//   clock.happenings, clock.frames days worth jumping to; days of the moments that were sent; both rise
//   clock.setDay(day)              look at that day, from 0 to the end
//   clock.play(), clock.pause()    play from the start if the end is reached
//   clock.setSpeed(speed)          one of clock.speeds
//   clock.step(n)                  n moments on, or back where n is negative; pauses
//   clock.jump(1), clock.jump(-1)  to the next, the last happening; pauses
//   clock.setRun({ duration, happenings, frames })   a run arrives: day, playing and factor stay as far as they can
//   clock.subscribe(fn)            fn(clock) after a change, at most once for a frame of the screen; gives back how to stop
//
// It never plays unasked (a run that somebody asked to see plays at once), stops in a hidden tab, and where the viewer wants little motion it shows a few stills a second.

/** @import { Clock, Speed } from "./types" */

const RUN_SECONDS = 20; // about how long the whole run plays at the usual speed
const FACTORS = [0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10];
const [MINUTE, HOUR, DAY] = [1 / 1440, 1 / 24, 1]; // days
const NICE = [
  // speeds that can be said in a few words, days in a second
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 3, 4, 5, 7, 10, 14, 20, 30, 60, 90, 180, 365].map((n) => n * DAY),
];
const STILL_MS = 400; // between stills
const LONGEST_MS = 250; // a longer gap between frames of the screen is not played

/**
 * Speeds for a run of so many days: the usual one plays it in about RUN_SECONDS.
 * @param {number} duration
 */
export function speedsFor(duration) {
  const wanted = duration / RUN_SECONDS;
  /** @param {number} speed */
  const apart = (speed) => Math.abs(Math.log(speed / wanted));
  const usual = NICE.reduce((best, speed) => (apart(speed) < apart(best) ? speed : best));
  /** @type {Speed[]} */
  const speeds = FACTORS.map((factor) => ({ speed: usual * factor, factor }));
  const fit = speeds.filter(({ speed, factor }) => (factor !== null && factor >= 1) || speed > 1.5 * MINUTE);
  return usual > MINUTE ? [{ speed: MINUTE, factor: null }, ...fit] : fit;
}

/**
 * Place of the first number above `value` in a rising list, or its length.
 * @param {number[]} list
 * @param {number} value
 */
const above = (list, value) => {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
};

function make() {
  /** @type {Set<(clock: Clock) => void>} */
  const listeners = new Set();
  const stills = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");
  let waiting = 0;
  let ticking = 0;
  /** @type {number | null} */
  let last = null;

  const tell = () => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      for (const listener of [...listeners]) listener(clock);
    });
  };
  /** @param {number} day */
  const place = (day) => Math.min(Math.max(day, 0), clock.duration);
  /** @param {number} now */
  const tick = (now) => {
    ticking = clock.playing ? requestAnimationFrame(tick) : 0;
    if (!clock.playing) return;
    last ??= now;
    const gap = now - last;
    if (clock.isStill && gap < STILL_MS) return;
    last = now;
    if (gap <= 0) return;
    clock.day = place(clock.day + (clock.speed * Math.min(gap, clock.isStill ? STILL_MS : LONGEST_MS)) / 1000);
    if (clock.day >= clock.duration) clock.playing = false;
    tell();
  };

  /** @type {Clock} */
  const clock = {
    day: 0,
    duration: 0,
    playing: false,
    speed: 1,
    speeds: [],
    happenings: [],
    frames: [],

    // whether stills are wanted rather than motion
    get isStill() {
      return stills?.matches ?? false;
    },
    setDay(day) {
      if (!Number.isFinite(day) || place(day) === clock.day) return;
      clock.day = place(day);
      tell();
    },
    play() {
      if (clock.playing || !(clock.duration > 0)) return;
      if (clock.day >= clock.duration) clock.day = 0;
      clock.playing = true;
      last = null;
      ticking ||= requestAnimationFrame(tick);
      tell();
    },
    pause() {
      if (!clock.playing) return;
      clock.playing = false;
      tell();
    },
    setSpeed(speed) {
      clock.speed = speed;
      tell();
    },
    step(n) {
      clock.pause();
      const { frames, day } = clock;
      const near = 1e-9 * clock.duration;
      const next = n > 0 ? above(frames, day + near) + n - 1 : above(frames, day - near) + n;
      if (frames.length) clock.setDay(frames[Math.min(Math.max(next, 0), frames.length - 1)]);
    },
    jump(direction) {
      clock.pause();
      const { happenings, day } = clock;
      const near = 1e-9 * clock.duration;
      const next = direction > 0 ? above(happenings, day + near) : above(happenings, day - near) - 1;
      if (next >= 0 && next < happenings.length) clock.setDay(happenings[next]);
    },
    setRun({ duration, happenings, frames }) {
      const factor = clock.speeds.find(({ speed }) => speed === clock.speed)?.factor;
      const speeds = speedsFor(duration);
      const ofFactor = (/** @type {number | undefined} */ wanted) => speeds.find((choice) => choice.factor === wanted);
      const { speed } = (factor === null ? speeds[0] : ofFactor(factor)) ?? ofFactor(1) ?? speeds[0];
      Object.assign(clock, {
        duration,
        frames,
        speeds,
        speed,
        happenings: [...new Set(happenings)].sort((a, b) => a - b),
      });
      clock.day = place(clock.day);
      tell();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  globalThis.document?.addEventListener?.("visibilitychange", () => {
    if (document.hidden) clock.pause();
  });
  return clock;
}

export const clock = make();
