import { lineageOf, type PlaceRecord } from "../places/place.ts";
import { attributeWord, categoryWord, indexWords, nameWord } from "../places/words.ts";
import type { Line } from "./record-log.ts";
import type { Attributes } from "./schemas.ts";
import type { Incoming } from "./stage.ts";

/** What rows of one import have in common. */
export interface RowContext {
  readonly collection: number;
  readonly import: number;
  readonly object: number;
  readonly attributes: Attributes;
  readonly categories: ReadonlyMap<string, number>;
}

const COLUMNS =
  "key, collection, source_id, name, category, latitude, longitude, country, region, population, record_object, record_offset, record_length, digest, import, valid_from, valid_to, filterable";

/** Each element of a JSON list, once: json_each makes the text of an element anew wherever its value is read. */
const ROWS = "WITH rows AS MATERIALIZED (SELECT value AS row FROM json_each(?1))";

/** The statements that put rows, one JSON text of all of them, into the index. */
export const INSERT_ROWS = {
  places: `${ROWS} INSERT INTO places (${COLUMNS})
    SELECT ${COLUMNS.split(", ")
      .map((_, column) => `row ->> ${column}`)
      .join(", ")} FROM rows`,
  words: `${ROWS} INSERT INTO places_text (rowid, words) SELECT row ->> 0, row ->> 1 FROM rows`,
} as const;

export interface IndexRow {
  readonly key: number;
  readonly columns: readonly unknown[];
  readonly words: string;
}

export function toRow(
  key: number,
  { record, digest }: Incoming,
  { offset, length }: Line,
  context: RowContext,
): IndexRow {
  const filterable = filterableOf(record, context.attributes);
  const columns = [
    key,
    context.collection,
    record.sourceId,
    record.name,
    categoryIds(record, context).at(-1),
    record.latitude,
    record.longitude,
    record.country ?? null,
    record.region ?? null,
    record.population === undefined ? null : Math.round(record.population),
    context.object,
    offset,
    length,
    digest,
    context.import,
    record.validFrom ?? null,
    record.validTo ?? null,
    Object.keys(filterable).length > 0 ? JSON.stringify(filterable) : null,
  ];
  return { key, columns, words: wordsOf(record, context) };
}

/** The words of a place in the full-text index. To be told again, word for word, when the place goes. */
export function wordsOf(
  record: PlaceRecord,
  context: Pick<RowContext, "attributes" | "categories">,
): string {
  const names = [record.name, ...(record.otherNames ?? [])];
  const filterable = filterableOf(record, context.attributes);
  const attributes = Object.entries(filterable).flatMap(([name, value]) => {
    const { type } = context.attributes[name]!;
    const inWords = type === "boolean" || type === "enum";
    return inWords && typeof value !== "number" ? attributeWord(name, value) : [];
  });
  return [
    ...indexWords(names),
    ...(isLandmark(record.category) ? wholeNames(names) : []),
    ...categoryIds(record, context).map(categoryWord),
    ...attributes,
  ].join(" ");
}

function categoryIds(
  { category }: PlaceRecord,
  { categories }: Pick<RowContext, "categories">,
): number[] {
  return lineageOf(category).map((path) => {
    const id = categories.get(path);
    if (id === undefined) throw new Error(`No category ${path}`);
    return id;
  });
}

/** The declared attributes of a record, as far as they are of their type. */
function filterableOf(
  { attributes = {} }: PlaceRecord,
  declared: Attributes,
): Record<string, string | number | boolean> {
  const filterable: Record<string, string | number | boolean> = {};
  for (const [name, { type }] of Object.entries(declared)) {
    const value = attributes[name];
    if (value === undefined) continue;
    if (type === "number" && Number.isFinite(Number(value))) filterable[name] = Number(value);
    else if (type === "boolean") filterable[name] = TRUE.has(String(value).toLowerCase());
    else if (type !== "number") filterable[name] = String(value);
  }
  return filterable;
}

const TRUE = new Set(["true", "yes", "1", "y"]);

/** The kinds of places that people say they are at, or near. */
const LANDMARKS =
  /^(?:place|railway|aeroway|public_transport|boundary|landuse\/harbour|tourism|historic|natural|leisure\/park)(?:\/|$)/;

function isLandmark(category: string): boolean {
  return LANDMARKS.test(category);
}

function wholeNames(names: readonly string[]): Set<string> {
  return new Set(names.flatMap((name) => nameWord(name) ?? []));
}
