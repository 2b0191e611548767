import { env } from "cloudflare:workers";
import type { PlaceRecord } from "../../src/records/place.ts";
import { Admin } from "./admin.ts";
import { store } from "./engine.ts";

/** What tests drop into the inbox, and where they look for it. */

export const KEY = "inbox/stops/today.ndjson";
export const HERE = { latitude: 5, longitude: 5 };

export const ndjson = (records: readonly object[]) =>
  records.map((one) => JSON.stringify(one)).join("\n");
export const rows = (count: number, name = "N") =>
  `id,name,lat,lon\n${Array.from({ length: count }, (_, k) => `p${k},${name}${k},5,${5 + k / 10_000}\n`).join("")}`;
export const isThere = async (key: string) => (await env.PLACES_BUCKET.head(key)) !== null;
export const placesOf = async (id: string) =>
  (await store.collections()).find((one) => one.id === id)?.places;

export async function recordOf(id: string): Promise<PlaceRecord | undefined> {
  const [collection = "", sourceId = ""] = id.split(":");
  const found = await store.find(collection, sourceId);
  const [record] = found ? await store.records([found.row], found.snapshot) : [];
  return record;
}

/** Asks the admin API. */
export const ask = (path: string) => new Admin().call("GET", path);
