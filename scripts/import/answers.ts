import * as z from "zod";
import { ATTRIBUTE_TYPES } from "../../src/records/attributes.ts";

/** What the Worker's admin endpoints answer. */

const count = z.number().int().nonnegative();

export const Attributes = z.record(z.string(), z.looseObject({ type: z.enum(ATTRIBUTE_TYPES) }));

const Counts = z.object({
  stored: count.default(0),
  updated: count.default(0),
  unchanged: count.default(0),
  removed: count.default(0),
});
export type Counts = z.infer<typeof Counts>;

export const ImportStatus = z.object({
  import: z.number(),
  mode: z.string(),
  state: z.string(),
  partsDone: z.array(count),
  startedAt: z.string(),
});
export type ImportStatus = z.infer<typeof ImportStatus>;

export const Collection = z.object({
  id: z.string(),
  title: z.string().default(""),
  license: z.string().default(""),
  attribution: z.string().default(""),
  url: z.string().default(""),
  asOf: z.string().default(""),
  attributes: Attributes.default({}),
  places: count,
  loadedAt: z.string().optional(),
  fingerprint: z.string().nullish(),
  categories: z.array(z.object({ path: z.string(), places: count })).optional(),
  openImport: ImportStatus.optional(),
});
export type Collection = z.infer<typeof Collection>;

/** What became of what was dropped into the bucket. */
const InboxReport = z.object({
  object: z.string(),
  state: z.string(),
  reason: z.string().optional(),
  startedAt: z.string(),
  format: z.string().optional(),
  rows: count,
  counts: Counts,
  skipped: count,
  rejected: z.array(z.object({ line: count, reason: z.string() })),
});
export type InboxReport = z.infer<typeof InboxReport>;

export const Imports = z.object({ inbox: z.array(InboxReport).default([]) });

export const Collections = z.object({ collections: z.array(Collection) });

export const PartAnswer = z.object({
  counts: Counts,
  rejected: z.array(z.object({ index: count, reason: z.string() })),
  rowsWritten: count.default(0),
});
export type PartAnswer = z.infer<typeof PartAnswer>;

export const Step = z.object({
  done: z.boolean(),
  phase: z.string().optional(),
  removed: count.default(0),
  rowsWritten: count.default(0),
});

export const Lexicon = z.object({ fingerprint: z.string().nullable() });
export const Anything = z.unknown();
