import { event, type Message, type Said, textOf, tokensOf, type Wire } from "./wire.ts";

/** Anthropic's messages: https://docs.anthropic.com/en/api/messages and …/messages-streaming */
export const anthropicWire: Wire = {
  path: "/messages",

  read(body) {
    const { model, messages, max_tokens, stream, tools, tool_choice } = body as unknown as Request;
    return {
      model,
      text: textOf(messages.at(-1)?.content),
      mostTokens: max_tokens,
      isStream: stream === true,
      tool: tool_choice?.type === "any" ? tools?.[0]?.name : tool_choice?.name,
      wantsUsage: true,
    };
  },

  whole(said) {
    const tool = toolOf(said);
    return {
      ...head(said),
      content: tool
        ? [{ type: "tool_use", id: "toolu_1", name: tool, input: JSON.parse(said.text) }]
        : [{ type: "text", text: said.text }],
      stop_reason: reasonOf(said),
      stop_sequence: null,
      usage: usageOf(said),
    };
  },

  events(said) {
    const tool = toolOf(said);
    const named = (type: string, rest: object = {}) => event({ type, ...rest }, type);
    const block = tool
      ? { type: "tool_use", id: "toolu_1", name: tool, input: {} }
      : { type: "text", text: "" };
    const deltaOf = (text: string) =>
      tool ? { type: "input_json_delta", partial_json: text } : { type: "text_delta", text };
    const message = {
      ...head(said),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...usageOf(said), output_tokens: 1 },
    };
    return [
      named("message_start", { message }),
      named("content_block_start", { index: 0, content_block: block }),
      named("ping"),
      ...tokensOf(said.text).map((text) =>
        named("content_block_delta", { index: 0, delta: deltaOf(text) }),
      ),
      named("content_block_stop", { index: 0 }),
      named("message_delta", {
        delta: { stop_reason: reasonOf(said), stop_sequence: null },
        usage: { output_tokens: usageOf(said).output_tokens },
      }),
      named("message_stop"),
    ];
  },

  noChoices: (said) => ({
    ...head(said),
    content: [],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: usageOf(said),
  }),

  error(status, kind) {
    const type = TYPES[status] ?? "api_error";
    const message = kind === "context-exceeded" ? `prompt is too long: ${WORDS}` : WORDS;
    return { type: "error", error: { type, message }, request_id: "req_1" };
  },

  errorEvent: () =>
    event({ type: "error", error: { type: "overloaded_error", message: WORDS } }, "error"),
};

/** A provider's words: none of them may be seen by a caller. */
const WORDS = "provider-says: your key sk-secret and your prompt";

const TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

interface Request {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly max_tokens: number;
  readonly stream?: boolean;
  readonly tools?: readonly { readonly name: string }[];
  /** `any`: one of the tools has to be called. */
  readonly tool_choice?: { readonly type: string; readonly name?: string };
}

function head({ asked }: Said) {
  return { id: "msg_1", type: "message", role: "assistant", model: asked.model };
}

/** What is no JSON is said in words, although a tool was wanted. */
function toolOf({ asked, text }: Said): string | undefined {
  return /^\{.*\}$/s.test(text) ? asked.tool : undefined;
}

function reasonOf(said: Said): string {
  const { finish } = said;
  if (finish === "refused") return "refusal";
  if (finish === "length") return "max_tokens";
  return toolOf(said) ? "tool_use" : "end_turn";
}

/** The format has no answer without it. */
function usageOf({ usage }: Said) {
  return { input_tokens: usage?.input ?? 0, output_tokens: usage?.output ?? 0 };
}
