// A table of any length: only the rows in sight are in the page. Headers sort, say so (`aria-sort`) and can be reached by
// keyboard; rows that open something are opened by Enter and walked with the arrow keys.
import { useSignal, useSignalEffect } from "@preact/signals";
import { Component, type ComponentChildren } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";

import { isNarrow } from "../data/theme";

export interface Column<Row> {
  key: string;
  title: string;
  /** Spelled out where the title is short. */
  hint?: string;
  show: (row: Row) => ComponentChildren;
  /** What is sorted by; without it the column does not sort. */
  by?: (row: Row) => number | string | null;
  isText?: boolean;
  width?: string;
  /** Not shown on a phone. */
  isWide?: boolean;
}

interface Props<Row> {
  label: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string | number;
  pinned?: Row | null;
  sort?: { key: string; isDown: boolean };
  open?: (row: Row) => void;
  isOpen?: (row: Row) => boolean;
  rowClass?: (row: Row) => string | undefined;
  nothing?: string;
  /** Height of a row in pixels; all are alike. */
  rowHeight?: number;
  /** All rows are in the page: to be printed. */
  isWhole?: boolean;
}

/** Rows kept above and below what is in sight; it is drawn anew only when half of them have passed. */
const SPARE = 10;
const STEP = SPARE / 2;
const CARD = 62;

export function Table<Row>(props: Props<Row>) {
  const { rows, keyOf, pinned } = props;
  // On a phone a row is a card: its name above, a few figures below.
  const isCards = isNarrow.value;
  const rowHeight = isCards ? CARD : (props.rowHeight ?? 32);
  const columns = useMemo(() => (isCards ? props.columns.filter(({ isWide }) => !isWide) : props.columns), [isCards, props.columns]);
  const sort = useSignal(props.sort ?? { key: "", isDown: true });
  const from = useSignal(0);
  const shown = useSignal(600);
  const box = useRef<HTMLDivElement>(null);

  const sorted = useMemo(() => order(rows, columns, sort.value), [rows, sort.value, columns]);
  const first = props.isWhole ? 0 : Math.max(0, from.value - SPARE);
  const last = props.isWhole ? sorted.length : Math.min(sorted.length, from.value + Math.ceil(shown.value / rowHeight) + SPARE + STEP);

  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const watch = new ResizeObserver(() => {
      shown.value = element.clientHeight;
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  useSignalEffect(() => {
    void sort.value;
    if (box.current) box.current.scrollTop = 0;
  });

  const by = (column: Column<Row>) => {
    const { key, isDown } = sort.value;
    sort.value = { key: column.key, isDown: key === column.key ? !isDown : !column.isText };
  };

  const walk = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = (event.target as HTMLElement).closest("tr");
    if (!step || !row || event.target !== row) return;
    const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    if (next instanceof HTMLElement && next.tabIndex === 0) {
      event.preventDefault();
      next.focus();
    }
  };

  const line = (row: Row, isPinned = false) => (
    <Line
      key={keyOf(row)}
      row={row}
      columns={columns}
      stamp={sorted}
      kind={[isPinned && "pinned", props.rowClass?.(row), props.open && !isPinned && "opens", props.isOpen?.(row) && "is-open"].filter(Boolean).join(" ")}
      open={isPinned ? undefined : props.open}
    />
  );

  return (
    <div class={isCards ? "rows is-cards" : "rows"} ref={box} tabIndex={0} role="region" aria-label={props.label} onScroll={(event) => (from.value = Math.floor(event.currentTarget.scrollTop / rowHeight / STEP) * STEP)} onKeyDown={walk}>
      <table aria-rowcount={sorted.length + 1 + (pinned ? 1 : 0)} style={{ "--row": `${rowHeight}px` }}>
        <caption class="hidden">{props.label}</caption>
        <colgroup>
          {columns.map((column) => (
            <col style={column.width ? { width: column.width } : undefined} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column) => {
              const isBy = sort.value.key === column.key;
              return (
                <th scope="col" class={column.isText ? "text" : undefined} aria-sort={column.by ? (isBy ? (sort.value.isDown ? "descending" : "ascending") : "none") : undefined} title={column.hint}>
                  {column.by ? (
                    <button type="button" onClick={() => by(column)}>
                      {column.title}
                      <span aria-hidden="true" class="arrow">
                        {isBy ? (sort.value.isDown ? "▾" : "▴") : ""}
                      </span>
                    </button>
                  ) : (
                    column.title
                  )}
                </th>
              );
            })}
          </tr>
          {pinned && line(pinned, true)}
        </thead>
        <tbody>
          {first > 0 && <tr class="gap" style={{ height: `${first * rowHeight}px` }} aria-hidden="true" />}
          {sorted.slice(first, last).map((row) => line(row))}
          {last < sorted.length && <tr class="gap" style={{ height: `${(sorted.length - last) * rowHeight}px` }} aria-hidden="true" />}
        </tbody>
      </table>
      {rows.length === 0 && <p class="nothing">{props.nothing ?? "Nothing here yet"}</p>}
    </div>
  );
}

interface LineProps<Row> {
  row: Row;
  columns: Column<Row>[];
  stamp: unknown;
  kind: string;
  open?: (row: Row) => void;
}

/** A row is drawn anew when its table's rows have changed, not when they were scrolled. */
class Line<Row> extends Component<LineProps<Row>> {
  override shouldComponentUpdate(next: LineProps<Row>): boolean {
    const now = this.props;
    // The same properties mean that a signal read in the row has changed.
    return next === now || next.stamp !== now.stamp || next.row !== now.row || next.columns !== now.columns || next.kind !== now.kind;
  }

  override render({ row, columns, kind, open }: LineProps<Row>) {
    return (
      <tr
        class={kind || undefined}
        tabIndex={open ? 0 : undefined}
        onClick={open ? () => this.props.open?.(row) : undefined}
        onKeyDown={(event) => event.key === "Enter" && event.target === event.currentTarget && this.props.open?.(row)}
      >
        {columns.map((column, at) =>
          at === 0 ? (
            <th scope="row" class={column.isText ? "text" : undefined}>
              {column.show(row)}
            </th>
          ) : (
            <td class={column.isText ? "text" : undefined} data-title={column.title}>
              {column.show(row)}
            </td>
          ),
        )}
      </tr>
    );
  }
}

/** Rows without a value come last, whichever way is sorted. */
function order<Row>(rows: readonly Row[], columns: Column<Row>[], { key, isDown }: { key: string; isDown: boolean }): readonly Row[] {
  const by = columns.find((column) => column.key === key)?.by;
  if (!by) return rows;
  const sign = isDown ? -1 : 1;
  return [...rows].sort((one, other) => {
    const a = by(one);
    const b = by(other);
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return (a < b ? -1 : a > b ? 1 : 0) * sign;
  });
}
