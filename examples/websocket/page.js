// This runs in the browser: browser.js bundles it, and calls run.
import { libraries } from "./libraries.js";
import { scenario } from "./scenario.js";

globalThis.run = async (url) => {
  const done = [];
  for (const [name, library] of Object.entries(libraries)) {
    for (const what of await scenario(library, url)) {
      done.push(`${name}: ${what}`);
    }
  }
  return done;
};
