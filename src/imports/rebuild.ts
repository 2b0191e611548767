import { Stale } from "../errors.ts";
import { skipObjects } from "../index/write/collections.ts";
import { INDEX_FORMAT } from "../index/write/format.ts";
import { reindexStatements } from "../index/write/lexicon.ts";
import { write } from "../index/write/transaction.ts";
import {
  type LogLine,
  listManifests,
  nextNumber,
  numbersOf,
  readManifest,
  readObject,
} from "../records/log.ts";
import { finishStep } from "./finish.ts";
import { type Stores, startImport, takeLines } from "./job.ts";

export interface RebuildStep {
  readonly done: boolean;
  readonly phase: string;
  /** From 0 to 1. */
  readonly progress: number;
}

const FINGERPRINT = "rebuild";
const EMPTY_TABLES = [
  "DELETE FROM places",
  "DELETE FROM runs",
  "DELETE FROM imports",
  "DELETE FROM import_parts",
  "DELETE FROM import_seen",
  "DELETE FROM collections",
  "DELETE FROM category_counts",
  "DELETE FROM categories",
  "DELETE FROM category_words",
  "DELETE FROM regions",
  "INSERT INTO region_words (region_words) VALUES ('delete-all')",
  "INSERT INTO places_text (places_text) VALUES ('delete-all')",
];

/** Whether the index was made by other rules than today's, or is not whole. */
export async function isRebuildNeeded({ database }: Pick<Stores, "database">): Promise<boolean> {
  const row = await database
    .withSession("first-primary")
    .prepare("SELECT index_format AS format, rebuilding FROM data_version")
    .first<{ format: number | null; rebuilding: string | null }>();
  const { format, rebuilding } = row!;
  return rebuilding !== null || (format !== null && format !== INDEX_FORMAT);
}

/** So many lines of the log are read in a step: edits are objects of one line. */
const LINES_A_STEP = 5_000;
/** Each object is some reads of D1 and one of R2. */
const OBJECTS_A_STEP = 40;

/**
 * Makes the whole index anew from what R2 holds, a bounded step each time: all is emptied first, then one collection
 * after the other comes back, each at once. Asked again it goes on where it stopped, unless it is to begin anew.
 */
export async function rebuildStep(stores: Stores, restart: boolean): Promise<RebuildStep> {
  const { database, bucket } = stores;
  const session = database.withSession("first-primary");
  const names = await listManifests(bucket);
  const { rebuilding } = (await session
    .prepare("SELECT rebuilding FROM data_version")
    .first<{ rebuilding: string | null }>())!;
  if (restart || rebuilding === null) {
    await empty(stores);
    return { done: false, phase: "emptied", progress: 0 };
  }
  const { results } = await session
    .prepare(
      `SELECT name FROM collections WHERE loaded_at <> ''
         AND id NOT IN (SELECT collection FROM open_imports WHERE mode = 'rebuild')`,
    )
    .all<{ name: string }>();
  const there = new Set(results.map(({ name }) => name));
  const next = names.find((name) => !there.has(name));
  if (next === undefined) {
    await write(database, async (session) => ({
      found: undefined,
      statements: [rebuildingStatement(session, null)],
    }));
    return { done: true, phase: "done", progress: 1 };
  }
  const part = await rebuildCollection(stores, next);
  return { done: false, phase: next, progress: (there.size + part) / names.length };
}

/** The words are there again at once. */
async function empty(stores: Stores): Promise<void> {
  const { database, bucket } = stores;
  await write(
    database,
    async (session) => {
      await finishSwitching(stores, session);
      const next = await nextNumber(bucket);
      const statements = [
        ...EMPTY_TABLES.map((sql) => session.prepare(sql)),
        ...(await reindexStatements(session, bucket)),
        skipObjects(session, next),
        rebuildingStatement(session, new Date().toISOString()),
      ];
      return { found: undefined, statements };
    },
    { anyFormat: true },
  );
}

/**
 * Imports that may be in the manifest already have to be in it for good before it is read. Nobody is writing them into an
 * index of another version.
 */
async function finishSwitching(stores: Stores, session: D1DatabaseSession): Promise<void> {
  const { results } = await session
    .prepare(
      `SELECT imports.id, collections.name FROM imports JOIN collections ON collections.id = imports.collection
       WHERE imports.state = 'committing' AND imports.mode <> 'rebuild'
         AND (SELECT index_format FROM data_version) = ?1`,
    )
    .bind(INDEX_FORMAT)
    .all<{ id: number; name: string }>();
  for (const { id, name } of results) await finishStep(stores, name, id, 0);
  if (results.length > 0) throw new Stale("Imports were switched over");
}

function rebuildingStatement(
  session: D1DatabaseSession,
  since: string | null,
): D1PreparedStatement {
  return session.prepare("UPDATE data_version SET rebuilding = ?1").bind(since);
}

/** One step for one collection; how much of it there is. */
async function rebuildCollection(stores: Stores, collection: string): Promise<number> {
  const { bucket } = stores;
  const manifest = (await readManifest(bucket, collection))!;
  const numbers = await numbersOf(bucket, collection, manifest);
  const status = await startImport(stores, {
    mode: "rebuild",
    fingerprint: manifest.fingerprint ?? FINGERPRINT,
    label: manifest.label,
  });
  const first = status.partsDone.length;
  if (status.state === "open" && first < numbers.length) {
    let read = 0;
    let part = first;
    for (; part < numbers.length && part < first + OBJECTS_A_STEP && read < LINES_A_STEP; part++) {
      const object = numbers[part]!;
      const { texts, lines } = await readObject(bucket, collection, object);
      const parsed = texts.map((text): LogLine => JSON.parse(text));
      await takeLines(stores, collection, status.import, part, parsed, "", [], { object, lines });
      read += lines.length;
    }
    return part / numbers.length;
  }
  await finishStep(stores, collection, status.import, numbers.length);
  return 1;
}
