import {
  type CallToolResult,
  type GetPromptResult,
  type InputRequiredResult,
  type Tool as ListedTool,
  McpServer,
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
import type { Config } from "../config/config.ts";
import { UserQuestion } from "../errors.ts";
import { parseInput } from "../input.ts";
import { reportFailure } from "../observe/failures.ts";
import type { Deployment, Services } from "../services.ts";
import { version } from "../version.ts";
import { callerOf, carryOut, protocolError, type Served, wordsFor } from "./call.ts";
import type { Catalog, Progress, Prompt, Resource, Tool, VariantName } from "./define.ts";
import { ask, supportsElicitation, withForms } from "./elicitation.ts";
import { type FindCalled, finderIn, offerOf } from "./offer.ts";

/** How long clients may go by a list. It changes with a new version; what tools tell of the data, with an import. */
const LISTS_MAY_BE_CACHED = { ttlMs: 10 * 60_000, cacheScope: "public" } as const;
/** Places are the same for everybody who may read them, and change with an import. */
const READS_MAY_BE_CACHED = { ttlMs: 60_000 } as const;

/** Makes the MCP server that answers one request, or all requests of a session. */
export type CreateServer = (deployment: Deployment, served: Served) => McpServer;

/** What is served at an address. */
export interface McpEndpoint {
  readonly createServer: CreateServer;
  readonly find: FindCalled;
}

/** What the server of a request works with. */
interface Serving {
  readonly catalog: Catalog;
  readonly deployment: Deployment;
  readonly served: Served;
  readonly server: McpServer;
}

/** Prepares a catalogue once, at module scope: its server is made afresh for each request. */
export function endpointFor(catalog: Catalog): McpEndpoint {
  return { createServer: serverFor(catalog), find: finderIn(catalog) };
}

function serverFor(catalog: Catalog): CreateServer {
  const shown = new Set<string>();
  const tools = catalog.tools.map((tool) => prepareTool(tool, catalog.variant, shown));
  const resources = catalog.resources.map(prepareResource);
  const prompts = catalog.prompts.map(preparePrompt);

  return (deployment, served) => {
    const { config: settings } = deployment;
    const { serverName: name, serverTitle: title = "Hereabouts" } = settings;
    const instructions = [settings.serverInstructions, catalog.instructions]
      .filter(Boolean)
      .join(" ");
    const server = new McpServer(
      { name, title, version },
      { ...optionsFor(catalog, settings), ...(instructions && { instructions }) },
    );
    const serving: Serving = { catalog, deployment, served, server };
    const isOffered = offerOf(settings);
    const offeredTools = tools.filter(({ tool }) => isOffered(tool));

    for (const { tool, config } of offeredTools) {
      if (served.tool !== undefined && served.tool !== tool.name) continue;
      server.registerTool(tool.name, config, (input, ctx) =>
        withForms(ctx, served, (again, mayAsk) => callTool(tool, input, again, serving, mayAsk)),
      );
    }
    if (served.tool !== undefined) return server;

    for (const { resource, template, config } of resources) {
      if (!isOffered(resource)) continue;
      if (template) {
        server.registerResource(resource.name, template, config, (uri, variables, ctx) =>
          readResource(resource, uri.href, variables, ctx, serving),
        );
      } else {
        server.registerResource(resource.name, resource.uri, config, (uri, ctx) =>
          readResource(resource, uri.href, {}, ctx, serving),
        );
      }
    }
    if (tools.length > 0) {
      server.server.setRequestHandler("tools/list", async () => ({
        tools: await Promise.all(offeredTools.map((each) => listTool(each, deployment.services))),
      }));
    }
    for (const { prompt, config } of prompts) {
      if (!isOffered(prompt)) continue;
      server.registerPrompt(prompt.name, config, (input, ctx) =>
        getPrompt(prompt, input, ctx, serving),
      );
    }
    return server;
  };
}

function prepareTool(tool: Tool, variant: VariantName | undefined, shown: Set<string>) {
  const { description, input } = (variant && tool.variants?.[variant]) ?? tool;
  const config = {
    title: tool.title,
    description,
    inputSchema: advertise(inputSchemaOf(input, shown)),
    outputSchema: advertise(outputSchemaOf(tool.output, shown)),
    annotations: hintsOf(tool),
    ...(tool.meta && { _meta: { ...tool.meta } }),
  };
  // A variant is checked by its own input.
  return { tool: { ...tool, input }, config };
}

/** The protocol gives repetition a meaning only for tools that change something. */
function hintsOf({ hints: { idempotentHint, ...hints } }: Tool) {
  return hints.readOnlyHint ? hints : { ...hints, idempotentHint };
}

function prepareResource(resource: Resource) {
  const { uri, title, description, mimeType } = resource;
  const template = UriTemplate.isTemplate(uri)
    ? new ResourceTemplate(uri, { list: undefined })
    : undefined;
  return { resource, template, config: { title, description, mimeType } };
}

function preparePrompt(prompt: Prompt) {
  const { title, description, input } = prompt;
  return {
    prompt,
    config: { title, description, argsSchema: advertise(inputSchemaOf(input, new Set())) },
  };
}

/** A tool as clients see it: its description tells of the data, so it is the one thing made for each request. */
async function listTool(
  { tool, config }: ReturnType<typeof prepareTool>,
  services: Services,
): Promise<ListedTool> {
  const { inputSchema, outputSchema, ...shown } = config;
  const data = tool.describeData && (await tool.describeData(services).catch(notDescribed));
  return {
    name: tool.name,
    ...shown,
    ...(data && { description: `${shown.description} ${data}` }),
    inputSchema: inputSchema["~standard"].jsonSchema.input({ target: "draft-2020-12" }),
    outputSchema: outputSchema["~standard"].jsonSchema.output({ target: "draft-2020-12" }),
  } as ListedTool;
}

/** What there is can be listed all the same. */
function notDescribed(error: unknown): undefined {
  reportFailure("tools/list", error);
}

function optionsFor(
  { tools, resources, prompts }: Catalog,
  { anonymousScopes }: Config,
): ServerOptions {
  const isOpen = ({ scope }: Resource) => scope === undefined || anonymousScopes.includes(scope);
  // Nothing is ever pushed, so no list may claim to announce its changes: the library's default would.
  const constant = { listChanged: false };
  return {
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
      "resources/read": {
        ...READS_MAY_BE_CACHED,
        cacheScope: resources.every(isOpen) ? "public" : "private",
      },
    },
  };
}

/** Shows a schema to clients and lets every value through: checking is ours, so that the words are ours. */
function advertise(json: JsonSchema): StandardSchemaWithJSON {
  return {
    "~standard": {
      version: 1,
      vendor: "hereabouts",
      validate: (value) => ({ value }),
      jsonSchema: { input: () => json, output: () => json },
    },
  };
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What only checking needs. */
const RULES = [
  "exclusiveMinimum",
  "maxItems",
  "maxLength",
  "minItems",
  "minLength",
  "minimum",
] as const;

/**
 * What a caller may send, without what only checking needs: every model pays for what is listed.
 *
 * @param shown to which its choices are added
 */
function inputSchemaOf(schema: z.ZodObject, shown: Set<string>): JsonSchema {
  const { $schema, ...json } = z.toJSONSchema(schema, {
    io: "input",
    override({ jsonSchema }) {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      for (const rule of RULES) delete jsonSchema[rule];
      if (jsonSchema.enum) shown.add(JSON.stringify(jsonSchema.enum));
    },
  });
  return json;
}

/**
 * What a tool answers, without what tells its reader nothing: that there is nothing else, that names are texts and whole
 * numbers safe. Of an object whose like was shown before, in the same tool or another one, only the other fields are shown;
 * and no choices that an input shows.
 *
 * @param shown the fields and choices that were shown
 */
function outputSchemaOf(schema: z.ZodObject, shown: Set<string>): JsonSchema {
  const { $schema, ...json } = z.toJSONSchema(schema, {
    override({ jsonSchema }) {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      for (const rule of ["propertyNames", "minimum", "maximum"] as const) delete jsonSchema[rule];
      if (shown.has(JSON.stringify(jsonSchema.enum))) delete jsonSchema.enum;
    },
  });
  return withoutRepeats(json, shown);
}

function withoutRepeats(schema: JsonSchema, shown: Set<string>): JsonSchema {
  const { properties = {}, required = [], items, ...rest } = schema;
  const all = Object.entries(properties).map(([name, field]) => {
    return { name, field: field as JsonSchema, key: `${name} ${JSON.stringify(field)}` };
  });
  const fresh = all.filter(({ key }) => !shown.has(key));
  const fields = fresh.length < all.length / 2 ? fresh : all;
  for (const { key } of all) shown.add(key);
  const needed = fields.map(({ name }) => name).filter((name) => required.includes(name));
  return {
    ...rest,
    ...(items && { items: withoutRepeats(items as JsonSchema, shown) }),
    ...(fields.length > 0 && {
      properties: Object.fromEntries(
        fields.map(({ name, field }) => [name, withoutRepeats(field, shown)]),
      ),
    }),
    ...(needed.length > 0 && { required: needed }),
  };
}

function callTool(
  tool: Tool,
  sent: unknown,
  ctx: ServerContext,
  { catalog, deployment, served, server }: Serving,
  mayAsk: boolean,
): Promise<CallToolResult | InputRequiredResult> {
  const { name, scope } = tool;
  const isAskable = mayAsk && supportsElicitation(server, ctx);
  const caller = callerOf(ctx, served, catalog, isAskable);
  return carryOut<CallToolResult | InputRequiredResult>(
    { method: "tools/call", target: name, scope, supportsElicitation: isAskable },
    caller,
    deployment,
    served,
    async () => {
      const input = parseInput(name, tool.input, sent);
      const progress = progressTo(ctx);
      const output = tool.output.parse(
        await tool.run(input, deployment.services, caller, progress),
      );
      const content = [{ type: "text" as const, text: tool.summarize(output) }];
      return { structuredContent: output, content };
    },
    (error) => {
      if (error instanceof UserQuestion && isAskable) return ask(error.form);
      return { isError: true, content: [{ type: "text", text: wordsFor(error, name) }] };
    },
  );
}

/** Sends progress to a client that gave a token for it; to any other one nothing. */
function progressTo({ mcpReq }: ServerContext): Progress {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return () => {};
  return (progress, total) => {
    const params = { progressToken, progress, total };
    // A client that has gone away is no reason to stop.
    mcpReq.notify({ method: "notifications/progress", params }).catch(() => {});
  };
}

function readResource(
  resource: Resource,
  uri: string,
  variables: Variables,
  ctx: ServerContext,
  { catalog, deployment, served }: Serving,
): Promise<ReadResourceResult> {
  const { name, scope, mimeType } = resource;
  const caller = callerOf(ctx, served, catalog, false);
  return carryOut<ReadResourceResult>(
    { method: "resources/read", target: name, scope },
    caller,
    deployment,
    served,
    async () => {
      const decoded = decode(variables);
      const text = decoded && (await resource.read(decoded, deployment.services, caller));
      if (text === undefined) throw new ResourceNotFoundError(uri);
      return { contents: [{ uri, mimeType, text }] };
    },
    (error) => {
      throw protocolError(error, name);
    },
  );
}

function getPrompt(
  prompt: Prompt,
  sent: unknown,
  ctx: ServerContext,
  { catalog, deployment, served }: Serving,
): Promise<GetPromptResult> {
  const { name, input, scope } = prompt;
  return carryOut<GetPromptResult>(
    { method: "prompts/get", target: name, scope },
    callerOf(ctx, served, catalog, false),
    deployment,
    served,
    async () => {
      const text = prompt.write(parseInput(name, input, sent));
      return { messages: [{ role: "user", content: { type: "text", text } }] };
    },
    (error) => {
      throw protocolError(error, name);
    },
  );
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
