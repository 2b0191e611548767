import { stat } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { CallerError } from "../../src/errors.ts";
import { declaredTypes, fullLabel, mergeDeclarations } from "../../src/formats/import-options.ts";
import { categoryOf } from "../../src/formats/mapping/category.ts";
import { type Part, partsOf, type Rejected } from "../../src/formats/parts.ts";
import { confirm } from "../confirm.ts";
import { schemaMatcher } from "../dataset/words/schema-matcher.ts";
import { grouped, Progress } from "../progress.ts";
import { openTarget } from "../target.ts";
import { Collection } from "./answers.ts";
import { AdminApi } from "./api.ts";
import { fingerprintOf, stampOf } from "./fingerprint.ts";
import { sendLexicon } from "./lexicon.ts";
import { type OpenedPath, openPath } from "./open-file.ts";
import type { ImportOptions } from "./options.ts";
import { previewOf } from "./preview.ts";
import { Rejects } from "./rejects.ts";
import { LEDGER, RowBudget } from "./row-budget.ts";
import { type Uploaded, upload } from "./upload.ts";

/** What the shell is told. */
export const EXIT = { allGood: 0, failed: 1, someSkipped: 2 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

const NO_PLACE = "No row of the files is a place: nothing is changed.";

/** An import from its options to its summary. */
export async function runImport(options: ImportOptions, signal: AbortSignal): Promise<Exit> {
  const work = await prepare(options, signal);
  for (const file of work.files) console.log(previewOf(file));
  return options.isDryRun ? dryRun(work) : store(work, options, signal);
}

/** The files, looked into, and what is counted while they are read. */
interface Work {
  readonly files: readonly OpenedPath[];
  /** Of the files, before anything was read. */
  readonly stamp: string;
  readonly category: string | undefined;
  readonly progress: Progress;
  readonly rejects: Rejects;
  readonly notes: Map<string, number>;
  readonly onRow: (rejected?: Rejected) => void;
}

async function prepare(options: ImportOptions, signal: AbortSignal): Promise<Work> {
  const { collection, columns, attributes, isDryRun } = options;
  const stamp = await stampOf(options.files);
  const kinds = schemaMatcher();
  const category = options.category && categoryOf(options.category, kinds);
  const choices = { columns, attributes, ...(category && { category }) };
  const progress = new Progress(await sizeOf(options.files));
  const rejects = new Rejects(isDryRun ? undefined : `${collection}.rejects.ndjson`);
  const notes = new Map<string, number>();
  const onNote = (note: string) => void notes.set(note, (notes.get(note) ?? 0) + 1);
  const files: OpenedPath[] = [];
  for (const path of options.files) {
    const onBytes = (bytes: number) => progress.read(path, bytes);
    files.push(
      await openPath(path, choices, kinds, { onBytes, onNote }).catch((error) => {
        throw error instanceof CallerError ? new CallerError(`${path}: ${error.message}`) : error;
      }),
    );
  }
  const onRow = (rejected?: Rejected) => {
    signal.throwIfAborted();
    progress.rows += 1;
    if (rejected) rejects.add(rejected);
  };
  return { files, stamp, category, progress, rejects, notes, onRow };
}

async function sizeOf(files: readonly string[]): Promise<number> {
  const infos = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return infos.reduce((sum, info) => sum + (info?.size ?? 0), 0);
}

async function dryRun(work: Work): Promise<Exit> {
  let places = 0;
  const files = work.files.map(({ path, places, mapping }) => ({
    path,
    places: places(mapping.attributes),
  }));
  for await (const part of partsOf(files, work.onRow)) places += part.places;
  work.progress.end();
  console.log(
    `\nDry run, nothing stored: ${grouped(work.progress.rows)} rows, ${grouped(places)} places.`,
  );
  const exit = tellProblems(work);
  if (places === 0) throw new CallerError(NO_PLACE);
  return exit;
}

async function store(work: Work, options: ImportOptions, signal: AbortSignal): Promise<Exit> {
  const { collection } = options;
  const target = await openTarget(options.to, options.token, signal);
  let parts: AsyncGenerator<Part> | undefined;
  try {
    const api = new AdminApi(target.url, target.token, signal);
    const existing = await api.find(Collection, `/collections/${collection}`);
    const declared = mergeDeclarations(existing?.attributes ?? {}, options.attributes);
    const attributes = declaredTypes(declared);
    const question = questionOf(options, target.url, existing?.places ?? 0);
    if (!options.isConfirmed && !(await confirm(question, true))) {
      console.log("Nothing stored.");
      return EXIT.failed;
    }
    await sendLexicon(api);
    const fingerprint = await fingerprintOf(options.files, partsOptions(options, work, attributes));
    const files = work.files.map(({ path, places }) => ({
      path,
      places: inTurns(places(attributes)),
    }));
    const label = { ...(await labelOf(options, existing)), attributes: declared };
    parts = asTheyWere(partsOf(files, work.onRow), options, work.stamp);
    const uploaded = await upload({
      ...{ api, collection, start: { mode: options.mode, fingerprint, label } },
      parts: await notEmpty(parts),
      budget: new RowBudget(options.mostRowsPerDay, LEDGER, target.url.origin),
      onRejected: (rejected) => work.rejects.add(rejected),
      onPhase: (phase) => work.progress.phase(phase),
    });
    work.progress.end();
    console.log(`\n${summaryOf(work, uploaded)}`);
    return tellProblems(work);
  } finally {
    work.progress.end();
    // Also what an upload has not begun to read.
    await parts?.return(undefined);
    await work.rejects.close();
    await target.close();
  }
}

const ROWS_A_TURN = 250;

/** Lets what is sent get on its way while the next rows are read: those are there without any waiting. */
async function* inTurns<Row>(rows: AsyncIterable<Row>): AsyncGenerator<Row> {
  let count = 0;
  for await (const row of rows) {
    yield row;
    count += 1;
    if (count % ROWS_A_TURN === 0) await setImmediate();
  }
}

function questionOf({ collection, mode }: ImportOptions, { origin }: URL, places: number): string {
  if (places === 0) return `Store this as the new collection "${collection}" on ${origin}?`;
  const what = `the ${grouped(places)} places of "${collection}" on ${origin}`;
  return mode === "replace" ? `Replace ${what}?` : `Merge this into ${what}?`;
}

/** What decides which parts there are and what is in them. */
function partsOptions({ mode, columns }: ImportOptions, { category }: Work, attributes: object) {
  return { mode, columns, category, attributes };
}

/** Without a date, the data is of the day when the file was written. */
async function labelOf({ collection, label, files }: ImportOptions, existing?: Collection) {
  const { mtime } = await stat(files[0]!);
  return fullLabel(label, existing, {
    title: collection,
    asOf: mtime.toISOString().slice(0, 10),
  });
}

/** Files without a place may be a mistake: with --replace they would remove all. */
async function notEmpty(parts: AsyncGenerator<Part>): Promise<AsyncIterable<Part>> {
  const first = await parts.next();
  if (first.done) throw new CallerError(NO_PLACE);
  return (async function* () {
    yield first.value;
    yield* parts;
  })();
}

/** Throws at the end if the files have changed: the parts would be some of before and some of after. */
async function* asTheyWere(
  parts: AsyncGenerator<Part>,
  { files, collection }: ImportOptions,
  stamp: string,
): AsyncGenerator<Part> {
  yield* parts;
  if ((await stampOf(files)) === stamp) return;
  throw new CallerError(
    `A file was changed while it was read: nothing of it shows. Give this import up and begin anew: npm run collections -- abort ${collection}`,
  );
}

function summaryOf({ progress, rejects }: Work, { counts, sentBefore, rowsWritten }: Uploaded) {
  const { stored, updated, unchanged, removed } = counts;
  const numbers = [
    `${grouped(progress.rows)} rows read`,
    `${grouped(stored)} stored`,
    `${grouped(updated)} updated`,
    `${grouped(unchanged)} unchanged`,
    `${grouped(rejects.count)} skipped`,
    `${grouped(removed)} removed`,
  ];
  if (sentBefore > 0) numbers.push(`${grouped(sentBefore)} sent by an earlier run`);
  if (rowsWritten > 0) numbers.push(`${grouped(rowsWritten)} rows written in D1`);
  return `${numbers.join(", ")}.`;
}

function tellProblems({ rejects, notes }: Work): Exit {
  for (const [note, count] of notes) console.log(`  ${grouped(count)} × ${note}`);
  if (rejects.count === 0) return EXIT.allGood;
  console.log("Skipped rows, by reason:");
  for (const [reason, count] of rejects.reasons().slice(0, 20)) {
    console.log(`  ${grouped(count)} × it ${reason}`);
  }
  if (rejects.file) console.log(`Which lines: ${rejects.file}`);
  return EXIT.someSkipped;
}
