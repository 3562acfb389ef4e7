// The locustfile's own tabs (`extended_tabs`, `extended_tables`): tables whose rows the locustfile adds to `/stats/requests`.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

export interface Arguments {
  extended_tabs?: { key: string; title: string }[];
  extended_tables?: { key: string; structure: { key: string; title: string; round?: number }[] }[];
  extended_csv_files?: { href: string; title: string }[];
  stats_history_enabled?: boolean;
  state?: string;
}

function read(): Arguments {
  try {
    const block = JSON.parse(document.getElementById("template-args")?.textContent ?? "null") as Arguments | null;
    return block ?? (window as { templateArgs?: Arguments }).templateArgs ?? {};
  } catch {
    return {};
  }
}

/** What the server put into the page. */
export const args = read();

type Row = Record<string, string | number | null>;
const data = signal<Record<string, Row[]>>({});
const REFRESH_MS = 2000;

export function Extended({ tab }: { tab: string }) {
  useEffect(() => {
    const fetchRows = async () => {
      const answer = await fetch("stats/requests").catch(() => null);
      const body = answer?.ok ? ((await answer.json()) as { extended_stats?: { key: string; data: Row[] }[] }) : {};
      data.value = Object.fromEntries((body.extended_stats ?? []).map((one) => [one.key, one.data]));
    };
    void fetchRows();
    const timer = setInterval(() => !document.hidden && void fetchRows(), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  const structure = args.extended_tables?.find(({ key }) => key === tab)?.structure ?? [];
  const rows = data.value[tab] ?? [];
  const isText = (key: string) => rows.some((row) => typeof row[key] === "string");
  return (
    <>
      <div class="headline">
        <h1>{args.extended_tabs?.find(({ key }) => key === tab)?.title ?? tab}</h1>
      </div>
      <section class="card">
        <div class="scroll" tabIndex={0} role="region" aria-label="Rows of the locustfile">
          <table class="plain">
            <thead>
              <tr>
                {structure.map(({ key, title }) => (
                  <th scope="col" class={isText(key) ? "text" : undefined}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr>
                  {structure.map(({ key, round }) => {
                    const value = row[key];
                    return <td class={isText(key) ? "text" : undefined}>{typeof value === "number" && round !== undefined ? value.toFixed(round) : value}</td>;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {rows.length === 0 && <p class="nothing">No rows yet</p>}
      </section>
    </>
  );
}
