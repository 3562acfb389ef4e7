// The report: one file that needs nothing else. It opens with what was asked (did the limits hold, what were the figures,
// under which settings, was the generator well), then the curves, then the tables. Its data are in the block
// `rlocust-data` of the same file, in the shapes of /api/v1, for people's programs, too.
import { computed, signal } from "@preact/signals";
import { render } from "preact";

import { GeneratorChart, Throughput, Times } from "./charts/Charts";
import { Heat } from "./charts/Heat";
import { Distribution, PercentilePlot } from "./charts/Percentiles";
import { empty, NAMES } from "./data/columns";
import { clock, count, day, percent, span } from "./data/format";
import { range } from "./data/route";
import { choose, isDark, keepTheme } from "./data/theme";
import type { Endpoint, ReportData, Series } from "./data/types";
import { Dialog } from "./parts/Dialog";
import { columns, deltas, EndpointFacts, USUAL } from "./parts/endpointColumns";
import { ErrorFacts } from "./parts/ErrorFacts";
import { GeneratorFacts, GeneratorNotice, Verdicts } from "./parts/Health";
import { Classes, TaskShares } from "./parts/Shares";
import { thin } from "./parts/Spark";
import { Streams } from "./parts/Streams";
import { Table } from "./parts/Table";
import { Tiles } from "./parts/Tiles";
import { Workers } from "./parts/Workers";
import "./style/report.css";

const data = JSON.parse(document.getElementById("rlocust-data")?.textContent ?? "null") as ReportData;
const { state, errors, settings, tasks } = data;
const total = data.endpoints.find(({ i }) => i < 0) ?? null;
const endpoints = data.endpoints.filter(({ i }) => i >= 0);
const seriesOf = (i: number): Series => ({ ...empty(), ...data.series[i] });
const whole = seriesOf(-1);

/** What the brush has chosen of a series. */
function cut(series: Series): Series {
  const { value } = range;
  if (!Array.isArray(value)) return series;
  const from = series.t.findIndex((t) => t >= value[0]);
  const until = series.t.findIndex((t) => t > value[1]);
  const part = (column: (number | null)[]) => column.slice(Math.max(0, from), until < 0 ? undefined : until);
  return { ...series, t: part(series.t) as number[], ...Object.fromEntries(NAMES.map((name) => [name, part(series[name])])) };
}

const shown = computed(() => cut(whole));
const marks = signal(state.marks ?? []);
const heat = signal(data.heatmap ?? null);
const isLog = signal(false);
const isPrinting = signal(false);
const opened = signal<Endpoint | null>(null);

const before: Endpoint[] = Array.isArray(data.baseline) ? data.baseline : (data.baseline?.endpoints ?? []);
const since = Array.isArray(data.baseline) ? null : data.baseline?.name;
const earlier = new Map(before.map((row) => [`${row.method} ${row.name}`, row]));
const ALL = columns("Over the run", (i) => thin(data.series[i]?.rps ?? []));
const shownColumns = [...ALL.filter(({ key }) => USUAL.includes(key) && key !== "rps").map((column) => (column.key === "spark" && endpoints.every(({ i }) => !data.series[i]) ? null : column)), ALL.find(({ key }) => key === "total_rps") ?? null].filter((column) => column !== null);
const tableColumns = earlier.size ? [...shownColumns, ...deltas((row) => earlier.get(`${row.method} ${row.name}`))] : shownColumns;

function Header() {
  const seconds = state.started_at && state.stopped_at ? state.stopped_at - state.started_at : null;
  return (
    <header>
      <div>
        <h1>Load test report</h1>
        <p class="muted">
          {[state.locustfile, state.host, day(state.started_at), seconds !== null && `${span(seconds)} long`, state.profile && `profile ${state.profile}`].filter(Boolean).join(" · ")}
        </p>
        {data.lacks && <p class="muted">{data.lacks}</p>}
      </div>
      <div class="tools">
        <button type="button" onClick={() => choose(isDark.value ? "light" : "dark")}>
          {isDark.value ? "Light" : "Dark"}
        </button>{" "}
        <button type="button" onClick={() => print()}>
          Print
        </button>
      </div>
    </header>
  );
}

/** Nested classes one below the other: `samples cut not sent`. Without those of which there is none. */
const flat = (of: Record<string, unknown>, above = ""): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(of).flatMap(([name, value]) => {
      const path = `${above} ${name}`.trim().replace(/ total$/, "");
      if (value !== null && typeof value === "object") return Object.entries(flat(value as Record<string, unknown>, path));
      return value === 0 && above ? [] : [[path, value]];
    }),
  );

/** The answer in one sentence. */
function Outcome() {
  const crossed = state.verdicts.filter(({ holds }) => !holds).length;
  const all = state.verdicts.length;
  const limits = all === 0 ? "No limits were set." : crossed === 0 ? (all === 1 ? "The limit held." : `All ${all} limits held.`) : `${crossed} of ${all} limits crossed.`;
  return (
    <p class={crossed ? "outcome is-bad" : all ? "outcome" : "outcome is-open"}>
      <b>{total?.failures ? `${percent(total.fail_ratio)} of ${count(total.requests)} requests failed.` : `${count(total?.requests)} requests, none failed.`}</b> {limits}
    </p>
  );
}

const List = ({ title, of }: { title: string; of: Record<string, unknown> }) => (
  <div class="card">
    <h3>{title}</h3>
    <table class="plain">
      <tbody>
        {Object.entries(of)
          .filter(([, value]) => value !== null && value !== undefined && value !== "")
          .map(([name, value]) => (
            <tr>
              <th scope="row" class="text">
                {name.replaceAll("_", " ")}
              </th>
              <td class="value">{typeof value === "number" ? count(value) : typeof value === "object" ? JSON.stringify(value) : String(value)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  </div>
);

function Details({ row }: { row: Endpoint }) {
  const series = computed(() => cut(seriesOf(row.i)));
  const histogram = data.histograms?.[row.i];
  return (
    <Dialog title={`${row.method} ${row.name}`} close={() => (opened.value = null)} kind="is-broad">
      <EndpointFacts row={row} />
      {data.series[row.i] ? <Times series={series} marks={marks} isLog={false} height={170} /> : <p class="muted">Of this endpoint only sums were kept.</p>}
      {data.series[row.i] && <Throughput series={series} height={130} hasUsers={false} />}
      {histogram && <PercentilePlot histograms={[{ label: "whole run", colour: "accent", of: histogram }]} height={160} />}
      {histogram && <Distribution of={histogram} />}
    </Dialog>
  );
}

function Report() {
  const log = (
    <button type="button" class="quiet" aria-pressed={isLog.value} onClick={() => (isLog.value = !isLog.value)}>
      Log
    </button>
  );
  const histogram = data.histograms?.[-1];
  return (
    <>
      <Header />
      <Outcome />
      <Verdicts verdicts={state.verdicts} />
      <GeneratorNotice generator={state.generator} />
      <Tiles total={total} state={state} series={whole} isFinal />
      <div class="thirds">
        <List title="Settings" of={settings ?? {}} />
        <List title="Versions and machine" of={{ ...state.versions, ...state.machine }} />
        <List title="What became of the samples" of={flat(state.accounting ?? {})} />
      </div>
      <div class="card">
        <h3>Generator at the end</h3>
        <GeneratorFacts state={state} />
      </div>
      <section>
        <h2>
          Curves{" "}
          {Array.isArray(range.value) && (
            <button type="button" onClick={() => (range.value = null)}>
              {clock(range.value[0])} – {clock(range.value[1])} ✕
            </button>
          )}
        </h2>
        <div class="charts">
          <Throughput series={shown} marks={marks} />
          <Times series={shown} marks={marks} isLog={isLog.value} tools={log} />
        </div>
      </section>
      {data.heatmap && <Heat heat={heat} series={shown} marks={marks} />}
      <GeneratorChart series={shown} marks={marks} />
      {histogram && (
        <div class="charts">
          <PercentilePlot histograms={[{ label: "whole run", colour: "accent", of: histogram }]} />
          <Distribution of={histogram} />
        </div>
      )}
      <section class="card">
        <h2>
          Endpoints <small>{count(endpoints.length)}</small> {since && <small>Δ since {since}</small>}
        </h2>
        <Table<Endpoint>
          label="Endpoints"
          columns={tableColumns}
          rows={endpoints}
          keyOf={({ i }) => i}
          pinned={total}
          sort={{ key: "requests", isDown: true }}
          open={(row) => (opened.value = row)}
          rowClass={(row) => (row.fail_ratio > 0.01 ? "is-failing" : undefined)}
          isWhole={isPrinting.value || endpoints.length <= 100}
        />
      </section>
      <Streams rows={data.streams} />
      {errors.length > 0 && (
        <section class="card">
          <h2>Errors</h2>
          {errors.map((row) => (
            <details class="error" open={isPrinting.value || undefined}>
              <summary>
                <b>{count(row.count)} ×</b> <span class={`kind is-${row.kind}`}>{row.kind}</span> <span>{[row.method, row.name, row.text].filter(Boolean).join(" ")}</span>
              </summary>
              <ErrorFacts row={row} />
            </details>
          ))}
        </section>
      )}
      <div class="charts">
        {tasks && (
          <section class="card">
            <h2>Tasks: share by weight</h2>
            <TaskShares tasks={tasks} />
          </section>
        )}
        {state.classes.length > 0 && (
          <section class="card">
            <h2>Users by class</h2>
            <Classes classes={state.classes} />
          </section>
        )}
      </div>
      {state.workers.length > 0 && (
        <section class="card">
          <h2>Workers</h2>
          <Workers workers={state.workers} />
        </section>
      )}
      {opened.value && <Details key={opened.value.i} row={opened.value} />}
    </>
  );
}

addEventListener("beforeprint", () => {
  isPrinting.value = true;
});
addEventListener("afterprint", () => {
  isPrinting.value = false;
});
keepTheme();
document.title = `Load test report ${day(state.started_at)}`;
render(<Report />, document.getElementById("root") as HTMLElement);
