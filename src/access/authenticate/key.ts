import { signInWays } from "../../config/sign-in.ts";
import type { Judged, Verdict } from "./verdict.ts";

/**
 * Judges a key that the operator has issued.
 *
 * @throws StoreDown if the object that keeps them does not answer
 */
export async function verifyKey(
  text: string,
  { deployment: { config, credentials } }: Judged,
): Promise<Verdict> {
  if (!signInWays(config).includes("keys")) return { refused: "unknown" };
  const found = await credentials.findKey(text);
  if ("refused" in found) return found;
  const { name, scopes, expiresAtMs } = found.key;
  return { principal: { subject: `key:${name}`, scopes, credential: "key", expiresAtMs } };
}
