// A made-up load test whose history is a function of time: any second of any endpoint can be asked for, in any order, and
// gives the same figures. The mock server (mock.mjs) spells it as /api/v1.

const PATHS = ["/", "/login", "/api/items", "/api/items/[id]", "/api/orders", "/search?q=[term]", "/cart", "/checkout/confirm", "/static/app.js", "/api/users/[id]/recommendations/recent"];
const METHODS = ["GET", "POST", "GET", "GET", "POST", "GET", "GET", "POST", "GET", "GET"];

/** Evenly spread noise from two whole numbers, the same every time. */
export function noise(a, b) {
  let x = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x165667b1, 0xc2b2ae35);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x ^= x >>> 12;
  return (x >>> 0) / 4294967296;
}

export class MadeUpRun {
  constructor({ startedAt, users = 240, ramp = 12, endpoints = 10, stoppedAt = null }) {
    Object.assign(this, { startedAt, target: users, ramp, stoppedAt });
    this.endpoints = Array.from({ length: endpoints }, (_, i) => ({
      i,
      method: METHODS[i % METHODS.length],
      name: i < PATHS.length ? PATHS[i] : `/shop/${["shoes", "hats", "coats", "bags"][i % 4]}/${String(i).padStart(5, "0")}`,
    }));
    const weights = this.endpoints.map(({ i }) => 1 / (1 + (i % 97) * 0.35));
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    this.shares = weights.map((weight) => weight / all);
    this.factor = 1;
  }

  users(t) {
    if (this.stoppedAt !== null && t >= this.stoppedAt) return 0;
    return Math.max(0, Math.min(this.target, Math.round((t - this.startedAt) * this.ramp)));
  }

  /** Two minutes of every twelve are slow, as when a neighbour makes a backup. */
  slow(t) {
    const phase = (t - this.startedAt) % 720;
    return phase > 420 && phase < 540 ? 1 + Math.sin(((phase - 420) / 120) * Math.PI) * 1.8 : 1;
  }

  base(i) {
    return [14, 42, 23, 19, 88, 130, 31, 240, 6, 61][i % 10] * (i < 10 ? 1 : 0.7 + noise(i, 7));
  }

  /** One second of one endpoint. */
  point(i, second) {
    const t = this.startedAt + second;
    const users = this.users(t);
    const n = Math.round(users * 2.1 * this.shares[i] * (0.85 + 0.3 * noise(i, second)));
    if (n <= 0) return { i, rps: null, fps: null, p50: null, p95: null, p99: null, max: null, avg: null, n: 0, fails: 0, size: null };
    const slow = this.slow(t);
    const p50 = this.base(i) * slow * (0.94 + 0.12 * noise(i + 11, second)) * (1 + users / 1500);
    const p95 = p50 * (2.3 + 0.7 * noise(i + 23, second));
    const p99 = p95 * (1.4 + 0.9 * noise(i + 31, second));
    const rate = i === 7 ? 0.04 * slow : i === 4 ? 0.006 * slow : i % 53 === 20 ? 0.02 : 0;
    const fails = Math.min(n, Math.floor(n * rate + noise(i + 41, second)));
    const isFailing = rate > 0 ? fails : 0;
    return { i, rps: n, fps: isFailing, p50, p95, p99, max: p99 * (1.05 + 0.6 * noise(i + 51, second)), avg: p50 * 1.25, n, fails: isFailing, size: Math.round(400 + 9000 * noise(i, 3)) };
  }

  total(second) {
    return this.merge(this.endpoints.slice(0, 40).map(({ i }) => this.point(i, second)), this.endpoints.length > 40 ? this.endpoints.length / 40 : 1);
  }

  merge(points, by = 1) {
    const live = points.filter(({ n }) => n > 0);
    const n = live.reduce((sum, point) => sum + point.n, 0);
    if (n === 0) return { rps: 0, fps: 0, p50: null, p95: null, p99: null, max: null, avg: null, n: 0, fails: 0, size: null };
    const mean = (key) => live.reduce((sum, point) => sum + point[key] * point.n, 0) / n;
    const fails = live.reduce((sum, point) => sum + point.fails, 0);
    return { rps: n * by, fps: fails * by, p50: mean("p50") * 0.8, p95: mean("p95") * 1.25, p99: mean("p99") * 1.45, max: Math.max(...live.map(({ max }) => max)), avg: mean("avg"), n: n * by, fails: fails * by, size: mean("size") };
  }

  seconds(now) {
    return Math.max(0, Math.floor(Math.min(now, this.stoppedAt ?? now) - this.startedAt));
  }

  /** The whole run so far, from a sample of its seconds. */
  sum(i, now) {
    const seconds = this.seconds(now);
    const by = Math.max(1, Math.floor(seconds / 40));
    const picked = [];
    for (let second = 1; second <= seconds; second += by) picked.push(i < 0 ? this.total(second) : this.point(i, second));
    const { n, fails, p50, p95, p99, max, avg, size } = this.merge(picked);
    const requests = Math.round(n * by);
    return { requests, failures: Math.round(fails * by), avg, min: p50 === null ? null : p50 * 0.31, max, p50, p95, p99, size };
  }

  row(i, now) {
    const sum = this.sum(i, now);
    const second = this.seconds(now);
    const last = i < 0 ? this.total(second) : this.point(i, second);
    const { name, method } = i < 0 ? { name: "Aggregated", method: "" } : this.endpoints[i];
    const isBusy = this.stoppedAt === null;
    const some = (by) => (sum.p50 === null ? null : sum.p50 * by);
    return {
      i, name, method, ...sum, fail_ratio: sum.requests ? sum.failures / sum.requests : 0, rps: isBusy ? (last.rps ?? 0) : 0, fps: isBusy ? (last.fps ?? 0) : 0,
      median: sum.p50, p75: some(1.5), p90: some(2.1), p999: sum.p99 === null ? null : sum.p99 * 1.3, total_rps: second ? sum.requests / second : 0,
    };
  }

  generator(second) {
    const script = 58 + 8 * noise(3, second) + (this.target > 900 ? 34 : 0);
    const light = script > 85 ? "red" : script > 70 ? "amber" : "green";
    const reason = light === "green" ? "" : `Your script is the limit: ${Math.round(script)} % of the script thread`;
    return {
      light, reason, cpu_percent: script + 14, memory_bytes: 88e6 + second * 900, script_cpu_percent: script, script_silent_s: 0,
      lag: { wake_p99_ms: 0.4 + 1.4 * noise(5, second) + (light === "red" ? 30 : 0), submit_p99_ms: 0.1, resume_p99_ms: 0.3 + noise(6, second) }, open_connections: this.users(this.startedAt + second),
    };
  }

  series(i, now, from, to, step) {
    const start = Math.max(0, Math.ceil((from ?? 0) - this.startedAt));
    const end = Math.min(this.seconds(now), Math.floor((to ?? now) - this.startedAt));
    const by = step ?? niceStep(Math.max(1, end - start) / 1800);
    const out = { step: by, t: [], users: [], target_users: [], rps: [], fps: [], p50: [], p95: [], p99: [], max: [], avg: [], lag_p99: [], cpu: [] };
    for (let second = Math.max(1, Math.ceil(start / by) * by); second <= end; second += by) {
      const point = i < 0 ? this.total(second) : this.point(i, second);
      const { lag, cpu_percent } = this.generator(second);
      out.t.push(this.startedAt + second);
      out.users.push(this.users(this.startedAt + second));
      out.target_users.push(this.target);
      for (const key of ["rps", "fps", "p50", "p95", "p99", "max", "avg"]) out[key].push(point[key]);
      out.lag_p99.push(lag.wake_p99_ms);
      out.cpu.push(cpu_percent);
    }
    return out;
  }

  heatmap(i, now, from, to) {
    const start = Math.max(1, Math.ceil((from ?? this.startedAt) - this.startedAt));
    const end = Math.min(this.seconds(now), Math.floor((to ?? now) - this.startedAt));
    const by = niceStep(Math.max(1, end - start) / 200);
    const edges = Array.from({ length: 49 }, (_, at) => 10 ** (at / 12));
    const t = [];
    const counts = [];
    for (let second = Math.ceil(start / by) * by; second <= end; second += by) {
      const column = new Array(48).fill(0);
      const points = i < 0 ? this.endpoints.slice(0, 10).map((one) => this.point(one.i, second)) : [this.point(i, second)];
      for (const { n, p50, p99 } of points) {
        if (!n) continue;
        const middle = Math.log10(p50) * 12;
        const wide = Math.max(1.2, ((Math.log10(p99) - Math.log10(p50)) * 12) / 2.3);
        for (let row = 0; row < 48; row += 1) {
          const away = (row - middle) / (row > middle ? wide : wide * 0.55);
          column[row] += Math.round(n * by * 0.28 * Math.exp(-away * away * 0.5) * (0.7 + 0.6 * noise(row, second)));
        }
      }
      t.push(this.startedAt + second);
      counts.push(column);
    }
    return { t, edges_ms: edges, counts };
  }

  histogram(i, now) {
    const { p50, p95, requests } = this.sum(i, now);
    const quantiles = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999, 1].map((q) => [q, (p50 ?? 1) * ((p95 ?? 2) / (p50 ?? 1)) ** (Math.log10(1 / Math.max(1e-5, 1 - q)) / 1.3) * (q < 0.5 ? 0.55 + q : 1)]);
    const distribution = Array.from({ length: 24 }, (_, at) => {
      const low = (p50 ?? 1) * 0.4 * 1.18 ** at;
      return [low, low * 1.18, Math.round((requests / 6) * Math.exp(-(((at - 6) / (at > 6 ? 5 : 2.4)) ** 2) / 2))];
    });
    return { hdr: "", quantiles, distribution };
  }
}

function niceStep(seconds) {
  return [1, 2, 5, 10, 15, 30, 60, 120, 300, 600].find((step) => step >= seconds) ?? 900;
}
