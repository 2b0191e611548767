import { stat } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { CallerError } from "../../src/errors.ts";
import type { DeclaredAttributes } from "../../src/formats/mapping/attributes.ts";
import { type Batch, isPart, linesOf, type Tally } from "../../src/imports/batches.ts";
import {
  CollectionDetails,
  Comparison,
  type Counts,
  Gone,
  goneOf,
  isMuch,
  sumOf,
} from "../../src/imports/contract.ts";
import { declaredBy, type ImportedMetadata, importedMetadata } from "../../src/imports/metadata.ts";
import type { Attributes } from "../../src/records/collection-schema.ts";
import type { AdminApi } from "../api/admin-api.ts";
import { sendLexicon } from "../api/lexicon.ts";
import { RowBudget } from "../api/row-budget.ts";
import { withApi, withApiIfThere } from "../api/target.ts";
import { keepUp } from "../api/upkeep.ts";
import { abortImport, type Uploaded, upload } from "../api/upload.ts";
import { confirm } from "../command/confirm.ts";
import { grouped } from "../command/progress.ts";
import { fingerprintOf, stampOf } from "./fingerprint.ts";
import type { NamedPath } from "./open-file.ts";
import type { ImportOptions } from "./options.ts";
import { previewOf } from "./preview.ts";
import { prepare, type Work, withTrueIds } from "./work.ts";

/** What the shell is told. */
export const EXIT = { allGood: 0, failed: 1, someSkipped: 2 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

const NO_PLACE = "No row of the files is a place: nothing is changed.";

/** An import from its options to its summary. */
export async function runImport(
  options: ImportOptions,
  paths: readonly NamedPath[],
  signal: AbortSignal,
): Promise<Exit> {
  let work = await prepare(options, paths, signal);
  let isDone = false;
  try {
    const withServer = options.isDryRun ? withApiIfThere : withApi;
    return await withServer(options, signal, async (api) => {
      const target = api && (await targetOf(api, work, options, paths));
      work = await withTrueIds(work, options, paths, signal);
      for (const file of work.files) console.log(previewOf(file, work.falseIds));
      const exit =
        !target || options.isDryRun
          ? await dryRun(target, work, options)
          : await store(target, work, options, paths);
      isDone = exit !== EXIT.failed;
      return exit;
    });
  } finally {
    await work.close(isDone);
  }
}

/** The collection that an import is for, on its server. */
interface Target extends ImportedMetadata {
  readonly api: AdminApi;
  /** Undefined if there is none yet. */
  readonly existing: CollectionDetails | undefined;
}

/** @throws CallerError for attributes that a merge cannot change */
async function targetOf(
  api: AdminApi,
  work: Work,
  options: ImportOptions,
  paths: readonly NamedPath[],
): Promise<Target> {
  const { collection, mode, label } = options;
  const existing = await api.find(CollectionDetails, `/collections/${collection}`);
  const { mtime } = await stat(paths[0]!.path);
  const before = existing && { ...existing, isLoaded: existing.loadedAt !== undefined };
  const attributes = declaredBy(mode, options.attributes, foundAttributes(work), before);
  const imported = importedMetadata(collection, { label, attributes }, existing, mtime);
  const target = { api, existing, ...imported };
  if (mode === "merge" && existing?.loadedAt && !isSameDeclaration(target)) {
    throw new CallerError(
      `"${collection}" declares other attributes than --attribute says: ${declarationOf(existing.attributes)}. A merge cannot change them: import all of its files with --replace.`,
    );
  }
  return target;
}

/** Those that the options declare, and the opening hours that the files have. */
function foundAttributes({ files }: Work): DeclaredAttributes {
  return Object.assign({}, ...files.map(({ mapping }) => mapping.attributes));
}

function isSameDeclaration({ existing, metadata }: Target): boolean {
  return isDeepStrictEqual(existing?.attributes, metadata.attributes);
}

function declarationOf(attributes: Attributes): string {
  const declared = Object.entries(attributes).map(([name, { type }]) => `${name}:${type}`);
  return declared.join(", ") || "none";
}

async function dryRun(
  target: Target | undefined,
  work: Work,
  options: ImportOptions,
): Promise<Exit> {
  const { tally, progress } = work;
  const types = target?.types ?? foundAttributes(work);
  let places = 0;
  for await (const batch of work.batches(types)) {
    tally.read(batch);
    places += batch.records.length;
    if (!target?.existing || !isPart(batch)) continue;
    const request = { method: "POST", path: `/collections/${options.collection}/compare` } as const;
    const { counts } = await target.api.ask(Comparison, { ...request, lines: linesOf(batch) });
    tally.counts = sumOf(tally.counts, counts);
  }
  progress.end();
  console.log(`\nDry run, nothing stored: ${grouped(tally.rows)} rows, ${grouped(places)} places.`);
  if (tally.rows > work.files.reduce((sum, { sampleRows }) => sum + sampleRows, 0)) {
    for (const line of work.kinds.flatMap((kinds) => kinds.lines())) console.log(line);
  }
  console.log(comparisonText(target, tally.counts, options));
  const exit = printProblems(work);
  if (places === 0) throw new CallerError(NO_PLACE);
  return exit;
}

function comparisonText(
  target: Target | undefined,
  counts: Counts,
  { collection, mode }: ImportOptions,
): string {
  if (!target) {
    return "Not compared with what is stored: no server runs here (npm start), and --to names none.";
  }
  const { origin } = target.api;
  const { existing } = target;
  if (!existing) return `"${collection}" would be a new collection on ${origin}.`;
  const gone = mode === "replace" ? goneOf(existing.places, counts) : 0;
  // What is indexed of a place depends on the declaration.
  const isRewritten = !isSameDeclaration(target);
  const changed = counts.updated + (isRewritten ? counts.unchanged : 0);
  const numbers = [
    `${grouped(counts.stored)} new`,
    `${grouped(changed)} changed`,
    `${grouped(isRewritten ? 0 : counts.unchanged)} the same`,
    ...(counts.kept > 0 ? [`${grouped(counts.kept)} kept as they are`] : []),
    `${grouped(gone)} removed`,
  ];
  const wantsYes = isMuch(gone, existing.places) ? ` ${MUCH}: that wants --yes, or an answer.` : "";
  return `Compared with the ${grouped(existing.places)} places of "${collection}" on ${origin}: ${numbers.join(", ")}.${wantsYes}`;
}

const MUCH = "More than a tenth of the places would go";

async function store(
  { api, existing, metadata, types }: Target,
  work: Work,
  options: ImportOptions,
  paths: readonly NamedPath[],
): Promise<Exit> {
  const { mode, brand, encoding, inZip } = options;
  const { tally, progress, category, columns } = work;
  const question = questionOf(options, api.origin, existing?.places ?? 0);
  if (!options.isConfirmed && !(await confirm(question, true))) {
    console.log("Nothing stored.");
    return EXIT.failed;
  }
  await sendLexicon(api);
  const { id, ...fields } = metadata;
  // All that decides which parts there are, and what is in them.
  const decisive = { mode, columns, category, brand, encoding, inZip, attributes: types };
  const fingerprint = await fingerprintOf(paths, decisive);
  const batches = asTheyWere(work.batches(types), options, paths, work.stamp);
  const uploaded = await upload(api, {
    collection: id,
    request: { mode, fingerprint, metadata: fields },
    batches: await fromFirstPlace(batches, tally),
    tally,
    budget: new RowBudget(options.mostRowsPerDay, api.origin),
    onPart: () => progress.sends(),
    onPhase: (phase) => progress.phase(phase),
    beforeFinish: async (path, counts) => {
      progress.end();
      if (mode === "replace" && existing) await guard(api, path, existing, counts, options);
    },
  });
  progress.phase("merging");
  await keepUp(api);
  progress.end();
  console.log(`\n${summaryOf(tally, uploaded)}`);
  return printProblems(work);
}

/** So many of the places that would go are named. */
const SHOWN_GONE = 5;

/** Shows what a replacing import would remove, and asks if that is much. */
async function guard(
  api: AdminApi,
  path: string,
  existing: CollectionDetails,
  counts: Counts,
  { isConfirmed }: ImportOptions,
): Promise<void> {
  const gone = goneOf(existing.places, counts);
  if (gone === 0) return;
  const names = await goneNames(api, path);
  console.log(
    `\n${grouped(gone)} of the ${grouped(existing.places)} places are not in the files any more: ${names.join(", ")}${gone > names.length ? ", …" : ""}`,
  );
  if (isConfirmed || !isMuch(gone, existing.places)) return;
  if (await confirm(`Remove them?`, false)) return;
  await abortImport(api, path);
  throw new CallerError(
    `Nothing is changed. ${MUCH}: if that is right, run the same command with --yes.`,
  );
}

async function goneNames(api: AdminApi, path: string): Promise<string[]> {
  const names: string[] = [];
  for (let bucket: number | undefined = 0; bucket !== undefined; ) {
    const found: Gone = await api.ask(Gone, { method: "GET", path: `${path}/gone/${bucket}` });
    names.push(...found.places.map(({ name, sourceId }) => `${name} (${sourceId})`));
    bucket = names.length < SHOWN_GONE ? found.next : undefined;
  }
  return names.slice(0, SHOWN_GONE);
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
  { collection }: ImportOptions,
  paths: readonly NamedPath[],
  stamp: string,
): AsyncGenerator<Batch> {
  yield* batches;
  if ((await stampOf(paths)) === stamp) return;
  throw new CallerError(
    `A file was changed while it was read: nothing of it shows. Abort this import, then run the command again: npm run collections -- abort ${collection}`,
  );
}

function summaryOf({ rows, skipped, counts }: Tally, { sentBefore, rowsWritten }: Uploaded) {
  const { stored, updated, unchanged, kept, removed } = counts;
  const numbers = [
    `${grouped(rows)} rows read`,
    `${grouped(stored)} stored`,
    `${grouped(updated)} updated`,
    `${grouped(unchanged)} unchanged`,
    `${grouped(skipped)} skipped`,
    `${grouped(removed)} removed`,
  ];
  if (kept > 0)
    numbers.push(`${grouped(kept)} kept as they were, because their rows cannot be read`);
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
  if (rejects.file) {
    console.log(`They are in ${rejects.file}: mend them there, then import that file as this one.`);
  }
  return EXIT.someSkipped;
}
