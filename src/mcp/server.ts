import {
  type CallToolResult,
  type CompleteRequestParams,
  type CompleteResult,
  type GetPromptResult,
  type InputRequiredResult,
  McpServer,
  type ReadResourceResult,
  ResourceNotFoundError,
  type ServerContext,
  type ServerOptions,
  type Variables,
} from "@modelcontextprotocol/server";
import type { Caller } from "../caller.ts";
import type { Config } from "../config/config.ts";
import { CallerError, NotFound, UserQuestion } from "../errors.ts";
import { parseInput } from "../input.ts";
import type { Deployment, Services } from "../services.ts";
import type { Asker } from "../tasks/asker.ts";
import type { TaskView } from "../tasks/contract.ts";
import { isOver } from "../tasks/view.ts";
import { version } from "../version.ts";
import { callerOf, carryOut, protocolError, type Served, vantageOf, wordsFor } from "./call.ts";
import type { Catalog, Progress, Prompt, Resource, Tool, Wait } from "./define.ts";
import { ask, SHOWS_NOTHING, whatIsShown, withForms } from "./elicitation.ts";
import { listTool, preparePrompt, prepareResource, prepareTool } from "./listing.ts";
import { type FindCalled, finderIn, offerOf, TASK } from "./offer.ts";
import {
  createdTask,
  followsTasks,
  type ProtocolTask,
  protocolTaskOf,
  registerTaskMethods,
  TASKS_DECLARED,
} from "./protocol-tasks.ts";

/** How long clients may go by a list. It changes with a new version; what tools tell of the data, with an import. */
const LISTS_MAY_BE_CACHED = { ttlMs: 10 * 60_000, cacheScope: "public" } as const;
/** Places are the same for everybody who may read them, and change with an import. */
const READS_MAY_BE_CACHED = { ttlMs: 60_000 } as const;

/** The extension by which hosts show a page beside a tool's answers (MCP Apps, SEP-1865), as a server declares it. */
const VIEWS_DECLARED = { "io.modelcontextprotocol/ui": {} };

/** After how long a stream that is silent gets a comment: what lies between cuts it, the strictest after a minute. */
export const HEARTBEAT_MS = 15_000;

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
  const tools = catalog.tools.map((tool) => prepareTool(tool, catalog, shown));
  const resources = catalog.resources.map(prepareResource);
  const prompts = catalog.prompts.map(preparePrompt);

  return (deployment, served) => {
    const { config: settings } = deployment;
    const { serverName: name, serverTitle: title = "Hereabouts" } = settings;
    const instructions = [settings.serverInstructions, catalog.instructions]
      .filter(Boolean)
      .join(" ");
    const isOffered = offerOf(settings);
    const taskTool = tools.map(({ tool }) => tool).find((tool) => tool.begin && isOffered(tool));
    // What earlier revisions had of tasks is another thing, and gone.
    const hasTasks = taskTool !== undefined && served.era === "modern";
    const server = new McpServer(
      { name, title, version },
      { ...optionsFor(catalog, settings, hasTasks), ...(instructions && { instructions }) },
    );
    const serving: Serving = { catalog, deployment, served, server };
    const offeredTools = tools.filter(({ tool }) => isOffered(tool));

    for (const { tool, config } of offeredTools) {
      if (served.tool !== undefined && served.tool !== tool.name) continue;
      server.registerTool(tool.name, config, (input, ctx) =>
        withForms(ctx, served, (again, mayAsk) => callTool(tool, input, again, serving, mayAsk)),
      );
    }
    if (hasTasks && served.tool === taskTool.name) {
      // Of a tool with an output schema the library's own handler lets no task pass.
      server.server.setRequestHandler("tools/call", ({ params }, ctx) =>
        callTool(taskTool, params.arguments ?? {}, ctx, serving, true),
      );
    }
    if (served.tool !== undefined) return server;

    if (hasTasks) registerTaskMethods(server, taskMethods(taskTool, serving));
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
      server.server.setRequestHandler("tools/list", async (_, { http }) => {
        const vantage = vantageOf(http!.req!.url, catalog, settings);
        const list = offeredTools.map((each) => listTool(each, deployment.services, vantage));
        return { tools: await Promise.all(list) };
      });
    }
    if (catalog.resources.some(({ complete }) => complete)) {
      server.server.setRequestHandler("completion/complete", ({ params }, ctx) =>
        completeArgument(params, ctx, serving),
      );
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

function optionsFor(
  { tools, resources, prompts }: Catalog,
  { anonymousScopes }: Config,
  hasTasks: boolean,
): ServerOptions {
  const isOpen = ({ scope }: Resource) => scope === undefined || anonymousScopes.includes(scope);
  const kept = resources.filter(({ isLive }) => !isLive);
  const hasViews = tools.some(({ view }) => view);
  // Nothing is ever pushed, so no list may claim to announce its changes: the library's default would.
  const constant = { listChanged: false };
  return {
    capabilities: {
      ...(tools.length > 0 && { tools: constant }),
      ...(resources.length > 0 && { resources: constant }),
      ...(prompts.length > 0 && { prompts: constant }),
      ...(resources.some(({ complete }) => complete) && { completions: {} }),
      ...((hasTasks || hasViews) && {
        extensions: { ...(hasTasks && TASKS_DECLARED.extensions), ...(hasViews && VIEWS_DECLARED) },
      }),
    },
    cacheHints: {
      "server/discover": LISTS_MAY_BE_CACHED,
      "tools/list": LISTS_MAY_BE_CACHED,
      "prompts/list": LISTS_MAY_BE_CACHED,
      "resources/list": LISTS_MAY_BE_CACHED,
      "resources/templates/list": LISTS_MAY_BE_CACHED,
      "resources/read": {
        ...READS_MAY_BE_CACHED,
        cacheScope: kept.every(isOpen) ? "public" : "private",
      },
    },
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
  const { services, config } = deployment;
  const shows = mayAsk ? whatIsShown(server, ctx) : SHOWS_NOTHING;
  const caller = callerOf(ctx, served, catalog, config, shows);
  const wait = waitOf(ctx, config, tool.mostWaitMs?.(config));
  const waitMs = tool.waits ? wait.mostMs : 0;
  return carryOut<CallToolResult | InputRequiredResult>(
    { method: "tools/call", target: name, scope, shows, waitMs },
    caller,
    deployment,
    served,
    async () => {
      const input = parseInput(name, tool.input, sent);
      if (tool.begin && tool.tell && followsTasks(ctx)) {
        const task = await tool.begin(input, services, caller);
        return isOver(task) ? resultOf(tool, tool.tell(task, caller), services) : createdTask(task);
      }
      const answer = await tool
        .run(input, services, caller, progressTo(ctx), wait)
        .catch((error) => {
          // What was cancelled is no failure, whatever it ends with.
          throw wait.signal.aborted ? new CallerError("The call was cancelled.") : error;
        });
      return resultOf(tool, answer, services);
    },
    (error) => {
      const asked = error instanceof UserQuestion ? ask(error, shows) : undefined;
      return asked ?? { isError: true, content: [{ type: "text", text: wordsFor(error, name) }] };
    },
  );
}

function resultOf(tool: Tool, answer: unknown, services: Services): CallToolResult {
  const output = tool.output.parse(answer);
  const content = [{ type: "text" as const, text: tool.summarize(output, services) }];
  return { structuredContent: output, content, ...(tool.isFailure?.(output) && { isError: true }) };
}

/** Of a result inside another one the library does not say what it is. */
function completed(result: CallToolResult): CallToolResult {
  return { resultType: "complete", ...result };
}

/** The tasks that calls of a tool have begun, for clients that follow them: each is answered to its owner. */
function taskMethods(tool: Tool, { catalog, deployment, served }: Serving) {
  const { services, config } = deployment;
  const answer = <Result>(
    method: string,
    ctx: ServerContext,
    work: (caller: Caller, asker: Asker) => Promise<Result>,
  ) => {
    const caller = callerOf(ctx, served, catalog, config);
    return carryOut<Result>(
      { method, target: TASK, scope: tool.scope },
      caller,
      deployment,
      served,
      () => work(caller, services.tasks.askerOf(caller)),
      (error) => {
        throw protocolError(error, TASK);
      },
    );
  };
  const known = async (id: string, asker: Asker): Promise<TaskView> => {
    const task = await services.tasks.get(id, asker);
    if (task.state === "expired") throw new NotFound("This task and its result have expired.");
    return task;
  };
  return {
    get: (id: string, ctx: ServerContext) =>
      answer<ProtocolTask>("tasks/get", ctx, async (caller, asker) => {
        const task = await known(id, asker);
        const told = protocolTaskOf(task);
        return told.status === "completed"
          ? { ...told, result: completed(resultOf(tool, tool.tell!(task, caller), services)) }
          : told;
      }),
    // None of ours asks anything: whatever is answered is an answer to nothing.
    update: (id: string, ctx: ServerContext) =>
      answer("tasks/update", ctx, async (_, asker) => {
        await known(id, asker);
        return undefined;
      }),
    cancel: (id: string, ctx: ServerContext) =>
      answer("tasks/cancel", ctx, async (_, asker) => {
        await known(id, asker);
        await services.tasks.cancel(id, asker);
        return undefined;
      }),
  };
}

/** A client that sees progress waits on; without it the libraries of both eras give up after a minute. */
const MOST_WAIT_MS = 300_000;

/** @param ownMs how long the tool's own work may take, if that bounds its wait */
function waitOf(
  { mcpReq, http }: ServerContext,
  { taskWaitSeconds }: Config,
  ownMs: number | undefined,
): Wait {
  const seesProgress = mcpReq._meta?.progressToken !== undefined;
  return {
    mostMs: ownMs ?? (seesProgress ? MOST_WAIT_MS : taskWaitSeconds * 1_000),
    seesProgress,
    // In a session the library does not hear that a client has gone away.
    signal: AbortSignal.any([mcpReq.signal, http!.req!.signal]),
  };
}

/** Sends progress to a client that gave a token for it; to any other one nothing. */
function progressTo({ mcpReq }: ServerContext): Progress {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return () => {};
  return (progress, total, message) => {
    const params = {
      progressToken,
      progress,
      ...(total !== undefined && { total }),
      ...(message && { message }),
    };
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
  const caller = callerOf(ctx, served, catalog, deployment.config);
  return carryOut<ReadResourceResult>(
    { method: "resources/read", target: name, scope },
    caller,
    deployment,
    served,
    async () => {
      const decoded = decode(variables);
      const text = decoded && (await resource.read(decoded, deployment.services, caller));
      if (text === undefined) throw new ResourceNotFoundError(uri);
      const _meta = resource.meta?.(deployment.services, caller);
      return { contents: [{ uri, mimeType, text, ...(_meta && { _meta }) }] };
    },
    (error) => {
      throw protocolError(error, name);
    },
  );
}

/** Of what has nothing to complete the answer is empty, as the protocol has it. */
function completeArgument(
  { ref, argument }: CompleteRequestParams,
  ctx: ServerContext,
  { catalog, deployment, served }: Serving,
): Promise<CompleteResult> {
  const { config, services } = deployment;
  const target = "uri" in ref ? ref.uri : ref.name;
  const method = "completion/complete";
  const item = finderIn(catalog)({ method, target, era: served.era }, config);
  const resource = catalog.resources.find((one) => one === item);
  return carryOut<CompleteResult>(
    { method, target: item?.name ?? "none", scope: item?.scope },
    callerOf(ctx, served, catalog, config),
    deployment,
    served,
    async () => {
      if (!item)
        throw new CallerError("There is no such prompt, and no such template of addresses.");
      const names = Object.entries(resource?.complete ?? {});
      const [, complete] = names.find(([name]) => name === argument.name) ?? [];
      const values = complete ? await complete(argument.value, services) : [];
      return { completion: { values: [...values] } };
    },
    (error) => {
      throw protocolError(error, method);
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
  const caller = callerOf(ctx, served, catalog, deployment.config);
  return carryOut<GetPromptResult>(
    { method: "prompts/get", target: name, scope },
    caller,
    deployment,
    served,
    async () => {
      const text = prompt.write(parseInput(name, input, sent), caller);
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
