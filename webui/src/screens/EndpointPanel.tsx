// One endpoint: its curves on the clock of all others, its whole distribution, its errors.
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

import { Throughput, Times } from "../charts/Charts";
import { Distribution, PercentilePlot } from "../charts/Percentiles";
import { get } from "../data/api";
import { follow } from "../data/feed";
import { count } from "../data/format";
import { chosen } from "../data/route";
import type { Endpoint, Failure, Histogram } from "../data/types";
import { EndpointFacts } from "../parts/endpointColumns";
import { marks } from "./Overview";

const REFRESH_MS = 5000;

export function EndpointPanel({ row, close }: { row: Endpoint; close: () => void }) {
  const feed = useMemo(() => follow(row.i), [row.i]);
  const histogram = useSignal<Histogram | null>(null);
  const errors = useSignal<Failure[]>([]);
  useEffect(() => {
    const fetchAll = () => {
      void get<Histogram>("histogram", { endpoint: row.i }).then((answer) => (histogram.value = answer), () => undefined);
      void get<Failure[]>("errors").then((all) => (errors.value = all.filter((one) => one.name === row.name && one.method === row.method)), () => undefined);
    };
    fetchAll();
    const timer = setInterval(fetchAll, REFRESH_MS);
    return () => {
      clearInterval(timer);
      feed.close();
    };
  }, [row.i]);
  return (
    <aside class="card panel" aria-label={`${row.method} ${row.name}`}>
      <header>
        <h2>
          <span class="method">{row.method}</span> {row.name}
        </h2>
        <button type="button" class="quiet" onClick={close} aria-label="Close">
          ✕
        </button>
      </header>
      <EndpointFacts row={row} />
      <Times series={feed.series} marks={marks} isLog={false} height={160} />
      <Throughput series={feed.series} marks={marks} height={130} hasUsers={false} />
      {histogram.value && <PercentilePlot histograms={[{ label: "whole run", colour: "accent", of: histogram.value }]} height={160} />}
      {histogram.value && <Distribution of={histogram.value} />}
      {errors.value.length > 0 && (
        <section>
          <h3>Errors</h3>
          <ul class="plainlist">
            {errors.value.map((one) => (
              <li>
                <b>{count(one.count)} ×</b>{" "}
                <button type="button" class="link" onClick={() => (chosen.value = "errors")}>
                  {one.text}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </aside>
  );
}
