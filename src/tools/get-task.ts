import * as z from "zod/v4";
import { defineTool } from "../mcp/define.ts";
import { answerOf, summarize, TaskAnswer } from "../tasks/view.ts";

export default defineTool({
  name: "get_task",
  title: "Look at a task",
  description: "Tells how far a task of distributed_compute is, or its result.",
  input: z.strictObject({
    task_id: z.string().max(200).describe("From distributed_compute"),
  }),
  output: TaskAnswer,
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  scope: "tasks",

  async run({ task_id: id }, { tasks }, caller) {
    return answerOf(await tasks.get(id, tasks.askerOf(caller)), caller.origin);
  },

  summarize: (answer, { tasks }) => summarize(answer, tasks),
});
