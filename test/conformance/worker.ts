import { createApp } from "../../src/http/app.ts";
import { protocolSessionClass } from "../../src/mcp/sessions/protocol-session.ts";
import { createFixtureServer } from "./fixture-server.ts";

export default {
  fetch: createApp({ "/mcp": (_services, { era }) => createFixtureServer(era) }).fetch,
} satisfies ExportedHandler<Env>;

export { SessionRegister } from "../../src/mcp/sessions/registry.ts";
export { Session } from "../../src/memory/session.ts";
export const ProtocolSession = protocolSessionClass(() => createFixtureServer("legacy"));
