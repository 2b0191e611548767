import { describe, expect, it } from "vitest";
import type { Model, ModelAnswer, Prompt } from "../../src/models/contract.ts";
import { openProviders } from "../../src/models/providers/providers.ts";

const MODEL: Model = {
  name: "llama",
  key: "llama",
  provider: "workers-ai",
  id: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
  baseUrl: undefined,
  secret: undefined,
  price: undefined,
  contextTokens: 8_000,
  mostOutputTokens: 100,
  tier: "small",
  weight: 1,
};
const PROMPT: Prompt = {
  text: "What is the capital of France?",
  system: "Be brief.",
  maxTokens: undefined,
  temperature: 0,
  jsonSchema: undefined,
};
const USAGE = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };
const TOLD = { inputTokens: 9, outputTokens: 3 };

interface Run {
  readonly model: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Asks with the binding in place of which something answers. */
function askBinding(
  answer: Response,
  { prompt = PROMPT, pieces = undefined as string[] | undefined } = {},
) {
  const runs: Run[] = [];
  const ai = {
    async run(model: string, inputs: Run["inputs"], options: Run["options"]) {
      runs.push({ model, inputs, options });
      return answer;
    },
  };
  const ask = openProviders({ secretOf: () => undefined, ai: ai as unknown as Ai });
  const { signal } = new AbortController();
  const onText = pieces && ((piece: string) => pieces.push(piece));
  return { runs, answered: ask({ ...MODEL }, prompt, { signal, onText }) };
}

function stream(...events: readonly unknown[]): Response {
  const text = events.map(
    (data) => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`,
  );
  return new Response(text.join(""), { headers: { "content-type": "text/event-stream" } });
}

it("asks the binding as Cloudflare wants it", async () => {
  const jsonSchema = { type: "object", properties: { city: { type: "string" } } };
  const prompt = { ...PROMPT, jsonSchema };
  const { runs, answered } = askBinding(Response.json({ response: { city: "Paris" } }), { prompt });
  expect(await answered).toMatchObject({ text: '{"city":"Paris"}', usage: undefined });
  expect(runs).toMatchObject([
    {
      model: MODEL.id,
      inputs: {
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: PROMPT.text },
        ],
        max_tokens: 100,
        temperature: 0,
        response_format: { type: "json_schema", json_schema: jsonSchema },
      },
      options: { returnRawResponse: true, signal: expect.any(AbortSignal) },
    },
  ]);
  expect(Object.keys(runs[0]!.inputs)).not.toContain("model");
});

describe("understands an answer", () => {
  it.each<[string, unknown, Partial<ModelAnswer>]>([
    [
      "in Cloudflare's form",
      { response: "Paris", usage: USAGE },
      { text: "Paris", finish: "stop", usage: TOLD },
    ],
    [
      "that is cut off",
      { response: "Par", usage: { ...USAGE, completion_tokens: 100 } },
      { finish: "length" },
    ],
    ["that is empty", { response: "", usage: USAGE }, { text: "" }],
    ["that is null", { response: null, usage: USAGE }, { text: "" }],
    [
      "in OpenAI's form",
      { choices: [{ message: { content: "Paris" }, finish_reason: "length" }], usage: USAGE },
      { text: "Paris", finish: "length", usage: TOLD },
    ],
  ])("%s", async (_, told, expected) => {
    expect(await askBinding(Response.json(told)).answered).toMatchObject(expected);
  });

  it("streamed in Cloudflare's form, where words that are numbers come as numbers", async () => {
    const pieces: string[] = [];
    const told = stream(
      { response: "In ", p: "abc" },
      { response: 1789 },
      { response: null, usage: USAGE },
      "[DONE]",
    );
    const answer = await askBinding(told, { pieces }).answered;
    expect(answer).toEqual({ text: "In 1789", finish: "stop", usage: TOLD });
    expect(pieces).toEqual(["In ", "1789"]);
  });

  it("streamed in OpenAI's form", async () => {
    const chunk = (content: string, finish_reason: string | null = null) => ({
      choices: [{ delta: { content }, finish_reason }],
    });
    const told = stream(chunk("Pa"), chunk("ris", "stop"), { choices: [], usage: USAGE }, "[DONE]");
    const answer = await askBinding(told, { pieces: [] }).answered;
    expect(answer).toEqual({ text: "Paris", finish: "stop", usage: TOLD });
  });
});

describe("sees the fault of", () => {
  const error = (status: number, description: string) =>
    Response.json({ internalCode: 1, name: "x", description }, { status });

  it.each([
    ["an error", error(500, "sorry"), "error"],
    ["too many requests", error(429, "capacity"), "rate_limited"],
    ["a model that is not there", error(404, "no such model"), "rejected"],
    [
      "a prompt that is too long",
      error(400, "input and maximum output tokens exceeded this model context window limit (7968)"),
      "prompt_too_long",
    ],
    ["what is no JSON", new Response("<html>"), "broken"],
    ["what is no answer", Response.json({ result: 7 }), "broken"],
    ["an answer without end", new Response("x".repeat(5_000_000)), "too_long"],
  ])("%s", async (_, answer, outcome) => {
    await expect(askBinding(answer).answered).rejects.toMatchObject({ outcome });
  });

  it.each([
    ["breaks off", stream({ response: "Pa" })],
    ["is no JSON", stream({ response: "Pa" }, "{", "[DONE]")],
  ])("a stream that %s", async (_, answer) => {
    await expect(askBinding(answer, { pieces: [] }).answered).rejects.toMatchObject({
      outcome: "broken",
    });
  });
});
