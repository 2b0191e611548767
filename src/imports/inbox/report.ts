import { deleteUnder, objectsUnder } from "../../records/bucket.ts";
import type { InboxReport } from "../contract.ts";

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
