import { stat } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { CallerError } from "../../src/errors.ts";
import { areNoIds, isIdGuessed, withoutIds } from "../../src/formats/import-options.ts";
import type { DeclaredAttributes } from "../../src/formats/mapping/attributes.ts";
import { categoryOf } from "../../src/formats/mapping/category.ts";
import type { Columns } from "../../src/formats/mapping/columns.ts";
import { type Batch, batchesOf, Tally } from "../../src/imports/batches.ts";
import { Progress } from "../command/progress.ts";
import { schemaMatcher } from "../dataset/words/schema-matcher.ts";
import { stampOf } from "./fingerprint.ts";
import { KindCounts } from "./kinds.ts";
import { type NamedPath, type OpenedPath, OSM_PBF, openPath } from "./open-file.ts";
import type { ImportOptions } from "./options.ts";
import { Rejects, rowText } from "./rejects.ts";
import { SeenIds } from "./seen-ids.ts";

/** The files of an import, opened, and what is counted while they are read. */
export interface Work {
  readonly files: readonly OpenedPath[];
  /** Of the files, before anything was read. */
  readonly stamp: string;
  readonly columns: Columns;
  readonly category: string | undefined;
  /** How often the ids of a column come again that looked like one of ids. */
  readonly falseIds?: { readonly repeated: number; readonly rows: number };
  readonly progress: Progress;
  readonly rejects: Rejects;
  readonly tally: Tally;
  /** What the words of all rows became, once they are read. */
  readonly kinds: readonly KindCounts[];
  /** All rows, once, with their attributes as the collection declares them. */
  batches(attributes: DeclaredAttributes): AsyncGenerator<Batch>;
  /** @param isDone whether all that was to be done is done */
  close(isDone: boolean): Promise<void>;
}

/** Opens files that are to be imported. @throws CallerError for what cannot be read */
export async function prepare(
  options: ImportOptions,
  paths: readonly NamedPath[],
  signal: AbortSignal,
  falseIds?: Work["falseIds"],
): Promise<Work> {
  const { collection, attributes, brand, encoding, inZip, isDryRun, label, mode } = options;
  const columns = falseIds ? withoutIds(options.columns) : options.columns;
  const stamp = await stampOf(paths);
  const matcher = schemaMatcher();
  const category = options.category && categoryOf(options.category, matcher);
  const { title } = label;
  const said = { columns, attributes, brand, encoding, inZip, title };
  const choices = { ...said, ...(category && { category }) };
  const progress = new Progress(await sizeOf(paths));
  const rejects = new Rejects(isDryRun ? undefined : `${collection}.rejects.ndjson`);
  const tally = new Tally((row) => rejects.add(row));
  const files: OpenedPath[] = [];
  for (const path of paths) {
    const onBytes = (bytes: number) => progress.read(path.path, bytes);
    const onNote = (note: string) => tally.note(note);
    files.push(
      await openPath(path, choices, matcher, { onBytes, onNote }).catch((error) => {
        throw error instanceof CallerError
          ? new CallerError(`${path.name}: ${error.message}`)
          : error;
      }),
    );
  }
  const kinds = files.map(({ mapping }) => new KindCounts(mapping));
  const batches = (types: DeclaredAttributes) => {
    const read = files.map(({ name, places }, at) => {
      const rows = inTurns(places(types), (row) => {
        signal.throwIfAborted();
        progress.rows += 1;
        kinds[at]!.add(row);
      });
      return { path: name, places: rows };
    });
    const rest = rejects.file === undefined ? {} : { rowText };
    return batchesOf(read, { seen: new SeenIds(), keeps: mode === "replace", ...rest });
  };
  const close = async (isDone: boolean) => {
    progress.end();
    await Promise.all(files.map((file) => file.close()));
    await rejects.close(isDone);
  };
  const rest = { progress, rejects, tally, kinds, batches, close };
  return { files, stamp, columns, category, ...(falseIds && { falseIds }), ...rest };
}

/**
 * Reads all rows beforehand where a column only looks like one of ids. If many of its values come again in rows that say
 * something else, the files are opened anew, without ids.
 */
export async function withTrueIds(
  work: Work,
  options: ImportOptions,
  paths: readonly NamedPath[],
  signal: AbortSignal,
): Promise<Work> {
  const isDoubtful = work.files.some(
    ({ format, mapping }) => format !== OSM_PBF && isIdGuessed(mapping, options.columns),
  );
  if (!isDoubtful) return work;
  const trial = await prepare({ ...options, isDryRun: true }, paths, signal);
  trial.progress.phase("Looking whether the ids are unique");
  const { tally } = trial;
  try {
    for await (const batch of trial.batches({})) tally.read(batch);
  } finally {
    await trial.close(false);
  }
  if (!areNoIds(tally)) return work;
  await work.close(false);
  return prepare(options, paths, signal, { repeated: tally.repeated, rows: tally.rows });
}

async function sizeOf(paths: readonly NamedPath[]): Promise<number> {
  const infos = await Promise.all(paths.map(({ path }) => stat(path).catch(() => undefined)));
  return infos.reduce((sum, info) => sum + (info?.size ?? 0), 0);
}

const ROWS_A_TURN = 250;

/** Reads rows. Where none of them has to be waited for, requests get a turn all the same. */
async function* inTurns<Row>(
  rows: AsyncIterable<Row>,
  onRow: (row: Row) => void,
): AsyncGenerator<Row> {
  let count = 0;
  for await (const row of rows) {
    onRow(row);
    yield row;
    count += 1;
    if (count % ROWS_A_TURN === 0) await setImmediate();
  }
}
