import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type McpServer,
  MissingRequiredClientCapabilityError,
  type ServerContext,
  type StandardSchemaV1,
} from "@modelcontextprotocol/server";
import type { TaskView } from "../tasks/contract.ts";
import { isOver, POLL_AFTER_MS, progressText } from "../tasks/view.ts";

/** The extension by which clients follow long work as a task (SEP-2663). The library has nothing of it. */
export const TASKS_EXTENSION = "io.modelcontextprotocol/tasks";

/** As a server and a client declare it. */
export const TASKS_DECLARED = { extensions: { [TASKS_EXTENSION]: {} } };

/** A task, as the extension has it. */
export interface ProtocolTask {
  readonly taskId: string;
  readonly status: "working" | "input_required" | "completed" | "failed" | "cancelled";
  readonly statusMessage?: string;
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
  /** From its creation on; null: for ever. */
  readonly ttlMs: number | null;
  readonly pollIntervalMs?: number;
}

/** How its methods are answered. What they throw is answered as an error. */
export interface TaskMethods {
  /** @returns the task, with its result where it is completed */
  get(taskId: string, ctx: ServerContext): Promise<ProtocolTask>;
  /** @param ctx has the answers in `mcpReq.inputResponses` */
  update(taskId: string, ctx: ServerContext): Promise<undefined>;
  cancel(taskId: string, ctx: ServerContext): Promise<undefined>;
}

/** Whether the client has said with this request that it follows tasks: no other may be given one. */
export function followsTasks({ mcpReq }: ServerContext): boolean {
  const envelope = mcpReq.envelope as
    | Readonly<Record<string, ClientCapabilities | undefined>>
    | undefined;
  return envelope?.[CLIENT_CAPABILITIES_META_KEY]?.extensions?.[TASKS_EXTENSION] !== undefined;
}

/** Answers the methods of the extension on a server of the modern era; earlier ones had others of the same names. */
export function registerTaskMethods(server: McpServer, methods: TaskMethods): void {
  const register = (
    method: `tasks/${keyof TaskMethods}`,
    answer: (taskId: string, ctx: ServerContext) => Promise<object | undefined>,
  ) =>
    server.server.setRequestHandler(method, AS_SENT, async ({ taskId }, ctx) => {
      if (!followsTasks(ctx)) {
        throw new MissingRequiredClientCapabilityError({ requiredCapabilities: TASKS_DECLARED });
      }
      return { ...(await answer(typeof taskId === "string" ? taskId : "", ctx)) };
    });
  register("tasks/get", methods.get);
  register("tasks/update", methods.update);
  register("tasks/cancel", methods.cancel);
}

/** Whatever is no id of a task is as unknown as any. */
const AS_SENT = { params: anything<{ readonly taskId?: unknown }>(), result: anything<object>() };

function anything<Value>(): StandardSchemaV1<Value> {
  return {
    "~standard": {
      version: 1,
      vendor: "hereabouts",
      validate: (value) => ({ value: value as Value }),
    },
  };
}

/** What a call that begins a task is answered, in place of what it comes to. The library wants some content, too. */
export function createdTask(task: TaskView): CallToolResult {
  return { resultType: "task", ...protocolTaskOf(task), content: [] };
}

/** A task of ours as one of the protocol. That of an expired one is not asked for. */
export function protocolTaskOf(task: TaskView): ProtocolTask {
  const { id, state, createdAtMs, updatedAtMs, expiresAtMs } = task;
  return {
    taskId: id,
    // Work that fails is a tool that fails: the protocol wants its result to say so.
    status: state === "cancelled" ? state : isOver(task) ? "completed" : "working",
    statusMessage: progressText(task),
    createdAt: new Date(createdAtMs).toISOString(),
    lastUpdatedAt: new Date(updatedAtMs).toISOString(),
    ttlMs: expiresAtMs - createdAtMs,
    pollIntervalMs: POLL_AFTER_MS,
  };
}
