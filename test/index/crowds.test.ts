import fc from "fast-check";
import geographiclib from "geographiclib-geodesic";
import { beforeEach, describe, expect, it } from "vitest";
import type { Point } from "../../src/geo/point.ts";
import { wholeMillimeters } from "../../src/geo/ranking.ts";
import { LEAF_CAPACITY } from "../../src/index/key.ts";
import { PlaceIndex } from "../../src/index/place-index.ts";
import { findNearby } from "../../src/nearby/find.ts";
import { costSince, Meter } from "../../src/observe/meter.ts";
import type { PlaceRecord } from "../../src/records/place.ts";
import { Admin, required } from "../support/admin.ts";
import { place } from "../support/engine.ts";
import { faultsOf, readIndex } from "../support/keyed-places.ts";
import { leavesFrom } from "../support/points.ts";
import { questionOf } from "../support/question.ts";
import { modern } from "../support/rpc.ts";
import { emptyStores, STORES } from "../support/stores.ts";

const MINUTES = 60_000;
/** More than a leaf cell has keys. */
const CROWD = LEAF_CAPACITY + 76;
const PARIS = { latitude: 48.8566, longitude: 2.3522 };
const LISBON = { latitude: 38.716_67, longitude: -9.133_33 };

const admin = new Admin();
const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

interface Answer {
  readonly searched_km?: number;
  readonly results: readonly { readonly id: string; readonly distance_km: number }[];
  readonly total_within?: number;
  readonly nearest_beyond?: { readonly id: string; readonly distance_km: number };
  readonly next_cursor?: string;
}

/** What the tool answers, at the front door. */
async function ask(args: Readonly<Record<string, unknown>>): Promise<Answer> {
  const { body } = await modern("tools/call", { name: "get_nearby_data", arguments: args });
  if (body.result?.isError) throw new Error(JSON.stringify(body.result.content));
  return body.result!.structuredContent as unknown as Answer;
}

beforeEach(() => emptyStores());

describe("a full leaf cell hides nothing around it:", () => {
  /** On a spiral from 0.2 to 9 km around Paris. */
  const albatrosses = times(40, (n) => {
    const [angle, reach] = [(n / 40) * 2 * Math.PI, 0.002 + 0.002 * n];
    const latitude = PARIS.latitude + reach * Math.sin(angle);
    const longitude = PARIS.longitude + reach * Math.cos(angle);
    const rest = { name: `Albatross ${n}`, category: "amenity/cafe" };
    return place(`albatross${n}`, latitude, longitude, rest);
  });

  it.each([1_000, CROWD, 10_000])(
    "%i places at one point",
    {
      timeout: 2 * MINUTES,
    },
    async (many) => {
      const crowd = times(many, (n) => place(`c${n}`, PARIS.latitude, PARIS.longitude));
      required(await admin.importParts("c", [albatrosses, crowd]));
      for (const [radius, within] of [
        [2, 9],
        [10, 40],
      ]) {
        const question = { ...PARIS, radius, limit: 50 };
        for (const asked of [{ query: "albatross" }, { category: "amenity/cafe" }]) {
          const { results, total_within } = await ask({ ...question, ...asked });
          expect(results).toHaveLength(within!);
          expect(total_within).toBe(within);
        }
      }
    },
  );

  it("when it has emptied, and when it fills again", { timeout: 2 * MINUTES }, async () => {
    const cells = leavesFrom(LISBON, 6);
    const [full, next] = [cells[4]!.slice(0, 7), cells[5]![0]!];
    const crowd = (tag: string) =>
      times(CROWD, (n) => place(`${tag}${n}`, full[n % 7]!.latitude, full[n % 7]!.longitude));
    required(await admin.importParts("c", [crowd("a")]));
    required(await admin.importParts("c", [[place("far", 10, 10)]], "replace"));
    required(await admin.putPlace("c", place("neighbour", next.latitude, next.longitude)));
    for (const radius of [0.005, 2, 20_000]) {
      expect((await ask({ ...next, radius })).results[0]?.id).toBe("c.neighbour");
    }
    required(await admin.importParts("c", [crowd("b")]));
    expect((await ask({ ...next, radius: 2, limit: 1 })).results[0]?.id).toBe("c.neighbour");
    await admin.rebuild();
    expect((await ask({ ...next, radius: 2, limit: 1 })).results[0]?.id).toBe("c.neighbour");
  });
});

it("reads the runs of no other cells than those it comes to", async () => {
  const crowded = times(200, (n) => ({ latitude: 38 + 0.01 * n, longitude: -9 + 0.03 * (n % 7) }));
  const places = crowded.flatMap(({ latitude, longitude }, n) =>
    times(12, (k) => place(`${n}.${k}`, latitude, longitude)),
  );
  required(await admin.importParts("c", [places]));
  const meter = new Meter();
  const index = new PlaceIndex(meter.database(STORES.database), STORES.bucket);
  for (const text of ["", "place", "nothing has this word"]) {
    const question = questionOf({ center: PARIS, radiusMeters: 20_000_000, limit: 10, text });
    const before = meter.cost;
    await findNearby(index, question);
    expect(costSince(before, meter.cost).rowsRead, text).toBeLessThan(5_000);
  }
});

describe("an edit of a place", () => {
  const keyOf = (id: string) =>
    STORES.database.prepare("SELECT key FROM places WHERE source_id = ?1").bind(id).first("key");
  const [here, beside] = leavesFrom(LISBON, 1)[0]!;

  it.each([5, 300, CROWD])("keeps its key among %i as long as it stays", async (many) => {
    const crowd = times(many, (n) => place(`p${n}`, here!.latitude, here!.longitude));
    required(await admin.importParts("c", [crowd]));
    const [edited] = crowd;
    const key = await keyOf("p0");
    required(await admin.putPlace("c", { ...edited!, name: "Egret", category: "amenity/cafe" }));
    expect(await keyOf("p0")).toBe(key);
    for (const moved of [
      { ...edited!, ...beside! },
      { ...edited!, category: "boundary/postal_code" },
    ]) {
      const before = await keyOf("p0");
      required(await admin.putPlace("c", moved));
      expect(await keyOf("p0")).not.toBe(before);
      expect(faultsOf(await readIndex())).toEqual([]);
    }
  });
});

const ATTRIBUTES = {
  stars: { type: "number" },
  wheelchair: { type: "boolean" },
  hours: { type: "opening_hours" },
} as const;

/** A question, and which places it is about. */
interface Kind {
  readonly args: Readonly<Record<string, unknown>>;
  matches(record: PlaceRecord): boolean;
}

const nameHas = (word: string) => (record: PlaceRecord) =>
  record.name.toLowerCase().split(" ").includes(word);
const isCafe = ({ category }: PlaceRecord) => category === "amenity/cafe";
const has = (name: string, value: unknown) => (record: PlaceRecord) =>
  record.attributes?.[name] === value;

const KINDS: Readonly<Record<string, Kind>> = {
  anything: { args: {}, matches: () => true },
  "a word": { args: { query: "beta" }, matches: nameHas("beta") },
  "two words": {
    args: { query: "Beta gamma" },
    matches: (record) => nameHas("beta")(record) && nameHas("gamma")(record),
  },
  "a kind": { args: { query: "cafe" }, matches: isCafe },
  "a category": { args: { category: "shop/books" }, matches: (record) => !isCafe(record) },
  "a word and a category": {
    args: { query: "alpha", category: "amenity" },
    matches: (record) => nameHas("alpha")(record) && isCafe(record),
  },
  "a truth value": {
    args: { filter: [{ attribute: "wheelchair", equals: true }] },
    matches: has("wheelchair", true),
  },
  "a number": {
    args: { filter: [{ attribute: "stars", at_least: 3 }] },
    matches: ({ attributes }) => Number(attributes?.stars) >= 3,
  },
  "a word and a number": {
    args: { query: "gamma", filter: [{ attribute: "stars", equals: 2 }] },
    matches: (record) => nameHas("gamma")(record) && has("stars", 2)(record),
  },
  "what is open": {
    args: { open_at: "2026-11-27T12:00" },
    matches: has("hours", "24/7"),
  },
  "stop words": { args: { query: "gamma near me" }, matches: nameHas("gamma") },
  "a prefix": { args: { query: "gamm" }, matches: nameHas("gamma") },
  "a typo": { args: { query: "alpah" }, matches: nameHas("alpha") },
  "some of the words": { args: { query: "beta zzyzx" }, matches: nameHas("beta") },
};

/** Six leaf cells that follow on the curve, and points a little and far away. */
const POINTS = [
  ...leavesFrom(LISBON, 6).flatMap((cell) => cell.slice(0, 4)),
  ...[1e-4, 1e-3, 0.02, 3].map((d) => ({ ...LISBON, latitude: LISBON.latitude + d })),
];
const record = (id: number, at: number, look: number): PlaceRecord => ({
  sourceId: `p${id}`,
  name: ["Alpha", "Beta", "Gamma Beta", "Alpha Gamma"][look % 4]!,
  category: look % 3 === 0 ? "amenity/cafe" : "shop/books",
  ...POINTS[at % POINTS.length]!,
  attributes: {
    stars: look % 5,
    wheelchair: look % 2 === 0,
    hours: look % 4 === 0 ? "24/7" : "off",
  },
});

type Step =
  /** So many places at some points, beside those that are there or instead of them. */
  | {
      readonly crowd: number;
      readonly at: number;
      readonly spots: number;
      readonly replaces: boolean;
    }
  | { readonly put: number; readonly at: number }
  /** A place that stays where it is. */
  | { readonly edit: number; readonly look: number }
  | { readonly remove: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      crowd: fc.constantFrom(1, 12, 300, CROWD),
      at: fc.nat({ max: POINTS.length - 1 }),
      spots: fc.integer({ min: 1, max: 9 }),
      replaces: fc.boolean(),
    }),
  },
  fc.record({ put: fc.nat({ max: 40 }), at: fc.nat({ max: POINTS.length - 1 }) }),
  fc.record({ edit: fc.nat({ max: 40 }), look: fc.nat({ max: 59 }) }),
  fc.record({ remove: fc.nat({ max: 40 }) }),
);
const question = fc.record({
  kind: fc.constantFrom(...Object.keys(KINDS)),
  at: fc.nat({ max: POINTS.length - 1 }),
  radius: fc.constantFrom(0.004, 0.05, 2, 20_000),
  limit: fc.constantFrom(1, 7, 50),
});

it("answers every kind of question as a search of all places would, whatever comes and goes", {
  timeout: 20 * MINUTES,
}, async () => {
  const turn = fc.record({ step, questions: fc.array(question, { minLength: 8, maxLength: 8 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { minLength: 3, maxLength: 6 }), async (turns) => {
      await emptyStores();
      const all = new Map<string, PlaceRecord>();
      const first = record(0, 0, 0);
      required(await admin.importParts("c", [[first]], "merge", ATTRIBUTES));
      all.set(first.sourceId, first);
      let id = 1;
      for (const { step, questions } of turns) {
        if ("crowd" in step) {
          const { crowd, at, spots, replaces } = step;
          const records = times(crowd, (n) => record(id++, at + (n % spots), n));
          const mode = replaces ? "replace" : "merge";
          required(await admin.importParts("c", [records], mode, ATTRIBUTES));
          if (replaces) all.clear();
          for (const one of records) all.set(one.sourceId, one);
        } else if ("put" in step) {
          const one = record(step.put, step.at, step.put + step.at);
          required(await admin.putPlace("c", one));
          all.set(one.sourceId, one);
        } else if ("edit" in step) {
          const { latitude, longitude } = all.get(`p${step.edit}`) ?? first;
          const one = { ...record(step.edit, 0, step.look), latitude, longitude };
          required(await admin.putPlace("c", one));
          all.set(one.sourceId, one);
        } else if (all.delete(`p${step.remove}`)) {
          required(await admin.deletePlace("c", `p${step.remove}`));
        }
        expect(faultsOf(await readIndex())).toEqual([]);
        for (const one of questions) await expectRight(one, [...all.values()]);
      }
    }),
    { numRuns: 4, seed: 20_261_129, endOnFailure: true },
  );
});

async function expectRight(
  { kind, at, radius, limit }: { kind: string; at: number; radius: number; limit: number },
  all: readonly PlaceRecord[],
): Promise<void> {
  const { args, matches } = KINDS[kind]!;
  const center = POINTS[at]!;
  const right = all
    .filter(matches)
    .map((record) => ({ id: `c.${record.sourceId}`, meters: metersBetween(center, record) }))
    .sort((a, b) => a.meters - b.meters);
  // A category without any place is refused, with a list of those that there are.
  if (right.length === 0 && args.category !== undefined) return;
  const within = right.filter(({ meters }) => meters <= radius * 1_000);
  const asked = { ...center, ...args, radius, limit };
  const metersOf = new Map(right.map(({ id, meters }) => [id, meters]));

  const first = await ask(asked);
  const found: string[] = [];
  let answer = first;
  for (;;) {
    found.push(...answer.results.map(({ id }) => id));
    if (!answer.next_cursor || found.length >= 3 * limit) break;
    answer = await ask({ ...asked, cursor: answer.next_cursor });
  }
  const what = `${kind} within ${radius} km of ${JSON.stringify(center)}`;
  // Places at one distance, to the millimetre, may come in any order.
  expect(new Set(found).size, `no place twice: ${what}`).toBe(found.length);
  expect(
    found.map((id) => wholeMillimeters(metersOf.get(id)!)),
    what,
  ).toEqual(within.slice(0, found.length).map(({ meters }) => wholeMillimeters(meters)));
  if (!answer.next_cursor) expect(found.length, `all of them: ${what}`).toBe(within.length);
  // For what is open only so many places beyond the radius are looked at, for some of the words none.
  const isUnsure =
    (args.open_at !== undefined && first.searched_km !== undefined) || kind === "some of the words";
  if (within.length === 0 && right.length > 0 && !isUnsure) {
    const beyond = metersOf.get(first.nearest_beyond?.id ?? "");
    expect(beyond, `the nearest beyond: ${what}`).toBeCloseTo(right[0]!.meters, 3);
  }
}

/** There are few points, and many places at each of them. */
const known = new Map<string, number>();

function metersBetween(a: Point, b: Point): number {
  const points = [a.latitude, a.longitude, b.latitude, b.longitude] as const;
  const key = points.join();
  const meters = known.get(key) ?? geographiclib.Geodesic.WGS84.Inverse(...points).s12!;
  known.set(key, meters);
  return meters;
}
