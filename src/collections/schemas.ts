import * as z from "zod";

/** What may come in, and how much of it. */

/** A collection's id: a part of public ids, file names and addresses, so without a dot. */
export const CollectionId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, "must be of small letters, digits, - and _");

const text = (most: number) => z.string().trim().min(1).max(most);

export const Attribute = z.strictObject({
  type: z.enum(["number", "boolean", "enum", "text", "opening_hours"]),
  title: z.string().max(100).optional(),
  values: z.array(z.string().max(100)).max(200).optional(),
});
export const Attributes = z.record(z.string().regex(/^[\p{L}\p{N}_:-]{1,60}$/u), Attribute);
export type Attributes = z.infer<typeof Attributes>;

export const LabelFields = z.strictObject({
  title: text(200),
  license: text(200),
  attribution: z.string().trim().max(500),
  url: z.string().trim().max(500),
  asOf: z.string().trim().max(40),
  attributes: Attributes.default({}),
});
export type LabelFields = z.infer<typeof LabelFields>;

export const ImportRequest = z.strictObject({
  mode: z.enum(["merge", "replace"]),
  fingerprint: text(200),
  label: LabelFields,
});

const CategoryPath = z
  .string()
  .max(200)
  .regex(/^[^\s/]+(?:\/[^\s/]+){0,7}$/u, "must be a path such as amenity/cafe");

/** A place's id in its collection: a part of addresses, in which . and .. would mean another one. */
export const SourceId = text(200).refine((id) => id !== "." && id !== "..", "must be no dots only");

export const PlaceRecordSchema = z.strictObject({
  sourceId: SourceId,
  name: text(500),
  otherNames: z.array(text(500)).max(500).optional(),
  category: CategoryPath,
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, "must be two capital letters")
    .optional(),
  region: text(200).optional(),
  city: text(200).optional(),
  population: z.number().nonnegative().max(1e11).optional(),
  timezone: text(100).optional(),
  attributes: z
    .record(z.string().max(100), z.union([z.string().max(5_000), z.number(), z.boolean()]))
    .optional(),
  validFrom: z.int().optional(),
  validTo: z.int().optional(),
});

/** All words at once: some 3.6 MB for the default data. */
export const LexiconRequest = z.strictObject({
  categories: z
    .array(
      z.strictObject({
        path: CategoryPath,
        label: text(200),
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
        name: text(200).exactOptional(),
        words: z.array(z.string().max(200)).max(500),
      }),
    )
    .max(20_000)
    .optional(),
  fingerprint: text(200),
  /** Only for a server that has no lexicon yet. */
  ifNone: z.boolean().default(false),
});
