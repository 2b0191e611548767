import { createExecutionContext, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { openDeployment } from "../../../src/services.ts";
import type { Asker } from "../../../src/tasks/asker.ts";
import type { TaskView } from "../../../src/tasks/contract.ts";
import type { Tasks } from "../../../src/tasks/tasks.ts";
import { FIXTURE_TYPES } from "./kinds.ts";

/** The tasks of a deployment that knows the kinds of work that tests have made up. */
export function openTasks(settings: Readonly<Record<string, string>> = {}): Tasks {
  const given = { ...env, ...settings } as Env;
  return openDeployment(given, createExecutionContext(), FIXTURE_TYPES).services.tasks;
}

export function someone(subject: string): Asker {
  return { subject, joinsAs: `subject:${subject}`, holder: subject };
}

export const objectOf = (id: string) => env.TASKS.get(env.TASKS.idFromString(id));

/** Waits for a task's end, as a caller does. */
export async function ended(tasks: Tasks, id: string, asker: Asker): Promise<TaskView> {
  for (let after = 0; ; ) {
    const view = await tasks.change(id, asker, { after, untilMs: Date.now() + 60_000 });
    if (view.endedAtMs !== undefined) return view;
    after = view.revision;
  }
}

/** Has the alarm ring again and again until a task has ended and given back what it had, whatever the clock says. */
export async function drive(id: string): Promise<void> {
  while (await runDurableObjectAlarm(objectOf(id))) {}
}
