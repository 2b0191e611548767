import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tierOf } from "../../src/models/choice/route.ts";
import { bidOf, sizeOf } from "../../src/models/choice/size.ts";
import { promptOf } from "../../src/models/question.ts";
import { seeded } from "../support/random.ts";
import { model, Scripted, told } from "../support/scripted-models.ts";

/** How often each key is asked first in so many calls. */
async function firsts(scripted: Scripted, strategy: string, calls: number) {
  for (let call = 0; call < calls; call++) await scripted.ask({ strategy });
  const byKey = Map.groupBy(scripted.asked.keys(), (key) => key);
  return Object.fromEntries([...byKey].map(([key, asked]) => [key, asked.length / calls]));
}

describe("the rule without names", () => {
  it.each([
    ["small", "What is the capital of France?"],
    ["small", "Bonjour"],
    ["medium", "What is the capital of France? And that of Spain?"],
    ["medium", "フランスの首都は？スペインの首都は？"],
    ["medium", "Add 12, 30 and 4.5."],
    ["medium", "Fix this: `const x = f(y);`"],
    ["medium", "word ".repeat(130)],
    ["medium", "word ".repeat(1_300)],
    ["large", `Why does this fail?\n\`\`\`\nf(1, 2, 3)\n\`\`\`\n${"log ".repeat(200)}`],
    ["large", "1. What is 3 × 4?\n2. What does f(x) { return 12 } say?"],
  ])("takes a prompt for %s: %j", (tier, prompt) => {
    expect(tierOf(prompt)).toBe(tier);
  });

  it("asks models of the tier first, then stronger, then weaker ones; of a tier the cheapest", async () => {
    const cheap = { price: { input: 0.1, output: 0.1 } };
    const models = [
      model("small", { tier: "small" }),
      model("large", { tier: "large", ...cheap }),
      model("dear", { tier: "medium" }),
      model("unpriced", { tier: "medium", price: undefined }),
      model("cheap", { tier: "medium", ...cheap }),
    ];
    const script = Object.fromEntries(models.map(({ key }) => [key, [""]]));
    const order = async (prompt: string, data?: string) => {
      const scripted = new Scripted(models, script);
      await scripted.refusal({ prompt, data });
      return scripted.asked.keys().join();
    };
    expect(await order("Hello")).toBe("small,cheap,dear,unpriced,large");
    // What the server puts behind the prompt makes it no harder.
    expect(await order("Hello", '{"a":[1,2,3]};')).toBe("small,cheap,dear,unpriced,large");
    expect(await order("What is 1? Is 2?")).toBe("cheap,dear,unpriced,large,small");
    expect(await order("What is 1 + 2 + 3? Is f(x)?")).toBe("large,cheap,dear,unpriced,small");
  });
});

describe("names", () => {
  const models = [model("a"), model("b"), model("c")];

  it("are asked in their order, once each, and no others", async () => {
    const scripted = new Scripted(models, { a: [""], c: [""] });
    const names = ["c", "a", "c"];
    expect(await scripted.refusal({ models: names })).toMatch(/^All models failed: c: .*; a: /);
    expect(scripted.asked.keys()).toEqual(["c", "a"]);
  });

  it("that are none are refused, with those that there are", async () => {
    const scripted = new Scripted(models);
    expect(await scripted.refusal({ models: ["a", "gpt"] })).toBe(
      'There is no model "gpt" here; there are a, b, c.',
    );
    expect(await scripted.refusal({ strategy: "best" })).toBe(
      'There is no strategy "best"; there are first_available, fastest, consensus, cheapest, balanced.',
    );
    expect(scripted.ledger.admissions).toEqual([]);
  });

  it("of models that cannot be asked are told, and the others asked", async () => {
    const missing = [{ model: model("d"), why: "wants the secret KEY, which is not set" }];
    const scripted = new Scripted(models, {}, { missing });
    expect(scripted.models.names()).toEqual(["a", "b", "c", "d"]);
    expect(told(await scripted.ask({ models: ["d", "b"] }))).toBe("d unset, b ok");
    expect(told(await scripted.ask())).toBe("a ok");
    expect(await scripted.refusal({ models: ["d"] })).toBe(
      "No model can be asked this: d: It wants the secret KEY, which is not set. Whoever runs this server can mend that.",
    );
  });

  it("share their load by weight, and fail over to their own first", async () => {
    const twins = [
      model("a", { weight: 3 }),
      model("a", { key: "a#2", weight: 1 }),
      model("b", { weight: 50 }),
    ];
    const scripted = new Scripted(twins, {}, { random: seeded(1) });
    const shares = await firsts(scripted, "first_available", 400);
    expect(shares.a).toBeCloseTo(0.75, 1);
    expect(shares["a#2"]).toBeCloseTo(0.25, 1);
    expect(shares.b).toBeUndefined();

    const failing = new Scripted(twins, { a: [""], "a#2": [""] }, { random: seeded(2) });
    await failing.ask();
    expect(failing.asked.keys().slice(0, 2).toSorted()).toEqual(["a", "a#2"]);
    expect(failing.asked.keys()[2]).toBe("b");
  });
});

describe("the size", () => {
  const small = model("small", { contextTokens: 400, mostOutputTokens: 200 });
  const large = model("large", { contextTokens: 4_000, mostOutputTokens: 2_000 });

  it("rules models out that are too small, and is refused where all are", async () => {
    const scripted = new Scripted([small, large]);
    const prompt = "word ".repeat(100);
    expect((await scripted.ask({ prompt })).model).toBe("large");
    const answer = await scripted.ask({
      prompt: "Hello",
      models: ["small", "large"],
      maxTokens: 300,
    });
    expect(told(answer)).toBe("small unfit, large ok");
    expect(await scripted.refusal({ prompt: "Hello", maxTokens: 3_000 })).toBe(
      "No model can be asked this: small: Its answers have at most 200 tokens, and max_tokens is 3000; large: Its answers have at most 2000 tokens, and max_tokens is 3000. Shorten the prompt, or ask for fewer max_tokens.",
    );
    expect(await scripted.refusal({ prompt: "word ".repeat(1_000) })).toMatch(
      /large: Prompt and answer have at most 4000 tokens there, and may be 2500 and 2000\. Shorten/,
    );
  });

  it("is never more than what is reserved, in any language", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (text, system) => {
        const prompt = promptOf({ prompt: text, system, maxTokens: 7 });
        const bytes = new TextEncoder().encode(text + system).length;
        const { tokens, nanodollars } = bidOf(large, prompt, sizeOf(prompt));
        expect(tokens).toBeGreaterThan(bytes + 7);
        expect(nanodollars).toBe((tokens - 7) * 1_000 + 7 * 2_000);
        expect(sizeOf(prompt).likelyTokens).toBeLessThanOrEqual(bytes);
      }),
    );
  });

  it("of an answer is reserved as the model's, where the caller names none", () => {
    const prompt = promptOf({ prompt: "Hello" });
    expect(bidOf(large, prompt, sizeOf(prompt)).tokens).toBe(5 + 64 + 2_000);
  });
});

describe("the cheapest", () => {
  const price = (input: number, output: number) => ({ price: { input, output } });
  const models = [
    model("dear", price(10, 30)),
    model("wordy", price(0.1, 5)),
    model("unknown", { price: undefined }),
    model("cheap", price(1, 1)),
  ];

  it("asks the next dearer one where an answer is not valid, and one without a price last", async () => {
    const scripted = new Scripted(models, { cheap: [""], wordy: [""], dear: [""] });
    const answer = await scripted.ask({ strategy: "cheapest" });
    expect(told(answer)).toBe("cheap empty, wordy empty, dear empty, unknown ok");
    expect(answer).not.toHaveProperty("cost_usd");
  });

  it("goes by what prompt and answer cost together", async () => {
    const long = await new Scripted(models).ask({
      strategy: "cheapest",
      prompt: "word ".repeat(1_000),
      maxTokens: 5,
    });
    expect(long.model).toBe("wordy");
  });
});

describe("the balanced", () => {
  it("prefers the faster of two, and asks others as their weights say", async () => {
    const models = [
      model("x", { key: "balanced x", weight: 2 }),
      model("y", { key: "balanced y" }),
      model("z", { key: "balanced z" }),
    ];
    const scripted = new Scripted(models, {}, { random: seeded(3) });
    const unknown = await firsts(scripted, "balanced", 400);
    expect(unknown["balanced x"]).toBeCloseTo(0.5, 1);

    const heard = new Scripted(models, {}, { random: seeded(4) });
    heard.ledger.health["balanced x"] = { p50Ms: 900 };
    heard.ledger.health["balanced y"] = { p50Ms: 100 };
    heard.ledger.health["balanced z"] = { p50Ms: 500 };
    await heard.ask({ strategy: "balanced" });
    heard.asked.sent.length = 0;
    const shares = await firsts(heard, "balanced", 400);
    // The slowest of three is never the faster of two; the fastest is, whenever it is drawn.
    expect(shares["balanced x"]).toBeUndefined();
    expect(shares["balanced y"]).toBeGreaterThan(shares["balanced z"]!);
  });

  it("asks the others where one fails", async () => {
    const models = [model("a"), model("b"), model("c")];
    const scripted = new Scripted(models, { a: [""], b: [""] }, { random: seeded(5) });
    expect((await scripted.ask({ strategy: "balanced" })).model).toBe("c");
  });
});
