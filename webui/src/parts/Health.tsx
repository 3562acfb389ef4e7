// Is the generator to be trusted, and did the limits hold? Said in words and shapes before it is said in colours.
import type { Generator, RunState, Verdict } from "../data/types";
import { bytes, count, ms } from "../data/format";

const SHAPES = { green: "●", amber: "▲", red: "◆" } as const;
const WORDS = { green: "Generator well", amber: "Generator strained", red: "Generator overloaded" } as const;

export function GeneratorLight({ generator }: { generator: Generator | undefined }) {
  if (!generator) return null;
  return (
    <span class={`light is-${generator.light}`} title={generator.reason || WORDS[generator.light]}>
      <span aria-hidden="true">{SHAPES[generator.light]}</span>
      <span class="word">{WORDS[generator.light]}</span>
    </span>
  );
}

/** What a strained generator means for the figures; nothing while all is well. */
export function GeneratorNotice({ generator }: { generator: Generator | undefined }) {
  if (!generator || generator.light === "green") return null;
  return (
    <div class={`notice is-${generator.light}`} role="note">
      <strong>
        {SHAPES[generator.light]} {WORDS[generator.light]}.
      </strong>{" "}
      {generator.reason || "Response times may include waiting in the generator."}
    </div>
  );
}

export function Verdicts({ verdicts }: { verdicts: Verdict[] }) {
  if (verdicts.length === 0) return null;
  return (
    <ul class="verdicts" aria-label="Limits">
      {verdicts.map(({ limit, value, text, holds }) => (
        <li class={holds ? "holds" : "crossed"}>
          <span aria-hidden="true">{holds ? "✓" : "✗"}</span> <b>{holds ? "Held" : value == null ? "Not judged" : "Crossed"}</b> {text || limit}
        </li>
      ))}
    </ul>
  );
}

/** The generator's figures in one row. */
export function GeneratorFacts({ state }: { state: RunState }) {
  const { generator, machine } = state;
  const lag = generator.lag ?? {};
  const facts: [string, string, string?][] = [
    ["Process", generator.cpu_percent == null ? "–" : `${count(generator.cpu_percent)} % CPU`, "of one core, all threads"],
    ["Script thread", generator.script_cpu_percent == null ? "–" : `${count(generator.script_cpu_percent)} %`, "runs the locustfile; 100 % is its most"],
    ["Memory", bytes(generator.memory_bytes)],
    ["Lag p99 after a wait", `${ms(lag.wake_p99_ms)} ms`, "users come back late from wait_time"],
    ["Lag p99 before a call", `${ms(lag.submit_p99_ms)} ms`, "requests go out late; not in response times"],
    ["Lag p99 after an answer", `${ms(lag.resume_p99_ms)} ms`, "tasks go on late; not in response times"],
  ];
  if (generator.open_connections != null) facts.push(["Open connections", count(generator.open_connections)]);
  if (machine.cores) facts.push(["Machine", `${machine.host ?? ""} · ${machine.cores} cores`]);
  return (
    <dl class="facts">
      {facts.map(([name, value, meaning]) => (
        <div>
          <dt>{name}</dt>
          <dd>
            {value}
            {meaning && <small>{meaning}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
