// The small page: a form, a table, the errors. It asks every two seconds, as Locust's page does.
const at = (id) => document.getElementById(id);
const digits = (value, count) => Number(value).toLocaleString("en", { maximumFractionDigits: count });

function row(cells, isFailing) {
  const line = document.createElement("tr");
  if (isFailing) line.className = "failing";
  for (const cell of cells) {
    const place = document.createElement("td");
    if (cell instanceof Node) place.append(cell);
    else place.textContent = cell;
    if (typeof cell === "string" && !/^[\d.,]*$/.test(cell)) place.className = "text";
    line.append(place);
  }
  return line;
}

function traceback(text) {
  const block = document.createElement("pre");
  block.textContent = text;
  return block;
}

async function ask(path) {
  const answer = await fetch(path, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

async function refresh() {
  try {
    const [stats, raised] = await Promise.all([ask("stats/requests"), ask("exceptions")]);
    at("state").textContent =
      `${stats.state}, ${stats.user_count} users, ${digits(stats.total_rps, 1)} requests/s, ` +
      `${digits(stats.fail_ratio * 100, 2)} % failures`;
    at("requests").replaceChildren(
      ...stats.stats.map((s) =>
        row(
          [
            s.method, s.name, digits(s.num_requests), digits(s.num_failures), digits(s.median_response_time, 0),
            digits(s["response_time_percentile_0.95"], 0), digits(s["response_time_percentile_0.99"], 0),
            digits(s.avg_response_time, 1), digits(s.max_response_time, 0), digits(s.current_rps, 1),
            digits(s.current_fail_per_sec, 1),
          ],
          s.num_failures > 0,
        ),
      ),
    );
    at("errors").replaceChildren(...stats.errors.map((e) => row([digits(e.occurrences), e.method, e.name, e.error])));
    at("exceptions").replaceChildren(
      ...raised.exceptions.map((e) => row([digits(e.count), e.msg, traceback(e.traceback)])),
    );
  } catch (error) {
    at("state").textContent = `not connected (${error.message})`;
  }
}

async function send(path, body) {
  const answer = await fetch(path, { method: "POST", body });
  const text = await answer.text();
  try {
    at("answer").textContent = JSON.parse(text).message ?? "";
  } catch {
    at("answer").textContent = answer.ok ? "" : text;
  }
  refresh();
}

at("start").addEventListener("submit", (event) => {
  event.preventDefault();
  send("swarm", new URLSearchParams(new FormData(event.target)));
});
at("stop").addEventListener("click", () => send("stop"));
at("reset").addEventListener("click", () => send("stats/reset"));

const args = window.templateArgs ?? {};
for (const [field, key] of [["user_count", "num_users"], ["spawn_rate", "spawn_rate"], ["host", "host"], ["run_time", "run_time"]]) {
  if (args[key]) at("start").elements[field].value = args[key];
}
refresh();
setInterval(refresh, 2000);
