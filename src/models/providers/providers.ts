import type { AskModel, Model, ProviderName } from "../contract.ts";
import { ask, type LanguageModel, type OpenModel } from "./language-model.ts";

/** Loaded when first needed: they are larger than the rest of the server. */
const PROVIDERS: Readonly<Record<ProviderName, () => Promise<{ readonly open: OpenModel }>>> = {
  "openai-compatible": () => import("./openai-compatible.ts"),
  openai: () => import("./openai.ts"),
  anthropic: () => import("./anthropic.ts"),
  "workers-ai": () => import("./workers-ai.ts"),
};

/** What providers need of the deployment. */
export interface Means {
  secretOf(name: string): string | undefined;
  /** Workers AI, where the deployment has it. */
  readonly ai: Ai | undefined;
}

/**
 * Opening a model takes the better part of a millisecond, so it is done once: a model is of one environment, from which it
 * has its key, too. What is opened belongs to no request.
 */
const opened = new WeakMap<Model, LanguageModel>();

/** Makes the way to all models. */
export function openProviders({ secretOf, ai }: Means): AskModel {
  return async (model, prompt, options) => {
    const languageModel = opened.get(model) ?? (await open(model));
    return ask(languageModel, model, prompt, options);
  };

  async function open(model: Model): Promise<LanguageModel> {
    const provider = await PROVIDERS[model.provider]();
    const key = model.secret === undefined ? undefined : secretOf(model.secret);
    const languageModel = provider.open(model, { key, ai });
    opened.set(model, languageModel);
    return languageModel;
  }
}
