import { afterAll, beforeAll, describe } from "vitest";
import { tryUpstream } from "../support/upstream-cases.ts";
import { startUpstreamServer, type UpstreamServer } from "../support/upstream-server.ts";

describe("in Node", () => {
  let server: UpstreamServer;
  beforeAll(async () => {
    server = await startUpstreamServer();
  });
  afterAll(() => server.close());
  tryUpstream(() => server.url);
});
