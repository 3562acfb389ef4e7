// The workers and how they are; one that is overloaded is named, because what it measured may be wrong.
import { bytes, count, ms, rate } from "../data/format";
import type { Worker } from "../data/types";
import { type Column, Table } from "./Table";

const CPU_LIMIT = 90;
const LAG_LIMIT_MS = 10;

const WORKER_COLUMNS: Column<Worker>[] = [
  { key: "id", title: "Worker", isText: true, by: ({ id }) => id, show: ({ id }) => <span class="name" title={id}>{id}</span> },
  { key: "state", title: "State", isText: true, width: "110px", by: (worker) => worker.state, show: (worker) => <span class={worker.state === "missing" ? "bad" : undefined}>{worker.state}</span> },
  { key: "users", title: "Users", width: "76px", isWide: true, by: ({ users }) => users, show: ({ users }) => count(users) },
  { key: "rps", title: "req/s", width: "84px", by: ({ rps }) => rps ?? null, show: ({ rps }) => rate(rps) },
  {
    key: "cpu",
    title: "CPU",
    width: "84px",
    by: ({ cpu_percent }) => cpu_percent ?? null,
    show: ({ cpu_percent }) => <span class={(cpu_percent ?? 0) > CPU_LIMIT ? "bad" : undefined}>{cpu_percent == null ? "–" : `${count(cpu_percent)} %`}</span>,
  },
  { key: "memory", title: "Memory", width: "92px", isWide: true, by: ({ memory_bytes }) => memory_bytes ?? null, show: ({ memory_bytes }) => bytes(memory_bytes) },
  {
    key: "lag",
    title: "Lag p99",
    hint: "How late users ran there, ms",
    width: "92px",
    by: ({ lag_p99_ms }) => lag_p99_ms ?? null,
    show: ({ lag_p99_ms }) => <span class={(lag_p99_ms ?? 0) > LAG_LIMIT_MS ? "bad" : undefined}>{ms(lag_p99_ms)}</span>,
  },
  { key: "seen", title: "Last seen", width: "100px", isWide: true, by: ({ last_seen_s }) => last_seen_s ?? null, show: ({ last_seen_s }) => (last_seen_s == null ? "–" : `${last_seen_s.toFixed(1)} s ago`) },
  { key: "version", title: "Version", isText: true, width: "130px", isWide: true, by: ({ version }) => version ?? null, show: ({ version, is_rlocust }) => (version ? `${is_rlocust === false ? "Locust" : "rlocust"} ${version}` : "–") },
];

export function Workers({ workers }: { workers: Worker[] }) {
  const bad = workers.filter((worker) => (worker.cpu_percent ?? 0) > CPU_LIMIT || (worker.lag_p99_ms ?? 0) > LAG_LIMIT_MS);
  return (
    <>
      {bad.length > 0 && <p class="notice is-red">{bad.length === 1 ? `${bad[0]?.id} is` : `${bad.length} workers are`} overloaded: the response times measured there may be too long.</p>}
      <Table<Worker> label="Workers" columns={WORKER_COLUMNS} rows={workers} keyOf={({ id }) => id} sort={{ key: "id", isDown: false }} nothing="No worker has connected" />
    </>
  );
}
