// Numbers and times as people read them: few digits, thin spaces between thousands, a dash where nothing came.

export const NONE = "–";

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const group = (value: number) => grouped.format(value).replaceAll(",", "\u202f");

/** Three significant digits below a thousand, whole numbers above. */
function few(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95) return group(value);
  if (size >= 9.995) return value.toFixed(1);
  return value === 0 ? "0" : value.toFixed(2);
}

type Maybe = number | null | undefined;
const isNone = (value: Maybe): value is null | undefined => value == null || !Number.isFinite(value);

export const count = (value: Maybe) => (isNone(value) ? NONE : group(value));
export const users = (value: number) => `${count(value)} ${value === 1 ? "user" : "users"}`;
export const rate = (value: Maybe) => (isNone(value) ? NONE : few(value));
export const ms = (value: Maybe) => (isNone(value) ? NONE : few(value));
export const msUnit = (value: Maybe) => (isNone(value) ? NONE : value >= 10_000 ? `${few(value / 1000)} s` : `${few(value)} ms`);

export function percent(ratio: Maybe): string {
  if (isNone(ratio)) return NONE;
  const value = ratio * 100;
  if (value === 0) return "0 %";
  if (value < 0.01) return "<0.01 %";
  return `${value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : "100"} %`;
}

export function bytes(value: Maybe): string {
  if (isNone(value)) return NONE;
  const units = ["B", "KB", "MB", "GB", "TB"];
  let at = 0;
  let left = value;
  while (left >= 1000 && at < units.length - 1) {
    left /= 1024;
    at += 1;
  }
  return `${at === 0 ? Math.round(left) : few(left)} ${units[at]}`;
}

/** 5 s, 2:05, 1:02:05. */
export function span(seconds: Maybe): string {
  if (isNone(seconds)) return NONE;
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const two = (value: number) => String(value).padStart(2, "0");

export function clock(t: Maybe): string {
  if (isNone(t)) return NONE;
  const date = new Date(t * 1000);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function day(t: Maybe): string {
  if (isNone(t)) return NONE;
  const date = new Date(t * 1000);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(t)}`;
}

/** "+12 %", with a true minus. */
export function change(ratio: Maybe): string {
  if (isNone(ratio)) return NONE;
  const value = ratio * 100;
  const text = Math.abs(value) < 9.95 ? Math.abs(value).toFixed(1) : Math.abs(value).toFixed(0);
  return Number(text) === 0 ? "±0 %" : `${value > 0 ? "+" : "−"}${text} %`;
}

/** A long name with its middle left out: beginnings and ends tell URLs apart. */
export function middle(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (most - 1 - head))}`;
}

/** Locust's spelling of a time span (20, 20s, 3m, 1h20m) in seconds; null when it is none. */
export function readSpan(text: string): number | null {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return Number(trimmed);
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(trimmed);
  if (!parts || !trimmed) return null;
  return Number(parts[1] ?? 0) * 3600 + Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0);
}
