import type { MappedRow } from "./map-rows.ts";
import type { Checkpoint } from "./readers/row.ts";

/** Some places of the files in their order: what is stored at once. */
export interface Part {
  /** From 0. */
  readonly index: number;
  /** The records as NDJSON. */
  readonly body: string;
  /** How many places it has. */
  readonly places: number;
  /** Where each place is from, in the same order. */
  readonly origins: readonly Origin[];
  /** Where the next part begins; undefined for binary formats. */
  readonly next: Checkpoint | undefined;
}

export interface Origin {
  readonly file: string;
  /** As Row has it: the line of a text file, the number of the row in a binary one. */
  readonly line: number;
}

export interface Rejected extends Origin {
  /** To be read after "row 7": "has no name". */
  readonly reason: string;
}

/** A part is full when it has so much. */
export interface PartLimits {
  readonly places: number;
  readonly bytes: number;
}

export const LIMITS: PartLimits = { places: 5_000, bytes: 6 * 1024 * 1024 };

export interface PlacesOfFile {
  readonly path: string;
  readonly places: AsyncIterable<MappedRow>;
}

/**
 * Cuts files into parts, always the same for the same files: an import can go on where it stopped. `onRow` is called for
 * each row, with the reason where it is no place.
 */
export async function* partsOf(
  files: readonly PlacesOfFile[],
  onRow: (rejected?: Rejected) => void,
  firstIndex = 0,
  limits: PartLimits = LIMITS,
): AsyncGenerator<Part> {
  let index = firstIndex;
  let records: string[] = [];
  let origins: Origin[] = [];
  let bytes = 0;
  let next: Checkpoint | undefined;

  function takePart(): Part {
    const part = { index, body: records.join("\n"), places: records.length, origins, next };
    index += 1;
    [records, origins, bytes] = [[], [], 0];
    return part;
  }

  for (const { path: file, places } of files) {
    for await (const place of places) {
      const origin = { file, line: place.line };
      if ("problem" in place) {
        onRow({ ...origin, reason: place.problem });
        continue;
      }
      onRow();
      const record = JSON.stringify(place.record);
      records.push(record);
      origins.push(origin);
      bytes += Buffer.byteLength(record) + 1;
      next = place.next;
      if (records.length >= limits.places || bytes >= limits.bytes) yield takePart();
    }
  }
  if (records.length > 0) yield takePart();
}
