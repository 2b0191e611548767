import { stat } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { CallerError } from "../../src/errors.ts";
import type { DeclaredAttributes } from "../../src/formats/mapping/attributes.ts";
import { categoryOf } from "../../src/formats/mapping/category.ts";
import { type Batch, batchesOf, Tally } from "../../src/imports/batches.ts";
import { CollectionDetails } from "../../src/imports/contract.ts";
import { declaredBy, importedMetadata } from "../../src/imports/metadata.ts";
import type { AdminApi } from "../api/admin-api.ts";
import { sendLexicon } from "../api/lexicon.ts";
import { RowBudget } from "../api/row-budget.ts";
import { withApi } from "../api/target.ts";
import { keepUp } from "../api/upkeep.ts";
import { type Uploaded, upload } from "../api/upload.ts";
import { confirm } from "../command/confirm.ts";
import { grouped, Progress } from "../command/progress.ts";
import { schemaMatcher } from "../dataset/words/schema-matcher.ts";
import { fingerprintOf, stampOf } from "./fingerprint.ts";
import { type OpenedPath, openPath } from "./open-file.ts";
import type { ImportOptions } from "./options.ts";
import { previewOf } from "./preview.ts";
import { Rejects } from "./rejects.ts";

/** What the shell is told. */
export const EXIT = { allGood: 0, failed: 1, someSkipped: 2 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

const NO_PLACE = "No row of the files is a place: nothing is changed.";

/** An import from its options to its summary. */
export async function runImport(options: ImportOptions, signal: AbortSignal): Promise<Exit> {
  const work = await prepare(options, signal);
  try {
    for (const file of work.files) console.log(previewOf(file));
    if (options.isDryRun) return await dryRun(work, options);
    return await withApi(options, signal, (api) => store(api, work, options));
  } finally {
    work.progress.end();
    await Promise.all(work.files.map((file) => file.close()));
    await work.rejects.close();
  }
}

/** The files, opened, and what is counted while they are read. */
interface Work {
  readonly files: readonly OpenedPath[];
  /** Of the files, before anything was read. */
  readonly stamp: string;
  readonly category: string | undefined;
  readonly progress: Progress;
  readonly rejects: Rejects;
  readonly tally: Tally;
  /** All rows, once, with their attributes as the collection declares them. */
  batches(attributes: DeclaredAttributes): AsyncGenerator<Batch>;
}

async function prepare(options: ImportOptions, signal: AbortSignal): Promise<Work> {
  const { collection, columns, attributes, encoding, isDryRun } = options;
  const stamp = await stampOf(options.files);
  const matcher = schemaMatcher();
  const category = options.category && categoryOf(options.category, matcher);
  const { title } = options.label;
  const choices = { columns, attributes, encoding, title, ...(category && { category }) };
  const progress = new Progress(await sizeOf(options.files));
  const rejects = new Rejects(isDryRun ? undefined : `${collection}.rejects.ndjson`);
  const tally = new Tally((row) => rejects.add(row));
  const files: OpenedPath[] = [];
  for (const path of options.files) {
    const onBytes = (bytes: number) => progress.read(path, bytes);
    const onNote = (note: string) => tally.note(note);
    files.push(
      await openPath(path, choices, matcher, { onBytes, onNote }).catch((error) => {
        throw error instanceof CallerError ? new CallerError(`${path}: ${error.message}`) : error;
      }),
    );
  }
  const onRow = () => {
    signal.throwIfAborted();
    progress.rows += 1;
  };
  const batches = (types: DeclaredAttributes) =>
    batchesOf(files.map(({ path, places }) => ({ path, places: inTurns(places(types), onRow) })));
  return { files, stamp, category, progress, rejects, tally, batches };
}

async function sizeOf(files: readonly string[]): Promise<number> {
  const infos = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return infos.reduce((sum, info) => sum + (info?.size ?? 0), 0);
}

const ROWS_A_TURN = 250;

/** Reads rows. Where none of them has to be waited for, requests get a turn all the same. */
async function* inTurns<Row>(rows: AsyncIterable<Row>, onRow: () => void): AsyncGenerator<Row> {
  let count = 0;
  for await (const row of rows) {
    onRow();
    yield row;
    count += 1;
    if (count % ROWS_A_TURN === 0) await setImmediate();
  }
}

async function dryRun(work: Work, { attributes }: ImportOptions): Promise<Exit> {
  const { tally, progress } = work;
  let places = 0;
  for await (const batch of work.batches(attributes)) {
    tally.read(batch);
    places += batch.records.length;
  }
  progress.end();
  console.log(`\nDry run, nothing stored: ${grouped(tally.rows)} rows, ${grouped(places)} places.`);
  const exit = printProblems(work);
  if (places === 0) throw new CallerError(NO_PLACE);
  return exit;
}

async function store(api: AdminApi, work: Work, options: ImportOptions): Promise<Exit> {
  const { collection, mode, columns, encoding } = options;
  const { tally, progress, category } = work;
  const existing = await api.find(CollectionDetails, `/collections/${collection}`);
  const question = questionOf(options, api.origin, existing?.places ?? 0);
  if (!options.isConfirmed && !(await confirm(question, true))) {
    console.log("Nothing stored.");
    return EXIT.failed;
  }
  await sendLexicon(api);
  const { mtime } = await stat(options.files[0]!);
  const found = Object.assign({}, ...work.files.map(({ mapping }) => mapping.attributes));
  const before = existing && { ...existing, isLoaded: existing.loadedAt !== undefined };
  const attributes = declaredBy(mode, options.attributes, found, before);
  const described = { label: options.label, attributes };
  const { metadata, types } = importedMetadata(collection, described, existing, mtime);
  const { id, ...fields } = metadata;
  // All that decides which parts there are, and what is in them.
  const decisive = { mode, columns, category, encoding, attributes: types };
  const fingerprint = await fingerprintOf(options.files, decisive);
  const batches = asTheyWere(work.batches(types), options, work.stamp);
  const uploaded = await upload(api, {
    collection: id,
    request: { mode, fingerprint, metadata: fields },
    batches: await fromFirstPlace(batches, tally),
    tally,
    budget: new RowBudget(options.mostRowsPerDay, api.origin),
    onPhase: (phase) => progress.phase(phase),
  });
  progress.phase("merging");
  await keepUp(api);
  progress.end();
  console.log(`\n${summaryOf(tally, uploaded)}`);
  return printProblems(work);
}

function questionOf({ collection, mode }: ImportOptions, origin: string, places: number): string {
  if (places === 0) return `Store this as the new collection "${collection}" on ${origin}?`;
  const what = `the ${grouped(places)} places of "${collection}" on ${origin}`;
  return mode === "replace" ? `Replace ${what}?` : `Merge this into ${what}?`;
}

/**
 * Counts the batches before the first one that has a place. Files without any may be a mistake, and with --replace they
 * would remove everything: no import is started for them.
 */
async function fromFirstPlace(
  batches: AsyncGenerator<Batch>,
  tally: Tally,
): Promise<AsyncGenerator<Batch>> {
  for (;;) {
    const { done, value: batch } = await batches.next();
    if (done) throw new CallerError(NO_PLACE);
    if (batch.records.length > 0) return withFirst(batch, batches);
    tally.read(batch);
  }
}

async function* withFirst(first: Batch, rest: AsyncGenerator<Batch>): AsyncGenerator<Batch> {
  yield first;
  yield* rest;
}

/** Throws at the end if the files have changed: the parts would be some of before and some of after. */
async function* asTheyWere(
  batches: AsyncGenerator<Batch>,
  { files, collection }: ImportOptions,
  stamp: string,
): AsyncGenerator<Batch> {
  yield* batches;
  if ((await stampOf(files)) === stamp) return;
  throw new CallerError(
    `A file was changed while it was read: nothing of it shows. Abort this import, then run the command again: npm run collections -- abort ${collection}`,
  );
}

function summaryOf({ rows, skipped, counts }: Tally, { sentBefore, rowsWritten }: Uploaded) {
  const { stored, updated, unchanged, removed } = counts;
  const numbers = [
    `${grouped(rows)} rows read`,
    `${grouped(stored)} stored`,
    `${grouped(updated)} updated`,
    `${grouped(unchanged)} unchanged`,
    `${grouped(skipped)} skipped`,
    `${grouped(removed)} removed`,
  ];
  if (sentBefore > 0) numbers.push(`${grouped(sentBefore)} sent by an earlier run`);
  if (rowsWritten > 0) numbers.push(`${grouped(rowsWritten)} rows written in D1`);
  return `${numbers.join(", ")}.`;
}

function printProblems({ rejects, tally }: Work): Exit {
  for (const [note, count] of Object.entries(tally.notes)) {
    console.log(`  ${grouped(count)} × ${note}`);
  }
  if (tally.skipped === 0) return EXIT.allGood;
  console.log("Skipped rows, by reason:");
  for (const [reason, count] of rejects.reasons().slice(0, 20)) {
    console.log(`  ${grouped(count)} × it ${reason}`);
  }
  if (rejects.file) console.log(`Which lines: ${rejects.file}`);
  return EXIT.someSkipped;
}
