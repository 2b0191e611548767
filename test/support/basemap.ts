import { PmtilesWriter } from "../../scripts/basemap/pmtiles.ts";
import type { TileAddress } from "../../src/basemap/archive.ts";

export const CREDIT = '<a href="https://example.com/credit">Example</a> & others';

export const WORLD = { bounds: [-180, -85, 180, 85], center: [0, 0, 1] } as const;

/** So short that a small archive has leaf directories, too. */
export const SMALL_DIRECTORIES = { mostRootBytes: 50, entriesInLeaf: 16 };

export const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Every tile of the first zooms. */
export function* tilesTo(maxZoom: number): Generator<TileAddress> {
  for (let z = 0; z <= maxZoom; z++) {
    for (let x = 0; x < 2 ** z; x++) for (let y = 0; y < 2 ** z; y++) yield { z, x, y };
  }
}

export interface SmallArchive {
  readonly maxZoom: number;
  /** What is in a tile; undefined: there is none. */
  contentOf(tile: TileAddress): string | undefined;
  readonly metadata?: object;
  readonly directories?: typeof SMALL_DIRECTORIES;
}

/** An archive whose tiles hold texts. */
export async function archiveOf({ maxZoom, contentOf, metadata, directories }: SmallArchive) {
  const writer = new PmtilesWriter(directories);
  for (const tile of tilesTo(maxZoom)) {
    const content = contentOf(tile);
    if (content === undefined) continue;
    writer.add(tile.z, tile.x, tile.y, bytesOf(content));
  }
  const vector_layers = [{ id: "earth", fields: { kind: "String" } }];
  return writer.finish(
    { maxZoom, ...WORLD },
    {
      name: "Small",
      attribution: CREDIT,
      vector_layers,
      ...metadata,
    },
  );
}
