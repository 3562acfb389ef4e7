// The run as the page knows it: its state, its endpoints, how far the news got. One tick a second changes it; whoever shows
// something reads these signals. Rows are kept in place and `rows` counts their changes, so that five thousand of them
// cost no copy a second.
import { batch, computed, signal } from "@preact/signals";

import { ApiError, get } from "./api";
import type { Endpoint, Point, RunState, Tick } from "./types";

export const state = signal<RunState | null>(null);
export const tick = signal<Tick | null>(null);
/** Counts resets: who keeps something of the run's past fetches it anew. */
export const era = signal(0);
export const trouble = signal<string | null>(null);
export const errorCount = signal(0);
export const exceptionCount = signal(0);

export const total = signal<Endpoint | null>(null);
export const endpoints: Endpoint[] = [];
export const rows = signal(0);

const SPARK = 60;
const sparks = new Map<number, number[]>();
export const spark = (i: number): number[] => sparks.get(i) ?? [];

const BUSY = ["spawning", "running", "cleanup", "stopping"];
export const isBusy = computed(() => BUSY.includes(state.value?.state ?? ""));
export const canStop = computed(() => ["spawning", "running"].includes(state.value?.state ?? ""));
export const hasRun = computed(() => state.value?.started_at != null || isBusy.value);

export const elapsed = computed(() => {
  const { value } = state;
  if (!value?.started_at) return null;
  const until = isBusy.value ? (tick.value?.t ?? value.now) : (value.stopped_at ?? value.now);
  return Math.max(0, Math.max(until, isBusy.value ? value.now : 0) - value.started_at);
});

const BLANK: Omit<Endpoint, "i" | "name" | "method"> = {
  requests: 0, failures: 0, fail_ratio: 0, rps: null, fps: null, avg: null, min: null, max: null, median: null, p50: null,
  p75: null, p90: null, p95: null, p99: null, p999: null, size: null, total_rps: null,
};

export async function fetchState(): Promise<void> {
  const fresh = await get<RunState>("state");
  const before = state.value;
  state.value = fresh;
  if (before && before.started_at !== fresh.started_at && fresh.started_at != null) era.value += 1;
}

export async function fetchEndpoints(): Promise<void> {
  const all = await get<Endpoint[]>("endpoints");
  batch(() => {
    endpoints.length = 0;
    total.value = null;
    for (const row of all) {
      if (row.i < 0) total.value = row;
      else endpoints[row.i] = row;
    }
    rows.value += 1;
  });
}

/** After a reset or a new test: everything from the beginning. */
export async function refetch(): Promise<void> {
  sparks.clear();
  try {
    await Promise.all([fetchState(), fetchEndpoints()]);
    trouble.value = null;
    era.value += 1;
  } catch (error) {
    trouble.value = error instanceof ApiError ? error.message : "The server does not answer";
  }
}

function applyPoint(row: Endpoint, point: Point, i: number): void {
  row.rps = point.rps;
  row.fps = point.fps;
  const { sum } = point;
  if (sum) {
    const { requests, failures, avg, min, max, p50, p95, p99, size, rounded } = sum;
    Object.assign(row, { requests, failures, avg, min, max, p50, p95, p99, size, rounded, median: p50 });
    row.fail_ratio = requests ? failures / requests : 0;
  }
  const line = sparks.get(i) ?? [];
  line.push(point.rps ?? 0);
  if (line.length > SPARK) line.shift();
  sparks.set(i, line);
}

const MARKS = 200;

export function apply(news: Tick): void {
  const { value } = state;
  if (!value) return;
  batch(() => {
    for (const { i, name, method } of news.new_endpoints ?? []) endpoints[i] ??= { ...BLANK, i, name, method };
    for (const point of news.endpoints) {
      const row = endpoints[point.i ?? -1];
      if (row) applyPoint(row, point, row.i);
    }
    const whole = { ...(total.value ?? { ...BLANK, i: -1, name: "Aggregated", method: "" }) };
    applyPoint(whole, news.total, -1);
    total.value = whole;
    state.value = {
      ...value,
      now: news.t,
      state: news.state,
      users: news.users,
      target_users: news.target_users,
      generator: news.generator ?? value.generator,
      workers: news.workers ?? value.workers,
      streams: news.streams ?? value.streams,
      classes: news.classes ?? value.classes,
      marks: news.marks?.length ? [...value.marks, ...news.marks].slice(-MARKS) : value.marks,
    };
    if (news.errors_n !== undefined) errorCount.value = news.errors_n;
    if (news.exceptions_n !== undefined) exceptionCount.value = news.exceptions_n;
    rows.value += 1;
    tick.value = news;
  });
}

export const keyOf = (row: { method: string; name: string }) => (row.method ? `${row.method} ${row.name}` : row.name);
export const findEndpoint = (key: string | null) => (key ? endpoints.find((row) => row && keyOf(row) === key) : undefined);
