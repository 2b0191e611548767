import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { FAILURES_TO_OPEN } from "../../src/models/ledger/condition.ts";
import { ObjectLedger } from "../../src/models/ledger/object-ledger.ts";
import { appWith } from "../support/app.ts";
import { ORIGIN } from "../support/client.ts";
import { placeholder } from "../support/placeholder.ts";

const KEY = "sk-hunter2";
const MODELS = [
  { name: "here", provider: "openai-compatible", id: "x", base_url: "http://localhost:1/v1" },
  { name: "here", provider: "openai-compatible", id: "y", base_url: "http://localhost:1/v1" },
  { name: "keyed", provider: "anthropic", id: "x", secret: "KEY" },
  { name: "keyless", provider: "anthropic", id: "x", secret: "OTHER_KEY" },
  { name: "object", provider: "anthropic", id: "x", secret: "PLACES_DB" },
  { name: "bound", provider: "workers-ai", id: "@cf/x" },
];
const METRICS_TOKEN = "the operator's other secret";
const BINDINGS = { MODELS, AI: undefined, KEY, OTHER_KEY: " ", METRICS_TOKEN };

const health = async (bindings: Record<string, unknown> = {}) => {
  const app = appWith(placeholder, { ...BINDINGS, ...bindings });
  return (await app(new Request(`${ORIGIN}/health`))).text();
};

beforeAll(async () => {
  const ledger = new ObjectLedger(env.MODEL_LEDGER, parseConfig({ MODELS }), { count() {} });
  const used = { nanodollars: 0, tokens: 0 };
  const failed = { key: "here#2", used, verdict: "unwell", latencyMs: undefined } as const;
  const ended = Array.from({ length: FAILURES_TO_OPEN }, (_, k) => ({ ...failed, id: `${k}` }));
  await ledger.settle({ holder: "key:ada", ended, keep: undefined });
});

describe("/health", () => {
  it("tells which models there are, which lack a secret or a binding, and which are left alone", async () => {
    const text = await health();
    expect(JSON.parse(text)).toMatchObject({
      status: "ok",
      models: {
        configured: ["here", "here#2", "keyed", "keyless", "object", "bound"],
        unset: ["keyless", "object", "bound"],
        open_circuits: ["here#2"],
      },
    });
    expect(text).not.toMatch(/hunter2|OTHER_KEY/);
  });

  it("knows a binding of Workers AI", async () => {
    const { models } = JSON.parse(await health({ AI: {} }));
    expect(models.unset).toEqual(["keyless", "object"]);
  });

  it("is ok where the ledger does not answer, and says nothing of what that knows", async () => {
    const MODEL_LEDGER = { getByName: () => ({ health: () => Promise.reject(new Error("gone")) }) };
    const { status, models } = JSON.parse(await health({ MODEL_LEDGER }));
    expect(status).toBe("ok");
    expect(Object.keys(models)).toEqual(["configured", "unset"]);
  });
});

it("/metrics tells of each model whether it is left alone", async () => {
  const request = new Request(`${ORIGIN}/metrics`, {
    headers: { authorization: `Bearer ${METRICS_TOKEN}` },
  });
  const text = await (await appWith(placeholder, BINDINGS)(request)).text();
  const series = text.match(/^hereabouts_model_circuit_open\{.*$/gm);
  expect(series).toEqual(
    MODELS.map(({ name, id }) => (id === "y" ? `${name}#2` : name)).map(
      (key) => `hereabouts_model_circuit_open{model="${key}"} ${key === "here#2" ? 1 : 0}`,
    ),
  );
});
