import { env } from "cloudflare:workers";
import { rebuildStep } from "../../src/imports/rebuild.ts";
import type { Stores } from "../../src/index/write/transaction.ts";

export const STORES: Stores = { database: env.PLACES_DB, bucket: env.PLACES_BUCKET };

/** As after the first migration: nothing in either. */
export async function emptyStores(): Promise<void> {
  const { objects } = await env.PLACES_BUCKET.list();
  await env.PLACES_BUCKET.delete(objects.map(({ key }) => key));
  await rebuildStep(STORES, true);
}
