import { type McpRequestContext, McpServer } from "@modelcontextprotocol/server";
import { registerInputTools, requestState } from "./input-tools.ts";
import { registerPrompts } from "./prompts.ts";
import { registerResources } from "./resources.ts";
import { registerSessionTools } from "./session-tools.ts";
import { registerTools } from "./tools.ts";

/** Everything the suite's scenarios ask a server to have, under the names and texts they prescribe. */
export function createFixtureServer(era: McpRequestContext["era"]): McpServer {
  const subscribe = era === "legacy";
  const server = new McpServer(
    { name: "hereabouts-conformance", version: "1.0.0" },
    {
      capabilities: {
        tools: { listChanged: false },
        prompts: { listChanged: false },
        resources: { listChanged: false, ...(subscribe && { subscribe }) },
        logging: {},
      },
      requestState: { verify: requestState.verify },
    },
  );
  registerTools(server);
  registerInputTools(server);
  registerSessionTools(server);
  registerPrompts(server);
  registerResources(server);
  if (subscribe) {
    server.server.setRequestHandler("resources/subscribe", () => ({}));
    server.server.setRequestHandler("resources/unsubscribe", () => ({}));
  }
  return server;
}
