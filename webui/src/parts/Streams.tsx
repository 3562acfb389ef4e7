// Figures of streamed answers: a row for each that was measured, times in milliseconds.
import { count, ms } from "../data/format";
import type { Stream } from "../data/types";

const HEADS = ["Figure", "Count", "Mean", "p50", "p90", "p95", "p99", "Max"];

/** Nothing for a run without streams. */
export const Streams = ({ rows }: { rows: Stream[] | undefined }) =>
  rows && rows.length > 0 ? (
    <section class="card">
      <h2>Streamed answers</h2>
      <div class="scroll" tabIndex={0} role="group" aria-label="Streamed answers">
        <Tables rows={rows} />
      </div>
    </section>
  ) : null;

const Tables = ({ rows }: { rows: Stream[] }) => (
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
