import { mercatorX, mercatorY } from "./mercator.ts";
import type { Rings } from "./natural-earth.ts";

/** Through which tiles the coast runs. All others are land or sea as a whole, and so are the tiles within them. */
export class Coast {
  /** For each zoom a byte for each tile, row by row. */
  readonly #tiles: readonly Uint8Array[];

  constructor(land: readonly Rings[], maxZoom: number) {
    this.#tiles = Array.from({ length: maxZoom + 1 }, (_, z) => new Uint8Array(4 ** z));
    this.#mark(land, maxZoom);
    for (let z = maxZoom; z > 0; z--) this.#markParents(z);
  }

  runsThrough(z: number, x: number, y: number): boolean {
    return this.#tiles[z]![y * 2 ** z + x] === 1;
  }

  /** Of a line between two points the tiles of its whole box are taken: it is short. */
  #mark(land: readonly Rings[], z: number): void {
    const side = 2 ** z;
    const tiles = this.#tiles[z]!;
    for (const ring of land.flat()) {
      let before: readonly [number, number] | undefined;
      for (const [longitude = 0, latitude = 0] of ring) {
        const column = Math.floor(mercatorX(longitude) * side);
        const row = Math.max(0, Math.min(side - 1, Math.floor(mercatorY(latitude) * side)));
        const [x, y] = before ?? [column, row];
        for (let r = Math.min(y, row); r <= Math.max(y, row); r++) {
          for (let c = Math.min(x, column); c <= Math.max(x, column); c++) {
            // Beyond the last column comes the first one.
            tiles[r * side + ((c + side) % side)] = 1;
          }
        }
        before = [column, row];
      }
    }
  }

  #markParents(z: number): void {
    const side = 2 ** z;
    this.#tiles[z]!.forEach((isCoast, at) => {
      if (!isCoast) return;
      const [x, y] = [(at % side) >> 1, Math.floor(at / side) >> 1];
      this.#tiles[z - 1]![y * (side / 2) + x] = 1;
    });
  }
}
