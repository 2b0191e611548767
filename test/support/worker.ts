import { catalog, chatgptCatalog } from "../../src/mcp/catalog.ts";
import { endpointFor } from "../../src/mcp/server.ts";
import { protocolSessionClass } from "../../src/mcp/sessions/protocol-session.ts";
import { openDeployment, openWorld } from "../../src/services.ts";
import { taskWorkClass } from "../../src/tasks/engine/work.ts";
import { CALLERS_TYPES, SYSTEM_TYPES } from "../../src/tasks/types.ts";
import { WeatherStation as Station } from "../../src/weather/station.ts";
import { withFaults } from "./tasks/faults.ts";
import { FIXTURE_TYPES } from "./tasks/kinds.ts";
import { settingsOf } from "./weather/settings.ts";

/** The Worker under test: it also does the kinds of work that tests have made up. */
export * from "../../src/worker.ts";
export { default } from "../../src/worker.ts";
export const TaskWork = taskWorkClass(
  [...CALLERS_TYPES, ...SYSTEM_TYPES, ...FIXTURE_TYPES.callers],
  (env, context, subject) => openWorld(withFaults(env), context, subject),
);

const endpoints = {
  "/mcp": endpointFor(catalog),
  "/chatgpt/mcp": endpointFor(chatgptCatalog),
  // Of tests that have long work done in sessions.
  "/tasks/mcp": endpointFor(catalog),
};
/** Each test has a station of its own, which asks the providers of the test. */
export class WeatherStation extends Station {
  constructor(state: DurableObjectState, env: Env) {
    super(state, { ...env, ...settingsOf(state.id.name) });
  }
}
export const ProtocolSession = protocolSessionClass(({ path, ...session }, env, state) => {
  const deployment =
    path === "/tasks/mcp"
      ? openDeployment({ ...env, ANONYMOUS_SCOPES: "tasks" } as Env, state, FIXTURE_TYPES)
      : openDeployment(env, state);
  const { createServer } = endpoints[path as keyof typeof endpoints];
  return createServer(deployment, { era: "legacy", ...session });
});
