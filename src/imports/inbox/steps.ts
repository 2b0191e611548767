import { sha256Hex } from "../../digest.ts";
import { CallerError, NotFound } from "../../errors.ts";
import type { MappedRows } from "../../formats/map-rows.ts";
import type { DeclaredAttributes } from "../../formats/mapping/attributes.ts";
import { partsOf } from "../../formats/parts.ts";
import type { Checkpoint } from "../../formats/readers/row.ts";
import { findCollection, isPastAborting } from "../../index/write/collections.ts";
import { CollectionId } from "../../records/collection-schema.ts";
import { abortStep } from "../abort.ts";
import { finishStep } from "../finish.ts";
import {
  currentImport,
  type ImportStatus,
  type Stores,
  startImport,
  takePart,
  UnderWay,
} from "../job.ts";
import type { PartCounts } from "../stage.ts";
import { type Dropped, fingerprintOf, isOfOtherVersion } from "./event.ts";
import { type Look, labelOf, lookInto, placesFrom } from "./file.ts";
import type { RejectedRow } from "./report.ts";

/** The import of an object of the inbox, in steps that can be repeated: what is done is not done twice. */

/** An import that takes parts. */
export interface Begun {
  readonly import: number;
  readonly mode: "merge" | "replace";
  readonly attributes: DeclaredAttributes;
  readonly format: string;
  readonly columns: MappedRows["mapping"]["columns"];
}

/** How far the object is read, and what came of it until then. */
export interface Reading {
  /** So many parts are stored. */
  readonly parts: number;
  readonly rows: number;
  /** Where the next part begins; missing at the beginning. */
  readonly mark?: Checkpoint | undefined;
  readonly isWhole: boolean;
  readonly counts: PartCounts;
  readonly skipped: number;
  readonly rejected: readonly RejectedRow[];
  readonly notes: Readonly<Record<string, number>>;
}

export const UNREAD: Reading = {
  ...{ parts: 0, rows: 0, isWhole: false },
  counts: { stored: 0, updated: 0, unchanged: 0, removed: 0 },
  ...{ skipped: 0, rejected: [], notes: {} },
};

/** 40,000 places: some seconds of a processor, some ten statements a part. */
const PARTS_A_STEP = 8;
const FINISHED_A_STEP = 10;
const MOST_REJECTED = 100;
const MOST_NOTES = 100;

/**
 * Looks into the object and starts its import, or tells what has to end before. An import of another version of the
 * object is taken back: it is of yesterday.
 *
 * @throws CallerError for what cannot be read as places
 */
export async function begin(
  stores: Stores,
  dropped: Dropped,
): Promise<Begun | { readonly waitsFor: string }> {
  const { collection } = dropped;
  if (!CollectionId.safeParse(collection).success) {
    throw new CallerError(
      "Put it into a folder that is called as the collection, with small letters, digits, - and _: inbox/stores/stores.csv.",
    );
  }
  const look = await lookInto(stores, dropped);
  await look.opened.close();
  const under = await currentImport(stores, collection);
  if (under && isOfOtherVersion(under.fingerprint, dropped)) {
    await takeBack(stores, collection, under);
    // Its last step may still be on its way: it must not meet the next import.
    return { waitsFor: "The import of the version before is being taken back." };
  }
  return start(stores, dropped, look);
}

async function start(stores: Stores, dropped: Dropped, look: Look) {
  const row = await findCollection(
    stores.database.withSession("first-primary"),
    dropped.collection,
  );
  const { label, attributes } = labelOf(look, dropped.collection, row);
  const { mode, opened } = look;
  try {
    const fingerprint = fingerprintOf(dropped);
    const status = await startImport(stores, { mode, fingerprint, label });
    const { format, mapping } = opened;
    return { import: status.import, mode, attributes, format, columns: mapping.columns };
  } catch (error) {
    if (error instanceof UnderWay) return { waitsFor: error.message };
    throw error;
  }
}

/** Stores the next parts of the object. */
export async function takeParts(
  stores: Stores,
  dropped: Dropped,
  begun: Begun,
  before: Reading,
): Promise<Reading> {
  const { key, collection } = dropped;
  const counts = { ...before.counts };
  const rejected = [...before.rejected];
  const notes = new Map(Object.entries(before.notes));
  let { parts, rows, mark, skipped } = before;
  const reject = (row: RejectedRow) => {
    skipped += 1;
    if (rejected.length < MOST_REJECTED) rejected.push(row);
  };
  const onNote = (note: string) => {
    if (notes.has(note) || notes.size < MOST_NOTES) notes.set(note, (notes.get(note) ?? 0) + 1);
  };
  const look = await lookInto(stores, dropped, onNote);
  const places = await placesFrom(stores.bucket, dropped, look, begun.attributes, mark);
  const onRow = (row?: RejectedRow) => {
    rows += 1;
    if (row) reject({ line: row.line, reason: row.reason });
  };
  let isWhole = true;
  for await (const part of partsOf([{ path: key, places }], onRow, parts)) {
    // On one machine, where stores answer at once, everybody else would wait for the end.
    await scheduler.wait(1);
    const digest = await sha256Hex(part.body);
    const taken = await takePart(stores, collection, begun.import, part.index, part.body, digest);
    for (const key of ["stored", "updated", "unchanged", "removed"] as const) {
      counts[key] += taken.counts[key];
    }
    for (const { index: at, reason } of taken.rejected) {
      reject({ line: part.origins[at]!.line, reason: `is refused: ${reason}` });
    }
    parts += 1;
    mark = part.next;
    isWhole = parts - before.parts < PARTS_A_STEP;
    if (!isWhole) break;
  }
  return {
    ...{ parts, rows, mark, isWhole, counts, skipped, rejected },
    notes: Object.fromEntries(notes),
  };
}

/** Finishes some more of the import; what a replacing one removes is counted. */
export async function finishSome(
  stores: Stores,
  dropped: Dropped,
  begun: Begun,
  parts: number,
): Promise<{ readonly isDone: boolean; readonly removed: number }> {
  const { collection } = dropped;
  let removed = 0;
  for (let steps = 0; steps < FINISHED_A_STEP; steps += 1) {
    const step = await finishStep(stores, collection, begun.import, parts);
    removed += step.removed;
    if (step.done) return { isDone: true, removed };
  }
  return { isDone: false, removed };
}

/** Takes the object out of the inbox, unless there is a newer one by now. */
export async function clear({ bucket }: Stores, dropped: Dropped): Promise<void> {
  if ((await bucket.head(dropped.key))?.version === dropped.version) {
    await bucket.delete(dropped.key);
  }
}

/** Whether another version lies in the inbox, which has an import of its own. */
export async function isReplaced({ bucket }: Stores, dropped: Dropped): Promise<boolean> {
  const head = await bucket.head(dropped.key);
  return head !== null && head.version !== dropped.version;
}

/** Takes the import back if it is still under way. */
export async function giveUp(stores: Stores, dropped: Dropped): Promise<void> {
  const under = await currentImport(stores, dropped.collection);
  if (under?.fingerprint === fingerprintOf(dropped)) {
    await takeBack(stores, dropped.collection, under);
  }
}

/** What counts already can only be finished. */
async function takeBack(
  stores: Stores,
  collection: string,
  { import: number, state }: ImportStatus,
): Promise<void> {
  try {
    const step = () =>
      isPastAborting(state)
        ? finishStep(stores, collection, number, 0)
        : abortStep(stores, collection, number);
    while (!(await step()).done);
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
}
