import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { sha256Hex } from "../../src/digest.ts";
import { mostOf, sizeOf, spentOn } from "../../src/models/choice/size.ts";
import {
  type AskModel,
  type Model,
  ModelFailure,
  NANODOLLARS,
  type Prompt,
  type Usage,
} from "../../src/models/contract.ts";
import { FAILURES_TO_OPEN, OPEN_MS } from "../../src/models/ledger/condition.ts";
import { ObjectLedger } from "../../src/models/ledger/object-ledger.ts";
import { Models } from "../../src/models/models.ts";
import type { ModelsOptions, ModelsQuestion } from "../../src/models/question.ts";

/** Strategies with the real ledger: what the tests of either take for granted of the other. */

const MODELS = ["a", "b", "c"].map((name, index) => ({
  name,
  provider: "openai-compatible",
  id: name,
  base_url: "http://localhost:1/v1",
  price_input: 3 + index,
  price_output: 15 + index,
  max_output: 200,
}));
const DOLLARS = 0.05;
const CONFIG = parseConfig({ MODELS, MODELS_DOLLARS_PER_DAY: String(DOLLARS), MODELS_HEDGE_MS: 1 });
const PLENTY = parseConfig({ MODELS, MODELS_CACHE: "never" });

let tests = 0;
let works: Promise<unknown>[];
beforeEach(() => {
  tests++;
  works = [];
});
afterEach(() => void vi.restoreAllMocks());

const objects = () => {
  const name = `whole-${tests}`;
  return {
    getByName: () => env.MODEL_LEDGER.getByName(name),
  } as unknown as typeof env.MODEL_LEDGER;
};

/** What one isolate has. */
function isolate(ask: AskModel, config = CONFIG) {
  const ledger = new ObjectLedger(objects(), config, { count() {} });
  const metrics = { count() {}, observe() {} };
  const waitUntil = (work: Promise<unknown>) => void works.push(work);
  const models = new Models({
    ...{ models: config.models, missing: [], ask, ledger, metrics, config, waitUntil },
  });
  return {
    ledger,
    ask: (question: Partial<ModelsQuestion> = {}, options: Partial<ModelsOptions> = {}) => {
      const signal = new AbortController().signal;
      return models.ask(
        { prompt: "Why?", ...question },
        { holder: "key:ada" },
        { signal, ...options },
      );
    },
  };
}

const untilSettled = async () => {
  while (works.length > 0) await Promise.all(works.splice(0));
};

const hanging = (signal: AbortSignal) =>
  new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
  );

/**
 * Models that answer, fail, or do not tell what they have used, and what they bill for it. They hang where a prompt says that
 * somebody is in a hurry.
 */
class Bill {
  nanodollars = 0;
  /** If all that was asked had cost as much as it can: whoever is cancelled does not learn what it has cost. */
  most = 0;
  readonly #next: () => number;

  constructor(seed: number) {
    let state = seed;
    this.#next = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
  }

  readonly ask: AskModel = async (model, prompt, { signal }) => {
    const most = mostOf(model, prompt, sizeOf(prompt));
    const kind = this.#next();
    if (kind < 0.1) throw new ModelFailure("error", "it is down");
    if (kind < 0.5) {
      const share = this.#next();
      const usage = {
        inputTokens: Math.floor(most.input * share),
        outputTokens: Math.floor(most.output * share),
      };
      this.#bill(model, prompt, usage);
      await scheduler.wait(5 * share);
      return { text: "42", finish: kind < 0.15 ? "length" : "stop", usage };
    }
    // Nobody knows what it has cost: it may be all of it.
    this.#bill(model, prompt);
    if (kind < 0.55) throw new ModelFailure("error", "it told of it", { mayHaveCost: true });
    if (kind < 0.6) throw new ModelFailure("broken", "it broke off", { mayHaveCost: true });
    if (kind < 0.7) {
      if (prompt.text.includes("quickly")) return hanging(signal);
      await scheduler.wait(20);
    }
    return { text: "43", finish: "stop", usage: undefined };
  };

  #bill(model: Model, prompt: Prompt, usage?: Usage): void {
    const most = mostOf(model, prompt, sizeOf(prompt));
    const tokens = usage ? { input: usage.inputTokens, output: usage.outputTokens } : most;
    this.nanodollars += spentOn(model, tokens).nanodollars;
    this.most += spentOn(model, most).nanodollars;
  }
}

describe("a day's budget", () => {
  it("holds, to a billionth of a dollar, whatever 50 calls at once are answered, and who leaves", async () => {
    const strategies = Models.strategies.map(({ name }) => name);
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        tests++;
        const bill = new Bill(seed);
        const isolates = [isolate(bill.ask), isolate(bill.ask)];
        const calls = Array.from({ length: 50 }, async (_, k) => {
          // Each strategy has some callers who leave, and some who have no time; all others wait for as long as it takes.
          const [isLeaving, isBrief] = [k % 7 === 6, k % 7 === 5];
          const leaving = new AbortController();
          if (isLeaving) setTimeout(() => leaving.abort(new Error("gone")), k);
          const prompt = isLeaving || isBrief ? `Why ${k}, quickly?` : `Why ${k}?`;
          const question = { prompt, strategy: strategies[k % strategies.length]! };
          const options = { signal: leaving.signal, ...(isBrief && { deadlineMs: 100 }) };
          return isolates[k % 2]!.ask(question, options);
        });
        const results = await Promise.allSettled(calls);
        await untilSettled();
        const messages = results.map((result) =>
          result.status === "rejected" ? String(result.reason.message) : "",
        );
        expect(messages.join()).toContain("Today's budget for models has $");
        expect(bill.nanodollars).toBeLessThanOrEqual(DOLLARS * NANODOLLARS);
        expect(bill.nanodollars).toBeGreaterThan(0);
        // By the bid of a model that nobody has asked: a circuit may be open, and then a bid does not come to the budget.
        const admission = {
          ...{ id: "any", wanted: 1, untilMs: 0, cacheKey: undefined, ended: [] },
          holder: await sha256Hex("key:ada"),
          mostADay: { nanodollars: DOLLARS * NANODOLLARS, tokens: 0 },
          bids: [{ key: "unasked", nanodollars: 1e12, tokens: 0 }],
        };
        const { left } = await objects().getByName("all").admit(admission, Infinity);
        expect(left!.nanodollars).toBeLessThanOrEqual(DOLLARS * NANODOLLARS - bill.nanodollars);
        expect(left!.nanodollars).toBeGreaterThanOrEqual(DOLLARS * NANODOLLARS - bill.most);
      }),
      { numRuns: 3 },
    );
  });
});

describe("a circuit", () => {
  const down: AskModel = async ({ name }) => {
    if (name === "a") throw new ModelFailure("error", "it is down");
    return { text: `says ${name}`, finish: "stop", usage: undefined };
  };
  const well: AskModel = async ({ name }) => ({
    text: `says ${name}`,
    finish: "stop",
    usage: undefined,
  });

  it("that one isolate has opened is open in the other, until a trial there goes well", async () => {
    const one = isolate(down, PLENTY);
    const other = isolate(well, PLENTY);
    let failures = 0;
    while (failures < FAILURES_TO_OPEN) {
      const { attempts } = await one.ask({ models: ["a", "b"] });
      await untilSettled();
      failures += attempts.filter(({ outcome }) => outcome === "error").length;
    }
    const passed = await other.ask({ models: ["a", "b"] });
    expect(passed).toMatchObject({ model: "b" });
    expect(passed.attempts).toMatchObject([
      { model: "a", outcome: "circuit_open" },
      { model: "b", outcome: "ok" },
    ]);
    await untilSettled();
    const nowMs = Date.now();
    vi.spyOn(Date, "now").mockImplementation(() => nowMs + 2 * OPEN_MS);
    expect(await other.ask({ models: ["a", "b"] })).toMatchObject({ model: "a" });
    await untilSettled();
    expect((await one.ledger.health()).a).toMatchObject({ circuit: "closed" });
  });

  it("is tried by the next one where the client of the trial has left", async () => {
    const one = isolate(down, PLENTY);
    for (let k = 0; k < FAILURES_TO_OPEN; k++) {
      await one.ask({ models: ["a", "b"] });
      await untilSettled();
    }
    const nowMs = Date.now();
    vi.spyOn(Date, "now").mockImplementation(() => nowMs + 2 * OPEN_MS);
    const leaving = new AbortController();
    const trial = isolate((_, __, { signal }) => {
      queueMicrotask(() => leaving.abort(new Error("gone")));
      return hanging(signal);
    }, PLENTY);
    await expect(trial.ask({ models: ["a"] }, { signal: leaving.signal })).rejects.toThrow("gone");
    await untilSettled();
    const next = await isolate(well, PLENTY).ask({ models: ["a", "b"] });
    expect(next.attempts).toMatchObject([{ model: "a", outcome: "ok" }]);
  });
});
