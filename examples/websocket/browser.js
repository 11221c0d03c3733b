// node browser.js [ws://127.0.0.1:8080]
//
// The page comes from a server of its own, as pages do, and talks to the broker
// from there. CHROMIUM is the browser's program.
import { once } from "node:events";
import { createServer } from "node:http";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const url = process.argv[2] ?? "ws://127.0.0.1:8080";
const bundle = await build({
  entryPoints: ["page.js"],
  bundle: true,
  write: false,
  format: "iife",
  platform: "browser",
  external: ["crypto"], // Node's: a library asks for it where there is none of a browser's
});
const script = bundle.outputFiles[0].text;
const server = createServer((request, response) => {
  const isScript = request.url === "/page.js";
  response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
  response.end(isScript ? script : "<!DOCTYPE html><title>Troupe</title><script src=/page.js></script>");
}).listen(0, "127.0.0.1");
await once(server, "listening");

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage();
  page.on("pageerror", (e) => console.error(e));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  for (const what of await page.evaluate((url) => globalThis.run(url), url)) {
    console.log(`Chromium ${browser.version()}, ${what}`);
  }
} finally {
  await browser.close();
  server.close();
}
