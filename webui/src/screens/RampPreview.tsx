// The load to come as a curve: users over time, from the ramp or from a shape that could be asked in advance.
import { count, span } from "../data/format";

interface Props {
  users: number;
  rate: number;
  runTime: number | null;
  curve: [number, number][] | null;
  isShape: boolean;
}

export function RampPreview({ users, rate, runTime, curve, isShape }: Props) {
  if (isShape && !curve?.length) return <p class="note">The shape decides while the test runs; its curve is not known in advance.</p>;
  const ramp = users / rate;
  const end = curve?.length ? (curve[curve.length - 1]?.[0] ?? 1) : Math.max(1, runTime ?? ramp * 2);
  const points: [number, number][] = curve ?? [[0, 0], [Math.min(ramp, end), ramp > end ? rate * end : users], [end, ramp > end ? rate * end : users]];
  const most = Math.max(1, ...points.map(([, n]) => n));
  const x = (t: number) => 8 + (t / end) * 304;
  const y = (n: number) => 92 - (n / most) * 80;
  const line = points.map(([t, n], at) => `${at ? "L" : "M"}${x(t).toFixed(1)} ${y(n).toFixed(1)}`).join("");
  return (
    <svg class="ramp" viewBox="0 0 320 112" role="img" aria-label={`${count(most)} users at the peak, ${span(end)} shown`}>
      <path d={`${line}L${x(end)} 92L8 92Z`} fill="var(--users)" opacity="0.16" />
      <path d={line} fill="none" stroke="var(--users)" stroke-width="2" stroke-linejoin="round" />
      <path d="M8 92h304" stroke="var(--line)" />
      <text x="8" y="107">0</text>
      <text x="312" y="107" text-anchor="end">
        {span(end)}
        {!curve && runTime === null ? " …" : ""}
      </text>
      <text x="312" y={Math.max(10, y(most) - 4)} text-anchor="end">
        {count(most)} users
      </text>
    </svg>
  );
}
