import { beforeEach, describe, expect, it } from "vitest";
import { namesOf, resetScript } from "../support/tasks/kinds.ts";
import { ended, openTasks, someone } from "../support/tasks/tasks.ts";

const tasks = openTasks();
let tests = 0;
let asker = someone("");

beforeEach(() => {
  resetScript();
  asker = someone(`key:tasks-${++tests}`);
});

describe("a task", () => {
  it("is done in chunks, whose parts are joined in order", async () => {
    const data = { branches: [3, 2] };
    const begun = await tasks.submit({ type: "scripted", data }, asker);
    expect(begun).toMatchObject({ type: "scripted", progress: { unit: "chunks" } });
    const view = await ended(tasks, begun.id, asker);
    expect(view).toMatchObject({ state: "completed", progress: { done: 9, total: 9 } });
    expect(view.result).toEqual({ names: namesOf([3, 2]) });
  });
});
