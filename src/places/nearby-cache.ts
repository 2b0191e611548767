import { geodesic } from "./geodesic.ts";
import { findNearby, type NearbyAnswer, type NearbyQuestion } from "./nearby.ts";
import type { Directory, PlaceRow, PlaceStore } from "./place-store.ts";

/** How long an answer may be told again. */
const TTL_SECONDS = 60;
/** Some kilometre: what a cache key may know of where somebody is. */
const KEY_DECIMALS = 2;

/** What is kept: which places answer which question. Places, no distances, so no location can be worked out. */
interface Entry {
  /** Digest of the exact question: the key's rounded one is shared by all questions of a neighbourhood. */
  readonly question: string;
  readonly rows: readonly PlaceRow[];
  readonly more: boolean;
  readonly reading: NearbyAnswer["reading"];
  readonly beyond: PlaceRow | undefined;
}

/**
 * `findNearby`, with answers kept for a minute in the cache of the data centre. An entry serves only the very question
 * it was made for, on the data it was made from, and distances are measured anew. The digests are
 * keyed with the secret version of the data, so nobody can try out locations against them.
 */
export async function findNearbyCached(
  store: PlaceStore,
  question: NearbyQuestion,
  waitUntil: (work: Promise<unknown>) => void,
): Promise<NearbyAnswer & { cached: boolean }> {
  const known = store.knownDirectory();
  const kept = known && (await recall(question, known));
  if (kept) return { ...kept, cached: true };
  const answer = await findNearby(store, question);
  waitUntil(keep(question, answer));
  return { ...answer, cached: false };
}

async function recall(
  question: NearbyQuestion,
  directory: Directory,
): Promise<NearbyAnswer | undefined> {
  const { center } = question;
  const response = await caches.default.match(await keyOf(question, directory));
  const entry = await response?.json<Entry>();
  if (entry?.question !== (await digest(question, center, directory))) return undefined;
  const measure = (row: PlaceRow) => ({ row, ...geodesic(center, row) });
  return {
    places: entry.rows.map(measure),
    more: entry.more,
    reading: entry.reading,
    nearestBeyond: entry.beyond && measure(entry.beyond),
    directory,
  };
}

async function keep(question: NearbyQuestion, answer: NearbyAnswer): Promise<void> {
  const { places, more, reading, nearestBeyond, directory } = answer;
  const entry: Entry = {
    question: await digest(question, question.center, directory),
    rows: places.map(({ row }) => row),
    more,
    reading,
    beyond: nearestBeyond?.row,
  };
  const headers = { "Cache-Control": `max-age=${TTL_SECONDS}` };
  await caches.default.put(await keyOf(question, directory), Response.json(entry, { headers }));
}

async function keyOf(question: NearbyQuestion, directory: Directory): Promise<string> {
  const { latitude, longitude } = question.center;
  const rounded = {
    latitude: latitude.toFixed(KEY_DECIMALS),
    longitude: longitude.toFixed(KEY_DECIMALS),
  };
  return `https://cache.hereabouts.invalid/nearby/${await digest(question, rounded, directory)}`;
}

async function digest(
  { radiusMeters, limit, text, category, after }: NearbyQuestion,
  { latitude, longitude }: { latitude: number | string; longitude: number | string },
  { version }: Directory,
): Promise<string> {
  const content = [
    version,
    latitude,
    longitude,
    radiusMeters,
    limit,
    text,
    category ?? null,
    after ?? null,
  ];
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
