import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTVerifyGetKey,
} from "jose";
import * as z from "zod/v4";
import { UpstreamDown } from "../../errors.ts";
import { logLine } from "../../observe/log.ts";
import { upstream } from "../../upstream/upstream.ts";

/** The operator has named the issuer, which may be on a private network. */
const askIssuer = upstream({
  deadlineMs: 4_000,
  stallMs: 3_000,
  mostBytes: 512 * 1024,
  mostRedirects: 2,
  mostRetries: 1,
  allowPrivateHosts: true,
});

/** Another fetch for a key that is not known has to wait that long, so that made-up keys do not trouble the issuer. */
const COOLDOWN_MS = 30_000;
/** After that long keys are fetched anew: a key that the issuer has taken back ends then. */
const KEYS_FRESH_MS = 10 * 60_000;
const METADATA_FRESH_MS = 60 * 60_000;

type KeySet = ReturnType<typeof createRemoteJWKSet>;

/** By the URLs that they are at. jose shares no pending fetch between the requests of a Worker. */
const keySets = new Map<string, KeySet>();
/** Where the keys of an issuer are, as its metadata said. */
const jwksUrls = new Map<string, { readonly url: string; readonly knownAtMs: number }>();

/**
 * The public keys of an issuer. While it does not answer, those that are known go on working.
 *
 * @param jwksUrl where they are; without it the issuer's metadata tells
 * @throws UpstreamDown if the issuer does not answer
 */
export async function issuerKeys(
  issuer: string,
  jwksUrl: string | undefined,
): Promise<JWTVerifyGetKey> {
  const url = jwksUrl ?? (await jwksUrlOf(issuer));
  const keys = keySets.get(url) ?? newKeySet(url);
  keySets.set(url, keys);
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      const known = keys.jwks();
      if (isOfToken(error) || !known) throw error;
      // With a key that is not among the known ones nobody can tell: it may be a new one.
      return createLocalJWKSet(known)(header, token).catch((inKnown) => {
        throw inKnown instanceof errors.JWKSNoMatchingKey ? error : inKnown;
      });
    }
  };
}

/** Whether it is the token that is at fault, not the issuer. */
function isOfToken(error: unknown): boolean {
  return error instanceof errors.JOSEError && !(error instanceof errors.JWKSInvalid);
}

function newKeySet(url: string): KeySet {
  return createRemoteJWKSet(new URL(url), {
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: KEYS_FRESH_MS,
    [customFetch]: async () => {
      const keys = await documentAt(new URL(url));
      if (keys === undefined) throw new UpstreamDown(`${url} has no keys.`);
      return Response.json(keys);
    },
  });
}

const Metadata = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });

async function jwksUrlOf(issuer: string): Promise<string> {
  const known = jwksUrls.get(issuer);
  if (known && Date.now() < known.knownAtMs + METADATA_FRESH_MS) return known.url;
  try {
    const url = await discover(issuer);
    jwksUrls.set(issuer, { url, knownAtMs: Date.now() });
    return url;
  } catch (error) {
    if (!known) throw error;
    logLine("issuer", { problem: "Its metadata cannot be read, so its keys are where they were." });
    return known.url;
  }
}

/** Where an issuer's metadata says that its keys are. */
async function discover(issuer: string): Promise<string> {
  for (const url of metadataUrlsOf(issuer)) {
    const document = await documentAt(url);
    if (document === undefined) continue;
    const { data } = Metadata.safeParse(document);
    if (data?.issuer !== issuer) {
      throw new UpstreamDown(`${url} is not the metadata of the issuer that JWT_ISSUER names.`);
    }
    if (issuer.startsWith("https:") && !data.jwks_uri.startsWith("https:")) {
      throw new UpstreamDown(`${url} says that the keys are at an address without https.`);
    }
    return data.jwks_uri;
  }
  throw new UpstreamDown(`${issuer} has no metadata: set JWT_JWKS_URL.`);
}

/** Of OpenID Connect Discovery 1.0 (4.1), then of RFC 8414 (3.1). */
function metadataUrlsOf(issuer: string): URL[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  return [
    new URL(`${origin}${path}/.well-known/openid-configuration`),
    new URL(`${origin}/.well-known/oauth-authorization-server${path}`),
  ];
}

/** The JSON at an address; undefined if there is none. */
function documentAt(url: URL): Promise<unknown> {
  return askIssuer({ url, headers: { accept: "application/json" } }, async (response) => {
    if (response.status === 404 || response.status === 410) return undefined;
    if (response.status !== 200) throw new UpstreamDown(`${url} answers ${response.status}.`);
    const text = await response.text();
    try {
      return JSON.parse(text);
    } catch {
      throw new UpstreamDown(`${url} does not answer with JSON.`);
    }
  });
}
