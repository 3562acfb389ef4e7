// What is looked at, kept in the address, so that a link shows what I see: screen, time range, endpoint, comparison.
// Locust's tab names are accepted and become the screen that shows the same.
import { computed, effect, signal } from "@preact/signals";

export const SCREENS = ["overview", "endpoints", "errors", "load", "logs", "runs"] as const;
export type Screen = (typeof SCREENS)[number] | "start" | `x-${string}`;

/** `null` = the whole run; a number = the last so many seconds; a pair = from and to. */
export type Range = null | number | [number, number];

const OF_LOCUST: Record<string, Screen> = {
  stats: "endpoints",
  charts: "overview",
  failures: "errors",
  exceptions: "errors",
  ratios: "load",
  workers: "load",
  reports: "overview",
  "log-viewer": "logs",
  logViewer: "logs",
};

export const RANGES: Range[] = [60, 300, 900, 3600, null];

const query = new URLSearchParams(location.search);

function firstScreen(): Screen | null {
  const tab = query.get("tab");
  if (!tab) return null;
  return OF_LOCUST[tab] ?? ([...SCREENS, "start"].includes(tab) || tab.startsWith("x-") ? (tab as Screen) : `x-${tab}`);
}

function firstRange(): Range {
  const text = query.get("range") ?? "";
  const pair = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text);
  if (pair) return [Number(pair[1]), Number(pair[2])];
  return Number(text) > 0 ? Number(text) : null;
}

/** Null until the first state tells whether there is a run to look at. */
export const chosen = signal<Screen | null>(firstScreen());
export const range = signal<Range>(firstRange());
/** "GET /name" of the endpoint whose panel is open. */
export const endpoint = signal<string | null>(query.get("endpoint"));
export const compared = signal<[string, string] | null>((query.get("compare")?.split(",", 2) as [string, string]) ?? null);

/** What prefills the start form: Locust's field names and the locustfile's own options. */
export const prefill = query;

const search = computed(() => {
  const now = new URLSearchParams();
  if (chosen.value) now.set("tab", chosen.value);
  if (range.value) now.set("range", Array.isArray(range.value) ? range.value.map((t) => t.toFixed(0)).join("-") : String(range.value));
  if (endpoint.value) now.set("endpoint", endpoint.value);
  if (compared.value) now.set("compare", compared.value.join(","));
  return now.toString();
});

const OURS = ["tab", "range", "endpoint", "compare"];

export function keepAddress(): void {
  effect(() => {
    const others = [...query].filter(([name]) => !OURS.includes(name) && chosen.value === "start");
    const rest = new URLSearchParams(others).toString();
    const all = [search.value, rest].filter(Boolean).join("&");
    history.replaceState(null, "", all ? `?${all}` : location.pathname);
  });
}

export function step(by: -1 | 1): void {
  const at = RANGES.findIndex((one) => one === range.value);
  const next = at < 0 ? RANGES.length - 1 : Math.min(RANGES.length - 1, Math.max(0, at + by));
  range.value = RANGES[next] ?? null;
}
