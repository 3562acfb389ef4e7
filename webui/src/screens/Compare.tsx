// Two runs side by side: their curves laid over each other from the start on, then every figure with its change and
// whether chance explains it (the same test as `rlocust compare`).
import { computed, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type uPlot from "uplot";

import { Chart } from "../charts/Chart";
import { fromZero, valueAxis } from "../charts/plot";
import { get } from "../data/api";
import { change, count, day, ms, percent, rate } from "../data/format";
import type { Change, Comparison, Run, Series } from "../data/types";

const comparison = signal<Comparison | null>(null);
const told = signal<string | null>(null);
const filter = signal("");
const areAllShown = signal(false);
/** Endpoints shown before all are asked for. */
const FIRST = 50;
const WORDS = { better: "better", worse: "worse", same: "same", "not tested": "not tested" } as const;

export function Compare({ pair, runs, back }: { pair: [string, string]; runs: Run[]; back: () => void }) {
  useEffect(() => {
    comparison.value = null;
    told.value = null;
    filter.value = "";
    areAllShown.value = false;
    get<Comparison>("compare", { a: pair[0], b: pair[1] }).then(
      (answer) => {
        comparison.value = answer;
      },
      (error: Error) => {
        told.value = error.message;
      },
    );
  }, [pair.join()]);
  const title = (id: string) => {
    const run = runs.find((one) => one.id === id);
    return run ? `${day(run.started_at)}${run.note ? ` · ${run.note}` : ""}` : id;
  };
  const { value } = comparison;
  return (
    <>
      <div class="headline">
        <h1>Compare</h1>
        <button type="button" onClick={back}>
          ← Runs
        </button>
        <span>
          <span class="dot is-a" /> A {title(pair[0])}
        </span>
        <span>
          <span class="dot is-b" /> B {title(pair[1])}
        </span>
      </div>
      {told.value && <p class="notice is-red">{told.value}</p>}
      {value?.series && (
        <div class="charts">
          <Overlay title="Throughput" unit="requests/s" a={value.series.a} b={value.series.b} of="rps" format={rate} whole={figureOf(value, "rps")} />
          <Overlay title="p95" unit="ms" a={value.series.a} b={value.series.b} of="p95" format={ms} whole={figureOf(value, "p95")} />
        </div>
      )}
      {value?.rounded?.some(Boolean) && (
        <p class="muted">Percentiles of {["A", "B"].filter((_, at) => value.rounded?.[at]).join(" and ")} are rounded to two digits: in part reported by Locust’s workers</p>
      )}
      {value && <Changes comparison={value} />}
    </>
  );
}

const isAggregated = ({ name, method }: { name: string; method: string }) => name === "Aggregated" && method === "";

/** A figure of all requests of both runs. */
const figureOf = ({ entries }: Comparison, name: string) => entries.find(isAggregated)?.figures.find(({ figure }) => figure === name);

function Overlay({ title, unit, a, b, of, format, whole }: { whole: Change | undefined; title: string; unit: string; a: Series; b: Series; of: "rps" | "p95"; format: (value: number | null | undefined) => string }) {
  const data = useMemo(() => {
    const ts = [...new Set([...a.t, ...b.t].map(Math.round))].sort((one, other) => one - other);
    const column = (series: Series) => {
      const known = new Map(series.t.map((t, at) => [Math.round(t), series[of][at] ?? null]));
      return ts.map((t) => known.get(t) ?? null);
    };
    return computed<uPlot.AlignedData>(() => [ts, column(a), column(b)]);
  }, [a, b, of]);
  return (
    <Chart
      title={title}
      unit={unit}
      data={data}
      isRelative
      whole={[whole?.first, whole?.second]}
      scales={{ y: { range: fromZero } }}
      axes={() => [valueAxis(format)]}
      lines={[
        { label: "A", colour: "p95", format, dash: [6, 3] },
        { label: "B", colour: "accent", format },
      ]}
    />
  );
}

const show = ({ unit }: Change, value: number | null) => (unit === "fraction" ? percent(value) : unit === "1/s" ? rate(value) : ms(value));

function Changes({ comparison: { entries, only_first, only_second } }: { comparison: Comparison }) {
  const figures = entries[0]?.figures.map(({ figure }) => figure) ?? [];
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = entries.filter((entry) => !isAggregated(entry) && words.every((word) => `${entry.method} ${entry.name}`.toLowerCase().includes(word)));
  const shown = [...entries.filter(isAggregated), ...(areAllShown.value ? matching : matching.slice(0, FIRST))];
  return (
    <section class="card">
      <div class="headline">
        <input type="search" class="filter" id="filter" placeholder="Filter ( / )" aria-label="Filter endpoints" value={filter.value} onInput={(event) => (filter.value = event.currentTarget.value)} />
        <span class="muted">
          {count(matching.length)} {matching.length === 1 ? "endpoint" : "endpoints"}
        </span>
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-label="Changes">
        <table class="plain changes">
          <thead>
            <tr>
              <th scope="col" class="text">
                Endpoint
              </th>
              <th scope="col">Requests</th>
              {figures.map((figure) => (
                <th scope="col">{figure}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((entry) => (
              <tr key={`${entry.method} ${entry.name}`}>
                <th scope="row" class="text">
                  <span class="method">{entry.method}</span> {entry.name}
                </th>
                <td>
                  {count(entry.requests[0])}
                  <br />
                  {count(entry.requests[1])}
                </td>
                {entry.figures.map((one) => (
                  <td class={`is-${one.outcome.replace(" ", "-")}`} title={one.lack ?? (one.p === null ? undefined : `p = ${one.p.toPrecision(2)}`)}>
                    {one.outcome !== "not tested" && <b>{change(one.change)} </b>}
                    <span class="outcome">{WORDS[one.outcome]}</span>
                    <br />
                    <span class="muted">
                      {show(one, one.first)} → {show(one, one.second)}
                    </span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!areAllShown.value && matching.length > FIRST && (
        <button type="button" onClick={() => (areAllShown.value = true)}>
          Show all {count(matching.length)}
        </button>
      )}
      {only_first.length > 0 && <p>Gone in B: {only_first.join(", ")}</p>}
      {only_second.length > 0 && <p>New in B: {only_second.join(", ")}</p>}
    </section>
  );
}
