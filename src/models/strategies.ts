import type { Strategy } from "./call/strategy.ts";
import balanced from "./strategies/balanced.ts";
import cheapest from "./strategies/cheapest.ts";
import consensus from "./strategies/consensus.ts";
import fastest from "./strategies/fastest.ts";
import firstAvailable from "./strategies/first-available.ts";

/** The ways to ask models, the usual one first. */
export const STRATEGIES: readonly [Strategy, ...Strategy[]] = [
  firstAvailable,
  fastest,
  consensus,
  cheapest,
  balanced,
];
