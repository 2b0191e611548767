import { createExecutionContext, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { openDeployment } from "../../../src/services.ts";
import type { Asker } from "../../../src/tasks/asker.ts";
import type { TaskView } from "../../../src/tasks/contract.ts";
import type { Tasks } from "../../../src/tasks/tasks.ts";
import { CALLERS_TYPES, SYSTEM_TYPES } from "../../../src/tasks/types.ts";
import { FIXTURE_TYPES } from "./kinds.ts";

const TYPES = {
  callers: [...CALLERS_TYPES, ...FIXTURE_TYPES.callers],
  own: [...SYSTEM_TYPES, ...FIXTURE_TYPES.own],
};

/** The tasks of a deployment that also knows the kinds of work that tests have made up. */
export function openTasks(): Tasks {
  return openDeployment(env, createExecutionContext(), TYPES).services.tasks;
}

export function someone(subject: string): Asker {
  return { subject, joinsAs: `subject:${subject}`, holder: subject };
}

export const objectOf = (id: string) => env.TASKS.get(env.TASKS.idFromString(id));

/** What a test has left has no place in the next one. */
export async function forgetTasks(): Promise<void> {
  const register = env.TASK_REGISTER.getByName("register");
  await runInDurableObject(
    register,
    (_, { storage }) => void storage.sql.exec("DELETE FROM tasks"),
  );
}

/** Waits for a task's end, as a caller does. */
export async function ended(tasks: Tasks, id: string, asker: Asker): Promise<TaskView> {
  for (let after = 0; ; ) {
    const view = await tasks.change(id, asker, { after, untilMs: Date.now() + 60_000 });
    if (view.endedAtMs !== undefined) return view;
    after = view.revision;
  }
}

/** A clock that tests move. Alarms ring when the test says so: it is set to a time at which none is due by itself. */
export class Clock {
  nowMs = Date.UTC(2126, 10, 30, 12);

  start(): void {
    vi.spyOn(Date, "now").mockImplementation(() => this.nowMs);
  }

  /** Has the next alarm of a task ring, at its time. Whether there was one. */
  async ring(id: string): Promise<boolean> {
    const atMs = await runInDurableObject(objectOf(id), (_, { storage }) => storage.getAlarm());
    if (atMs === null) return false;
    this.nowMs = Math.max(this.nowMs, atMs);
    // It breaks off if the object does.
    return runDurableObjectAlarm(objectOf(id)).catch(() => true);
  }

  /** Has alarms ring until a task has ended and has given back what it had. */
  async drive(tasks: Tasks, id: string, asker: Asker): Promise<TaskView> {
    for (;;) {
      const view = await tasks.get(id, asker);
      if (view.endedAtMs !== undefined && (await isSettled(id))) return view;
      await this.ring(id);
    }
  }
}

async function isSettled(id: string): Promise<boolean> {
  return runInDurableObject(objectOf(id), (_, { storage }) => {
    return storage.kv.get<{ isSettled: boolean }>("status")?.isSettled ?? true;
  });
}
