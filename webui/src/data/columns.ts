// A time series as columns of equal length, never longer than MOST: what a chart draws. The server chooses the step, so
// the curve is the same before and after a reload; seconds are added while the step is one second.
import type { Series, Tick } from "./types";

export const MOST = 2000;

export const NAMES = ["users", "target_users", "rps", "fps", "p50", "p95", "p99", "max", "avg", "lag_p99", "cpu"] as const;
export type Name = (typeof NAMES)[number];

export const empty = (): Series => ({
  step: 1, t: [], users: [], target_users: [], rps: [], fps: [], p50: [], p95: [], p99: [], max: [], avg: [], lag_p99: [], cpu: [],
});

export function stepOf(series: Series): number {
  if (series.step) return series.step;
  const { t } = series;
  return t.length > 1 ? Math.max(1, Math.round(((t[t.length - 1] ?? 0) - (t[0] ?? 0)) / (t.length - 1))) : 1;
}

const worst = (tick: Tick) => {
  const lag = tick.generator?.lag;
  const all = [lag?.wake_p99_ms, lag?.submit_p99_ms, lag?.resume_p99_ms].filter((value) => value != null);
  return all.length ? Math.max(...all) : null;
};

/** One second more; `i` says of which endpoint, -1 for the whole. */
export function append(series: Series, tick: Tick, i: number): void {
  const last = series.t[series.t.length - 1];
  if (last !== undefined && tick.t <= last) return;
  const point = i < 0 ? tick.total : tick.endpoints.find((one) => one.i === i);
  series.t.push(tick.t);
  series.users.push(tick.users);
  series.target_users.push(tick.target_users);
  for (const name of ["rps", "fps"] as const) series[name].push(point ? point[name] : 0);
  for (const name of ["p50", "p95", "p99", "max", "avg"] as const) series[name].push(point ? point[name] : null);
  series.lag_p99.push(worst(tick));
  series.cpu.push(tick.generator?.cpu_percent ?? null);
}

/** Points behind `last` of a later answer. */
export function extend(series: Series, more: Series): void {
  const last = series.t[series.t.length - 1] ?? -Infinity;
  const from = more.t.findIndex((t) => t > last);
  if (from < 0) return;
  series.t.push(...more.t.slice(from));
  for (const name of NAMES) series[name].push(...more[name].slice(from));
}

export function dropBefore(series: Series, from: number): void {
  const at = series.t.findIndex((t) => t >= from);
  const gone = at < 0 ? series.t.length : at;
  if (gone === 0) return;
  series.t.splice(0, gone);
  for (const name of NAMES) series[name].splice(0, gone);
}
