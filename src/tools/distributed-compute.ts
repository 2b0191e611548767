import * as z from "zod/v4";
import type { Caller } from "../caller.ts";
import { defineTool } from "../mcp/define.ts";
import type { Services } from "../services.ts";
import type { TaskView } from "../tasks/contract.ts";
import { follow } from "../tasks/follow.ts";
import { CALLERS_TYPES } from "../tasks/types.ts";
import { answerOf, isOver, progressText, summarize, TaskAnswer } from "../tasks/view.ts";

const MOST_TIMEOUT_SECONDS = 300;
const NAMES = CALLERS_TYPES.map(({ name }) => name);
const KINDS = CALLERS_TYPES.map(({ name, description }) => `${name}: ${description}`);

const input = z.strictObject({
  task_type: z.string().meta({ enum: NAMES }).describe("What to do"),
  data: z.looseObject({}).describe("What to do it with. An unknown task_type is told all schemas"),
  timeout: z
    .number()
    .min(0)
    .optional()
    .meta({ default: MOST_TIMEOUT_SECONDS })
    .describe("How many seconds to wait; 0: not at all"),
  session: z.string().max(100).optional().describe("As in get_nearby_data"),
});
type Asked = z.output<typeof input>;

export default defineTool({
  name: "distributed_compute",
  title: "Compute at length",
  description: `Does long work as a task, and waits for it. ${KINDS.join(" ")} If the time is up, the task goes on: ask get_task, or call again with the same input, which joins it.`,
  input,
  output: TaskAnswer,
  hints: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  },
  scope: "tasks",
  waits: true,

  begin,
  tell,

  async run(asked: Asked, services, caller, onProgress, { mostMs, signal }) {
    const { timeout = MOST_TIMEOUT_SECONDS, session } = asked;
    const begun = await begin(asked, services, caller);
    if (timeout === 0) return tell(begun, caller);
    const { tasks } = services;
    const waitMs = Math.min(timeout * 1_000, mostMs);
    const asker = tasks.askerOf(caller, session);
    let told = -1;
    const task = await follow(tasks, begun, asker, { mostMs: waitMs, signal }, (seen) => {
      const { done, total } = seen.progress;
      if (done <= told) return;
      told = done;
      onProgress(done, total, `Task ${seen.id}: ${progressText(seen)}`);
    });
    const isCut = waitMs < timeout * 1_000 && (!isOver(task) || timeout > MOST_TIMEOUT_SECONDS);
    return {
      ...answerOf(task, caller.origin, "timeout"),
      ...(isCut && { note: `A call like this waits ${waitMs / 1_000} seconds at most.` }),
    };
  },

  summarize: (answer, { tasks }) => summarize(answer, tasks),
  isFailure: ({ status }) => status === "failed",
});

function begin(
  { task_type: type, data, session }: Asked,
  { tasks }: Services,
  caller: Caller,
): Promise<TaskView> {
  return tasks.submit({ type, data }, tasks.askerOf(caller, session));
}

function tell(task: TaskView, { origin }: Caller): TaskAnswer {
  return answerOf(task, origin, "submitted");
}
