import { CallerError } from "../../errors.ts";
import { type Bytes, rechunk } from "../../formats/bytes/byte-stream.ts";
import { type Gunzip, gunzip } from "../../formats/bytes/gzip.ts";
import type { Meter } from "../../formats/bytes/metered.ts";
import {
  isIdGuessed,
  type LabelOptions,
  parseAttributes,
  parseColumns,
  parseLabel,
  withoutIds,
} from "../../formats/import-options.ts";
import { type MappedRow, mapEach, mapRows } from "../../formats/map-rows.ts";
import type { DeclaredAttributes, Note } from "../../formats/mapping/attributes.ts";
import { categoryOf } from "../../formats/mapping/category.ts";
import { categoryMatcher } from "../../formats/mapping/category-matcher.ts";
import type { Mapping } from "../../formats/mapping/mapping.ts";
import { PlaceMapper } from "../../formats/mapping/place-row.ts";
import { type OpenedText, type Opening, openRows } from "../../formats/open-rows.ts";
import type { Checkpoint } from "../../formats/readers/row.ts";
import { readCategories } from "../../index/write/lexicon.ts";
import type { Stores } from "../../index/write/transaction.ts";
import type { InboxObject } from "./event.ts";

/** What a file in the inbox was found to be, and what its metadata says of it. */
export interface InboxFile {
  /** For people: "CSV with ;, windows-1252". */
  readonly format: string;
  readonly mapping: Mapping;
  readonly isIdGuessed: boolean;
  readonly mode: "merge" | "replace";
  /** Whether the person knows that a replacing import removes many places. */
  readonly isConfirmed: boolean;
  readonly label: LabelOptions;
  readonly attributes: DeclaredAttributes;
  readonly uploaded: Date;
}

/**
 * Finds out what a file is. Its custom metadata (`x-amz-meta-…` in S3) is what options are to the import command: `map`,
 * `category`, `brand`, `attribute`, `encoding`, `title`, `license`, `attribution`, `url`, `as-of`, `mode` (merge or replace) and `yes`.
 *
 * @param hasIds false: what looks like ids are none
 * @throws CallerError for what cannot be read as places
 */
export async function inspect(
  stores: Stores,
  inboxObject: InboxObject,
  hasIds: boolean,
): Promise<InboxFile> {
  const object = await getObject(stores.bucket, inboxObject);
  const { customMetadata: said = {}, uploaded } = object;
  const mode = said.mode ?? "merge";
  if (mode !== "merge" && mode !== "replace") {
    throw new CallerError(`The mode is merge or replace, not "${mode}".`);
  }
  const categories = await readCategories(stores);
  const matcher = categoryMatcher({ kinds: () => categories, categories: () => categories });
  const attributes = parseAttributes(said.attribute ? [said.attribute] : []);
  const columns = parseColumns(said.map ? [said.map] : []);
  const choices = {
    columns: hasIds ? columns : withoutIds(columns),
    attributes,
    title: said.title,
    brand: said.brand,
    ...(said.category && { category: categoryOf(said.category, matcher) }),
  };
  const text = await openRows(bytesOf(object), openingOf(object));
  const { format, mapping, close } = await mapRows(text, choices, matcher, () => {});
  await close();
  if (mapping.category.by === "tags" && !categories.some(({ tags }) => tags)) {
    throw new CallerError(
      "The server does not know the kinds of places of OpenStreetMap yet: run `npm run load` or `npm run import` once, then put the file again.",
    );
  }
  const isGuessed = isIdGuessed(mapping, choices.columns);
  const label = parseLabel(said);
  const isConfirmed = said.yes !== undefined;
  const rest = { isConfirmed, label, attributes, uploaded };
  return { format, mapping, isIdGuessed: isGuessed, mode, ...rest };
}

/** The places of a file that are still to be read. */
export interface OpenedPlaces {
  readonly places: AsyncIterable<MappedRow>;
  /** The checkpoint behind the place that was read last, for another step. */
  withSource(next: Checkpoint): Checkpoint;
}

/**
 * Opens the places of a file, from a checkpoint on. The mapping is the one that the import has begun with; what words mean may
 * have changed since.
 *
 * @throws CallerError if the object is gone, or not of this version any more
 */
export async function openPlaces(
  stores: Stores,
  object: InboxObject,
  { mapping, next, onNote }: { mapping: Mapping; next: Checkpoint | undefined; onNote: Note },
): Promise<OpenedPlaces> {
  const categories = await readCategories(stores);
  const matcher = categoryMatcher({ kinds: () => categories, categories: () => categories });
  const { rows, withSource } = await openObject(stores.bucket, object, next);
  return { places: mapEach(rows, new PlaceMapper(mapping, matcher, onNote)), withSource };
}

/** The rows of an object from a checkpoint on. @throws CallerError if it is gone, or not of this version any more */
export async function openObject(
  bucket: R2Bucket,
  object: Pick<InboxObject, "key" | "version">,
  next: Checkpoint | undefined,
  meter?: Meter,
): Promise<Pick<OpenedText, "rows" | "columns" | "withSource">> {
  const whole = await getObject(bucket, object);
  const opening = { ...openingOf(whole), meter };
  if (!next) return openRows(bytesOf(whole), opening);
  // The beginning tells how the rows are written.
  const text = await openRows(bytesOf(whole, HEAD_BYTES), opening);
  const beginning = text.rows[Symbol.asyncIterator]();
  await beginning.next();
  await beginning.return?.();
  const rest = await getObject(bucket, object, next.source?.offset);
  return { ...text, rows: text.rowsFrom(bytesOf(rest), next) };
}

/** The platform's stream comes in chunks of 4 KiB. */
const CHUNK_BYTES = 256 * 1024;
/** For who reads the beginning only. */
const HEAD_BYTES = 64 * 1024;

const bytesOf = ({ body }: R2ObjectBody, chunkBytes = CHUNK_BYTES): Bytes =>
  rechunk(body, chunkBytes);
const unpack: Gunzip = (bytes) => rechunk(gunzip(bytes), CHUNK_BYTES);
const openingOf = ({ customMetadata }: R2ObjectBody): Opening => ({
  unpack,
  encoding: customMetadata?.encoding,
});

/** @throws CallerError if it is gone, or not of this version any more */
async function getObject(
  bucket: R2Bucket,
  { key, version }: Pick<InboxObject, "key" | "version">,
  offset?: number,
): Promise<R2ObjectBody> {
  const object = await bucket.get(key, offset === undefined ? {} : { range: { offset } });
  if (object?.version === version) return object;
  await object?.body.cancel();
  throw new CallerError(
    object
      ? "A newer version was put meanwhile: that one is imported instead."
      : "The file was deleted before it was read to its end.",
  );
}
