import type { PlaceOfRow } from "./open-places.ts";
import type { Mark } from "./readers/row.ts";

/** Some places of the files in their order: what is stored at once. */
export interface Part {
  readonly index: number;
  /** NDJSON. */
  readonly body: string;
  readonly places: number;
  /** Where each place is from. */
  readonly origins: readonly Origin[];
  /** Where the next one begins, if the format tells. */
  readonly next: Mark | undefined;
}

export interface Origin {
  readonly file: string;
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
  readonly places: AsyncIterable<PlaceOfRow>;
}

/** Cuts files into parts, always the same for the same files: an import can go on where it stopped. */
export async function* partsOf(
  files: readonly PlacesOfFile[],
  onRow: (rejected?: Rejected) => void,
  firstIndex = 0,
  limits: PartLimits = LIMITS,
): AsyncGenerator<Part> {
  let index = firstIndex;
  let lines: string[] = [];
  let origins: Origin[] = [];
  let bytes = 0;
  let next: Mark | undefined;

  function takePart(): Part {
    const part = { index, body: lines.join("\n"), places: lines.length, origins, next };
    index += 1;
    [lines, origins, bytes] = [[], [], 0];
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
      const line = JSON.stringify(place.record);
      lines.push(line);
      origins.push(origin);
      bytes += Buffer.byteLength(line) + 1;
      next = place.next;
      if (lines.length >= limits.places || bytes >= limits.bytes) yield takePart();
    }
  }
  if (lines.length > 0) yield takePart();
}
