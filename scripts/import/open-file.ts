import { constants, createReadStream } from "node:fs";
import { access, open, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { asyncBufferFromFile } from "hyparquet";
import { CallerError } from "../../src/errors.ts";
import { damaged } from "../../src/formats/bytes/gzip.ts";
import { type OpenedRows, openRows } from "../../src/formats/open-rows.ts";
import type { Bytes } from "../../src/formats/readers/row.ts";
import { isOsmPbf } from "./osm-blocks.ts";
import { readOsmPbf } from "./osm-pbf.ts";
import { isParquet, readParquet } from "./parquet.ts";

const CHUNK_BYTES = 256 * 1024;

/** Opens a file of any format that we read, by its content; `onBytes` is told how far into it reading is. */
export async function openFile(
  path: string,
  onBytes: (read: number) => void = () => {},
): Promise<OpenedRows> {
  await refuseMissing(path);
  const buffer = await asyncBufferFromFile(path);
  if (await isParquet(buffer)) {
    return { format: () => "GeoParquet", rows: readParquet(path, buffer.byteLength, onBytes) };
  }
  if (isOsmPbf(await firstBytes(path))) {
    return { format: () => "OpenStreetMap PBF", rows: readOsmPbf(path, onBytes) };
  }
  return openRows(counted(path, onBytes), unpack);
}

async function refuseMissing(path: string): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (!info) throw new CallerError("There is no such file.");
  if (!info.isFile()) throw new CallerError("This is no file: name the files in it.");
  if (info.size === 0) throw new CallerError("This file is empty.");
  await access(path, constants.R_OK).catch(() => {
    throw new CallerError("You have no permission to read this file.");
  });
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(64), 0, 64, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function* counted(path: string, onBytes: (read: number) => void): Bytes {
  let read = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    read += chunk.length;
    onBytes(read);
    yield chunk;
  }
}

/** Node's own, which also knows files of several members, as bgzip and `cat` make them. */
async function* unpack(bytes: Bytes): Bytes {
  const source = Readable.from(bytes, { objectMode: false, highWaterMark: CHUNK_BYTES });
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  source.on("error", (error) => unpacked.destroy(error));
  source.pipe(unpacked);
  try {
    for await (const chunk of unpacked) yield chunk;
  } catch (error) {
    throw damaged(error);
  } finally {
    source.destroy();
    unpacked.destroy();
  }
}
