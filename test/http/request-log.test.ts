import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { catalog } from "../../src/mcp/catalog.ts";
import { appWith } from "../support/app.ts";
import { connect, ORIGIN } from "../support/client.ts";
import { legacy, modern, post } from "../support/rpc.ts";
import { loadWorld } from "../support/world.ts";

const TOKENS = ["an admin's secret of some length", "an operator's secret of some length"];
const [ADMIN_TOKEN, METRICS_TOKEN] = TOKENS as [string, string];
const fetch = appWith(catalog, { ADMIN_TOKEN, METRICS_TOKEN });

beforeAll(async () => {
  await loadWorld();
  // A server says once what is open to everybody.
  await (await fetch(new Request(ORIGIN))).text();
});

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  for (const method of ["error", "warn", "log", "info", "debug", "trace"] as const) {
    vi.spyOn(console, method).mockImplementation((...said) => {
      lines.push(said.map(String).join(" "));
    });
  }
});
afterEach(() => vi.restoreAllMocks());

const parsed = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

it("has one line for each request", async () => {
  await modern("tools/list", {}, { fetch, meta: { traceparent } });
  await legacy(
    "tools/call",
    { name: "get_nearby_data", arguments: { query: "cafe", near: "Lyon" } },
    { fetch },
  );
  await (
    await fetch(new Request(`${ORIGIN}/admin/collections/cafes.lyon`, { headers: { traceparent } }))
  ).text();
  const rest = {
    request: expect.stringMatching(/^[\da-f-]{36}$/),
    span: expect.stringMatching(/^[\da-f]{16}$/),
    milliseconds: expect.any(Number),
    rowsRead: expect.any(Number),
  };
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  expect(parsed()).toMatchObject([
    { event: "request", method: "tools/list", route: "/mcp", status: 200, trace, ...rest },
    { event: "call", method: "tools/call", tool: "get_nearby_data", outcome: "ok", ...rest },
    { event: "request", method: "GET", route: "/admin/*", status: 401, trace, ...rest },
  ]);
});

it("has one line for a call in a session", async () => {
  const client = await connect("legacy", fetch, () => "Lyon");
  lines.length = 0;
  await client.callTool({ name: "get_nearby_data", arguments: { query: "cafe", near: "Tokyo" } });
  // The client has looked for a stream, too.
  const posted = parsed().filter(({ method }) => method !== "GET");
  expect(posted).toMatchObject([{ event: "call", tool: "get_nearby_data", outcome: "ok" }]);
  await client.close();
});

it("holds nothing of what callers say, no secret, and no place finer than 0.1°", async () => {
  const word = "Quixotic";
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  const here = { latitude: 45.748412, longitude: 4.846718 };
  const calls = [
    { query: `cafe ${word}`, ...here },
    { query: word, near: word },
    { [word]: word },
    { query: "cafe", session: word.repeat(3) },
  ];
  for (const ask of [modern, legacy]) {
    for (const token of [
      ...TOKENS,
      `hereabouts_${word}`,
      `eyJ${word}.eyJ${word}.${word}`,
      `a:b:${word}`,
    ]) {
      for (const args of calls) {
        await ask(
          "tools/call",
          { name: "get_nearby_data", arguments: args },
          { fetch, ...bearer(token) },
        );
      }
      await ask(`x/${word}`, { name: word }, { fetch, ...bearer(token) });
      await ask("tools/call", { name: word }, { fetch, ...bearer(token) });
      await ask("resources/read", { uri: `place://${word}` }, { fetch, ...bearer(token) });
    }
  }
  for (const path of [
    word,
    `admin/collections/${word}`,
    `admin/keys/${word}`,
    `?q=${word}`,
    `metrics?q=${word}`,
  ]) {
    for (const token of TOKENS) {
      const headers = {
        traceparent: word,
        "user-agent": word,
        "cf-connecting-ip": "203.0.113.77",
        ...bearer(token).headers,
      };
      await (await fetch(new Request(`${ORIGIN}/${path}`, { headers }))).text();
    }
  }
  await (await post(`{"${word}"`, {}, fetch)).text();
  const log = lines.join("\n");
  expect(lines.length).toBeGreaterThan(70);
  for (const said of [word, ...TOKENS, "203.0.113.77"]) {
    expect(log.toLowerCase()).not.toContain(said.toLowerCase());
  }
  expect(log).not.toMatch(/\d\.\d{2,}/);
});
