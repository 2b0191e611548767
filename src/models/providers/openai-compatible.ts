import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { connectionTo } from "./connection.ts";
import type { OpenModel } from "./language-model.ts";

/** Ollama, vLLM, Together, OpenRouter, Cloudflare AI Gateway and others, each at its base URL. */
export const open: OpenModel = (model, { key }) =>
  createOpenAICompatible({
    name: "openaiCompatible",
    baseURL: model.baseUrl!,
    ...(key && { apiKey: key }),
    fetch: connectionTo(model),
    includeUsage: true,
    supportsStructuredOutputs: true,
  })(model.id);
