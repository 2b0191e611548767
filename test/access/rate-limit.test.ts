import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { Hono } from "hono";
import { afterEach, describe, expect, it, vi } from "vitest";
import { limitSignIn, PERIOD_SECONDS } from "../../src/access/rate-limit.ts";
import { addressBlockOf } from "../../src/address.ts";
import { catalog } from "../../src/mcp/catalog.ts";
import type { Deployment } from "../../src/services.ts";
import config from "../../wrangler.toml?raw";
import { appWith } from "../support/app.ts";
import { type Fetch, ORIGIN, worker } from "../support/client.ts";
import { ADDRESSES, AGENTS } from "../support/hosts.ts";
import { post } from "../support/rpc.ts";

afterEach(() => void vi.useRealTimers());

const PING = { jsonrpc: "2.0", id: 7, method: "ping" };
const OPENAI = "203.0.113.64";

/** A limiter that counts without end, so that a test meets no new minute. */
class CountedLimiter implements RateLimit {
  readonly counts = new Map<string, number>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  async limit({ key }: { key: string }) {
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return { success: count <= this.#most };
  }
}

function limitedApp(bindings: Readonly<Record<string, unknown>>): Fetch {
  return appWith(catalog, { OPENAI_RANGES: `${OPENAI}/32`, ...bindings });
}

/** How many pings in a row are answered, up to some. */
async function passing(most: number, ask: (n: number) => Promise<Response>): Promise<number> {
  for (let n = 0; n < most; n++) if ((await ask(n)).status === 429) return n;
  return most;
}

const from = (address: string, fetch: Fetch, body: unknown = PING, headers = {}) =>
  post(body, { "cf-connecting-ip": address, ...headers }, fetch);

const ofUser = (user: string) => ({ ...PING, params: { _meta: { "openai/subject": user } } });

describe("requests", () => {
  it("of each address are limited, with the time to wait and the request's id", async () => {
    const fetch = limitedApp({ REQUEST_LIMIT: new CountedLimiter(3) });
    expect(await passing(9, () => from("192.0.2.1", fetch))).toBe(3);
    expect(await passing(9, () => from("192.0.2.2", fetch))).toBe(3);

    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 10, 30, 12, 0, 18) });
    const refused = await from("192.0.2.1", fetch);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("42");
    expect(await refused.json()).toEqual({
      jsonrpc: "2.0",
      id: 7,
      error: { code: -32_000, message: expect.stringContaining("Try again in 42 seconds") },
    });
  });

  it("are told the period that wrangler.toml has", () => {
    const periods = [...config.matchAll(/period = (\d+)/g)].map(([, seconds]) => Number(seconds));
    expect(periods).toEqual([PERIOD_SECONDS, PERIOD_SECONDS, PERIOD_SECONDS]);
  });

  it("from one /64 count together, and those from this machine not at all", async () => {
    const fetch = limitedApp({ REQUEST_LIMIT: new CountedLimiter(3) });
    const ofBlock = (n: number) => from(`2001:db8:1:2::${n.toString(16)}`, fetch);
    expect(await passing(9, ofBlock)).toBe(3);
    expect(await passing(9, (n) => from(`2001:db8:1:${n}::1`, fetch))).toBe(9 - 7);
    for (const here of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) {
      expect(await passing(9, () => from(here, fetch))).toBe(9);
    }
  });

  it("of a batch count each", async () => {
    const fetch = limitedApp({ REQUEST_LIMIT: new CountedLimiter(5) });
    const batch = [1, 2, 3].map((id) => ({ ...PING, id }));
    expect((await from("192.0.2.1", fetch, batch)).status).toBe(200);
    const refused = await from("192.0.2.1", fetch, batch);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ id: null, error: { code: -32_000 } });
  });

  it("that are refused anyway count, too", async () => {
    const fetch = limitedApp({ REQUEST_LIMIT: new CountedLimiter(3) });
    expect(await passing(9, () => from("192.0.2.1", fetch, "{"))).toBe(3);
    expect((await from("192.0.2.1", fetch)).status).toBe(429);
  });

  it("of whoever guesses the metrics token count, too, and of whoever has it do not", async () => {
    const METRICS_TOKEN = "the operator's other secret";
    const fetch = limitedApp({ METRICS_TOKEN, REQUEST_LIMIT: new CountedLimiter(3) });
    const scrape = async (token: string) => {
      const headers = { "cf-connecting-ip": "192.0.2.1", authorization: `Bearer ${token}` };
      return fetch(new Request(`${ORIGIN}/metrics`, { headers }));
    };
    expect(await passing(9, () => scrape(METRICS_TOKEN))).toBe(9);
    expect(await passing(9, () => scrape("a guess"))).toBe(3);
    const refused = await scrape("a guess");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await scrape(METRICS_TOKEN)).status).toBe(200);
  });

  it("behind an assistant's address count by its users, and all together by a larger limit", async () => {
    const [requests, relays] = [new CountedLimiter(3), new CountedLimiter(8)];
    const fetch = limitedApp({ REQUEST_LIMIT: requests, RELAY_LIMIT: relays });
    expect(await passing(9, () => from(OPENAI, fetch, ofUser("ada")))).toBe(3);
    expect(await passing(9, (n) => from(OPENAI, fetch, ofUser(`invented ${n}`)))).toBe(8 - 4);
    // Of a host that names nobody only the larger one counts.
    expect(await passing(9, () => from(ADDRESSES.anthropic, fetch))).toBe(8);
    // Elsewhere anybody can say so.
    expect(await passing(9, (n) => from("192.0.2.1", fetch, ofUser(`invented ${n}`)))).toBe(3);
    const names = { "user-agent": AGENTS.claude };
    expect(await passing(9, () => from("192.0.2.2", fetch, PING, names))).toBe(3);
    for (const key of requests.counts.keys()) expect(key).not.toMatch(/ada|invented/);
  });

  it("pass where a limiter fails, or says nothing, or is not set", async () => {
    const broken = { limit: () => Promise.reject(new Error("gone")) };
    const silent = { limit: () => new Promise(() => {}) };
    for (const REQUEST_LIMIT of [broken, silent, undefined]) {
      expect((await from("192.0.2.1", limitedApp({ REQUEST_LIMIT }))).status).toBe(200);
    }
  });

  it("do not count that do nothing", async () => {
    const fetch = limitedApp({ REQUEST_LIMIT: new CountedLimiter(0) });
    const headers = { "cf-connecting-ip": "192.0.2.1" };
    for (const [method, status] of [
      ["GET", 501],
      ["HEAD", 501],
      ["OPTIONS", 204],
    ] as const) {
      const response = await fetch(new Request(`${ORIGIN}/mcp`, { method, headers }));
      expect(response.status).toBe(status);
    }
  });

  it("are limited by Cloudflare's own limiter", async () => {
    // More than two minutes' worth, should a minute end meanwhile.
    const answers = await Promise.all(
      Array.from({ length: 201 }, () => from("192.0.2.250", worker)),
    );
    const statuses = Map.groupBy(answers, ({ status }) => status);
    expect([...statuses.keys()].sort()).toEqual([200, 429]);
    expect(statuses.get(200)!.length % 100).toBe(0);
  });
});

describe("signing in", () => {
  const app = new Hono<{ Bindings: Deployment }>().post("/", limitSignIn, (c) => c.text("in"));

  function signInBy(signIns: Pick<RateLimit, "limit">) {
    const count = vi.fn();
    const deployment = { limits: { signIns }, metrics: { count } } as unknown as Deployment;
    const signIn = async (address: string) => {
      const init = { method: "POST", headers: { "cf-connecting-ip": address } };
      return app.fetch(new Request(ORIGIN, init), deployment, createExecutionContext());
    };
    return { signIn, count };
  }

  it("may be tried a few times from each address, and is counted", async () => {
    const { signIn, count } = signInBy(new CountedLimiter(2));
    expect(await passing(9, () => signIn("192.0.2.1"))).toBe(2);
    expect(count.mock.calls).toEqual([["hereabouts_rate_limited_total", { bucket: "sign_in" }]]);
    const refused = await signIn("192.0.2.1");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: "temporarily_unavailable" });
    expect((await signIn("192.0.2.2")).status).toBe(200);
    expect(env.SIGN_IN_LIMIT).toBeDefined();
  });

  it("goes on where the limiter fails, which is counted", async () => {
    const { signIn, count } = signInBy({ limit: () => Promise.reject(new Error("gone")) });
    expect((await signIn("192.0.2.1")).status).toBe(200);
    expect(count.mock.calls).toEqual([["hereabouts_limiter_failures_total"]]);
  });
});

describe("the block of an address", () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const isLoopback = (first: number) => first === 127;

  it("is an IPv4 address itself, however it is written", () => {
    fc.assert(
      fc.property(
        bytes(4).filter(([first]) => !isLoopback(first!)),
        (address) => {
          const text = address.join(".");
          expect(addressBlockOf(text)).toBe(text);
          expect(addressBlockOf(`::ffff:${text}`)).toBe(text);
        },
      ),
    );
  });

  it("is the first half of an IPv6 address, and of no other one", () => {
    const textOf = (half: Uint8Array, rest: Uint8Array) =>
      [...half, ...rest]
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join("")
        .replace(/(....)(?!$)/g, "$1:");
    // 0:: is where other kinds of addresses are written.
    const half = bytes(8).filter((all) => all.some((byte) => byte > 0));
    fc.assert(
      fc.property(half, half, bytes(8), bytes(8), (one, other, a, b) => {
        const block = addressBlockOf(textOf(one, a));
        expect(block).toBeDefined();
        expect(addressBlockOf(textOf(one, b))).toBe(block);
        const isSame = one.join() === other.join();
        expect(addressBlockOf(textOf(other, a)) === block).toBe(isSame);
      }),
    );
  });

  it("is nothing for this machine, and for what is no address", () => {
    for (const text of ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "", "here"]) {
      expect(addressBlockOf(text)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string(), (text) => void addressBlockOf(text)));
  });
});
