import type { Health } from "../contract.ts";

/**
 * What this isolate last heard from the ledger of the models' health, by their keys: each admission brings it. It is only
 * used for guesses of how long a model takes.
 */
const HEARD = new Map<string, Health>();

export function hear(health: Readonly<Record<string, Health>>): void {
  for (const [key, value] of Object.entries(health)) HEARD.set(key, value);
}

export function lastHeard(key: string): Health | undefined {
  return HEARD.get(key);
}
