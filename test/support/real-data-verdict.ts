import type { PlaceIndex } from "../../src/index/place-index.ts";
import type { MatchMode } from "../../src/index/search/query.ts";
import { checkCursor, readCursor, writeCursor } from "../../src/nearby/cursor.ts";
import { findNearby } from "../../src/nearby/find.ts";
import type { Answer, FoundPlace } from "../../src/nearby/question.ts";
import { type PlainQuestion, questionOf } from "./question.ts";
import { areTied, type Judge, type Judged } from "./real-data-judge.ts";

/** The looser modes, best first. */
const LOOSER: readonly MatchMode[] = ["content", "prefix", "fuzzy", "some"];
const ANYWHERE = 20_100_000;
/** A question that reads more than it may has seen everything up to this distance, in metres. */
const NEVER_CUT = 1_000_000;

/**
 * Asks the engine, page after page, and says everything that is not as the judge finds it; nothing if
 * all is right.
 */
export async function faultsOf(
  store: PlaceIndex,
  judge: Judge,
  question: PlainQuestion,
  pages: number,
): Promise<string[]> {
  const faults: string[] = [];
  const asked = questionOf(question);
  const truth = judgmentOf(judge, question, pages * question.limit + 1);
  const told: FoundPlace[] = [];
  let answer = await findNearby(store, asked);
  faults.push(...faultsOfFirst(answer, truth));
  for (let page = 1; ; page++) {
    told.push(...answer.places);
    const { more, places, mode, snapshot } = answer;
    if (places.length > question.limit) faults.push(`page ${page}: over the limit`);
    if (answer.searchedMeters !== undefined && more) break;
    if (more !== truth.places.length > told.length) faults.push(`page ${page}: more is ${more}`);
    const last = places.at(-1);
    if (!more || !last || page === pages) break;
    const end = { distanceMeters: last.distanceMeters, key: last.row.key, mode };
    const cursor = await writeCursor(end, asked, snapshot);
    await checkCursor(cursor, asked, snapshot);
    answer = await findNearby(store, { ...asked, after: readCursor(cursor) });
    if (answer.mode !== mode) faults.push(`page ${page + 1}: read as ${answer.mode}`);
  }
  const { searchedMeters = ANYWHERE } = answer;
  if (searchedMeters < NEVER_CUT) faults.push(`searched ${searchedMeters} m only`);
  const expected = truth.places
    .slice(0, pages * question.limit)
    .filter(({ distanceMeters }) => distanceMeters < searchedMeters);
  return [...faults, ...faultsOfPlaces(told, expected, truth.places, answer)].map(
    (fault) => `${fault} for ${JSON.stringify(question)}`,
  );
}

interface Judgment {
  readonly mode: MatchMode;
  readonly places: readonly Judged[];
  /** The nearest ones anywhere, more than one only if they are tied; asked for where none is within the radius. */
  readonly beyond: readonly Judged[];
}

function judgmentOf(judge: Judge, question: PlainQuestion, most: number): Judgment {
  const places = judge.nearest(question, most);
  if (places.length > 0) return { mode: "exact", places, beyond: [] };
  const anywhere = { ...question, radiusMeters: ANYWHERE };
  const beyond = judge.nearest(anywhere, 1);
  if (judge.isOfMissingKind(question.text)) return { mode: "exact", places, beyond };
  const modes = LOOSER.filter((mode) => judge.differs(question.text, mode));
  for (const mode of modes) {
    const places = judge.nearest(question, most, mode);
    if (places.length > 0) return { mode, places, beyond };
  }
  if (beyond.length > 0) return { mode: "exact", places, beyond };
  for (const mode of modes) {
    const beyond = judge.nearest(anywhere, 1, mode);
    if (beyond.length > 0) return { mode, places, beyond };
  }
  return { mode: "exact", places, beyond };
}

function faultsOfFirst(answer: Answer, truth: Judgment): string[] {
  const { mode, nearestBeyond, places, searchedMeters, snapshot } = answer;
  const faults: string[] = [];
  const isUnknown = searchedMeters !== undefined && places.length === 0;
  if (mode !== truth.mode && !isUnknown) faults.push(`read as ${mode}, not ${truth.mode}`);
  if (isUnknown && !nearestBeyond) return faults;
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
  { snapshot }: Answer,
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

/** Answers are ordered by whole millimetres, and in one millimetre by key. */
function isBehind(a: FoundPlace, b: FoundPlace): boolean {
  const [far, near] = [Math.floor(1000 * a.distanceMeters), Math.floor(1000 * b.distanceMeters)];
  return far > near || (far === near && a.row.key > b.row.key);
}

/** To the millimetre. */
function isSame(a: { distanceMeters: number }, b: Judged): boolean {
  return Math.abs(a.distanceMeters - b.distanceMeters) < 1e-3;
}

export function idOf({ row }: FoundPlace, { collections }: Answer["snapshot"]): string {
  return `${collections.get(row.collection)?.id}:${row.source_id}`;
}
