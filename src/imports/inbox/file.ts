import { CallerError } from "../../errors.ts";
import { rechunk } from "../../formats/bytes/byte-stream.ts";
import { type Gunzip, gunzip } from "../../formats/bytes/gzip.ts";
import {
  declaredTypes,
  fullLabel,
  type LabelOptions,
  mergeDeclarations,
  parseAttributes,
  parseColumns,
  parseLabel,
} from "../../formats/import-options.ts";
import { type MappedRow, type MappedRows, mapRows } from "../../formats/map-rows.ts";
import type { DeclaredAttributes, Note } from "../../formats/mapping/attributes.ts";
import { categoryOf } from "../../formats/mapping/category.ts";
import { categoryMatcher } from "../../formats/mapping/category-matcher.ts";
import { type OpenedText, openRows } from "../../formats/open-rows.ts";
import type { Checkpoint } from "../../formats/readers/row.ts";
import type { CollectionRow } from "../../index/snapshot.ts";
import { labelOf as labelOfRow } from "../../index/write/collections.ts";
import { readCategories } from "../../index/write/lexicon.ts";
import { LabelFields } from "../../records/collection-schema.ts";
import type { Label } from "../../records/log.ts";
import type { Stores } from "../job.ts";
import type { Dropped } from "./event.ts";

/** An object of the inbox that has been looked into, and what its metadata says of it. */
export interface Look {
  readonly text: OpenedText;
  readonly opened: MappedRows;
  readonly mode: "merge" | "replace";
  readonly label: LabelOptions;
  readonly attributes: DeclaredAttributes;
  readonly uploaded: Date;
}

/**
 * Looks into the object. Its custom metadata (`x-amz-meta-…` in S3) is what options are to the import command: `map`,
 * `category`, `attribute`, `title`, `license`, `attribution`, `url`, `as-of`, and `mode`, merge or replace.
 *
 * @throws CallerError for what cannot be read as places
 */
export async function lookInto(
  stores: Stores,
  dropped: Dropped,
  onNote: Note = () => {},
): Promise<Look> {
  const object = await objectOf(stores.bucket, dropped);
  const said = object.customMetadata ?? {};
  const attributes = parseAttributes(said.attribute ? [said.attribute] : []);
  const mode = said.mode ?? "merge";
  if (mode !== "merge" && mode !== "replace") {
    throw new CallerError(`The mode is merge or replace, not "${mode}".`);
  }
  const categories = await readCategories(stores);
  const kinds = categoryMatcher({ kinds: () => categories, categories: () => categories });
  const choices = {
    columns: parseColumns(said.map ? [said.map] : []),
    attributes,
    ...(said.category && { category: categoryOf(said.category, kinds) }),
  };
  const text = await openRows(bytesOf(object), unpack);
  const opened = await mapRows(text, choices, kinds, onNote);
  if (opened.mapping.category.by === "tags" && !categories.some(({ tags }) => tags)) {
    throw new CallerError(
      "The server does not know the kinds of places of OpenStreetMap yet: run `npm run load` or `npm run import` once, then put the file again.",
    );
  }
  return { text, opened, mode, label: parseLabel(said), attributes, uploaded: object.uploaded };
}

/** The platform's stream comes in chunks of 4 KiB. */
const CHUNK_BYTES = 256 * 1024;

const bytesOf = ({ body }: R2ObjectBody) => rechunk(body, CHUNK_BYTES);
const unpack: Gunzip = (bytes) => rechunk(gunzip(bytes), CHUNK_BYTES);

/** All places of the object, or those from a mark on. */
export async function placesFrom(
  bucket: R2Bucket,
  dropped: Dropped,
  { text, opened }: Look,
  attributes: DeclaredAttributes,
  mark: Checkpoint | undefined,
): Promise<AsyncIterable<MappedRow>> {
  if (!mark) return opened.places(attributes);
  await opened.close();
  const again = bytesOf(await objectOf(bucket, dropped));
  return opened.placesOf(text.rowsFrom(again, mark), attributes);
}

/** @throws CallerError if it is not there any more, or not this version of it */
async function objectOf(bucket: R2Bucket, dropped: Dropped): Promise<R2ObjectBody> {
  const object = await bucket.get(dropped.key);
  if (object?.version === dropped.version) return object;
  await object?.body.cancel();
  throw new CallerError(
    object
      ? "A newer version was put meanwhile: that one is imported instead."
      : "It was deleted before it was imported.",
  );
}

/** What the collection is called after the import, and the types by which its places can be filtered. */
export function labelOf(
  look: Look,
  collection: string,
  row: CollectionRow | undefined,
): { readonly label: Label; readonly attributes: DeclaredAttributes } {
  const existing = row && labelOfRow(row);
  const declared = mergeDeclarations(existing?.attributes ?? {}, look.attributes);
  const asOf = look.uploaded.toISOString().slice(0, 10);
  const full = fullLabel(look.label, existing, { title: collection, asOf });
  const parsed = LabelFields.safeParse({ ...full, attributes: declared });
  if (parsed.success) {
    return { label: { id: collection, ...parsed.data }, attributes: declaredTypes(declared) };
  }
  const [issue] = parsed.error.issues;
  throw new CallerError(`The metadata ${issue!.path.join(".")} is not valid: ${issue!.message}.`);
}
