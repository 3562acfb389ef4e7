// What goes wrong: failures of requests and exceptions of the locustfile in one list, the most frequent first; opened, an
// exception shows its traceback as it was, with the locustfile's own lines marked.
import { signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

import { get } from "../data/api";
import { era, errorCount, exceptionCount, isBusy } from "../data/run";
import type { Failure } from "../data/types";
import { COLUMNS, ErrorFacts } from "../parts/ErrorFacts";
import { Table } from "../parts/Table";

type Kind = "all" | Failure["kind"];
const kind = signal<Kind>("all");
const filter = signal("");
const errors = signal<Failure[]>([]);
const REFRESH_MS = 3000;
/** Beside an open panel. */
const NARROW = COLUMNS.filter(({ isWide, key }) => !isWide && key !== "share");

export function Errors() {
  const open = useSignal<string | null>(null);
  useEffect(() => {
    const fetchAll = () =>
      void get<Failure[]>("errors").then(
        (all) => {
          errors.value = all;
        },
        () => undefined,
      );
    fetchAll();
    const timer = setInterval(() => isBusy.value && !document.hidden && fetchAll(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [era.value]);
  const shown = useMemo(() => {
    const words = filter.value.toLowerCase();
    return errors.value.filter((one) => (kind.value === "all" || one.kind === kind.value) && `${one.method} ${one.name} ${one.text}`.toLowerCase().includes(words));
  }, [errors.value, kind.value, filter.value]);
  const row = errors.value.find(({ id }) => id === open.value);
  const kinds: [Kind, string][] = [
    ["all", "All"],
    ["failure", `Failures ${errorCount.value || ""}`],
    ["exception", `Exceptions ${exceptionCount.value || ""}`],
  ];
  return (
    <>
      <div class="headline">
        <h1>Errors</h1>
        <input type="search" class="filter" id="filter" placeholder="Filter ( / )" aria-label="Filter errors" value={filter.value} onInput={(event) => (filter.value = event.currentTarget.value)} />
        <div class="ranges" role="group" aria-label="Kind of error">
          {kinds.map(([name, title]) => (
            <button type="button" aria-pressed={kind.value === name} onClick={() => (kind.value = name)}>
              {title}
            </button>
          ))}
        </div>
      </div>
      <div class={row ? "beside has-panel" : "beside"}>
        <div class="card fill">
          <Table<Failure>
            label="Errors"
            columns={row ? NARROW : COLUMNS}
            rows={shown}
            keyOf={(one) => one.id}
            sort={{ key: "count", isDown: true }}
            open={(one) => (open.value = open.value === one.id ? null : one.id)}
            isOpen={(one) => one.id === open.value}
            nothing={errors.value.length ? "No error matches" : "No errors"}
          />
        </div>
        {row && <ErrorPanel key={row.id} row={row} close={() => (open.value = null)} />}
      </div>
    </>
  );
}

function ErrorPanel({ row, close }: { row: Failure; close: () => void }) {
  const full = useSignal<Failure>(row);
  useEffect(() => {
    void get<Failure>(`errors/${encodeURIComponent(row.id)}`).then(
      (answer) => {
        full.value = { ...row, ...answer };
      },
      () => undefined,
    );
  }, [row.id]);
  return (
    <aside class="card panel" aria-label="Error">
      <header>
        <h2>{row.kind === "failure" ? "Failure" : "Exception"}</h2>
        <button type="button" class="quiet" onClick={close} aria-label="Close">
          ✕
        </button>
      </header>
      <ErrorFacts row={full.value} />
      <CopyButton text={`${full.value.text}\n${full.value.traceback ?? ""}`} />
    </aside>
  );
}

function CopyButton({ text }: { text: string }) {
  const label = useSignal("Copy");
  return (
    <button
      type="button"
      onClick={() => {
        void navigator.clipboard?.writeText(text).then(() => {
          label.value = "Copied";
        });
      }}
    >
      {label}
    </button>
  );
}
