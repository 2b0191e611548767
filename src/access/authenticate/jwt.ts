import { decodeJwt, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from "jose";
import type { Config } from "../../config/config.ts";
import { isScope, type Scope } from "../../scopes.ts";
import { issuerKeys } from "./issuer-keys.ts";
import type { Judged, RefusalReason, Verdict } from "./verdict.ts";

/** How far the clocks of issuer and server may be apart. */
const CLOCK_TOLERANCE_SECONDS = 60;
/** At most as long as OpenID Connect Core 1.0, 2 has it, and of characters that can be seen: models read it in a line. */
const SUBJECT = /^[^\p{C}\p{Zl}\p{Zp}]{1,255}$/u;
/** The last second that a date can have. */
const LAST_SECONDS = 8.64e12;

/**
 * Judges the token of another issuer (RFC 7519).
 *
 * @throws UpstreamDown if the issuer's keys are not known and it does not tell them
 */
export async function verifyJwt(
  token: string,
  { resource, deployment: { config } }: Judged,
): Promise<Verdict> {
  const { jwtIssuer: issuer, jwtAudience } = config;
  if (issuer === undefined) return { refused: "unknown" };
  try {
    // Who is not the issuer need not be asked about: its keys are not those of this token.
    if (decodeJwt(token).iss !== issuer) return { refused: "wrong_issuer" };
    const payload = await verified(token, config, {
      issuer,
      audience: jwtAudience ?? resource,
      requiredClaims: ["exp"],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    const { sub, exp } = payload;
    if (typeof sub !== "string" || !SUBJECT.test(sub) || exp! > LAST_SECONDS) {
      return { refused: "malformed" };
    }
    return {
      principal: {
        subject: `jwt:${issuer} ${sub}`,
        scopes: scopesOf(payload),
        credential: "jwt",
        expiresAtMs: exp! * 1_000,
      },
    };
  } catch (error) {
    const refused = reasonOf(error);
    if (refused === undefined) throw error;
    return { refused };
  }
}

/** What a token says, if it is signed as the settings want it: with the secret, or with one of the issuer's keys. */
async function verified(
  token: string,
  { jwtIssuer, jwtSecret, jwtJwksUrl, jwtAlgorithms }: Config,
  claims: JWTVerifyOptions,
): Promise<JWTPayload> {
  if (jwtSecret !== undefined) {
    const secret = new TextEncoder().encode(jwtSecret);
    return (await jwtVerify(token, secret, { ...claims, algorithms: ["HS256"] })).payload;
  }
  const options = { ...claims, algorithms: [...jwtAlgorithms] };
  const keys = await issuerKeys(jwtIssuer!, jwtJwksUrl);
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    // A token need not say which of the keys it is signed with.
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** The scopes of ours that a token has, wherever its issuer writes them. */
function scopesOf({ scope, scp, permissions }: JWTPayload): Scope[] {
  const texts = [scope, scp, permissions].flat().filter((one) => typeof one === "string");
  return [...new Set(texts.flatMap((text) => text.split(" ")))].filter(isScope);
}

const REASONS: Readonly<Record<string, RefusalReason>> = {
  ERR_JOSE_ALG_NOT_ALLOWED: "wrong_algorithm",
  ERR_JOSE_NOT_SUPPORTED: "wrong_algorithm",
  ERR_JWKS_NO_MATCHING_KEY: "wrong_signature",
  ERR_JWS_INVALID: "malformed",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "wrong_signature",
  ERR_JWT_EXPIRED: "expired",
  ERR_JWT_INVALID: "malformed",
};
const REASONS_OF_CLAIMS: Readonly<Record<string, RefusalReason>> = {
  aud: "wrong_audience",
  nbf: "not_yet",
};

/** What is wrong with a token; undefined if it is not the token. */
function reasonOf(error: unknown): RefusalReason | undefined {
  if (error instanceof errors.JWTClaimValidationFailed) {
    return REASONS_OF_CLAIMS[error.claim] ?? "malformed";
  }
  return error instanceof errors.JOSEError ? REASONS[error.code] : undefined;
}
