import { catalog } from "./mcp/catalog.ts";
import { serverFor } from "./mcp/server.ts";
import { createApp } from "./routes.ts";

export default {
  fetch: createApp(serverFor(catalog)).fetch,
} satisfies ExportedHandler<Env>;
