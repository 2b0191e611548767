import {
  type CallToolResult,
  CLIENT_INFO_META_KEY,
  type GetPromptResult,
  type InputRequiredResult,
  type Tool as ListedTool,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
  ResourceTemplate,
  type ServerContext,
  type ServerOptions,
  type StandardSchemaWithJSON,
  UriTemplate,
  type Variables,
} from "@modelcontextprotocol/server";
import * as z from "zod";
import type { Caller } from "../caller.ts";
import { CallerError, UserQuestion } from "../errors.ts";
import type { Served } from "../http/app.ts";
import { reportFailure } from "../observe/failures.ts";
import type { Services } from "../services.ts";
import { version } from "../version.ts";
import type { Catalog, Prompt, Resource, Tool } from "./define.ts";
import { answersOf, ask, canBeAsked } from "./elicitation.ts";
import { parseInput } from "./input.ts";

/** How long clients may go by a list: it changes only when a new version is deployed. */
const LISTS_MAY_BE_CACHED = { ttlMs: 10 * 60_000, cacheScope: "public" } as const;
/** Places are the same for everybody, and change with an import. */
const READS_MAY_BE_CACHED = { ttlMs: 60_000, cacheScope: "public" } as const;

interface ToolConfig {
  readonly title: string;
  readonly description: string;
  readonly inputSchema: StandardSchemaWithJSON;
  readonly outputSchema: StandardSchemaWithJSON;
  readonly annotations: Tool["hints"];
}

/** Prepares a catalogue once, at module scope; what comes back makes a fresh server for each request. */
export function serverFor(catalog: Catalog): (services: Services, served: Served) => McpServer {
  const options = optionsFor(catalog);
  const tools = catalog.tools.map((tool) => ({
    tool,
    config: {
      title: tool.title,
      description: tool.description,
      inputSchema: advertise(tool.input, "input"),
      outputSchema: advertise(tool.output, "output"),
      annotations: tool.hints,
    },
  }));
  const resources = catalog.resources.map((resource) => ({
    resource,
    template: UriTemplate.isTemplate(resource.uri)
      ? new ResourceTemplate(resource.uri, { list: undefined })
      : undefined,
    config: {
      title: resource.title,
      description: resource.description,
      mimeType: resource.mimeType,
    },
  }));
  const prompts = catalog.prompts.map((prompt) => ({
    prompt,
    config: {
      title: prompt.title,
      description: prompt.description,
      argsSchema: advertise(prompt.input, "input"),
    },
  }));

  return (services, served) => {
    const server = new McpServer({ name: "hereabouts", title: "Hereabouts", version }, options);

    for (const { tool, config } of tools) {
      server.registerTool(tool.name, config, (input, ctx) => {
        return callTool(tool, input, services, callerOf(ctx, served), canBeAsked(server, ctx));
      });
    }
    for (const { resource, template, config } of resources) {
      if (template) {
        server.registerResource(resource.name, template, config, (uri, variables, ctx) => {
          return readResource(resource, uri.href, variables, services, callerOf(ctx, served));
        });
      } else {
        server.registerResource(resource.name, resource.uri, config, (uri, ctx) => {
          return readResource(resource, uri.href, {}, services, callerOf(ctx, served));
        });
      }
    }
    if (tools.length > 0) {
      server.server.setRequestHandler("tools/list", async () => ({
        tools: await Promise.all(tools.map((each) => list(each, services))),
      }));
    }
    for (const { prompt, config } of prompts) {
      server.registerPrompt(prompt.name, config, async (input) => getPrompt(prompt, input));
    }
    return server;
  };
}

/** A tool as clients see it: its description tells of the data, so it is the one thing made for each request. */
async function list(
  { tool, config }: { tool: Tool; config: ToolConfig },
  services: Services,
): Promise<ListedTool> {
  const { inputSchema, outputSchema, ...shown } = config;
  const told =
    tool.describeData && (await services.places.snapshot().then(tool.describeData, notTold));
  return {
    name: tool.name,
    ...shown,
    ...(told && { description: `${shown.description} ${told}` }),
    inputSchema: inputSchema["~standard"].jsonSchema.input({ target: "draft-2020-12" }),
    outputSchema: outputSchema["~standard"].jsonSchema.output({ target: "draft-2020-12" }),
  } as ListedTool;
}

/** What there is can be listed all the same. */
function notTold(error: unknown): undefined {
  reportFailure("tools/list", error);
}

function optionsFor({ instructions, tools, resources, prompts }: Catalog): ServerOptions {
  // Nothing is ever pushed, so no list may claim to announce its changes: the library's default would.
  const constant = { listChanged: false };
  return {
    ...(instructions && { instructions }),
    capabilities: {
      ...(tools.length > 0 && { tools: constant }),
      ...(resources.length > 0 && { resources: constant }),
      ...(prompts.length > 0 && { prompts: constant }),
    },
    cacheHints: {
      "server/discover": LISTS_MAY_BE_CACHED,
      "tools/list": LISTS_MAY_BE_CACHED,
      "prompts/list": LISTS_MAY_BE_CACHED,
      "resources/list": LISTS_MAY_BE_CACHED,
      "resources/templates/list": LISTS_MAY_BE_CACHED,
      "resources/read": READS_MAY_BE_CACHED,
    },
  };
}

/** Shows a schema to clients and lets every value through: checking is ours, so that the words are ours. */
function advertise(schema: z.ZodObject, io: "input" | "output"): StandardSchemaWithJSON {
  const { $schema, ...json } = z.toJSONSchema(schema, { io });
  return {
    "~standard": {
      version: 1,
      vendor: "hereabouts",
      validate: (value) => ({ value }),
      jsonSchema: { input: () => json, output: () => json },
    },
  };
}

async function callTool(
  tool: Tool,
  sent: unknown,
  services: Services,
  caller: Caller,
  canBeAsked: boolean,
): Promise<CallToolResult | InputRequiredResult> {
  try {
    const input = parseInput(tool.name, tool.input, sent);
    const output = tool.output.parse(await tool.run(input, services, caller));
    return {
      structuredContent: output,
      content: [{ type: "text", text: tool.summarize(output) }],
    };
  } catch (error) {
    if (error instanceof UserQuestion && canBeAsked) return ask(error.question);
    return { isError: true, content: [{ type: "text", text: wordsFor(error, tool.name) }] };
  }
}

async function readResource(
  resource: Resource,
  uri: string,
  variables: Variables,
  services: Services,
  caller: Caller,
): Promise<ReadResourceResult> {
  try {
    const decoded = decode(variables);
    const text = decoded && (await resource.read(decoded, services, caller));
    if (text === undefined) throw new ResourceNotFoundError(uri);
    return { contents: [{ uri, mimeType: resource.mimeType, text }] };
  } catch (error) {
    throw protocolError(error, resource.name);
  }
}

function getPrompt(prompt: Prompt, sent: unknown): GetPromptResult {
  try {
    const text = prompt.write(parseInput(prompt.name, prompt.input, sent));
    return { messages: [{ role: "user", content: { type: "text", text } }] };
  } catch (error) {
    throw protocolError(error, prompt.name);
  }
}

/** The words that may leave: the caller's mistake as we put it; of ours only a reference into the log. */
function wordsFor(error: unknown, where: string): string {
  if (error instanceof CallerError) return error.message;
  const reference = reportFailure(where, error);
  return `Something went wrong on our side; it is logged as ${reference}. Try again in a moment.`;
}

function protocolError(error: unknown, where: string): ProtocolError {
  if (error instanceof ResourceNotFoundError) return error;
  const { InvalidParams, InternalError } = ProtocolErrorCode;
  const code = error instanceof CallerError ? InvalidParams : InternalError;
  return new ProtocolError(code, wordsFor(error, where));
}

function callerOf({ http, mcpReq }: ServerContext, { subject, sessionId }: Served): Caller {
  const { cf, headers } = http?.req ?? {};
  const envelope: Readonly<Record<string, { readonly name?: string }>> = mcpReq.envelope ?? {};
  return {
    cf: cf as IncomingRequestCfProperties | undefined,
    address: headers?.get("cf-connecting-ip") ?? undefined,
    userAgent: headers?.get("user-agent") ?? undefined,
    clientName: envelope[CLIENT_INFO_META_KEY]?.name,
    subject,
    sessionId,
    meta: mcpReq._meta ?? {},
    answers: answersOf(mcpReq.inputResponses),
  };
}

/** The library hands over what stood in the address; broken percent signs are the address of nothing. */
function decode(variables: Variables): Record<string, string> | undefined {
  try {
    return Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, decodeURIComponent(String(value))]),
    );
  } catch {
    return undefined;
  }
}
