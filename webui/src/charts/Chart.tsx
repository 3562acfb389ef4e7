// One chart: title, legend with the values under the cursor, the plot, and the same as a table for those who cannot see
// it. Arrow keys move the cursor and the values are read out; dragging sets the time range, a double click takes it back.
import { signal, type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

import { clock, NONE, span } from "../data/format";
import { range } from "../data/route";
import { colour, isDark } from "../data/theme";
import type { Mark } from "../data/types";
import { SYNC, timeAxis } from "./plot";
import { markLines } from "./marks";

export interface Line {
  label: string;
  /** Name of a custom property of the palette. */
  colour: string;
  dash?: number[];
  format: (value: number | null | undefined) => string;
  scale?: string;
  width?: number;
  fill?: number;
  isHidden?: boolean;
  paths?: uPlot.Series.PathBuilder;
}

export interface ChartProps {
  title: string;
  note?: ComponentChildren;
  unit?: string;
  data: Signal<uPlot.AlignedData>;
  lines: Line[];
  height?: number;
  scales?: uPlot.Scales;
  axes: () => uPlot.Axis[];
  marks?: Signal<Mark[]>;
  isRelative?: boolean;
  /** Of each line for the whole run: shown in the legend while no moment is pointed at, instead of the last one. */
  whole?: (number | null | undefined)[];
  hasGrid?: boolean;
  behind?: (plot: uPlot) => void;
  tools?: ComponentChildren;
  /** Charts without time on their x axis have their own cursor and no brush. */
  xScale?: uPlot.Scale;
  xAxis?: () => uPlot.Axis;
  xFormat?: (x: number) => string;
  xName?: string;
  isEmpty?: boolean;
}

/** Height of charts follows the room there is: a phone shows two at once. */
const heightOf = (asked: number) => (innerWidth < 600 ? Math.min(asked, 170) : asked);

export function Chart(props: ChartProps) {
  const { title, data, lines, xScale } = props;
  const room = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const at = useSignal<number | null>(null);
  const isTable = useSignal(false);
  const hidden = useSignal<ReadonlySet<string>>(new Set(lines.filter((line) => line.isHidden).map((line) => line.label)));
  const spoken = useSignal("");

  const xText = (x: number | undefined) => (x === undefined ? NONE : props.xFormat ? props.xFormat(x) : props.isRelative ? span(x) : clock(x));

  useSignalEffect(() => {
    void isDark.value;
    queueMicrotask(build); // after the theme's attribute is set
  });

  function build() {
    const element = room.current;
    if (!element) return;
    plot.current?.destroy();
    const isTime = !xScale;
    const options: uPlot.Options = {
      width: Math.max(160, element.clientWidth),
      height: heightOf(props.height ?? 220),
      legend: { show: false },
      padding: [8, isTime ? 30 : 8, 0, 0], // half of a time's label, which stands around its tick
      cursor: {
        sync: isTime && !props.isRelative ? { key: SYNC, setSeries: false } : undefined,
        drag: { x: isTime && !props.isRelative, y: false, setScale: false },
        points: { size: 6 },
        focus: { prox: -1 },
      },
      scales: { x: xScale ?? { time: false }, ...props.scales },
      axes: [props.xAxis ? props.xAxis() : timeAxis(props.isRelative, props.hasGrid), ...props.axes()],
      series: [
        {},
        ...lines.map((line): uPlot.Series => ({
          label: line.label,
          scale: line.scale ?? "y",
          stroke: colour(line.colour),
          width: line.width ?? 1.75,
          dash: line.dash,
          fill: line.fill ? `color-mix(in srgb, ${colour(line.colour)} ${line.fill}%, transparent)` : undefined,
          points: { show: false },
          spanGaps: false,
          show: !hidden.peek().has(line.label),
          paths: line.paths,
        })),
      ],
      hooks: {
        drawClear: props.behind ? [props.behind] : [],
        draw: props.marks ? [markLines(props.marks)] : [],
        setCursor: [
          (self) => {
            at.value = self.cursor.idx ?? null;
          },
        ],
        setSelect: [
          (self) => {
            const { left, width } = self.select;
            if (width < 4) return;
            range.value = [self.posToVal(left, "x"), self.posToVal(left + width, "x")];
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
      },
    };
    plot.current = new uPlot(options, data.peek(), element);
    plot.current.over.addEventListener("dblclick", () => {
      range.value = null;
    });
  }

  useSignalEffect(() => {
    const { value } = data;
    plot.current?.setData(value);
  });

  useSignalEffect(() => {
    const { value } = hidden;
    lines.forEach((line, index) => plot.current?.setSeries(index + 1, { show: !value.has(line.label) }));
  });

  useEffect(() => {
    const element = room.current;
    if (!element) return undefined;
    const watch = new ResizeObserver(() => {
      const { current } = plot;
      if (current && element.clientWidth > 0 && element.clientWidth !== current.width)
        current.setSize({ width: element.clientWidth, height: heightOf(props.height ?? 220) });
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, []);

  const valueAt = (index: number | null, line: number) => {
    const columns = data.value;
    const x = index ?? columns[0].length - 1;
    return columns[line + 1]?.[x];
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const { current } = plot;
    if (!by || !current || event.target !== event.currentTarget) return;
    event.preventDefault();
    const most = current.data[0].length - 1;
    const next = Math.min(most, Math.max(0, (at.value ?? most + (by < 0 ? 1 : 0)) + by * (event.shiftKey ? 10 : 1)));
    const x = current.data[0][next];
    if (x === undefined) return;
    current.setCursor({ left: current.valToPos(x, "x"), top: 10 });
    at.value = next;
    spoken.value = `${xText(x)}: ${lines.map((line, index) => `${line.label} ${line.format(valueAt(next, index))}`).join(", ")}`;
  };

  const toggle = (label: string) => {
    const next = new Set(hidden.value);
    if (!next.delete(label)) next.add(label);
    hidden.value = next;
  };

  const x = at.value === null ? undefined : data.value[0][at.value];
  return (
    <figure class="chart">
      <figcaption>
        <h3>
          {title}
          {props.unit && <span class="unit"> {props.unit}</span>}
        </h3>
        <div class="legend">
          {lines.map((line, index) => (
            <button type="button" aria-pressed={!hidden.value.has(line.label)} onClick={() => toggle(line.label)} title="Show or hide">
              <svg width="18" height="8" aria-hidden="true">
                <line x1="0" x2="18" y1="4" y2="4" stroke={`var(--${line.colour})`} stroke-width="3" stroke-dasharray={line.dash?.map((dash) => dash * 0.8).join(" ")} />
              </svg>
              {line.label} <b>{line.format(props.whole && at.value === null ? props.whole[index] : valueAt(at.value, index))}</b>
            </button>
          ))}
          {x !== undefined && <time>{xText(x)}</time>}
        </div>
        <div class="tools">
          {props.tools}
          <button type="button" class="quiet" aria-pressed={isTable.value} onClick={() => (isTable.value = !isTable.value)} aria-label={`${title} as a table`}>
            Table
          </button>
        </div>
      </figcaption>
      {props.note && <p class="note">{props.note}</p>}
      <div
        class="plot"
        ref={room}
        tabIndex={0}
        role="img"
        aria-label={`${title}. Arrow keys move along the chart and read its values; the button Table shows them all.`}
        onKeyDown={onKeyDown}
        style={{ minHeight: `${heightOf(props.height ?? 220)}px` }}
      />
      {data.value[0].length === 0 && <p class="nothing">No data in this range</p>}
      <p class="hidden" aria-live="polite">
        {spoken}
      </p>
      {isTable.value && <ChartTable {...props} xText={xText} />}
    </figure>
  );
}

const ROWS = 60;

/** At most sixty rows, evenly taken: to be read, not to be exported. */
function ChartTable({ data, lines, xText, xName, title }: ChartProps & { xText: (x: number) => string }) {
  const xs = data.value[0];
  const by = Math.max(1, Math.ceil(xs.length / ROWS));
  const picked = [...xs.keys()].filter((index) => index % by === 0);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`${title}, values`}>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">{xName ?? "Time"}</th>
            {lines.map((line) => (
              <th scope="col">{line.label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {picked.map((index) => (
            <tr>
              <th scope="row">{xText(xs[index] ?? 0)}</th>
              {lines.map((line, at) => (
                <td>{line.format(data.value[at + 1]?.[index])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export const noMarks = signal<Mark[]>([]);
