import { Conflict, NotFound } from "../errors.ts";
import {
  findCollection,
  type ImportRow,
  openImport,
  requireCollection,
  skipObjects,
} from "../index/write/collections.ts";
import { write } from "../index/write/transaction.ts";
import { type Label, type LogLine, nextNumber, readManifest } from "../records/log.ts";
import { type Logged, type PartAnswer, parseRecords, stagePart } from "./stage.ts";
import { bordersOf } from "./sweep.ts";

/** Where the places are kept. */
export interface Stores {
  readonly database: D1Database;
  readonly bucket: R2Bucket;
}

export interface ImportStatus {
  readonly import: number;
  readonly mode: ImportRow["mode"];
  readonly fingerprint: string;
  readonly state: ImportRow["state"];
  /** The numbers of the parts that are there. */
  readonly partsDone: readonly number[];
  readonly startedAt: string;
}

/** Another import into the collection has to be finished or aborted first. */
export class UnderWay extends Conflict {}

export interface ImportStart {
  readonly mode: "merge" | "replace" | "delete" | "rebuild";
  readonly fingerprint: string;
  readonly label: Label;
}

/**
 * Starts an import into a collection, which is made if there is none, or goes on with the one under way if it is of
 * the same fingerprint. Until it is finished, nothing of it shows.
 *
 * @throws UnderWay
 * @throws Conflict if a merge changes the declared attributes
 */
export async function startImport(
  { database, bucket }: Stores,
  { mode, fingerprint, label }: ImportStart,
): Promise<ImportStatus> {
  await write(database, async (session) => {
    const collection = await findCollection(session, label.id);
    const under = collection && (await openImport(session, collection.id));
    if (under) {
      const begun: Label = JSON.parse(under.label);
      const isSame = under.fingerprint === fingerprint && under.mode === mode;
      // What is there of it is indexed by the attributes that it began with.
      if (!isSame || JSON.stringify(begun.attributes) !== JSON.stringify(label.attributes)) {
        throw underWay(label.id, under);
      }
      return { statements: relabelStatements(session, under, label), found: undefined };
    }
    if (!collection && mode !== "rebuild" && (await readManifest(bucket, label.id))) {
      throw notIndexed(label.id);
    }
    const before = collection && collection.loaded_at !== "" ? collection.attributes : undefined;
    if (mode === "merge" && before !== undefined && before !== JSON.stringify(label.attributes)) {
      throw new Conflict(
        "The declared attributes differ from those of the collection: they can only change with a replacing import.",
      );
    }
    const borders = mode === "merge" || !collection ? [] : await bordersOf(session, collection.id);
    const { title, license, attribution, url, asOf, attributes } = label;
    const statements = [
      session
        .prepare(
          "INSERT INTO collections VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, '', 0, ?7, NULL) ON CONFLICT DO NOTHING",
        )
        .bind(label.id, title, license, attribution, url, asOf, JSON.stringify(attributes)),
      ...(collection ? [] : [skipObjects(session, await nextNumber(bucket, label.id))]),
      session
        .prepare(
          "DELETE FROM imports WHERE collection = (SELECT id FROM collections WHERE name = ?1)",
        )
        .bind(label.id),
      session
        .prepare(
          `INSERT INTO imports (collection, mode, fingerprint, label, state, committed, cursor, borders, started_at)
           SELECT id, ?2, ?3, ?4, 'open', 0, '', ?5, ?6 FROM collections WHERE name = ?1`,
        )
        .bind(
          ...[label.id, mode, fingerprint, JSON.stringify(label)],
          JSON.stringify(borders),
          new Date().toISOString(),
        ),
    ];
    return { statements, found: undefined };
  });
  const session = database.withSession("first-primary");
  const { id } = await requireCollection(session, label.id);
  const row = await openImport(session, id);
  if (!row) throw new Conflict("Somebody else has just finished this import. Ask again.");
  return statusOf(session, row);
}

/** What a collection is to be called may be thought over as long as the import does not count. */
function relabelStatements(
  session: D1DatabaseSession,
  { id, state, label: begun }: ImportRow,
  label: Label,
): D1PreparedStatement[] {
  const changed = JSON.stringify(label);
  if (state !== "open" || changed === begun) return [];
  return [session.prepare("UPDATE imports SET label = ?2 WHERE id = ?1").bind(id, changed)];
}

/** The bucket has a collection that the index has not. */
export function notIndexed(collection: string): Conflict {
  return new Conflict(`The records of "${collection}" are not in the index: run npm run rebuild.`);
}

function underWay(collection: string, { id, mode, started_at }: ImportRow): UnderWay {
  return new UnderWay(
    mode === "rebuild"
      ? `"${collection}" is being made anew: npm run rebuild goes on with it.`
      : `Another import into "${collection}" is under way, since ${started_at}: finish it, or abort it (DELETE /admin/collections/${collection}/imports/${id}).`,
  );
}

/** @throws NotFound */
export async function importStatus(
  { database }: Stores,
  collection: string,
  number: number,
): Promise<ImportStatus> {
  const session = database.withSession("first-primary");
  return statusOf(session, await requireImport(session, collection, number));
}

/** The import under way, if any. */
export async function currentImport(
  { database }: Stores,
  collection: string,
): Promise<ImportStatus | undefined> {
  const session = database.withSession("first-primary");
  const row = await findCollection(session, collection);
  const under = row && (await openImport(session, row.id));
  return under && statusOf(session, under);
}

async function statusOf(session: D1DatabaseSession, row: ImportRow): Promise<ImportStatus> {
  return {
    import: row.id,
    mode: row.mode,
    fingerprint: row.fingerprint,
    state: row.state,
    partsDone: await partsDone(session, row.id),
    startedAt: row.started_at,
  };
}

/** The numbers of the parts of an import that are there. */
export async function partsDone(session: D1DatabaseSession, number: number): Promise<number[]> {
  const { results } = await session
    .prepare("SELECT part FROM import_parts WHERE import = ?1 AND part >= 0")
    .bind(number)
    .all<{ part: number }>();
  return results.map(({ part }) => part);
}

/**
 * The import of this number, also if it is over: until the next one.
 *
 * @throws NotFound
 */
export async function requireImport(
  session: D1DatabaseSession,
  collection: string,
  number: number,
): Promise<ImportRow> {
  const { id } = await requireCollection(session, collection);
  const row = await session
    .prepare("SELECT * FROM imports WHERE id = ?1 AND collection = ?2")
    .bind(number, id)
    .first<ImportRow>();
  if (!row) {
    throw new NotFound(`There is no import ${number} into "${collection}" under way. Start one.`);
  }
  return row;
}

/** Takes a part of an import: again if it comes again, which changes nothing. */
export async function takePart(
  { database, bucket }: Stores,
  collection: string,
  number: number,
  part: number,
  text: string,
  digest: string,
): Promise<PartAnswer & { rowsWritten: number }> {
  const { records, rejected } = parseRecords(text);
  return takeLines({ database, bucket }, collection, number, part, records, digest, rejected);
}

/** Takes lines that are checked already, and may lie in the log already. */
export async function takeLines(
  { database, bucket }: Stores,
  collection: string,
  number: number,
  part: number,
  lines: readonly LogLine[],
  digest: string,
  rejected: PartAnswer["rejected"] = [],
  logged?: Logged,
): Promise<PartAnswer & { rowsWritten: number }> {
  const { found, rowsWritten } = await write(database, async (session) => {
    const row = await requireImport(session, collection, number);
    if (row.state !== "open") {
      throw new Conflict(`This import takes no more parts, its state is: ${row.state}.`);
    }
    const label: Label = JSON.parse(row.label);
    return stagePart(session, bucket, lines, { row, label, part, digest, rejected }, logged);
  });
  return { ...found, rowsWritten };
}
