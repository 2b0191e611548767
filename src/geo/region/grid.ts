import type { Point } from "../point.ts";
import { toRadians } from "../vector.ts";
import type { Bounds } from "./bounds.ts";

/** Half a meridian on WGS84 is so long: the rows of a grid are some thousandths higher or lower, by the latitude. */
const HALF_MERIDIAN_METERS = 20_003_931;

/**
 * The earth in rows of one height, and each row in cells of one width, as near to squares as whole numbers of them allow.
 * Rows run along parallels from pole to pole, cells from 180° west to 180° east, so no cell lies across ±180°. The grid
 * depends on its size only: other questions have the same cells.
 */
export class Grid {
  readonly #rows: number;
  readonly #height: number;

  constructor(sizeMeters: number) {
    this.#rows = Math.max(1, Math.round(HALF_MERIDIAN_METERS / sizeMeters));
    this.#height = 180 / this.#rows;
  }

  /** The number of the cell of a point. A cell has its southern and western edges. */
  cellOf({ latitude, longitude }: Point): number {
    const row = this.rowOf(latitude);
    return row * COLUMNS + this.#columnOf(row, longitude);
  }

  /** The number of the row of a latitude, 0 at the south pole. */
  rowOf(latitude: number): number {
    return Math.min(this.#rows - 1, Math.floor((latitude + 90) / this.#height));
  }

  /** What lies between the parallels of a row. */
  boundsOfRow(row: number): Pick<Bounds, "south" | "north"> {
    return {
      south: row * this.#height - 90,
      north: row + 1 === this.#rows ? 90 : (row + 1) * this.#height - 90,
    };
  }

  /** The cells of a row from one longitude to another, west to east. Both may lie beyond ±180. */
  *cellsOfRow(row: number, west: number, east: number): Iterable<number> {
    const count = this.#columns(row);
    const width = 360 / count;
    const first = Math.floor((west + 180) / width);
    const last = Math.min(first + count - 1, Math.floor((east + 180) / width));
    for (let at = first; at <= last; at++) yield row * COLUMNS + (((at % count) + count) % count);
  }

  boundsOf(cell: number): Bounds {
    const [row, column] = [Math.floor(cell / COLUMNS), cell % COLUMNS];
    const count = this.#columns(row);
    return {
      ...this.boundsOfRow(row),
      west: (360 * column) / count - 180,
      east: (360 * (column + 1)) / count - 180,
    };
  }

  #columnOf(row: number, longitude: number): number {
    const count = this.#columns(row);
    // 180° east is 180° west. The quotient may be rounded to the next cell's.
    const column = Math.floor(((longitude + 180) * count) / 360);
    return column >= count ? 0 : column;
  }

  #columns(row: number): number {
    const middle = (row + 0.5) * this.#height - 90;
    return Math.max(1, Math.round((360 * Math.cos(toRadians(middle))) / this.#height));
  }
}

/** More than a row has: rows have 40 million cells of a metre. */
const COLUMNS = 2 ** 26;

export function centerOfBounds({ south, north, west, east }: Bounds): Point {
  return { latitude: (south + north) / 2, longitude: (west + east) / 2 };
}
