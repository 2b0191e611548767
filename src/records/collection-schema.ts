import * as z from "zod";
import { ATTRIBUTE_TYPES } from "./attributes.ts";
import { CategoryPath, cleanLine, DeclaredName, filledLine } from "./schema.ts";

export { PlaceRecordSchema, SourceId } from "./schema.ts";

/** What may come in, and how much of it. */

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

export const LabelFields = z.strictObject({
  title: filledLine(200),
  license: filledLine(200),
  attribution: cleanLine(500),
  url: cleanLine(500),
  asOf: cleanLine(40),
  attributes: Attributes.default({}),
});
export type LabelFields = z.infer<typeof LabelFields>;

const Fingerprint = z.string().trim().min(1).max(200);

export const ImportRequest = z.strictObject({
  mode: z.enum(["merge", "replace"]),
  fingerprint: Fingerprint,
  label: LabelFields,
});

/** All words at once: some 3.6 MB for the default data. */
export const LexiconRequest = z.strictObject({
  categories: z
    .array(
      z.strictObject({
        path: CategoryPath,
        label: filledLine(200),
        words: z.array(z.string().max(200)).max(2_000),
        tags: z.record(z.string().max(100), z.string().max(200)).exactOptional(),
        score: z.number().exactOptional(),
      }),
    )
    .max(20_000),
  /** Left out: they stay as they are. */
  regions: z
    .array(
      z.strictObject({
        country: z.string().regex(/^[A-Z]{2}$/),
        name: filledLine(200).exactOptional(),
        words: z.array(z.string().max(200)).max(500),
      }),
    )
    .max(20_000)
    .optional(),
  fingerprint: Fingerprint,
  /** Only for a server that has no lexicon yet. */
  ifNone: z.boolean().default(false),
});
