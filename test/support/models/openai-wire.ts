import { event, type Message, type Said, textOf, tokensOf, type Wire } from "./wire.ts";

/** OpenAI's chat completions: https://platform.openai.com/docs/api-reference/chat */
export const openAiWire: Wire = {
  path: "/chat/completions",

  read(body) {
    const { model, messages, max_tokens, max_completion_tokens, stream, stream_options } =
      body as unknown as Request;
    return {
      model,
      text: textOf(messages.at(-1)?.content),
      mostTokens: max_completion_tokens ?? max_tokens ?? Number.POSITIVE_INFINITY,
      isStream: stream === true,
      tool: undefined,
      wantsUsage: stream_options?.include_usage === true,
    };
  },

  whole(said) {
    const isRefused = said.finish === "refused";
    const message = { role: "assistant", content: said.text, refusal: null, annotations: [] };
    return {
      ...head(said, "chat.completion"),
      choices: [{ index: 0, message, logprobs: null, finish_reason: finishOf(said) }],
      ...(said.usage && { usage: usageOf(said.usage) }),
      ...(isRefused && { prompt_filter_results: [] }),
    };
  },

  events(said) {
    const chunk = (delta: object, finish_reason: string | null = null) =>
      event({
        ...head(said, "chat.completion.chunk"),
        choices: [{ index: 0, delta, logprobs: null, finish_reason }],
        ...(said.asked.wantsUsage && { usage: null }),
      });
    return [
      chunk({ role: "assistant", content: "", refusal: null }),
      ...tokensOf(said.text).map((content) => chunk({ content })),
      chunk({}, finishOf(said)),
      ...(said.asked.wantsUsage && said.usage
        ? [
            event({
              ...head(said, "chat.completion.chunk"),
              choices: [],
              usage: usageOf(said.usage),
            }),
          ]
        : []),
      event("[DONE]"),
    ];
  },

  noChoices: (said) => ({ ...head(said, "chat.completion"), choices: [] }),

  error(status, kind) {
    const [type, code] = kind ? KINDS[kind] : (STATUSES[status] ?? ["server_error", null]);
    return { error: { message: WORDS, type, param: null, code } };
  },

  errorEvent: () =>
    event({ error: { message: WORDS, type: "server_error", param: null, code: "server_error" } }),
};

/** A provider's words: none of them may be seen by a caller. */
const WORDS = "provider-says: your key sk-secret and your prompt";

const KINDS = {
  "context-exceeded": ["invalid_request_error", "context_length_exceeded"],
  "prompt-filtered": [null, "content_filter"],
} as const;

const STATUSES: Readonly<Record<number, readonly [type: string, code: string | null]>> = {
  400: ["invalid_request_error", null],
  401: ["invalid_request_error", "invalid_api_key"],
  404: ["invalid_request_error", "model_not_found"],
  429: ["requests", "rate_limit_exceeded"],
};

interface Request {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
}

function head({ asked }: Said, object: string) {
  return { id: "chatcmpl-1", object, created: 1_764_500_000, model: asked.model };
}

function finishOf({ finish }: Said): string {
  return finish === "refused" ? "content_filter" : finish;
}

function usageOf({ input, output }: { readonly input: number; readonly output: number }) {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}
