import { createApp } from "../../src/routes.ts";
import { createFixtureServer } from "./fixture-server.ts";

export default {
  fetch: createApp((_services, { era }) => createFixtureServer(era)).fetch,
} satisfies ExportedHandler<Env>;
