// What was logged, here and on the workers: the latest lines, by level, by word, followed until somebody scrolls up.
import { signal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import { get } from "../data/api";
import { clock, count } from "../data/format";
import type { LogLine } from "../data/types";

interface Answer {
  nodes: string[];
  lines: LogLine[];
  next: number;
}

const MOST = 2000;
const REFRESH_MS = 2000;
const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];
const lines = signal<LogLine[]>([]);
const nodes = signal<string[]>([]);
const node = signal("");
const least = signal("DEBUG");
const filter = signal("");
let next: number | undefined;

async function fetchMore(): Promise<void> {
  const answer = await get<Answer>("logs", { node: node.value || undefined, after: next }).catch(() => null);
  if (!answer) return;
  nodes.value = answer.nodes;
  if (next === undefined) lines.value = answer.lines;
  else if (answer.lines.length) lines.value = [...lines.value, ...answer.lines].slice(-MOST);
  next = answer.next;
}

function choose(name: string): void {
  node.value = name;
  next = undefined;
  lines.value = [];
  void fetchMore();
}

/** Time, node and level stand in columns of their own; the logging format of Locust says them again. */
const message = (text: string) => text.replace(/^\[[^\]]*\] [^\s/]+\/[A-Z]+\/(\S+): /, "$1: ");

export function Logs() {
  const isFollowing = useSignal(true);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    void fetchMore();
    const timer = setInterval(() => !document.hidden && void fetchMore(), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  useLayoutEffect(() => {
    const { current } = box;
    if (current && isFollowing.value) current.scrollTop = current.scrollHeight;
  });
  const words = filter.value.toLowerCase();
  const shown = lines.value.filter(({ level, text }) => LEVELS.indexOf(level) >= LEVELS.indexOf(least.value) && text.toLowerCase().includes(words));
  return (
    <>
      <div class="headline">
        <h1>Logs</h1>
        <input type="search" class="filter" id="filter" placeholder="Filter ( / )" aria-label="Filter lines" value={filter.value} onInput={(event) => (filter.value = event.currentTarget.value)} />
        <div class="ranges" role="group" aria-label="Least level">
          {LEVELS.slice(0, 4).map((level) => (
            <button type="button" aria-pressed={least.value === level} onClick={() => (least.value = level)}>
              {level === "DEBUG" ? "All" : level[0] + level.slice(1).toLowerCase()}
            </button>
          ))}
        </div>
        {nodes.value.length > 1 && (
          <select aria-label="Node" onInput={(event) => choose(event.currentTarget.value)}>
            {nodes.value.map((name) => (
              <option value={name}>{name}</option>
            ))}
          </select>
        )}
        <button type="button" aria-pressed={isFollowing.value} onClick={() => (isFollowing.value = !isFollowing.value)}>
          {isFollowing.value ? "Following" : "Paused"}
        </button>
        <a class="button" download="log.txt" href={`data:text/plain;charset=utf-8,${encodeURIComponent(shown.map(({ text }) => text).join("\n"))}`}>
          Save
        </a>
        <span class="muted">{count(shown.length)} lines</span>
      </div>
      <div
        class="card log"
        ref={box}
        tabIndex={0}
        role="log"
        aria-label="Log lines"
        aria-live="off"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          const isAtEnd = scrollHeight - scrollTop - clientHeight < 24;
          if (isFollowing.value !== isAtEnd) isFollowing.value = isAtEnd;
        }}
      >
        {shown.map(({ n, t, level, text }) => (
          <div key={n} class={`entry is-${level.toLowerCase()}`}>
            <time>{clock(t)}</time> <span class="level">{level}</span> <span class="text">{message(text)}</span>
          </div>
        ))}
        {shown.length === 0 && <p class="nothing">No lines</p>}
      </div>
    </>
  );
}
