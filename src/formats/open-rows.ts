import { CallerError } from "../errors.ts";
import { type Bytes, countLines, peek, skipBytes, startsWith } from "./bytes/byte-stream.ts";
import { encodingName, type SourcePosition, toUtf8 } from "./bytes/encoding.ts";
import { type Gunzip, gunzip, isGzip } from "./bytes/gzip.ts";
import { type Meter, metered } from "./bytes/metered.ts";
import { readDelimited, withNewlines } from "./readers/delimited.ts";
import { dialectOf } from "./readers/dialect.ts";
import { RECORD_SEPARATOR, readJsonDocuments, readJsonLines } from "./readers/json.ts";
import { planOf } from "./readers/json-plan.ts";
import { BEGINNING, type Checkpoint, MOST_ROW_BYTES, type Row } from "./readers/row.ts";

/** The rows of a file, with what it was found to be. */
export interface OpenedRows {
  /** For people: "CSV with ;, windows-1252, gzip". */
  format(): string;
  readonly rows: AsyncIterable<Row>;
  /** All columns, where the file has a header. */
  readonly columns?: readonly string[];
}

/** The rows of a text file. */
export interface OpenedText extends OpenedRows {
  /** The rows from a checkpoint on, of the same file once more: of its bytes from `checkpoint.source` on. */
  rowsFrom(bytes: Bytes, checkpoint: Checkpoint): AsyncIterable<Row>;
  /** The checkpoint of the row that was read last, with its source. What is packed has none. */
  withSource(checkpoint: Checkpoint): Checkpoint;
}

/** What is said of a file, and how it is unpacked. */
export interface Opening {
  readonly unpack?: Gunzip;
  /** Counts the bytes of the text, unpacked. */
  readonly meter?: Meter | undefined;
  /** The encoding of the text, by any of its names; if it is not said, it is found out. */
  readonly encoding?: string | undefined;
  /** Tells by the first bytes of a text whether it is one that we have no reader for here, and how to read it. */
  readonly other?: (head: Uint8Array) => OtherText | undefined;
}

/** A text of a format that only the command reads. */
export interface OtherText extends Reader {
  /** The encoding that the text says it is in. */
  readonly encoding?: string | undefined;
}

/** The format is told by so many bytes at the beginning. */
const SAMPLE_BYTES = 64 * 1024;

/**
 * Opens a text file of places by its content: CSV and its like, GeoNames, GeoJSON, Overpass JSON, NDJSON, each also
 * gzipped. Nothing is read before it is asked for, and no more than a row and some chunks is held.
 *
 * @throws CallerError for what is none of these
 */
export async function openRows(
  bytes: Bytes,
  { unpack = gunzip, meter, encoding: said, other }: Opening = {},
): Promise<OpenedText> {
  const packed = await peek(bytes, SAMPLE_BYTES);
  const isPacked = isGzip(packed.head);
  const unpacked = (bytes: Bytes) => {
    const all = isPacked ? unpack(bytes) : bytes;
    return meter ? metered(all, meter) : all;
  };
  const raw = await peek(unpacked(packed.bytes), SAMPLE_BYTES);
  const otherText = other?.(raw.head);
  if (!otherText) refuseUnsupported(raw.head);
  const named = said ?? otherText?.encoding;
  const given = named === undefined ? undefined : encodingName(named);

  let encoding = "";
  const positions = new Positions();
  const decoding = {
    encoding: given,
    onForeign: (found: string) => {
      encoding = found;
    },
    onPosition: (position: SourcePosition) => positions.add(position),
  };
  const text = await peekLines(toUtf8(raw.bytes, decoding));
  const { label, columns, read } = otherText ?? readerOf(text.sample, text.isWhole);
  return {
    format: () => [label, encoding, isPacked && "gzip"].filter(Boolean).join(", "),
    rows: read(text.bytes, BEGINNING),
    ...(columns && { columns }),
    rowsFrom: (again, checkpoint) => {
      const { at, source: start } = checkpoint;
      positions.clear();
      const utf8 = toUtf8(unpacked(again), { ...decoding, start });
      return read(skipBytes(utf8, at - (start?.at ?? 0)), checkpoint);
    },
    withSource: (checkpoint) => {
      const source = isPacked ? undefined : positions.before(checkpoint.at);
      return source ? { ...checkpoint, source } : checkpoint;
    },
  };
}

/** The positions of the last chunks of a text: as many as a reader may have read beyond the row that it gives. */
class Positions {
  #held: SourcePosition[] = [];

  clear(): void {
    this.#held = [];
  }

  add(position: SourcePosition): void {
    this.#held.push(position);
    while (this.#held.length > 1 && this.#held[1]!.at < position.at - 2 * MOST_ROW_BYTES) {
      this.#held.shift();
    }
  }

  /** The last one that is not behind a byte of the text. */
  before(at: number): SourcePosition | undefined {
    return this.#held.findLast((position) => position.at <= at);
  }
}

/** What begins a JSON document, however long its first line is. */
const DOCUMENT = /^\s*(?:\[|\{\s*"type"\s*:\s*"FeatureCollection")/;

/** The sample, or more where it has no two lines: a header may have a hundred thousand columns. */
async function peekLines(bytes: Bytes) {
  const short = await peek(bytes, SAMPLE_BYTES);
  const isShort =
    short.head.length < SAMPLE_BYTES ||
    countLines(short.head) > 1 ||
    DOCUMENT.test(new TextDecoder().decode(short.head));
  const length = isShort ? SAMPLE_BYTES : MOST_ROW_BYTES;
  const { head, bytes: again } = isShort ? short : await peek(short.bytes, length);
  return {
    sample: new TextDecoder().decode(head),
    isWhole: head.length < length,
    bytes: again,
  };
}

interface Reader {
  readonly label: string;
  readonly columns?: readonly string[];
  /** The rows of bytes that begin at a checkpoint. */
  read(bytes: Bytes, start: Checkpoint): AsyncIterable<Row>;
}

function readerOf(sample: string, isWhole: boolean): Reader {
  const text = sample.trimStart();
  if (text.startsWith(RECORD_SEPARATOR)) return linesReader(sample);
  if (/^[[{]/.test(text)) {
    const plan = planOf(sample);
    if (plan.depth === 0 && areLines(text)) return linesReader(sample);
    const read: Reader["read"] = (bytes, start) => readJsonDocuments(bytes, plan, start);
    return { label: documentLabel(sample), read };
  }
  if (sample.includes("\0")) throw new CallerError(UNSUPPORTED);
  const hasReturns = !sample.includes("\n") && sample.includes("\r");
  const dialect = dialectOf(hasReturns ? sample.replaceAll("\r", "\n") : sample, isWhole);
  const { label, columns } = dialect;
  const read: Reader["read"] = (bytes, start) =>
    readDelimited(hasReturns ? withNewlines(bytes) : bytes, dialect, start);
  return { label, columns, read };
}

function linesReader(sample: string): Reader {
  return { label: linesLabel(sample), read: readJsonLines };
}

/** Whether the first line is an object by itself, or so long that it may be one. */
function areLines(text: string): boolean {
  const end = text.indexOf("\n");
  return text.startsWith("{") && (end < 0 || text.slice(0, end).trimEnd().endsWith("}"));
}

function linesLabel(sample: string): string {
  return /"type"\s*:\s*"Feature"/.test(sample) ? "line-delimited GeoJSON" : "NDJSON";
}

function documentLabel(sample: string): string {
  if (/"type"\s*:\s*"FeatureCollection"/.test(sample)) return "GeoJSON";
  if (/^\s*\{\s*"type"\s*:\s*"Feature"/.test(sample)) return "GeoJSON";
  return /"osm3s"|"generator"\s*:\s*"Overpass/.test(sample) ? "Overpass JSON" : "JSON";
}

const UNSUPPORTED =
  "This is no format that we read. We read CSV, TSV, GeoJSON, NDJSON, GeoNames, Overpass JSON, " +
  "GeoParquet, OpenStreetMap PBF, KML and GPX.";

function fromFile(format: string): string {
  return `${format} is read from a file that is not packed, not from a stream: use \`npm run import\`.`;
}

/** Formats that people have and that we do not read, by their first bytes in Latin-1, with the way to one that we do. */
const UNSUPPORTED_FORMATS: readonly (readonly [prefix: string, advice: string])[] = [
  ["PK\x03\x04", "This is a zip file or a spreadsheet: unzip it, or save the sheet as CSV."],
  ["\x28\xb5\x2f\xfd", "This is packed with zstd: unpack it first, with `zstd -d`."],
  ["BZh", "This is packed with bzip2: unpack it first, with `bunzip2`."],
  ["\xfd7zXZ", "This is packed with xz: unpack it first, with `unxz`."],
  ["\x1f\x8b", "This is packed with gzip twice: unpack it once, with `gunzip`."],
  [
    "SQLite format 3",
    "This is a GeoPackage or a database: make it GeoJSON, with `ogr2ogr out.geojson`.",
  ],
  [
    "\x00\x00\x27\x0a",
    "This is a shapefile: make it GeoJSON, with `ogr2ogr -t_srs EPSG:4326 out.geojson`.",
  ],
  ["fgb", "This is FlatGeobuf: make it GeoJSON, with `ogr2ogr out.geojson`."],
  [
    "<",
    "This is XML or HTML, and we read KML and GPX only, with `npm run import`: make GML GeoJSON with `ogr2ogr`, OSM XML PBF with `osmium`.",
  ],
  ["%PDF", "This is a PDF: no table that we can read."],
  ["PAR1", fromFile("Parquet")],
  ["\x00\x00\x00\x0d\n\tOSMHeader", fromFile("OpenStreetMap PBF")],
  ["\x00\x00\x00\x0e\n\tOSMHeader", fromFile("OpenStreetMap PBF")],
];

function refuseUnsupported(head: Uint8Array): void {
  for (const [prefix, advice] of UNSUPPORTED_FORMATS) {
    const bytes = Array.from(prefix, (sign) => sign.charCodeAt(0));
    if (startsWith(head, bytes)) throw new CallerError(advice);
  }
}
