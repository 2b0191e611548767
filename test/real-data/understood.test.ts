import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PlaceRecord } from "../../src/records/place.ts";
import { phraseTerm, tokenize } from "../../src/text/tokens.ts";
import { openEngine } from "./engine.ts";
import { type RealSet, setOf } from "./set.ts";
import type { Answered } from "./worker.ts";

/** A place of the invented town; its kind is what the tagging schema calls it. */
interface TownPlace {
  readonly id: string;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly category: string;
  readonly otherNames?: readonly string[];
  readonly brand?: string;
  readonly collection?: "chain";
}

/** What is right. */
interface Want {
  /** Exactly these places. */
  readonly ids?: readonly string[];
  /** These places first. */
  readonly first?: readonly string[];
  /** Exactly the places of this kind, of its parts too. */
  readonly kind?: string;
  readonly kinds?: readonly string[];
  /** No place, and the word that the data has none of this kind. */
  readonly missing?: string;
  /** Places of that name may be shown. */
  readonly named?: readonly string[];
  readonly any?: true;
  /** No place, and no word of a kind. */
  readonly nothing?: true;
  readonly anyOf?: readonly Want[];
}

/** Asked in the middle of the town. Written before any answer was seen; it may change only where it was wrong. */
interface TownQuestion {
  readonly query: string;
  readonly language: string;
  readonly want: Want;
  /** Words of which the answer has to say that they were left out. */
  readonly leftOut?: readonly string[];
  /** Whether the answer has to say that it read the words differently. */
  readonly said?: true;
}

const LEAST_RIGHT = 0.95;
const HERE = { latitude: 56.0001, longitude: -30, radius: 10, limit: 20 };

const read = <T>(file: string): T[] =>
  readFileSync(join(import.meta.dirname, "understood", file), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

const places = read<TownPlace>("town.jsonl");
const questions = read<TownQuestion>("questions.jsonl");

let set: RealSet;
/** The kinds that the town has places of. */
let there: RealSet["categories"];
let engine: Awaited<ReturnType<typeof openEngine>>;

beforeAll(async () => {
  const collection = { license: "", attribution: "", url: "", asOf: "2026" };
  set = setOf([
    {
      collection: { ...collection, id: "town", title: "A town in the sea" },
      records: places.filter(({ collection }) => !collection).map(recordOf),
    },
    {
      collection: { ...collection, id: "chain", title: "Kettle & Crane stores" },
      records: places.filter(({ collection }) => collection).map(recordOf),
    },
  ]);
  there = set.categories.filter(({ path }) => ofKinds([path]).length > 0);
  engine = await openEngine("town", set);
});

afterAll(() => engine?.close());

function recordOf({ id, brand, collection, ...place }: TownPlace): PlaceRecord {
  return { ...place, sourceId: id, ...(brand && { attributes: { brand } }) };
}

it("answers what was asked, and says no word that is not so", async () => {
  const faults: string[] = [];
  let untrue = 0;
  for (const question of questions) {
    const answer = await engine.answer({ query: question.query, ...HERE });
    const fault = faultOf(question, answer);
    if (fault) faults.push(`${question.language} ${JSON.stringify(question.query)}: ${fault}`);
    if (isUntrue(question.want, answer)) untrue++;
  }
  const isEnough = faults.length <= (1 - LEAST_RIGHT) * questions.length;
  expect({ untrue, faults: isEnough ? [] : faults }).toEqual({ untrue: 0, faults: [] });
});

function faultOf({ want, leftOut = [], said }: TownQuestion, answer: Answered) {
  if (!isRight(want, answer)) return `${JSON.stringify(want)} ${told(answer)}`;
  const words = phraseTerm(tokenize([answer.relaxed, ...answer.warnings].join(" ")));
  const unsaid = leftOut.filter((word) => !words.includes(phraseTerm(tokenize(word))));
  if (unsaid.length > 0) return `does not say that it left out ${unsaid} ${told(answer)}`;
  if (said && !answer.relaxed) return `does not say how it was read ${told(answer)}`;
  return undefined;
}

function told({ results, relaxed, warnings }: Answered): string {
  return `→ ${results.map(({ id }) => id).join(" ")} · ${relaxed} · ${warnings}`;
}

function isRight(want: Want, answer: Answered): boolean {
  const found = answer.results.map(({ id }) => id.slice(id.indexOf(".") + 1));
  if (want.anyOf) return want.anyOf.some((other) => isRight(other, answer));
  if (want.ids) return isSame(found, want.ids);
  if (want.first) return isSame(found.slice(0, want.first.length), want.first);
  if (want.kind) return isSame(found, ofKinds([want.kind])) && !isSaidMissing(answer);
  if (want.kinds) return isSame(found, ofKinds(want.kinds)) && !isSaidMissing(answer);
  if (want.any) return found.length === HERE.limit;
  if (want.nothing) return found.length === 0 && !isSaidMissing(answer);
  const named = want.named ?? [];
  return found.every((id) => named.includes(id)) && saysMissing(want.missing!, answer);
}

/** A kind is said to be missing that is there, or a place is passed off as one of a kind that is not. */
function isUntrue(want: Want, answer: Answered): boolean {
  if (want.missing) return answer.results.length > (want.named?.length ?? 0);
  const [, said = ""] = new RegExp(`${MISSING} ([^:]*):`).exec(answer.warnings.join("\n")) ?? [];
  return said.split(", ").some((label) => there.some((kind) => kind.label === label));
}

const isSame = (found: readonly string[], wanted: readonly string[]) =>
  [...found].sort().join() === [...wanted].sort().join();

const ofKinds = (kinds: readonly string[]) =>
  places
    .filter(({ category }) => kinds.some((kind) => `${category}/`.startsWith(`${kind}/`)))
    .map(({ id }) => id);

const MISSING = "has no places of the kind";
const isSaidMissing = ({ warnings }: Answered) => warnings.some((text) => text.includes(MISSING));

function saysMissing(path: string, { warnings }: Answered): boolean {
  const said = warnings.find((text) => text.includes(MISSING)) ?? "";
  return set.categories.some((kind) => kind.path === path && said.includes(kind.label));
}
