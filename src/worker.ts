import { catalog, chatgptCatalog } from "./mcp/catalog.ts";
import { serverFor } from "./mcp/server.ts";
import { createApp } from "./routes.ts";
import { createServices } from "./services.ts";
import { protocolSessionClass } from "./sessions/protocol-session.ts";

const endpoints = { "/mcp": serverFor(catalog), "/chatgpt/mcp": serverFor(chatgptCatalog) };

export default {
  fetch: createApp(endpoints).fetch,
} satisfies ExportedHandler<Env>;

export { Session } from "./sessions/session.ts";
export { SessionRegister } from "./sessions/session-register.ts";
export const ProtocolSession = protocolSessionClass(({ path, ...session }, env, state) =>
  endpoints[path as keyof typeof endpoints](createServices(env, state), {
    era: "legacy",
    ...session,
  }),
);
