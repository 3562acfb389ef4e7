// The start form: what will be asked of the target, and beside it what that means. The same fields edit a running load.
// Addresses prefill it by Locust's names; a secret's value is never here, only whether it is set.
import { type Signal, signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { get, order, send } from "../data/api";
import { count, readSpan, span, users as usersOf } from "../data/format";
import { chosen, prefill } from "../data/route";
import { fetchState, isBusy, state } from "../data/run";
import type { ClassChoice, Form, OptionChoice } from "../data/types";
import { ClassPicker } from "./ClassPicker";
import { Option } from "./Option";
import { RampPreview } from "./RampPreview";

export interface Draft {
  user_count: string;
  spawn_rate: string;
  host: string;
  run_time: string;
  profile: string;
  shape_class: string;
  classes: string[];
  options: Record<string, unknown>;
}

const form = signal<Form | null>(null);
const text = (value: unknown) => (value === null || value === undefined ? "" : String(value));

function first(fresh: Form): Draft {
  const { defaults } = fresh;
  const given = (name: string, other: unknown) => prefill.get(name) ?? text(other);
  const options: Record<string, unknown> = {};
  for (const { name, is_multiple } of fresh.options)
    if (prefill.has(name)) options[name] = is_multiple ? prefill.getAll(name).flatMap((value) => value.split(",")) : prefill.get(name);
  return {
    user_count: prefill.get("num_users") ?? given("user_count", defaults.user_count ?? 1),
    spawn_rate: given("spawn_rate", defaults.spawn_rate ?? 1),
    host: given("host", defaults.host),
    run_time: given("run_time", typeof defaults.run_time === "number" ? `${defaults.run_time}s` : defaults.run_time),
    profile: given("profile", defaults.profile),
    shape_class: given("shape_class", "Default"),
    classes: prefill.getAll("user_classes").length ? prefill.getAll("user_classes") : fresh.user_classes.map(({ name }) => name),
    options,
  };
}

export function bodyOf(draft: Draft, fresh: Form): Record<string, unknown> {
  const body: Record<string, unknown> = { user_count: Number(draft.user_count), spawn_rate: Number(draft.spawn_rate) };
  body["host"] = draft.host;
  if (draft.run_time.trim()) body["run_time"] = draft.run_time.trim();
  if (draft.profile) body["profile"] = draft.profile;
  if (fresh.picks_classes) {
    body["user_classes"] = draft.classes;
    if (shapesOf(fresh).length) body["shape_class"] = draft.shape_class;
  }
  if (Object.keys(draft.options).length) body["options"] = draft.options;
  return body;
}

/** "Default" among the names means none. */
export const shapesOf = (form: Form) => form.shape_classes.filter((name) => name !== "Default");

/** The shape that will rule: the chosen one, or without a choice the only one of the locustfile. */
const shapeOf = (draft: Draft, form: Form): string | undefined =>
  form.picks_classes ? shapesOf(form).find((name) => name === draft.shape_class) : state.value?.is_shape ? (shapesOf(form)[0] ?? "of the locustfile") : undefined;

/** What the draft cannot be sent with; field → reason. */
function faults(draft: Draft, fresh: Form): Record<string, string> {
  const found: Record<string, string> = {};
  const users = Number(draft.user_count);
  if (!fresh.hide_common_options) {
    if (!draft.user_count.trim() || !Number.isInteger(users) || users < 0) found["user_count"] = "a whole number";
    if (!(Number(draft.spawn_rate) > 0)) found["spawn_rate"] = "more than zero";
  }
  if (draft.run_time.trim() && readSpan(draft.run_time) === null) found["run_time"] = "as 20, 20s, 3m, 2h, 1h20m";
  if (fresh.picks_classes && draft.classes.length === 0) found["classes"] = "choose at least one";
  if (fresh.host_required && !draft.host.trim()) found["host"] = "no user class has a host of its own";
  return found;
}

export function Start({ isEdit = false, done }: { isEdit?: boolean; done?: () => void }) {
  const draft = useSignal<Draft | null>(null);
  const told = useSignal<string | null>(null);
  const isSending = useSignal(false);
  useEffect(() => {
    void get<Form>("form")
      .then((fresh) => {
        form.value = fresh;
        draft.value = first(fresh);
        if (isEdit && state.value) draft.value = { ...draft.value, user_count: String(state.value.target_users || state.value.users), host: state.value.host ?? draft.value.host };
      })
      .catch((error: Error) => {
        told.value = error.message;
      });
  }, []);

  if (!draft.value || !form.value) return <p class="nothing">{told.value ?? "Loading the form…"}</p>;
  const fresh = form.value;
  const now = draft.value;
  const wrong = faults(now, fresh);
  const workers = state.value?.workers.filter((worker) => worker.state !== "missing").length ?? 0;
  const noWorkers = state.value?.is_distributed && workers === 0 ? "No worker is connected: users run on workers" : null;
  const set = (name: keyof Draft) => (value: string) => {
    draft.value = { ...now, [name]: value };
  };

  const submit = async (event: Event) => {
    event.preventDefault();
    if (Object.keys(wrong).length || noWorkers || isSending.value) return;
    isSending.value = true;
    const receipt = await order(isEdit ? "edit" : "start", bodyOf(now, fresh));
    isSending.value = false;
    told.value = receipt.success ? null : receipt.message || "It was refused";
    if (!receipt.success) return;
    void fetchState();
    // The stream may have shown the run before this answer came: who went on to another screen by then stays there.
    if (!isEdit && (chosen.value === null || chosen.value === "start")) chosen.value = "overview";
    done?.();
  };

  return (
    <form class={isEdit ? "start is-edit" : "start"} onSubmit={submit} noValidate>
      <div class="fields">
        {!fresh.hide_common_options && (
          <>
            <div class="pair">
              <Field name="user_count" label="Users" hint="at the peak" kind="number" value={now.user_count} set={set("user_count")} wrong={wrong["user_count"]} isFirst />
              <Field name="spawn_rate" label="Ramp up" hint="users started per second" kind="number" value={now.spawn_rate} set={set("spawn_rate")} wrong={wrong["spawn_rate"]} />
            </div>
          </>
        )}
        <Field name="host" label="Host" hint="address of the target, as https://example.org" value={now.host} set={set("host")} wrong={wrong["host"]} warning={odd(now.host)} />
        <div class="pair">
          <Field name="run_time" label="Run time" hint="20s, 3m, 1h20m; empty: until stopped" value={now.run_time} set={set("run_time")} wrong={wrong["run_time"]} />
          <Field name="profile" label="Profile" hint="a word the locustfile reads" value={now.profile} set={set("profile")} choices={fresh.all_profiles ?? undefined} />
        </div>
        {fresh.picks_classes && <ClassPicker form={fresh} draft={draft as Signal<Draft>} wrong={wrong["classes"]} save={saveClass} />}
        {fresh.options.length > 0 && (
          <fieldset>
            <legend>Options of the locustfile</legend>
            {fresh.options.map((option: OptionChoice) => (
              <Option
                key={option.name}
                option={option}
                value={now.options[option.name]}
                set={(value) => {
                  draft.value = { ...now, options: { ...now.options, [option.name]: value } };
                }}
              />
            ))}
          </fieldset>
        )}
        {told.value && (
          <p class="notice is-red" role="alert">
            {told.value}
          </p>
        )}
        {noWorkers && <p class="notice is-amber">{noWorkers}</p>}
        <div class="actions">
          <button type="submit" class="primary" disabled={isSending.value || !!noWorkers || Object.keys(wrong).length > 0}>
            {isSending.value ? "Sending…" : isEdit ? "Apply" : isBusy.value ? "Apply to the running test" : "Start"}
          </button>
        </div>
      </div>
      {!isEdit && <Preview draft={now} form={fresh} workers={state.value?.is_distributed ? workers : null} />}
    </form>
  );
}

const odd = (host: string) => (host && !/^https?:\/\/[^\s/]+/.test(host) ? "does not look like http://… or https://…" : undefined);

async function saveClass(choice: ClassChoice): Promise<string | null> {
  const { name, tasks, weight, fixed_count, host } = choice;
  const receipt = await send("POST", "user", { user_class_name: name, tasks, weight, fixed_count, host });
  return receipt.success ? null : receipt.message || "It was refused";
}

interface FieldProps {
  name: string;
  label: string;
  hint?: string;
  kind?: string;
  value: string;
  set: (value: string) => void;
  wrong?: string;
  warning?: string;
  choices?: string[];
  isFirst?: boolean;
}

export function Field({ name, label, hint, kind = "text", value, set, wrong, warning, choices, isFirst }: FieldProps) {
  const id = `field-${name}`;
  const input = useRef<HTMLInputElement>(null);
  // What is typed first replaces the value, also in the field that has the focus from the beginning.
  useEffect(() => {
    if (isFirst && input.current === document.activeElement) input.current?.select();
  }, []);
  return (
    <div class={wrong ? "field is-wrong" : "field"}>
      <label for={id}>{label}</label>
      <input
        id={id}
        name={name}
        type={kind as "text"}
        inputMode={kind === "number" ? "decimal" : undefined}
        step="any"
        min={kind === "number" ? 0 : undefined}
        value={value}
        autofocus={isFirst}
        autocomplete="off"
        list={choices ? `${id}-choices` : undefined}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={`${id}-hint`}
        onInput={(event) => set(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        ref={input}
      />
      {choices && (
        <datalist id={`${id}-choices`}>
          {choices.map((choice) => (
            <option value={choice} />
          ))}
        </datalist>
      )}
      <small id={`${id}-hint`}>{wrong ?? warning ?? hint}</small>
    </div>
  );
}

/** What pressing Start will do, in numbers and as a curve. */
function Preview({ draft, form, workers }: { draft: Draft; form: Form; workers: number | null }) {
  const users = Number(draft.user_count) || 0;
  const rate = Number(draft.spawn_rate) || 1;
  const shape = shapeOf(draft, form);
  const isShape = shape !== undefined;
  const runTime = readSpan(draft.run_time);
  const ramp = users / rate;
  const machine = state.value?.machine;
  return (
    <aside class="preview" aria-label="What will happen">
      <h2>What will happen</h2>
      <RampPreview users={users} rate={rate} runTime={runTime} curve={isShape ? (form.shape_curve ?? null) : null} isShape={isShape} />
      <dl class="facts">
        {isShape ? (
          <Fact name="Load" value={`as the shape ${shape} says`} />
        ) : (
          <Fact name="Load" value={`${usersOf(users)} in ${span(ramp)}`} />
        )}
        <Fact name="Length" value={runTime === null ? "until stopped" : span(runTime)} />
        <Fact name="Target" value={draft.host || "the hosts of the user classes"} />
        {workers !== null && <Fact name="Workers" value={count(workers)} />}
        {machine?.cores && <Fact name="Machine" value={`${machine.cores} cores`} />}
        {state.value?.locustfile && <Fact name="Locustfile" value={state.value.locustfile} />}
      </dl>
      <Split form={form} draft={draft} users={users} />
      {runTime !== null && !isShape && ramp > runTime && <p class="notice is-amber">The run ends before all users have started.</p>}
    </aside>
  );
}

const Fact = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

const approximate = (share: number) => (Number.isInteger(share) ? count(share) : `≈ ${share < 10 ? share.toFixed(1) : count(Math.round(share))}`);

/** How many users each class gets: fixed counts first, the rest by weight. */
function Split({ form, draft, users }: { form: Form; draft: Draft; users: number }) {
  const picked = form.user_classes.filter(({ name }) => !form.picks_classes || draft.classes.includes(name));
  const fixed = picked.reduce((sum, { fixed_count }) => sum + fixed_count, 0);
  const weights = picked.reduce((sum, { fixed_count, weight }) => sum + (fixed_count ? 0 : weight), 0);
  const share = ({ fixed_count, weight }: ClassChoice) => (fixed_count ? Math.min(fixed_count, users) : weights ? (Math.max(0, users - fixed) * weight) / weights : 0);
  if (picked.length < 2) return null;
  return (
    <table class="bars">
      <caption>Users by class</caption>
      <tbody>
        {picked.map((choice) => (
          <tr>
            <th scope="row">{choice.name}</th>
            <td>
              <span class="bar" style={{ width: `${(100 * share(choice)) / Math.max(1, users)}%` }} />
            </td>
            <td>{approximate(share(choice))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
