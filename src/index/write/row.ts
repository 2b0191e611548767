import { hash } from "node:crypto";
import type { AttributeType } from "../../records/attributes.ts";
import { brandsOf } from "../../records/brand.ts";
import type { Attributes } from "../../records/collection-schema.ts";
import { contactOf, writeContact } from "../../records/contact.ts";
import type { ByteRange } from "../../records/log.ts";
import { lineageOf, type PlaceRecord } from "../../records/place.ts";
import {
  categoryTerm,
  collectionTerm,
  facetTerm,
  indexTerms,
  nameTerm,
  ownNameTerm,
  tokenize,
} from "../../text/tokens.ts";
import { booleanOf } from "../../text/yes-no.ts";
import { isInWords, rowKey, rowValue } from "../search/filter.ts";

/** A record that is to be stored. */
export interface ArrivingRecord {
  readonly record: PlaceRecord;
  /** JSON, as it stands in the log. */
  readonly text: string;
  /** 48 bits of the SHA-256 digest of the text and of what is indexed of it: enough to see whether it has changed. */
  readonly digest: number;
}

/** @param attributes those that the collection declares */
export function arrivingRecord(record: PlaceRecord, attributes: Attributes): ArrivingRecord {
  const text = JSON.stringify(record);
  const digest = hash("sha256", declarationText(attributes) + text).slice(0, 12);
  return { record, text, digest: Number.parseInt(digest, 16) };
}

/** What rows depend on of a declaration, the same in whatever order it comes. */
function declarationText(attributes: Attributes): string {
  let text = declarationTexts.get(attributes);
  if (text === undefined) {
    text = JSON.stringify(
      Object.entries(attributes)
        .map(([name, { type }]) => `${name}:${type}`)
        .sort(),
    );
    declarationTexts.set(attributes, text);
  }
  return text;
}

const declarationTexts = new WeakMap<Attributes, string>();

/** What the rows of one write have in common. */
export interface RowContext {
  readonly collection: number;
  /** The number of the import that brings them; 0 for an edit. */
  readonly import: number;
  /** The number of the log's object that has their records. */
  readonly object: number;
  /** Those that the collection declares. */
  readonly attributes: Attributes;
  /** The ids of their categories, parents included, by path. */
  readonly categories: ReadonlyMap<string, number>;
}

const COLUMNS =
  "key, collection, source_id, name, category, latitude, longitude, country, region, population, record_object, record_offset, record_length, digest, import, valid_from, valid_to, filterable, contact";

/** json_each makes the text of an element anew wherever its value is read: materialized, it is made once. */
const ROWS = "WITH rows AS MATERIALIZED (SELECT value AS row FROM json_each(?1))";

/** Each takes a JSON list of rows: of IndexRow.columns, and of pairs of a key and its words. */
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
  { record, digest }: ArrivingRecord,
  { offset, length }: ByteRange,
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
    writeContact(contactOf(record)),
  ];
  return { key, columns, words: words(record, held, lineage, context.collection) };
}

/** The words of a place in the full-text index. */
function words(
  record: PlaceRecord,
  held: readonly HeldAttribute[],
  lineage: readonly number[],
  collection: number,
): string {
  const { name, otherNames, category } = record;
  const names = otherNames ? [name, ...otherNames] : [name];
  const brands = brandsOf(record);
  const all: string[] = [...indexTerms(brands.length > 0 ? [...names, ...brands] : names)];
  if (isLandmark(category)) all.push(...wholeNames(names));
  if (hasOwnName(category)) all.push(...ownNames([name, ...brands]));
  all.push(collectionTerm(collection));
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

/** Stops, stations and towns are named after what is there: a stop called "Castle" is no castle's name. */
const NAMED_AFTER_OTHERS =
  /^(?:place|railway|aeroway|public_transport|highway|boundary|landuse|natural)(?:\/|$)/;

function hasOwnName(category: string): boolean {
  return !NAMED_AFTER_OTHERS.test(category);
}

function ownNames(names: readonly string[]): Set<string> {
  return new Set(names.flatMap((name) => ownNameTerm(tokenize(name)) ?? []));
}

function wholeNames(names: readonly string[]): Set<string> {
  return new Set(names.flatMap((name) => nameTerm(name) ?? []));
}
