// The charts over time, made of one series each: throughput, response times, the generator. Live page and report use the
// same; what changes is where the series comes from.
import { computed, type Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type uPlot from "uplot";

import { count, ms, rate } from "../data/format";
import type { Mark, Series } from "../data/types";
import { Chart } from "./Chart";
import { fromZero, fromZeroTo, logAxis, logRange, valueAxis } from "./plot";

interface Props {
  series: Signal<Series>;
  marks?: Signal<Mark[]>;
  height?: number;
}

/** Requests/s with the failed ones among them, and users on the right. */
export function Throughput({ series, marks, height, hasUsers = true }: Props & { hasUsers?: boolean }) {
  const data = useMemo(
    () =>
      computed<uPlot.AlignedData>(() => {
        const { t, rps, fps, users } = series.value;
        const columns: uPlot.AlignedData = [t, rps, fps];
        return hasUsers ? [...columns, users] : columns;
      }),
    [series],
  );
  return (
    <Chart
      title="Throughput"
      unit="requests/s"
      data={data}
      marks={marks}
      height={height}
      scales={{ y: { range: fromZero }, users: { range: fromZeroTo(1) } }}
      axes={() => [valueAxis(rate), ...(hasUsers ? [valueAxis(count, { side: 1, scale: "users", grid: { show: false }, size: 44 })] : [])]}
      lines={[
        { label: "all", colour: "ok", format: rate, fill: 14 },
        { label: "failed", colour: "bad", format: rate, fill: 40, dash: [4, 2] },
        ...(hasUsers ? [{ label: "users", colour: "users", format: count, scale: "users", dash: [8, 4], width: 1.5 }] : []),
      ]}
    />
  );
}

export const PERCENTILES = [
  { label: "p50", colour: "p50", format: ms },
  { label: "p95", colour: "p95", format: ms, dash: [8, 3] },
  { label: "p99", colour: "p99", format: ms, dash: [3, 3] },
];

export function Times({ series, marks, height, isLog, tools }: Props & { isLog: boolean; tools?: preact.ComponentChildren }) {
  const data = useMemo(() => computed<uPlot.AlignedData>(() => {
    const { t, p50, p95, p99, max } = series.value;
    return [t, p50, p95, p99, max];
  }), [series]);
  return (
    <Chart
      key={isLog ? "log" : "linear"}
      title="Response times"
      unit="ms"
      data={data}
      marks={marks}
      height={height}
      tools={tools}
      scales={{ y: isLog ? { distr: 3, range: logRange } : { range: fromZero } }}
      axes={() => [valueAxis(ms, isLog ? logAxis : {})]}
      lines={[...PERCENTILES, { label: "max", colour: "muted", format: ms, width: 1, isHidden: true }]}
    />
  );
}

/** Is the generator itself well? Its CPU and how late it was, on the same clock as the results. */
export function GeneratorChart({ series, marks, height = 130 }: Props) {
  const data = useMemo(() => computed<uPlot.AlignedData>(() => {
    const { t, cpu, lag_p99 } = series.value;
    return [t, cpu, lag_p99];
  }), [series]);
  return (
    <Chart
      title="Generator"
      unit="CPU in % of a core, scheduling lag in ms"
      data={data}
      marks={marks}
      height={height}
      scales={{ y: { range: fromZeroTo(100) }, lag: { range: fromZeroTo(5) } }}
      axes={() => [
        valueAxis((value) => `${count(value)} %`),
        valueAxis((value) => `${ms(value)}`, { side: 1, scale: "lag", grid: { show: false }, size: 44 }),
      ]}
      lines={[
        { label: "CPU", colour: "cpu", format: (value) => (value == null ? "–" : `${count(value)} %`), fill: 12 },
        { label: "lag p99", colour: "lag", format: ms, scale: "lag", dash: [5, 3] },
      ]}
    />
  );
}
