import {
  type AsyncBuffer,
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
} from "hyparquet";
import { wkbToGeojson } from "hyparquet/src/wkb.js";
import { compressors } from "hyparquet-compressors";
import { CallerError } from "../../src/errors.ts";
import { representativePoint } from "../../src/formats/representative-point.ts";
import { emptyFields, type Row } from "../../src/formats/row.ts";
import type { Point } from "../../src/geo/point.ts";

/** So many rows are held at once, whatever the file's row groups are. */
const ROWS_A_SLICE = 20_000;

/** What a column of a geometry is read as. */
class GeometryPoint {
  readonly point: Point | undefined;

  constructor(bytes: Uint8Array) {
    this.point = pointOfWkb(bytes);
  }
}

const parsers = { geometryFromBytes: toPoint, geographyFromBytes: toPoint };

/** The rows of a Parquet file, with the point of a GeoParquet geometry; `onBytes` is told how far reading is. */
export async function* readParquet(
  path: string,
  onBytes: (read: number) => void,
): AsyncGenerator<Row> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file, { parsers }).catch(damaged);
  const total = Number(metadata.num_rows);
  let groupStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const groupEnd = groupStart + Number(num_rows);
    for (let rowStart = groupStart; rowStart < groupEnd; rowStart += ROWS_A_SLICE) {
      const rowEnd = Math.min(groupEnd, rowStart + ROWS_A_SLICE);
      const range = { rowStart, rowEnd, useOffsetIndex: true };
      const rows = await parquetReadObjects({
        file,
        metadata,
        compressors,
        parsers,
        ...range,
      }).catch(damaged);
      if (rows.length < rowEnd - rowStart) damaged("it has fewer rows than it says");
      for (const [index, fields] of rows.entries()) yield rowOf(rowStart + index + 1, fields);
      onBytes((file.byteLength * rowEnd) / total);
    }
    groupStart = groupEnd;
  }
}

export async function isParquet(file: AsyncBuffer): Promise<boolean> {
  const [head, tail] = [await file.slice(0, 4), await file.slice(Math.max(0, file.byteLength - 4))];
  return [head, tail].every((bytes) => new TextDecoder().decode(bytes) === "PAR1");
}

function rowOf(line: number, record: Record<string, unknown>): Row {
  const fields = emptyFields();
  let point: Point | undefined;
  for (const [name, value] of Object.entries(record)) {
    if (value instanceof GeometryPoint) point ??= value.point;
    else if (isWkbColumn(name) && value instanceof Uint8Array) point ??= pointOfWkb(value);
    else fields[name] = value;
  }
  point ??= centerOf(record.bbox);
  return { line, fields, ...(point && { point }) };
}

function isWkbColumn(name: string): boolean {
  return /^(geometry|geom|wkb|wkb_geometry|the_geom)$/i.test(name);
}

function toPoint(bytes: Uint8Array): GeometryPoint | undefined {
  return bytes && new GeometryPoint(bytes);
}

/** A geometry that cannot be read is a row without one. */
function pointOfWkb(bytes: Uint8Array): Point | undefined {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return representativePoint(wkbToGeojson({ view, offset: 0 }));
  } catch {
    return undefined;
  }
}

/** Overture's bounding box of a place. */
function centerOf(bbox: unknown): Point | undefined {
  const { xmin, xmax, ymin, ymax } = (bbox ?? {}) as Record<string, unknown>;
  if (![xmin, xmax, ymin, ymax].every((side) => typeof side === "number")) return undefined;
  const middle = (low: unknown, high: unknown) => (Number(low) + Number(high)) / 2;
  return { latitude: middle(ymin, ymax), longitude: middle(xmin, xmax) };
}

function damaged(cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new CallerError(`The Parquet file cannot be read (${reason}): fetch it again.`, { cause });
}
