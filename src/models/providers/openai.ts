import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { connectionTo } from "./connection.ts";
import type { OpenModel } from "./language-model.ts";

const BASE_URL = "https://api.openai.com/v1";

/** Models that reason, which do not take a temperature. */
const REASONS = /^(?:o\d|gpt-5(?!-chat))/;

/** OpenAI's own API: its models that reason want the longest answer by a newer name, which the others take, too. */
export const open: OpenModel = (model, { key }) =>
  createOpenAICompatible({
    name: "openaiCompatible",
    baseURL: model.baseUrl ?? BASE_URL,
    ...(key && { apiKey: key }),
    fetch: connectionTo(model),
    includeUsage: true,
    supportsStructuredOutputs: true,
    transformRequestBody: ({ max_tokens, temperature, ...body }) => ({
      ...body,
      max_completion_tokens: max_tokens,
      temperature: REASONS.test(model.id) ? undefined : temperature,
    }),
  })(model.id);
