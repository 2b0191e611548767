import { padded } from "./bucket.ts";
import type { PlaceRecord } from "./place.ts";

/** Where the objects of records lie in the bucket. */
export const RECORDS = "records/";

export function recordsPrefix(collection: string): string {
  return `${RECORDS}${collection}/`;
}

export function recordObjectKey(collection: string, number: number): string {
  return `${recordsPrefix(collection)}${padded(number)}.ndjson`;
}

/** A record's place in the bucket, and what it must be. */
export interface RecordPointer {
  readonly collection: string;
  readonly object: number;
  readonly offset: number;
  readonly length: number;
  readonly sourceId: string;
}

/** Records that lie no farther apart are read in one piece. */
const GAP_BYTES = 64 * 1024;
const LONGEST_READ_BYTES = 8 * 1024 * 1024;
/** What one Worker may have open at once. */
const MOST_READS_AT_ONCE = 6;

interface Piece {
  readonly key: string;
  readonly offset: number;
  end: number;
  readonly pointers: { readonly index: number; readonly pointer: RecordPointer }[];
}

/**
 * Reads records, neighbours of one object in one piece, some pieces at a time. What is not there, or is not the
 * record that it should be, is undefined.
 */
export async function readRecords(
  bucket: R2Bucket,
  pointers: readonly RecordPointer[],
): Promise<(PlaceRecord | undefined)[]> {
  const records = new Array<PlaceRecord | undefined>(pointers.length).fill(undefined);
  const pieces = piecesOf(pointers);
  for (let first = 0; first < pieces.length; first += MOST_READS_AT_ONCE) {
    await Promise.all(
      pieces.slice(first, first + MOST_READS_AT_ONCE).map(async (piece) => {
        const range = { offset: piece.offset, length: piece.end - piece.offset };
        const object = await bucket.get(piece.key, { range });
        if (!object) return;
        const bytes = new Uint8Array(await object.arrayBuffer());
        for (const { index, pointer } of piece.pointers) {
          const start = pointer.offset - piece.offset;
          records[index] = parse(bytes.subarray(start, start + pointer.length), pointer.sourceId);
        }
      }),
    );
  }
  return records;
}

function piecesOf(pointers: readonly RecordPointer[]): Piece[] {
  const sorted = pointers
    .map((pointer, index) => ({
      key: recordObjectKey(pointer.collection, pointer.object),
      index,
      pointer,
    }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.pointer.offset - b.pointer.offset));
  const pieces: Piece[] = [];
  for (const { key, index, pointer } of sorted) {
    const end = pointer.offset + pointer.length;
    const piece = pieces.at(-1);
    const fits =
      piece?.key === key &&
      pointer.offset - piece.end <= GAP_BYTES &&
      end - piece.offset <= LONGEST_READ_BYTES;
    if (fits) {
      piece.end = Math.max(piece.end, end);
      piece.pointers.push({ index, pointer });
    } else {
      pieces.push({ key, offset: pointer.offset, end, pointers: [{ index, pointer }] });
    }
  }
  return pieces;
}

function parse(bytes: Uint8Array, sourceId: string): PlaceRecord | undefined {
  try {
    const record: PlaceRecord = JSON.parse(new TextDecoder().decode(bytes));
    return record.sourceId === sourceId ? record : undefined;
  } catch {
    return undefined;
  }
}
