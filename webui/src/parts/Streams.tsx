// Figures of streamed answers: a row for each that was measured, times in milliseconds.
import { count, ms } from "../data/format";
import type { Stream } from "../data/types";

const HEADS = ["Figure", "Count", "Mean", "p50", "p90", "p95", "p99", "Max"];

export const Streams = ({ rows }: { rows: Stream[] }) => (
  <>
    {rows.map(({ method, name, counted, figures }) => (
      <table class="plain">
        <caption class="text">
          <b>
            {method} {name}
          </b>{" "}
          {counted}
        </caption>
        <thead>
          <tr>
            {HEADS.map((head) => (
              <th scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {figures.map(({ title, count: times, values }) => (
            <tr>
              <th scope="row" class="text">
                {title}
              </th>
              <td>{count(times)}</td>
              {values.map((value) => (
                <td>{ms(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    ))}
  </>
);
