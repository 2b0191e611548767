import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { Compression, TileType, zxyToTileId } from "pmtiles";

/** What the header tells of an archive of vector tiles. */
export interface ArchiveHeader {
  readonly maxZoom: number;
  /** West, south, east and north, in degrees. */
  readonly bounds: readonly [number, number, number, number];
  /** What a map may show first: longitude, latitude and zoom. */
  readonly center: readonly [number, number, number];
}

/** A tile, or a row of equal ones, or, in the root, a leaf directory (then `run` is 0). */
interface Entry {
  readonly id: number;
  readonly offset: number;
  readonly length: number;
  run: number;
}

/** How tiles are listed. */
interface DirectoryOptions {
  /** If the root directory is longer, it lists leaf directories in place of tiles. */
  readonly mostRootBytes: number;
  /** Or twice as many, and so on, until the root is short enough. */
  readonly entriesInLeaf: number;
}

const HEADER_BYTES = 127;
/** The header and the root directory are to be within the first 16 KiB. */
const DIRECTORIES: DirectoryOptions = {
  mostRootBytes: 16_384 - HEADER_BYTES,
  entriesInLeaf: 8_192,
};
/**
 * Writes an archive of vector tiles in memory. Equal tiles are stored once.
 *
 * Source: PMTiles Version 3 Specification, https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
 */
export class PmtilesWriter {
  /** By the digests of tiles: where the compressed tile is in the list. */
  readonly #known = new Map<string, number>();
  readonly #contents: Buffer[] = [];
  readonly #tiles: { readonly id: number; readonly content: number }[] = [];
  readonly #directories: DirectoryOptions;

  constructor(directories: DirectoryOptions = DIRECTORIES) {
    this.#directories = directories;
  }

  /** Tiles may come in any order, each once. */
  add(z: number, x: number, y: number, tile: Uint8Array): void {
    const digest = createHash("sha1").update(tile).digest("base64");
    let content = this.#known.get(digest);
    if (content === undefined) {
      content = this.#contents.push(compressed(tile)) - 1;
      this.#known.set(digest, content);
    }
    this.#tiles.push({ id: zxyToTileId(z, x, y), content });
  }

  /** @param metadata with `vector_layers` and `attribution`, as in TileJSON */
  finish(header: ArchiveHeader, metadata: object): Buffer<ArrayBuffer> {
    const { entries, data, dataBytes } = this.#laidOut();
    const { root, leaves } = directoriesOf(entries, this.#directories);
    const json = gzipSync(JSON.stringify(metadata));
    const lengths = [root.length, json.length, leaves.length, dataBytes];
    const counts = [this.#tiles.length, entries.length, data.length];
    return Buffer.concat([headerOf(header, lengths, counts), root, json, leaves, ...data]);
  }

  /** The tiles in the order of their ids, and their contents in the order in which these need them. */
  #laidOut(): { entries: Entry[]; data: Buffer[]; dataBytes: number } {
    const entries: Entry[] = [];
    const data: Buffer[] = [];
    const offsets = new Map<number, number>();
    let dataBytes = 0;
    for (const { id, content } of this.#tiles.sort((a, b) => a.id - b.id)) {
      const bytes = this.#contents[content]!;
      let offset = offsets.get(content);
      if (offset === undefined) {
        offset = dataBytes;
        offsets.set(content, offset);
        data.push(bytes);
        dataBytes += bytes.length;
      }
      const last = entries.at(-1);
      if (last?.offset === offset && last.id + last.run === id) last.run += 1;
      else entries.push({ id, offset, length: bytes.length, run: 1 });
    }
    return { entries, data, dataBytes };
  }
}

/** By a window and a memory no larger than the tile: most tiles are small, and setting up the usual ones takes longer than they do. */
function compressed(tile: Uint8Array): Buffer {
  const windowBits = Math.max(9, Math.min(15, Math.ceil(Math.log2(tile.length + 1))));
  const memLevel = Math.max(1, windowBits - 7);
  return gzipSync(tile, { level: 9, windowBits, memLevel, chunkSize: tile.length + 64 });
}

/** The root directory, and the leaf directories that it points to if it would be too large otherwise. */
function directoriesOf(
  entries: readonly Entry[],
  { mostRootBytes, entriesInLeaf }: DirectoryOptions,
): { root: Buffer; leaves: Buffer } {
  const whole = serialized(entries);
  if (whole.length <= mostRootBytes) return { root: whole, leaves: Buffer.alloc(0) };
  for (let size = entriesInLeaf; ; size *= 2) {
    const leaves: Buffer[] = [];
    const pointers: Entry[] = [];
    let offset = 0;
    for (let first = 0; first < entries.length; first += size) {
      const leaf = serialized(entries.slice(first, first + size));
      pointers.push({ id: entries[first]!.id, offset, length: leaf.length, run: 0 });
      leaves.push(leaf);
      offset += leaf.length;
    }
    const root = serialized(pointers);
    if (root.length <= mostRootBytes) return { root, leaves: Buffer.concat(leaves) };
  }
}

/** A directory: column by column, ids as differences, an offset of 0 for what follows the entry before. */
function serialized(entries: readonly Entry[]): Buffer {
  const bytes: number[] = [];
  const put = (number: number) => {
    let rest = number;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  };
  put(entries.length);
  entries.forEach(({ id }, at) => {
    put(id - (entries[at - 1]?.id ?? 0));
  });
  for (const { run } of entries) put(run);
  for (const { length } of entries) put(length);
  entries.forEach(({ offset }, at) => {
    const before = entries[at - 1];
    put(before && offset === before.offset + before.length ? 0 : offset + 1);
  });
  return gzipSync(Buffer.from(bytes), { level: 9 });
}

/**
 * @param lengths of the root directory, the metadata, the leaf directories and the tiles, which follow in this order
 * @param counts of tiles, of entries, and of tiles that differ
 */
function headerOf(
  { maxZoom, bounds, center }: ArchiveHeader,
  lengths: readonly number[],
  counts: readonly number[],
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  let at = header.write("PMTiles");
  at = header.writeUInt8(3, at);
  let offset = HEADER_BYTES;
  for (const length of lengths) {
    at = header.writeBigUInt64LE(BigInt(offset), at);
    at = header.writeBigUInt64LE(BigInt(length), at);
    offset += length;
  }
  for (const count of counts) at = header.writeBigUInt64LE(BigInt(count), at);
  const isClustered = 1;
  const [longitude, latitude, zoom] = center;
  const { Gzip } = Compression;
  for (const byte of [isClustered, Gzip, Gzip, TileType.Mvt, 0, maxZoom]) {
    at = header.writeUInt8(byte, at);
  }
  for (const degrees of bounds) at = header.writeInt32LE(Math.round(degrees * 1e7), at);
  at = header.writeUInt8(zoom, at);
  for (const degrees of [longitude, latitude]) {
    at = header.writeInt32LE(Math.round(degrees * 1e7), at);
  }
  return header;
}
