import * as z from "zod/v4";
import { ATTRIBUTE_TYPES } from "./attributes.ts";
import type { Collection } from "./place.ts";
import { cleanLine, DeclaredName, filledLine } from "./schema.ts";

/** A collection's id: a part of public ids, file names and addresses, so without a dot. */
export const CollectionId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, "must be of small letters, digits, - and _");

export const Attribute = z.strictObject({
  type: z.enum(ATTRIBUTE_TYPES),
  title: cleanLine(100).optional(),
  values: z.array(cleanLine(100)).max(200).optional(),
});
export const Attributes = z.record(DeclaredName, Attribute);
export type Attributes = z.infer<typeof Attributes>;

/** What a collection says of itself, without its id. */
export const MetadataFields = z.strictObject({
  title: filledLine(200),
  license: filledLine(200),
  attribution: cleanLine(500),
  url: cleanLine(500),
  asOf: cleanLine(40),
  attributes: Attributes.default({}),
});
export type MetadataFields = z.infer<typeof MetadataFields>;

/** What a collection is called, where it is from, and by which attributes its places can be filtered. */
export interface CollectionMetadata extends Collection {
  readonly attributes: Attributes;
}
