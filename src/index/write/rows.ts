import type { AttributeType } from "../../records/attributes.ts";
import type { Attributes } from "../../records/collection-schema.ts";
import type { Line } from "../../records/log.ts";
import { lineageOf, type PlaceRecord } from "../../records/place.ts";
import { categoryTerm, facetTerm, indexTerms, nameTerm } from "../../text/tokens.ts";
import { booleanOf } from "../../text/yes-no.ts";
import { isInWords, rowKey, rowValue } from "../search/filter.ts";
import type { Incoming } from "./versions.ts";

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
  const held = heldAttributes(record, context.attributes);
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
    held.length === 0 ? null : filterableOf(held),
  ];
  return { key, columns, words: words(record, held, lineage) };
}

/** The words of a place in the full-text index. */
function words(
  { name, otherNames, category }: PlaceRecord,
  held: readonly HeldAttribute[],
  lineage: readonly number[],
): string {
  const names = otherNames ? [name, ...otherNames] : [name];
  const all: string[] = [...indexTerms(names)];
  if (isLandmark(category)) all.push(...wholeNames(names));
  for (const id of lineage) all.push(categoryTerm(id));
  for (const { name, type, value } of held) {
    if (isInWords(type)) all.push(facetTerm(name, String(value)));
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

interface HeldAttribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly value: string | number | boolean;
}

/** The declared attributes of a record, as far as they are of their type. */
function heldAttributes(
  { attributes = {} }: PlaceRecord,
  declared: Attributes,
): readonly HeldAttribute[] {
  return Object.entries(declared).flatMap(([name, { type }]) => {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (value === undefined || value === "") return [];
    const typed = asType(type, value);
    return typed === undefined ? [] : { name, type, value: typed };
  });
}

/** JSON, for the tests of filters and for opening hours. */
function filterableOf(held: readonly HeldAttribute[]): string {
  const entries = held.map(({ name, type, value }) => [rowKey(name, type), rowValue(value, type)]);
  return JSON.stringify(Object.fromEntries(entries));
}

function asType(type: AttributeType, value: string | number | boolean) {
  if (type === "boolean") return booleanOf(String(value));
  if (type !== "number") return String(value);
  const number = Number(String(value));
  return Number.isFinite(number) ? number : undefined;
}

/** The kinds of places that people say they are at, or near. */
const LANDMARKS =
  /^(?:place|railway|aeroway|public_transport|boundary|landuse\/harbour|tourism|historic|natural|leisure\/park)(?:\/|$)/;

function isLandmark(category: string): boolean {
  return LANDMARKS.test(category);
}

function wholeNames(names: readonly string[]): Set<string> {
  return new Set(names.flatMap((name) => nameTerm(name) ?? []));
}
