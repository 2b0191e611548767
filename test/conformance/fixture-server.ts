import { type McpRequestContext, McpServer } from "@modelcontextprotocol/server";
import { TASKS_DECLARED } from "../../src/mcp/protocol-tasks.ts";
import { registerInputTools, requestState } from "./input-tools.ts";
import { registerPrompts } from "./prompts.ts";
import { registerResources } from "./resources.ts";
import { registerSessionTools } from "./session-tools.ts";
import { registerTaskTools } from "./task-tools.ts";
import { registerTools } from "./tools.ts";

/**
 * Everything the suite's scenarios ask a server to have, under the names and texts they prescribe.
 *
 * @param called the tool, where the server is made for a call of one
 */
export function createFixtureServer(era: McpRequestContext["era"], called?: string): McpServer {
  const subscribe = era === "legacy";
  const server = new McpServer(
    { name: "hereabouts-conformance", version: "1.0.0" },
    {
      capabilities: {
        tools: { listChanged: false },
        prompts: { listChanged: false },
        resources: { listChanged: false, ...(subscribe && { subscribe }) },
        logging: {},
        ...(era === "modern" && TASKS_DECLARED),
      },
      requestState: { verify: requestState.verify },
    },
  );
  registerTools(server);
  registerInputTools(server);
  registerSessionTools(server);
  registerPrompts(server);
  registerResources(server);
  if (era === "modern") registerTaskTools(server, called);
  if (subscribe) {
    server.server.setRequestHandler("resources/subscribe", () => ({}));
    server.server.setRequestHandler("resources/unsubscribe", () => ({}));
  }
  return server;
}
