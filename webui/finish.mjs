// The end of a build: holds the page to its budget (docs/web-ui.md) and writes the stamp of the sources.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIVE_GZIPPED = 90 * 1024;
const REPORT_RAW = 120 * 1024;

const assets = readdirSync("dist/assets").filter((name) => /\.(js|css)$/.test(name));
const live = assets.reduce((sum, name) => sum + gzipSync(readFileSync(`dist/assets/${name}`)).length, 0);
const report = readFileSync("dist/report.html").length;
console.log(`page ${(live / 1024).toFixed(1)} KB gzipped of ${LIVE_GZIPPED / 1024}, report ${(report / 1024).toFixed(1)} KB of ${REPORT_RAW / 1024}`);
if (live > LIVE_GZIPPED || report > REPORT_RAW) {
  console.error("the page is over its budget\nhint: see what grew with `npx vite build --debug`, or leave out a dependency");
  process.exit(1);
}
writeFileSync("dist/.stamp", execFileSync("./stamp"));
