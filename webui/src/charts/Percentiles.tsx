// The whole distribution of one endpoint: response time by percentile, each nine as wide as the one before, and how many
// requests took how long.
import { type Signal, signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type uPlot from "uplot";

import { count, ms, msUnit } from "../data/format";
import type { Histogram } from "../data/types";
import { Chart, type Line } from "./Chart";
import { axis, logAxis, logRange, valueAxis } from "./plot";

const NINES = [2, 4, 10, 20, 100, 1000, 10_000, 100_000, 1_000_000];

/** 10 → "90 %": x counts the requests of which one is slower. */
const percentOf = (x: number) => {
  const q = 100 * (1 - 1 / x);
  return x <= 100 ? `${Math.round(q)} %` : `${q.toFixed(Math.round(Math.log10(x)) - 2)} %`;
};

export function PercentilePlot({ histograms, height = 200 }: { histograms: { label: string; colour: string; of: Histogram; dash?: number[] }[]; height?: number }) {
  const data = useMemo(() => {
    const xs = [...new Set(histograms.flatMap(({ of }) => of.quantiles.filter(([q]) => q < 1).map(([q]) => 1 / (1 - q))))].sort((a, b) => a - b);
    const columns = histograms.map(({ of }) => {
      const known = new Map(of.quantiles.filter(([q]) => q < 1).map(([q, value]) => [1 / (1 - q), value]));
      return xs.map((x) => known.get(x) ?? null);
    });
    return signal<uPlot.AlignedData>([xs, ...columns]) as Signal<uPlot.AlignedData>;
  }, [histograms]);
  const lines: Line[] = histograms.map(({ label, colour, dash }) => ({ label, colour, dash, format: ms }));
  return (
    <Chart
      title="Percentiles"
      unit="ms"
      data={data}
      lines={lines}
      height={height}
      xScale={{ time: false, distr: 3 }}
      xAxis={() => axis({ size: 26, space: 48, filter: logAxis.filter, splits: (_plot, _axis, min, max) => NINES.filter((x) => x >= min && x <= max), values: (_plot, splits) => splits.map(percentOf) })}
      xFormat={(x) => percentOf(x)}
      xName="Percentile"
      scales={{ y: { distr: 3, range: logRange } }}
      axes={() => [valueAxis(ms, logAxis)]}
    />
  );
}

/** Bars by response time; buckets are widened until they fit. */
export function Distribution({ of }: { of: Histogram }) {
  const rows = merged(of.distribution, 14);
  const most = Math.max(1, ...rows.map(([, , n]) => n));
  const all = rows.reduce((sum, [, , n]) => sum + n, 0);
  return (
    <figure class="chart">
      <figcaption>
        <h3>Distribution</h3>
      </figcaption>
      <table class="bars">
        <thead class="hidden">
          <tr>
            <th scope="col">Response time</th>
            <th scope="col">Share</th>
            <th scope="col">Requests</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([low, high, n]) => (
            <tr>
              <th scope="row">
                {ms(low) === ms(high) ? msUnit(high) : `${ms(low)}–${msUnit(high)}`}
              </th>
              <td>
                <span class="bar" style={{ width: `${(100 * n) / most}%` }} />
              </td>
              <td title={`${((100 * n) / Math.max(1, all)).toFixed(2)} %`}>{count(n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function merged(rows: Histogram["distribution"], most: number): Histogram["distribution"] {
  const by = Math.ceil(rows.length / most);
  if (by <= 1) return rows;
  const wide: Histogram["distribution"] = [];
  for (let at = 0; at < rows.length; at += by) {
    const part = rows.slice(at, at + by);
    wide.push([part[0]?.[0] ?? 0, part[part.length - 1]?.[1] ?? 0, part.reduce((sum, [, , n]) => sum + n, 0)]);
  }
  return wide;
}
