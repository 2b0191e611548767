import type { Scope } from "./scopes.ts";
import type { Trace } from "./trace.ts";

/** How somebody has proven who they are. */
export type Credential = "none" | "admin token" | "key" | "jwt" | "oauth";

/** Who asks, as far as it is proven, and what they may do. */
export interface Principal {
  /**
   * To whom memory, sessions, tasks and budgets belong: `admin`, or the kind of credential and the name that it proves
   * (`key:nightly-import`). Undefined for nobody in particular.
   */
  readonly subject: string | undefined;
  readonly scopes: readonly Scope[];
  readonly credential: Credential;
  /** When the credential ends, if it does. */
  readonly expiresAtMs: number | undefined;
}

/** As what a caller sees the server: it follows from the address and the endpoint that they ask. */
export interface Vantage {
  /** The origin that the caller knows the server by. */
  readonly origin: string;
  /** Whether the host tells the location itself, so that the tools it sees take no place. */
  readonly isLocatedByHost: boolean;
  /** The address of the page on which the user can say where they are; undefined: none that is of use to them. */
  readonly herePage: string | undefined;
}

/** What a request says about who asks. Of all but the principal nothing is proven, and any of it may be missing. */
export interface Caller extends Vantage {
  readonly principal: Principal;
  /** Names the request in the log. */
  readonly requestId: string;
  readonly trace: Trace;
  /** Where Cloudflare saw the connection come from: often the assistant's data centre, not the person. */
  readonly cf: IncomingRequestCfProperties | undefined;
  /** The address of the connection, IPv4 or IPv6. */
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  /** The program's own name, such as `claude-ai`. Clients of the 2025 revisions do not send it with a call. */
  readonly clientName: string | undefined;
  /** The session of a 2025-era client that has one. */
  readonly sessionId: string | undefined;
  /** The call's `_meta` without the protocol's own keys; hosts leave hints there (`openai/userLocation`). */
  readonly meta: Readonly<Record<string, unknown>>;
  /** What the user answered to a question of this call (errors.ts), by its field; `undefined`: would not say. */
  readonly answers: ReadonlyMap<string, string | undefined>;
}
