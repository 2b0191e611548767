import {
  evictDurableObject,
  listDurableObjectIds,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Spending } from "../../src/budgets/spending.ts";
import { sha256Hex } from "../../src/digest.ts";
import { Busy, CallerError, OverBudget } from "../../src/errors.ts";

const DAY_MS = 24 * 3_600_000;
/** Noon, so that no test meets midnight by chance, and in the future, so that no alarm is due. */
const NOON_MS = Date.UTC(2126, 10, 30, 12);
const WHAT = "imported rows";

const spending = new Spending(env.BUDGETS, { count() {} });
let nowMs: number;
let subject: string;
let tests = 0;

beforeEach(() => {
  subject = `key:test-${++tests}`;
  nowMs = NOON_MS;
  vi.spyOn(Date, "now").mockImplementation(() => nowMs);
});
afterEach(() => void vi.restoreAllMocks());

const object = async () => env.BUDGETS.getByName(await sha256Hex(subject));
const reserve = async (id: string, amount: number, most = 100, what = WHAT) =>
  (await object()).reserve({ what, id, amount, most, untilMs: nowMs + 60_000 });
const settle = async (id: string, used: number, what = WHAT) =>
  (await object()).settle(what, id, used);
/** What is left, as the refusal of more than there is tells it. */
const left = async (most = 100, what = WHAT) => (await reserve("too much", 1e9, most, what))!.left;

describe("a budget", () => {
  it("never gives more than a day has, however many want it at once", async () => {
    const ids = Array.from({ length: 50 }, (_, k) => `work ${k}`);
    const answers = await Promise.all(ids.map((id) => reserve(id, 7)));
    expect(answers.filter((refusal) => refusal === undefined)).toHaveLength(14);
    expect(await left()).toBe(2);
    const refused = { left: 2, dayEndsAtMs: Date.UTC(2126, 11, 1) };
    expect(await reserve("more", 3)).toEqual(refused);
    expect(await reserve("less", 2)).toBeUndefined();
  });

  it("gives back what was reserved and not used", async () => {
    await reserve("a", 90);
    expect(await reserve("b", 20)).toMatchObject({ left: 10 });
    await settle("a", 60);
    expect(await reserve("b", 20)).toBeUndefined();
    await settle("b", 0);
    expect(await left()).toBe(40);
  });

  it("takes the same work for one, before it is settled and after", async () => {
    await reserve("a", 60);
    expect(await reserve("a", 60)).toBeUndefined();
    expect(await left()).toBe(40);
    await settle("a", 50);
    await settle("a", 50);
    // Sent again, it had nothing left to do.
    expect(await reserve("a", 60)).toBeUndefined();
    await settle("a", 0);
    expect(await left()).toBe(50);
    // Two requests did it at once, and one of them saw less of it.
    await settle("a", 30);
    expect(await left()).toBe(50);
  });

  it("looks again at work that was undone", async () => {
    await reserve("a", 60);
    await settle("a", 0);
    await reserve("b", 60);
    expect(await reserve("a", 60)).toMatchObject({ left: 40 });
  });

  it("gives back what is never settled, and counts it if it is settled after all", async () => {
    await reserve("a", 60);
    nowMs += 59_999;
    expect(await left()).toBe(40);
    nowMs += 1;
    expect(await left()).toBe(100);
    expect(await reserve("b", 50)).toBeUndefined();
    // The same work has to ask again.
    expect(await reserve("a", 60)).toMatchObject({ left: 50 });
    await settle("a", 60);
    expect(await left()).toBe(0);
  });

  it("is the same after its object was evicted", async () => {
    await reserve("a", 60);
    await evictDurableObject(await object());
    expect(await left()).toBe(40);
    await settle("a", 55);
    await evictDurableObject(await object());
    expect(await left()).toBe(45);
    expect(await reserve("a", 60)).toBeUndefined();
    expect(await left()).toBe(45);
  });

  it("is a whole one on the next day in UTC; work over midnight belongs to the day it began on", async () => {
    nowMs = Date.UTC(2126, 10, 30, 23, 59, 59);
    await reserve("a", 60);
    await reserve("b", 30);
    await settle("b", 30);
    nowMs = Date.UTC(2126, 11, 1);
    expect(await left()).toBe(100);
    await settle("a", 60);
    expect(await left()).toBe(100);
  });

  it("knows subjects and what is counted apart", async () => {
    await reserve("a", 60);
    expect(await left(100, "task steps")).toBe(100);
    subject += "-other";
    expect(await left()).toBe(100);
  });

  it("is forgotten when its day is over", async () => {
    await reserve("a", 60);
    await settle("a", 60);
    const kept = async () =>
      runInDurableObject(await object(), async (_, { storage }) => ({
        rows: ["spent", "reservations"].map(
          (table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray().length,
        ),
        alarm: await storage.getAlarm(),
      }));
    expect(await kept()).toEqual({ rows: [1, 1], alarm: Date.UTC(2126, 11, 1, 1) });
    nowMs = Date.UTC(2126, 11, 1, 1);
    await reserve("b", 60);
    await runDurableObjectAlarm(await object());
    expect(await kept()).toEqual({ rows: [0, 1], alarm: Date.UTC(2126, 11, 2, 1) });
    nowMs += DAY_MS;
    await runDurableObjectAlarm(await object());
    expect(await kept()).toEqual({ rows: [0, 0], alarm: null });
  });

  it("agrees with a plain account of the same work", async () => {
    const step = fc.record({
      id: fc.constantFrom("a", "b", "c", "d"),
      amount: fc.integer({ min: 1, max: 60 }),
      act: fc.constantFrom("reserve", "settle", "undo", "wait", "evict"),
    });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        subject = `key:account-${++runs}`;
        nowMs = NOON_MS;
        expect(await left()).toBe(100);
        const open = new Map<string, { amount: number; untilMs: number }>();
        const used = new Map<string, number>();
        const taken = () =>
          [...used.values()].reduce((sum, one) => sum + one, 0) +
          [...open.values()].reduce((sum, one) => sum + (one.untilMs > nowMs ? one.amount : 0), 0);
        for (const { id, amount, act } of steps) {
          if (act === "reserve") {
            const isKnown = used.has(id) || (open.get(id)?.untilMs ?? 0) > nowMs;
            const before = taken();
            const isGiven = isKnown || amount <= 100 - before;
            const refusal = await reserve(id, amount);
            expect(refusal === undefined).toBe(isGiven);
            if (isGiven && !isKnown) open.set(id, { amount, untilMs: nowMs + 60_000 });
          } else if (act === "settle") {
            await settle(id, amount);
            open.delete(id);
            used.set(id, Math.max(used.get(id) ?? 0, amount));
          } else if (act === "undo") {
            await settle(id, 0);
            open.delete(id);
          } else if (act === "wait") nowMs += 30_000;
          else await evictDurableObject(await object());
          expect(await left()).toBe(Math.max(0, 100 - taken()));
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe("work within a budget", () => {
  const within = (id: string, amount: number, run: () => Promise<number>, most = 100) =>
    spending.within({ subject, what: WHAT, most }, { id, amount, run, usedBy: (used) => used });

  it("counts what it has used", async () => {
    expect(await within("a", 60, async () => 25)).toBe(25);
    expect(await left()).toBe(75);
  });

  it("is not begun where not enough is left, and says when there is more", async () => {
    await within("a", 60, async () => 60);
    const run = vi.fn(async () => 60);
    const error = await within("b", 60, run).catch((error) => error);
    expect(error).toBeInstanceOf(OverBudget);
    expect(error.message).toBe(
      "Today's budget is 100 imported rows: 40 left, and this would be 60. The next day begins at 2126-12-01T00:00:00.000Z.",
    );
    expect(error.retryAfterMs).toBe(DAY_MS / 2);
    await expect(within("c", 101, run)).rejects.toThrow(
      "A day has 100 imported rows here, and this alone would be 101",
    );
    expect(run).not.toHaveBeenCalled();
  });

  it("gives back what was refused, and holds what may have been done", async () => {
    const failing = (error: Error) => within("a", 60, () => Promise.reject(error));
    await expect(failing(new CallerError("wrong"))).rejects.toThrow("wrong");
    expect(await left()).toBe(100);
    await expect(failing(new Busy("later"))).rejects.toThrow("later");
    expect(await left()).toBe(40);
    await expect(failing(new Error("broken"))).rejects.toThrow("broken");
    expect(await left()).toBe(40);
    await within("a", 60, async () => 60);
    expect(await left()).toBe(40);
  });

  it("asks nobody where there is no limit", async () => {
    const before = await listDurableObjectIds(env.BUDGETS);
    expect(await within("a", 60, async () => 60, 0)).toBe(60);
    expect(await listDurableObjectIds(env.BUDGETS)).toEqual(before);
  });

  it("is done, though it cannot be settled", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const real = await object();
    const half = {
      reserve: (given: Parameters<typeof real.reserve>[0]) => real.reserve(given),
      settle: () => Promise.reject(new Error("gone")),
    };
    const objects = { getByName: () => half } as unknown as typeof env.BUDGETS;
    const broken = new Spending(objects, { count() {} });
    const budget = { subject, what: WHAT, most: 100 };
    const run = async () => 60;
    expect(await broken.within(budget, { id: "a", amount: 60, run, usedBy: () => 60 })).toBe(60);
    expect(log).toHaveBeenCalledOnce();
    expect(await left()).toBe(40);
  });
});
