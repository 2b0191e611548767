import type { Outcome, Prompt } from "./contract.ts";

/** A question to models, as callers ask it. */
export interface ModelsQuestion {
  readonly prompt: string;
  /** What is put behind the prompt, for the models to use. How hard the prompt is does not depend on it. */
  readonly data?: string | undefined;
  readonly system?: string | undefined;
  /** Names of models, in the order in which they are wanted. Undefined, or none: `route.ts` chooses. */
  readonly models?: readonly string[] | undefined;
  /** The name of a strategy. Undefined: the first of all. */
  readonly strategy?: string | undefined;
  readonly maxTokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly jsonSchema?: Readonly<Record<string, unknown>> | undefined;
  /** Whether an answer that was kept will do, and this one may be kept. Undefined: as the operator has set it. */
  readonly cache?: boolean | undefined;
}

/** Who asks. */
export interface ModelsAsker {
  /** Whose budget it is, and whose kept answers. */
  readonly holder: string;
}

export interface ModelsOptions {
  /** Ends the call, and closes its connections. */
  readonly signal: AbortSignal;
  /** How long the call may take. Undefined: 30 s. More than `MODELS_TIMEOUT_SECONDS` counts as that. */
  readonly deadlineMs?: number | undefined;
  /**
   * Gets the answer's text as it comes, with the name of the model that writes it: of strategies that ask one model after the
   * other. Another model, or the same again, begins anew.
   */
  readonly onText?: ((piece: string, model: string) => void) | undefined;
  /** Is told of each attempt when it ends. */
  readonly onAttempt?: ((attempt: Attempt) => void) | undefined;
}

/** A request to a model, as callers are told of it. */
export interface Attempt {
  /** The model's name. */
  readonly model: string;
  readonly outcome: Outcome;
  /** 0 where it was not asked. */
  readonly latency_ms: number;
  /** Why it brought no valid answer, in our words. */
  readonly error?: string;
}

/** What a call has used, of all its requests. */
export interface CallUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** Some provider has not told, or a request was cancelled: it is no more than this, and was counted so. */
  readonly at_most?: true;
}

/** What models have answered, as callers get it. */
export interface ModelsAnswer {
  readonly strategy: string;
  /** Whose answer it is; null where models have not agreed. */
  readonly model: string | null;
  readonly response: string | null;
  /** What the response says, where a JSON Schema was given. */
  readonly response_json?: unknown;
  /** Nothing, where the answer was kept. */
  readonly usage: CallUsage;
  /** What the call has cost. Left out where the price of a model that was asked is not known. */
  readonly cost_usd?: number;
  readonly latency_ms: number;
  readonly cached: boolean;
  /** In the order in which they ended; none where the answer was kept. */
  readonly attempts: readonly Attempt[];
  /** Of the strategy of that name. */
  readonly consensus?: Consensus;
}

/** How far models have agreed. */
export interface Consensus {
  /** How many were asked. Who has failed agrees with nobody. */
  readonly asked: number;
  /** What part of those asked the largest group is: a majority is more than half. */
  readonly share: number;
  /** How answers were compared, in words. */
  readonly compared_by: string;
  /** Answers that say the same, the largest group first. */
  readonly groups: readonly {
    readonly models: readonly string[];
    /** The shortest answer of theirs. */
    readonly response: string;
  }[];
}

/** What of a question goes to a model. */
export function promptOf(question: ModelsQuestion): Prompt {
  const { prompt, data, system, maxTokens, temperature, jsonSchema } = question;
  const text = data === undefined ? prompt : `${prompt}\n\n${data}`;
  return { text, system, maxTokens, temperature, jsonSchema };
}
