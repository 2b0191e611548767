import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { connectionTo } from "./connection.ts";
import type { OpenModel } from "./language-model.ts";

/** Never called: the binding is, in its place. */
const NOWHERE = "https://workers-ai.invalid";

/**
 * Cloudflare's own models, through the binding `AI`. Some answer in OpenAI's form, others in one of Cloudflare's, which is
 * brought into that here (https://developers.cloudflare.com/workers-ai/).
 */
export const open: OpenModel = (model, { ai }) => {
  const connection = connectionTo(model, throughBinding(ai!));
  return createOpenAICompatible({
    name: "openaiCompatible",
    baseURL: NOWHERE,
    fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
      const request = new Request(input, init);
      const { max_tokens } = await request.clone().json<{ max_tokens: number }>();
      return inOpenAiForm(await connection(request), max_tokens);
    },
    supportsStructuredOutputs: true,
    // Cloudflare wants the schema bare.
    transformRequestBody: ({ response_format: format, ...body }) => ({
      ...body,
      ...(format && { response_format: { ...format, json_schema: format.json_schema.schema } }),
    }),
  })(model.id);
};

/** The part of the binding that is used. Its types name today's models, and answers as they are taken apart. */
interface Binding {
  run(
    model: string,
    inputs: object,
    options: { readonly returnRawResponse: true; readonly signal: AbortSignal },
  ): Promise<Response>;
}

function throughBinding(ai: Ai): (request: Request) => Promise<Response> {
  return async (request) => {
    const { model, ...inputs } = await request.json<{ model: string }>();
    const binding = ai as unknown as Binding;
    return binding.run(model, inputs, { returnRawResponse: true, signal: request.signal });
  };
}

/** An answer, or an event of a streamed one. */
interface Told {
  /** Cloudflare's form: a text, or in a mode for JSON what that text stands for. */
  readonly response?: unknown;
  /** OpenAI's form. */
  readonly choices?: unknown;
  readonly usage?: { readonly completion_tokens?: number };
}

async function inOpenAiForm(response: Response, mostTokens: number): Promise<Response> {
  const { headers, body } = response;
  if (!headers.get("content-type")?.startsWith("text/event-stream")) {
    return new Response(wholeInOpenAiForm(await response.text(), mostTokens), { headers });
  }
  const lines = body!
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(eventsInOpenAiForm(mostTokens));
  return new Response(lines.pipeThrough(new TextEncoderStream()), { headers });
}

function wholeInOpenAiForm(text: string, mostTokens: number): string {
  const told = toldIn(text);
  if (told?.response === undefined) return text;
  const message = { content: textOf(told.response) };
  const finish_reason = finishOf(told, mostTokens);
  return JSON.stringify({ choices: [{ message, finish_reason }], usage: told.usage });
}

/** Line after line. The end is told by `[DONE]` alone, behind the event that tells what was used. */
function eventsInOpenAiForm(mostTokens: number): TransformStream<string, string> {
  let rest = "";
  let last: Told = {};
  return new TransformStream({
    transform(text, controller) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) controller.enqueue(`${inForm(line)}\n`);
    },
  });

  function inForm(line: string): string {
    const [, data] = /^data:\s*(.*)$/.exec(line) ?? [];
    if (data === undefined) return line;
    if (data === "[DONE]") {
      if (last.response === undefined) return line;
      const end = { delta: {}, finish_reason: finishOf(last, mostTokens) };
      return `data: ${JSON.stringify({ choices: [end] })}`;
    }
    const told = toldIn(data);
    if (told?.response === undefined) return line;
    last = told;
    const choice = { delta: { content: textOf(told.response) } };
    return `data: ${JSON.stringify({ choices: [choice], usage: told.usage })}`;
  }
}

/** Undefined for what is no JSON: the library will say so. */
function toldIn(text: string): Told | undefined {
  try {
    return Object(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** `null` is no text. */
function textOf(response: unknown): string {
  if (response === null) return "";
  return typeof response === "object" ? JSON.stringify(response) : String(response);
}

/** Cloudflare's form does not tell what has ended an answer. */
function finishOf({ usage }: Told, mostTokens: number): "stop" | "length" {
  return (usage?.completion_tokens ?? 0) >= mostTokens ? "length" : "stop";
}
