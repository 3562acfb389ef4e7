// Six numbers that answer "how is it going", each with the line it comes from.
import { count, msUnit, percent, rate } from "../data/format";
import type { Endpoint, RunState, Series } from "../data/types";
import { mark, Rounding } from "./endpointColumns";
import { Spark, thin } from "./Spark";

export function Tiles({ total, state, series, isFinal = false }: { total: Endpoint | null; state: RunState; series: Series; isFinal?: boolean }) {
  const share = series.rps.map((value, at) => (value ? (series.fps[at] ?? 0) / value : value === null ? null : 0));
  const now = <Name extends "p50" | "p95" | "p99" | "rps">(name: Name) => {
    const line = series[name];
    return line[line.length - 1] ?? null;
  };
  const time = (value: number | null | undefined) => mark(total, msUnit(value));
  const tiles = [
    { label: "Requests/s", value: rate(isFinal ? total?.total_rps : (total?.rps ?? now("rps"))), of: `${count(total?.requests)} requests`, line: series.rps, colour: "ok" },
    { label: "Failures", value: percent(total?.fail_ratio), of: `${count(total?.failures)} failed`, line: share, colour: "bad", isBad: (total?.failures ?? 0) > 0 },
    { label: "p50", value: time(isFinal ? total?.p50 : now("p50")), of: isFinal ? "whole run" : `whole run ${time(total?.p50)}`, line: series.p50, colour: "p50" },
    { label: "p95", value: time(isFinal ? total?.p95 : now("p95")), of: isFinal ? "whole run" : `whole run ${time(total?.p95)}`, line: series.p95, colour: "p95" },
    { label: "p99", value: time(isFinal ? total?.p99 : now("p99")), of: isFinal ? `max ${msUnit(total?.max)}` : `whole run ${time(total?.p99)}`, line: series.p99, colour: "p99" },
    { label: "Users", value: count(isFinal ? Math.max(0, ...series.users.map((n) => n ?? 0)) : state.users), of: isFinal ? "at the peak" : `of ${count(state.target_users)} wanted`, line: series.users, colour: "users" },
  ];
  return (
    <>
      <ul class="tiles">
        {tiles.map(({ label, value, of, line, colour, isBad }) => (
          <li class={isBad ? "is-bad" : undefined}>
            <span class="label">{label}</span>
            <span class="value">{value}</span>
            <span class="of">{of}</span>
            <Spark values={thin(line.slice(isFinal ? 0 : -120))} colour={colour} width={120} height={28} />
          </li>
        ))}
      </ul>
      <Rounding row={total} />
    </>
  );
}
