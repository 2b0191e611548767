import { booleanOf } from "../formats/attributes.ts";
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
  const lineage = categoryIds(record.category, context.categories);
  const columns = [
    key,
    context.collection,
    record.sourceId,
    record.name,
    lineage.at(-1),
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
    isEmpty(filterable) ? null : JSON.stringify(filterable),
  ];
  return { key, columns, words: words(record, context.attributes, filterable, lineage) };
}

/** The words of a place in the full-text index. */
function words(
  { name, otherNames, category }: PlaceRecord,
  declared: Attributes,
  filterable: Filterable,
  lineage: readonly number[],
): string {
  const names = otherNames ? [name, ...otherNames] : [name];
  const all: string[] = [...indexWords(names)];
  if (isLandmark(category)) all.push(...wholeNames(names));
  for (const id of lineage) all.push(categoryWord(id));
  for (const [attribute, value] of Object.entries(filterable)) {
    const { type } = declared[attribute]!;
    const inWords = type === "boolean" || type === "enum";
    if (inWords && typeof value !== "number") all.push(attributeWord(attribute, value));
  }
  return all.join(" ");
}

/** The ids of a category and its parents, from above. */
function categoryIds(category: string, categories: ReadonlyMap<string, number>): number[] {
  return lineageOf(category).map((path) => {
    const id = categories.get(path);
    if (id === undefined) throw new Error(`No category ${path}`);
    return id;
  });
}

type Filterable = Readonly<Record<string, string | number | boolean>>;

function isEmpty(filterable: Filterable): boolean {
  for (const _ in filterable) return false;
  return true;
}

/** The declared attributes of a record, as far as they are of their type. */
function filterableOf({ attributes = {} }: PlaceRecord, declared: Attributes): Filterable {
  const filterable: Record<string, string | number | boolean> = {};
  for (const [name, { type }] of Object.entries(declared)) {
    const value = attributes[name];
    if (value === undefined || value === "") continue;
    const typed = asType(type, value);
    if (typed !== undefined) filterable[name] = typed;
  }
  return filterable;
}

function asType(type: Attributes[string]["type"], value: string | number | boolean) {
  if (type === "boolean") return booleanOf(String(value));
  if (type !== "number") return String(value);
  return Number.isFinite(Number(value)) ? Number(value) : undefined;
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
