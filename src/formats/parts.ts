import type { PlaceOfRow } from "./open-places.ts";

/** Some places of the files in their order: what is stored at once. */
export interface Part {
  readonly index: number;
  /** NDJSON. */
  readonly body: string;
  readonly places: number;
  /** Where each place is from. */
  readonly origins: readonly Origin[];
  /** How many rows of the files are in this part and those before it, the skipped ones among them. */
  readonly rowsRead: number;
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

const LIMITS: PartLimits = { places: 5_000, bytes: 6 * 1024 * 1024 };

/** Where reading begins: behind the parts that are done. */
export interface PartStart {
  readonly index: number;
  readonly rowsRead: number;
}

const BEGINNING: PartStart = { index: 0, rowsRead: 0 };

export interface PlacesOfFile {
  readonly path: string;
  readonly places: AsyncIterable<PlaceOfRow>;
}

/** Cuts files into parts, always the same for the same files: an import can go on where it stopped. */
export async function* partsOf(
  files: readonly PlacesOfFile[],
  onRow: (rejected?: Rejected) => void,
  start: PartStart = BEGINNING,
  limits: PartLimits = LIMITS,
): AsyncGenerator<Part> {
  let { index, rowsRead } = start;
  let lines: string[] = [];
  let origins: Origin[] = [];
  let bytes = 0;

  function takePart(): Part {
    const part = { index, body: lines.join("\n"), places: lines.length, origins, rowsRead };
    index += 1;
    [lines, origins, bytes] = [[], [], 0];
    return part;
  }

  for (const { path: file, places } of files) {
    for await (const place of places) {
      rowsRead += 1;
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
      if (lines.length >= limits.places || bytes >= limits.bytes) yield takePart();
    }
  }
  if (lines.length > 0) yield takePart();
}
