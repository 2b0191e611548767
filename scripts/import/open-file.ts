import { constants, createReadStream } from "node:fs";
import { access, open, stat } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { asyncBufferFromFile } from "hyparquet";
import { CallerError } from "../../src/errors.ts";
import { type Bytes, rechunk, startsWith } from "../../src/formats/bytes/byte-stream.ts";
import { damagedGzip } from "../../src/formats/bytes/gzip.ts";
import { type MappedRow, type MappedRows, mapRows } from "../../src/formats/map-rows.ts";
import type { Note } from "../../src/formats/mapping/attributes.ts";
import type { CategoryMatcher } from "../../src/formats/mapping/category-matcher.ts";
import type { MappingOptions } from "../../src/formats/mapping/mapping.ts";
import { type OpenedRows, openRows } from "../../src/formats/open-rows.ts";
import { KindCounts } from "./kinds.ts";
import { isOsmPbf } from "./osm/blocks.ts";
import { readOsmPbf } from "./osm/read-pbf.ts";
import { isParquet, readParquet } from "./parquet/read.ts";
import { mendedRows } from "./rejects.ts";
import { xmlReader } from "./xml/read.ts";
import { openZip } from "./zip.ts";

/** The format of a file that is read twice as long as others, and whose ids are sure. */
export const OSM_PBF = "OpenStreetMap PBF";

const CHUNK_BYTES = 256 * 1024;

/** A file on this machine, with the mapping that makes places of its rows. */
export interface OpenedPath extends Omit<MappedRows, "sample"> {
  /** What people are told that it is called. */
  readonly name: string;
  /** The first rows as they would be stored. */
  readonly first: readonly MappedRow[];
  /** How many rows the sample has by which the mapping was guessed, and what their words became. */
  readonly sampleRows: number;
  readonly sampleKinds: KindCounts;
}

const SHOWN_ROWS = 3;

export interface NamedPath {
  readonly path: string;
  readonly name: string;
}

export interface Listeners {
  /** Called with how many bytes of the file have been read. */
  readonly onBytes: (read: number) => void;
  readonly onNote: Note;
}

/** What is said of a file beside how its rows become places. */
export interface FileOptions {
  /** Of its text; if it is not said, it is found out. */
  readonly encoding?: string | undefined;
  /** The file in a zip. */
  readonly inZip?: string | undefined;
}

export async function openPath(
  { path, name }: NamedPath,
  { encoding, inZip, ...options }: MappingOptions & FileOptions,
  matcher: CategoryMatcher,
  { onBytes, onNote }: Listeners,
): Promise<OpenedPath> {
  const opened = await openFile(path, onBytes, { encoding, inZip });
  const { sample, ...rest } = await mapRows(opened, options, matcher, onNote);
  const sampleKinds = new KindCounts(rest.mapping);
  for (const row of sample) sampleKinds.add(row);
  const first = sample.slice(0, SHOWN_ROWS);
  return { name, first, sampleRows: sample.length, sampleKinds, ...rest };
}

/**
 * Opens a file of any format that we read, by its content. `onBytes` is called with how many bytes have been read.
 *
 * @throws CallerError for what cannot be read
 */
export async function openFile(
  path: string,
  onBytes: (read: number) => void = () => {},
  { encoding, inZip }: FileOptions = {},
): Promise<OpenedRows> {
  await refuseMissing(path);
  const buffer = await asyncBufferFromFile(path);
  const head = await firstBytes(path);
  if (startsWith(head, ZIP)) {
    const { name, read } = await openZip(path, buffer.byteLength, inZip);
    const text = await openText(rechunk(read(onBytes), CHUNK_BYTES), encoding);
    return { ...text, format: () => `${text.format()}, ${name} in the zip` };
  }
  if (inZip !== undefined) throw new CallerError("This is no zip, so --in-zip has no sense.");
  if (await isParquet(buffer)) {
    return { format: () => "GeoParquet", rows: readParquet(path, buffer.byteLength, onBytes) };
  }
  if (isOsmPbf(head)) {
    return { format: () => OSM_PBF, rows: readOsmPbf(path, onBytes) };
  }
  return openText(counted(path, onBytes), encoding);
}

const ZIP = [0x50, 0x4b, 0x03, 0x04];

async function openText(bytes: Bytes, encoding: string | undefined): Promise<OpenedRows> {
  const text = await openRows(bytes, { unpack, encoding, other: xmlReader });
  return { ...text, rows: mendedRows(text.rows) };
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

/** With Node's own stream, which also knows files of several members, as bgzip and `cat` make them. */
async function* unpack(bytes: Bytes): Bytes {
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  // Any failure comes out of the last stream, too.
  pipeline(bytes, unpacked, () => {});
  try {
    yield* unpacked;
  } catch (error) {
    throw isZlibError(error) ? damagedGzip(error) : error;
  }
}

/** Any other error is the file's. */
function isZlibError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code?.startsWith("Z_") ?? false;
}
