import { beforeEach, describe, expect, it } from "vitest";
import { readCategories } from "../../../src/index/write/lexicon.ts";
import type { Category, Region } from "../../../src/records/place.ts";
import { Admin, type Answer, isOk, required } from "../../support/admin.ts";
import { place } from "../../support/engine.ts";
import { failing, hold } from "../../support/interposed.ts";
import { simulate } from "../../support/simulator.ts";
import { emptyStores, STORES } from "../../support/stores.ts";

interface Words {
  readonly categories: readonly Category[];
  readonly regions?: readonly Region[];
  readonly fingerprint: string;
  readonly ifNone?: boolean;
}

const cafe = (...words: string[]): Category => ({
  ...{ path: "amenity/cafe", label: words[0]!, words, tags: { amenity: "cafe" }, score: 1 },
});
const OLD: Words = {
  categories: [cafe("Cafe", "coffee"), { path: "shop/books", label: "Books", words: ["books"] }],
  regions: [
    { country: "GB", name: "England", words: ["England"] },
    { country: "FR", words: ["France", "Frankreich"] },
  ],
  fingerprint: "old",
};
const NEW: Words = {
  categories: [cafe("Coffee house", "Kaffee")],
  regions: [{ country: "JP", words: ["Japan", "日本"] }],
  fingerprint: "new",
};
/** As an import sends them. */
const KINDS: Words = { categories: NEW.categories, fingerprint: "kinds", ifNone: true };

const admin = new Admin();
const put = (words: Words, by = admin) => by.call("PUT", "/lexicon", words);

/** What everything goes by: the words in the index, of kinds and of areas; the kinds for the inbox. */
async function told() {
  const { database } = STORES;
  const meaning = async (table: "category" | "region", phrase: string) => {
    const { results } = await database
      .prepare(
        table === "category"
          ? `SELECT label AS name FROM category_words
             CROSS JOIN categories ON categories.id = category_words.category WHERE phrase = ?1`
          : `SELECT coalesce(name, country) AS name FROM region_words
             CROSS JOIN regions ON regions.id = region_words.rowid WHERE region_words MATCH '"' || ?1 || '"'`,
      )
      .bind(phrase)
      .all<{ name: string }>();
    return results.map(({ name }) => name);
  };
  return {
    coffee: await meaning("category", "coffee"),
    kaffee: await meaning("category", "kaffee"),
    books: await meaning("category", "books"),
    england: await meaning("region", "england"),
    frankreich: await meaning("region", "frankreich"),
    japan: await meaning("region", "japan"),
    regions: await database.prepare("SELECT count(*) AS n FROM regions").first("n"),
    inbox: (await readCategories(STORES)).map(({ label }) => label),
    fingerprint: ((await admin.call("GET", "/lexicon")).body as { fingerprint?: string })
      .fingerprint,
  };
}

const NONE = {
  ...{ coffee: [], kaffee: [], books: ["Books"] },
  ...{ england: [], frankreich: [], japan: [], regions: 0, inbox: [], fingerprint: null },
};
const OF_OLD = {
  ...{ coffee: ["Cafe"], kaffee: [], books: ["Books"] },
  ...{ england: ["England"], frankreich: ["FR"], japan: [], regions: 2 },
  ...{ inbox: ["Cafe", "Books"], fingerprint: "old" },
};
/** The books have no words of this lexicon: they go by their own name. */
const OF_NEW = {
  ...{ coffee: [], kaffee: ["Coffee house"], books: ["Books"] },
  ...{ england: [], frankreich: [], japan: ["JP"], regions: 1 },
  ...{ inbox: ["Coffee house"], fingerprint: "new" },
};

const objects = async () => {
  const { objects } = await STORES.bucket.list({ prefix: "lexicon" });
  return objects.length;
};

beforeEach(async () => {
  await emptyStores();
  await admin.rebuild();
  required(await admin.importParts("shops", [[place("1", 1, 1)]]));
});

/** Expects the words in the index, and in one that is made anew. */
async function expectTold(expected: object): Promise<void> {
  expect(await told()).toEqual(expected);
  await admin.rebuild();
  expect(await told(), "in the index made anew").toEqual(expected);
}

describe("a lexicon", () => {
  it("is replaced as a whole", async () => {
    expect(await told()).toEqual(NONE);
    required(await put(OLD));
    expect(await told()).toEqual(OF_OLD);
    required(await put(NEW));
    expect(await objects()).toBe(1);
    await expectTold(OF_NEW);
  });

  it("keeps the ids of kinds, which the places refer to", async () => {
    const more = [place("2", 1, 1, { category: "amenity/cafe" })];
    required(await admin.importParts("more", [more]));
    const ids = async () => {
      const { results } = await STORES.database
        .prepare("SELECT path, id FROM categories ORDER BY id")
        .all<{ path: string; id: number }>();
      return Object.fromEntries(results.map(({ path, id }) => [path, id]));
    };
    const first = await ids();
    required(await put(OLD));
    const second = await ids();
    required(await put(NEW));
    const third = await ids();
    expect(second).toEqual({ ...second, ...first });
    expect(third).toEqual({ ...third, ...second });
    expect(new Set(Object.values(third)).size).toBe(Object.keys(third).length);
    expect(Object.keys(third)).toEqual(["shop", "shop/books", "amenity", "amenity/cafe"]);
  });

  it("may tell of one kind twice: the last time counts", async () => {
    required(await put({ ...OLD, categories: [cafe("X", "kaffee"), ...OLD.categories] }));
    await expectTold({ ...OF_OLD, inbox: ["X", ...OF_OLD.inbox] });
  });

  it("without regions leaves them as they are", async () => {
    required(await put(OLD));
    required(await put({ categories: NEW.categories, fingerprint: "new" }));
    const { england, frankreich, regions } = OF_OLD;
    await expectTold({ ...OF_NEW, england, frankreich, regions, japan: [] });
  });

  it("with no regions has none", async () => {
    required(await put(OLD));
    required(await put({ ...NEW, regions: [] }));
    await expectTold({ ...OF_NEW, regions: 0, japan: [] });
  });

  it("of an import is only for a server that has none", async () => {
    required(await put(KINDS));
    await expectTold({ ...OF_NEW, regions: 0, japan: [], fingerprint: "kinds" });
    required(await put(OLD));
    const answer = required(await put(KINDS));
    expect(answer.body).toEqual({ fingerprint: "old" });
    await expectTold(OF_OLD);
  });

  it("of an import gives a new index of the same bucket what there is already", async () => {
    required(await put(OLD));
    // As a new database is.
    await STORES.database
      .prepare("UPDATE data_version SET lexicon = NULL, lexicon_object = NULL")
      .run();
    expect(required(await put(KINDS)).body).toEqual({ fingerprint: "old" });
    await expectTold(OF_OLD);
  });

  it.each<[string, string, unknown, number]>([
    ["a page of one", "/lexicon/0", { categories: [], regions: OLD.regions }, 404],
    ["one without kinds", "/lexicon", { regions: OLD.regions, fingerprint: "x" }, 400],
    ["one without a fingerprint", "/lexicon", { ...NEW, fingerprint: undefined }, 400],
    ["one that is cut off", "/lexicon", JSON.stringify(NEW).slice(0, -9), 400],
    ["one with a path that is none", "/lexicon", { ...NEW, categories: [{ path: "a b" }] }, 400],
  ])("is not touched by %s", async (_, path, body, status) => {
    required(await put(OLD));
    expect((await admin.call("PUT", path, body)).status).toBe(status);
    expect(await objects()).toBe(1);
    await expectTold(OF_OLD);
  });
});

describe("a replacement that breaks off", () => {
  const CALLS = [/^all SELECT generation/, /^put lexicons/, /^batch /];

  it.each(CALLS.flatMap((call) => [[call, "before"] as const, [call, "after"] as const]))(
    "at %s, %s it, leaves the old words or the new ones",
    async (call, when) => {
      required(await put(OLD));
      expect(isOk(await put(NEW, failing([call], when)))).toBe(false);
      const isDone = String(call).includes("batch") && when === "after";
      await expectTold(isDone ? OF_NEW : OF_OLD);
      required(await put(NEW));
      expect(await objects()).toBe(1);
      await expectTold(OF_NEW);
    },
  );

  it.each(CALLS)("because nobody goes on at %s, leaves the old words", async (call) => {
    required(await put(OLD));
    await hold([call], (by) => put(NEW, by));
    await expectTold(OF_OLD);
    required(await put({ ...OLD, fingerprint: "again" }));
    expect(await objects()).toBe(1);
    await expectTold({ ...OF_OLD, fingerprint: "again" });
  });

  it("and goes on when the words are others by now, still counts as a whole", async () => {
    required(await put(OLD));
    const late = await hold([/^batch /], (by) => put(OLD, by));
    required(await put(NEW));
    required(await late.release());
    expect(await objects()).toBe(1);
    await expectTold(OF_OLD);
  });

  it("and goes on when the index is being made anew, still counts as a whole", async () => {
    required(await put(OLD));
    const late = await hold([/^batch /], (by) => put(NEW, by));
    await admin.rebuild();
    required(await late.release());
    await expectTold(OF_NEW);
  });
});

it.each([1, 2, 3, 4, 5, 6, 7])(
  "is one of both when two replace it at once, in turns of %d calls",
  async (calls) => {
    const acts = [OLD, NEW].map(
      (words) =>
        (by: Admin): Promise<Answer> =>
          put(words, by),
    );
    const turns = Array.from({ length: 20 }, (_, turn) => ({ actor: turn % 2, calls }));
    for (const answer of (await simulate<Answer>(acts, turns)).ends) required(answer!);
    expect(await objects()).toBe(1);
    await expectTold((await told()).fingerprint === "old" ? OF_OLD : OF_NEW);
  },
);

it("comes in beside an import", async () => {
  required(await put(OLD));
  const parts = Array.from({ length: 5 }, (_, part) => [place(`p${part}`, 2, 2)]);
  const turns = Array.from({ length: 60 }, (_, turn) => ({ actor: turn % 2, calls: 2 }));
  const acts = [(by: Admin) => put(NEW, by), (by: Admin) => by.importParts("more", parts)];
  for (const answer of (await simulate<Answer>(acts, turns)).ends) required(answer!);
  await expectTold(OF_NEW);
});
