import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { type Entry, type Header, PMTiles, ResolvedValueCache, type Source } from "pmtiles";

/** What there is in an archive. */
export interface Whole {
  readonly tiles: number;
  /** Tiles that differ. */
  readonly contents: number;
}

/**
 * Reads an archive of vector tiles of the whole world back, all of it, by PMTiles' own reader.
 *
 * @throws AssertionError if a tile from the first zoom to the last is not there or is none, if there is anything else, or if the
 *   header tells something else
 */
export async function readWhole(archive: Uint8Array): Promise<Whole> {
  const source = sourceOf(archive);
  const cache = new ResolvedValueCache();
  const header = await cache.getHeader(source);
  const { minZoom, maxZoom } = header;
  assert.equal(minZoom, 0);
  const tiles = (4 ** (maxZoom + 1) - 1) / 3;
  const entries = await entriesOf(source, cache, header);

  // Ids count the tiles of the first zoom, then those of the next: as many as there are, each once, none after them.
  let next = 0;
  for (const { tileId, runLength } of entries) {
    assert.equal(tileId, next);
    next += runLength;
  }
  assert.equal(next, tiles);
  const lengths = new Map(entries.map(({ offset, length }) => [offset, length]));
  assert.deepEqual(
    [header.numAddressedTiles, header.numTileEntries, header.numTileContents],
    [tiles, entries.length, lengths.size],
  );
  // Contents lie one behind the other, up to the archive's end.
  let end = 0;
  for (const [offset, length] of [...lengths].sort(([one], [other]) => one - other)) {
    assert.equal(offset, end);
    end += length;
  }
  assert.equal(end, header.tileDataLength);
  assert.equal(header.tileDataOffset + end, archive.length);

  const reader = new PMTiles(source, cache, decodedOnce());
  for (let z = 0; z <= maxZoom; z++) {
    for (let x = 0; x < 2 ** z; x++) {
      for (let y = 0; y < 2 ** z; y++) assert.ok(await reader.getZxy(z, x, y), `${z}/${x}/${y}`);
    }
  }
  return { tiles, contents: lengths.size };
}

/** An archive in memory. The same bytes are the same object each time. */
export function sourceOf(archive: Uint8Array): Source {
  const known = new Map<string, ArrayBuffer>();
  return {
    getKey: () => "archive",
    async getBytes(offset, length) {
      const range = `${offset} ${length}`;
      const data =
        known.get(range) ?? Uint8Array.from(archive.subarray(offset, offset + length)).buffer;
      known.set(range, data);
      return { data };
    },
  };
}

/** All that the directories list: tiles, and rows of equal ones. */
async function entriesOf(
  source: Source,
  cache: ResolvedValueCache,
  header: Header,
): Promise<Entry[]> {
  const listed = async (offset: number, length: number): Promise<Entry[]> => {
    const directory = await cache.getDirectory(source, offset, length, header);
    const entries: Entry[] = [];
    for (const entry of directory) {
      if (entry.runLength > 0) entries.push(entry);
      else entries.push(...(await listed(header.leafDirectoryOffset + entry.offset, entry.length)));
    }
    return entries;
  };
  return listed(header.rootDirectoryOffset, header.rootDirectoryLength);
}

/** Unpacks tiles and decodes all that is in them, each content once. */
function decodedOnce(): (packed: ArrayBuffer) => Promise<ArrayBuffer> {
  const known = new WeakMap<ArrayBuffer, ArrayBuffer>();
  return async (packed) => {
    const before = known.get(packed);
    if (before) return before;
    const tile = Uint8Array.from(gunzipSync(new Uint8Array(packed)));
    decode(tile);
    known.set(packed, tile.buffer);
    return tile.buffer;
  };
}

function decode(tile: Uint8Array): void {
  const { layers } = new VectorTile(new PbfReader(tile));
  assert.ok(layers.earth ?? layers.water, "a tile of neither land nor sea");
  for (const [name, layer] of Object.entries(layers)) {
    assert.equal(layer.version, 2);
    assert.ok(layer.length > 0, `nothing in ${name}`);
    for (let at = 0; at < layer.length; at++) {
      const feature = layer.feature(at);
      assert.ok(feature.properties.kind, `a feature of no kind in ${name}`);
      assert.ok(feature.loadGeometry().flat().length > 0, `a feature without points in ${name}`);
    }
  }
}
