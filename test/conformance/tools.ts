import {
  type CallToolResult,
  fromJsonSchema,
  type McpServer,
  type ServerContext,
} from "@modelcontextprotocol/server";
import * as z from "zod/v4";
import { PNG, WAV } from "./media.ts";

type Content = CallToolResult["content"][number];

const PAUSE_MS = 50;

/** Tools that answer at once. */
export function registerTools(server: McpServer): void {
  server.registerTool("test_simple_text", { description: "Answers with text" }, () =>
    reply(text("This is a simple text response for testing.")),
  );

  server.registerTool("test_image_content", { description: "Answers with a picture" }, () =>
    reply({ type: "image", ...PNG }),
  );

  server.registerTool("test_audio_content", { description: "Answers with a sound" }, () =>
    reply({ type: "audio", ...WAV }),
  );

  server.registerTool("test_embedded_resource", { description: "Answers with a resource" }, () =>
    reply({
      type: "resource",
      resource: {
        uri: "test://embedded-resource",
        mimeType: "text/plain",
        text: "This is an embedded resource content.",
      },
    }),
  );

  server.registerTool("test_multiple_content_types", { description: "Answers with all" }, () =>
    reply(
      text("Multiple content types test:"),
      { type: "image", ...PNG },
      {
        type: "resource",
        resource: {
          uri: "test://mixed-content-resource",
          mimeType: "application/json",
          text: JSON.stringify({ test: "data", value: 123 }),
        },
      },
    ),
  );

  server.registerTool("test_error_handling", { description: "Always fails" }, () => {
    throw new Error("This tool intentionally returns an error for testing");
  });

  server.registerTool(
    "test_tool_with_progress",
    { description: "Reports its progress" },
    async ({ mcpReq }) => {
      for (const progress of [0, 50, 100]) {
        if (progress > 0) await scheduler.wait(PAUSE_MS);
        await reportProgress(mcpReq, progress);
      }
      return reply(text("Done in three steps."));
    },
  );

  server.registerTool(
    "test_tool_with_logging",
    { description: "Logs while it works" },
    async ({ mcpReq }) => {
      await mcpReq.log("info", "Tool execution started");
      await scheduler.wait(PAUSE_MS);
      await mcpReq.log("info", "Tool processing data");
      await scheduler.wait(PAUSE_MS);
      await mcpReq.log("info", "Tool execution completed");
      return reply(text("Logged three lines."));
    },
  );

  server.registerTool(
    "test_logging_tool",
    { description: "Logs one line, which only a client that asked for logs may get" },
    async ({ mcpReq }) => {
      await mcpReq.log("info", "A line for those who asked");
      return reply(text("Logged one line."));
    },
  );

  server.registerTool(
    "json_schema_2020_12_tool",
    {
      description: "Has an input schema with keywords of JSON Schema 2020-12",
      inputSchema: fromJsonSchema(CONTACT),
    },
    () => reply(text("Accepted.")),
  );

  server.registerTool(
    "test_x_mcp_header",
    {
      description: "Takes an argument that clients repeat in a header",
      inputSchema: z.object({
        city: z.string().describe("Any city").meta({ "x-mcp-header": "City" }),
      }),
    },
    ({ city }) => reply(text(`City: ${city}`)),
  );
}

const CONTACT = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  $defs: {
    address: {
      $anchor: "addressDef",
      type: "object",
      properties: { street: { type: "string" }, city: { type: "string" } },
    },
  },
  properties: {
    name: { type: "string" },
    address: { $ref: "#/$defs/address" },
    contactMethod: { type: "string", enum: ["phone", "email"] },
    phone: { type: "string" },
    email: { type: "string" },
  },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
  if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, not a promise.
  then: { required: ["phone"] },
  else: { required: ["email"] },
  additionalProperties: false,
} as const;

async function reportProgress(mcpReq: ServerContext["mcpReq"], progress: number): Promise<void> {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return;
  await mcpReq.notify({
    method: "notifications/progress",
    params: { progressToken, progress, total: 100 },
  });
}

export function text(words: string): Content {
  return { type: "text", text: words };
}

export function reply(...content: Content[]): CallToolResult {
  return { content };
}
