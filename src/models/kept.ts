import { sha256Hex } from "../digest.ts";
import type { Model, Prompt } from "./contract.ts";
import type { ModelsAnswer } from "./question.ts";

/** What of an answer is kept. */
export type Kept = Pick<ModelsAnswer, "model" | "response" | "response_json" | "consensus">;

/** Tells what is kept by another version of this server from what this one keeps. */
const FORMAT = 1;

/**
 * The digest of everything that an answer depends on. A model counts with its whole configuration: where that changes, nothing
 * that was kept before is found.
 *
 * @param models of a question without names: those that take the prompt, by tier and price (`choose`)
 */
export function cacheKeyOf(
  { text, system, maxTokens, temperature, jsonSchema }: Prompt,
  strategy: string,
  models: readonly (readonly Model[])[],
): Promise<string> {
  const rest = [system, maxTokens, temperature, jsonSchema].map((part) => part ?? null);
  return sha256Hex(JSON.stringify([FORMAT, text, rest, strategy, models]));
}

/** Whether an answer may be kept, and one that was kept will do. */
export function mayKeep(
  asked: boolean | undefined,
  temperature: number | undefined,
  setting: "never" | "deterministic" | "unset",
): boolean {
  if (setting === "never") return false;
  if (asked !== undefined) return asked;
  return temperature === 0 || (temperature === undefined && setting === "unset");
}
