// The dialogs of a running test: stop, edit its load, reset its statistics; and the page's keys.
import { useSignal } from "@preact/signals";

import { order, type Receipt } from "../data/api";
import { count, users } from "../data/format";
import { fetchState, state, total } from "../data/run";
import { Start } from "../screens/Start";
import { Dialog } from "./Dialog";
import { sheet } from "./Menu";

const close = () => {
  sheet.value = null;
};

export function Sheets() {
  switch (sheet.value) {
    case "stop":
      return <Stop />;
    case "edit":
      return (
        <Dialog title="Edit load" close={close} kind="is-broad">
          <QuickSteps />
          <Start isEdit done={close} />
        </Dialog>
      );
    case "reset":
      return (
        <Ask
          title="Reset statistics"
          text={`The figures of ${count(total.value?.requests ?? 0)} requests are cleared; the test goes on.`}
          verb="Reset"
          run={() => order("reset")}
        />
      );
    case "help":
      return <Help />;
    default:
      return null;
  }
}

function Ask({ title, text, verb, run }: { title: string; text: string; verb: string; run: () => Promise<Receipt> }) {
  const told = useSignal<string | null>(null);
  return (
    <Dialog title={title} close={close}>
      <p>{text}</p>
      {told.value && (
        <p class="notice is-red" role="alert">
          {told.value}
        </p>
      )}
      <div class="actions">
        <button type="button" onClick={close}>
          Cancel
        </button>
        <button
          type="button"
          class="danger"
          autofocus
          onClick={async () => {
            const receipt = await run();
            void fetchState();
            if (receipt.success) close();
            else told.value = receipt.message || "It was refused";
          }}
        >
          {verb}
        </button>
      </div>
    </Dialog>
  );
}

/** Users end their tasks first; whoever cannot wait presses the other button. */
function Stop() {
  const isStopping = useSignal(false);
  const told = useSignal<string | null>(null);
  const stop = async (now: boolean) => {
    isStopping.value = true;
    const receipt = await order("stop", { now });
    void fetchState();
    if (receipt.success) close();
    else told.value = receipt.message || "It was refused";
  };
  return (
    <Dialog title="Stop the test?" close={close}>
      <p>
        {users(state.value?.users ?? 0)} stop as <code>--stop-timeout</code> says; all figures stay.
      </p>
      {told.value && (
        <p class="notice is-red" role="alert">
          {told.value}
        </p>
      )}
      <div class="actions">
        <button type="button" onClick={close}>
          Keep running
        </button>
        {isStopping.value && (
          <button type="button" class="danger" onClick={() => void stop(true)}>
            Stop now
          </button>
        )}
        <button type="button" class="stop" autofocus disabled={isStopping.value} onClick={() => void stop(false)}>
          {isStopping.value ? "Stopping…" : "Stop"}
        </button>
      </div>
    </Dialog>
  );
}

/** A tenth more or less, without typing. */
function QuickSteps() {
  const now = state.value?.target_users ?? 0;
  if (!now || state.value?.is_shape) return null;
  const step = Math.max(1, Math.round(now / 10));
  const to = (users: number) => async () => {
    const receipt = await order("edit", { user_count: users, spawn_rate: Math.max(1, step) });
    void fetchState();
    if (receipt.success) close();
  };
  return (
    <div class="ranges" role="group" aria-label="Quick steps">
      <button type="button" onClick={to(Math.max(0, now - step))}>
        −10 % → {count(now - step)}
      </button>
      <button type="button" onClick={to(now + step)}>
        +10 % → {count(now + step)}
      </button>
      <button type="button" onClick={to(state.value?.users ?? now)}>
        Stay at {count(state.value?.users ?? now)}
      </button>
    </div>
  );
}

const KEYS: [string, string][] = [
  ["1 – 6", "screens: Overview, Endpoints, Errors, Load & workers, Logs, Runs"],
  ["/", "filter"],
  ["s", "start a test, or stop it"],
  ["e", "edit the load"],
  ["[ ]", "shorter, longer time range"],
  ["← →", "walk along a focused chart"],
  ["Esc", "close"],
  ["?", "this list"],
];

function Help() {
  const { value } = state;
  return (
    <Dialog title="Keys and versions" close={close}>
      <dl class="keys">
        {KEYS.map(([key, text]) => (
          <div>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p class="muted">Dragging across a chart sets the time range; a double click takes it back.</p>
      <p class="muted">
        {Object.entries(value?.versions ?? {})
          .map(([name, version]) => `${name} ${version}`)
          .join(" · ")}
      </p>
    </Dialog>
  );
}
