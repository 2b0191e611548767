import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

export const ERAS = ["2026-07-28", "2025-11-25"] as const;
export type Era = (typeof ERAS)[number];

/** The nearest large airports of cities that everybody knows. */
export const AIRPORTS = [
  ["Paris", { latitude: 48.8566, longitude: 2.3522 }, ["LFPB", "LFPO", "LFPG"]],
  ["London", { latitude: 51.5074, longitude: -0.1278 }, ["EGLL", "EGKK", "EGGW", "EGSS"]],
  ["New York", { latitude: 40.7128, longitude: -74.006 }, ["KLGA", "KEWR", "KJFK"]],
  ["Tokyo", { latitude: 35.6812, longitude: 139.7671 }, ["RJTT"]],
  ["Sydney", { latitude: -33.8688, longitude: 151.2093 }, ["YSSY"]],
] as const;
const RADIUS_KM = 50;

export interface Found {
  readonly id: string;
  readonly name: string;
}

/** The places that the server of an address answers with, asked by a real client. */
export async function ask(
  server: URL,
  question: { query: string; radius: number; latitude: number; longitude: number },
  era: Era = "2026-07-28",
): Promise<Found[]> {
  const url = new URL("/mcp", server);
  const info = { name: "smoke", version: "1" };
  const client =
    era === "2026-07-28"
      ? new Client(info, { versionNegotiation: { mode: "auto" } })
      : new ClientV1(info);
  // The SDK's own types disagree under exactOptionalPropertyTypes.
  const transport =
    era === "2026-07-28" ? new StreamableHTTPClientTransport(url) : new TransportV1(url);
  await client.connect(transport as never);
  const call = { name: "get_nearby_data", arguments: question };
  const { structuredContent } = await client.callTool(call);
  await client.close();
  const { results } = structuredContent as { results: Found[] };
  return results.map(({ id, name }) => ({ id, name }));
}

export async function largeAirports(
  server: URL,
  center: { latitude: number; longitude: number },
  era?: Era,
): Promise<string[]> {
  const found = await ask(server, { query: "large airport", radius: RADIUS_KM, ...center }, era);
  return found.map(({ id }) => id.replace("airports.", ""));
}
