import type { Settings } from "./settings.ts";

/** What the server has written into this document. */
export function readSettings(): Settings {
  return JSON.parse(document.getElementById("settings")!.textContent);
}
