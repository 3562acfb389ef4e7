// The page's few drawings, as strokes in the colour of the text.
const PATHS: Record<string, string> = {
  start: "M7 4.5v15l12-7.5z",
  overview: "M4 19V5m0 14h16M8 15l3-4 3 2 5-7",
  endpoints: "M4 6h16M4 12h16M4 18h10",
  errors: "M12 4 2.8 19.5h18.4zM12 10v4.5m0 2.5v.2",
  load: "M8.5 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-3 2.5-5 5.5-5s5.5 2 5.5 5m1-14.5a3 3 0 0 1 0 6m3 8.5c0-2.500-1-4-3-5",
  logs: "M5 7l4 4-4 4m7 2h7",
  runs: "M12 7v5l3 2m5-2a8 8 0 1 1-2.500-5.800M20 4v3.500h-3.500",
  more: "M5 12h.1m6.900 0h.1m6.900 0h.1",
  extra: "M5 5h14v14H5zm0 5h14M10 10v9",
};

export const Icon = ({ name }: { name: string }) => (
  <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
    <path d={PATHS[name] ?? PATHS["extra"]} fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" />
  </svg>
);
