import { expect } from "vitest";
import type { PlaceRow } from "../../src/index/place-index.ts";
import { visible } from "../../src/index/search/visible.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import { Admin } from "./admin.ts";
import { store } from "./engine.ts";
import { replayLog } from "./log-replay.ts";
import { STORES } from "./stores.ts";

/** The places that there should be, by collection. Their names have to have the word "Place". */
export type Model = Readonly<Record<string, readonly PlaceRecord[]>>;

/**
 * Expects these places and no others: in the index, with their records and words, and in the log. That an index rebuilt
 * from the log has what the log says is for `expectRebuilt`.
 */
export async function expectEverywhere(model: Model): Promise<void> {
  await expectIndexed(model, "in the index");
  expect(placesOf(await replayLog()), "in the log").toEqual(placesOf(model));
}

/** Expects these places and no others: everywhere, and in an index rebuilt from the log. */
export async function expectRebuilt(model: Model): Promise<void> {
  await expectEverywhere(model);
  await new Admin().rebuild();
  await expectIndexed(model, "in the rebuilt index");
}

export async function expectIndexed(model: Model, where?: string): Promise<void> {
  const { results } = await STORES.database
    .prepare(
      `SELECT places.*, collections.name AS collection_name
       FROM places JOIN collections ON collections.id = places.collection
       WHERE loaded_at <> '' AND ${visible("places", "?1")}`,
    )
    .bind(Date.now())
    .all<PlaceRow & { collection_name: string }>();
  const records = await store.records(results, await store.snapshot());
  const found = results.map(({ collection_name, source_id, name }, index) => {
    const record = records[index];
    const isOfRow = record?.name === name;
    return { collection: collection_name, ...(isOfRow ? record : { sourceId: source_id }) };
  });
  expect(inOrder(found), where).toEqual(placesOf(model));

  const collections = await store.collections();
  const counts = Object.fromEntries(collections.map(({ id, places }) => [id, places]));
  const sizes = Object.entries(model).map(([collection, { length }]) => [collection, length]);
  expect(counts, `the counts ${where}`).toEqual(Object.fromEntries(sizes));

  const { wordless, rowless } = (await STORES.database
    .prepare(
      `WITH hits AS MATERIALIZED (SELECT rowid AS key FROM places_text WHERE places_text MATCH 'place')
       SELECT (SELECT count(*) FROM places WHERE key NOT IN (SELECT key FROM hits)) AS wordless,
         (SELECT count(*) FROM hits WHERE key NOT IN (SELECT key FROM places)) AS rowless`,
    )
    .first<{ wordless: number; rowless: number }>())!;
  expect({ wordless, rowless }, `the words ${where}`).toEqual({ wordless: 0, rowless: 0 });
}

/** With their collections, in order. */
function placesOf(model: Model) {
  const places = Object.entries(model).flatMap(([collection, records]) =>
    records.map((record) => ({ collection, ...record })),
  );
  return inOrder(places);
}

type Found = { readonly collection: string; readonly sourceId: string };

function inOrder<T extends Found>(places: readonly T[]): T[] {
  const keyOf = ({ collection, sourceId }: Found) => `${collection} ${sourceId}`;
  return places.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** The names of all objects in the bucket. */
export async function objectNames(): Promise<string[]> {
  const { objects } = await STORES.bucket.list();
  return objects.map(({ key }) => key);
}
