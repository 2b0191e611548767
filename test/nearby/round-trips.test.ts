import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PlaceIndex } from "../../src/index/place-index.ts";
import { catalog } from "../../src/mcp/catalog.ts";
import { findNearby } from "../../src/nearby/find.ts";
import { Admin, required } from "../support/admin.ts";
import { appWith } from "../support/app.ts";
import { place } from "../support/engine.ts";
import { interposed } from "../support/interposed.ts";
import { loadParis, PARIS } from "../support/places.ts";
import { type PlainQuestion, questionOf } from "../support/question.ts";
import { modern } from "../support/rpc.ts";
import { emptyStores, STORES } from "../support/stores.ts";
import { CITIES, loadWorld } from "../support/world.ts";

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
  ["a kind with words that no data answers", { text: "a good airport" }],
])("takes one more to find %s", async (_, change) => {
  expect((await roundTrips(change)).trips).toBe(2);
});

it("takes no more to find a kind of place that the data does not have", async () => {
  expect((await roundTrips({ text: "pharmacy" })).trips).toBe(1);
});

it("takes a third where the words exist nowhere", async () => {
  expect((await roundTrips({ text: "xyzzyx" })).trips).toBe(3);
});

/** What a call has asked of the stores. */
interface Calls {
  /** Calls of the database, one after the other. */
  trips: number;
  rowsRead: number;
  bucketReads: number;
  found: readonly string[];
}

/** An isolate of its own, which does not hear what others write. */
class Isolate {
  #calls = { trips: 0, rowsRead: 0, bucketReads: 0 };
  readonly #fetch;

  constructor() {
    const { database, bucket } = interposed(STORES, async (what, carryOut) => {
      const result = await carryOut();
      if (/^(?:get|head|list) /.test(what)) {
        this.#calls.bucketReads += 1;
        return result;
      }
      this.#calls.trips += 1;
      for (const { meta } of [result].flat() as D1Result[]) this.#calls.rowsRead += meta.rows_read;
      return result;
    });
    this.#fetch = appWith(catalog, { PLACES_DB: database, PLACES_BUCKET: bucket });
  }

  async call(name: string, args: object): Promise<Calls> {
    this.#calls = { trips: 0, rowsRead: 0, bucketReads: 0 };
    const { body } = await modern("tools/call", { name, arguments: args }, { fetch: this.#fetch });
    const { structuredContent } = body.result as {
      structuredContent?: { results?: { id: string }[] };
    };
    if (!structuredContent) throw new Error(JSON.stringify(body));
    return { ...this.#calls, found: structuredContent.results?.map(({ id }) => id) ?? [] };
  }
}

/** No two questions are equal, so that no answer comes from the cache. */
let asked = 0;
const { latitude, longitude } = CITIES.lyon;
const nearby = (by: Isolate, args: object) => {
  asked += 1;
  return by.call("get_nearby_data", { ...args, radius: 10 + asked * 1e-6 });
};

describe("through the front door, a call", () => {
  const admin = new Admin();
  const HERE = { latitude, longitude };
  const QUESTIONS: readonly [string, object, number][] = [
    ["anything at a point", HERE, 1],
    ["words at a point", { ...HERE, query: "café of lyon" }, 1],
    ["a category at a point", { ...HERE, category: "amenity/cafe" }, 1],
    ["anything near a place", { near: "Lyon" }, 2],
    ["words near a place", { near: "Lyon, FR", query: "coffee" }, 2],
  ];
  /** A call needs no more rows, whatever goes on elsewhere. */
  const MOST_ROWS = 600;

  async function expectTrips(by: Isolate): Promise<void> {
    for (const [name, args, trips] of QUESTIONS) {
      const calls = await nearby(by, args);
      expect(calls.found, name).not.toEqual([]);
      expect(calls, name).toMatchObject({ trips, bucketReads: 0 });
      expect(calls.rowsRead, name).toBeLessThan(MOST_ROWS);
    }
    const id = "cities.lyon-auvergne-rh-ne-alpes";
    expect(await by.call("get_place", { id })).toMatchObject({ trips: 1, bucketReads: 1 });
  }

  beforeEach(async () => {
    await emptyStores();
    await loadWorld();
  });

  it("of an isolate that has never asked makes one round trip, two with near", async () => {
    for (const [name, args, trips] of QUESTIONS) {
      expect(await nearby(new Isolate(), args), name).toMatchObject({ trips });
    }
  });

  it("makes no more right after edits, an import and other metadata elsewhere", async () => {
    const isolate = new Isolate();
    await expectTrips(isolate);
    const changes = [
      () => admin.putPlace("cafes", place("new", latitude, longitude)),
      () => admin.deletePlace("cafes", "new"),
      () => admin.changeTitle("cities", "Towns"),
      () => admin.importParts("shops", [[place("shop", latitude, longitude)]]),
      () => admin.deleteCollection("shops"),
    ];
    for (const [, args, trips] of QUESTIONS) {
      for (const change of changes) {
        required(await change());
        expect(await nearby(isolate, args)).toMatchObject({ trips });
      }
    }
  });

  it("makes no more, and reads few rows more, during an import of 2,000 parts", async () => {
    const isolate = new Isolate();
    await expectTrips(isolate);
    const before = await nearby(isolate, HERE);
    const number = await admin.bringParts(
      "cafes",
      Array.from({ length: 10 }, (_, part) => [
        place(`new${part}`, latitude + part * 0.01, longitude, { name: `Café ${part}` }),
      ]),
      "replace",
    );
    // What so many parts leave in the tables, without their places.
    await STORES.database
      .prepare(
        `WITH RECURSIVE numbers (part) AS (SELECT 10 UNION ALL SELECT part + 1 FROM numbers WHERE part < 1999)
         INSERT INTO import_parts (import, part, digest, counts, changes, object)
         SELECT ?1, numbers.part, digest, counts, changes, object FROM numbers, import_parts
         WHERE import = ?1 AND import_parts.part = 0`,
      )
      .bind(number)
      .run();
    await expectTrips(isolate);
    await expectTrips(new Isolate());
    const during = await nearby(isolate, HERE);
    expect(during.found).toEqual(before.found);
    // Some for each place that does not show yet, none for each part.
    expect(during.rowsRead - before.rowsRead).toBeLessThan(60);
  });
});
