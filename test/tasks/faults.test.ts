import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TaskFileView, TaskView } from "../../src/tasks/contract.ts";
import { seeded } from "../support/random.ts";
import { failNoMore, failOneInFive } from "../support/tasks/faults.ts";
import { namesOf, RUNS, resetScript, SCRIPT } from "../support/tasks/kinds.ts";
import { Clock, objectOf, openTasks, someone } from "../support/tasks/tasks.ts";

const tasks = openTasks();
const clock = new Clock();
const BRANCHES = [2, 2];
const NAMES = [...namesOf(BRANCHES), "join"];
let tests = 0;
let asker = someone("");

beforeEach(() => {
  resetScript();
  clock.start();
  asker = someone(`key:faults-${++tests}`);
});
afterEach(() => {
  vi.restoreAllMocks();
  failNoMore();
});

const submit = () =>
  tasks.submit({ type: "scripted", data: { branches: BRANCHES, files: true } }, asker);
/** Its process dies: what it has in memory is gone, and so is what it waits for. */
const abort = (id: string) =>
  runInDurableObject(objectOf(id), (_, state) => state.abort("as the test says")).catch(() => {});

async function expectWell(view: TaskView): Promise<void> {
  expect(view).toMatchObject({
    state: "completed",
    result: { names: namesOf(BRANCHES) },
    progress: { done: 6, total: 6 },
  });
  const [{ name, path }] = view.files as [TaskFileView];
  const signature = new URL(path, "https://example.com").searchParams.get("signature")!;
  const { body } = await tasks.file(view.id, name, signature);
  expect(await new Response(body).text()).toBe(`${namesOf(BRANCHES).join("\n")}\n`);
}

describe("a task goes on as if nothing had been", () => {
  it.each(NAMES)("when its object is aborted before, in and after chunk %s", async (struck) => {
    const hits: string[] = [];
    SCRIPT.chunk = async (name) => {
      if (name !== struck || hits.includes("in")) return;
      hits.push("in");
      await abort(id);
    };
    const { id } = await submit();
    await abort(id);
    const driving = clock.drive(tasks, id, asker);
    // As soon as it has run again: its answer is on its way, or is there.
    await vi.waitFor(() => expect(RUNS.get(struck)).toBe(2), { interval: 0, timeout: 60_000 });
    await abort(id);
    await expectWell(await driving);
    expect(hits).toEqual(["in"]);
  });

  it("when its object is evicted before and after each chunk", async () => {
    // Each fails at first, so that there is time.
    SCRIPT.chunk = async (name) => {
      if (RUNS.get(name) === 1) throw new Error("broken");
    };
    const { id } = await submit();
    for (let rounds = 0; ; rounds += 1) {
      await evictDurableObject(objectOf(id));
      const view = await tasks.get(id, asker);
      if (view.endedAtMs !== undefined) {
        expect(rounds).toBeGreaterThan(3);
        await expectWell(view);
        return;
      }
      await evictDurableObject(objectOf(id));
      await clock.ring(id);
    }
  });
});

it("a task ends well though one call in five of D1 and R2 fails", async () => {
  failOneInFive(seeded(13));
  SCRIPT.chunk = async (_, { places, files }) => {
    await places.condition();
    await files.get(await files.put("own", "x"));
  };
  for (let round = 0; round < 2; round += 1) {
    asker = someone(`key:faults-${++tests}`);
    const { id } = await submit();
    const view = await clock.drive(tasks, id, asker);
    expect(view).toMatchObject({ state: "completed", result: { names: namesOf(BRANCHES) } });
  }
  expect(RUNS.get("1")).toBeGreaterThan(2);
});
