import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

type Algorithm = "RS256" | "ES256";

/** An issuer of tokens on this machine. */
export interface Issuer {
  readonly url: string;
  readonly jwksUrl: string;
  token(algorithm: Algorithm, audience: string): Promise<string>;
  sharedToken(audience: string): Promise<string>;
  close(): void;
}

export async function issuer(secret: string): Promise<Issuer> {
  const pairs = {
    RS256: await generateKeyPair("RS256", { extractable: true }),
    ES256: await generateKeyPair("ES256", { extractable: true }),
  };
  const keys = await Promise.all(
    Object.entries(pairs).map(async ([alg, { publicKey }]) => {
      return { ...(await exportJWK(publicKey)), kid: alg, alg, use: "sig" };
    }),
  );
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify({ keys }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const claims = (audience: string) =>
    new SignJWT({ scope: "places:read" })
      .setIssuer(url)
      .setAudience(audience)
      .setSubject("bench")
      .setIssuedAt()
      .setExpirationTime("1h");
  return {
    url,
    jwksUrl: `${url}/jwks`,
    token: (alg, audience) =>
      claims(audience).setProtectedHeader({ alg, kid: alg }).sign(pairs[alg].privateKey),
    sharedToken: (audience) =>
      claims(audience).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(secret)),
    close: () => server.close(),
  };
}
