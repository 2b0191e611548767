import type { Bid, Model, Prompt, Spent } from "../contract.ts";
import { NANODOLLARS } from "../contract.ts";

/** Tokens of a request and its answer. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** How long a prompt is, of whichever model. */
export interface Size {
  /** No tokenizer makes more of it: a token is at least a byte. */
  readonly mostTokens: number;
  /** About so many: rather more than it is, in most languages. */
  readonly likelyTokens: number;
}

/** What providers put around a prompt: marks of who speaks. */
const FRAMING_TOKENS = 64;
/** What they say of a JSON Schema besides, where they take it as a tool that the model must call. */
const SCHEMA_FRAMING_TOKENS = 512;
/** What an answer is taken to have where nobody has said how long it may be. */
const LIKELY_OUTPUT_TOKENS = 500;
const TOKENS_A_PRICE = 1e6;

export function sizeOf({ text, system = "", jsonSchema }: Prompt): Size {
  const schema = jsonSchema ? JSON.stringify(jsonSchema) : "";
  const all = [text, system, schema].join("");
  const bytes = new TextEncoder().encode(all).length;
  // Most tokenizers make four bytes of English one token, three of Chinese, and one of a digit at worst.
  const digits = all.match(/\d/g)?.length ?? 0;
  const framing = FRAMING_TOKENS + (jsonSchema ? SCHEMA_FRAMING_TOKENS : 0);
  return {
    mostTokens: bytes + framing,
    likelyTokens: Math.ceil(digits + (bytes - digits) / 2),
  };
}

/** What a request to a model uses at most. */
export function mostOf(model: Model, { maxTokens }: Prompt, size: Size): Tokens {
  return { input: size.mostTokens, output: maxTokens ?? model.mostOutputTokens };
}

/** What tokens of a model cost: nothing, where its price is not known. */
export function spentOn({ price }: Model, { input, output }: Tokens): Spent {
  const dollars = price ? (input * price.input + output * price.output) / TOKENS_A_PRICE : 0;
  return { nanodollars: Math.ceil(dollars * NANODOLLARS), tokens: input + output };
}

export function bidOf(model: Model, prompt: Prompt, size: Size): Bid {
  return { key: model.key, ...spentOn(model, mostOf(model, prompt, size)) };
}

/** In billionths of a dollar; infinite, where the model's price is not known. */
export function expectedCost(model: Model, { maxTokens }: Prompt, size: Size): number {
  if (!model.price) return Number.POSITIVE_INFINITY;
  const output = Math.min(maxTokens ?? LIKELY_OUTPUT_TOKENS, model.mostOutputTokens);
  return spentOn(model, { input: size.likelyTokens, output }).nanodollars;
}

/** Why a prompt and its answer are too much for a model; undefined if they are not. */
export function unfitness(model: Model, prompt: Prompt, size: Size): string | undefined {
  const { contextTokens, mostOutputTokens } = model;
  const { maxTokens = 0 } = prompt;
  if (maxTokens > mostOutputTokens) {
    return `Its answers have at most ${mostOutputTokens} tokens, and max_tokens is ${maxTokens}.`;
  }
  const { output } = mostOf(model, prompt, size);
  if (size.likelyTokens + output <= contextTokens) return undefined;
  return `Prompt and answer have at most ${contextTokens} tokens there, and may be ${size.likelyTokens} and ${output}.`;
}
