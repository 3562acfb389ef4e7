// Latency heatmap: time across, response time up (logarithmic), the stronger the colour the more requests; the percentiles run over it.
// One look tells two peaks from one broad one, which no percentile line does.
import { computed, type Signal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useMemo, useRef } from "preact/hooks";
import uPlot from "uplot";

import { ms } from "../data/format";
import { colour } from "../data/theme";
import type { Heatmap, Mark, Series } from "../data/types";
import { Chart } from "./Chart";
import { PERCENTILES } from "./Charts";
import { logAxis, valueAxis } from "./plot";

interface Props {
  heat: Signal<Heatmap | null>;
  series: Signal<Series>;
  marks?: Signal<Mark[]>;
  tools?: ComponentChildren;
  height?: number;
}

const SHADES = 12;

function shades(): string[] {
  const hot = colour("heat");
  return Array.from({ length: SHADES }, (_, at) => `color-mix(in oklab, ${hot} ${Math.round(8 + (92 * at) / (SHADES - 1))}%, transparent)`);
}

/** Rows that hold anything, so that the axis shows what there is. */
function filled(map: Heatmap): [number, number] {
  let low = map.edges_ms.length - 1;
  let high = 0;
  for (const column of map.counts)
    column.forEach((n, row) => {
      if (n === 0) return;
      low = Math.min(low, row);
      high = Math.max(high, row + 1);
    });
  return low < high ? [low, high] : [0, map.edges_ms.length - 1];
}

function draw(plot: uPlot, map: Heatmap): void {
  const { ctx, bbox } = plot;
  const most = Math.max(1, ...map.counts.map((column) => Math.max(0, ...column)));
  const palette = shades();
  const ys = map.edges_ms.map((edge) => Math.round(plot.valToPos(Math.max(edge, 0.001), "y", true)));
  const step = (map.t[1] ?? (map.t[0] ?? 0) + 1) - (map.t[0] ?? 0);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  map.counts.forEach((column, at) => {
    const t = map.t[at] ?? 0;
    const left = Math.round(plot.valToPos(t, "x", true));
    const right = Math.round(plot.valToPos(t + step, "x", true));
    column.forEach((n, row) => {
      if (n === 0) return;
      const shade = Math.min(SHADES - 1, Math.floor((Math.log1p(n) / Math.log1p(most)) * SHADES));
      const bottom = ys[row] ?? 0;
      const top = ys[row + 1] ?? bottom - 1;
      ctx.fillStyle = palette[shade] ?? "";
      ctx.fillRect(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
    });
  });
  ctx.restore();
}

export function Heat({ heat, series, marks, tools, height = 260 }: Props) {
  const plot = useRef<uPlot | null>(null);
  const data = useMemo(() => computed<uPlot.AlignedData>(() => {
    const { t, p50, p95, p99 } = series.value;
    return [t, p50, p95, p99];
  }), [series]);
  useSignalEffect(() => {
    if (heat.value) plot.current?.redraw(true, true);
  });
  const rangeY = (): uPlot.Range.MinMax => {
    const map = heat.peek();
    if (!map || map.edges_ms.length < 2) return [1, 1000];
    const [low, high] = filled(map);
    return [Math.max(0.01, map.edges_ms[low] ?? 1), map.edges_ms[high] ?? 1000];
  };
  return (
    <Chart
      title="Latency heatmap"
      hasGrid={false}
      unit="ms, stronger = more requests"
      data={data}
      marks={marks}
      tools={tools}
      height={height}
      scales={{ y: { distr: 3, range: rangeY } }}
      axes={() => [valueAxis(ms, { ...logAxis, grid: { show: false } })]}
      lines={PERCENTILES.map((line) => ({ ...line, width: 1.5 }))}
      behind={(self) => {
        plot.current = self;
        const map = heat.peek();
        if (map?.t.length) draw(self, map);
      }}
    />
  );
}
