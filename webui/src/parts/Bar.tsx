// The bar that stays: is it running, how does it go, and the one thing to do next. Widths are fixed, so that nothing jumps.
import { useComputed } from "@preact/signals";

import { count, msUnit, percent, rate, span } from "../data/format";
import { chosen } from "../data/route";
import { canStop, elapsed, hasRun, isBusy, state, tick, total } from "../data/run";
import { GeneratorLight } from "./Health";
import { Menu, sheet } from "./Menu";

const SHAPES: Record<string, string> = { ready: "○", spawning: "◐", running: "●", stopping: "◒", cleanup: "◒", stopped: "■" };

export function StateBadge({ name }: { name: string }) {
  return (
    <span class={`badge is-${name}`}>
      <span aria-hidden="true">{SHAPES[name] ?? "○"}</span> {name}
    </span>
  );
}

export function Bar() {
  const { value } = state;
  const p95 = useComputed(() => tick.value?.total.p95 ?? null);
  if (!value) return <header class="bar" />;
  const total_ = total.value;
  const progress = value.run_time && elapsed.value !== null ? Math.min(1, elapsed.value / value.run_time) : null;
  return (
    <header class="bar">
      <span class="brand">rlocust</span>
      <StateBadge name={value.state} />
      <dl>
        <div class="is-time">
          <dt>Elapsed</dt>
          <dd>
            {span(elapsed.value)}
            {value.run_time ? <span class="muted"> / {span(value.run_time)}</span> : null}
          </dd>
        </div>
        <div>
          <dt>Users</dt>
          <dd>
            {count(value.users)}
            {value.target_users !== value.users && <span class="muted"> → {count(value.target_users)}</span>}
          </dd>
        </div>
        <div>
          <dt>req/s</dt>
          <dd>{rate(isBusy.value ? total_?.rps : total_?.total_rps)}</dd>
        </div>
        <div class={total_?.failures ? "is-bad" : undefined}>
          <dt>Failed</dt>
          <dd>{percent(total_?.fail_ratio ?? null)}</dd>
        </div>
        <div class="is-wide">
          <dt>p95</dt>
          <dd>{msUnit(isBusy.value ? p95.value : total_?.p95)}</dd>
        </div>
        {value.is_distributed && (
          <div class="is-wide">
            <dt>Workers</dt>
            <dd>{value.workers.filter((worker) => worker.state !== "missing").length}</dd>
          </div>
        )}
      </dl>
      <GeneratorLight generator={value.generator} />
      <MainButton />
      <Menu />
      {progress !== null && <progress value={progress} max={1} aria-label="Part of the run time that has passed" />}
    </header>
  );
}

export function MainButton() {
  const isForm = chosen.value === "start" || (chosen.value === null && !hasRun.value);
  if (canStop.value)
    return (
      <button type="button" class="stop" onClick={() => (sheet.value = "stop")}>
        Stop
      </button>
    );
  if (isBusy.value)
    return (
      <button type="button" class="stop" disabled>
        Stopping…
      </button>
    );
  if (isForm) return null;
  return (
    <button type="button" class="primary" onClick={() => (sheet.value = "start")}>
      New test
    </button>
  );
}
