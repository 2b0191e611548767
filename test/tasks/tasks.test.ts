import { createExecutionContext, listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Busy, CallerError, NotFound } from "../../src/errors.ts";
import { openMetrics } from "../../src/observe/metrics.ts";
import { seriesOf } from "../../src/observe/vocabulary.ts";
import type { TaskView } from "../../src/tasks/contract.ts";
import { removeOrphans } from "../../src/tasks/engine/files.ts";
import { namesOf, RUNS, resetScript, SCRIPT } from "../support/tasks/kinds.ts";
import { Clock, ended, forgetTasks, objectOf, openTasks, someone } from "../support/tasks/tasks.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const tasks = openTasks();
let tests = 0;
let asker = someone("");

beforeEach(() => {
  resetScript();
  asker = someone(`key:tasks-${++tests}`);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await forgetTasks();
});

const submit = (data: object = {}, by = asker) => tasks.submit({ type: "scripted", data }, by);
const filesOf = async (id: string) => {
  const { objects } = await env.PLACES_BUCKET.list({ prefix: `tasks/${id}/` });
  return objects.map(({ key }) => key);
};
/** The keys and tables of an object. */
const keptOf = (id: string) =>
  runInDurableObject(objectOf(id), (_, { storage }) => {
    const tables = storage.sql.exec<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table'",
    );
    const names = tables.toArray().map(({ name }) => name);
    return [
      ...Array.from(storage.kv.list(), ([key]) => key),
      ...names.filter((name) => !name.startsWith("_cf_")),
    ];
  });
/** Has each chunk wait until it is let go. */
function hold() {
  const gate = Promise.withResolvers<void>();
  SCRIPT.chunk = () => gate.promise;
  return gate.resolve;
}

describe("a task", () => {
  it("is done in chunks, whose parts are joined in order", async () => {
    const begun = await submit({ branches: [3, 2] });
    expect(begun).toMatchObject({ type: "scripted", progress: { unit: "chunks" } });
    const view = await ended(tasks, begun.id, asker);
    expect(view).toMatchObject({ state: "completed", progress: { done: 9, total: 9 } });
    expect(view.result).toEqual({ names: namesOf([3, 2]) });
    expect(view.expiresAtMs).toBe(view.endedAtMs! + DAY_MS);
    expect(tasks.summarize(view)).toBe(namesOf([3, 2]).join(" "));
  });

  it("is nobody's but its subject's, and its id cannot be made up", async () => {
    const { id } = await submit();
    const foreign = env.TASK_REGISTER.newUniqueId().toString();
    const unknown = env.TASKS.newUniqueId().toString();
    const words = new Set<string>();
    for (const [wrong, by] of [
      [id, someone("key:another")],
      [id, { subject: undefined }],
      [unknown, asker],
      [foreign, asker],
      ["0".repeat(64), asker],
      [`${id}0`, asker],
      [id.toUpperCase(), asker],
      ["", asker],
    ] as const) {
      for (const ask of [
        () => tasks.get(wrong, by),
        () => tasks.cancel(wrong, by),
        () => tasks.change(wrong, by, { after: 0, untilMs: Date.now() + HOUR_MS }),
      ]) {
        const error = await ask().catch((thrown) => thrown);
        expect(error).toBeInstanceOf(NotFound);
        words.add(error.message);
      }
    }
    expect(words.size).toBe(1);
    await ended(tasks, id, asker);
    // Nothing was written by asking.
    expect(await keptOf(unknown)).toEqual([]);
  });

  it("of nobody belongs to whoever has its id", async () => {
    const { id } = await submit(
      {},
      { subject: undefined, joinsAs: undefined, holder: "192.0.2.1" },
    );
    expect(await tasks.get(id, { subject: undefined })).toMatchObject({ id });
    expect(await ended(tasks, id, someone("key:finder"))).toMatchObject({ state: "completed" });
  });

  it("is counted", async () => {
    const metrics = openMetrics(env.METRIC_SHARDS, createExecutionContext());
    const counted = async () => {
      await metrics.carry();
      const totals = await metrics.totals();
      const type = "scripted";
      const ended = { type, state: "completed" } as const;
      return [
        totals.get(seriesOf("hereabouts_tasks_total", ended)) ?? 0,
        totals.get(seriesOf("hereabouts_task_chunks_total", { type, outcome: "done" })) ?? 0,
        totals.get(seriesOf("hereabouts_task_seconds", { type }, "_count")) ?? 0,
      ];
    };
    const [tasksBefore, chunksBefore, timesBefore] = await counted();
    const { id } = await submit();
    await ended(tasks, id, asker);
    // Three chunks, and the joining.
    expect(await counted()).toEqual([tasksBefore! + 1, chunksBefore! + 4, timesBefore! + 1]);
  });

  it("tells progress that only grows, each with another revision", async () => {
    const { id, revision } = await submit({ branches: [4, 2] });
    const seen: TaskView[] = [];
    for (let after = revision - 1; ; ) {
      const view = await tasks.change(id, asker, { after, untilMs: Date.now() + HOUR_MS });
      seen.push(view);
      if (view.endedAtMs !== undefined) break;
      after = view.revision;
    }
    const done = seen.map(({ progress }) => progress.done);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    const revisions = seen.map((view) => view.revision);
    expect(new Set(revisions).size).toBe(revisions.length);
    // Who asks later is answered at once.
    const { revision: last } = seen.at(-1)!;
    const past = { after: last, untilMs: Date.now() - 1 };
    expect(await tasks.change(id, asker, past)).toEqual(seen.at(-1));
  });

  it("that nothing is changed of answers at the time", async () => {
    const release = hold();
    const { id } = await submit({ branches: [1] });
    const running = await tasks.change(id, asker, { after: 0, untilMs: Date.now() });
    const untilMs = Date.now() + 50;
    const view = await tasks.change(id, asker, { after: running.revision, untilMs });
    expect(view).toEqual(running);
    expect(Date.now()).toBeGreaterThanOrEqual(untilMs);
    release();
    await ended(tasks, id, asker);
  });
});

describe("what cannot be done is refused, and leaves no task:", () => {
  it.each([
    [{ type: "no such", data: {} }, /no kind of work named "no such".*- scripted: .*"branches"/s],
    [
      { type: "scripted", data: { branches: [0] } },
      /scripted is not valid.*branches\.0: must be at least 1, but is 0/s,
    ],
    [{ type: "scripted", data: { branchs: [1] } }, /no input named branchs/],
    [{ type: "scripted", data: "text" }, /must be an object/],
    [{ type: "scripted", data: { note: "impossible" } }, /^note: that is impossible/],
  ])("%j", async (submission, words) => {
    const before = (await listDurableObjectIds(env.TASKS)).length;
    await expect(tasks.submit(submission, asker)).rejects.toThrow(words);
    expect(await listDurableObjectIds(env.TASKS)).toHaveLength(before);
  });
});

describe("the same call again", () => {
  it("joins the task that runs or is done, of whoever submits it", async () => {
    const release = hold();
    const first = await submit({ note: "joined" });
    // In another order, with what is so anyway.
    const same = { files: false, note: "joined", branches: [3] };
    expect(await submit(same)).toMatchObject({ id: first.id });
    const other = await submit({ note: "other" });
    const strangers = await submit(same, someone("key:stranger"));
    const nobody = { ...asker, joinsAs: undefined };
    const alone = await submit(same, { ...nobody, holder: "192.0.2.7" });
    expect(new Set([first, other, strangers, alone].map(({ id }) => id)).size).toBe(4);
    release();
    await ended(tasks, first.id, asker);
    expect(await submit(same)).toMatchObject({ id: first.id, state: "completed" });
    expect(RUNS.get("join")).toBeLessThanOrEqual(4);
  });

  it("at the same time makes one task", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => submit({ note: "at once" })));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    await ended(tasks, all[0]!.id, asker);
  });

  it("begins anew what has failed or was cancelled", async () => {
    SCRIPT.chunk = async () => {
      throw new CallerError("Not like that.");
    };
    const failed = await submit();
    await ended(tasks, failed.id, asker);
    const release = hold();
    const cancelled = await submit();
    await tasks.cancel(cancelled.id, asker);
    const third = await submit();
    expect(new Set([failed, cancelled, third].map(({ id }) => id)).size).toBe(3);
    release();
    expect(await ended(tasks, third.id, asker)).toMatchObject({ state: "completed" });
  });
});

describe("a chunk", () => {
  const clock = new Clock();
  beforeEach(() => clock.start());

  it("that fails is tried again after growing waits; then the task fails", async () => {
    const atMs: number[] = [];
    SCRIPT.chunk = async (name) => {
      if (name !== "2") return;
      atMs.push(clock.nowMs);
      throw new Error("broken");
    };
    const { id } = await submit();
    const view = await clock.drive(tasks, id, asker);
    expect(view).toMatchObject({ state: "failed", result: undefined, progress: { done: 2 } });
    expect(view.reason).toMatch(/logged as [0-9a-f]{8}\. It was tried 6 times/);
    const waits = atMs.slice(1).map((ms, k) => (ms - atMs[k]!) / 1_000);
    expect(waits).toEqual([1, 4, 16, 64, 256]);
    expect(RUNS).toEqual(
      new Map([
        ["1", 1],
        ["2", 6],
        ["3", 1],
      ]),
    );
  });

  it("that fails a few times does no harm, and neither does the joining", async () => {
    const failures = new Map([
      ["1", 2],
      ["2.1", 3],
      ["join", 4],
    ]);
    SCRIPT.chunk = async (name) => {
      const left = failures.get(name) ?? 0;
      failures.set(name, left - 1);
      if (left > 0) throw left % 2 === 0 ? new Error("broken") : new Busy("Not now.");
    };
    const { id } = await submit({ branches: [2, 2] });
    const view = await clock.drive(tasks, id, asker);
    expect(view).toMatchObject({ state: "completed", result: { names: namesOf([2, 2]) } });
    expect(view.progress).toMatchObject({ done: 6, total: 6 });
  });

  it("with a mistake of the caller's fails the task at once, in its words", async () => {
    SCRIPT.chunk = async (name) => {
      if (name === "2") throw new CallerError("points[4]: there is no such place.");
    };
    const { id } = await submit({ files: true });
    const view = await clock.drive(tasks, id, asker);
    expect(view).toMatchObject({ state: "failed", reason: "points[4]: there is no such place." });
    expect(RUNS.get("2")).toBe(1);
    expect(await filesOf(id)).toEqual([]);
  });

  it("that hangs is given up and run again; whoever reads sees to it, too", async () => {
    const hangs = Promise.withResolvers<void>();
    SCRIPT.chunk = async (name) => {
      if (name === "2" && RUNS.get("2") === 1) await hangs.promise;
    };
    const { id } = await submit();
    const ringing = clock.ring(id);
    await vi.waitFor(() => expect(RUNS.get("3")).toBe(1));
    clock.nowMs += 61_000;
    await tasks.get(id, asker);
    await ringing;
    expect(await clock.drive(tasks, id, asker)).toMatchObject({ state: "completed" });
    expect(RUNS.get("2")).toBe(2);
    hangs.resolve();
  });

  it("that was given up fails nothing any more", async () => {
    const [hangs, again] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    SCRIPT.chunk = async (name, work) => {
      if (name === "2") {
        clock.nowMs += 61_000;
        await work.report(0);
        await tasks.get(id, asker);
        clock.nowMs += 10_000;
        await work.report(1);
        await again.promise;
      } else if (name === "1" && RUNS.get("1") === 1) {
        await hangs.promise;
        throw new CallerError("It is too late to say that.");
      } else if (name === "1") {
        hangs.resolve();
        for (let asked = 0; asked < 5; asked += 1) await tasks.get(id, asker);
        again.resolve();
      }
    };
    const { id } = await submit({ branches: [2] });
    expect(await clock.drive(tasks, id, asker)).toMatchObject({ state: "completed" });
    expect(RUNS.get("1")).toBe(2);
  });

  it("that reports goes on for long, and its progress is told", async () => {
    const told: number[] = [];
    SCRIPT.chunk = async (name, work) => {
      if (name !== "1") return;
      for (let done = 1; done < 15; done += 1) {
        clock.nowMs += 40_000;
        // Whoever looks gives up what hangs.
        await tasks.get(id, asker);
        await work.report(done);
        told.push((await tasks.get(id, asker)).progress.done);
      }
    };
    const { id } = await submit({ branches: [1] });
    await clock.drive(tasks, id, asker);
    expect(RUNS.get("1")).toBe(1);
    expect(told).toHaveLength(14);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBeGreaterThan(0);
  });

  it("is no more given up when it is the joining that takes long", async () => {
    SCRIPT.chunk = async (name, work) => {
      if (name !== "join") return;
      for (let pauses = 0; pauses < 8; pauses += 1) {
        clock.nowMs += 40_000;
        await tasks.get(id, asker);
        await work.pause();
      }
    };
    const { id } = await submit({ branches: [1] });
    expect(await clock.drive(tasks, id, asker)).toMatchObject({ state: "completed" });
    expect(RUNS.get("join")).toBe(1);
  });
});

describe("a cancelled task", () => {
  const clock = new Clock();
  beforeEach(() => clock.start());

  it("stops within the chunk that runs, and leaves nothing behind", async () => {
    let pauses = 0;
    SCRIPT.chunk = async (name, work) => {
      await work.files.put(`before-${name}`, "x");
      if (name !== "1") return;
      const cancelled = await tasks.cancel(id, asker);
      expect(cancelled).toMatchObject({ state: "cancelled" });
      for (;;) {
        pauses += 1;
        clock.nowMs += 100;
        await work.pause();
      }
    };
    const { id } = await submit({ branches: [8] });
    const view = await clock.drive(tasks, id, asker);
    expect(view).toMatchObject({ state: "cancelled", result: undefined, files: [] });
    expect(pauses).toBe(10);
    expect(RUNS.size).toBeLessThan(4);
    expect(await filesOf(id)).toEqual([]);
    expect(await tasks.cancel(id, asker)).toEqual(view);
    expect(await tasks.counts()).toEqual({ running: 0, queued: 0 });
  });

  it("stops within the joining, too", async () => {
    let pauses = 0;
    SCRIPT.chunk = async (name, work) => {
      if (name !== "join") return;
      await tasks.cancel(id, asker);
      for (; pauses < 20; pauses += 1) {
        clock.nowMs += 100;
        await work.pause();
      }
      await work.files.put("late", "x");
    };
    const { id } = await submit({ branches: [1], files: true });
    expect(await clock.drive(tasks, id, asker)).toMatchObject({ state: "cancelled" });
    expect(pauses).toBe(9);
    expect(await filesOf(id)).toEqual([]);
  });

  it("is none if it was done before", async () => {
    const { id } = await submit();
    const view = await clock.drive(tasks, id, asker);
    expect(await tasks.cancel(id, asker)).toEqual(view);
  });
});

describe("a result", () => {
  const clock = new Clock();
  beforeEach(() => clock.start());

  it("has files, by links that nobody can make up", async () => {
    SCRIPT.chunk = async (name, work) => void (await work.files.put(`scratch-${name}`, "x"));
    const { id } = await submit({ files: true });
    const { files } = await clock.drive(tasks, id, asker);
    // What no link leads to is deleted at once.
    expect(await filesOf(id)).toEqual(["2.1/1", "3.1/2", "4.1/3"].map((of) => `tasks/${id}/${of}`));
    const [{ name, mediaType, path }] = files as [NonNullable<typeof files>[number]];
    expect({ name, mediaType }).toEqual({ name: "names.txt", mediaType: "text/plain" });
    const { pathname, searchParams } = new URL(path, "https://example.com");
    expect(pathname).toBe(`/mcp/tasks/${id}/files/names.txt`);
    const signature = searchParams.get("signature")!;
    const download = await tasks.file(id, name, signature);
    expect(download).toMatchObject({ mediaType: "text/plain", bytes: 6 });
    expect(await new Response(download.body).text()).toBe("1\n2\n3\n");
    const other = env.TASKS.newUniqueId().toString();
    for (const [task, file, signed] of [
      [id, name, signature.replace(/.$/, (last) => (last === "0" ? "1" : "0"))],
      [id, name, ""],
      [id, "2.1/1", signature],
      [id, "../2.1/1", signature],
      [other, name, signature],
      [id.toUpperCase(), name, signature],
      ["x", name, signature],
    ] as const) {
      await expect(tasks.file(task, file, signed)).rejects.toBeInstanceOf(NotFound);
    }
  });

  it("expires; that is told for as long again, then it is unknown", async () => {
    const { id } = await submit({ files: true });
    const { files, expiresAtMs } = await clock.drive(tasks, id, asker);
    const signature = new URL(files![0]!.path, "https://example.com").searchParams.get(
      "signature",
    )!;
    clock.nowMs = expiresAtMs - 1;
    expect(await tasks.get(id, asker)).toMatchObject({ state: "completed" });
    clock.nowMs = expiresAtMs;
    // Also before the alarm has rung.
    await expect(tasks.file(id, "names.txt", signature)).rejects.toBeInstanceOf(NotFound);
    const expired = await tasks.get(id, asker);
    expect(expired).toMatchObject({ state: "expired", result: undefined, files: [] });
    await clock.ring(id);
    expect(await filesOf(id)).toEqual([]);
    expect(await tasks.get(id, asker)).toEqual(expired);
    expect(await submit({ files: true })).not.toMatchObject({ id });
    await clock.ring(id);
    await expect(tasks.get(id, asker)).rejects.toBeInstanceOf(NotFound);
    expect(await keptOf(id)).toEqual([]);
  });
});

it("files that belong to no task are deleted in time, and no others", async () => {
  const { id } = await submit({ files: true });
  await ended(tasks, id, asker);
  const orphan = `tasks/${env.TASKS.newUniqueId()}/part`;
  await env.PLACES_BUCKET.put(orphan, "x");
  await tasks.removeOrphans();
  expect(await env.PLACES_BUCKET.head(orphan)).not.toBeNull();
  const files = await filesOf(id);
  expect(files).not.toEqual([]);
  // A sweep that takes all files for old ones.
  await removeOrphans(env.PLACES_BUCKET, -HOUR_MS, async (task) => task === id);
  expect(await env.PLACES_BUCKET.head(orphan)).toBeNull();
  expect(await filesOf(id)).toEqual(files);
});
