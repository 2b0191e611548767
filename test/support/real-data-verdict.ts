import type { PlaceIndex } from "../../src/index/place-index.ts";
import type { Reading } from "../../src/index/search/query.ts";
import { checkCursor, readCursor, writeCursor } from "../../src/nearby/cursor.ts";
import {
  type FoundPlace,
  findNearby,
  type NearbyAnswer,
  type NearbyQuestion,
} from "../../src/nearby/find.ts";
import { areTied, type Judge, type Judged } from "./real-data-judge.ts";

/** The looser readings, best first. */
const LOOSER: readonly Reading[] = ["telling", "beginning", "similar", "any"];
const ANYWHERE = 20_100_000;

/**
 * Asks the engine, page after page, and says everything that is not as the judge finds it; nothing if
 * all is right.
 */
export async function faultsOf(
  store: PlaceIndex,
  judge: Judge,
  question: NearbyQuestion,
  pages: number,
): Promise<string[]> {
  const faults: string[] = [];
  const truth = judgmentOf(judge, question, pages * question.limit + 1);
  const told: FoundPlace[] = [];
  let answer = await findNearby(store, question);
  faults.push(...faultsOfFirst(answer, truth));
  for (let page = 1; ; page++) {
    told.push(...answer.places);
    const { more, places, reading, snapshot } = answer;
    if (places.length > question.limit) faults.push(`page ${page}: over the limit`);
    if (more !== truth.places.length > told.length) faults.push(`page ${page}: more is ${more}`);
    const last = places.at(-1);
    if (!more || !last || page === pages) break;
    const end = { distanceMeters: last.distanceMeters, key: last.row.key, reading };
    const cursor = await writeCursor(end, question, snapshot);
    await checkCursor(cursor, question, snapshot);
    answer = await findNearby(store, { ...question, after: readCursor(cursor) });
    if (answer.reading !== reading) faults.push(`page ${page + 1}: read as ${answer.reading}`);
  }
  const expected = truth.places.slice(0, pages * question.limit);
  return [...faults, ...faultsOfPlaces(told, expected, truth.places, answer)].map(
    (fault) => `${fault} for ${JSON.stringify(question)}`,
  );
}

interface Judgment {
  readonly reading: Reading;
  readonly places: readonly Judged[];
  /** The nearest ones anywhere, more than one only if they are tied; asked for where none is within the radius. */
  readonly beyond: readonly Judged[];
}

function judgmentOf(judge: Judge, question: NearbyQuestion, most: number): Judgment {
  const places = judge.nearest(question, most);
  if (places.length > 0) return { reading: "exact", places, beyond: [] };
  const anywhere = { ...question, radiusMeters: ANYWHERE };
  const beyond = judge.nearest(anywhere, 1);
  if (judge.isOfMissingKind(question.text)) return { reading: "exact", places, beyond };
  const readings = LOOSER.filter((reading) => judge.differs(question.text, reading));
  for (const reading of readings) {
    const places = judge.nearest(question, most, reading);
    if (places.length > 0) return { reading, places, beyond };
  }
  if (beyond.length > 0) return { reading: "exact", places, beyond };
  for (const reading of readings) {
    const beyond = judge.nearest(anywhere, 1, reading);
    if (beyond.length > 0) return { reading, places, beyond };
  }
  return { reading: "exact", places, beyond };
}

function faultsOfFirst(
  { reading, nearestBeyond, snapshot }: NearbyAnswer,
  truth: Judgment,
): string[] {
  const faults: string[] = [];
  if (reading !== truth.reading) faults.push(`read as ${reading}, not ${truth.reading}`);
  const beyond = nearestBeyond && idOf(nearestBeyond, snapshot);
  const right = nearestBeyond
    ? truth.beyond.some(({ id }) => id === beyond) && isSame(nearestBeyond, truth.beyond[0]!)
    : truth.beyond.length === 0;
  if (!right) faults.push(`the nearest beyond is ${beyond}, not ${truth.beyond[0]?.id}`);
  return faults;
}

function faultsOfPlaces(
  told: readonly FoundPlace[],
  expected: readonly Judged[],
  all: readonly Judged[],
  { snapshot }: NearbyAnswer,
): string[] {
  if (told.length !== expected.length) {
    return [`${told.length} places, not ${expected.length}`];
  }
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const [k, place] of told.entries()) {
    const [id, right] = [idOf(place, snapshot), expected[k]!];
    if (seen.has(id)) faults.push(`${id} comes twice`);
    seen.add(id);
    if (!isSame(place, right)) {
      faults.push(`${k}: ${place.distanceMeters} m, not ${right.distanceMeters} m`);
    }
    const tied = all.filter(({ distanceMeters }) => areTied(distanceMeters, right.distanceMeters));
    if (!tied.some((other) => other.id === id)) faults.push(`${k}: ${id}, not ${right.id}`);
    if (k > 0 && !isBehind(place, told[k - 1]!)) {
      faults.push(`${k}: ${id} is not behind the one before it`);
    }
  }
  return faults;
}

function isBehind(a: FoundPlace, b: FoundPlace): boolean {
  return (
    a.distanceMeters > b.distanceMeters ||
    (a.distanceMeters === b.distanceMeters && a.row.key > b.row.key)
  );
}

/** To the millimetre. */
function isSame(a: { distanceMeters: number }, b: Judged): boolean {
  return Math.abs(a.distanceMeters - b.distanceMeters) < 1e-3;
}

export function idOf({ row }: FoundPlace, { collections }: NearbyAnswer["snapshot"]): string {
  return `${collections.get(row.collection)?.id}:${row.source_id}`;
}
