// The live page: bar, rail, one screen, dialogs. What is shown first depends on the run: the form while nothing ran yet.
import { effect } from "@preact/signals";
import { render } from "preact";
import { useEffect } from "preact/hooks";

import { count } from "./data/format";
import { chosen, compared, keepAddress, SCREENS, type Screen } from "./data/route";
import { errorCount, exceptionCount, hasRun, isBusy, state, trouble } from "./data/run";
import { follow, road } from "./data/stream";
import { keepTheme } from "./data/theme";
import { Bar, MainButton } from "./parts/Bar";
import { Icon } from "./parts/Icon";
import { listenToKeys } from "./parts/keys";
import { sheet } from "./parts/Menu";
import { Sheets } from "./parts/Sheets";
import { Endpoints } from "./screens/Endpoints";
import { Errors } from "./screens/Errors";
import { args, Extended } from "./screens/Extended";
import { Load } from "./screens/Load";
import { Logs } from "./screens/Logs";
import { Overview } from "./screens/Overview";
import { Runs } from "./screens/Runs";
import { Start } from "./screens/Start";
import "./style/index.css";

const TITLES: Record<string, string> = { overview: "Overview", endpoints: "Endpoints", errors: "Errors", load: "Load & workers", logs: "Logs", runs: "Runs" };
const SHORT: Record<string, string> = { load: "Load" };

function Rail({ screen }: { screen: Screen }) {
  const errors = errorCount.value + exceptionCount.value;
  const own = (args.extended_tabs ?? []).map(({ key, title }): [Screen, string] => [`x-${key}`, title]);
  const all: [Screen, string][] = [...SCREENS.map((name): [Screen, string] => [name, TITLES[name] ?? name]), ...own];
  return (
    <nav class="rail" aria-label="Screens">
      <ul>
        {all.map(([name, title], at) => (
          <li>
            <button type="button" aria-current={screen === name ? "page" : undefined} aria-keyshortcuts={at < 6 ? String(at + 1) : undefined} onClick={() => (chosen.value = name)}>
              <Icon name={name.startsWith("x-") ? "extra" : name} />
              <span class="long">{title}</span>
              <span class="short">{SHORT[name] ?? title}</span>
              {name === "errors" && errors > 0 && (
                <span class="number">
                  {count(errors)}
                  <span class="hidden"> kinds of errors</span>
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
      <div class="thumb">
        <MainButton />
      </div>
    </nav>
  );
}

function Current({ screen }: { screen: Screen }) {
  if (screen.startsWith("x-")) return <Extended key={screen} tab={screen.slice(2)} />;
  switch (screen) {
    case "start":
      return (
        <>
          <div class="headline">
            <h1>{hasRun.value ? "New test" : "Start a test"}</h1>
          </div>
          <div class="card">
            <Start />
          </div>
        </>
      );
    case "endpoints":
      return <Endpoints />;
    case "errors":
      return <Errors />;
    case "load":
      return <Load />;
    case "logs":
      return <Logs />;
    case "runs":
      return <Runs />;
    default:
      return <Overview />;
  }
}

/** Changes of state are read out; numbers are not. */
const Announcer = () => (
  <p class="hidden" role="status">
    {state.value ? `The test is ${state.value.state}. ${state.value.generator.light === "green" ? "" : state.value.generator.reason}` : ""}
  </p>
);

function Page() {
  const screen: Screen = chosen.value ?? (hasRun.value ? "overview" : "start");
  useEffect(() => {
    document.title = `${TITLES[screen] ?? "Start"} · rlocust`;
    scrollTo(0, 0);
  }, [screen]);
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <Bar />
      <Rail screen={screen} />
      <main id="main" tabIndex={-1} class={`on-${screen === "runs" && compared.value ? "compare" : screen}`}>
        {trouble.value && (
          <p class="notice is-red" role="alert">
            {trouble.value}
          </p>
        )}
        {road.value === "polling" && !trouble.value && <p class="notice is-amber">No live stream: the page asks every two seconds.</p>}
        {state.value ? <Current screen={screen} /> : !trouble.value && <p class="nothing">Loading…</p>}
      </main>
      <Sheets />
      <Announcer />
    </>
  );
}

keepTheme();
keepAddress();
listenToKeys();
effect(() => {
  if (sheet.value !== "start") return;
  sheet.value = null;
  chosen.value = "start";
});
// A test that somebody else starts takes the watcher along from the empty form, not from a filled one.
let wasBusy = false;
effect(() => {
  if (isBusy.value && !wasBusy && chosen.peek() === null) chosen.value = "overview";
  wasBusy = isBusy.value;
});
render(<Page />, document.getElementById("root") as HTMLElement);
void follow();
