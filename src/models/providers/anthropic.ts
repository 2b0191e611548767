import { createAnthropic } from "@ai-sdk/anthropic";
import { connectionTo } from "./connection.ts";
import type { OpenModel } from "./language-model.ts";

const BASE_URL = "https://api.anthropic.com/v1";

/** Anthropic's Messages API. Left to itself the library would look for address and key in the environment. */
export const open: OpenModel = (model, { key = "" }) =>
  createAnthropic({
    baseURL: model.baseUrl ?? BASE_URL,
    apiKey: key,
    fetch: connectionTo(model),
  })(model.id);
