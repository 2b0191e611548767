import * as z from "zod/v4";
import { defineTool } from "../mcp/define.ts";
import { answerOf, summarize, TaskAnswer } from "../tasks/view.ts";

export default defineTool({
  name: "cancel_task",
  title: "Cancel a task",
  description: "Ends a task of distributed_compute. One that is over stays as it is.",
  input: z.strictObject({
    task_id: z.string().max(200).describe("From distributed_compute"),
  }),
  output: TaskAnswer,
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  scope: "tasks",

  async run({ task_id: id }, { tasks }, caller) {
    return answerOf(await tasks.cancel(id, tasks.askerOf(caller)), caller.origin);
  },

  summarize: (answer, { tasks }) => summarize(answer, tasks),
});
