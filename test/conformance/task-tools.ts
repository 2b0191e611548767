import {
  acceptedContent,
  type CallToolResult,
  type InputRequest,
  inputRequired,
  type McpServer,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from "@modelcontextprotocol/server";
import * as z from "zod/v4";
import {
  followsTasks,
  type ProtocolTask,
  registerTaskMethods,
  TASKS_DECLARED,
} from "../../src/mcp/protocol-tasks.ts";
import { ask } from "./input-tools.ts";
import { reply, text } from "./tools.ts";

const TTL_MS = 600_000;

type End = { readonly result: CallToolResult } | { readonly error: object };

/** A task of the fixtures, which wait and ask but do nothing: what it has come to is a question of time. */
interface Task {
  readonly id: string;
  readonly createdAtMs: number;
  readonly endsAtMs: number;
  /** What it still asks. */
  readonly asks: Map<string, InputRequest>;
  readonly end: End;
  updatedAtMs: number;
  isCancelled: boolean;
}

const tasks = new Map<string, Task>();

interface TaskTool {
  readonly description: string;
  readonly input: z.ZodObject;
  /** Whether only clients that follow tasks can be served. */
  readonly isRequired: boolean;
  call(
    input: Readonly<Record<string, unknown>>,
    ctx: ServerContext,
  ): CallToolResult | ReturnType<typeof inputRequired> | Promise<CallToolResult>;
}

const confirm = z.object({ confirm: z.boolean() });
const named = z.object({ name: z.string() });

const TASK_TOOLS: Readonly<Record<string, TaskTool>> = {
  slow_compute: {
    description: "Takes its time",
    input: z.object({ seconds: z.number().optional(), label: z.string().optional() }),
    isRequired: false,
    async call({ seconds, label }, ctx) {
      const waitMs = Number(seconds ?? 0) * 1_000;
      const result = reply(text(`Computed ${label ?? "it"}.`));
      if (followsTasks(ctx)) return begin({ result }, waitMs);
      await scheduler.wait(waitMs);
      return result;
    },
  },
  failing_job: {
    description: "Fails as a tool does",
    input: z.object({}),
    isRequired: true,
    call: () => begin({ result: { ...reply(text("This job fails.")), isError: true } }, 1_000),
  },
  protocol_error_job: {
    description: "Fails as a server does",
    input: z.object({}),
    isRequired: true,
    call: () => begin({ error: { code: ProtocolErrorCode.InternalError, message: "It broke." } }),
  },
  confirm_delete: {
    description: "Asks before it deletes",
    input: z.object({ filename: z.string() }),
    isRequired: true,
    call({ filename }) {
      const result = reply(text(`Deleted ${filename}.`));
      return begin({ result }, 0, { confirm: ask(`Delete ${filename}?`, confirm) });
    },
  },
  multi_input: {
    description: "Asks two things at once",
    input: z.object({}),
    isRequired: true,
    call: () =>
      begin({ result: reply(text("Got both.")) }, 0, {
        first: ask("What is your first name?", named),
        second: ask("What is your second name?", named),
      }),
  },
  test_tool_with_task: {
    description: "Asks, and then takes its time",
    input: z.object({}),
    isRequired: true,
    call(_, { mcpReq }) {
      const user = acceptedContent(mcpReq.inputResponses, "user_name", named);
      if (user) return begin({ result: reply(text(`Hello, ${user.name}!`)) });
      return inputRequired({ inputRequests: { user_name: ask("What is your name?", named) } });
    },
  },
};

/** @param called the tool, where the server is made for a call of one */
export function registerTaskTools(server: McpServer, called: string | undefined): void {
  server.registerTool("greet", { description: "Greets", inputSchema: named }, ({ name }) =>
    reply(text(`Hello, ${name}!`)),
  );
  for (const [name, tool] of Object.entries(TASK_TOOLS)) {
    const config = { description: tool.description, inputSchema: tool.input };
    server.registerTool(name, config, (input, ctx) => tool.call(input, ctx) as CallToolResult);
  }
  const tool = TASK_TOOLS[called ?? ""];
  if (tool) {
    // By the library's own handler an error could be no answer but a result.
    server.server.setRequestHandler("tools/call", async ({ params }, ctx) => {
      if (tool.isRequired && !followsTasks(ctx)) {
        throw new MissingRequiredClientCapabilityError({ requiredCapabilities: TASKS_DECLARED });
      }
      return tool.call(params.arguments ?? {}, ctx);
    });
  }
  registerTaskMethods(server, {
    get: async (id) => detailed(known(id)),
    async update(id, { mcpReq }) {
      const task = known(id);
      for (const key of Object.keys(mcpReq.inputResponses ?? {})) task.asks.delete(key);
      task.updatedAtMs = Date.now();
      return undefined;
    },
    async cancel(id) {
      const task = known(id);
      if (!isOver(task)) task.isCancelled = true;
      return undefined;
    },
  });
}

function begin(
  end: End,
  waitMs = 0,
  asks: Readonly<Record<string, InputRequest>> = {},
): CallToolResult {
  const now = Date.now();
  const task: Task = {
    id: crypto.randomUUID(),
    createdAtMs: now,
    updatedAtMs: now,
    endsAtMs: now + waitMs,
    asks: new Map(Object.entries(asks)),
    end,
    isCancelled: false,
  };
  tasks.set(task.id, task);
  return { resultType: "task", ...base(task), content: [] };
}

function known(id: string): Task {
  const task = tasks.get(id);
  if (task) return task;
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, "There is no such task.");
}

function isOver({ isCancelled, asks, endsAtMs }: Task): boolean {
  return isCancelled || (asks.size === 0 && Date.now() >= endsAtMs);
}

function base(task: Task): ProtocolTask {
  const iso = (timeMs: number) => new Date(timeMs).toISOString();
  return {
    taskId: task.id,
    status: statusOf(task),
    createdAt: iso(task.createdAtMs),
    lastUpdatedAt: iso(task.updatedAtMs),
    ttlMs: TTL_MS,
    pollIntervalMs: 200,
  };
}

function statusOf(task: Task): ProtocolTask["status"] {
  if (task.isCancelled) return "cancelled";
  if (task.asks.size > 0) return "input_required";
  if (!isOver(task)) return "working";
  return "error" in task.end ? "failed" : "completed";
}

function detailed(task: Task): ProtocolTask {
  const status = statusOf(task);
  const asked = status === "input_required" && { inputRequests: Object.fromEntries(task.asks) };
  const ended =
    status === "completed" && "result" in task.end
      ? { result: { resultType: "complete", ...task.end.result } }
      : status === "failed" && task.end;
  return { ...base(task), ...asked, ...ended };
}
