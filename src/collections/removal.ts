import { readRecords } from "../places/record-object.ts";
import { wordsOf } from "./index-rows.ts";
import { digestOf } from "./record-log.ts";
import type { Attributes } from "./schemas.ts";
import type { Version } from "./stage.ts";
import { eachSlice } from "./write.ts";

/**
 * The statements that take rows out of the index. The full-text index has to be told the words it is to forget, and
 * they are made from the record again: a row whose record is lost stays, because guessing would spoil
 * the index.
 *
 * @param attributes those by which the rows were indexed
 */
export async function removals(
  session: D1DatabaseSession,
  bucket: R2Bucket,
  collection: string,
  attributes: Attributes,
  versions: readonly Version[],
): Promise<D1PreparedStatement[]> {
  if (versions.length === 0) return [];
  const categories = await allCategories(session);
  const records = await readRecords(
    bucket,
    versions.map((version) => ({
      collection,
      object: version.record_object,
      offset: version.record_offset,
      length: version.record_length,
      sourceId: version.source_id,
    })),
  );
  const words = versions.map(({ key, digest, source_id }, index): [number, string] => {
    const record = records[index];
    if (!record || digestOf(JSON.stringify(record), attributes) !== digest) {
      throw new Error(`The record of ${source_id} in ${collection} is lost: run npm run rebuild`);
    }
    return [key, wordsOf(record, { attributes, categories })];
  });
  return [
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
}

async function allCategories(session: D1DatabaseSession): Promise<ReadonlyMap<string, number>> {
  const { results } = await session
    .prepare("SELECT id, path FROM categories")
    .all<{ id: number; path: string }>();
  return new Map(results.map(({ id, path }) => [path, id]));
}
