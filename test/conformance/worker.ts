import { createApp } from "../../src/routes.ts";
import { protocolSessionClass } from "../../src/sessions/protocol-session.ts";
import { createFixtureServer } from "./fixture-server.ts";

export default {
  fetch: createApp({ "/mcp": (_services, { era }) => createFixtureServer(era) }).fetch,
} satisfies ExportedHandler<Env>;

export { Session } from "../../src/sessions/session.ts";
export { SessionRegister } from "../../src/sessions/session-register.ts";
export const ProtocolSession = protocolSessionClass(() => createFixtureServer("legacy"));
