import { createApp, serve } from "../../src/http/app.ts";
import { protocolSessionClass } from "../../src/mcp/sessions/protocol-session.ts";
import { openDeployment, openWorld } from "../../src/services.ts";
import { taskWorkClass } from "../../src/tasks/engine/work.ts";
import { CALLERS_TYPES } from "../../src/tasks/types.ts";
import { createFixtureServer } from "./fixture-server.ts";

export default {
  fetch: serve(
    createApp({
      "/mcp": {
        createServer: (_deployment, { era }) => createFixtureServer(era),
        // What the fixtures have is open to everybody.
        find: () => undefined,
      },
    }),
    openDeployment,
  ),
} satisfies ExportedHandler<Env>;

export { SessionRegister } from "../../src/mcp/sessions/registry.ts";
export { Session } from "../../src/memory/session.ts";
export { TaskRegister } from "../../src/tasks/engine/register.ts";
export { Task } from "../../src/tasks/engine/task.ts";
export const TaskWork = taskWorkClass(CALLERS_TYPES, openWorld);
export const ProtocolSession = protocolSessionClass(() => createFixtureServer("legacy"));
