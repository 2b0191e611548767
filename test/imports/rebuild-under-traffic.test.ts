import { isDeepStrictEqual } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import { INDEX_FORMAT } from "../../src/index/write/format.ts";
import { catalog } from "../../src/mcp/catalog.ts";
import { Admin } from "../support/admin.ts";
import { appWith } from "../support/app.ts";
import { ORIGIN } from "../support/client.ts";
import { interposed } from "../support/interposed.ts";
import { upgradeFromReleased } from "../support/released.ts";
import { modern } from "../support/rpc.ts";
import { CHANGES } from "../support/simulator.ts";
import { STORES } from "../support/stores.ts";

const MINUTES = 60_000;
const CENTER = { latitude: 48.8601, longitude: 2.3501 };

/** Of anything. */
const WORDLESS: readonly object[] = [
  { ...CENTER },
  { ...CENTER, radius: 30, limit: 50 },
  { near: "Versailles" },
  { near: "78000", radius: 1 },
];
/** Of each kind, some that find something. */
const QUESTIONS: readonly object[] = [
  { ...CENTER, query: "coffee shop" },
  { ...CENTER, query: "cafe", limit: 3 },
  { ...CENTER, query: "nord", detail: "full" },
  { ...CENTER, query: "salon" },
  { ...CENTER, query: "parigi", radius: 20 },
  { ...CENTER, query: "versailes", radius: 20 },
  { ...CENTER, query: "75004" },
  { ...CENTER, query: "meaux", radius: 5 },
  { ...CENTER, category: "amenity/tea_room" },
  { ...CENTER, category: "place/city", radius: 50 },
  { ...CENTER, filter: [{ attribute: "stars", at_least: 4 }] },
  { ...CENTER, filter: [{ attribute: "cuisine", equals: "french" }] },
  { near: "Versailles", query: "versailles" },
  { near: "78000", query: "versailles" },
  { near: "Paris, IDF", query: "kaffee" },
];

/** No two questions are equal, so that no answer comes from the cache. */
let asked = 0;

const front = appWith(catalog);

async function ask(method: string, params: object): Promise<Record<string, unknown>> {
  const { body } = await modern(method, { ...params }, { fetch: front });
  const { isError } = body.result!;
  if (isError) throw new Error(JSON.stringify(body.result));
  return body.result!;
}

/** What callers get, but for the radius, which the cursor has in it, too. */
async function answerTo(question: object): Promise<Record<string, unknown>> {
  const { radius = 10 } = question as { radius?: number };
  asked += 1;
  const args = { ...question, radius: radius + asked * 1e-7 };
  const { structuredContent } = await ask("tools/call", {
    name: "get_nearby_data",
    arguments: args,
  });
  const {
    radius: _,
    radius_km,
    cached,
    next_cursor,
    ...answer
  } = structuredContent as Record<string, unknown>;
  expect(cached).toBe(false);
  return { ...answer, hasMore: next_cursor !== undefined };
}

async function answers(questions: readonly object[]): Promise<unknown[]> {
  const found: unknown[] = [
    await ask("tools/call", { name: "get_place", arguments: { id: "cafes.far" } }),
    await ask("resources/read", { uri: "places://collections" }),
  ];
  for (const question of questions) found.push(await answerTo(question));
  return found;
}

async function indexHealth(): Promise<unknown> {
  const response = await front(new Request(`${ORIGIN}/health`));
  return ((await response.json()) as { index?: unknown }).index;
}

/** Rebuilds the index, and has something looked at before each change of a store. */
async function rebuildWith(look: () => Promise<void>): Promise<number> {
  let moments = 0;
  let failure: unknown;
  const stores = interposed(STORES, async (what, carryOut) => {
    if (CHANGES.test(what) && !failure) {
      moments += 1;
      await look().catch((error) => {
        failure = error;
      });
    }
    return carryOut();
  });
  await new Admin(stores).rebuild();
  if (failure) throw failure;
  return moments;
}

/** @returns what /health said, in the order of its changes */
async function rebuildUnderTraffic(questions: readonly object[]): Promise<unknown[]> {
  for (const question of questions) {
    const { results, nearest_beyond } = await answerTo(question);
    expect(nearest_beyond ?? results, JSON.stringify(question)).not.toEqual([]);
  }
  const before = await answers(questions);
  const health = [await indexHealth()];
  const moments = await rebuildWith(async () => {
    expect(await answers(questions)).toEqual(before);
    health.push(await indexHealth());
  });
  expect(moments).toBeGreaterThan(15);
  expect(await answers(questions), "afterwards").toEqual(before);
  health.push(await indexHealth());
  return health.filter((one, at) => one !== health[at - 1]);
}

describe("while all collections are rebuilt, every answer stays as it was", () => {
  beforeEach(() => upgradeFromReleased());

  it("on the index of the released version", { timeout: 5 * MINUTES }, async () => {
    // Its postal codes lie among the places, so whoever asks for anything comes across them until they are rebuilt.
    expect(await rebuildUnderTraffic(QUESTIONS)).toEqual(["outdated", "rebuilding", "ok"]);
    const { results } = await STORES.database
      .prepare("SELECT DISTINCT index_format FROM collections")
      .all();
    expect(results).toEqual([{ index_format: INDEX_FORMAT }]);
  });

  it("on an index of today", { timeout: 5 * MINUTES }, async () => {
    await new Admin().rebuild();
    expect(await rebuildUnderTraffic([...WORDLESS, ...QUESTIONS])).toEqual([
      "ok",
      "rebuilding",
      "ok",
    ]);
  });

  it("where an object of the log is lost, up to the switch and but for what it had", {
    timeout: 5 * MINUTES,
  }, async () => {
    await new Admin().rebuild();
    await STORES.bucket.delete("records/codes/00000001.ndjson");
    const others = () => answerTo({ ...CENTER, query: "coffee shop" });
    const codes = async () => (await answerTo({ ...CENTER, query: "75004" })).results;
    const before = await others();
    const found: unknown[] = [await codes()];
    const health = [await indexHealth()];
    await rebuildWith(async () => {
      expect(await others()).toEqual(before);
      found.push(await codes());
      health.push(await indexHealth());
    });
    health.push(await indexHealth());
    expect(found.filter((one, at) => !isDeepStrictEqual(one, found[at - 1]))).toEqual([
      found[0],
      [],
    ]);
    expect(health.filter((one, at) => one !== health[at - 1])).toEqual([
      "ok",
      "rebuilding",
      "incomplete",
    ]);
  });
});
