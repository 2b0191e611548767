import type { Principal } from "../../caller.ts";
import type { Config } from "../../config/config.ts";
import { isSameSecret } from "./same-secret.ts";

export const ADMIN: Principal = {
  subject: "admin",
  scopes: ["places:write", "tasks", "admin"],
  credential: "admin token",
  expiresAtMs: undefined,
};

export async function isAdminToken(
  given: string,
  { adminToken }: Pick<Config, "adminToken">,
): Promise<boolean> {
  return adminToken !== undefined && isSameSecret(given, adminToken);
}
