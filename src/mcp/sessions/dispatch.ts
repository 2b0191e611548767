import type { InitializeRequestParams } from "@modelcontextprotocol/server";
import type { Config } from "../../config/config.ts";
import { sha256Hex } from "../../digest.ts";
import type { Metrics } from "../../observe/metrics.ts";
import { objectCall, Patience } from "../../stores/patience.ts";
import { type Connection, withConnection } from "./connection.ts";
import { Leases } from "./leases.ts";
import { leaseOf, SESSION_HEADER, sessionNotFound } from "./protocol-session.ts";
import type { Granted, SessionRegister } from "./registry.ts";

/** Of later revisions no client has a session. */
const LAST_REVISION_WITH_SESSIONS = "2025-11-25";

/** It is stored, to be replayed. No real one has more. */
const MOST_INITIALIZE_CHARACTERS = 4_096;

interface Sessions {
  readonly config: Pick<
    Config,
    "sessions" | "sessionTtlSeconds" | "maxSessions" | "maxSessionsPerAddress"
  >;
  readonly sessions: DurableObjectNamespace;
  readonly sessionRegister: DurableObjectNamespace<SessionRegister>;
  readonly metrics: Pick<Metrics, "count">;
}

/** What decides whether a request belongs to a session. */
interface Opening {
  readonly era: "modern" | "legacy";
  /** The server asks in the stream of an answer. */
  readonly readsStreams: boolean;
  /** What an address is counted by. */
  readonly addressBlock: string | undefined;
  readonly messages: readonly {
    readonly request: unknown;
    readonly method: string | undefined;
    readonly params: Readonly<Record<string, unknown>>;
  }[];
}

/**
 * Serves what belongs to a session of a 2025-era client: requests with its id, and the `initialize` of a client
 * that the server can ask something, as long as there is room for one more. Everything else is undefined here and is
 * served statelessly.
 */
export async function serveInSession(
  request: Request,
  opening: Opening,
  connection: Connection,
  deployment: Sessions,
): Promise<Response | undefined> {
  const { era, readsStreams, messages } = opening;
  if (era === "modern" || !mayHaveSession(request, deployment)) return undefined;
  const id = request.headers.get(SESSION_HEADER);
  if (id !== null) return inSession(id, request, connection, deployment);
  const opens =
    readsStreams && messages.length === 1 && opensSession(messages[0]!, deployment.config);
  return opens ? openSession(request, opening, connection, deployment) : undefined;
}

/** Ends a session at its client's request; undefined for a request without a session. */
export async function endSession(
  request: Request,
  connection: Connection,
  deployment: Sessions,
): Promise<Response | undefined> {
  const id = request.headers.get(SESSION_HEADER);
  if (id === null || !mayHaveSession(request, deployment)) return undefined;
  return inSession(id, request, connection, deployment);
}

function mayHaveSession({ headers }: Request, { config }: Sessions): boolean {
  const version = headers.get("mcp-protocol-version");
  const isLater =
    version !== null && /^\d{4}-/.test(version) && version > LAST_REVISION_WITH_SESSIONS;
  return config.sessions !== "never" && !isLater;
}

/** Undefined if there is no room, or nobody who knows whether there is. */
async function openSession(
  request: Request,
  { messages, addressBlock }: Opening,
  connection: Connection,
  deployment: Sessions,
): Promise<Response | undefined> {
  const { sessions, sessionRegister, config, metrics } = deployment;
  const refuse = (reason: Exclude<Granted, "granted"> | "too_large") => {
    metrics.count("hereabouts_sessions_refused_total", { reason });
    return undefined;
  };
  const body = JSON.stringify(messages[0]!.request);
  if (body.length > MOST_INITIALIZE_CHARACTERS) return refuse("too_large");
  const id = sessions.newUniqueId();
  const holder = await holderOf(connection, addressBlock);
  const leases = new Leases(sessionRegister, metrics);
  const granted = await leases
    .take(leaseOf(id.toString(), holder, config), {
      inAll: config.maxSessions,
      ofHolder: config.maxSessionsPerAddress,
    })
    .catch(() => undefined);
  if (granted === undefined) return undefined;
  if (granted !== "granted") return refuse(granted);
  const opening = new Request(request, { body });
  return ask(id, opening, { ...connection, holder }, deployment);
}

/** Who has a share of all sessions: the subject, else whoever calls from the address. */
async function holderOf(
  { principal: { subject } }: Connection,
  addressBlock: string | undefined,
): Promise<string | undefined> {
  const name = subject === undefined ? addressBlock : `subject:${subject}`;
  return name && sha256Hex(name);
}

function inSession(
  id: string,
  request: Request,
  connection: Connection,
  deployment: Sessions,
): Response | Promise<Response> {
  const known = sessionOf(id, deployment.sessions);
  return known ? ask(known, request, connection, deployment) : sessionNotFound();
}

/** A session takes as long as its calls do. @throws StoreDown if its object fails */
async function ask(
  id: DurableObjectId,
  request: Request,
  connection: Connection,
  { sessions, metrics }: Sessions,
): Promise<Response> {
  try {
    return await sessions.get(id).fetch(withConnection(request, connection));
  } catch (error) {
    // Whoever has gone away has ended it.
    if (request.signal.aborted) throw error;
    throw new Patience(metrics).failureOf(objectCall("session"), error);
  }
}

/** The object of a session. Ids of objects carry a keyed check: one that the platform did not give wakes no object. */
function sessionOf(id: string, sessions: DurableObjectNamespace): DurableObjectId | undefined {
  try {
    return sessions.idFromString(id);
  } catch {
    return undefined;
  }
}

function opensSession(
  { method, params }: Opening["messages"][number],
  { sessions }: Pick<Config, "sessions">,
): boolean {
  if (method !== "initialize") return false;
  const { capabilities } = params as Partial<InitializeRequestParams>;
  const { elicitation, sampling, roots } = capabilities ?? {};
  return sessions === "always" || Boolean(elicitation ?? sampling ?? roots);
}
