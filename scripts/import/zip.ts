import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { type Entry, openPromise } from "yauzl";
import { CallerError } from "../../src/errors.ts";
import type { Bytes } from "../../src/formats/bytes/byte-stream.ts";
import { grouped } from "../command/progress.ts";

/** A file in a zip. */
export interface Zipped {
  readonly name: string;
  /** Unpacked as it is read. `onBytes` is called with how many bytes of the zip that is, as if it held nothing else. */
  read(onBytes: (read: number) => void): Bytes;
}

/** More files than a person can choose from, or a list that is made to fill the memory. */
const MOST_FILES = 10_000;
const MOST_SHOWN = 20;

/**
 * The file of a zip that has the places: the one that is named, the stops of a timetable (GTFS), or the only one of a
 * format that we read.
 *
 * @param size of the zip, in bytes
 * @param file its name or path in the zip
 * @throws CallerError where that is not sure, with what is in the zip
 */
export async function openZip(path: string, size: number, file?: string): Promise<Zipped> {
  const entry = chosen(await filesOf(path), file);
  if (entry.isEncrypted()) throw new CallerError("This zip needs a password: unzip it yourself.");
  if (!entry.canDecodeFileData()) {
    throw new CallerError("This zip is packed in an unusual way: unzip it yourself.");
  }
  return {
    name: entry.fileName,
    read: (onBytes) =>
      unpacked(path, entry, (read) => onBytes((size * read) / entry.uncompressedSize)),
  };
}

async function filesOf(path: string): Promise<Entry[]> {
  const files: Entry[] = [];
  try {
    const zip = await openPromise(path, { lazyEntries: true });
    for await (const entry of zip.eachEntry()) {
      if (!HIDDEN.test(entry.fileName)) files.push(entry);
      if (files.length > MOST_FILES) break;
    }
  } catch (error) {
    throw damaged(error);
  }
  if (files.length === 0) throw new CallerError("This zip is empty.");
  if (files.length > MOST_FILES) {
    throw new CallerError(
      `This zip has more than ${grouped(MOST_FILES)} files: unzip it yourself.`,
    );
  }
  return files;
}

/** Folders, what begins with a dot, and what macOS adds. */
const HIDDEN = /\/$|(?:^|\/)(?:\.|__MACOSX\/)/;
const STOPS = /(?:^|\/)stops\.txt$/i;
const READABLE = /\.(?:csv|tsv|tab|txt|dat|json|geojson|geojsonl|ndjson|jsonl|kml|gpx)(?:\.gz)?$/i;
const KML = /\.kml$/i;
/** What is about the other files. */
const ABOUT =
  /(?:^|\/)(?:read_?me|licen[cs]e|licencia|copying|copyright|attribution|version|metadata|datapackage|changelog)[^/]*\.(?:txt|json)$/i;

/** What looks like one file and is a zip. */
const OTHER_ZIPS: readonly (readonly [name: RegExp, advice: string])[] = [
  [/^xl\/workbook\./i, "This is a spreadsheet: save the sheet as CSV."],
  [
    /^(?:content\.xml|word\/document\.xml|ppt\/.*)$/i,
    "This is an office document: save its table as CSV.",
  ],
  [
    /\.shp$/i,
    "This is a shapefile: make it GeoJSON, with `ogr2ogr -t_srs EPSG:4326 out.geojson in.zip`.",
  ],
  [/\.gdb\//i, "This is a file geodatabase: make it GeoJSON, with `ogr2ogr out.geojson in.zip`."],
];

function chosen(files: readonly Entry[], file: string | undefined): Entry {
  const named = (test: (name: string) => boolean) => files.filter(({ fileName }) => test(fileName));
  if (file !== undefined) {
    const wanted = file.toLowerCase();
    const found =
      onlyOf(named((name) => name === file)) ??
      onlyOf(named((name) => `/${name.toLowerCase()}`.endsWith(`/${wanted}`)));
    if (found) return found;
    throw new CallerError(`This zip has none or several of "${file}". ${listOf(files)}`);
  }
  for (const [name, advice] of OTHER_ZIPS) {
    if (files.some(({ fileName }) => name.test(fileName))) throw new CallerError(advice);
  }
  const readable = named((name) => READABLE.test(name) && !ABOUT.test(name));
  const areKml = readable.length > 0 && readable.every(({ fileName }) => KML.test(fileName));
  const found =
    onlyOf(named((name) => STOPS.test(name))) ??
    onlyOf(readable.length > 0 ? readable : files) ??
    // In KMZ, the others are only linked to.
    (areKml ? onlyOf(named((name) => /^doc\.kml$/i.test(name))) : undefined);
  if (found) return found;
  throw new CallerError(
    `Say which file of this zip has the places: --in-zip <name>. ${listOf(files)}`,
  );
}

function onlyOf(files: readonly Entry[]): Entry | undefined {
  return files.length === 1 ? files[0] : undefined;
}

function listOf(files: readonly Entry[]): string {
  const shown = files
    .slice(0, MOST_SHOWN)
    .map(({ fileName, uncompressedSize }) => `${fileName} (${grouped(uncompressedSize)} bytes)`);
  const more = files.length - MOST_SHOWN;
  return `It has ${shown.join(", ")}${more > 0 ? ` and ${grouped(more)} more` : ""}.`;
}

/** However long it says to be, or is, only a chunk is held. */
async function* unpacked(path: string, entry: Entry, onBytes: (read: number) => void): Bytes {
  let read = 0;
  let checksum = 0;
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false }).catch((error) => {
    throw damaged(error);
  });
  let stream: Readable | undefined;
  try {
    stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      read += chunk.length;
      checksum = crc32(chunk, checksum);
      onBytes(read);
      yield chunk;
    }
  } catch (error) {
    throw damaged(error);
  } finally {
    stream?.destroy();
    zip.close();
  }
  if (checksum !== entry.crc32) throw damaged(new Error("checksum"));
}

function damaged(cause: unknown): CallerError {
  return new CallerError("The zip is damaged or ends too early: fetch it again.", { cause });
}
