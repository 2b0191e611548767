import type { Point } from "../../../geo/point.ts";
import type { Grid } from "../../../geo/region/grid.ts";

/** What has been counted of a cell. */
export interface CellCount {
  /** Its number in the grid. */
  readonly cell: number;
  places: number;
  /** One of its places. */
  readonly one: Point;
  /** The coordinates of its places, as sums of what they are more than those of the one, degrees. */
  northward: number;
  eastward: number;
  /** How many places it has of each category. */
  readonly kinds: Map<number, number>;
}

/** A cell as text, to be added to another tally: cell, places, one's latitude and longitude, sums, and pairs of kinds. */
export type TallyRow = readonly [
  cell: number,
  places: number,
  latitude: number,
  longitude: number,
  northward: number,
  eastward: number,
  kinds: readonly number[],
];

/** Counts places by cell and kind. It grows with the cells and the kinds in them, not with the places. */
export class Tally {
  readonly cells = new Map<number, CellCount>();
  #places = 0;

  get places(): number {
    return this.#places;
  }

  add(grid: Grid, { latitude, longitude, category }: Point & { readonly category: number }): void {
    const cell = grid.cellOf({ latitude, longitude });
    this.#add([cell, 1, latitude, longitude, 0, 0, [category, 1]]);
  }

  addRows(rows: readonly TallyRow[]): void {
    for (const row of rows) this.#add(row);
  }

  rows(): TallyRow[] {
    return [...this.cells.values()].map(({ cell, places, one, northward, eastward, kinds }) => [
      cell,
      places,
      one.latitude,
      one.longitude,
      northward,
      eastward,
      [...kinds].flat(),
    ]);
  }

  /** How many places there are of each category. */
  kinds(): Map<number, number> {
    const sums = new Map<number, number>();
    for (const { kinds } of this.cells.values()) {
      for (const [kind, places] of kinds) sums.set(kind, (sums.get(kind) ?? 0) + places);
    }
    return sums;
  }

  #add([cell, places, latitude, longitude, northward, eastward, kinds]: TallyRow): void {
    let count = this.cells.get(cell);
    if (!count) {
      const one = { latitude, longitude };
      count = { cell, places: 0, one, northward: 0, eastward: 0, kinds: new Map() };
      this.cells.set(cell, count);
    }
    this.#places += places;
    count.places += places;
    count.northward += northward + places * (latitude - count.one.latitude);
    count.eastward += eastward + places * eastOf(count.one.longitude, longitude);
    for (let at = 0; at < kinds.length; at += 2) {
      const [kind, ofKind] = [kinds[at]!, kinds[at + 1]!];
      count.kinds.set(kind, (count.kinds.get(kind) ?? 0) + ofKind);
    }
  }
}

/** The mean of the coordinates of a cell's places: it lies in the cell. */
export function meanOf({ one, places, northward, eastward }: CellCount): Point {
  const longitude = one.longitude + eastward / places;
  return {
    latitude: one.latitude + northward / places,
    longitude: longitude > 180 ? longitude - 360 : longitude,
  };
}

/** 180 and -180 are one meridian, and both of them are in the first cell of a row. */
function eastOf(from: number, to: number): number {
  return normal(to) - normal(from);
}

function normal(longitude: number): number {
  return longitude === 180 ? -180 : longitude;
}
