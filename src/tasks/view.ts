import * as z from "zod/v4";
import type { TaskFileView, TaskView } from "./contract.ts";
import type { Tasks } from "./tasks.ts";

/** After how long something may have changed. */
export const POLL_AFTER_MS = 2_000;

/** Where a task is looked at and cancelled, and its files are. */
export const TASKS_PATH = "/mcp/tasks";

/** Whether nothing more will become of a task. */
export function isOver({ state }: Pick<TaskView, "state">): boolean {
  return state !== "queued" && state !== "running";
}

/** What tools answer of a task. */
export const TaskAnswer = z.object({
  status: z.string(),
  task_id: z.string(),
  task_type: z.string(),
  poll_endpoint: z.string().optional(),
  progress: z.object({ done: z.number(), total: z.number(), unit: z.string() }).optional(),
  position: z.int().optional().describe("In the queue"),
  result: z.unknown().optional(),
  files: z
    .array(z.object({ name: z.string(), media_type: z.string(), url: z.string() }))
    .optional()
    .describe("Links that anybody may open"),
  reason: z.string().optional().describe("Of a failure"),
  duration_seconds: z.number().optional(),
  expires_at: z.string(),
  note: z.string().optional(),
});
export type TaskAnswer = z.input<typeof TaskAnswer>;

/**
 * @param origin of the links to files
 * @param open what the status of a task that is not over is called; left out, it is its state
 */
export function answerOf(
  task: TaskView,
  origin: string,
  open?: "submitted" | "timeout",
): TaskAnswer {
  const { id, type, state, position, progress, result, files, reason, expiresAtMs } = task;
  const seconds = durationSeconds(task);
  return {
    status: isOver(task) ? state : (open ?? state),
    task_id: id,
    task_type: type,
    ...(!isOver(task) && { poll_endpoint: `${TASKS_PATH}/${id}` }),
    ...(!isOver(task) && open !== "submitted" && { progress: { ...progress } }),
    ...(position !== undefined && { position }),
    ...(result !== undefined && { result }),
    ...(files?.length && { files: linksOf(files, origin) }),
    ...(reason !== undefined && { reason }),
    ...(seconds !== undefined && { duration_seconds: seconds }),
    expires_at: isoOf(expiresAtMs),
  };
}

/** What programs that poll see of a task. */
export function statusOf(task: TaskView, origin: string): Readonly<Record<string, unknown>> {
  const { id, type, state, position, progress, result, files, reason } = task;
  const { createdAtMs, updatedAtMs, startedAtMs, endedAtMs, expiresAtMs } = task;
  return {
    id,
    type,
    state,
    ...(position !== undefined && { position }),
    progress: { ...progress },
    ...(result !== undefined && { result }),
    ...(files?.length && { files: linksOf(files, origin) }),
    ...(reason !== undefined && { reason }),
    created_at: isoOf(createdAtMs),
    updated_at: isoOf(updatedAtMs),
    ...(startedAtMs !== undefined && { started_at: isoOf(startedAtMs) }),
    ...(endedAtMs !== undefined && { ended_at: isoOf(endedAtMs) }),
    expires_at: isoOf(expiresAtMs),
  };
}

/** "1,200 of 5,000 points", "queued, at position 3", "failed: there is no such place". */
export function progressText({ state, position, progress, reason }: TaskView): string {
  if (state === "running") return amountText(progress);
  if (state === "queued")
    return `queued${position === undefined ? "" : `, at position ${position}`}`;
  return reason === undefined ? state : `${state}: ${reason}`;
}

function amountText({ done, total, unit }: TaskView["progress"]): string {
  const [some, all] = [done, total].map((count) => count.toLocaleString("en"));
  return `${some} of ${all} ${unit}`;
}

/** What a tool answers of a task, in few words. */
export function summarize(answer: TaskAnswer, tasks: Pick<Tasks, "summarize">): string {
  const { task_id: id, task_type: type, status, progress, position, result, files } = answer;
  const facts = [
    status,
    progress && amountText(progress),
    position !== undefined && `at position ${position}`,
  ];
  const lines = [
    `Task ${id} (${type}): ${facts.filter(Boolean).join(", ")}.`,
    answer.reason,
    status === "completed" && tasks.summarize({ type, result }),
    ...(files ?? []).map(({ name, url }) => `${name}: ${url}`),
    answer.poll_endpoint && "It goes on: get_task tells how far it is, cancel_task ends it.",
    answer.note,
  ];
  return lines.filter(Boolean).join("\n");
}

function linksOf(files: readonly TaskFileView[], origin: string) {
  return files.map(({ name, mediaType, path }) => {
    return { name, media_type: mediaType, url: origin + path };
  });
}

/** Of the work, without the wait for its turn. */
function durationSeconds({ startedAtMs, endedAtMs }: TaskView): number | undefined {
  if (startedAtMs === undefined || endedAtMs === undefined) return undefined;
  return (endedAtMs - startedAtMs) / 1_000;
}

function isoOf(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
