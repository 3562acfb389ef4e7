// What was before: the runs that --history keeps, this process's and earlier ones; two of them side by side.
import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { ApiError, get, send } from "../data/api";
import { count, day, ms, percent, rate, span } from "../data/format";
import { compared } from "../data/route";
import { era } from "../data/run";
import type { Run } from "../data/types";
import { type Column, Table } from "../parts/Table";
import { Compare } from "./Compare";

const runs = signal<Run[]>([]);
const ticked = signal<string[]>([]);
const filter = signal("");
const nothing = signal("No run yet");
/** What the last order was refused for. */
const told = signal("");

const ask = async (method: "PATCH" | "DELETE", path: string, body?: unknown) => {
  const receipt = await send(method, path, body);
  told.value = receipt.success ? "" : receipt.message;
};

const fetchRuns = () =>
  get<Run[]>("runs").then(
    (all) => {
      runs.value = all;
      nothing.value = "No run yet";
    },
    (error: Error) => {
      nothing.value = error instanceof ApiError && error.status === 404 ? "No run is kept: start rlocust with --history FOLDER" : error.message;
    },
  );

const toggle = (id: string) => {
  ticked.value = ticked.value.includes(id) ? ticked.value.filter((one) => one !== id) : [...ticked.value, id];
};

/** Whether all words stand in what a row says about the run; those ticked stay in sight. */
const isShown = (run: Run, words: string[]) => {
  const text = [run.started_at && day(run.started_at), run.id, run.state && WORDS[run.state], run.note, textOf(run)].join(" ").toLowerCase();
  return ticked.value.includes(run.id) || words.every((word) => text.includes(word));
};

const WORDS = { current: "now", complete: "", cut: "cut off", unread: "not read" } as const;
const isLacking = ({ state }: Run) => state === "cut" || state === "unread";

const COLUMNS: Column<Run>[] = [
  {
    key: "tick",
    title: "Run",
    isText: true,
    width: "182px",
    by: (run) => run.started_at,
    show: (run) => (
      <label class="line">
        <input type="checkbox" checked={ticked.value.includes(run.id)} onInput={() => toggle(run.id)} /> {run.started_at ? day(run.started_at) : run.id}
      </label>
    ),
  },
  { key: "state", title: "", isText: true, width: "64px", isWide: true, show: (run) => <span class={isLacking(run) ? "bad" : "muted"} title={run.lacks ?? undefined}>{WORDS[run.state ?? "complete"]}</span> },
  { key: "duration", title: "Length", width: "80px", by: (run) => run.duration_s, show: (run) => span(run.duration_s) },
  { key: "users", title: "Users", width: "64px", isWide: true, by: (run) => run.users, show: (run) => count(run.users) },
  { key: "requests", title: "Requests", width: "92px", isWide: true, by: (run) => run.requests, show: (run) => count(run.requests) },
  { key: "rps", title: "req/s", width: "66px", by: (run) => run.rps, show: (run) => rate(run.rps) },
  { key: "fail", title: "Fails", width: "72px", by: (run) => run.fail_ratio, show: (run) => <span class={run.fail_ratio ? "bad" : undefined}>{percent(run.fail_ratio)}</span> },
  { key: "p95", title: "p95", width: "64px", by: (run) => run.p95, show: (run) => ms(run.p95) },
  {
    key: "note",
    title: "Note and labels",
    isText: true,
    isWide: true,
    show: (run) => (
      <div class="notes">
        <Note run={run} />
        <Labels run={run} />
      </div>
    ),
  },
  { key: "more", title: "", width: "210px", isWide: true, show: (run) => <RunTools run={run} /> },
];

function Note({ run }: { run: Run }) {
  return (
    <input
      class="note-field"
      aria-label="Note"
      placeholder="add a note"
      maxLength={2000}
      value={run.note ?? ""}
      onChange={(event) => {
        run.note = event.currentTarget.value;
        void ask("PATCH", `api/v1/runs/${encodeURIComponent(run.id)}`, { note: run.note });
      }}
    />
  );
}

const textOf = ({ labels }: Run) => (labels ?? []).join(", ");

/** Words with commas between; what is there twice counts once. */
const labelsOf = (text: string) => [...new Set(text.split(",").map((word) => word.trim()))].filter(Boolean);

function Labels({ run }: { run: Run }) {
  return (
    <input
      class="note-field"
      aria-label="Labels"
      placeholder="add labels, a, b"
      value={textOf(run)}
      onChange={(event) => {
        run.labels = labelsOf(event.currentTarget.value);
        event.currentTarget.value = textOf(run);
        void ask("PATCH", `api/v1/runs/${encodeURIComponent(run.id)}`, { labels: run.labels });
      }}
    />
  );
}

function RunTools({ run }: { run: Run }) {
  const isAsking = useSignal(false);
  const path = `api/v1/runs/${encodeURIComponent(run.id)}`;
  if (run.state === "current") return null;
  return (
    <span class="tools">
      <a class="button quiet" href={`${path}/report`}>
        Report
      </a>
      {run.has_store && (
        <a class="button quiet" href={`${path}/store`} download>
          Store
        </a>
      )}
      <button
        type="button"
        class={isAsking.value ? "danger" : "quiet"}
        onBlur={() => (isAsking.value = false)}
        onClick={async () => {
          if (!isAsking.value) isAsking.value = true;
          else {
            await ask("DELETE", path);
            await fetchRuns();
          }
        }}
      >
        {isAsking.value ? "Really?" : "Delete"}
      </button>
    </span>
  );
}

export function Runs() {
  useEffect(() => void fetchRuns(), [era.value]);
  const pair = compared.value;
  if (pair) return <Compare pair={pair} runs={runs.value} back={() => (compared.value = null)} />;
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = runs.value.filter((run) => isShown(run, words));
  const [one, other] = ticked.value.length === 2 ? ticked.value : [];
  return (
    <>
      <div class="headline">
        <h1>Runs</h1>
        <input type="search" class="filter" id="filter" placeholder="Filter ( / )" aria-label="Filter runs" value={filter.value} onInput={(event) => (filter.value = event.currentTarget.value)} />
        <button
          type="button"
          class="primary"
          disabled={!one || !other}
          onClick={() => {
            if (one && other) compared.value = inOrder(one, other);
          }}
        >
          Compare
        </button>
        <span class="muted">{one && other ? "" : `Tick two runs to lay them side by side${ticked.value.length > 2 ? `: ${ticked.value.length} are ticked` : ""}.`}</span>
      </div>
      {told.value && <p class="notice is-red">{told.value}</p>}
      <div class="card fill">
        <Table<Run> label="Runs" columns={COLUMNS} rows={shown} keyOf={({ id }) => id} sort={{ key: "tick", isDown: true }} rowHeight={62} nothing={runs.value.length ? "No run matches" : nothing.value} />
      </div>
    </>
  );
}

/** The earlier run is the one compared with. */
function inOrder(one: string, other: string): [string, string] {
  const start = (id: string) => runs.value.find((run) => run.id === id)?.started_at ?? 0;
  return start(one) <= start(other) ? [one, other] : [other, one];
}
