// The page's keys; none while something is typed, and none of those that the browser or the system owns.
import { chosen, endpoint, SCREENS, step } from "../data/route";
import { canStop, hasRun } from "../data/run";
import { sheet } from "./Menu";

const isTyping = (target: EventTarget | null) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));

export function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && isTyping(event.target)) (event.target as HTMLElement).blur();
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const screen = SCREENS[Number(event.key) - 1];
    if (screen) chosen.value = screen;
    else if (event.key === "/") {
      event.preventDefault();
      document.getElementById("filter")?.focus();
    } else if (event.key === "s") sheet.value = canStop.value ? "stop" : "start";
    else if (event.key === "e" && canStop.value && hasRun.value) sheet.value = "edit";
    else if (event.key === "[") step(-1);
    else if (event.key === "]") step(1);
    else if (event.key === "?") sheet.value = "help";
    else if (event.key === "Escape") endpoint.value = null;
    else return;
    event.preventDefault();
  });
}
