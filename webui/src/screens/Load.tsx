// Who makes the load: users by class, the tasks they should do against those they did, the workers and how they are.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { get } from "../data/api";
import { era, isBusy, state } from "../data/run";
import type { Tasks } from "../data/types";
import { GeneratorFacts, GeneratorNotice } from "../parts/Health";
import { Classes, TaskShares } from "../parts/Shares";
import { Workers } from "../parts/Workers";

const tasks = signal<Tasks | null>(null);
const REFRESH_MS = 5000;

export function Load() {
  useEffect(() => {
    const fetchAll = () =>
      void get<Tasks>("tasks").then(
        (answer) => {
          tasks.value = answer;
        },
        () => undefined,
      );
    fetchAll();
    const timer = setInterval(() => isBusy.value && !document.hidden && fetchAll(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [era.value]);
  const { value } = state;
  if (!value) return null;
  return (
    <>
      <div class="headline">
        <h1>Load & workers</h1>
      </div>
      <GeneratorNotice generator={value.generator} />
      {value.is_distributed && (
        <section class="card">
          <h3>Workers</h3>
          <Workers workers={value.workers} />
        </section>
      )}
      <div class="charts">
        <section class="card">
          <h3>Users by class</h3>
          <Classes classes={value.classes} />
        </section>
        <section class="card">
          <h3>Tasks: share by weight</h3>
          <TaskShares tasks={tasks.value} />
        </section>
      </div>
      <section class="card">
        <h3>Generator</h3>
        <GeneratorFacts state={value} />
      </section>
    </>
  );
}
