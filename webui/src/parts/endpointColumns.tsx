// The figures of an endpoint: as columns of a table, from which live page and report choose, and as a list.
import { bytes, change, count, middle, ms, msUnit, percent, rate } from "../data/format";
import type { Endpoint } from "../data/types";
import { Spark } from "./Spark";
import type { Column } from "./Table";

type Key = keyof Endpoint;

const number = (key: Key, title: string, show: (value: number | null | undefined) => string, more: Partial<Column<Endpoint>> = {}): Column<Endpoint> => ({
  key,
  title,
  show: (row) => show(row[key] as number | null),
  by: (row) => (row[key] as number | null) ?? null,
  width: "76px",
  ...more,
});

/** A percentile, marked where it is rounded. */
export const mark = (row: Endpoint | null | undefined, text: string) => (row?.rounded && text !== "–" ? `~${text}` : text);

const time = (key: Key, title: string, more: Partial<Column<Endpoint>> = {}) =>
  number(key, title, ms, { ...more, show: (row) => mark(row, ms(row[key] as number | null)) });

export const Rounding = ({ row }: { row: Endpoint | null }) =>
  row?.rounded ? <p class="muted">~ rounded to two digits: in part reported by Locust’s workers</p> : null;

const NAME = 64;

export const name: Column<Endpoint> = {
  key: "name",
  title: "Endpoint",
  isText: true,
  by: (row) => `${row.name} ${row.method}`,
  show: (row) => (
    <span class="name" title={row.name}>
      {row.method && <span class="method">{row.method}</span>} {middle(row.name, NAME)}
    </span>
  ),
};

const fails: Column<Endpoint> = {
  key: "fail_ratio",
  title: "Fails",
  hint: "Share of failed requests",
  width: "112px",
  by: (row) => row.fail_ratio,
  show: (row) => (
    <span class={row.failures ? "share is-bad" : "share"}>
      <span class="bar" style={{ width: `${Math.min(100, row.fail_ratio * 100)}%` }} />
      {percent(row.fail_ratio)}
    </span>
  ),
};

type LineOf = (i: number) => readonly (number | null)[];

export const columns = (title: string, of: LineOf): Column<Endpoint>[] => [
  name,
  number("requests", "Requests", count, { width: "106px" }),
  number("rps", "req/s", rate, { hint: "Requests per second now" }),
  { key: "spark", title, hint: "Requests per second", width: "104px", isWide: true, show: (row) => <Spark values={of(row.i)} colour="ok" /> },
  fails,
  time("p50", "p50", { hint: "Half of the requests were faster, ms" }),
  time("p75", "p75"),
  time("p90", "p90"),
  time("p95", "p95", { hint: "95 of 100 requests were faster, ms" }),
  time("p99", "p99", { hint: "99 of 100 requests were faster, ms" }),
  time("p999", "p99.9"),
  number("max", "Max", ms, { isWide: true }),
  number("avg", "Avg", ms),
  number("min", "Min", ms),
  number("fps", "fails/s", rate),
  number("failures", "Failures", count),
  number("total_rps", "req/s, all", rate, { hint: "Requests per second over the whole run", width: "88px" }),
  number("size", "Size", bytes, { isWide: true, hint: "Average length of an answer's content", width: "84px" }),
];

export const USUAL = ["name", "requests", "rps", "spark", "fail_ratio", "p50", "p95", "p99", "max", "size"];

/** Where there is little room: on a phone, or beside an open panel. */
export const FEW = ["name", "rps", "fail_ratio", "p50", "p95"];

/** Change of one figure against a baseline, by endpoint. */
export function deltas(of: (row: Endpoint) => Endpoint | undefined): Column<Endpoint>[] {
  return (["p50", "p95", "total_rps"] as const).map((key) => {
    const ratio = (row: Endpoint) => {
      const before = of(row)?.[key];
      const now = row[key];
      return before && now !== null ? now / before - 1 : null;
    };
    return {
      key: `delta-${key}`,
      title: `Δ ${key === "total_rps" ? "req/s" : key}`,
      width: "76px",
      by: ratio,
      show: (row: Endpoint) => {
        const value = ratio(row);
        const isWorse = value !== null && (key === "total_rps" ? value < -0.1 : value > 0.1);
        return <span class={isWorse ? "bad" : undefined}>{change(value)}</span>;
      },
    };
  });
}

export function EndpointFacts({ row }: { row: Endpoint }) {
  const facts: [string, string][] = [
    ["Requests", count(row.requests)],
    ["Failed", `${count(row.failures)} (${percent(row.fail_ratio)})`],
    ...(["p50", "p95", "p99", "p999"] as const).map((key): [string, string] => [key === "p999" ? "p99.9" : key, mark(row, msUnit(row[key]))]),
    ["Average", msUnit(row.avg)],
    ["Min – max", `${msUnit(row.min)} – ${msUnit(row.max)}`],
    ["Size", bytes(row.size)],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
