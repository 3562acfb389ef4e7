// One option of the locustfile: the kind of its default and its choices decide the control. A secret is asked for anew; what it
// is now does not leave the server.
import type { OptionChoice } from "../data/types";

export function Option({ option, value, set }: { option: OptionChoice; value: unknown; set: (value: unknown) => void }) {
  const id = `option-${option.name}`;
  const current = value ?? option.default;
  const label = option.name.replaceAll("_", " ");
  const hint = option.help && <small id={`${id}-hint`}>{option.help}</small>;
  const described = option.help ? `${id}-hint` : undefined;
  if (typeof option.default === "boolean")
    return (
      <div class="field is-check">
        <label for={id}>
          <input id={id} type="checkbox" checked={current === true || current === "true"} aria-describedby={described} onInput={(event) => set(event.currentTarget.checked)} /> {label}
        </label>
        {hint}
      </div>
    );
  const chosen = Array.isArray(current) ? current.map(String) : current == null ? [] : [String(current)];
  return (
    <div class="field">
      <label for={id}>
        {label}
        {option.is_required && <span class="required"> required</span>}
      </label>
      {option.choices?.length ? (
        <select
          id={id}
          multiple={option.is_multiple}
          aria-describedby={described}
          onInput={(event) => set(option.is_multiple ? [...event.currentTarget.selectedOptions].map((one) => one.value) : event.currentTarget.value)}
        >
          {option.choices.map((choice) => (
            <option value={String(choice)} selected={chosen.includes(String(choice))}>
              {String(choice)}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          type={(option.is_secret ? "password" : "text") as "text"}
          autocomplete={option.is_secret ? "new-password" : "off"}
          placeholder={option.is_secret ? (option.is_set ? "set; leave empty to keep it" : "not set") : undefined}
          value={option.is_secret ? String(value ?? "") : chosen.join(",")}
          required={option.is_required && !(option.is_secret && option.is_set)}
          aria-describedby={described}
          onInput={(event) => set(event.currentTarget.value)}
        />
      )}
      {hint}
    </div>
  );
}
