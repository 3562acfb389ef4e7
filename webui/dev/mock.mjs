// The server of a made-up run, for work on the page and for its tests: /api/v1 with plausible figures, nothing is loaded.
// node webui/dev/mock.mjs [--port 8089] [--age 900] [--endpoints 10] [--users 240] [--idle] [--workers 3] [--picker] [--streams]
// [--dist webui/dist] [--fast]: a tick every 10 ms with a second of made-up time each.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import { Answers } from "./answers.mjs";

const given = process.argv.slice(2);
const option = (name, other) => (given.includes(`--${name}`) ? given[given.indexOf(`--${name}`) + 1] : other);
const flag = (name) => given.includes(`--${name}`);

const dist = option("dist", join(dirname(fileURLToPath(import.meta.url)), "..", "dist"));
const answers = new Answers({
  age: Number(option("age", 900)),
  endpoints: Number(option("endpoints", 10)),
  users: Number(option("users", 240)),
  workers: Number(option("workers", 0)),
  isIdle: flag("idle"),
  isPicker: flag("picker"),
  hasStreams: flag("streams"),
  speed: flag("fast") ? 100 : 1,
});

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const CSP = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'";

function sendFile(response, name) {
  try {
    let body = readFileSync(join(dist, name));
    if (name === "index.html") body = String(body).replace('id="template-args">null', `id="template-args">${JSON.stringify(answers.templateArgs()).replaceAll("</", "<\\/")}`);
    const headers = { "content-type": TYPES[extname(name)] ?? "application/octet-stream" };
    if (name === "index.html") headers["content-security-policy"] = CSP;
    response.writeHead(200, headers).end(body);
  } catch {
    response.writeHead(404).end("not found");
  }
}

function sendReport(response) {
  const data = JSON.stringify(answers.report()).replaceAll("</", "<\\/");
  const page = String(readFileSync(join(dist, "report.html")));
  response.writeHead(200, { "content-type": TYPES[".html"] }).end(page.replace("<head>", () => `<head><script type="application/json" id="rlocust-data">${data}</script>`));
}

function stream(request, response, last) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  let since = last ?? answers.tickNumber();
  const write = () => {
    for (const { event, id, data } of answers.newsSince(since)) {
      response.write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
      since = id;
    }
  };
  const timer = setInterval(write, answers.speed > 1 ? 10 : 250);
  request.on("close", () => clearInterval(timer));
  write();
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  try {
    return JSON.parse(Buffer.concat(parts).toString() || "{}");
  } catch {
    return {};
  }
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://mock");
  const path = normalize(url.pathname);
  const json = (value, status = 200) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  if (path === "/api/v1/stream") {
    if (answers.isStreamBroken) return response.writeHead(503).end();
    const id = request.headers["last-event-id"] ?? url.searchParams.get("last_event_id");
    return stream(request, response, id === null || id === undefined ? null : Number(id));
  }
  if (path === "/stats/report") return sendReport(response);
  if (path.startsWith("/stats/requests/") || path.endsWith("/csv")) return response.writeHead(200, { "content-type": "text/csv" }).end("Type,Name\n");
  if (path === "/stats/requests") return json(answers.locustStats());
  if (request.method === "GET" && !path.startsWith("/api/")) return sendFile(response, path === "/" ? "index.html" : path.slice(1));
  const body = request.method === "GET" ? {} : await bodyOf(request);
  const answer = answers.of(request.method, path, url.searchParams, body);
  if (answer === undefined) return json({ success: false, message: `no route ${request.method} ${path}` }, 404);
  return json(answer.value, answer.status);
});

server.listen(Number(option("port", 8089)), "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
