import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { Spending } from "../../src/budgets/spending.ts";
import { openMetrics } from "../../src/observe/metrics.ts";
import { sweepInputs, TaskInputs } from "../../src/tasks/inputs.ts";
import { ORIGIN } from "../support/client.ts";
import { STORES } from "../support/stores.ts";
import { appWithTokens, bearer, sharedToken } from "../support/tokens.ts";

const DAY_MS = 24 * 3_600_000;
const MOST_BYTES_A_DAY = 512 * 1024 * 1024;
const everybody = appWithTokens({ ANONYMOUS_SCOPES: "places:read tasks" });

interface Taken {
  readonly input: string;
  readonly bytes: number;
  readonly expires_at: string;
  readonly error: string;
}

async function bring(
  body: BodyInit | undefined,
  headers: Readonly<Record<string, string>> = {},
  fetch = everybody,
): Promise<{ status: number; answer: Taken }> {
  const request = new Request(`${ORIGIN}/mcp/inputs`, {
    method: "POST",
    body: body ?? null,
    headers,
  });
  const response = await fetch(request);
  return { status: response.status, answer: await response.json<Taken>() };
}
const of = (subject?: string) => new TaskInputs(STORES.bucket, subject);

describe("POST /mcp/inputs", () => {
  it("keeps a file as it came, for whoever holds its id", async () => {
    const { status, answer } = await bring("latitude,longitude\n1,2\n");
    expect(status).toBe(201);
    expect(answer.bytes).toBe(23);
    expect(Date.parse(answer.expires_at)).toBeGreaterThan(Date.now() + DAY_MS - 60_000);
    const { key, version, bytes } = await of().find(answer.input);
    expect(bytes).toBe(23);
    const object = await env.PLACES_BUCKET.get(key);
    expect(object?.version).toBe(version);
    expect(await object?.text()).toBe("latitude,longitude\n1,2\n");
    expect(await of("somebody").find(answer.input)).toMatchObject({ key });
  });

  it("gives the file of a subject to nobody else, in the same words as where there is none", async () => {
    const authorization = bearer(await sharedToken({ sub: "anna", scope: "tasks" }));
    const { status, answer } = await bring("[]", authorization);
    expect(status).toBe(201);
    const subject = (
      await env.PLACES_BUCKET.list({ prefix: "task-inputs/", include: ["customMetadata"] })
    ).objects;
    expect(JSON.stringify(subject)).not.toContain("anna");
    const words = /there is no such input/;
    for (const other of [undefined, "bert"]) {
      await expect(of(other).find(answer.input)).rejects.toThrow(words);
    }
    for (const id of ["", "x", "../inbox/x", "a".repeat(32), `${answer.input}x`]) {
      await expect(of("anna").find(id)).rejects.toMatchObject({
        name: "NotFound",
        message: expect.stringMatching(words),
      });
    }
  });

  it.each([
    ["nothing", undefined, 400, /empty/],
    ["too much", new Uint8Array(16 * 1024 * 1024 + 1), 413, /at most/],
  ])("refuses %s", async (_, body, status, words) => {
    const refused = await bring(body);
    expect(refused.status).toBe(status);
    expect(refused.answer.error).toMatch(words);
  });

  it("gives each address a budget of its own, and nothing is read without", async () => {
    const [spent, other] = ["192.0.2.31", "192.0.2.32"];
    const metrics = openMetrics(env.METRIC_SHARDS, createExecutionContext());
    await new Spending(env.BUDGETS, metrics).reserve(
      { subject: spent!, what: "bytes of files for tasks", most: MOST_BYTES_A_DAY },
      { id: "all of it", amount: MOST_BYTES_A_DAY, untilMs: Date.now() + DAY_MS },
    );
    const refused = await bring("x", { "cf-connecting-ip": spent! });
    expect(refused.status).toBe(429);
    expect(refused.answer.error).toMatch(/0 left/);
    expect((await bring("x", { "cf-connecting-ip": other! })).status).toBe(201);
  });

  it("counts requests", async () => {
    const limit = async () => ({ success: false });
    const limited = appWithTokens({
      ANONYMOUS_SCOPES: "places:read tasks",
      REQUEST_LIMIT: { limit } as never,
    });
    const { status, answer } = await bring("x", { "cf-connecting-ip": "192.0.2.33" }, limited);
    expect(status).toBe(429);
    expect(answer.error).toMatch(/Too many requests/);
  });

  it("asks for the scope, for POST, and for a page of ours", async () => {
    const nobody = appWithTokens();
    expect((await bring("x", {}, nobody)).status).toBe(401);
    expect((await bring("x", { origin: "https://evil.example" })).status).toBe(403);
    const read = await everybody(new Request(`${ORIGIN}/mcp/inputs`));
    expect([read.status, read.headers.get("allow")]).toEqual([405, "POST"]);
  });

  it("lets a file expire, and deletes it when no task can be reading it any more", async () => {
    const { answer } = await bring("x");
    const { key } = await of().find(answer.input);
    vi.setSystemTime(Date.now() + DAY_MS + 1_000);
    try {
      await expect(of().find(answer.input)).rejects.toThrow(/no such input/);
      await sweepInputs(STORES.bucket, DAY_MS);
      expect(await env.PLACES_BUCKET.head(key)).not.toBeNull();
      vi.setSystemTime(Date.now() + DAY_MS);
      expect(await sweepInputs(STORES.bucket, DAY_MS)).toBeGreaterThan(0);
      expect(await env.PLACES_BUCKET.head(key)).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });
});
