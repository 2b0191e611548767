import { hash } from "node:crypto";
import type { SeenPlaces } from "../../src/imports/batches.ts";
import type { PlaceRecord } from "../../src/records/place.ts";

const FIRST_CAPACITY = 1 << 16;
const NUMBERS_AN_ENTRY = 3;

/**
 * The places that have come, by digests of 64 bits of their ids and of 32 bits of what their records say: at most 48 bytes a
 * place, however long they are. Among 10 million ids the odds that two have one digest are 1 to 400,000.
 */
export class SeenIds implements SeenPlaces {
  /** An open hash table: of each entry two numbers of its id, not both 0, and one of its text. */
  #table = new Uint32Array(FIRST_CAPACITY * NUMBERS_AN_ENTRY);
  #capacity = FIRST_CAPACITY;
  #size = 0;

  meet({ sourceId }: PlaceRecord, text: string): "new" | "same" | "other" {
    const id = hash("sha1", sourceId, "buffer");
    const high = id.readUInt32LE(0);
    const low = id.readUInt32LE(4) || 1;
    const content = hash("sha1", text, "buffer").readUInt32LE(0);
    const at = this.#find(high, low);
    if (this.#table[at + 1] !== 0) return this.#table[at + 2] === content ? "same" : "other";
    this.#table.set([high, low, content], at);
    this.#size += 1;
    if (this.#size * 2 > this.#capacity) this.#grow();
    return "new";
  }

  /** Where the entry of an id is, or is to be. */
  #find(high: number, low: number): number {
    for (let slot = high % this.#capacity; ; slot = (slot + 1) % this.#capacity) {
      const at = slot * NUMBERS_AN_ENTRY;
      const isFree = this.#table[at + 1] === 0;
      if (isFree || (this.#table[at] === high && this.#table[at + 1] === low)) return at;
    }
  }

  #grow(): void {
    const before = this.#table;
    this.#capacity *= 2;
    this.#table = new Uint32Array(this.#capacity * NUMBERS_AN_ENTRY);
    for (let at = 0; at < before.length; at += NUMBERS_AN_ENTRY) {
      if (before[at + 1] === 0) continue;
      const entry = before.subarray(at, at + NUMBERS_AN_ENTRY);
      this.#table.set(entry, this.#find(entry[0]!, entry[1]!));
    }
  }
}
