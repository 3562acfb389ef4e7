// The shapes of /api/v1, as the server writes them. Times of day are seconds since the epoch, spans are seconds,
// response times milliseconds, sizes bytes; null is "nothing came".

export type Light = "green" | "amber" | "red";

export interface Sum {
  requests: number;
  failures: number;
  avg: number | null;
  min: number | null;
  max: number | null;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  size: number | null;
  rounded?: boolean;
}

export interface Point {
  i?: number;
  rps: number | null;
  fps: number | null;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  max: number | null;
  avg: number | null;
  n?: number;
  fails?: number;
  size?: number | null;
  sum?: Sum;
}

export interface Lag {
  wake_p99_ms?: number | null;
  submit_p99_ms?: number | null;
  resume_p99_ms?: number | null;
}

export interface Generator {
  light: Light;
  reason: string;
  cpu_percent?: number | null;
  memory_bytes?: number | null;
  script_cpu_percent?: number | null;
  script_silent_s?: number | null;
  lag?: Lag | null;
  open_connections?: number | null;
}

export interface UserClass {
  name: string;
  running: number;
  target?: number | null;
}

export interface Worker {
  id: string;
  host?: string | null;
  index?: number;
  state: string;
  users: number;
  rps?: number | null;
  cpu_percent?: number | null;
  memory_bytes?: number | null;
  lag_p99_ms?: number | null;
  last_seen_s?: number | null;
  version?: string | null;
  is_rlocust?: boolean;
}

export interface Verdict {
  limit: string;
  value: number | null;
  /** What was measured, and the limit. */
  text: string;
  holds: boolean;
}

export interface Mark {
  t: number;
  kind: string;
  text: string;
}

export interface RunState {
  run?: number;
  state: string;
  now: number;
  started_at: number | null;
  stopped_at: number | null;
  run_time: number | null;
  users: number;
  target_users: number;
  classes: UserClass[];
  host: string | null;
  locustfile: string | null;
  profile?: string | null;
  tags?: string[] | null;
  versions: Record<string, string>;
  machine: { host?: string; cores?: number; platform?: string };
  is_distributed: boolean;
  workers: Worker[];
  generator: Generator;
  verdicts: Verdict[];
  /** Classes of samples and attempts; `cut` is divided further. */
  accounting: Record<string, unknown>;
  marks: Mark[];
  can: { start?: boolean; stop?: boolean; edit?: boolean; reset?: boolean; pick_classes?: boolean; history?: boolean };
  is_shape?: boolean;
  baseline?: string | null;
  streams?: Stream[];
}

export interface Endpoint {
  i: number;
  name: string;
  method: string;
  requests: number;
  failures: number;
  fail_ratio: number;
  rps: number | null;
  fps: number | null;
  avg: number | null;
  min: number | null;
  max: number | null;
  median: number | null;
  p50: number | null;
  p75: number | null;
  p90: number | null;
  p95: number | null;
  p99: number | null;
  p999: number | null;
  size: number | null;
  total_rps: number | null;
  /** Its times came in part from workers of Locust's, which round them to two digits. */
  rounded?: boolean;
}

type Column = (number | null)[];

export interface Series {
  step?: number;
  t: number[];
  users: Column;
  target_users: Column;
  rps: Column;
  fps: Column;
  p50: Column;
  p95: Column;
  p99: Column;
  max: Column;
  avg: Column;
  lag_p99: Column;
  cpu: Column;
}

export interface Heatmap {
  t: number[];
  edges_ms: number[];
  counts: number[][];
}

export interface Histogram {
  hdr?: string;
  quantiles: [number, number][];
  distribution: [number, number, number][];
}

export interface Failure {
  id: string;
  kind: "failure" | "exception";
  method: string;
  name: string;
  text: string;
  count: number;
  share: number | null;
  first_seen: number | null;
  last_seen: number | null;
  nodes?: string[] | string | null;
  traceback?: string | null;
}

export interface TaskNode {
  ratio: number;
  tasks?: Record<string, TaskNode>;
}

export interface Tasks {
  per_class: Record<string, TaskNode>;
  total: Record<string, TaskNode>;
}

export interface LogLine {
  n: number;
  t: number;
  level: string;
  logger: string;
  text: string;
}

export interface Run {
  id: string;
  number?: number;
  started_at: number | null;
  duration_s: number | null;
  users: number | null;
  requests: number | null;
  failures?: number | null;
  fail_ratio: number | null;
  rps: number | null;
  p50?: number | null;
  p95: number | null;
  p99?: number | null;
  note?: string | null;
  labels?: string[];
  /** Of those that are cut off or not read: why. */
  lacks?: string | null;
  state?: "current" | "complete" | "cut" | "unread";
  has_store?: boolean;
}

export interface Change {
  figure: string;
  unit: string;
  first: number | null;
  second: number | null;
  change: number | null;
  p: number | null;
  outcome: "better" | "worse" | "same" | "not tested";
  lack?: string | null;
}

export interface Comparison {
  first: string;
  second: string;
  /** Whether the percentiles of each are. */
  rounded?: [boolean, boolean];
  entries: { name: string; method: string; requests: [number, number]; figures: Change[] }[];
  only_first: string[];
  only_second: string[];
  series?: { a: Series; b: Series };
}

export interface ClassChoice {
  name: string;
  weight: number;
  fixed_count: number;
  host: string | null;
  tasks: string[];
  available_tasks: string[];
}

export interface OptionChoice {
  name: string;
  help?: string | null;
  default?: unknown;
  choices?: string[] | null;
  is_secret?: boolean;
  is_set?: boolean;
  is_required?: boolean;
  is_multiple?: boolean;
}

export interface Form {
  defaults: { user_count?: number | null; spawn_rate?: number | null; host?: string | null; run_time?: string | number | null; profile?: string | null };
  user_classes: ClassChoice[];
  shape_classes: string[];
  picks_classes: boolean;
  options: OptionChoice[];
  hide_common_options?: boolean;
  host_required?: boolean;
  all_profiles?: string[] | null;
  shape_curve?: [number, number][] | null;
}

export interface Tick {
  n: number;
  t: number;
  state: string;
  users: number;
  target_users: number;
  total: Point;
  endpoints: Point[];
  new_endpoints?: { i: number; name: string; method: string }[];
  errors_n?: number;
  exceptions_n?: number;
  marks?: Mark[];
  generator?: Generator | null;
  workers?: Worker[] | null;
  classes?: UserClass[] | null;
  streams?: Stream[] | null;
}

export interface Baseline {
  name?: string;
  endpoints: Endpoint[];
}

/** Streamed answers of one name; the values of a figure are the mean, p50, p90, p95, p99 and the largest. */
export interface Stream {
  method: string;
  name: string;
  counted: string;
  figures: { title: string; count: number; values: number[] }[];
}

/** What a report carries in its block `rlocust-data`. */
export interface ReportData {
  version: number;
  state: RunState;
  endpoints: Endpoint[];
  series: Record<string, Series>;
  heatmap?: Heatmap | null;
  histograms?: Record<string, Histogram>;
  errors: Failure[];
  streams?: Stream[];
  /** What the file that it was made of has not. */
  lacks?: string;
  tasks?: Tasks | null;
  settings?: Record<string, unknown>;
  baseline?: Baseline | Endpoint[] | null;
}
