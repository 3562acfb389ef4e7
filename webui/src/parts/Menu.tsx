// What can be done besides starting and stopping, what can be taken away, and how the page looks.
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { canStop, hasRun, state } from "../data/run";
import { choose, type Theme, theme } from "../data/theme";
import { args } from "../screens/Extended";
import { Icon } from "./Icon";

/** Which dialog is open; `start` goes to the start screen. */
export const sheet = signal<null | "start" | "stop" | "edit" | "reset" | "help">(null);

const DOWNLOADS: [string, string][] = [
  ["Report (HTML)", "stats/report?download=1"],
  ["Requests (CSV)", "stats/requests/csv"],
  ["Failures (CSV)", "stats/failures/csv"],
  ["Exceptions (CSV)", "exceptions/csv"],
];

const THEMES: Theme[] = ["auto", "light", "dark"];

export function Menu() {
  const element = useRef<HTMLDetailsElement>(null);
  const close = () => element.current?.removeAttribute("open");
  useEffect(() => {
    const outside = (event: Event) => {
      if (!element.current?.contains(event.target as Node)) close();
    };
    document.addEventListener("click", outside);
    return () => document.removeEventListener("click", outside);
  }, []);
  const pick = (name: typeof sheet.value) => () => {
    close();
    sheet.value = name;
  };
  const files = [...DOWNLOADS, ...(args.stats_history_enabled ? [["Full history (CSV)", "stats/requests_full_history/csv"] as [string, string]] : [])];
  const own = (args.extended_csv_files ?? []).map(({ title, href }): [string, string] => [title, href]);
  return (
    <details
      class="menu"
      ref={element}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          close();
          element.current?.querySelector("summary")?.focus();
        }
      }}
    >
      <summary aria-label="More">
        <Icon name="more" />
      </summary>
      <div class="sheet">
        {canStop.value && (
          <button type="button" onClick={pick("edit")}>
            Edit load… <kbd>e</kbd>
          </button>
        )}
        {hasRun.value && (
          <button type="button" onClick={pick("reset")}>
            Reset statistics…
          </button>
        )}
        {hasRun.value && (
          <>
            <p class="group">Download</p>
            <a href="stats/report" target="_blank" rel="noopener" onClick={close}>
              Report in a new tab
            </a>
            {[...files, ...own].map(([title, href]) => (
              <a href={href} download onClick={close}>
                {title}
              </a>
            ))}
          </>
        )}
        <p class="group">Theme</p>
        <div class="ranges" role="group" aria-label="Theme">
          {THEMES.map((one) => (
            <button type="button" aria-pressed={theme.value === one} onClick={() => choose(one)}>
              {one}
            </button>
          ))}
        </div>
        <button type="button" onClick={pick("help")}>
          Keys and versions <kbd>?</kbd>
        </button>
        <p class="muted">
          {Object.entries(state.value?.versions ?? {})
            .map(([name, version]) => `${name} ${version}`)
            .join(" · ")}
        </p>
      </div>
    </details>
  );
}
