import type { InitializeRequestParams } from "@modelcontextprotocol/server";
import type { Config } from "../../config/config.ts";
import { type Connection, withConnection } from "./connection.ts";
import { SESSION_HEADER, sessionNotFound } from "./protocol-session.ts";

/** Of later revisions no client has a session. */
const LAST_REVISION_WITH_SESSIONS = "2025-11-25";

interface Sessions {
  readonly config: Pick<Config, "sessions">;
  readonly sessions: DurableObjectNamespace;
}

/** What decides whether a request belongs to a session. */
interface Opening {
  readonly era: "modern" | "legacy";
  /** The server asks in the stream of an answer. */
  readonly readsStreams: boolean;
  readonly messages: readonly {
    readonly method: string | undefined;
    readonly params: Readonly<Record<string, unknown>>;
  }[];
}

/**
 * Serves what belongs to a session of a 2025-era client: requests with its id, and the `initialize` of a client
 * that the server can ask something. Everything else is undefined here and is served statelessly.
 */
export async function serveInSession(
  request: Request,
  { era, readsStreams, messages }: Opening,
  connection: Connection,
  deployment: Sessions,
): Promise<Response | undefined> {
  if (era === "modern" || !mayHaveSession(request, deployment)) return undefined;
  const id = request.headers.get(SESSION_HEADER);
  const opens =
    readsStreams && messages.length === 1 && opensSession(messages[0]!, deployment.config);
  return id === null && !opens ? undefined : inSession(id, request, connection, deployment);
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

function inSession(
  id: string | null,
  request: Request,
  connection: Connection,
  { sessions }: Sessions,
): Response | Promise<Response> {
  const known = id === null ? sessions.newUniqueId() : sessionOf(id, sessions);
  if (!known) return sessionNotFound();
  return sessions.get(known).fetch(withConnection(request, connection));
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
