// Colours and font of the picture, as the page shows them now, in light and dark.

/** @import { Rgb } from "./types" */

const OKABE_ITO = { blue: "#0072B2", vermilion: "#D55E00", green: "#009E73", purple: "#CC79A7", sky: "#56B4E9" };
const TRUTH = { light: OKABE_ITO.blue, dark: OKABE_ITO.sky }; // solid everywhere
export const BELIEF = OKABE_ITO.purple; // dashed everywhere
export const LOST = OKABE_ITO.vermilion;
// harm in each direction, and an effect beyond what was meant: never the colour of the truth
const HARM = {
  light: { tooMuch: "#b3261e", tooLittle: "#a2578f", over: "#8a5d00" },
  dark: { tooMuch: "#ff7468", tooLittle: "#d38cc0", over: "#e69f00" },
};
const RAMPS = {
  line: { light: ["#BFE1F5", "#56B4E9", "#0072B2", "#00456E"], dark: ["#06304A", "#005A8E", "#2B8FCC", "#84CCF4"] },
  canal: { light: ["#A8E0CE", "#3DBD98", "#008361", "#00382A"], dark: ["#04382B", "#00694C", "#1FA57F", "#86E0C4"] },
};

/** @type {CanvasRenderingContext2D | null} */
let palette = null;
/** @type {Map<string, Rgb>} */
const known = new Map();

/**
 * Red, green and blue of any colour the page can name.
 * @param {string} colour
 * @returns {Rgb}
 */
function rgb(colour) {
  palette ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const before = known.get(colour);
  if (before || !palette) return before ?? [0, 0, 0];
  palette.fillStyle = colour;
  palette.fillRect(0, 0, 1, 1);
  const [red, green, blue] = palette.getImageData(0, 0, 1, 1).data;
  known.set(colour, [red, green, blue]);
  return [red, green, blue];
}

/** @param {number[]} colour */
export const lightness = ([r, g, b]) => (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;

/**
 * Colours and font as the page shows them now; a ramp starts at the plain background, which means no drug.
 * @param {Element} element
 */
export function look(element) {
  const style = getComputedStyle(element);
  /**
   * @param {string} name
   * @param {string} fallback
   */
  const theme = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  // forced colours show in what the browser computes alone, and only there a stage has a ground of its own
  const isForced = matchMedia("(forced-colors: active)").matches;
  const background = rgb(isForced ? style.backgroundColor : theme("--st-background-color", "#ffffff"));
  const mode = lightness(background) < 0.5 ? "dark" : "light";
  const text = rgb(isForced ? style.color : theme("--st-text-color", mode === "dark" ? "#ffffff" : "#000000"));
  /** @param {number} part */
  const mix = (part) => `rgb(${text.map((t, k) => Math.round(t * part + background[k] * (1 - part)))})`;
  /** @param {keyof typeof RAMPS} name */
  const ramp = (name) => {
    const stops = [background, ...RAMPS[name][mode].map(rgb)];
    /** @param {number} share */
    const colour = (share) => {
      const place = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
      const k = Math.min(Math.floor(place), stops.length - 2);
      return stops[k].map((low, c) => Math.round(low + (stops[k + 1][c] - low) * (place - k)));
    };
    return Object.assign(colour, { stops });
  };
  return {
    mode,
    truth: TRUTH[mode],
    harm: HARM[mode],
    font: theme("--st-font", "sans-serif"),
    background: `rgb(${background})`,
    text: mix(1),
    quiet: mix(0.72),
    wall: mix(0.55),
    faint: mix(0.16),
    line: ramp("line"),
    canal: ramp("canal"),
  };
}
