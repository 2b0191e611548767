import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UpstreamDown } from "../../src/errors.ts";
import type { AskModel, ModelAnswer, Outcome } from "../../src/models/contract.ts";
import { failure, model, Scripted, type Step, told } from "../support/scripted-models.ts";

const [A, B, C] = [model("a"), model("b"), model("c")];
const SCHEMA = { type: "object", required: ["city"], properties: { city: { type: "string" } } };

describe("the first that is available", () => {
  it("answers alone where it answers well", async () => {
    const scripted = new Scripted([A, B], { a: ["Paris"] });
    const answer = await scripted.ask();
    expect(answer).toEqual({
      strategy: "first_available",
      model: "a",
      response: "Paris",
      usage: { input_tokens: 10, output_tokens: 5 },
      cost_usd: 0.000_02,
      latency_ms: expect.any(Number),
      cached: false,
      attempts: [{ model: "a", outcome: "ok", latency_ms: expect.any(Number) }],
    });
    expect(scripted.asked.keys()).toEqual(["a"]);
    expect(scripted.ledger.ended).toMatchObject([
      { key: "a", verdict: "well", used: { nanodollars: 20_000, tokens: 15 } },
    ]);
    expect(scripted.counted).toContain("hereabouts_model_calls_total first_available ok");
  });

  const invalid: readonly (readonly [Outcome, Partial<ModelAnswer>])[] = [
    ["empty", { text: " \n" }],
    ["empty", { text: "\u200b\u2060\ufe0f" }],
    ["cut_off", { text: '{"city":', finish: "length" }],
    ["refused", { text: '{"city":"Paris"}', finish: "refused" }],
    ["invalid_json", { text: "Paris" }],
    ["schema_mismatch", { text: '{"town":"Paris"}' }],
  ];
  it.each(invalid)("is followed by the next where its answer is %s", async (outcome, step) => {
    const scripted = new Scripted([A, B], { a: [step], b: ['{"city":"Lyon"}'] });
    const answer = await scripted.ask({ jsonSchema: SCHEMA });
    expect(told(answer)).toBe(`a ${outcome}, b ok`);
    expect(answer).toMatchObject({ model: "b", response_json: { city: "Lyon" } });
    // Who asks can bring that about: it says nothing against the model. What it has used is known.
    expect(scripted.ledger.ended).toMatchObject([
      { key: "a", verdict: "well", used: { tokens: 15 } },
      { key: "b" },
    ]);
    expect(answer.usage).toEqual({ input_tokens: 20, output_tokens: 10 });
  });

  it.each(["timeout", "too_long", "prompt_too_long"] as const)(
    "is followed by the next, without a retry, on %s",
    async (outcome) => {
      const scripted = new Scripted([A, B], { a: [failure(outcome)] });
      expect(told(await scripted.ask())).toBe(`a ${outcome}, b ok`);
    },
  );

  it.each(["error", "unreachable", "broken", "rate_limited"] as const)(
    "is tried once more on %s, then the next",
    async (outcome) => {
      const passing = new Scripted([A, B], { a: [failure(outcome), "Paris"] });
      expect(told(await passing.ask())).toBe(`a ${outcome}, a ok`);
      const lasting = new Scripted([A, B], { a: [failure(outcome)] });
      expect(told(await lasting.ask())).toBe(`a ${outcome}, a ${outcome}, b ok`);
      expect(lasting.ledger.ended).toMatchObject([
        { key: "a", verdict: "unwell", used: { nanodollars: 0, tokens: 0 } },
        { key: "a", verdict: "unwell" },
        { key: "b", verdict: "well" },
      ]);
    },
  );

  it("is not waited for where it wants to be asked much later", async () => {
    const limited = failure("rate_limited", { retryAfterMs: 60_000 });
    expect(told(await new Scripted([A, B], { a: [limited] }).ask())).toBe("a rate_limited, b ok");
    const soon = failure("rate_limited", { retryAfterMs: 5 });
    const scripted = new Scripted([A, B], { a: [soon, "Paris"] });
    expect(told(await scripted.ask())).toBe("a rate_limited, a ok");
    const alone = new Scripted([A], { a: [limited] });
    expect(await alone.refusal()).toBe("All models failed: a: it shows rate_limited.");
  });

  it("leaves time for the next one where it hangs", async () => {
    const scripted = new Scripted([A, B], { a: ["hang"] });
    const answer = await scripted.ask({}, { deadlineMs: 400 });
    expect(told(answer)).toBe("a timeout, b ok");
    expect(scripted.asked.sent[0]!.signal.aborted).toBe(true);
    // It may have cost all that was reserved. So little time says nothing against it.
    const { key: _, ...most } = scripted.ledger.admissions[0]!.bids[0]!;
    expect(scripted.ledger.ended).toMatchObject([
      { key: "a", used: most, verdict: "none" },
      { key: "b", used: { nanodollars: 20_000, tokens: 15 } },
    ]);
    expect(answer.usage.at_most).toBe(true);
  });

  it("is waited for to the end where there is no other", async () => {
    const scripted = new Scripted([A], { a: ["hang"] });
    const asked = scripted.ask({}, { deadlineMs: 50 });
    await expect(asked).rejects.toThrow(UpstreamDown);
    await expect(asked).rejects.toThrow(/^All models failed: a: No answer came within 0\.\d s\.$/);
    expect(scripted.ledger.running.size).toBe(0);
  });

  it("ends the call where the provider takes the request for our mistake", async () => {
    const scripted = new Scripted([A, B], { a: [failure("rejected")] });
    expect(await scripted.refusal()).toBe(
      'The model "a" cannot be asked: it shows rejected. Tell whoever runs this server, or name other models.',
    );
    expect(scripted.asked.keys()).toEqual(["a"]);
    expect(scripted.ledger.ended).toMatchObject([{ verdict: "none", used: { tokens: 0 } }]);
    expect(scripted.counted).toContain("hereabouts_model_calls_total first_available rejected");
  });

  it("is passed over where its circuit is open", async () => {
    const scripted = new Scripted([A, B]);
    scripted.ledger.open.add("a");
    const answer = await scripted.ask();
    expect(told(answer)).toBe("a circuit_open, b ok");
    expect(scripted.asked.keys()).toEqual(["b"]);
    scripted.ledger.open.add("b");
    expect(await scripted.refusal()).toMatch(/^All models failed: a: It has failed .*; b: It has/);
  });

  it("tells its text as it comes, with its name", async () => {
    const pieces: string[] = [];
    const onText = (piece: string, name: string) => void pieces.push(`${name}: ${piece}`);
    const attempts: string[] = [];
    const scripted = new Scripted([A, B], { a: [""] });
    await scripted.ask({}, { onText, onAttempt: ({ outcome }) => void attempts.push(outcome) });
    expect(pieces).toEqual(["a: ", "b: says b"]);
    expect(attempts).toEqual(["empty", "ok"]);
  });

  it("tells nothing of a model that was given up any more", async () => {
    const pieces: string[] = [];
    let late = (_: string) => {};
    const ask: AskModel = async ({ key }, _, { onText = () => {} }) => {
      if (key === "a") late = onText;
      if (key === "a") return new Promise(() => {});
      late("late");
      onText("Paris");
      return { text: "Paris", finish: "stop", usage: undefined };
    };
    const scripted = new Scripted([A, B], {}, { ask });
    const onText = (piece: string, name: string) => void pieces.push(`${name}: ${piece}`);
    await scripted.ask({}, { onText, deadlineMs: 100 });
    expect(pieces).toEqual(["b: Paris"]);
  });

  it("is left where the caller leaves", async () => {
    const scripted = new Scripted([A, B], { a: ["hang"] });
    const client = new AbortController();
    const asked = scripted.ask({}, { signal: client.signal });
    setTimeout(() => client.abort(new Error("gone")), 20);
    await expect(asked).rejects.toThrow("gone");
    expect(scripted.asked.keys()).toEqual(["a"]);
    expect(scripted.asked.sent[0]!.signal.aborted).toBe(true);
    expect(scripted.ledger.ended).toMatchObject([{ key: "a", verdict: "none" }]);
    expect(scripted.counted).toContain("hereabouts_model_calls_total first_available cancelled");
  });

  it("gives back what is admitted after the caller has left", async () => {
    const scripted = new Scripted([A]);
    const opened = Promise.withResolvers<void>();
    scripted.ledger.gate = opened.promise;
    const client = new AbortController();
    const asked = scripted.ask({}, { signal: client.signal });
    setTimeout(() => {
      client.abort(new Error("gone"));
      setTimeout(() => opened.resolve(), 5);
    }, 5);
    await expect(asked).rejects.toThrow("gone");
    expect(scripted.asked.sent).toEqual([]);
    expect(scripted.ledger.ended).toMatchObject([{ used: { tokens: 0 }, verdict: "none" }]);
  });
});

/** Steps of which it is known, without the code that is tested, what has to come of them. */
const STEPS: Readonly<Record<string, { step: Step; isGood: boolean; isTriedAgain: boolean }>> = {
  good: { step: "Paris", isGood: true, isTriedAgain: false },
  empty: { step: "", isGood: false, isTriedAgain: false },
  refused: { step: { finish: "refused" }, isGood: false, isTriedAgain: false },
  error: { step: failure("error", { retryAfterMs: 0 }), isGood: false, isTriedAgain: true },
  broken: {
    step: failure("broken", { retryAfterMs: 1, mayHaveCost: true }),
    isGood: false,
    isTriedAgain: true,
  },
  limited: {
    step: failure("rate_limited", { retryAfterMs: 99_000 }),
    isGood: false,
    isTriedAgain: false,
  },
};

it("asks whatever fails in the one order that the rules give", async () => {
  const script = fc.array(fc.constantFrom(...Object.keys(STEPS)), { minLength: 2, maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(fc.tuple(script, script, script), async (scripts) => {
      const keys = ["a", "b", "c"];
      const expected: string[] = [];
      let winner: string | undefined;
      for (const [index, key] of keys.entries()) {
        const [first, second] = scripts[index]!.map((name) => STEPS[name]!);
        const steps = first!.isTriedAgain ? [first!, second!] : [first!];
        for (const { isGood } of steps) {
          expected.push(key);
          if (isGood) winner = key;
          if (isGood) break;
        }
        if (winner) break;
      }
      const steps = scripts.map((names) => names.map((name) => STEPS[name]!.step));
      const scripted = new Scripted([A, B, C], { a: steps[0]!, b: steps[1]!, c: steps[2]! });
      const answer = await scripted.ask().catch(() => undefined);
      expect(scripted.asked.keys()).toEqual(expected);
      expect(answer?.model).toBe(winner);
      // Each that was admitted has ended once, and is known to the ledger.
      expect(scripted.ledger.ended.map(({ key }) => key)).toEqual(expected);
      expect(scripted.ledger.running.size).toBe(0);
    }),
    { numRuns: 60 },
  );
});
