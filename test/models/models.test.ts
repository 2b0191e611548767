import { describe, expect, it, vi } from "vitest";
import { CallerError, OverBudget, StoreDown } from "../../src/errors.ts";
import type { ModelsQuestion } from "../../src/models/question.ts";
import { model, Scripted, told } from "../support/scripted-models.ts";

const A = model("a");
const B = model("b");

describe("what is kept", () => {
  const question = {
    prompt: "What is the capital of France?",
    system: "Be terse.",
    temperature: 0,
    maxTokens: 50,
    models: ["a", "b"],
    strategy: "first_available",
    jsonSchema: { type: "string" },
  } as const satisfies ModelsQuestion;

  it("is answered with again, without any request", async () => {
    const scripted = new Scripted([A, B], { a: ['"Paris"'] });
    const first = await scripted.ask(question);
    expect(first.cached).toBe(false);
    expect(await scripted.ask(question)).toEqual({
      strategy: "first_available",
      model: "a",
      response: '"Paris"',
      response_json: "Paris",
      usage: { input_tokens: 0, output_tokens: 0 },
      cost_usd: 0,
      latency_ms: expect.any(Number),
      cached: true,
      attempts: [],
    });
    expect(scripted.asked.sent).toHaveLength(1);
    expect(scripted.counted).toContain("hereabouts_model_calls_total first_available kept");
    // Only the digest of the question is there.
    expect([...scripted.ledger.kept.keys()]).toEqual([expect.stringMatching(/^[\da-f]{64}$/)]);
  });

  it.each([
    { prompt: "What is the capital of France? " },
    { data: "Paris is a city." },
    { system: undefined },
    { system: "Be terse" },
    { maxTokens: 51 },
    { maxTokens: undefined },
    { models: ["b", "a"] },
    { models: ["a"] },
    { strategy: "cheapest" },
    { jsonSchema: { type: "string", minLength: 1 } },
    { jsonSchema: undefined },
    { temperature: 0.5, cache: true },
    { cache: false },
  ] as const)("is not taken for another question: %j", async (change) => {
    const scripted = new Scripted([A, B], { a: ['"Paris"'], b: ['"Lyon"'] });
    await scripted.ask(question);
    expect((await scripted.ask({ ...question, ...change })).cached).toBe(false);
  });

  it("is not found where the models are configured otherwise", async () => {
    const one = new Scripted([A], { a: ['"Paris"'] });
    await one.ask({ ...question, models: ["a"] });
    const other = new Scripted(
      [model("a", { id: "another" })],
      { a: ['"Paris"'] },
      { ledger: one.ledger },
    );
    expect((await other.ask({ ...question, models: ["a"] })).cached).toBe(false);
  });

  it.each([
    ["deterministic", { temperature: 0 }, true],
    ["deterministic", {}, false],
    ["deterministic", { temperature: 1 }, false],
    ["deterministic", { temperature: 1, cache: true }, true],
    ["deterministic", { temperature: 0, cache: false }, false],
    ["unset", {}, true],
    ["unset", { temperature: 0.1 }, false],
    ["never", { temperature: 0, cache: true }, false],
  ] as const)("is what MODELS_CACHE %s and %j say", async (modelsCache, asked, isKept) => {
    const scripted = new Scripted([A], {}, { config: { modelsCache } });
    await scripted.ask(asked);
    expect((await scripted.ask(asked)).cached).toBe(isKept);
  });

  it("is never a failure, nor an answer that is not valid", async () => {
    const scripted = new Scripted([A], { a: ["", "Paris"] });
    await scripted.refusal({ temperature: 0 });
    expect(await scripted.ask({ temperature: 0 })).toMatchObject({
      cached: false,
      response: "Paris",
    });
  });

  it.each(["fastest", "cheapest", "balanced"])(
    "is told by the strategy %s, too",
    async (strategy) => {
      const scripted = new Scripted([A, B]);
      await scripted.ask({ strategy, temperature: 0 });
      expect((await scripted.ask({ strategy, temperature: 0 })).cached).toBe(true);
    },
  );

  it("has how models have agreed", async () => {
    const scripted = new Scripted([A, B, model("c")], { a: ["4"], b: ["4"], c: ["5"] });
    const asked = { strategy: "consensus", temperature: 0 };
    const { consensus } = await scripted.ask(asked);
    expect(await scripted.ask(asked)).toMatchObject({ cached: true, response: "4", consensus });
  });
});

describe("a budget", () => {
  it("that is used up refuses the call, with what is left and when it returns", async () => {
    const scripted = new Scripted([A, B]);
    scripted.ledger.budget = 0;
    const asked = scripted.ask();
    await expect(asked).rejects.toThrow(OverBudget);
    await expect(asked).rejects.toThrow(
      /^Today's budget for models has \$0\.005 and 12 tokens left, and this may use \$0\.0020\d+ and 1094 tokens\. Ask for fewer max_tokens, or shorten the prompt; the next day begins at \d{4}-/,
    );
    expect(scripted.asked.sent).toEqual([]);
    expect(scripted.counted).toContain("hereabouts_model_calls_total first_available over_budget");
  });

  it("that is used up is told with what those would use that it keeps out", async () => {
    const scripted = new Scripted([A, model("small", { mostOutputTokens: 1 })]);
    scripted.ledger.open.add("small");
    scripted.ledger.budget = 0;
    expect(await scripted.refusal()).toContain("this may use $0.0020");
  });

  it("that is used up by a failure keeps the next one out", async () => {
    const scripted = new Scripted([A, B], { a: [""] });
    scripted.ledger.budget = 1;
    expect(await scripted.refusal()).toBe(
      "All models failed: a: The answer is empty; b: Today's budget does not reach for it.",
    );
  });

  it("is told what the operator has set, in billionths of a dollar", async () => {
    const config = { modelsDollarsPerDay: 0.1, modelsTokensPerDay: 77 };
    const scripted = new Scripted([A], {}, { config });
    await scripted.ask();
    expect(scripted.ledger.admissions[0]).toMatchObject({
      holder: "somebody",
      mostADay: { nanodollars: 100_000_000, tokens: 77 },
    });
  });
});

describe("a question is refused before anything is sent", () => {
  it.each([
    [{ prompt: " \n\t" }, "The prompt is empty. Ask something."],
    [{ jsonSchema: { type: "strng" } }, "json_schema is no JSON Schema that can be checked"],
    [{ strategy: "consensus" }, "needs 3 different models at least"],
  ])("%j", async (question, words) => {
    const scripted = new Scripted([A, B]);
    await expect(scripted.ask(question)).rejects.toThrow(CallerError);
    expect(await scripted.refusal(question)).toContain(words);
    expect(scripted.ledger.admissions).toEqual([]);
  });
});

it("asks no model where the ledger does not answer", async () => {
  const scripted = new Scripted([A]);
  scripted.ledger.admit = () => Promise.reject(new StoreDown("late"));
  await expect(scripted.ask()).rejects.toThrow(StoreDown);
  expect(scripted.asked.sent).toEqual([]);

  // One that cannot be asked anyway has not failed.
  const long = model("long", { contextTokens: 10 });
  const slow = new Scripted([long, A]);
  const opened = Promise.withResolvers<void>();
  slow.ledger.gate = opened.promise;
  setTimeout(() => opened.resolve(), 60);
  const models = ["long", "a"];
  await expect(slow.ask({ models }, { deadlineMs: 20 })).rejects.toThrow(StoreDown);
  expect(slow.asked.sent).toEqual([]);
});

it("gives back what the ledger has admitted, but not told in time, and tells once more what had ended", async () => {
  const scripted = new Scripted([A, B], { a: [""] });
  const { ledger } = scripted;
  const admit = ledger.admit.bind(ledger);
  ledger.admit = async (admission) => {
    const admitted = await admit(admission);
    if (ledger.admissions.length === 1) return admitted;
    throw new StoreDown("late");
  };
  const settle = vi.spyOn(ledger, "settle");
  await expect(scripted.ask()).rejects.toThrow(StoreDown);
  expect(scripted.asked.keys()).toEqual(["a"]);
  expect(ledger.running.size).toBe(0);
  const settled = settle.mock.calls.flatMap(([{ ended }]) => ended);
  expect(settled).toMatchObject([
    { key: "a", used: { tokens: 15 } },
    { key: "b", used: { nanodollars: 0, tokens: 0 }, verdict: "none" },
  ]);
});

it("takes no more time than the operator allows", async () => {
  const scripted = new Scripted([A], { a: ["hang"] }, { config: { modelsTimeoutSeconds: 0.05 } });
  expect(await scripted.refusal({}, { deadlineMs: 600_000 })).toContain("No answer came within");
});

it("counts all that was reserved where a provider does not tell", async () => {
  const scripted = new Scripted([A], { a: [{ usage: undefined }] });
  const answer = await scripted.ask({ maxTokens: 9 });
  expect(answer.usage).toMatchObject({ output_tokens: 9, at_most: true });
  expect(told(answer)).toBe("a ok");
});
