import { readableIn, readRecords } from "../places/record-object.ts";
import { wordsOf } from "./index-rows.ts";
import { digestOf } from "./record-log.ts";
import type { Attributes } from "./schemas.ts";
import type { Version } from "./stage.ts";
import { eachSlice } from "./write.ts";

/** So many reads of the bucket a request can afford: Cloudflare allows it 1,000 in the free plan. */
const MOST_READS = 500;

/**
 * The statements that take rows out of the index, of the first of these as many as a request can. The full-text index
 * has to be told the words it is to forget, and they are made from the record again: a row whose record is lost
 * stays, because guessing would spoil the index.
 *
 * @param attributes those by which the rows were indexed
 */
export async function removals(
  session: D1DatabaseSession,
  bucket: R2Bucket,
  collection: string,
  attributes: Attributes,
  wanted: readonly Version[],
): Promise<{ statements: D1PreparedStatement[]; removed: readonly Version[] }> {
  if (wanted.length === 0) return { statements: [], removed: [] };
  const categories = await allCategories(session);
  const pointers = wanted.map((version) => ({
    collection,
    object: version.record_object,
    offset: version.record_offset,
    length: version.record_length,
    sourceId: version.source_id,
  }));
  const count = readableIn(MOST_READS, pointers);
  const versions = wanted.slice(0, count);
  const records = await readRecords(bucket, pointers.slice(0, count));
  const words = versions.map(({ key, digest, source_id }, index): [number, string] => {
    const record = records[index];
    if (!record || digestOf(JSON.stringify(record), attributes) !== digest) {
      throw new Error(`The record of ${source_id} in ${collection} is lost: run npm run rebuild`);
    }
    return [key, wordsOf(record, { attributes, categories })];
  });
  const statements = [
    ...eachSlice(
      session,
      "INSERT INTO places_text (places_text, rowid, words) SELECT 'delete', value ->> 0, value ->> 1 FROM json_each(?1)",
      words,
    ),
    ...eachSlice(
      session,
      "DELETE FROM places WHERE key IN (SELECT value FROM json_each(?1))",
      versions.map(({ key }) => key),
    ),
  ];
  return { statements, removed: versions };
}

async function allCategories(session: D1DatabaseSession): Promise<ReadonlyMap<string, number>> {
  const { results } = await session
    .prepare("SELECT id, path FROM categories")
    .all<{ id: number; path: string }>();
  return new Map(results.map(({ id, path }) => [path, id]));
}
