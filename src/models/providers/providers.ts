import type { AskModel, ProviderName } from "../contract.ts";
import { ask, type OpenModel } from "./language-model.ts";

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

/** Makes the way to all models. */
export function openProviders({ secretOf, ai }: Means): AskModel {
  return async (model, prompt, options) => {
    const { open } = await PROVIDERS[model.provider]();
    const key = model.secret === undefined ? undefined : secretOf(model.secret);
    return ask(open(model, { key, ai }), model, prompt, options);
  };
}
