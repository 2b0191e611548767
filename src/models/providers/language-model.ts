import type { OpenAICompatibleProvider } from "@ai-sdk/openai-compatible";
import type { AskOptions, Model, ModelAnswer, Prompt, Usage } from "../contract.ts";
import { broken, failureOf, tooLong } from "./failures.ts";

/** What the libraries of all providers have in common: Vercel's language model specification. */
export type LanguageModel = ReturnType<OpenAICompatibleProvider["languageModel"]>;

/** By what means a model is reached. */
export interface Access {
  readonly key: string | undefined;
  /** Workers AI; undefined where the deployment does not have it. */
  readonly ai: Ai | undefined;
}

/** A provider is one of these. */
export type OpenModel = (model: Model, access: Access) => LanguageModel;

type CallOptions = Parameters<LanguageModel["doGenerate"]>[0];
type Generated = Awaited<ReturnType<LanguageModel["doGenerate"]>>;
type Streamed = Awaited<ReturnType<LanguageModel["doStream"]>>;

const MOST_CHARACTERS = 4 * 1024 * 1024;

/**
 * Asks by way of a provider's library, once: their `doGenerate` and `doStream` do not retry.
 *
 * @throws ModelFailure; the reason of the signal
 */
export async function ask(
  languageModel: LanguageModel,
  model: Model,
  prompt: Prompt,
  { signal, onText }: AskOptions,
): Promise<ModelAnswer> {
  const over = new AbortController();
  const options = optionsOf(model, prompt, AbortSignal.any([signal, over.signal]));
  try {
    return onText
      ? await readStream(await languageModel.doStream(options), onText)
      : readWhole(await languageModel.doGenerate(options));
  } catch (error) {
    signal.throwIfAborted();
    throw failureOf(error, model);
  } finally {
    // Closes the connection, if there is something left of the answer.
    over.abort();
  }
}

function optionsOf(model: Model, prompt: Prompt, abortSignal: AbortSignal): CallOptions {
  const { system, text, temperature, jsonSchema, maxTokens = model.mostOutputTokens } = prompt;
  return {
    prompt: [
      ...(system === undefined ? [] : [{ role: "system" as const, content: system }]),
      { role: "user", content: [{ type: "text", text }] },
    ],
    maxOutputTokens: maxTokens,
    ...(temperature !== undefined && { temperature }),
    ...(jsonSchema && { responseFormat: { type: "json", schema: jsonSchema } }),
    // Strictly, OpenAI takes only schemas of a certain form. Whether the answer fits is judged anyway.
    providerOptions: { openaiCompatible: { strictJsonSchema: false } },
    abortSignal,
  };
}

function readWhole({ content, finishReason, usage }: Generated): ModelAnswer {
  const text = content.map((part) => (part.type === "text" ? part.text : "")).join("");
  return { text, finish: finishOf(finishReason), usage: usageOf(usage) };
}

async function readStream(
  { stream }: Streamed,
  onText: (piece: string) => void,
): Promise<ModelAnswer> {
  let text = "";
  for await (const part of stream) {
    switch (part.type) {
      case "text-delta":
        text += part.delta;
        if (text.length > MOST_CHARACTERS) throw tooLong();
        onText(part.delta);
        break;
      case "error":
        throw part.error;
      case "finish":
        return { text, finish: finishOf(part.finishReason), usage: usageOf(part.usage) };
    }
  }
  throw broken("The answer ended without its end.");
}

function finishOf({ unified }: Generated["finishReason"]): ModelAnswer["finish"] {
  switch (unified) {
    case "stop":
    case "length":
      return unified;
    case "content-filter":
      return "refused";
    case "error":
    case "interrupted":
      throw broken("The answer broke off.");
    default:
      return "other";
  }
}

/** Undefined where nothing was told: no prompt has no tokens. */
function usageOf({ inputTokens, outputTokens }: Generated["usage"]): Usage | undefined {
  const [input, output] = [inputTokens.total ?? 0, outputTokens.total ?? 0];
  const isTold = Number.isSafeInteger(input) && Number.isSafeInteger(output);
  return isTold && input > 0 && output >= 0
    ? { inputTokens: input, outputTokens: output }
    : undefined;
}
