import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

/**
 * The first minutes of a newcomer: `npm start` as the README says, its curl commands, and the nearest
 * large airports of cities that everybody knows, asked with a real client of each era.
 */
const AIRPORTS = [
  ["Paris", { latitude: 48.8566, longitude: 2.3522 }, ["LFPB", "LFPO", "LFPG"]],
  ["London", { latitude: 51.5074, longitude: -0.1278 }, ["EGLL", "EGKK", "EGGW", "EGSS"]],
  ["New York", { latitude: 40.7128, longitude: -74.006 }, ["KLGA", "KEWR", "KJFK"]],
  ["Tokyo", { latitude: 35.6812, longitude: 139.7671 }, ["RJTT"]],
  ["Sydney", { latitude: -33.8688, longitude: 151.2093 }, ["YSSY"]],
] as const;
const RADIUS_KM = 50;
/** The first start loads the data. */
const PATIENCE_MS = 240_000;

const port = await freePort();
const server = spawn("npm", ["start"], {
  env: { ...process.env, PORT: String(port) },
  stdio: ["ignore", "inherit", "inherit"],
  detached: true,
});
let passed = 0;
try {
  await healthy(`http://localhost:${port}/health`);
  for (const command of await curlCommands())
    await check(`README: ${command}`, () => runCurl(command));
  for (const era of ["2026-07-28", "2025-11-25"] as const) {
    for (const [city, center, expected] of AIRPORTS) {
      await check(`${era}: the large airports of ${city}`, async () => {
        const found = await largeAirports(era, center);
        assert.deepEqual(found, expected);
      });
    }
  }
  console.log(`${passed} passed, 0 failed`);
} finally {
  // npm, this project's start script and workerd: the whole process group.
  process.kill(-server.pid!, "SIGTERM");
}

async function check(name: string, run: () => Promise<void>): Promise<void> {
  await run();
  passed += 1;
  console.log(`ok: ${name.split("\n")[0]}`);
}

async function largeAirports(era: "2026-07-28" | "2025-11-25", center: object): Promise<string[]> {
  const url = new URL(`http://localhost:${port}/mcp`);
  const call = {
    name: "get_nearby_data",
    arguments: { query: "large airport", radius: RADIUS_KM, ...center },
  };
  const info = { name: "smoke", version: "1" };
  const client =
    era === "2026-07-28"
      ? new Client(info, { versionNegotiation: { mode: "auto" } })
      : new ClientV1(info);
  // The SDK's own types disagree under exactOptionalPropertyTypes.
  const transport =
    era === "2026-07-28" ? new StreamableHTTPClientTransport(url) : new TransportV1(url);
  await client.connect(transport as never);
  const { structuredContent } = await client.callTool(call);
  await client.close();
  const { results } = structuredContent as { results: { id: string }[] };
  return results.map(({ id }) => id.replace("airports.", ""));
}

/** The README's code blocks that call the server. */
async function curlCommands(): Promise<string[]> {
  const readme = await readFile("README.md", "utf8");
  const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block!);
  const commands = blocks.filter((block) => block.startsWith("curl "));
  assert.notEqual(commands.length, 0, "README.md has no curl command");
  return commands;
}

async function runCurl(command: string): Promise<void> {
  const here = command.replaceAll("localhost:8787", `localhost:${port}`);
  const { stdout } = await promisify(execFile)("sh", ["-c", here]);
  assert.match(stdout, /"status":"ok"|"result":/);
  assert.doesNotMatch(stdout, /"isError":true/);
}

async function healthy(url: string): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (Date.now() < giveUpAt) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`Nothing healthy at ${url}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" ? address!.port : 0));
    });
  });
}
