// Two builds from one source: the live page (hashed assets, gzipped by the server) and, with `--mode report`, the report,
// whose script and style are put into one file that works offline.
import { defineConfig, type Plugin } from "vite";

const inTheFile = (): Plugin => ({
  name: "in-the-file",
  enforce: "post",
  generateBundle(_options, bundle) {
    const page = bundle["report.html"];
    if (page?.type !== "asset") return;
    let html = String(page.source);
    for (const [name, part] of Object.entries(bundle)) {
      const escaped = name.replace(/[.]/g, "\\.");
      if (part.type === "chunk") {
        const code = part.code.replaceAll("</script", "<\\/script");
        html = html.replace(new RegExp(`<script[^>]*${escaped}"></script>`), "");
        html = html.replace("</body>", () => `<script type="module">${code}</script></body>`);
      } else if (name.endsWith(".css")) {
        html = html.replace(new RegExp(`<link[^>]*${escaped}">`), () => `<style>${part.source}</style>`);
      } else continue;
      delete bundle[name];
    }
    page.source = html;
  },
});

export default defineConfig(({ mode }) => ({
  base: "./",
  plugins: mode === "report" ? [inTheFile()] : [],
  publicDir: mode === "report" ? false : "public",
  build: {
    target: "es2022",
    emptyOutDir: mode !== "report",
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    rollupOptions: { input: mode === "report" ? "report.html" : "index.html" },
  },
  server: { proxy: Object.fromEntries(["/api", "/stats", "/swarm", "/stop", "/user", "/exceptions"].map((path) => [path, "http://127.0.0.1:8089"])) },
}));
