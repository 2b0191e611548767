import { deleteUnder, objectsUnder } from "../../records/log.ts";
import type { PartCounts } from "../stage.ts";

/**
 * What became of an object of the inbox, `inbox-reports/<collection>/<name>.json`: of its latest version, as far as it
 * is done. Kept when the object is gone.
 */
export interface InboxReport {
  readonly object: string;
  /** An object that failed stays in the inbox; one that is finished was deleted. */
  readonly state: "waiting" | "running" | "finished" | "failed";
  /** Why it waits or has failed. */
  readonly reason?: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** The number of the import, as long as it is under way. */
  readonly import?: number;
  readonly mode?: "merge" | "replace";
  /** For people: "CSV with ;, windows-1252". */
  readonly format?: string;
  /** What was taken from which columns. */
  readonly columns?: Readonly<Record<string, readonly string[]>>;
  readonly rows: number;
  readonly counts: PartCounts;
  readonly skipped: number;
  /** The first of the skipped rows. */
  readonly rejected: readonly RejectedRow[];
  /** What could not be kept as it was, and how often. */
  readonly notes: Readonly<Record<string, number>>;
}

export interface RejectedRow {
  readonly line: number;
  /** To be read after "row 7": "has no name". */
  readonly reason: string;
}

const REPORTS = "inbox-reports/";
/** So many are shown. */
const MOST_REPORTS = 20;

export async function writeReport(bucket: R2Bucket, report: InboxReport): Promise<void> {
  const key = `${report.object.replace(/^inbox\//, REPORTS)}.json`;
  await bucket.put(key, JSON.stringify(report, null, 2));
}

/** The latest reports of a collection, the newest first. */
export async function latestReports(bucket: R2Bucket, collection: string): Promise<InboxReport[]> {
  const objects: R2Object[] = [];
  for await (const object of objectsUnder(bucket, folderOf(collection))) objects.push(object);
  const latest = objects
    .sort((a, b) => b.uploaded.getTime() - a.uploaded.getTime())
    .slice(0, MOST_REPORTS);
  const reports = await Promise.all(
    latest.map(async ({ key }) => (await bucket.get(key))?.json<InboxReport>()),
  );
  return reports.filter((report) => report !== undefined);
}

export async function deleteReports(bucket: R2Bucket, collection: string): Promise<void> {
  await deleteUnder(bucket, folderOf(collection));
}

const folderOf = (collection: string): string => `${REPORTS}${collection}/`;
