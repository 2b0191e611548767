import type { Basemap } from "./map/basemap.ts";

/** What the server writes into a document: `<script type="application/json" id="settings">`. */
export interface Settings {
  readonly basemap?: Basemap;
  /** The address of the page on which people say where they are. */
  readonly herePage?: string;
  /** The address of the MCP endpoint; of pages alone. */
  readonly endpoint?: string;
}

export function readSettings(): Settings {
  return JSON.parse(document.getElementById("settings")!.textContent);
}
