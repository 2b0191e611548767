import * as z from "zod/v4";
import { Attributes, MetadataFields } from "../records/collection-schema.ts";
import { contentId } from "../records/content-id.ts";
import type { PlaceRecord } from "../records/place.ts";
import { CategoryPath, filledLine, SourceId } from "../records/schema.ts";

/**
 * The admin API (src/http/admin/routes.ts): what it is asked and what it answers, as JSON. It lies here because most of it
 * is what imports return. The commands in scripts/ and the tests check answers by it. All addresses begin with `/admin`.
 *
 * Single places are sent as records (src/records/schema.ts), parts of an import as one record or KeptPlace a line.
 */

const count = z.int().nonnegative();
/** ISO 8601. */
const instant = z.string();

/** `delete` removes the whole collection, and `rebuild` imports it again from the log; both are only started by the server. */
export const ImportMode = z.enum(["merge", "replace", "delete", "rebuild"]);
export type ImportMode = z.infer<typeof ImportMode>;

/** How far an import is (src/imports/state.ts). */
export const ImportState = z.enum([
  "open",
  "sweeping",
  "committing",
  "purging",
  "done",
  "aborting",
  "aborted",
]);
export type ImportState = z.infer<typeof ImportState>;

/** How many places an import stores, changes, leaves as they are, keeps (KeptPlace), and removes. */
export const Counts = z.object({
  stored: count,
  updated: count,
  unchanged: count,
  kept: count.default(0),
  removed: count,
});
export type Counts = z.infer<typeof Counts>;

export const NO_COUNTS: Counts = { stored: 0, updated: 0, unchanged: 0, kept: 0, removed: 0 };

export function sumOf(one: Counts, other: Counts): Counts {
  return {
    stored: one.stored + other.stored,
    updated: one.updated + other.updated,
    unchanged: one.unchanged + other.unchanged,
    kept: one.kept + other.kept,
    removed: one.removed + other.removed,
  };
}

/** Names what is imported: the same files with the same options always have the same fingerprint. */
const Fingerprint = z.string().trim().min(1).max(200);

/** POST /collections/:id/compare: what an import would do with the lines of a part. Nothing is changed. */
export const Comparison = z.object({ counts: Counts });
export type Comparison = z.infer<typeof Comparison>;

/**
 * GET /collections/:id/imports/:number/gone/:bucket: some of the places that a replacing import would remove of a bucket of
 * places, by what it has brought until now.
 */
export const Gone = z.object({
  places: z.array(z.object({ sourceId: z.string(), name: z.string() })).readonly(),
  /** The next bucket; missing if this was the last one. */
  next: count.exactOptional(),
});
export type Gone = z.infer<typeof Gone>;

/** POST /collections/:id/imports. An import of the same fingerprint that is under way goes on. */
export const ImportRequest = z.strictObject({
  mode: ImportMode.extract(["merge", "replace"]),
  fingerprint: Fingerprint,
  metadata: MetadataFields,
});
export type ImportRequest = z.input<typeof ImportRequest>;

/** Also the answer to GET /collections/:id/imports/:number. */
export const ImportStatus = z.object({
  number: count,
  mode: ImportMode,
  fingerprint: z.string(),
  state: ImportState,
  /** The numbers of the parts that are staged, in no order. */
  partsDone: z.array(count).readonly(),
  /** What has come of these parts, and of what follows them. */
  counts: Counts,
  startedAt: instant,
});
export type ImportStatus = z.infer<typeof ImportStatus>;

/** How many of a collection's places a replacing import removes, by what came of its rows. */
export function goneOf(places: number, { updated, unchanged, kept }: Counts): number {
  return Math.max(0, places - updated - unchanged - kept);
}

/** Whether so many may be a mistake: more than a tenth. */
export function isMuch(gone: number, places: number): boolean {
  return gone * 10 > places;
}

/**
 * A line of a part in place of a record: the source has this place, but its row cannot be read. If it is there, a replacing
 * import leaves it as it is.
 */
export const KeptPlace = z.strictObject({ sourceId: SourceId, kept: z.literal(true) });
export type KeptPlace = z.infer<typeof KeptPlace>;

/** Why a second record of one place is not taken within an import: to be read after "row 7". The first one stays. */
const SAME_ID = "has the id of an earlier row, but says something else";
const SAME_SPOT =
  "has the name and the point of an earlier row, but says something else, and has no id";

export function repeatProblem({ sourceId, name, latitude, longitude }: PlaceRecord): string {
  return sourceId === contentId(name, latitude, longitude) ? SAME_SPOT : SAME_ID;
}

export function isRepeatProblem(problem: string): boolean {
  return problem === SAME_ID || problem === SAME_SPOT;
}

/** PUT /collections/:id/imports/:number/parts/:part */
export const StagedPart = z.object({
  counts: Counts,
  /**
   * The lines that are no records, or that are records of a place of which this import has another one. The index counts
   * from 0 the lines that are not blank.
   */
  rejected: z.array(z.object({ index: count, reason: z.string() })).readonly(),
  /** By D1, which bills them. */
  rowsWritten: count,
});
export type StagedPart = z.infer<typeof StagedPart>;

/** POST /collections/:id/imports/:number/finish: how many parts the import has. To be repeated until the step is done. */
export const FinishRequest = z.strictObject({ parts: count.max(1_000_000) });

/** A step of finishing or aborting an import, or of deleting a collection; to be repeated until it is done. */
export const ImportStep = z.object({
  done: z.boolean(),
  /** What the import has come to. */
  phase: ImportState,
  /** What has come of the import until now; missing when it is over, and of a deletion. */
  counts: Counts.exactOptional(),
  rowsWritten: count,
});
export type ImportStep = z.infer<typeof ImportStep>;

/** What became of a file that was put into the bucket (src/imports/inbox/report.ts). */
export const InboxReport = z.object({
  /** The name of the object. */
  object: z.string(),
  /** One that has failed stays in the inbox. One that is finished was deleted. */
  state: z.enum(["waiting", "running", "finished", "failed"]),
  /** Why it waits or has failed. */
  reason: z.string().exactOptional(),
  startedAt: instant,
  endedAt: instant.exactOptional(),
  /** The number of the import, as long as it is under way. */
  import: count.exactOptional(),
  mode: ImportMode.exactOptional(),
  /** For people: "CSV with ;, windows-1252". */
  format: z.string().exactOptional(),
  /** What was taken from which columns. */
  columns: z.record(z.string(), z.array(z.string()).readonly()).exactOptional(),
  rows: count,
  counts: Counts,
  skipped: count,
  /** The first of the skipped rows. The reason is to be read after "row 7": "has no name". */
  rejected: z.array(z.object({ line: count, reason: z.string() })).readonly(),
  /** What could not be kept as it was, and how often. */
  notes: z.record(z.string(), count),
});
export type InboxReport = z.infer<typeof InboxReport>;

/** GET /collections/:id/imports */
export const Imports = z.object({
  openImport: ImportStatus.exactOptional(),
  /** The latest first. */
  inbox: z.array(InboxReport).readonly(),
});
export type Imports = z.infer<typeof Imports>;

/** PATCH /collections/:id */
export const MetadataRequest = MetadataFields.omit({ attributes: true }).partial();

const Metadata = MetadataFields.omit({ attributes: true }).extend({ id: z.string() });

/** The answer to PATCH /collections/:id. */
export const ChangedMetadata = Metadata.extend({ attributes: Attributes });
export type ChangedMetadata = z.infer<typeof ChangedMetadata>;

/** The categories of a collection's places, those with most places first. */
const Categories = z
  .array(z.object({ path: z.string(), label: z.string(), places: count }))
  .readonly();

/** GET /collections: those that have been loaded. */
export const Collections = z.object({
  collections: z
    .array(Metadata.extend({ places: count, loadedAt: instant, categories: Categories }))
    .readonly(),
});
export type Collections = z.infer<typeof Collections>;

/** GET /collections/:id: also one whose first import is still under way. */
export const CollectionDetails = Metadata.extend({
  attributes: Attributes,
  places: count,
  categories: Categories,
  /** When the last import was committed; missing if none was. */
  loadedAt: instant.exactOptional(),
  /** Of the last import that was committed. */
  fingerprint: z.string().exactOptional(),
  openImport: ImportStatus.exactOptional(),
  /** The keys of the objects in the bucket that the last rebuild has found lost or broken. */
  lost: z.array(z.string()).readonly(),
});
export type CollectionDetails = z.infer<typeof CollectionDetails>;

/** PUT /collections/:id/places/:sourceId and POST /collections/:id/places */
export const StoredPlace = z.object({
  sourceId: z.string(),
  created: z.boolean(),
  rowsWritten: count,
});
export type StoredPlace = z.infer<typeof StoredPlace>;

/** GET /collections/:id/places?after=:sourceId: some places in the order of their ids. */
export const PlacesPage = z.object({
  /** As they were imported (src/records/schema.ts). */
  places: z
    .array(z.looseObject({ sourceId: z.string(), latitude: z.number(), longitude: z.number() }))
    .readonly(),
  /** How many more there are of which the record is lost. */
  lost: count,
  /** What the next page comes after; missing if this is the last one. */
  next: z.string().exactOptional(),
});
export type PlacesPage = z.infer<typeof PlacesPage>;

/** DELETE /collections/:id/places/:sourceId */
export const DeletedPlace = z.object({ rowsWritten: count });
export type DeletedPlace = z.infer<typeof DeletedPlace>;

/** PUT /lexicon: what kinds of places and regions are called, all at once. For the default data that is some 3.6 MB. */
export const LexiconRequest = z.strictObject({
  categories: z
    .array(
      z.strictObject({
        path: CategoryPath,
        label: filledLine(200),
        words: z.array(z.string().max(200)).max(2_000).readonly(),
        tags: z.record(z.string().max(100), z.string().max(200)).optional(),
        score: z.number().optional(),
      }),
    )
    .max(20_000),
  /** Left out: they stay as they are. */
  regions: z
    .array(
      z.strictObject({
        country: z.string().regex(/^[A-Z]{2}$/),
        name: filledLine(200).exactOptional(),
        words: z.array(z.string().max(200)).max(500).readonly(),
      }),
    )
    .max(20_000)
    .optional(),
  fingerprint: Fingerprint,
  /** Only for a server that has no lexicon yet: somebody else may have been quicker. */
  ifNone: z.boolean().default(false),
});
export type LexiconRequest = z.input<typeof LexiconRequest>;

/** The lexicon that the server has; also the answer to GET /lexicon, null if it has none. */
export const LexiconState = z.object({ fingerprint: z.string().nullable() });
export type LexiconState = z.infer<typeof LexiconState>;

/**
 * The map that is in the bucket; also the answer to GET /basemap. PUT /basemap?recipe=… puts a PMTiles archive there, but never
 * in the place of one without a recipe.
 */
export const BasemapState = z.object({
  isThere: z.boolean(),
  /** A digest that names what it was made of, and how; missing if our commands have not made it. */
  recipe: z.string().exactOptional(),
});
export type BasemapState = z.infer<typeof BasemapState>;

/** The answer to POST /upkeep, which is to be repeated until it is done. */
export const UpkeepStep = z.object({ done: z.boolean() });
export type UpkeepStep = z.infer<typeof UpkeepStep>;

/** GET /rebuild: whether some of the index was made by another version, or a rebuild is under way. */
export const RebuildState = z.object({ needed: z.boolean() });
export type RebuildState = z.infer<typeof RebuildState>;

/** POST /rebuild: begins a rebuild, or joins the one under way unless it is to be started over. */
export const RebuildRequest = z.strictObject({ restart: z.boolean().default(false) });

/**
 * How far a rebuild is, which goes on by itself. Also the answer to GET /rebuild/:task?after=:revision, which waits some
 * seconds for another revision.
 */
export const RebuildProgress = z.object({
  task: z.string(),
  state: z.enum(["queued", "running", "completed", "failed", "cancelled", "expired"]),
  percent: count,
  revision: count,
  /** Why it has failed. */
  reason: z.string().exactOptional(),
  /** Of a completed one: keys of objects in the bucket that are lost or broken, and how many more there are. */
  lost: z.array(z.string()).readonly().exactOptional(),
  moreLost: count.exactOptional(),
});
export type RebuildProgress = z.infer<typeof RebuildProgress>;

/** What every refusal says. */
export const Failure = z.object({ error: z.string() });
