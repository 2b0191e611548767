import { DurableObject } from "cloudflare:workers";
import {
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { type Config, configOf } from "../../config/config.ts";
import { Expiry } from "../../memory/expiry.ts";
import { Memory } from "../../memory/memory.ts";
import { type Metrics, openMetrics } from "../../observe/metrics.ts";
import { authInfoOf } from "../call.ts";
import { rpcFailure } from "../rpc.ts";
import { HEARTBEAT_MS } from "../server.ts";
import { type Connection, readConnection } from "./connection.ts";
import { Forms } from "./forms.ts";
import { Leases } from "./leases.ts";
import type { Lease } from "./registry.ts";

/** Makes the server of a session, by the path of its endpoint. */
export type CreateSessionServer = (
  session: { readonly path: string; readonly sessionId: string; readonly forms: Forms },
  env: Env,
  state: DurableObjectState,
) => McpServer;

/** What survives an eviction: enough to greet again. */
interface Opened {
  /** The body of the `initialize` that opened the session. */
  readonly initialize: string;
  readonly path: string;
  readonly subject: string | undefined;
  /** Whose share of all sessions it takes. */
  readonly holder: string | undefined;
}

/** A session renews its lease with every request. The lease runs out by itself only where the session cannot end it. */
const LEASE_IN_TTLS = 2;

/** The lease of a session from now on. */
export function leaseOf(
  id: string,
  holder: string | undefined,
  { sessionTtlSeconds }: Pick<Config, "sessionTtlSeconds">,
): Lease {
  const expiresAtMs = Date.now() + LEASE_IN_TTLS * sessionTtlSeconds * 1_000;
  return { id, kind: "session", holder, expiresAtMs };
}

/**
 * The Durable Object of a 2025-era client's session: its transport and its server, which can ask the client
 * while a call is open. They live in memory; after an eviction they are made anew and the stored `initialize`
 * is replayed, so that the session just goes on.
 */
export function protocolSessionClass(createServer: CreateSessionServer) {
  return class ProtocolSession extends DurableObject<Env> {
    readonly #config: Config;
    readonly #expiry: Expiry;
    readonly #metrics: Metrics;
    readonly #leases: Leases;
    #transport: Promise<WebStandardStreamableHTTPServerTransport> | undefined;

    constructor(state: DurableObjectState, env: Env) {
      super(state, env);
      this.#config = configOf(env);
      this.#expiry = new Expiry(state.storage, this.#config.sessionTtlSeconds);
      this.#metrics = openMetrics(env.METRIC_SHARDS, state);
      this.#leases = new Leases(env.SESSION_REGISTER, this.#metrics);
    }

    override async fetch(incoming: Request): Promise<Response> {
      const { connection, request } = readConnection(incoming);
      const opened = this.ctx.storage.kv.get<Opened>("opened");
      if (!opened) {
        return request.headers.has(SESSION_HEADER)
          ? sessionNotFound()
          : this.#open(request, connection);
      }
      const isOwner =
        opened.path === connection.path && opened.subject === connection.principal.subject;
      if (!isOwner || this.#expiry.isOver()) return sessionNotFound();
      await this.#expiry.renew();
      this.#transport ??= this.#reopen(opened);
      const transport = await this.#transport;
      return transport.handleRequest(request, { authInfo: authInfoOf(connection) });
    }

    override async alarm(): Promise<void> {
      if (this.#expiry.isOver()) return this.#end();
      const { maxSessions: inAll, maxSessionsPerAddress: ofHolder } = this.#config;
      const { holder } = this.ctx.storage.kv.get<Opened>("opened")!;
      const lease = leaseOf(this.#id(), holder, this.#config);
      // A session lives on even if nobody counts it.
      await this.#leases.take(lease, { inAll, ofHolder }).catch(() => {});
      await this.#expiry.keepAlarm();
    }

    /** Its lease was taken before. */
    async #open(request: Request, { path, principal, holder }: Connection): Promise<Response> {
      const { subject } = principal;
      const initialize = await request.text();
      const opened: Opened = { initialize, path, subject, holder };
      this.#transport = this.#connect(opened);
      const transport = await this.#transport;
      const response = await transport.handleRequest(new Request(request, { body: initialize }));
      if (!response.headers.has(SESSION_HEADER)) {
        this.#transport = undefined;
        await this.#leases.end(this.#id());
        return response;
      }
      this.ctx.storage.kv.put<Opened>("opened", opened);
      await this.#expiry.renew();
      return response;
    }

    /** As after `#open`: the client said hello long ago and is not told of it. */
    async #reopen(opened: Opened): Promise<WebStandardStreamableHTTPServerTransport> {
      const transport = await this.#connect(opened);
      await (await transport.handleRequest(post(opened.initialize))).text();
      await transport.handleRequest(post(INITIALIZED, { [SESSION_HEADER]: this.#id() }));
      return transport;
    }

    async #connect({ path, holder }: Opened): Promise<WebStandardStreamableHTTPServerTransport> {
      const transport = new WebStandardStreamableHTTPServerTransport({
        sessionIdGenerator: () => this.#id(),
        keepAliveMs: HEARTBEAT_MS,
        onsessionclosed: () => this.#end(),
      });
      const sessionId = this.#id();
      const forms = new Forms(this.#leases, holder, this.#config.maxSessions);
      await createServer({ path, sessionId, forms }, this.env, this.ctx).connect(transport);
      return transport;
    }

    async #end(): Promise<void> {
      await this.ctx.storage.deleteAll();
      await this.#leases.end(this.#id());
      const { sessionTtlSeconds } = this.#config;
      const memory = new Memory(this.env.SESSION, sessionTtlSeconds, this.#metrics);
      await memory.forget({ kind: "session", id: this.#id() });
      const transport = await this.#transport;
      this.#transport = undefined;
      await transport?.close();
    }

    #id(): string {
      return this.ctx.id.toString();
    }
  };
}

export const SESSION_HEADER = "mcp-session-id";
const INITIALIZED = JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" });

/** A request as the transport expects it. */
function post(body: string, headers: Readonly<Record<string, string>> = {}): Request {
  return new Request("https://session.invalid/", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...headers,
    },
    body,
  });
}

/** 404 has a client begin anew. */
export function sessionNotFound(): Response {
  return rpcFailure(
    404,
    "noSession",
    "There is no such session (any more): send initialize to begin a new one.",
  );
}
