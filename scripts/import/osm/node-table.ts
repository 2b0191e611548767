const MOST_NODES = 16 * 1024 * 1024;
const UNKNOWN = 0x7fffffff;
/** 360°. */
const TURN = 360e7;

/**
 * The positions of chosen nodes, in units of 1e-7 degrees and in arrays of 16 bytes a node. Ids are added first, then
 * positions.
 */
export class NodeTable {
  readonly #most: number;
  #ids: Float64Array;
  #count = 0;
  #latitudes = new Int32Array(0);
  #longitudes = new Int32Array(0);
  /** Where the next node is looked for first: files are sorted by id. */
  #next = 0;

  constructor(most = MOST_NODES) {
    this.#most = most;
    this.#ids = new Float64Array(Math.min(most, 1024));
  }

  /** False if there is no room: then nothing is added. An empty table has room for anything. */
  add(ids: readonly number[]): boolean {
    const needed = this.#count + ids.length;
    if (needed > this.#most && this.#count > 0) return false;
    if (needed > this.#ids.length) {
      const grown = new Float64Array(Math.max(needed, Math.min(this.#most, this.#ids.length * 2)));
      grown.set(this.#ids);
      this.#ids = grown;
    }
    this.#ids.set(ids, this.#count);
    this.#count = needed;
    return true;
  }

  /** To be called when all ids are added and before any position is. */
  close(): void {
    const sorted = this.#ids.subarray(0, this.#count).sort();
    let count = 0;
    for (const id of sorted) {
      if (count > 0 && sorted[count - 1] === id) continue;
      sorted[count] = id;
      count += 1;
    }
    this.#count = count;
    this.#latitudes = new Int32Array(count).fill(UNKNOWN);
    this.#longitudes = new Int32Array(count).fill(UNKNOWN);
  }

  place(id: number, latitude: number, longitude: number): void {
    const index = this.#find(id);
    if (index === undefined) return;
    this.#latitudes[index] = latitude;
    this.#longitudes[index] = longitude;
  }

  /** The middle of the nodes that are known, also across ±180°; undefined if none is known. */
  centerOf(ids: readonly number[]): [latitude: number, longitude: number] | undefined {
    let [latitudes, eastings, known, origin] = [0, 0, 0, 0];
    for (const id of ids) {
      const index = this.#find(id);
      if (index === undefined || this.#latitudes[index] === UNKNOWN) continue;
      if (known === 0) origin = this.#longitudes[index]!;
      latitudes += this.#latitudes[index]!;
      eastings += wrapped(this.#longitudes[index]! - origin);
      known += 1;
    }
    return known > 0 ? [latitudes / known, wrapped(origin + eastings / known)] : undefined;
  }

  #find(id: number): number | undefined {
    let [low, high] = [0, this.#count];
    const next = this.#next;
    if (next < this.#count && this.#ids[next]! >= id && (next === 0 || this.#ids[next - 1]! < id)) {
      low = next;
      high = next + 1;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ids[middle]! < id) low = middle + 1;
      else high = middle;
    }
    this.#next = low;
    if (low >= this.#count || this.#ids[low] !== id) return undefined;
    this.#next = low + 1;
    return low;
  }
}

/** The same angle from −180° to 180°. */
function wrapped(angle: number): number {
  return Math.abs(angle) > TURN / 2 ? angle - TURN * Math.sign(angle) : angle;
}
