import type { Config } from "../config/config.ts";

/** Where people say in a browser where they are. */
export const HERE_PATH = "/here";

/**
 * The address of the page on which the user can say where they are; undefined where it asks for a key, which those who
 * chat have not.
 *
 * @param origin that the caller knows the server by
 */
export function herePageOf(
  origin: string,
  { anonymousScopes }: Pick<Config, "anonymousScopes">,
): string | undefined {
  return anonymousScopes.includes("location") ? origin + HERE_PATH : undefined;
}
