// Which user classes run, and each one's tasks, weight, fixed count and host: changes go to the server at once (POST /user).
import { type Signal, useSignal } from "@preact/signals";

import { Dialog } from "../parts/Dialog";
import type { ClassChoice, Form } from "../data/types";
import { type Draft, Field, shapesOf } from "./Start";

interface Props {
  form: Form;
  draft: Signal<Draft>;
  wrong?: string;
  save: (choice: ClassChoice) => Promise<string | null>;
}

export function ClassPicker({ form, draft, wrong, save }: Props) {
  const edited = useSignal<ClassChoice | null>(null);
  const version = useSignal(0);
  const { classes } = draft.value;
  const choose = (names: string[]) => {
    draft.value = { ...draft.value, classes: names };
  };
  const toggle = (name: string) => choose(classes.includes(name) ? classes.filter((one) => one !== name) : [...classes, name]);
  const all = form.user_classes.map(({ name }) => name);
  return (
    <fieldset class={wrong ? "is-wrong" : undefined}>
      <legend>User classes</legend>
      <div class="scroll">
        <table class="plain picker" data-version={version.value}>
          <thead>
            <tr>
              <th scope="col" class="text">
                <label>
                  <input type="checkbox" checked={classes.length === all.length} onInput={(event) => choose(event.currentTarget.checked ? all : [])} /> All classes
                </label>
              </th>
              <th scope="col">Weight</th>
              <th scope="col">Fixed</th>
              <th scope="col" class="text host">
                Host
              </th>
              <th scope="col">
                <span class="hidden">Edit</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {form.user_classes.map((choice) => (
              <tr>
                <th scope="row" class="text">
                  <label>
                    <input type="checkbox" checked={classes.includes(choice.name)} onInput={() => toggle(choice.name)} /> {choice.name}
                  </label>
                </th>
                <td>{choice.weight}</td>
                <td>{choice.fixed_count || "–"}</td>
                <td class="text host">{choice.host ?? "–"}</td>
                <td>
                  <button type="button" class="quiet" onClick={() => (edited.value = choice)} aria-label={`Edit ${choice.name}`}>
                    Edit
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {wrong && <small>{wrong}</small>}
      {shapesOf(form).length > 0 && (
        <div class="field">
          <label for="field-shape">Shape</label>
          <select id="field-shape" onInput={(event) => (draft.value = { ...draft.value, shape_class: event.currentTarget.value })}>
            {["Default", ...shapesOf(form)].map((name) => (
              <option value={name} selected={name === draft.value.shape_class}>
                {name === "Default" ? "none: users and ramp as above" : name}
              </option>
            ))}
          </select>
        </div>
      )}
      {edited.value && (
        <ClassEditor
          choice={edited.value}
          close={() => (edited.value = null)}
          save={async (next) => {
            const refused = await save(next);
            if (refused) return refused;
            Object.assign(edited.value ?? {}, next);
            version.value += 1;
            edited.value = null;
            return null;
          }}
        />
      )}
    </fieldset>
  );
}

function ClassEditor({ choice, close, save }: { choice: ClassChoice; close: () => void; save: (next: ClassChoice) => Promise<string | null> }) {
  const draft = useSignal<ClassChoice>({ ...choice });
  const told = useSignal<string | null>(null);
  const set = (part: Partial<ClassChoice>) => {
    draft.value = { ...draft.value, ...part };
  };
  const { tasks, weight, fixed_count, host } = draft.value;
  const names = [...new Set(choice.available_tasks)];
  return (
    <Dialog title={choice.name} close={close}>
      <div class="fields">
        <div class="pair">
          <Field name="weight" label="Weight" hint="against the other classes" kind="number" value={String(weight)} set={(value) => set({ weight: Number(value) })} />
          <Field name="fixed_count" label="Fixed count" hint="0: by weight" kind="number" value={String(fixed_count)} set={(value) => set({ fixed_count: Number(value) })} />
        </div>
        <Field name="class_host" label="Host" value={host ?? ""} set={(value) => set({ host: value })} />
        <fieldset>
          <legend>Tasks</legend>
          {names.map((name) => (
            <label class="line">
              <input
                type="checkbox"
                checked={tasks.includes(name)}
                onInput={(event) => set({ tasks: event.currentTarget.checked ? [...tasks, ...choice.available_tasks.filter((one) => one === name)] : tasks.filter((one) => one !== name) })}
              />{" "}
              {name}
            </label>
          ))}
        </fieldset>
        {told.value && (
          <p class="notice is-red" role="alert">
            {told.value}
          </p>
        )}
        <div class="actions">
          <button
            type="button"
            class="primary"
            disabled={tasks.length === 0}
            onClick={async () => {
              told.value = await save(draft.value);
            }}
          >
            Save
          </button>
        </div>
      </div>
    </Dialog>
  );
}
