import { open } from "node:fs/promises";
import { inflateSync, zstdDecompressSync } from "node:zlib";
import { PbfReader } from "pbf";
import { CallerError } from "../../../src/errors.ts";

/** The bounds of the format: https://wiki.openstreetmap.org/wiki/PBF_Format */
const MOST_HEADER_BYTES = 64 * 1024;
const MOST_BLOB_BYTES = 32 * 1024 * 1024;

/** The unpacked data blocks of an OpenStreetMap PBF file, one after the other. */
export async function* readBlocks(
  path: string,
  onBytes: (read: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const take = async (at: number, length: number) => {
      const bytes = new Uint8Array(length);
      const { bytesRead } = await file.read(bytes, 0, length, at);
      if (bytesRead < length) throw damaged("it ends in the middle of a block");
      return bytes;
    };
    for (let at = 0; at < size; ) {
      const length = new DataView((await take(at, 4)).buffer).getUint32(0);
      if (length > MOST_HEADER_BYTES) throw damaged("a block has no header");
      const { type, size: blobSize } = headerOf(await take(at + 4, length));
      if (blobSize > MOST_BLOB_BYTES) throw damaged("a block is larger than the format allows");
      const start = at + 4 + length;
      if (type === "OSMData") yield unpack(await take(start, blobSize));
      at = start + blobSize;
      onBytes(at);
    }
  } finally {
    await file.close();
  }
}

export function isOsmPbf(head: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(head.subarray(4, 15)) === "\n\tOSMHeader";
}

/** An error in our own words. */
export function damaged(how: string, cause?: unknown): CallerError {
  return new CallerError(`The OpenStreetMap file is damaged (${how}): fetch it again.`, { cause });
}

function headerOf(bytes: Uint8Array): { type: string; size: number } {
  const header = { type: "", size: 0 };
  return fieldsOf(bytes, header, (tag, result, pbf) => {
    if (tag === 1) result.type = pbf.readString();
    else if (tag === 3) result.size = pbf.readVarint();
  });
}

function fieldsOf<T>(
  bytes: Uint8Array,
  into: T,
  read: (tag: number, into: T, pbf: PbfReader) => void,
): T {
  try {
    return new PbfReader(bytes).readFields(read, into);
  } catch (error) {
    throw damaged("a block is malformed", error);
  }
}

function unpack(bytes: Uint8Array): Uint8Array {
  const parts: { raw?: Uint8Array; zlib?: Uint8Array; zstd?: Uint8Array } = {};
  const blob = fieldsOf(bytes, parts, (tag, result, pbf) => {
    if (tag === 1) result.raw = pbf.readBytes();
    else if (tag === 3) result.zlib = pbf.readBytes();
    else if (tag === 7) result.zstd = pbf.readBytes();
  });
  const limit = { maxOutputLength: MOST_BLOB_BYTES };
  try {
    if (blob.zlib) return inflateSync(blob.zlib, limit);
    if (blob.zstd) return zstdDecompressSync(blob.zstd, limit);
  } catch (error) {
    throw damaged("a block cannot be unpacked", error);
  }
  if (blob.raw) return blob.raw;
  throw new CallerError(
    "The OpenStreetMap file is packed with LZMA or LZ4: repack it with `osmium cat`.",
  );
}
