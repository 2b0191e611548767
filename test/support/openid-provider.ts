import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";
import { createMemoryAdapter } from "oidc-provider/lib/adapters/memory_adapter.js";

/** Whoever signs in: the part of the name before the `@` says whether the address is verified. */
export const UNVERIFIED = "unverified";

const ANY = "https://anywhere.example/";

const HOUR_SECONDS = 3_600;
/** The package warns of every default that a real provider would not have. */
const KINDS = ["Interaction", "Session", "Grant", "AccessToken", "IdToken"];
const ttl = Object.fromEntries(KINDS.map((kind) => [kind, HOUR_SECONDS]));

export const CLIENT = { id: "hereabouts", secret: "a secret between the two" };

/**
 * An OpenID provider on loopback. It signs in at once, and leads back to any address.
 *
 * @param who is signed in; without that, whoever the request hints at (`login_hint`)
 */
export async function startOpenIdProvider({ who = "" } = {}): Promise<{
  readonly url: string;
  close(): void;
}> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const provider = new Provider(url, {
    adapter: createMemoryAdapter(),
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig" }] },
    ttl,
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [ANY] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    cookies: { keys: ["only for tests"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/sign-in/${uid}` },
    findAccount: (_, accountId) => ({
      accountId,
      claims: async () => ({
        sub: accountId,
        email: accountId,
        email_verified: !accountId.startsWith(UNVERIFIED),
      }),
    }),
  });
  provider.Client.prototype.redirectUriAllowed = () => true;
  server.on("request", async (request, response) => {
    if (!request.url!.startsWith("/sign-in/")) return provider.callback()(request, response);
    const { params, prompt } = await provider.interactionDetails(request, response);
    const accountId = String(params.login_hint ?? who);
    if (accountId === "") {
      const denied = { error: "access_denied", error_description: "They did not want to." };
      return provider.interactionFinished(request, response, denied);
    }
    if (prompt.name === "login") {
      return provider.interactionFinished(request, response, { login: { accountId } });
    }
    const grant = new provider.Grant({ accountId, clientId: CLIENT.id });
    grant.addOIDCScope("openid email");
    const consent = { grantId: await grant.save() };
    return provider.interactionFinished(request, response, { consent });
  });
  return { url, close: () => server.close() };
}
