// News of the run: server-sent events, one a second. A hidden page closes the stream and takes it up again where it
// stopped; when the stream fails twice in a row, the page asks every two seconds instead and tries the stream again later.
import { signal } from "@preact/signals";

import { apply, era, fetchEndpoints, fetchState, refetch, state, trouble } from "./run";
import type { RunState } from "./types";
import { tickOf } from "./wire";

const POLL_MS = 2000;
const STATE_MS = 5000;
const AGAIN_MS = 500;
const RETRY_MS = 30_000;

/** How the news come: by the stream, by asking, or not now (hidden page). */
export const road = signal<"stream" | "polling" | "paused">("paused");

let source: EventSource | null = null;
let last: string | null = null;
let failures = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function listen(): void {
  close();
  source = new EventSource(last ? `api/v1/stream?last_event_id=${last}` : "api/v1/stream");
  source.addEventListener("tick", (event) => {
    failures = 0;
    road.value = "stream";
    last = event.lastEventId || last;
    trouble.value = null;
    apply(tickOf(event.data));
  });
  source.addEventListener("state", (event) => {
    failures = 0;
    if (state.value) state.value = { ...state.value, ...(JSON.parse(event.data) as Partial<RunState>) };
    void fetchState().catch(() => undefined);
  });
  source.addEventListener("reset", (event) => {
    last = event.lastEventId || null;
    void refetch();
  });
  source.onopen = () => {
    road.value = "stream";
  };
  source.onerror = () => {
    failures += 1;
    if (failures >= 2) {
      close();
      poll();
    } else if (source?.readyState === EventSource.CLOSED) timer = setInterval(listen, AGAIN_MS); // the browser gave up
  };
}

function close(): void {
  source?.close();
  source = null;
  clearInterval(timer);
}

function poll(): void {
  road.value = "polling";
  const since = Date.now();
  timer = setInterval(() => {
    if (Date.now() - since > RETRY_MS) {
      failures = 1;
      listen();
      return;
    }
    Promise.all([fetchState(), fetchEndpoints()])
      .then(() => {
        trouble.value = null;
        era.value += 1; // the charts ask for their new points
      })
      .catch(() => {
        trouble.value = "The server does not answer; the page goes on asking";
      });
  }, POLL_MS);
}

export async function follow(): Promise<void> {
  await refetch();
  const seen = () => {
    if (document.hidden) {
      close();
      road.value = "paused";
    } else {
      failures = 0;
      void fetchState().catch(() => undefined);
      listen();
    }
  };
  document.addEventListener("visibilitychange", seen);
  seen();
  // What no tick carries (verdicts, what may be done now) is asked for beside the stream.
  setInterval(() => {
    if (!document.hidden && road.value === "stream") void fetchState().catch(() => undefined);
  }, STATE_MS);
}
