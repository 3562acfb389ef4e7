// What the mock server answers to each route of /api/v1, from a made-up run; orders change it as the real ones would.
import { MadeUpRun } from "./run.mjs";

const ok = (value, status = 200) => ({ value, status });
const TRACEBACK = `Traceback (most recent call last):
  File "/usr/lib/python3.11/site-packages/rlocust/_shim/locust/user/task.py", line 340, in run
    self.execute_next_task()
  File "/suite/locustfile.py", line 42, in checkout
    total = sum(item["price"] for item in cart["items"])
  File "/suite/locustfile.py", line 42, in <genexpr>
    total = sum(item["price"] for item in cart["items"])
KeyError: 'price'`;

const POINT = ["rps", "fps", "p50", "p95", "p99", "max", "avg"];
const SUM = ["requests", "failures", "avg", "min", "max", "p50", "p95", "p99", "size"];
const columns = (rows, names) => Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] ?? null)]));
/** Of many endpoints: the sum as if every second had been like this one. */
const about = (point, second) => ({ ...point, requests: point.n * second, failures: point.fails * second, min: point.p50 * 0.31 });

export class Answers {
  constructor({ age, endpoints, users, workers, isIdle, isPicker, hasStreams, speed }) {
    Object.assign(this, { workers, isPicker, hasStreams, speed, count: endpoints, host: "https://shop.example.org", isStreamBroken: false });
    this.born = Date.now() / 1000;
    this.marks = [];
    this.notes = {};
    this.labels = {};
    this.gone = new Set();
    this.run = new MadeUpRun({ startedAt: this.now() - age, users, endpoints });
    this.before = new MadeUpRun({ startedAt: this.now() - age - 4000, users: users * 0.9, endpoints: Math.min(10, endpoints), stoppedAt: this.now() - age - 3000 });
    this.state = isIdle ? "ready" : "running";
    this.hadRun = !isIdle;
    this.resets = 0;
    this.classes = ["ShopUser", "ApiUser", "Admin"].map((name, at) => ({
      name, weight: [6, 3, 1][at], fixed_count: at === 2 ? 2 : 0, host: at === 1 ? "https://api.example.org" : null,
      tasks: [["browse", "search", "checkout"], ["items", "orders"], ["audit"]][at], available_tasks: [["browse", "browse", "search", "checkout"], ["items", "orders"], ["audit"]][at],
    }));
    if (!isIdle) {
      this.mark("start", `${users} users`, this.run.startedAt);
      if (age > 300) this.mark("edit", "240 users, was 120", this.run.startedAt + 200);
      if (age > 500) this.mark("worker_missing", "load-3_7d1f", this.run.startedAt + 455);
    }
  }

  now() {
    const real = Date.now() / 1000;
    return this.born + (real - this.born) * this.speed;
  }

  mark(kind, text, t = this.now()) {
    this.marks.push({ t, kind, text });
  }

  tickNumber() {
    return Math.floor(this.now() - this.born);
  }

  get isBusy() {
    return this.hadRun && this.run.stoppedAt === null;
  }

  currentState() {
    if (this.isBusy && this.run.users(this.now()) < this.run.target) return "spawning";
    return this.state;
  }

  newsSince(last) {
    const news = [];
    const until = this.tickNumber();
    if (this.resetTold !== this.resets && this.resetTold !== undefined) news.push({ event: "reset", id: until, data: {} });
    this.resetTold = this.resets;
    for (let n = Math.max(last + 1, until - 300); n <= until; n += 1) news.push({ event: "tick", id: n, data: this.tick(n) });
    return news;
  }

  tick(n) {
    const { run } = this;
    const t = this.born + n;
    const second = Math.floor(t - run.startedAt);
    const live = this.isBusy ? run.endpoints.slice(0, 500).map(({ i }) => run.point(i, second)).filter((point) => point.n > 0) : [];
    const sums = live.map((point) => (live.length < 40 ? run.sum(point.i, t) : about(point, second)));
    const shown = { i: live.map(({ i }) => i), ...columns(live, POINT), sum: columns(sums, SUM) };
    const total = this.isBusy ? run.total(second) : { rps: 0, fps: 0, p50: null, p95: null, p99: null, max: null, avg: null };
    return {
      n, t, state: this.currentState(), users: this.isBusy ? run.users(t) : 0, target_users: this.isBusy ? run.target : 0,
      total: { ...total, sum: this.hadRun ? run.sum(-1, t) : undefined }, endpoints: shown, errors_n: this.hadRun ? 3 : 0, exceptions_n: this.hadRun ? 1 : 0,
      marks: this.marks.filter((mark) => mark.t > t - 1 && mark.t <= t), generator: run.generator(second), workers: this.workerRows(), classes: this.classRows(), ...(this.hasStreams && { streams: this.streams() }),
    };
  }

  /** Of a chat whose answers come as events with tokens. */
  streams() {
    if (!this.hasStreams || !this.hadRun) return [];
    const asked = 1 + this.run.seconds(this.now());
    const figure = (title, count, mean) => ({ title, count, values: [1, 0.92, 1.4, 1.7, 2.6, 4.1].map((factor) => mean * factor) });
    return [{
      method: "POST", name: "/chat", counted: `${asked} streams, ${asked * 40} events, ${asked * 38} tokens`,
      figures: [figure("first byte (ms)", asked, 21), figure("first event (ms)", asked, 180), figure("gap (ms)", asked * 39, 24), figure("tokens/s", asked, 37)],
    }];
  }

  workerRows() {
    return Array.from({ length: this.workers }, (_, at) => ({
      id: `vm-${at + 1}_4f1c9a${at}`, host: `vm-${at + 1}`, index: at, state: at === 2 ? "missing" : this.currentState(), users: this.isBusy && at !== 2 ? Math.round(this.run.users(this.now()) / 2) : 0,
      rps: this.isBusy && at !== 2 ? 240 : 0, cpu_percent: [61, 93, 0][at % 3], memory_bytes: 91e6 + at * 3e6, lag_p99_ms: [0.9, 14, null][at % 3], last_seen_s: [0.4, 0.8, 12.1][at % 3], version: "1.0.0", is_rlocust: at !== 1,
    }));
  }

  classRows() {
    const users = this.isBusy ? this.run.users(this.now()) : 0;
    return this.classes.map(({ name }, at) => ({ name, running: at === 2 ? Math.min(2, users) : Math.round((users - 2) * [0.67, 0.33][at]), target: at === 2 ? 2 : Math.round((this.run.target - 2) * [0.67, 0.33][at]) })).filter(() => users > 0);
  }

  stateAnswer() {
    const { run } = this;
    const now = this.now();
    const second = run.seconds(now);
    return {
      run: 1, state: this.currentState(), now, started_at: this.hadRun ? run.startedAt : null, stopped_at: run.stoppedAt, run_time: this.runTime ?? null, users: this.isBusy ? run.users(now) : 0,
      target_users: this.isBusy ? run.target : 0, classes: this.classRows(), host: this.host, locustfile: "locustfile.py", profile: null, tags: [], versions: { rlocust: "1.0.0", locust: "2.47.0", python: "3.11.2" },
      machine: { host: "bench-1", cores: 8, platform: "Linux-6.1-x86_64" }, is_distributed: this.workers > 0, workers: this.workerRows(), generator: run.generator(second),
      verdicts: this.hadRun ? [
        { limit: "p95 > 900ms", value: 412.3, text: "p95 of the run is 412.3 ms (p95 ≤ 900ms)", holds: true },
        { limit: "fail_ratio > 1%", value: 1.12, text: "fail_ratio of the run is 1.12 % (limit: fail_ratio > 1%)", holds: false },
      ] : [],
      accounting: this.hadRun ? { samples: { total: 99317, ok: 98214, failed: 1103, cut: { total: 0, sent: 0 }, unreported: 0 }, attempts: { total: 99317, answered: 99290, failed_after_send: 27 } } : {}, marks: this.hadRun ? this.marks : [],
      streams: this.streams(),
      can: { start: !this.isBusy, stop: this.isBusy, edit: this.isBusy, reset: true, pick_classes: this.isPicker, history: false }, is_shape: false, baseline: null,
    };
  }

  form() {
    return {
      defaults: { user_count: 240, spawn_rate: 12, host: this.host, run_time: null, profile: null }, user_classes: this.classes, shape_classes: this.isPicker ? ["Default", "StepShape"] : ["Default"], picks_classes: this.isPicker,
      options: [
        { name: "tenant", help: "Which tenant the users belong to", default: "green", choices: ["green", "blue"], is_secret: false },
        { name: "api_token", help: "Token of the test account", default: null, is_secret: true, is_set: true },
        { name: "with_images", help: "Load pictures, too", default: true },
      ],
      hide_common_options: false, host_required: false, all_profiles: ["smoke", "peak"], shape_curve: this.isPicker ? [[0, 0], [60, 100], [60, 200], [120, 200], [120, 300], [180, 300], [240, 0]] : null,
    };
  }

  errors() {
    if (!this.hadRun) return [];
    const first = this.run.startedAt + 12;
    const last = this.run.stoppedAt ?? this.now();
    const seconds = this.run.seconds(this.now());
    return [
      { id: "f1", kind: "failure", method: "POST", name: "/checkout/confirm", text: "HTTPError('503 Server Error: Service Unavailable for url: /checkout/confirm')", count: 1 + seconds, share: 0.86, first_seen: first, last_seen: last, nodes: ["local"] },
      { id: "f2", kind: "failure", method: "POST", name: "/api/orders", text: "CatchResponseError('no order number in the answer')", count: 1 + Math.round(seconds / 8), share: 0.12, first_seen: first + 30, last_seen: last, nodes: ["local"] },
      { id: "f3", kind: "failure", method: "GET", name: "/search?q=[term]", text: "ConnectionResetError(104, 'Connection reset by peer')", count: 1 + Math.round(seconds / 40), share: 0.02, first_seen: first + 100, last_seen: last - 9, nodes: ["local"] },
      { id: "e1", kind: "exception", method: "", name: "", text: "KeyError: 'price'", count: 17, share: 1, first_seen: first + 44, last_seen: last - 3, nodes: ["local"], traceback: TRACEBACK },
    ];
  }

  tasks() {
    const per_class = Object.fromEntries(this.classes.map(({ name, available_tasks }, at) => {
      const names = [...new Set(available_tasks)];
      return [name, { ratio: [0.66, 0.33, 0.01][at], tasks: Object.fromEntries(names.map((task) => [task, { ratio: available_tasks.filter((one) => one === task).length / available_tasks.length }])) }];
    }));
    return { per_class, total: per_class };
  }

  logs(after) {
    const until = Math.floor((this.now() - this.born) / 4) + 40;
    const lines = [];
    for (let n = Math.max(after ?? 0, until - 500); n < until; n += 1) {
      const level = n % 17 === 5 ? "WARNING" : n % 29 === 7 ? "ERROR" : "INFO";
      const text = { WARNING: "CPU usage of the script thread is high", ERROR: "KeyError: 'price' in task checkout", INFO: `Ramping to users using a ${n}.00 spawn rate` }[level];
      const t = this.born - 160 + n * 4;
      lines.push({ n, t, level, logger: "locust.runners", text: `[${new Date(t * 1000).toISOString().slice(0, 19)}] bench-1/${level}/locust.runners: ${text}` });
    }
    return { nodes: this.workers ? ["master", ...this.workerRows().map(({ id }) => id)] : ["local"], lines, next: until };
  }

  runs() {
    const of = (id, run, state, at) => {
      const row = run.row(-1, this.now());
      return { id, number: at, started_at: run.startedAt, duration_s: run.seconds(this.now()), users: run.target, requests: row.requests, failures: row.failures, fail_ratio: row.fail_ratio, rps: row.total_rps, p50: row.p50, p95: row.p95, p99: row.p99, note: this.notes[id] ?? (at === 1 ? "before the index was added" : ""), labels: this.labels[id] ?? (at === 1 ? ["baseline", "v1.4"] : []), state, has_store: state !== "current" };
    };
    const all = [of("20261122-1", this.before, "complete", 1)];
    if (this.hadRun) all.push(of("20261123-2", this.run, this.isBusy ? "current" : "complete", 2));
    return all.filter(({ id }) => !this.gone.has(id));
  }

  compare() {
    const now = this.now();
    const relative = (run) => {
      const series = run.series(-1, now);
      return { ...series, t: series.t.map((t) => t - run.startedAt) };
    };
    const change = (figure, unit, first, second, at) => ({ figure, unit, first, second, change: first ? second / first - 1 : null, p: [0.4, 0.0004, 0.0002][at % 3], outcome: ["same", "worse", "better"][at % 3], lack: null });
    const entries = [-1, 0, 1, 4, 7].map((i) => {
      const a = this.before.row(i, now);
      const b = this.run.row(i, now);
      return { name: a.name, method: a.method, requests: [a.requests, b.requests], figures: [change("rps", "1/s", a.total_rps, b.total_rps, i + 1), change("p50", "ms", a.p50, b.p50, i + 2), change("p95", "ms", a.p95, b.p95, i + 3), change("errors", "fraction", a.fail_ratio, b.fail_ratio, 0)] };
    });
    return { first: "20261122-1", second: "20261123-2", level: 0.01, entries, only_first: [], only_second: ["GET /cart/v2"], regressions: null, series: { a: relative(this.before), b: relative(this.run) } };
  }

  rows() {
    const now = this.now();
    if (!this.hadRun) return [this.run.row(-1, this.run.startedAt)];
    return [this.run.row(-1, now), ...this.run.endpoints.map(({ i }) => this.run.row(i, now))];
  }

  report() {
    const now = this.now();
    const series = Object.fromEntries([-1, ...this.run.endpoints.slice(0, 20).map(({ i }) => i)].map((i) => [i, this.run.series(i, now)]));
    const histograms = Object.fromEntries([-1, ...this.run.endpoints.slice(0, 20).map(({ i }) => i)].map((i) => [i, this.run.histogram(i, now)]));
    const baseline = { name: "before.html", endpoints: [-1, ...this.before.endpoints.map(({ i }) => i)].map((i) => this.before.row(i, now)) };
    return { version: 1, state: this.stateAnswer(), endpoints: this.rows(), series, heatmap: this.run.heatmap(-1, now), histograms, errors: this.errors(), streams: this.streams(), tasks: this.tasks(), settings: { users: 240, spawn_rate: 12, run_time: "15m", stop_timeout: "0 s", command: "rlocust -f locustfile.py -u 240 -r 12 -t 15m" }, baseline };
  }

  templateArgs() {
    return {
      state: this.state, stats_history_enabled: false, extended_tabs: [{ title: "Content length", key: "content-length" }], extended_csv_files: [{ href: "content-length/csv", title: "Content length (CSV)" }],
      extended_tables: [{ key: "content-length", structure: [{ key: "name", title: "Name" }, { key: "content_length", title: "Total content length" }] }],
    };
  }

  locustStats() {
    return { stats: [], extended_stats: [{ key: "content-length", data: this.run.endpoints.slice(0, 5).map(({ name }) => ({ name, content_length: 4096 * name.length })) }] };
  }

  of(method, path, query, body) {
    const number = (name) => (query.has(name) ? Number(query.get(name)) : undefined);
    const now = this.now();
    const i = number("endpoint") ?? -1;
    const [name, id] = path.replace("/api/v1/", "").split("/");
    if (path === "/user" && method === "POST") return this.editClass(body);
    if (path === "/_mock" && method === "POST") return ok(Object.assign(this, body) && {});
    if (method === "PATCH" && name === "runs") {
      if (body.note !== undefined) this.notes[id] = body.note;
      if (body.labels !== undefined) this.labels[id] = body.labels;
      return ok({ id, note: this.notes[id] ?? "", labels: this.labels[id] ?? [] });
    }
    if (method === "DELETE" && name === "runs") return ok({ success: !!this.gone.add(id), message: "" });
    if (method === "POST") return this.order(name, body);
    switch (name) {
      case "state": return ok(this.stateAnswer());
      case "form": return ok(this.form());
      case "endpoints": return ok(this.rows());
      case "series": return ok(this.hadRun ? this.run.series(i, now, number("from"), number("to"), number("step")) : this.run.series(i, 0));
      case "heatmap": return ok(this.hadRun ? this.run.heatmap(i, now, number("from"), number("to")) : { t: [], edges_ms: [], counts: [] });
      case "histogram": return ok(this.run.histogram(i, now));
      case "errors": return ok(id ? this.errors().find((one) => one.id === id) : this.errors());
      case "tasks": return ok(this.tasks());
      case "logs": return ok(this.logs(number("after")));
      case "runs": return ok(this.runs());
      case "compare": return ok(this.compare());
      default: return undefined;
    }
  }

  editClass({ user_class_name, ...given }) {
    const choice = this.classes.find(({ name }) => name === user_class_name);
    if (!choice) return ok({ success: false, message: `no class ${user_class_name}` }, 500);
    Object.assign(choice, given);
    return ok({}, 201);
  }

  order(name, body) {
    const refuse = (message) => ok({ success: false, message }, 400);
    if ((name === "start" || name === "edit") && !(body.user_count >= 0 && body.spawn_rate > 0)) return refuse("Missing or invalid user_count or spawn_rate");
    this.orders = [...(this.orders ?? []), { name, body }];
    if (name === "start" || (name === "edit" && !this.isBusy)) {
      this.run = new MadeUpRun({ startedAt: this.now(), users: body.user_count, ramp: body.spawn_rate, endpoints: this.count });
      this.state = "running";
      this.hadRun = true;
      this.marks = [];
      this.resets += 1;
      this.host = body.host || this.host;
      this.runTime = body.run_time ? Number.parseInt(body.run_time, 10) : null;
      this.mark("start", `${body.user_count} users`);
      return ok({ success: true, message: "Swarming started" });
    }
    if (name === "edit") {
      this.mark("edit", `${body.user_count} users, was ${this.run.target}`);
      this.run.target = body.user_count;
      return ok({ success: true, message: "Swarming started" });
    }
    if (name === "stop") {
      this.run.stoppedAt = this.now();
      this.state = "stopped";
      this.mark("stop", "");
      return ok({ success: true, message: "Test stopped" });
    }
    if (name === "reset") {
      this.run.startedAt = this.now();
      this.resets += 1;
      this.mark("reset", "");
      return ok({ success: true, message: "ok" });
    }
    return undefined;
  }
}
