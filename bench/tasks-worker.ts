import * as z from "zod/v4";
import { createApp, serve } from "../src/http/app.ts";
import { catalog } from "../src/mcp/catalog.ts";
import { endpointFor } from "../src/mcp/server.ts";
import { openDeployment, openWorld } from "../src/services.ts";
import type { TaskType } from "../src/tasks/contract.ts";
import { taskWorkClass } from "../src/tasks/engine/work.ts";
import { CALLERS_TYPES, SYSTEM_TYPES } from "../src/tasks/types.ts";

const input = z.strictObject({ chunks: z.int().min(1) });

/** Chunks that do nothing: what is left is what the engine takes. */
const idle: TaskType<typeof input, number, undefined, { chunks: number }> = {
  name: "idle",
  title: "Idle",
  description: "Does nothing.",
  input,
  unit: "chunks",
  async plan({ chunks }) {
    return { chunks: Array.from({ length: chunks }, (_, at) => at), total: chunks, cost: 0 };
  },
  run: async () => ({ done: 1, cost: 0 }),
  join: async (_, given) => ({ result: given }),
  summarize: ({ chunks }) => `${chunks} times nothing.`,
};

const callers = [...CALLERS_TYPES, idle as TaskType];

/** The Worker as it is deployed; it also does nothing, if asked to. */
export * from "../src/worker.ts";
export const TaskWork = taskWorkClass([...callers, ...SYSTEM_TYPES], openWorld);
export default {
  fetch: serve(createApp({ "/mcp": endpointFor(catalog) }), (env, context) =>
    openDeployment(env, context, { callers, own: SYSTEM_TYPES }),
  ),
} satisfies ExportedHandler<Env>;
