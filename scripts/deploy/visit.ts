import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod/v4";
import { CallerError } from "../../src/errors.ts";

/** Calls a deployed Worker as its callers will, and says in words what is wrong. */

export interface Patience {
  /** A new address is known everywhere, and has its certificate, after a minute or so. */
  readonly mostMs: number;
  readonly pauseMs: number;
}

const PATIENCE: Patience = { mostMs: 120_000, pauseMs: 3_000 };
const ANSWER_MS = 20_000;

/** What browsers and hosts call themselves when they call for a person. Blocked ones are told by their names. */
const ASSISTANTS = ["Claude-User/1.0", "ChatGPT-User/1.0"];
const REVISION = "2025-11-25";

const Health = z.object({ status: z.string(), version: z.string(), index: z.string().optional() });
export type Health = z.infer<typeof Health>;

/**
 * Asks `/health` until the Worker answers.
 *
 * @throws CallerError if it does not, or is not well
 */
export async function visitHealth(
  server: URL,
  signal: AbortSignal,
  patience: Patience = PATIENCE,
): Promise<Health> {
  const url = new URL("/health", server);
  const until = performance.now() + patience.mostMs;
  for (;;) {
    const answer = await ask(url, { signal }).catch((error: Error) => error);
    signal.throwIfAborted();
    const found = answer instanceof Error ? undefined : healthOf(answer);
    if (found) return found;
    if (performance.now() > until) throw new CallerError(notWell(url, answer));
    await wait(patience.pauseMs, undefined, { signal });
  }
}

function healthOf({ status, text }: Answer): Health | undefined {
  return status === 200 ? Health.safeParse(json(text)).data : undefined;
}

function notWell(url: URL, answer: Answer | Error): string {
  if (answer instanceof Error) {
    const cause = answer.cause instanceof Error ? `: ${answer.cause.message}` : "";
    return `${url} cannot be reached (${answer.message}${cause}). A new address may take some minutes: run npm run deploy again then.`;
  }
  return blockedBy(url, answer) ?? `${url} answers ${answer.status}: ${answer.text.slice(0, 500)}`;
}

/** What a caller finds at `/mcp`. */
export type Visit = { tools: readonly string[] } | { mustSignIn: true };

const Initialized = z.object({ result: z.object({ serverInfo: z.object({ name: z.string() }) }) });
const Listed = z.object({
  result: z.object({ tools: z.array(z.object({ name: z.string() })).min(1) }),
});

/**
 * Makes a client's first calls, as somebody and under the names of the assistants.
 *
 * @throws CallerError if they do not get through
 */
export async function visitMcp(server: URL, signal: AbortSignal): Promise<Visit> {
  const url = new URL("/mcp", server);
  const [initialize, list] = [
    call(1, "initialize", {
      protocolVersion: REVISION,
      capabilities: {},
      clientInfo: { name: "hereabouts-deploy", version: "1" },
    }),
    call(2, "tools/list", {}),
  ];
  for (const assistant of ASSISTANTS) await askMcp(url, initialize, signal, assistant);
  const first = await askMcp(url, initialize, signal);
  if (first.status === 401) return { mustSignIn: true };
  resultOf(Initialized, url, first);
  const { result } = resultOf(Listed, url, await askMcp(url, list, signal));
  return { tools: result.tools.map(({ name }) => name) };
}

function call(id: number, method: string, params: object): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params });
}

async function askMcp(
  url: URL,
  body: string,
  signal: AbortSignal,
  userAgent = "hereabouts-deploy",
): Promise<Answer> {
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "mcp-protocol-version": REVISION,
    "user-agent": userAgent,
  };
  const answer = await ask(url, { method: "POST", headers, body, signal });
  const blocked = blockedBy(url, answer, userAgent);
  if (blocked) throw new CallerError(blocked);
  return answer;
}

function resultOf<Schema extends z.ZodType>(
  schema: Schema,
  url: URL,
  { status, text }: Answer,
): z.infer<Schema> {
  // An answer may be a stream of one event.
  const found = schema.safeParse(json(text.slice(text.indexOf("{"))));
  if (status === 200 && found.success) return found.data;
  throw new CallerError(
    `${url} does not answer as an MCP server does: ${status} ${text.slice(0, 500)}`,
  );
}

const Metadata = z.object({ resource: z.string() });

/** Whether clients that look for the way to sign in find this server: why not, if they do not. */
export async function signInFault(server: URL, signal: AbortSignal): Promise<string | undefined> {
  const url = new URL("/.well-known/oauth-protected-resource/mcp", server);
  const answer = await ask(url, { signal });
  const resource = new URL("/mcp", server).href;
  // 404: nobody can sign in here.
  if (answer.status === 404) return undefined;
  const found = Metadata.safeParse(json(answer.text)).data;
  if (found?.resource === resource) return undefined;
  return (
    blockedBy(url, answer) ??
    `${url} names ${found?.resource ?? "no resource"}, not ${resource}: clients cannot sign in. Set PUBLIC_URL to the address that they use.`
  );
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function ask(url: URL, request: RequestInit & { signal: AbortSignal }): Promise<Answer> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(ANSWER_MS)]);
  const response = await fetch(url, { ...request, signal, redirect: "manual" });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const CHALLENGE = /just a moment|cf-chl|challenge-platform|attention required/i;

/** The Worker answers with JSON: a page is somebody else's. */
function blockedBy(url: URL, { status, headers, text }: Answer, userAgent?: string) {
  const type = headers.get("content-type") ?? "";
  if (
    headers.get("cf-mitigated") === "challenge" ||
    (type.includes("html") && CHALLENGE.test(text))
  ) {
    const whom = userAgent ? `, asked by ${userAgent}` : "";
    return `${url} answers with a challenge of Cloudflare${whom}: programs cannot pass it. Turn off "Block AI bots" and Bot Fight Mode for this zone, or let the WAF skip /mcp, /chatgpt/mcp, /.well-known/*, /authorize, /token and /register.`;
  }
  if (headers.get("server") === "cloudflare" && status === 403 && type.includes("html")) {
    return `${url} answers 403 with a page of Cloudflare${userAgent ? `, asked by ${userAgent}` : ""}: a rule of the zone blocks it ("Block AI bots", WAF, IP access).`;
  }
  if (headers.get("location")?.includes("cloudflareaccess.com")) {
    return `${url} sends callers to Cloudflare Access: let it bypass this address. The server has sign-in of its own.`;
  }
  return undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
