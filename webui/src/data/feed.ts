// What a chart draws: the series of one endpoint (-1 for all) over the chosen time range. It is fetched once, then seconds
// are added as they come; with a coarser step the server is asked for the new points, so that a reload shows the same.
import { effect, signal, type Signal, untracked } from "@preact/signals";

import { get } from "./api";
import { append, dropBefore, empty, extend, MOST, stepOf } from "./columns";
import { range } from "./route";
import { era, tick } from "./run";
import type { Heatmap, Series } from "./types";

export interface Feed {
  series: Signal<Series>;
  close(): void;
}

const now = () => tick.peek()?.t ?? Date.now() / 1000;

function bounds(): { from?: number; to?: number } {
  const chosen = range.value;
  if (chosen === null) return {};
  return Array.isArray(chosen) ? { from: chosen[0], to: chosen[1] } : { from: Math.floor(untracked(now) - chosen) };
}

export function follow(endpoint: number): Feed {
  const series = signal<Series>(empty());
  let asked = 0;
  let isAsking = false;

  const fetchAll = async () => {
    const mine = ++asked;
    isAsking = true;
    const answer = await get<Series>("series", { endpoint, ...bounds() }).catch(() => null);
    if (mine === asked) isAsking = false;
    if (answer && mine === asked) series.value = { ...empty(), ...answer };
  };

  const fetchTail = async (from: number, step: number) => {
    if (isAsking) return;
    isAsking = true;
    const mine = asked;
    const answer = await get<Series>("series", { endpoint, from, step }).catch(() => null);
    isAsking = false;
    if (!answer || mine !== asked) return;
    extend(series.value, answer);
    publish();
  };

  const publish = () => {
    const chosen = range.peek();
    if (typeof chosen === "number") dropBefore(series.value, now() - chosen);
    const { t } = series.value;
    // The server has a coarser step for a longer run; while it does not answer, the oldest points go.
    if (t.length > MOST && !isAsking) void fetchAll();
    if (t.length > 2 * MOST) dropBefore(series.value, t[MOST] ?? 0);
    series.value = { ...series.value };
  };

  const stopFetching = effect(() => {
    void era.value;
    void range.value;
    untracked(() => void fetchAll());
  });

  const stopAdding = effect(() => {
    const news = tick.value;
    if (!news || Array.isArray(range.peek())) return;
    untracked(() => {
      const { value } = series;
      const step = stepOf(value);
      const last = value.t[value.t.length - 1];
      if (step <= 1) {
        append(value, news, endpoint);
        publish();
      } else if (last !== undefined && news.t - last >= 2 * step) void fetchTail(last, step);
    });
  });

  return {
    series,
    close() {
      stopFetching();
      stopAdding();
      asked += 1;
    },
  };
}

const HEAT_MS = 5000;

/** The heatmap is asked for every few seconds: its columns are wider than a second anyway. */
export function followHeat(endpoint: number): { heat: Signal<Heatmap | null>; close(): void } {
  const heat = signal<Heatmap | null>(null);
  let fetched = 0;
  const fetchIt = () => {
    fetched = Date.now();
    void get<Heatmap>("heatmap", { endpoint, ...bounds() })
      .then((answer) => {
        heat.value = answer;
      })
      .catch(() => undefined);
  };
  const stops = [
    effect(() => {
      void era.value;
      void range.value;
      untracked(fetchIt);
    }),
    effect(() => {
      if (tick.value && Date.now() - fetched > HEAT_MS && !Array.isArray(range.peek())) untracked(fetchIt);
    }),
  ];
  return { heat, close: () => stops.forEach((stop) => stop()) };
}
