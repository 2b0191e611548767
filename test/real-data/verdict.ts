import { compileQuery, type MatchMode, relaxationsOf } from "../../src/index/search/query.ts";
import type { PlainQuestion } from "../support/question.ts";
import { areTied, type Judge, type Judged } from "./judge.ts";
import type { Engine, Page, Told } from "./worker.ts";

/** The modes whose nearest match anywhere is told, too. */
const FIRST: readonly MatchMode[] = ["bare", "joined", "typo"];
const ANYWHERE = 20_100_000;
/** A question that reads more than it may has seen everything up to this distance, in metres. */
const NEVER_CUT = 1_000_000;

/**
 * Asks the engine, page after page, and says everything that is not as the judge finds it; nothing if
 * all is right.
 */
export async function faultsOf(
  engine: Engine,
  judge: Judge,
  question: PlainQuestion,
  pages: number,
): Promise<string[]> {
  const faults: string[] = [];
  const truth = judgmentOf(judge, question, pages * question.limit + 1);
  const told: Told[] = [];
  let answer = await engine.nearby(question);
  const { mode } = answer;
  faults.push(...faultsOfFirst(answer, truth));
  for (let page = 1; ; page++) {
    const { more, places, cursor } = answer;
    told.push(...places);
    if (answer.mode !== mode && truth.named === 0)
      faults.push(`page ${page}: read as ${answer.mode}`);
    if (places.length > question.limit) faults.push(`page ${page}: over the limit`);
    if (answer.searchedMeters !== undefined && more) break;
    if (more !== truth.places.length > told.length) faults.push(`page ${page}: more is ${more}`);
    if (cursor === undefined || page === pages) break;
    answer = await engine.nearby(question, cursor);
  }
  const { searchedMeters = ANYWHERE } = answer;
  if (searchedMeters < NEVER_CUT) faults.push(`searched ${searchedMeters} m only`);
  const expected = truth.places
    .slice(0, pages * question.limit)
    .filter(({ distanceMeters }) => distanceMeters < searchedMeters);
  return [...faults, ...faultsOfPlaces(told, expected, truth)].map(
    (fault) => `${fault} for ${JSON.stringify(question)}`,
  );
}

interface Judgment {
  readonly mode: MatchMode;
  readonly places: readonly Judged[];
  /** The nearest ones anywhere, more than one only if they are tied; asked for where none is within the radius. */
  readonly beyond: readonly Judged[];
  /** How many of the places, the first ones, are there by their names. */
  readonly named: number;
}

function judgmentOf(judge: Judge, question: PlainQuestion, most: number): Judgment {
  const { text } = question;
  const nothing = { places: [], beyond: [], named: 0 };
  const query = compileQuery(text, question.category);
  const places = judge.nearest(question, most);
  const kinds = judge.kinds(text, "exact");
  if (kinds.size > 0 && judge.isName(text)) {
    const named = judge.nearest(question, most, "named");
    if (named.length > 0) {
      const isFull = named.length >= question.limit || places.length === 0;
      const mode = isFull ? "named" : "exact";
      return { mode, places: [...named, ...places], beyond: [], named: named.length };
    }
  }
  const anywhere = { ...question, radiusMeters: ANYWHERE };
  if (kinds.size > 0 && judge.isName(text) && judge.isMissing(kinds)) {
    return { ...nothing, mode: "exact", beyond: judge.nearest(anywhere, 1, "named") };
  }
  if (judge.isMissing(kinds) && query.isForSights) {
    return { ...nothing, mode: "exact", places: judge.nearest(question, most, "bare") };
  }
  if (places.length > 0) return { ...nothing, mode: "exact", places };
  if (judge.isMissing(kinds)) return { ...nothing, mode: "exact" };
  const beyond = judge.nearest(anywhere, 1);
  const isBeyond = beyond.length > 0;
  const modes = kinds.size > 0 ? [] : relaxationsOf(query);
  const first = modes.filter((mode) => FIRST.includes(mode));
  const isPartMissing = !isBeyond && judge.isPartMissing(text);
  const others = modes.filter(
    (mode) =>
      !FIRST.includes(mode) && (isBeyond ? mode === "kind" || mode === "prefix" : !isPartMissing),
  );
  for (const mode of [...first, ...others]) {
    const meant = judge.kinds(text, mode);
    if (isBeyond && (judge.isMissing(meant) || (mode === "typo" && meant.size === 0))) continue;
    const places = judge.nearest(question, most, mode);
    if (places.length > 0) return { ...nothing, mode, places, beyond };
    if (judge.isMissing(meant)) return { ...nothing, mode };
  }
  if (isBeyond || isPartMissing) return { ...nothing, mode: "exact", beyond };
  for (const mode of [...first, ...others.filter((mode) => mode === "kind")]) {
    const beyond = judge.nearest(anywhere, 1, mode);
    if (beyond.length > 0) return { ...nothing, mode, beyond };
  }
  return { ...nothing, mode: "exact" };
}

function faultsOfFirst({ mode, beyond, places, searchedMeters }: Page, truth: Judgment): string[] {
  const faults: string[] = [];
  const isUnknown = searchedMeters !== undefined && places.length === 0;
  if (mode !== truth.mode && !isUnknown) faults.push(`read as ${mode}, not ${truth.mode}`);
  if (isUnknown && !beyond) return faults;
  const right = beyond
    ? truth.beyond.some(({ id }) => id === beyond.id) && isSame(beyond, truth.beyond[0]!)
    : truth.beyond.length === 0;
  if (!right) faults.push(`the nearest beyond is ${beyond?.id}, not ${truth.beyond[0]?.id}`);
  return faults;
}

function faultsOfPlaces(
  told: readonly Told[],
  expected: readonly Judged[],
  { places: all, named }: Judgment,
): string[] {
  if (told.length !== expected.length) {
    return [`${told.length} places, not ${expected.length}`];
  }
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const [k, place] of told.entries()) {
    const [{ id }, right] = [place, expected[k]!];
    if (seen.has(id)) faults.push(`${id} comes twice`);
    seen.add(id);
    if (!isSame(place, right)) {
      faults.push(`${k}: ${place.distanceMeters} m, not ${right.distanceMeters} m`);
    }
    const tied = all.filter(({ distanceMeters }) => areTied(distanceMeters, right.distanceMeters));
    if (!tied.some((other) => other.id === id)) faults.push(`${k}: ${id}, not ${right.id}`);
    if (k > 0 && k !== named && !isBehind(place, told[k - 1]!)) {
      faults.push(`${k}: ${id} is not behind the one before it`);
    }
  }
  return faults;
}

/** Answers are ordered by whole millimetres, and in one millimetre by key. */
function isBehind(a: Told, b: Told): boolean {
  const [far, near] = [Math.floor(1000 * a.distanceMeters), Math.floor(1000 * b.distanceMeters)];
  return far > near || (far === near && a.key > b.key);
}

/** To the millimetre. */
function isSame(a: { distanceMeters: number }, b: Judged): boolean {
  return Math.abs(a.distanceMeters - b.distanceMeters) < 1e-3;
}
