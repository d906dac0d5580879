// Shapes of what Python sends and of what the scripts hand to one another; nothing here runs.

import type { buildBody } from "./stage_body.js";
import type { look } from "./stage_look.js";
import type { momentAt } from "./stage_packet.js";
import type { layout } from "./stage_places.js";
import type { buildPlayer } from "./stage_player.js";
import type { measure } from "./stage_line.js";

/** What the framework hands to a component at each change. */
export interface Component<Data = any> {
  data: Data;
  parentElement: HTMLElement;
  setStateValue(name: string, value: unknown): void;
  setTriggerValue(name: string, value: unknown): void;
}

/** Words by their key; `{name}` in them is filled. */
export type Words = Record<string, string>;

/** Numbers in a row, however many bytes each has. */
export interface Numbers extends Iterable<number> {
  readonly length: number;
  readonly [place: number]: number;
  at(place: number): number | undefined;
}

// ---------------------------------------------------------------- the clock

export interface Speed {
  speed: number;
  factor: number | null;
}

export interface Run {
  duration: number;
  happenings: number[];
  frames: number[];
}

export interface Clock extends Run {
  day: number;
  playing: boolean;
  speed: number;
  speeds: Speed[];
  readonly isStill: boolean;
  setDay(day: number): void;
  play(): void;
  pause(): void;
  setSpeed(speed: number): void;
  step(n: number): void;
  jump(direction: number): void;
  setRun(run: Run): void;
  subscribe(listener: (clock: Clock) => void): () => void;
}

// ---------------------------------------------------------------- the stage

export type Side = "too_much" | "too_little";
export type Band = [low: number, high: number];
export type IndexName = "effect_index" | "excess_index" | "withdrawal_index";
export type Tip = [fromDay: number, level: string, cm: number, space: string];
export type Span = [from: number, to: number | null, text: string, more?: string];
export type Lane = [name: string, spans: Span[]];

export interface Header {
  story: string;
  duration_day: number;
  capacity_ml: number;
  alarm_ml: number;
  unpumpable_ml: number;
  path_ml: number;
  catheter_ml: number;
  peak_mcg_ml: number;
  csf_peak_mcg_ml: number;
  top_mcg_day: number;
  tips: Tip[];
  canal_cm: number;
  levels: [name: string, cm: number][];
  drug: string;
  leak_ml: number[];
  happenings: [day: number, text: string][];
  lanes: Lane[];
  lamps: [name: string, spans: Span[]][];
  indices: [array: IndexName, name: string, band: Band | null, grades: [low: number, word: string][]][];
  emergencies: [side: Side, isDistress: boolean, from: number, to: number | null][];
  units: { amount: [number, string]; flow: [number, string]; time: [number, string, string] };
  words: Words;
  block_ml?: number;
  mechanism?: string;
  is_filled?: boolean;
  visits?: [day: number, kind: string][];
  focus_day?: number | null;
  is_playing?: boolean;
  second_tip_cm?: number;
}

export interface Arrays extends Partial<Record<IndexName, Numbers>> {
  day: Numbers;
  believed_ml: Numbers;
  true_ml: Numbers;
  believed_mcg_day: Numbers;
  tip_mcg_day: Numbers;
  tip_ml_day: Numbers;
  leak_ml_day: Numbers;
  plug_start: Numbers;
  plug_ml: Numbers;
  plug_mcg_ml: Numbers;
  csf_mcg_ml: Numbers;
  blocked_frac: Numbers;
  lost_mcg: Numbers;
  tissue_mcg: Numbers;
  reservoir_mcg_ml?: Numbers;
  rotor_ml_day?: Numbers;
  second_ml_day?: Numbers;
  alarm_ml?: Numbers;
  port_ml_day?: Numbers;
}

/** A packet as it was sent, n moments and the levels of the canal. */
export interface Sent {
  header: Header;
  arrays: Arrays;
  n: number;
  levels: number;
}

/** What is asked of a packet again and again. */
export interface Packet extends Sent {
  leakFlow(leak: number, i: number): number;
  lossFlow(i: number): number;
  pumpedFlow: Float64Array;
  rotorFlow: Numbers;
  turnedMl: Float64Array;
  lostMl: Float64Array;
  topTissue: number;
  topLost: number;
  leastMcg: number;
  frames: number[];
  starts: number[];
  stretchOf: Uint32Array;
}

export interface Plug {
  ml: number;
  mcgMl: number;
}

export interface Leak {
  ml: number;
  flow: number;
}

export interface Flows {
  leaks: Leak[];
  secondFlow: number;
  tipFlow: number;
  pathMl: number;
  entersMcgMl: number;
  csfMcgMl: number;
}

export type Moment = ReturnType<typeof momentAt>;
export type Places = ReturnType<typeof layout>;
export type Look = ReturnType<typeof look>;
export type Ramp = Look["line"];
export type Line = ReturnType<typeof measure>;
export type Body = ReturnType<typeof buildBody>;
export type Player = ReturnType<typeof buildPlayer>;
export type Rgb = [red: number, green: number, blue: number];
export type Point = [x: number, y: number];
export type Stretch = [from: number, to: number];

/** A place on the line, and which way the line runs there. */
export interface Spot {
  x: number;
  y: number;
  angle: number;
}

/** Everything that a part of the picture needs to draw itself. */
/** Left, top, right, bottom. */
export type Box = [number, number, number, number];

export interface Scene {
  pen: CanvasRenderingContext2D;
  packet: Packet;
  moment: Moment;
  places: Places;
  look: Look;
  taken: Box[]; // by words and drops
  puddle?: { left: number; right: number };
}

// ---------------------------------------------------------------- charts

export interface Trace {
  x?: ArrayLike<number>;
  y?: ArrayLike<number>;
  name?: string;
  line?: { shape?: string; dash?: string };
  [key: string]: unknown;
}

export interface Layout {
  margin?: { t?: number; b?: number };
  meta?: { per_day?: number; duration_day?: number };
  xaxis?: { title?: { text?: string } };
  font?: object;
  annotations?: object[];
  [key: string]: unknown;
}

export interface Figure {
  data: Trace[];
  layout: Layout;
}

export interface ChartHeader {
  figure: Figure;
  words: string;
  title: string;
  height: number;
  has_cursor: boolean;
  banner: string;
  save: string;
  moment: string;
  library: string;
  by_ground?: [light: string, dark: string][];
}

/** An axis as the chart library has laid it out. */
export interface Axis {
  _offset: number;
  _length: number;
  d2p(value: number): number;
  p2d(pixels: number): number;
}

/** An element in which the chart library has drawn. */
export interface Host extends HTMLElement {
  data?: Trace[];
  layout?: Layout;
  _fullLayout?: { xaxis?: Axis; yaxis?: Axis; width?: number; _size?: { t: number } };
  on?(name: string, hear: () => void): void;
}

/** The chart library, as far as it is used. */
export interface Library {
  react(host: Host, data: Trace[], layout: Layout, config: object): Promise<unknown>;
  relayout(host: Host, changes: object): Promise<unknown>;
  redraw(host: Host): Promise<unknown>;
  restyle(host: Host, changes: object, places: number[]): Promise<unknown>;
  toImage(figure: Figure, settings: object): Promise<string>;
  purge(host: Host): void;
}

declare global {
  interface Window {
    Plotly?: Library;
  }
}
