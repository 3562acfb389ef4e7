// What all charts have in common, spelled for uPlot: axes, colours of the theme, one cursor for all charts of a page, and
// the brush that sets the time range of everything on it.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import { clock, span } from "../data/format";
import { colour } from "../data/theme";

export const SYNC = "time";
const FONT = "11px system-ui, -apple-system, 'Segoe UI', sans-serif";

export const faded = (name: string, percent: number) => `color-mix(in srgb, ${colour(name)} ${percent}%, transparent)`;

export function axis(more: Partial<uPlot.Axis>): uPlot.Axis {
  return {
    stroke: colour("muted"),
    font: FONT,
    grid: { stroke: colour("grid"), width: 1 },
    ticks: { show: false },
    gap: 6,
    ...more,
  };
}

/** Time of day, or time since the start where runs are laid over each other. */
export function timeAxis(isRelative = false, hasGrid = true): uPlot.Axis {
  return axis({
    ...(hasGrid ? {} : { grid: { show: false } }),
    space: 72,
    size: 26,
    values: (_plot, splits, _axis, _space, step) =>
      splits.map((t) => (isRelative ? span(t) : step >= 60 ? clock(t).slice(0, 5) : clock(t))),
    incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400],
  });
}

export function valueAxis(values: (value: number) => string, more: Partial<uPlot.Axis> = {}): uPlot.Axis {
  return axis({ size: 52, space: 36, values: (_plot, splits) => splits.map((value) => (value === null ? "" : values(value))), ...more });
}

const DECADES = [1, 2, 5];

/** Of a step that leaves three to seven ticks, where the whole axis lies within one decade. */
function evenSplits(min: number, max: number): number[] {
  const power = 10 ** Math.floor(Math.log10((max - min) / 3));
  const step = [5, 2, 1].map((digit) => digit * power).find((one) => (max - min) / one >= 3) ?? power;
  const all: number[] = [];
  for (let at = Math.ceil(min / step - 1e-9); at * step <= max * (1 + 1e-9); at += 1) all.push(at * step);
  return all;
}

/**
 * Ticks of a logarithmic axis at 1, 2, 5 of each decade; 1 only when there are many; even ones where fewer than three are
 * there. The top has one of its own where the last is far below it: it is the edge of the slowest band.
 */
export function logSplits(min: number, max: number): number[] {
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power += 1)
    for (const digit of DECADES) all.push(digit * 10 ** power);
  const inside = all.filter((value) => value >= min && value <= max);
  const few = inside.length > 7 ? inside.filter((value) => Number.isInteger(Math.log10(value))) : inside;
  const ticks = few.length < 3 && max > min ? evenSplits(min, max) : few;
  const last = ticks[ticks.length - 1];
  const share = last === undefined ? 1 : Math.log(max / last) / Math.log(max / min);
  return share > 0.1 ? [...ticks, max] : ticks;
}

/** What a logarithmic axis needs besides; uPlot would blank all labels but those of decades. */
export const logAxis: Partial<uPlot.Axis> = {
  splits: (_plot, _axis, min, max) => logSplits(min, max),
  filter: (_plot, splits) => splits,
};

/** From zero to a little above the largest: nothing is drawn against the frame. */
export const fromZero = (_plot: uPlot, _min: number | null, max: number | null): uPlot.Range.MinMax => [0, max && max > 0 ? max * 1.1 : 1];

export const fromZeroTo =
  (least: number) =>
  (_plot: uPlot, _min: number | null, max: number | null): uPlot.Range.MinMax => [0, Math.max(least, (max ?? 0) * 1.1)];

/** Whole decades or halves of them around what is there. */
export function logRange(_plot: uPlot, min: number | null, max: number | null): uPlot.Range.MinMax {
  if (min === null || max === null || max <= 0) return [1, 1000];
  const low = Math.max(min, max / 100_000, 0.001);
  return [low / 1.3, max * 1.3];
}
