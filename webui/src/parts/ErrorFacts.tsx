// One kind of error: as a row, and with all that is known of it. A traceback stands as it was, the locustfile's own lines marked.
import { clock, count, day, percent } from "../data/format";
import type { Failure } from "../data/types";
import type { Column } from "./Table";

export const COLUMNS: Column<Failure>[] = [
  {
    key: "text",
    title: "Error",
    isText: true,
    by: (row) => row.text,
    show: (row) => (
      <span class="name" title={row.text}>
        <span class={`kind is-${row.kind}`}>{row.kind === "failure" ? "failure" : "exception"}</span> {row.text}
      </span>
    ),
  },
  {
    key: "name",
    title: "Endpoint",
    isText: true,
    width: "24%",
    by: (row) => row.name,
    show: (row) => (
      <span class="name" title={row.name}>
        <span class="method">{row.method}</span> {row.name}
      </span>
    ),
  },
  { key: "count", title: "Count", width: "84px", by: (row) => row.count, show: (row) => count(row.count) },
  { key: "share", title: "Share", hint: "Of all of its kind", width: "84px", by: (row) => row.share, show: (row) => percent(row.share) },
  { key: "first_seen", title: "First", width: "84px", isWide: true, by: (row) => row.first_seen, show: (row) => clock(row.first_seen) },
  { key: "last_seen", title: "Last", width: "84px", isWide: true, by: (row) => row.last_seen, show: (row) => clock(row.last_seen) },
];

export function ErrorFacts({ row }: { row: Failure }) {
  const nodes = Array.isArray(row.nodes) ? row.nodes.join(", ") : row.nodes;
  return (
    <>
      <p class="message">{row.text}</p>
      <dl class="facts">
        <div>
          <dt>Endpoint</dt>
          <dd>{[row.method, row.name].filter(Boolean).join(" ") || "–"}</dd>
        </div>
        <div>
          <dt>Count</dt>
          <dd>
            {count(row.count)} ({percent(row.share)})
          </dd>
        </div>
        <div>
          <dt>First</dt>
          <dd>{day(row.first_seen)}</dd>
        </div>
        <div>
          <dt>Last</dt>
          <dd>{day(row.last_seen)}</dd>
        </div>
        {nodes && (
          <div>
            <dt>Nodes</dt>
            <dd>{nodes}</dd>
          </div>
        )}
      </dl>
      {row.traceback && <Traceback text={row.traceback} />}
    </>
  );
}

/** The author's frames stand out from the libraries'. */
function Traceback({ text }: { text: string }) {
  let isOwn = false;
  return (
    <pre class="traceback" tabIndex={0} aria-label="Traceback">
      {text.split("\n").map((line) => {
        if (line.trimStart().startsWith('File "')) isOwn = !/site-packages|dist-packages|[/\\]lib[/\\]python|rlocust[/\\]_/.test(line);
        else if (!line.startsWith(" ")) isOwn = false;
        return <span class={isOwn ? "own" : undefined}>{`${line}\n`}</span>;
      })}
    </pre>
  );
}
