import {
  type InitializeRequestParams,
  PROTOCOL_VERSION_META_KEY,
} from "@modelcontextprotocol/server";
import type { SessionPolicy } from "../../memory/settings.ts";
import { type Connection, withConnection } from "./connection.ts";
import { SESSION_HEADER, sessionNotFound } from "./protocol-session.ts";

/** Of later revisions no client has a session. */
const LAST_REVISION_WITH_SESSIONS = "2025-11-25";
const SESSION_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Sessions = DurableObjectNamespace;

/**
 * Serves what belongs to a session of a 2025-era client: requests with its id, and the `initialize` of a client
 * that the server can ask something. Everything else is undefined here and is served statelessly.
 */
export async function serveSession(
  request: Request,
  connection: Connection,
  sessions: Sessions,
  policy: SessionPolicy,
): Promise<Response | undefined> {
  if (policy === "never" || isLater(request.headers.get("mcp-protocol-version"))) return undefined;
  const id = request.headers.get(SESSION_HEADER);
  if (id === null && request.method !== "POST") return undefined;
  if (request.method === "POST") {
    const message = await request
      .clone()
      .json<Message>()
      .catch(() => undefined);
    if (message?.params?._meta?.[PROTOCOL_VERSION_META_KEY] !== undefined) return undefined;
    if (id === null && !opensSession(message, policy)) return undefined;
  }
  if (id !== null && !SESSION_ID.test(id)) return sessionNotFound();
  const session = sessions.getByName(id ?? crypto.randomUUID());
  return session.fetch(withConnection(request, connection));
}

interface Message {
  readonly method?: unknown;
  readonly params?: Partial<InitializeRequestParams>;
}

function isLater(version: string | null): boolean {
  return version !== null && /^\d{4}-/.test(version) && version > LAST_REVISION_WITH_SESSIONS;
}

function opensSession(message: Message | undefined, policy: SessionPolicy): boolean {
  if (message?.method !== "initialize") return false;
  const { elicitation, sampling, roots } = message.params?.capabilities ?? {};
  return policy === "always" || Boolean(elicitation ?? sampling ?? roots);
}
