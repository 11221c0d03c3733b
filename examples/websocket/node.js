// node node.js [ws://127.0.0.1:8080]
import { WebSocket } from "ws";
import { libraries } from "./libraries.js";
import { scenario } from "./scenario.js";

globalThis.WebSocket ??= WebSocket; // Node has one of its own since version 22
const url = process.argv[2] ?? "ws://127.0.0.1:8080";
for (const [name, library] of Object.entries(libraries)) {
  for (const what of await scenario(library, url)) {
    console.log(`node ${process.version}, ${name}: ${what}`);
  }
}
