import { createApp, serve } from "./http/app.ts";
import { purgeOver } from "./imports/expire.ts";
import type { BucketEvent } from "./imports/inbox/event.ts";
import { catalog, chatgptCatalog } from "./mcp/catalog.ts";
import { serverFor } from "./mcp/server.ts";
import { protocolSessionClass } from "./mcp/sessions/protocol-session.ts";
import { openDeployment, storesOf } from "./services.ts";
import { startInboxImport } from "./tasks/inbox-import.ts";

const endpoints = { "/mcp": serverFor(catalog), "/chatgpt/mcp": serverFor(chatgptCatalog) };

export default {
  fetch: serve(createApp(endpoints), openDeployment),
  async queue({ messages }, env) {
    for (const message of messages) {
      await startInboxImport(env.INBOX_IMPORT, storesOf(env), message.body);
      message.ack();
    }
  },
  async scheduled(_, env) {
    await purgeOver(storesOf(env), Date.now());
  },
} satisfies ExportedHandler<Env, BucketEvent>;

export { SessionRegister } from "./mcp/sessions/registry.ts";
export { Session } from "./memory/session.ts";
export { InboxImport } from "./tasks/inbox-import.ts";
export const ProtocolSession = protocolSessionClass(({ path, sessionId }, env, state) =>
  endpoints[path as keyof typeof endpoints](openDeployment(env, state), {
    era: "legacy",
    sessionId,
  }),
);
