// A tick as it comes over the wire: the endpoints that changed, figure by figure. The page reads them row by row.
import type { Point, Sum, Tick } from "./types";

const POINT = ["rps", "fps", "p50", "p95", "p99", "max", "avg"] as const;
const SUM = ["requests", "failures", "avg", "min", "max", "p50", "p95", "p99", "size"] as const;

type Columns<Name extends string> = Record<Name, (number | null)[]>;

type Changed = { i: number[]; sum: Columns<(typeof SUM)[number]>; rounded?: number[] } & Columns<(typeof POINT)[number]>;

function row<Name extends string>(columns: Columns<Name>, names: readonly Name[], at: number): Record<Name, number | null> {
  const figures = {} as Record<Name, number | null>;
  for (const name of names) figures[name] = columns[name][at] ?? null;
  return figures;
}

export function tickOf(data: string): Tick {
  const told = JSON.parse(data) as Omit<Tick, "endpoints"> & { endpoints: Changed };
  const { endpoints } = told;
  const rounded = new Set(endpoints.rounded);
  const points = endpoints.i.map((i, at): Point => {
    const sum = { ...row(endpoints.sum, SUM, at), rounded: rounded.has(i) } as Sum;
    return { i, ...row(endpoints, POINT, at), sum };
  });
  return { ...told, endpoints: points };
}
