import { sha256Hex } from "../digest.ts";
import { inverseGeodesic } from "../geodesic.ts";
import type { PlaceRow } from "../index/place-index.ts";
import type { Snapshot } from "../index/snapshot.ts";
import type { Found, Question } from "./question.ts";

/** How long an answer may be told again. */
const TTL_SECONDS = 60;

/** What is kept: which places answer a question; the question itself only as the digest that is the key. */
interface Entry {
  readonly rows: readonly PlaceRow[];
  readonly beyond: PlaceRow | undefined;
  readonly rest: Omit<Found, "places" | "nearestBeyond">;
}

/**
 * Answers that took several searches, kept for a minute in the cache of the data centre. To look for one takes longer than a
 * plain search, which therefore is not kept. An entry serves only the very question it was made for, on the data it was
 * made from; distances are measured anew. Its key is a digest that is keyed with the secret version of the data: nobody
 * who reads the cache can work out, or try out, where somebody asked.
 */
export class AnswerCache {
  readonly #waitUntil: (work: Promise<unknown>) => void;

  constructor(waitUntil: (work: Promise<unknown>) => void) {
    this.#waitUntil = waitUntil;
  }

  /** The cache is a convenience: if it fails, the question is answered without it. */
  async recall(question: Question, snapshot: Snapshot): Promise<Found | undefined> {
    return recall(question, snapshot).catch(() => undefined);
  }

  /** Answers do not wait for it. */
  keep(question: Question, snapshot: Snapshot, found: Found): void {
    this.#waitUntil(keep(question, snapshot, found).catch(() => undefined));
  }
}

async function recall(question: Question, snapshot: Snapshot): Promise<Found | undefined> {
  const response = await caches.default.match(await keyOf(question, snapshot));
  if (!response) return undefined;
  const { rows, beyond, rest } = await response.json<Entry>();
  const measure = (row: PlaceRow) => ({ row, ...inverseGeodesic(question.center, row) });
  return { ...rest, places: rows.map(measure), nearestBeyond: beyond && measure(beyond) };
}

async function keep(question: Question, snapshot: Snapshot, found: Found): Promise<void> {
  const { places, nearestBeyond, ...rest } = found;
  const entry: Entry = { rows: places.map(({ row }) => row), beyond: nearestBeyond?.row, rest };
  const headers = { "Cache-Control": `max-age=${TTL_SECONDS}` };
  await caches.default.put(await keyOf(question, snapshot), Response.json(entry, { headers }));
}

async function keyOf(question: Question, { version, generation }: Snapshot): Promise<string> {
  const { center, radiusMeters, limit, query, filter, collection, after } = question;
  const { latitude, longitude } = center;
  const category = query.category?.text ?? null;
  const asked = [latitude, longitude, radiusMeters, limit, query.text, category];
  const parts = [version, generation, asked, filter ?? null, collection ?? null, after ?? null];
  return `https://cache.hereabouts.invalid/nearby/${await sha256Hex(JSON.stringify(parts))}`;
}
