import { runInDurableObject } from "cloudflare:test";
import ipaddr from "ipaddr.js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Busy, OverBudget } from "../../src/errors.ts";
import { askerOf } from "../../src/tasks/asker.ts";
import { RUNS, resetScript, SCRIPT } from "../support/tasks/kinds.ts";
import { Clock, forgetTasks, objectOf, openTasks, someone } from "../support/tasks/tasks.ts";

const tasks = openTasks();
const clock = new Clock();
let tests = 0;
let asker = someone("");

beforeEach(() => {
  resetScript();
  clock.start();
  asker = someone(`key:limits-${++tests}`);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await forgetTasks();
});

const submit = (data: object = {}, by = asker) => tasks.submit({ type: "scripted", data }, by);
/** Has each chunk wait until it is let go. */
function hold() {
  const gate = Promise.withResolvers<void>();
  SCRIPT.chunk = () => gate.promise;
  return gate.resolve;
}

describe("limits", () => {
  it("hold when fifty callers submit at once", async () => {
    const release = hold();
    const askers = Array.from({ length: 50 }, (_, k) => someone(`key:caller-${tests}-${k}`));
    const views = await Promise.all(askers.map((by) => submit({ branches: [1] }, by)));
    expect(await tasks.counts()).toEqual({ running: 8, queued: 42 });
    const positions = views.flatMap(({ position }) => position ?? []);
    expect(positions.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 42 }, (_, k) => k + 1),
    );
    release();
    const first = views.find(({ position }) => position === 1)!;
    const running = views.find(({ state }) => state === "running")!;
    await clock.drive(tasks, running.id, askers[views.indexOf(running)]!);
    expect(await tasks.get(first.id, askers[views.indexOf(first)]!)).toMatchObject({
      state: "running",
      position: undefined,
    });
    for (const [k, { id }] of views.entries()) {
      const view = await clock.drive(tasks, id, askers[k]!);
      expect(view).toMatchObject({ state: "completed" });
    }
    expect(await tasks.counts()).toEqual({ running: 0, queued: 0 });
  });

  it("give each caller two places, and a quarter of the queue", async () => {
    const release = hold();
    const ends = await Promise.allSettled(
      Array.from({ length: 30 }, (_, k) => submit({ branches: [1], note: `${k}` })),
    );
    expect(await tasks.counts()).toEqual({ running: 2, queued: 25 });
    const refused = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
    expect(refused).toHaveLength(3);
    expect(refused[0]).toBeInstanceOf(Busy);
    // Nothing is planned, either.
    await expect(submit({ note: "impossible" })).rejects.toBeInstanceOf(Busy);
    // Others are not behind them.
    const other = someone(`key:other-${tests}`);
    expect(await submit({ branches: [1] }, other)).toMatchObject({ state: "running" });
    release();
    const views = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
    for (const { id } of views) await tasks.cancel(id, asker);
    for (const { id } of views) await clock.drive(tasks, id, asker);
  });

  it("never let budgets be exceeded, and what is not used is given back", async () => {
    const cost = 20_000_000 / 10;
    const ends = await Promise.allSettled(
      Array.from({ length: 50 }, (_, k) => submit({ cost, note: `${k}` })),
    );
    const views = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
    expect(views).toHaveLength(10);
    const refused = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
    for (const error of refused) expect(error).toBeInstanceOf(OverBudget);
    expect(refused[0].message).toMatch(/20000000 units of work: 0 left, and this would be 2000000/);
    for (const { id } of views) await clock.drive(tasks, id, asker);
    // Three chunks of one unit each.
    const again = await submit({ cost: 20_000_000 - 10 * 3, note: "the rest" });
    await expect(submit({ cost: 1, note: "more" })).rejects.toThrow(/: 0 left/);
    await expect(submit({ cost: 20_000_001, note: "too much" })).rejects.toThrow(/this alone/);
    await tasks.cancel(again.id, asker);
    await clock.drive(tasks, again.id, asker);
    expect(await submit({ cost: 1, note: "more" })).toMatchObject({ type: "scripted" });
  });
});

describe("after a time without the server", () => {
  const DOWN_MS = 10 * 60_000;
  /** Two that run, and two that wait. */
  async function begin() {
    hold();
    const views = [];
    for (const note of ["a", "b", "c", "d"]) views.push(await submit({ note }));
    return views.map(({ id }) => id);
  }
  const positions = async (ids: readonly string[]) => {
    const views = await Promise.all(ids.map((id) => tasks.get(id, asker)));
    return views.map(({ position }) => position);
  };

  it("tasks have their places and their order, whoever asks first", async () => {
    const ids = await begin();
    clock.nowMs += DOWN_MS;
    expect(await submit({ note: "d" })).toMatchObject({ id: ids[3], position: 2 });
    expect(await submit({ note: "e" })).toMatchObject({ state: "queued", position: 3 });
    expect(await tasks.counts()).toEqual({ running: 2, queued: 3 });
    expect(await positions(ids)).toEqual([undefined, undefined, 1, 2]);
  });

  it("one that was answered goes on to be, though it gave no word when it was asked", async () => {
    const ids = await begin();
    for (const ms of [DOWN_MS, DOWN_MS]) {
      clock.nowMs += ms;
      await tasks.counts();
    }
    expect(await tasks.counts()).toEqual({ running: 0, queued: 0 });
    const again = await submit({ note: "c" });
    expect(ids).not.toContain(again.id);
    for (const id of ids) expect(await tasks.get(id, asker)).toMatchObject({ id });
  });
});

describe("the cost", () => {
  const costOf = (id: string) =>
    runInDurableObject(objectOf(id), (_, { storage }) => {
      return storage.kv.get<{ cost: number }>("status")!.cost;
    });

  it("of a try that has failed, and of one that was cancelled, is counted as far as it was told", async () => {
    SCRIPT.chunk = async (_, work) => {
      clock.nowMs += 2_000;
      if (RUNS.get("1") === 1) {
        await work.report(0, 30);
        throw new Error("broken");
      }
      await tasks.cancel(id, asker);
      await work.report(0, 40);
    };
    const { id } = await submit({ branches: [1], cost: 100 });
    expect(await clock.drive(tasks, id, asker)).toMatchObject({ state: "cancelled" });
    expect(await costOf(id)).toBe(70);
  });

  it("has the files that a chunk puts", async () => {
    SCRIPT.chunk = async (name, { files }) =>
      void (await files.put(`scratch-${name}`, "x".repeat(5 * 1_024)));
    const { id } = await submit({ branches: [2], cost: 100 });
    await clock.drive(tasks, id, asker);
    expect(await costOf(id)).toBe(2 * (1 + 5));
  });
});

it("users of an assistant have each a share of their own, where its network vouches for them", () => {
  const holderOf = (user: string, address: string) => {
    const caller = {
      principal: { subject: undefined },
      meta: { "openai/subject": user },
      sessionId: undefined,
      address,
    };
    const ranges = [[ipaddr.parse("203.0.113.0"), 24] as const];
    return askerOf(caller as never, undefined, { openaiRanges: ranges as never }).holder;
  };
  expect(holderOf("ada", "203.0.113.7")).not.toBe(holderOf("bob", "203.0.113.7"));
  expect(holderOf("ada", "203.0.113.7")).toBe(holderOf("ada", "203.0.113.8"));
  expect(holderOf("ada", "192.0.2.7")).toBe(holderOf("bob", "192.0.2.7"));
});
