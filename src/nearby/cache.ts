import { sha256Hex } from "../digest.ts";
import { inverseGeodesic } from "../geodesic.ts";
import type { PlaceIndex, PlaceRow } from "../index/place-index.ts";
import type { Snapshot } from "../index/snapshot.ts";
import { findNearby, type NearbyAnswer, type NearbyQuestion } from "./find.ts";

/** How long an answer may be told again. */
const TTL_SECONDS = 60;

/** What is kept: which places answer a question; the question itself only as the digest that is the key. */
interface Entry {
  readonly rows: readonly PlaceRow[];
  readonly beyond: PlaceRow | undefined;
  readonly rest: Omit<NearbyAnswer, "places" | "nearestBeyond" | "snapshot">;
}

/**
 * `findNearby`, with answers kept for a minute in the cache of the data centre. An entry serves only
 * the very question it was made for, on the data it was made from; distances are measured anew. Its
 * key is a digest that is keyed with the secret version of the data: nobody who reads the cache can
 * work out, or try out, where somebody asked.
 */
export async function findNearbyCached(
  store: PlaceIndex,
  question: NearbyQuestion,
  waitUntil: (work: Promise<unknown>) => void,
): Promise<NearbyAnswer & { cached: boolean }> {
  const known = store.cachedSnapshot();
  // The cache is a convenience: if it fails, the question is answered without it.
  const kept = known && (await recall(question, known).catch(() => undefined));
  if (kept) return { ...kept, cached: true };
  const answer = await findNearby(store, question);
  waitUntil(keep(question, answer).catch(() => undefined));
  return { ...answer, cached: false };
}

async function recall(
  question: NearbyQuestion,
  snapshot: Snapshot,
): Promise<NearbyAnswer | undefined> {
  const response = await caches.default.match(await keyOf(question, snapshot));
  if (!response) return undefined;
  const { rows, beyond, rest } = await response.json<Entry>();
  const measure = (row: PlaceRow) => ({ row, ...inverseGeodesic(question.center, row) });
  return {
    ...rest,
    places: rows.map(measure),
    nearestBeyond: beyond && measure(beyond),
    snapshot,
  };
}

async function keep(question: NearbyQuestion, answer: NearbyAnswer): Promise<void> {
  const { places, nearestBeyond, snapshot, ...rest } = answer;
  const entry: Entry = { rows: places.map(({ row }) => row), beyond: nearestBeyond?.row, rest };
  const headers = { "Cache-Control": `max-age=${TTL_SECONDS}` };
  await caches.default.put(await keyOf(question, snapshot), Response.json(entry, { headers }));
}

async function keyOf(question: NearbyQuestion, { version, generation }: Snapshot): Promise<string> {
  const { center, radiusMeters, limit, text, category, filter, after } = question;
  const { latitude, longitude } = center;
  const asked = [
    latitude,
    longitude,
    radiusMeters,
    limit,
    text,
    category ?? null,
    filter ?? null,
    after ?? null,
  ];
  const hex = await sha256Hex(JSON.stringify([version, generation, asked]));
  return `https://cache.hereabouts.invalid/nearby/${hex}`;
}
