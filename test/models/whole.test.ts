import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { ObjectLedger } from "../../src/models/ledger/object-ledger.ts";
import { Models } from "../../src/models/models.ts";
import { openProviders } from "../../src/models/providers/providers.ts";
import type { ModelsAnswer, ModelsQuestion } from "../../src/models/question.ts";
import { FakeModels } from "../support/models/fake-models.ts";
import { seeded } from "../support/random.ts";
import { told } from "../support/scripted-models.ts";

/** A busy machine may take its time to see that a connection is closed. */
const PATIENCE = { timeout: 60_000, interval: 20 };
const PROMPT = "What is the capital of France?";
const nothing = { count() {}, observe() {} };
let ledgers = 0;

/** Models that do what their ids say, with the real ledger and the real providers between. */
class Whole {
  readonly fakes = new FakeModels();
  readonly #models: Models;
  readonly #behind: Promise<unknown>[] = [];

  constructor(
    ids: Readonly<Record<string, string>>,
    settings: Readonly<Record<string, unknown>> = {},
  ) {
    const entries = Object.entries(ids).map(([name, id], index) => {
      // In turn, so that both formats are asked.
      const provider = index % 2 === 0 ? "openai-compatible" : "anthropic";
      const base_url = this.fakes.baseUrl(provider === "anthropic" ? "anthropic" : "openai");
      return { name, provider, id, base_url, price_input: 1, price_output: index + 1 };
    });
    const config = parseConfig({ MODELS: entries, ...settings });
    const object = env.MODEL_LEDGER.getByName(`whole ${++ledgers}`);
    const objects = { getByName: () => object } as unknown as typeof env.MODEL_LEDGER;
    this.#models = new Models({
      models: config.models,
      missing: [],
      ask: openProviders({ secretOf: () => undefined, ai: undefined }),
      ledger: new ObjectLedger(objects, config, nothing),
      metrics: nothing,
      config,
      waitUntil: (work) => void this.#behind.push(work),
      random: seeded(7),
    });
  }

  async ask(
    question: Partial<ModelsQuestion> = {},
    signal = new AbortController().signal,
  ): Promise<ModelsAnswer> {
    try {
      const asked = { prompt: PROMPT, maxTokens: 20, ...question };
      return await this.#models.ask(asked, { holder: "somebody" }, { signal });
    } finally {
      await Promise.all(this.#behind);
    }
  }

  /** Whether the connections of a model's requests were closed before all was said. */
  async closedEarly(id: string): Promise<readonly boolean[]> {
    const seen = await this.fakes.seen();
    return seen.filter(({ model }) => model === id).map(({ closedEarly }) => closedEarly);
  }
}

describe("models, through the ledger and over the wire", () => {
  it("are asked one after the other, whatever each of them does wrong", async () => {
    const whole = new Whole({
      failing: "fault=500",
      busy: "fault=429&retry_after=60",
      half: "fault=breaks",
      garbled: "fault=not-json",
      shapeless: "fault=wrong-shape",
      mute: "fault=empty",
      filtered: "fault=refused",
      moved: "fault=redirect",
      gone: "fault=closed,none&says=nobody",
      well: "says=Paris",
    });
    const answer = await whole.ask();
    expect(answer).toMatchObject({ model: "gone", response: "nobody" });
    expect(told(answer).split(", ")).toEqual([
      "failing error",
      "failing error",
      "busy rate_limited",
      "half broken",
      "half broken",
      "garbled broken",
      "garbled broken",
      "shapeless broken",
      "shapeless broken",
      "mute empty",
      "filtered refused",
      "moved error",
      "moved error",
      "gone unreachable",
      "gone ok",
    ]);
  });

  it("lose a race with their connections closed, and never win it with a refusal", async () => {
    const ids = {
      silent: "fault=hang",
      refusing: "fault=refused",
      mute: "fault=empty",
      slow: "says=Paris&delay_ms=50",
    };
    const whole = new Whole(ids, { MODELS_HEDGE_MS: "100" });
    const answer = await whole.ask({ strategy: "fastest" });
    expect(answer).toMatchObject({ model: "slow", response: "Paris" });
    expect(told(answer)).toBe("refusing refused, mute empty, slow ok, silent cancelled");
    await expect.poll(() => whole.closedEarly(ids.silent), PATIENCE).toEqual([true]);
  });

  it("are left when the caller leaves: the connection is closed", async () => {
    const whole = new Whole({ silent: "fault=hang", well: "says=Paris" });
    const client = new AbortController();
    const asked = whole.ask({}, client.signal);
    asked.catch(() => {});
    await expect.poll(() => whole.closedEarly("fault=hang"), PATIENCE).toEqual([false]);
    client.abort(new Error("gone"));
    await expect(asked).rejects.toThrow("gone");
    await expect.poll(() => whole.closedEarly("fault=hang"), PATIENCE).toEqual([true]);
    expect(await whole.closedEarly("says=Paris")).toEqual([]);
  });

  it("are asked no more where the day's budget is used up, and are not charged for failures", async () => {
    const whole = new Whole(
      { busy: "fault=429&retry_after=60", well: "says=Paris" },
      { MODELS_DOLLARS_PER_DAY: "0.0003", MODELS_TOKENS_PER_DAY: "0" },
    );
    const costs: number[] = [];
    const more = async (): Promise<Error> => {
      try {
        costs.push((await whole.ask()).cost_usd!);
      } catch (error) {
        return error as Error;
      }
      return more();
    };
    expect((await more()).message).toMatch(/^Today's budget for models has \$0\.000\d+ left/);
    expect(costs.length).toBeGreaterThan(1);
    const spent = costs.reduce((sum, cost) => sum + cost, 0);
    expect(spent).toBeGreaterThan(0);
    expect(spent).toBeLessThanOrEqual(0.0003);
  });

  it("answer a kept question without being asked", async () => {
    const whole = new Whole({ well: "says=Paris" });
    const question = { temperature: 0 };
    expect((await whole.ask(question)).cached).toBe(false);
    expect(await whole.ask(question)).toMatchObject({
      cached: true,
      response: "Paris",
      attempts: [],
    });
    expect(await whole.fakes.seen()).toHaveLength(1);
  });

  it("agree over the wire, too", async () => {
    const whole = new Whole({ a: "says=Paris", b: "says=paris.", c: "fault=500" });
    expect(await whole.ask({ strategy: "consensus" })).toMatchObject({
      response: "Paris",
      consensus: { asked: 3, share: 2 / 3 },
    });
  });

  it("answer nearly always, though each fails one time in ten (bench/failover.ts has a thousand calls)", async () => {
    const whole = new Whole({
      a: "says=Paris&share=0.1&seed=1&fault=500",
      b: "says=Paris&share=0.1&seed=2&fault=not-json",
      c: "says=Paris&share=0.1&seed=3&fault=empty",
    });
    const answers: ModelsAnswer[] = [];
    for (let batch = 0; batch < 8; batch++) {
      const asked = Array.from({ length: 5 }, () => whole.ask());
      answers.push(...(await Promise.all(asked)));
    }
    expect(answers.map(({ response }) => response)).toEqual(Array(40).fill("Paris"));
    expect(answers.filter(({ attempts }) => attempts.length > 1).length).toBeGreaterThan(0);
  });
});
