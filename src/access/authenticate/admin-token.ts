import type { Principal } from "../../caller.ts";
import type { Config } from "../../config/config.ts";

export const ADMIN: Principal = {
  subject: "admin",
  scopes: ["places:write", "admin"],
  credential: "admin token",
  expiresAtMs: undefined,
};

/** Takes the same time whatever is given: digests of one length are compared, all of them. */
export async function isAdminToken(
  given: string,
  { adminToken }: Pick<Config, "adminToken">,
): Promise<boolean> {
  if (adminToken === undefined) return false;
  const [a, b] = await Promise.all([given, adminToken].map(digest));
  return crypto.subtle.timingSafeEqual(a!, b!);
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}
