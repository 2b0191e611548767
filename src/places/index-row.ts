import { lineageOf, type PlaceRecord } from "./place.ts";
import { categoryWord, indexWords, nameWord } from "./words.ts";

/** The statements that put rows, one JSON text of all of them, into the index. */
export const INSERT_ROWS = [
  `INSERT INTO places SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
     value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11,
     value ->> 12
   FROM json_each(?1)`,
  "INSERT INTO places_text (rowid, words) SELECT value ->> 0, value ->> 13 FROM json_each(?1)",
];

/** Where a record lies in the bucket. */
export type Pointer = readonly [object: number, offset: number, length: number];

/** A place as INSERT_ROWS takes it; the last value are its words. */
export function toRow(
  key: number,
  collectionId: number,
  record: PlaceRecord,
  pointer: Pointer,
  categoryIds: ReadonlyMap<string, number>,
): unknown[] {
  const lineage = lineageOf(record.category).map((path) => categoryIds.get(path));
  if (lineage.includes(undefined)) throw new Error(`No category ${record.category}`);
  const names = [record.name, ...(record.otherNames ?? [])];
  const words = [
    ...indexWords(names),
    ...(isLandmark(record.category) ? wholeNames(names) : []),
    ...lineage.map((id) => categoryWord(id!)),
  ];
  return [
    key,
    collectionId,
    record.sourceId,
    record.name,
    lineage.at(-1),
    record.latitude,
    record.longitude,
    record.country ?? null,
    record.population ?? null,
    ...pointer,
    record.region ?? null,
    words.join(" "),
  ];
}

/** The kinds of places that people say they are at, or near. */
const LANDMARKS =
  /^(?:place|railway|aeroway|public_transport|boundary|landuse\/harbour|tourism|historic|natural|leisure\/park)(?:\/|$)/;

function isLandmark(category: string): boolean {
  return LANDMARKS.test(category);
}

function wholeNames(names: readonly string[]): Set<string> {
  return new Set(names.flatMap((name) => nameWord(name) ?? []));
}
