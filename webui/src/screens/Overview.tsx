// How is it going? Limits and the generator first, then six numbers, then curves on one clock, then what is slow and what
// fails. The range chosen here (by brush or `[` and `]`) holds for all charts.
import { computed, signal, useComputed } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

import { GeneratorChart, Throughput, Times } from "../charts/Charts";
import { Heat } from "../charts/Heat";
import { follow, followHeat } from "../data/feed";
import { clock, msUnit, percent, rate } from "../data/format";
import { chosen, endpoint, range, RANGES, type Range } from "../data/route";
import { endpoints, findEndpoint, keyOf, rows, state, total } from "../data/run";
import type { Endpoint } from "../data/types";
import { GeneratorFacts, GeneratorNotice, Verdicts } from "../parts/Health";
import { mark } from "../parts/endpointColumns";
import { Streams } from "../parts/Streams";
import { Tiles } from "../parts/Tiles";

const isLog = signal(false);
const heatOf = signal<string>("");

export const marks = computed(() => state.value?.marks ?? []);

export const nameOf = (one: Range) =>
  one === null ? "Whole run" : Array.isArray(one) ? `${clock(one[0])} – ${clock(one[1])}` : one < 3600 ? `Last ${one / 60} min` : `Last ${one / 3600} h`;

export function RangePicker() {
  return (
    <div class="ranges" role="group" aria-label="Time range">
      {RANGES.map((one) => (
        <button type="button" aria-pressed={range.value === one} onClick={() => (range.value = one)}>
          {nameOf(one).replace("Last ", "")}
        </button>
      ))}
      {Array.isArray(range.value) && (
        <button type="button" aria-pressed="true" onClick={() => (range.value = null)} title="Back to the whole run">
          {nameOf(range.value)} ✕
        </button>
      )}
    </div>
  );
}

export function Overview() {
  const feed = useMemo(() => follow(-1), []);
  useEffect(() => () => feed.close(), []);
  const { value } = state;
  if (!value) return null;
  return (
    <>
      <div class="headline">
        <h1>Overview</h1>
        <RangePicker />
      </div>
      <GeneratorNotice generator={value.generator} />
      <Verdicts verdicts={value.verdicts} />
      <Tiles total={total.value} state={value} series={feed.series.value} />
      <div class="charts">
        <Throughput series={feed.series} marks={marks} />
        <Times series={feed.series} marks={marks} isLog={isLog.value} tools={<LogSwitch />} />
      </div>
      <HeatPart />
      <Streams rows={value.streams} />
      <GeneratorChart series={feed.series} marks={marks} />
      <GeneratorFacts state={value} />
      <div class="charts">
        <Slowest />
        <Events />
      </div>
    </>
  );
}

const LogSwitch = () => (
  <button type="button" class="quiet" aria-pressed={isLog.value} onClick={() => (isLog.value = !isLog.value)}>
    Log
  </button>
);

function HeatPart() {
  const i = useComputed(() => {
    void rows.value;
    return findEndpoint(heatOf.value)?.i ?? -1;
  });
  return <HeatOf key={i.value} i={i.value} />;
}

function HeatOf({ i }: { i: number }) {
  const feed = useMemo(() => follow(i), [i]);
  const map = useMemo(() => followHeat(i), [i]);
  useEffect(
    () => () => {
      feed.close();
      map.close();
    },
    [],
  );
  const picker = (
    <select aria-label="Endpoint of the heatmap" onInput={(event) => (heatOf.value = event.currentTarget.value)}>
      <option value="">All endpoints</option>
      {busiest(50).map((row) => (
        <option value={keyOf(row)} selected={keyOf(row) === heatOf.value}>
          {keyOf(row)}
        </option>
      ))}
    </select>
  );
  return <Heat heat={map.heat} series={feed.series} marks={marks} tools={picker} />;
}

const known = () => {
  void rows.value;
  return endpoints.filter((row): row is Endpoint => !!row && row.requests > 0);
};
const busiest = (most: number) => known().sort((a, b) => b.requests - a.requests).slice(0, most);

function Slowest() {
  const slow = known().sort((a, b) => (b.p95 ?? 0) - (a.p95 ?? 0)).slice(0, 6);
  return (
    <section class="card">
      <h3>Slowest endpoints</h3>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col" class="text">Endpoint</th>
            <th scope="col">req/s</th>
            <th scope="col">Fails</th>
            <th scope="col">p50</th>
            <th scope="col">p95</th>
          </tr>
        </thead>
        <tbody>
          {slow.map((row) => (
            <tr>
              <th scope="row" class="text">
                <button
                  type="button"
                  class="link"
                  onClick={() => {
                    endpoint.value = keyOf(row);
                    chosen.value = "endpoints";
                  }}
                >
                  <span class="method">{row.method}</span> {row.name}
                </button>
              </th>
              <td>{rate(row.rps)}</td>
              <td class={row.failures ? "bad" : undefined}>{percent(row.fail_ratio)}</td>
              <td>{mark(row, msUnit(row.p50))}</td>
              <td>{mark(row, msUnit(row.p95))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {slow.length === 0 && <p class="nothing">No requests yet</p>}
    </section>
  );
}

function Events() {
  const all = [...marks.value].reverse().slice(0, 30);
  return (
    <section class="card">
      <h3>Events</h3>
      <ol class="events" tabIndex={0} aria-label="Events of the run">
        {all.map(({ t, kind, text }) => (
          <li>
            <time>{clock(t)}</time> <span class="kind">{kind.replaceAll("_", " ")}</span> {text}
          </li>
        ))}
      </ol>
      {all.length === 0 && <p class="nothing">Nothing happened yet</p>}
    </section>
  );
}
