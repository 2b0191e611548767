import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Cancelled, type TaskType, type TaskView } from "../../src/tasks/contract.ts";
import { CALLERS_TYPES, SYSTEM_TYPES } from "../../src/tasks/types.ts";
import { seeded } from "../support/random.ts";
import { type Carried, carryOut, worldOf } from "../support/run-task.ts";
import { STORES } from "../support/stores.ts";
import { failNoMore, failOneInFive } from "../support/tasks/faults.ts";
import { resetScript, SCRIPT, scripted } from "../support/tasks/kinds.ts";
import { SAMPLES } from "../support/tasks/samples.ts";
import { Clock, openTasks, someone } from "../support/tasks/tasks.ts";

const world = worldOf(STORES);

const tasks = openTasks();
const KINDS = [...CALLERS_TYPES, ...SYSTEM_TYPES, scripted as TaskType];

afterEach(() => {
  vi.restoreAllMocks();
  failNoMore();
});

it("each kind of work has a sample", () => {
  expect(Object.keys(SAMPLES).toSorted()).toEqual(KINDS.map(({ name }) => name).toSorted());
});

/** The result, and what is in the files. */
async function answerOf({ joined: { result, files = [] }, file }: Carried<unknown>) {
  return { result, files: await Promise.all(files.map(({ name }) => file(name))) };
}

async function answerOfTask({ id, result, files = [] }: TaskView) {
  const texts = files.map(async ({ name, path }) => {
    const { searchParams } = new URL(path, "https://example.com");
    const { body } = await tasks.file(id, name, searchParams.get("signature")!);
    return new Response(body).text();
  });
  return { result, files: await Promise.all(texts) };
}

describe.each(KINDS.map((kind) => [kind.name, kind] as const))("%s", (name, kind) => {
  const { prepare, data } = SAMPLES[name] ?? { data: {} };
  let carried: Carried<unknown>;
  let answer: unknown;

  beforeAll(async () => {
    resetScript();
    SCRIPT.chunk = (_, work) => work.pause();
    await prepare?.();
    carried = await carryOut(kind, data, { world });
    answer = await answerOf(carried);
  });

  it("says the same whatever the order of its chunks, and however often they run", async () => {
    for (const seed of [1, 2]) {
      const shuffled = await carryOut(kind, data, { world, random: seeded(seed) });
      expect(await answerOf(shuffled)).toEqual(answer);
    }
  });

  it("has progress that adds up, and costs what it said at most", () => {
    expect(carried.done).toBe(carried.total);
    expect(carried.cost).toBeGreaterThan(0);
    expect(carried.cost).toBeLessThanOrEqual(carried.planned.cost);
    expect(kind.summarize(carried.joined.result)).not.toBe("");
  });

  it("stops when it is cancelled, whenever that is", async () => {
    expect(carried.pauses).toBeGreaterThan(0);
    const stopped = new Cancelled();
    for (let pauses = 0; pauses < carried.pauses; pauses += Math.ceil(carried.pauses / 5)) {
      let left = pauses;
      const pause = async () => {
        left -= 1;
        if (left < 0) throw stopped;
      };
      await expect(carryOut(kind, data, { world, pause })).rejects.toBe(stopped);
    }
  });

  it("says the same by the engine, though one call in five of its stores fails", async () => {
    failOneInFive(seeded(8));
    const clock = new Clock();
    clock.start();
    const asker = someone(`key:contract-${name}`);
    const submit = CALLERS_TYPES.includes(kind) ? tasks.submit : tasks.submitOwn;
    const { id } = await submit.call(tasks, { type: name, data }, asker);
    const view = await clock.drive(tasks, id, asker);
    expect(view).toMatchObject({ state: "completed" });
    expect(await answerOfTask(view)).toEqual(answer);
    expect(view.progress.done).toBe(view.progress.total);
  });
});
