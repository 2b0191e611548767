const DEADLINE_MS = 20_000;

/** What a TileJSON tells, as far as it is needed. */
export interface TileJson {
  /** The addresses of the tiles, with {z}, {x} and {y}. */
  readonly tiles: readonly string[];
  readonly minzoom?: number;
  readonly maxzoom?: number;
  /** West, south, east, north. */
  readonly bounds?: readonly [number, number, number, number];
  /** HTML. */
  readonly attribution?: string;
}

/** What protomaps-leaflet asks its tiles of, in place of an archive that the browser reads itself. */
export interface TileSource {
  getZxy(
    z: number,
    x: number,
    y: number,
    signal?: AbortSignal,
  ): Promise<{ data: ArrayBuffer } | undefined>;
}

/** No cookies go along, and no address of the page. */
const ask = (address: string | URL, signals: AbortSignal[]) =>
  fetch(address, {
    credentials: "omit",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.any([...signals, AbortSignal.timeout(DEADLINE_MS)]),
  });

/** @throws if there is none, or it has no tiles */
export async function loadTileJson(address: string): Promise<TileJson> {
  const response = await ask(address, []);
  if (!response.ok) throw new Error(`The TileJSON's server answered ${response.status}.`);
  const tileJson = (await response.json()) as TileJson | null;
  if (typeof tileJson?.tiles?.[0] !== "string") throw new Error("No TileJSON with tiles came.");
  return tileJson;
}

/**
 * Tiles by their addresses, of the host that their TileJSON came from: a proxy may give it another name than the TileJSON has for it.
 *
 * @param address of the TileJSON; that of a page's own server may be without an origin
 */
export function tilesOf(template: string, address: string): TileSource {
  const base = new URL(address, document.baseURI);
  return {
    async getZxy(z, x, y, signal) {
      const path = template
        .replace("{z}", String(z))
        .replace("{x}", String(x))
        .replace("{y}", String(y));
      try {
        const { pathname, search } = new URL(path, base);
        const response = await ask(new URL(pathname + search, base), signal ? [signal] : []);
        if (!response.ok) throw new Error(`The tiles' server answered ${response.status}.`);
        const data = await response.arrayBuffer();
        // 204: nothing is known there.
        return response.status === 204 ? undefined : { data };
      } catch {
        // The renderer leaves the tile empty, tries again when it is in sight again, and, since it takes this for its own doing, writes no error.
        throw new DOMException("The tile did not come.", "AbortError");
      }
    },
  };
}
