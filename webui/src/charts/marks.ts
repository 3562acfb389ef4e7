// Events as vertical lines over a chart: start, edited load, a worker that is missing. The kind decides the colour,
// a short flag at the top tells that there is something to read; the texts stand in the list of events.
import type { Signal } from "@preact/signals";
import type uPlot from "uplot";

import { colour } from "../data/theme";
import type { Mark } from "../data/types";

const BAD = /missing/;

export function markLines(marks: Signal<Mark[]>) {
  return (plot: uPlot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    for (const mark of marks.peek()) {
      const x = plot.valToPos(mark.t, "x", true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.strokeStyle = ctx.fillStyle = colour(BAD.test(mark.kind) ? "bad" : "muted");
      ctx.lineWidth = devicePixelRatio;
      ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      const size = 5 * devicePixelRatio;
      ctx.beginPath();
      ctx.moveTo(x - size, bbox.top);
      ctx.lineTo(x + size, bbox.top);
      ctx.lineTo(x, bbox.top + size);
      ctx.fill();
    }
    ctx.restore();
  };
}
