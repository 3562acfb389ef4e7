// Light, dark or as the system says; kept under Locust's name, so that a choice made there holds here.
import { effect, signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

const read = (): Theme => {
  try {
    const kept = localStorage.getItem("theme");
    return kept === "light" || kept === "dark" ? kept : "auto";
  } catch {
    return "auto"; // storage may be forbidden
  }
};

export const theme = signal<Theme>(read());
const narrow = matchMedia("(max-width: 600px)");
/** A phone: fewer columns, lower charts. */
export const isNarrow = signal(narrow.matches);
narrow.addEventListener("change", () => {
  isNarrow.value = narrow.matches;
});

const dark = matchMedia("(prefers-color-scheme: dark)");
/** Whoever draws on a canvas reads this: canvases do not follow custom properties. */
export const isDark = signal(false);

export function keepTheme(): void {
  const system = signal(dark.matches);
  dark.addEventListener("change", () => {
    system.value = dark.matches;
  });
  effect(() => {
    isDark.value = theme.value === "auto" ? system.value : theme.value === "dark";
    document.documentElement.dataset.theme = isDark.value ? "dark" : "light";
  });
}

export function choose(next: Theme): void {
  theme.value = next;
  try {
    if (next === "auto") localStorage.removeItem("theme");
    else localStorage.setItem("theme", next);
  } catch {
    // not kept, then
  }
}

export const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
