import fc from "fast-check";
import { credentials } from "./credentials.ts";
import { rpcBodies } from "./rpc-bodies.ts";
import { headerText, nastyText } from "./texts.ts";

/** An HTTP request as plain data: it can be sent in process, over a socket, and told as a curl command. */
export interface FuzzRequest {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | undefined;
}

/** What a server offers, as its lists tell it, and what some callers have. */
export interface Offered {
  readonly tools: readonly { readonly name: string; readonly inputSchema: object }[];
  readonly prompts: readonly string[];
  readonly resources: readonly string[];
  /** Credentials that are good: some requests are to come past the front door. */
  readonly tokens: readonly string[];
  /** Sessions of 2025-era clients that live. */
  readonly sessions: readonly string[];
}

const ENDPOINTS = ["/mcp", "/chatgpt/mcp"];
const OTHERS = [
  "/",
  "/health",
  "/metrics",
  "/authorize",
  "/token",
  "/register",
  "/oauth/authorize",
  "/oauth/token",
  "/oauth/register",
  "/oauth/callback",
  "/callback",
  "/.well-known/oauth-protected-resource",
  "/.well-known/oauth-protected-resource/mcp",
  "/.well-known/oauth-protected-resource/chatgpt/mcp",
  "/.well-known/oauth-authorization-server",
  "/.well-known/oauth-authorization-server/mcp",
  "/.well-known/openid-configuration",
  "/favicon.ico",
  "/robots.txt",
];
const ADMIN = [
  "/collections",
  "/collections/*",
  "/collections/*/imports",
  "/collections/*/imports/*",
  "/collections/*/imports/*/parts/*",
  "/collections/*/imports/*/finish",
  "/collections/*/places",
  "/collections/*/places/*",
  "/collections/*/compare",
  "/lexicon",
  "/upkeep",
  "/rebuild",
  "/keys",
  "/keys/*",
  "/invites",
  "/invites/*",
  "/grants",
  "/grants/*",
];
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];
const TYPES = ["application/json", "application/json; charset=utf-16", "text/plain", "*/*", "a"];
const FORM = "application/x-www-form-urlencoded";
const ACCEPTS = ["application/json, text/event-stream", "application/json", "*/*", "text/html"];
const ORIGINS = [
  "null",
  "https://claude.ai",
  "https://evil.example",
  "https://claude.ai.evil.example",
  "http://localhost:3000",
  "file://",
  "chrome-extension://abc",
];
const HOSTS = ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "[::1]", "a:b:c"];
const FIELDS = [
  "client_id",
  "client_name",
  "client_secret",
  "code",
  "code_challenge",
  "code_challenge_method",
  "code_verifier",
  "grant_type",
  "invitation",
  "redirect_uri",
  "redirect_uris",
  "refresh_token",
  "resource",
  "response_type",
  "scope",
  "state",
  "token",
  "token_endpoint_auth_method",
];
const VALUES = [
  "authorization_code",
  "refresh_token",
  "S256",
  "code",
  "none",
  "places:read location",
  "places:write admin",
  "http://127.0.0.1:7777/callback",
  "https://evil.example/callback",
  "javascript:alert(1)",
  "https://localhost/client.json",
  "http://169.254.169.254/latest",
];

/** Any request that somebody, or something, may send. */
export function anyRequest(offered: Offered): fc.Arbitrary<FuzzRequest> {
  const calls = requests({
    method: fc.constant("POST"),
    path: fc.constantFrom(...ENDPOINTS),
    headers: headers(offered),
    body: rpcBodies(offered),
  });
  const strays = requests({
    method: fc.constantFrom(...METHODS),
    path: fc.oneof(fc.constantFrom(...ENDPOINTS, ...OTHERS), anyPath),
    headers: headers(offered),
    body: fc.oneof(rpcBodies(offered), forms, nastyText),
  });
  const administration = requests({
    method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE"),
    path: adminPath,
    headers: headers(offered),
    body: fc.oneof(fc.json(), rpcBodies(offered), nastyText),
  });
  return fc.oneof(
    { arbitrary: calls, weight: 7 },
    { arbitrary: strays, weight: 3 },
    { arbitrary: administration, weight: 2 },
  );
}

interface Parts {
  readonly method: fc.Arbitrary<string>;
  readonly path: fc.Arbitrary<string>;
  readonly headers: fc.Arbitrary<FuzzRequest["headers"]>;
  readonly body: fc.Arbitrary<string>;
}

function requests({ method, path, headers, body }: Parts): fc.Arbitrary<FuzzRequest> {
  const withQuery = fc.tuple(path, query).map(([path, query]) => path + query);
  return fc
    .record({
      method,
      path: withQuery,
      headers,
      body: fc.option(body, { nil: undefined, freq: 9 }),
    })
    .map((request) => {
      return ["GET", "HEAD"].includes(request.method) ? { ...request, body: undefined } : request;
    });
}

const segment = fc.oneof(
  fc.stringMatching(/^[a-z0-9.-]{1,8}$/),
  fc.integer().map(String),
  nastyText.map((text) => encodeURIComponent(text.toWellFormed())),
  fc.constantFrom("%", "%00", "%ff", "..%2f..", "__proto__", "made-up"),
);

const anyPath = fc
  .array(segment, { maxLength: 5 })
  .map((segments) => `/${segments.join("/")}`)
  .filter((path) => !path.startsWith("//"));

const adminPath = fc
  .tuple(fc.constantFrom(...ADMIN), fc.infiniteStream(segment))
  .map(([pattern, segments]) => {
    return `/admin${pattern.replaceAll("*", () => segments.next().value ?? "x")}`;
  });

const field = fc.tuple(
  fc.oneof(fc.constantFrom(...FIELDS), nastyText),
  fc.oneof(fc.constantFrom(...VALUES), nastyText),
);

const forms = fc
  .array(field, { maxLength: 9 })
  .map((fields) => new URLSearchParams(fields.map(wellFormed)).toString());

const query = fc.option(forms, { nil: "", freq: 2 }).map((text) => text && `?${text}`);

function wellFormed([name, value]: readonly [string, string]): [string, string] {
  return [name.toWellFormed(), value.toWellFormed()];
}

/** Each request has an address of its own, mostly: else most would hear of nothing but the limit of one. */
const address = fc.oneof(
  { arbitrary: fc.ipV4(), weight: 20 },
  { arbitrary: fc.ipV6(), weight: 5 },
  { arbitrary: fc.constantFrom("192.0.2.1", "unknown", "::ffff:192.0.2.1, 10.0.0.1"), weight: 1 },
);

function headers(offered: Offered): fc.Arbitrary<FuzzRequest["headers"]> {
  const usual = fc.record({
    "content-type": fc.oneof(
      { arbitrary: fc.constant("application/json"), weight: 12 },
      { arbitrary: fc.constantFrom(...TYPES, FORM), weight: 4 },
      { arbitrary: headerText, weight: 1 },
    ),
    accept: fc.oneof(
      { arbitrary: fc.constantFrom(...ACCEPTS), weight: 12 },
      { arbitrary: headerText, weight: 1 },
    ),
    "cf-connecting-ip": address,
  });
  const rare: Readonly<Record<string, fc.Arbitrary<string>>> = {
    origin: fc.constantFrom(...ORIGINS),
    host: fc.constantFrom(...HOSTS),
    "mcp-protocol-version": fc.oneof(
      fc.constantFrom("2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28", "1999-01-01"),
      headerText,
    ),
    "mcp-method": fc.oneof(fc.constantFrom("tools/call", "tools/list", "initialize"), headerText),
    "mcp-name": fc.oneof(fc.constantFrom(...offered.tools.map(({ name }) => name)), headerText),
    "mcp-session-id": fc.oneof(
      fc.constantFrom("0", ...offered.sessions),
      fc.uuid(),
      fc.stringMatching(/^[0-9a-f]{64}$/),
      headerText,
    ),
    authorization: credentials(offered.tokens),
    cookie: headerText,
    traceparent: fc.oneof(
      fc.constant("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
      headerText,
    ),
    "last-event-id": headerText,
    "user-agent": fc.oneof(fc.constantFrom("ChatGPT-User/1.0", "Claude-User", ""), headerText),
    "access-control-request-method": fc.constantFrom("POST", "GET", "TRACE"),
    "access-control-request-headers": headerText,
    "x-forwarded-for": address,
    "x-forwarded-host": fc.constantFrom(...HOSTS),
    "x-http-method-override": fc.constantFrom("GET", "DELETE"),
    "x-request-id": headerText,
    "if-none-match": headerText,
    "accept-language": headerText,
  };
  const some = fc.subarray(Object.keys(rare), { maxLength: 4 }).chain((names) => {
    return fc.tuple(...names.map((name) => rare[name]!.map((value) => [name, value] as const)));
  });
  const authorized = fc.option(
    credentials(offered.tokens).map((value) => ["authorization", value] as const),
    { nil: undefined, freq: 1 },
  );
  return fc.tuple(usual, some, authorized).map(([usual, some, authorized]) => {
    return [...Object.entries(usual), ...some, ...(authorized ? [authorized] : [])];
  });
}

/** The request as a person may send it again. */
export function asCurl({ method, path, headers, body }: FuzzRequest, origin: string): string {
  const words = ["curl", "-i", "--path-as-is", "-X", method, quoted(`${origin}${path}`)];
  for (const [name, value] of headers) words.push("-H", quoted(`${name}: ${value}`));
  if (body !== undefined) words.push("--data-binary", quoted(body));
  return words.join(" ");
}

/** As bash reads it. */
function quoted(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = text
    .toWellFormed()
    .replace(/[\\']/g, "\\$&")
    .replace(
      /[^\x20-\x7e]/gu,
      (sign) => `\\U${sign.codePointAt(0)!.toString(16).padStart(8, "0")}`,
    );
  return `$'${escaped}'`;
}
