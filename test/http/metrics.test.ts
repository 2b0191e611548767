import { beforeAll, describe, expect, it } from "vitest";
import { catalog } from "../../src/mcp/catalog.ts";
import { appWith } from "../support/app.ts";
import { connect, type Fetch, ORIGIN } from "../support/client.ts";
import { faultsOf } from "../support/exposition.ts";
import { legacy, modern, post } from "../support/rpc.ts";
import { loadWorld } from "../support/world.ts";

const TOKEN = "the operator's other secret";
const fetch = appWith(catalog, { METRICS_TOKEN: TOKEN });

beforeAll(() => loadWorld());

const ask = (headers: Record<string, string> = {}, server: Fetch = fetch) =>
  server(new Request(`${ORIGIN}/metrics`, { headers }));

async function scrape(): Promise<Map<string, number>> {
  const text = await (await ask({ authorization: `Bearer ${TOKEN}` })).text();
  const samples = text.matchAll(/^([^#\s].*) (\S+)$/gm);
  return new Map(Array.from(samples, ([, series, value]) => [series!, Number(value)]));
}

/** What has been added to the series that say more than nothing. */
async function added(act: () => Promise<unknown>, name: string): Promise<Record<string, number>> {
  const before = await scrape();
  await act();
  const after = await scrape();
  const grown = [...after].map(([series, value]) => [series, value - (before.get(series) ?? 0)]);
  return Object.fromEntries(
    grown.filter(([series, by]) => String(series).startsWith(name) && by !== 0),
  );
}

const requests = (act: () => Promise<unknown>) => added(act, "mcp_requests_total");
const counted = (method: string, era: string, tool: string, outcome: string) =>
  `mcp_requests_total{method="${method}",era="${era}",tool="${tool}",outcome="${outcome}"}`;

describe("GET /metrics", () => {
  it("tells whoever has the token, in the format of Prometheus", async () => {
    const response = await ask({ authorization: `Bearer ${TOKEN}` });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const text = await response.text();
    expect(faultsOf(text)).toEqual([]);
    expect(text).toMatch(/^hereabouts_active_sessions \d+$/m);
    expect(text).toMatch(/^hereabouts_build_info\{version="[\d.]+"\} 1$/m);
  });

  it.each<Record<string, string>>([
    {},
    { authorization: "Bearer another secret of some length" },
    { authorization: `Basic ${TOKEN}` },
    { authorization: "Bearer " },
  ])("tells nobody else: %j", async (headers) => {
    const response = await ask(headers);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(await response.text()).not.toContain("mcp_requests_total");
  });

  it("is not there without a token, nor for the admin token", async () => {
    const response = await ask({ authorization: "Bearer " }, appWith(catalog));
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: expect.stringContaining("METRICS_TOKEN"),
    });
    const admin = appWith(catalog, {
      METRICS_TOKEN: TOKEN,
      ADMIN_TOKEN: "a secret of some length",
    });
    expect((await ask({ authorization: "Bearer a secret of some length" }, admin)).status).toBe(
      401,
    );
  });

  it("fails where a shard does not answer: half of it would look like a restart", async () => {
    const METRIC_SHARDS = {
      getByName: () => ({ totals: () => Promise.reject(new Error("gone")) }),
    };
    const broken = appWith(catalog, { METRICS_TOKEN: TOKEN, METRIC_SHARDS });
    const response = await ask({ authorization: `Bearer ${TOKEN}` }, broken);
    expect(response.status).toBe(503);
    expect(response.headers.has("retry-after")).toBe(true);
  });
});

describe("messages are counted by how they ended", () => {
  const search = { name: "get_nearby_data", arguments: { query: "cafe", near: "Lyon" } };

  it("calls, in both eras", async () => {
    const grown = await requests(async () => {
      await modern("tools/call", search, { fetch });
      await legacy("tools/call", search, { fetch });
      await legacy("tools/call", { ...search, arguments: { radius: -1 } }, { fetch });
      await modern("resources/read", { uri: "places://collections" }, { fetch });
    });
    expect(grown).toEqual({
      [counted("tools/call", "modern", "get_nearby_data", "ok")]: 1,
      [counted("tools/call", "legacy", "get_nearby_data", "ok")]: 1,
      [counted("tools/call", "legacy", "get_nearby_data", "caller_error")]: 1,
      [counted("resources/read", "modern", "collections", "ok")]: 1,
    });
  });

  it("calls in a session, and what comes before and after them", async () => {
    const grown = await requests(async () => {
      const client = await connect("legacy", fetch, () => "Lyon");
      await client.callTool({ name: "get_nearby_data", arguments: { query: "cafe" } });
      await client.close();
    });
    expect(grown).toMatchObject({
      [counted("initialize", "legacy", "none", "ok")]: 1,
      [counted("notification", "legacy", "none", "ok")]: 1,
      [counted("tools/call", "legacy", "get_nearby_data", "ok")]: 1,
      [counted("response", "legacy", "none", "ok")]: 1,
    });
  });

  it("everything else at the front door", async () => {
    const noCaller = appWith(catalog, {
      METRICS_TOKEN: TOKEN,
      ADMIN_TOKEN: "a secret of some length",
      ANONYMOUS_SCOPES: " ",
    });
    const grown = await requests(async () => {
      await modern("tools/list", {}, { fetch });
      await legacy("tools/list", {}, { fetch });
      await legacy("ping", {}, { fetch });
      await legacy("tools/call", { name: "no_such_tool", arguments: {} }, { fetch });
      await legacy("no/such/method", {}, { fetch });
      await legacy("tools/call", { name: 7 }, { fetch });
      await (await post("not JSON", {}, fetch)).text();
      await (await post("{}", { "content-type": "text/plain" }, fetch)).text();
      await (await post("{}", { origin: "https://evil.example" }, fetch)).text();
      await legacy("tools/call", search, { fetch: noCaller });
    });
    expect(grown).toEqual({
      [counted("tools/list", "modern", "none", "ok")]: 1,
      [counted("tools/list", "legacy", "none", "ok")]: 1,
      [counted("ping", "legacy", "none", "ok")]: 1,
      [counted("tools/call", "legacy", "none", "caller_error")]: 1,
      [counted("other", "legacy", "none", "caller_error")]: 1,
      [counted("tools/call", "legacy", "none", "refused")]: 1,
      [counted("other", "unknown", "none", "refused")]: 2,
      [counted("other", "unknown", "none", "unauthorized")]: 1,
      [counted("tools/call", "legacy", "get_nearby_data", "unauthorized")]: 1,
    });
  });

  it("each message of a batch once", async () => {
    const call = { jsonrpc: "2.0", method: "tools/call", params: search };
    const grown = await requests(async () => {
      const batch = [
        { ...call, id: 1 },
        { ...call, id: 2 },
        { jsonrpc: "2.0", id: 3, method: "ping" },
      ];
      const response = await post(batch, { "mcp-protocol-version": "2025-03-26" }, fetch);
      await response.text();
    });
    expect(grown).toEqual({
      [counted("tools/call", "legacy", "get_nearby_data", "ok")]: 2,
      [counted("ping", "legacy", "none", "ok")]: 1,
    });
  });
});

describe("what calls cost is counted", () => {
  it("and where callers are, and from where answers come", async () => {
    const grown = await added(async () => {
      const where = { latitude: 45.76, longitude: 4.84 };
      const call = { name: "get_nearby_data", arguments: { query: "cafe", ...where } };
      await modern("tools/call", call, { fetch });
      await modern("tools/call", call, { headers: { "user-agent": "openai-mcp/1.0.0" }, fetch });
    }, "hereabouts_");
    expect(grown).toMatchObject({
      hereabouts_d1_queries_total: expect.any(Number),
      hereabouts_d1_rows_read_total: expect.any(Number),
      'hereabouts_answers_total{from="search"}': 2,
      'hereabouts_location_total{source="arguments",relay="no"}': 1,
      'hereabouts_location_total{source="arguments",relay="yes"}': 1,
    });
    expect(grown.hereabouts_d1_rows_read_total).toBeGreaterThan(0);
  });

  it("as a time, in the buckets up to it", async () => {
    const grown = await added(
      () => modern("prompts/get", { name: "whats_nearby", arguments: {} }, { fetch }),
      "mcp_request_seconds",
    );
    const labels = 'method="prompts/get",tool="whats_nearby"';
    expect(grown[`mcp_request_seconds_count{${labels}}`]).toBe(1);
    expect(grown[`mcp_request_seconds_bucket{${labels},le="+Inf"}`]).toBe(1);
  });

  it("also where places are changed", async () => {
    const admin = appWith(catalog, {
      METRICS_TOKEN: TOKEN,
      ADMIN_TOKEN: "a secret of some length",
    });
    const headers = { authorization: "Bearer a secret of some length" };
    const grown = await added(async () => {
      const response = await admin(new Request(`${ORIGIN}/admin/collections`, { headers }));
      expect(response.status).toBe(200);
    }, "hereabouts_d1");
    expect(grown.hereabouts_d1_queries_total).toBeGreaterThan(0);
  });
});

it("makes no series of what callers say", async () => {
  const word = "Xyzzy";
  const grown = await added(async () => {
    await legacy(`tools/${word}`, {}, { fetch });
    await legacy("tools/call", { name: word, arguments: { query: word } }, { fetch });
    await modern(
      "tools/call",
      { name: "get_nearby_data", arguments: { query: word, near: word } },
      { fetch },
    );
    await (await fetch(new Request(`${ORIGIN}/${word}`))).text();
  }, "mcp_requests_total");
  // All three are counted, be it in series that earlier calls have made.
  expect(Object.values(grown).reduce((sum, by) => sum + by)).toBe(3);
  expect([...(await scrape()).keys()].join("\n")).not.toMatch(/xyzzy/i);
});
