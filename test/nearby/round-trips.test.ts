import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { PlaceIndex } from "../../src/index/place-index.ts";
import { findNearby } from "../../src/nearby/find.ts";
import { loadParis, PARIS } from "../support/places.ts";
import { type PlainQuestion, questionOf } from "../support/question.ts";

beforeAll(() => loadParis());

const QUESTION: PlainQuestion = { center: PARIS, radiusMeters: 50_000, limit: 10, text: "" };

/** Asks on a database that counts how often it is called. */
async function roundTrips(
  change: Partial<PlainQuestion>,
): Promise<{ trips: number; found: number }> {
  let trips = 0;
  const counting = {
    withSession(constraint: string) {
      const session = env.PLACES_DB.withSession(constraint);
      return {
        prepare: (sql: string) => session.prepare(sql),
        batch(statements: D1PreparedStatement[]) {
          trips += 1;
          return session.batch(statements);
        },
      };
    },
  } as unknown as D1Database;
  const store = new PlaceIndex(counting, env.PLACES_BUCKET);
  const { places } = await findNearby(store, questionOf({ ...QUESTION, ...change }));
  return { trips, found: places.length };
}

it.each<[string, Partial<PlainQuestion>]>([
  ["anything", {}],
  ["words", { text: "airport" }],
  ["a category", { category: "restaurant" }],
  ["words and a category", { text: "paris", category: "aeroway" }],
  ["one place", { limit: 1 }],
  ["half the earth", { radiusMeters: 20_000_000 }],
  ["a page that goes on", { after: { distanceMeters: 100, key: 0, mode: "exact" } }],
])("takes one round trip to find %s", async (_, change) => {
  const { trips, found } = await roundTrips(change);
  expect(found).toBeGreaterThan(0);
  expect(trips).toBe(1);
});

it.each<[string, Partial<PlainQuestion>]>([
  ["nothing within the radius", { text: "airport", radiusMeters: 1_000 }],
  ["nothing but by a looser reading", { text: "resturant" }],
  ["a kind of place that the data does not have", { text: "pharmacy" }],
])("takes one more to find %s", async (_, change) => {
  expect((await roundTrips(change)).trips).toBe(2);
});

it("takes a third where the words exist nowhere", async () => {
  expect((await roundTrips({ text: "xyzzyx" })).trips).toBe(3);
});
