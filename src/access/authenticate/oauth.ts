import type { Judged, Verdict } from "./verdict.ts";

/**
 * Judges an access token that this server has given.
 *
 * @throws UpstreamDown if the store of sign-ins does not answer
 */
export async function verifyOwnToken(
  token: string,
  { resource, deployment }: Judged,
): Promise<Verdict> {
  const found = await deployment.oauth.verifyAccessToken(resource, token);
  if (typeof found === "string") return { refused: found };
  const { userId, scopes, expiresAtMs } = found;
  return {
    principal: { subject: `oauth:${userId}`, scopes, credential: "oauth", expiresAtMs },
  };
}
