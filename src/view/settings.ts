import type { Basemap } from "./map/basemap.ts";

/** What the server writes into a document: `<script type="application/json" id="settings">`. */
export interface Settings {
  readonly basemap?: Basemap;
  /** The address of the page on which people say where they are. */
  readonly herePage?: string;
  /** Whether the host tells the tool where its user is, so that the tool takes no place. */
  readonly hostLocated?: boolean;
  /** Of pages alone. */
  readonly server?: Server;
}

/** What a page knows of the server that it came from. */
export interface Server {
  /** The address of its MCP endpoint, by which others know it. */
  readonly address: string;
  /** Whether anybody may do without credentials what the page is for. */
  readonly isOpen: boolean;
}
