import { afterEach, describe, expect, it, vi } from "vitest";
import {
  type AskOptions,
  type Model,
  type ModelAnswer,
  ModelFailure,
  type Outcome,
  type Prompt,
  type ProviderName,
} from "../../src/models/contract.ts";
import { openProviders } from "../../src/models/providers/providers.ts";
import { FakeModels } from "../support/models/fake-models.ts";

const KEY = "k3y of the provider";
const PROMPT: Prompt = {
  text: "What is the capital of France?",
  system: undefined,
  maxTokens: undefined,
  temperature: undefined,
  jsonSchema: undefined,
};
const SCHEMA = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
/** A busy machine may take its time to see that a connection is closed. */
const PATIENCE = { timeout: 60_000, interval: 20 };

afterEach(() => void vi.restoreAllMocks());

const askModel = openProviders({
  secretOf: (name) => (name === "PROVIDER_KEY" ? KEY : undefined),
  ai: undefined,
});

function modelOf(provider: ProviderName, fakes: FakeModels, id: string, changes = {}): Model {
  return {
    name: "fake",
    key: "fake",
    provider,
    id,
    baseUrl: fakes.baseUrl(provider === "anthropic" ? "anthropic" : "openai"),
    secret: "PROVIDER_KEY",
    price: undefined,
    contextTokens: 8_000,
    mostOutputTokens: 1_000,
    tier: "small",
    weight: 1,
    ...changes,
  };
}

async function failureOf(answer: Promise<ModelAnswer>): Promise<ModelFailure> {
  const error = await answer.then(
    () => new Error("it has answered"),
    (failed) => failed,
  );
  expect(error).toBeInstanceOf(ModelFailure);
  // Nothing that the provider has said, and no key.
  expect(`${error.message} ${JSON.stringify(error)} ${error.cause}`).not.toMatch(
    /provider-says|sk-secret|k3y/,
  );
  return error;
}

/** Whole, or in pieces. */
const WAYS: [string, Pick<AskOptions, "onText">][] = [
  ["whole", {}],
  ["streamed", { onText: () => {} }],
];

const HTTP_PROVIDERS: ProviderName[] = ["openai-compatible", "openai", "anthropic"];

describe.each(HTTP_PROVIDERS)("%s", (provider) => {
  describe.each(WAYS)("%s", (_, way) => {
    const signal = new AbortController().signal;

    it("answers, and tells what it used", async () => {
      const fakes = new FakeModels();
      const model = modelOf(provider, fakes, "says=Paris+it+is");
      const answer = await askModel(model, PROMPT, { signal, ...way });
      expect(answer).toEqual({
        text: "Paris it is",
        finish: "stop",
        usage: { inputTokens: 6, outputTokens: 3 },
      });
      expect(await fakes.seen()).toMatchObject([{ closedEarly: false }]);
    });

    it("is asked for as much as the caller wants, once", async () => {
      const fakes = new FakeModels();
      const prompt = { ...PROMPT, system: "Be brief.", maxTokens: 2, temperature: 0 };
      const model = modelOf(provider, fakes, "says=Paris+it+is");
      const answer = await askModel(model, prompt, { signal, ...way });
      expect(answer).toMatchObject({ text: "Paris it", finish: "length" });
      const [seen, ...more] = await fakes.seen();
      expect(more).toEqual([]);
      expect(seen!.body).toMatchObject({
        model: "says=Paris+it+is",
        temperature: 0,
        ...(provider === "openai" ? { max_completion_tokens: 2 } : { max_tokens: 2 }),
      });
      expect(JSON.stringify(seen!.body)).toContain("Be brief.");
      const { headers } = seen!;
      expect(provider === "anthropic" ? headers["x-api-key"] : headers.authorization).toContain(
        KEY,
      );
    });

    it("may answer as much as the model can, where the caller names no number", async () => {
      const fakes = new FakeModels();
      await askModel(modelOf(provider, fakes, "says=Paris"), PROMPT, { signal, ...way });
      const [seen] = await fakes.seen();
      const { max_tokens, max_completion_tokens } = seen!.body;
      expect(max_completion_tokens ?? max_tokens).toBe(1_000);
    });

    it("answers with JSON by a schema", async () => {
      const fakes = new FakeModels();
      const model = modelOf(provider, fakes, 'says={"city":"Paris"}');
      const prompt = { ...PROMPT, jsonSchema: SCHEMA };
      const { text } = await askModel(model, prompt, { signal, ...way });
      expect(JSON.parse(text)).toEqual({ city: "Paris" });
      const [seen] = await fakes.seen();
      expect(JSON.stringify(seen!.body)).toContain('"additionalProperties":false');
    });

    it("unpacks", async () => {
      const fakes = new FakeModels();
      const model = modelOf(provider, fakes, "fault=gzip&says=Paris");
      expect(await askModel(model, PROMPT, { signal, ...way })).toMatchObject({ text: "Paris" });
    });

    it.each<[string, Partial<ModelAnswer>]>([
      ["empty", { text: "", finish: "stop" }],
      ["cut-off", { text: "You said: What is", finish: "length" }],
      ["refused", { finish: "refused" }],
      ["no-usage", { usage: undefined }],
    ])("hands on an answer that is %s", async (fault, expected) => {
      const fakes = new FakeModels();
      const model = modelOf(provider, fakes, `fault=${fault}`);
      expect(await askModel(model, PROMPT, { signal, ...way })).toMatchObject(expected);
    });

    it.each<[string, Outcome, Partial<ModelFailure>]>([
      ["500", "error", { mayHaveCost: false, retryAfterMs: undefined }],
      ["529", "error", { mayHaveCost: false }],
      ["502", "error", { mayHaveCost: true }],
      ["524", "error", { mayHaveCost: true }],
      ["503&retry_after=7", "error", { retryAfterMs: 7_000 }],
      ["429", "rate_limited", { retryAfterMs: undefined }],
      ["429&retry_after=7", "rate_limited", { retryAfterMs: 7_000 }],
      ["429&retry_after=Fri,+01+Jan+2021+00:00:00+GMT", "rate_limited", { retryAfterMs: 0 }],
      ["429&retry_after=soon", "rate_limited", { retryAfterMs: undefined }],
      ["400", "rejected", { mayHaveCost: false }],
      ["401", "rejected", {}],
      ["403", "rejected", {}],
      ["404", "rejected", {}],
      ["413", "prompt_too_long", {}],
      ["context-exceeded", "prompt_too_long", {}],
      ["closed", "unreachable", { mayHaveCost: false }],
      ["breaks", "broken", { mayHaveCost: true }],
      ["half", "broken", { mayHaveCost: true }],
      ["not-json", "broken", { mayHaveCost: true }],
      ["wrong-shape", "broken", { mayHaveCost: true }],
      ["error-200", "error", { mayHaveCost: true }],
      ["error-event", "error", { mayHaveCost: true }],
      ["redirect", "error", {}],
    ])("fault %s", async (fault, outcome, expected) => {
      const fakes = new FakeModels();
      const model = modelOf(provider, fakes, `fault=${fault}`);
      const failure = await failureOf(askModel(model, PROMPT, { signal, ...way }));
      expect(failure).toMatchObject({ outcome, ...expected });
      expect(await fakes.seen()).toHaveLength(1);
    });

    it("is not there", async () => {
      for (const baseUrl of ["http://127.0.0.1:1/v1", "http://nowhere.invalid/v1"]) {
        const model = modelOf(provider, new FakeModels(), "any", { baseUrl });
        const failure = await failureOf(askModel(model, PROMPT, { signal, ...way }));
        expect(failure).toMatchObject({ outcome: "unreachable", mayHaveCost: false });
      }
    });

    it("may have worked where it hangs up after a while", async () => {
      let nowMs = Date.now();
      vi.spyOn(Date, "now").mockImplementation(() => (nowMs += 1_000));
      const model = modelOf(provider, new FakeModels(), "fault=closed");
      const failure = await failureOf(askModel(model, PROMPT, { signal, ...way }));
      expect(failure).toMatchObject({ outcome: "unreachable", mayHaveCost: true });
    });

    it.each(["hang", "stall", "slow&slow_ms=60000"])("stops when told to: %s", async (fault) => {
      const fakes = new FakeModels();
      const model = modelOf(provider, fakes, `fault=${fault}`);
      const over = new AbortController();
      const reason = new Error("somebody else was faster");
      const asking = askModel(model, PROMPT, { signal: over.signal, ...way });
      const failed = expect(asking).rejects.toBe(reason);
      await vi.waitFor(async () => expect(await fakes.seen()).toHaveLength(1), PATIENCE);
      over.abort(reason);
      await failed;
      const closed = [{ closedEarly: true }];
      await vi.waitFor(async () => expect(await fakes.seen()).toMatchObject(closed), PATIENCE);
    });

    const hangsUp = async () => {
      const fakes = new FakeModels();
      const model = modelOf(provider, fakes, "fault=huge");
      const failure = await failureOf(askModel(model, PROMPT, { signal, ...way }));
      expect(failure).toMatchObject({ outcome: "too_long", mayHaveCost: true });
      const closed = [{ closedEarly: true }];
      await vi.waitFor(async () => expect(await fakes.seen()).toMatchObject(closed), PATIENCE);
    };
    // One that speaks OpenAI's format is enough.
    if (provider !== "openai") it("takes no more of an answer than it may, and hangs up", hangsUp);
  });

  it("tells the text of a stream as it comes", async () => {
    const fakes = new FakeModels();
    const model = modelOf(provider, fakes, "says=Paris+it+is");
    const pieces: string[] = [];
    const { signal } = new AbortController();
    await askModel(model, PROMPT, { signal, onText: (piece) => pieces.push(piece) });
    expect(pieces).toEqual(["Paris", " it", " is"]);
  });
});

it("openai sends no temperature to models that reason, which do not take one", async () => {
  const fakes = new FakeModels();
  const { signal } = new AbortController();
  await fakes.tell({ "gpt-5-mini": "says=Paris", "gpt-4.1": "says=Paris" });
  for (const id of ["gpt-5-mini", "gpt-4.1"]) {
    await askModel(modelOf("openai", fakes, id), { ...PROMPT, temperature: 0 }, { signal });
  }
  const bodies = (await fakes.seen()).map(({ body }) => body);
  expect(bodies.map(({ temperature }) => temperature)).toEqual([undefined, 0]);
});

it("anthropic answers by a tool where its JSON mode does not take the schema", async () => {
  const fakes = new FakeModels();
  const model = modelOf("anthropic", fakes, 'says={"city":"Paris"}');
  const prompt = { ...PROMPT, jsonSchema: { type: "object" } };
  for (const [, way] of WAYS) {
    const { signal } = new AbortController();
    const { text, finish } = await askModel(model, prompt, { signal, ...way });
    expect([JSON.parse(text), finish]).toEqual([{ city: "Paris" }, "stop"]);
  }
  const [seen] = await fakes.seen();
  expect(seen!.body).toMatchObject({ tool_choice: { type: "any" }, tools: [{ name: "json" }] });
});

it("no more is unpacked than may be taken", async () => {
  const model = modelOf("openai-compatible", new FakeModels(), "fault=bomb");
  const { signal } = new AbortController();
  expect(await failureOf(askModel(model, PROMPT, { signal }))).toMatchObject({
    outcome: "too_long",
  });
});
