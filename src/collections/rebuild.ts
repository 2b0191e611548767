import { requireCollection } from "./collection-rows.ts";
import { finishStep } from "./finish.ts";
import { type Stores, startImport, takeLines } from "./imports.ts";
import { reindexLexicon } from "./lexicon.ts";
import { type LogLine, listManifests, readManifest, readObject } from "./record-log.ts";
import { write } from "./write.ts";

export interface RebuildStep {
  readonly done: boolean;
  readonly phase: string;
  /** From 0 to 1. */
  readonly progress: number;
}

const FINGERPRINT = "rebuild";
const EMPTY_TABLES = [
  "DELETE FROM places",
  "DELETE FROM spots",
  "DELETE FROM overflows",
  "DELETE FROM imports",
  "DELETE FROM import_parts",
  "DELETE FROM collections",
  "DELETE FROM category_counts",
  "DELETE FROM categories",
  "DELETE FROM category_words",
  "DELETE FROM regions",
  "INSERT INTO region_words (region_words) VALUES ('delete-all')",
  "INSERT INTO places_text (places_text) VALUES ('delete-all')",
];

/**
 * Makes the whole index anew from what R2 holds, a bounded step each time: all is emptied first, then one collection
 * after the other comes back, each at once. Asked again it goes on where it stopped.
 */
export async function rebuildStep(stores: Stores, restart: boolean): Promise<RebuildStep> {
  const { database, bucket } = stores;
  const names = await listManifests(bucket);
  if (restart) {
    await write(database, async ({ session }) => ({
      found: undefined,
      statements: EMPTY_TABLES.map((sql) => session.prepare(sql)),
    }));
    await reindexLexicon(database, bucket);
    return { done: names.length === 0, phase: "emptied", progress: 0 };
  }
  const session = database.withSession("first-primary");
  const { results } = await session
    .prepare(
      "SELECT name FROM collections WHERE loaded_at <> '' AND id NOT IN (SELECT collection FROM imports)",
    )
    .all<{ name: string }>();
  const there = new Set(results.map(({ name }) => name));
  const next = names.find((name) => !there.has(name));
  if (next === undefined) return { done: true, phase: "done", progress: 1 };
  const part = await rebuildCollection(stores, next);
  return { done: false, phase: next, progress: (there.size + part) / names.length };
}

/** One step for one collection; how much of it there is. */
async function rebuildCollection(stores: Stores, collection: string): Promise<number> {
  const { database, bucket } = stores;
  const manifest = (await readManifest(bucket, collection))!;
  const numbers = manifest.objects.flatMap(([first, last]) => {
    return Array.from({ length: last - first + 1 }, (_, k) => first + k);
  });
  const status = await startImport(stores, {
    mode: "rebuild",
    fingerprint: manifest.fingerprint ?? FINGERPRINT,
    label: manifest.label,
  });
  const part = status.partsDone.length;
  if (status.state === "open" && part < numbers.length) {
    const object = numbers[part]!;
    const { texts, lines } = await readObject(bucket, collection, object);
    const parsed = texts.map((text): LogLine => JSON.parse(text));
    await takeLines(stores, collection, status.import, part, parsed, "", [], { object, lines });
    return part / numbers.length;
  }
  const { done } = await finishStep(stores, collection, status.import, numbers.length);
  if (done) {
    await restore(database, collection, manifest.loadedAt, (numbers.at(-1) ?? -1) + 1);
  }
  return 1;
}

/** What the switch has set as for an import of today. */
async function restore(
  database: D1Database,
  collection: string,
  loadedAt: string,
  nextObject: number,
): Promise<void> {
  await write(database, async ({ session }) => {
    const { id } = await requireCollection(session, collection);
    return {
      found: undefined,
      statements: [
        session
          .prepare("UPDATE collections SET loaded_at = ?2, next_object = ?3 WHERE id = ?1")
          .bind(id, loadedAt, nextObject),
      ],
    };
  });
}
