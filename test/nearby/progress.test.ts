import { beforeAll, expect, it } from "vitest";
import tool from "../../src/tools/get-nearby-data.ts";
import { connect } from "../support/client.ts";
import { connectV1 } from "../support/client-v1.ts";
import { importAll, place } from "../support/engine.ts";
import { post } from "../support/rpc.ts";
import { emptyStores } from "../support/stores.ts";

const CENTER = { latitude: -37.07, longitude: -12.31 };
const CLOSED = 170;

beforeAll(async () => {
  await emptyStores();
  const at = (k: number, hours: string) =>
    place(`s${k}`, CENTER.latitude + k / 10_000, CENTER.longitude, { attributes: { hours } });
  const records = Array.from({ length: CLOSED }, (_, k) => at(k, "Mo 03:00-03:01"));
  const attributes = { hours: { type: "opening_hours" as const } };
  await importAll("shops", [...records, at(CLOSED, "24/7")], { attributes });
});

const QUESTION = {
  name: tool.name,
  arguments: { ...CENTER, radius: 20, open_at: "2026-11-24T12:00" },
};

interface Told {
  readonly progress: number;
  readonly total?: number | undefined;
}

/** Asks as a client of either era does, stateless or in a session, and keeps what it was told meanwhile. */
const CLIENTS: Readonly<Record<string, (onprogress: (told: Told) => void) => Promise<unknown>>> = {
  "2026": async (onprogress) => (await connect("auto")).callTool(QUESTION, { onprogress }),
  "2025": async (onprogress) => (await connect("legacy")).callTool(QUESTION, { onprogress }),
  "2025, version 1 of the SDK": async (onprogress) =>
    (await connectV1()).callTool(QUESTION, undefined, { onprogress }),
  "2025, in a session": async (onprogress) =>
    (await connectV1(undefined, () => "decline")).callTool(QUESTION, undefined, { onprogress }),
};

it.each(Object.entries(CLIENTS))(
  "tells a client of %s how many places it has looked at",
  async (_, ask) => {
    const told: Told[] = [];
    const result = await ask(({ progress, total }) => told.push({ progress, total }));
    expect(result).toMatchObject({ structuredContent: { results: [{ id: "shops.s170" }] } });
    expect(told).toEqual([50].map((progress) => ({ progress, total: 300 })));
  },
);

it("sends nothing to a client that gave no token for it", async () => {
  const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: QUESTION };
  const text = await (await post(call)).text();
  expect(text).toContain("shops.s170");
  expect(text).not.toContain("notifications/progress");
});
