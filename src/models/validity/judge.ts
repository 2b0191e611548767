import { visibleLines } from "../../text/plain-text.ts";
import { type ModelAnswer, ModelFailure, type Prompt } from "../contract.ts";
import { withoutFence } from "./fence.ts";
import { type FitsSchema, UNCHECKED } from "./json-schema.ts";

/** An answer that is good enough to win. */
export interface Valid {
  readonly text: string;
  /** What the text says, where a JSON Schema was given. */
  readonly json: unknown;
}

/**
 * Whether an answer is valid: not empty, not refused, not cut off unless the caller has set a length, and JSON that fits the
 * schema where one was given.
 *
 * @throws ModelFailure that says what is wrong, without a word of the answer
 */
export function judge(
  { text, finish }: ModelAnswer,
  { maxTokens }: Pick<Prompt, "maxTokens">,
  fits: FitsSchema | undefined,
): Valid {
  if (finish === "refused")
    throw invalid("refused", "The model, or its provider, refused to answer.");
  // Of what cannot be seen callers get nothing.
  if (visibleLines(text).trim() === "") throw invalid("empty", "The answer is empty.");
  if (finish === "length" && maxTokens === undefined) {
    throw invalid("cut_off", "The answer is longer than it may be, and was cut off.");
  }
  if (!fits) return { text, json: undefined };
  const json = parsed(text);
  const misfit = fits(json);
  if (misfit === undefined) return { text, json };
  if (misfit === UNCHECKED) {
    throw invalid(
      "schema_mismatch",
      "The JSON is too large, or too deep, to be checked against json_schema.",
    );
  }
  throw invalid("schema_mismatch", `The JSON does not fit json_schema at ${misfit}.`);
}

function invalid(outcome: ModelFailure["outcome"], message: string): ModelFailure {
  return new ModelFailure(outcome, message, { mayHaveCost: true });
}

/** @throws ModelFailure */
function parsed(text: string): unknown {
  try {
    return JSON.parse(withoutFence(text));
  } catch {
    throw invalid("invalid_json", "The answer is not JSON.");
  }
}
