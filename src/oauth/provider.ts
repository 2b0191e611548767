import { base64url, createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from "jose";
import * as z from "zod/v4";
import type { Config } from "../config/config.ts";
import { sha256Hex } from "../digest.ts";
import { CallerError, UpstreamDown } from "../errors.ts";
import { plainText } from "../text/plain-text.ts";
import { upstream } from "../upstream/upstream.ts";

/** The provider has not proven who somebody is. */
export class NotIdentified extends CallerError {
  override readonly name = "NotIdentified";
}

/** An OpenID provider, as its metadata describe it. */
const Provider = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  userinfo_endpoint: z.url().optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).default(["client_secret_basic"]),
});
export type Provider = z.infer<typeof Provider>;

/** What is kept of a sign-in that is under way. */
export interface Attempt {
  readonly provider: Provider;
  /** Proves to the provider that who began is who ends (PKCE, RFC 7636). */
  readonly verifier: string;
  /** Proves to us that the provider's token is for this sign-in. */
  readonly nonce: string;
}

/** Whom the provider has signed in. */
export interface Identity {
  /** Never two people's, whatever the provider calls them. */
  readonly userId: string;
  /** Only if the provider has verified it. */
  readonly email: string | undefined;
}

type Settings = Pick<
  Config,
  "signInIssuer" | "signInClientId" | "signInClientSecret" | "signInAllowed"
>;

/** The operator has named the provider, wherever it is. Two of these calls follow one another, within ten seconds. */
const askProvider = upstream({
  deadlineMs: 4_000,
  stallMs: 4_000,
  mostBytes: 256 * 1024,
  mostRedirects: 1,
  mostRetries: 1,
  allowPrivateHosts: true,
});

/** Public keys only: an ID token of a shared secret could be made by whoever knows the secret. */
const ALGORITHMS = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];
const SKEW_SECONDS = 60;

/** @throws UpstreamDown if the provider does not answer, or not as one does */
export async function findProvider(issuer: string): Promise<Provider> {
  const url = new URL(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const provider = await askProvider({ url }, (response) => read(Provider, response, url));
  // Another issuer's tokens would be refused at the end (OpenID Connect Discovery 1.0, 4.3).
  if (provider.issuer !== issuer) throw strange(url);
  return provider;
}

export function newAttempt(provider: Provider): Attempt {
  return { provider, verifier: randomText(), nonce: randomText() };
}

/** Where the provider asks somebody to sign in. */
export async function signInAddress(
  { provider, verifier, nonce }: Attempt,
  { signInClientId }: Settings,
  callback: string,
  state: string,
): Promise<string> {
  const url = new URL(provider.authorization_endpoint);
  const challenge = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const parameters = {
    response_type: "code",
    client_id: signInClientId!,
    redirect_uri: callback,
    scope: "openid email",
    state,
    nonce,
    code_challenge: base64url.encode(new Uint8Array(challenge)),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

const Tokens = z.object({ id_token: z.string(), access_token: z.string().optional() });
const Refusal = z.object({ error: z.string() });

/**
 * Who has signed in, by the code that the provider has sent.
 *
 * @throws NotIdentified if the provider does not vouch for anybody
 * @throws UpstreamDown if the provider does not answer
 */
export async function identify(
  code: string,
  attempt: Attempt,
  settings: Settings,
  callback: string,
): Promise<Identity> {
  const { provider } = attempt;
  const { id_token, access_token } = await tokensOf(code, attempt, settings, callback);
  const [keys, info] = await Promise.all([
    askForJson(provider.jwks_uri, z.looseObject({ keys: z.array(z.looseObject({})) })),
    access_token === undefined ? undefined : infoOf(provider, access_token, settings),
  ]);
  const claims = await claimsOf(id_token, keys as unknown as JSONWebKeySet, attempt, settings);
  const details = { ...(info?.sub === claims.sub && info), ...claims };
  const isVerified = String(details.email_verified) === "true";
  return {
    userId: await sha256Hex(`${provider.issuer} ${claims.sub}`, 16),
    email: isVerified ? details.email : undefined,
  };
}

async function tokensOf(
  code: string,
  { provider, verifier }: Attempt,
  { signInClientId, signInClientSecret }: Settings,
  callback: string,
): Promise<z.infer<typeof Tokens>> {
  const url = new URL(provider.token_endpoint);
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    redirect_uri: callback,
    code_verifier: verifier,
  });
  const headers: Record<string, string> = { "content-type": "application/x-www-form-urlencoded" };
  const takesBasic = provider.token_endpoint_auth_methods_supported.includes("client_secret_basic");
  if (signInClientSecret !== undefined && takesBasic) {
    const both = [signInClientId!, signInClientSecret].map(encodeURIComponent).join(":");
    headers.authorization = `Basic ${btoa(both)}`;
  } else {
    form.set("client_id", signInClientId!);
    if (signInClientSecret !== undefined) form.set("client_secret", signInClientSecret);
  }
  const request = { url, method: "POST" as const, headers, body: form.toString() };
  return askProvider(request, async (response) => {
    if (response.status === 200) return read(Tokens, response, url);
    const refusal = Refusal.safeParse(await response.json().catch(() => undefined));
    throw new NotIdentified(
      `${url.host} refuses the sign-in (${response.status} ${plainText(refusal.data?.error ?? "")}).`,
    );
  });
}

const Claims = z.object({
  sub: z.string().min(1).max(255),
  nonce: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  azp: z.string().optional(),
  email: z.string().optional(),
  email_verified: z.union([z.boolean(), z.string()]).optional(),
});

async function claimsOf(
  token: string,
  keys: JSONWebKeySet,
  { provider, nonce }: Attempt,
  { signInClientId }: Settings,
): Promise<z.infer<typeof Claims>> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer: provider.issuer,
      audience: signInClientId!,
      algorithms: ALGORITHMS,
      clockTolerance: SKEW_SECONDS,
      requiredClaims: ["exp", "iat", "sub"],
    });
    const claims = Claims.parse(payload);
    const isForUs = claims.azp === undefined || claims.azp === signInClientId;
    if (claims.nonce === nonce && isForUs) return claims;
  } catch (error) {
    if (!(error instanceof errors.JOSEError || error instanceof z.ZodError)) throw error;
  }
  throw new NotIdentified(`The ID token of ${new URL(provider.issuer).host} is not valid.`);
}

const Info = z.object({
  sub: z.string(),
  email: z.string().optional(),
  email_verified: z.union([z.boolean(), z.string()]).optional(),
});

/** Many providers tell the address there, and not in the token. */
async function infoOf(
  { userinfo_endpoint }: Provider,
  accessToken: string,
  { signInAllowed }: Settings,
): Promise<z.infer<typeof Info> | undefined> {
  if (userinfo_endpoint === undefined || signInAllowed.includes("*")) return undefined;
  return askForJson(userinfo_endpoint, Info, { authorization: `Bearer ${accessToken}` });
}

function askForJson<Schema extends z.ZodType>(
  address: string,
  schema: Schema,
  headers: Readonly<Record<string, string>> = {},
): Promise<z.output<Schema>> {
  const url = new URL(address);
  return askProvider({ url, headers }, (response) => read(schema, response, url));
}

async function read<Schema extends z.ZodType>(
  schema: Schema,
  response: Response,
  url: URL,
): Promise<z.output<Schema>> {
  const value: unknown =
    response.status === 200 ? await response.json().catch(() => undefined) : undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw strange(url);
}

function strange({ host }: URL): UpstreamDown {
  return new UpstreamDown(`${host} does not answer as an OpenID provider does.`);
}

function randomText(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(32)));
}
