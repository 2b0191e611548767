import { createApp, serve } from "../../src/http/app.ts";
import { catalog } from "../../src/mcp/catalog.ts";
import { endpointFor } from "../../src/mcp/server.ts";
import { protocolSessionClass } from "../../src/mcp/sessions/protocol-session.ts";
import { openDeployment, openWorld } from "../../src/services.ts";
import type { TaskType } from "../../src/tasks/contract.ts";
import { taskWorkClass } from "../../src/tasks/engine/work.ts";
import { createFixtureServer } from "./fixture-server.ts";
import { pause } from "./long-work.ts";

/** The real catalogue, with work that lasts (`npm run waits`). */
const real = endpointFor(catalog);
const REAL = "/real/mcp";
const TYPES = { callers: [pause as TaskType], own: [] };

export default {
  fetch: serve(
    createApp({
      "/mcp": {
        createServer: (_deployment, { era, tool }) => createFixtureServer(era, tool),
        // What the fixtures have is open to everybody.
        find: () => undefined,
      },
      [REAL]: real,
    }),
    open,
  ),
} satisfies ExportedHandler<Env>;

function open(env: Env, context: Pick<ExecutionContext, "waitUntil">) {
  return openDeployment(env, context, TYPES);
}

export { Budgets } from "../../src/budgets/budgets.ts";
export { SessionRegister } from "../../src/mcp/sessions/registry.ts";
export { Session } from "../../src/memory/session.ts";
export { ModelLedger } from "../../src/models/ledger/model-ledger.ts";
export { MetricShard } from "../../src/observe/metric-shard.ts";
export { TaskRegister } from "../../src/tasks/engine/register.ts";
export { Task } from "../../src/tasks/engine/task.ts";
export { WeatherStation } from "../../src/weather/station.ts";
export const TaskWork = taskWorkClass(TYPES.callers, openWorld);
export const ProtocolSession = protocolSessionClass(({ path, ...session }, env, state) =>
  path === REAL
    ? real.createServer(open(env, state), { era: "legacy", ...session })
    : createFixtureServer("legacy"),
);
