import { Busy } from "../errors.ts";
import type { Asker } from "./asker.ts";
import type { TaskView } from "./contract.ts";
import type { Tasks } from "./tasks.ts";
import { isOver } from "./view.ts";

/** How long one question for a change may wait: of a caller who has gone away nothing waits longer. */
const LONGEST_QUESTION_MS = 10_000;

/**
 * Follows a task until it is over, for so long at most. The task does not depend on it: it goes on when the time is up, when
 * the caller has gone away.
 *
 * @param onChange is told each state, the first one too
 * @returns the last state that was seen
 */
export async function follow(
  tasks: Pick<Tasks, "change">,
  task: TaskView,
  asker: Asker,
  { mostMs, signal }: { readonly mostMs: number; readonly signal: AbortSignal },
  onChange: (task: TaskView) => void,
): Promise<TaskView> {
  const untilMs = Date.now() + mostMs;
  const gone = new Promise<undefined>((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  let seen = task;
  onChange(seen);
  while (!isOver(seen) && Date.now() < untilMs && !signal.aborted) {
    const question = {
      after: seen.revision,
      untilMs: Math.min(untilMs, Date.now() + LONGEST_QUESTION_MS),
    };
    const change = tasks.change(seen.id, asker, question).catch(unseenIfBusy);
    const next = await Promise.race([change, gone]);
    if (!next) continue;
    seen = next;
    onChange(seen);
  }
  return seen;
}

/** Whoever waits has the id of the task, which goes on. */
function unseenIfBusy(error: unknown): undefined {
  if (!(error instanceof Busy)) throw error;
}
