import { defineResource } from "../mcp/define.ts";
import { statusOf } from "../tasks/view.ts";

export default defineResource({
  name: "task",
  uri: "task://status/{task_id}",
  title: "A task",
  description: "How far a task of distributed_compute is, or its result.",
  mimeType: "application/json",
  scope: "tasks",
  isLive: true,
  async read({ task_id: id = "" }, { tasks }, caller) {
    return JSON.stringify(statusOf(await tasks.get(id, tasks.askerOf(caller)), caller.origin));
  },
});
