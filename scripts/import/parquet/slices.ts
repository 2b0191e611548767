import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { wkbToGeojson } from "hyparquet/src/wkb.js";
import { compressors } from "hyparquet-compressors";
import {
  centerOfBox,
  representativePoint,
} from "../../../src/formats/geometry/representative-point.ts";
import type { Point } from "../../../src/geo/point.ts";

/** Some consecutive rows of a file, by columns. */
export interface Slice {
  /** From 0. */
  readonly firstRow: number;
  readonly rows: number;
  /** How many rows the file has. */
  readonly total: number;
  readonly columns: readonly { readonly name: string; readonly values: readonly unknown[] }[];
  /** The rows' points by their geometries, which are not among the columns. */
  readonly points: readonly (Point | undefined)[];
}

/** So many rows are held at once, however large the row groups of the file are. */
const ROWS_A_SLICE = 20_000;

const FEWER = "it has fewer rows than it says";

/** What the parser makes of a geometry. */
class GeometryPoint {
  readonly point: Point | undefined;

  constructor(bytes: Uint8Array) {
    this.point = pointOfWkb(bytes);
  }
}

const parsers = { geometryFromBytes: toPoint, geographyFromBytes: toPoint };

/** The rows from `from` on and before `before`. Of a damaged file, this may throw anything or never end. */
export async function* readSlices(
  path: string,
  from: number,
  before: number,
): AsyncGenerator<Slice> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file, { parsers });
  const total = Number(metadata.num_rows);
  let groupStart = 0;
  for (const { num_rows, columns } of metadata.row_groups) {
    // hyparquet would make rows of nothing. A column of lists has more values than there are rows.
    if (columns.some((column) => (column.meta_data?.num_values ?? 0n) < num_rows)) {
      throw new Error(FEWER);
    }
    const groupEnd = groupStart + Number(num_rows);
    const end = Math.min(groupEnd, before);
    for (let rowStart = Math.max(groupStart, from); rowStart < end; rowStart += ROWS_A_SLICE) {
      const rowEnd = Math.min(end, rowStart + ROWS_A_SLICE);
      const range = { rowStart, rowEnd, useOffsetIndex: true };
      const records = await parquetReadObjects({ file, metadata, compressors, parsers, ...range });
      if (records.length < rowEnd - rowStart) throw new Error(FEWER);
      yield { firstRow: rowStart, rows: records.length, total, ...columnsOf(records) };
    }
    groupStart = groupEnd;
  }
}

function columnsOf(records: readonly Record<string, unknown>[]): Pick<Slice, "columns" | "points"> {
  const names = Object.keys(records[0] ?? {});
  const geometries = names.filter((name) => records.some((one) => isGeometry(name, one[name])));
  const columns = names
    .filter((name) => !geometries.includes(name))
    .map((name) => ({ name, values: records.map((record) => record[name]) }));
  const points = records.map((record) => {
    const [point] = geometries.map((name) => geometryPoint(record[name])).filter(Boolean);
    return point ?? boxCenter(record.bbox);
  });
  return { columns, points };
}

function isGeometry(name: string, value: unknown): boolean {
  return value instanceof GeometryPoint || (isWkbColumn(name) && value instanceof Uint8Array);
}

function isWkbColumn(name: string): boolean {
  return /^(geometry|geom|wkb|wkb_geometry|the_geom)$/i.test(name);
}

function geometryPoint(value: unknown): Point | undefined {
  if (value instanceof GeometryPoint) return value.point;
  return value instanceof Uint8Array ? pointOfWkb(value) : undefined;
}

function toPoint(bytes: Uint8Array): GeometryPoint | undefined {
  return bytes && new GeometryPoint(bytes);
}

/** Undefined for a geometry that cannot be read. */
function pointOfWkb(bytes: Uint8Array): Point | undefined {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return representativePoint(wkbToGeojson({ view, offset: 0 }));
  } catch {
    return undefined;
  }
}

/** Of Overture's bounding box of a place. */
function boxCenter(bbox: unknown): Point | undefined {
  const { xmin, ymin, xmax, ymax } = (bbox ?? {}) as Record<string, unknown>;
  return centerOfBox([xmin, ymin, xmax, ymax]);
}
