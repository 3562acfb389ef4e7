// Where is it slow? Every endpoint as a row, of thousands too; a filter, chosen columns, and a panel with all there is to
// know about the one that is opened.
import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";

import { count } from "../data/format";
import { endpoint } from "../data/route";
import { endpoints, findEndpoint, keyOf, rows, spark, total } from "../data/run";
import { isNarrow } from "../data/theme";
import type { Endpoint } from "../data/types";
import { columns as columnsOf, FEW, USUAL } from "../parts/endpointColumns";
import { Table } from "../parts/Table";
import { EndpointPanel } from "./EndpointPanel";

const ALL = columnsOf("Last minute", spark);
const filter = signal("");
const columns = signal<ReadonlySet<string>>(new Set(USUAL));

export function Endpoints() {
  const shown = useMemo(() => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    return endpoints.filter((row) => row && words.every((word) => keyOf(row).toLowerCase().includes(word)));
  }, [filter.value, rows.value]);
  const open = findEndpoint(endpoint.value);
  const hasRoom = !open && !isNarrow.value;
  const picked = useMemo(() => ALL.filter(({ key }) => (hasRoom ? columns.value.has(key) : FEW.includes(key))), [columns.value, hasRoom]);
  return (
    <>
      <div class="headline">
        <h1>Endpoints</h1>
        <input type="search" class="filter" id="filter" placeholder="Filter ( / )" aria-label="Filter endpoints" value={filter.value} onInput={(event) => (filter.value = event.currentTarget.value)} />
        <span class="muted">{filter.value ? `${count(shown.length)} of ${count(endpoints.length)}` : count(endpoints.length)}</span>
        <ColumnPicker />
      </div>
      <div class={open ? "beside has-panel" : "beside"}>
        <div class="card fill">
          <Table<Endpoint>
            label="Endpoints"
            columns={picked}
            rows={shown}
            keyOf={(row) => row.i}
            pinned={total.value}
            sort={{ key: "requests", isDown: true }}
            open={(row) => (endpoint.value = endpoint.value === keyOf(row) ? null : keyOf(row))}
            isOpen={(row) => keyOf(row) === endpoint.value}
            rowClass={(row) => (row.fail_ratio > 0.01 ? "is-failing" : undefined)}
            nothing={filter.value ? "No endpoint matches" : "No requests yet"}
          />
        </div>
        {open && <EndpointPanel key={open.i} row={open} close={() => (endpoint.value = null)} />}
      </div>
    </>
  );
}

function ColumnPicker() {
  const toggle = (key: string) => {
    const next = new Set(columns.value);
    if (!next.delete(key)) next.add(key);
    columns.value = next;
  };
  return (
    <details class="menu">
      <summary>Columns</summary>
      <div class="sheet">
        {ALL.slice(1).map(({ key, title }) => (
          <label class="line">
            <input type="checkbox" checked={columns.value.has(key)} onInput={() => toggle(key)} /> {title}
          </label>
        ))}
      </div>
    </details>
  );
}
