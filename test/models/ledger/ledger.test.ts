import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseConfig } from "../../../src/config/config.ts";
import { sha256Hex } from "../../../src/digest.ts";
import { StoreDown } from "../../../src/errors.ts";
import type { Admission, Bid, Ended, Spent } from "../../../src/models/contract.ts";
import {
  FAILURES_AGAINST_OTHERS,
  FAILURES_TO_OPEN,
  OPEN_MS,
} from "../../../src/models/ledger/condition.ts";
import { KeptAnswers, MOST_KEPT } from "../../../src/models/ledger/kept-answers.ts";
import { ObjectLedger } from "../../../src/models/ledger/object-ledger.ts";

const DAY_MS = 24 * 3_600_000;
/** Noon, so that no test meets midnight by chance, and in the future, so that no alarm is due. */
const NOON_MS = Date.UTC(2126, 10, 30, 12);
const ANY: Spent = { nanodollars: 0, tokens: 0 };

const priced = { price_input: 1, price_output: 1 };
const MODELS = ["a", "b", "c", "free"].map((name) => ({
  name,
  provider: "openai-compatible",
  id: name,
  base_url: "http://localhost:1/v1",
  ...(name === "free" ? {} : priced),
}));

let nowMs: number;
let tests = 0;
const object = () => env.MODEL_LEDGER.getByName(`test-${tests}`);
const objects = { getByName: object } as unknown as typeof env.MODEL_LEDGER;
/** The ledger, as an isolate sees it: it keeps nothing, so that each call may be of another one. */
const isolate = (settings: Record<string, unknown> = {}) =>
  new ObjectLedger(objects, parseConfig({ MODELS, ...settings }), { count() {} });

beforeEach(() => {
  tests++;
  nowMs = NOON_MS;
  vi.spyOn(Date, "now").mockImplementation(() => nowMs);
});
afterEach(() => void vi.restoreAllMocks());

const bid = (key: string, nanodollars = 0, tokens = 0): Bid => ({ key, nanodollars, tokens });

const admit = (given: Partial<Admission> = {}) =>
  isolate().admit({
    id: crypto.randomUUID(),
    holder: "key:ada",
    mostADay: ANY,
    bids: [bid("a")],
    wanted: 1,
    untilMs: nowMs + 60_000,
    cacheKey: undefined,
    ended: [],
    ...given,
  });

const settle = (id: string, used: Spent, more: Partial<Ended> = {}, holder = "key:ada") =>
  isolate().settle({
    holder,
    ended: [{ id, key: "a", used, verdict: "none", latencyMs: undefined, ...more }],
    keep: undefined,
  });

describe("a day's budget", () => {
  const most: Spent = { nanodollars: 100, tokens: 1_000 };
  const reserve = async (nanodollars: number, tokens = 0, holder = "key:ada") => {
    const bids = [bid("a", nanodollars, tokens)];
    const { requests } = await admit({ mostADay: most, bids, holder });
    return requests[0]?.id;
  };
  /** What is left, as a bid that nobody can afford is told. */
  const left = async (holder = "key:ada") => {
    const bids = [bid("a", 1e12, 1e12)];
    return (await admit({ mostADay: most, bids, holder })).left;
  };
  const leftOf = async (what: keyof Spent) => (await left())![what];

  it("is never exceeded, by a billionth of a dollar or by a token, however many ask at once", async () => {
    const amount = fc.record({
      nanodollars: fc.integer({ min: 0, max: 30 }),
      tokens: fc.integer({ min: 0, max: 300 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(amount, { minLength: 50, maxLength: 50 }), async (amounts) => {
        const holder = `key:crowd-${++runs}`;
        // Everybody asks, and some are done before the last one has asked.
        const used = await Promise.all(
          amounts.map(async ({ nanodollars, tokens, share }, k) => {
            const id = await reserve(nanodollars, tokens, holder);
            if (id === undefined) return ANY;
            const spent = {
              nanodollars: Math.floor(nanodollars * share),
              tokens: Math.floor(tokens * share),
            };
            if (k % 2 === 0) return { nanodollars, tokens };
            await settle(id, spent, {}, holder);
            return spent;
          }),
        );
        const sum = (what: keyof Spent) => used.reduce((total, spent) => total + spent[what], 0);
        expect(sum("nanodollars")).toBeLessThanOrEqual(most.nanodollars);
        expect(sum("tokens")).toBeLessThanOrEqual(most.tokens);
        expect(await left(holder)).toMatchObject({
          nanodollars: most.nanodollars - sum("nanodollars"),
          tokens: most.tokens - sum("tokens"),
        });
      }),
      { numRuns: 5 },
    );
  });

  it("is of money and tokens at once: who lacks one of them gets neither", async () => {
    expect(await reserve(90, 100)).toBeDefined();
    expect(await reserve(20, 1)).toBeUndefined();
    expect(await reserve(1, 901)).toBeUndefined();
    expect(await left()).toEqual({
      nanodollars: 10,
      tokens: 900,
      dayEndsAtMs: Date.UTC(2126, 11, 1),
    });
    expect(await reserve(10, 900)).toBeDefined();
  });

  it("lets the first bids have it that are within it, and tells who was not", async () => {
    const bids = [bid("a", 101), bid("b", 60), bid("c", 60), bid("a", 40)];
    const { requests, passedOver, left } = await admit({ mostADay: most, bids, wanted: 3 });
    expect(requests.map(({ key }) => key)).toEqual(["b", "a"]);
    expect(passedOver).toEqual([
      { key: "a", outcome: "over_budget" },
      { key: "c", outcome: "over_budget" },
    ]);
    expect(left).toMatchObject({ nanodollars: 0 });
  });

  it("tells nothing of what is left to whom it has not kept out", async () => {
    expect((await admit({ mostADay: most, bids: [bid("a", 100)] })).left).toBeUndefined();
  });

  it("gets back what was reserved and not used, once", async () => {
    const id = (await reserve(90, 900))!;
    await settle(id, { nanodollars: 30, tokens: 200 });
    expect(await left()).toMatchObject({ nanodollars: 70, tokens: 800 });
    await settle(id, { nanodollars: 0, tokens: 0 });
    await settle(id, { nanodollars: 90, tokens: 900 });
    expect(await left()).toMatchObject({ nanodollars: 70, tokens: 800 });
  });

  it("counts what was used beyond what was reserved", async () => {
    await settle((await reserve(50))!, { nanodollars: 110, tokens: 3 });
    expect(await left()).toMatchObject({ nanodollars: 0, tokens: 997 });
    expect(await reserve(1)).toBeUndefined();
  });

  it("is settled by the next admission of the same call, too", async () => {
    const id = (await reserve(90))!;
    const used = { nanodollars: 10, tokens: 0 };
    const ended: Ended = { id, key: "a", used, verdict: "unwell", latencyMs: undefined };
    const next = await admit({ mostADay: most, bids: [bid("b", 90)], ended: [ended] });
    expect(next.requests).toHaveLength(1);
    expect(await leftOf("nanodollars")).toBe(0);
  });

  it("counts what nobody settles as used whole, after a kill, too; what is settled late counts as it is", async () => {
    const killed = (await reserve(60))!;
    await evictDurableObject(object());
    expect(await leftOf("nanodollars")).toBe(40);
    nowMs += 3 * 3_600_000;
    expect(await leftOf("nanodollars")).toBe(40);
    await settle(killed, { nanodollars: 25, tokens: 0 });
    await evictDurableObject(object());
    expect(await leftOf("nanodollars")).toBe(75);
  });

  it.each([Number.NaN, -1, 0.5, Infinity])("takes %d for no amount", async (amount) => {
    expect(await reserve(amount)).toBeUndefined();
    const id = (await reserve(40))!;
    await settle(id, { nanodollars: amount, tokens: 0 });
    expect(await leftOf("nanodollars")).toBe(60);
  });

  it("is a whole one on the next day in UTC; what goes over midnight belongs to the day it began on", async () => {
    nowMs = Date.UTC(2126, 10, 30, 23, 59, 59);
    const id = (await reserve(60))!;
    nowMs = Date.UTC(2126, 11, 1);
    expect(await leftOf("nanodollars")).toBe(100);
    await settle(id, { nanodollars: 60, tokens: 0 });
    expect(await leftOf("nanodollars")).toBe(100);
  });

  it("knows holders apart", async () => {
    await reserve(60);
    expect((await left("key:bob"))!.nanodollars).toBe(100);
  });

  it("is of any amount where that is 0, and of the other one all the same", async () => {
    const tokens = { nanodollars: 0, tokens: 10 };
    const dear = { bids: [bid("a", 1e15, 7)], mostADay: tokens };
    expect((await admit(dear)).requests).toHaveLength(1);
    expect(await admit(dear)).toMatchObject({
      requests: [],
      left: { nanodollars: Infinity, tokens: 3 },
    });
    expect((await admit({ bids: [bid("a", 1e15, 1e15)] })).requests).toHaveLength(1);
  });

  it("is reserved for nobody who has stopped waiting by then", async () => {
    const id = (await reserve(60))!;
    const ended = [{ id, key: "a", used: ANY, verdict: "none" as const, latencyMs: undefined }];
    const admission = {
      ...{ id: "late", holder: await sha256Hex("key:ada"), mostADay: most, bids: [bid("a", 60)] },
      ...{ wanted: 1, untilMs: nowMs + 60_000, cacheKey: undefined, ended },
    };
    expect((await object().admit(admission, nowMs)).requests).toEqual([]);
    // What it has told all the same is known.
    expect(await leftOf("nanodollars")).toBe(100);
    expect((await object().admit(admission, nowMs + 1)).requests).toHaveLength(1);
  });

  it("is not for models without a price, where money is limited", async () => {
    const bids = [bid("free"), bid("a", 10)];
    const { requests, passedOver } = await admit({ mostADay: most, bids, wanted: 2 });
    expect(requests.map(({ key }) => key)).toEqual(["a"]);
    expect(passedOver).toEqual([{ key: "free", outcome: "unpriced" }]);
    const onlyTokens = { mostADay: { nanodollars: 0, tokens: 10 }, bids: [bid("free")] };
    expect((await admit(onlyTokens)).requests).toHaveLength(1);
  });
});

describe("a circuit", () => {
  const NOTHING = { nanodollars: 0, tokens: 0 };
  const end = async (
    id: string,
    verdict: Ended["verdict"],
    latencyMs?: number,
    holder = "key:ada",
  ) => settle(id, NOTHING, { verdict, latencyMs }, holder);
  const ask = async (holder = "key:ada") => {
    const { requests, passedOver, health } = await admit({ holder });
    return { id: requests[0]?.id, outcome: passedOver[0]?.outcome, circuit: health.a!.circuit };
  };
  const run = async (...verdicts: Ended["verdict"][]) => {
    for (const verdict of verdicts) await end((await ask()).id!, verdict);
  };
  const failures = (count: number) => run(...Array<"unwell">(count).fill("unwell"));
  const runOf = async (holder: string, ...verdicts: Ended["verdict"][]) => {
    for (const verdict of verdicts) await end((await ask(holder)).id!, verdict, undefined, holder);
  };
  const OPEN = { id: undefined, outcome: "circuit_open", circuit: "open" };

  it("opens after some failures in a row, for all isolates, and after an eviction", async () => {
    await failures(FAILURES_TO_OPEN - 1);
    await run("well", "none");
    await failures(FAILURES_TO_OPEN - 1);
    expect(await ask()).toMatchObject({ circuit: "closed" });
    await run("none");
    await runOf("key:eve", "unwell");
    expect(await ask("key:bob")).toEqual(OPEN);
    await evictDurableObject(object());
    expect(await ask()).toEqual(OPEN);
    expect(await isolate().health()).toMatchObject({
      a: { circuit: "open" },
      b: { circuit: "closed" },
    });
  });

  it("stays closed where one holder's requests fail, and those of others go well", async () => {
    await runOf("key:bob", "well");
    await run(...Array<"well">(30).fill("well"), ...Array<"unwell">(20).fill("unwell"));
    expect(await ask("key:bob")).toMatchObject({ circuit: "closed" });
    expect(await ask()).toMatchObject({ circuit: "closed" });
    // Now it is not well for anybody.
    await runOf("key:bob", "unwell");
    await failures(FAILURES_TO_OPEN - FAILURES_AGAINST_OTHERS - 1);
    expect(await ask("key:bob")).toEqual(OPEN);
  });

  it("is tried by another one at once where the failures of one alone have opened it", async () => {
    await failures(FAILURES_TO_OPEN);
    nowMs += OPEN_MS;
    // Who keeps its trial to the end keeps nobody else out.
    expect(await ask()).toMatchObject({ circuit: "trial" });
    const trial = await ask("key:bob");
    expect(trial).toMatchObject({ circuit: "trial" });
    expect(await ask("key:eve")).toEqual(OPEN);
    await end(trial.id!, "unwell", undefined, "key:bob");
    expect(await ask("key:eve")).toEqual(OPEN);
  });

  it("counts once what it is told twice", async () => {
    await failures(FAILURES_TO_OPEN - 2);
    const { id } = await ask();
    for (let k = 0; k < 3; k++) await end(id!, "unwell", 10);
    expect(await ask()).toMatchObject({ circuit: "closed" });
    await failures(1);
    expect(await ask()).toEqual(OPEN);
  });

  it("counts failures through evictions", async () => {
    for (let k = 0; k < FAILURES_TO_OPEN; k++) {
      await failures(1);
      await evictDurableObject(object());
    }
    expect(await ask()).toEqual(OPEN);
  });

  it("opens where half of the last ones fail, but not where they are old", async () => {
    const half = ["unwell", "well", "unwell", "well", "unwell", "well", "unwell", "well"] as const;
    await run(...half);
    nowMs += 6 * 60_000;
    await run("unwell", "well", "unwell");
    expect(await ask()).toMatchObject({ circuit: "closed" });
    await run("well", ...half.slice(0, 5));
    expect(await ask()).toMatchObject({ circuit: "closed" });
    await run("unwell");
    expect(await ask()).toEqual(OPEN);
  });

  it("is passed over, and the next model asked; open ones have a budget no more", async () => {
    await failures(FAILURES_TO_OPEN);
    const { requests, passedOver } = await admit({ bids: [bid("a"), bid("b"), bid("c")] });
    expect(requests.map(({ key }) => key)).toEqual(["b"]);
    expect(passedOver).toEqual([{ key: "a", outcome: "circuit_open" }]);
  });

  it("lets one request try after a while, and closes if that goes well", async () => {
    await failures(FAILURES_TO_OPEN);
    nowMs += OPEN_MS - 1;
    expect(await ask()).toEqual(OPEN);
    nowMs += 1;
    const asked = await Promise.all(Array.from({ length: 50 }, () => ask()));
    const trials = asked.filter(({ id }) => id !== undefined);
    expect(trials).toMatchObject([{ circuit: "trial" }]);
    expect(asked.filter(({ id }) => id === undefined)).toEqual(Array(49).fill(OPEN));
    await end(trials[0]!.id!, "well", 20);
    expect(await ask()).toMatchObject({ circuit: "closed" });
    // Judged anew.
    await failures(FAILURES_TO_OPEN - 1);
    expect(await ask()).toMatchObject({ circuit: "closed" });
  });

  it("opens again, for longer, if the trial fails", async () => {
    await failures(FAILURES_TO_OPEN);
    for (const openMs of [OPEN_MS, 2 * OPEN_MS, 4 * OPEN_MS, 8 * OPEN_MS, 16 * OPEN_MS]) {
      nowMs += openMs - 1;
      expect(await ask()).toEqual(OPEN);
      nowMs += 1;
      await end((await ask()).id!, "unwell");
    }
    nowMs += 16 * OPEN_MS;
    expect(await ask()).toMatchObject({ circuit: "trial" });
  });

  it("lets another one try at once where the trial was cancelled", async () => {
    await failures(FAILURES_TO_OPEN);
    nowMs += OPEN_MS;
    const trial = await ask();
    expect(await ask()).toEqual(OPEN);
    await end(trial.id!, "none");
    expect(await ask()).toMatchObject({ circuit: "trial" });
  });

  it("lets another one try in time where the client of the trial has left without a word", async () => {
    await failures(FAILURES_TO_OPEN);
    nowMs += OPEN_MS;
    const gone = await ask();
    expect(gone.circuit).toBe("trial");
    await evictDurableObject(object());
    nowMs += 59_999;
    expect(await ask()).toEqual(OPEN);
    nowMs += 1;
    const next = await ask();
    expect(next.circuit).toBe("trial");
    // Whatever becomes of the first one, it tries no more.
    await end(gone.id!, "unwell");
    await end(next.id!, "well");
    expect(await ask()).toMatchObject({ circuit: "closed" });
  });

  it("learns nothing from requests of before, while it is open", async () => {
    const before = await ask();
    await failures(FAILURES_TO_OPEN);
    await end(before.id!, "well", 10);
    expect(await ask()).toEqual(OPEN);
    nowMs += OPEN_MS;
    const trial = await ask();
    await end(before.id!, "unwell");
    await end(trial.id!, "well");
    expect(await ask()).toMatchObject({ circuit: "closed" });
  });

  it("is not tried by whom the budget keeps out", async () => {
    await failures(FAILURES_TO_OPEN);
    nowMs += OPEN_MS;
    const poor = { mostADay: { nanodollars: 5, tokens: 0 }, bids: [bid("a", 6)] };
    expect((await admit(poor)).passedOver).toEqual([{ key: "a", outcome: "over_budget" }]);
    expect(await ask()).toMatchObject({ circuit: "trial" });
  });

  it("is forgotten when nothing was heard of the model for a day", async () => {
    await failures(FAILURES_TO_OPEN);
    nowMs += 2 * DAY_MS;
    await runDurableObjectAlarm(object());
    const rows = await runInDurableObject(object(), async (_, { storage }) => [
      storage.sql.exec("SELECT * FROM models").toArray().length,
      await storage.getAlarm(),
    ]);
    expect(rows).toEqual([0, null]);
  });
});

describe("latencies", () => {
  const took = async (...latenciesMs: number[]) => {
    for (const latencyMs of latenciesMs) {
      const { requests } = await admit();
      await settle(requests[0]!.id, ANY, { verdict: "well", latencyMs });
    }
  };
  const known = async () => (await admit()).health.a;

  it("are told once enough of them are known: the median and the 95th percentile", async () => {
    await took(10, 40, 30, 20);
    expect(await known()).toEqual({ circuit: "closed", p50Ms: undefined, p95Ms: undefined });
    await took(50);
    await evictDurableObject(object());
    expect(await known()).toEqual({ circuit: "closed", p50Ms: 30, p95Ms: 50 });
  });

  it("are those of the last requests", async () => {
    await took(...Array.from({ length: 20 }, (_, k) => 1_000 + k));
    await took(...Array.from({ length: 64 }, (_, k) => k + 1));
    expect(await known()).toMatchObject({ p50Ms: 32, p95Ms: 61 });
  });
});

describe("kept answers", () => {
  interface Kept {
    readonly cacheKey?: string;
    readonly holder?: string;
    readonly ttlSeconds?: number;
    readonly settings?: Record<string, unknown>;
  }
  const keep = (
    answer: string,
    { cacheKey = "digest", holder = "key:ada", ttlSeconds = 60, settings = {} }: Kept = {},
  ) => isolate(settings).settle({ holder, ended: [], keep: { cacheKey, answer, ttlSeconds } });
  const find = async ({ cacheKey = "digest", holder = "key:ada", settings = {} }: Kept = {}) => {
    const admission = {
      ...{
        id: crypto.randomUUID(),
        holder,
        mostADay: { nanodollars: 1, tokens: 0 },
        bids: [bid("a", 1)],
        wanted: 1,
      },
      ...{ untilMs: nowMs + 1_000, cacheKey, ended: [] },
    };
    return isolate(settings).admit(admission);
  };

  it("are told in place of a request, at no cost", async () => {
    await keep("Paris");
    expect(await find()).toMatchObject({ kept: "Paris", requests: [], passedOver: [] });
    expect((await find({ cacheKey: "another" })).requests).toHaveLength(1);
    // Whose budget is used up has them, too.
    expect(await find({ cacheKey: "a third" })).toMatchObject({ kept: undefined, requests: [] });
    expect((await find()).kept).toBe("Paris");
    expect((await admit()).kept).toBeUndefined();
  });

  it("are their holder's alone, unless the operator shares them", async () => {
    await keep("Paris");
    expect((await find({ holder: "key:bob" })).kept).toBeUndefined();
    const settings = { MODELS_CACHE_SHARED: "yes" };
    expect((await find({ settings })).kept).toBeUndefined();
    await keep("Lyon", { settings });
    expect((await find({ holder: "key:bob", settings })).kept).toBe("Lyon");
    expect((await find()).kept).toBe("Paris");
  });

  it("are there until their time is over, and removed soon after", async () => {
    await keep("Paris", { ttlSeconds: 90 });
    await evictDurableObject(object());
    nowMs += 89_999;
    expect((await find()).kept).toBe("Paris");
    nowMs += 1;
    expect((await find()).kept).toBeUndefined();
    const state = () =>
      runInDurableObject(object(), async (_, { storage }) => [
        storage.sql.exec("SELECT * FROM answers").toArray().length,
        await storage.getAlarm(),
      ]);
    expect(await state()).toEqual([1, NOON_MS + 90_000]);
    await runDurableObjectAlarm(object());
    expect((await state())[0]).toBe(0);
  });

  it("give way to newer ones of the same question", async () => {
    await keep("Lyon");
    await keep("Paris");
    expect((await find()).kept).toBe("Paris");
  });

  it("are so many of a holder, and so many bytes; the oldest go, and nobody else's", async () => {
    await keep("Paris", { holder: "key:bob" });
    const { answers, bytes } = MOST_KEPT.ofHolder;
    for (let k = 0; k <= answers; k++) await keep(`answer ${k}`, { cacheKey: `${k}` });
    expect((await find({ cacheKey: "0" })).kept).toBeUndefined();
    expect((await find({ cacheKey: "1" })).kept).toBe("answer 1");
    const long = "ü".repeat(2 ** 17);
    for (let k = 0; k < bytes / 2 ** 18; k++) await keep(long, { cacheKey: `long ${k}` });
    expect((await find({ cacheKey: `${answers}` })).kept).toBeUndefined();
    expect((await find({ cacheKey: "long 0" })).kept).toBe(long);
    await keep("one more", { cacheKey: "more" });
    expect((await find({ cacheKey: "long 0" })).kept).toBeUndefined();
    expect((await find({ cacheKey: "long 1" })).kept).toBe(long);
    expect((await find({ holder: "key:bob" })).kept).toBe("Paris");
  });

  it("are so many in all", async () => {
    const { answers } = MOST_KEPT.inAll;
    await keep("first");
    await runInDurableObject(object(), (_, { storage }) => {
      const others = `WITH RECURSIVE n (k) AS (SELECT 2 UNION ALL SELECT k + 1 FROM n WHERE k < ?)
        INSERT INTO answers SELECT k, 'key ' || k, 'holder ' || (k % 100), 'x', 1, 9e15 FROM n`;
      storage.sql.exec(others, answers);
    });
    // It counts them when it begins.
    await evictDurableObject(object());
    expect((await find()).kept).toBe("first");
    await keep("last", { cacheKey: "last" });
    expect((await find()).kept).toBeUndefined();
    expect((await find({ cacheKey: "last" })).kept).toBe("last");
  });

  it("are kept without a look at those of others", async () => {
    for (let k = 0; k < 100; k++) await keep("x", { cacheKey: `${k}`, holder: `key:${k}` });
    const rowsRead = await runInDurableObject(object(), (_, { storage: { sql } }) => {
      const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
      const exec: SqlStorage["exec"] = (...asked) => {
        const cursor = sql.exec(...asked);
        cursors.push(cursor);
        return cursor as never;
      };
      const answers = new KeptAnswers({ exec } as SqlStorage);
      cursors.length = 0;
      answers.keep("one more", "key:ada", "x", nowMs + 60_000);
      return cursors.reduce((sum, cursor) => sum + cursor.rowsRead, 0);
    });
    expect(rowsRead).toBeLessThan(20);
  });

  it("are not so long that a few are all there is", async () => {
    await keep("ü".repeat(2 ** 17 + 1));
    expect((await find()).kept).toBeUndefined();
  });

  it("hold no holder's name, nor what gateway calls the question", async () => {
    await keep("Paris", { holder: "mailto:ada@example.com", cacheKey: "digest of a prompt" });
    await find({ holder: "mailto:ada@example.com" });
    const stored = await runInDurableObject(object(), (_, { storage }) =>
      JSON.stringify(
        ["answers", "used", "reservations"].map((table) =>
          storage.sql.exec(`SELECT * FROM ${table}`).toArray(),
        ),
      ),
    );
    expect(stored).toContain("Paris");
    expect(stored).not.toMatch(/ada@|digest of/);
  });
});

describe("a ledger that does not answer", () => {
  const broken = new ObjectLedger(
    {
      getByName: () => ({
        admit: () => Promise.reject(new Error("gone")),
        settle: () => Promise.reject(new Error("gone")),
      }),
    } as unknown as typeof env.MODEL_LEDGER,
    parseConfig({ MODELS }),
    { count() {} },
  );

  it("admits nobody, and is told in the log alone what it cannot settle", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const nobody = { holder: "key:ada", ended: [] };
    const admission = { ...nobody, id: "any", mostADay: ANY, bids: [], wanted: 1, untilMs: 0 };
    await expect(broken.admit({ ...admission, cacheKey: undefined })).rejects.toThrow(StoreDown);
    await broken.settle({ ...nobody, keep: undefined });
    expect(log).toHaveBeenCalledTimes(2);
  });
});
