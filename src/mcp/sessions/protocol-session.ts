import { DurableObject } from "cloudflare:workers";
import {
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { type Config, configOf } from "../../config/config.ts";
import { Expiry } from "../../memory/expiry.ts";
import { Memory } from "../../memory/memory.ts";
import { authInfoOf } from "../call.ts";
import { rpcFailure } from "../rpc.ts";
import { type Connection, readConnection } from "./connection.ts";

/** Makes the server of a session, by the path of its endpoint. */
export type CreateSessionServer = (
  session: { readonly path: string; readonly sessionId: string },
  env: Env,
  state: DurableObjectState,
) => McpServer;

/** What survives an eviction: enough to greet again. */
interface Opened {
  /** The body of the `initialize` that opened the session. */
  readonly initialize: string;
  readonly path: string;
  readonly subject: string | undefined;
}

/** A session renews its lease with every request. The lease runs out by itself only where the session cannot end it. */
const LEASE_IN_TTLS = 2;
const REGISTER = "register";

/**
 * The Durable Object of a 2025-era client's session: its transport and its server, which can ask the client
 * while a call is open. They live in memory; after an eviction they are made anew and the stored `initialize`
 * is replayed, so that the session just goes on.
 */
export function protocolSessionClass(createServer: CreateSessionServer) {
  return class ProtocolSession extends DurableObject<Env> {
    readonly #config: Config;
    readonly #expiry: Expiry;
    #transport: Promise<WebStandardStreamableHTTPServerTransport> | undefined;

    constructor(state: DurableObjectState, env: Env) {
      super(state, env);
      this.#config = configOf(env);
      this.#expiry = new Expiry(state.storage, this.#config.sessionTtlSeconds);
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
      await this.#takeLease();
      await this.#expiry.keepAlarm();
    }

    async #open(request: Request, { path, principal }: Connection): Promise<Response> {
      if (!(await this.#takeLease())) return tooManySessions(this.#config.sessionTtlSeconds);
      const { subject } = principal;
      const initialize = await request.text();
      this.#transport = this.#connect(path);
      const transport = await this.#transport;
      const response = await transport.handleRequest(new Request(request, { body: initialize }));
      if (!response.headers.has(SESSION_HEADER)) {
        this.#transport = undefined;
        await this.#register().end(this.#id());
        return response;
      }
      this.ctx.storage.kv.put<Opened>("opened", { initialize, path, subject });
      await this.#expiry.renew();
      return response;
    }

    /** As after `#open`: the client said hello long ago and is not told of it. */
    async #reopen(opened: Opened): Promise<WebStandardStreamableHTTPServerTransport> {
      const transport = await this.#connect(opened.path);
      await (await transport.handleRequest(post(opened.initialize))).text();
      await transport.handleRequest(post(INITIALIZED, { [SESSION_HEADER]: this.#id() }));
      return transport;
    }

    async #connect(path: string): Promise<WebStandardStreamableHTTPServerTransport> {
      const transport = new WebStandardStreamableHTTPServerTransport({
        sessionIdGenerator: () => this.#id(),
        onsessionclosed: () => this.#end(),
      });
      const sessionId = this.#id();
      await createServer({ path, sessionId }, this.env, this.ctx).connect(transport);
      return transport;
    }

    async #end(): Promise<void> {
      await this.ctx.storage.deleteAll();
      await this.#register().end(this.#id());
      await new Memory(this.env.SESSION, this.#config.sessionTtlSeconds).forget({
        kind: "session",
        id: this.#id(),
      });
      const transport = await this.#transport;
      this.#transport = undefined;
      await transport?.close();
    }

    async #takeLease(): Promise<boolean> {
      const { sessionTtlSeconds, maxSessions } = this.#config;
      const expiresAtMs = Date.now() + LEASE_IN_TTLS * sessionTtlSeconds * 1_000;
      return this.#register().take(this.#id(), expiresAtMs, maxSessions);
    }

    #register() {
      return this.env.SESSION_REGISTER.getByName(REGISTER);
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

function tooManySessions(ttlSeconds: number): Response {
  const response = rpcFailure(
    503,
    "refused",
    "There are as many sessions as this server allows. Try again later, or initialize without elicitation, sampling and roots: that needs no session.",
  );
  response.headers.set("Retry-After", String(Math.min(ttlSeconds, 60)));
  return response;
}
