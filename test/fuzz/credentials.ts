import fc from "fast-check";
import { headerText } from "./texts.ts";

const base64url = (maxLength: number) =>
  fc
    .array(fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), {
      minLength: 1,
      maxLength,
    })
    .map((signs) => signs.join(""));

const encoded = (json: unknown) =>
  btoa(unescape(encodeURIComponent(JSON.stringify(json).toWellFormed())))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const jwtHeader = fc.record(
  {
    alg: fc.constantFrom("none", "None", "HS256", "RS256", "ES256", "EdDSA", "__proto__", 5, null),
    typ: fc.constantFrom("JWT", "at+jwt", {}),
    kid: fc.oneof(fc.string(), fc.constantFrom("../../key", "' OR 1=1 --")),
    jku: fc.constant("https://evil.example/jwks.json"),
    crit: fc.constantFrom(["exp"], "exp", []),
    b64: fc.constant(false),
  },
  { requiredKeys: [] },
);

const jwtClaims = fc.record(
  {
    iss: fc.constantFrom("https://id.example.com", "", 5, null, ["a"]),
    aud: fc.constantFrom("https://hereabouts.example/mcp", ["a", "b"], {}, null),
    sub: fc.oneof(fc.string(), fc.constantFrom("admin", null, {})),
    exp: fc.oneof(fc.integer(), fc.double(), fc.constantFrom("1e9", null)),
    nbf: fc.oneof(fc.integer(), fc.constantFrom("x", null)),
    scope: fc.constantFrom("places:write admin", ["admin"], 5, "", null),
  },
  { requiredKeys: [] },
);

const jwt = fc
  .tuple(fc.oneof(jwtHeader, fc.jsonValue()), fc.oneof(jwtClaims, fc.jsonValue()), base64url(90))
  .map(([header, claims, signature]) => `${encoded(header)}.${encoded(claims)}.${signature}`);

const token = fc.oneof(
  jwt,
  fc.tuple(base64url(20), base64url(20), base64url(300)).map((parts) => parts.join(".")),
  base64url(49).map((text) => `hereabouts_${text}`),
  base64url(4_000).map((text) => `hereabouts_${text}`),
  fc.tuple(base64url(12), base64url(16), base64url(40)).map((parts) => parts.join(":")),
  base64url(60),
  fc.nat(30_000).map((length) => `ey${"J".repeat(length)}`),
  headerText,
);

const scheme = fc.oneof(
  { arbitrary: fc.constant("Bearer "), weight: 12 },
  {
    arbitrary: fc.constantFrom("bearer ", "BEARER ", "Bearer", "Bearer  ", "Basic ", "DPoP ", ""),
    weight: 3,
  },
);

/** Values of `Authorization`: of no form, of the form of each kind there is, two at once, and rarely a good one. */
export function credentials(good: readonly string[]): fc.Arbitrary<string> {
  const wrong = fc.tuple(scheme, token).map((parts) => parts.join(""));
  const two = fc.tuple(wrong, wrong).map((both) => both.join(", "));
  return fc.oneof(
    { arbitrary: wrong, weight: 6 },
    { arbitrary: two, weight: 1 },
    ...(good.length > 0
      ? [{ arbitrary: fc.constantFrom(...good).map((text) => `Bearer ${text}`), weight: 3 }]
      : []),
  );
}
