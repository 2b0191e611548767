import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Outcome } from "../../src/models/contract.ts";
import { appWithModels } from "../support/models/app.ts";
import { FakeModels } from "../support/models/fake-models.ts";
import { type Call, clientsOf, textOf } from "../support/tool-clients.ts";

/** A busy machine may take its time to see that a connection is closed. */
const PATIENCE = { timeout: 60_000, interval: 20 };
/** What the fake models say when they fail, which nobody may hear. */
const THEIRS = /provider-says|sk-secret/;

const PROVIDERS = ["openai-compatible", "openai", "anthropic"];
const FAULTS: readonly (readonly [fault: string, outcome: Outcome])[] = [
  ["500", "error"],
  ["429&retry_after=3600", "rate_limited"],
  ["closed", "unreachable"],
  ["breaks", "broken"],
  ["half", "broken"],
  ["not-json", "broken"],
  ["wrong-shape", "broken"],
  ["empty", "empty"],
  ["cut-off", "cut_off"],
  ["refused", "refused"],
  ["redirect", "error"],
  ["error-200", "error"],
  ["context-exceeded", "prompt_too_long"],
  ["none&says=not+JSON", "invalid_json"],
  ['none&says={"town":"Paris"}', "schema_mismatch"],
];
const SCHEMA = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const WELL = 'says={"city":"Paris"}';

let fakes: FakeModels;
/** Names of models that no other test has: what is known of how models are stays. */
let own: (name: string) => string;
beforeEach(() => {
  fakes = new FakeModels();
  const id = crypto.randomUUID();
  own = (name) => `${name}-${id}`;
});

interface Attempt {
  readonly model: string;
  readonly outcome: Outcome;
}

/** Asks by the tool, through the front door, models that speak over real connections. */
async function toolWith(
  models: Readonly<Record<string, string>>,
  provider: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Call> {
  const entries = Object.entries(models).map(([name, id]) => ({
    name: own(name),
    id,
    provider,
    base_url: fakes.baseUrl(provider === "anthropic" ? "anthropic" : "openai"),
  }));
  return clientsOf("query_models")["the SDK, 2026"]!(appWithModels(entries, settings));
}

describe.each(PROVIDERS)("%s", (provider) => {
  it("passes on from every fault to a model that answers well", async () => {
    const ill = FAULTS.map(([fault], index) => [`ill${index}`, `fault=${fault}`]);
    const call = await toolWith({ ...Object.fromEntries(ill), well: WELL }, provider);
    const models = [...ill.map(([name]) => own(name!)), own("well")];
    const answer = await call({ prompt: "Where?", models, json_schema: SCHEMA, timeout: 60 });
    expect(answer.structuredContent).toMatchObject({
      model: own("well"),
      response_json: { city: "Paris" },
    });
    const attempts = answer.structuredContent!.attempts as readonly Attempt[];
    // Some are asked a second time.
    const outcomes = new Map(attempts.map(({ model, outcome }) => [model, outcome]));
    expect([...outcomes]).toEqual([
      ...FAULTS.map(([, outcome], index) => [own(`ill${index}`), outcome]),
      [own("well"), "ok"],
    ]);
    expect(JSON.stringify(answer)).not.toMatch(THEIRS);
  });

  it("says in one sentence why all have failed", async () => {
    const call = await toolWith({ a: "fault=500", b: "fault=half", c: "fault=refused" }, provider);
    const models = ["a", "b", "c"].map(own);
    const answer = await call({ prompt: "Where?", models });
    expect(answer.isError).toBe(true);
    expect(textOf(answer)).toMatch(/^All models failed: .*\ba-.*\bb-.*\bc-/);
    expect(textOf(answer)).not.toMatch(THEIRS);
  });
});

describe("fastest", () => {
  const strategy = "fastest";
  const atOnce = { MODELS_HEDGE_MS: "1" };

  it.each(["hang", "stall"])("closes the loser's connection: %s", async (fault) => {
    const call = await toolWith({ first: `fault=${fault}`, other: WELL }, "anthropic", atOnce);
    const models = [own("first"), own("other")];
    const answer = await call({ prompt: "Where?", models, strategy, timeout: 60 });
    expect(answer.structuredContent).toMatchObject({ model: own("other") });
    await vi.waitFor(async () => {
      const seen = await fakes.seen();
      const loser = seen.find(({ model }) => model.includes(fault));
      expect(loser).toMatchObject({ closedEarly: true });
    }, PATIENCE);
  });

  it("is won by no answer that is not valid, however fast it is", async () => {
    const ill = { a: "fault=refused", b: "fault=half", c: "fault=cut-off", d: "fault=empty" };
    const call = await toolWith({ ...ill, well: `delay_ms=100&${WELL}` }, "openai", atOnce);
    const models = [...Object.keys(ill), "well"].map(own);
    const answer = await call({ prompt: "Where?", models, strategy, timeout: 60 });
    expect(answer.structuredContent).toMatchObject({ model: own("well") });
  });
});
